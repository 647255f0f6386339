//! Values that something else fills in before the API server sees them: they are not known.

use hullmark_document::{NodeId, Tree, Value};

/// Keys below which `${NAME}` is a text like any other: a shell, a program or a controller reads it there; images
/// are known by their parts.
const TEXTS: [&str; 10] =
    ["annotations", "args", "binaryData", "command", "data", "env", "image", "script", "stringData", "status"];

/// Makes every scalar with a template's hole unknown: `{{ }}` anywhere; and in a single word outside of [`TEXTS`]
/// `${NAME}`, which envsubst, Flux, clusterctl and OpenShift's templates fill in, `{name}`, which Python's `format`
/// does, and `<name>`, which the reader of an example does. A hole without quotes reads as a mapping; that too is
/// unknown.
pub(super) fn mark(tree: &mut Tree) {
    let braces = tree.source().contains("{{");
    let variables = tree.source().contains("${") || holds_name(tree.source());
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
            Value::Map if is_hole(tree.span(node).text(tree.source())) => {
                let text = tree.span(node).text(tree.source());
                // What reads as its entries is no more known than the whole.
                holes.extend(std::iter::once(node).chain(tree.children(node)).map(|part| (part, text.to_owned())));
            }
            Value::Map | Value::List => open.extend(tree.children(node).map(|child| (child, variables))),
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

/// Whether a text holds `{name}` or `<name>`; what has a colon, a quote or a blank in it is YAML, JSON or a pattern.
fn holds_name(text: &str) -> bool {
    [('{', '}'), ('<', '>')]
        .iter()
        .any(|&(open, close)| text.split(open).skip(1).any(|rest| name_end(rest, close).is_some()))
}

/// Where the name of a hole ends that begins `rest`.
fn name_end(rest: &str, close: char) -> Option<usize> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let end = rest.find(|c: char| !is_part(c))?;
    let is_name = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (is_name && rest.get(end..)?.starts_with(close)).then_some(end)
}

/// Whether a mapping is a hole without quotes: `{{ name }}`, or `{name}` and nothing else.
fn is_hole(text: &str) -> bool {
    text.starts_with("{{")
        || text.strip_prefix('{').is_some_and(|rest| name_end(rest, '}').is_some_and(|end| end + 2 == text.len()))
}

/// Whether a word holds `{name}`, `<name>`, or `${NAME}` with or without a default behind the name (`${NAME:=x}`, `${NAME-x}`).
fn holds_variable(text: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if text.contains(char::is_whitespace) {
        return false;
    }
    holds_name(text)
        || text.split("${").skip(1).any(|rest| {
            let name = rest.trim_start_matches('{');
            let after = name.trim_start_matches(is_name);
            name.len() > after.len() && after.starts_with(['}', ':', '-', '=', '?', '+']) && after.contains('}')
        })
}
