//! YAML streams and JSON texts as a [`Tree`].
//!
//! Decision: the events of `granit-parser` (the whole YAML 1.2 test suite, byte ranges, comments) are lowered at once
//! to our own arena; nothing of that crate is in the interface. JSON has a reader of its own, for as YAML it would be
//! read too kindly. Both keep what stands before a fault, and YAML goes on with the next document.

mod build;
pub mod edit;
mod json;
mod message;
mod scalar;
mod text;

pub use build::parse;
pub use json::parse_json;
pub use text::{json_string, scalar_text};

use crate::{NodeId, Problem, Span, Tree};

/// How much of an input is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many mappings and lists may lie inside each other; what lies deeper is left out.
    pub depth: usize,
    /// How many documents of a stream are read.
    pub documents: usize,
    /// How many nodes the aliases of a stream may stand for, all together.
    pub alias_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 128, documents: 10_000, alias_nodes: 100_000 }
    }
}

/// What was read of one text.
///
/// ```
/// use hullmark_document::{Value, yaml};
/// let parsed = yaml::parse("kind: Pod # web\n---\nhostNetwork: yes\n".into(), &yaml::Limits::default());
/// assert!(parsed.problems.is_empty());
/// let (tree, pod) = (&parsed.tree, parsed.documents[1].root);
/// let field = tree.get(pod, "hostNetwork").unwrap();
/// assert_eq!(tree.value(field), Value::Bool(true));
/// assert_eq!(tree.span(field).text(tree.source()), "yes");
/// assert_eq!(parsed.comments[0].span.text(tree.source()), "# web");
/// ```
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The nodes of all documents.
    pub tree: Tree,
    /// The documents in the order of the file.
    pub documents: Vec<Document>,
    /// The comments in the order of the file.
    pub comments: Vec<Comment>,
    /// Keys that stand twice in one mapping.
    pub duplicate_keys: Vec<DuplicateKey>,
    /// What could not be read, in the order of the file.
    pub problems: Vec<Problem>,
}

/// One document of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its outermost node.
    pub root: NodeId,
    /// The bytes from its `---` (for the first one: from the beginning of the text) to the next document's.
    pub span: Span,
}

/// A comment of a YAML file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to before the end of the line.
    pub span: Span,
    /// Whether nothing but white space stands before it on its line.
    pub own_line: bool,
}

/// A key that stands more than once in a mapping. Both nodes are in the tree; the later one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateKey {
    /// The first node under this key.
    pub first: NodeId,
    /// The node that repeats the key.
    pub again: NodeId,
}

/// Finds repeated keys while a tree is built, in constant time for each key.
#[derive(Debug, Default)]
struct KeyWatch {
    found: Vec<DuplicateKey>,
    /// From the last node that repeats a key to the first node under it.
    first: std::collections::HashMap<NodeId, NodeId>,
}

impl KeyWatch {
    /// Notes `again`, which was just added, when `before` already stood under its key.
    fn note(&mut self, before: Option<NodeId>, again: NodeId) {
        let Some(before) = before else { return };
        let first = self.first.remove(&before).unwrap_or(before);
        self.first.insert(again, first);
        self.found.push(DuplicateKey { first, again });
    }
}

#[cfg(test)]
mod tests;
