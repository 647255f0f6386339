//! Shell scripts: what stands in RUN, CMD, ENTRYPOINT and HEALTHCHECK, as flat arenas with a span on every node.
//!
//! [`parse`] reads POSIX sh and the parts of bash that images use. It never fails: where the text is no shell script
//! there is a [`Problem`](crate::Problem), and reading goes on at the next token, so that the commands behind it are
//! still found. A [`Script`] answers what rules ask: every simple command in source order, its words, redirections
//! and assignments, and what is around it.
//!
//! Why a parser of our own: a linter of images lives on this part, its input is hostile and often half-typed, and it
//! has to run in a browser. The one permissive candidate, `shuck-parser` 0.2.8, gives up on a list of 2,000 `&&` and
//! loses the rest, reads about 10 MB/s, and would bring about 18,000 lines into the browser. It is still here, as an
//! oracle in the tests: on scripts that both read, both see the same commands.
//!
//! Decisions:
//! - Nodes lie in one vector per kind, in source order, and refer to each other by number; nothing is boxed, and a
//!   walk over all commands is a walk over a slice.
//! - Lists and pipelines are loops, never recursion; nesting is recursion with a limit of [`MAX_DEPTH`] levels. At
//!   the limit the rest of the text is left out with the problem `too-deep`.
//! - Text inside backticks whose escapes must be undone first is parsed from a copy; its spans are those of the
//!   script, and a part that covers an escape keeps its own text.
//! - A body that `<<` never finds the end of is `unclosed-heredoc`, though bash only warns.
//!
//! Not read as the shell does: aliases, `shopt -s extglob` patterns outside `[[`, `$[...]`, a named `coproc`.
//!
//! ```
//! use hullmark_document::shell;
//! let script = shell::parse("apt-get update && apt-get install -y curl | tee log");
//! assert!(script.problems.is_empty());
//! let names: Vec<_> = script.commands().iter().filter_map(|command| script.name(command)).collect();
//! assert_eq!(names, ["apt-get", "apt-get", "tee"]);
//! assert!(script.is_status_tested(&script.commands()[0]));
//! assert!(script.piped_into(&script.commands()[1]).is_some());
//! ```

mod flow;
mod parser;
mod query;
mod script;
mod word;

#[cfg(test)]
mod tests;

pub use flow::{Flow, Following};
pub use parser::MAX_DEPTH;
pub use script::{
    AndOr, AndOrId, ArrayElements, Assignment, AssignmentValue, CaseArm, Command, CommandId, Compound, CompoundId,
    CompoundKind, Heredoc, HeredocId, Parent, Pipeline, PipelineId, Redirection, RedirectionOperator, Script,
    Separator, SeparatorKind, Sequence, SequenceId, SequenceRole, Stage,
};
pub use word::{Parameter, ParameterId, ParameterOperator, Part, PartKind, Word};

/// Reads a script; spans are bytes of `text`.
///
/// `text` is what the shell would get. A Dockerfile's own line continuations are already out of it; those of the
/// shell, as in heredoc bodies, are read here.
#[must_use]
pub fn parse(text: &str) -> Script {
    parser::parse(text)
}
