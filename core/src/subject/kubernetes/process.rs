//! From command and arguments of a container to the process it starts.

use hullmark_document::{Node, NodeId, Problem, ProblemCode, Span, Tree, Value, shell};

use super::command_line::{Line, WRAPPERS, Word, base_name};
use super::lowering::Lowering;
use super::{Parts, mappings, present};

/// What starts a process.
#[derive(Clone, Copy)]
struct Starter {
    object: NodeId,
    container: NodeId,
    /// Whether the first word is the program; else the image names it.
    names_program: bool,
    /// Whether there are words that are not seen.
    open: bool,
    /// How many scripts it stands in.
    depth: usize,
}

impl Lowering<'_> {
    pub(super) fn process(&mut self, object: NodeId, container: NodeId) {
        let command = present(&self.tree, container, "command");
        let args = present(&self.tree, container, "args");
        let Some(first) = command.or(args) else { return };
        let (span, key_span) = (self.tree.span(first), self.tree.key_span(first));
        let process = self.tree.add_fact(container, Node { key: "process", key_span, span, value: Value::Map });
        let mut words: Vec<Word<'_>> = Vec::new();
        let mut open = false;
        for list in [command, args].into_iter().flatten() {
            open |= self.words(list, &mut words);
        }
        let names_program = command.is_some() && !words.is_empty();
        self.command_line(process, &words, Starter { object, container, names_program, open, depth: 0 });
    }

    /// The facts about the process that a command line starts.
    fn command_line(&mut self, process: NodeId, words: &[Word<'_>], starter: Starter) {
        let Starter { object, container, names_program, mut open, depth } = starter;
        let (span, key_span) = (self.tree.span(process), self.tree.key_span(process));
        self.processes.push(process);
        self.tree.add_fact_link(process, "container", container);
        self.tree.add_fact_link(process, "object", object);
        let mut rest = words;
        let mut name = "";
        let mut script = None;
        if names_program {
            let (at, program) = self.started(words);
            let line = words.get(at..).unwrap_or_default();
            if let Some((word, after)) = line.split_first() {
                self.program(process, word);
                name = base_name(&word.text);
                rest = after;
                script = self.script_of(line, program).filter(|_| depth < WRAPPERS);
            }
        }
        let arguments = self.tree.add_fact(process, Node { key: "arguments", key_span, span, value: Value::List });
        for word in rest {
            let value = if word.known { Value::Text(&word.text) } else { Value::Unknown(&word.text) };
            self.tree.add(arguments, Node::item(value, word.parts.whole));
        }
        let flags = self.add_flags(process, key_span, span);
        self.flags(flags, rest);
        open |= name == "etcd" && self.flags_of_environment(flags, container);
        // A word that is not known at all may be any flag, and a file of settings holds what no flag says.
        open |= rest.iter().any(|word| !word.known && !word.text.starts_with('-'));
        if open || reads_settings(name).is_some_and(|flag| flags.has(&self.tree, flag)) {
            self.leave_open(flags);
        }
        if let Some(place) = script {
            let script = shell::parse(place.text());
            let lines = self.command_lines(&script, &place);
            self.commands(process, lines, starter);
        }
    }

    /// The processes that the commands of a script start, which `shell` runs.
    fn commands(&mut self, shell: NodeId, lines: Vec<Line<'_>>, starter: Starter) {
        let list = self.tree.add_fact(shell, Node::field("commands", Value::List, self.tree.span(shell)));
        let mut before = None;
        for Line { words, span, is_fed } in lines {
            let feeder = before.take().filter(|_| is_fed);
            let Some(program) = words.get(self.started(&words).0) else { continue };
            let Some(room) = self.command_room.checked_sub(1) else { return self.too_many_commands(span) };
            self.command_room = room;
            // What is missing on a command line is shown at its program.
            let node = Node { key: "", key_span: program.parts.whole, span, value: Value::Map };
            let process = self.tree.add(list, node);
            if let Some(feeder) = feeder {
                self.tree.add_fact_link(process, "piped-from", feeder);
            }
            before = Some(process);
            let starter = Starter { names_program: true, open: false, depth: starter.depth + 1, ..starter };
            self.command_line(process, &words, starter);
        }
    }

    /// Says once that the rest of the scripts is left out.
    fn too_many_commands(&mut self, span: Span) {
        if self.problems.is_empty() {
            let message = "the scripts of the file have more commands than the limit; the rest is not looked at";
            self.problems.push(Problem::new(ProblemCode::TooManyInstructions, message, span));
        }
    }

    /// The facts that hold the flags of `process`.
    pub(super) fn add_flags(&mut self, process: NodeId, key_span: Span, span: Span) -> Flags {
        let mut add = |key| self.tree.add_fact(process, Node { key, key_span, span, value: Value::Map });
        Flags { last: add("flags"), lists: add("lists") }
    }

    /// Says that there may be flags which are not seen.
    pub(super) fn leave_open(&mut self, flags: Flags) {
        self.tree.set_value(flags.last, Value::Unknown(""));
        self.tree.set_value(flags.lists, Value::Unknown(""));
    }

    /// Adds the flags that etcd takes from its environment; whether there may be more that are not seen.
    fn flags_of_environment(&mut self, flags: Flags, container: NodeId) -> bool {
        for entry in mappings(&self.tree, container, "env") {
            let Some(name) = present(&self.tree, entry, "name") else { continue };
            let Some(key) = self.tree.text(name).and_then(|text| text.strip_prefix("ETCD_")) else { continue };
            let key = key.to_ascii_lowercase().replace('_', "-");
            // The command line wins.
            if flags.has(&self.tree, &key) {
                continue;
            }
            let name_span = self.tree.span(name);
            let value = present(&self.tree, entry, "value");
            let read = value.and_then(|value| self.placed(value));
            let (scalar, place) = read.unwrap_or((Scalar { text: String::new(), known: false }, name_span));
            self.flag(flags, &Flag { name: &key, name_span }, &scalar, place);
        }
        present(&self.tree, container, "envFrom").is_some()
    }

    /// Puts the words of a list into `words`; whether the list itself is not known.
    fn words(&self, list: NodeId, words: &mut Vec<Word<'_>>) -> bool {
        if matches!(self.tree.value(list), Value::Unknown(_)) {
            return true;
        }
        for node in self.tree.children(list) {
            if let Some(Scalar { text, known }) = self.scalar(node) {
                words.push(Word::of_item(&self.tree, node, text, known));
            }
        }
        false
    }

    /// The text of a scalar, numbers and booleans as they are written.
    pub(super) fn scalar(&self, node: NodeId) -> Option<Scalar> {
        let (text, known) = match self.tree.value(node) {
            Value::Text(text) => (text.to_owned(), !is_filled_in(text)),
            Value::Unknown(text) => (text.to_owned(), false),
            Value::Null | Value::List | Value::Map => return None,
            _ => (self.tree.span(node).text(self.tree.source()).to_owned(), true),
        };
        Some(Scalar { text, known })
    }

    /// The text of a scalar and where it stands, quotes left out.
    pub(super) fn placed(&self, node: NodeId) -> Option<(Scalar, Span)> {
        let scalar = self.scalar(node)?;
        let span = Parts::of(&self.tree, node, &scalar.text).span(0..scalar.text.len());
        Some((scalar, span))
    }

    fn program(&mut self, process: NodeId, word: &Word<'_>) {
        let base = base_name(&word.text);
        let value = if word.known { Value::Text(base) } else { Value::Unknown(base) };
        let span = word.parts.span(word.text.len() - base.len()..word.text.len());
        self.tree.add_fact(process, Node::field("program", value, span));
    }

    fn flags(&mut self, flags: Flags, words: &[Word<'_>]) {
        let mut rest = words.iter().peekable();
        while let Some(word) = rest.next() {
            if word.text == "--" {
                return;
            }
            let dashes = word.text.len() - word.text.trim_start_matches('-').len();
            let body = word.text.trim_start_matches('-');
            if dashes == 0 || dashes > 2 || body.is_empty() {
                continue;
            }
            let parts = &word.parts;
            if let Some((name, value)) = body.split_once('=') {
                let start = dashes + name.len() + 1;
                let place = Flag { name, name_span: parts.span(dashes..dashes + name.len()) };
                let span = if parts.start.is_some() {
                    parts.span(start..word.text.len())
                } else {
                    Span::empty(parts.whole.end)
                };
                self.flag(flags, &place, &word.scalar(value), span);
                continue;
            }
            let place = Flag { name: body, name_span: parts.span(dashes..word.text.len()) };
            match rest.next_if(|next| !next.text.starts_with('-')) {
                Some(value) => {
                    let span = value.parts.span(0..value.text.len());
                    self.flag(flags, &place, &value.scalar(&value.text), span);
                }
                None => self.flag(flags, &place, &Scalar::of_word("true"), Span::empty(parts.whole.end)),
            }
        }
    }

    /// Adds one flag: its whole value, and what a list has between its commas beside what earlier ones had.
    pub(super) fn flag(&mut self, flags: Flags, place: &Flag<'_>, scalar: &Scalar, span: Span) {
        let Scalar { text, known } = scalar;
        let &Flag { name, name_span: key_span } = place;
        self.tree.add(flags.last, Node { key: name, key_span, span, value: value(text, *known) });
        let items = text.split(',').count();
        let Some(room) = self.list_room.checked_sub(items) else {
            self.tree.set_value(flags.lists, Value::Unknown(""));
            return;
        };
        self.list_room = room;
        let list = match self.tree.get_own(flags.lists, name) {
            Some(list) => list,
            None => self.tree.add(flags.lists, Node { key: name, key_span, span, value: Value::List }),
        };
        let verbatim = span.text(self.tree.source()) == text;
        let partly = is_filled_in(text);
        let mut start = span.start as usize;
        for item in text.split(',') {
            let place = if verbatim { Span::from_usize(start, start.saturating_add(item.len())) } else { span };
            let value = value(item, *known || partly && !is_filled_in(item));
            self.tree.add(list, Node { key: "", key_span, span: place, value });
            start = start.saturating_add(item.len() + 1);
        }
    }
}

/// How many items of lists a file may have; beyond that lists are not known. No real file comes near, and one of nothing
/// but commas must not cost a hundred times its size.
pub(super) const LIST_ITEMS: usize = 100_000;

/// How many commands the scripts of a file may have: more than people write, in less memory than other limits allow.
pub(super) const COMMANDS: usize = 40_000;

/// The flag that names a file with all of a program's settings; the scheduler's has a part of them.
fn reads_settings(program: &str) -> Option<&'static str> {
    match program {
        "etcd" => Some("config-file"),
        "kubelet" | "kube-proxy" => Some("config"),
        _ => None,
    }
}

fn value(text: &str, known: bool) -> Value<'_> {
    if known && !text.contains("{{") { Value::Text(text) } else { Value::Unknown(text) }
}

/// The facts about a process that hold its flags.
#[derive(Clone, Copy)]
pub(super) struct Flags {
    /// The last value of each.
    last: NodeId,
    /// What each has between its commas.
    lists: NodeId,
}

impl Flags {
    /// Whether one of them is called `name`.
    pub(super) fn has(self, tree: &Tree, name: &str) -> bool {
        tree.get_own(self.last, name).is_some()
    }
}

/// A value and whether it is known as a whole.
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) known: bool,
}

impl Scalar {
    /// A part of a word; the kubelet fills in `$(NAME)`.
    pub(super) fn of_word(text: &str) -> Self {
        Self { text: text.to_owned(), known: !is_filled_in(text) }
    }
}

/// The name of a flag and where it stands.
pub(super) struct Flag<'f> {
    pub(super) name: &'f str,
    pub(super) name_span: Span,
}

/// Whether the kubelet fills in part of the text: `$(NAME)`, but not `$$(NAME)`.
pub(super) fn is_filled_in(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("$(") {
        let dollars = before.len() - before.trim_end_matches('$').len();
        if dollars % 2 == 0 && after.contains(')') {
            return true;
        }
        rest = after;
    }
    false
}
