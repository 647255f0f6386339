//! From objects to pods and volumes.

use std::collections::HashMap;

use hullmark_document::{Node, NodeId, Span, Tree, Value};

use super::lowering::Lowering;
use super::reference::Referrer;
use super::{mapping, mappings, present};

/// The lists of containers in the order in which Pod Security admission looks at them.
const CONTAINER_LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// Where the containers stand in a part of a pod: those of Argo's templates and Tekton's tasks beside those of pods.
///
/// Sources: <https://argo-workflows.readthedocs.io/en/latest/fields/#template>, <https://tekton.dev/docs/pipelines/tasks/>.
const PART_LISTS: [&str; 6] = ["initContainers", "container", "containers", "script", "steps", "sidecars"];

/// What a pod is made from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PodForm {
    /// The pod spec of a kind that is known.
    BuiltIn,
    /// A mapping with the containers of a pod spec.
    Spec,
    /// A part of a pod, such as a step: what it lacks may be given by the workflow, its run or its controller.
    Part,
}

/// A pod spec and what it stands in.
struct PodPlace<'p> {
    object: NodeId,
    /// The mapping with the pod's metadata.
    template: NodeId,
    pod: NodeId,
    path: &'p str,
    form: PodForm,
}

impl Lowering<'_> {
    /// The pod at `path` of `object`, when one is there.
    pub(super) fn pod_at(&mut self, object: NodeId, path: &str) {
        let (mut template, mut pod) = (object, object);
        for key in path.split('.') {
            template = pod;
            let Some(next) = mapping(&self.tree, pod, key) else { return };
            pod = next;
        }
        self.pod(&PodPlace { object, template, pod, path, form: PodForm::BuiltIn });
    }

    /// The pods in an object of a kind that nobody told us of: mappings with a list of containers, or parts of pods.
    pub(super) fn pods_by_shape(&mut self, object: NodeId) {
        let mut open = vec![object];
        let mut found = Vec::new();
        while let Some(node) = open.pop() {
            // What an alias stands for is looked at where it stands.
            if self.tree.is_link(node) {
                continue;
            }
            match self.tree.value(node) {
                Value::Map if self.tree.key(node) != "containerSet" && holds_containers(&self.tree, node) => {
                    found.push((node, PodForm::Spec));
                }
                Value::Map if holds_part(&self.tree, node) => found.push((node, PodForm::Part)),
                Value::Map | Value::List => {
                    let before = open.len();
                    open.extend(self.tree.children(node));
                    if let Some(new) = open.get_mut(before..) {
                        new.reverse();
                    }
                }
                _ => {}
            }
        }
        for (pod, form) in found {
            let path = path_of(&self.tree, object, pod);
            let above = self.tree.parent(pod).filter(|&above| self.tree.value(above) == Value::Map);
            let template = if self.tree.key(pod) == "spec" { above.unwrap_or(pod) } else { pod };
            self.pod(&PodPlace { object, template, pod, path: &path, form });
        }
    }

    fn pod(&mut self, place: &PodPlace<'_>) {
        let &PodPlace { object, template, pod, path, form } = place;
        if self.tree.fact(object, "pod").is_none() {
            self.tree.add_fact_link(object, "pod", pod);
            self.tree.add_fact_link(object, "pod-template", template);
            let kind = if form == PodForm::BuiltIn { "built-in" } else { "shape" };
            self.tree.add_fact(object, Node::field("template-kind", Value::Text(kind), Span::default()));
        }
        if !self.seen.insert(pod) {
            return;
        }
        self.pods.push(pod);
        self.tree.add_fact_link(pod, "pod", pod);
        self.tree.add_fact_link(pod, "object", object);
        self.tree.add_fact(pod, Node::field("path", Value::Text(path), Span::default()));
        if let Some(metadata) = present(&self.tree, template, "metadata") {
            self.tree.add_fact_link(pod, "metadata", metadata);
            for key in ["labels", "annotations"] {
                if let Some(part) = present(&self.tree, metadata, key) {
                    self.tree.add_fact_link(pod, key, part);
                }
            }
        }
        let from = Referrer { object, pod: Some(pod), container: None };
        self.pod_references(from, pod);
        let mut volumes = self.volumes(from, pod);
        self.containers((object, pod), form, &mut volumes);
        if form == PodForm::Part {
            self.tree.set_value(pod, Value::Unknown(""));
        }
    }

    fn containers(&mut self, (object, pod): (NodeId, NodeId), form: PodForm, volumes: &mut Volumes) {
        let mut list = None;
        let keys = if form == PodForm::Part { &PART_LISTS[..] } else { &CONTAINER_LISTS };
        for &key in keys {
            let Some(written) = present(&self.tree, pod, key) else { continue };
            let span = self.tree.key_span(written);
            let list = *list.get_or_insert_with(|| {
                self.tree.add_fact(pod, Node { key: "containers", key_span: span, span, value: Value::List })
            });
            if matches!(self.tree.value(written), Value::Unknown(_)) {
                self.tree.set_value(list, Value::Unknown(""));
            }
            let alone = if form == PodForm::Part { mapping(&self.tree, pod, key) } else { None };
            for container in alone.into_iter().chain(mappings(&self.tree, pod, key)) {
                let span = self.tree.span(container);
                self.tree.add_link(list, Node::item(Value::Null, span), container);
                if self.seen.insert(container) {
                    self.containers.push(container);
                    self.container(object, pod, container, key);
                    let from = Referrer { object, pod: Some(pod), container: Some(container) };
                    self.container_references(from, container);
                    self.mounts(container, volumes);
                    if form == PodForm::Part {
                        self.tree.set_value(container, Value::Unknown(""));
                    }
                }
            }
        }
    }

    fn volumes(&mut self, from: Referrer, pod: NodeId) -> Volumes {
        let mut named = Volumes::default();
        let volumes = mappings(&self.tree, pod, "volumes");
        if volumes.is_empty() {
            return named;
        }
        let list = self.tree.add_fact(pod, Node::field("volumes", Value::List, Span::default()));
        for volume in volumes {
            let span = self.tree.span(volume);
            self.tree.add_link(list, Node::item(Value::Null, span), volume);
            if !self.seen.insert(volume) {
                continue;
            }
            self.volumes.push(volume);
            self.tree.add_fact_link(volume, "pod", pod);
            self.tree.add_fact_link(volume, "object", from.object);
            self.volume_references(from, volume);
            let source = self
                .tree
                .entries(volume)
                .find(|&child| self.tree.key(child) != "name" && self.tree.value(child) != Value::Null);
            if let Some(source) = source {
                let (key, span) = (self.tree.key(source).to_owned(), self.tree.key_span(source));
                self.tree.add_fact(volume, Node::field("source", Value::Text(&key), span));
            }
            if let Some(name) = present(&self.tree, volume, "name").and_then(|name| self.tree.text(name)) {
                named.by_name.insert(name.to_owned(), (volume, None));
            }
        }
        named
    }

    fn mounts(&mut self, container: NodeId, volumes: &mut Volumes) {
        if volumes.by_name.is_empty() {
            return;
        }
        for mount in mappings(&self.tree, container, "volumeMounts") {
            let name = present(&self.tree, mount, "name").and_then(|name| self.tree.text(name));
            let Some((volume, list)) = name.and_then(|name| volumes.by_name.get_mut(name)) else { continue };
            if !self.seen.insert(mount) {
                continue;
            }
            self.tree.add_fact_link(mount, "container", container);
            let list = *list.get_or_insert_with(|| {
                self.tree.add_fact(*volume, Node::field("mounts", Value::List, Span::default()))
            });
            let span = self.tree.span(mount);
            self.tree.add_link(list, Node::item(Value::Null, span), mount);
        }
    }
}

/// The volumes of a pod by name, each with its list of mounts once it has one.
#[derive(Default)]
struct Volumes {
    by_name: HashMap<String, (NodeId, Option<NodeId>)>,
}

/// Whether the mapping has a list of mappings with names and images called `containers`.
fn holds_containers(tree: &Tree, node: NodeId) -> bool {
    let Some(list) = tree.get_own(node, "containers").filter(|&list| tree.value(list) == Value::List) else {
        return false;
    };
    let mut images = 0_usize;
    for item in tree.children(list) {
        if tree.value(item) != Value::Map || present(tree, item, "name").is_none() {
            return false;
        }
        images += usize::from(present(tree, item, "image").is_some());
    }
    images > 0
}

/// Whether the mapping is a part of a pod that is completed elsewhere: a step with a container alone, a list of steps with
/// images, or containers to which an operator gives their images.
fn holds_part(tree: &Tree, node: NodeId) -> bool {
    let has_image = |node: NodeId| present(tree, node, "image").is_some();
    let alone = ["container", "script"].iter().any(|key| mapping(tree, node, key).is_some_and(has_image));
    let listed = |key: &str| mappings(tree, node, key).into_iter().any(has_image);
    let is_container = |node: NodeId| {
        let has = |key: &&str| present(tree, node, key).is_some();
        has(&"name") && ["securityContext", "resources", "env", "volumeMounts", "command", "args"].iter().any(has)
    };
    let named = mappings(tree, node, "containers");
    alone
        || listed("steps")
        || tree.key(node) == "containerSet" && listed("containers")
        || named.iter().any(|&node| is_container(node))
            && named.iter().all(|&node| present(tree, node, "name").is_some())
}

/// The keys from `object` down to `node`, a number for an item of a list.
fn path_of(tree: &Tree, object: NodeId, node: NodeId) -> String {
    let mut keys = Vec::new();
    let mut at = node;
    while at != object {
        let Some(above) = tree.parent(at) else { break };
        let key = tree.key(at);
        keys.push(if key.is_empty() { "[*]".to_owned() } else { key.to_owned() });
        at = above;
    }
    keys.reverse();
    keys.join(".")
}
