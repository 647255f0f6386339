//! Compound commands.

use super::super::script::{
    AndOr, AndOrId, CaseArm, Compound, CompoundId, CompoundKind, Parent, Pipeline, PipelineId, Run, Sequence,
    SequenceId, SequenceRole, Stage,
};
use super::simple::Bases;
use super::token::{Closer, Keyword};
use super::{Owner, Parser, settle};
use crate::span::offset;

/// `do` and `done`, or the braces that bash takes in their place.
const LOOP: [Closer; 2] = [Closer::Do, Closer::Done];
/// What may follow a branch of `if`.
const BRANCH: [Closer; 3] = [Closer::Elif, Closer::Else, Closer::Fi];

impl Parser<'_> {
    pub(super) fn open_compound(&mut self, kind: CompoundKind, parent: Parent, start: usize) -> CompoundId {
        let id = CompoundId(offset(self.script.compounds.len()));
        let (span, quoted) = (self.span(start, start), self.quoted);
        let none = Run::default();
        self.script.compounds.push(Compound {
            kind,
            span,
            parent,
            quoted,
            separator: None,
            words: none,
            redirections: none,
            arms: none,
        });
        id
    }

    /// Ends a compound at `end`, with the words and redirections read since `bases`.
    pub(super) fn close_compound(&mut self, id: CompoundId, bases: Bases, start: usize, end: usize) {
        let settled = self.settle_items(bases);
        let span = self.span(start, end);
        if let Some(compound) = self.script.compounds.get_mut(id.index()) {
            compound.span = span;
            compound.words = settled.words;
            compound.redirections = settled.redirections;
        }
    }

    /// Reads `( ... )` or `(( ... ))` as the stage of a pipeline.
    pub(super) fn parenthesis(&mut self, pipeline: PipelineId, position: u32) -> (Stage, usize) {
        let arithmetic = if self.byte_at(self.pos + 1) == b'(' { self.arithmetic_end(self.pos + 2) } else { None };
        let kind = if arithmetic.is_some() { CompoundKind::Arithmetic } else { CompoundKind::Subshell };
        self.compound(kind, pipeline, position, |parser, id| match arithmetic {
            Some(end) => parser.arithmetic_word(end),
            None => {
                let open = parser.pos;
                parser.pos += 1;
                parser.body(id, SequenceRole::Body, &[Closer::Parenthesis]);
                parser.close(Closer::Parenthesis, ")", open, 1);
            }
        })
    }

    pub(super) fn keyword_compound(&mut self, keyword: Keyword, pipeline: PipelineId, position: u32) -> (Stage, usize) {
        let kind = match keyword {
            Keyword::If => CompoundKind::If,
            Keyword::For => CompoundKind::For,
            Keyword::Select => CompoundKind::Select,
            Keyword::While => CompoundKind::While,
            Keyword::Until => CompoundKind::Until,
            Keyword::Case => CompoundKind::Case,
            Keyword::Test => CompoundKind::Test,
            Keyword::Function => return self.function(pipeline, position, self.pos, None),
            _ => CompoundKind::Group,
        };
        self.compound(kind, pipeline, position, |parser, id| match kind {
            CompoundKind::If => parser.if_clause(id),
            CompoundKind::For | CompoundKind::Select => parser.for_clause(id),
            CompoundKind::While | CompoundKind::Until => parser.while_clause(id),
            CompoundKind::Case => parser.case_clause(id),
            CompoundKind::Test => parser.test_command(),
            _ => parser.group(id),
        })
    }

    /// Reads a compound with `read`, and the redirections after it.
    fn compound(
        &mut self,
        kind: CompoundKind,
        pipeline: PipelineId,
        position: u32,
        read: impl FnOnce(&mut Self, CompoundId),
    ) -> (Stage, usize) {
        let start = self.pos;
        let id = self.open_compound(kind, Parent::Pipeline { pipeline, position }, start);
        let outer = std::mem::replace(&mut self.owner, Owner::Compound(id));
        let bases = self.bases();
        if self.descend() {
            read(self, id);
            self.ascend();
        }
        self.trailing_redirections();
        self.owner = outer;
        let end = self.pos;
        self.close_compound(id, bases, start, end);
        (Stage::Compound(id), end)
    }

    /// Reads the compound that is a function's body, as a sequence of one pipeline of one stage.
    pub(super) fn function_body(&mut self, function: CompoundId) {
        let sequence = SequenceId(offset(self.script.sequences.len()));
        let and_or = AndOrId(offset(self.script.and_ors.len()));
        let pipeline = PipelineId(offset(self.script.pipelines.len()));
        let span = self.span(self.pos, self.pos);
        let (role, stages) = (SequenceRole::Body, Run::default());
        let and_ors = Run { start: and_or.0, end: and_or.0 };
        let pipelines = Run { start: pipeline.0, end: pipeline.0 };
        self.script.sequences.push(Sequence { span, parent: Some(function), role, and_ors });
        self.script.and_ors.push(AndOr { span, sequence, separator: None, pipelines, next: 0 });
        let (negation, time, separator) = (None, None, None);
        self.script.pipelines.push(Pipeline { span, and_or, position: 0, negation, time, separator, stages, next: 0 });
        let start = self.pos;
        let stage = self.stage(pipeline, 0, false);
        let base = self.scratch.stages.len();
        self.scratch.stages.extend(stage.map(|(stage, _)| stage));
        let stages = settle(&mut self.scratch.stages, base, &mut self.script.stages);
        let span = self.span(start, self.pos);
        let (next_pipeline, next_and_or) = (offset(self.script.pipelines.len()), offset(self.script.and_ors.len()));
        if let Some(node) = self.script.pipelines.get_mut(pipeline.index()) {
            (node.span, node.stages, node.next) = (span, stages, next_pipeline);
        }
        if let Some(node) = self.script.and_ors.get_mut(and_or.index()) {
            (node.span, node.pipelines.end, node.next) = (span, next_pipeline, next_and_or);
        }
        if let Some(node) = self.script.sequences.get_mut(sequence.index()) {
            (node.span, node.and_ors.end) = (span, next_and_or);
        }
    }

    /// Moves over `closer`, or reports that it is missing for what opened with `length` bytes at `open`.
    pub(super) fn close(&mut self, closer: Closer, name: &str, open: usize, length: usize) -> bool {
        let found = self.eat(closer);
        if !found {
            let message = format!("`{}` has no `{name}`", self.text_of(open, open + length));
            self.problem(message, open, open + length);
        }
        found
    }

    fn group(&mut self, id: CompoundId) {
        let open = self.pos;
        self.pos += 1;
        self.body(id, SequenceRole::Body, &[Closer::Brace]);
        self.close(Closer::Brace, "}", open, 1);
    }

    fn if_clause(&mut self, id: CompoundId) {
        let open = self.pos;
        let mut condition = self.pos;
        let mut keyword = 2;
        loop {
            self.pos += keyword;
            self.await_closers(&BRANCH, true);
            self.body(id, SequenceRole::Condition, &[Closer::Then]);
            self.await_closers(&BRANCH, false);
            let then = self.close(Closer::Then, "then", condition, keyword);
            if then {
                self.body(id, SequenceRole::Body, &BRANCH);
            }
            if !matches!(self.closer(), Some((Closer::Elif, _))) {
                break;
            }
            condition = self.pos;
            keyword = 4;
        }
        if self.eat(Closer::Else) {
            self.body(id, SequenceRole::Else, &[Closer::Fi]);
        }
        self.close(Closer::Fi, "fi", open, 2);
    }

    fn while_clause(&mut self, id: CompoundId) {
        let open = self.pos;
        self.pos += 5;
        self.await_closers(&[Closer::Done], true);
        self.body(id, SequenceRole::Condition, &[Closer::Do]);
        self.await_closers(&[Closer::Done], false);
        if self.close(Closer::Do, "do", open, 5) {
            self.body(id, SequenceRole::Body, &[Closer::Done]);
        }
        self.close(Closer::Done, "done", open, 5);
    }

    fn for_clause(&mut self, id: CompoundId) {
        let open = self.pos;
        let length = if self.byte() == b'f' { 3 } else { 6 };
        self.pos += length;
        self.skip_blanks();
        if length == 3
            && self.starts_with(b"((")
            && let Some(end) = self.arithmetic_end(self.pos + 2)
        {
            if let Some(compound) = self.script.compounds.get_mut(id.index()) {
                compound.kind = CompoundKind::ArithmeticFor;
            }
            self.arithmetic_word(end);
        } else {
            self.for_words();
        }
        self.skip_blanks();
        if self.byte() == b';' && !matches!(self.byte_at(self.pos + 1), b';' | b'&') {
            self.pos += 1;
        }
        self.skip_lines();
        if matches!(self.keyword(), Some(Keyword::OpenBrace)) {
            self.group(id);
            return;
        }
        self.await_closers(&LOOP, true);
        if self.closer().is_none_or(|(closer, _)| !self.is_awaited(closer)) && !self.at_end() {
            // Something stands before `do`: it is read as commands, so that they are not lost.
            self.problem("`do` is missing", self.pos, self.pos);
            self.sequence(Some(id), SequenceRole::Body, &[]);
        }
        self.await_closers(&LOOP, false);
        if self.close(Closer::Do, "do", open, length) {
            self.body(id, SequenceRole::Body, &[Closer::Done]);
        }
        self.close(Closer::Done, "done", open, length);
    }

    /// Reads `name in words` of `for` and `select`.
    fn for_words(&mut self) {
        if self.is_delimiter(self.pos) {
            self.problem("the name of the loop variable is missing", self.pos, self.pos);
            return;
        }
        let name = self.word();
        self.scratch.words.push(name);
        self.skip_lines();
        if self.is_word(b"in") {
            self.pos += 2;
            loop {
                self.skip_blanks();
                let process = matches!(self.byte(), b'<' | b'>') && self.byte_at(self.pos + 1) == b'(';
                if self.byte() == b'#' {
                    self.comment();
                }
                if self.is_delimiter(self.pos) && !process {
                    break;
                }
                let word = self.word();
                self.scratch.words.push(word);
            }
        }
    }

    fn case_clause(&mut self, id: CompoundId) {
        let open = self.pos;
        self.pos += 4;
        self.skip_blanks();
        if self.is_delimiter(self.pos) {
            self.problem("the word after `case` is missing", self.pos, self.pos);
        } else {
            let subject = self.word();
            self.scratch.words.push(subject);
        }
        self.skip_lines();
        if self.is_word(b"in") {
            self.pos += 2;
        } else {
            self.problem("`in` is missing", self.pos, self.pos);
        }
        let base = self.scratch.arms.len();
        self.await_closers(&[Closer::Esac], true);
        loop {
            self.skip_lines();
            // Other reserved words are patterns here.
            let closes = matches!(self.closer(), Some((closer @ (Closer::Esac | Closer::Parenthesis), _)) if self.is_awaited(closer));
            if self.at_end() || closes || !self.case_arm(id) {
                break;
            }
        }
        self.await_closers(&[Closer::Esac], false);
        let arms = settle(&mut self.scratch.arms, base, &mut self.script.arms);
        if let Some(compound) = self.script.compounds.get_mut(id.index()) {
            compound.arms = arms;
        }
        self.close(Closer::Esac, "esac", open, 4);
    }

    /// Reads `pattern | pattern) commands ;;`; `false` when nothing could be read.
    fn case_arm(&mut self, id: CompoundId) -> bool {
        let start = self.pos;
        let base = self.scratch.words.len();
        if self.byte() == b'(' {
            self.pos += 1;
        }
        loop {
            self.skip_blanks();
            if self.is_delimiter(self.pos) {
                self.problem("a pattern is missing", self.pos, self.pos);
            } else {
                let pattern = self.word();
                self.scratch.words.push(pattern);
            }
            self.skip_blanks();
            if self.byte() != b'|' {
                break;
            }
            self.pos += 1;
        }
        let patterns = settle(&mut self.scratch.words, base, &mut self.script.words);
        if self.byte() == b')' {
            self.pos += 1;
        } else {
            self.problem("`)` is missing after the pattern", self.pos, self.pos);
        }
        let body = self.sequence(Some(id), SequenceRole::Body, &[Closer::CaseEnd]);
        let end = self.pos;
        let terminator = self.eat(Closer::CaseEnd).then(|| self.span(end, self.pos));
        let span = self.span(start, self.pos);
        self.scratch.arms.push(CaseArm { span, body, terminator, patterns });
        self.pos > start
    }
}
