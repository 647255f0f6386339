//! What the objects of a set have to do with each other, as rules ask for it.

use super::node::NodeRef;

/// Finds related nodes in a set of inputs.
pub(crate) trait Relations<'a>: Sync {
    /// The nodes that stand in the relation `name` to `from`; `None` when it cannot be told.
    fn related(&self, from: NodeRef<'a>, name: &str) -> Option<Vec<NodeRef<'a>>>;
}
