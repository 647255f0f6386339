//! Texts with holes: messages, made keys, texts of fixes.

use serde::{Deserialize, Serialize};

use crate::load::scope::Scope;
use crate::path::Path;

/// A text with holes that are filled from nodes: `{.name}`, `{$pkg|or:"?"}`. `{{` stands for a brace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Template {
    /// The text before each hole, with the hole; the last one may be without.
    pub parts: Vec<(String, Option<Hole>)>,
}

/// A hole of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hole {
    /// The node whose value fills it.
    pub path: Path,
    /// How it is shown.
    pub filters: Vec<Filter>,
}

/// How the value of a hole is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Filter {
    /// `or:"text"`: what stands there when the node is absent.
    Or(String),
    /// `short`: at most 40 characters.
    Short,
    /// `key`: the key under which the node, or the nearest one above it with a key, stands.
    Key,
    /// `shape`: prefix, length and kind of a secret in place of the secret.
    Shape,
    /// `line`: the line of the node in its file.
    Line,
    /// `lower`: the value in lower case.
    Lower,
    /// `upper`: the value in upper case.
    Upper,
    /// `count`: how many items it has.
    Count,
}

impl Template {
    /// A template without holes.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        Self { parts: vec![(text.to_owned(), None)] }
    }

    /// Reads a template in `scope`.
    pub(crate) fn parse(text: &str, scope: &Scope) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(['{', '}']) {
            literal.push_str(before);
            let brace = rest.get(before.len()..).and_then(|tail| tail.chars().next()).unwrap_or('{');
            if let Some(after) = after.strip_prefix(brace) {
                literal.push(brace);
                rest = after;
                continue;
            }
            if brace == '}' {
                return Err("a `}` without `{`; write `}}` for a brace".to_owned());
            }
            let Some((hole, after)) = split_hole(after) else {
                return Err("a `{` without `}`; write `{{` for a brace".to_owned());
            };
            parts.push((std::mem::take(&mut literal), Some(parse_hole(hole, scope)?)));
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() || parts.is_empty() {
            parts.push((literal, None));
        }
        Ok(Self { parts })
    }
}

/// The text up to the `}` that ends the hole, quotes and brackets respected, and what follows it.
fn split_hole(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '}' if !quoted => return Some((text.get(..at)?, text.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

fn parse_hole(text: &str, scope: &Scope) -> Result<Hole, String> {
    let mut parts = text.split('|');
    let path = parts.next().unwrap_or("").trim();
    let (path, _) = Path::parse(path, scope)?;
    if path.is_many() {
        return Err(format!("`{{{text}}}` may name several nodes"));
    }
    let filters = parts.map(|filter| parse_filter(filter.trim())).collect::<Result<_, _>>()?;
    Ok(Hole { path, filters })
}

fn parse_filter(text: &str) -> Result<Filter, String> {
    if let Some(value) = text.strip_prefix("or:") {
        return Ok(Filter::Or(value.trim_matches('"').to_owned()));
    }
    match text {
        "short" => Ok(Filter::Short),
        "key" => Ok(Filter::Key),
        "shape" => Ok(Filter::Shape),
        "line" => Ok(Filter::Line),
        "lower" => Ok(Filter::Lower),
        "upper" => Ok(Filter::Upper),
        "count" => Ok(Filter::Count),
        _ => Err(format!(
            "no filter is called `{text}`; there are or:\"text\", short, key, shape, line, lower, upper, count"
        )),
    }
}
