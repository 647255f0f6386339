//! Sequences, AND-OR lists and pipelines: loops, never recursion.

use super::super::script::{
    AndOr, AndOrId, CompoundId, Pipeline, PipelineId, Run, Separator, SeparatorKind, Sequence, SequenceId,
    SequenceRole, Stage,
};
use super::token::{Closer, Keyword};
use super::{Parser, settle};
use crate::Span;
use crate::span::offset;

impl Parser<'_> {
    /// Reads lists up to the end or a closing token that `closers` or a construct around waits for.
    pub(super) fn sequence(
        &mut self,
        parent: Option<CompoundId>,
        role: SequenceRole,
        closers: &[Closer],
    ) -> SequenceId {
        let id = SequenceId(offset(self.script.sequences.len()));
        let first = offset(self.script.and_ors.len());
        let span = self.span(self.pos, self.pos);
        let and_ors = Run { start: first, end: first };
        self.script.sequences.push(Sequence { span, parent, role, and_ors });
        self.await_closers(closers, true);
        let mut whole: Option<Span> = None;
        loop {
            self.skip_lines();
            if self.at_end() {
                break;
            }
            if let Some((closer, length)) = self.closer() {
                if self.is_awaited(closer) {
                    break;
                }
                self.unexpected(length);
                continue;
            }
            if matches!(self.byte(), b';' | b'|') || (self.byte() == b'&' && self.byte_at(self.pos + 1) != b'>') {
                let length = if self.byte_at(self.pos + 1) == self.byte() { 2 } else { 1 };
                self.unexpected(length);
                continue;
            }
            let start = self.pos;
            let span = self.and_or(id);
            if self.pos == start && !self.at_end() {
                self.bump_char();
            }
            whole = Some(whole.map_or(span, |whole| whole.join(span)));
        }
        self.await_closers(closers, false);
        let end = offset(self.script.and_ors.len());
        let here = self.span(self.pos, self.pos);
        if let Some(sequence) = self.script.sequences.get_mut(id.index()) {
            sequence.and_ors.end = end;
            sequence.span = whole.unwrap_or(here);
        }
        id
    }

    /// Like [`Parser::sequence`] where the shell demands a command.
    pub(super) fn body(&mut self, parent: CompoundId, role: SequenceRole, closers: &[Closer]) -> SequenceId {
        let before = self.script.problems.len();
        let id = self.sequence(Some(parent), role, closers);
        let empty = self.script.sequence(id).is_none_or(|sequence| sequence.and_ors.start == sequence.and_ors.end);
        if empty && before == self.script.problems.len() {
            self.missing_command();
        }
        id
    }

    /// Reports the token of `length` bytes at the cursor and moves over it.
    pub(super) fn unexpected(&mut self, length: usize) {
        let start = self.pos;
        let end = (start + length).min(self.bytes.len());
        let message = format!("unexpected `{}`", self.text_of(start, end));
        self.pos = end;
        self.problem(message, start, end);
    }

    /// Reports that a command should begin at the cursor.
    pub(super) fn missing_command(&mut self) {
        self.problem("a command is missing", self.pos, self.pos);
    }

    /// Reads pipelines joined by `&&` and `||`, and what separates them from the next list.
    fn and_or(&mut self, sequence: SequenceId) -> Span {
        let id = AndOrId(offset(self.script.and_ors.len()));
        let first = offset(self.script.pipelines.len());
        let pipelines = Run { start: first, end: first };
        self.script.and_ors.push(AndOr { span: Span::default(), sequence, separator: None, pipelines, next: id.0 + 1 });
        let mut whole: Option<Span> = None;
        let mut position = 0;
        let last = loop {
            let (pipeline, span) = self.pipeline(id, position);
            whole = Some(whole.map_or(span, |whole| whole.join(span)));
            position += 1;
            let kind = match (self.byte(), self.byte_at(self.pos + 1)) {
                (b'&', b'&') => SeparatorKind::And,
                (b'|', b'|') => SeparatorKind::Or,
                _ => break pipeline,
            };
            let separator = self.separator(kind, 2);
            self.separate_pipeline(pipeline, separator);
            self.skip_lines();
            if !self.command_may_begin() {
                if !self.starts_with(b"&&") && self.byte() != b'|' {
                    self.missing_command();
                }
                break pipeline;
            }
        };
        let separator = self.list_end();
        if separator.is_some() {
            self.separate_pipeline(last, separator);
        }
        let next = offset(self.script.and_ors.len());
        let end = offset(self.script.pipelines.len());
        let span = whole.unwrap_or_default();
        if let Some(and_or) = self.script.and_ors.get_mut(id.index()) {
            and_or.span = span;
            and_or.separator = separator;
            and_or.pipelines.end = end;
            and_or.next = next;
        }
        span
    }

    /// Reads `;`, `&` or a line end; anything else that is not a closing token is reported and left.
    fn list_end(&mut self) -> Option<Separator> {
        match self.byte() {
            b';' if !matches!(self.byte_at(self.pos + 1), b';' | b'&') => self.separator(SeparatorKind::Semicolon, 1),
            b'&' if self.byte_at(self.pos + 1) != b'&' => self.separator(SeparatorKind::Background, 1),
            b'\n' => {
                let separator = self.separator(SeparatorKind::Newline, 1);
                self.pos -= 1;
                self.newline();
                separator
            }
            // The sequence reports what cannot begin a list.
            b')' | b';' | b'&' | b'|' => None,
            _ if self.at_end() || self.closer().is_some() => None,
            _ => {
                let start = self.pos;
                let end = start + self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                self.problem(format!("unexpected `{}`", self.text_of(start, end)), start, end);
                None
            }
        }
    }

    /// Moves over a separator of `length` bytes.
    fn separator(&mut self, kind: SeparatorKind, length: usize) -> Option<Separator> {
        let start = self.pos;
        self.pos = (start + length).min(self.bytes.len());
        Some(Separator { kind, span: self.span(start, self.pos) })
    }

    fn command_may_begin(&self) -> bool {
        let operator = matches!(self.byte(), b';' | b'|' | b')') || (self.byte() == b'&' && !self.starts_with(b"&>"));
        !self.at_end() && !operator && !self.closer().is_some_and(|(closer, _)| self.is_awaited(closer))
    }

    /// Reads `!`, `time` and the stages; the cursor is then behind the blanks after them.
    fn pipeline(&mut self, and_or: AndOrId, position: u32) -> (PipelineId, Span) {
        let id = PipelineId(offset(self.script.pipelines.len()));
        let start = self.pos;
        let pipeline = Pipeline {
            span: Span::default(),
            and_or,
            position,
            negation: None,
            time: None,
            separator: None,
            stages: Run::default(),
            next: id.0 + 1,
        };
        self.script.pipelines.push(pipeline);
        let base = self.scratch.stages.len();
        let mut end = self.prefixes(id);
        let mut place = 0;
        loop {
            let prefixed = end > start && place == 0;
            let found = self.stage(id, place, prefixed);
            if prefixed && found.is_none() && self.byte() == b'|' {
                self.missing_command();
            }
            if let Some((stage, stage_end)) = found {
                self.scratch.stages.push(stage);
                end = end.max(stage_end);
                place += 1;
            }
            self.skip_blanks();
            if self.byte() == b'#' {
                self.comment();
            }
            if self.byte() != b'|' || self.byte_at(self.pos + 1) == b'|' {
                break;
            }
            let both = self.byte_at(self.pos + 1) == b'&';
            let kind = if both { SeparatorKind::PipeBoth } else { SeparatorKind::Pipe };
            let separator = self.separator(kind, if both { 2 } else { 1 });
            if let Some(stage) = self.scratch.stages.get(base..).and_then(|stages| stages.last()).copied() {
                self.separate_stage(stage, separator);
            }
            self.skip_lines();
        }
        let stages = settle(&mut self.scratch.stages, base, &mut self.script.stages);
        let next = offset(self.script.pipelines.len());
        let span = self.span(start, end.max(start));
        if let Some(pipeline) = self.script.pipelines.get_mut(id.index()) {
            pipeline.span = span;
            pipeline.stages = stages;
            pipeline.next = next;
        }
        (id, span)
    }

    /// Reads `!`, `time` and `time -p` before a pipeline; returns their end.
    fn prefixes(&mut self, id: PipelineId) -> usize {
        let mut end = self.pos;
        loop {
            let start = self.pos;
            let keyword = self.keyword();
            match keyword {
                Some(Keyword::Bang) => self.pos += 1,
                Some(Keyword::Time) => self.pos += 4,
                Some(Keyword::Coproc) => self.pos += 6,
                _ => return end,
            }
            end = self.pos;
            let span = self.span(start, end);
            if let Some(pipeline) = self.script.pipelines.get_mut(id.index()) {
                match keyword {
                    Some(Keyword::Bang) => pipeline.negation = pipeline.negation.or(Some(span)),
                    Some(Keyword::Time) => pipeline.time = pipeline.time.or(Some(span)),
                    _ => {}
                }
            }
            self.skip_blanks();
            if keyword == Some(Keyword::Time) && self.is_word(b"-p") {
                self.pos += 2;
                end = self.pos;
                self.skip_blanks();
            }
        }
    }

    fn separate_pipeline(&mut self, id: PipelineId, separator: Option<Separator>) {
        let Some(pipeline) = self.script.pipelines.get_mut(id.index()) else { return };
        pipeline.separator = separator;
        if let Some(stage) = pipeline.stages.of(&self.script.stages).last().copied() {
            self.separate_stage(stage, separator);
        }
    }

    fn separate_stage(&mut self, stage: Stage, separator: Option<Separator>) {
        match stage {
            Stage::Command(id) => {
                if let Some(command) = self.script.commands.get_mut(id.index()) {
                    command.separator = separator;
                }
            }
            Stage::Compound(id) => {
                if let Some(compound) = self.script.compounds.get_mut(id.index()) {
                    compound.separator = separator;
                }
            }
        }
    }
}
