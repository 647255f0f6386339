//! Scripts and exec forms to commands.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use hullmark_document::dockerfile::{ExecWord, Keyword, Known};
use hullmark_document::shell::{self, AndOrId, AssignmentValue, CommandId, Script, SeparatorKind, Stage};
use hullmark_document::{MappedText, Node, NodeId, Problem, Span, Value};

use super::Lowering;
use super::program::Program;
use super::stage::Standing;

/// How many wrappers may stand around one another: `sudo env sh -c '...'`.
const WRAPPERS: usize = 6;

/// A word of a command line.
struct Argument<'a> {
    /// The text as the program gets it; with variables that are not known as `${X}`.
    text: Cow<'a, str>,
    /// Where it stands in the input.
    span: Span,
    known: bool,
    from: Origin<'a>,
}

/// Where a word comes from, so that a script in it can be read with places.
#[derive(Clone, Copy)]
enum Origin<'a> {
    Shell(&'a Script, shell::Word, &'a MappedText),
    Exec(&'a MappedText),
}

impl Origin<'_> {
    fn mapped(self) -> MappedText {
        match self {
            Self::Shell(script, word, outer) => word.mapped_text(script).through(outer),
            Self::Exec(text) => text.clone(),
        }
    }
}

/// What commands of one script have in common.
#[derive(Clone)]
struct Around {
    instruction: NodeId,
    keyword: Keyword,
    at: usize,
    /// The list that holds the instruction's commands.
    list: NodeId,
    pipelines: NodeId,
    wrappers: Vec<String>,
    nested: bool,
    in_substitution: bool,
    ignored_status: bool,
    shell_pipefail: bool,
}

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
        let around = self.around(node, keyword, at, kind == ShellKind::Pipefail || kind == ShellKind::Other);
        if kind == ShellKind::Other && self.reading.expand_variables {
            // PowerShell and its like: not a script that can be read here.
            return;
        }
        let problems = self.read_script(script, &around);
        self.fact(node, "parses", Value::Bool(problems.is_empty()));
        if self.reading.expand_variables && !self.is_windows() {
            self.found.problems.extend(problems);
        }
        self.last_command(node, around.list);
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
            shell_pipefail,
        }
    }

    fn last_command(&mut self, node: NodeId, list: NodeId) {
        let outside = |id: &NodeId| {
            self.tree.fact(*id, "in-substitution").map(|id| self.tree.value(id)) == Some(Value::Bool(false))
        };
        let last = self.tree.children(list).filter(outside).last();
        if let Some(last) = last {
            self.tree.add_fact_link(node, "last-command", last);
        }
    }

    /// Whether the file speaks of Windows images, whose default shell is not sh.
    fn is_windows(&self) -> bool {
        self.dockerfile.escape == '`'
            || self.stages().list.iter().any(|stage| {
                let image = stage.image.text.as_deref().unwrap_or("").to_ascii_lowercase();
                ["windows", "nanoserver", "ltsc20"].iter().any(|word| image.contains(word))
            })
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

    /// Reads a script and adds its commands; gives its problems, placed in the input.
    fn read_script(&mut self, text: &MappedText, around: &Around) -> Vec<Problem> {
        let script = shell::parse(text.text());
        let assigned = assigned_names(&script);
        let caught = caught_lists(&script);
        let mut nodes: HashMap<CommandId, NodeId> = HashMap::new();
        let mut pipefail_from = None;
        for (id, command) in script.commands_with_ids() {
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
            let mut here = around.clone();
            here.nested |= script.ancestors(command).next().is_some();
            here.in_substitution |= script.substitution_around(command).is_some();
            here.ignored_status |= script.in_condition(command)
                || script.pipeline(command.pipeline).is_some_and(|pipeline| {
                    pipeline.negation.is_some()
                        || caught.get(&pipeline.and_or).is_some_and(|&last| pipeline.position <= last)
                });
            if let Some(node) = self.command(&words, Some((&script, command, text)), &here) {
                nodes.insert(id, node);
            }
        }
        self.pipelines(&script, text, &nodes, around, pipefail_from);
        script
            .problems
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

    /// Adds a command and those it wraps; gives its node.
    fn command(
        &mut self,
        words: &[Argument<'_>],
        shell: Option<(&Script, &shell::Command, &MappedText)>,
        around: &Around,
    ) -> Option<NodeId> {
        let (first, last) = (words.first()?, words.last()?);
        let own = match shell {
            Some((_, command, text)) if around.wrappers.is_empty() => self.place(text.to_source(command.span)),
            _ => first.span.join(last.span),
        };
        let node = self.tree.add(around.list, Node::item(Value::Map, own));
        self.found.commands.push(node);
        let name = self.names(node, words);
        let program = self.programs.get(&name);
        self.arguments_of(node, words.get(1..).unwrap_or(&[]), program);
        self.surroundings(node, around);
        let assignments = self.fact(node, "assignments", Value::Map);
        let redirections = self.fact(node, "redirections", Value::List);
        if let Some((script, command, text)) = shell.filter(|_| around.wrappers.is_empty()) {
            self.assignments(assignments, script, command, text);
            self.redirections(redirections, script, command, text);
            self.tree.add_fact(node, Node::field("text", Value::Text(command.span.text(script.text())), own));
        }
        if self.reading.unwrap_commands && around.wrappers.len() < WRAPPERS {
            self.wrapped(words, &name, program, around);
        }
        Some(node)
    }

    /// The facts `name` and `program`; gives the name.
    fn names(&mut self, node: NodeId, words: &[Argument<'_>]) -> String {
        let Some(first) = words.first() else { return String::new() };
        let text = if first.known { Value::Text(&first.text) } else { Value::Unknown(&first.text) };
        self.tree.add_fact(node, Node::field("program", text, first.span));
        let mut name = first.text.to_string();
        if self.reading.unwrap_commands {
            name = name.rsplit('/').next().unwrap_or("").to_owned();
        } else if matches!(name.as_str(), "exec" | "command" | "builtin" | "busybox") {
            // Read as that peer does, for which these are the command behind them.
            name = words.get(1).map_or(name, |word| word.text.to_string());
        }
        let value = if first.known { Value::Text(&name) } else { Value::Unknown(&first.text) };
        self.tree.add_fact(node, Node::field("name", value, first.span));
        name
    }

    fn surroundings(&mut self, node: NodeId, around: &Around) {
        let list = self.fact(node, "wrappers", Value::List);
        for wrapper in &around.wrappers {
            self.tree.add(list, Node::item(Value::Text(wrapper), Span::default()));
        }
        for (name, value) in [
            ("wrapped", !around.wrappers.is_empty()),
            ("nested", around.nested),
            ("in-substitution", around.in_substitution),
            ("ignored-status", around.ignored_status),
            ("onbuild", false),
        ] {
            self.fact(node, name, Value::Bool(value));
        }
        self.fact(node, "keyword", Value::Text(around.keyword.as_str()));
        self.tree.add_fact_link(node, "instruction", around.instruction);
        for name in ["stage", "file"] {
            if let Some(target) = self.tree.fact(around.instruction, name).and_then(|id| self.tree.resolve(id)) {
                self.tree.add_fact_link(node, name, target);
            }
        }
    }

    /// Words after the program: flags with their values, the subcommand, operands.
    fn arguments_of(&mut self, node: NodeId, words: &[Argument<'_>], program: Program<'_>) {
        let arguments = self.fact(node, "arguments", Value::List);
        let flags = self.fact(node, "flags", Value::Map);
        let options = self.fact(node, "options", Value::List);
        let operands = self.fact(node, "operands", Value::List);
        let mut waiting: Option<(String, Span)> = None;
        let mut subcommand = !program.has_subcommands();
        for word in words {
            let value = if word.known { Value::Text(&word.text) } else { Value::Unknown(&word.text) };
            self.tree.add(arguments, Node::item(value, word.span));
            let is_flag = word.text.starts_with('-') && !matches!(&*word.text, "-" | "--");
            if let Some((name, span)) = waiting.take() {
                if !is_flag || !self.reading.expand_variables {
                    self.tree.add(flags, Node { key: &name, key_span: span, span: word.span, value });
                    if !is_flag {
                        continue;
                    }
                } else {
                    self.tree.add(flags, Node { key: &name, key_span: span, span, value: Value::Bool(true) });
                }
            }
            if is_flag {
                self.tree.add(options, Node::item(value, word.span));
                waiting = self.flag(flags, word, program);
            } else if !word.known && self.may_be_flag(word) {
                // It may be anything: a flag, several words, nothing.
                self.tree.add(flags, Node::item(value, word.span));
                self.tree.add(operands, Node::item(value, word.span));
            } else if !subcommand {
                subcommand = true;
                self.tree.add_fact(node, Node::field("subcommand", value, word.span));
            } else {
                self.tree.add(operands, Node::item(value, word.span));
            }
        }
        if let Some((name, span)) = waiting {
            self.tree.add(flags, Node { key: &name, key_span: span, span, value: Value::Bool(true) });
        }
    }

    /// Whether a word that is not known begins with a variable, so that it could be a flag.
    fn may_be_flag(&self, word: &Argument<'_>) -> bool {
        word.text.starts_with('$')
    }

    /// Adds the flags of one word; gives the name of the one whose value is the next word.
    fn flag(&mut self, flags: NodeId, word: &Argument<'_>, program: Program<'_>) -> Option<(String, Span)> {
        let text: &str = &word.text;
        let long = text.strip_prefix("--");
        if long.is_some() || program.has_long_flags_with_one_dash() {
            let body = long.unwrap_or_else(|| text.trim_start_matches('-'));
            let (name, value) = body.split_once('=').map_or((body, None), |(name, value)| (name, Some(value)));
            if value.is_none() && program.takes_value(name) {
                return Some((name.to_owned(), word.span));
            }
            let value = match value {
                Some(value) if word.known => Value::Text(value),
                Some(value) => Value::Unknown(value),
                None => Value::Bool(true),
            };
            self.tree.add(flags, Node { key: name, key_span: word.span, span: word.span, value });
            return None;
        }
        let letters = text.strip_prefix('-').unwrap_or(text);
        for (at, letter) in letters.char_indices() {
            let name = letter.to_string();
            let rest = letters.get(at + letter.len_utf8()..).unwrap_or("");
            if program.takes_value(&name) {
                if rest.is_empty() {
                    return Some((name, word.span));
                }
                let rest = Value::Text(rest.trim_start_matches('='));
                self.tree.add(flags, Node { key: &name, key_span: word.span, span: word.span, value: rest });
                return None;
            }
            if let Some(value) = rest.strip_prefix('=') {
                self.tree
                    .add(flags, Node { key: &name, key_span: word.span, span: word.span, value: Value::Text(value) });
                return None;
            }
            self.tree.add(flags, Node { key: &name, key_span: word.span, span: word.span, value: Value::Bool(true) });
        }
        None
    }

    /// The command or script that a wrapper runs.
    fn wrapped(&mut self, words: &[Argument<'_>], name: &str, program: Program<'_>, around: &Around) {
        let mut inner = around.clone();
        inner.wrappers.push(name.to_owned());
        if let Some(flag) = program.script_flag() {
            let script = if flag.is_empty() { words.get(1) } else { script_argument(words, flag) };
            if let Some(script) = script {
                inner.wrappers.pop();
                inner.wrappers.push(if flag.is_empty() { name.to_owned() } else { format!("{name} -{flag}") });
                inner.nested = true;
                let text = script.from.mapped();
                self.read_script(&text, &inner);
            }
            return;
        }
        if !program.wraps() {
            return;
        }
        let mut rest = words.get(1..).unwrap_or(&[]);
        let mut skip = program.wrapped_after();
        while let Some((word, after)) = rest.split_first() {
            let text: &str = &word.text;
            if text == "--" {
                rest = after;
                continue;
            }
            if let Some(flag) = text.strip_prefix('-').filter(|flag| !flag.is_empty()) {
                let flag = flag.trim_start_matches('-');
                let takes = !text.contains('=')
                    && (program.takes_value(flag) || {
                        let last = flag.chars().next_back().map(String::from).unwrap_or_default();
                        !text.starts_with("--") && program.takes_value(&last)
                    });
                rest = if takes { after.get(1..).unwrap_or(&[]) } else { after };
                continue;
            }
            if program.sets_variables() && is_assignment(text) {
                rest = after;
                continue;
            }
            if skip == 0 {
                break;
            }
            skip -= 1;
            rest = after;
        }
        if !rest.is_empty() {
            self.command(rest, None, &inner);
        }
    }

    fn assignments(&mut self, map: NodeId, script: &Script, command: &shell::Command, text: &MappedText) {
        for assignment in script.assignments(command) {
            let name = assignment.name.text(script.text()).to_owned();
            let key_span = self.place(text.to_source(assignment.name));
            match assignment.value {
                AssignmentValue::Word(word) => {
                    let literal = word.literal(script);
                    let value = if word.is_static(script) || !self.reading.expand_variables {
                        Value::Text(&literal)
                    } else {
                        Value::Unknown(&literal)
                    };
                    let span = self.place(text.to_source(word.span));
                    self.tree.add(map, Node { key: &name, key_span, span, value });
                }
                AssignmentValue::Array(_) => {
                    let span = self.place(text.to_source(assignment.span));
                    self.tree.add(map, Node { key: &name, key_span, span, value: Value::List });
                }
            }
        }
    }

    fn redirections(&mut self, list: NodeId, script: &Script, command: &shell::Command, text: &MappedText) {
        for redirection in script.redirections(command) {
            let span = self.place(text.to_source(redirection.span));
            let item = self.tree.add(list, Node::item(Value::Map, span));
            let written = redirection.span.text(script.text());
            let operator: String = written
                .chars()
                .skip_while(char::is_ascii_digit)
                .take_while(|c| matches!(c, '<' | '>' | '&' | '|' | '-'))
                .collect();
            self.tree.add_fact(item, Node::field("operator", Value::Text(&operator), span));
            if let Some(target) = redirection.target {
                let literal = target.literal(script);
                let value = if target.is_static(script) { Value::Text(&literal) } else { Value::Unknown(&literal) };
                let span = self.place(text.to_source(target.span));
                self.tree.add_fact(item, Node::field("target", value, span));
            }
        }
    }

    /// Pipelines of two and more stages, and the links between their commands.
    fn pipelines(
        &mut self,
        script: &Script,
        text: &MappedText,
        nodes: &HashMap<CommandId, NodeId>,
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
            let mut before: Option<NodeId> = None;
            for stage in stages {
                let command = match stage {
                    Stage::Command(id) => nodes.get(id).copied(),
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

/// The argument of a shell that is a script: the one after a short group with `flag` in it.
fn script_argument<'w, 'a>(words: &'w [Argument<'a>], flag: &str) -> Option<&'w Argument<'a>> {
    let mut words = words.iter().skip(1).peekable();
    while let Some(word) = words.next() {
        let Some(group) = word.text.strip_prefix('-') else { return None };
        if !group.starts_with('-') && group.contains(flag) {
            // `-o pipefail -c script` and `-eo pipefail -c script`: options with a value come before.
            return words.find(|word| !word.text.starts_with(['-', '+']) || word.text.contains(' '));
        }
        if !group.starts_with('-') && group.ends_with('o') {
            words.next();
        }
    }
    None
}

fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
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
