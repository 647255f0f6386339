//! Stand-in until the reader lands.
pub mod edit;
use crate::*;
use std::sync::Arc;
/// x
#[derive(Default)] pub struct Limits {}
/// x
pub struct Parsed { /// x
 pub tree: Tree, /// x
 pub documents: Vec<Document>, /// x
 pub comments: Vec<Comment>, /// x
 pub duplicate_keys: Vec<DuplicateKey>, /// x
 pub problems: Vec<Problem> }
/// x
pub struct Document { /// x
 pub root: NodeId, /// x
 pub span: Span }
/// x
pub struct Comment { /// x
 pub span: Span, /// x
 pub own_line: bool }
/// x
pub struct DuplicateKey { /// x
 pub first: NodeId, /// x
 pub again: NodeId }
/// x
pub fn parse(source: Arc<str>, _l: &Limits) -> Parsed { Parsed { tree: Tree::new(source), documents: vec![], comments: vec![], duplicate_keys: vec![], problems: vec![] } }
