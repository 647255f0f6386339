//! What objects name: each reference by kind and name becomes a node of its own, with the place of the name.

use hullmark_document::{Node, NodeId, Span, Value};

use super::lowering::Lowering;
use super::{mapping, mappings, present};

/// What refers.
#[derive(Clone, Copy)]
pub(super) struct Referrer {
    pub(super) object: NodeId,
    pub(super) pod: Option<NodeId>,
    pub(super) container: Option<NodeId>,
}

impl Referrer {
    fn object(object: NodeId) -> Self {
        Self { object, pod: None, container: None }
    }
}

/// The volumes whose source names an object: the source, its key for the name, and the kind.
const VOLUMES: [(&str, &str, &str); 4] = [
    ("configMap", "name", "ConfigMap"),
    ("secret", "secretName", "Secret"),
    ("persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
    ("azureFile", "secretName", "Secret"),
];

/// What names a ConfigMap or Secret by `name`, in a projected volume and in `env` and `envFrom`.
const PROJECTED: [(&str, &str); 2] = [("configMap", "ConfigMap"), ("secret", "Secret")];
const VARIABLE: [(&str, &str); 2] = [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")];
const VARIABLES: [(&str, &str); 2] = [("configMapRef", "ConfigMap"), ("secretRef", "Secret")];

impl Lowering<'_> {
    /// Notes that `from` names an object of kind `kind`; the node of the reference, when `name` may be a name.
    fn refer(&mut self, from: Referrer, by: &str, kind: &str, name: Option<NodeId>) -> Option<NodeId> {
        let name = name.filter(|&name| {
            !matches!(self.tree.value(name), Value::Text("") | Value::Null | Value::List | Value::Map)
        })?;
        let owner = from.pod.unwrap_or(from.object);
        let list = match self.tree.fact(owner, "references") {
            Some(list) => list,
            None => self.tree.add_fact(owner, Node::field("references", Value::List, Span::default())),
        };
        let reference = self.tree.add(list, Node::item(Value::Map, self.tree.span(name)));
        self.tree.add_fact(reference, Node::field("kind", Value::Text(kind), Span::default()));
        self.tree.add_fact(reference, Node::field("by", Value::Text(by), Span::default()));
        self.tree.add_fact_link(reference, "name", name);
        self.tree.add_fact_link(reference, "object", from.object);
        for (key, node) in [("pod", from.pod), ("container", from.container)] {
            if let Some(node) = node {
                self.tree.add_fact_link(reference, key, node);
            }
        }
        self.references.push(reference);
        Some(reference)
    }

    /// Gives a reference what stands at `key` of `node`, under the name `fact`.
    fn tell(&mut self, reference: Option<NodeId>, fact: &str, node: NodeId, key: &str) {
        if let (Some(reference), Some(found)) = (reference, present(&self.tree, node, key)) {
            self.tree.add_fact_link(reference, fact, found);
        }
    }

    /// The mappings in the list called `key`, once: an alias can put one list at many places.
    fn fresh(&mut self, node: NodeId, key: &str) -> Vec<NodeId> {
        let list = present(&self.tree, node, key).and_then(|list| self.tree.resolve(list));
        if list.is_some_and(|list| self.seen.insert(list)) { mappings(&self.tree, node, key) } else { Vec::new() }
    }

    /// The reference of `source` to a ConfigMap or Secret: one for each of its `items`, when it has some.
    fn refer_to_keys(&mut self, from: Referrer, by: &str, kind: &str, (source, key): (NodeId, &str)) {
        let name = present(&self.tree, source, key);
        let items = self.fresh(source, "items");
        for item in items.iter().copied().map(Some).chain(items.is_empty().then_some(None)) {
            let reference = self.refer(from, by, kind, name);
            self.tell(reference, "optional", source, "optional");
            self.tell(reference, "key", item.unwrap_or(source), "key");
        }
    }

    /// What a pod names, but for its volumes and containers.
    pub(super) fn pod_references(&mut self, from: Referrer, pod: NodeId) {
        if !self.reading.references {
            return;
        }
        let account = ["serviceAccountName", "serviceAccount"]
            .into_iter()
            .find_map(|key| present(&self.tree, pod, key).filter(|&name| self.tree.text(name) != Some("")));
        self.refer(from, "service-account", "ServiceAccount", account);
        self.pull_secrets(from, pod);
    }

    fn pull_secrets(&mut self, from: Referrer, owner: NodeId) {
        for secret in self.fresh(owner, "imagePullSecrets") {
            let name = present(&self.tree, secret, "name");
            self.refer(from, "image-pull-secret", "Secret", name);
        }
    }

    pub(super) fn volume_references(&mut self, from: Referrer, volume: NodeId) {
        if !self.reading.references {
            return;
        }
        for (key, name, kind) in VOLUMES {
            if let Some(source) = mapping(&self.tree, volume, key) {
                self.refer_to_keys(from, "volume", kind, (source, name));
            }
        }
        if let Some(projected) = mapping(&self.tree, volume, "projected") {
            for source in self.fresh(projected, "sources") {
                self.named_sources(from, "volume", source, PROJECTED);
            }
        }
        let sources: Vec<NodeId> = self.tree.children(volume).collect();
        for source in sources {
            for key in ["secretRef", "nodePublishSecretRef"] {
                if let Some(secret) = mapping(&self.tree, source, key) {
                    let name = present(&self.tree, secret, "name");
                    self.refer(from, "volume", "Secret", name);
                }
            }
        }
    }

    pub(super) fn container_references(&mut self, from: Referrer, container: NodeId) {
        if !self.reading.references {
            return;
        }
        for entry in self.fresh(container, "env") {
            if let Some(source) = mapping(&self.tree, entry, "valueFrom") {
                self.named_sources(from, "env", source, VARIABLE);
            }
        }
        for entry in self.fresh(container, "envFrom") {
            self.named_sources(from, "env-from", entry, VARIABLES);
        }
    }

    fn named_sources(&mut self, from: Referrer, by: &str, node: NodeId, kinds: [(&str, &str); 2]) {
        for (key, kind) in kinds {
            if let Some(source) = mapping(&self.tree, node, key) {
                self.refer_to_keys(from, by, kind, (source, "name"));
            }
        }
    }

    /// What an object names outside of its pods.
    pub(super) fn object_references(&mut self, object: NodeId, group: &str, kind: &str) {
        if !self.reading.references {
            return;
        }
        let from = Referrer::object(object);
        let spec = mapping(&self.tree, object, "spec");
        match (group, kind, spec) {
            ("networking.k8s.io" | "extensions", "Ingress", Some(spec)) => self.ingress(from, spec),
            ("networking.k8s.io" | "extensions", "NetworkPolicy", Some(spec)) => self.peers(object, spec),
            ("gateway.networking.k8s.io", _, Some(spec)) if kind.ends_with("Route") => self.route(from, spec),
            ("networking.istio.io", "VirtualService", Some(spec)) => self.virtual_service(from, spec),
            ("route.openshift.io", "Route", Some(spec)) => {
                let others = self.fresh(spec, "alternateBackends");
                for backend in mapping(&self.tree, spec, "to").into_iter().chain(others) {
                    self.refer_to(from, "backend", backend, "Service");
                }
            }
            ("autoscaling", "HorizontalPodAutoscaler", Some(spec)) | ("keda.sh", "ScaledObject", Some(spec)) => {
                if let Some(target) = mapping(&self.tree, spec, "scaleTargetRef") {
                    self.refer_to(from, "scale-target", target, "Deployment");
                }
            }
            ("autoscaling.k8s.io", "VerticalPodAutoscaler", Some(spec)) => {
                if let Some(target) = mapping(&self.tree, spec, "targetRef") {
                    self.refer_to(from, "resize-target", target, "");
                }
            }
            ("apps", "StatefulSet", Some(spec)) => {
                let name = present(&self.tree, spec, "serviceName");
                self.refer(from, "service-name", "Service", name);
            }
            ("", "ServiceAccount", _) => self.pull_secrets(from, object),
            ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding", _) => {
                for subject in self.fresh(object, "subjects") {
                    let account = present(&self.tree, subject, "kind").and_then(|kind| self.tree.text(kind));
                    if account == Some("ServiceAccount") {
                        self.refer_to(from, "subject", subject, "ServiceAccount");
                    }
                }
            }
            _ => {}
        }
    }

    /// The reference that `target` is: a mapping with a name, perhaps a kind, group, namespace and port.
    fn refer_to(&mut self, from: Referrer, by: &str, target: NodeId, default: &str) {
        let text = |key| present(&self.tree, target, key).and_then(|found| self.tree.text(found));
        // A kind that is not known is none at all, so that nothing is said about it.
        let known = present(&self.tree, target, "kind").is_none();
        let kind = text("kind").unwrap_or(if known { default } else { "" }).to_owned();
        let group = text("apiVersion").map(|version| version.split_once('/').map_or("", |(group, _)| group));
        let group = group.or_else(|| text("group")).map(str::to_owned);
        let name = present(&self.tree, target, "name");
        let reference = self.refer(from, by, &kind, name);
        if let (Some(reference), Some(group)) = (reference, group) {
            self.tree.add_fact(reference, Node::field("group", Value::Text(&group), Span::default()));
        }
        self.tell(reference, "namespace", target, "namespace");
        self.tell(reference, "port", target, "port");
    }

    fn ingress(&mut self, from: Referrer, spec: NodeId) {
        for key in ["defaultBackend", "backend"] {
            if let Some(backend) = mapping(&self.tree, spec, key) {
                self.ingress_backend(from, backend);
            }
        }
        for rule in self.fresh(spec, "rules") {
            let Some(http) = mapping(&self.tree, rule, "http") else { continue };
            for path in self.fresh(http, "paths") {
                let Some(backend) = mapping(&self.tree, path, "backend") else { continue };
                let reference = self.ingress_backend(from, backend);
                self.tell(reference, "host", rule, "host");
                self.tell(reference, "path", path, "path");
                self.tell(reference, "path-type", path, "pathType");
            }
        }
        for tls in self.fresh(spec, "tls") {
            let name = present(&self.tree, tls, "secretName");
            self.refer(from, "tls", "Secret", name);
        }
    }

    /// The Service that a backend of an Ingress names, in today's form or that of before `networking.k8s.io/v1`.
    fn ingress_backend(&mut self, from: Referrer, backend: NodeId) -> Option<NodeId> {
        let Some(service) = mapping(&self.tree, backend, "service") else {
            let name = present(&self.tree, backend, "serviceName");
            let reference = self.refer(from, "backend", "Service", name);
            self.tell(reference, "port", backend, "servicePort");
            return reference;
        };
        let name = present(&self.tree, service, "name");
        let reference = self.refer(from, "backend", "Service", name);
        if let Some(port) = mapping(&self.tree, service, "port") {
            let key = if present(&self.tree, port, "number").is_some() { "number" } else { "name" };
            self.tell(reference, "port", port, key);
        }
        reference
    }

    fn route(&mut self, from: Referrer, spec: NodeId) {
        for rule in self.fresh(spec, "rules") {
            let mut backends = self.fresh(rule, "backendRefs");
            for filter in self.fresh(rule, "filters") {
                let mirror = mapping(&self.tree, filter, "requestMirror");
                backends.extend(mirror.and_then(|mirror| mapping(&self.tree, mirror, "backendRef")));
            }
            for backend in backends {
                self.refer_to(from, "backend", backend, "Service");
            }
        }
    }

    /// The Services to which Istio takes what comes in through a gateway.
    fn virtual_service(&mut self, from: Referrer, spec: NodeId) {
        let gateways = present(&self.tree, spec, "gateways");
        let mut gateways = gateways.into_iter().flat_map(|gateways| self.tree.children(gateways));
        if !gateways.any(|gateway| self.tree.text(gateway) != Some("mesh")) {
            return;
        }
        for protocol in ["http", "tls", "tcp"] {
            for rule in self.fresh(spec, protocol) {
                for route in self.fresh(rule, "route") {
                    if let Some(destination) = mapping(&self.tree, route, "destination") {
                        self.destination(from, destination);
                    }
                }
            }
        }
    }

    /// The Service whose name in DNS, short or whole, is the host; any other host may lie outside of the cluster.
    fn destination(&mut self, from: Referrer, destination: NodeId) {
        let Some(host) = present(&self.tree, destination, "host") else { return };
        let Some(text) = self.tree.text(host).map(str::to_owned) else { return };
        let mut parts = text.split('.');
        let (name, namespace, suffix) = (parts.next().unwrap_or(""), parts.next(), parts.next());
        if !(namespace.is_none() || suffix == Some("svc")) || !self.seen.insert(destination) {
            return;
        }
        let span = self.tree.span(host);
        let service = self.tree.add_fact(destination, Node::field("service", Value::Text(name), span));
        let reference = self.refer(from, "backend", "Service", Some(service));
        if let (Some(reference), Some(namespace)) = (reference, namespace) {
            self.tree.add_fact(reference, Node::field("namespace", Value::Text(namespace), span));
        }
        if let Some(port) = mapping(&self.tree, destination, "port") {
            self.tell(reference, "port", port, "number");
        }
    }

    /// The peers of a NetworkPolicy.
    fn peers(&mut self, object: NodeId, spec: NodeId) {
        let mut list = None;
        for (direction, sides) in [("ingress", "from"), ("egress", "to")] {
            for rule in self.fresh(spec, direction) {
                for peer in self.fresh(rule, sides) {
                    let list = *list.get_or_insert_with(|| {
                        self.tree.add_fact(object, Node::field("peers", Value::List, Span::default()))
                    });
                    let span = self.tree.span(peer);
                    self.tree.add_link(list, Node::item(Value::Null, span), peer);
                    if self.seen.insert(peer) {
                        self.tree.add_fact_link(peer, "object", object);
                    }
                }
            }
        }
    }
}
