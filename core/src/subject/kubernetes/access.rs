//! Who is bound to which role: bindings looked up by their role and by the service accounts they speak of.

use std::collections::HashMap;

use hullmark_document::{NodeId, Value, sort_by};

use super::selection::Labelled;
use super::selector::{Selector, at, present, scalar};
use crate::check::NodeRef;

/// The namespace, kind and name of a role; a ClusterRole stands in no namespace.
pub(super) type Role<'a> = (&'a str, &'a str, &'a str);

/// All service accounts of the cluster; those of a namespace stand behind it with a colon.
const ACCOUNTS: &str = "system:serviceaccounts";
/// The name that a service account has as a user, before namespace and name.
const ACCOUNT_USER: &str = "system:serviceaccount:";

/// So many ClusterRoles are looked at to find those that make up another one.
const PARTS: usize = 128;

/// The RoleBindings and ClusterRoleBindings of a set, and the roles that every cluster has.
#[derive(Default)]
pub(super) struct Access<'a> {
    bindings: Vec<NodeRef<'a>>,
    /// Bindings by the namespace and name of a service account, by their number.
    by_account: HashMap<(&'a str, &'a str), Vec<usize>>,
    /// Those that speak of every service account of a namespace.
    by_namespace: HashMap<&'a str, Vec<usize>>,
    /// Those that speak of every service account.
    of_all: Vec<usize>,
    /// Whether a subject is not known: it may be any account that no binding names.
    pub(super) vague: bool,
    /// What the ClusterRoles grant that the API server makes, by name: rows of a table.
    built_in: HashMap<&'a str, Vec<NodeRef<'a>>>,
    /// ClusterRoles by their labels, for those that are made up of others.
    cluster_roles: Labelled<'a>,
    aggregated: Vec<NodeRef<'a>>,
    /// The roles that make up each of these, when they are known.
    parts: HashMap<(u32, NodeId), Option<Vec<NodeRef<'a>>>>,
}

impl<'a> Access<'a> {
    /// `table` holds what the roles grant that the API server makes.
    pub(super) fn new(table: Option<NodeRef<'a>>) -> Self {
        let mut made = Self::default();
        for row in table.into_iter().flat_map(NodeRef::children) {
            for name in present(row, "roles").into_iter().flat_map(NodeRef::children).filter_map(scalar) {
                made.built_in.entry(name).or_default().push(row);
            }
        }
        made
    }

    /// Takes in a RoleBinding or ClusterRoleBinding.
    pub(super) fn add(&mut self, binding: NodeRef<'a>, namespace: &'a str) {
        let number = self.bindings.len();
        self.bindings.push(binding);
        let Some(subjects) = present(binding, "subjects") else { return };
        self.vague |= matches!(subjects.value(), Value::Unknown(_));
        for subject in subjects.children() {
            let subject = subject.target();
            let parts = (present(subject, "kind").and_then(scalar), present(subject, "name").and_then(scalar));
            let (Some(kind), Some(name)) = parts else {
                self.vague = true;
                continue;
            };
            match kind {
                "ServiceAccount" => {
                    // The API server asks for the namespace; what fills in a missing one takes that of the binding.
                    match present(subject, "namespace").map_or(Some(namespace), scalar) {
                        Some(namespace) => push(self.by_account.entry((namespace, name)).or_default(), number),
                        None => self.vague = true,
                    }
                }
                "User" => {
                    if let Some(account) = name.strip_prefix(ACCOUNT_USER).and_then(|rest| rest.split_once(':')) {
                        push(self.by_account.entry(account).or_default(), number);
                    }
                }
                "Group" => self.add_group(name, number),
                _ => {}
            }
        }
    }

    /// Takes in a ClusterRole.
    pub(super) fn add_cluster_role(&mut self, role: NodeRef<'a>) {
        if present(role, "aggregationRule").is_some() {
            self.aggregated.push(role);
        }
        self.cluster_roles.add(role, Some(""), at(role, &["metadata", "labels"]));
    }

    fn add_group(&mut self, name: &'a str, number: usize) {
        if matches!(name, ACCOUNTS | "system:authenticated") {
            push(&mut self.of_all, number);
        } else if let Some(namespace) = name.strip_prefix(ACCOUNTS).and_then(|rest| rest.strip_prefix(':')) {
            push(self.by_namespace.entry(namespace).or_default(), number);
        }
    }

    /// How many bindings there are.
    pub(super) fn count(&self) -> usize {
        self.bindings.len()
    }

    /// The bindings that give a service account rights, be it by one of its groups; `None` when they are more than
    /// `limit`.
    pub(super) fn of_account(&self, account: (&'a str, &'a str), limit: usize) -> Option<Vec<NodeRef<'a>>> {
        let own = self.by_account.get(&account).map_or(&[] as &[_], Vec::as_slice);
        let shared = self.by_namespace.get(account.0).map_or(&[] as &[_], Vec::as_slice);
        if own.len() + shared.len() + self.of_all.len() > limit {
            return None;
        }
        let mut numbers: Vec<usize> = [own, shared, &self.of_all].concat();
        sort_by(&mut numbers, Ord::cmp);
        numbers.dedup();
        Some(numbers.into_iter().filter_map(|number| self.bindings.get(number).copied()).collect())
    }

    /// Finds out what the aggregated roles are made of, once all roles are there.
    pub(super) fn aggregate(&mut self) {
        let roles = std::mem::take(&mut self.aggregated);
        for role in roles {
            let parts = self.selected_parts(role);
            self.parts.insert((role.document, role.id), parts);
        }
    }

    fn selected_parts(&self, role: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let name = at(role, &["metadata", "name"]).and_then(scalar)?;
        let mut parts = self.built_in(name).unwrap_or_default().to_vec();
        let selectors = at(role, &["aggregationRule", "clusterRoleSelectors"]);
        for selector in selectors.into_iter().flat_map(NodeRef::children) {
            let selector = Selector::of_labels(selector.target());
            parts.extend(self.cluster_roles.selected(Some(""), &selector, PARTS.saturating_sub(parts.len()))?);
        }
        (!parts.is_empty()).then_some(parts)
    }

    /// The roles whose rules the cluster puts into an aggregated role; `None` when they are not known.
    pub(super) fn parts(&self, role: NodeRef<'a>) -> Option<&[NodeRef<'a>]> {
        self.parts.get(&(role.document, role.id))?.as_deref()
    }

    /// What the ClusterRole of this name grants that the API server makes, when it is one of them.
    pub(super) fn built_in(&self, name: &str) -> Option<&[NodeRef<'a>]> {
        self.built_in.get(name).map(Vec::as_slice)
    }
}

/// The role that a binding names.
pub(super) fn role_reference<'a>(binding: NodeRef<'a>, kind: &str, namespace: &'a str) -> Option<Role<'a>> {
    let reference = present(binding, "roleRef")?;
    let name = present(reference, "name").and_then(scalar)?;
    match present(reference, "kind").and_then(scalar)? {
        "Role" if kind == "RoleBinding" => Some((namespace, "Role", name)),
        "ClusterRole" => Some(("", "ClusterRole", name)),
        _ => None,
    }
}

/// Notes a binding once, however often it names the same account.
fn push(numbers: &mut Vec<usize>, number: usize) {
    if numbers.last() != Some(&number) {
        numbers.push(number);
    }
}
