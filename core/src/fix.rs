//! Applying fixes to a text.

use hullmark_document::Span;

use crate::error::{Error, ErrorKind};
use crate::finding::{Fix, Safety};

/// Applies `fixes` to `text`, the text of the file they were made for.
///
/// A fix whose edits overlap those of one before it is left out whole: it will come again when the result is checked.
/// Fixes for display are left out; edits of other files too.
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
    let mut taken: Vec<(Span, &str)> = Vec::new();
    for fix in fixes.iter().filter(|fix| fix.applicability != Safety::Display) {
        let edits: Vec<(Span, &str)> =
            fix.edits.iter().map(|edit| (Span::new(edit.start.byte, edit.end.byte), edit.text.as_str())).collect();
        let same = edits.iter().all(|edit| taken.contains(edit));
        let clash = edits.iter().any(|(span, _)| taken.iter().any(|(other, _)| overlap(*span, *other)));
        if !same && !clash {
            taken.extend(edits);
        }
    }
    taken.sort_by_key(|(span, _)| *span);
    let mut made = String::with_capacity(text.len());
    let mut at = 0_usize;
    for (span, new) in taken {
        let kept = text.get(at..span.start as usize).filter(|_| text.is_char_boundary(span.end as usize));
        let Some(kept) = kept else {
            return Err(
                Error::new(ErrorKind::BadEdit, "an edit does not fit the text").with_help("check it again first")
            );
        };
        made.push_str(kept);
        made.push_str(new);
        at = span.end as usize;
    }
    made.push_str(text.get(at..).unwrap_or(""));
    Ok(made)
}

/// Whether two edits touch the same text, or the same point.
fn overlap(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
        || a.start == b.start
        || (a.is_empty() || b.is_empty()) && (a.end == b.start || b.end == a.start)
}
