//! What rules ask of a script.

use std::borrow::Cow;

use super::script::{
    AndOr, Command, CommandId, CompoundId, CompoundKind, Parent, PipelineId, Run, Script, Separator, SeparatorKind,
    Sequence, SequenceRole, Stage,
};

/// The questions of rules.
impl Script {
    /// The name of a command as [`Word::literal`](super::Word::literal) gives it; `None` for assignments or redirections alone.
    ///
    /// ```
    /// use hullmark_document::shell;
    /// let script = shell::parse("if ! x=1 apt-get update; then 'e'xit 1; fi");
    /// let names: Vec<_> = script.commands().iter().filter_map(|command| script.name(command)).collect();
    /// assert_eq!(names, ["apt-get", "exit"]);
    /// ```
    #[must_use]
    pub fn name(&self, command: &Command) -> Option<Cow<'_, str>> {
        self.words(command).first().map(|word| word.literal(self))
    }

    /// The compounds around a command, the innermost first, each with the role of its sequence that the command is
    /// in; the role is `None` when it is in a word or redirection of the compound.
    pub fn ancestors(&self, command: &Command) -> impl Iterator<Item = (CompoundId, Option<SequenceRole>)> {
        let mut place = Some(self.enclosing(command.pipeline));
        std::iter::from_fn(move || {
            let (id, role) = place.flatten()?;
            place = Some(match self.compound(id)?.parent {
                Parent::Pipeline { pipeline, .. } => self.enclosing(pipeline),
                Parent::Command(owner) => self.command(owner).and_then(|owner| self.enclosing(owner.pipeline)),
                Parent::Compound(owner) => Some((owner, None)),
            });
            Some((id, role))
        })
    }

    /// The sequence that a pipeline is in.
    #[must_use]
    pub fn sequence_of(&self, pipeline: PipelineId) -> Option<&Sequence> {
        let and_or = self.and_or(self.pipeline(pipeline)?.and_or)?;
        self.sequence(and_or.sequence)
    }

    fn enclosing(&self, pipeline: PipelineId) -> Option<(CompoundId, Option<SequenceRole>)> {
        let sequence = self.sequence_of(pipeline)?;
        Some((sequence.parent?, Some(sequence.role)))
    }

    /// The innermost substitution that a command is in.
    #[must_use]
    pub fn substitution_around(&self, command: &Command) -> Option<CompoundId> {
        self.ancestors(command)
            .map(|(id, _)| id)
            .find(|id| self.compound(*id).is_some_and(|compound| compound.kind.is_substitution()))
    }

    /// Whether a command is in a substitution that stands, itself or by one around it, inside double quotes.
    #[must_use]
    pub fn in_double_quotes(&self, command: &Command) -> bool {
        self.ancestors(command).any(|(id, _)| self.compound(id).is_some_and(|compound| compound.quoted))
    }

    /// What follows a stage of a pipeline.
    #[must_use]
    pub fn separator_of(&self, stage: Stage) -> Option<Separator> {
        match stage {
            Stage::Command(id) => self.command(id)?.separator,
            Stage::Compound(id) => self.compound(id)?.separator,
        }
    }

    /// What a command pipes its output into.
    #[must_use]
    pub fn piped_into(&self, command: &Command) -> Option<Stage> {
        let pipeline = self.pipeline(command.pipeline)?;
        self.stages(pipeline).get(command.position as usize + 1).copied()
    }

    /// Whether a command is the last stage of its pipeline, whose status is the pipeline's.
    #[must_use]
    pub fn is_last_in_pipeline(&self, command: &Command) -> bool {
        self.pipeline(command.pipeline)
            .is_some_and(|pipeline| pipeline.stages.end - pipeline.stages.start == command.position + 1)
    }

    /// Whether something looks at the exit status of a command: it is the last stage of a pipeline that stands
    /// before `&&` or `||`, after `!`, at the end of a condition, or at the end of a group or subshell of which the
    /// same is true. `set -e` and `$?` are not looked at.
    #[must_use]
    pub fn is_status_tested(&self, command: &Command) -> bool {
        let (mut id, mut position) = (command.pipeline, command.position);
        loop {
            let Some(pipeline) = self.pipeline(id) else { return false };
            if pipeline.stages.end - pipeline.stages.start != position + 1 {
                return false;
            }
            let joined = pipeline.separator.map(|separator| separator.kind);
            if pipeline.negation.is_some() || matches!(joined, Some(SeparatorKind::And | SeparatorKind::Or)) {
                return true;
            }
            let Some(and_or) = self.and_or(pipeline.and_or) else { return false };
            let Some(sequence) = self.sequence(and_or.sequence) else { return false };
            // Only the last list of a sequence gives its status.
            if !self.is_last(and_or) {
                return false;
            }
            if sequence.role == SequenceRole::Condition {
                return true;
            }
            let Some(compound) = sequence.parent.and_then(|parent| self.compound(parent)) else { return false };
            let Parent::Pipeline { pipeline: outer, position: place } = compound.parent else { return false };
            if compound.kind == CompoundKind::Function {
                return false;
            }
            (id, position) = (outer, place);
        }
    }

    /// Whether something runs behind a command in its own shell whatever its status was, `set -e` aside: another
    /// list of its sequence or of one around it, or the next round of a loop.
    ///
    /// ```
    /// use hullmark_document::shell;
    /// let script = shell::parse("a; (b) && { c; }; for i in 1 2; do d; done; if e; then f; fi");
    /// let run_on: Vec<bool> = script.commands().iter().map(|command| script.runs_on_after(command)).collect();
    /// assert_eq!(run_on, [true, false, true, true, false, false]);
    /// ```
    #[must_use]
    pub fn runs_on_after(&self, command: &Command) -> bool {
        let mut id = command.pipeline;
        loop {
            let Some(and_or) = self.pipeline(id).and_then(|pipeline| self.and_or(pipeline.and_or)) else {
                return false;
            };
            let Some(sequence) = self.sequence(and_or.sequence) else { return false };
            if !self.is_last(and_or) {
                return true;
            }
            let Some(compound) = sequence.parent.and_then(|parent| self.compound(parent)) else { return false };
            match compound.kind {
                CompoundKind::For
                | CompoundKind::ArithmeticFor
                | CompoundKind::Select
                | CompoundKind::While
                | CompoundKind::Until => return sequence.role != SequenceRole::Condition,
                CompoundKind::Group | CompoundKind::If | CompoundKind::Case => {}
                _ => return false,
            }
            let Parent::Pipeline { pipeline, .. } = compound.parent else { return false };
            id = pipeline;
        }
    }

    /// Whether no other list stands behind `list` in its sequence.
    #[must_use]
    pub fn is_last(&self, list: &AndOr) -> bool {
        let Some(sequence) = self.sequence(list.sequence) else { return true };
        let rest = Run { start: list.next, end: sequence.and_ors.end };
        self.and_ors_in(rest, list.sequence).next().is_none()
    }

    /// Whether a command is anywhere in the condition of an `if`, `while` or `until`, outside functions.
    #[must_use]
    pub fn in_condition(&self, command: &Command) -> bool {
        self.ancestors(command).any(|(_, role)| role == Some(SequenceRole::Condition))
    }

    /// The commands that begin after command `id` and its words end, in source order.
    pub fn commands_after(&self, id: CommandId) -> impl Iterator<Item = (CommandId, &Command)> {
        let end = self.command(id).map_or(u32::MAX, |command| command.span.end);
        self.commands_with_ids().skip(id.index() + 1).skip_while(move |(_, command)| command.span.start < end)
    }

    /// The commands that end before command `id` begins, in source order; those around it are left out.
    pub fn commands_before(&self, id: CommandId) -> impl Iterator<Item = (CommandId, &Command)> {
        let start = self.command(id).map_or(0, |command| command.span.start);
        self.commands_with_ids().take(id.index()).filter(move |(_, command)| command.span.end <= start)
    }
}
