//! Command and process substitutions.

use super::super::script::{CompoundKind, SequenceRole};
use super::super::word::PartKind;
use super::token::Closer;
use super::{Owner, Parser, Scratch};
use crate::{MappedText, Span};

impl Parser<'_> {
    /// Reads `$(...)`, `<(...)` or `>(...)`.
    pub(super) fn substitution(&mut self, kind: CompoundKind) {
        let start = self.pos;
        let output = self.byte() == b'>';
        let compound = self.open_compound(kind, self.parent(), start);
        let part_kind = match kind {
            CompoundKind::ProcessSubstitution => PartKind::ProcessSubstitution { compound, output },
            _ => PartKind::CommandSubstitution { compound, backticks: false },
        };
        let part = self.open_part(part_kind, start);
        let bases = self.bases();
        if self.descend() {
            let pending = std::mem::take(&mut self.pending);
            let open = std::mem::take(&mut self.open);
            let owner = std::mem::replace(&mut self.owner, Owner::Compound(compound));
            let quoted = std::mem::replace(&mut self.quoted, false);
            self.pos += 2;
            self.sequence(Some(compound), SequenceRole::Body, &[Closer::Parenthesis]);
            self.close(Closer::Parenthesis, ")", start, 2);
            self.quoted = quoted;
            self.owner = owner;
            self.open = open;
            // A heredoc whose body did not begin inside begins after the next line end, as dash reads it.
            let inner = std::mem::replace(&mut self.pending, pending);
            self.pending.extend(inner);
            self.ascend();
        }
        self.close_compound(compound, bases, start, self.pos);
        self.close_part(part, self.pos);
    }

    /// Reads `` `...` ``.
    pub(super) fn backticks(&mut self) {
        let start = self.pos;
        let (end, escapes) = self.backtick_end();
        let compound = self.open_compound(CompoundKind::Backticks, self.parent(), start);
        let part = self.open_part(PartKind::CommandSubstitution { compound, backticks: true }, start);
        let bases = self.bases();
        if self.descend() {
            let pending = std::mem::take(&mut self.pending);
            let open = std::mem::take(&mut self.open);
            let owner = std::mem::replace(&mut self.owner, Owner::Compound(compound));
            let quoted = std::mem::replace(&mut self.quoted, false);
            self.pos += 1;
            if escapes {
                let copy = self.unescaped(end, quoted);
                self.copied_body(&copy);
                self.pos = if self.script.too_deep { self.bytes.len() } else { end };
            } else {
                self.within(end, |parser| {
                    parser.sequence(Some(compound), SequenceRole::Body, &[]);
                    parser.read_heredocs();
                });
            }
            self.quoted = quoted;
            self.owner = owner;
            self.open = open;
            self.pending = pending;
            self.ascend();
            if self.byte() == b'`' && self.pos == end {
                self.pos += 1;
            } else {
                self.problem("the backtick is not closed", start, start + 1);
            }
        }
        self.close_compound(compound, bases, start, self.pos);
        self.close_part(part, self.pos);
    }

    /// Where the backtick that closes the one at the cursor stands, or the end of the text; and whether there are
    /// escapes before it that the shell undoes before it reads the commands.
    fn backtick_end(&self) -> (usize, bool) {
        let mut escapes = false;
        let mut at = self.pos + 1;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'`' => return (at, escapes),
                b'\\' => {
                    escapes |= self.is_backtick_escape(at, self.quoted);
                    at += 2;
                }
                _ => at += 1,
            }
        }
        (self.bytes.len(), escapes)
    }

    fn is_backtick_escape(&self, at: usize, quoted: bool) -> bool {
        match self.byte_at(at + 1) {
            b'$' | b'`' | b'\\' => true,
            b'"' => quoted,
            _ => false,
        }
    }

    /// The text from the cursor to `end` without the escapes of backticks, with the way back to the script.
    fn unescaped(&self, end: usize, quoted: bool) -> MappedText {
        let mut copy = MappedText::default();
        let mut plain = self.pos;
        let mut at = self.pos;
        while at < end {
            if self.byte_at(at) != b'\\' {
                at += 1;
            } else if self.is_backtick_escape(at, quoted) && at + 1 < end {
                self.copy_plain(&mut copy, plain, at);
                copy.push_replaced(self.text_of(at + 1, at + 2), self.span(at, at + 2));
                at += 2;
                plain = at;
            } else {
                at += 2;
            }
        }
        self.copy_plain(&mut copy, plain, end);
        copy
    }

    fn copy_plain(&self, copy: &mut MappedText, start: usize, end: usize) {
        match self.map {
            Some(map) => copy.push_mapped(map, Span::from_usize(start, end)),
            None => copy.push_verbatim(self.text_of(start, end), crate::span::offset(start)),
        }
    }

    /// Reads the copied body of a backtick substitution into the same arenas.
    fn copied_body(&mut self, copy: &MappedText) {
        let Owner::Compound(compound) = self.owner else { return };
        let mut parser = Parser {
            text: copy.text(),
            bytes: copy.text().as_bytes(),
            pos: 0,
            map: Some(copy),
            script: &mut *self.script,
            scratch: Scratch::default(),
            depth: self.depth,
            owner: self.owner,
            quoted: false,
            pending: Vec::new(),
            open: [0; Closer::COUNT],
        };
        parser.sequence(Some(compound), SequenceRole::Body, &[]);
        parser.read_heredocs();
    }
}
