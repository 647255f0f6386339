//! Heredoc bodies.

use super::super::script::{HeredocId, Run};
use super::super::word::Word;
use super::word::Context;
use super::{Owner, Parser};
use crate::span::offset;
use crate::{Problem, ProblemCode, Span};

/// A heredoc whose body begins after the next line end.
pub(super) struct PendingHeredoc {
    pub(super) id: HeredocId,
    pub(super) delimiter: String,
    pub(super) quoted: bool,
    /// Whether it is `<<-`.
    pub(super) strip: bool,
    /// The operator and the delimiter.
    pub(super) place: Span,
    /// The command or compound that it is redirected into.
    pub(super) owner: Owner,
}

impl Parser<'_> {
    /// Reads the bodies of all heredocs that wait; the cursor is at the beginning of a line, or at the end.
    pub(super) fn read_heredocs(&mut self) {
        for heredoc in std::mem::take(&mut self.pending) {
            self.read_heredoc(&heredoc);
        }
    }

    fn read_heredoc(&mut self, heredoc: &PendingHeredoc) {
        let start = self.pos;
        let (end, close) = self.heredoc_end(heredoc);
        if close.is_none() && !self.script.too_deep {
            let message = format!("the heredoc has no closing `{}`", heredoc.delimiter);
            self.script.problems.push(Problem::new(ProblemCode::UnclosedHeredoc, message, heredoc.place));
        }
        let first = offset(self.script.parts.len());
        let (owner, quoted) = (self.owner, self.quoted);
        self.owner = heredoc.owner;
        self.quoted = true;
        if heredoc.quoted {
            self.verbatim_body(end, heredoc.strip);
        } else {
            let strip = heredoc.strip;
            self.within(end, |parser| parser.quoted_parts(Context::Heredoc { strip }));
        }
        self.owner = owner;
        self.quoted = quoted;
        let parts = Run { start: first, end: offset(self.script.parts.len()) };
        let span = self.span(start, end);
        let close_span = close.map(|(from, to, _)| self.span(from, to));
        if let Some(node) = self.script.heredocs.get_mut(heredoc.id.index()) {
            node.span = span;
            node.body = Word { span, parts };
            node.close = close_span;
        }
        if !self.script.too_deep {
            self.pos = close.map_or(end, |(_, _, next)| next);
        }
    }

    /// The end of the body and, when it is there, the delimiter's start and end and the start of the next line.
    fn heredoc_end(&self, heredoc: &PendingHeredoc) -> (usize, Option<(usize, usize, usize)>) {
        let mut line = self.pos;
        while line < self.bytes.len() {
            let rest = self.bytes.get(line..).unwrap_or(&[]);
            let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let mut text = rest.get(..length).unwrap_or(&[]);
            text = text.strip_suffix(b"\r").unwrap_or(text);
            let mut from = line;
            while heredoc.strip && text.first() == Some(&b'\t') {
                text = text.get(1..).unwrap_or(&[]);
                from += 1;
            }
            let next = (line + length + 1).min(self.bytes.len());
            if text == heredoc.delimiter.as_bytes() {
                return (line, Some((from, from + text.len(), next)));
            }
            line = next;
        }
        (self.bytes.len(), None)
    }

    /// Adds the lines up to `end` as they are, each without its tabs when `strip` is set.
    fn verbatim_body(&mut self, end: usize, strip: bool) {
        let mut line = self.pos;
        while strip && line < end {
            let rest = self.bytes.get(line..end).unwrap_or(&[]);
            let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
            let tabs = rest.iter().take_while(|byte| **byte == b'\t').count();
            self.literal(line + tabs, line + length);
            line += length;
        }
        self.literal(line, end);
    }
}
