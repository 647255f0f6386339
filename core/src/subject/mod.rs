//! Documents to subjects: the typed nodes that rules speak of. Knows the documents to its left and no rule.

pub(crate) mod dockerfile;
pub(crate) mod image;
pub(crate) mod kubernetes;

use hullmark_document::{NodeId, Problem, ProblemCode, Span, Tree, sort_by};
use hullmark_language::Datum;

use crate::input::{InputKind, Limits};

/// One input, read and lowered.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) kind: InputKind,
    pub(crate) tree: Tree,
    /// The nodes of each subject, in the order of the file.
    pub(crate) subjects: Vec<(&'static str, Vec<NodeId>)>,
    pub(crate) problems: Vec<Problem>,
    /// Where the text may mean anything from there on, in the order of the file: see [`Document::parsed_with`].
    pub(crate) faults: Vec<u32>,
    /// The comments of the file, from `#` to before the line end.
    pub(crate) comments: Vec<Comment>,
    /// What was left out on purpose, and why.
    pub(crate) skipped: Option<String>,
    /// Whether its objects are parts of objects whose rest stands elsewhere.
    pub(crate) is_part: bool,
}

/// A comment of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) span: Span,
    /// Whether nothing but blanks stands before it on its line.
    pub(crate) own_line: bool,
    /// Whether it stands between the lines of an instruction.
    pub(crate) inside: bool,
    /// Whether the builder takes it for a directive.
    pub(crate) directive: bool,
}

/// How documents are read.
#[derive(Debug)]
pub(crate) struct Reading<'r> {
    /// Whether commands behind `sudo`, `env`, `sh -c` and their like are commands of their own.
    pub(crate) unwrap_commands: bool,
    /// Whether variables with known values are filled in.
    pub(crate) expand_variables: bool,
    /// The kinds of objects in which pods are looked for; none for all.
    pub(crate) pod_kinds: &'r [String],
    /// The namespace of objects that name none.
    pub(crate) default_namespace: &'r str,
    /// The table of programs: which flags take values, which have subcommands, which wrap others.
    pub(crate) commands: Option<&'r Datum>,
    /// The table of what `/bin/sh` is by the names of images.
    pub(crate) system_shells: Option<&'r Datum>,
    /// The table of kinds with the places of their pod specs.
    pub(crate) pod_paths: Option<&'r Datum>,
    /// The table of objects that hold the settings of cluster programs.
    pub(crate) settings: Option<&'r Datum>,
    /// Whether some rule asks what objects name.
    pub(crate) references: bool,
    /// Whether the caller said that the input set is complete.
    pub(crate) set_complete: bool,
    pub(crate) limits: Limits,
}

impl Document {
    /// A document without subjects.
    pub(crate) fn new(kind: InputKind, tree: Tree) -> Self {
        Self {
            kind,
            tree,
            subjects: Vec::new(),
            problems: Vec::new(),
            faults: Vec::new(),
            comments: Vec::new(),
            skipped: None,
            is_part: false,
        }
    }

    /// Takes over the problems of the parser. Behind a fault of YAML or JSON, and in a heredoc that nobody closes, which
    /// takes in all that follows, the text may mean anything.
    pub(crate) fn parsed_with(&mut self, problems: Vec<Problem>) {
        let is_fault = |problem: &&Problem| {
            matches!(problem.code, ProblemCode::InvalidYaml | ProblemCode::InvalidJson | ProblemCode::UnclosedHeredoc)
        };
        self.faults = problems.iter().filter(is_fault).map(|problem| problem.span.start).collect();
        sort_by(&mut self.faults, Ord::cmp);
        self.problems = problems;
    }
}
