//! Ignores in annotations of objects and pod templates: our own and those of other tools, each as that tool reads it.

use std::collections::HashSet;

use hullmark_document::{NodeId, Tree, Value};

use super::{Ignores, Origin, Scope, names_in};
use crate::subject::Document;

/// A kube-score check, and the one that is ignored with it.
const IMPLIED: (&str, &str) = ("container-resources", "container-ephemeral-storage-request-and-limit");

/// The annotations of an object or a pod template.
struct Annotations<'t> {
    tree: &'t Tree,
    /// Their mapping.
    map: NodeId,
    /// What their ignores cover.
    node: NodeId,
    of_object: bool,
}

impl Annotations<'_> {
    fn text(&self, entry: NodeId) -> &str {
        match self.tree.value(entry) {
            Value::Text(text) => text.trim(),
            _ => "",
        }
    }

    fn called(&self, key: &str) -> Option<&str> {
        self.tree.get_own(self.map, key).map(|entry| self.text(entry))
    }
}

impl Ignores {
    /// Reads the annotations of every object and pod template.
    pub(super) fn read_annotations(&mut self, document: &Document) {
        let tree = &document.tree;
        let mut seen: HashSet<NodeId> = HashSet::new();
        for (subject, nodes) in &document.subjects {
            if *subject != "object" && *subject != "pod" {
                continue;
            }
            for &node in nodes {
                let metadata = tree.fact(node, "metadata").or_else(|| tree.get(node, "metadata"));
                let annotations = metadata.and_then(|metadata| tree.get(metadata, "annotations"));
                let Some(annotations) = annotations.and_then(|found| tree.resolve(found)) else { continue };
                if seen.insert(annotations) {
                    self.read_entries(&Annotations { tree, map: annotations, node, of_object: *subject == "object" });
                }
            }
        }
    }

    fn read_entries(&mut self, all: &Annotations<'_>) {
        for entry in all.tree.children(all.map) {
            let (key, text) = (all.tree.key(entry), all.text(entry));
            let span = all.tree.key_span(entry);
            let mut push = |tool: &'static str, names: Vec<String>, reason: &str| {
                let names = names.into_iter().map(|name| format!("{tool}:{name}")).collect();
                self.push(names, reason.to_owned(), Scope::Node(all.node), Origin::Peer(tool, span));
            };
            if let Some(rule) = key.strip_prefix("hullmark.dev/ignore.") {
                self.push(vec![rule.to_owned()], text.to_owned(), Scope::Node(all.node), Origin::Own(span));
            } else if let Some(check) = key.strip_prefix("ignore-check.kube-linter.io/") {
                if all.of_object {
                    push("kube-linter", vec![check.to_owned()], text);
                }
            } else if key == "kube-linter.io/ignore-all" {
                if all.of_object {
                    push("kube-linter", vec!["*".to_owned()], text);
                }
            } else if ["checkov.io/skip", "bridgecrew.io/skip", "cortex.io/skip"].iter().any(|part| key.contains(part))
            {
                let (check, reason) = text.split_once('=').unwrap_or((text, ""));
                push("checkov", names_in(check).map(str::to_owned).collect(), reason.trim());
            } else if key == "kube-score/ignore" {
                let mut names: Vec<String> = names_in(text).map(str::to_owned).collect();
                if names.iter().any(|name| name == IMPLIED.0) {
                    names.push(IMPLIED.1.to_owned());
                }
                push("kube-score", names, "");
            } else if key == "kube-score/enable" && !all.of_object {
                let names = names_in(text).map(|name| format!("kube-score:{name}"));
                self.enabled.entry(all.node).or_default().extend(names);
            } else if key == "kubescape.io/skip-controls" && all.of_object {
                let until = all.called("kubescape.io/skip-expiry").unwrap_or("");
                let until = until.split('T').next().unwrap_or("");
                if !self.is_past(until, false) {
                    let reason = all.called("kubescape.io/skip-reason").unwrap_or("").to_owned();
                    let reason =
                        if until.is_empty() { reason } else { format!("{reason} (until {until})").trim().to_owned() };
                    let names = names_in(text).map(|name| format!("kubescape:{name}")).collect();
                    self.push(names, reason, Scope::Node(all.node), Origin::Peer("kubescape", span));
                }
            }
        }
    }
}
