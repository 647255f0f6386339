//! Commands: their words, flags and what they wrap.

use std::borrow::Cow;

use hullmark_document::dockerfile::Keyword;
use hullmark_document::shell::{self, AssignmentValue, CommandId, Script};
use hullmark_document::{MappedText, Node, NodeId, Span, Value};

use super::Lowering;
use super::program::Program;
use super::status::status;

/// How many wrappers may stand around one another: `sudo env sh -c '...'`.
const WRAPPERS: usize = 6;

/// A word of a command line.
pub(super) struct Argument<'a> {
    /// The text as the program gets it; with variables that are not known as `${X}`.
    pub(super) text: Cow<'a, str>,
    /// Where it stands in the input.
    pub(super) span: Span,
    pub(super) known: bool,
    pub(super) from: Origin<'a>,
}

/// Where a word comes from, so that a script in it can be read with places.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    Shell(&'a Script, shell::Word, &'a MappedText),
    Exec(&'a MappedText),
}

impl Origin<'_> {
    /// Whether the word is anything but one quoted text: then a place inside it may lie outside its quotes.
    fn is_pieced(self) -> bool {
        let Self::Shell(script, word, _) = self else { return false };
        let mut parts = script.parts(&word);
        let quoted = parts.next().is_some_and(|(_, part)| {
            matches!(part.kind, shell::PartKind::SingleQuoted | shell::PartKind::DoubleQuoted)
        });
        !quoted || parts.next().is_some()
    }

    fn mapped(self) -> MappedText {
        match self {
            Self::Shell(script, word, outer) => word.mapped_text(script).through(outer),
            Self::Exec(text) => text.clone(),
        }
    }
}

/// What commands of one script have in common.
#[derive(Clone)]
pub(super) struct Around {
    pub(super) instruction: NodeId,
    pub(super) keyword: Keyword,
    pub(super) at: usize,
    /// The list that holds the instruction's commands.
    pub(super) list: NodeId,
    pub(super) pipelines: NodeId,
    pub(super) wrappers: Vec<String>,
    pub(super) nested: bool,
    pub(super) in_substitution: bool,
    pub(super) ignored_status: bool,
    /// Whether it stands in a script that is put together from several pieces, so that no edit can be made in it.
    pub(super) pieced: bool,
    pub(super) shell_pipefail: bool,
    /// Whether the parts of the script are subjects: those of a RUN in shell form, in a shell that is known.
    pub(super) has_parts: bool,
    /// Where `set -e` has been said in the script.
    pub(super) errexit: Option<u32>,
}

/// The nodes of the commands of a script.
pub(super) struct CommandNodes(pub(super) Vec<Option<NodeId>>);

impl CommandNodes {
    /// The node of a command; none for one without words.
    pub(super) fn get(&self, id: CommandId) -> Option<NodeId> {
        self.0.get(id.index()).copied().flatten()
    }
}

impl Lowering<'_> {
    /// Adds a command and those it wraps; gives its node.
    pub(super) fn command(
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
        let peer_name = !self.reading.unwrap_commands && *first.text != *name;
        // What every command has comes first: then it is found at the same distance in all of them.
        self.surroundings(node, around);
        if let Some((script, command, _)) = shell {
            self.tree.add_fact(node, Node::field("text", Value::Text(command.span.text(script.text())), own));
            if around.has_parts && around.wrappers.is_empty() {
                self.fact(node, "status", Value::Text(status(script, command)));
                let errexit = around.errexit.is_some_and(|from| from <= command.span.start);
                self.fact(node, "errexit", Value::Bool(errexit));
            }
        }
        self.wrappers(node, around);
        self.arguments_of(node, words.get(if peer_name { 2 } else { 1 }..).unwrap_or(&[]), program);
        let assignments = self.fact(node, "assignments", Value::Map);
        if let Some((script, command, text)) = shell {
            self.assignments(assignments, script, command, text);
            self.redirections(node, (script, command, text), around);
        }
        if around.wrappers.len() < WRAPPERS {
            if let Some(flag) = program.module_flag() {
                // Peers that look behind no wrapper know this one, when the subcommand follows at once.
                let inner = module_words(words, flag, program).filter(|inner| {
                    self.reading.unwrap_commands || inner.get(1).is_some_and(|word| !word.text.starts_with('-'))
                });
                if let Some(inner) = inner {
                    let mut around = around.clone();
                    around.wrappers.push(format!("{name} -{flag}"));
                    self.command(inner, None, &around);
                }
            } else if self.reading.unwrap_commands {
                self.wrapped(words, &name, program, around);
                self.commands_of_flags(words, &name, program, around);
                if let Some((script, command, text)) = shell {
                    self.script_on_input(words, (script, command, text), around);
                }
            }
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

    fn wrappers(&mut self, node: NodeId, around: &Around) {
        let list = self.fact(node, "wrappers", Value::List);
        for wrapper in &around.wrappers {
            self.tree.add(list, Node::item(Value::Text(wrapper), Span::default()));
        }
        if around.pieced {
            self.fact(node, "pieced", Value::Bool(true));
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
        let mut maybe_subcommand = None;
        let mut ended = false;
        for word in words {
            if self.is_full(|_| word.span) {
                break;
            }
            let value = if word.known { Value::Text(&word.text) } else { Value::Unknown(&word.text) };
            self.tree.add(arguments, Node::item(value, word.span));
            if word.text == "--" && !ended {
                ended = true;
                continue;
            }
            let is_flag = !ended && word.text.starts_with('-') && word.text != "-";
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
                // It may be anything: a flag, the subcommand, several words, nothing.
                maybe_subcommand.get_or_insert((value, word.span));
                if !ended {
                    self.tree.add(flags, Node::item(value, word.span));
                }
                self.tree.add(operands, Node::item(value, word.span));
            } else if !subcommand && !self.may_be_flag(word) {
                subcommand = true;
                self.tree.add_fact(node, Node::field("subcommand", value, word.span));
            } else {
                self.tree.add(operands, Node::item(value, word.span));
            }
        }
        if let Some((name, span)) = waiting {
            self.tree.add(flags, Node { key: &name, key_span: span, span, value: Value::Bool(true) });
        }
        if let Some((value, span)) = maybe_subcommand.filter(|_| !subcommand) {
            self.tree.add_fact(node, Node::field("subcommand", value, span));
        }
    }

    /// Whether a word begins with a variable, so that it could be a flag, and is no subcommand for the peer either.
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
        if program.script_flag().is_none() && !program.wraps() {
            return;
        }
        let mut inner = around.clone();
        inner.wrappers.push(name.to_owned());
        let texts = || words.iter().map(|word| &*word.text);
        if let Some(flag) = program.script_flag()
            && let Some(script) = program.script_at(texts()).and_then(|at| words.get(at))
        {
            inner.wrappers.pop();
            inner.wrappers.push(if flag.is_empty() { name.to_owned() } else { format!("{name} -{flag}") });
            inner.nested = true;
            inner.pieced |= script.from.is_pieced();
            let text = script.from.mapped();
            self.read_script(&text, &inner);
            return;
        }
        if let Some(rest) = program.wrapped_at(texts()).and_then(|at| words.get(at..)) {
            self.command(rest, None, &inner);
        }
    }

    /// The commands that stand behind flags: `find -exec chmod 755 {} +`.
    fn commands_of_flags(&mut self, words: &[Argument<'_>], name: &str, program: Program<'_>, around: &Around) {
        let mut rest = words;
        while let Some((word, after)) = rest.split_first() {
            rest = after;
            let Some(flag) = word.text.strip_prefix('-').filter(|flag| program.runs(flag)) else { continue };
            let end = after.iter().position(|word| matches!(&*word.text, ";" | "+")).unwrap_or(after.len());
            if let Some(inner) = after.get(..end).filter(|inner| !inner.is_empty()) {
                let mut around = around.clone();
                around.wrappers.push(format!("{name} -{flag}"));
                self.command(inner, None, &around);
            }
            rest = after.get(end..).unwrap_or(&[]);
        }
    }

    /// The here-document that a shell reads as its script: `bash <<EOF`, `sudo sh -e <<EOF`.
    fn script_on_input(
        &mut self,
        words: &[Argument<'_>],
        (script, command, text): (&Script, &shell::Command, &MappedText),
        around: &Around,
    ) {
        let Some(heredoc) =
            script.redirections(command).iter().find_map(|one| one.heredoc).and_then(|id| script.heredoc(id))
        else {
            return;
        };
        // The last word that is no flag is the shell: with another one behind it, that is the script.
        let Some(shell) = words.iter().rev().find(|word| !word.text.starts_with('-')) else { return };
        let name = shell.text.rsplit('/').next().unwrap_or("");
        let is_shell = self.programs.get(name).script_flag() == Some("c") && name.ends_with("sh");
        let wraps = |word: &Argument<'_>| self.programs.get(word.text.rsplit('/').next().unwrap_or("")).wraps();
        if !is_shell || !(std::ptr::eq(shell, words.first().unwrap_or(shell)) || words.first().is_some_and(wraps)) {
            return;
        }
        let mut inner = around.clone();
        inner.wrappers.push(format!("{name} <<"));
        inner.nested = true;
        let mut body = MappedText::default();
        body.push_mapped(text, heredoc.span);
        self.read_script(&body, &inner);
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

    fn redirections(
        &mut self,
        node: NodeId,
        (script, command, text): (&Script, &shell::Command, &MappedText),
        around: &Around,
    ) {
        let list = self.fact(node, "redirections", Value::List);
        for redirection in script.redirections(command) {
            let span = self.place(text.to_source(redirection.span));
            let item = self.tree.add(list, Node::item(Value::Map, span));
            let written = redirection.span.text(script.text());
            self.tree.add_fact_link(item, "command", node);
            self.tree.add_fact_link(item, "instruction", around.instruction);
            if let Some(descriptor) = redirection.descriptor {
                let at = self.place(text.to_source(descriptor));
                self.tree.add_fact(item, Node::field("descriptor", Value::Text(descriptor.text(script.text())), at));
            }
            if around.has_parts && around.wrappers.is_empty() {
                self.found.redirections.push(item);
            }
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
            if let Some(heredoc) = redirection.heredoc.and_then(|id| script.heredoc(id)) {
                let lines = self.list(item, "lines", text.to_source(heredoc.span));
                let start = heredoc.span.start;
                self.lines(lines, heredoc.span.text(script.text()), |span| {
                    text.to_source(Span::new(start + span.start, start + span.end))
                });
            }
        }
    }

    /// The lines of a body, without the blanks around them; empty ones are left out.
    pub(super) fn lines(&mut self, list: NodeId, body: &str, to_source: impl Fn(Span) -> Span) {
        let mut at = 0;
        for whole in body.split_inclusive('\n') {
            let line = whole.trim();
            let start = at + (whole.len() - whole.trim_start().len());
            at += whole.len();
            if !line.is_empty() {
                self.item(list, Value::Text(line), to_source(Span::from_usize(start, start + line.len())));
            }
        }
    }
}

/// The words of the program that `python -m` runs: those after the flag, when no script's name stands before it.
fn module_words<'w, 'a>(words: &'w [Argument<'a>], flag: &str, program: Program<'_>) -> Option<&'w [Argument<'a>]> {
    let mut rest = words.get(1..)?;
    while let Some((word, after)) = rest.split_first() {
        let group = word.text.strip_prefix('-').filter(|group| !group.starts_with('-'))?;
        if group.ends_with(flag) {
            return (!after.is_empty()).then_some(after);
        }
        rest = if program.takes_value(group) { after.get(1..)? } else { after };
    }
    None
}
