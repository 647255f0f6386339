//! `cargo xtask hadolint DIR` and `cargo xtask checkov DIR` over Dockerfiles: findings beside a peer's. Those of hadolint
//! are compared by file, line and code; those of checkov, which says of most only that the file has them, by file and
//! check.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Outcome;
use crate::differences::{self, Difference, Entry, Side};
use crate::files;
use crate::hullmark::Hullmark;
use crate::json;
use crate::manifest_checks;
use crate::peers::{self, Hadolint, Peers};
use crate::process;
use crate::score::{self, Score};
use crate::table::Table;

/// The code with which hadolint gives a file up.
const UNREADABLE: &str = "DL1000";

/// The F1 over the most frequent of ShellCheck's codes below which the comparison fails.
const LEAST_SHELL_F1: f64 = 0.9;

/// How many of ShellCheck's codes that is.
const FREQUENT: usize = 15;

/// A finding as both sides give it: file, line (0 for the file as a whole), code.
type Place = (String, u64, String);

/// Whose findings ours are compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    Hadolint,
    Checkov,
}

impl Peer {
    /// Its name: of the preset, of the aliases, of the file of differences.
    fn name(self) -> &'static str {
        match self {
            Self::Hadolint => "hadolint",
            Self::Checkov => "checkov",
        }
    }

    /// The F1 over all codes below which the comparison fails.
    fn least_f1(self) -> f64 {
        match self {
            Self::Hadolint => 0.98,
            // It calls nearly every file guilty of having no USER, and knows no stages.
            Self::Checkov => 0.85,
        }
    }
}

/// Compares the two over every Dockerfile under `folder`.
pub fn run(peer: Peer, folder: &Path) -> Outcome {
    let entries = differences::of_peer(peer.name())?;
    let paths: Vec<PathBuf> =
        files::under(folder, &[".git"])?.into_iter().filter(|path| files::is_dockerfile(path)).collect();
    if paths.is_empty() {
        return Err(format!("there is no Dockerfile under {}", folder.display()));
    }
    let peers = Peers::open()?;
    let hullmark = Hullmark::build()?;
    let codes = codes(&hullmark.rules(peer.name())?, peer)?;
    let (all_ours, all_theirs, unreadable) = match peer {
        Peer::Hadolint => {
            let all = theirs(&peers.hadolint()?, folder, &paths)?;
            let unreadable = all.iter().filter(|(_, _, code)| code == UNREADABLE).map(|(file, ..)| file.clone());
            let unreadable: BTreeSet<String> = unreadable.collect();
            (ours(&hullmark, folder, &paths)?, all, unreadable)
        }
        Peer::Checkov => {
            let (all, read) = checkov(&peers.checkov()?, folder, &codes)?;
            let shown = |path: &PathBuf| path.to_string_lossy().replace('\\', "/");
            let unread = paths.iter().map(shown).filter(|path| !read.contains(path)).collect();
            (ours_by_file(&hullmark, folder, (&paths, &codes))?, all, unread)
        }
    };
    let codes: BTreeSet<String> = codes.into_values().collect();
    let [ours, theirs] = [&all_ours, &all_theirs].map(|all| among(&codes, all));
    let comparison = Comparison { peer, folder, codes, unreadable, ours, theirs };
    println!("{} Dockerfiles; {} could not read {} of them", paths.len(), peer.name(), comparison.unreadable.len());
    comparison.print_scores();
    comparison.print_differences(&entries)?;
    let own = comparison.score(|place| !is_shell(&place.2)).f1();
    let count = comparison.codes.iter().filter(|code| !is_shell(code)).count();
    println!("F1 {own:.4} over {count} codes of its own; at least {} is wanted", peer.least_f1());
    let frequent = comparison.frequent();
    if frequent.is_empty() {
        return Ok(own >= peer.least_f1());
    }
    let shell = comparison.score(|place| frequent.contains(place.2.as_str())).f1();
    let count = frequent.len();
    println!("F1 {shell:.4} over the {count} most frequent codes of ShellCheck; at least {LEAST_SHELL_F1} is wanted");
    Ok(own >= peer.least_f1() && shell >= LEAST_SHELL_F1)
}

/// Whether a code is ShellCheck's.
fn is_shell(code: &str) -> bool {
    code.starts_with("SC")
}

/// The peer's codes that some rule of the list answers for, each with the name under which it is compared. DL1000 is
/// none of them: it says that hadolint could not read the file. Where one of our rules stands for several checks of
/// checkov, or several of ours for one, they are compared as one.
fn codes(rules: &Value, peer: Peer) -> Result<BTreeMap<String, String>, String> {
    let rules = rules.as_array().ok_or("a list of rules is an array")?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for rule in rules {
        let aliases = json::list(rule, "aliases").iter().filter_map(Value::as_str);
        let codes: Vec<&str> = aliases.filter_map(|alias| alias.strip_prefix(peer.name())?.strip_prefix(':')).collect();
        match peer {
            Peer::Hadolint => {
                let wanted = codes.into_iter().filter(|code| *code != UNREADABLE);
                names.extend(wanted.map(|code| (code.to_owned(), code.to_owned())));
            }
            Peer::Checkov => {
                let codes: Vec<&str> = codes.into_iter().filter(|code| !manifest_checks::is_check(code)).collect();
                let known = codes.iter().find_map(|code| names.get(*code)).cloned();
                let Some(name) = known.or_else(|| codes.first().map(|&code| code.to_owned())) else { continue };
                names.extend(codes.into_iter().map(|code| (code.to_owned(), name.clone())));
            }
        }
    }
    Ok(names)
}

/// What checkov finds, and the files that it has looked at.
fn checkov(
    program: &Path,
    folder: &Path,
    codes: &BTreeMap<String, String>,
) -> Result<(BTreeSet<Place>, BTreeSet<String>), String> {
    let output = process::captured(&mut peers::checkov_command(program, "dockerfile", folder, false))?;
    let report = json::parse(&output.stdout, "checkov")?;
    // It prints one report, or a list of them.
    let report = report.as_array().and_then(|all| all.first()).unwrap_or(&report);
    let results = report.get("results").ok_or("checkov's report has no results")?;
    let file = |check: &Value| json::text(check, "file_path").trim_start_matches('/').to_owned();
    let failed = json::list(results, "failed_checks");
    let place = |check: &Value| Some((file(check), 0, codes.get(json::text(check, "check_id"))?.clone()));
    let read = failed.iter().chain(json::list(results, "passed_checks")).map(file).collect();
    Ok((failed.iter().filter_map(place).collect(), read))
}

/// Our findings as checkov counts them.
fn ours_by_file(
    hullmark: &Hullmark,
    folder: &Path,
    (paths, codes): (&[PathBuf], &BTreeMap<String, String>),
) -> Result<BTreeSet<Place>, String> {
    let mut found = BTreeSet::new();
    for call in files::calls(paths) {
        let report = hullmark.report(folder, &["--input", "dockerfile", "--preset", "checkov"], &call)?;
        for finding in json::list(&report, "findings") {
            let aliases = json::list(finding, "aliases").iter().filter_map(Value::as_str);
            let mut names = aliases.filter_map(|alias| codes.get(alias.strip_prefix("checkov:")?));
            found.extend(names.next().map(|name| (json::text(finding, "path").to_owned(), 0, name.clone())));
        }
    }
    Ok(found)
}

fn among(codes: &BTreeSet<String>, all: &BTreeSet<Place>) -> BTreeSet<Place> {
    all.iter().filter(|(_, _, code)| codes.contains(code)).cloned().collect()
}

fn theirs(hadolint: &Hadolint, folder: &Path, paths: &[PathBuf]) -> Result<BTreeSet<Place>, String> {
    let mut found = BTreeSet::new();
    for call in files::calls(paths) {
        let output = process::captured(&mut hadolint.command(folder, &call))?;
        found.extend(places(&json::parse(&output.stdout, "hadolint")?)?);
    }
    Ok(found)
}

fn ours(hullmark: &Hullmark, folder: &Path, paths: &[PathBuf]) -> Result<BTreeSet<Place>, String> {
    let options = ["--input", "dockerfile", "--preset", "hadolint", "--format", "hadolint"];
    let mut found = BTreeSet::new();
    for call in files::calls(paths) {
        found.extend(places(&json::parse(&hullmark.check(folder, &options, &call)?, "hullmark")?)?);
    }
    Ok(found)
}

/// The findings of an array in hadolint's format.
fn places(report: &Value) -> Result<Vec<Place>, String> {
    let all = report.as_array().ok_or("a report in hadolint's format is an array")?;
    let place = |finding: &Value| {
        let file = json::text(finding, "file").replace('\\', "/");
        let file = file.strip_prefix("./").unwrap_or(&file).to_owned();
        (file, json::number(finding, "line"), json::text(finding, "code").to_owned())
    };
    Ok(all.iter().map(place).collect())
}

/// What both sides found.
struct Comparison<'a> {
    peer: Peer,
    folder: &'a Path,
    codes: BTreeSet<String>,
    unreadable: BTreeSet<String>,
    ours: BTreeSet<Place>,
    theirs: BTreeSet<Place>,
}

impl Comparison<'_> {
    fn score(&self, counts: impl Fn(&Place) -> bool) -> Score {
        Score::of(&self.ours, &self.theirs, counts)
    }

    /// The codes of ShellCheck that hadolint gives most often here.
    fn frequent(&self) -> BTreeSet<&str> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, _, code) in self.theirs.iter().filter(|place| place.2.starts_with("SC")) {
            *counts.entry(code).or_default() += 1;
        }
        let mut codes: Vec<(&str, usize)> = counts.into_iter().collect();
        codes.sort_by_key(|&(code, count)| (std::cmp::Reverse(count), code));
        codes.into_iter().take(FREQUENT).map(|(code, _)| code).collect()
    }

    /// Prints the table per code, and over all codes, where every finding weighs the same.
    fn print_scores(&self) {
        let mut table = Table::new(&score::TITLES);
        for code in &self.codes {
            table.row(self.score(|place| place.2 == *code).cells(code));
        }
        table.row(self.score(|_| true).cells("all"));
        table.row(self.score(|place| !self.unreadable.contains(&place.0)).cells("readable files only"));
        table.print();
    }

    /// Prints how much each entry of the data file covers, and every difference that none does.
    fn print_differences(&self, entries: &[Entry]) -> Result<(), String> {
        let sided = |side: Side, places: Vec<&Place>| places.into_iter().map(|p| (p.clone(), side)).collect::<Vec<_>>();
        let mut all = sided(Side::Ours, self.ours.difference(&self.theirs).collect());
        all.extend(sided(Side::Theirs, self.theirs.difference(&self.ours).collect()));
        all.sort_by(|(left, _), (right, _)| left.cmp(right));
        let mut covered: BTreeMap<usize, usize> = BTreeMap::new();
        let mut uncovered = Vec::new();
        for ((file, line, code), side) in &all {
            let whole = files::read(&self.folder.join(file))?;
            let text = instruction(&whole, *line);
            let unreadable = self.unreadable.contains(file);
            let image_again = names_an_image_again(&whole);
            let difference =
                Difference { unreadable, image_again, ..Difference::of((code, *side), (file, *line), &text) };
            match entries.iter().find(|entry| entry.covers(&difference)) {
                Some(entry) => *covered.entry(entry.place).or_default() += 1,
                None => uncovered.push(format!("{}  {}", side.shown(), place_and_text(file, *line, code, &text))),
            }
        }
        differences::print(self.peer.name(), entries, &covered, &uncovered);
        Ok(())
    }
}

fn place_and_text(file: &str, line: u64, code: &str, text: &str) -> String {
    let joined = if line == 0 { String::new() } else { text.split_whitespace().collect::<Vec<_>>().join(" ") };
    let cut: String = joined.chars().take(160).collect();
    format!("{file}:{line} {code}  {cut}")
}

/// The text of the instruction that starts on a line: that line and its continuations. All of the text for line 0.
fn instruction(text: &str, line: u64) -> String {
    if line == 0 {
        return text.to_owned();
    }
    let mut taken = Vec::new();
    let first = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    for line in text.lines().skip(first) {
        taken.push(line);
        let comment = taken.len() > 1 && (line.trim().is_empty() || line.trim_start().starts_with('#'));
        if !comment && !line.trim_end().ends_with(['\\', '`']) {
            break;
        }
    }
    taken.join("\n")
}

/// Whether two FROMs name one image, with whatever tag and digest.
fn names_an_image_again(text: &str) -> bool {
    let mut seen = BTreeSet::new();
    let image = |line: &str| {
        let mut words = line.split_whitespace();
        let is_from = words.next().is_some_and(|word| word.eq_ignore_ascii_case("FROM"));
        let image = words.find(|word| !word.starts_with("--")).filter(|_| is_from)?;
        let untagged = image.split('@').next().unwrap_or(image);
        // A colon before the last slash belongs to a port.
        let name = untagged.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(untagged, |(name, _)| name);
        Some(name.to_owned())
    };
    text.lines().filter_map(image).any(|name| !seen.insert(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_goes_on_over_comments_and_blank_lines() {
        let text = "FROM a\nRUN a \\\n# why\n\n  && b\nRUN c\n";
        assert_eq!(instruction(text, 2), "RUN a \\\n# why\n\n  && b");
        assert_eq!(instruction(text, 1), "FROM a");
        assert_eq!(instruction(text, 99), "");
    }

    #[test]
    fn an_image_is_the_same_with_another_tag() {
        assert!(names_an_image_again("FROM a:1\nRUN x\nfrom --platform=p a:2@sha256:0 AS b\n"));
        assert!(!names_an_image_again("FROM a:1\nFROM h:5/a\nFROM h:5/b:1\n"));
    }

    #[test]
    fn paths_are_equal_however_they_are_spelt() {
        let report = serde_json::json!([{"file": "./a/Dockerfile", "line": 3, "code": "DL3008"}]);
        assert_eq!(places(&report).unwrap(), [("a/Dockerfile".to_owned(), 3, "DL3008".to_owned())]);
        assert!(places(&serde_json::json!({})).is_err());
    }

    #[test]
    fn the_codes_are_those_of_the_rules_aliases() {
        let rules = serde_json::json!([
            {"id": "a", "aliases": ["hadolint:DL3007", "trivy:DS-0001"]},
            {"id": "b", "aliases": ["hadolint:SC2086", "hadolint:DL3008"]},
            {"id": "c", "aliases": []},
        ]);
        let names: Vec<String> = codes(&rules, Peer::Hadolint).unwrap().into_keys().collect();
        assert_eq!(names, ["DL3007", "DL3008", "SC2086"]);
        assert!(codes(&serde_json::json!({}), Peer::Hadolint).is_err());
    }

    #[test]
    fn checks_that_share_a_rule_are_compared_as_one() {
        let rules = serde_json::json!([
            {"aliases": ["checkov:CKV_DOCKER_7"]},
            {"aliases": ["hadolint:DL3007", "checkov:CKV_DOCKER_7"]},
            {"aliases": ["checkov:CKV_DOCKER_8", "checkov:CKV_DOCKER_3"]},
        ]);
        let names = codes(&rules, Peer::Checkov).unwrap();
        let name = |code: &str| names.get(code).map(String::as_str);
        assert_eq!([name("CKV_DOCKER_7"), name("CKV_DOCKER_3")], [Some("CKV_DOCKER_7"), Some("CKV_DOCKER_8")]);
        assert_eq!(name("DL3007"), None);
    }
}
