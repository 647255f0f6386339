//! The arena tree in which rules see every kind of document.
//!
//! Decision: Dockerfiles, shell commands, image configs and Kubernetes manifests are all lowered to this one form, so
//! that the rule language has one notion of a value, a place, a parent and an absence. Nodes lie in one `Vec` and name
//! each other by index, so a tree is built without reference counting and dropped at once.
//!
//! Two kinds of children are kept apart: *fields*, which stand in the document (for YAML: keys that the author wrote),
//! and *facts*, which Hullmark worked out (`effective-user`, a link to the pod of a container). A document cannot
//! forge a fact by using its name as a key.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, RandomState};
use std::sync::Arc;

use crate::Span;
use crate::span::offset;
pub use lookup::{Entries, Hint};
use lookup::{Hashed, hash, key_bit};

mod lookup;
#[cfg(test)]
mod tests;

/// The index of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The index as a number, dense from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// No node: the end of a chain of siblings, the parent of a root.
const NONE: u32 = u32::MAX;
/// Mappings with more fields than this get a hash index, so that a look-up never costs more than a few steps. Facts need
/// none: there are as many as Hullmark knows, not as an author likes.
const INDEXED_FROM: u32 = 24;
/// So many keys are remembered to be written once.
const KNOWN_KEYS: usize = 128;
/// Links are followed this often before the node counts as unknown: aliases may form rings.
const LINK_STEPS: usize = 16;
/// So many mappings are looked into for one key by way of merges: merges of merges may multiply.
const MERGE_VISITS: usize = 256;

/// A piece of text: of the source, or of the tree's own buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Text {
    start: u32,
    /// The length in bytes, doubled; and one more for the tree's own buffer.
    len_and_own: u32,
}

impl Text {
    const EMPTY: Self = Self { start: 0, len_and_own: 1 };

    fn of_source(span: Span) -> Self {
        Self { start: span.start, len_and_own: span.len().min(u32::MAX >> 1) << 1 }
    }

    fn of_own(start: usize, len: usize) -> Self {
        Self { start: offset(start), len_and_own: offset(len).min(u32::MAX >> 1) << 1 | 1 }
    }

    fn is_own(self) -> bool {
        self.len_and_own & 1 == 1
    }

    fn span(self) -> Span {
        Span::new(self.start, self.start.saturating_add(self.len_and_own >> 1))
    }
}

/// What a node holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'t> {
    /// Nothing: YAML's `null`, an empty value.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// Text.
    Text(&'t str),
    /// An ordered list; its items are the node's fields without key.
    List,
    /// A mapping; its entries are the node's fields.
    Map,
    /// A value that is not known: an ARG without default, a template's hole. The text is as written.
    Unknown(&'t str),
}

#[derive(Clone, Copy, Debug)]
enum Slot {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Text),
    List,
    Map,
    Unknown(Text),
    Link(u32),
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    span: Span,
    slot: Slot,
    parent: u32,
    next_sibling: u32,
    key_hash: u32,
    /// Its key, by its place in the list of them; none for an item without a place for one.
    key: u32,
    /// What stands below it, by its place in the list of branches; none for a leaf, as most nodes are.
    branch: u32,
    fact: bool,
}

/// A key and where it stands.
#[derive(Clone, Copy, Debug)]
struct Key {
    text: Text,
    span: Span,
}

/// What stands below one node.
#[derive(Clone, Copy, Debug)]
struct Branch {
    fields: Chain,
    facts: Chain,
    /// How many fields there are.
    field_count: u32,
    /// Whether a field has a key: a list need not be looked through for one.
    keyed: bool,
    /// Whether two fields may have one key: then the last one counts, else the first that is found.
    doubled: bool,
}

impl Branch {
    const EMPTY: Self =
        Self { fields: Chain::EMPTY, facts: Chain::EMPTY, field_count: 0, keyed: false, doubled: false };
}

/// The children of one kind.
#[derive(Clone, Copy, Debug)]
struct Chain {
    first: u32,
    last: u32,
    /// A bit for the key of each: most keys that are asked for and missing are told from it.
    keys: u64,
}

impl Chain {
    const EMPTY: Self = Self { first: NONE, last: NONE, keys: 0 };
}

/// What a node is made from; see [`Tree::add`].
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// The key under which it stands in its parent; empty for an item of a list and for a root.
    pub key: &'a str,
    /// Where the key stands; empty when it does not stand in the file.
    pub key_span: Span,
    /// Where the value stands. For an empty value, the empty range where it would stand.
    pub span: Span,
    /// What it holds.
    pub value: Value<'a>,
}

impl<'a> Node<'a> {
    /// A node without key.
    #[must_use]
    pub fn item(value: Value<'a>, span: Span) -> Self {
        Self { key: "", key_span: Span::default(), span, value }
    }

    /// A node under `key`, which does not itself stand in the file.
    #[must_use]
    pub fn field(key: &'a str, value: Value<'a>, span: Span) -> Self {
        Self { key, key_span: Span::default(), span, value }
    }
}

/// Nodes of one document or file, each with a place in it.
///
/// ```
/// use hullmark_document::{Node, Span, Tree, Value};
/// let mut tree = Tree::new("USER root");
/// let user = tree.add_root(Value::Map, Span::new(0, 9));
/// tree.add(user, Node::field("user", Value::Text("root"), Span::new(5, 9)));
/// let node = tree.get(user, "user").unwrap();
/// assert_eq!(tree.value(node), Value::Text("root"));
/// assert_eq!(tree.span(node), Span::new(5, 9));
/// ```
#[derive(Clone, Debug)]
pub struct Tree {
    source: Arc<str>,
    own: String,
    nodes: Vec<Entry>,
    branches: Vec<Branch>,
    keys: Vec<Key>,
    roots: Vec<NodeId>,
    /// For parents with many fields: from the key to the last field of that name. The hash is seeded, for an author
    /// who is free to choose keys could otherwise make every look-up a walk over all of them.
    wide: HashMap<u32, HashMap<u64, u32, BuildHasherDefault<Hashed>>>,
    seed: RandomState,
    /// Keys of facts in the list of keys, each with its hash at the place of that: facts have the same few.
    known_keys: Box<[(u32, u32); KNOWN_KEYS]>,
}

impl Tree {
    /// An empty tree over `source`. Texts that lie in `source` at the span they are added with are not copied.
    #[must_use]
    pub fn new(source: impl Into<Arc<str>>) -> Self {
        let source = source.into();
        // About as many nodes as most documents have, so that the list seldom moves while it grows.
        let room = source.len() / 2;
        Self::with_room(source, room)
    }

    /// As [`Tree::new`], with room for about as many nodes before the list of them has to grow.
    #[must_use]
    pub fn with_room(source: Arc<str>, nodes: usize) -> Self {
        let nodes = Vec::with_capacity(nodes.clamp(16, 1 << 16));
        let own = String::with_capacity(nodes.capacity());
        let branches = Vec::with_capacity(nodes.capacity() / 4);
        Self {
            source,
            own,
            nodes,
            branches,
            keys: Vec::new(),
            roots: Vec::new(),
            wide: HashMap::new(),
            seed: RandomState::new(),
            known_keys: Box::new([(0, NONE); KNOWN_KEYS]),
        }
    }

    /// The text the spans count in.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The roots in the order they were added: one for each document.
    #[must_use]
    pub fn roots(&self) -> &[NodeId] {
        &self.roots
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The node that was added last.
    #[must_use]
    pub fn last(&self) -> Option<NodeId> {
        self.nodes.len().checked_sub(1).map(|last| NodeId(offset(last)))
    }

    /// Whether there is no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Adds a node without parent.
    pub fn add_root(&mut self, value: Value<'_>, span: Span) -> NodeId {
        let id = self.push(NONE, Node::item(value, span), hash(""), false);
        self.roots.push(id);
        id
    }

    /// Adds a field (or, for a list, an item) as the last child of `parent`.
    pub fn add(&mut self, parent: NodeId, node: Node<'_>) -> NodeId {
        self.push(parent.0, node, hash(node.key), false)
    }

    /// Adds a fact to `parent`: a child that [`Tree::get`] and [`Tree::children`] do not show, only [`Tree::fact`].
    /// Facts are told apart by the hashes of their names, of which Hullmark knows all: no two may have the same.
    #[inline]
    pub fn add_fact(&mut self, parent: NodeId, node: Node<'_>) -> NodeId {
        // Where the name is written out at the call, its hash is worked out when that is compiled.
        let key_hash = hash(node.key);
        debug_assert!(self.fact_of(parent, key_hash).is_none(), "{} is known already", node.key);
        self.push(parent.0, node, key_hash, true)
    }

    /// Adds a field that stands for another node: a YAML alias.
    pub fn add_link(&mut self, parent: NodeId, node: Node<'_>, target: NodeId) -> NodeId {
        let id = self.push(parent.0, node, hash(node.key), false);
        self.set_slot(id, Slot::Link(target.0));
        id
    }

    /// Adds a fact that stands for another node, such as the stage of an instruction.
    #[inline]
    pub fn add_fact_link(&mut self, parent: NodeId, key: &str, target: NodeId) -> NodeId {
        let span = self.span(target);
        let id = self.add_fact(parent, Node::field(key, Value::Null, span));
        self.set_slot(id, Slot::Link(target.0));
        id
    }

    /// Replaces what a node holds; its children stay.
    pub fn set_value(&mut self, id: NodeId, value: Value<'_>) {
        let span = self.span(id);
        let slot = self.slot_of(value, span);
        self.set_slot(id, slot);
    }

    /// Replaces the place of a node, for containers whose end is known only after their children.
    pub fn set_span(&mut self, id: NodeId, span: Span) {
        if let Some(entry) = self.nodes.get_mut(id.index()) {
            entry.span = span;
        }
    }

    /// Makes every mapping and list one of which not all is known: what it lacks may stand elsewhere.
    pub fn open_all(&mut self) {
        for entry in &mut self.nodes {
            if matches!(entry.slot, Slot::Map | Slot::List) {
                entry.slot = Slot::Unknown(Text::EMPTY);
            }
        }
    }

    fn set_slot(&mut self, id: NodeId, slot: Slot) {
        if let Some(entry) = self.nodes.get_mut(id.index()) {
            entry.slot = slot;
        }
    }

    fn slot_of(&mut self, value: Value<'_>, span: Span) -> Slot {
        match value {
            Value::Null => Slot::Null,
            Value::Bool(value) => Slot::Bool(value),
            Value::Int(value) => Slot::Int(value),
            Value::Float(value) => Slot::Float(value),
            Value::Text(text) => Slot::Text(self.keep(text, span)),
            Value::List => Slot::List,
            Value::Map => Slot::Map,
            Value::Unknown(text) => Slot::Unknown(self.keep(text, span)),
        }
    }

    fn keep(&mut self, text: &str, span: Span) -> Text {
        if span.len() as usize == text.len() && span.text(&self.source) == text {
            return Text::of_source(span);
        }
        // A quoted text without escapes stands verbatim between its quotes.
        if span.len() as usize == text.len() + 2 {
            let inside = Span::new(span.start.saturating_add(1), span.end.saturating_sub(1));
            if inside.text(&self.source) == text {
                return Text::of_source(inside);
            }
        }
        self.keep_own(text)
    }

    fn keep_own(&mut self, text: &str) -> Text {
        let start = self.own.len();
        self.own.push_str(text);
        Text::of_own(start, text.len())
    }

    fn keep_key(&mut self, node: &Node<'_>, key_hash: u32, fact: bool) -> u32 {
        if node.key.is_empty() && node.key_span.is_empty() {
            return NONE;
        }
        // Few facts have a key that stands in the file.
        let known = (fact && node.key_span.is_empty()).then_some(key_hash as usize % KNOWN_KEYS);
        if let Some(&(hash, key)) = known.and_then(|at| self.known_keys.get(at))
            && hash == key_hash
            && key != NONE
        {
            debug_assert_eq!(self.key_of(key), node.key, "two names of facts have one hash");
            return key;
        }
        let text = if node.key_span.is_empty() { self.keep_own(node.key) } else { self.keep(node.key, node.key_span) };
        let key = offset(self.keys.len());
        self.keys.push(Key { text, span: node.key_span });
        if let Some(slot) = known.and_then(|at| self.known_keys.get_mut(at)) {
            *slot = (key_hash, key);
        }
        key
    }

    fn push(&mut self, parent: u32, node: Node<'_>, key_hash: u32, fact: bool) -> NodeId {
        let id = offset(self.nodes.len());
        let key = self.keep_key(&node, key_hash, fact);
        let slot = self.slot_of(node.value, node.span);
        let entry = Entry { span: node.span, slot, parent, next_sibling: NONE, key_hash, key, branch: NONE, fact };
        self.nodes.push(entry);
        self.attach(parent, id, (key_hash, !node.key.is_empty()), fact);
        NodeId(id)
    }

    fn attach(&mut self, parent: u32, id: u32, (key_hash, named): (u32, bool), fact: bool) {
        let Some(above) = self.nodes.get_mut(parent as usize) else { return };
        let has_key = named || matches!(above.slot, Slot::Map);
        if above.branch == NONE {
            above.branch = offset(self.branches.len());
            self.branches.push(Branch::EMPTY);
        }
        let Some(below) = self.branches.get_mut(above.branch as usize) else { return };
        let chain = if fact { &mut below.facts } else { &mut below.fields };
        let previous = std::mem::replace(&mut chain.last, id);
        let doubled = chain.keys & key_bit(key_hash) != 0;
        chain.keys |= key_bit(key_hash);
        if previous == NONE {
            chain.first = id;
        }
        let mut wide = false;
        if !fact {
            below.field_count += 1;
            below.keyed |= has_key;
            below.doubled |= doubled;
            wide = below.field_count > INDEXED_FROM && below.keyed;
        }
        if let Some(before) = self.nodes.get_mut(previous as usize) {
            before.next_sibling = id;
        }
        // The items of a list among keys are in the index as far as they were there before; they are never asked for.
        if wide && (has_key || !self.wide.contains_key(&parent)) {
            self.index(parent, id);
        }
    }

    /// What stands below a node.
    fn below(&self, entry: &Entry) -> &Branch {
        const NOTHING: &Branch = &Branch::EMPTY;
        self.branches.get(entry.branch as usize).unwrap_or(NOTHING)
    }

    fn key_span_of(&self, entry: &Entry) -> Span {
        self.keys.get(entry.key as usize).map_or_else(Span::default, |key| key.span)
    }

    /// The text of a key by its place in the list of them; none is the empty one.
    fn key_of(&self, key: u32) -> &str {
        self.keys.get(key as usize).map_or("", |key| self.str_of(key.text))
    }

    fn entry(&self, id: NodeId) -> Option<&Entry> {
        self.nodes.get(id.index())
    }

    fn str_of(&self, text: Text) -> &str {
        let from: &str = if text.is_own() { &self.own } else { &self.source };
        text.span().text(from)
    }

    /// The node that `id` stands for: itself, or the end of its chain of links. `None` for a ring.
    #[must_use]
    pub fn resolve(&self, id: NodeId) -> Option<NodeId> {
        let mut at = id;
        for _ in 0..LINK_STEPS {
            match self.entry(at)?.slot {
                Slot::Link(target) => at = NodeId(target),
                _ => return Some(at),
            }
        }
        None
    }

    /// Whether the node itself is a link.
    #[must_use]
    pub fn is_link(&self, id: NodeId) -> bool {
        self.entry(id).is_some_and(|entry| matches!(entry.slot, Slot::Link(_)))
    }

    /// What the node, or the one it links to, holds.
    #[must_use]
    pub fn value(&self, id: NodeId) -> Value<'_> {
        let Some(slot) = self.slot(id) else { return Value::Unknown("") };
        match slot {
            Slot::Null | Slot::Link(_) => Value::Null,
            Slot::Bool(value) => Value::Bool(value),
            Slot::Int(value) => Value::Int(value),
            Slot::Float(value) => Value::Float(value),
            Slot::Text(text) => Value::Text(self.str_of(text)),
            Slot::List => Value::List,
            Slot::Map => Value::Map,
            Slot::Unknown(text) => Value::Unknown(self.str_of(text)),
        }
    }

    /// What the node, or the one it links to, holds.
    fn slot(&self, id: NodeId) -> Option<Slot> {
        match self.entry(id)?.slot {
            Slot::Link(_) => self.resolve(id).and_then(|id| self.entry(id)).map(|entry| entry.slot),
            slot => Some(slot),
        }
    }

    /// Whether the value is null; cheaper than the value.
    #[must_use]
    pub fn is_null(&self, id: NodeId) -> bool {
        matches!(self.slot(id), Some(Slot::Null | Slot::Link(_)))
    }

    /// Whether the value is not known; cheaper than the value.
    #[must_use]
    pub fn is_unknown(&self, id: NodeId) -> bool {
        matches!(self.slot(id), None | Some(Slot::Unknown(_)))
    }

    /// The text that the node holds, when it holds text.
    #[must_use]
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match self.value(id) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Where the node itself stands (for a link: where the alias stands).
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.entry(id).map_or_else(Span::default, |entry| entry.span)
    }

    /// The key under which the node stands; empty for items and roots.
    #[must_use]
    pub fn key(&self, id: NodeId) -> &str {
        self.entry(id).map_or("", |entry| self.key_of(entry.key))
    }

    /// Where the key stands; empty when it does not stand in the file.
    #[must_use]
    pub fn key_span(&self, id: NodeId) -> Span {
        self.entry(id).map_or_else(Span::default, |entry| self.key_span_of(entry))
    }

    /// The node above; `None` for a root.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.entry(id).map(|entry| entry.parent).filter(|&parent| parent != NONE).map(NodeId)
    }

    /// Whether the node is a fact.
    #[must_use]
    pub fn is_fact(&self, id: NodeId) -> bool {
        self.entry(id).is_some_and(|entry| entry.fact)
    }

    /// The fields or items of the node, or of the one it links to, in the order of the file.
    #[must_use]
    pub fn children(&self, id: NodeId) -> Children<'_> {
        let next = self.resolve(id).and_then(|id| self.entry(id)).map_or(NONE, |entry| self.below(entry).fields.first);
        Children { tree: self, next }
    }

    /// How many [`Tree::entries`] there are; without a walk over them, where nothing is merged.
    #[must_use]
    pub fn entry_count(&self, id: NodeId) -> usize {
        match self.entries(id).merged() {
            Some(merged) => merged,
            None => self.field_count(id),
        }
    }

    /// How many [`Tree::children`] there are, without a walk over them.
    #[must_use]
    pub fn field_count(&self, id: NodeId) -> usize {
        self.resolve(id).and_then(|id| self.entry(id)).map_or(0, |entry| self.below(entry).field_count as usize)
    }
}

/// The fields of a node in order; made by [`Tree::children`].
#[derive(Clone, Debug)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let entry = self.tree.nodes.get(self.next as usize)?;
        let id = NodeId(self.next);
        self.next = entry.next_sibling;
        Some(id)
    }
}
