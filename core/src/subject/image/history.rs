//! The history of an image, read back into instructions.

use std::collections::HashSet;

use hullmark_document::dockerfile::Keyword;
use hullmark_document::{MappedText, Node, NodeId, Span, Value};

use super::spoken::{self, Entry};
use super::{Lowering, Named};

impl Lowering<'_> {
    /// The entries of the history with their instructions; `env` and `labels` are what the config says in the end.
    pub(super) fn history(&mut self, image: NodeId, env: &[Named], labels: &[Named]) {
        let list = self.list(image, "history");
        let instructions = self.list(image, "instructions");
        let Some(history) = self.get(image, "history") else { return };
        let entries: Vec<NodeId> = self.tree.children(history).collect();
        let texts: Vec<Option<MappedText>> =
            entries.iter().map(|&entry| self.get(entry, "created_by").and_then(|id| self.mapped(id))).collect();
        let read: Vec<Option<Entry>> = texts.iter().map(|text| text.as_ref().and_then(spoken::read)).collect();
        let base = self.base_entries(&entries, &read);
        if let Some(base) = base {
            self.number(image, "base-entries", base);
        }
        let layers = entries.iter().filter(|&&entry| !self.is_empty(entry)).count();
        self.number(image, "layer-entries", layers);
        let current: [HashSet<(&str, &str)>; 2] =
            [env, labels].map(|named| named.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect());
        let mut shell = None;
        let mut seen: HashSet<(&str, &str)> = HashSet::new();
        for (index, (&entry, (text, read))) in entries.iter().zip(texts.iter().zip(&read)).enumerate() {
            let node = self.tree.add(list, Node::item(Value::Map, self.tree.span(entry)));
            self.found.history.push(node);
            self.entry_facts(node, entry, index, base);
            self.tree.add_fact_link(node, "image", image);
            let (Some(text), Some(read)) = (text, read) else { continue };
            let own = base.is_none_or(|base| index >= base);
            self.entry_instruction(node, instructions, (text, read), own, &mut shell);
            self.build_args(node, (text, read), &mut seen);
            self.entry_variables(node, (text, read), &current);
        }
    }

    fn entry_facts(&mut self, node: NodeId, entry: NodeId, index: usize, base: Option<usize>) {
        for (name, key) in [("created-by", "created_by"), ("comment", "comment")] {
            if let Some(part) = self.get(entry, key) {
                self.tree.add_fact_link(node, name, part);
            }
        }
        self.number(node, "index", index);
        let empty = self.is_empty(entry);
        self.bool_fact(node, "empty", empty);
        if let Some(base) = base {
            self.bool_fact(node, "from-base", index < base);
        }
    }

    fn is_empty(&self, entry: NodeId) -> bool {
        self.get(entry, "empty_layer").is_some_and(|id| self.tree.value(id) == Value::Bool(true))
    }

    /// The instruction of an entry. `shell` is what the last SHELL says, for builders that do not write it down.
    fn entry_instruction(
        &mut self,
        node: NodeId,
        list: NodeId,
        (text, read): (&MappedText, &Entry),
        own: bool,
        shell: &mut Option<NodeId>,
    ) {
        let whole = text.to_source(Span::from_usize(0, text.text().len()));
        let shown = self.shell_words(node, text, read);
        let in_force = if read.keyword == Keyword::Run { shown.or(*shell) } else { None };
        let (made, found) = self.spoken(list, &read.line, whole, in_force);
        let Some(made) = made else { return };
        if read.keyword == Keyword::Shell {
            *shell = self.tree.fact(made, "arguments");
        }
        self.tree.add_fact_link(node, "instruction", made);
        self.tree.add_fact_link(made, "history", node);
        if own && !is_restated(read.keyword) {
            self.found.instructions.extend(found.instructions);
            self.found.commands.extend(found.commands);
            self.found.pipelines.extend(found.pipelines);
        }
    }

    /// The words of the shell that a RUN shows; absent for `/bin/sh -c`, which stands there whatever SHELL says.
    fn shell_words(&mut self, node: NodeId, text: &MappedText, read: &Entry) -> Option<NodeId> {
        let words: Vec<(&str, Span)> = read
            .shell
            .iter()
            .map(|range| {
                let span = text.to_source(Span::from_usize(range.start, range.end));
                (text.text().get(range.clone()).unwrap_or(""), span)
            })
            .collect();
        if words.is_empty() || words.iter().map(|(word, _)| *word).eq(["/bin/sh", "-c"]) {
            return None;
        }
        let list = self.list(node, "shell");
        for (word, span) in words {
            self.tree.add(list, Node::item(Value::Text(word), span));
        }
        Some(list)
    }

    /// The build arguments that an entry was run with; `seen` are those of the entries before.
    fn build_args<'t>(
        &mut self,
        node: NodeId,
        (text, read): (&'t MappedText, &Entry),
        seen: &mut HashSet<(&'t str, &'t str)>,
    ) {
        let list = self.list(node, "build-args");
        for pair in &read.build_args {
            let made = self.variable(list, text, pair, "ARG");
            let name = text.text().get(pair.name.clone()).unwrap_or("");
            let value = pair.value.clone().and_then(|value| text.text().get(value)).unwrap_or("");
            let is_new = seen.insert((name, value));
            self.bool_fact(made, "repeated", !is_new);
        }
    }

    /// What an entry sets.
    fn entry_variables(
        &mut self,
        node: NodeId,
        (text, read): (&MappedText, &Entry),
        current: &[HashSet<(&str, &str)>; 2],
    ) {
        let list = self.list(node, "variables");
        let [env, labels] = current;
        for pair in &read.pairs {
            let made = self.variable(list, text, pair, read.keyword.as_str());
            let name = text.text().get(pair.name.clone()).unwrap_or("");
            let value = pair.value.clone().and_then(|value| text.text().get(value)).unwrap_or("");
            let known = match read.keyword {
                Keyword::Env => env.contains(&(name, value)),
                Keyword::Label => labels.contains(&(name, value)),
                _ => false,
            };
            self.bool_fact(made, "in-config", known);
        }
    }

    /// How many entries come from the base image: those before the one that buildah marks as made on top of another
    /// image, or those up to the last CMD that layers follow. `None` when neither is there.
    fn base_entries(&self, entries: &[NodeId], read: &[Option<Entry>]) -> Option<usize> {
        let made_from = entries.iter().rposition(|&entry| {
            let comment = self.tree.get(entry, "comment").and_then(|id| self.tree.text(id)).unwrap_or("");
            // In between buildah names its own unfinished images by their ids.
            comment.strip_prefix("FROM ").is_some_and(|image| !image.bytes().all(|byte| byte.is_ascii_hexdigit()))
        });
        let last_layer = entries.iter().rposition(|&entry| !self.is_empty(entry))?;
        let command = entries.iter().zip(read).take(last_layer).rposition(|(&entry, read)| {
            self.is_empty(entry) && read.as_ref().is_some_and(|read| read.keyword == Keyword::Cmd)
        });
        made_from.max(command.map(|at| at + 1))
    }
}

/// Whether the config says in the end what this instruction said, so that the history adds nothing.
fn is_restated(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::Cmd
            | Keyword::Entrypoint
            | Keyword::Env
            | Keyword::Expose
            | Keyword::Healthcheck
            | Keyword::Label
            | Keyword::Onbuild
            | Keyword::Stopsignal
            | Keyword::User
            | Keyword::Volume
    )
}
