//! Simple commands and redirections.

use super::super::script::{
    Command, CommandId, CompoundKind, Heredoc, HeredocId, Parent, PipelineId, Redirection, RedirectionOperator, Run,
    Stage,
};
use super::super::word::Word;
use super::heredoc::PendingHeredoc;
use super::token::{Closer, Keyword, is_name_byte, is_name_start};
use super::{Owner, Parser, settle};
use crate::Span;
use crate::span::offset;

/// Where the nodes of the command being read begin in the scratch vectors.
#[derive(Clone, Copy)]
pub(super) struct Bases {
    pub(super) words: usize,
    assignments: usize,
    redirections: usize,
}

/// What the nodes of a command became in the arenas.
pub(super) struct Settled {
    pub(super) words: Run,
    pub(super) assignments: Run,
    pub(super) redirections: Run,
}

impl Parser<'_> {
    /// Reads a stage of a pipeline and returns it with its end; `bare` says that a prefix may stand alone.
    pub(super) fn stage(&mut self, pipeline: PipelineId, position: u32, bare: bool) -> Option<(Stage, usize)> {
        let mut keyword = self.keyword();
        while keyword == Some(Keyword::Time) {
            self.pos += 4;
            self.skip_blanks();
            keyword = self.keyword();
        }
        if self.byte() == b'(' {
            return Some(self.parenthesis(pipeline, position));
        }
        match keyword {
            Some(Keyword::Bang) => {
                self.unexpected(1);
                self.skip_blanks();
                self.stage(pipeline, position, true)
            }
            Some(keyword) if Self::opens_compound(keyword) => Some(self.keyword_compound(keyword, pipeline, position)),
            Some(keyword) if keyword != Keyword::Coproc && self.closer().is_some() => {
                if !bare {
                    self.missing_command();
                }
                None
            }
            _ => self.simple(pipeline, position, bare),
        }
    }

    fn simple(&mut self, pipeline: PipelineId, position: u32, bare: bool) -> Option<(Stage, usize)> {
        let id = CommandId(offset(self.script.commands.len()));
        let start = self.pos;
        let span = self.span(start, start);
        let none = Run::default();
        self.script.commands.push(Command {
            span,
            pipeline,
            position,
            separator: None,
            words: none,
            assignments: none,
            redirections: none,
        });
        let outer = std::mem::replace(&mut self.owner, Owner::Command(id));
        let bases = self.bases();
        let end = self.simple_items(bases);
        self.owner = outer;
        let Some(end) = end else {
            self.script.commands.truncate(id.index());
            if !bare {
                self.missing_command();
            }
            return None;
        };
        if self.byte() == b'(' && self.is_function_name(bases) && id.index() + 1 == self.script.commands.len() {
            self.script.commands.truncate(id.index());
            let name = self.scratch.words.pop().unwrap_or_default();
            return Some(self.function(pipeline, position, start, Some(name)));
        }
        let settled = self.settle_items(bases);
        let span = self.span(start, end);
        if let Some(command) = self.script.commands.get_mut(id.index()) {
            command.span = span;
            command.words = settled.words;
            command.assignments = settled.assignments;
            command.redirections = settled.redirections;
        }
        Some((Stage::Command(id), end))
    }

    pub(super) fn bases(&self) -> Bases {
        Bases {
            words: self.scratch.words.len(),
            assignments: self.scratch.assignments.len(),
            redirections: self.scratch.redirections.len(),
        }
    }

    pub(super) fn settle_items(&mut self, bases: Bases) -> Settled {
        Settled {
            words: settle(&mut self.scratch.words, bases.words, &mut self.script.words),
            assignments: settle(&mut self.scratch.assignments, bases.assignments, &mut self.script.assignments),
            redirections: settle(&mut self.scratch.redirections, bases.redirections, &mut self.script.redirections),
        }
    }

    /// Reads assignments, words and redirections; returns the end of the last, `None` when there is none.
    fn simple_items(&mut self, bases: Bases) -> Option<usize> {
        let mut end = None;
        let mut declares = false;
        loop {
            self.skip_blanks();
            let byte = self.byte();
            match byte {
                b'\n' | b';' | b'|' | b')' | b'(' => return end,
                b'&' if self.byte_at(self.pos + 1) != b'>' => return end,
                b'#' => {
                    self.comment();
                    return end;
                }
                b'<' | b'>' | b'&' | b'0'..=b'9' | b'{' if self.redirection_begins() => self.redirection(),
                _ if self.at_end() => return end,
                _ => {
                    let first = self.scratch.words.len() == bases.words;
                    if (first || declares) && is_name_start(byte) && self.assignment(!first) {
                        end = Some(self.pos);
                        continue;
                    }
                    let word = self.word();
                    if first {
                        declares = self.declares(&word);
                    }
                    self.scratch.words.push(word);
                }
            }
            end = Some(self.pos);
        }
    }

    /// Whether a command takes `name=(...)` among its arguments.
    fn declares(&self, name: &Word) -> bool {
        let text = name.span.text(&self.script.text);
        matches!(text, "export" | "declare" | "local" | "readonly" | "typeset" | "eval")
    }

    /// Whether the command so far is one word, and the parenthesis at the cursor is empty.
    fn is_function_name(&self, bases: Bases) -> bool {
        let mut after = self.pos + 1;
        while matches!(self.byte_at(after), b' ' | b'\t') {
            after += 1;
        }
        self.byte_at(after) == b')'
            && self.scratch.words.len() == bases.words + 1
            && self.scratch.assignments.len() == bases.assignments
            && self.scratch.redirections.len() == bases.redirections
    }

    /// Reads a function from the parentheses after its name, or from `function` when `name` is `None`.
    pub(super) fn function(
        &mut self,
        pipeline: PipelineId,
        position: u32,
        start: usize,
        name: Option<Word>,
    ) -> (Stage, usize) {
        let id = self.open_compound(CompoundKind::Function, Parent::Pipeline { pipeline, position }, start);
        let outer = std::mem::replace(&mut self.owner, Owner::Compound(id));
        let bases = self.bases();
        let name = name.or_else(|| {
            self.pos += 8;
            self.skip_blanks();
            (!self.is_delimiter(self.pos)).then(|| self.word())
        });
        self.scratch.words.extend(name);
        self.skip_blanks();
        if self.byte() == b'(' {
            self.pos += 1;
            self.skip_blanks();
            self.close(Closer::Parenthesis, ")", self.pos - 1, 1);
        }
        self.skip_lines();
        let compound = self.byte() == b'(' || self.keyword().is_some_and(Self::opens_compound);
        if compound && self.descend() {
            self.function_body(id);
            self.ascend();
        } else {
            self.problem("the body of the function is missing", self.pos, self.pos);
        }
        self.owner = outer;
        let end = self.pos;
        self.close_compound(id, bases, start, end);
        (Stage::Compound(id), end)
    }

    fn redirection_begins(&self) -> bool {
        match self.byte() {
            b'<' | b'>' => self.byte_at(self.pos + 1) != b'(',
            b'&' => true,
            _ => self.descriptor_end().is_some(),
        }
    }

    /// Where the digits or the `{name}` at the cursor end, when a redirection follows.
    fn descriptor_end(&self) -> Option<usize> {
        let mut at = self.pos;
        if self.byte() == b'{' {
            at += 1;
            if !is_name_start(self.byte_at(at)) {
                return None;
            }
            while is_name_byte(self.byte_at(at)) {
                at += 1;
            }
            if self.byte_at(at) != b'}' {
                return None;
            }
            at += 1;
        } else {
            while self.byte_at(at).is_ascii_digit() {
                at += 1;
            }
        }
        (at > self.pos && matches!(self.byte_at(at), b'<' | b'>') && self.byte_at(at + 1) != b'(').then_some(at)
    }

    /// Reads the redirections after a compound.
    pub(super) fn trailing_redirections(&mut self) {
        loop {
            let end = self.pos;
            self.skip_blanks();
            let begins = matches!(self.byte(), b'<' | b'>' | b'0'..=b'9' | b'{')
                || (self.byte() == b'&' && self.byte_at(self.pos + 1) == b'>');
            if !begins || !self.redirection_begins() {
                self.pos = end;
                return;
            }
            self.redirection();
        }
    }

    fn redirection(&mut self) {
        let start = self.pos;
        let descriptor = match self.byte() {
            b'<' | b'>' | b'&' => None,
            _ => self.descriptor_end().map(|end| {
                self.pos = end;
                self.span(start, end)
            }),
        };
        let operator_start = self.pos;
        let (operator, length) = self.redirection_operator();
        self.pos += length;
        let operator_end = self.pos;
        self.skip_blanks();
        let process = matches!(self.byte(), b'<' | b'>') && self.byte_at(self.pos + 1) == b'(';
        let comment = self.byte() == b'#' && self.pos > operator_end;
        let target = if comment || (self.is_delimiter(self.pos) && !process) {
            let operator = self.text_of(operator_start, operator_end);
            let message = format!("a word is missing after `{operator}`");
            self.pos = operator_end;
            self.problem(message, operator_start, operator_end);
            None
        } else {
            Some(self.word())
        };
        let heredoc = match (operator, target) {
            (RedirectionOperator::Heredoc | RedirectionOperator::HeredocStrip, Some(word)) => {
                Some(self.expect_heredoc(word, operator == RedirectionOperator::HeredocStrip, operator_start))
            }
            _ => None,
        };
        let span = self.span(start, self.pos);
        self.scratch.redirections.push(Redirection { span, descriptor, operator, target, heredoc });
    }

    fn redirection_operator(&self) -> (RedirectionOperator, usize) {
        use RedirectionOperator as Op;
        match (self.byte(), self.byte_at(self.pos + 1), self.byte_at(self.pos + 2)) {
            (b'<', b'<', b'<') => (Op::HereString, 3),
            (b'<', b'<', b'-') => (Op::HeredocStrip, 3),
            (b'<', b'<', _) => (Op::Heredoc, 2),
            (b'<', b'&', _) => (Op::DuplicateInput, 2),
            (b'<', b'>', _) => (Op::ReadWrite, 2),
            (b'<', _, _) => (Op::Input, 1),
            (b'&', _, b'>') => (Op::AppendBoth, 3),
            (b'&', _, _) => (Op::OutputBoth, 2),
            (_, b'>', _) => (Op::Append, 2),
            (_, b'|', _) => (Op::Clobber, 2),
            (_, b'&', _) => (Op::DuplicateOutput, 2),
            _ => (Op::Output, 1),
        }
    }

    fn expect_heredoc(&mut self, word: Word, strip: bool, operator: usize) -> HeredocId {
        let id = HeredocId(offset(self.script.heredocs.len()));
        let quoted = word.has_quotes(self.script);
        let delimiter =
            if quoted { word.literal(self.script).into_owned() } else { word.span.text(&self.script.text).to_owned() };
        let here = self.span(self.pos, self.pos);
        let body = Word { span: here, parts: Run::default() };
        self.script.heredocs.push(Heredoc { span: here, body, quoted, close: None });
        let place: Span = self.span(operator, self.pos);
        let owner = self.owner;
        self.pending.push(PendingHeredoc { id, delimiter, quoted, strip, place, owner });
        id
    }

    pub(super) fn opens_compound(keyword: Keyword) -> bool {
        matches!(
            keyword,
            Keyword::If
                | Keyword::For
                | Keyword::Select
                | Keyword::While
                | Keyword::Until
                | Keyword::Case
                | Keyword::Function
                | Keyword::OpenBrace
                | Keyword::Test
        )
    }
}
