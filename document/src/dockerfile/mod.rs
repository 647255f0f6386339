//! Dockerfiles as BuildKit reads them.
//!
//! The parser follows what the builder really does (lines first, then words, each instruction with its own way of
//! splitting), because a linter that splits otherwise speaks of arguments that no build ever sees. Two things it does
//! more: it never gives up, a fault is a [`Problem`](crate::Problem) and the rest is read; and it loses nothing, the
//! [`Piece`]s joined are the file. Shell text is left as text, with a way back to the file for each byte.
//!
//! Source: <https://docs.docker.com/reference/dockerfile/> and the behaviour of BuildKit's Dockerfile frontend.

mod flag;
mod heredoc;
mod image_reference;
mod instruction;
mod json;
mod keyword;
mod lexer;
mod line;
mod parser;
mod pattern;
mod scope;
mod stage;
mod syntax;
mod word;

pub use flag::{Mount, MountOption};
pub use image_reference::{ImageReference, parse_reference};
pub use keyword::Keyword;
pub use lexer::Operator;
pub use line::is_directive;
pub use parser::parse;
pub use scope::{Expanded, Known, Scopes};
pub use stage::{Base, Dependency, DependencyKind, Stage, Stages};
pub use syntax::{
    Arguments, Command, Comment, Copy, Directive, Dockerfile, ExecWord, Flag, From, Healthcheck, Heredoc, Instruction,
    Pair, PairStyle, Piece, PieceKind, Source,
};
pub use word::{Expansion, Word};
