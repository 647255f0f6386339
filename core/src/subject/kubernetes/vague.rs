//! What may be any object of a kind, since its name or namespace is not known.

use std::collections::HashSet;

/// Namespaces and kinds in which something has a name that is not known.
#[derive(Debug, Default)]
pub(super) struct Vague<'a>(HashSet<(Option<&'a str>, &'a str)>);

impl<'a> Vague<'a> {
    /// Something of this kind in this namespace; none and an empty text stand for those that are not known.
    pub(super) fn add(&mut self, namespace: Option<&'a str>, kind: &'a str) {
        self.0.insert((namespace, kind));
    }

    /// Whether some of it may be of this kind, in this namespace.
    pub(super) fn may_be(&self, namespace: &'a str, kind: &'a str) -> bool {
        let places = [Some(namespace), None];
        places.into_iter().any(|place| self.0.contains(&(place, kind)) || self.0.contains(&(place, "")))
    }

    /// Whether some of it may be of this kind, wherever.
    pub(super) fn may_be_anywhere(&self, kind: &str) -> bool {
        self.0.iter().any(|&(_, other)| other == kind || other.is_empty())
    }
}
