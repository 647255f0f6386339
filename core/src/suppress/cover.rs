//! Which lines speak for a place in a manifest: those on which something begins that holds it.

use std::collections::HashSet;

use hullmark_document::{LineIndex, NodeId, sort_by};

use crate::subject::Document;

/// What begins on lines with an ignore: entries, items and whole documents, each with all below it.
#[derive(Debug, Default)]
pub(super) struct Cover {
    /// By their beginning; what lies inside another comes after it.
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    start: u32,
    end: u32,
    line: u32,
    /// The number of the part around it.
    around: Option<usize>,
}

impl Cover {
    /// What begins on one of `lines_wanted`.
    pub(super) fn of(document: &Document, lines: &LineIndex, lines_wanted: &HashSet<u32>) -> Self {
        let tree = &document.tree;
        let mut parts = Vec::new();
        let mut open: Vec<NodeId> = tree.roots().to_vec();
        while let Some(node) = open.pop() {
            let (key, span) = (tree.key_span(node), tree.span(node));
            let start = if key.is_empty() { span.start } else { key.start };
            let line = lines.line(start);
            if lines_wanted.contains(&line) {
                parts.push(Part { start, end: span.end.max(key.end), line, around: None });
            }
            if !tree.is_link(node) {
                open.extend(tree.children(node));
            }
        }
        sort_by(&mut parts, |a, b| (a.start, b.end).cmp(&(b.start, a.end)));
        let mut open: Vec<(usize, u32)> = Vec::new();
        for (number, part) in parts.iter_mut().enumerate() {
            while open.pop_if(|(_, end)| *end <= part.start).is_some() {}
            part.around = open.last().map(|&(number, _)| number);
            open.push((number, part.end));
        }
        Self { parts }
    }

    /// The lines on which something begins that holds byte `at`.
    pub(super) fn lines(&self, at: u32) -> impl Iterator<Item = u32> {
        let before = self.parts.partition_point(|part| part.start <= at);
        let around = |&number: &usize| self.parts.get(number)?.around;
        let all = std::iter::successors(before.checked_sub(1), around);
        all.filter_map(|number| self.parts.get(number))
            .filter(move |part| at < part.end || at == part.start)
            .map(|part| part.line)
    }
}
