//! Quotes, escapes and variables inside one word, as the builder's own small shell reads them.
//!
//! One walk serves two ends: finding the variables of a word when the file is parsed, and working out the word's value
//! when a scope is known. What differs is behind [`Variables`].

use core::ops::Range;

/// How deep `${a:-${b:-...}}` may nest.
pub(super) const MAX_DEPTH: usize = 32;

/// What is done with a variable after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `-` or `:-`: the operand if the variable is not set.
    Default {
        /// `:-`: an empty value counts as not set.
        colon: bool,
    },
    /// `+` or `:+`: the operand if the variable is set.
    Alternate {
        /// `:+`: an empty value counts as not set.
        colon: bool,
    },
    /// `?` or `:?`: the build fails if the variable is not set.
    Required {
        /// `:?`: an empty value counts as not set.
        colon: bool,
    },
    /// `#` or `##`: the operand is a pattern taken off the front.
    RemovePrefix {
        /// `##`: as much as matches.
        longest: bool,
    },
    /// `%` or `%%`: the operand is a pattern taken off the end.
    RemoveSuffix {
        /// `%%`: as much as matches.
        longest: bool,
    },
    /// `/` or `//`: the first operand is a pattern, the second what it is replaced with.
    Replace {
        /// `//`: every match.
        all: bool,
    },
}

/// A variable met on the walk; ranges count in the walked text.
pub(super) struct Reference<'a> {
    pub(super) range: Range<usize>,
    pub(super) name: &'a str,
    pub(super) name_range: Range<usize>,
    pub(super) operation: Option<Operation>,
}

/// The part of a reference after the name.
pub(super) struct Operation {
    pub(super) operator: Operator,
    /// From behind the operator to before the closing brace.
    pub(super) range: Range<usize>,
    /// The operand after its own walk; the pattern for patterns.
    pub(super) operand: String,
    /// The second operand of `/`.
    pub(super) replacement: String,
    /// Whether the operand's value is not known.
    pub(super) unknown: bool,
}

/// What a walk wants to know.
pub(super) trait Variables {
    /// Puts what the reference stands for at the end of `out`.
    fn expand(&mut self, text: &str, reference: Reference<'_>, out: &mut String);
    /// An operand begins; its own references follow.
    fn enter(&mut self) {}
    /// The operand ended; the answer is whether its value is not known.
    fn leave(&mut self) -> bool {
        false
    }
    /// The bytes of `range` outside of any reference are part of the word's text.
    fn kept(&mut self, _range: Range<usize>) {}
}

/// Why a word cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LexFault {
    SingleQuote,
    DoubleQuote,
    Brace,
    Substitution,
    TooDeep,
}

impl LexFault {
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::SingleQuote => "single quote is not closed",
            Self::DoubleQuote => "double quote is not closed",
            Self::Brace => "`${` is not closed",
            Self::Substitution => "the builder does not know this form of `${...}`",
            Self::TooDeep => "`${...}` nests too deep",
        }
    }
}

/// One walk over one word.
pub(super) struct Lexer<'t, V> {
    text: &'t str,
    at: usize,
    escape: char,
    depth: usize,
    pub(super) variables: V,
}

impl<'t, V: Variables> Lexer<'t, V> {
    pub(super) fn new(text: &'t str, escape: char, variables: V) -> Self {
        Self { text, at: 0, escape, depth: 0, variables }
    }

    pub(super) fn at(text: &'t str, at: usize, escape: char, variables: V) -> Self {
        Self { text, at, escape, depth: 0, variables }
    }

    /// The whole text without quotes and escapes.
    pub(super) fn whole(&mut self) -> Result<String, LexFault> {
        self.until(None, false)
    }

    /// Where the walk stands.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn kept(&mut self, range: Range<usize>) {
        if self.depth == 0 {
            self.variables.kept(range);
        }
    }

    /// Takes the character at `from`, which was just read, into the word.
    fn keep(&mut self, from: usize, out: &mut String) {
        out.push_str(self.text.get(from..self.at).unwrap_or(""));
        self.kept(from..self.at);
    }

    fn until(&mut self, stop: Option<char>, raw_escapes: bool) -> Result<String, LexFault> {
        let mut out = String::new();
        while let Some(next) = self.peek() {
            let from = self.at;
            if stop == Some(next) {
                self.next();
                return Ok(out);
            }
            match next {
                '$' => self.dollar(&mut out)?,
                '\'' => self.single_quoted(&mut out)?,
                '"' => self.double_quoted(raw_escapes, &mut out)?,
                _ if next == self.escape => {
                    self.next();
                    if raw_escapes {
                        self.keep(from, &mut out);
                    }
                    let from = self.at;
                    self.next();
                    self.keep(from, &mut out);
                }
                _ => {
                    self.next();
                    self.keep(from, &mut out);
                }
            }
        }
        if stop.is_some() { Err(LexFault::Brace) } else { Ok(out) }
    }

    fn single_quoted(&mut self, out: &mut String) -> Result<(), LexFault> {
        let from = self.at + 1;
        let length = self.text.get(from..).and_then(|rest| rest.find('\'')).ok_or(LexFault::SingleQuote)?;
        self.at = from + length;
        self.keep(from, out);
        self.at += 1;
        Ok(())
    }

    fn double_quoted(&mut self, raw_escapes: bool, out: &mut String) -> Result<(), LexFault> {
        self.next();
        loop {
            let from = self.at;
            match self.peek() {
                None => return Err(LexFault::DoubleQuote),
                Some('"') => {
                    self.next();
                    return Ok(());
                }
                Some('$') => self.dollar(out)?,
                Some(next) if next == self.escape => self.escaped_in_quotes(raw_escapes, out),
                Some(_) => {
                    self.next();
                    self.keep(from, out);
                }
            }
        }
    }

    /// Inside double quotes the escape character only escapes `"`, `$` and itself; before others it stays.
    fn escaped_in_quotes(&mut self, raw_escapes: bool, out: &mut String) {
        let from = self.at;
        self.next();
        match self.peek() {
            None => {}
            Some(next) if next == '"' || next == '$' || next == self.escape => {
                if raw_escapes {
                    self.keep(from, out);
                }
                let from = self.at;
                self.next();
                self.keep(from, out);
            }
            Some(_) => self.keep(from, out),
        }
    }

    /// Reads the reference that begins with the `$` here.
    pub(super) fn dollar(&mut self, out: &mut String) -> Result<(), LexFault> {
        let start = self.at;
        self.next();
        if self.peek() == Some('{') {
            self.next();
            return self.braced(start, out);
        }
        let name_range = self.name();
        if name_range.is_empty() {
            self.keep(start, out);
            return Ok(());
        }
        self.reference(start, name_range, None, out);
        Ok(())
    }

    fn reference(&mut self, start: usize, name_range: Range<usize>, operation: Option<Operation>, out: &mut String) {
        let range = start..self.at;
        self.kept(range.clone());
        let name = self.text.get(name_range.clone()).unwrap_or("");
        self.variables.expand(self.text, Reference { range, name, name_range, operation }, out);
    }

    fn braced(&mut self, start: usize, out: &mut String) -> Result<(), LexFault> {
        match self.peek() {
            None => return Err(LexFault::Brace),
            Some('{' | '}' | ':') => return Err(LexFault::Substitution),
            _ => {}
        }
        let name_range = self.name();
        let operation = match self.next() {
            None => return Err(LexFault::Brace),
            Some('}') => None,
            Some(':') => {
                let sign = self.next().ok_or(LexFault::Brace)?;
                Some(self.operation(sign, true)?)
            }
            Some(sign) => Some(self.operation(sign, false)?),
        };
        self.reference(start, name_range, operation, out);
        Ok(())
    }

    fn operation(&mut self, sign: char, colon: bool) -> Result<Operation, LexFault> {
        let mut operator = match sign {
            '-' => Operator::Default { colon },
            '+' => Operator::Alternate { colon },
            '?' => Operator::Required { colon },
            '#' => Operator::RemovePrefix { longest: false },
            '%' => Operator::RemoveSuffix { longest: false },
            '/' if !colon => Operator::Replace { all: false },
            _ => return Err(LexFault::Substitution),
        };
        if let Operator::Replace { all } = &mut operator
            && self.peek() == Some('/')
        {
            self.next();
            *all = true;
        }
        if self.depth >= MAX_DEPTH {
            return Err(LexFault::TooDeep);
        }
        let from = self.at;
        self.depth += 1;
        self.variables.enter();
        let operands = self.operands(operator);
        self.depth -= 1;
        let unknown = self.variables.leave();
        let (mut operand, replacement) = operands?;
        if let Operator::RemovePrefix { longest } | Operator::RemoveSuffix { longest } = &mut operator
            && operand.starts_with(sign)
        {
            operand.remove(0);
            *longest = true;
        }
        Ok(Operation { operator, range: from..self.at.saturating_sub(1), operand, replacement, unknown })
    }

    fn operands(&mut self, operator: Operator) -> Result<(String, String), LexFault> {
        match operator {
            Operator::Replace { .. } => {
                let pattern = self.until(Some('/'), true)?;
                Ok((pattern, self.until(Some('}'), true)?))
            }
            Operator::RemovePrefix { .. } | Operator::RemoveSuffix { .. } => {
                Ok((self.until(Some('}'), true)?, String::new()))
            }
            _ => Ok((self.until(Some('}'), false)?, String::new())),
        }
    }

    /// Reads a name: letters, digits and `_`, only digits if it begins with one, or one special character.
    fn name(&mut self) -> Range<usize> {
        let start = self.at;
        let Some(first) = self.peek() else { return start..start };
        if matches!(first, '@' | '*' | '#' | '?' | '-' | '$' | '!') {
            self.next();
            return start..self.at;
        }
        let digits = first.is_numeric();
        while let Some(next) = self.peek() {
            let part = if digits { next.is_numeric() } else { next.is_alphanumeric() || next == '_' };
            if !part {
                break;
            }
            self.next();
        }
        start..self.at
    }
}
