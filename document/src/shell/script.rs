//! The parsed script: arenas of nodes, and the questions that rules ask of them.

use super::word::{Parameter, ParameterId, Part, PartKind, Word};
use crate::{Problem, Span};

/// A half-open range of indices into one arena.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Run {
    pub(super) fn of<T>(self, arena: &[T]) -> &[T] {
        arena.get(self.start as usize..self.end as usize).unwrap_or(&[])
    }
}

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        $($(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(super) u32);

        impl $name {
            /// The number of the node among those of its kind, from 0, in source order.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        })+
    };
}

ids! {
    /// The place of a [`Command`] in its script.
    CommandId,
    /// The place of a [`Compound`] in its script.
    CompoundId,
    /// The place of a [`Pipeline`] in its script.
    PipelineId,
    /// The place of an [`AndOr`] in its script.
    AndOrId,
    /// The place of a [`Sequence`] in its script.
    SequenceId,
    /// The place of a [`Heredoc`] in its script.
    HeredocId,
}

/// What stands after a command, a pipeline or a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separator {
    /// Which one it is.
    pub kind: SeparatorKind,
    /// Where it stands.
    pub span: Span,
}

/// The kind of a [`Separator`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SeparatorKind {
    /// `|`
    Pipe,
    /// `|&`
    PipeBoth,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `;`
    Semicolon,
    /// `&`
    Background,
    /// A line end.
    Newline,
}

/// A simple command: assignments, words and redirections. It may consist of assignments or redirections alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// From the first assignment, word or redirection to the end of the last one; heredoc bodies are outside.
    pub span: Span,
    /// The pipeline that it is a stage of.
    pub pipeline: PipelineId,
    /// Its number in the pipeline, from 0.
    pub position: u32,
    /// What follows it; `None` before a closing token and at the end.
    pub separator: Option<Separator>,
    pub(super) words: Run,
    pub(super) assignments: Run,
    pub(super) redirections: Run,
}

/// `name=value` before a command, or as argument of `export`, `declare` and their like when the value is an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// All of it.
    pub span: Span,
    /// The name.
    pub name: Span,
    /// The text between `[` and `]` in `name[index]=value`.
    pub index: Option<Span>,
    /// Whether it is `+=`.
    pub append: bool,
    /// The value.
    pub value: AssignmentValue,
}

/// The value of an [`Assignment`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignmentValue {
    /// One word, which may be empty.
    Word(Word),
    /// `(...)`; see [`Script::elements`].
    Array(ArrayElements),
}

/// The words of an array value; see [`Script::elements`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArrayElements(pub(super) Run);

/// A redirection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redirection {
    /// From the file descriptor to the end of the target.
    pub span: Span,
    /// The digits before the operator, or `{name}`.
    pub descriptor: Option<Span>,
    /// The operator.
    pub operator: RedirectionOperator,
    /// The file, the descriptor, the text of `<<<` or the delimiter of a heredoc; `None` when it is missing.
    pub target: Option<Word>,
    /// The body of a heredoc.
    pub heredoc: Option<HeredocId>,
}

/// The operator of a [`Redirection`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RedirectionOperator {
    /// `<`
    Input,
    /// `>`
    Output,
    /// `>>`
    Append,
    /// `>|`
    Clobber,
    /// `<>`
    ReadWrite,
    /// `<&`
    DuplicateInput,
    /// `>&`
    DuplicateOutput,
    /// `&>`
    OutputBoth,
    /// `&>>`
    AppendBoth,
    /// `<<`
    Heredoc,
    /// `<<-`
    HeredocStrip,
    /// `<<<`
    HereString,
}

/// A heredoc: the delimiter's reading and the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The lines of the body, without the line of the closing delimiter.
    pub span: Span,
    /// The body as a word; tabs that `<<-` strips are in no part of it.
    pub body: Word,
    /// Whether the delimiter is quoted, so that nothing in the body is expanded.
    pub quoted: bool,
    /// The closing delimiter; `None` when it is missing.
    pub close: Option<Span>,
}

/// Commands joined by `|`; a command alone is a pipeline of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// From `!`, `time` or the first stage to the end of the last one.
    pub span: Span,
    /// The list that it is in.
    pub and_or: AndOrId,
    /// Its number in that list, from 0.
    pub position: u32,
    /// The `!` before it.
    pub negation: Option<Span>,
    /// The `time` before it.
    pub time: Option<Span>,
    /// What follows it.
    pub separator: Option<Separator>,
    pub(super) stages: Run,
    pub(super) next: u32,
}

/// A stage of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// A simple command.
    Command(CommandId),
    /// A compound command.
    Compound(CompoundId),
}

/// Pipelines joined by `&&` and `||` (POSIX: AND-OR list).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AndOr {
    /// From the first pipeline to the end of the last one.
    pub span: Span,
    /// The sequence that it is in.
    pub sequence: SequenceId,
    /// What follows it: `;`, `&`, a line end or nothing.
    pub separator: Option<Separator>,
    pub(super) pipelines: Run,
    pub(super) next: u32,
}

/// Lists one after the other (POSIX: compound list): the script itself, a body, a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// From the first list to the end of the last one.
    pub span: Span,
    /// The compound that it belongs to; `None` for the script itself.
    pub parent: Option<CompoundId>,
    /// What the compound does with it.
    pub role: SequenceRole,
    pub(super) and_ors: Run,
}

/// What a [`Sequence`] is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SequenceRole {
    /// The script itself.
    Script,
    /// The condition of `if`, `elif`, `while` or `until`.
    Condition,
    /// What a compound runs: the body of a loop, group, subshell, function or substitution, the part after `then`,
    /// a branch of `case`.
    Body,
    /// The part after `else`.
    Else,
}

/// A compound command, a function definition or a substitution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compound {
    /// What it is.
    pub kind: CompoundKind,
    /// From its first to its last token, redirections included.
    pub span: Span,
    /// Where it stands.
    pub parent: Parent,
    /// Whether it is a substitution inside double quotes or a heredoc body.
    pub quoted: bool,
    /// What follows it, when it is a stage of a pipeline.
    pub separator: Option<Separator>,
    pub(super) words: Run,
    pub(super) redirections: Run,
    pub(super) arms: Run,
}

/// The kind of a [`Compound`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompoundKind {
    /// `( ... )`
    Subshell,
    /// `{ ...; }`
    Group,
    /// `if ...; then ...; fi`
    If,
    /// `for name in words; do ...; done`; its words are the name and the list.
    For,
    /// `for ((...)); do ...; done`; its word is the expression.
    ArithmeticFor,
    /// `select name in words; do ...; done`; its words are the name and the list.
    Select,
    /// `while ...; do ...; done`
    While,
    /// `until ...; do ...; done`
    Until,
    /// `case word in ... esac`; its word is the subject, see [`Script::arms`] for the branches.
    Case,
    /// `name() ...` or `function name ...`; its word is the name.
    Function,
    /// `[[ ... ]]`; its words are all tokens between the brackets.
    Test,
    /// `(( ... ))`; its word is the expression.
    Arithmetic,
    /// `$( ... )`
    CommandSubstitution,
    /// `` ` ... ` ``
    Backticks,
    /// `<( ... )` or `>( ... )`
    ProcessSubstitution,
}

impl CompoundKind {
    /// Whether it stands inside a word.
    #[must_use]
    pub fn is_substitution(self) -> bool {
        matches!(self, Self::CommandSubstitution | Self::Backticks | Self::ProcessSubstitution)
    }
}

/// Where a [`Compound`] stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parent {
    /// It is the stage `position` of a pipeline.
    Pipeline {
        /// The pipeline.
        pipeline: PipelineId,
        /// Its number there, from 0.
        position: u32,
    },
    /// It is a substitution in a word, assignment, redirection or heredoc body of a command.
    Command(CommandId),
    /// It is a substitution in a word, redirection or heredoc body of a compound.
    Compound(CompoundId),
}

/// A branch of `case`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseArm {
    /// From the first pattern to the end of `;;`.
    pub span: Span,
    /// What it runs.
    pub body: SequenceId,
    /// `;;`, `;&` or `;;&`; the last branch may have none.
    pub terminator: Option<Span>,
    pub(super) patterns: Run,
}

/// A parsed script. Spans are bytes of the text that was given to [`parse`](super::parse).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// What could not be read; empty when the script parsed.
    pub problems: Vec<Problem>,
    /// The comments from `#` to the line end, in source order.
    pub comments: Vec<Span>,
    pub(super) text: String,
    pub(super) commands: Vec<Command>,
    pub(super) compounds: Vec<Compound>,
    pub(super) pipelines: Vec<Pipeline>,
    pub(super) and_ors: Vec<AndOr>,
    pub(super) sequences: Vec<Sequence>,
    pub(super) stages: Vec<Stage>,
    pub(super) arms: Vec<CaseArm>,
    pub(super) words: Vec<Word>,
    pub(super) parts: Vec<Part>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) assignments: Vec<Assignment>,
    pub(super) redirections: Vec<Redirection>,
    pub(super) heredocs: Vec<Heredoc>,
    /// Parts in backticks whose text is spelled otherwise in the script, by index, and their text.
    pub(super) respelled: Vec<(u32, Span)>,
    pub(super) respelled_text: String,
    pub(super) too_deep: bool,
}

/// The nodes.
impl Script {
    /// The sequence that is the script itself.
    pub const TOP: SequenceId = SequenceId(0);

    /// The text that was parsed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every simple command, in the order in which they begin; a command comes before those in its substitutions.
    #[must_use]
    pub fn commands(&self) -> &[Command] {
        &self.commands
    }

    /// Every simple command with its id, in source order.
    pub fn commands_with_ids(&self) -> impl DoubleEndedIterator<Item = (CommandId, &Command)> {
        self.commands.iter().enumerate().map(|(i, command)| (CommandId(crate::span::offset(i)), command))
    }

    /// Every compound, in the order in which they begin.
    #[must_use]
    pub fn compounds(&self) -> &[Compound] {
        &self.compounds
    }

    /// Every compound with its id, in source order.
    pub fn compounds_with_ids(&self) -> impl DoubleEndedIterator<Item = (CompoundId, &Compound)> {
        self.compounds.iter().enumerate().map(|(i, compound)| (CompoundId(crate::span::offset(i)), compound))
    }

    /// Every pipeline, in the order in which they begin.
    #[must_use]
    pub fn pipelines(&self) -> &[Pipeline] {
        &self.pipelines
    }

    /// Every AND-OR list, in the order in which they begin.
    #[must_use]
    pub fn and_ors(&self) -> &[AndOr] {
        &self.and_ors
    }

    /// Every sequence, in the order in which they begin; the first is the script itself.
    #[must_use]
    pub fn sequences(&self) -> &[Sequence] {
        &self.sequences
    }

    /// Every heredoc, in the order of their operators.
    #[must_use]
    pub fn heredocs(&self) -> &[Heredoc] {
        &self.heredocs
    }

    /// The command `id`; `None` when the id is another script's.
    #[must_use]
    pub fn command(&self, id: CommandId) -> Option<&Command> {
        self.commands.get(id.index())
    }

    /// The compound `id`.
    #[must_use]
    pub fn compound(&self, id: CompoundId) -> Option<&Compound> {
        self.compounds.get(id.index())
    }

    /// The pipeline `id`.
    #[must_use]
    pub fn pipeline(&self, id: PipelineId) -> Option<&Pipeline> {
        self.pipelines.get(id.index())
    }

    /// The AND-OR list `id`.
    #[must_use]
    pub fn and_or(&self, id: AndOrId) -> Option<&AndOr> {
        self.and_ors.get(id.index())
    }

    /// The sequence `id`.
    #[must_use]
    pub fn sequence(&self, id: SequenceId) -> Option<&Sequence> {
        self.sequences.get(id.index())
    }

    /// The heredoc `id`.
    #[must_use]
    pub fn heredoc(&self, id: HeredocId) -> Option<&Heredoc> {
        self.heredocs.get(id.index())
    }

    /// The parameter expansion `id`.
    #[must_use]
    pub fn parameter(&self, id: ParameterId) -> Option<&Parameter> {
        self.parameters.get(id.0 as usize)
    }

    /// The words of a command, its name first.
    #[must_use]
    pub fn words(&self, command: &Command) -> &[Word] {
        command.words.of(&self.words)
    }

    /// The assignments of a command.
    #[must_use]
    pub fn assignments(&self, command: &Command) -> &[Assignment] {
        command.assignments.of(&self.assignments)
    }

    /// The redirections of a command.
    #[must_use]
    pub fn redirections(&self, command: &Command) -> &[Redirection] {
        command.redirections.of(&self.redirections)
    }

    /// The words of an array value.
    #[must_use]
    pub fn elements(&self, elements: ArrayElements) -> &[Word] {
        elements.0.of(&self.words)
    }

    /// The words of a compound; [`CompoundKind`] says what they are.
    #[must_use]
    pub fn compound_words(&self, compound: &Compound) -> &[Word] {
        compound.words.of(&self.words)
    }

    /// The redirections after a compound.
    #[must_use]
    pub fn compound_redirections(&self, compound: &Compound) -> &[Redirection] {
        compound.redirections.of(&self.redirections)
    }

    /// The branches of a `case`.
    #[must_use]
    pub fn arms(&self, compound: &Compound) -> &[CaseArm] {
        compound.arms.of(&self.arms)
    }

    /// The patterns of a branch of `case`.
    #[must_use]
    pub fn patterns(&self, arm: &CaseArm) -> &[Word] {
        arm.patterns.of(&self.words)
    }

    /// The stages of a pipeline.
    #[must_use]
    pub fn stages(&self, pipeline: &Pipeline) -> &[Stage] {
        pipeline.stages.of(&self.stages)
    }

    /// The pipelines of an AND-OR list.
    pub fn pipelines_of(&self, id: AndOrId) -> impl Iterator<Item = (PipelineId, &Pipeline)> {
        let run = self.and_or(id).map_or(Run::default(), |list| list.pipelines);
        // Between them may lie those of heredoc bodies, which begin at a line end whatever is open there.
        siblings(&self.pipelines, run, |pipeline| pipeline.next)
            .filter(move |(_, pipeline)| pipeline.and_or == id)
            .map(|(i, pipeline)| (PipelineId(i), pipeline))
    }

    /// The AND-OR lists of a sequence.
    pub fn and_ors_of(&self, id: SequenceId) -> impl Iterator<Item = (AndOrId, &AndOr)> {
        let run = self.sequence(id).map_or(Run::default(), |sequence| sequence.and_ors);
        self.and_ors_in(run, id)
    }

    /// The AND-OR lists of a sequence among those of `run`, which begins at one of them.
    pub(super) fn and_ors_in(&self, run: Run, id: SequenceId) -> impl Iterator<Item = (AndOrId, &AndOr)> {
        siblings(&self.and_ors, run, |list| list.next)
            .filter(move |(_, list)| list.sequence == id)
            .map(|(i, list)| (AndOrId(i), list))
    }

    /// The parts of a word with their numbers, not those below them.
    pub fn parts(&self, word: &Word) -> impl Iterator<Item = (u32, &Part)> {
        siblings(&self.parts, word.parts, |part| part.next)
    }

    /// The parts of a word that hold no others, in order: those inside double quotes and brace expansions in the place
    /// of these, what stands inside an expansion or arithmetic left out.
    pub fn leaves(&self, word: &Word) -> impl Iterator<Item = (u32, &Part)> {
        let mut at = word.parts.start;
        let end = word.parts.end;
        std::iter::from_fn(move || {
            while at < end {
                let here = at;
                let part = self.part_at(here)?;
                let opened = matches!(part.kind, PartKind::DoubleQuoted | PartKind::BraceExpansion);
                at = if opened { at + 1 } else { part.next.max(at + 1) };
                if !opened {
                    return Some((here, part));
                }
            }
            None
        })
    }

    /// The parts inside part number `at`: those of double quotes, arithmetic or a brace expansion.
    pub fn parts_in(&self, at: u32) -> impl Iterator<Item = (u32, &Part)> {
        let end = self.part_at(at).map_or(at, |part| part.next);
        siblings(&self.parts, Run { start: at + 1, end }, |part| part.next)
    }

    /// Every part of a run, and those below them, in preorder.
    pub(super) fn parts_below(&self, parts: Run) -> impl Iterator<Item = &Part> {
        parts.of(&self.parts).iter()
    }

    pub(super) fn part_at(&self, at: u32) -> Option<&Part> {
        self.parts.get(at as usize)
    }

    /// The text of a part as the shell reads it: inside backticks, their escapes are undone.
    pub(super) fn part_text<'s>(&'s self, at: u32, part: &Part) -> &'s str {
        if !self.respelled.is_empty()
            && let Ok(found) = self.respelled.binary_search_by_key(&at, |(index, _)| *index)
            && let Some((_, span)) = self.respelled.get(found)
        {
            return span.text(&self.respelled_text);
        }
        part.span.text(&self.text)
    }
}

/// Walks nodes that stand in preorder, hopping over what is below each.
fn siblings<T>(arena: &[T], run: Run, next: impl Fn(&T) -> u32) -> impl Iterator<Item = (u32, &T)> {
    let mut at = run.start;
    std::iter::from_fn(move || {
        if at >= run.end {
            return None;
        }
        let node = arena.get(at as usize)?;
        let here = at;
        at = next(node).max(at + 1);
        Some((here, node))
    })
}
