//! The caller's mistakes.

#[cfg(feature = "packs")]
use hullmark_document::PositionEncoding;
use hullmark_language::{LoadError, LoadErrorKind};

use crate::finding::Place;
#[cfg(feature = "packs")]
use crate::finding::Places;

/// A mistake of the caller: an option that does not exist, a rule pack with a fault. Broken input is never an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    path: Option<String>,
    span: Option<hullmark_document::Span>,
    range: Option<Box<(Place, Place)>>,
    help: Option<String>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A preset that does not exist.
    UnknownPreset,
    /// A rule, alias or tag that no rule has.
    UnknownRule,
    /// An option with a value it cannot have.
    BadOption,
    /// Edits that overlap or do not fit the text.
    BadEdit,
    /// A text that is no report.
    BadReport,
    /// A text that is no review of Kubernetes admission.
    BadReview,
    /// Texts of rules that are not those of this version, or that were not loaded.
    BadTexts,
    /// Rule files given to a build that cannot read them.
    NoPacks,
    /// A value of the host that cannot be taken, such as a number in the place of a text.
    BadValue,
    /// Something that was closed and is used again.
    Closed,
    /// A file or folder that cannot be read.
    Unreadable,
    /// A fault of Hullmark itself, caught before it could do harm.
    Fault,
    /// A rule file with a fault.
    Rule(LoadErrorKind),
}

impl ErrorKind {
    /// Every kind there is.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::UnknownPreset, Self::UnknownRule, Self::BadOption, Self::BadEdit, Self::BadReport];
        all.extend([
            Self::BadReview,
            Self::BadTexts,
            Self::NoPacks,
            Self::BadValue,
            Self::Closed,
            Self::Unreadable,
            Self::Fault,
        ]);
        all.extend(LoadErrorKind::ALL.iter().map(|&kind| Self::Rule(kind)));
        all
    }

    /// The stable kebab-case code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// What the code means, in one sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::UnknownPreset => ("unknown-preset", "A preset that does not exist."),
            Self::UnknownRule => ("unknown-rule", "A rule, alias or tag that no rule has."),
            Self::BadOption => ("bad-option", "An option that does not exist, or with a value it cannot have."),
            Self::BadEdit => ("bad-edit", "Edits that do not fit the text."),
            Self::BadReport => ("bad-report", "A text that is no report of this version."),
            Self::BadReview => ("bad-review", "A text that is no AdmissionReview of admission.k8s.io/v1."),
            Self::BadTexts => ("bad-texts", "Texts of rules that are not those of this version, or were not loaded."),
            Self::NoPacks => {
                ("no-packs", "Rule files given to a build that has no reader of them: see `hullmark-wasm/packs`.")
            }
            Self::BadValue => ("bad-value", "A value of the host that cannot be taken, such as a number for a text."),
            Self::Closed => ("closed", "Something that was closed is used again."),
            Self::Unreadable => ("unreadable", "A file or folder that does not exist or cannot be read."),
            Self::Fault => ("fault", "A fault of Hullmark itself, caught before it could do harm: please report it."),
            Self::Rule(kind) => (kind.as_str(), kind.meaning()),
        }
    }
}

impl Error {
    /// An error of `kind`.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), path: None, span: None, range: None, help: None }
    }

    /// The same error with a hint.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The fault of the rule file at `path`.
    #[must_use]
    pub fn in_rule(path: &str, error: &LoadError) -> Self {
        Self {
            kind: ErrorKind::Rule(error.kind()),
            message: error.message().to_owned(),
            path: Some(path.to_owned()),
            span: Some(error.span()),
            range: None,
            help: error.help().map(str::to_owned),
        }
    }

    /// The same error with its range in `text`, the text of the rule file that it points into.
    #[cfg(feature = "packs")]
    #[must_use]
    pub(crate) fn with_range(mut self, text: &str, encoding: PositionEncoding) -> Self {
        self.range = self.span.map(|span| Box::new(Places::new(text, encoding).span(span)));
        self
    }

    /// What kind it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The stable kebab-case code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The sentence, lower case, without full stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The rule file, for a fault in one.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The range in the rule file, for a fault in one, as the host counts columns: its first character and the one
    /// after its last.
    #[must_use]
    pub fn range(&self) -> Option<(Place, Place)> {
        self.range.as_deref().copied()
    }

    /// The bytes in the rule file, for a fault in one.
    #[must_use]
    pub fn span(&self) -> Option<hullmark_document::Span> {
        self.span
    }

    /// The error as JSON, for hosts: code, message, path, range and hint, each null when there is none.
    #[must_use]
    pub fn to_json(&self) -> String {
        let span = self.range().map(|(start, end)| serde_json::json!({ "start": start, "end": end }));
        let (code, message, path, help) = (self.code(), self.message(), self.path(), self.help());
        serde_json::json!({ "code": code, "message": message, "path": path, "span": span, "help": help }).to_string()
    }

    /// A hint, when there is one.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
