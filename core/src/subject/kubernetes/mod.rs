//! Kubernetes manifests to subjects, and the relations between the objects of a set.

mod access;
mod command_line;
mod container;
mod holes;
mod lowering;
mod pod;
mod process;
mod reference;
mod reference_index;
mod selection;
mod selector;
mod set_index;
mod settings;
#[cfg(test)]
mod tests;
mod vague;

use hullmark_document::{NodeId, Span, Tree, Value, yaml};

pub(crate) use lowering::lower;
pub(crate) use set_index::SetIndex;

/// The field of `node` called `key`, when it is there and not null.
fn present(tree: &Tree, node: NodeId, key: &str) -> Option<NodeId> {
    tree.get(node, key).filter(|&found| tree.value(found) != Value::Null)
}

/// The field called `key` when it is a mapping, as the node itself rather than a link to it.
fn mapping(tree: &Tree, node: NodeId, key: &str) -> Option<NodeId> {
    let found = tree.resolve(present(tree, node, key)?)?;
    (tree.value(found) == Value::Map).then_some(found)
}

/// The mappings among the items of the list called `key`, as the nodes themselves.
fn mappings(tree: &Tree, node: NodeId, key: &str) -> Vec<NodeId> {
    let Some(list) = present(tree, node, key).filter(|&list| tree.value(list) == Value::List) else {
        return Vec::new();
    };
    tree.children(list).filter_map(|item| tree.resolve(item)).filter(|&item| tree.value(item) == Value::Map).collect()
}

/// The places of parts of a scalar's text.
struct Parts {
    /// The place of the text's first byte, when it stands verbatim in the file.
    start: Option<u32>,
    /// Where the whole scalar stands.
    whole: Span,
}

impl Parts {
    /// The places of the parts of the scalar `node`, whose text is `text`.
    fn of(tree: &Tree, node: NodeId, text: &str) -> Self {
        let whole = tree.span(node);
        let source = tree.source();
        let stands = |span: Span| span.text(source) == text;
        let inside = Span::new(whole.start.saturating_add(1), whole.end.saturating_sub(1));
        let start = if tree.is_link(node) {
            None
        } else if stands(whole) {
            Some(whole.start)
        } else if stands(inside) {
            Some(inside.start)
        } else {
            let mapped = yaml::scalar_text(tree, node);
            let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            mapped.map(|mapped| mapped.to_source(Span::new(0, end))).filter(|&span| stands(span)).map(|span| span.start)
        };
        Self { start, whole }
    }

    /// The place of a part; the whole scalar when the file spells it otherwise.
    fn span(&self, part: core::ops::Range<usize>) -> Span {
        let Some(start) = self.start else { return self.whole };
        let start = start as usize;
        Span::from_usize(start.saturating_add(part.start), start.saturating_add(part.end))
    }
}
