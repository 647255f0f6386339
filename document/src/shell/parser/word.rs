//! Words: plain text, quotes, globs, braces; what `$` and backticks begin is in the modules beside this one.

use super::super::script::{CompoundKind, Run};
use super::super::word::{PartKind, Word};
use super::Parser;
use crate::span::offset;

/// How far the end of a brace expansion or bracket glob is looked for, so that reading stays linear; a longer one is
/// taken for plain text.
const LOOK_AHEAD: usize = 256;

/// What surrounds text in which blanks are plain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    DoubleQuotes,
    Heredoc { strip: bool },
    Arithmetic,
    Operand { pattern: bool },
    Index,
}

/// What ends an unquoted word beside blanks and operators.
#[derive(Clone, Copy, Default)]
pub(super) struct Limits {
    /// Reading stops here: the end of a brace expansion.
    stop: Option<usize>,
    /// Parentheses and `|` are text, as in a pattern or regular expression of `[[`.
    pattern: bool,
}

impl Parser<'_> {
    /// Reads an unquoted word; the cursor is not at a delimiter, except one that begins a process substitution.
    pub(super) fn word(&mut self) -> Word {
        self.limited_word(Limits::default(), true)
    }

    /// Reads the value of an assignment, which may be empty.
    pub(super) fn assigned_word(&mut self) -> Word {
        self.limited_word(Limits::default(), false)
    }

    /// Reads the right side of `=~`, `==` or `!=` in `[[`.
    pub(super) fn pattern_word(&mut self) -> Word {
        self.limited_word(Limits { stop: None, pattern: true }, true)
    }

    fn limited_word(&mut self, limits: Limits, must_move: bool) -> Word {
        let start = self.pos;
        let first = offset(self.script.parts.len());
        self.word_parts(limits);
        if must_move && self.pos == start && !self.at_end() {
            self.bump_char();
            self.literal(start, self.pos);
        }
        let parts = Run { start: first, end: offset(self.script.parts.len()) };
        Word { span: self.span(start, self.pos), parts }
    }

    fn word_parts(&mut self, limits: Limits) {
        let start = self.pos;
        let mut plain = start;
        let mut depth = 0_u32;
        loop {
            self.skip_plain();
            if self.at_end() || limits.stop.is_some_and(|stop| self.pos >= stop) {
                let end = limits.stop.map_or(self.pos, |stop| stop.min(self.pos)).max(plain);
                self.pos = end;
                break;
            }
            let byte = self.byte();
            match byte {
                b'(' | b')' | b'|' | b'<' | b'>' | b' ' | b'\t' | b'&' | b';' if limits.pattern => {
                    if !self.is_pattern_text(byte, &mut depth) {
                        break;
                    }
                    self.pos += 1;
                }
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' => break,
                b'\r' if self.is_line_end(self.pos) => break,
                b'<' | b'>' if self.byte_at(self.pos + 1) != b'(' => break,
                b'\r' => self.pos += 1,
                b'~' if self.pos != start => self.pos += 1,
                _ => match self.special_end(byte, limits) {
                    None => self.pos += 1,
                    Some(end) => {
                        self.literal(plain, self.pos);
                        self.special(byte, end);
                        plain = self.pos;
                    }
                },
            }
        }
        self.literal(plain, self.pos);
    }

    /// Whether `byte` is text in a pattern of `[[`; counts the parentheses.
    fn is_pattern_text(&self, byte: u8, depth: &mut u32) -> bool {
        match byte {
            b'(' => *depth += 1,
            b')' if *depth == 0 => return false,
            b')' => *depth -= 1,
            b'|' => return *depth > 0 || self.byte_at(self.pos + 1) != b'|',
            _ => return *depth > 0,
        }
        true
    }

    /// Whether `byte` at the cursor begins a part of its own, and where that ends if it is already known.
    fn special_end(&self, byte: u8, limits: Limits) -> Option<usize> {
        match byte {
            b'$' if !self.dollar_expands() => None,
            b'[' => self.bracket_end(),
            b'{' => self.brace_end().filter(|end| limits.stop.is_none_or(|stop| *end <= stop)),
            b'~' => {
                let mut end = self.pos + 1;
                while matches!(self.byte_at(end), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'+') {
                    end += 1;
                }
                (self.is_delimiter(end) || self.byte_at(end) == b'/').then_some(end)
            }
            _ => Some(self.pos + 1),
        }
    }

    /// Reads the part that begins with `byte`; `end` is where [`Parser::special_end`] says that it ends.
    fn special(&mut self, byte: u8, end: usize) {
        let start = self.pos;
        match byte {
            b'\\' => self.escape(),
            b'\'' => self.single_quotes(PartKind::SingleQuoted, start),
            b'"' => self.double_quotes(start),
            b'$' => self.dollar(),
            b'`' => self.backticks(),
            b'<' | b'>' => self.substitution(CompoundKind::ProcessSubstitution),
            b'{' => self.brace_expansion(end),
            b'~' => {
                self.pos = end;
                self.leaf(PartKind::Tilde, start, end);
            }
            _ => {
                self.pos = end;
                while byte != b'[' && matches!(self.byte(), b'*' | b'?') {
                    self.pos += 1;
                }
                self.leaf(PartKind::Glob, start, self.pos);
            }
        }
    }

    /// Reads a backslash outside quotes.
    fn escape(&mut self) {
        let start = self.pos;
        let length = self.continuation(start);
        if length > 0 {
            self.pos += length;
            self.leaf(PartKind::Continuation, start, self.pos);
            return;
        }
        self.pos += 1;
        if self.at_end() {
            self.literal(start, self.pos);
        } else {
            self.bump_char();
            self.leaf(PartKind::Escaped, start, self.pos);
        }
    }

    /// Reads `'...'`, the part of which began at `start`, from the quote at the cursor on.
    pub(super) fn single_quotes(&mut self, kind: PartKind, start: usize) {
        let ansi = kind == PartKind::AnsiCQuoted;
        let mut at = self.pos + 1;
        loop {
            match self.byte_at(at) {
                b'\'' => break,
                b'\\' if ansi => at += 2,
                _ => at += 1,
            }
            if at >= self.bytes.len() {
                self.pos = self.bytes.len();
                self.problem("the single quote is not closed", start, self.pos.min(start + 1));
                self.leaf(kind, start, self.pos);
                return;
            }
        }
        self.pos = at + 1;
        self.leaf(kind, start, self.pos);
    }

    /// Reads `"..."`, the part of which began at `start`, from the quote at the cursor on.
    pub(super) fn double_quotes(&mut self, start: usize) {
        let at = self.open_part(PartKind::DoubleQuoted, start);
        let quoted = std::mem::replace(&mut self.quoted, true);
        self.pos += 1;
        self.quoted_parts(Context::DoubleQuotes);
        self.quoted = quoted;
        if self.byte() == b'"' {
            self.pos += 1;
        } else {
            self.problem("the double quote is not closed", start, (start + 1).min(self.pos));
        }
        self.close_part(at, self.pos);
    }

    /// Reads text in which blanks are plain, up to what ends the context or the end of the text.
    pub(super) fn quoted_parts(&mut self, context: Context) {
        self.skip_tabs(context);
        let mut plain = self.pos;
        loop {
            self.skip_plain_quoted();
            if self.at_end() {
                break;
            }
            let byte = self.byte();
            let part = match byte {
                b'"' if context == Context::DoubleQuotes => break,
                b'}' if matches!(context, Context::Operand { .. } | Context::Index) => break,
                b']' if context == Context::Index => break,
                b'\n' => {
                    self.pos += 1;
                    if matches!(context, Context::Heredoc { strip: true }) {
                        self.literal(plain, self.pos);
                        self.skip_tabs(context);
                        plain = self.pos;
                    }
                    continue;
                }
                b'"' => matches!(context, Context::Operand { .. } | Context::Index),
                b'\'' => match context {
                    Context::Operand { pattern } => pattern || !self.quoted,
                    _ => false,
                },
                b'\\' => self.is_quoted_escape(context),
                b'$' => self.dollar_expands(),
                b'`' => true,
                _ => false,
            };
            if part {
                self.literal(plain, self.pos);
                self.special(byte, self.pos + 1);
                plain = self.pos;
            } else {
                self.pos += 1;
            }
        }
        self.literal(plain, self.pos);
    }

    fn skip_tabs(&mut self, context: Context) {
        while matches!(context, Context::Heredoc { strip: true }) && self.byte() == b'\t' {
            self.pos += 1;
        }
    }

    /// Whether the backslash at the cursor protects the character after it.
    fn is_quoted_escape(&self, context: Context) -> bool {
        let next = self.byte_at(self.pos + 1);
        let always = matches!(next, b'$' | b'`' | b'\\') || self.continuation(self.pos) > 0;
        match context {
            Context::DoubleQuotes => always || next == b'"',
            Context::Heredoc { .. } => always,
            Context::Operand { .. } if self.quoted => always || matches!(next, b'"' | b'}'),
            Context::Operand { .. } | Context::Arithmetic | Context::Index => true,
        }
    }

    /// The end of the `[...]` at the cursor, when it is a glob: closed near by, in the same word.
    fn bracket_end(&self) -> Option<usize> {
        let mut at = self.pos + 1;
        if matches!(self.byte_at(at), b'!' | b'^') {
            at += 1;
        }
        if self.byte_at(at) == b']' {
            at += 1;
        }
        let last = self.pos + LOOK_AHEAD;
        while at < last {
            match self.byte_at(at) {
                b']' => return Some(at + 1),
                b'[' if self.byte_at(at + 1) == b':' => {
                    at += 2;
                    while at < last && self.byte_at(at) != b':' && !self.is_delimiter(at) {
                        at += 1;
                    }
                    at += if self.byte_at(at + 1) == b']' { 2 } else { 0 };
                }
                b'\'' | b'"' | b'`' | b'$' | b'\\' => return None,
                _ if self.is_delimiter(at) => return None,
                _ => at += 1,
            }
        }
        None
    }

    /// The end of the brace expansion at the cursor, when it is one: a comma or `..` at its own level, in one word.
    fn brace_end(&self) -> Option<usize> {
        let mut depth = 0_u32;
        let mut several = false;
        let mut at = self.pos;
        let last = self.pos + LOOK_AHEAD;
        while at < last {
            match self.byte_at(at) {
                b'{' => depth += 1,
                b'}' if depth == 1 => return several.then_some(at + 1),
                b'}' => depth -= 1,
                b',' if depth == 1 => several = true,
                b'.' if depth == 1 && self.byte_at(at + 1) == b'.' => several = true,
                b'\\' => at += 1,
                quote @ (b'\'' | b'"') => {
                    at += 1;
                    while at < last && self.byte_at(at) != quote {
                        at += 1;
                    }
                }
                _ if self.is_delimiter(at) => return None,
                _ => {}
            }
            at += 1;
        }
        None
    }

    fn brace_expansion(&mut self, end: usize) {
        let start = self.pos;
        if !self.descend() {
            return;
        }
        let at = self.open_part(PartKind::BraceExpansion, start);
        self.pos += 1;
        self.literal(start, self.pos);
        self.word_parts(Limits { stop: Some(end - 1), pattern: false });
        if self.pos < end && !self.script.too_deep {
            let rest = self.pos;
            self.pos = end;
            self.literal(rest, end);
        }
        self.close_part(at, self.pos);
        self.ascend();
    }
}
