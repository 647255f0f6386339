//! Paths: how a rule names a node.
//!
//! A path begins with `.` (the subject, or inside `where:` the element at hand) or with `$name` (a capture, `$subject`,
//! `$params.x`, `$data.table`), so a reader never takes a path for a word of the language. Then come `.name`,
//! `["any key"]` with holes such as `["prefix/{.name}"]`, and `[*]` for every item. There are no filters and no code.

use hullmark_document::Hint;
use serde::{Deserialize, Serialize};

use crate::load::scope::Scope;
use crate::subject::{Kind, Type, type_named};
use crate::template::Template;

/// A path, checked against the type it starts from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Path {
    /// Where it starts.
    pub start: Start,
    /// The steps from there.
    pub segments: Vec<Segment>,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Start {
    /// A node at hand: slot 0 is the subject, the others are the elements of quantifiers.
    Slot(u8),
    /// A parameter of the rule, by its place in the list.
    Param(u8),
    /// A data table, by name.
    Data(String),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Segment {
    /// A key of the document.
    Key(Name),
    /// A member that Hullmark worked out.
    Fact(Name),
    /// A key of the document, made from other nodes' values.
    Made(Template),
    /// Every item or entry.
    Each,
    /// Nodes found through other objects of the set.
    Related(String),
}

/// A key with what helps trees to find it: its hash, and where it stood the last time.
#[derive(Debug, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Name {
    text: String,
    hash: u32,
    hint: Hint,
}

impl Name {
    /// The key.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its hash, as [`Tree::hash_key`](hullmark_document::Tree::hash_key) has it.
    #[must_use]
    pub fn hash(&self) -> u32 {
        self.hash
    }

    /// Where a fact of this name stood the last time.
    #[must_use]
    pub fn hint(&self) -> &Hint {
        &self.hint
    }
}

impl Clone for Name {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), hash: self.hash, hint: Hint::default() }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Name {}

impl std::hash::Hash for Name {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u32(self.hash);
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        let hash = hullmark_document::Tree::hash_key(&text);
        Self { text, hash, hint: Hint::default() }
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.text
    }
}

/// What is known of the type of the node that a path ends at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A single value.
    Leaf,
    /// The document's own part: anything.
    Open,
    /// A thing of a named type.
    Of(&'static Type),
    /// A list of leaves, or a mapping of names to leaves.
    Leaves,
    /// A list of things.
    ListOf(&'static Type),
    /// A mapping from names to lists of things.
    ListsOf(&'static Type),
    /// A mapping from names to lists of single values.
    ListsOfLeaves,
    /// Related things, which only quantifiers may ask for.
    RelatedTo(&'static Type),
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Type {}

impl Shape {
    /// The shape of a member of kind `kind`.
    fn of(kind: Kind) -> Self {
        let named = |name: &str, make: fn(&'static Type) -> Self| type_named(name).map_or(Self::Open, make);
        match kind {
            Kind::Text | Kind::Bool | Kind::Number => Self::Leaf,
            Kind::Any | Kind::Open => Self::Open,
            Kind::Texts | Kind::TextMap => Self::Leaves,
            Kind::TextsByName => Self::ListsOfLeaves,
            Kind::One(name) => named(name, Self::Of),
            Kind::Many(name) => named(name, Self::ListOf),
            Kind::ByName(name) => named(name, Self::ListsOf),
            Kind::Related(name) => named(name, Self::RelatedTo),
        }
    }

    /// The shape of one element.
    pub(crate) fn element(self) -> Self {
        match self {
            Self::ListOf(of) | Self::RelatedTo(of) => Self::Of(of),
            Self::Leaves => Self::Leaf,
            Self::ListsOf(of) => Self::ListOf(of),
            Self::ListsOfLeaves => Self::Leaves,
            Self::Open | Self::Of(_) | Self::Leaf => Self::Open,
        }
    }
}

impl Path {
    /// Whether the path can name more than one node.
    #[must_use]
    pub fn is_many(&self) -> bool {
        self.segments.iter().any(|segment| matches!(segment, Segment::Each | Segment::Related(_)))
    }

    /// Whether `text` looks like a path rather than a word or a value.
    #[must_use]
    pub fn looks_like_one(text: &str) -> bool {
        text.starts_with('.') || text.starts_with('$')
    }

    /// Reads a path in `scope`.
    pub(crate) fn parse(text: &str, scope: &Scope) -> Result<(Self, Shape), String> {
        let (start, mut shape, rest) = parse_start(text, scope)?;
        let mut segments = Vec::new();
        let mut rest = rest;
        while let Some((segment, next_shape, left)) = parse_segment(rest, shape, scope)? {
            segments.push(segment);
            shape = next_shape;
            rest = left;
        }
        Ok((Self { start, segments }, shape))
    }
}

/// The start of a path and what is left of the text after it.
fn parse_start<'t>(text: &'t str, scope: &Scope) -> Result<(Start, Shape, &'t str), String> {
    if text == "." {
        return Ok((Start::Slot(scope.current()), scope.shape(scope.current()), ""));
    }
    if text.starts_with('.') {
        return Ok((Start::Slot(scope.current()), scope.shape(scope.current()), text));
    }
    let Some(rest) = text.strip_prefix('$') else {
        return Err(format!("`{text}` is no path: a path begins with `.` or `$`"));
    };
    let (name, rest) = split_name(rest);
    if name == "params" || name == "data" {
        let (wanted, rest) = split_name(rest.strip_prefix('.').unwrap_or(""));
        if wanted.is_empty() {
            return Err(format!("`{text}` names nothing after `${name}.`"));
        }
        if name == "data" {
            return Ok((Start::Data(wanted.to_owned()), Shape::Open, rest));
        }
        let index = scope.param(wanted).ok_or_else(|| format!("the rule has no parameter `{wanted}`"))?;
        return Ok((Start::Param(index), Shape::Open, rest));
    }
    let slot = scope.slot(name).ok_or_else(|| {
        format!("`${name}` is not defined here; captures are made by `as:` and hold where the element does")
    })?;
    Ok((Start::Slot(slot), scope.shape(slot), rest))
}

/// The next step and what is left of the text, `None` at its end.
fn parse_segment<'t>(text: &'t str, shape: Shape, scope: &Scope) -> Result<Option<(Segment, Shape, &'t str)>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(rest) = text.strip_prefix("[*]") {
        return match shape {
            Shape::Leaf => Err("`[*]` after a single value".to_owned()),
            Shape::Of(of) if !of.open => Err(format!("`[*]` after one {}", of.name)),
            _ => Ok(Some((Segment::Each, shape.element(), rest))),
        };
    }
    if let Some(quoted) = text.strip_prefix("[\"") {
        let Some((key, rest)) = quoted.split_once("\"]") else {
            return Err(format!("`{text}` lacks a closing `\"]`"));
        };
        if matches!(shape, Shape::Leaf) || matches!(shape, Shape::Of(of) if !of.open) {
            return Err(format!("`[\"{key}\"]` after something without keys of the document"));
        }
        let after = match shape {
            Shape::Leaves => Shape::Leaf,
            Shape::ListsOf(of) => Shape::ListOf(of),
            Shape::ListsOfLeaves => Shape::Leaves,
            _ => Shape::Open,
        };
        if key.contains('{') {
            return Ok(Some((Segment::Made(Template::parse(key, scope)?), after, rest)));
        }
        return Ok(Some((key_segment(key), after, rest)));
    }
    let Some(rest) = text.strip_prefix('.') else {
        return Err(format!("`{text}` is no step of a path: `.name`, `[\"key\"]` or `[*]`"));
    };
    let (name, rest) = split_name(rest);
    if name.is_empty() {
        return Err("a name is missing after `.`".to_owned());
    }
    let (segment, shape) = named_segment(name, shape)?;
    Ok(Some((segment, shape, rest)))
}

/// The step `.name` from a node of shape `shape`.
fn named_segment(name: &str, shape: Shape) -> Result<(Segment, Shape), String> {
    match shape {
        Shape::Leaf => Err(format!("`.{name}` after a single value")),
        Shape::Leaves => Ok((key_segment(name), Shape::Leaf)),
        Shape::Open => Ok((key_segment(name), Shape::Open)),
        Shape::ListsOf(of) => Ok((key_segment(name), Shape::ListOf(of))),
        Shape::ListsOfLeaves => Ok((key_segment(name), Shape::Leaves)),
        Shape::ListOf(of) | Shape::RelatedTo(of) => {
            Err(format!("`.{name}` after a list of {}: use a quantifier, or `[*]` inside one", of.name))
        }
        Shape::Of(of) => match of.member(name) {
            Some(member) if matches!(member.kind, Kind::Related(_)) => {
                Ok((Segment::Related(name.to_owned()), Shape::of(member.kind)))
            }
            Some(member) => Ok((Segment::Fact(name.to_owned().into()), Shape::of(member.kind))),
            None if of.open => Ok((key_segment(name), Shape::Open)),
            None => {
                let near = crate::error::nearest(name, of.members.iter().map(|member| member.name));
                let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                Err(format!("`{}` has no `{name}`{hint}", of.name))
            }
        },
    }
}

fn key_segment(key: &str) -> Segment {
    Segment::Key(key.to_owned().into())
}

/// The leading name of `text` and the rest.
fn split_name(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}
