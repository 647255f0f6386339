//! One sort for everything.

use std::cmp::Ordering;

/// Sorts `items` and keeps the order of equal ones.
///
/// Every type that is sorted with the standard library brings a copy of its sort, 5 kB for each that a browser has to
/// download. Here the numbers of the items are sorted, by one copy, and the items are moved once.
///
/// ```
/// let mut words = vec!["b", "a"];
/// hullmark_document::sort_by(&mut words, |a, b| a.cmp(b));
/// assert_eq!(words, ["a", "b"]);
/// ```
pub fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    if items.is_sorted_by(|a, b| compare(a, b) != Ordering::Greater) {
        return;
    }
    let mut order: Vec<usize> = (0..items.len()).collect();
    sort_numbers(&mut order, &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        // No number is beyond the items.
        _ => Ordering::Equal,
    });
    let mut slots: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|at| slots.get_mut(at)?.take()));
}

fn sort_numbers(numbers: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    numbers.sort_by(|&a, &b| compare(a, b));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn items_are_sorted_as_by_the_standard_library(items in prop::collection::vec((0_u8..8, 0_u8..200), 0..80)) {
            let (mut ours, mut theirs) = (items.clone(), items);
            super::sort_by(&mut ours, |a, b| a.0.cmp(&b.0));
            theirs.sort_by_key(|item| item.0);
            prop_assert_eq!(ours, theirs);
        }
    }
}
