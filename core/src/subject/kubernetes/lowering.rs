//! From documents to objects.

use std::collections::HashSet;
use std::sync::Arc;

use hullmark_document::{Node, NodeId, Problem, Span, Tree, Value, yaml};
use hullmark_language::Datum;

use super::process::{COMMANDS, LIST_ITEMS};
use super::{holes, mapping, mappings, present};
use crate::input::InputKind;
use crate::kustomize;
use crate::subject::dockerfile::Programs;
use crate::subject::{Comment, Document, Reading};

/// Reads manifests.
pub(crate) fn lower(text: Arc<str>, json: bool, reading: &Reading<'_>) -> Document {
    let limits = yaml::Limits {
        depth: reading.limits.depth,
        documents: reading.limits.documents,
        alias_nodes: reading.limits.alias_nodes,
    };
    let parsed = if json { yaml::parse_json(text, &limits) } else { yaml::parse(text, &limits) };
    let yaml::Parsed { mut tree, documents, comments, duplicate_keys, problems } = parsed;
    holes::mark(&mut tree);
    let mut lowering = Lowering::new(tree, reading);
    lowering.documents(&documents, &duplicate_keys);
    let mut made = Document::new(InputKind::Kubernetes, Tree::new(""));
    made.parsed_with(problems);
    for &fault in &made.faults {
        let begun = documents.partition_point(|document| document.span.start <= fault);
        if let Some(document) = begun.checked_sub(1).and_then(|last| documents.get(last)) {
            doubt(&mut lowering.tree, document.root);
        }
    }
    if lowering.objects.is_empty() && made.problems.is_empty() {
        made.skipped = Some("no Kubernetes object: no document has apiVersion and kind".to_owned());
    }
    made.subjects = lowering.subjects();
    made.tree = lowering.tree;
    made.problems.extend(lowering.problems);
    made.comments = comments
        .iter()
        .map(|comment| Comment { span: comment.span, own_line: comment.own_line, inside: false, directive: false })
        .collect();
    made
}

/// What a document that breaks off has last is there in part: what is missing in it is not known.
fn doubt(tree: &mut Tree, root: NodeId) {
    let mut last = Some(root);
    while let Some(open) = last.take() {
        if tree.is_link(open) || !matches!(tree.value(open), Value::Map | Value::List) {
            return;
        }
        last = tree.children(open).last();
        tree.set_value(open, Value::Unknown(""));
    }
}

/// Manifests on their way to subjects.
pub(super) struct Lowering<'r> {
    pub(super) tree: Tree,
    pub(super) reading: &'r Reading<'r>,
    pub(super) programs: Programs<'r>,
    documents: Vec<NodeId>,
    objects: Vec<NodeId>,
    pub(super) pods: Vec<NodeId>,
    pub(super) containers: Vec<NodeId>,
    pub(super) volumes: Vec<NodeId>,
    rbac_rules: Vec<NodeId>,
    pub(super) processes: Vec<NodeId>,
    /// How many more items of lists of flags there may be.
    pub(super) list_room: usize,
    /// How many more commands of scripts there may be.
    pub(super) command_room: usize,
    /// What of the subjects could not be made.
    pub(super) problems: Vec<Problem>,
    pub(super) references: Vec<NodeId>,
    /// What has its facts already: an alias can put one node at many places, and work must stay linear.
    pub(super) seen: HashSet<NodeId>,
}

impl<'r> Lowering<'r> {
    fn new(tree: Tree, reading: &'r Reading<'r>) -> Self {
        Self {
            tree,
            reading,
            programs: Programs::new(reading.commands),
            documents: Vec::new(),
            objects: Vec::new(),
            pods: Vec::new(),
            containers: Vec::new(),
            volumes: Vec::new(),
            rbac_rules: Vec::new(),
            processes: Vec::new(),
            list_room: LIST_ITEMS,
            command_room: COMMANDS,
            problems: Vec::new(),
            references: Vec::new(),
            seen: HashSet::new(),
        }
    }

    fn subjects(&mut self) -> Vec<(&'static str, Vec<NodeId>)> {
        vec![
            ("document", std::mem::take(&mut self.documents)),
            ("object", std::mem::take(&mut self.objects)),
            ("pod", std::mem::take(&mut self.pods)),
            ("container", std::mem::take(&mut self.containers)),
            ("volume", std::mem::take(&mut self.volumes)),
            ("rbac-rule", std::mem::take(&mut self.rbac_rules)),
            ("process", std::mem::take(&mut self.processes)),
            ("object-reference", std::mem::take(&mut self.references)),
        ]
    }

    fn documents(&mut self, documents: &[yaml::Document], duplicates: &[yaml::DuplicateKey]) {
        let mut duplicates = duplicates.iter().peekable();
        for document in documents {
            let root = document.root;
            self.documents.push(root);
            let mut list = None;
            while let Some(twice) =
                duplicates.next_if(|twice| self.tree.key_span(twice.again).start < document.span.end)
            {
                let list = *list.get_or_insert_with(|| {
                    self.tree.add_fact(root, Node::field("duplicates", Value::List, Span::empty(document.span.start)))
                });
                self.duplicate(list, *twice);
            }
            self.objects_of(root);
        }
    }

    fn duplicate(&mut self, list: NodeId, twice: yaml::DuplicateKey) {
        let (first, again) = (self.tree.key_span(twice.first), self.tree.key_span(twice.again));
        let key = self.tree.key(twice.again).to_owned();
        let item = self.tree.add(list, Node::item(Value::Map, again));
        self.tree.add_fact(item, Node::field("key", Value::Text(&key), again));
        self.tree.add_fact(item, Node::field("first", Value::Text(&key), first));
    }

    /// The object at `root`, or those that the list at `root` holds.
    fn objects_of(&mut self, root: NodeId) {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            let Some(node) = self.tree.resolve(node).filter(|&node| self.tree.value(node) == Value::Map) else {
                continue;
            };
            if kustomize::is_unnamed(&self.tree, node) && self.seen.insert(node) {
                self.unnamed_kustomization(node);
                continue;
            }
            let Some(kind) = present(&self.tree, node, "kind") else { continue };
            if present(&self.tree, node, "apiVersion").is_none() || !self.seen.insert(node) {
                continue;
            }
            let is_list = self.tree.text(kind).is_some_and(|kind| kind.ends_with("List"))
                && present(&self.tree, node, "items").is_some_and(|items| self.tree.value(items) == Value::List);
            if is_list {
                open.extend(mappings(&self.tree, node, "items").into_iter().rev());
            } else {
                self.objects.push(node);
                self.object(node);
            }
        }
    }

    /// The object that a kustomization is which does not say so.
    fn unnamed_kustomization(&mut self, root: NodeId) {
        let start = Span::empty(self.tree.span(root).start);
        self.objects.push(root);
        self.object(root);
        self.tree.add_fact(root, Node::field("group", Value::Text(kustomize::GROUP), start));
        self.tree.add_fact(root, Node::field("version", Value::Text("v1beta1"), start));
    }

    fn object(&mut self, object: NodeId) {
        let metadata = mapping(&self.tree, object, "metadata");
        let namespace = metadata
            .and_then(|metadata| present(&self.tree, metadata, "namespace"))
            .filter(|&namespace| self.tree.text(namespace) != Some(""));
        match namespace {
            Some(namespace) => {
                self.tree.add_fact_link(object, "namespace", namespace);
            }
            None => {
                let default = Value::Text(self.reading.default_namespace);
                self.tree.add_fact(object, Node::field("namespace", default, Span::default()));
            }
        }
        let api = present(&self.tree, object, "apiVersion").map(|api| (api, self.tree.text(api).map(str::to_owned)));
        let mut group = None;
        if let Some((api, Some(text))) = api {
            let span = self.tree.span(api);
            let (of, version) = text.split_once('/').unwrap_or(("", &text));
            self.tree.add_fact(object, Node::field("group", Value::Text(of), span));
            self.tree.add_fact(object, Node::field("version", Value::Text(version), span));
            group = Some(of.to_owned());
        }
        let complete = Value::Bool(self.reading.set_complete);
        self.tree.add_fact(object, Node::field("set-complete", complete, Span::default()));
        let kind = present(&self.tree, object, "kind").and_then(|kind| self.tree.text(kind)).unwrap_or("").to_owned();
        if matches!(kind.as_str(), "Role" | "ClusterRole") {
            self.rbac_rules(object);
        }
        let Some(group) = group else { return };
        self.settings(object, &group, &kind);
        self.object_references(object, &group, &kind);
        if !self.reading.pod_kinds.is_empty() && !self.reading.pod_kinds.contains(&kind) {
            return;
        }
        match self.pod_path(&group, &kind) {
            Some(path) => self.pod_at(object, path),
            None if !is_built_in(&group) => self.pods_by_shape(object),
            None => {}
        }
    }

    fn rbac_rules(&mut self, object: NodeId) {
        for rule in mappings(&self.tree, object, "rules") {
            if self.seen.insert(rule) {
                self.tree.add_fact_link(rule, "object", object);
                self.rbac_rules.push(rule);
            }
        }
    }

    /// Where the pod spec of a kind stands, when the table says it.
    fn pod_path(&self, group: &str, kind: &str) -> Option<&'r str> {
        let fits = |row: &&Datum| {
            row.get("kind").and_then(Datum::text) == Some(kind)
                && row.get("groups").is_some_and(|groups| groups.items().any(|one| one.text() == Some(group)))
        };
        self.reading.pod_paths?.items().find(fits)?.get("path")?.text()
    }
}

/// Whether the group is one of the Kubernetes API's own, whose kinds with pods are all in the table.
fn is_built_in(group: &str) -> bool {
    !group.contains('.') || group.ends_with(".k8s.io")
}
