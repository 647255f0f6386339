//! A word of an instruction, with the variables in it.

use core::ops::Range;

use super::lexer::{LexFault, Lexer, Operator, Reference, Variables};
use crate::{MappedText, Span};

/// How many variables of one flag or JSON string are listed.
pub(super) const MAX_EXPANSIONS: usize = 1000;

/// One argument as the builder splits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands in the file, quotes included.
    pub span: Span,
    /// The word as written, quotes included, with continuations taken out; strings of a JSON array are without their
    /// quotes and escapes.
    pub raw: MappedText,
    /// The variables in it that are expanded, in the order of the file, those inside operands too.
    pub expansions: Vec<Expansion>,
    /// Whether a quote or an escape is in it.
    pub quoted: bool,
    pub(super) escape: char,
    /// The text without quotes and escapes, if that is not the raw text.
    unquoted: Option<Box<MappedText>>,
    pub(super) fault: Option<LexFault>,
}

/// A variable in a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// From the `$` to the end of the name or the closing brace, in the file.
    pub span: Span,
    /// The same as a range of the word's raw text.
    pub range: Range<usize>,
    /// The name.
    pub name: String,
    /// The name, in the file.
    pub name_span: Span,
    /// What is done with the value.
    pub operator: Option<Operator>,
    /// What stands behind the operator, as a range of the word's raw text.
    pub operand: Option<Range<usize>>,
    /// What stands behind the operator, in the file.
    pub operand_span: Option<Span>,
    /// Whether it stands inside the operand of another one.
    pub nested: bool,
}

impl Word {
    /// The part `part` of `source` as a word with at most `limit` variables listed.
    pub(super) fn new(source: &MappedText, part: Span, escape: char, limit: usize) -> Self {
        let mut raw = MappedText::default();
        raw.push_mapped(source, part);
        Self::from_raw(raw, source.to_source(part), escape, limit)
    }

    /// The text `raw`, which stands at `span`, as a word.
    pub(super) fn from_raw(raw: MappedText, span: Span, escape: char, limit: usize) -> Self {
        let mut word = Self { span, raw, expansions: Vec::new(), quoted: false, escape, unquoted: None, fault: None };
        let special = |byte: u8| matches!(byte, b'$' | b'\'' | b'"') || char::from(byte) == escape;
        if word.raw.text().bytes().any(special) {
            word.lex(limit);
        }
        word
    }

    fn lex(&mut self, limit: usize) {
        let mut lexer = Lexer::new(self.raw.text(), self.escape, Finder { limit, ..Finder::default() });
        match lexer.whole() {
            Ok(text) if text == self.raw.text() => {}
            Ok(_) => {
                let mut unquoted = MappedText::default();
                for range in &lexer.variables.kept {
                    unquoted.push_mapped(&self.raw, Span::from_usize(range.start, range.end));
                }
                self.unquoted = Some(Box::new(unquoted));
            }
            Err(fault) => self.fault = Some(fault),
        }
        let mut found = lexer.variables.found;
        crate::sort_by(&mut found, |a, b| a.range.start.cmp(&b.range.start));
        self.quoted = self.unquoted.is_some() || self.fault.is_some();
        self.expansions = found.into_iter().map(|found| found.located(&self.raw)).collect();
    }

    /// The word without quotes and escapes, variables left as they are; as written if its quotes are not closed.
    #[must_use]
    pub fn text(&self) -> &str {
        self.unquoted.as_ref().map_or(self.raw.text(), |text| text.text())
    }

    /// The bytes of the file for a range of `text()`.
    #[must_use]
    pub fn to_source(&self, range: Range<usize>) -> Span {
        if self.text().is_empty() {
            return self.span;
        }
        let span = Span::from_usize(range.start, range.end);
        self.unquoted.as_ref().map_or_else(|| self.raw.to_source(span), |text| text.to_source(span))
    }

    /// The bytes of the file for a range of the raw text; an empty word has only its own place.
    pub(super) fn to_raw_source(&self, range: Range<usize>) -> Span {
        if self.raw.text().is_empty() {
            return self.span;
        }
        self.raw.to_source(Span::from_usize(range.start, range.end))
    }

    /// The text, if no variable is in it.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        self.expansions.is_empty().then(|| self.text())
    }
}

/// Notes the variables of a word and leaves them as they are.
#[derive(Default)]
struct Finder {
    found: Vec<Found>,
    kept: Vec<Range<usize>>,
    depth: usize,
    limit: usize,
}

struct Found {
    range: Range<usize>,
    name: String,
    name_range: Range<usize>,
    operator: Option<Operator>,
    operand: Option<Range<usize>>,
    nested: bool,
}

impl Found {
    fn located(self, raw: &MappedText) -> Expansion {
        let place = |range: &Range<usize>| raw.to_source(Span::from_usize(range.start, range.end));
        Expansion {
            span: place(&self.range),
            name_span: place(&self.name_range),
            operand_span: self.operand.as_ref().map(place),
            operand: self.operand,
            range: self.range,
            name: self.name,
            operator: self.operator,
            nested: self.nested,
        }
    }
}

impl Variables for Finder {
    fn expand(&mut self, text: &str, reference: Reference<'_>, out: &mut String) {
        if self.depth == 0 {
            out.push_str(text.get(reference.range.clone()).unwrap_or(""));
        }
        if self.found.len() >= self.limit {
            return;
        }
        let operand = reference.operation.as_ref().map(|operation| operation.range.clone());
        self.found.push(Found {
            range: reference.range,
            name: reference.name.to_owned(),
            name_range: reference.name_range,
            operator: reference.operation.map(|operation| operation.operator),
            operand,
            nested: self.depth > 0,
        });
    }

    fn enter(&mut self) {
        self.depth += 1;
    }

    fn leave(&mut self) -> bool {
        self.depth = self.depth.saturating_sub(1);
        false
    }

    fn kept(&mut self, range: Range<usize>) {
        match self.kept.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.kept.push(range),
        }
    }
}
