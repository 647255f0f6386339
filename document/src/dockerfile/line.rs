//! Lines of the file: directives, comments, blank lines and the joined lines of instructions.

use super::parser::Parser;
use super::syntax::{Comment, Directive, Piece, PieceKind};
use crate::{MappedText, ProblemCode, Span};

/// The lines of one instruction joined into one.
pub(super) struct JoinedLine {
    pub(super) text: MappedText,
    /// Where its first line begins.
    pub(super) start: usize,
    pub(super) blanks: Vec<Span>,
}

/// One line as it stands in the file.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    pub(super) start: usize,
    /// The line without its line end.
    pub(super) content: &'t str,
    /// Behind the line end.
    pub(super) end: usize,
}

impl<'t> Parser<'t> {
    /// The next line, passed over; a line end is `\n` with the `\r` before it.
    pub(super) fn line(&mut self) -> Option<Line<'t>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let content = rest.get(..length).unwrap_or("").trim_end_matches(['\r', '\n']);
        let line = Line { start: self.at, content, end: self.at + length };
        self.at = line.end;
        Some(line)
    }

    pub(super) fn piece(&mut self, kind: PieceKind, start: usize, end: usize) {
        if start == end {
            return;
        }
        let span = Span::from_usize(start, end);
        match self.file.pieces.last_mut() {
            Some(last) if kind == PieceKind::Blank && last.kind == kind => last.span.end = span.end,
            _ => self.file.pieces.push(Piece { kind, span }),
        }
    }

    /// Passes over everything up to and with the next instruction.
    pub(super) fn joined_line(&mut self) -> Option<JoinedLine> {
        loop {
            let line = self.line()?;
            let content = line.content.trim_start();
            let indent = line.start + line.content.len() - content.len();
            if content.is_empty() {
                self.directives_done = true;
                self.piece(PieceKind::Blank, line.start, line.end);
            } else if content.starts_with('#') {
                self.comment_or_directive(line, content, indent);
            } else {
                self.directives_done = true;
                self.piece(PieceKind::Instruction, line.start, line.end);
                return Some(self.joined(line.start, content, indent));
            }
        }
    }

    fn joined(&mut self, start: usize, first: &str, indent: usize) -> JoinedLine {
        let mut joined = JoinedLine { text: MappedText::default(), start, blanks: Vec::new() };
        let mut continued = self.join(&mut joined, first, indent);
        while continued {
            let Some(line) = self.line() else { break };
            let content = line.content.trim_start();
            if content.is_empty() {
                joined.blanks.push(Span::from_usize(line.start, line.start + line.content.len()));
                self.piece(PieceKind::Blank, line.start, line.end);
            } else if content.starts_with('#') {
                let at = line.start + line.content.len() - content.len();
                self.comment(line, content, at, Some(self.file.instructions.len()));
            } else {
                self.piece(PieceKind::Instruction, line.start, line.end);
                continued = self.join(&mut joined, line.content, line.start);
            }
        }
        joined
    }

    /// Adds a line without its continuation; the answer is whether it had one.
    fn join(&self, joined: &mut JoinedLine, content: &str, at: usize) -> bool {
        let kept = continued(content, self.file.escape);
        joined.text.push_verbatim(kept.unwrap_or(content), crate::span::offset(at));
        kept.is_some()
    }

    fn comment(&mut self, line: Line<'_>, content: &str, at: usize, inside: Option<usize>) {
        self.piece(PieceKind::Comment, line.start, line.end);
        let said = content.get(1..).unwrap_or("");
        let end = at + content.len();
        let said_start = end - said.trim_start().len();
        let comment = Comment {
            span: Span::from_usize(at, end),
            content: Span::from_usize(said_start, said_start + said.trim().len()),
            inside,
        };
        self.file.comments.push(comment);
    }

    fn comment_or_directive(&mut self, line: Line<'_>, content: &str, at: usize) {
        let directive = if self.directives_done { None } else { directive(content, at) };
        let Some(directive) = directive else {
            self.directives_done = true;
            return self.comment(line, content, at, None);
        };
        self.piece(PieceKind::Directive, line.start, line.end);
        if self.file.directives.iter().any(|other| other.name == directive.name) {
            let message = format!("directive `{}` stands twice", directive.name);
            self.problem(ProblemCode::InvalidDirective, message, directive.span);
        } else if directive.name == "escape" {
            match directive.value.as_str() {
                "\\" => self.file.escape = '\\',
                "`" => self.file.escape = '`',
                _ => {
                    let message = "the escape character is either a backslash or a backtick";
                    self.problem(ProblemCode::InvalidDirective, message, directive.value_span);
                }
            }
        }
        self.file.directives.push(directive);
    }
}

/// `content` without the escape character that continues the line: the last one but blanks, unless another stands
/// before it.
fn continued(content: &str, escape: char) -> Option<&str> {
    let before = content.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    (!before.ends_with(escape)).then_some(before)
}

/// Whether a line would be a directive of the parser at the beginning of a file, such as `# escape=\``.
#[must_use]
pub fn is_directive(line: &str) -> bool {
    directive(line.trim(), 0).is_some()
}

/// Reads a comment as a directive: `# name = value` with a name that the builder knows.
fn directive(content: &str, at: usize) -> Option<Directive> {
    let after = content.strip_prefix('#')?;
    let equals = after.find('=')?;
    let name = after.get(..equals)?;
    let name_start = at + 1 + name.len() - name.trim_start().len();
    let name = name.trim();
    let lower = name.to_ascii_lowercase();
    if !matches!(lower.as_str(), "syntax" | "escape" | "check") {
        return None;
    }
    let value = after.get(equals + 1..)?;
    let value_start = at + 1 + after.len() - value.trim_start().len();
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    let value_span = Span::from_usize(value_start, value_start + value.len());
    Some(Directive {
        span: Span::from_usize(at, value_start + value.len()),
        name: lower,
        name_span: Span::from_usize(name_start, name_start + name.len()),
        value: value.to_owned(),
        value_span,
    })
}
