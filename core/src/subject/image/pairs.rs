//! `NAME=value` pairs as builders print them: with or without quotes, blanks in values unmarked.

use std::ops::Range;

/// A name and its value as ranges of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) name: Range<usize>,
    /// Without quotes; `None` for a name alone.
    pub(super) value: Option<Range<usize>>,
}

/// The pairs in `range` of `text`. A word that begins no pair belongs to the value before it, so that
/// `MSG=hello world X=1` is two pairs; a text without any `=` in its first word is `NAME value`.
pub(super) fn split_pairs(text: &str, range: Range<usize>) -> Vec<Pair> {
    let part = |range: Range<usize>| text.get(range).unwrap_or("");
    let mut pairs: Vec<Pair> = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let rest = part(at..range.end);
        let word = rest.split(' ').next().unwrap_or("");
        if word.is_empty() {
            at += 1;
            continue;
        }
        let name = name_of(word);
        if let Some(len) = name {
            let start = at + len + 1;
            let (value, next) = match quoted_value(part(start..range.end)) {
                Some(len) => (start + 1..start + len - 1, start + len),
                None => (start..at + word.len(), at + word.len()),
            };
            pairs.push(Pair { name: at..at + len, value: Some(value) });
            at = next;
            continue;
        }
        let end = at + word.len();
        match pairs.last_mut() {
            Some(Pair { value: Some(value), .. }) => value.end = end,
            Some(last) => last.value = Some(at..end),
            None => pairs.push(Pair { name: at..end, value: None }),
        }
        at = end;
    }
    pairs
}

/// The length of the name before the `=` of a word that begins a pair.
fn name_of(word: &str) -> Option<usize> {
    let len = word.find('=')?;
    let name = word.get(..len)?;
    let fine = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/'));
    fine.then_some(len)
}

/// The length of a value in quotes, quotes included, when a blank or the end follows it.
fn quoted_value(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => {
                let after = text.get(at + 1..).unwrap_or("");
                return (after.is_empty() || after.starts_with(' ')).then_some(at + 1);
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(&str, Option<&str>)> {
        split_pairs(text, 0..text.len())
            .into_iter()
            .map(|pair| (text.get(pair.name).unwrap(), pair.value.map(|value| text.get(value).unwrap())))
            .collect()
    }

    #[test]
    fn blanks_belong_to_the_value_before_them() {
        assert_eq!(shown("MSG=hello world X=1"), [("MSG", Some("hello world")), ("X", Some("1"))]);
        assert_eq!(shown("JAVA_OPTS=-Xmx1g -Da=b"), [("JAVA_OPTS", Some("-Xmx1g -Da=b"))]);
        assert_eq!(shown("maintainer=A B <a@b.example>"), [("maintainer", Some("A B <a@b.example>"))]);
    }

    #[test]
    fn quotes_end_a_value_only_before_a_blank() {
        assert_eq!(shown(r#"A="x y" B='z'"#), [("A", Some("x y")), ("B", Some("z"))]);
        assert_eq!(shown(r#"A="x"y B=1"#), [("A", Some("\"x\"y")), ("B", Some("1"))]);
        assert_eq!(shown("A=\""), [("A", Some("\""))]);
    }

    #[test]
    fn a_name_may_stand_alone_or_before_a_blank() {
        assert_eq!(shown("TOKEN"), [("TOKEN", None)]);
        assert_eq!(shown("NAME some value"), [("NAME", Some("some value"))]);
        assert_eq!(shown(""), []);
    }
}
