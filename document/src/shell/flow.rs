//! What the variables of a script may hold, place by place.
//!
//! Whether `$X` without quotes stays one word hangs on what was given to X before. [`Flow`] walks a script once in the
//! order in which it runs: branches are joined, what a subshell sets ends with it, a loop's body is walked once.

use std::collections::{HashMap, HashSet};

use super::script::{
    AndOrId, Assignment, AssignmentValue, Command, CompoundId, CompoundKind, PipelineId, Redirection, Run, Script,
    SeparatorKind, SequenceId, SequenceRole, Stage,
};
use super::word::{Parameter, ParameterId, ParameterOperator, PartKind, Word};

/// What is known of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// It is empty.
    Empty,
    /// It is not empty, and holds neither blanks nor characters of patterns.
    Plain,
    /// It may hold anything.
    Any,
}

impl Content {
    fn of(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else if text.contains(|c: char| c.is_whitespace() || matches!(c, '*' | '?' | '[')) {
            Self::Any
        } else {
            Self::Plain
        }
    }

    /// One value behind the other.
    fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::Empty, other) | (other, Self::Empty) => other,
            (Self::Plain, Self::Plain) => Self::Plain,
            _ => Self::Any,
        }
    }

    /// One value or the other.
    fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Any }
    }
}

/// How a script's lists are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Following {
    /// What stands behind `&&` runs only when all before it did: `a && X=1 && b $X` gives `b` the value 1.
    Lists,
    /// Each part of a list may have been left out, as some readers have it; what they know of a value ends with an
    /// operator such as that of `${X%.*}`.
    EachPart,
}

/// What the variables of a script may hold; see [`Script::flow`].
#[derive(Debug)]
pub struct Flow<'s> {
    script: &'s Script,
    following: Following,
    /// Whether a value that comes from outside stays one word, by name; `None` for names that are not known.
    state: HashMap<&'s str, Content>,
    /// What a change replaced, in order, so that branches can be taken back and joined.
    journal: Vec<(&'s str, Option<Content>)>,
    environment: HashSet<&'s str>,
    /// For each compound, its sequences.
    sequences: HashMap<u32, Vec<SequenceId>>,
    one_word: HashSet<u32>,
    assigned: HashSet<&'s str>,
    read: HashSet<&'s str>,
}

/// Variables of the shell that hold a number.
const NUMBERS: [&str; 16] = [
    "?", "#", "$", "!", "-", "PPID", "LINENO", "COLUMNS", "LINES", "UID", "EUID", "RANDOM", "SECONDS", "SHLVL",
    "OPTIND", "BASHPID",
];

impl Script {
    /// Follows the variables through the script. Those that `outside` says are set from outside count as set, and
    /// as holding one word.
    ///
    /// ```
    /// use hullmark_document::shell::{self, Following};
    /// let script = shell::parse("X=1; Y=$(a); b $X $Y $Z");
    /// let flow = script.flow(|name| name == "Z", Following::Lists);
    /// let stay: Vec<bool> = script.parameters().map(|(id, _)| flow.stays_one_word(id)).collect();
    /// assert_eq!(stay, [true, false, true]);
    /// ```
    #[must_use]
    pub fn flow(&self, outside: impl Fn(&str) -> bool, following: Following) -> Flow<'_> {
        let mut sequences: HashMap<u32, Vec<SequenceId>> = HashMap::new();
        for (at, sequence) in self.sequences().iter().enumerate() {
            if let Some(parent) = sequence.parent {
                sequences.entry(parent.0).or_default().push(SequenceId(crate::span::offset(at)));
            }
        }
        let environment =
            self.parameters().map(|(_, parameter)| parameter.name.text(self.text())).filter(|name| outside(name));
        let mut flow = Flow {
            script: self,
            following,
            state: HashMap::new(),
            journal: Vec::new(),
            environment: environment.collect(),
            sequences,
            one_word: HashSet::new(),
            assigned: HashSet::new(),
            read: HashSet::new(),
        };
        if !self.sequences().is_empty() {
            flow.sequence(Self::TOP);
        }
        flow
    }

    /// Every parameter expansion of the script with its id.
    pub fn parameters(&self) -> impl Iterator<Item = (ParameterId, &Parameter)> {
        self.parameters.iter().enumerate().map(|(at, parameter)| (ParameterId(crate::span::offset(at)), parameter))
    }
}

impl<'s> Flow<'s> {
    /// Whether the value of an expansion, without quotes, is one word for sure.
    #[must_use]
    pub fn stays_one_word(&self, id: ParameterId) -> bool {
        self.one_word.contains(&id.0)
    }

    /// Whether the script sets the variable anywhere, or it is set from outside.
    #[must_use]
    pub fn is_assigned(&self, name: &str) -> bool {
        self.assigned.contains(name) || self.environment.contains(name)
    }

    /// Whether the script reads the variable anywhere.
    #[must_use]
    pub fn is_read(&self, name: &str) -> bool {
        self.read.contains(name)
    }

    fn content(&self, name: &str) -> Content {
        match self.state.get(name) {
            Some(content) => *content,
            None if NUMBERS.contains(&name) || self.environment.contains(name) => Content::Plain,
            None => Content::Any,
        }
    }

    fn set(&mut self, name: &'s str, content: Content) {
        let before = self.state.insert(name, content);
        self.journal.push((name, before));
    }

    fn assign(&mut self, name: &'s str, content: Content) {
        self.assigned.insert(name);
        self.set(name, content);
    }

    /// The names changed since `mark`, each once, with what they held then.
    fn changed(&self, mark: usize) -> Vec<(&'s str, Option<Content>)> {
        let mut seen = HashSet::new();
        let changes = self.journal.get(mark..).unwrap_or(&[]);
        changes.iter().filter(|(name, _)| seen.insert(*name)).copied().collect()
    }

    fn restore(&mut self, name: &'s str, before: Option<Content>) {
        match before {
            Some(content) => self.state.insert(name, content),
            None => self.state.remove(name),
        };
    }

    /// Takes back what changed since `mark`.
    fn take_back(&mut self, mark: usize) {
        for (name, before) in self.journal.split_off(mark).into_iter().rev() {
            self.restore(name, before);
        }
    }

    /// What changed since `mark` may not have happened.
    fn maybe(&mut self, mark: usize) {
        for (name, before) in self.changed(mark) {
            let now = self.content(name);
            self.restore(name, before);
            let joined = self.content(name).or(now);
            self.state.insert(name, joined);
        }
    }

    /// Walks a sequence; gives whether it leaves the script.
    fn sequence(&mut self, id: SequenceId) -> bool {
        let script = self.script;
        let lists: Vec<AndOrId> = script.and_ors_of(id).map(|(id, _)| id).collect();
        let mut ends = false;
        for list in lists {
            ends |= self.list(list);
        }
        ends
    }

    fn list(&mut self, id: AndOrId) -> bool {
        let script = self.script;
        let pipelines: Vec<(PipelineId, Option<SeparatorKind>)> = script
            .pipelines_of(id)
            .map(|(id, pipeline)| (id, pipeline.separator.map(|separator| separator.kind)))
            .collect();
        let mut ends = false;
        let mut mark = None;
        let mut before = None;
        for (at, (pipeline, separator)) in pipelines.into_iter().enumerate() {
            if before == Some(SeparatorKind::Or)
                && let Some(mark) = mark.take()
            {
                self.maybe(mark);
            }
            if at > 0 {
                mark.get_or_insert(self.journal.len());
            }
            let left = self.pipeline(pipeline);
            ends |= left && at == 0;
            if left && at > 0 {
                // `a || exit`: what runs on from here did not go this way.
                if let Some(mark) = mark.take() {
                    self.take_back(mark);
                }
            } else if self.following == Following::EachPart
                && let Some(mark) = mark.take()
            {
                self.maybe(mark);
            }
            before = separator;
        }
        if let Some(mark) = mark {
            self.maybe(mark);
        }
        ends
    }

    fn pipeline(&mut self, id: PipelineId) -> bool {
        let script = self.script;
        let Some(pipeline) = script.pipeline(id) else { return false };
        let stages = script.stages(pipeline);
        if let [stage] = stages {
            return self.stage(*stage);
        }
        for stage in stages {
            let mark = self.journal.len();
            self.stage(*stage);
            self.take_back(mark);
        }
        false
    }

    fn stage(&mut self, stage: Stage) -> bool {
        let script = self.script;
        match stage {
            Stage::Command(id) => script.command(id).is_some_and(|command| self.command(command)),
            Stage::Compound(id) => self.compound(id),
        }
    }

    fn command(&mut self, command: &Command) -> bool {
        let script = self.script;
        let words = script.words(command);
        for word in words {
            self.word(word);
        }
        self.redirections(script.redirections(command));
        let assignments = script.assignments(command);
        for assignment in assignments {
            let content = self.assignment_value(assignment);
            let name = assignment.name.text(script.text());
            if words.is_empty() {
                let content = if assignment.append { self.content(name).then(content) } else { content };
                self.assign(name, content);
            }
        }
        let Some((name, arguments)) = words.split_first() else { return false };
        match &*name.literal(script) {
            "export" | "declare" | "local" | "readonly" | "typeset" => {
                for assignment in assignments {
                    self.assign(assignment.name.text(script.text()), Content::Any);
                }
                self.declarations(arguments);
            }
            "read" | "mapfile" | "readarray" | "getopts" | "unset" | "let" => {
                for argument in arguments {
                    self.assign_words(argument);
                }
            }
            "printf" => {
                if let [flag, target, ..] = arguments
                    && flag.is_plain(script, "-v")
                {
                    self.assign_words(target);
                }
            }
            "exit" | "return" => return true,
            _ => {}
        }
        false
    }

    /// `export X=1`: words that are assignments.
    fn declarations(&mut self, arguments: &[Word]) {
        let script = self.script;
        for argument in arguments {
            let text = argument.span.text(script.text());
            if let Some((name, _)) = text.split_once('=').filter(|(name, _)| is_name(name.trim_end_matches('+'))) {
                let content = self.word_content(argument, name.len() + 1);
                self.assign(name.trim_end_matches('+'), content);
            } else if is_name(text) {
                self.read.insert(text);
            }
        }
    }

    /// `read X`: words that name variables.
    fn assign_words(&mut self, argument: &Word) {
        let text = argument.span.text(self.script.text());
        let name = text.split(['=', '+', '-', '[']).next().unwrap_or("");
        if is_name(name) {
            self.assign(name, Content::Any);
        }
    }

    fn assignment_value(&mut self, assignment: &Assignment) -> Content {
        let script = self.script;
        match assignment.value {
            AssignmentValue::Word(word) => {
                self.word(&word);
                self.word_content(&word, 0)
            }
            AssignmentValue::Array(elements) => {
                for word in script.elements(elements) {
                    self.word(word);
                }
                Content::Any
            }
        }
    }

    fn redirections(&mut self, redirections: &[Redirection]) {
        let script = self.script;
        for redirection in redirections {
            if let Some(target) = &redirection.target {
                self.word(target);
            }
            if let Some(heredoc) = redirection.heredoc.and_then(|id| script.heredoc(id)) {
                self.word(&heredoc.body);
            }
        }
    }

    /// Walks the expansions of a word.
    fn word(&mut self, word: &Word) {
        self.parts(word.parts);
    }

    /// Walks parts in order; what stands inside a substitution is walked as a script, what stands inside `${...}` as
    /// words of its own.
    fn parts(&mut self, parts: Run) {
        let script = self.script;
        let mut at = parts.start;
        while at < parts.end {
            let Some(part) = script.part_at(at) else { break };
            at = match part.kind {
                PartKind::DoubleQuoted | PartKind::BraceExpansion => at + 1,
                PartKind::Arithmetic => {
                    // Names in it are read without `$`.
                    for name in names_in(part.span.text(script.text())) {
                        self.read.insert(name);
                    }
                    at + 1
                }
                _ => part.next.max(at + 1),
            };
            match part.kind {
                PartKind::Parameter(id) => self.parameter(id),
                PartKind::CommandSubstitution { compound, .. } | PartKind::ProcessSubstitution { compound, .. } => {
                    let mark = self.journal.len();
                    self.compound(compound);
                    self.take_back(mark);
                }
                _ => {}
            }
        }
    }

    fn parameter(&mut self, id: ParameterId) {
        let script = self.script;
        let Some(parameter) = script.parameter(id) else { return };
        let name = parameter.name.text(script.text());
        self.read.insert(name);
        if parameter.length || (self.content(name) == Content::Plain && !parameter.indirect) {
            self.one_word.insert(id.0);
        }
        for word in [parameter.index, parameter.operand].into_iter().flatten() {
            self.word(&word);
        }
        if let (Some((ParameterOperator::Assign { .. }, _)), Some(operand)) = (parameter.operator, parameter.operand) {
            let content = self.content(name).or(self.word_content(&operand, 0));
            self.assign(name, content);
        }
    }

    /// What the text of a word from its byte `from` on comes to as the value of a variable.
    fn word_content(&self, word: &Word, from: usize) -> Content {
        let script = self.script;
        let start = word.span.start + crate::span::offset(from);
        let mut content = Content::Empty;
        let mut at = word.parts.start;
        while at < word.parts.end {
            let Some(part) = script.part_at(at) else { break };
            if matches!(part.kind, PartKind::DoubleQuoted | PartKind::BraceExpansion) {
                at += 1;
                continue;
            }
            if part.span.end > start {
                let text = script.part_text(at, part);
                let text = text.get((start.saturating_sub(part.span.start)) as usize..).unwrap_or("");
                content = content.then(self.part_content(part.kind, text));
            }
            at = part.next.max(at + 1);
        }
        content
    }

    fn part_content(&self, kind: PartKind, text: &str) -> Content {
        match kind {
            PartKind::SingleQuoted => Content::of(text.trim_matches('\'')),
            PartKind::AnsiCQuoted => Content::of(text.trim_start_matches('$').trim_matches('\'')),
            PartKind::Continuation => Content::Empty,
            PartKind::Arithmetic | PartKind::Tilde | PartKind::ProcessSubstitution { .. } => Content::Plain,
            PartKind::Parameter(id) => self.parameter_content(id),
            PartKind::CommandSubstitution { .. } => Content::Any,
            _ => Content::of(text),
        }
    }

    fn parameter_content(&self, id: ParameterId) -> Content {
        let script = self.script;
        let Some(parameter) = script.parameter(id) else { return Content::Any };
        let own = self.content(parameter.name.text(script.text()));
        let operand = || parameter.operand.map_or(Content::Empty, |operand| self.word_content(&operand, 0));
        match parameter.operator {
            // Those readers know the value of the plain form alone.
            operator if self.following == Following::EachPart && (parameter.length || operator.is_some()) => {
                Content::Any
            }
            _ if parameter.length => Content::Plain,
            _ if parameter.indirect || parameter.index.is_some() => Content::Any,
            Some((ParameterOperator::Alternative { .. }, _)) => Content::Empty.or(operand()),
            Some((ParameterOperator::Default { .. } | ParameterOperator::Assign { .. }, _)) => {
                if own == Content::Empty { operand() } else { own.or(operand()) }
            }
            Some((ParameterOperator::Replace, _)) if own == Content::Plain => operand().then(Content::Plain),
            _ => own,
        }
    }

    fn compound(&mut self, id: CompoundId) -> bool {
        let script = self.script;
        let Some(compound) = script.compound(id) else { return false };
        let words = script.compound_words(compound);
        let mut listed = None;
        let named = matches!(compound.kind, CompoundKind::For | CompoundKind::Select);
        for (at, word) in words.iter().enumerate() {
            self.word(word);
            if named && at > 0 {
                let content = self.listed(word);
                listed = Some(listed.map_or(content, |before: Content| before.or(content)));
            }
        }
        self.redirections(script.compound_redirections(compound));
        if named && let Some(name) = words.first() {
            self.assign(name.span.text(script.text()), listed.unwrap_or(Content::Any));
        }
        if matches!(compound.kind, CompoundKind::Arithmetic | CompoundKind::ArithmeticFor) {
            for name in words.iter().flat_map(|word| names_in(word.span.text(script.text()))) {
                self.read.insert(name);
                self.assign(name, Content::Plain);
            }
        }
        let parts = self.sequences.get(&id.0).cloned().unwrap_or_default();
        match compound.kind {
            CompoundKind::If | CompoundKind::Case => self.branches(id, &parts),
            CompoundKind::Subshell
            | CompoundKind::CommandSubstitution
            | CompoundKind::Backticks
            | CompoundKind::ProcessSubstitution => {
                let mark = self.journal.len();
                for part in parts {
                    self.sequence(part);
                }
                self.take_back(mark);
                false
            }
            CompoundKind::Group | CompoundKind::Function => {
                let mut ends = false;
                for part in parts {
                    ends |= self.sequence(part);
                }
                ends && compound.kind == CompoundKind::Group
            }
            _ => {
                let mark = self.journal.len();
                for part in parts {
                    self.sequence(part);
                }
                self.maybe(mark);
                false
            }
        }
    }

    /// What one word of a loop's list gives the variable.
    fn listed(&self, word: &Word) -> Content {
        let script = self.script;
        let mut parts = script.parts(word);
        let each = self.following == Following::EachPart;
        if parts.any(|(_, part)| matches!(part.kind, PartKind::Glob) || each && part.kind.is_dynamic()) {
            return Content::Any;
        }
        self.word_content(word, 0)
    }

    /// The branches of `if` and `case`; conditions run before them.
    fn branches(&mut self, id: CompoundId, parts: &[SequenceId]) -> bool {
        let script = self.script;
        let mut open = true;
        let mut results: HashMap<&'s str, (Content, usize)> = HashMap::new();
        let mut live = 0;
        let mut all_end = true;
        for &part in parts {
            let role = script.sequence(part).map(|sequence| sequence.role);
            if role == Some(SequenceRole::Condition) {
                self.sequence(part);
                continue;
            }
            open &= role != Some(SequenceRole::Else);
            let mark = self.journal.len();
            let ends = self.sequence(part);
            let changes: Vec<(&'s str, Content)> =
                self.changed(mark).into_iter().map(|(name, _)| (name, self.content(name))).collect();
            self.take_back(mark);
            if ends {
                continue;
            }
            all_end = false;
            live += 1;
            for (name, content) in changes {
                let entry = results.entry(name).or_insert((content, 0));
                *entry = (entry.0.or(content), entry.1 + 1);
            }
        }
        if let Some(compound) = script.compound(id).filter(|compound| compound.kind == CompoundKind::Case) {
            open = !script
                .arms(compound)
                .iter()
                .any(|arm| script.patterns(arm).iter().any(|pattern| pattern.is_plain(script, "*")));
        }
        for (name, (content, times)) in results {
            let content = if open || times < live { content.or(self.content(name)) } else { content };
            self.set(name, content);
        }
        all_end && !open
    }
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The names in an arithmetic expression.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| is_name(word))
}
