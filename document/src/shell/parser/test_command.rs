//! `[[ ... ]]`.

use super::super::script::Run;
use super::super::word::{PartKind, Word};
use super::Parser;
use crate::span::offset;

impl Parser<'_> {
    /// Reads the tokens of `[[ ... ]]` as words, operators included.
    pub(super) fn test_command(&mut self) {
        let open = self.pos;
        self.pos += 2;
        let mut pattern = false;
        loop {
            self.skip_lines();
            if self.is_word(b"]]") {
                self.pos += 2;
                return;
            }
            let next = self.byte_at(self.pos + 1);
            let word = match self.byte() {
                b'(' | b')' | b'|' if pattern => self.pattern_word(),
                b'&' | b'|' if next == self.byte() => self.operator_word(2),
                b'<' | b'>' if next != b'(' => self.operator_word(1),
                b'(' | b')' => self.operator_word(1),
                b';' | b'&' | b'|' => break,
                _ if self.at_end() => break,
                _ if pattern => self.pattern_word(),
                _ => self.word(),
            };
            pattern = matches!(word.span.text(&self.script.text), "=~" | "==" | "!=" | "=");
            self.scratch.words.push(word);
        }
        self.problem("`[[` has no `]]`", open, open + 2);
    }

    fn operator_word(&mut self, length: usize) -> Word {
        let start = self.pos;
        let first = offset(self.script.parts.len());
        self.pos += length;
        self.leaf(PartKind::Literal, start, self.pos);
        let parts = Run { start: first, end: offset(self.script.parts.len()) };
        Word { span: self.span(start, self.pos), parts }
    }
}
