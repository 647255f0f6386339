//! What can be wrong with a rule file.

use hullmark_document::Span;

/// A fault of a rule file, preset or data table: the caller's mistake, found when it is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    kind: LoadErrorKind,
    message: String,
    span: Span,
    help: Option<String>,
}

hullmark_document::codes! {
    /// The kind of a [`LoadError`]; its text form is stable.
    LoadErrorKind {
        /// The file is not YAML.
        Yaml = "rule-yaml",
        /// A key that the language does not have.
        UnknownKey = "rule-unknown-key",
        /// A key that must be there is not.
        MissingKey = "rule-missing-key",
        /// A value of another type or outside the allowed ones.
        BadValue = "rule-bad-value",
        /// A path that does not parse, or names a field its subject does not have.
        BadPath = "rule-bad-path",
        /// A capture that is not defined where it is used, or is defined twice.
        BadCapture = "rule-bad-capture",
        /// A regular expression that does not compile.
        BadRegex = "rule-bad-regex",
        /// Something named that does not exist: a subject, parameter, table, control, preset or rule.
        UnknownName = "rule-unknown-name",
        /// Two rules with one id, or an alias taken twice.
        Duplicate = "rule-duplicate",
        /// An example whose marks do not pair, or too few examples.
        BadExample = "rule-bad-example",
        /// The compiled set has more rules, captures or conditions than its form can hold.
        TooBig = "rule-too-big",
    }
}

impl LoadError {
    /// An error of `kind` at `span` of the file.
    #[must_use]
    pub fn new(kind: LoadErrorKind, message: impl Into<String>, span: Span) -> Self {
        Self { kind, message: message.into(), span, help: None }
    }

    /// The same error with a hint for the author.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What kind of fault it is.
    #[must_use]
    pub fn kind(&self) -> LoadErrorKind {
        self.kind
    }

    /// The sentence for the author, lower case, without full stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where in the rule file.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// A hint, when there is one.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.kind.as_str(), self.message)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}

/// The name among `known` that is nearest to `word`, when one is near enough to be meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 1 + word.chars().count() / 4;
    known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance; the words are names of a few dozen characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, &to) in row.iter_mut().skip(1).zip(&b) {
            let change = diagonal + usize::from(from != to);
            diagonal = *cell;
            *cell = change.min(diagonal + 1).min(left + 1);
            left = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}
