//! Edits of a YAML or JSON text that keep its comments and its looks.
//!
//! Decision: an edit is a few replaced byte ranges, never a file written anew. Where the place is shared (anchors),
//! tagged, or written in a way that cannot be continued safely (`? key`), there is no edit: a missing fix is better than a
//! wrong one.

mod layout;
mod remove;
mod set;
mod write;

pub use remove::remove;
pub use set::set;

use crate::{NodeId, Span, Tree, Value};
use layout::Layout;
use write::Manner;

/// A range of the text and what it becomes. The ranges of one answer do not overlap and are in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// The bytes that go; empty where text is only put in.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

/// A value to be written into a file.
#[derive(Clone, Debug, PartialEq)]
pub enum NewValue {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text; quoted where it would be read as something else.
    Text(String),
    /// A list.
    List(Vec<NewValue>),
    /// A mapping, in this order.
    Map(Vec<(String, NewValue)>),
}

impl NewValue {
    /// Whether `node` already holds this.
    pub(super) fn is_at(&self, tree: &Tree, node: NodeId) -> bool {
        match (self, tree.value(node)) {
            (Self::Null, Value::Null) => true,
            (Self::Bool(new), Value::Bool(old)) => *new == old,
            (Self::Int(new), Value::Int(old)) => *new == old,
            (Self::Text(new), Value::Text(old)) => new == old,
            (Self::List(new), Value::List) => {
                let old: Vec<_> = tree.children(node).take(new.len() + 1).collect();
                new.len() == old.len() && new.iter().zip(old).all(|(new, old)| new.is_at(tree, old))
            }
            (Self::Map(new), Value::Map) => {
                let old: Vec<_> = tree.children(node).take(new.len() + 1).collect();
                new.len() == old.len()
                    && new.iter().zip(old).all(|((key, new), old)| key == tree.key(old) && new.is_at(tree, old))
            }
            _ => false,
        }
    }
}

/// `source` with `edits` carried out.
///
/// ```
/// use hullmark_document::yaml::{self, edit};
/// let source = "spec:\n  a: 1 # one\n";
/// let parsed = yaml::parse(source.into(), &yaml::Limits::default());
/// let root = parsed.documents[0].root;
/// let edits = edit::set(&parsed.tree, root, &["spec", "b"], &edit::NewValue::Bool(true)).unwrap();
/// assert_eq!(edit::apply(source, &edits), "spec:\n  a: 1 # one\n  b: true\n");
/// ```
#[must_use]
pub fn apply(source: &str, edits: &[TextEdit]) -> String {
    let mut made = String::with_capacity(source.len());
    let mut at = 0;
    for edit in edits {
        made.push_str(Span::new(at, edit.span.start).text(source));
        made.push_str(&edit.text);
        at = edit.span.end.max(at);
    }
    made.push_str(source.get(at as usize..).unwrap_or(""));
    made
}

/// The value in YAML on one line.
#[must_use]
pub fn one_line(value: &NewValue) -> String {
    write::flow(value, &Manner::new(false, false))
}

/// Gives a field another key, in the manner the old one is quoted. `None` if the mapping has the new key already.
#[must_use]
pub fn rename_key(tree: &Tree, node: NodeId, key: &str) -> Option<Vec<TextEdit>> {
    let layout = Layout::new(tree);
    let parent = tree.parent(node)?;
    let span = tree.key_span(node);
    if tree.key(node) == key {
        return Some(Vec::new());
    }
    if span.is_empty() || layout.shared(parent) || layout.has_properties(span.start) {
        return None;
    }
    if tree.is_merge(node) || tree.get_own(parent, key).is_some() {
        return None;
    }
    let written = span.text(tree.source());
    let quoted = written.starts_with(['"', '\'']);
    if (!quoted && written != tree.key(node)) || written.contains('\n') || key.len() > 256 {
        return None;
    }
    let manner = Manner::like(written, layout.in_flow(parent));
    Some(vec![TextEdit { span, text: write::key(key, &manner) }])
}

/// Replaces a scalar by the text `text`, quoted as the old one was, or where it must be.
#[must_use]
pub fn replace_scalar(tree: &Tree, node: NodeId, text: &str) -> Option<Vec<TextEdit>> {
    if matches!(tree.value(node), Value::List | Value::Map | Value::Unknown(_)) || tree.is_link(node) {
        return None;
    }
    set::replace(tree, node, &NewValue::Text(text.to_owned()))
}

#[cfg(test)]
mod tests;
