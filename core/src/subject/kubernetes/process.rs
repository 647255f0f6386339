//! From command and arguments of a container to the process it starts.

use hullmark_document::{Node, NodeId, Span, Value};

use super::lowering::Lowering;
use super::{Parts, present};

/// A word of a command line.
struct Word {
    text: String,
    node: NodeId,
    /// Whether it is known as a whole; a value that the kubelet fills in (`$(NAME)`) is not.
    known: bool,
}

impl Lowering<'_> {
    pub(super) fn process(&mut self, object: NodeId, container: NodeId) {
        let command = present(&self.tree, container, "command");
        let args = present(&self.tree, container, "args");
        let Some(first) = command.or(args) else { return };
        let (span, key_span) = (self.tree.span(first), self.tree.key_span(first));
        let process = self.tree.add_fact(container, Node { key: "process", key_span, span, value: Value::Map });
        self.processes.push(process);
        self.tree.add_fact_link(process, "container", container);
        self.tree.add_fact_link(process, "object", object);
        let mut words: Vec<Word> = Vec::new();
        let mut open = false;
        for list in [command, args].into_iter().flatten() {
            open |= self.words(list, &mut words);
        }
        let mut rest = words.as_slice();
        if command.is_some()
            && let Some((program, after)) = words.split_first()
        {
            self.program(process, program);
            rest = after;
        }
        let arguments = self.tree.add_fact(process, Node { key: "arguments", key_span, span, value: Value::List });
        for word in rest {
            let span = self.tree.span(word.node);
            let value = if word.known { Value::Text(&word.text) } else { Value::Unknown(&word.text) };
            self.tree.add(arguments, Node::item(value, span));
        }
        let flags = self.tree.add_fact(process, Node { key: "flags", key_span, span, value: Value::Map });
        self.flags(flags, rest);
        // A word that is not known at all may be any flag.
        if open || rest.iter().any(|word| !word.known && !word.text.starts_with('-')) {
            self.tree.set_value(flags, Value::Unknown(""));
        }
    }

    /// Puts the words of a list into `words`; whether the list itself is not known.
    fn words(&self, list: NodeId, words: &mut Vec<Word>) -> bool {
        if matches!(self.tree.value(list), Value::Unknown(_)) {
            return true;
        }
        for node in self.tree.children(list) {
            let (text, known) = match self.tree.value(node) {
                Value::Text(text) => (text.to_owned(), !is_filled_in(text)),
                Value::Unknown(text) => (text.to_owned(), false),
                Value::Null | Value::List | Value::Map => continue,
                _ => (self.tree.span(node).text(self.tree.source()).to_owned(), true),
            };
            words.push(Word { text, node, known });
        }
        false
    }

    fn program(&mut self, process: NodeId, word: &Word) {
        let base = word.text.rsplit('/').next().unwrap_or(&word.text);
        let value = if word.known { Value::Text(base) } else { Value::Unknown(base) };
        let parts = Parts::of(&self.tree, word.node, &word.text);
        let span = parts.span(word.text.len() - base.len()..word.text.len());
        self.tree.add_fact(process, Node::field("program", value, span));
    }

    fn flags(&mut self, flags: NodeId, words: &[Word]) {
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
            let parts = Parts::of(&self.tree, word.node, &word.text);
            if let Some((name, value)) = body.split_once('=') {
                let start = dashes + name.len() + 1;
                let place = Flag { name, name_span: parts.span(dashes..dashes + name.len()) };
                let span = if parts.start.is_some() {
                    parts.span(start..word.text.len())
                } else {
                    Span::empty(parts.whole.end)
                };
                self.flag(flags, &place, value, span);
                continue;
            }
            let place = Flag { name: body, name_span: parts.span(dashes..word.text.len()) };
            match rest.next_if(|next| !next.text.starts_with('-')) {
                Some(value) => {
                    let span = Parts::of(&self.tree, value.node, &value.text).span(0..value.text.len());
                    self.flag(flags, &place, &value.text, span);
                }
                None => self.flag(flags, &place, "true", Span::empty(parts.whole.end)),
            }
        }
    }

    fn flag(&mut self, flags: NodeId, place: &Flag<'_>, text: &str, span: Span) {
        let value = if is_filled_in(text) || text.contains("{{") { Value::Unknown(text) } else { Value::Text(text) };
        self.tree.add(flags, Node { key: place.name, key_span: place.name_span, span, value });
    }
}

/// The name of a flag and where it stands.
struct Flag<'f> {
    name: &'f str,
    name_span: Span,
}

/// Whether the kubelet fills in part of the text: `$(NAME)`, but not `$$(NAME)`.
fn is_filled_in(text: &str) -> bool {
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
