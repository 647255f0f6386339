//! What `$` begins: parameters, arithmetic, `$'...'`.

use super::super::script::{CompoundKind, Run};
use super::super::word::{Parameter, ParameterId, ParameterOperator as Op, PartKind, Word};
use super::Parser;
use super::token::{is_name_byte, is_name_start};
use super::word::Context;
use crate::span::offset;

impl Parser<'_> {
    /// Whether the `$` at the cursor begins an expansion or a quote.
    pub(super) fn dollar_expands(&self) -> bool {
        match self.byte_at(self.pos + 1) {
            b'(' | b'{' | b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!' => true,
            b'\'' | b'"' => !self.quoted,
            byte => is_name_byte(byte),
        }
    }

    /// Reads what the `$` at the cursor begins.
    pub(super) fn dollar(&mut self) {
        let start = self.pos;
        match self.byte_at(start + 1) {
            b'(' => {
                let arithmetic = if self.byte_at(start + 2) == b'(' { self.arithmetic_end(start + 3) } else { None };
                match arithmetic {
                    Some(end) => self.arithmetic_part(end),
                    None => self.substitution(CompoundKind::CommandSubstitution),
                }
            }
            b'{' => self.braced_parameter(),
            b'\'' => {
                self.pos += 1;
                self.single_quotes(PartKind::AnsiCQuoted, start);
            }
            b'"' => {
                self.pos += 1;
                self.double_quotes(start);
            }
            first => {
                self.pos += 2;
                while is_name_start(first) && is_name_byte(self.byte()) {
                    self.pos += 1;
                }
                let name = self.span(start + 1, self.pos);
                let id = self.add_parameter(Parameter {
                    name,
                    braces: false,
                    length: false,
                    indirect: false,
                    index: None,
                    operator: None,
                    operand: None,
                });
                self.leaf(PartKind::Parameter(id), start, self.pos);
            }
        }
    }

    fn add_parameter(&mut self, parameter: Parameter) -> ParameterId {
        let id = ParameterId(offset(self.script.parameters.len()));
        self.script.parameters.push(parameter);
        id
    }

    /// Reads `${...}`. What is no valid expansion is taken as it is: the shell complains only when it runs.
    fn braced_parameter(&mut self) {
        let start = self.pos;
        if !self.descend() {
            return;
        }
        self.pos += 2;
        let prefix = self.byte();
        let after = self.byte_at(self.pos + 1);
        let names = is_name_byte(after) || matches!(after, b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!');
        // `${#}`, `${#-x}` and `${!-x}` are about the parameters `#` and `!`.
        let prefixed = matches!(prefix, b'#' | b'!')
            && names
            && (is_name_byte(after) || matches!(after, b'@' | b'*') || self.byte_at(self.pos + 2) == b'}');
        if prefixed {
            self.pos += 1;
        }
        let name = self.parameter_name();
        let id = self.add_parameter(Parameter {
            name,
            braces: true,
            length: prefixed && prefix == b'#',
            indirect: prefixed && prefix == b'!',
            index: None,
            operator: None,
            operand: None,
        });
        let part = self.open_part(PartKind::Parameter(id), start);
        let index = self.index();
        let operator_start = self.pos;
        let operator = self.parameter_operator();
        let operator = operator.map(|operator| (operator, self.span(operator_start, self.pos)));
        let operand = operator.map(|(operator, _)| {
            let pattern = operator.takes_pattern();
            self.inner_word(Context::Operand { pattern })
        });
        if let Some(parameter) = self.script.parameters.get_mut(id.0 as usize) {
            (parameter.index, parameter.operator, parameter.operand) = (index, operator, operand);
        }
        if self.byte() == b'}' {
            self.pos += 1;
        } else {
            self.problem("`${` has no `}`", start, start + 2);
        }
        self.close_part(part, self.pos);
        self.ascend();
    }

    fn parameter_name(&mut self) -> crate::Span {
        let start = self.pos;
        match self.byte() {
            b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!' => self.pos += 1,
            first if first.is_ascii_digit() => {
                while self.byte().is_ascii_digit() {
                    self.pos += 1;
                }
            }
            first if is_name_start(first) => {
                while is_name_byte(self.byte()) {
                    self.pos += 1;
                }
            }
            // `${...}` is how a word with an unknown value is written where it is parsed once more.
            b'.' => {
                while self.byte() == b'.' {
                    self.pos += 1;
                }
            }
            _ => {}
        }
        self.span(start, self.pos)
    }

    /// Reads `[...]` after the name.
    fn index(&mut self) -> Option<Word> {
        if self.byte() != b'[' {
            return None;
        }
        self.pos += 1;
        let word = self.inner_word(Context::Index);
        if self.byte() == b']' {
            self.pos += 1;
        }
        Some(word)
    }

    fn inner_word(&mut self, context: Context) -> Word {
        let start = self.pos;
        let first = offset(self.script.parts.len());
        self.quoted_parts(context);
        let parts = Run { start: first, end: offset(self.script.parts.len()) };
        Word { span: self.span(start, self.pos), parts }
    }

    /// Moves over the operator; `None` before `}` and at the end.
    fn parameter_operator(&mut self) -> Option<Op> {
        let (first, second) = (self.byte(), self.byte_at(self.pos + 1));
        let doubled = first == second;
        let colon = first == b':' && matches!(second, b'-' | b'=' | b'?' | b'+');
        let (operator, length) = match if colon { second } else { first } {
            b'-' => (Op::Default { colon }, 1),
            b'=' => (Op::Assign { colon }, 1),
            b'?' => (Op::Error { colon }, 1),
            b'+' => (Op::Alternative { colon }, 1),
            b'#' => (Op::RemovePrefix { longest: doubled }, 1 + usize::from(doubled)),
            b'%' => (Op::RemoveSuffix { longest: doubled }, 1 + usize::from(doubled)),
            b'/' => (Op::Replace, 1 + usize::from(matches!(second, b'/' | b'#' | b'%'))),
            b'^' | b',' => (Op::Case, 1 + usize::from(doubled)),
            b':' => (Op::Substring, 1),
            b'@' => (Op::Transform, 1),
            b'}' => return None,
            _ if self.at_end() => return None,
            _ => (Op::Unknown, 0),
        };
        self.pos += length + usize::from(colon);
        Some(operator)
    }

    /// Reads `$((...))` whose `))` stands at `end`.
    fn arithmetic_part(&mut self, end: usize) {
        let start = self.pos;
        if !self.descend() {
            return;
        }
        let part = self.open_part(PartKind::Arithmetic, start);
        self.pos += 3;
        self.within(end, |parser| parser.quoted_parts(Context::Arithmetic));
        if !self.script.too_deep {
            self.pos += 2;
        }
        self.close_part(part, self.pos);
        self.ascend();
    }

    /// Reads the word of `((...))`, whose `))` stands at `end`, and moves over both.
    pub(super) fn arithmetic_word(&mut self, end: usize) {
        self.pos += 2;
        let word = self.within(end, |parser| parser.inner_word(Context::Arithmetic));
        self.scratch.words.push(word);
        if !self.script.too_deep {
            self.pos += 2;
        }
    }

    /// Where the `))` stands that closes arithmetic whose text begins at `from`; `None` when the parentheses are
    /// those of nested subshells.
    pub(super) fn arithmetic_end(&self, from: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut at = from;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b')' => return (self.byte_at(at + 1) == b')').then_some(at),
                b'\\' => at += 1,
                b'\'' | b'"' => {
                    at += 1;
                    while at < self.bytes.len() && self.byte_at(at) != *byte {
                        at += 1 + usize::from(*byte == b'"' && self.byte_at(at) == b'\\');
                    }
                }
                _ => {}
            }
            at += 1;
        }
        None
    }
}
