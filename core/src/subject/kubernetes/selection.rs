//! Selectors and what they select, each found from the other through an index by namespace and label.

use std::collections::HashMap;

use hullmark_document::{Value, sort_by};

use super::selector::{Selector, scalar};
use crate::check::{NodeRef, Truth};

/// A namespace, label and value.
type Label<'a> = (&'a str, &'a str, &'a str);

/// The numbers of the selectors that select, or may select, one thing; nothing when there are too many to look at.
pub(super) type Selecting = Option<Vec<(usize, Truth)>>;

/// Things with labels.
#[derive(Default)]
pub(super) struct Labelled<'a> {
    things: Vec<(NodeRef<'a>, Option<NodeRef<'a>>)>,
    by_label: HashMap<Label<'a>, Vec<usize>>,
    by_namespace: HashMap<&'a str, Vec<usize>>,
    /// Those whose labels cannot be looked up one by one, by namespace.
    irregular: HashMap<&'a str, Vec<usize>>,
    /// Those whose namespace is not known.
    unplaced: Vec<usize>,
}

impl<'a> Labelled<'a> {
    pub(super) fn len(&self) -> usize {
        self.things.len()
    }

    pub(super) fn add(&mut self, thing: NodeRef<'a>, namespace: Option<&'a str>, labels: Option<NodeRef<'a>>) {
        let number = self.things.len();
        self.things.push((thing, labels));
        let Some(namespace) = namespace else {
            self.unplaced.push(number);
            return;
        };
        self.by_namespace.entry(namespace).or_default().push(number);
        let Some(labels) = labels else { return };
        for (key, value) in regular(labels) {
            self.by_label.entry((namespace, key, value)).or_default().push(number);
        }
        if is_irregular(labels) {
            self.irregular.entry(namespace).or_default().push(number);
        }
    }

    /// What `selector` selects in `namespace`, or everywhere; `None` when it cannot be told or is more than `limit`.
    pub(super) fn selected(
        &self,
        namespace: Option<&str>,
        selector: &Selector<'a>,
        limit: usize,
    ) -> Option<Vec<NodeRef<'a>>> {
        self.numbers(namespace, selector, limit).map(|numbers| self.numbered(&numbers).collect())
    }

    /// The things of these numbers.
    pub(super) fn numbered(&self, numbers: &[usize]) -> impl Iterator<Item = NodeRef<'a>> {
        numbers.iter().filter_map(|&number| self.things.get(number)).map(|&(thing, _)| thing)
    }

    /// The numbers of what `selector` selects, as [`Labelled::selected`].
    pub(super) fn numbers(&self, namespace: Option<&str>, selector: &Selector<'a>, limit: usize) -> Option<Vec<usize>> {
        let all: Vec<usize>;
        let lists = match (namespace, selector.key()) {
            (None, _) if self.things.len() > limit => return None,
            (None, _) => {
                all = (0..self.things.len()).collect();
                vec![all.as_slice()]
            }
            (Some(namespace), Some((key, values))) => {
                let found = values.iter().filter_map(|value| self.by_label.get(&(namespace, key, *value)));
                found.chain(self.irregular.get(namespace)).map(Vec::as_slice).collect()
            }
            (Some(namespace), None) => self.by_namespace.get(namespace).into_iter().map(Vec::as_slice).collect(),
        };
        let numbers = in_order(&lists, limit.checked_sub(self.unplaced.len())?)?;
        let mut found = Vec::new();
        for number in numbers {
            let Some(&(_, labels)) = self.things.get(number) else { continue };
            match selector.selects(labels) {
                Truth::True => found.push(number),
                Truth::Unknown => return None,
                Truth::False => {}
            }
        }
        let mut unplaced = self.unplaced.iter().filter_map(|&number| self.things.get(number));
        let certain = namespace.is_none() || unplaced.all(|&(_, labels)| selector.selects(labels) == Truth::False);
        certain.then_some(found)
    }
}

/// Objects with selectors.
#[derive(Default)]
pub(super) struct Selection<'a> {
    /// Each with the object's kind.
    selectors: Vec<(NodeRef<'a>, &'a str, Selector<'a>)>,
    by_label: HashMap<Label<'a>, Vec<usize>>,
    /// Those that ask for no label by value, by namespace.
    other: HashMap<&'a str, Vec<usize>>,
    by_namespace: HashMap<&'a str, Vec<usize>>,
    /// Those that look at every namespace.
    everywhere: Vec<usize>,
    /// Those whose namespace is not known.
    unplaced: Vec<usize>,
}

impl<'a> Selection<'a> {
    pub(super) fn len(&self) -> usize {
        self.selectors.len()
    }

    pub(super) fn add(
        &mut self,
        object: NodeRef<'a>,
        namespace: Option<&'a str>,
        kind: &'a str,
        selector: Selector<'a>,
    ) {
        let number = self.selectors.len();
        match namespace {
            _ if selector.all_namespaces => self.everywhere.push(number),
            None => self.unplaced.push(number),
            Some(namespace) => {
                match selector.key() {
                    Some((key, values)) => {
                        for value in values {
                            self.by_label.entry((namespace, key, value)).or_default().push(number);
                        }
                    }
                    None => self.other.entry(namespace).or_default().push(number),
                }
                self.by_namespace.entry(namespace).or_default().push(number);
            }
        }
        self.selectors.push((object, kind, selector));
    }

    /// The numbers of the selectors that select, or may select, what has these labels; `None` when there are more than
    /// `limit` to look at.
    pub(super) fn selecting(&self, namespace: &str, labels: Option<NodeRef<'a>>, limit: usize) -> Selecting {
        let mut lists: Vec<&[usize]> = Vec::new();
        if labels.is_some_and(is_irregular) {
            lists.extend(self.by_namespace.get(namespace).map(Vec::as_slice));
        } else {
            let found = labels.into_iter().flat_map(regular);
            let found = found.filter_map(|(key, value)| self.by_label.get(&(namespace, key, value)));
            lists.extend(found.chain(self.other.get(namespace)).map(Vec::as_slice));
        }
        lists.push(&self.everywhere);
        let numbers = in_order(&lists, limit.checked_sub(self.unplaced.len())?)?;
        let placed = numbers.iter().map(|&number| (number, Truth::True));
        let unplaced = self.unplaced.iter().map(|&number| (number, Truth::Unknown));
        let truths = placed.chain(unplaced).filter_map(|(number, most)| {
            let (_, _, selector) = self.selectors.get(number)?;
            Some((number, selector.selects(labels).min(most)))
        });
        Some(truths.filter(|&(_, truth)| truth != Truth::False).collect())
    }

    /// The objects of the wanted kinds whose selectors have these numbers; `None` when one of them may not select.
    pub(super) fn objects(
        &self,
        found: &[(usize, Truth)],
        is_wanted: impl Fn(&str) -> bool,
    ) -> Option<Vec<NodeRef<'a>>> {
        let mut objects: Vec<NodeRef<'a>> = Vec::new();
        for &(number, truth) in found {
            let Some((object, kind, _)) = self.selectors.get(number) else { continue };
            if !is_wanted(kind) {
                continue;
            }
            if truth == Truth::Unknown {
                return None;
            }
            // The selectors of one object stand beside each other.
            if objects.last() != Some(object) {
                objects.push(*object);
            }
        }
        Some(objects)
    }
}

/// The numbers in the lists, each once; `None` when there are more than `limit`, before any is looked at.
fn in_order(lists: &[&[usize]], limit: usize) -> Option<Vec<usize>> {
    let count: usize = lists.iter().map(|list| list.len()).sum();
    if count > limit {
        return None;
    }
    let mut numbers = lists.concat();
    sort_by(&mut numbers, Ord::cmp);
    numbers.dedup();
    Some(numbers)
}

/// The labels whose values are known.
fn regular(labels: NodeRef<'_>) -> impl Iterator<Item = (&str, &str)> {
    labels.children().filter_map(|label| Some((label.tree.key(label.id), scalar(label)?)))
}

/// Whether some label, or all of them, cannot be looked up by its value.
fn is_irregular(labels: NodeRef<'_>) -> bool {
    matches!(labels.value(), Value::Unknown(_)) || labels.children().any(|label| scalar(label).is_none())
}
