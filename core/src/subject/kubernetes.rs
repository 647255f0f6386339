//! Stand-in.
use super::{Document, Reading};
use crate::check::{NodeRef, Relations};
use std::sync::Arc;
pub(crate) fn lower(text: Arc<str>, _json: bool, _reading: &Reading<'_>) -> Document {
    Document::new(crate::InputKind::Kubernetes, hullmark_document::Tree::new(text))
}
pub(crate) struct SetIndex<'a> {
    _d: &'a [&'a Document],
}
impl<'a> SetIndex<'a> {
    pub(crate) fn new(documents: &'a [&'a Document], _default_namespace: &str, _complete: bool) -> Self {
        Self { _d: documents }
    }
}
impl<'a> Relations<'a> for SetIndex<'a> {
    fn related(&self, _from: NodeRef<'a>, _name: &str) -> Option<Vec<NodeRef<'a>>> {
        None
    }
}
