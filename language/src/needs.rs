//! What a rule needs before it can match: texts of the file.

use crate::condition::{Cond, Quantifier};
use crate::path::{Path, Segment, Start};
use crate::predicate::{Absent, Op};
use crate::rule::Rule;
use crate::subject::{subject, type_named};

impl Rule {
    /// Texts of which one must stand in the file for a match; none when it can match any file.
    #[must_use]
    pub fn needs(&self) -> Vec<String> {
        // What is no part of the document may be worked out from anything.
        let of = self.on.first().and_then(|on| subject(on.input, &on.subject)).and_then(|one| type_named(one.of));
        if of.is_some_and(|of| of.open) { needs(&self.matches).unwrap_or_default() } else { Vec::new() }
    }
}

/// Texts of which one must stand in the file for `cond` to hold, or `None` when it can hold by absence.
///
/// Only keys of the document count: a value that the rule asks for may be spelled in many ways, a key in few (and a
/// file with a backslash, by which it could be spelled otherwise, is never skipped).
fn needs(cond: &Cond) -> Option<Vec<String>> {
    match cond {
        Cond::All(conds) => conds.iter().filter_map(needs).max_by_key(|texts| weight(texts)),
        Cond::Any(conds) => {
            let mut all = Vec::new();
            for cond in conds {
                all.extend(needs(cond)?);
            }
            Some(all)
        }
        Cond::Test { path, pred } => {
            let by_absence = pred.absent != Absent::NoMatch || pred.tests.contains(&Op::Exists(false));
            if by_absence { None } else { key_of(path).map(|key| vec![key]) }
        }
        Cond::Quantified { quantifier: Quantifier::Some, paths, filter, .. } => {
            let own: Option<Vec<String>> = paths.iter().map(key_of).collect();
            let inner = filter.as_deref().and_then(needs);
            match (own, inner) {
                (Some(own), Some(inner)) if weight(&inner) > weight(&own) => Some(inner),
                (Some(own), _) => Some(own),
                (None, inner) => inner,
            }
        }
        Cond::Not(_) | Cond::Quantified { .. } => None,
    }
}

/// How selective the texts are: the length of the shortest.
fn weight(texts: &[String]) -> usize {
    texts.iter().map(String::len).min().unwrap_or(0)
}

/// The longest key of the document that the path goes through. Facts may stand for anything, so a path through one
/// that is worked out by inheritance still needs its own keys, but data and parameters need nothing of the file.
fn key_of(path: &Path) -> Option<String> {
    if !matches!(path.start, Start::Slot(_)) {
        return None;
    }
    path.segments
        .iter()
        .filter_map(|segment| match segment {
            Segment::Key(key) => Some(key.text().to_owned()),
            _ => None,
        })
        .max_by_key(String::len)
}
