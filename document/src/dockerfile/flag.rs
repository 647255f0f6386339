//! The flags between keyword and arguments.

use super::keyword::{FlagValue, Keyword};
use super::syntax::{Flag, Instruction};
use super::word::{Expansion, MAX_EXPANSIONS, Word};
use crate::{MappedText, Problem, ProblemCode, Span};

/// Reads the flags from byte `at` of `line`; the answer is them and where the rest begins.
///
/// The builder takes quotes and backslashes out here, whatever the escape character is, and ends the flags at `--`.
pub(super) fn read(line: &MappedText, mut at: usize, end: usize, escape: char) -> (Vec<Flag>, usize) {
    let mut flags = Vec::new();
    loop {
        let rest = line.text().get(at..end).unwrap_or("");
        let word = rest.trim_start();
        at += rest.len() - word.len();
        if !word.starts_with("--") {
            return (flags, at);
        }
        let (stripped, length) = strip(line, at, word);
        if stripped.text() == "--" {
            return (flags, at + length);
        }
        let span = line.to_source(Span::from_usize(at, at + length));
        flags.push(flag(&stripped, span, escape));
        at += length;
    }
}

/// The word at the beginning of `word`, which stands at `at`, without quotes and backslashes, and its length as
/// written.
fn strip(line: &MappedText, at: usize, word: &str) -> (MappedText, usize) {
    let mut made = MappedText::default();
    let mut quote = None;
    let mut run = 0;
    let mut escaped = false;
    let mut length = word.len();
    for (i, next) in word.char_indices() {
        let dropped = if escaped {
            escaped = false;
            false
        } else if next == '\\' {
            escaped = true;
            true
        } else if quote == Some(next) {
            quote = None;
            true
        } else if quote.is_none() && matches!(next, '\'' | '"') {
            quote = Some(next);
            true
        } else if quote.is_none() && next.is_whitespace() {
            length = i;
            break;
        } else {
            false
        };
        if dropped {
            made.push_mapped(line, Span::from_usize(at + run, at + i));
            run = i + next.len_utf8();
        }
    }
    made.push_mapped(line, Span::from_usize(at + run, at + length));
    (made, length)
}

fn flag(stripped: &MappedText, span: Span, escape: char) -> Flag {
    let text = stripped.text();
    let equals = text.find('=');
    let name_end = equals.unwrap_or(text.len());
    let name_span = stripped.to_source(Span::from_usize(2, name_end));
    let value = equals.map(|equals| {
        let part = Span::from_usize(equals + 1, text.len());
        let mut raw = MappedText::default();
        raw.push_mapped(stripped, part);
        let start = stripped.to_source(Span::from_usize(equals, equals + 1)).end;
        Word::from_raw(raw, Span::new(start, span.end), escape, MAX_EXPANSIONS)
    });
    Flag { span, name: text.get(2..name_end).unwrap_or("").to_owned(), name_span, value }
}

/// What is wrong with the flags of an instruction.
pub(super) fn check(keyword: Keyword, flags: &[Flag], problems: &mut Vec<Problem>) {
    let Some(known) = keyword.flags() else { return };
    let word = keyword.as_str();
    let mut fault = |message: String, span| problems.push(Problem::new(ProblemCode::InvalidFlag, message, span));
    let mut seen: Vec<&str> = Vec::new();
    for flag in flags {
        let Some(kind) = known.iter().find(|kind| kind.0 == flag.name) else {
            fault(format!("{word} has no flag `--{}`", flag.name), flag.name_span);
            continue;
        };
        let again = seen.contains(&kind.0);
        seen.retain(|name| *name != kind.0);
        seen.push(kind.0);
        if again && kind.1 != FlagValue::Texts {
            fault(format!("flag `--{}` stands twice", flag.name), flag.span);
        }
        match (kind.1, &flag.value) {
            (FlagValue::Text | FlagValue::Texts, None) => {
                fault(format!("flag `--{}` needs a value", flag.name), flag.span);
            }
            (FlagValue::Switch, Some(value)) if !is_boolean(value.raw.text()) => {
                fault(format!("flag `--{}` is either `true` or `false`", flag.name), flag.span);
            }
            _ => {}
        }
        if keyword == Keyword::Run
            && flag.name == "mount"
            && let Some(value) = &flag.value
        {
            check_mount(&mount_of(flag, value), &mut fault);
        }
    }
}

fn is_boolean(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

/// The options with a value that a mount knows; from `relabel` on only buildah and podman know them.
const MOUNT_KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "src",
    "target",
    "dst",
    "destination",
    "id",
    "sharing",
    "mode",
    "uid",
    "gid",
    "size",
    "env",
    "relabel",
    "bind-propagation",
    "consistency",
    "tmpfs-size",
    "tmpfs-mode",
];
/// The options a mount may have without a value; from `z` on only buildah and podman know them.
const MOUNT_SWITCHES: [&str; 20] = [
    "readonly",
    "ro",
    "readwrite",
    "rw",
    "required",
    "z",
    "u",
    "nosuid",
    "nodev",
    "noexec",
    "shared",
    "rshared",
    "private",
    "rprivate",
    "slave",
    "rslave",
    "bind-nonrecursive",
    "no-dereference",
    "tmpcopyup",
    "notmpcopyup",
];

fn check_mount(mount: &Mount, fault: &mut impl FnMut(String, Span)) {
    for option in &mount.options {
        let key = option.key.as_str();
        if key.contains('$') {
            continue;
        }
        let is_switch = MOUNT_SWITCHES.contains(&key);
        if !is_switch && !MOUNT_KEYS.contains(&key) {
            fault(format!("a mount has no option `{key}`"), option.key_span);
        } else if option.value.is_none() && !is_switch {
            fault(format!("mount option `{key}` needs a value"), option.span);
        }
        let kind = option.value.as_ref().and_then(Word::literal);
        if let Some(kind) = kind.filter(|_| key == "type")
            && !["bind", "cache", "tmpfs", "secret", "ssh"].iter().any(|known| known.eq_ignore_ascii_case(kind))
        {
            fault(format!("there is no mount type `{kind}`"), option.span);
        }
    }
}

/// The value of `RUN --mount=...`, cut into its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// The whole flag.
    pub span: Span,
    /// The options in the order of the file.
    pub options: Vec<MountOption>,
}

/// One `key` or `key=value` of a mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountOption {
    /// The whole option.
    pub span: Span,
    /// The key in lower case.
    pub key: String,
    /// The key.
    pub key_span: Span,
    /// What stands after the `=`.
    pub value: Option<Word>,
}

impl Mount {
    /// The last option whose key is one of `keys`, such as `["target", "dst", "destination"]`.
    #[must_use]
    pub fn option(&self, keys: &[&str]) -> Option<&MountOption> {
        self.options.iter().rev().find(|option| keys.contains(&option.key.as_str()))
    }

    /// The type in lower case: `bind` unless an option says otherwise, `None` if a variable is in it.
    #[must_use]
    pub fn kind(&self) -> Option<String> {
        let Some(option) = self.option(&["type"]) else { return Some("bind".to_owned()) };
        Some(option.value.as_ref()?.literal()?.to_ascii_lowercase())
    }

    /// The variables in the options.
    pub fn expansions(&self) -> impl Iterator<Item = &Expansion> {
        self.options.iter().filter_map(|option| option.value.as_ref()).flat_map(|value| &value.expansions)
    }
}

impl Instruction {
    /// The mounts of a RUN, in the order of the flags.
    pub fn mounts(&self) -> impl Iterator<Item = Mount> {
        let flags = self.flags.iter().filter(|flag| self.keyword == Keyword::Run && flag.name == "mount");
        flags.filter_map(|flag| Some(mount_of(flag, flag.value.as_ref()?)))
    }
}

fn mount_of(flag: &Flag, value: &Word) -> Mount {
    let mut options = Vec::new();
    let mut at = 0;
    for field in value.raw.text().split(',') {
        let place = |start: usize, end: usize| value.to_raw_source(at + start..at + end);
        let equals = field.find('=');
        let key_end = equals.unwrap_or(field.len());
        options.push(MountOption {
            span: place(0, field.len()),
            key: field.get(..key_end).unwrap_or("").to_ascii_lowercase(),
            key_span: place(0, key_end),
            value: equals.map(|equals| {
                let part = Span::from_usize(at + equals + 1, at + field.len());
                let mut word = Word::new(&value.raw, part, value.escape, MAX_EXPANSIONS);
                if part.is_empty() {
                    word.span = Span::empty(place(equals, equals + 1).end);
                }
                word
            }),
        });
        at += field.len() + 1;
    }
    Mount { span: flag.span, options }
}
