//! Values that something else fills in before the API server sees them: they are not known.

use hullmark_document::{NodeId, Tree, Value};

/// Keys below which `${NAME}` is a text like any other: a shell, a program or a controller reads it there; images
/// are known by their parts.
const TEXTS: [&str; 10] =
    ["annotations", "args", "binaryData", "command", "data", "env", "image", "script", "stringData", "status"];

/// Makes every scalar with a template's hole unknown: `{{ }}` anywhere; and `${NAME}`, which envsubst, Flux, clusterctl
/// and OpenShift's templates fill in, in a single word outside of [`TEXTS`]. A hole without quotes reads as a mapping
/// inside a mapping; that too is unknown.
pub(super) fn mark(tree: &mut Tree) {
    let (braces, variables) = (tree.source().contains("{{"), tree.source().contains("${"));
    if !braces && !variables {
        return;
    }
    let mut open: Vec<(NodeId, bool)> = tree.roots().iter().map(|&root| (root, variables)).collect();
    let mut holes = Vec::new();
    while let Some((node, variables)) = open.pop() {
        if tree.is_link(node) {
            continue;
        }
        let variables = variables && !TEXTS.contains(&tree.key(node));
        match tree.value(node) {
            Value::Text(text) if holds_braces(text) || variables && holds_variable(text) => {
                holes.push((node, text.to_owned()));
            }
            Value::Map if tree.span(node).text(tree.source()).starts_with("{{") => {
                holes.push((node, tree.span(node).text(tree.source()).to_owned()));
            }
            Value::Map | Value::List if braces || variables => {
                open.extend(tree.children(node).map(|child| (child, variables)));
            }
            _ => {}
        }
    }
    for (node, text) in holes {
        tree.set_value(node, Value::Unknown(&text));
    }
}

fn holds_braces(text: &str) -> bool {
    text.split_once("{{").is_some_and(|(_, rest)| rest.contains("}}"))
}

/// Whether a word holds `${NAME}`, with or without a default behind the name (`${NAME:=x}`, `${NAME-x}`).
fn holds_variable(text: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !text.contains(char::is_whitespace)
        && text.split("${").skip(1).any(|rest| {
            let name = rest.trim_start_matches('{');
            let after = name.trim_start_matches(is_name);
            name.len() > after.len() && after.starts_with(['}', ':', '-', '=', '?', '+']) && after.contains('}')
        })
}
