//! `rules/peers/hadolint.yaml`, `checkov.yaml`: the deliberate differences from a peer, each with its reason.
//!
//! A list of entries. `code`, `side` and `reason` are required; the other keys narrow an entry down:
//!
//! ```yaml
//! - code: DL3008          # several with blanks between them; a `*` at the end stands for anything
//!   side: ours            # `ours`: only we report it; `theirs`: only the peer does
//!   file: web/Dockerfile  # the end of the path
//!   path: '(^|/)\.'        # a regex found in the path
//!   line: 12              # the line of the instruction
//!   pattern: apt-get .*   # a regex found in the text of the instruction or manifest
//!   without: containers   # a regex not found there
//!   unreadable: true      # only in files that the peer does not read (hadolint's DL1000)
//!   image-again: true     # only in files where two FROMs name one image, tag or not
//!   kind: Pod Job         # only for objects of these kinds, in manifests
//!   unseen: true          # only for objects of which the peer says nothing at all
//!   reason: why the verdict here is right
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use granit_parser::{Event, Parser};
use regex_lite::Regex;

use crate::files;
use crate::process;

/// Which of the two reports something that the other does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Only hullmark reports it.
    Ours,
    /// Only the peer reports it.
    Theirs,
}

impl Side {
    /// Its name, as wide as the other's.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Ours => "ours  ",
            Self::Theirs => "theirs",
        }
    }
}

/// A finding that one side has and the other has not.
pub struct Difference<'a> {
    /// The code of the rule.
    pub code: &'a str,
    /// The side that reports it.
    pub side: Side,
    /// The path of the file, relative to the folder compared.
    pub file: &'a str,
    /// The line of the finding, from 1.
    pub line: u64,
    /// The text of the instruction that starts on the line, or of the manifest's document; of all the file when the peer
    /// could not read it.
    pub text: &'a str,
    /// Whether the peer could not read the file.
    pub unreadable: bool,
    /// Whether two FROMs of the file name one image.
    pub image_again: bool,
    /// In manifests: the object's kind.
    pub kind: &'a str,
    /// In manifests: whether the peer says nothing of the object, not even that it passes.
    pub unseen: bool,
}

impl<'a> Difference<'a> {
    /// One of a readable file without anything more to say of it.
    pub fn of((code, side): (&'a str, Side), (file, line): (&'a str, u64), text: &'a str) -> Self {
        Self { code, side, file, line, text, unreadable: false, image_again: false, kind: "", unseen: false }
    }
}

/// One entry of the data file.
#[derive(Debug)]
pub struct Entry {
    code: String,
    side: Side,
    file: Option<String>,
    path: Option<Regex>,
    line: Option<u64>,
    pattern: Option<Regex>,
    without: Option<Regex>,
    unreadable: bool,
    image_again: bool,
    kind: Option<String>,
    unseen: bool,
    /// Why the difference is wanted.
    pub reason: String,
    /// The line of the entry in the data file.
    pub place: usize,
}

impl Entry {
    /// Whether the entry stands for this difference.
    pub fn covers(&self, difference: &Difference<'_>) -> bool {
        let path_ends = |end: &String| {
            difference.file.strip_suffix(end.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let is_code = |word: &str| match word.strip_suffix('*') {
            Some(start) => difference.code.starts_with(start),
            None => word == difference.code,
        };
        let of_kind = |kinds: &String| kinds.split_whitespace().any(|kind| kind == difference.kind);
        self.code.split_whitespace().any(is_code)
            && self.side == difference.side
            && self.file.as_ref().is_none_or(path_ends)
            && self.path.as_ref().is_none_or(|path| path.is_match(difference.file))
            && self.line.is_none_or(|line| line == difference.line)
            && self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(difference.text))
            && self.without.as_ref().is_none_or(|pattern| !pattern.is_match(difference.text))
            && (!self.unreadable || difference.unreadable)
            && (!self.image_again || difference.image_again)
            && self.kind.as_ref().is_none_or(of_kind)
            && (!self.unseen || difference.unseen)
    }
}

/// The entries for a peer.
pub fn of_peer(name: &str) -> Result<Vec<Entry>, String> {
    read(&process::root().join(format!("rules/peers/{name}.yaml")))
}

/// Prints how many differences each entry covers, by its line, and those that none does.
pub fn print(peer: &str, entries: &[Entry], covered: &BTreeMap<usize, usize>, uncovered: &[String]) {
    let deliberate: usize = covered.values().sum();
    println!("{} differences, {deliberate} of them deliberate:", deliberate + uncovered.len());
    for entry in entries {
        let count = covered.get(&entry.place).copied().unwrap_or_default();
        println!("  {count:>4}  line {} of rules/peers/{peer}.yaml: {}", entry.place, entry.reason);
    }
    println!("{} differences that no entry covers:", uncovered.len());
    for line in uncovered {
        println!("  {line}");
    }
}

/// Reads the data file.
fn read(path: &Path) -> Result<Vec<Entry>, String> {
    let fault = |sentence: String| format!("{}: {sentence}", path.display());
    mappings(&files::read(path)?).and_then(|all| all.into_iter().map(entry).collect()).map_err(fault)
}

/// The keys and values of one mapping, and the line on which it starts.
pub struct Mapping {
    pairs: Vec<(String, String)>,
    /// The line on which it starts.
    pub place: usize,
}

impl Mapping {
    /// The text under `name`.
    pub fn get(&self, name: &str) -> Option<String> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }
}

/// The mappings of a YAML list of mappings of scalars.
pub fn mappings(text: &str) -> Result<Vec<Mapping>, String> {
    let mut found: Vec<Mapping> = Vec::new();
    let mut key: Option<String> = None;
    let (mut lists, mut open) = (0, false);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let line = span.start.line();
        let refused = || Err(format!("line {line}: the file is one list of mappings from names to texts"));
        match event {
            Event::SequenceStart(..) if lists == 0 => lists = 1,
            Event::MappingStart(..) if lists == 1 && !open => {
                open = true;
                found.push(Mapping { pairs: Vec::new(), place: line });
            }
            Event::MappingEnd => open = false,
            Event::Scalar(value, ..) => match (found.last_mut(), open, key.take()) {
                (Some(_), true, None) => key = Some(value.into_owned()),
                (Some(mapping), true, Some(name)) => mapping.pairs.push((name, value.into_owned())),
                _ => return refused(),
            },
            Event::SequenceStart(..) | Event::MappingStart(..) | Event::Alias(_) => return refused(),
            _ => {}
        }
    }
    Ok(found)
}

fn entry(mapping: Mapping) -> Result<Entry, String> {
    let place = mapping.place;
    let fault = |sentence: &str| format!("line {place}: {sentence}");
    let known = [
        "code",
        "side",
        "file",
        "path",
        "line",
        "pattern",
        "without",
        "unreadable",
        "image-again",
        "kind",
        "unseen",
        "reason",
    ];
    if let Some((key, _)) = mapping.pairs.iter().find(|(key, _)| !known.contains(&key.as_str())) {
        return Err(fault(&format!("`{key}` is not a key of an entry")));
    }
    let get = |name: &str| mapping.get(name);
    let side = match get("side").as_deref() {
        Some("ours") => Side::Ours,
        Some("theirs") => Side::Theirs,
        _ => return Err(fault("`side` is `ours` or `theirs`")),
    };
    let line = get("line").map(|line| line.parse()).transpose().map_err(|_| fault("`line` is a whole number"))?;
    let regex = |name: &str| {
        let read = get(name).map(|pattern| Regex::new(&pattern)).transpose();
        read.map_err(|error| fault(&format!("`{name}`: {error}")))
    };
    Ok(Entry {
        code: get("code").ok_or_else(|| fault("an entry needs a `code`"))?,
        side,
        file: get("file"),
        line,
        path: regex("path")?,
        pattern: regex("pattern")?,
        without: regex("without")?,
        unreadable: get("unreadable").as_deref() == Some("true"),
        image_again: get("image-again").as_deref() == Some("true"),
        kind: get("kind"),
        unseen: get("unseen").as_deref() == Some("true"),
        reason: get("reason").filter(|text| !text.is_empty()).ok_or_else(|| fault("an entry needs a `reason`"))?,
        place,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Result<Vec<Entry>, String> {
        mappings(text).and_then(|all| all.into_iter().map(entry).collect())
    }

    fn difference<'a>(file: &'a str, line: u64, text: &'a str) -> Difference<'a> {
        Difference::of(("DL3008", Side::Ours), (file, line), text)
    }

    #[test]
    fn every_key_of_an_entry_narrows_it() {
        let all =
            entries("- {code: DL3008, side: ours, file: web/Dockerfile, line: 3, pattern: 'apt-get', reason: r}\n");
        let all = all.unwrap();
        assert!(all[0].covers(&difference("web/Dockerfile", 3, "RUN apt-get install x")));
        assert!(all[0].covers(&difference("a/web/Dockerfile", 3, "RUN apt-get install x")));
        assert!(!all[0].covers(&difference("a/bigweb/Dockerfile", 3, "RUN apt-get install x")));
        assert!(!all[0].covers(&difference("web/Dockerfile", 4, "RUN apt-get install x")));
        assert!(!all[0].covers(&difference("web/Dockerfile", 3, "RUN aptitude install x")));
        let theirs = Difference { side: Side::Theirs, ..difference("web/Dockerfile", 3, "apt-get") };
        assert!(!all[0].covers(&theirs));
    }

    #[test]
    fn an_entry_may_say_what_the_text_is_without() {
        let all = entries("- {code: '*', side: ours, pattern: spec, without: 'containers:', reason: r}\n").unwrap();
        assert!(all[0].covers(&difference("a.yaml", 1, "spec: {}")));
        assert!(!all[0].covers(&difference("a.yaml", 1, "spec: {containers: []}")));
    }

    #[test]
    fn a_star_stands_for_every_code_and_unreadable_only_for_such_files() {
        let all = entries("- code: '*'\n  side: ours\n  unreadable: true\n  reason: it reads on\n").unwrap();
        assert!(!all[0].covers(&difference("Dockerfile", 1, "")));
        assert!(all[0].covers(&Difference { unreadable: true, ..difference("Dockerfile", 1, "") }));
    }

    #[test]
    fn an_entry_may_be_for_files_that_name_an_image_again() {
        let all = entries("- {code: '*', side: ours, image-again: true, reason: r}\n").unwrap();
        assert!(!all[0].covers(&difference("Dockerfile", 1, "")));
        assert!(all[0].covers(&Difference { image_again: true, ..difference("Dockerfile", 1, "") }));
    }

    #[test]
    fn an_entry_may_be_for_several_codes_some_kinds_and_unseen_objects() {
        let all = entries(
            "- {code: 'CKV_K8S_1 CKV_DOCKER_*', side: ours, kind: Pod Job, unseen: true, path: '^a', reason: r}\n",
        );
        let all = all.unwrap();
        let seen = Difference { code: "CKV_K8S_1", kind: "Job", ..difference("a.yaml", 1, "") };
        assert!(!all[0].covers(&seen));
        let unseen = || Difference { code: "CKV_K8S_1", kind: "Job", unseen: true, ..difference("a.yaml", 1, "") };
        assert!(all[0].covers(&unseen()));
        assert!(all[0].covers(&Difference { code: "CKV_DOCKER_7", kind: "Pod", ..unseen() }));
        assert!(!all[0].covers(&Difference { code: "CKV_K8S_12", ..unseen() }));
        assert!(!all[0].covers(&Difference { kind: "Po", ..unseen() }));
        assert!(!all[0].covers(&Difference { file: "b.yaml", ..unseen() }));
    }

    #[test]
    fn a_faulty_entry_is_refused_with_its_line() {
        for faulty in [
            "- {code: DL3008, side: ours}",
            "- {side: ours, reason: r}",
            "- {code: DL3008, side: both, reason: r}",
            "- {code: DL3008, side: ours, reason: r, lien: 3}",
            "- {code: DL3008, side: ours, reason: r, line: x}",
            "- {code: DL3008, side: ours, reason: r, pattern: '('}",
            "- {code: [DL3008], side: ours, reason: r}",
            "code: DL3008",
            "- DL3008",
        ] {
            let sentence = entries(&format!("# comment\n{faulty}\n")).unwrap_err();
            assert!(sentence.starts_with("line 2: "), "{faulty}: {sentence}");
        }
    }

    #[test]
    fn a_file_of_comments_has_no_entries() {
        assert!(entries("# nothing yet\n").unwrap().is_empty());
        assert!(entries("# nothing yet\n[]\n").unwrap().is_empty());
    }
}
