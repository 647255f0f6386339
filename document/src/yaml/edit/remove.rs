//! Taking entries out.

use super::TextEdit;
use super::layout::Layout;
use crate::{NodeId, Span, Tree, Value};

/// Takes a field or an item out: with its line in block style, with its comma inside brackets. Comments outside of it
/// stay. A mapping or list that loses its last entry becomes `{}` or `[]`.
#[must_use]
pub fn remove(tree: &Tree, node: NodeId) -> Option<Vec<TextEdit>> {
    let layout = Layout::new(tree);
    let parent = tree.parent(node)?;
    if layout.shared(parent) || tree.is_fact(node) {
        return None;
    }
    if !tree.is_link(node) && matches!(tree.value(node), Value::Unknown(_)) {
        return None;
    }
    let start = layout.entry_start(node)?;
    if layout.may_hold_comment(node, start) {
        return None;
    }
    let siblings = Siblings::of(tree, parent, node);
    if layout.in_flow(parent) {
        return layout.is_closed(parent).then(|| in_brackets(&layout, node, start, &siblings))?;
    }
    if siblings.before.is_none() && siblings.after.is_none() {
        return emptied(&layout, parent);
    }
    let end = layout.kept_end(node);
    let line_end = layout.free_line_end(end)?;
    if layout.begins_line(start) {
        if line_end > end && !layout.text(end, line_end).trim().is_empty() {
            // A comment behind the entry stays, on a line of its own.
            let rest = layout.text(end, line_end);
            let blank = rest.len() - rest.trim_start().len();
            return edit(Span::new(start, end + crate::span::offset(blank)), "");
        }
        return edit(Span::new(layout.line_start(start), layout.next_line(end)), "");
    }
    // The first entry on the line of a `- `: the next one takes its place.
    let next = layout.entry_start(siblings.after?)?;
    let between = layout.text(end, next);
    between.trim().is_empty().then(|| edit(Span::new(start, next), ""))?
}

fn edit(span: Span, text: &str) -> Option<Vec<TextEdit>> {
    Some(vec![TextEdit { span, text: text.to_owned() }])
}

struct Siblings {
    before: Option<NodeId>,
    after: Option<NodeId>,
}

impl Siblings {
    fn of(tree: &Tree, parent: NodeId, node: NodeId) -> Self {
        let mut before = None;
        let mut children = tree.children(parent);
        for child in children.by_ref() {
            if child == node {
                break;
            }
            before = Some(child);
        }
        Self { before, after: children.next() }
    }
}

/// The container loses all it has.
fn emptied(layout: &Layout<'_>, container: NodeId) -> Option<Vec<TextEdit>> {
    let tree = layout.tree;
    let span = tree.span(container);
    if span.text(layout.source).contains('#') {
        return None;
    }
    let empty = if matches!(tree.value(container), Value::Map) { "{}" } else { "[]" };
    let key = tree.key_span(container);
    let between = layout.text(key.end, span.start);
    let end = span.end;
    if !key.is_empty() && between.trim() == ":" && between.starts_with(':') {
        return edit(Span::new(key.end + 1, end), &format!(" {empty}"));
    }
    // On a line of its own below a key it might not be deep enough.
    let keyed = tree.parent(container).is_some_and(|above| matches!(tree.value(above), Value::Map));
    (!keyed).then(|| edit(span, empty))?
}

fn in_brackets(layout: &Layout<'_>, node: NodeId, start: u32, siblings: &Siblings) -> Option<Vec<TextEdit>> {
    let end = layout.entry_end(node);
    let close = layout.tree.span(layout.tree.parent(node)?).end - 1;
    let rest = layout.text(end, close);
    let comma = rest.len() - rest.trim_start().len();
    let comma = rest.get(comma..)?.starts_with(',').then(|| end + crate::span::offset(comma));
    if siblings.after.is_some() {
        let behind = comma? + 1;
        let line_end = layout.line_end(behind);
        if layout.text(behind, line_end).trim().is_empty() {
            if layout.begins_line(start) && line_end < close {
                return edit(Span::new(layout.line_start(start), layout.next_line(behind)), "");
            }
            return edit(Span::new(start, behind), "");
        }
        let rest = layout.text(behind, line_end);
        let blank = rest.len() - rest.trim_start().len();
        let blank = if rest.trim_start().starts_with('#') { 0 } else { blank };
        return edit(Span::new(start, behind + crate::span::offset(blank)), "");
    }
    if let Some(before) = siblings.before {
        let from = layout.entry_end(before);
        let between = layout.text(from, start);
        return (between.trim() == ",").then(|| edit(Span::new(from, end), ""))?;
    }
    let end = comma.map_or(end, |comma| comma + 1);
    let open = layout.tree.span(layout.tree.parent(node)?).start + 1;
    if layout.text(open, start).trim().is_empty() && layout.text(end, close).trim().is_empty() {
        return edit(Span::new(open, close), "");
    }
    edit(Span::new(start, end), "")
}
