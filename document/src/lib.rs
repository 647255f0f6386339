//! Text to trees with a place on every node.
//!
//! This crate is the left end of Hullmark: it turns the bytes of Dockerfiles, shell scripts, YAML and JSON into
//! documents whose every node knows the bytes it came from. It knows no rule and no output format. Nothing here
//! fails: what cannot be read becomes a [`Problem`] with a code and a place, and the rest is still there.

pub mod dockerfile;
pub mod shell;
pub mod yaml;

mod decimal;
mod line_index;
mod mapped_text;
mod order;
mod problem;
mod span;
mod tree;

pub use decimal::{decimal, decimal_text};
pub use line_index::{LineIndex, Position, PositionEncoding};
pub use mapped_text::MappedText;
pub use order::sort_by;
pub use problem::{Problem, ProblemCode};
pub use span::Span;
pub use tree::{Children, Entries, Hint, Node, NodeId, Tree, Value};
