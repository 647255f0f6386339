//! Which value a variable has at which instruction.
//!
//! Three answers: a value, not set, not known. A default of ARG is a value that the caller of the build may override;
//! what nobody but the caller, the platform or the base image can say is not known.

use std::collections::HashMap;

use super::keyword::Keyword;
use super::lexer::{Lexer, Operation, Operator, Reference, Variables};
use super::pattern::Pattern;
use super::stage::{Base, Stages};
use super::syntax::{Arguments, Dockerfile, Instruction, Pair};
use super::word::Word;
use crate::Span;

/// How many bytes variables may add to one word; a word that grows more is not known.
const MAX_GROWTH: usize = 4096;
/// How many bytes the values of one file may take up; those beyond are not known.
const MAX_VALUES: usize = 16 << 20;
/// How many stages with an ENV of their own are looked through for an inherited one.
const MAX_ANCESTORS: usize = 32;

/// What is known of a variable at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It has this value.
    Value {
        /// The value; may be empty.
        text: String,
        /// Where it is given.
        origin: Span,
        /// Whether `--build-arg` can change it.
        overridable: bool,
    },
    /// It is not set: it expands to nothing.
    Unset,
    /// It may have any value.
    Unknown {
        /// Where it is declared or set, if the file does so.
        origin: Option<Span>,
    },
}

/// What a word comes to once its variables are filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The text; `None` if it is not known.
    pub text: Option<String>,
    /// Where the values, or the variables whose value is not known, come from.
    pub origins: Vec<Span>,
    /// Whether `--build-arg` can change it.
    pub overridable: bool,
}

/// The stages and variables of a file.
///
/// ```
/// use hullmark_document::dockerfile::{Known, Scopes, parse};
/// let file = parse("ARG TAG=12\nFROM debian:$TAG\nENV HOME=/srv\nWORKDIR $HOME/app\n");
/// let scopes = Scopes::new(&file);
/// assert_eq!(scopes.stages().list[0].image.text.as_deref(), Some("debian:12"));
/// assert!(matches!(scopes.variable("HOME", 3), Known::Value { text, .. } if text == "/srv"));
/// assert!(matches!(scopes.variable("TAG", 3), Known::Unknown { .. }), "a global ARG ends at FROM");
/// ```
#[derive(Clone, Debug)]
pub struct Scopes {
    stages: Stages,
    global: Bindings,
    /// The global scope of a build that is given no argument: an ARG without default is not set in it.
    defaults: Bindings,
    /// One for each stage.
    local: Vec<StageScope>,
    values_left: usize,
}

/// When a binding is seen: behind this pair of this instruction.
type Moment = (usize, usize);

type Bindings = HashMap<String, Vec<(Moment, Known)>>;

#[derive(Clone, Debug, Default)]
struct StageScope {
    /// What ENV and ARG set. The builder keeps both in one place: the last one counts.
    bindings: Bindings,
    /// The nearest stage below this one that sets something; its arguments are inherited too.
    parent: Option<usize>,
    /// Whether a variable stands for the name of the stage below, which readers who fill in none do not see.
    by_variable: bool,
    /// How many such stages there are.
    ancestors: usize,
    /// Whether the stage stands on nothing, so that what the file does not set is not set.
    closed: bool,
}

impl Scopes {
    /// Works out the stages and variables of `file`.
    #[must_use]
    pub fn new(file: &Dockerfile) -> Self {
        let mut scopes = Self {
            stages: Stages::default(),
            global: Bindings::new(),
            defaults: Bindings::new(),
            local: Vec::new(),
            values_left: MAX_VALUES,
        };
        for (at, instruction) in file.instructions.iter().enumerate() {
            scopes.read(at, instruction);
        }
        scopes.stages.end(file.instructions.len());
        scopes.stages.link(file);
        scopes
    }

    /// The stages.
    #[must_use]
    pub fn stages(&self) -> &Stages {
        &self.stages
    }

    /// The stages, without the variables.
    #[must_use]
    pub fn into_stages(self) -> Stages {
        self.stages
    }

    /// What is known of variable `name` where instruction number `instruction` begins.
    #[must_use]
    pub fn variable(&self, name: &str, instruction: usize) -> Known {
        match self.find(name, (instruction, 0)) {
            Found::Known(known) => known.clone(),
            Found::Unset => Known::Unset,
            Found::Unknown => Known::Unknown { origin: None },
        }
    }

    /// Whether the file sets variable `name` by ENV, or declares it by ARG, before instruction number `instruction`
    /// begins, so that it has a value that somebody chose.
    #[must_use]
    pub fn is_given(&self, name: &str, instruction: usize) -> bool {
        matches!(self.find(name, (instruction, 0)), Found::Known(_))
    }

    /// The same as a reader has it who sees the first name of each ARG alone, and no stage behind a variable.
    #[must_use]
    pub fn is_given_to_some(&self, name: &str, instruction: usize) -> bool {
        let Some(stage) = self.in_stage(instruction) else { return false };
        let mut scope = self.local.get(stage.index);
        let mut until = (instruction, 0);
        while let Some(here) = scope {
            let seen = |(at, index): Moment| (at, index) <= until && (index <= 1 || index == usize::MAX);
            if here.bindings.get(name).is_some_and(|bindings| bindings.iter().any(|(moment, _)| seen(*moment))) {
                return true;
            }
            until = (usize::MAX, usize::MAX);
            scope = here.parent.filter(|_| !here.by_variable).and_then(|index| self.local.get(index));
        }
        false
    }

    /// What `word`, an argument of instruction number `instruction`, comes to.
    ///
    /// NOTE: whether the builder expands the words of an instruction at all is told by [`Keyword::expands`].
    #[must_use]
    pub fn expand(&self, word: &Word, instruction: usize) -> Expanded {
        self.expand_at(word, (instruction, 0))
    }

    /// The same for pair number `pair` of an ARG, which sees the pairs before it.
    #[must_use]
    pub fn expand_pair(&self, word: &Word, instruction: usize, pair: usize) -> Expanded {
        self.expand_at(word, (instruction, pair))
    }

    /// What `word`, the image of a FROM, comes to in a build that is given no argument.
    #[must_use]
    pub fn expand_by_default(&self, word: &Word) -> Expanded {
        let first = self.stages.list.first().map_or(0, |stage| stage.from);
        self.expand_in(word, (first, 0), Some(&self.defaults))
    }

    /// Whether variable `name` is set where pair number `pair` of instruction number `instruction` is read; an ARG
    /// without a value sets it too. `None` when only the base image can say.
    #[must_use]
    pub fn is_set(&self, name: &str, (instruction, pair): (usize, usize)) -> Option<bool> {
        match self.find(name, (instruction, pair)) {
            Found::Known(_) => Some(true),
            Found::Unset => Some(false),
            // Before the first FROM and in FROM itself these are the builder's own; in a stage PATH is.
            Found::Unknown => (self.in_stage(instruction).is_none() || name == "PATH").then_some(true),
        }
    }

    /// Whether an ARG before the first FROM declares `name`.
    #[must_use]
    pub fn is_global(&self, name: &str) -> bool {
        self.global.contains_key(name)
    }

    /// The names that are set where instruction number `instruction` is read, in no order, some of them twice.
    pub fn names(&self, instruction: usize) -> impl Iterator<Item = &str> {
        let stage = self.in_stage(instruction);
        let mut scope = stage.and_then(|stage| self.local.get(stage.index));
        let global = if stage.is_none() { Some(&self.global) } else { None };
        let local = core::iter::from_fn(move || {
            let at = scope?;
            scope = at.parent.and_then(|index| self.local.get(index));
            Some(&at.bindings)
        });
        let platform = PLATFORM_NAMES.iter().copied().filter(move |_| stage.is_none());
        let before = move |bindings: &&(&String, &Vec<(Moment, Known)>)| {
            bindings.1.first().is_some_and(|((at, _), _)| *at < instruction)
        };
        let declared = global
            .into_iter()
            .chain(local)
            .flatten()
            .filter(move |entry| before(&entry))
            .map(|(name, _)| name.as_str());
        declared.chain(platform)
    }

    /// The stage whose scope instruction number `instruction` sees; FROM sees the global one.
    fn in_stage(&self, instruction: usize) -> Option<&super::stage::Stage> {
        self.stages.of(instruction).filter(|stage| stage.from != instruction)
    }

    fn read(&mut self, at: usize, instruction: &Instruction) {
        match &instruction.arguments {
            Arguments::From(from) => {
                // FROM sees the global scope, which is what there is at the first FROM.
                let first = self.stages.list.first().map_or(at, |stage| stage.from);
                let image = self.expand_at(&from.image, (first, 0));
                self.stages.begin(at, from, image);
                let scope = self.stage_scope(!from.image.expansions.is_empty());
                self.local.push(scope);
            }
            Arguments::Pairs(pairs) if instruction.keyword == Keyword::Env => self.environment(at, pairs),
            Arguments::Pairs(pairs) if instruction.keyword == Keyword::Arg => {
                for (i, pair) in pairs.iter().enumerate() {
                    self.argument((at, i), pair);
                }
            }
            _ => {}
        }
    }

    /// The scope of the stage that was begun last, with a variable in its FROM or without.
    fn stage_scope(&self, with_variable: bool) -> StageScope {
        let base = self.stages.last().map(|stage| &stage.base);
        let Some(Base::Stage(index)) = base else {
            return StageScope { closed: base == Some(&Base::Scratch), ..StageScope::default() };
        };
        let Some(below) = self.local.get(*index) else { return StageScope::default() };
        let own = usize::from(!below.bindings.is_empty());
        let ancestors = below.ancestors + own;
        if ancestors > MAX_ANCESTORS {
            return StageScope::default();
        }
        let parent = if own == 1 { Some(*index) } else { below.parent };
        let by_variable = with_variable || own == 0 && below.by_variable;
        StageScope { parent, by_variable, ancestors, closed: below.closed, ..StageScope::default() }
    }

    fn environment(&mut self, at: usize, pairs: &[Pair]) {
        if self.local.is_empty() {
            return;
        }
        for pair in pairs {
            let (Some(name), Some(value)) = (self.expand_at(&pair.name, (at, 0)).text, &pair.value) else { continue };
            let known = self.value(value, (at, 0), false);
            let Some(scope) = self.local.last_mut() else { return };
            // All pairs of one ENV see the variables as they were before it.
            scope.bindings.entry(name).or_default().push(((at, usize::MAX), known));
        }
    }

    fn argument(&mut self, (at, index): Moment, pair: &Pair) {
        let name = pair.name.text();
        let global = self.local.is_empty();
        let known = match &pair.value {
            Some(value) => Some(self.value(value, (at, index), true)),
            // Without a value it takes the global one, else leaves what there is, which the caller may replace.
            None => self.given(name, (at, index)),
        };
        if global {
            let default = match &pair.value {
                Some(value) => self.default_value(value, (at, index)),
                None => last_before(&self.defaults, name, (at, index)).cloned().unwrap_or(Known::Unset),
            };
            self.defaults.entry(name.to_owned()).or_default().push(((at, index + 1), default));
        }
        let known = known.unwrap_or(Known::Unknown { origin: Some(pair.name.span) });
        let bindings = self.local.last_mut().map_or(&mut self.global, |scope| &mut scope.bindings);
        bindings.entry(name.to_owned()).or_default().push(((at, index + 1), known));
    }

    /// What an ARG without a value at `moment` finds.
    fn given(&self, name: &str, moment: Moment) -> Option<Known> {
        let global = self.global.get(name).and_then(|bindings| bindings.last()).map(|(_, known)| known);
        let found = match (self.local.last(), global) {
            (None, global) => global,
            (Some(_), Some(known @ Known::Value { .. })) => Some(known),
            (Some(scope), global) => {
                last_before(&scope.bindings, name, moment).or_else(|| self.inherited(scope, name)).or(global)
            }
        };
        let mut known = found?.clone();
        if let Known::Value { overridable, .. } = &mut known {
            *overridable = true;
        }
        Some(known)
    }

    /// What a global ARG comes to in a build that is given no argument.
    fn default_value(&self, value: &Word, moment: Moment) -> Known {
        match self.expand_in(value, moment, Some(&self.defaults)).text {
            Some(text) if text.len() <= MAX_GROWTH => Known::Value { text, origin: value.span, overridable: true },
            _ => Known::Unknown { origin: Some(value.span) },
        }
    }

    /// What a variable that is given `value` is known to be.
    fn value(&mut self, value: &Word, moment: Moment, argument: bool) -> Known {
        let expanded = self.expand_at(value, moment);
        let unknown = Known::Unknown { origin: Some(value.span) };
        let Some(text) = expanded.text else { return unknown };
        let Some(left) = self.values_left.checked_sub(text.len()) else { return unknown };
        self.values_left = left;
        Known::Value { text, origin: value.span, overridable: argument || expanded.overridable }
    }

    fn expand_at(&self, word: &Word, moment: Moment) -> Expanded {
        self.expand_in(word, moment, None)
    }

    /// The same in another global scope.
    fn expand_in(&self, word: &Word, moment: Moment, global: Option<&Bindings>) -> Expanded {
        if word.fault.is_some() {
            return Expanded::default();
        }
        if word.expansions.is_empty() {
            return Expanded { text: Some(word.text().to_owned()), ..Expanded::default() };
        }
        let raw = word.raw.text();
        let evaluator = Evaluator {
            scopes: self,
            moment,
            global: global.unwrap_or(&self.global),
            limit: raw.len() + MAX_GROWTH,
            unknown: false,
            outside: Vec::new(),
            result: Expanded::default(),
        };
        let mut lexer = Lexer::new(raw, word.escape, evaluator);
        let text = lexer.whole().ok();
        let evaluator = lexer.variables;
        Expanded { text: text.filter(|_| !evaluator.unknown), ..evaluator.result }
    }

    fn find(&self, name: &str, moment: Moment) -> Found<'_> {
        self.find_in(name, moment, &self.global)
    }

    fn find_in<'s>(&'s self, name: &str, moment: Moment, global: &'s Bindings) -> Found<'s> {
        let Some(stage) = self.in_stage(moment.0) else {
            return match last_before(global, name, moment) {
                Some(known) => Found::Known(known),
                None if is_platform(name) || is_proxy(name) => Found::Unknown,
                None => Found::Unset,
            };
        };
        let Some(scope) = self.local.get(stage.index) else { return Found::Unknown };
        match last_before(&scope.bindings, name, moment).or_else(|| self.inherited(scope, name)) {
            Some(known) => Found::Known(known),
            // The builder gives every stage a PATH.
            None if scope.closed && !is_proxy(name) && name != "PATH" => Found::Unset,
            None => Found::Unknown,
        }
    }

    fn inherited(&self, scope: &StageScope, name: &str) -> Option<&Known> {
        let mut parent = scope.parent;
        while let Some(scope) = parent.and_then(|index| self.local.get(index)) {
            if let Some((_, known)) = scope.bindings.get(name).and_then(|bindings| bindings.last()) {
                return Some(known);
            }
            parent = scope.parent;
        }
        None
    }
}

enum Found<'a> {
    Known(&'a Known),
    Unset,
    Unknown,
}

fn last_before<'b>(bindings: &'b Bindings, name: &str, moment: Moment) -> Option<&'b Known> {
    let bindings = bindings.get(name)?;
    let behind = bindings.partition_point(|(at, _)| *at <= moment);
    bindings.get(behind.checked_sub(1)?).map(|(_, known)| known)
}

/// The arguments every build has in its global scope.
///
/// Source: <https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope>.
fn is_platform(name: &str) -> bool {
    PLATFORM_NAMES.contains(&name)
}

const PLATFORM_NAMES: &[&str] = &[
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDOSVERSION",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETOSVERSION",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
];

/// The arguments that need no ARG.
///
/// Source: <https://docs.docker.com/reference/dockerfile/#predefined-args>.
fn is_proxy(name: &str) -> bool {
    ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"].contains(&name)
        || ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"].contains(&name)
}

/// Fills in variables with what is known of them.
struct Evaluator<'s> {
    scopes: &'s Scopes,
    moment: Moment,
    global: &'s Bindings,
    /// How long the word may become.
    limit: usize,
    unknown: bool,
    /// The answers outside of the operands at hand.
    outside: Vec<bool>,
    result: Expanded,
}

impl Evaluator<'_> {
    fn origin(&mut self, origin: Span) {
        if !self.result.origins.contains(&origin) && self.result.origins.len() < 32 {
            self.result.origins.push(origin);
        }
    }

    fn push(&mut self, text: &str, out: &mut String) {
        if out.len() + text.len() > self.limit {
            self.unknown = true;
        } else {
            out.push_str(text);
        }
    }

    fn operand(&mut self, operation: &Operation, out: &mut String) {
        self.unknown |= operation.unknown;
        self.push(&operation.operand, out);
    }

    fn with_value(&mut self, value: &str, operation: Option<Operation>, out: &mut String) {
        let Some(operation) = operation else { return self.push(value, out) };
        let counts = |colon: bool| !colon || !value.is_empty();
        match operation.operator {
            Operator::Default { colon } if !counts(colon) => self.operand(&operation, out),
            Operator::Alternate { colon } => {
                if counts(colon) {
                    self.operand(&operation, out);
                }
            }
            // The build fails: there is no value to speak of.
            Operator::Required { colon } if !counts(colon) => self.unknown = true,
            Operator::Default { .. } | Operator::Required { .. } => self.push(value, out),
            Operator::RemovePrefix { .. } | Operator::RemoveSuffix { .. } | Operator::Replace { .. } => {
                match changed(value, &operation).filter(|_| !operation.unknown) {
                    Some(text) => self.push(&text, out),
                    None => self.unknown = true,
                }
            }
        }
    }

    fn without_value(&mut self, operation: Option<Operation>, out: &mut String) {
        if let Some(operation) = operation {
            match operation.operator {
                Operator::Default { .. } => self.operand(&operation, out),
                Operator::Required { .. } => self.unknown = true,
                _ => {}
            }
        }
    }
}

/// `value` after the pattern of `operation`; `None` if it is not known.
fn changed(value: &str, operation: &Operation) -> Option<String> {
    if value.len() > MAX_GROWTH {
        return None;
    }
    let pattern = Pattern::parse(&operation.operand)?;
    match operation.operator {
        Operator::RemovePrefix { longest } => pattern.remove_prefix(value, longest),
        Operator::RemoveSuffix { longest } => pattern.remove_suffix(value, longest),
        Operator::Replace { all } => pattern.replace(value, &operation.replacement, all),
        _ => None,
    }
}

impl Variables for Evaluator<'_> {
    fn expand(&mut self, _text: &str, reference: Reference<'_>, out: &mut String) {
        let scopes = self.scopes;
        match scopes.find_in(reference.name, self.moment, self.global) {
            Found::Known(Known::Value { text, origin, overridable }) => {
                self.origin(*origin);
                self.result.overridable |= overridable;
                self.with_value(text, reference.operation, out);
            }
            Found::Known(Known::Unknown { origin }) => {
                if let Some(origin) = origin {
                    self.origin(*origin);
                }
                self.unknown = true;
            }
            Found::Known(Known::Unset) | Found::Unset => self.without_value(reference.operation, out),
            Found::Unknown => self.unknown = true,
        }
    }

    fn enter(&mut self) {
        self.outside.push(core::mem::take(&mut self.unknown));
    }

    fn leave(&mut self) -> bool {
        let inside = self.unknown;
        self.unknown = self.outside.pop().unwrap_or(false);
        inside
    }
}
