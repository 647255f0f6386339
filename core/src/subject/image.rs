//! Stand-in.
use super::{Document, Reading};
use std::sync::Arc;
pub(crate) fn lower(text: Arc<str>, _reading: &Reading<'_>) -> Document {
    Document::new(crate::InputKind::Image, hullmark_document::Tree::new(text))
}
