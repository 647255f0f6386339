//! Scripts and exec forms: their commands and pipelines.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use hullmark_document::dockerfile::{ExecWord, Keyword, Known};
use hullmark_document::shell::{self, AndOrId, Script, SeparatorKind, Stage};
use hullmark_document::{MappedText, Node, NodeId, Problem, Span, Value};

use super::Lowering;
use super::command::{Argument, Around, CommandNodes, Origin};
use super::stage::Standing;
use super::status::errexit_from;

impl Lowering<'_> {
    /// The commands of a script in shell form.
    pub(super) fn script(
        &mut self,
        node: NodeId,
        keyword: Keyword,
        script: &MappedText,
        at: usize,
        standing: &Standing,
    ) {
        let kind = self.shell_kind(standing);
        let mut around = self.around(node, keyword, at, kind == ShellKind::Pipefail || kind == ShellKind::Other);
        if keyword == Keyword::Run
            && let Some(dialect) = self.dialect(node, script.text(), standing)
        {
            self.fact(node, "dialect", Value::Text(dialect));
            around.has_parts = true;
        }
        if kind == ShellKind::Other && self.reading.expand_variables {
            // PowerShell and its like: not a script that can be read here.
            return;
        }
        let problems = self.read_script(script, &around);
        self.fact(node, "parses", Value::Bool(problems.is_empty()));
        if self.reading.expand_variables && !self.windows {
            self.found.problems.extend(problems);
        }
        // A RUN's script is parsed once; only what starts the container is asked for its exec form.
        if keyword != Keyword::Run {
            self.exec_form(node, script);
        }
        self.last_command(node, around.list);
    }

    /// The exec form of a script that is one plain command: no variable, pattern, redirection or operator in it.
    fn exec_form(&mut self, node: NodeId, text: &MappedText) {
        let script = shell::parse(text.text());
        let [command] = script.commands() else { return };
        let words = script.words(command);
        let covers = command.span.text(script.text()) == script.text().trim();
        let plain = script.problems.is_empty()
            && script.compounds().is_empty()
            && script.assignments(command).is_empty()
            && script.redirections(command).is_empty()
            && words.iter().all(|word| word.is_static(&script) && !word.has_pattern(&script));
        let builtin = words.first().is_none_or(|word| {
            ["exec", "cd", "export", "source", ".", "set", "eval", "exit", "ulimit", "umask", ":"]
                .iter()
                .any(|name| word.is_plain(&script, name))
        });
        if !covers || !plain || builtin {
            return;
        }
        let words: Vec<String> = words.iter().map(|word| word.literal(&script).into_owned()).collect();
        if let Ok(form) = serde_json::to_string(&words) {
            let form = form.replace("\",\"", "\", \"");
            self.fact(node, "exec-form", Value::Text(&form));
        }
    }

    /// The commands of an exec form.
    pub(super) fn exec_script(
        &mut self,
        node: NodeId,
        keyword: Keyword,
        words: &[ExecWord],
        at: usize,
        standing: &Standing,
    ) {
        let pipefail = self.shell_kind(standing) != ShellKind::Plain;
        let around = self.around(node, keyword, at, pipefail);
        if !self.reading.unwrap_commands {
            let mut joined = MappedText::default();
            for word in words {
                if !joined.text().is_empty() {
                    joined.push_replaced(" ", Span::empty(word.span.start));
                }
                let end = u32::try_from(word.text.text().len()).unwrap_or(u32::MAX);
                joined.push_mapped(&word.text, Span::new(0, end));
            }
            let problems = self.read_script(&joined, &around);
            self.fact(node, "parses", Value::Bool(problems.is_empty()));
            return;
        }
        let words: Vec<Argument<'_>> = words
            .iter()
            .map(|word| Argument {
                text: Cow::Borrowed(word.text.text()),
                span: self.place(word.span),
                known: true,
                from: Origin::Exec(&word.text),
            })
            .collect();
        self.command(&words, None, &around);
        self.last_command(node, around.list);
    }

    fn around(&mut self, node: NodeId, keyword: Keyword, at: usize, shell_pipefail: bool) -> Around {
        let span = self.tree.span(node);
        let list = self.tree.add_fact(node, Node::field("commands", Value::List, span));
        let pipelines = self.tree.add_fact(node, Node::field("pipelines", Value::List, span));
        Around {
            instruction: node,
            keyword,
            at,
            list,
            pipelines,
            wrappers: Vec::new(),
            nested: false,
            in_substitution: false,
            ignored_status: false,
            pieced: false,
            shell_pipefail,
            has_parts: false,
            errexit: None,
        }
    }

    fn last_command(&mut self, node: NodeId, list: NodeId) {
        let outside = |id: &NodeId| {
            ["in-substitution", "wrapped"]
                .iter()
                .all(|name| self.tree.fact(*id, name).map(|id| self.tree.value(id)) == Some(Value::Bool(false)))
        };
        let last = self.tree.children(list).filter(outside).last();
        if let Some(last) = last {
            self.tree.add_fact_link(node, "last-command", last);
        }
    }

    fn shell_kind(&self, standing: &Standing) -> ShellKind {
        let shell = if self.reading.expand_variables { standing.shell } else { standing.own_shell };
        let Some(shell) = shell.and_then(|shell| self.tree.resolve(shell)) else { return ShellKind::Plain };
        let words: Vec<&str> = self.tree.children(shell).filter_map(|id| self.tree.text(id)).collect();
        let program = words.first().copied().unwrap_or("").to_ascii_lowercase();
        let name = program.rsplit(['/', '\\']).next().unwrap_or("").trim_end_matches(".exe");
        if name.starts_with("pwsh") || name.starts_with("powershell") || name.starts_with("cmd") {
            return ShellKind::Other;
        }
        let has_flag = words.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('o'));
        let pipefail = words.iter().any(|word| word.split_whitespace().any(|word| word == "pipefail"));
        if matches!(name, "bash" | "zsh" | "ash" | "ksh") && has_flag && pipefail {
            ShellKind::Pipefail
        } else {
            ShellKind::Plain
        }
    }

    /// The shell whose language a RUN's script is in: what its first line or the SHELL in force says. `None` for one
    /// whose language is not read here.
    fn dialect(&self, node: NodeId, script: &str, standing: &Standing) -> Option<&'static str> {
        if self.windows && self.reading.expand_variables {
            return None;
        }
        if let Some(line) = script.strip_prefix("#!").and_then(|rest| rest.lines().next()) {
            return dialect_of(line.split_whitespace());
        }
        let start = self.tree.span(node).start;
        let shell = if self.reading.expand_variables { standing.shell } else { standing.own_shell };
        let shell = shell.and_then(|shell| self.tree.resolve(shell));
        let place = shell.map_or(0, |shell| self.tree.span(shell).start);
        let said = self.said_shells.iter().rev().find(|said| said.place < start && start < said.until);
        let said = said.filter(|said| place <= said.place);
        let place = said.map_or(place, |said| said.place);
        if !self.reading.expand_variables && place < standing.shell_forgotten {
            return Some("sh");
        }
        if let Some(said) = said {
            return dialect_of(said.words.split_whitespace());
        }
        let Some(shell) = shell else { return Some("sh") };
        dialect_of(self.tree.children(shell).filter_map(|id| self.tree.text(id)))
    }

    /// Reads a script and adds its commands; gives its problems, placed in the input.
    pub(super) fn read_script(&mut self, text: &MappedText, around: &Around) -> Vec<Problem> {
        let script = shell::parse(text.text());
        let has_parts = around.has_parts && around.wrappers.is_empty();
        if has_parts {
            self.fault(&script, text, around);
        }
        if !self.reading.unwrap_commands && !script.problems.is_empty() {
            // Read as that peer does, which sees no command in a script that does not parse.
            return self.placed(&script.problems, text);
        }
        let assigned = assigned_names(&script);
        let caught = caught_lists(&script);
        let errexit = errexit_from(&script).filter(|_| has_parts);
        let mut nodes = CommandNodes(vec![None; script.commands().len()]);
        let mut pipefail_from = None;
        for (command, made) in script.commands().iter().zip(&mut nodes.0) {
            if self.is_full(|this| this.place(text.to_source(command.span))) {
                break;
            }
            let words: Vec<Argument<'_>> = script
                .words(command)
                .iter()
                .map(|word| self.argument(&script, *word, text, &assigned, around.at))
                .collect();
            if words.is_empty() {
                continue;
            }
            if words.first().is_some_and(|word| word.text == "set") && words.iter().any(|word| word.text == "pipefail")
            {
                pipefail_from.get_or_insert(command.span.end);
            }
            let mut here = Around { errexit, ..around.clone() };
            here.nested |= script.ancestors(command).next().is_some();
            here.in_substitution |= script.substitution_around(command).is_some();
            here.ignored_status |= script.in_condition(command)
                || script.pipeline(command.pipeline).is_some_and(|pipeline| {
                    pipeline.negation.is_some()
                        || caught.get(&pipeline.and_or).is_some_and(|&last| pipeline.position <= last)
                });
            *made = self.command(&words, Some((&script, command, text)), &here);
        }
        self.pipelines(&script, text, &nodes, around, pipefail_from);
        if has_parts && !self.found.full {
            self.shell_parts((&script, text, &nodes), errexit, around);
        }
        self.placed(&script.problems, text)
    }

    /// The problems of a script, placed in the input.
    fn placed(&self, problems: &[Problem], text: &MappedText) -> Vec<Problem> {
        problems
            .iter()
            .map(|problem| {
                let span = self.place(text.to_source(problem.span));
                Problem::new(problem.code, problem.message.clone(), span)
            })
            .collect()
    }

    fn argument<'a>(
        &self,
        script: &'a Script,
        word: shell::Word,
        outer: &'a MappedText,
        assigned: &HashSet<&str>,
        at: usize,
    ) -> Argument<'a> {
        let span = self.place(outer.to_source(word.span));
        let literal = word.literal(script);
        let from = Origin::Shell(script, word, outer);
        if word.is_static(script) || !self.reading.expand_variables {
            return Argument { text: literal, span, known: true, from };
        }
        match self.filled(script, &word, assigned, at) {
            Some(text) => Argument { text: Cow::Owned(text), span, known: true, from },
            None => Argument { text: literal, span, known: false, from },
        }
    }

    /// The text of a word whose variables ENV or ARG give values without blanks, and the script does not change.
    fn filled(&self, script: &Script, word: &shell::Word, assigned: &HashSet<&str>, at: usize) -> Option<String> {
        let mut text = String::new();
        for (index, part) in script.parts(word) {
            match part.kind {
                shell::PartKind::Parameter(id) => {
                    let parameter = script.parameter(id)?;
                    let name = parameter.name.text(script.text());
                    let plain = parameter.operator.is_none()
                        && !parameter.length
                        && !parameter.indirect
                        && parameter.index.is_none();
                    if !plain || assigned.contains(name) {
                        return None;
                    }
                    match self.scopes.variable(name, at) {
                        Known::Value { text: value, .. } if !value.contains(char::is_whitespace) => {
                            text.push_str(&value)
                        }
                        _ => return None,
                    }
                }
                shell::PartKind::Literal | shell::PartKind::Glob | shell::PartKind::Tilde => {
                    text.push_str(part.span.text(script.text()));
                }
                shell::PartKind::SingleQuoted => {
                    text.push_str(part.span.text(script.text()).trim_matches('\''));
                }
                shell::PartKind::DoubleQuoted => {
                    for (_, inner) in script.parts_in(index) {
                        match inner.kind {
                            shell::PartKind::Literal => text.push_str(inner.span.text(script.text())),
                            shell::PartKind::Parameter(id) => {
                                let parameter = script.parameter(id)?;
                                let name = parameter.name.text(script.text());
                                if parameter.operator.is_some() || parameter.length || assigned.contains(name) {
                                    return None;
                                }
                                match self.scopes.variable(name, at) {
                                    Known::Value { text: value, .. } => text.push_str(&value),
                                    _ => return None,
                                }
                            }
                            _ => return None,
                        }
                    }
                }
                _ => return None,
            }
        }
        Some(text)
    }

    /// Pipelines of two and more stages, and the links between their commands.
    fn pipelines(
        &mut self,
        script: &Script,
        text: &MappedText,
        nodes: &CommandNodes,
        around: &Around,
        pipefail_from: Option<u32>,
    ) {
        for pipeline in script.pipelines() {
            let stages = script.stages(pipeline);
            if stages.len() < 2 {
                continue;
            }
            let span = self.place(text.to_source(pipeline.span));
            let node = self.tree.add(around.pipelines, Node::item(Value::Map, span));
            self.found.pipelines.push(node);
            let list = self.tree.add_fact(node, Node::field("commands", Value::List, span));
            let operators = self.tree.add_fact(node, Node::field("operators", Value::List, span));
            for sign in stages.iter().filter_map(|stage| script.separator_of(*stage)) {
                if matches!(sign.kind, SeparatorKind::Pipe | SeparatorKind::PipeBoth) {
                    let at = self.place(text.to_source(sign.span));
                    self.tree.add(operators, Node::item(Value::Text(sign.span.text(script.text())), at));
                }
            }
            let mut before: Option<NodeId> = None;
            for stage in stages {
                let command = match stage {
                    Stage::Command(id) => nodes.get(*id),
                    Stage::Compound(_) => None,
                };
                if let Some(command) = command {
                    self.tree.add_link(list, Node::item(Value::Null, self.tree.span(command)), command);
                    if let Some(before) = before {
                        self.tree.add_fact_link(before, "pipes-to", command);
                        self.tree.add_fact_link(command, "piped-from", before);
                    }
                }
                before = command;
            }
            self.number(node, "length", stages.len());
            let set = pipefail_from.is_some_and(|from| pipeline.span.start >= from) && self.reading.expand_variables;
            self.fact(node, "pipefail", Value::Bool(around.shell_pipefail || set));
            self.fact(node, "in-substitution", Value::Bool(around.in_substitution));
            self.fact(node, "keyword", Value::Text(around.keyword.as_str()));
            self.tree.add_fact_link(node, "instruction", around.instruction);
            if let Some(flag) = self.tree.fact(around.instruction, "onbuild") {
                self.tree.add_fact_link(node, "onbuild", flag);
            }
            if let Some(stage) = self.tree.fact(around.instruction, "stage").and_then(|id| self.tree.resolve(id)) {
                self.tree.add_fact_link(node, "stage", stage);
            }
        }
    }
}

/// What the shell in force is, as far as pipes go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ShellKind {
    /// The default, or one without pipefail.
    Plain,
    /// One that was told `-o pipefail`.
    Pipefail,
    /// No POSIX shell: PowerShell, cmd.
    Other,
}

/// The dialect of the shell that a command line starts.
fn dialect_of<'w>(words: impl Iterator<Item = &'w str>) -> Option<&'static str> {
    let names = words.map(|word| word.rsplit(['/', '\\']).next().unwrap_or("").trim_end_matches(".exe"));
    match names.into_iter().find(|name| *name != "env")? {
        "sh" => Some("sh"),
        "bash" => Some("bash"),
        "dash" | "ash" | "busybox" => Some("dash"),
        "ksh" => Some("ksh"),
        _ => None,
    }
}

/// The names of variables that the script itself sets, which ENV and ARG then say nothing about.
fn assigned_names(script: &Script) -> HashSet<&str> {
    let text = script.text();
    let mut names = HashSet::new();
    for command in script.commands() {
        names.extend(script.assignments(command).iter().map(|assignment| assignment.name.text(text)));
        let words = script.words(command);
        let Some(name) = words.first() else { continue };
        if ["export", "read", "local", "declare", "readonly", "unset"].iter().any(|one| name.is_plain(script, one)) {
            for word in words.iter().skip(1) {
                let word = word.span.text(text);
                names.insert(word.split_once('=').map_or(word, |(name, _)| name));
            }
        }
    }
    for compound in script.compounds() {
        if matches!(compound.kind, shell::CompoundKind::For | shell::CompoundKind::Select)
            && let Some(name) = script.compound_words(compound).first()
        {
            names.insert(name.span.text(text));
        }
    }
    names
}

/// For each list with a `||` in it, the position of the last pipeline before one: their failures are caught.
fn caught_lists(script: &Script) -> HashMap<AndOrId, u32> {
    let mut caught = HashMap::new();
    for pipeline in script.pipelines() {
        if pipeline.separator.is_some_and(|separator| separator.kind == SeparatorKind::Or) {
            let last = caught.entry(pipeline.and_or).or_insert(pipeline.position);
            *last = (*last).max(pipeline.position);
        }
    }
    caught
}
