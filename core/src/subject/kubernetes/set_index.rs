//! What the objects of a set have to do with each other: looked up by name, namespace and label.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use hullmark_document::{NodeId, sort_by};

use super::access::{Access, role_reference};
use super::reference_index::{ReferenceIndex, target};
use super::selection::{Labelled, Selecting, Selection};
use super::selector::{Selector, at, present, scalar};
use super::vague::Vague;
use crate::check::{NodeRef, Relations, Truth};
use crate::kustomize;
use crate::subject::Document;

/// So many pairs of selector and pod are looked at for all questions of one relation together; each question gets its
/// share of them, so that the answers do not hang on the order of the questions.
const PAIRS: usize = 2_000_000;
/// What every question may look at.
const LEAST: usize = 128;

/// So many objects of one namespace are compared.
const VARIANTS: usize = 8;

/// A namespace, kind and name.
pub(super) type Name<'a> = (&'a str, &'a str, &'a str);
/// The objects of a set, indexed once.
pub(crate) struct SetIndex<'a> {
    complete: bool,
    object_count: usize,
    objects: HashMap<Name<'a>, Vec<NodeRef<'a>>>,
    /// The objects of which something is not known: they may be any that is not found.
    vague: Vague<'a>,
    by_namespace: HashMap<&'a str, Vec<NodeRef<'a>>>,
    /// The Namespace objects by name.
    namespaces: HashMap<&'a str, Vec<NodeRef<'a>>>,
    /// Whether the namespace of some object is not known.
    has_unplaced: bool,
    /// What looks at every object on its way into the cluster.
    admission: Vec<NodeRef<'a>>,
    /// The NetworkPolicies that select all pods of their namespaces.
    for_all_pods: Vec<NodeRef<'a>>,
    pods: Labelled<'a>,
    services: Labelled<'a>,
    selection: Selection<'a>,
    /// The numbers of the pods that each object with selectors selects, once somebody has asked.
    selected: HashMap<(u32, NodeId), OnceLock<Option<Vec<usize>>>>,
    /// What selects each pod, once somebody has asked.
    selecting: HashMap<(u32, NodeId), OnceLock<Selecting>>,
    references: ReferenceIndex<'a>,
    access: Access<'a>,
    /// How many rules the roles of a name have, those that they aggregate included.
    rule_counts: HashMap<Name<'a>, usize>,
}

impl<'a> SetIndex<'a> {
    /// The index of `documents`, each known by its place in the list. `built_in_roles` is the table of the roles that
    /// every cluster has.
    pub(crate) fn new(documents: &'a [&'a Document], complete: bool, built_in_roles: Option<NodeRef<'a>>) -> Self {
        let mut index = Self {
            complete,
            object_count: 0,
            objects: HashMap::new(),
            vague: Vague::default(),
            by_namespace: HashMap::new(),
            namespaces: HashMap::new(),
            has_unplaced: false,
            admission: Vec::new(),
            for_all_pods: Vec::new(),
            pods: Labelled::default(),
            services: Labelled::default(),
            selection: Selection::default(),
            selected: HashMap::new(),
            selecting: HashMap::new(),
            references: ReferenceIndex::default(),
            access: Access::new(built_in_roles),
            rule_counts: HashMap::new(),
        };
        for (number, document) in documents.iter().enumerate() {
            let Ok(number) = u32::try_from(number) else { break };
            for (subject, nodes) in &document.subjects {
                for &id in nodes {
                    let node = NodeRef { tree: &document.tree, id, document: number };
                    match *subject {
                        "object" => index.add_object(node),
                        "pod" => index.add_pod(node),
                        "object-reference" => index.references.add(node),
                        _ => {}
                    }
                }
            }
        }
        index.access.aggregate();
        index.count_rules();
        index
    }

    fn add_object(&mut self, object: NodeRef<'a>) {
        self.object_count += 1;
        let namespace = namespace(object);
        let unnamed = || (object.fact_text("group") == Some(kustomize::GROUP)).then_some(kustomize::KIND);
        let kind = present(object, "kind").map_or_else(unnamed, scalar);
        let name = at(object, &["metadata", "name"]);
        match namespace {
            Some(namespace) => self.by_namespace.entry(namespace).or_default().push(object),
            None => self.has_unplaced = true,
        }
        let Some(kind) = kind else {
            self.vague.add(None, "");
            return;
        };
        if is_admission(object.fact_text("group").unwrap_or(""), kind) {
            self.admission.push(object);
        }
        for selector in Selector::all_of(object) {
            if kind == "NetworkPolicy" && selector.selects_all() && self.for_all_pods.len() < LEAST {
                self.for_all_pods.push(object);
            }
            self.selection.add(object, namespace, kind, selector);
            self.selected.entry((object.document, object.id)).or_default();
        }
        if kind == "Service" {
            self.services.add(object, namespace, at(object, &["metadata", "labels"]));
        }
        let Some(namespace) = namespace else {
            self.vague.add(None, kind);
            return;
        };
        let place = if kind == "ClusterRole" { "" } else { namespace };
        match name.map(scalar) {
            Some(Some(name)) => self.objects.entry((place, kind, name)).or_default().push(object),
            Some(None) => self.vague.add(Some(place), kind),
            None => {}
        }
        self.references.add_maker(object, namespace, kind);
        match kind {
            "Namespace" => {
                if let Some(name) = name.and_then(scalar) {
                    self.namespaces.entry(name).or_default().push(object);
                }
            }
            "RoleBinding" | "ClusterRoleBinding" => self.access.add(object, namespace),
            "ClusterRole" => self.access.add_cluster_role(object),
            _ => {}
        }
    }

    fn add_pod(&mut self, pod: NodeRef<'a>) {
        self.pods.add(pod, pod.fact("object").and_then(namespace), pod.fact("labels"));
        self.selecting.insert((pod.document, pod.id), OnceLock::new());
    }

    /// The pods that an object selects. Several rules ask, so they are looked for once.
    fn selects(&self, object: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let namespace = namespace(object)?;
        let Some(known) = self.selected.get(&(object.document, object.id)) else { return Some(Vec::new()) };
        let numbers = known.get_or_init(|| self.selected_pods(object, namespace)).as_deref()?;
        Some(self.pods.numbered(numbers).collect())
    }

    fn selected_pods(&self, object: NodeRef<'a>, namespace: &str) -> Option<Vec<usize>> {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        for selector in Selector::all_of(object) {
            let place = (!selector.all_namespaces).then_some(namespace);
            let pods = self.pods.numbers(place, &selector, share(self.selection.len()))?;
            // Two selectors of one policy may select the same.
            found.extend(pods.into_iter().filter(|&pod| seen.insert(pod)));
        }
        Some(found)
    }

    /// The objects of the wanted kinds that select a pod. Many rules ask, so all kinds are looked for once.
    fn selecting(&self, pod: NodeRef<'a>, is_wanted: impl Fn(&str) -> bool) -> Option<Vec<NodeRef<'a>>> {
        let namespace = namespace(pod.fact("object")?)?;
        let limit = share(self.pods.len());
        let look = || self.selection.selecting(namespace, pod.fact("labels"), limit);
        let known = self.selecting.get(&(pod.document, pod.id))?.get_or_init(look);
        self.selection.objects(known.as_deref()?, is_wanted)
    }

    /// The pod of a workload, when its selector fits it.
    fn own_pods(&self, workload: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let Some(pod) = workload.fact("pod") else { return Some(Vec::new()) };
        match Selector::of_workload(workload).map(|selector| selector.selects(pod.fact("labels"))) {
            Some(Truth::Unknown) => None,
            Some(Truth::True) => Some(vec![pod.target()]),
            Some(Truth::False) | None => Some(Vec::new()),
        }
    }

    /// The other objects with pods that the workload's selector fits.
    fn rivals(&self, workload: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let Some(selector) = Selector::of_workload(workload) else { return Some(Vec::new()) };
        let pods = self.pods.selected(Some(namespace(workload)?), &selector, share(self.pods.len()))?;
        let mut found = owners(pods);
        found.retain(|other| *other != workload);
        Some(found)
    }

    /// The Services that a ServiceMonitor selects.
    fn selected_services(&self, monitor: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let Some(spec) = present(monitor, "spec") else { return Some(Vec::new()) };
        let selector = present(spec, "selector").map(Selector::of_labels)?;
        let limit = share(self.object_count);
        let places = present(spec, "namespaceSelector");
        if places.and_then(|places| present(places, "any")).and_then(scalar) == Some("true") {
            return self.services.selected(None, &selector, limit);
        }
        let Some(names) = places.and_then(|places| present(places, "matchNames")) else {
            return self.services.selected(Some(namespace(monitor)?), &selector, limit);
        };
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        for name in names.children() {
            let services = self.services.selected(Some(scalar(name)?), &selector, limit)?;
            found.extend(services.into_iter().filter(|service| seen.insert((service.document, service.id))));
            if found.len() > limit {
                return None;
            }
        }
        Some(found)
    }

    /// The pods that a peer of a NetworkPolicy means.
    fn peer_pods(&self, peer: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let namespace = peer.fact("object").and_then(namespace)?;
        let limit = share(self.object_count);
        let pods = present(peer, "podSelector").map(Selector::of_labels);
        let Some(chosen) = present(peer, "namespaceSelector").map(Selector::of_labels) else {
            return self.pods.selected(Some(namespace), &pods?, limit);
        };
        if self.has_unplaced {
            return None;
        }
        let pods = pods.unwrap_or_else(Selector::everything);
        let mut names = match chosen.namespace_names() {
            Some(names) => names.to_vec(),
            None => self.pods.namespaces(LEAST)?,
        };
        sort_by(&mut names, Ord::cmp);
        names.dedup();
        if names.len() > LEAST {
            return None;
        }
        let limit = limit / names.len().max(1);
        let mut found = Vec::new();
        for name in &names {
            match self.is_chosen(name, &chosen) {
                Truth::True => found.extend(self.pods.selected(Some(name), &pods, limit)?),
                Truth::Unknown => return None,
                Truth::False => {}
            }
        }
        let is_seen = |name: &&str| !is_system(name) && self.by_namespace.contains_key(name);
        let certain = match chosen.namespace_names() {
            _ if !found.is_empty() => true,
            Some(names) => names.iter().all(is_seen),
            // Every cluster has namespaces with pods of its own, which mostly have no label but their name.
            None => self.complete && chosen.selects_namespace("kube-system", Some(None)) == Truth::False,
        };
        certain.then_some(found)
    }

    /// Whether a selector chooses the namespace of this name; of several objects of it all must say the same.
    fn is_chosen(&self, name: &str, selector: &Selector<'a>) -> Truth {
        let Some(objects) = self.namespaces.get(name) else { return selector.selects_namespace(name, None) };
        let labels = |object: &NodeRef<'a>| Some(at(*object, &["metadata", "labels"]));
        if objects.len() > VARIANTS {
            return Truth::Unknown;
        }
        let mut truths = objects.iter().map(|object| selector.selects_namespace(name, labels(object)));
        let first = truths.next().unwrap_or(Truth::Unknown);
        if truths.all(|other| other == first) { first } else { Truth::Unknown }
    }

    /// The objects of a Namespace.
    fn namespace_objects(&self, namespace: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let name = at(namespace, &["metadata", "name"]).and_then(scalar)?;
        let found = self.by_namespace.get(name).map_or(&[] as &[_], Vec::as_slice);
        let twice = self.objects.get(&(namespace.fact_text("namespace")?, "Namespace", name)).map_or(1, Vec::len);
        (!self.has_unplaced && twice <= LEAST).then(|| found.to_vec())
    }

    /// The objects of the set that a reference names.
    fn targets(&self, reference: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let mut found = self.named(target(reference)?)?;
        if let Some(group) = reference.fact_text("group") {
            found.retain(|object| object.fact_text("group").is_none_or(|other| group_now(other) == group_now(group)));
        }
        Some(found)
    }

    fn referenced_by(&self, object: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let kind = present(object, "kind").and_then(scalar)?;
        let name = at(object, &["metadata", "name"]).and_then(scalar)?;
        self.references.to((namespace(object)?, kind, name), share(self.object_count))
    }

    /// The objects of one name; `None` when one that is not known may be it.
    fn named(&self, name: Name<'a>) -> Option<Vec<NodeRef<'a>>> {
        let (place, kind, _) = name;
        match self.objects.get(&name) {
            // So many of one name are hardly one cluster's.
            Some(found) => (found.len() <= LEAST).then(|| found.clone()),
            None if self.vague.may_be(place, kind) => None,
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

    /// The bindings that give the service account of a pod its rights.
    fn bindings(&self, pod: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let account = (namespace(pod.fact("object")?)?, account_name(pod)?);
        // Who asks goes on to the rules of all of them, so the rules count.
        let limit = share(self.object_count.max(self.pods.len()));
        let found = self.access.of_account(account, limit)?;
        let may_be = |kind| self.vague.may_be_anywhere(kind);
        if found.is_empty() && (self.access.vague || may_be("RoleBinding") || may_be("ClusterRoleBinding")) {
            return None;
        }
        let rules: usize = found.iter().map(|&binding| self.rule_count(binding)).sum();
        (rules <= limit).then(|| nearest_first(found, pod))
    }

    /// How many rules a binding grants, with those of every role of that name.
    fn rule_count(&self, binding: NodeRef<'a>) -> usize {
        let role = present(binding, "kind").and_then(scalar).zip(namespace(binding));
        let role = role.and_then(|(kind, namespace)| role_reference(binding, kind, namespace));
        role.and_then(|role| self.rule_counts.get(&role)).copied().unwrap_or(1)
    }

    /// Counts the rules of all roles, once: every pod asks for those of its bindings.
    fn count_rules(&mut self) {
        let count = |role: NodeRef<'a>| present(role, "rules").map_or(1, |rules| rules.tree.field_count(rules.id));
        let all = |role: &NodeRef<'a>| match present(*role, "aggregationRule") {
            Some(_) => self.access.parts(*role).unwrap_or_default().iter().map(|&part| count(part)).sum(),
            None => count(*role),
        };
        let is_role = |kind: &str| matches!(kind, "Role" | "ClusterRole");
        let roles = self.objects.iter().filter(|((_, kind, _), _)| is_role(kind));
        let counts =
            roles.map(|(&name, roles)| (name, roles.iter().take(LEAST).map(all).fold(1, usize::saturating_add)));
        self.rule_counts = counts.collect();
    }

    fn scales(&self, scaler: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let mut found = Vec::new();
        for reference in scaler.fact("references").into_iter().flat_map(NodeRef::children) {
            if reference.fact_text("by") == Some("scale-target") {
                found.extend(self.targets(reference)?);
            }
        }
        Some(found)
    }

    fn scaled_by(&self, object: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let references = self.referenced_by(object)?.into_iter();
        let scaling = references.filter(|reference| reference.fact_text("by") == Some("scale-target"));
        Some(scaling.filter_map(|reference| reference.fact("object")).map(NodeRef::target).collect())
    }

    fn service_account(&self, pod: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let account = (namespace(pod.fact("object")?)?, "ServiceAccount", account_name(pod)?);
        // A name that is filled in later is that of an account of one's own, not of the one that is always there.
        if account.2 == "default" && !self.objects.contains_key(&account) {
            return Some(Vec::new());
        }
        self.named(account)
    }
}

impl<'a> Relations<'a> for SetIndex<'a> {
    fn related(&self, from: NodeRef<'a>, name: &str) -> Option<Vec<NodeRef<'a>>> {
        let from = from.target();
        match name {
            "selects" => self.selects(from),
            "selected-workloads" => Some(owners(self.selects(from)?)),
            "services" => self.selecting(from, |kind| kind == "Service"),
            "disruption-budgets" => self.selecting(from, |kind| kind == "PodDisruptionBudget"),
            "network-policies" => self.selecting(from, |kind| kind.ends_with("Policy")),
            "policies-for-all-pods" => Some(self.for_all_pods.clone()),
            "own-pods" => self.own_pods(from),
            "rivals" => self.rivals(from),
            "selected-services" => self.selected_services(from),
            "pods" => self.peer_pods(from),
            "namespace-objects" => self.namespace_objects(from),
            "admission-policies" => {
                (!self.vague.may_be_anywhere("") && self.admission.len() <= LEAST).then(|| self.admission.clone())
            }
            "targets" => self.targets(from),
            "referenced-by" => self.referenced_by(from),
            "made-by" => self.references.makers(from, LEAST),
            "same-route" => self.references.same_route(from, LEAST),
            "scaled-by" => self.scaled_by(from),
            "scales" => self.scales(from),
            "granted-rules" => self.granted_rules(from),
            "role" => self.role(from),
            "bindings" => self.bindings(from),
            "service-account" => self.service_account(from),
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
pub(super) fn namespace(object: NodeRef<'_>) -> Option<&str> {
    object.fact("namespace").and_then(scalar)
}

/// The objects that own the pods. These come in the order of the set, those of one object beside each other.
fn owners(pods: Vec<NodeRef<'_>>) -> Vec<NodeRef<'_>> {
    let mut objects: Vec<NodeRef<'_>> = Vec::new();
    for object in pods.into_iter().filter_map(|pod| pod.fact("object")) {
        let object = object.target();
        if objects.last() != Some(&object) {
            objects.push(object);
        }
    }
    objects
}

/// Whether the cluster itself puts pods into the namespace.
fn is_system(namespace: &str) -> bool {
    namespace.starts_with("kube-")
}

/// Whether objects of this kind look at others before they are stored.
fn is_admission(group: &str, kind: &str) -> bool {
    match group {
        "admissionregistration.k8s.io" => !kind.ends_with("Binding"),
        "kyverno.io" | "policies.kyverno.io" | "policies.kubewarden.io" => true,
        _ => group.ends_with(".gatekeeper.sh"),
    }
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

/// The API group in which what was once in `group` is now.
fn group_now(group: &str) -> &str {
    if group == "extensions" { "apps" } else { group }
}
