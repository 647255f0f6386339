//! x
use crate::*;
/// x
pub struct TextEdit { /// x
pub span: Span, /// x
pub text: String }
/// x
pub enum NewValue { /// x
Null, /// x
Bool(bool), /// x
Int(i64), /// x
Float(f64), /// x
Text(String), /// x
List(Vec<NewValue>), /// x
Map(Vec<(String, NewValue)>) }
/// x
pub fn set(_t: &Tree, _n: NodeId, _p: &[&str], _v: &NewValue) -> Option<Vec<TextEdit>> { None }
/// x
pub fn remove(_t: &Tree, _n: NodeId) -> Option<Vec<TextEdit>> { None }
/// x
pub fn replace_scalar(_t: &Tree, _n: NodeId, _x: &str) -> Option<Vec<TextEdit>> { None }
/// x
pub fn rename_key(_t: &Tree, _n: NodeId, _x: &str) -> Option<Vec<TextEdit>> { None }
