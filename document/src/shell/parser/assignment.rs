//! Assignments.

use super::super::script::{ArrayElements, Assignment, AssignmentValue};
use super::token::{is_name_byte, is_name_start};
use super::{Parser, settle};

/// How far the index of `name[index]=` is looked for; a longer one is taken for a glob.
const INDEX_LIMIT: usize = 256;

/// Where the pieces of `name[index]+=` lie.
struct Head {
    name_end: usize,
    index: Option<(usize, usize)>,
    append: bool,
    value: usize,
}

impl Parser<'_> {
    /// Reads an assignment when one begins at the cursor; `array_only` asks for `name=(` alone.
    pub(super) fn assignment(&mut self, array_only: bool) -> bool {
        let start = self.pos;
        let Some(head) = self.assignment_head() else { return false };
        let array = self.byte_at(head.value) == b'(';
        if array_only && !array {
            return false;
        }
        self.pos = head.value;
        let value = if array { self.array(start) } else { AssignmentValue::Word(self.assigned_word()) };
        let assignment = Assignment {
            span: self.span(start, self.pos),
            name: self.span(start, head.name_end),
            index: head.index.map(|(from, to)| self.span(from, to)),
            append: head.append,
            value,
        };
        self.scratch.assignments.push(assignment);
        true
    }

    fn assignment_head(&self) -> Option<Head> {
        let mut at = self.pos;
        if !is_name_start(self.byte_at(at)) {
            return None;
        }
        while is_name_byte(self.byte_at(at)) {
            at += 1;
        }
        let name_end = at;
        let mut index = None;
        if self.byte_at(at) == b'[' {
            let end = self.index_end(at + 1)?;
            index = Some((at + 1, end));
            at = end + 1;
        }
        let append = self.byte_at(at) == b'+';
        if append {
            at += 1;
        }
        (self.byte_at(at) == b'=').then_some(Head { name_end, index, append, value: at + 1 })
    }

    /// Where the `]` for an index that begins at `from` stands, when it is near and on the same line.
    fn index_end(&self, from: usize) -> Option<usize> {
        let mut depth = 0;
        for at in from..from + INDEX_LIMIT {
            match self.byte_at(at) {
                b'[' => depth += 1,
                b']' if depth == 0 => return Some(at),
                b']' => depth -= 1,
                b'\n' | b';' | 0 => return None,
                _ => {}
            }
        }
        None
    }

    /// Reads `( words )`; the assignment began at `start`.
    fn array(&mut self, start: usize) -> AssignmentValue {
        self.pos += 1;
        let base = self.scratch.words.len();
        loop {
            self.skip_lines();
            match self.byte() {
                b')' => {
                    self.pos += 1;
                    break;
                }
                _ if self.at_end() => {
                    self.problem("the array is not closed", start, self.pos);
                    break;
                }
                b'<' | b'>' if self.byte_at(self.pos + 1) == b'(' => self.array_element(),
                b';' | b'&' | b'|' | b'(' | b'<' | b'>' => self.unexpected(1),
                _ => self.array_element(),
            }
        }
        AssignmentValue::Array(ArrayElements(settle(&mut self.scratch.words, base, &mut self.script.words)))
    }

    fn array_element(&mut self) {
        let word = self.word();
        self.scratch.words.push(word);
    }
}
