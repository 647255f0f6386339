//! Label selectors.

use hullmark_document::Value;

use crate::check::{NodeRef, Truth};

/// What a selector demands of labels.
#[derive(Debug)]
pub(super) struct Selector<'a> {
    /// All must hold; none means everything is selected.
    pub(super) terms: Vec<Term<'a>>,
    /// Whether a part of it is not known.
    unknown: bool,
    /// Whether it looks at pods of every namespace.
    pub(super) all_namespaces: bool,
}

/// One demand.
#[derive(Debug)]
pub(super) enum Term<'a> {
    /// The label has one of the values.
    In(&'a str, Vec<&'a str>),
    /// The label is missing or has another value.
    NotIn(&'a str, Vec<&'a str>),
    /// The label is there.
    Exists(&'a str),
    /// The label is missing.
    DoesNotExist(&'a str),
}

/// The text of a scalar; numbers and booleans as they are written.
pub(super) fn scalar(node: NodeRef<'_>) -> Option<&str> {
    match node.value() {
        Value::Text(text) => Some(text),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => Some(node.target().source()),
        Value::Null | Value::List | Value::Map | Value::Unknown(_) => None,
    }
}

/// The field called `key`, when it is there and not null.
pub(super) fn present<'a>(node: NodeRef<'a>, key: &str) -> Option<NodeRef<'a>> {
    node.get(key).filter(|found| found.value() != Value::Null)
}

/// The node at the keys of `path`, when it is there and not null.
pub(super) fn at<'a>(node: NodeRef<'a>, path: &[&str]) -> Option<NodeRef<'a>> {
    path.iter().try_fold(node, |node, key| present(node, key))
}

impl<'a> Selector<'a> {
    /// The selectors for pods of an object; none when it selects none or is of no kind that does.
    pub(super) fn all_of(object: NodeRef<'a>) -> Vec<Self> {
        let kind = present(object, "kind").and_then(scalar).unwrap_or("");
        let group = object.fact_text("group").unwrap_or("");
        let specs = present(object, "specs").filter(|_| group == "cilium.io");
        let specs = present(object, "spec").into_iter().chain(specs.into_iter().flat_map(NodeRef::children));
        specs.filter_map(|spec| Self::of(object, spec, (group, kind))).collect()
    }

    fn of(object: NodeRef<'a>, spec: NodeRef<'a>, (group, kind): (&str, &str)) -> Option<Self> {
        match (group, kind) {
            ("", "Service") => {
                if present(spec, "type").and_then(scalar) == Some("ExternalName") {
                    return None;
                }
                let mut made = Self::everything();
                made.add_labels(present(spec, "selector")?, "");
                // A Service without selector has no pods of its own; its endpoints are made by hand.
                (!made.terms.is_empty() || made.unknown).then_some(made)
            }
            ("networking.k8s.io" | "extensions", "NetworkPolicy") => {
                // A missing `podSelector` reads as the empty one.
                Some(present(spec, "podSelector").map_or_else(Self::everything, Self::of_labels))
            }
            ("policy", "PodDisruptionBudget") => {
                let made = Self::of_labels(present(spec, "selector")?);
                // Under policy/v1beta1 an empty selector selects nothing.
                let empty = made.terms.is_empty() && !made.unknown;
                (!(empty && object.fact_text("version") == Some("v1beta1"))).then_some(made)
            }
            ("cilium.io", "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy") => {
                let mut made = Self::of_labels(present(spec, "endpointSelector")?);
                made.all_namespaces = kind == "CiliumClusterwideNetworkPolicy";
                Some(made)
            }
            ("projectcalico.org" | "crd.projectcalico.org", "NetworkPolicy" | "GlobalNetworkPolicy") => {
                // Calico's selectors are expressions of their own, which are not read here.
                let all_namespaces = kind == "GlobalNetworkPolicy";
                Some(Self { terms: Vec::new(), unknown: true, all_namespaces })
            }
            // What they name lies in namespaces that are chosen by labels, which are not read here.
            ("policy.networking.k8s.io", _) if kind.ends_with("NetworkPolicy") => {
                Some(Self { terms: Vec::new(), unknown: true, all_namespaces: true })
            }
            _ => None,
        }
    }

    /// The selector of a workload for its own pods; `None` when it has none.
    pub(super) fn of_workload(object: NodeRef<'a>) -> Option<Self> {
        let selector = at(object, &["spec", "selector"])?;
        match present(object, "kind").and_then(scalar)? {
            "ReplicationController" | "DeploymentConfig" => {
                let mut made = Self::everything();
                made.add_labels(selector, "");
                Some(made)
            }
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Rollout" => Some(Self::of_labels(selector)),
            _ => None,
        }
    }

    /// Whether it selects everything, for sure.
    pub(super) fn selects_all(&self) -> bool {
        self.terms.is_empty() && !self.unknown
    }

    pub(super) fn everything() -> Self {
        Self { terms: Vec::new(), unknown: false, all_namespaces: false }
    }

    /// A `LabelSelector`: `matchLabels` and `matchExpressions`.
    pub(super) fn of_labels(selector: NodeRef<'a>) -> Self {
        let mut made = Self::everything();
        made.unknown = matches!(selector.value(), Value::Unknown(_));
        if let Some(labels) = present(selector, "matchLabels") {
            made.add_labels(labels, "k8s:");
        }
        for expression in present(selector, "matchExpressions").into_iter().flat_map(NodeRef::children) {
            made.add_expression(expression);
        }
        made
    }

    fn add_labels(&mut self, labels: NodeRef<'a>, prefix: &str) {
        self.unknown |= matches!(labels.value(), Value::Unknown(_));
        for label in labels.children() {
            let key = label.tree.key(label.id);
            let key = key.strip_prefix(prefix).unwrap_or(key);
            match scalar(label) {
                _ if label.tree.is_merge(label.id) => self.unknown = true,
                Some(value) => self.terms.push(Term::In(key, vec![value])),
                None if label.value() == Value::Null => self.terms.push(Term::In(key, vec![""])),
                None => self.unknown = true,
            }
        }
    }

    fn add_expression(&mut self, expression: NodeRef<'a>) {
        let key = present(expression, "key").and_then(scalar);
        let operator = present(expression, "operator").and_then(scalar);
        let mut values = Vec::new();
        for value in present(expression, "values").into_iter().flat_map(NodeRef::children) {
            match scalar(value) {
                Some(value) => values.push(value),
                None => self.unknown = true,
            }
        }
        match (key, operator) {
            (Some(key), Some("In")) => self.terms.push(Term::In(key, values)),
            (Some(key), Some("NotIn")) => self.terms.push(Term::NotIn(key, values)),
            (Some(key), Some("Exists")) => self.terms.push(Term::Exists(key)),
            (Some(key), Some("DoesNotExist")) => self.terms.push(Term::DoesNotExist(key)),
            _ => self.unknown = true,
        }
    }

    /// The label and values of a demand by which pods can be looked up.
    pub(super) fn key(&self) -> Option<(&'a str, &[&'a str])> {
        self.terms.iter().find_map(|term| match term {
            Term::In(key, values) => Some((*key, values.as_slice())),
            _ => None,
        })
    }

    /// Whether it selects what has these labels.
    pub(super) fn selects(&self, labels: Option<NodeRef<'a>>) -> Truth {
        let mut truth = if self.unknown { Truth::Unknown } else { Truth::True };
        for term in &self.terms {
            truth = truth.min(term.holds(labels));
            if truth == Truth::False {
                break;
            }
        }
        truth
    }
}

/// The label that every namespace has from the API server: its name.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

impl<'a> Selector<'a> {
    /// Whether it selects the namespace `name`, which has these labels as far as they are known.
    pub(super) fn selects_namespace(&self, name: &str, labels: Option<Option<NodeRef<'a>>>) -> Truth {
        let mut truth = if self.unknown { Truth::Unknown } else { Truth::True };
        for term in &self.terms {
            truth = truth.min(match labels {
                _ if term.key() == NAMESPACE_NAME => term.fits(Some(name)),
                Some(labels) => term.holds(labels),
                None => Truth::Unknown,
            });
        }
        truth
    }

    /// The names of namespaces of which it selects one or none.
    pub(super) fn namespace_names(&self) -> Option<&[&'a str]> {
        self.terms.iter().find_map(|term| match term {
            Term::In(key, values) if *key == NAMESPACE_NAME => Some(values.as_slice()),
            _ => None,
        })
    }
}

impl Term<'_> {
    fn key(&self) -> &str {
        let (Self::In(key, _) | Self::NotIn(key, _) | Self::Exists(key) | Self::DoesNotExist(key)) = self;
        key
    }

    fn holds(&self, labels: Option<NodeRef<'_>>) -> Truth {
        let key = self.key();
        if labels.is_some_and(|labels| matches!(labels.value(), Value::Unknown(_))) {
            return Truth::Unknown;
        }
        let label = labels.and_then(|labels| labels.get(key));
        let value = match label.map(|label| (label.value(), scalar(label))) {
            None => None,
            Some((Value::Null, _)) => Some(""),
            Some((_, Some(value))) => Some(value),
            // There, but not known: the key alone tells what needs no value.
            Some((_, None)) => {
                return match self {
                    Self::Exists(_) => Truth::True,
                    Self::DoesNotExist(_) => Truth::False,
                    Self::In(..) | Self::NotIn(..) => Truth::Unknown,
                };
            }
        };
        self.fits(value)
    }

    /// Whether a label with this value, or without one, is as it wants it.
    fn fits(&self, value: Option<&str>) -> Truth {
        Truth::from_bool(match self {
            Self::In(_, values) => value.is_some_and(|value| values.contains(&value)),
            Self::NotIn(_, values) => value.is_none_or(|value| !values.contains(&value)),
            Self::Exists(_) => value.is_some(),
            Self::DoesNotExist(_) => value.is_none(),
        })
    }
}
