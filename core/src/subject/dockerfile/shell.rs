//! What a RUN's script is made of beside its commands: expansions, words, assignments, compounds, faults.

use std::collections::{HashMap, HashSet};

use hullmark_document::shell::{
    AssignmentValue, Command, CommandId, Compound, CompoundId, CompoundKind, Flow, Following, Parameter,
    ParameterOperator, Part, PartKind, Redirection, Script, Word,
};
use hullmark_document::{MappedText, Node, NodeId, Span, Value};

use super::Lowering;
use super::command::{Around, CommandNodes};

/// Commands whose arguments may be assignments.
const DECLARING: [&str; 5] = ["export", "local", "declare", "readonly", "typeset"];

/// How long the name of a program may be.
const LONGEST_NAME: usize = 255;

/// How far a rule sees beside an expansion.
const BESIDE: usize = 64;

/// A script whose parts are lowered.
pub(super) struct Reading<'s> {
    pub(super) script: &'s Script,
    pub(super) text: &'s MappedText,
    flow: Flow<'s>,
    /// The nodes of its commands.
    pub(super) nodes: &'s CommandNodes,
    /// For each compound, the commands right in it.
    inside: HashMap<CompoundId, Vec<NodeId>>,
    /// Where `set -e` has been said.
    pub(super) errexit: Option<u32>,
    seen: HashSet<&'s str>,
    pub(super) instruction: NodeId,
}

/// Where a word stands.
#[derive(Clone, Copy)]
struct Place<'p> {
    role: &'static str,
    program: Option<&'p str>,
    command: Option<NodeId>,
    /// Its place among the words of its command.
    index: Option<usize>,
}

impl Lowering<'_> {
    /// Lowers what a script is made of.
    pub(super) fn shell_parts(
        &mut self,
        (script, text, nodes): (&Script, &MappedText, &CommandNodes),
        errexit: Option<u32>,
        around: &Around,
    ) {
        let following = if self.reading.expand_variables { Following::Lists } else { Following::EachPart };
        let flow = script.flow(|name| self.is_set_outside(name, around), following);
        let mut inside: HashMap<CompoundId, Vec<NodeId>> = HashMap::new();
        for (id, command) in script.commands_with_ids() {
            if let (Some((compound, _)), Some(node)) = (script.ancestors(command).next(), nodes.get(id)) {
                inside.entry(compound).or_default().push(node);
            }
        }
        let instruction = around.instruction;
        let mut reading = Reading { script, text, flow, nodes, inside, errexit, seen: HashSet::new(), instruction };
        for (id, command) in script.commands_with_ids() {
            if self.is_full(|this| this.place(text.to_source(command.span))) {
                return;
            }
            self.command_parts(&mut reading, id, command);
        }
        for (id, compound) in script.compounds_with_ids() {
            if self.is_full(|this| this.place(text.to_source(compound.span))) {
                return;
            }
            self.compound_parts(&mut reading, id, compound);
        }
        self.lists(&reading);
    }

    /// Whether ENV, ARG or the builder sets a variable of a RUN.
    fn is_set_outside(&self, name: &str, around: &Around) -> bool {
        const PROXIES: [&str; 8] = [
            "http_proxy",
            "https_proxy",
            "ftp_proxy",
            "no_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "FTP_PROXY",
            "NO_PROXY",
        ];
        PROXIES.contains(&name)
            || if self.reading.expand_variables {
                self.scopes.is_given(name, around.at)
            } else {
                self.scopes.is_given_to_some(name, around.at)
            }
    }

    /// The first fault of a script, as a subject.
    pub(super) fn fault(&mut self, script: &Script, text: &MappedText, around: &Around) {
        let Some(problem) = script.problems.first() else { return };
        let span = self.place(text.to_source(problem.span));
        let list = self.shell_list(around.instruction, "faults");
        let node = self.shell_node(list, around.instruction, span);
        self.found.faults.push(node);
        self.fact(node, "message", Value::Text(&problem.message));
        self.tree.add_fact(node, Node::field("token", Value::Text(problem.span.text(script.text())), span));
        let (before, after) = script.text().split_at_checked(problem.span.start as usize).unwrap_or(("", ""));
        let broken = script.commands().iter().rfind(|command| command.span.end <= problem.span.start);
        let between = |command: &Command| {
            before.get(command.span.end as usize..).is_some_and(|rest| rest.chars().all(|c| c == ' ' || c == '\t'))
        };
        let words = broken.filter(|command| between(command)).map_or(&[][..], |command| script.words(command));
        self.number(node, "words", words.len());
        if let Some(name) = words.first() {
            let at = self.place(text.to_source(name.span));
            self.tree.add_fact(node, Node::field("name", Value::Text(name.span.text(script.text())), at));
        }
        let after = after.get(problem.span.len() as usize..).unwrap_or("").lines().next().unwrap_or("").trim_start();
        self.fact(node, "after", Value::Text(after));
        self.fact(node, "before", Value::Text(before.rsplit('\n').next().unwrap_or("").trim()));
    }

    /// The list `name` of an instruction, made when first needed.
    pub(super) fn shell_list(&mut self, instruction: NodeId, name: &str) -> NodeId {
        match self.tree.fact(instruction, name) {
            Some(list) => list,
            None => self.tree.add_fact(instruction, Node::field(name, Value::List, self.tree.span(instruction))),
        }
    }

    /// A new subject of the script.
    pub(super) fn shell_node(&mut self, list: NodeId, instruction: NodeId, span: Span) -> NodeId {
        let node = self.tree.add(list, Node::item(Value::Map, span));
        self.tree.add_fact_link(node, "instruction", instruction);
        node
    }

    fn command_parts(&mut self, reading: &mut Reading<'_>, id: CommandId, command: &Command) {
        let script = reading.script;
        let node = reading.nodes.get(id);
        let words = script.words(command);
        let program = words.first().map(|word| word.literal(script));
        // A name is written down with each word of its command, so that a very long one would cost its square.
        let program = program.as_deref().filter(|name| name.len() <= LONGEST_NAME);
        let declares = program.filter(|name| DECLARING.contains(name));
        for (index, word) in words.iter().enumerate() {
            let role = match index {
                0 => "name",
                _ if declares.is_some() && is_assignment(word.span.text(script.text())) => "declaration",
                _ => "argument",
            };
            let place = Place { role, program, command: node, index: Some(index) };
            self.shell_word(reading, word, place);
            if let (Some(by), "declaration") = (declares, role) {
                self.declared(reading, word, by, node);
            }
        }
        for assignment in script.assignments(command) {
            let place = Place { role: "assignment", program, command: node, index: None };
            let made = self.assignment(reading, assignment.span, assignment.name, node);
            self.fact(made, "append", Value::Bool(assignment.append));
            let array = assignment.index.is_some() || matches!(assignment.value, AssignmentValue::Array(_));
            self.fact(made, "array", Value::Bool(array));
            self.fact(made, "alone", Value::Bool(words.is_empty()));
            if let Some(by) = declares {
                self.fact(made, "declaration", Value::Text(by));
            }
            match assignment.value {
                AssignmentValue::Word(word) => {
                    self.assigned_value(reading, made, &word, 0);
                    self.shell_word(reading, &word, place);
                }
                AssignmentValue::Array(elements) => {
                    for word in script.elements(elements) {
                        self.shell_word(reading, word, Place { role: "array", ..place });
                    }
                }
            }
        }
        self.redirection_parts(reading, script.redirections(command), (program, node));
    }

    /// A word such as `X=1` behind `export`.
    fn declared(&mut self, reading: &mut Reading<'_>, word: &Word, by: &str, command: Option<NodeId>) {
        let text = word.span.text(reading.script.text());
        let Some((name, _)) = text.split_once('=') else { return };
        let append = name.ends_with('+');
        let length = u32::try_from(name.trim_end_matches('+').len()).unwrap_or(0);
        let name_span = Span::new(word.span.start, word.span.start + length);
        let made = self.assignment(reading, word.span, name_span, command);
        self.fact(made, "append", Value::Bool(append));
        self.fact(made, "array", Value::Bool(false));
        self.fact(made, "alone", Value::Bool(false));
        self.fact(made, "declaration", Value::Text(by));
        self.assigned_value(reading, made, word, name.len() + 1);
    }

    fn assignment(&mut self, reading: &Reading<'_>, span: Span, name: Span, command: Option<NodeId>) -> NodeId {
        let list = self.shell_list(reading.instruction, "assignments");
        let place = self.place(reading.text.to_source(span));
        let node = self.shell_node(list, reading.instruction, place);
        self.found.assignments.push(node);
        let text = reading.script.text();
        let name_place = self.place(reading.text.to_source(name));
        self.tree.add_fact(node, Node::field("name", Value::Text(name.text(text)), name_place));
        self.tree.add_fact(node, Node::field("text", Value::Text(span.text(text)), place));
        self.fact(node, "read", Value::Bool(reading.flow.is_read(name.text(text))));
        if let Some(command) = command {
            self.tree.add_fact_link(node, "command", command);
        }
        node
    }

    /// The value that an assignment gives: the word from its byte `from` on.
    fn assigned_value(&mut self, reading: &Reading<'_>, node: NodeId, word: &Word, from: usize) {
        let script = reading.script;
        let raw = word.span.text(script.text()).get(from..).unwrap_or("");
        let start = word.span.start + u32::try_from(from).unwrap_or(0);
        let span = self.place(reading.text.to_source(Span::new(start.min(word.span.end), word.span.end)));
        let literal = word.literal(script);
        let text = literal.get(from..).unwrap_or("");
        let value = if word.is_static(script) { Value::Text(text) } else { Value::Unknown(raw) };
        self.tree.add_fact(node, Node::field("value", value, span));
        self.tree.add_fact(node, Node::field("raw", Value::Text(raw), span));
        let substitution = |(_, part): (u32, &Part)| matches!(part.kind, PartKind::CommandSubstitution { .. });
        self.fact(node, "takes-status", Value::Bool(script.leaves(word).any(substitution)));
    }

    fn redirection_parts(
        &mut self,
        reading: &mut Reading<'_>,
        redirections: &[Redirection],
        (program, command): (Option<&str>, Option<NodeId>),
    ) {
        for redirection in redirections {
            let place = Place { role: "redirection", program, command, index: None };
            if redirection.heredoc.is_none()
                && let Some(target) = &redirection.target
            {
                self.shell_word(reading, target, place);
            }
            if let Some(heredoc) = redirection.heredoc.and_then(|id| reading.script.heredoc(id)) {
                self.shell_expansions(reading, &heredoc.body, Place { role: "heredoc", ..place });
            }
        }
    }

    /// A word and its expansions.
    fn shell_word(&mut self, reading: &mut Reading<'_>, word: &Word, place: Place<'_>) {
        let raw = word.span.text(reading.script.text());
        if self.found.full {
            return;
        }
        let odd_name = place.role == "name" && raw.len() > 1 && raw.ends_with(['.', ',']);
        if !odd_name && raw.bytes().all(is_plain_byte) {
            return;
        }
        self.shell_expansions(reading, word, place);
        let script = reading.script;
        let span = self.place(reading.text.to_source(word.span));
        let list = self.shell_list(reading.instruction, "words");
        let node = self.shell_node(list, reading.instruction, span);
        self.found.words.push(node);
        self.fact(node, "role", Value::Text(place.role));
        let literal = word.literal(script);
        let text = if word.is_static(script) { Value::Text(&literal) } else { Value::Unknown(raw) };
        self.tree.add_fact(node, Node::field("text", text, span));
        self.tree.add_fact(node, Node::field("raw", Value::Text(raw), span));
        self.fact(node, "quotes", Value::Text(quotes(script, word)));
        self.fact(node, "expands", Value::Bool(!word.is_static(script)));
        if let Some(index) = place.index {
            self.number(node, "index", index);
        }
        self.stands(node, place);
        let named = [
            ("pattern", PartKind::Glob),
            ("braces", PartKind::BraceExpansion),
            ("single-quoted", PartKind::SingleQuoted),
        ];
        for (name, wanted) in named {
            let found = script.parts(word).find(|(_, part)| part.kind == wanted);
            if let Some((_, part)) = found {
                let at = self.place(reading.text.to_source(part.span));
                self.tree.add_fact(node, Node::field(name, Value::Text(part.span.text(script.text())), at));
            }
        }
    }

    /// The facts of where a word or expansion stands.
    fn stands(&mut self, node: NodeId, place: Place<'_>) {
        if let Some(program) = place.program {
            self.fact(node, "program", Value::Text(program));
        }
        if let Some(command) = place.command {
            self.tree.add_fact_link(node, "command", command);
        }
    }

    fn shell_expansions(&mut self, reading: &mut Reading<'_>, word: &Word, place: Place<'_>) {
        let script = reading.script;
        for (_, part) in script.leaves(word) {
            if !part.kind.is_dynamic() {
                continue;
            }
            if self.is_full(|this| this.place(reading.text.to_source(part.span))) {
                return;
            }
            let list = self.shell_list(reading.instruction, "shell-expansions");
            let span = self.place(reading.text.to_source(part.span));
            let node = self.shell_node(list, reading.instruction, span);
            self.found.expansions.push(node);
            let text = part.span.text(script.text());
            self.tree.add_fact(node, Node::field("text", Value::Text(text), span));
            self.fact(node, "quoted", Value::Bool(part.quoted));
            self.fact(node, "context", Value::Text(place.role));
            self.fact(node, "whole", Value::Bool(part.span == word.span));
            if place.role != "heredoc" {
                let (before, after) = beside(script.text(), word.span, part.span);
                self.fact(node, "before", Value::Text(before));
                self.fact(node, "after", Value::Text(after));
            }
            self.stands(node, place);
            let kind = match part.kind {
                PartKind::Parameter(id) => {
                    if let Some(parameter) = script.parameter(id) {
                        self.variable_parts(reading, node, parameter);
                    }
                    self.fact(node, "one-word", Value::Bool(reading.flow.stays_one_word(id)));
                    "variable"
                }
                PartKind::CommandSubstitution { compound, backticks } => {
                    self.fact(node, "backticks", Value::Bool(backticks));
                    let (opening, closing) = if backticks { (1, 1) } else { (2, 1) };
                    let end = part.span.end.saturating_sub(closing).max(part.span.start + opening);
                    let inner = Span::new((part.span.start + opening).min(end), end);
                    let at = self.place(reading.text.to_source(inner));
                    self.tree.add_fact(node, Node::field("inner", Value::Text(inner.text(script.text())), at));
                    self.commands_inside(reading, node, compound);
                    "command"
                }
                PartKind::ProcessSubstitution { .. } => "process",
                _ => "arithmetic",
            };
            self.fact(node, "kind", Value::Text(kind));
        }
    }

    fn variable_parts<'s>(&mut self, reading: &mut Reading<'s>, node: NodeId, parameter: &Parameter) {
        let script = reading.script;
        let name = parameter.name.text(script.text());
        let span = self.place(reading.text.to_source(parameter.name));
        self.tree.add_fact(node, Node::field("name", Value::Text(name), span));
        self.fact(node, "assigned", Value::Bool(reading.flow.is_assigned(name)));
        self.fact(node, "first", Value::Bool(reading.seen.insert(name)));
        if let Some(operator) = operator_name(parameter) {
            self.fact(node, "operator", Value::Text(operator));
        }
        if let Some(subscript) = parameter.index {
            self.fact(node, "subscript", Value::Text(subscript.span.text(script.text())));
        }
    }

    /// The commands right in a compound, as links.
    fn commands_inside(&mut self, reading: &Reading<'_>, node: NodeId, compound: CompoundId) {
        let list = self.fact(node, "commands", Value::List);
        for &command in reading.inside.get(&compound).map_or(&[][..], Vec::as_slice) {
            self.tree.add_link(list, Node::item(Value::Null, self.tree.span(command)), command);
        }
    }

    fn compound_parts(&mut self, reading: &mut Reading<'_>, id: CompoundId, compound: &Compound) {
        let script = reading.script;
        let words = script.compound_words(compound);
        let (kind, role) = match compound.kind {
            CompoundKind::Subshell => ("subshell", "argument"),
            CompoundKind::Group => ("group", "argument"),
            CompoundKind::If => ("if", "argument"),
            CompoundKind::For => ("for", "list"),
            CompoundKind::ArithmeticFor => ("arithmetic-for", "arithmetic"),
            CompoundKind::Select => ("select", "list"),
            CompoundKind::While => ("while", "argument"),
            CompoundKind::Until => ("until", "argument"),
            CompoundKind::Case => ("case", "case"),
            CompoundKind::Function => ("function", "name"),
            CompoundKind::Test => ("test", "test"),
            CompoundKind::Arithmetic => ("arithmetic", "arithmetic"),
            CompoundKind::CommandSubstitution | CompoundKind::Backticks | CompoundKind::ProcessSubstitution => return,
        };
        let span = self.place(reading.text.to_source(compound.span));
        let list = self.shell_list(reading.instruction, "compounds");
        let node = self.shell_node(list, reading.instruction, span);
        self.found.compounds.push(node);
        self.fact(node, "kind", Value::Text(kind));
        let opening = opening(compound.span.text(script.text()));
        let length = u32::try_from(opening.len()).unwrap_or(1);
        let at = self.place(reading.text.to_source(Span::new(compound.span.start, compound.span.start + length)));
        self.tree.add_fact(node, Node::field("opening", Value::Text(opening), at));
        let is_loop = matches!(compound.kind, CompoundKind::For | CompoundKind::Select);
        let place = Place { role, program: None, command: None, index: None };
        let listed = self.fact(node, "words", Value::List);
        for (index, word) in words.iter().enumerate() {
            let raw = word.span.text(script.text());
            let at = self.place(reading.text.to_source(word.span));
            if is_loop && index == 0 {
                self.tree.add_fact(node, Node::field("variable", Value::Text(raw), at));
                continue;
            }
            let value = if word.is_static(script) { Value::Text(raw) } else { Value::Unknown(raw) };
            self.tree.add(listed, Node::item(value, at));
            self.shell_word(reading, word, place);
        }
        for arm in script.arms(compound) {
            for pattern in script.patterns(arm) {
                self.shell_word(reading, pattern, Place { role: "pattern", ..place });
            }
        }
        self.commands_inside(reading, node, id);
        self.redirection_parts(reading, script.compound_redirections(compound), (None, None));
    }
}

/// What stands before and after a part in its word: the nearest [`BESIDE`] bytes, so that a word of many parts costs no
/// more than its length.
fn beside(text: &str, word: Span, part: Span) -> (&str, &str) {
    let (start, end) = (part.start as usize, part.end as usize);
    let mut from = (word.start as usize).min(start).max(start.saturating_sub(BESIDE));
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut to = (word.end as usize).max(end).min(end + BESIDE);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    (text.get(from..start).unwrap_or(""), text.get(end..to).unwrap_or(""))
}

/// The word or sign that opens a compound.
fn opening(text: &str) -> &str {
    let word = text.bytes().take_while(u8::is_ascii_lowercase).count();
    let length = match text.as_bytes() {
        [b'(', b'(', ..] | [b'[', b'[', ..] => 2,
        _ if word > 0 => word,
        _ => text.chars().next().map_or(0, char::len_utf8),
    };
    text.get(..length).unwrap_or("")
}

fn operator_name(parameter: &Parameter) -> Option<&'static str> {
    if parameter.length {
        return Some("length");
    }
    if parameter.indirect {
        return Some("indirect");
    }
    Some(match parameter.operator?.0 {
        ParameterOperator::Default { .. } => "default",
        ParameterOperator::Assign { .. } => "assign",
        ParameterOperator::Error { .. } => "error",
        ParameterOperator::Alternative { .. } => "alternative",
        ParameterOperator::RemovePrefix { .. } | ParameterOperator::RemoveSuffix { .. } => "cut",
        ParameterOperator::Replace => "replace",
        ParameterOperator::Substring => "substring",
        ParameterOperator::Case => "case",
        ParameterOperator::Transform => "transform",
        ParameterOperator::Unknown => "unknown",
    })
}

/// How a word is quoted.
fn quotes(script: &Script, word: &Word) -> &'static str {
    let mut found = None;
    for (_, part) in script.parts(word) {
        let this = match part.kind {
            PartKind::SingleQuoted => "single",
            PartKind::DoubleQuoted => "double",
            PartKind::AnsiCQuoted => "ansi",
            _ => "none",
        };
        match found {
            None => found = Some(this),
            Some(before) if before == this && this == "none" => {}
            Some(_) => return "mixed",
        }
    }
    found.unwrap_or("none")
}

/// Bytes of which words are made that say nothing of their own.
fn is_plain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"./:=@+,_-".contains(&byte)
}

fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        let name = name.trim_end_matches('+');
        name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
