//! From containers to the facts about them.

use hullmark_document::dockerfile::parse_reference;
use hullmark_document::{Node, NodeId, Span, Value};

use super::lowering::Lowering;
use super::{Parts, present};

/// The parts of a security context that a container takes from its pod when it has none itself.
///
/// Source: the Kubernetes API reference, `SecurityContext`: "If set in both SecurityContext and PodSecurityContext, the
/// value specified in SecurityContext takes precedence."
const INHERITED: [&str; 7] = [
    "runAsUser",
    "runAsGroup",
    "runAsNonRoot",
    "seccompProfile",
    "seLinuxOptions",
    "appArmorProfile",
    "windowsOptions",
];

impl Lowering<'_> {
    pub(super) fn container(&mut self, object: NodeId, pod: NodeId, container: NodeId, list: &str) {
        self.tree.add_fact_link(container, "pod", pod);
        self.tree.add_fact_link(container, "object", object);
        let restarts = present(&self.tree, container, "restartPolicy").and_then(|policy| self.tree.text(policy));
        let kind = match list {
            "initContainers" if restarts == Some("Always") => "sidecar",
            "initContainers" => "init",
            "ephemeralContainers" => "ephemeral",
            _ => "app",
        };
        self.tree.add_fact(container, Node::field("type", Value::Text(kind), Span::default()));
        self.effective(pod, container);
        self.image(container);
        if let Some(environment) = present(&self.tree, container, "env") {
            self.tree.add_fact_link(container, "environment", environment);
        }
        self.process(object, container);
    }

    /// The security context in force.
    fn effective(&mut self, pod: NodeId, container: NodeId) {
        let own = present(&self.tree, container, "securityContext");
        let pods = present(&self.tree, pod, "securityContext");
        if own.is_none() && pods.is_none() {
            return;
        }
        let effective = self.tree.add_fact(container, Node::field("effective", Value::Map, Span::default()));
        let open = |context: Option<NodeId>| context.is_some_and(|id| matches!(self.tree.value(id), Value::Unknown(_)));
        let (own_open, pods_open) = (open(own), open(pods));
        if own_open || pods_open {
            self.tree.set_value(effective, Value::Unknown(""));
        }
        if own_open {
            return;
        }
        for key in INHERITED {
            let found = [own, pods].into_iter().flatten().find_map(|context| present(&self.tree, context, key));
            if let Some(found) = found {
                let (key_span, span) = (self.tree.key_span(found), self.tree.span(found));
                let target = self.tree.resolve(found).unwrap_or(found);
                self.tree.add_link(effective, Node { key, key_span, span, value: Value::Null }, target);
            }
        }
    }

    /// The image reference in parts.
    fn image(&mut self, container: NodeId) {
        let Some(written) = present(&self.tree, container, "image") else { return };
        let span = self.tree.span(written);
        let text = match self.tree.value(written) {
            Value::Text("") | Value::List | Value::Map => return,
            // `ko://...` and its like name a source from which a tool will build the image.
            Value::Text(text) if text.contains("://") => {
                let text = text.to_owned();
                self.tree.add_fact(container, Node::field("image", Value::Unknown(&text), span));
                return;
            }
            Value::Text(text) => text.to_owned(),
            Value::Unknown(text) => {
                let text = text.to_owned();
                let value = Value::Unknown(&text);
                self.tree.add_fact(container, Node::field("image", value, span));
                return;
            }
            _ => span.text(self.tree.source()).to_owned(),
        };
        let parts = Parts::of(&self.tree, written, &text);
        // Without the key's place: what is missing is missing in the reference itself.
        let image = self.tree.add_fact(container, Node::field("image", Value::Map, span));
        let reference = parse_reference(&text);
        let whole = 0..text.len();
        let facts = [
            ("text", Some(whole.clone())),
            ("raw", Some(whole)),
            ("registry", reference.registry),
            ("repository", Some(reference.repository)),
            ("name", Some(reference.name)),
            ("tag", reference.tag),
            ("digest", reference.digest),
        ];
        for (key, range) in facts {
            let Some(range) = range else { continue };
            let part = text.get(range.clone()).unwrap_or("");
            // No image has such a thing in its name: something else fills it in before the API server sees it.
            let value = if part.contains(['$', '{', '<']) { Value::Unknown(part) } else { Value::Text(part) };
            self.tree.add_fact(image, Node::field(key, value, parts.span(range)));
        }
        if reference.open {
            self.tree.set_value(image, Value::Unknown(&text));
        }
        for key in ["is-stage", "is-scratch"] {
            self.tree.add_fact(image, Node::field(key, Value::Bool(false), Span::default()));
        }
    }
}
