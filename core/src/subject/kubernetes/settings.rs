//! From settings of cluster programs to the processes that run with them: kubeadm's extra arguments and the files that
//! programs read instead of flags.

use hullmark_document::{Node, NodeId, Span, Value};
use hullmark_language::Datum;

use super::lowering::Lowering;
use super::process::{Flag, Flags, Scalar};
use super::{mapping, mappings, present};

impl<'r> Lowering<'r> {
    /// The processes that run with the settings in `object`.
    pub(super) fn settings(&mut self, object: NodeId, group: &str, kind: &str) {
        let Some(table) = self.reading.settings else { return };
        let is = |row: &Datum, key: &str, text: &str| row.get(key).and_then(Datum::text) == Some(text);
        let places = table.get("places").into_iter().flat_map(Datum::items);
        for place in places.filter(|row| is(row, "group", group) && is(row, "kind", kind)) {
            let Some(root) = self.mapping_at(object, place.get("path")) else { continue };
            let programs = place.get("programs").and_then(Datum::text).and_then(|name| table.get(name));
            for row in programs.into_iter().flat_map(Datum::items) {
                if let Some(section) = self.mapping_at(root, row.get("section")) {
                    self.configured(object, section, row);
                }
            }
        }
    }

    /// The mapping that a path of keys leads to.
    fn mapping_at(&self, from: NodeId, path: Option<&Datum>) -> Option<NodeId> {
        let keys = path.and_then(Datum::text).into_iter().flat_map(|path| path.split('.'));
        keys.into_iter().try_fold(from, |node, key| mapping(&self.tree, node, key))
    }

    fn configured(&mut self, object: NodeId, section: NodeId, row: &'r Datum) {
        let Some(program) = row.get("program").and_then(Datum::text) else { return };
        // An alias can put one section at many places.
        if self.tree.fact(section, "process").is_some() {
            return;
        }
        let key = row.get("arguments").and_then(Datum::text);
        let arguments = key.and_then(|key| present(&self.tree, section, key));
        let place = arguments.unwrap_or(section);
        let kind = present(&self.tree, object, "kind");
        let key_span = match (place == object, kind) {
            (true, Some(kind)) => self.tree.span(kind),
            _ => self.tree.key_span(place),
        };
        let span = self.tree.span(place);
        let process = self.tree.add_fact(section, Node { key: "process", key_span, span, value: Value::Map });
        self.processes.push(process);
        self.tree.add_fact_link(process, "object", object);
        self.tree.add_fact(process, Node::field("program", Value::Text(program), key_span));
        let flags = self.add_flags(process, key_span, span);
        if let Some(key) = key {
            self.extra_arguments(flags, section, key);
        }
        for (path, name) in row.get("fields").into_iter().flat_map(Datum::entries) {
            if let Some(name) = name.text() {
                self.setting(flags, section, path, name);
            }
        }
        for (name, value) in row.get("defaults").into_iter().flat_map(Datum::entries) {
            if let Some(value) = value.text().filter(|_| !flags.has(&self.tree, name)) {
                // It stands nowhere, so no edit may take its place.
                let nowhere = Span::empty(key_span.end);
                self.flag(flags, &Flag { name, name_span: key_span }, &Scalar::of_word(value), nowhere);
            }
        }
        let unknown = arguments.is_some_and(|list| matches!(self.tree.value(list), Value::Unknown(_)));
        if unknown || row.get("open").is_some() {
            self.leave_open(flags);
        }
    }

    /// kubeadm's arguments for a program: a mapping, since v1beta4 a list of names and values.
    fn extra_arguments(&mut self, flags: Flags, section: NodeId, key: &str) {
        for item in mappings(&self.tree, section, key) {
            let (name, value) = (present(&self.tree, item, "name"), present(&self.tree, item, "value"));
            let (Some(name), Some(value)) = (name, value) else { continue };
            let (Some((name, name_span)), Some((value, span))) = (self.placed(name), self.placed(value)) else {
                continue;
            };
            self.flag(flags, &Flag { name: &name.text, name_span }, &value, span);
        }
        let Some(arguments) = mapping(&self.tree, section, key) else { return };
        let entries: Vec<NodeId> = self.tree.children(arguments).collect();
        for entry in entries {
            let (name, name_span) = (self.tree.key(entry).to_owned(), self.tree.key_span(entry));
            if let Some((value, span)) = self.placed(entry) {
                self.flag(flags, &Flag { name: &name, name_span }, &value, span);
            }
        }
    }

    /// The field at `path` as the flag `name` that it stands in for; `*` in it is each item of a list.
    fn setting(&mut self, flags: Flags, section: NodeId, path: &str, name: &str) {
        let (path, of_item) = path.split_once(".*.").map_or((path, None), |(path, key)| (path, Some(key)));
        let (above, key) = path.rsplit_once('.').map_or((None, path), |(above, key)| (Some(above), key));
        let mut keys = above.into_iter().flat_map(|path| path.split('.'));
        let above = keys.try_fold(section, |node, key| mapping(&self.tree, node, key));
        let Some(node) = above.and_then(|above| present(&self.tree, above, key)) else { return };
        let flag = Flag { name, name_span: self.tree.key_span(node) };
        if let Some((value, span)) = self.placed(node) {
            self.flag(flags, &flag, &value, span);
            return;
        }
        let items: Vec<(Scalar, Span)> = self
            .tree
            .children(node)
            .filter_map(|item| {
                if let Some(key) = of_item {
                    return self.placed(present(&self.tree, self.tree.resolve(item)?, key)?);
                }
                let (mut value, span) = self.placed(item)?;
                let key = self.tree.key(item);
                if !key.is_empty() {
                    value.text = format!("{key}={}", value.text);
                }
                Some((value, span))
            })
            .collect();
        for (value, span) in items {
            self.flag(flags, &flag, &value, span);
        }
    }
}
