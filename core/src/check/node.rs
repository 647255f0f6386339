//! Nodes at hand while a rule is evaluated.

use hullmark_document::{NodeId, Span, Tree, Value};

/// Three-valued truth: Kleene's logic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    False,
    Unknown,
    True,
}

impl Truth {
    pub(crate) fn from_bool(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }

    pub(crate) fn negate(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

/// The number of a document that is none of the input: a table, a parameter.
pub(crate) const NO_DOCUMENT: u32 = u32::MAX;

/// A node and the document it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeRef<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) id: NodeId,
    /// The document's number among those of the check.
    pub(crate) document: u32,
}

impl PartialEq for NodeRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.document == other.document && self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }
}

impl<'a> NodeRef<'a> {
    pub(crate) fn value(self) -> Value<'a> {
        self.tree.value(self.id)
    }

    pub(crate) fn with(self, id: NodeId) -> Self {
        Self { id, ..self }
    }

    pub(crate) fn fact(self, name: &str) -> Option<Self> {
        self.tree.fact(self.id, name).map(|id| self.with(id))
    }

    pub(crate) fn get(self, key: &str) -> Option<Self> {
        self.tree.get(self.id, key).map(|id| self.with(id))
    }

    pub(crate) fn fact_text(self, name: &str) -> Option<&'a str> {
        self.tree.fact(self.id, name).and_then(|id| self.tree.text(id))
    }

    /// The items or entries, those that a mapping merges among them.
    pub(crate) fn children(self) -> impl Iterator<Item = Self> + use<'a> {
        self.tree.entries(self.id).map(move |id| self.with(id))
    }

    /// The text of the file at the node.
    pub(crate) fn source(self) -> &'a str {
        self.tree.span(self.id).text(self.tree.source())
    }

    /// The node that a link stands for; itself when it is none.
    pub(crate) fn target(self) -> Self {
        self.tree.resolve(self.id).map_or(self, |id| self.with(id))
    }

    /// The place that a finding about this node shows: the value, or the key of a value of several lines.
    pub(crate) fn place(self) -> Span {
        let span = self.tree.span(self.id);
        let key = self.tree.key_span(self.id);
        if !key.is_empty() && (span.is_empty() || span.text(self.tree.source()).contains('\n')) {
            return key;
        }
        if span.is_empty() && self.tree.is_fact(self.id) {
            // A fact without place of its own stands where the thing stands that it is about.
            return self.tree.parent(self.id).map_or(span, |parent| self.with(parent).target().place());
        }
        span
    }

    /// The place that stands for the absence of something below this node: its key, else its name, else its first line.
    pub(crate) fn place_of_absence(self) -> Span {
        let node = self.target();
        let key = node.tree.key_span(node.id);
        if !key.is_empty() {
            return key;
        }
        if node.tree.is_fact(node.id)
            && node.tree.span(node.id).is_empty()
            && let Some(parent) = node.tree.parent(node.id)
        {
            return node.with(parent).place_of_absence();
        }
        if let Some(name) = node.tree.get(node.id, "name").or_else(|| {
            let metadata = node.tree.get(node.id, "metadata")?;
            node.tree.get(metadata, "name")
        }) {
            let span = node.tree.span(name);
            if !span.is_empty() {
                return span;
            }
        }
        let span = node.tree.span(node.id);
        let first = span.text(node.tree.source()).lines().next().unwrap_or("").trim_end();
        let end = span.start.saturating_add(u32::try_from(first.len()).unwrap_or(0));
        Span::new(span.start, end.min(span.end))
    }
}

/// What a path leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found<'a> {
    /// A node.
    Node(NodeRef<'a>),
    /// Nothing; the node is the nearest one above that is there.
    Absent(NodeRef<'a>),
    /// Perhaps something: a node on the way is not known.
    Unknown(NodeRef<'a>),
    /// Nothing, and nothing near it: a capture that was not bound.
    Nowhere,
}

/// A place that a finding may show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot<'a> {
    pub(crate) node: NodeRef<'a>,
    /// Whether something is missing below the node, rather than the node being at fault.
    pub(crate) absence: bool,
}

impl Spot<'_> {
    /// Whether it stands in an input, rather than in a table or parameter.
    pub(crate) fn is_in_input(&self) -> bool {
        self.node.document != NO_DOCUMENT
    }

    pub(crate) fn span(self) -> Span {
        if self.absence { self.node.place_of_absence() } else { self.node.place() }
    }
}

impl<'a> Found<'a> {
    pub(crate) fn spot(self) -> Option<Spot<'a>> {
        match self {
            Self::Node(node) | Self::Unknown(node) => Some(Spot { node, absence: false }),
            Self::Absent(node) => Some(Spot { node, absence: true }),
            Self::Nowhere => None,
        }
    }

    pub(crate) fn node(self) -> Option<NodeRef<'a>> {
        match self {
            Self::Node(node) => Some(node),
            _ => None,
        }
    }
}
