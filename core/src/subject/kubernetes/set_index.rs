//! What the objects of a set have to do with each other: looked up by name, namespace and label.

use std::collections::HashMap;

use hullmark_document::{Value, sort_by};

use super::access::{Access, role_reference};
use super::selector::{Selector, at, present, scalar};
use crate::check::{NodeRef, Relations, Truth};
use crate::subject::Document;

/// So many pairs of selector and pod are looked at for all questions of one relation together; each question gets its
/// share of them, so that the answers do not hang on the order of the questions.
const PAIRS: usize = 2_000_000;
/// What every question may look at.
const LEAST: usize = 128;

/// A namespace, kind and name.
type Name<'a> = (&'a str, &'a str, &'a str);
/// A namespace, label and value.
type Label<'a> = (&'a str, &'a str, &'a str);

/// The objects of a set, indexed once.
pub(crate) struct SetIndex<'a> {
    complete: bool,
    object_count: usize,
    objects: HashMap<Name<'a>, Vec<NodeRef<'a>>>,
    /// Whether an object's kind, namespace or name is not known: it may be any that is not found.
    vague_objects: bool,
    pods: Vec<NodeRef<'a>>,
    pods_by_label: HashMap<Label<'a>, Vec<usize>>,
    pods_by_namespace: HashMap<&'a str, Vec<usize>>,
    /// Pods whose labels cannot be looked up one by one, by namespace.
    irregular_pods: HashMap<&'a str, Vec<usize>>,
    selectors: Vec<(NodeRef<'a>, Selector<'a>)>,
    selectors_by_label: HashMap<Label<'a>, Vec<usize>>,
    /// Selectors that ask for no label by value, by namespace; those for all namespaces under none.
    other_selectors: HashMap<Option<&'a str>, Vec<usize>>,
    selectors_by_namespace: HashMap<&'a str, Vec<usize>>,
    /// HorizontalPodAutoscalers by their target.
    scalers: HashMap<Name<'a>, Vec<NodeRef<'a>>>,
    access: Access<'a>,
}

impl<'a> SetIndex<'a> {
    /// The index of `documents`, each known by its place in the list. `built_in_roles` is the table of the roles that
    /// every cluster has.
    pub(crate) fn new(documents: &'a [&'a Document], complete: bool, built_in_roles: Option<NodeRef<'a>>) -> Self {
        let mut index = Self {
            complete,
            object_count: 0,
            objects: HashMap::new(),
            vague_objects: false,
            pods: Vec::new(),
            pods_by_label: HashMap::new(),
            pods_by_namespace: HashMap::new(),
            irregular_pods: HashMap::new(),
            selectors: Vec::new(),
            selectors_by_label: HashMap::new(),
            other_selectors: HashMap::new(),
            selectors_by_namespace: HashMap::new(),
            scalers: HashMap::new(),
            access: Access::new(built_in_roles),
        };
        for (number, document) in documents.iter().enumerate() {
            let Ok(number) = u32::try_from(number) else { break };
            for (subject, nodes) in &document.subjects {
                for &id in nodes {
                    let node = NodeRef { tree: &document.tree, id, document: number };
                    match *subject {
                        "object" => index.add_object(node),
                        "pod" => index.add_pod(node),
                        _ => {}
                    }
                }
            }
        }
        index.access.aggregate();
        index
    }

    fn add_object(&mut self, object: NodeRef<'a>) {
        self.object_count += 1;
        let namespace = namespace(object);
        let kind = present(object, "kind").and_then(scalar);
        let name = at(object, &["metadata", "name"]).and_then(scalar);
        let (Some(namespace), Some(kind)) = (namespace, kind) else {
            self.vague_objects = true;
            return;
        };
        match name {
            Some(name) => {
                let place = if kind == "ClusterRole" { "" } else { namespace };
                self.objects.entry((place, kind, name)).or_default().push(object);
            }
            None => self.vague_objects |= at(object, &["metadata", "name"]).is_some(),
        }
        match kind {
            "HorizontalPodAutoscaler" => {
                if let Some((kind, name)) = reference(object, "scaleTargetRef") {
                    self.scalers.entry((namespace, kind, name)).or_default().push(object);
                }
            }
            "RoleBinding" | "ClusterRoleBinding" => self.access.add(object, kind, namespace),
            "ClusterRole" => self.access.add_cluster_role(object),
            _ => {}
        }
        if let Some(selector) = Selector::of(object) {
            self.add_selector(object, namespace, selector);
        }
    }

    fn add_selector(&mut self, object: NodeRef<'a>, namespace: &'a str, selector: Selector<'a>) {
        let number = self.selectors.len();
        match selector.key() {
            Some((key, values)) if !selector.all_namespaces => {
                for value in values {
                    self.selectors_by_label.entry((namespace, key, value)).or_default().push(number);
                }
            }
            _ => {
                let place = (!selector.all_namespaces).then_some(namespace);
                self.other_selectors.entry(place).or_default().push(number);
            }
        }
        self.selectors_by_namespace.entry(namespace).or_default().push(number);
        self.selectors.push((object, selector));
    }

    fn add_pod(&mut self, pod: NodeRef<'a>) {
        let number = self.pods.len();
        self.pods.push(pod);
        let Some(namespace) = pod.fact("object").and_then(namespace) else { return };
        self.pods_by_namespace.entry(namespace).or_default().push(number);
        let Some(labels) = pod.fact("labels") else { return };
        let mut irregular = matches!(labels.value(), Value::Unknown(_));
        for label in labels.children() {
            match scalar(label) {
                Some(value) => {
                    let key = label.tree.key(label.id);
                    self.pods_by_label.entry((namespace, key, value)).or_default().push(number);
                }
                None => irregular = true,
            }
        }
        if irregular {
            self.irregular_pods.entry(namespace).or_default().push(number);
        }
    }

    /// The pods that an object selects.
    fn selects(&self, object: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let namespace = namespace(object)?;
        let Some(selector) = Selector::of(object) else { return Some(Vec::new()) };
        let mut numbers: Vec<usize> = Vec::new();
        match selector.key() {
            _ if selector.all_namespaces => numbers.extend(0..self.pods.len()),
            Some((key, values)) => {
                for value in values {
                    numbers.extend(self.pods_by_label.get(&(namespace, key, *value)).into_iter().flatten());
                }
                numbers.extend(self.irregular_pods.get(namespace).into_iter().flatten());
            }
            None => numbers.extend(self.pods_by_namespace.get(namespace).into_iter().flatten()),
        }
        if numbers.len() > share(self.selectors.len()) {
            return None;
        }
        sort_by(&mut numbers, Ord::cmp);
        numbers.dedup();
        let mut found = Vec::new();
        for &pod in numbers.iter().filter_map(|&number| self.pods.get(number)) {
            match selector.selects(pod.fact("labels")) {
                Truth::True => found.push(pod),
                Truth::Unknown => return None,
                Truth::False => {}
            }
        }
        Some(found)
    }

    /// The objects that select a pod.
    fn selected_by(&self, pod: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let namespace = namespace(pod.fact("object")?)?;
        let labels = pod.fact("labels");
        let mut numbers: Vec<usize> = Vec::new();
        let all = labels.is_some_and(|labels| {
            matches!(labels.value(), Value::Unknown(_)) || labels.children().any(|label| scalar(label).is_none())
        });
        if all {
            numbers.extend(self.selectors_by_namespace.get(namespace).into_iter().flatten());
        } else {
            for label in labels.into_iter().flat_map(NodeRef::children) {
                let key = label.tree.key(label.id);
                let Some(value) = scalar(label) else { continue };
                numbers.extend(self.selectors_by_label.get(&(namespace, key, value)).into_iter().flatten());
            }
        }
        for place in [Some(namespace), None] {
            numbers.extend(self.other_selectors.get(&place).into_iter().flatten());
        }
        if numbers.len() > share(self.pods.len()) {
            return None;
        }
        sort_by(&mut numbers, Ord::cmp);
        numbers.dedup();
        let mut found = Vec::new();
        for (object, selector) in numbers.iter().filter_map(|&number| self.selectors.get(number)) {
            match selector.selects(labels) {
                Truth::True => found.push(*object),
                Truth::Unknown => return None,
                Truth::False => {}
            }
        }
        Some(found)
    }

    /// The objects of one name; `None` when one that is not known may be it.
    fn named(&self, name: Name<'a>) -> Option<Vec<NodeRef<'a>>> {
        match self.objects.get(&name) {
            // So many of one name are hardly one cluster's.
            Some(found) => (found.len() <= LEAST).then(|| found.clone()),
            None if self.vague_objects => None,
            None => Some(Vec::new()),
        }
    }

    /// As [`SetIndex::named`], for things that exist in every cluster or may well exist outside the set.
    fn named_here(&self, name: Name<'a>) -> Option<Vec<NodeRef<'a>>> {
        let found = self.named(name)?;
        if found.is_empty() && !self.complete { None } else { Some(found) }
    }

    fn role(&self, binding: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let kind = present(binding, "kind").and_then(scalar)?;
        let role = role_reference(binding, kind, namespace(binding)?)?;
        if role.1 == "ClusterRole" && !self.objects.contains_key(&role) {
            if let Some(built_in) = self.access.built_in(role.2) {
                return Some(built_in.to_vec());
            }
            // The API server makes these too.
            if role.2.starts_with("system:") {
                return None;
            }
        }
        Some(nearest_first(self.named_here(role)?, binding))
    }

    fn granted_rules(&self, binding: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let limit = share(self.access.count());
        let mut rules = Vec::new();
        for role in self.role(binding)? {
            // The rules of an aggregated role are filled in by the cluster.
            let roles = match present(role, "aggregationRule") {
                Some(_) => self.access.parts(role)?,
                None => &[role],
            };
            for &role in roles {
                rules.extend(
                    present(role, "rules").into_iter().flat_map(NodeRef::children).map(NodeRef::target).take(limit),
                );
                if rules.len() >= limit {
                    return None;
                }
            }
        }
        Some(rules)
    }

    /// The bindings of a role, or those that give a service account, or the one of a pod, its rights.
    fn bindings(&self, from: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        if let Some(object) = from.fact("object") {
            return self.bindings_of_account(from, (namespace(object)?, account_name(from)?));
        }
        let kind = present(from, "kind").and_then(scalar)?;
        let name = at(from, &["metadata", "name"]).and_then(scalar)?;
        if kind == "ServiceAccount" {
            return self.bindings_of_account(from, (namespace(from)?, name));
        }
        let namespace = if kind == "ClusterRole" { "" } else { namespace(from)? };
        let found = self.access.of_role((namespace, kind, name));
        (found.len() <= share(self.object_count)).then(|| found.to_vec())
    }

    /// The bindings of the service account with this namespace and name, for the question of `from`.
    fn bindings_of_account(&self, from: NodeRef<'a>, account: (&'a str, &'a str)) -> Option<Vec<NodeRef<'a>>> {
        // Who asks goes on to the rules of all of them, so the rules count.
        let limit = share(self.object_count.max(self.pods.len()));
        let found = self.access.of_account(account, limit)?;
        if found.is_empty() && (self.access.vague || self.vague_objects) {
            return None;
        }
        let rules: usize = found.iter().map(|&binding| self.rule_count(binding)).sum();
        (rules <= limit).then(|| nearest_first(found, from))
    }

    /// How many rules a binding grants, with those of every role of that name.
    fn rule_count(&self, binding: NodeRef<'a>) -> usize {
        let role = present(binding, "kind").and_then(scalar).zip(namespace(binding));
        let role = role.and_then(|(kind, namespace)| role_reference(binding, kind, namespace));
        let roles = role.and_then(|role| self.objects.get(&role)).map_or(&[] as &[_], Vec::as_slice);
        let count = |role: NodeRef<'a>| present(role, "rules").map_or(1, |rules| rules.tree.field_count(rules.id));
        let all = |role: &NodeRef<'a>| match present(*role, "aggregationRule") {
            Some(_) => self.access.parts(*role).unwrap_or_default().iter().map(|&part| count(part)).sum(),
            None => count(*role),
        };
        roles.iter().take(LEAST).map(all).fold(1, usize::saturating_add)
    }

    fn scales(&self, scaler: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let (kind, name) = reference(scaler, "scaleTargetRef")?;
        self.named((namespace(scaler)?, kind, name))
    }

    fn scaled_by(&self, object: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let kind = present(object, "kind").and_then(scalar)?;
        let name = at(object, &["metadata", "name"]).and_then(scalar)?;
        let found = self.scalers.get(&(namespace(object)?, kind, name)).map_or(&[] as &[_], Vec::as_slice);
        (found.len() <= LEAST).then(|| found.to_vec())
    }

    fn service_account(&self, pod: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        self.named((namespace(pod.fact("object")?)?, "ServiceAccount", account_name(pod)?))
    }

    fn pull_secrets(&self, pod: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let namespace = namespace(pod.fact("object")?)?;
        let mut found = Vec::new();
        for secret in present(pod, "imagePullSecrets").into_iter().flat_map(NodeRef::children) {
            if let Some(name) = present(secret, "name") {
                found.extend(self.named((namespace, "Secret", scalar(name)?))?);
            }
        }
        Some(found)
    }

    /// The objects that `env` and `envFrom` of a container name.
    fn sources(&self, container: NodeRef<'a>, kind: &'a str) -> Option<Vec<NodeRef<'a>>> {
        let namespace = namespace(container.fact("object")?)?;
        let (one, whole) =
            if kind == "Secret" { ("secretKeyRef", "secretRef") } else { ("configMapKeyRef", "configMapRef") };
        let from_key = present(container, "env")
            .into_iter()
            .flat_map(NodeRef::children)
            .filter_map(|entry| at(entry, &["valueFrom", one, "name"]));
        let from_whole = present(container, "envFrom")
            .into_iter()
            .flat_map(NodeRef::children)
            .filter_map(|entry| at(entry, &[whole, "name"]));
        let mut names: Vec<&'a str> = Vec::new();
        for name in from_key.chain(from_whole) {
            names.push(scalar(name)?);
        }
        sort_by(&mut names, Ord::cmp);
        names.dedup();
        let mut found = Vec::new();
        for name in names {
            found.extend(self.named((namespace, kind, name))?);
        }
        Some(found)
    }
}

impl<'a> Relations<'a> for SetIndex<'a> {
    fn related(&self, from: NodeRef<'a>, name: &str) -> Option<Vec<NodeRef<'a>>> {
        let from = from.target();
        match name {
            "selects" => self.selects(from),
            "selected-workloads" => {
                let mut objects: Vec<NodeRef<'a>> = Vec::new();
                for object in self.selects(from)?.into_iter().filter_map(|pod| pod.fact("object")) {
                    let object = object.target();
                    // The pods come in the order of the set, those of one object beside each other.
                    if objects.last() != Some(&object) {
                        objects.push(object);
                    }
                }
                Some(objects)
            }
            "selected-by" => self.selected_by(from),
            "scaled-by" => self.scaled_by(from),
            "scales" => self.scales(from),
            "granted-rules" => self.granted_rules(from),
            "role" => self.role(from),
            "bindings" => self.bindings(from),
            "service-account" => self.service_account(from),
            "image-pull-secrets" => self.pull_secrets(from),
            "config-maps" => self.sources(from, "ConfigMap"),
            "secrets" => self.sources(from, "Secret"),
            _ => None,
        }
    }
}

/// What stands in the document of `from` before the rest: several files often hold variants of the same objects, and the
/// first that fits is shown.
fn nearest_first<'a>(found: Vec<NodeRef<'a>>, from: NodeRef<'a>) -> Vec<NodeRef<'a>> {
    let (mut near, far): (Vec<_>, Vec<_>) = found.into_iter().partition(|node| node.document == from.document);
    near.extend(far);
    near
}

/// How many things one of `questions` questions may look at.
fn share(questions: usize) -> usize {
    LEAST + PAIRS / questions.max(1)
}

/// The namespace of an object; `None` when it is not known.
fn namespace(object: NodeRef<'_>) -> Option<&str> {
    object.fact("namespace").and_then(scalar)
}

/// Kind and name of the reference `key` in the object's spec.
fn reference<'a>(object: NodeRef<'a>, key: &str) -> Option<(&'a str, &'a str)> {
    let reference = at(object, &["spec", key])?;
    Some((present(reference, "kind").and_then(scalar)?, present(reference, "name").and_then(scalar)?))
}

/// The name of the service account that a pod runs as; `None` when it is not known.
fn account_name(pod: NodeRef<'_>) -> Option<&str> {
    for key in ["serviceAccountName", "serviceAccount"] {
        if let Some(named) = present(pod, key) {
            let name = scalar(named)?;
            if !name.is_empty() {
                return Some(name);
            }
        }
    }
    Some("default")
}
