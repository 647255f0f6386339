//! Filling the holes of messages and texts.

use hullmark_document::{LineIndex, Value};
use hullmark_language::{Filter, Hole, Path, Template};

use super::compare::Single;
use super::eval::Evaluation;
use super::node::{Found, NodeRef};
use super::secret;

/// The longest value that a message shows, in characters.
const LONGEST: usize = 120;

impl<'a, 'p: 'a> Evaluation<'a, 'p> {
    /// The text of a template for people: line ends and control characters are shown as blanks, values that a rule
    /// redacts by their shape.
    pub(crate) fn message(&self, template: &'p Template, redact: &'p [Path]) -> String {
        let mut text = String::with_capacity(LONGEST);
        for (literal, hole) in &template.parts {
            text.push_str(literal);
            if let Some(hole) = hole {
                text.push_str(&self.hole(hole, redact));
            }
        }
        text
    }

    /// The text of a template for a file: values as they are; `None` when one is missing or not known.
    pub(crate) fn fill_known(&self, template: &'p Template) -> Option<String> {
        let mut text = String::new();
        for (literal, hole) in &template.parts {
            text.push_str(literal);
            let Some(hole) = hole else { continue };
            let value = match self.find(&hole.path) {
                Found::Node(node) => Single::of(node.value()).map(|value| value.text().into_owned()),
                Found::Absent(_) | Found::Nowhere | Found::Unknown(_) => None,
            };
            let value = value.or_else(|| or_else(hole).map(str::to_owned))?;
            let key = |found: Found<'a>| found.node().map_or_else(String::new, key_above);
            text.push_str(&hole.filters.iter().fold(value, |value, filter| match filter {
                Filter::Key => key(self.find(&hole.path)),
                Filter::Lower => value.to_ascii_lowercase(),
                Filter::Upper => value.to_ascii_uppercase(),
                _ => value,
            }));
        }
        Some(text)
    }

    fn hole(&self, hole: &'p Hole, redact: &'p [Path]) -> String {
        let found = self.find(&hole.path);
        let node = match found {
            Found::Node(node) => node,
            // Of a hole the hole is shown, of a thing that may lack it nothing.
            Found::Unknown(node) if node.tree.field_count(node.id) == 0 => node,
            Found::Unknown(_) | Found::Absent(_) | Found::Nowhere => {
                return or_else(hole).unwrap_or("?").to_owned();
            }
        };
        let redacted = redact.iter().any(|path| self.find(path).node().is_some_and(|other| other == node));
        let mut text = shown(node);
        // Nor are its key, line and number of parts the secret.
        let mut shaped = hole.filters.iter().any(|it| matches!(it, Filter::Key | Filter::Line | Filter::Count));
        for filter in &hole.filters {
            match filter {
                Filter::Key => text = key_above(node),
                Filter::Shape => {
                    text = self.shape(&text);
                    shaped = true;
                }
                Filter::Short => text = shorten(&text, 40),
                Filter::Line => {
                    let at = node.tree.span(node.id).start;
                    text = LineIndex::new(node.tree.source()).line(at).to_string();
                }
                Filter::Lower => text = text.to_ascii_lowercase(),
                Filter::Upper => text = text.to_ascii_uppercase(),
                Filter::Count => text = node.children().count().to_string(),
                Filter::Or(_) => {}
            }
        }
        if redacted && !shaped {
            text = self.shape(&text);
        }
        printable(&shorten(&text, LONGEST))
    }

    /// A secret without itself, with what it is when its shape tells.
    fn shape(&self, text: &str) -> String {
        match self.program.secrets.find(text) {
            Some(kind) => format!("{}: {}", kind.name, secret::shape(text, true)),
            None => secret::shape(text, false),
        }
    }
}

fn or_else(hole: &Hole) -> Option<&str> {
    hole.filters.iter().find_map(|filter| match filter {
        Filter::Or(text) => Some(text.as_str()),
        _ => None,
    })
}

/// A node's value as a person reads it.
fn shown(node: NodeRef<'_>) -> String {
    match node.value() {
        Value::Unknown("") | Value::List | Value::Map => node.source().to_owned(),
        Value::Unknown(text) => text.to_owned(),
        value => Single::of(value).map_or_else(String::new, |value| value.text().into_owned()),
    }
}

/// The key under which the node, or the nearest one above it with a key, stands.
fn key_above(node: NodeRef<'_>) -> String {
    let mut at = Some(node.id);
    while let Some(id) = at {
        let key = node.tree.key(id);
        if !key.is_empty() {
            return key.to_owned();
        }
        at = node.tree.parent(id);
    }
    String::new()
}

fn shorten(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(longest.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// The text on one line, without characters that move a terminal's cursor or turn the direction of writing.
fn printable(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        let c = match c {
            c if c.is_control() => ' ',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c => c,
        };
        if c != ' ' || !made.ends_with(' ') {
            made.push(c);
        }
    }
    made.trim().to_owned()
}
