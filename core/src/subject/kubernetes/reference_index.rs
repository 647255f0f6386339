//! Who names whom: references looked up by what they name.

use std::collections::HashMap;

use super::selector::{at, present, scalar};
use super::set_index::{Name, namespace};
use super::vague::Vague;
use crate::check::NodeRef;

/// The references of a set, indexed once.
#[derive(Default)]
pub(super) struct ReferenceIndex<'a> {
    by_target: HashMap<Name<'a>, Vec<NodeRef<'a>>>,
    /// The references of which something is not known: each may be one to any object.
    vague: Vague<'a>,
    /// Those of Ingresses by host and path.
    by_route: HashMap<(&'a str, &'a str), Vec<NodeRef<'a>>>,
    /// What a controller makes from other objects, and from which.
    makers: HashMap<Name<'a>, Vec<NodeRef<'a>>>,
}

impl<'a> ReferenceIndex<'a> {
    pub(super) fn add(&mut self, reference: NodeRef<'a>) {
        match target(reference) {
            Some(name) => self.by_target.entry(name).or_default().push(reference),
            None => {
                let kind = reference.fact_text("kind").unwrap_or("");
                // Of a kind that is not known, it may live outside all namespaces.
                self.vague.add(place(reference).filter(|_| !kind.is_empty()), kind);
            }
        }
        if let Some(route) = route(reference) {
            self.by_route.entry(route).or_default().push(reference);
        }
    }

    /// Notes what a controller will make from `object`.
    pub(super) fn add_maker(&mut self, object: NodeRef<'a>, namespace: &'a str, kind: &str) {
        let names: &[(&'static str, &[&str])] = match kind {
            "SealedSecret" => {
                &[("Secret", &["spec", "template", "metadata", "name"]), ("Secret", &["metadata", "name"])]
            }
            "ExternalSecret" => &[("Secret", &["spec", "target", "name"]), ("Secret", &["metadata", "name"])],
            "Certificate" => &[("Secret", &["spec", "secretName"])],
            "Kustomization" => {
                for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
                    for made in present(object, key).into_iter().flat_map(NodeRef::children) {
                        self.add_made((kind, present(made, "name")), object, namespace);
                    }
                }
                return;
            }
            _ => return,
        };
        // The first that is there names it.
        if let Some((kind, name)) = names.iter().find_map(|(kind, path)| Some((*kind, at(object, path)?))) {
            self.add_made((kind, Some(name)), object, namespace);
        }
    }

    fn add_made(&mut self, (kind, name): (&'static str, Option<NodeRef<'a>>), maker: NodeRef<'a>, namespace: &'a str) {
        if let Some(name) = name.and_then(scalar) {
            self.makers.entry((namespace, kind, name)).or_default().push(maker);
        }
    }

    /// The references to the object of this name; `None` when one that is not known may be one.
    pub(super) fn to(&self, name: Name<'a>, limit: usize) -> Option<Vec<NodeRef<'a>>> {
        let (place, kind, _) = name;
        if self.vague.may_be(place, kind) {
            return None;
        }
        few(self.by_target.get(&name), limit)
    }

    /// The objects from which a controller makes what `reference` names.
    pub(super) fn makers(&self, reference: NodeRef<'a>, limit: usize) -> Option<Vec<NodeRef<'a>>> {
        few(self.makers.get(&target(reference)?), limit)
    }

    /// The other references for the same host and path.
    pub(super) fn same_route(&self, reference: NodeRef<'a>, limit: usize) -> Option<Vec<NodeRef<'a>>> {
        let mut found = few(self.by_route.get(&route(reference)?), limit)?;
        found.retain(|other| *other != reference);
        Some(found)
    }
}

/// What a reference names, when that is known.
pub(super) fn target(reference: NodeRef<'_>) -> Option<Name<'_>> {
    let kind = reference.fact_text("kind").filter(|kind| !kind.is_empty())?;
    Some((place(reference)?, kind, reference.fact("name").and_then(scalar)?))
}

/// The namespace of what a reference names, when that is known.
fn place(reference: NodeRef<'_>) -> Option<&str> {
    match reference.fact("namespace") {
        Some(stated) => scalar(stated),
        None => reference.fact("object").and_then(namespace),
    }
}

/// Host and path of a reference from the rule of an Ingress, when they are known.
fn route(reference: NodeRef<'_>) -> Option<(&str, &str)> {
    let known = |fact, default| reference.fact(fact).map_or(Some(default), scalar);
    // Only rules have paths; since v1 each path has a type.
    if reference.fact("path").is_none() && reference.fact("host").is_none() && reference.fact("path-type").is_none() {
        return None;
    }
    Some((known("host", "")?, known("path", "/")?))
}

/// The nodes, unless there are more than `limit`.
fn few<'a>(found: Option<&Vec<NodeRef<'a>>>, limit: usize) -> Option<Vec<NodeRef<'a>>> {
    let found = found.map_or(&[] as &[_], Vec::as_slice);
    (found.len() <= limit).then(|| found.to_vec())
}
