//! Edits of fixes: from nodes to ranges and texts.

use hullmark_document::dockerfile::is_directive;
use hullmark_document::yaml::edit as yaml;
use hullmark_document::{Span, decimal_text};
use hullmark_language::{Datum, EditTemplate, Scalar, SetValue};

use super::compare::Single;
use super::eval::Evaluation;
use super::node::{NO_DOCUMENT, NodeRef};

/// An edit of a document: its number, the range and the text in its place.
type RawEdit = (u32, Span, String);

impl<'a, 'p: 'a> Evaluation<'a, 'p> {
    /// The edits of a template; `None` when they cannot be made here (a node is missing or stands elsewhere).
    pub(crate) fn edits(&mut self, template: &'p EditTemplate) -> Option<Vec<RawEdit>> {
        match template {
            EditTemplate::Set { base, keys, value } => {
                let node = self.find(base).node()?.target();
                let keys: Vec<String> = keys.iter().map(|key| self.fill_known(key)).collect::<Option<_>>()?;
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                let edits = yaml::set(node.tree, node.id, &keys, &self.set_value(value)?)?;
                Some(of_document(node, edits))
            }
            EditTemplate::Remove(path) => {
                let node = self.find(path).node()?;
                if is_yaml(node) {
                    return Some(of_document(node, yaml::remove(node.tree, node.id)?));
                }
                Some(vec![(node.document, removal(node)?, String::new())])
            }
            EditTemplate::Replace { at, text } => {
                let node = self.find(at).node()?;
                let text = self.fill_known(text)?;
                if is_yaml(node) {
                    return Some(of_document(node, yaml::replace_scalar(node.tree, node.id, &text)?));
                }
                let span = editable(node)?;
                Some(vec![(node.document, span, text)])
            }
            EditTemplate::Insert { at, after, line, text } => {
                let node = self.find(at).node()?;
                let span = editable(node)?;
                if *line && *after && super::instruction_of(node).is_some_and(|one| one.fact("unclosed").is_some()) {
                    return None;
                }
                let place = if *after { span.end } else { span.start };
                let text = self.fill_known(text)?;
                let (place, text) = if *line { as_line(node.target(), place, *after, &text) } else { (place, text) };
                Some(vec![(node.document, Span::empty(place), text)])
            }
            EditTemplate::Rename { at, to } => {
                let node = self.find(at).node()?;
                let to = self.fill_known(to)?;
                Some(of_document(node, yaml::rename_key(node.tree, node.id, &to)?))
            }
        }
    }

    fn set_value(&self, value: &'p SetValue) -> Option<yaml::NewValue> {
        match value {
            SetValue::Literal(datum) => Some(new_value(datum)),
            SetValue::Made(template) => self.fill_known(template).map(yaml::NewValue::Text),
            SetValue::Of(path) => {
                let node = self.find(path).node()?;
                Some(match Single::of(node.value())? {
                    Single::Null => yaml::NewValue::Null,
                    Single::Bool(value) => yaml::NewValue::Bool(value),
                    Single::Int(value) => yaml::NewValue::Int(value),
                    other => yaml::NewValue::Text(other.text().into_owned()),
                })
            }
        }
    }
}

fn of_document(node: NodeRef<'_>, edits: Vec<yaml::TextEdit>) -> Vec<RawEdit> {
    edits.into_iter().map(|edit| (node.document, edit.span, edit.text)).collect()
}

/// The value as YAML on one line.
pub(crate) fn one_line(datum: &Datum) -> String {
    yaml::one_line(&new_value(datum))
}

fn new_value(datum: &Datum) -> yaml::NewValue {
    match datum {
        Datum::Scalar(Scalar::Null) => yaml::NewValue::Null,
        Datum::Scalar(Scalar::Bool(value)) => yaml::NewValue::Bool(*value),
        Datum::Scalar(Scalar::Int(value)) => yaml::NewValue::Int(*value),
        Datum::Scalar(Scalar::Float(value)) => yaml::NewValue::Text(decimal_text(*value)),
        Datum::Scalar(Scalar::Text(text)) => yaml::NewValue::Text(text.clone()),
        Datum::List(items) => yaml::NewValue::List(items.iter().map(new_value).collect()),
        Datum::Map(entries) => {
            yaml::NewValue::Map(entries.iter().map(|(key, value)| (key.clone(), new_value(value))).collect())
        }
    }
}

/// Whether the node stands in the document's own YAML or JSON rather than in what Hullmark made of it.
fn is_yaml(node: NodeRef<'_>) -> bool {
    let mut above = std::iter::successors(Some(node.id), |&id| node.tree.parent(id));
    node.document != NO_DOCUMENT && above.all(|id| !node.tree.is_fact(id))
}

/// The range of a node that stands in the file.
fn editable(node: NodeRef<'_>) -> Option<Span> {
    let node = node.target();
    let span = node.tree.span(node.id);
    // A place in a script such as 'apt-get 'install may lie outside the quotes that make it one word.
    if std::iter::successors(Some(node.id), |&id| node.tree.parent(id)).any(|id| node.tree.fact(id, "pieced").is_some())
    {
        return None;
    }
    (node.document != NO_DOCUMENT && !span.is_empty()).then_some(span)
}

/// Comments of a Dockerfile's beginning that are as long stand before no directive that counts.
const HEADER: usize = 4096;

/// The range to take away so that a word goes with the blanks before it, and an instruction with its line.
fn removal(node: NodeRef<'_>) -> Option<Span> {
    let span = editable(node)?;
    let text = node.tree.source();
    let before = text.get(..span.start as usize)?;
    let after = text.get(span.end as usize..)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let alone_before = before.get(line_start..)?.trim().is_empty();
    let rest = after.split_inclusive('\n').next().unwrap_or("");
    if alone_before && rest.trim().is_empty() {
        let mut above = before.get(..line_start)?.lines().rev().filter(|line| !line.trim().is_empty());
        let mut line = above.next().unwrap_or("");
        let commented = line.trim_start().starts_with('#');
        while line.trim_start().starts_with('#') {
            line = above.next().unwrap_or("");
        }
        if line.trim_end().ends_with(['\\', '`']) {
            // The last word of a continued instruction: the mark that continues the line above goes with it.
            let kept = before.trim_end().strip_suffix(['\\', '`']).filter(|_| !commented)?.trim_end();
            return Some(Span::from_usize(kept.len(), span.end as usize));
        }
        // The comment before it keeps `# escape=` from being a directive of the parser.
        let below = after.get(rest.len()..)?.lines().next().unwrap_or("");
        let above = before.get(..line_start)?;
        let is_header = || above.len() < HEADER && above.lines().all(|line| line.trim_start().starts_with('#'));
        if is_directive(below) && is_header() {
            return None;
        }
        return Some(Span::from_usize(line_start, span.end as usize + rest.len()));
    }
    if alone_before && matches!(rest.trim(), "\\" | "`") {
        return Some(Span::from_usize(line_start, span.end as usize + rest.len()));
    }
    let kept = before.trim_end_matches([' ', '\t']);
    // What follows right behind it needs the blanks, unless it is what a word may end at: `a &&b`. A blank of Unicode keeps
    // words apart, but not a keyword from what follows it.
    let needs_blanks = after.starts_with(|next| !matches!(next, ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | ')'));
    if kept.len() < before.len() && !needs_blanks {
        return Some(Span::from_usize(kept.len(), span.end as usize));
    }
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    Some(Span::from_usize(span.start as usize, span.end as usize + blanks))
}

/// The text as a line of its own beside the line that holds byte `place`, with that line's indentation and the file's
/// line ends.
fn as_line(node: NodeRef<'_>, place: u32, after: bool, text: &str) -> (u32, String) {
    let source = node.tree.source();
    let at = place as usize;
    let before = source.get(..at).unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = source.get(line_start..).unwrap_or("");
    // The line before or this one tells how lines end; a look through the whole file for each edit would not do.
    let head = source.get(..line_start).unwrap_or("");
    let this_end = || line.split_inclusive('\n').next().unwrap_or("");
    let is_crlf = if head.is_empty() { this_end().ends_with("\r\n") } else { head.ends_with("\r\n") };
    let end = if is_crlf { "\r\n" } else { "\n" };
    // Of a node of several lines the first tells how far instructions and entries stand in.
    let first = source.get(..node.tree.span(node.id).start as usize).unwrap_or("");
    let first_line = source.get(first.rfind('\n').map_or(0, |at| at + 1)..).unwrap_or("");
    let indent: String = first_line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let text = text.trim_end_matches(['\n', '\r']);
    if !after {
        return (u32::try_from(line_start).unwrap_or(place), format!("{indent}{text}{end}"));
    }
    let rest = source.get(at..).unwrap_or("");
    match rest.find('\n') {
        Some(found) => (u32::try_from(at + found + 1).unwrap_or(place), format!("{indent}{text}{end}")),
        None => (u32::try_from(source.len()).unwrap_or(place), format!("{end}{indent}{text}{end}")),
    }
}
