//! How the text around a node is laid out.

use crate::span::offset;
use crate::{NodeId, Tree, Value};

pub(super) struct Layout<'t> {
    pub(super) tree: &'t Tree,
    pub(super) source: &'t str,
}

impl<'t> Layout<'t> {
    pub(super) fn new(tree: &'t Tree) -> Self {
        Self { tree, source: tree.source() }
    }

    pub(super) fn text(&self, start: u32, end: u32) -> &'t str {
        self.source.get(start as usize..end as usize).unwrap_or("")
    }

    /// Whether the text at `at` begins with `bracket`.
    pub(super) fn begins(&self, at: u32, bracket: &[char]) -> bool {
        self.source.get(at as usize..).is_some_and(|rest| rest.starts_with(bracket))
    }

    /// Whether the container is written in brackets.
    pub(super) fn is_flow(&self, node: NodeId) -> bool {
        self.begins(self.tree.span(node).start, &['{', '['])
    }

    /// Whether the container is written in brackets and both of them are there.
    pub(super) fn is_closed(&self, node: NodeId) -> bool {
        let text = self.tree.span(node).text(self.source);
        (text.starts_with('{') && text.ends_with('}') || text.starts_with('[') && text.ends_with(']')) && text.len() > 1
    }

    /// Whether the container, or one around it, is written in brackets.
    pub(super) fn in_flow(&self, node: NodeId) -> bool {
        let mut at = Some(node);
        while let Some(node) = at {
            if matches!(self.tree.value(node), Value::Map | Value::List) && self.is_flow(node) {
                return true;
            }
            at = self.tree.parent(node);
        }
        false
    }

    /// Whether the file is JSON as far as the container shows: keys in double quotes, or brackets around all.
    pub(super) fn is_json(&self, node: NodeId) -> bool {
        if !self.in_flow(node) {
            return false;
        }
        let mut at = Some(node);
        while let Some(node) = at {
            let mut keys = self.tree.children(node).map(|child| self.tree.key_span(child));
            if let Some(key) = keys.find(|key| !key.is_empty()) {
                return self.begins(key.start, &['"']);
            }
            at = self.tree.parent(node);
        }
        false
    }

    /// Whether a tag, an anchor or a `?` stands right before `start`.
    pub(super) fn has_properties(&self, start: u32) -> bool {
        let mut before = self.text(0, start).trim_end();
        // Mostly nothing but a key stands on the line.
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b':' | b'_' | b'/' | b'.');
        let mut back = before.as_bytes().iter().rev();
        if matches!(back.find(|byte| !plain(byte)), None | Some(b'\n')) {
            return false;
        }
        // Comments may stand between the anchor and a mapping below it.
        while let Some(line) = before.rsplit('\n').next().filter(|line| line.contains('#')) {
            let code = line.find(" #").or_else(|| line.starts_with('#').then_some(0));
            let Some(code) = code else { break };
            let cut = before.len() - line.len() + code;
            before = before.get(..cut).unwrap_or("").trim_end();
        }
        let word = before.rfind(|c: char| c.is_whitespace() || matches!(c, '[' | '{' | ',')).map_or(before, |at| {
            let word = before.get(at..).unwrap_or("");
            word.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '[' | '{' | ','))
        });
        word.starts_with(['&', '!']) || word == "?"
    }

    /// Whether the node or one above it has an anchor: a change would show in other places too.
    pub(super) fn shared(&self, node: NodeId) -> bool {
        let mut at = Some(node);
        while let Some(node) = at {
            if self.has_properties(self.tree.span(node).start) {
                return true;
            }
            at = self.tree.parent(node);
        }
        false
    }

    /// Where the line with byte `at` begins.
    pub(super) fn line_start(&self, at: u32) -> u32 {
        self.text(0, at).rfind('\n').map_or(self.bom(), |line| offset(line + 1))
    }

    fn bom(&self) -> u32 {
        if self.source.starts_with('\u{feff}') { 3 } else { 0 }
    }

    /// Where the line with byte `at` ends, before its line break.
    pub(super) fn line_end(&self, at: u32) -> u32 {
        let rest = self.source.get(at as usize..).unwrap_or("");
        let line = rest.split('\n').next().unwrap_or("");
        at + offset(line.strip_suffix('\r').unwrap_or(line).len())
    }

    /// The byte behind the line break that ends the line with byte `at`.
    pub(super) fn next_line(&self, at: u32) -> u32 {
        let rest = self.source.get(at as usize..).unwrap_or("");
        at + offset(rest.find('\n').map_or(rest.len(), |line| line + 1))
    }

    /// The column of byte `at`, from 0; none where tabs stand before it.
    pub(super) fn column(&self, at: u32) -> Option<usize> {
        let before = self.text(self.line_start(at), at);
        (!before.contains('\t')).then(|| before.chars().count())
    }

    /// The line break of the file.
    pub(super) fn line_break(&self) -> &'static str {
        match self.source.find('\n') {
            Some(at) if at > 0 && self.source.as_bytes().get(at - 1) == Some(&b'\r') => "\r\n",
            _ => "\n",
        }
    }

    /// Where a field or item begins: its key, its dash, or in brackets its value. `None` where the way it is written
    /// cannot be kept.
    pub(super) fn entry_start(&self, node: NodeId) -> Option<u32> {
        let key = self.tree.key_span(node);
        let parent = self.tree.parent(node)?;
        let start = if key.is_empty() { self.tree.span(node).start } else { key.start };
        if self.has_properties(start) {
            return None;
        }
        if matches!(self.tree.value(parent), Value::Map) {
            return (!key.is_empty()).then_some(start);
        }
        if self.is_flow(parent) {
            return Some(start);
        }
        let before = self.text(0, start).trim_end_matches([' ', '\t', '\r', '\n']);
        let dash = before.strip_suffix('-')?;
        (dash.is_empty() || dash.ends_with([' ', '\n', '\u{feff}'])).then(|| offset(dash.len()))
    }

    /// Where a field or item ends.
    pub(super) fn entry_end(&self, node: NodeId) -> u32 {
        self.tree.span(node).end.max(self.tree.key_span(node).end)
    }

    /// Whether a comment may stand inside the entry that begins at `start`: it would go with the entry.
    pub(super) fn may_hold_comment(&self, node: NodeId, start: u32) -> bool {
        let span = self.tree.span(node);
        let scalar = self.tree.is_link(node) || !matches!(self.tree.value(node), Value::Map | Value::List);
        let written = span.text(self.source);
        let block = written.starts_with(['|', '>']);
        let inner = match (scalar, block) {
            (true, true) => written.split('\n').next().unwrap_or(""),
            (true, false) => "",
            (false, _) => written,
        };
        [self.text(start, span.start), inner].into_iter().flat_map(str::lines).any(|line| {
            let mut marks = line.match_indices('#');
            marks.any(|(at, _)| line.get(..at).is_some_and(|head| head.is_empty() || head.ends_with([' ', '\t'])))
        })
    }

    /// The last byte that belongs to what ends at the end of `node`: with the empty lines that a block scalar keeps.
    pub(super) fn kept_end(&self, node: NodeId) -> u32 {
        let mut last = node;
        while !self.tree.is_link(last)
            && !self.is_flow(last)
            && let Some(child) = self.tree.children(last).last()
        {
            last = child;
        }
        let end = self.entry_end(node);
        let written = self.tree.span(last).text(self.source);
        let header = written.split(['\n', '#']).next().unwrap_or("");
        if !header.starts_with(['|', '>']) || !header.contains('+') {
            return end;
        }
        let rest = self.source.get(end as usize..).unwrap_or("");
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        match rest.get(..blank).and_then(|blank| blank.rfind('\n')) {
            // The last of these breaks ends the last empty line, which stays a line of the scalar.
            Some(at) => end + offset(at),
            None => end,
        }
    }

    /// The end of the line on which `end` lies, if only blanks and a comment follow there.
    pub(super) fn free_line_end(&self, end: u32) -> Option<u32> {
        let line_end = self.line_end(end);
        let rest = self.text(end, line_end);
        let bare = rest.trim_start_matches([' ', '\t']);
        (bare.is_empty() || (bare.starts_with('#') && bare.len() < rest.len())).then_some(line_end)
    }

    /// Whether only blanks stand before `at` on its line.
    pub(super) fn begins_line(&self, at: u32) -> bool {
        self.text(self.line_start(at), at).bytes().all(|byte| byte == b' ')
    }

    /// The spaces by which this file indents a mapping in `node`.
    pub(super) fn step(&self, node: NodeId) -> usize {
        let column = |node: NodeId| self.column(self.tree.span(node).start);
        let Some(own) = column(node) else { return 2 };
        let inner = self.tree.children(node).find(|&child| {
            matches!(self.tree.value(child), Value::Map) && !self.tree.is_link(child) && !self.is_flow(child)
        });
        if let Some(step) = inner.and_then(column).and_then(|inner| inner.checked_sub(own)).filter(|&step| step > 0) {
            return step;
        }
        let above = self.tree.parent(node).filter(|&above| matches!(self.tree.value(above), Value::Map));
        above
            .and_then(column)
            .and_then(|above| own.checked_sub(above))
            .filter(|step| (1..=8).contains(step))
            .unwrap_or(2)
    }
}
