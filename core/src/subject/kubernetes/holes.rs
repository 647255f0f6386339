//! Values that a template will fill: they are not known.

use hullmark_document::{NodeId, Tree, Value};

/// Makes every scalar that holds a template's hole (`{{ }}`) unknown. A hole without quotes reads as a mapping inside
/// a mapping; that too is unknown.
pub(super) fn mark(tree: &mut Tree) {
    if !tree.source().contains("{{") {
        return;
    }
    let mut open: Vec<NodeId> = tree.roots().to_vec();
    let mut holes = Vec::new();
    while let Some(node) = open.pop() {
        if tree.is_link(node) {
            continue;
        }
        match tree.value(node) {
            Value::Text(text) if text.split_once("{{").is_some_and(|(_, rest)| rest.contains("}}")) => {
                holes.push((node, text.to_owned()));
            }
            Value::Map if tree.span(node).text(tree.source()).starts_with("{{") => {
                holes.push((node, tree.span(node).text(tree.source()).to_owned()));
            }
            Value::Map | Value::List => open.extend(tree.children(node)),
            _ => {}
        }
    }
    for (node, text) in holes {
        tree.set_value(node, Value::Unknown(&text));
    }
}
