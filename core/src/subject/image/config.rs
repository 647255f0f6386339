//! The config of an image: how its containers start.

use hullmark_document::dockerfile::Keyword;
use hullmark_document::{MappedText, Node, NodeId, Span, Value};

use super::pairs::Pair;
use super::spoken::shell_prefix;
use super::{Lowering, Named};
use crate::subject::dockerfile::port_facts;

/// Facts that are parts of the document: name, key of the config.
const PARTS: &[(&str, &str)] = &[
    ("workdir", "WorkingDir"),
    ("entrypoint", "Entrypoint"),
    ("cmd", "Cmd"),
    ("shell", "Shell"),
    ("stop-signal", "StopSignal"),
    ("onbuild", "OnBuild"),
];

/// The same, with keys of the image: of a config, of `docker inspect`.
const IMAGE_PARTS: &[(&str, &str)] = &[
    ("tags", "RepoTags"),
    ("digests", "RepoDigests"),
    ("created", "created"),
    ("os", "os"),
    ("architecture", "architecture"),
];

impl Lowering<'_> {
    /// What the image says beside its config.
    pub(super) fn image_facts(&mut self, image: NodeId, config: Option<NodeId>) {
        let inspected = self.tree.get(image, "Config").is_some() || self.tree.get(image, "RepoTags").is_some();
        let format = if inspected { "inspect" } else { "config" };
        self.text_fact(image, "format", format, Span::default());
        for (name, key) in IMAGE_PARTS {
            if let Some(part) = self.get(image, key) {
                self.tree.add_fact_link(image, name, part);
            }
        }
        let layers = self
            .get(image, "rootfs")
            .and_then(|files| self.get(files, "diff_ids").or_else(|| self.get(files, "Layers")));
        if let Some(layers) = layers {
            self.tree.add_fact_link(image, "layers", layers);
            let count = self.tree.children(layers).count();
            self.number(image, "layer-count", count);
        }
        let place = match config {
            Some(config) => {
                self.tree.add_fact_link(image, "config-object", config);
                self.tree.key_span(config)
            }
            None => {
                let start = self.tree.span(image).start;
                Span::new(start, start.saturating_add(1))
            }
        };
        self.text_fact(image, "place", "config", place);
        let keeps = self.keeps_healthcheck(image, config, inspected);
        self.bool_fact(image, "keeps-healthcheck", keeps);
    }

    /// Whether a HEALTHCHECK would stand in this config: buildah leaves it out of images in OCI format, and the config
    /// of such an image has none of Docker's own keys.
    fn keeps_healthcheck(&self, image: NodeId, config: Option<NodeId>, inspected: bool) -> bool {
        let dockers = ["docker_version", "DockerVersion", "container_config", "container"];
        let by_buildah = config
            .and_then(|config| self.get(config, "Labels"))
            .is_some_and(|labels| self.tree.get(labels, "io.buildah.version").is_some());
        let oci =
            self.get(image, "ManifestType").and_then(|id| self.tree.text(id)).is_some_and(|of| of.contains("oci"));
        let by_buildkit = self.get(image, "history").is_some_and(|history| {
            self.tree.children(history).any(|entry| {
                let comment = self.tree.get(entry, "comment").and_then(|id| self.tree.text(id));
                comment.is_some_and(|comment| comment.starts_with("buildkit."))
            })
        });
        let docker = dockers.iter().any(|key| self.tree.get(image, key).is_some())
            || config
                .is_some_and(|config| ["OnBuild", "Healthcheck"].iter().any(|key| self.get(config, key).is_some()));
        by_buildkit || (docker && !oci) || (inspected && !by_buildah && !oci)
    }

    /// The facts of the config; gives the environment and the labels.
    pub(super) fn config_facts(&mut self, image: NodeId, config: NodeId) -> (Vec<Named>, Vec<Named>) {
        for (name, key) in PARTS {
            if let Some(part) = self.get(config, key) {
                self.tree.add_fact_link(image, name, part);
            }
        }
        let test = self.get(config, "Healthcheck").and_then(|check| self.get(check, "Test"));
        if let Some(test) = test {
            self.tree.add_fact_link(image, "healthcheck", test);
        }
        self.user(image, config);
        self.keys(image, config);
        (self.environment(image, config), self.labels(image, config))
    }

    fn user(&mut self, image: NodeId, config: NodeId) {
        let Some(node) = self.get(config, "User") else { return };
        let Some(mapped) = self.mapped(node) else { return };
        self.tree.add_fact_link(image, "user", node);
        let text = mapped.text();
        let (user, group) = text.split_once(':').map_or((text, None), |(user, group)| (user, Some(group)));
        let place = |start: usize, len: usize| mapped.to_source(Span::from_usize(start, start + len));
        // An empty name stands where its quotes stand.
        let span = if user.is_empty() { self.tree.span(node) } else { place(0, user.len()) };
        self.text_fact(image, "user-name", user, span);
        if let Some(group) = group {
            self.text_fact(image, "group", group, place(user.len() + 1, group.len()));
        }
    }

    /// The mappings that are sets: ports and volumes.
    fn keys(&mut self, image: NodeId, config: NodeId) {
        let keys = |lowering: &Self, key: &str| -> Vec<(String, Span)> {
            let Some(map) = lowering.get(config, key) else { return Vec::new() };
            let entries = lowering.tree.children(map);
            entries.map(|entry| (lowering.tree.key(entry).to_owned(), lowering.tree.key_span(entry))).collect()
        };
        let list = self.list(image, "ports");
        for (port, span) in keys(self, "ExposedPorts") {
            let item = self.tree.add(list, Node::item(Value::Map, span));
            self.text_fact(item, "text", &port, span);
            port_facts(self.tree, item, Some(&port), &port);
        }
        let list = self.list(image, "volumes");
        for (path, span) in keys(self, "Volumes") {
            self.tree.add(list, Node::item(Value::Text(&path), span));
        }
    }

    fn environment(&mut self, image: NodeId, config: NodeId) -> Vec<Named> {
        let list = self.list(image, "env");
        let Some(env) = self.get(config, "Env") else { return Vec::new() };
        let entries: Vec<NodeId> = self.tree.children(env).collect();
        let mut names = Vec::new();
        for entry in entries {
            let Some(mapped) = self.mapped(entry) else { continue };
            let text = mapped.text();
            let equals = text.find('=');
            let name = 0..equals.unwrap_or(text.len());
            let pair = Pair { name: name.clone(), value: equals.map(|at| at + 1..text.len()) };
            let node = self.variable(list, &mapped, &pair, "ENV");
            self.tree.add_fact_link(node, "image", image);
            self.found.variables.push(node);
            if let Some((name, value)) = text.split_once('=') {
                names.push((name.to_owned(), value.to_owned()));
            }
        }
        names
    }

    fn labels(&mut self, image: NodeId, config: NodeId) -> Vec<Named> {
        let list = self.list(image, "labels");
        let Some(labels) = self.get(config, "Labels") else { return Vec::new() };
        let entries: Vec<NodeId> = self.tree.children(labels).collect();
        let mut names = Vec::new();
        for entry in entries {
            let (name, span) = (self.tree.key(entry).to_owned(), self.tree.key_span(entry));
            let node = self.tree.add(list, Node::item(Value::Map, span.join(self.tree.span(entry))));
            self.text_fact(node, "name", &name, span);
            if let Some(mapped) = self.mapped(entry) {
                let place = mapped.to_source(Span::from_usize(0, mapped.text().len()));
                self.text_fact(node, "value", mapped.text(), place);
                self.text_fact(node, "raw", mapped.text(), place);
                names.push((name, mapped.text().to_owned()));
            }
            self.variable_kind(node, "LABEL", true);
            self.tree.add_fact_link(node, "image", image);
            self.found.variables.push(node);
        }
        names
    }

    /// What a container of the image runs, as the instructions that say so.
    pub(super) fn start(&mut self, image: NodeId, config: Option<NodeId>) {
        let list = self.list(image, "start");
        let Some(config) = config else { return };
        for (keyword, key) in [(Keyword::Entrypoint, "Entrypoint"), (Keyword::Cmd, "Cmd")] {
            if let Some(words) = self.get(config, key) {
                let key_span = self.tree.key_span(words);
                let words = self.words(words);
                self.start_with(list, keyword, key_span, "", &words);
            }
        }
        if let Some(test) = self.get(config, "Healthcheck").and_then(|check| self.get(check, "Test")) {
            self.healthcheck(list, test);
        }
        if let Some(later) = self.get(config, "OnBuild") {
            let lines: Vec<NodeId> = self.tree.children(later).collect();
            for line in lines {
                self.onbuild(list, line);
            }
        }
    }

    /// The texts of a list.
    fn words(&self, list: NodeId) -> Vec<NodeId> {
        self.tree.children(list).filter(|&id| self.tree.text(id).is_some()).collect()
    }

    fn healthcheck(&mut self, list: NodeId, test: NodeId) {
        let words = self.words(test);
        let key_span = self.tree.key_span(test);
        let Some((&kind, rest)) = words.split_first() else { return };
        match (self.tree.text(kind), rest) {
            (Some("NONE"), _) => {
                let mut line = MappedText::default();
                line.push_replaced("HEALTHCHECK", key_span);
                line.push_replaced(" NONE", self.tree.span(kind));
                self.add_start(list, &line, key_span);
            }
            (Some("CMD"), [_, ..]) => self.start_with(list, Keyword::Healthcheck, key_span, "CMD ", rest),
            (Some("CMD-SHELL"), &[script, ..]) => {
                let Some(mapped) = self.mapped(script).filter(|mapped| is_one_line(mapped.text())) else { return };
                let line = shell_form("HEALTHCHECK CMD ", key_span, &mapped);
                self.add_start(list, &line, key_span);
            }
            _ => {}
        }
    }

    fn onbuild(&mut self, list: NodeId, line: NodeId) {
        let Some(mapped) = self.mapped(line).filter(|mapped| is_one_line(mapped.text())) else { return };
        let span = self.tree.span(line);
        let line = shell_form("ONBUILD ", span, &mapped);
        self.add_start(list, &line, span);
    }

    /// An instruction with these words: in shell form when they are a shell and its script, for that is what the
    /// builder makes of one; else in exec form.
    fn start_with(&mut self, list: NodeId, keyword: Keyword, key_span: Span, head: &str, words: &[NodeId]) {
        let Some((&script, shell)) = words.split_last() else { return };
        let head = format!("{} {head}", keyword.as_str());
        let shell: Vec<&str> = shell.iter().filter_map(|&id| self.tree.text(id)).collect();
        let shell = shell.join(" ");
        let is_shell = shell_prefix(&shell, 0).is_some_and(|(_, end)| end == shell.len());
        if is_shell && let Some(mapped) = self.mapped(script).filter(|mapped| is_one_line(mapped.text())) {
            let line = shell_form(&head, key_span, &mapped);
            self.add_start(list, &line, key_span);
            return;
        }
        let mut line = MappedText::default();
        line.push_replaced(head.trim_end(), key_span);
        line.push_replaced(" [", Span::empty(key_span.end));
        for (number, &word) in words.iter().enumerate() {
            let span = self.tree.span(word);
            if number > 0 {
                line.push_replaced(", ", Span::empty(span.start));
            }
            line.push_verbatim(span.text(self.text), span.start);
        }
        line.push_replaced("]", Span::empty(words.last().map_or(key_span.end, |&word| self.tree.span(word).end)));
        if let Some(node) = self.add_start(list, &line, key_span)
            && is_shell
            && let Some(form) = self.tree.fact(node, "form")
        {
            self.tree.set_value(form, Value::Text("shell"));
        }
    }

    fn add_start(&mut self, list: NodeId, line: &MappedText, span: Span) -> Option<NodeId> {
        let (node, found) = self.spoken(list, line, span, None);
        self.found.instructions.extend(found.instructions);
        self.found.commands.extend(found.commands);
        self.found.pipelines.extend(found.pipelines);
        node
    }
}

/// Whether a script can stand on the line of an instruction in shell form and be read there as what it is.
fn is_one_line(script: &str) -> bool {
    !script.trim().is_empty()
        && !script.contains(['\n', '\r'])
        && !script.contains("<<")
        && !script.ends_with('\\')
        && !script.trim_start().starts_with(['[', '-'])
}

fn shell_form(head: &str, head_span: Span, script: &MappedText) -> MappedText {
    let mut line = MappedText::default();
    line.push_replaced(head.trim_end(), head_span);
    line.push_replaced(" ", head_span);
    let end = u32::try_from(script.text().len()).unwrap_or(u32::MAX);
    line.push_mapped(script, Span::new(0, end));
    line
}
