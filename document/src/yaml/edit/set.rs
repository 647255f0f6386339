//! Putting values in.

use super::layout::Layout;
use super::write::{self, Block, Manner, Quote};
use super::{NewValue, TextEdit};
use crate::span::offset;
use crate::{NodeId, Span, Tree, Value};

/// Sets the value at `path` below the mapping `node`: replaces what stands there, or puts in the keys that are missing.
/// No edits are needed where the value is there already; `None` where no safe edit is possible.
#[must_use]
pub fn set(tree: &Tree, node: NodeId, path: &[&str], value: &NewValue) -> Option<Vec<TextEdit>> {
    let layout = Layout::new(tree);
    let mut at = node;
    let mut rest = path;
    while let Some((key, below)) = rest.split_first() {
        if tree.is_link(at) || !matches!(tree.value(at), Value::Map) || layout.shared(at) {
            return None;
        }
        let Some(child) = tree.get_own(at, key) else {
            // A mapping that is merged in would be hidden whole by one of its own name.
            let hidden = tree.get(at, key).is_some_and(|merged| matches!(tree.value(merged), Value::Map));
            return if hidden && !below.is_empty() { None } else { insert(&layout, at, key, &nested(below, value)) };
        };
        if below.is_empty() {
            return replace(tree, child, value);
        }
        if tree.is_link(child) {
            return None;
        }
        if matches!(tree.value(child), Value::Null) {
            return fill(&layout, at, child, &nested(below, value));
        }
        at = child;
        rest = below;
    }
    None
}

/// `value` inside mappings with the keys of `path`.
fn nested(path: &[&str], value: &NewValue) -> NewValue {
    path.iter().rev().fold(value.clone(), |inner, key| NewValue::Map(vec![((*key).to_owned(), inner)]))
}

/// Replaces the value of `node`.
pub(super) fn replace(tree: &Tree, node: NodeId, value: &NewValue) -> Option<Vec<TextEdit>> {
    let layout = Layout::new(tree);
    let span = tree.span(node);
    if value.is_at(tree, node) {
        return Some(Vec::new());
    }
    let parent = tree.parent(node);
    if layout.shared(node) || (!tree.is_link(node) && matches!(tree.value(node), Value::Unknown(_))) {
        return None;
    }
    let flow = parent.is_some_and(|parent| layout.in_flow(parent));
    if span.is_empty() {
        return fill(&layout, parent?, node, value);
    }
    let written = span.text(tree.source());
    let container = !tree.is_link(node) && matches!(tree.value(node), Value::Map | Value::List);
    if container && (written.contains('#') || (layout.is_flow(node) && !layout.is_closed(node))) {
        return None;
    }
    if container && !flow && !layout.is_flow(node) && !tree.key_span(node).is_empty() {
        return replace_block(&layout, node, value);
    }
    let json = parent.is_some_and(|parent| layout.is_json(parent)) || (container && layout.is_json(node));
    let mut manner = Manner::new(flow, json);
    if !json && matches!(value, NewValue::Text(_)) && !container && !tree.is_link(node) {
        manner = Manner::like(written, flow);
    }
    let text = write::flow(value, &manner);
    // The comment behind `|` or `>` is no part of the text in the lines below it.
    let header = written.split(['\r', '\n']).next().unwrap_or("");
    if written.starts_with(['|', '>']) && header.contains('#') {
        let mark = header.find([' ', '\t'])?;
        let line_end = span.start + offset(header.len());
        return Some(vec![
            TextEdit { span: Span::new(span.start, span.start + offset(mark)), text },
            TextEdit { span: Span::new(line_end, span.end), text: String::new() },
        ]);
    }
    Some(vec![TextEdit { span, text }])
}

/// Replaces a mapping or list that stands in lines of its own below its key.
fn replace_block(layout: &Layout<'_>, node: NodeId, value: &NewValue) -> Option<Vec<TextEdit>> {
    let tree = layout.tree;
    let (key, span) = (tree.key_span(node), tree.span(node));
    let indent = layout.column(span.start)?;
    let block = Block { line_break: layout.line_break(), step: layout.step(node) };
    let mut text = String::new();
    match (value, tree.value(node)) {
        // In the place of the first line, however far it stands in; a list may stand where a mapping stood.
        (NewValue::List(items), _) if !items.is_empty() => block.items(items, indent, &mut text),
        (NewValue::Map(entries), Value::Map) if !entries.is_empty() => block.entries(entries, indent, &mut text),
        _ => {
            let between = layout.text(key.end, span.start);
            let line_end = layout.free_line_end(key.end + 1)?;
            let comments = layout.text(line_end, span.start).contains('#');
            if !between.starts_with(':') || line_end > span.start || comments {
                return None;
            }
            let put = format!(" {}", write::flow(value, &Manner::new(false, false)));
            return Some(vec![
                TextEdit { span: Span::empty(key.end + 1), text: put },
                TextEdit { span: Span::new(line_end, span.end), text: String::new() },
            ]);
        }
    }
    Some(vec![TextEdit { span, text }])
}

/// Gives a value to a key or item that has none, or `null`.
fn fill(layout: &Layout<'_>, parent: NodeId, node: NodeId, value: &NewValue) -> Option<Vec<TextEdit>> {
    let tree = layout.tree;
    let span = tree.span(node);
    let key = tree.key_span(node);
    if layout.shared(node) || matches!(tree.value(node), Value::Unknown(_)) {
        return None;
    }
    if layout.in_flow(parent) {
        if !layout.is_closed(parent) {
            return None;
        }
        let manner = Manner::new(true, layout.is_json(parent));
        let colon = layout.text(key.end, span.start).contains(':');
        let before = match (span.is_empty(), colon) {
            (false, _) => "",
            (true, true) => " ",
            (true, false) => ": ",
        };
        return Some(vec![TextEdit { span, text: format!("{before}{}", write::flow(value, &manner)) }]);
    }
    let manner = Manner::new(false, false);
    if key.is_empty() {
        layout.entry_start(node)?;
        let before = if span.is_empty() { " " } else { "" };
        return Some(vec![TextEdit { span, text: format!("{before}{}", write::flow(value, &manner)) }]);
    }
    let between = layout.text(key.end, span.start).trim_matches([' ', '\t']);
    if between != ":" || layout.has_properties(key.start) {
        return None;
    }
    if !matches!(value, NewValue::Map(entries) if !entries.is_empty()) {
        let before = if span.is_empty() { " " } else { "" };
        return Some(vec![TextEdit { span, text: format!("{before}{}", write::flow(value, &manner)) }]);
    }
    let line_end = layout.free_line_end(span.end)?;
    let block = Block { line_break: layout.line_break(), step: layout.step(parent) };
    let mut text = String::new();
    block.value(value, layout.column(tree.span(parent).start)?, &mut text);
    let put = TextEdit { span: Span::empty(line_end), text };
    if span.is_empty() {
        return Some(vec![put]);
    }
    // `key: null`: the word goes, and the blanks before it.
    let gone = TextEdit { span: Span::new(key.end + offset(1), span.end), text: String::new() };
    if layout.text(key.end, key.end + 1) != ":" {
        return None;
    }
    Some(if line_end == span.end {
        vec![TextEdit { span: Span::new(gone.span.start, line_end), ..put }]
    } else {
        vec![gone, put]
    })
}

/// Puts `key` with `value` at the end of a mapping that lacks it.
fn insert(layout: &Layout<'_>, map: NodeId, key: &str, value: &NewValue) -> Option<Vec<TextEdit>> {
    if layout.in_flow(map) {
        return insert_flow(layout, map, key, value);
    }
    let tree = layout.tree;
    let last = tree.children(map).last()?;
    for child in [tree.children(map).next()?, last] {
        // An anchor right before the first key belongs to the key, and the column is the anchor's.
        let start = tree.key_span(child).start;
        if tree.key_span(child).is_empty() || layout.text(0, start).trim_end().ends_with('?') {
            return None;
        }
    }
    if !tree.is_link(last) && matches!(tree.value(last), Value::Unknown(_)) {
        return None;
    }
    if !tree.is_link(last)
        && layout.is_flow(last)
        && matches!(tree.value(last), Value::Map | Value::List)
        && !layout.is_closed(last)
    {
        return None;
    }
    let indent = layout.column(tree.span(map).start)?;
    let at = layout.free_line_end(layout.kept_end(last))?;
    let block = Block { line_break: layout.line_break(), step: layout.step(map) };
    let mut text = block.line_break.to_owned();
    text.extend(std::iter::repeat_n(' ', indent));
    block.entry(key, value, indent, &mut text);
    Some(vec![TextEdit { span: Span::empty(at), text }])
}

fn insert_flow(layout: &Layout<'_>, map: NodeId, key: &str, value: &NewValue) -> Option<Vec<TextEdit>> {
    let tree = layout.tree;
    if !layout.is_closed(map) || !layout.begins(tree.span(map).start, &['{']) {
        return None;
    }
    let manner = Manner::new(true, layout.is_json(map));
    let double = Manner { flow: true, quote: Quote::Json };
    let key_manner = if manner.quote == Quote::Json { double } else { manner };
    let entry = format!("{}: {}", write::key(key, &key_manner), write::flow(value, &manner));
    let Some(last) = tree.children(map).last() else {
        let at = tree.span(map).start + 1;
        return Some(vec![TextEdit { span: Span::empty(at), text: entry }]);
    };
    if !tree.is_link(last) && matches!(tree.value(last), Value::Unknown(_)) {
        return None;
    }
    let end = layout.entry_end(last);
    let start = tree.key_span(last).start;
    let between = if layout.begins_line(start) && layout.line_start(start) > tree.span(map).start {
        let indent = layout.column(start)?;
        format!(",{}{}", layout.line_break(), " ".repeat(indent))
    } else {
        ", ".to_owned()
    };
    Some(vec![TextEdit { span: Span::empty(end), text: format!("{between}{entry}") }])
}
