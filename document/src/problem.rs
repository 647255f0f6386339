//! What is wrong with an input, as data.

use crate::Span;

/// Something in an input that could not be read as what it is: a code, a sentence and a place.
///
/// A problem is not a finding: findings are faults of a container, problems are faults of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of fault it is.
    pub code: ProblemCode,
    /// One sentence for a person, lower case, without a full stop.
    pub message: String,
    /// Where it is.
    pub span: Span,
}

impl Problem {
    /// A problem of kind `code` at `span`.
    #[must_use]
    pub fn new(code: ProblemCode, message: impl Into<String>, span: Span) -> Self {
        Self { code, message: message.into(), span }
    }
}

/// An enum of codes: each has a stable kebab-case text and a meaning, which is its documentation.
#[macro_export]
macro_rules! codes {
    ($(#[doc = $of:literal])+ $type:ident { $($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+ }) => {
        $(#[doc = $of])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $type { $($(#[doc = $doc])+ $name,)+ }

        impl $type {
            /// Every code there is, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable kebab-case text of the code.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What the code means, in one sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// The kind of a [`Problem`]; its text form is stable.
    ProblemCode {
        /// The bytes are not UTF-8.
        NotUtf8 = "not-utf-8",
        /// The input is larger than the limit; it was not read.
        TooLarge = "too-large",
        /// The input nests deeper than the limit; the part below was left out.
        TooDeep = "too-deep",
        /// The rules would have to compare more parts of the input than the limit; some of them were given up.
        TooMuchWork = "too-much-work",
        /// The stream holds more documents than the limit; the rest was not read.
        TooManyDocuments = "too-many-documents",
        /// YAML aliases expand to more nodes than the limit; the rest is unknown.
        AliasBudget = "alias-budget",
        /// The file has more findings than the limit; the rest is left out.
        TooManyFindings = "too-many-findings",
        /// The YAML could not be parsed from this place to the end of its document.
        InvalidYaml = "invalid-yaml",
        /// The JSON could not be parsed from this place on.
        InvalidJson = "invalid-json",
        /// A mapping has the same key twice; the last one counts for the API server.
        DuplicateKey = "duplicate-key",
        /// A YAML alias names an anchor that is not defined before it.
        UnknownAnchor = "unknown-anchor",
        /// The first word of the line is no Dockerfile instruction.
        UnknownInstruction = "unknown-instruction",
        /// An instruction lacks an argument that it must have.
        MissingArgument = "missing-argument",
        /// An instruction has an argument that it cannot have.
        InvalidArgument = "invalid-argument",
        /// An instruction has a flag that it does not know, or a flag without its value.
        InvalidFlag = "invalid-flag",
        /// A heredoc is not closed before the end of the file.
        UnclosedHeredoc = "unclosed-heredoc",
        /// A parser directive stands twice or has a value that is not allowed.
        InvalidDirective = "invalid-directive",
        /// The Dockerfile has no FROM instruction.
        NoFrom = "no-from",
        /// An instruction other than ARG stands before the first FROM.
        BeforeFrom = "before-from",
        /// The file has more instructions, words or commands than the limit; the rest was not read.
        TooManyInstructions = "too-many-instructions",
        /// The shell script does not parse.
        InvalidShell = "invalid-shell",
        /// The text of the file is cut off or is not what its kind demands.
        UnexpectedContent = "unexpected-content",
        /// The file could not be read from the disk.
        Unreadable = "unreadable",
        /// An ignore silences nothing: one of ours, or that of a tool whose verdicts the preset promises.
        UnusedIgnore = "unused-ignore",
        /// The kind of the input is not known from its name or content.
        UnknownKind = "unknown-kind",
    }
}
