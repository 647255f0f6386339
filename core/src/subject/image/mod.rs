//! Image configs to subjects: the facts of `language/src/subject/image.rs` on the tree of a JSON text.
//!
//! Read are the config of an OCI or Docker image (as it lies in a layout or a `docker save` archive), what
//! `docker inspect`, `podman inspect` and `buildah inspect` print of one, and lists of these.

mod config;
mod history;
mod pairs;
mod spoken;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use hullmark_document::{MappedText, Node, NodeId, Problem, ProblemCode, Span, Tree, Value, yaml};

use super::dockerfile::{Programs, Spoken, lower_spoken};
use super::{Document, Reading};
use crate::input::InputKind;
use pairs::Pair;

/// Reads an image config.
pub(crate) fn lower(text: Arc<str>, reading: &Reading<'_>) -> Document {
    let limits = yaml::Limits {
        depth: reading.limits.depth,
        documents: reading.limits.documents,
        alias_nodes: reading.limits.alias_nodes,
    };
    let parsed = yaml::parse_json(Arc::clone(&text), &limits);
    let mut document = Document::new(InputKind::Image, parsed.tree);
    document.parsed_with(parsed.problems);
    for repeated in &parsed.duplicate_keys {
        let tree = &document.tree;
        let message = format!("the key `{}` stands twice; the last one counts", tree.key(repeated.again));
        let span = tree.key_span(repeated.again);
        document.problems.push(Problem::new(ProblemCode::DuplicateKey, message, span));
    }
    let items: Vec<NodeId> = parsed
        .documents
        .iter()
        .flat_map(|one| match document.tree.value(one.root) {
            Value::List if document.tree.children(one.root).next().is_some() => {
                document.tree.children(one.root).collect()
            }
            _ => vec![one.root],
        })
        .collect();
    let programs = Programs::new(reading.commands);
    let broken = document.problems.iter().any(|problem| problem.code != ProblemCode::DuplicateKey);
    let mut found = Found::default();
    let mut others = Vec::new();
    for item in items {
        match shape(&document.tree, item) {
            Shape::Image(at) => {
                let tree = &mut document.tree;
                let mut lowering =
                    Lowering { tree, text: &text, reading, programs: &programs, broken, found: &mut found };
                lowering.image(at);
            }
            Shape::Other(reason) => others.push((item, reason)),
        }
    }
    if parsed.documents.is_empty() {
        let message = "no image config: the text is empty";
        document.problems.push(Problem::new(ProblemCode::UnexpectedContent, message, Span::default()));
    }
    tell_others(&mut document, &others, found.configs.is_empty());
    document.subjects = vec![
        ("config", found.configs),
        ("history", found.history),
        ("instruction", found.instructions),
        ("command", found.commands),
        ("pipeline", found.pipelines),
        ("variable", found.variables),
    ];
    document
}

/// What to say of parts that are no image: skipped when nothing else is there and they are known for what they are.
fn tell_others(document: &mut Document, others: &[(NodeId, Option<&'static str>)], nothing_else: bool) {
    let broken = document.problems.iter().any(|problem| problem.code == ProblemCode::InvalidJson);
    if let ([(_, Some(reason)), ..], true, false) = (others, nothing_else, broken)
        && others.iter().all(|(_, reason)| reason.is_some())
    {
        document.skipped = Some((*reason).to_owned());
        return;
    }
    if broken && nothing_else {
        return;
    }
    for (item, reason) in others {
        let span = document.tree.span(*item);
        let message = reason.unwrap_or("no image config: it has neither `config` nor `history` nor `rootfs`");
        let first = Span::new(span.start, span.end.min(span.start.saturating_add(1)));
        document.problems.push(Problem::new(ProblemCode::UnexpectedContent, message, first));
    }
}

/// What an object of the input is.
enum Shape {
    /// An image; here is the object with its `config` or `Config`.
    Image(NodeId),
    /// Something else, known when there is a reason.
    Other(Option<&'static str>),
}

fn shape(tree: &Tree, item: NodeId) -> Shape {
    let has = |key: &str| tree.get(item, key).is_some();
    let is_map = |key: &str| tree.get(item, key).is_some_and(|id| tree.value(id) == Value::Map);
    match tree.value(item) {
        Value::Map => {}
        Value::List => return Shape::Other(Some("an empty list: there was no image to inspect")),
        _ => return Shape::Other(None),
    }
    if has("manifests") && has("schemaVersion") {
        return Shape::Other(Some("an image index: it lists manifests, and has no config of its own"));
    }
    if has("schemaVersion") {
        return Shape::Other(Some("an image manifest: it names the config and the layers by digest; check the config"));
    }
    if has("imageLayoutVersion") {
        return Shape::Other(Some("the mark of an OCI layout: it says nothing of an image"));
    }
    if has("Layers") && has("Config") && !is_map("Config") {
        return Shape::Other(Some("the manifest of a `docker save` archive: it names the config; check that"));
    }
    if is_map("Config") && (has("State") || has("HostConfig")) {
        return Shape::Other(Some("a container, not an image: inspect the image it was made from"));
    }
    for key in ["Docker", "OCIv1"] {
        if let Some(inner) = tree.get(item, key).filter(|_| has("FromImage") || has("Manifest"))
            && tree.get(inner, "config").is_some()
        {
            return Shape::Image(inner);
        }
    }
    if is_map("config") || is_map("Config") || ["history", "rootfs", "RootFS", "RepoTags"].iter().any(|key| has(key)) {
        return Shape::Image(item);
    }
    Shape::Other(None)
}

/// The subjects found so far.
#[derive(Debug, Default)]
struct Found {
    configs: Vec<NodeId>,
    history: Vec<NodeId>,
    instructions: Vec<NodeId>,
    commands: Vec<NodeId>,
    pipelines: Vec<NodeId>,
    variables: Vec<NodeId>,
}

/// An image being lowered.
struct Lowering<'l> {
    tree: &'l mut Tree,
    /// The text of the file.
    text: &'l str,
    reading: &'l Reading<'l>,
    programs: &'l Programs<'l>,
    /// Whether the text breaks off or has parts that were not read, so that what is not there may yet have been.
    broken: bool,
    found: &'l mut Found,
}

/// A name and value that the image has.
type Named = (String, String);

impl Lowering<'_> {
    fn image(&mut self, image: NodeId) {
        self.found.configs.push(image);
        let config = self.get(image, "config").or_else(|| self.get(image, "Config"));
        let config = config.filter(|&id| self.tree.value(id) == Value::Map);
        self.tree.add_fact_link(image, "raw", image);
        self.image_facts(image, config);
        let (env, labels) = config.map_or_else(Default::default, |config| self.config_facts(image, config));
        let commands = self.list(image, "commands");
        let (before, before_instructions) = (self.found.commands.len(), self.found.instructions.len());
        self.history(image, &env, &labels);
        self.start(image, config);
        self.doubt(image);
        let stage = self.stage(image);
        for &instruction in self.found.instructions.iter().skip(before_instructions) {
            self.tree.add_fact_link(instruction, "stage", stage);
        }
        for &command in self.found.commands.iter().skip(before) {
            self.tree.add_fact_link(command, "image", image);
            self.tree.add_fact_link(command, "stage", stage);
            self.tree.add_link(commands, Node::item(Value::Null, self.tree.span(command)), command);
        }
    }

    /// What made the image's own layers: a final stage, so that rules which look at no other see them.
    fn stage(&mut self, image: NodeId) -> NodeId {
        let stage = self.tree.add_fact(image, Node::field("stage", Value::Map, Span::default()));
        self.bool_fact(stage, "final", true);
        self.bool_fact(stage, "needed", true);
        self.bool_fact(stage, "base-of-later", false);
        stage
    }

    /// In a broken text, what is missing is not known.
    fn doubt(&mut self, image: NodeId) {
        if !self.broken {
            return;
        }
        for name in ["user", "user-name", "healthcheck", "entrypoint", "cmd", "layer-count", "layer-entries"] {
            match self.tree.fact(image, name) {
                None => {
                    self.tree.add_fact(image, Node::field(name, Value::Unknown(""), Span::default()));
                }
                Some(count) if name.starts_with("layer") => self.tree.set_value(count, Value::Unknown("")),
                Some(_) => {}
            }
        }
        if let Some(labels) = self.tree.fact(image, "labels")
            && self.tree.children(labels).next().is_none()
        {
            self.tree.set_value(labels, Value::Unknown(""));
        }
    }

    /// The field `key`; Go, in which image tools are written, takes keys in any case when none fits exactly.
    fn get(&self, of: NodeId, key: &str) -> Option<NodeId> {
        self.tree
            .get(of, key)
            .or_else(|| self.tree.children(of).find(|&id| self.tree.key(id).eq_ignore_ascii_case(key)))
            .filter(|&id| self.tree.value(id) != Value::Null)
    }

    /// A text of the document with its way back.
    fn mapped(&self, id: NodeId) -> Option<MappedText> {
        self.tree.text(id)?;
        Some(yaml::json_string(self.text, self.tree.span(id)))
    }

    fn text_fact(&mut self, parent: NodeId, name: &str, text: &str, span: Span) -> NodeId {
        self.tree.add_fact(parent, Node::field(name, Value::Text(text), span))
    }

    fn bool_fact(&mut self, parent: NodeId, name: &str, value: bool) {
        self.tree.add_fact(parent, Node::field(name, Value::Bool(value), Span::default()));
    }

    fn number(&mut self, parent: NodeId, name: &str, number: usize) {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.tree.add_fact(parent, Node::field(name, Value::Int(number), Span::default()));
    }

    fn list(&mut self, parent: NodeId, name: &str) -> NodeId {
        self.tree.add_fact(parent, Node::field(name, Value::List, Span::default()))
    }

    /// A variable whose name and value stand in `from`.
    fn variable(&mut self, list: NodeId, from: &MappedText, pair: &Pair, keyword: &str) -> NodeId {
        let place = |range: &std::ops::Range<usize>| from.to_source(Span::from_usize(range.start, range.end));
        let whole = pair.name.start..pair.value.as_ref().unwrap_or(&pair.name).end;
        let node = self.tree.add(list, Node::item(Value::Map, place(&whole)));
        let text = |range: &std::ops::Range<usize>| from.text().get(range.clone()).unwrap_or("");
        self.text_fact(node, "name", text(&pair.name), place(&pair.name));
        if let Some(value) = &pair.value {
            self.text_fact(node, "value", text(value), place(value));
            self.text_fact(node, "raw", text(value), place(value));
        }
        self.variable_kind(node, keyword, pair.value.is_some());
        node
    }

    fn variable_kind(&mut self, node: NodeId, keyword: &str, has_value: bool) {
        self.text_fact(node, "keyword", keyword, Span::default());
        let style = if has_value { "equals" } else { "bare" };
        self.text_fact(node, "style", style, Span::default());
    }

    /// Lowers a line of a Dockerfile that stands for what is at `span`.
    fn spoken(
        &mut self,
        parent: NodeId,
        line: &MappedText,
        span: Span,
        shell: Option<NodeId>,
    ) -> (Option<NodeId>, super::dockerfile::Found) {
        let spoken = Spoken { line, span, shell };
        lower_spoken(self.tree, parent, &spoken, self.programs, self.reading)
    }
}
