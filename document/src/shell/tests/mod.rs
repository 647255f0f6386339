//! What holds of the parser: spans of each construct, recovery, laws over any text, and an oracle.

mod constructs;
mod flow;
mod laws;
mod oracle;
mod recovery;
mod relations;

use super::{Script, Word, parse};
use crate::Span;

/// Parses a script that must be fine.
fn clean(text: &str) -> Script {
    let script = parse(text);
    assert_eq!(script.problems, [], "{text}");
    script
}

/// The span in `text` of the only place where `part` stands.
fn span_of(text: &str, part: &str) -> Span {
    let mut places = text.match_indices(part);
    let (start, _) = places.next().unwrap_or_else(|| panic!("`{part}` is not in `{text}`"));
    assert!(places.next().is_none(), "`{part}` stands twice in `{text}`");
    Span::from_usize(start, start + part.len())
}

/// The literal words of every command, in order.
fn words(script: &Script) -> Vec<Vec<String>> {
    let literal = |word: &Word| word.literal(script).into_owned();
    script.commands().iter().map(|command| script.words(command).iter().map(literal).collect()).collect()
}

/// The names of the commands, in order, separated by blanks; `-` for a command without words.
fn names(script: &Script) -> String {
    let names: Vec<_> =
        script.commands().iter().map(|command| script.name(command).unwrap_or("-".into()).into_owned()).collect();
    names.join(" ")
}
