//! New values as text.

use super::NewValue;
use crate::Value;
use crate::yaml::scalar;

/// How scalars are written at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    /// Inside brackets, where `,` and brackets end a plain scalar.
    pub(super) flow: bool,
    pub(super) quote: Quote,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    WhereNeeded,
    Single,
    Double,
    /// Double quotes, as the file is JSON.
    Json,
}

impl Manner {
    pub(super) fn new(flow: bool, json: bool) -> Self {
        Self { flow, quote: if json { Quote::Json } else { Quote::WhereNeeded } }
    }

    /// The manner of the scalar `written`.
    pub(super) fn like(written: &str, flow: bool) -> Self {
        let quote = match written.as_bytes().first() {
            Some(b'"') => Quote::Double,
            Some(b'\'') => Quote::Single,
            _ => Quote::WhereNeeded,
        };
        Self { flow, quote }
    }
}

/// `text` as a key.
pub(super) fn key(text: &str, manner: &Manner) -> String {
    self::text(text, manner)
}

/// A value on one line.
pub(super) fn flow(value: &NewValue, manner: &Manner) -> String {
    let inner = Manner { flow: true, ..*manner };
    match value {
        NewValue::Null => "null".to_owned(),
        NewValue::Bool(value) => value.to_string(),
        NewValue::Int(value) => value.to_string(),
        NewValue::Text(value) => text(value, manner),
        NewValue::List(items) => {
            let items: Vec<_> = items.iter().map(|item| flow(item, &inner)).collect();
            format!("[{}]", items.join(", "))
        }
        NewValue::Map(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(name, value)| format!("{}: {}", key(name, &inner), flow(value, &inner))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// How block text is laid out.
pub(super) struct Block<'a> {
    pub(super) line_break: &'a str,
    pub(super) step: usize,
}

impl Block<'_> {
    /// `key: value` over as many lines as it takes; the first begins at column `indent`.
    pub(super) fn entry(&self, name: &str, value: &NewValue, indent: usize, made: &mut String) {
        let manner = Manner::new(false, false);
        made.push_str(&key(name, &manner));
        made.push(':');
        self.value(value, indent, made);
    }

    /// What follows a `:` at column `indent`.
    pub(super) fn value(&self, value: &NewValue, indent: usize, made: &mut String) {
        let inner = indent + self.step;
        match value {
            NewValue::Map(entries) if !entries.is_empty() => {
                self.line(inner, made);
                self.entries(entries, inner, made);
            }
            NewValue::List(items) if !items.is_empty() => {
                self.line(inner, made);
                self.items(items, inner, made);
            }
            other => {
                made.push(' ');
                made.push_str(&flow(other, &Manner::new(false, false)));
            }
        }
    }

    /// The entries of a mapping; what is before the first one is written already.
    pub(super) fn entries(&self, entries: &[(String, NewValue)], indent: usize, made: &mut String) {
        for (number, (name, value)) in entries.iter().enumerate() {
            if number > 0 {
                self.line(indent, made);
            }
            self.entry(name, value, indent, made);
        }
    }

    /// The items of a list; what is before the first one is written already.
    pub(super) fn items(&self, items: &[NewValue], indent: usize, made: &mut String) {
        for (number, item) in items.iter().enumerate() {
            if number > 0 {
                self.line(indent, made);
            }
            made.push_str("- ");
            made.push_str(&flow(item, &Manner::new(false, false)));
        }
    }

    fn line(&self, indent: usize, made: &mut String) {
        made.push_str(self.line_break);
        made.extend(std::iter::repeat_n(' ', indent));
    }
}

fn text(text: &str, manner: &Manner) -> String {
    let special = text.chars().any(|c| c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}'));
    match manner.quote {
        Quote::WhereNeeded if !special && plain(text, manner.flow) => text.to_owned(),
        Quote::WhereNeeded if !special && text.contains(['"', '\\']) => single(text),
        Quote::Single if !special => single(text),
        _ => double(text),
    }
}

/// Whether `text` without quotes is read as itself.
fn plain(text: &str, flow: bool) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else { return false };
    if !matches!(scalar::plain(text), Value::Text(_)) || matches!(text, "<<" | "=") {
        return false;
    }
    let begins = match first {
        b'-' | b':' | b'?' => bytes.get(1).is_some_and(|&next| next != b' ' && next != b'\t'),
        first => !b",[]{}#&*!|>'\"%@` \t".contains(first),
    };
    begins
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([' ', ':'])
        && !(flow
            && (text.contains([',', '[', ']', '{', '}']) || text.contains("::") || text.starts_with(['-', ':', '?'])))
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut made = String::with_capacity(text.len() + 2);
    made.push('"');
    for c in text.chars() {
        match c {
            '"' => made.push_str("\\\""),
            '\\' => made.push_str("\\\\"),
            '\n' => made.push_str("\\n"),
            '\r' => made.push_str("\\r"),
            '\t' => made.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}') => {
                made.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => made.push(c),
        }
    }
    made.push('"');
    made
}
