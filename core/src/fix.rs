//! Applying fixes to a text.

use std::collections::BTreeMap;

use hullmark_document::Span;

use crate::error::{Error, ErrorKind};
use crate::finding::{Fix, Safety};

/// A text after fixes, and which of them went into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The text.
    pub text: String,
    /// The numbers, from 0, of the fixes that were applied, in the order they were given.
    pub applied: Vec<usize>,
}

/// Applies `fixes` to `text`, the text of the file they were made for.
///
/// A fix whose edits overlap those of one before it is left out whole: it will come again when the result is checked.
/// Fixes for display are left out. Every edit is taken to be one of this text, whatever path it names.
///
/// # Errors
/// [`ErrorKind::BadEdit`] when an edit does not fit the text, which then was another one.
///
/// ```
/// let text = "FROM a\n";
/// assert_eq!(hullmark::apply_fixes(text, &[])?, text);
/// # Ok::<(), hullmark::Error>(())
/// ```
pub fn apply_fixes(text: &str, fixes: &[&Fix]) -> Result<String, Error> {
    merge_fixes(text, fixes).map(|fixed| fixed.text)
}

/// As [`apply_fixes`], and says which fixes were applied. A fix that asks for nothing but edits that are made already
/// counts as applied.
///
/// # Errors
/// As [`apply_fixes`].
pub fn merge_fixes(text: &str, fixes: &[&Fix]) -> Result<Fixed, Error> {
    let mut taken = Taken::default();
    let mut applied = Vec::new();
    for (number, fix) in fixes.iter().enumerate().filter(|(_, fix)| fix.applicability != Safety::Display) {
        let edits: Vec<(Span, &str)> =
            fix.edits.iter().map(|edit| (Span::new(edit.start.byte, edit.end.byte), edit.text.as_str())).collect();
        if edits.iter().all(|&(span, new)| taken.holds(span, new)) {
            applied.push(number);
        } else if !edits.iter().any(|&(span, _)| taken.clashes(span)) {
            edits.into_iter().for_each(|(span, new)| taken.take(span, new));
            applied.push(number);
        }
    }
    Ok(Fixed { text: taken.apply(text)?, applied })
}

/// The edits that are to be made, by place; those of different fixes never touch.
#[derive(Default)]
struct Taken<'f> {
    /// Several texts only where one fix has several edits of one range.
    edits: BTreeMap<Span, Vec<&'f str>>,
}

impl<'f> Taken<'f> {
    fn holds(&self, span: Span, new: &str) -> bool {
        self.edits.get(&span).is_some_and(|texts| texts.contains(&new))
    }

    /// Whether `span` touches an edit. As the edits do not overlap, those next to it tell for all of them.
    fn clashes(&self, span: Span) -> bool {
        let before = self.edits.range(..=Span::new(span.start, u32::MAX)).next_back();
        let after = self.edits.range(Span::new(span.start, span.start)..).find(|(other, _)| other.start >= span.start);
        before.into_iter().chain(after).any(|(&other, _)| overlap(span, other))
    }

    fn take(&mut self, span: Span, new: &'f str) {
        self.edits.entry(span).or_default().push(new);
    }

    fn apply(&self, text: &str) -> Result<String, Error> {
        let misfit =
            || Error::new(ErrorKind::BadEdit, "an edit does not fit the text").with_help("check it again first");
        let mut made = String::with_capacity(text.len());
        let mut at = 0_usize;
        for (span, texts) in &self.edits {
            for new in texts {
                let kept = text.get(at..span.start as usize).filter(|_| text.is_char_boundary(span.end as usize));
                made.push_str(kept.ok_or_else(misfit)?);
                made.push_str(new);
                at = span.end as usize;
            }
        }
        made.push_str(text.get(at..).unwrap_or(""));
        Ok(made)
    }
}

/// Whether two edits touch the same text, or the same point.
fn overlap(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
        || a.start == b.start
        || (a.is_empty() || b.is_empty()) && (a.end == b.start || b.end == a.start)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::finding::{Edit, Place};

    fn fix(edits: &[(u32, u32, &str)]) -> Fix {
        let place = |byte| Place { line: 1, column: byte + 1, byte, offset: byte };
        let edits = edits
            .iter()
            .map(|&(start, end, text)| Edit {
                path: Arc::from("f"),
                start: place(start),
                end: place(end),
                text: text.to_owned(),
            })
            .collect();
        Fix { title: String::new(), applicability: Safety::Safe, edits }
    }

    fn merged(text: &str, fixes: &[Fix]) -> (String, Vec<usize>) {
        let fixed = merge_fixes(text, &fixes.iter().collect::<Vec<_>>()).unwrap();
        (fixed.text, fixed.applied)
    }

    #[test]
    fn a_fix_that_overlaps_an_earlier_one_is_left_out_whole() {
        let fixes = [fix(&[(4, 6, "X")]), fix(&[(0, 1, "Y"), (5, 8, "Z")]), fix(&[(8, 9, "W")])];
        assert_eq!(merged("0123456789", &fixes), ("0123X67W9".to_owned(), vec![0, 2]));
    }

    #[test]
    fn a_long_edit_clashes_with_one_inside_it_and_one_around_it() {
        assert_eq!(merged("0123456789", &[fix(&[(2, 8, "")]), fix(&[(4, 5, "x")])]).1, [0]);
        assert_eq!(merged("0123456789", &[fix(&[(4, 5, "x")]), fix(&[(2, 8, "")])]).1, [0]);
        assert_eq!(merged("0123456789", &[fix(&[(4, 5, "x")]), fix(&[(2, 4, "")])]).1, [0, 1]);
    }

    #[test]
    fn insertions_at_one_point_clash_unless_they_say_the_same() {
        assert_eq!(merged("ab", &[fix(&[(1, 1, "x")]), fix(&[(1, 1, "y")])]), ("axb".to_owned(), vec![0]));
        assert_eq!(merged("ab", &[fix(&[(1, 1, "x")]), fix(&[(1, 1, "x")])]), ("axb".to_owned(), vec![0, 1]));
        assert_eq!(merged("ab", &[fix(&[(0, 1, "")]), fix(&[(1, 1, "y")])]).1, [0]);
    }

    #[test]
    fn several_insertions_of_one_fix_stay_in_their_order() {
        assert_eq!(merged("ab", &[fix(&[(1, 1, "x"), (1, 1, "y")])]).0, "axyb");
    }

    #[test]
    fn edits_that_do_not_fit_are_an_error() {
        for bad in [fix(&[(3, 9, "")]), fix(&[(1, 2, "")]), fix(&[(0, 3, ""), (2, 4, "")])] {
            assert_eq!(merge_fixes("aéb", &[&bad]).unwrap_err().kind(), ErrorKind::BadEdit);
        }
    }

    #[test]
    fn many_edits_take_time_in_step_with_their_number() {
        let text = "x".repeat(400_000);
        let fixes: Vec<Fix> = (0..200_000).map(|at| fix(&[(at * 2, at * 2 + 1, "y")])).collect();
        let start = std::time::Instant::now();
        assert_eq!(merged(&text, &fixes).1.len(), 200_000);
        assert!(start.elapsed().as_secs() < 20, "pairs were compared");
    }

    proptest! {
        /// The neighbours in the map tell the same as a comparison with every edit taken.
        #[test]
        fn clashes_are_found_as_by_comparing_all_pairs(ranges in prop::collection::vec((0_u32..60, 0_u32..4), 0..40)) {
            let text = "x".repeat(64);
            let fixes: Vec<Fix> = ranges.iter().map(|&(start, len)| fix(&[(start, start + len, "y")])).collect();
            let mut taken: Vec<Span> = Vec::new();
            let mut applied = Vec::new();
            for (number, &(start, len)) in ranges.iter().enumerate() {
                let span = Span::new(start, start + len);
                if taken.contains(&span) {
                    applied.push(number);
                } else if !taken.iter().any(|&other| overlap(span, other)) {
                    taken.push(span);
                    applied.push(number);
                }
            }
            prop_assert_eq!(merged(&text, &fixes).1, applied);
        }
    }
}
