//! Dockerfiles to subjects: the facts of `language/src/subject/dockerfile.rs` on one tree.

mod arguments;
mod command;
mod context;
mod expansion;
mod ignore_file;
mod instruction;
mod list;
mod program;
mod release;
mod script;
mod shell;
mod stage;
mod status;
mod system_shell;

use std::collections::HashSet;
use std::sync::Arc;

use hullmark_document::dockerfile::{Dockerfile, Expanded, Keyword, Scopes, Stages, Word, parse};
use hullmark_document::{MappedText, Node, NodeId, Problem, ProblemCode, Span, Tree, Value};

use super::{Comment, Document, Reading};
use crate::input::{BuildContext, InputKind};

use context::Context;

pub(crate) use arguments::port_facts;
pub(crate) use program::{Program, Programs};

/// Reads a Dockerfile.
pub(crate) fn lower(text: Arc<str>, context: Option<&BuildContext>, reading: &Reading<'_>) -> Document {
    let parsed = parse(&text);
    let scopes = Scopes::new(&parsed);
    // Words and what is known of them: most files come to two nodes for three characters.
    let mut document = Document::new(InputKind::Dockerfile, Tree::with_room(text.clone(), text.len()));
    let whole = Span::from_usize(0, document.tree.source().len());
    let file = document.tree.add_root(Value::Map, whole);
    let programs = Programs::new(reading.commands);
    let mut lowering = Lowering {
        tree: &mut document.tree,
        reading,
        programs: &programs,
        origin: None,
        dockerfile: &parsed,
        scopes: &scopes,
        windows: is_windows(&parsed, scopes.stages()),
        file: Some(file),
        said_shells: said_shells(&parsed, &text),
        near_steps: expansion::NEAR_STEPS,
        context: Context::new(context),
        found: Found::default(),
    };
    lowering.context_facts(file, context);
    lowering.file(file);
    let found = lowering.found;
    document.parsed_with(parsed.problems.clone());
    // The shell says the same of a heredoc that the builder reads too.
    let known: HashSet<_> = parsed.problems.iter().map(|problem| (problem.code, problem.span)).collect();
    let new = |problem: &Problem| !known.contains(&(problem.code, problem.span));
    document.problems.extend(found.problems.into_iter().filter(new));
    document.subjects = vec![
        ("file", vec![file]),
        ("stage", found.stages),
        ("instruction", found.instructions),
        ("command", found.commands),
        ("pipeline", found.pipelines),
        ("variable", found.variables),
        ("expansion", found.expansions),
        ("word", found.words),
        ("assignment", found.assignments),
        ("redirection", found.redirections),
        ("compound", found.compounds),
        ("list", found.lists),
        ("negation", found.negations),
        ("fault", found.faults),
        ("comment", found.comments),
    ];
    let comment = |span, inside, directive| Comment { span, own_line: true, inside, directive };
    let comments = parsed.comments.iter().map(|one| comment(one.span, one.inside.is_some(), false));
    let directives = parsed.directives.iter().map(|one| comment(one.span, false, true));
    document.comments = comments.chain(directives).collect();
    document
}

/// The instructions that the history of an image stands for, lowered into the image's tree.
pub(crate) struct Spoken<'s> {
    /// The instruction as a line of a Dockerfile, with the way back to the image's file.
    pub(crate) line: &'s MappedText,
    /// Where the entry stands in the image's file.
    pub(crate) span: Span,
    /// The list of the words of the shell that runs it, when that is not the builder's default.
    pub(crate) shell: Option<NodeId>,
}

/// Lowers one line of an image's history below `parent`; gives the instruction's node and what was found in it.
pub(crate) fn lower_spoken(
    tree: &mut Tree,
    parent: NodeId,
    spoken: &Spoken<'_>,
    programs: &Programs<'_>,
    reading: &Reading<'_>,
) -> (Option<NodeId>, Found) {
    let parsed = parse(spoken.line.text());
    let scopes = Scopes::new(&parsed);
    let mut lowering = Lowering {
        tree,
        reading,
        programs,
        origin: Some(spoken),
        dockerfile: &parsed,
        scopes: &scopes,
        windows: is_windows(&parsed, scopes.stages()),
        file: None,
        said_shells: Vec::new(),
        near_steps: 0,
        context: Context::Unknown,
        found: Found::default(),
    };
    let mut place = stage::Standing::with_shell(spoken.shell);
    let node = parsed.instructions.first().map(|one| lowering.instruction(parent, one, 0, None, &mut place));
    (node, lowering.found)
}

/// How many nodes a file may become before the rest of its scripts is left out: some 40,000 commands, far beyond what
/// a person writes, in less than 100 MB.
const PARTS: usize = 1_000_000;

/// The subjects found so far.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) stages: Vec<NodeId>,
    pub(crate) instructions: Vec<NodeId>,
    pub(crate) commands: Vec<NodeId>,
    pub(crate) pipelines: Vec<NodeId>,
    pub(crate) variables: Vec<NodeId>,
    pub(crate) expansions: Vec<NodeId>,
    pub(crate) words: Vec<NodeId>,
    pub(crate) assignments: Vec<NodeId>,
    pub(crate) redirections: Vec<NodeId>,
    pub(crate) compounds: Vec<NodeId>,
    pub(crate) lists: Vec<NodeId>,
    pub(crate) negations: Vec<NodeId>,
    pub(crate) faults: Vec<NodeId>,
    pub(crate) comments: Vec<NodeId>,
    pub(crate) problems: Vec<Problem>,
    /// Whether something was left out because there is too much of it.
    full: bool,
}

/// A Dockerfile being lowered.
struct Lowering<'l> {
    tree: &'l mut Tree,
    reading: &'l Reading<'l>,
    programs: &'l Programs<'l>,
    /// Where the text of a line of history comes from.
    origin: Option<&'l Spoken<'l>>,
    dockerfile: &'l Dockerfile,
    scopes: &'l Scopes,
    /// Whether the file speaks of Windows images, whose default shell is not sh.
    windows: bool,
    file: Option<NodeId>,
    /// What `# hadolint shell=` says, in the order of the file.
    said_shells: Vec<SaidShell<'l>>,
    /// How many steps of comparing names are left.
    near_steps: usize,
    context: Context,
    found: Found,
}

/// A comment that says in which shell the scripts behind it run.
struct SaidShell<'l> {
    place: u32,
    /// Where it ends: at the next FROM, unless it stands before the first one.
    until: u32,
    words: &'l str,
}

impl<'l> Lowering<'l> {
    /// Whether the file has as many parts as are looked at; then the rest is left out, with a problem at `span`.
    fn is_full(&mut self, span: impl FnOnce(&Self) -> Span) -> bool {
        if self.tree.len() < PARTS {
            return false;
        }
        if !self.found.full {
            self.found.full = true;
            let message = "the scripts of the file have more parts than the limit; the rest is not looked at";
            let problem = Problem::new(ProblemCode::TooManyInstructions, message, span(self));
            self.found.problems.push(problem);
        }
        true
    }

    /// The place in the input of a place in the parsed text.
    fn place(&self, span: Span) -> Span {
        match self.origin {
            None => span,
            Some(spoken) => {
                let place = spoken.line.to_source(span);
                if place.is_empty() { spoken.span } else { place }
            }
        }
    }

    fn stages(&self) -> &'l Stages {
        self.scopes.stages()
    }

    /// Adds the fact `name` with a text.
    #[inline]
    fn text(&mut self, parent: NodeId, name: &str, text: &str, span: Span) -> NodeId {
        let span = self.place(span);
        self.tree.add_fact(parent, Node::field(name, Value::Text(text), span))
    }

    /// Adds the fact `name` without a place of its own.
    #[inline]
    fn fact(&mut self, parent: NodeId, name: &str, value: Value<'_>) -> NodeId {
        self.tree.add_fact(parent, Node::field(name, value, Span::default()))
    }

    #[inline]
    fn number(&mut self, parent: NodeId, name: &str, number: usize) {
        self.fact(parent, name, Value::Int(i64::try_from(number).unwrap_or(i64::MAX)));
    }

    /// Adds the fact `name` as an empty list.
    #[inline]
    fn list(&mut self, parent: NodeId, name: &str, span: Span) -> NodeId {
        let span = self.place(span);
        self.tree.add_fact(parent, Node::field(name, Value::List, span))
    }

    /// Adds an item to a list.
    fn item(&mut self, list: NodeId, value: Value<'_>, span: Span) -> NodeId {
        let span = self.place(span);
        self.tree.add(list, Node::item(value, span))
    }

    /// What a word of instruction number `at` comes to: its text, or `None` when it is not known.
    fn expanded(&self, word: &Word, at: usize, keyword: Keyword) -> Expanded {
        if !self.reading.expand_variables || word.expansions.is_empty() || !keyword.expands() {
            return Expanded { text: Some(word.text().to_owned()), ..Expanded::default() };
        }
        self.scopes.expand(word, at)
    }

    /// Adds the fact `name` with what a word comes to.
    fn word(&mut self, parent: NodeId, name: &str, word: &Word, at: (usize, Keyword)) -> NodeId {
        let expanded = self.expanded(word, at.0, at.1);
        let value = match &expanded.text {
            Some(text) => Value::Text(text),
            None => Value::Unknown(word.raw.text()),
        };
        let span = self.place(word.span);
        self.tree.add_fact(parent, Node::field(name, value, span))
    }

    /// Adds an item with what a word comes to.
    fn word_item(&mut self, list: NodeId, word: &Word, at: (usize, Keyword)) -> NodeId {
        let expanded = self.expanded(word, at.0, at.1);
        let value = match &expanded.text {
            Some(text) => Value::Text(text),
            None => Value::Unknown(word.raw.text()),
        };
        self.item(list, value, word.span)
    }

    /// The file and all that is in it.
    fn file(&mut self, file: NodeId) {
        let whole = self.tree.span(file);
        let directives = self.list(file, "directives", Span::default());
        for directive in &self.dockerfile.directives {
            let node = self.item(directives, Value::Map, directive.span);
            self.text(node, "name", &directive.name, directive.name_span);
            self.text(node, "value", &directive.value, directive.value_span);
        }
        let stages = self.list(file, "stages", whole);
        let instructions = self.list(file, "instructions", whole);
        let comments = self.list(file, "comments", Span::default());
        let between = self.dockerfile.comments.iter().filter(|comment| comment.inside.is_none());
        let directives = self.dockerfile.directives.iter().map(|directive| directive.span);
        for span in directives.chain(between.map(|comment| comment.span)) {
            let node = self.item(comments, Value::Map, span);
            let said = span.text(self.source()).get(1..).unwrap_or("").to_owned();
            let start = span.end as usize - said.trim_start().len();
            self.text(node, "text", said.trim(), Span::from_usize(start, start + said.trim().len()));
            self.tree.add_fact_link(node, "file", file);
            self.found.comments.push(node);
        }
        self.casing(file);
        self.all_stages(file, stages, instructions);
        let commands = self.list(file, "commands", whole);
        for command in self.found.commands.clone() {
            self.tree.add_link(commands, Node::item(Value::Null, self.tree.span(command)), command);
        }
        let variables = self.list(file, "variables", whole);
        for variable in self.found.variables.clone() {
            self.tree.add_link(variables, Node::item(Value::Null, self.tree.span(variable)), variable);
        }
    }

    /// How the instruction words after the first FROM are written.
    fn casing(&mut self, file: NodeId) {
        let first = self.stages().list.first().map_or(usize::MAX, |stage| stage.from);
        let (mut upper, mut lower) = (0, 0);
        let known = self.dockerfile.instructions.iter().skip(first).filter(|one| one.keyword != Keyword::Other);
        for instruction in known {
            let word = instruction.keyword_span.text(self.source());
            match word_case(word) {
                "upper" => upper += 1,
                "lower" => lower += 1,
                _ => {}
            }
        }
        self.number(file, "upper-keywords", upper);
        self.number(file, "lower-keywords", lower);
        self.fact(file, "windows", Value::Bool(self.windows));
        self.fact(file, "keyword-case", Value::Text(if lower > upper { "lower" } else { "upper" }));
    }

    /// The text that was parsed: the file, or a line of history.
    fn source(&self) -> &str {
        match self.origin {
            None => self.tree.source(),
            Some(spoken) => spoken.line.text(),
        }
    }
}

/// The comments `# hadolint shell=NAME` of a file with the text `text`.
///
/// Source: <https://github.com/hadolint/hadolint#non-posix-shells>.
fn said_shells<'t>(file: &Dockerfile, text: &'t str) -> Vec<SaidShell<'t>> {
    let said = |span: Span| {
        let rest = span.text(text).trim_start_matches('#').trim().strip_prefix("hadolint")?.trim_start();
        Some(rest.strip_prefix("shell")?.trim_start().strip_prefix('=')?.trim())
    };
    let mut shells: Vec<SaidShell<'t>> = file
        .directives
        .iter()
        .map(|directive| directive.span)
        .chain(file.comments.iter().map(|comment| comment.span))
        .filter_map(|span| Some(SaidShell { place: span.start, until: u32::MAX, words: said(span)? }))
        .collect();
    if shells.is_empty() {
        return shells;
    }
    let froms: Vec<u32> =
        file.instructions.iter().filter(|one| one.keyword == Keyword::From).map(|one| one.span.start).collect();
    for shell in &mut shells {
        let next = froms.partition_point(|&from| from < shell.place);
        if next > 0 {
            shell.until = froms.get(next).copied().unwrap_or(u32::MAX);
        }
    }
    shells
}

/// Whether a file speaks of Windows images.
fn is_windows(file: &Dockerfile, stages: &Stages) -> bool {
    file.is_for_windows()
        || stages.list.iter().any(|stage| {
            let image = stage.image.text.as_deref().unwrap_or("").to_ascii_lowercase();
            ["windows", "nanoserver", "ltsc20"].iter().any(|word| image.contains(word))
        })
}

/// `upper`, `lower` or `mixed`.
fn word_case(word: &str) -> &'static str {
    if word.bytes().all(|byte| !byte.is_ascii_lowercase()) {
        "upper"
    } else if word.bytes().all(|byte| !byte.is_ascii_uppercase()) {
        "lower"
    } else {
        "mixed"
    }
}
