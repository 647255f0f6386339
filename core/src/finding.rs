//! What a check says: findings, problems, fixes. The types are the JSON of the command line and of every binding.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use hullmark_document::{LineIndex, PositionEncoding, Span, sort_by};
pub use hullmark_language::{Confidence, Safety, Severity};
use serde::{Deserialize, Deserializer, Serialize, de};

/// A place in a file: line and column from 1, byte and offset from 0. Columns and offsets count what is usual in the
/// host's language, code points or UTF-16 code units, unless the host asked for something else.
///
/// See [`PositionEncoding`]; without a host it is code points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The byte of the text in UTF-8, from 0.
    pub byte: u32,
    /// How many of the units that columns count stand before it in the whole text.
    pub offset: u32,
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum SubjectName {
    /// A Kubernetes object, and the container in it when it is about one.
    Object {
        /// The object's kind.
        kind: String,
        /// Its namespace, when it names one.
        namespace: Option<String>,
        /// Its name.
        name: Option<String>,
        /// The container's name.
        container: Option<String>,
    },
    /// An instruction of a Dockerfile or of an image's history.
    Instruction {
        /// The stage's name, or its number from 0; nothing before the first FROM.
        stage: Option<String>,
        /// The keyword in upper case; nothing when it is about the stage or the file.
        instruction: Option<String>,
    },
}

/// A place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Related {
    /// What it has to do with it.
    pub message: String,
    /// The file.
    pub path: Arc<str>,
    /// The first character.
    pub start: Place,
    /// The character after the last one.
    pub end: Place,
}

/// A change of one range of one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Edit {
    /// The file.
    pub path: Arc<str>,
    /// The first character replaced.
    pub start: Place,
    /// The character after the last one replaced.
    pub end: Place,
    /// The text in its place.
    pub text: String,
}

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// Whether it may be applied.
    pub applicability: Safety,
    /// The edits, all or none, in the order of the file.
    pub edits: Vec<Edit>,
}

/// A fault of a container.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The rule's id.
    pub rule: Arc<str>,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong here.
    pub message: String,
    /// The file.
    pub path: Arc<str>,
    /// The first character.
    pub start: Place,
    /// The character after the last one.
    pub end: Place,
    /// The ids that peers give the rule, such as `hadolint:DL3007`.
    pub aliases: Arc<[String]>,
    /// What it is about.
    pub subject: Option<SubjectName>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// 32 hexadecimal digits that stay the same when lines above are added or removed.
    pub fingerprint: String,
    /// Ways to mend it.
    pub fixes: Vec<Fix>,
    /// Where the instruction that holds it begins, for formats that count by instruction.
    #[serde(skip)]
    pub anchor: Option<Place>,
    /// Whether the text at this place is a secret, which nobody may print.
    #[serde(skip)]
    pub secret: bool,
}

/// Something that could not be read as what it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileProblem {
    /// The code, such as `not-utf-8`.
    ///
    /// See [`hullmark_document::ProblemCode`].
    pub code: Cow<'static, str>,
    /// What is wrong.
    pub message: String,
    /// The file.
    pub path: Arc<str>,
    /// The first character.
    pub start: Place,
    /// The character after the last one.
    pub end: Place,
}

/// A finding that the author has set aside.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Suppressed {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// Why, in the author's words; empty when none were given.
    pub reason: String,
}

/// A file that was not checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Skipped {
    /// The file.
    pub path: Arc<str>,
    /// Why.
    pub reason: String,
}

/// All that a check says. Findings are sorted by path, start and rule; the same input gives the same report, whatever
/// the number of threads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The faults.
    pub findings: Vec<Finding>,
    /// What could not be read.
    pub problems: Vec<FileProblem>,
    /// The faults that authors have set aside.
    pub suppressed: Vec<Suppressed>,
    /// The files that were not checked.
    pub skipped: Vec<Skipped>,
    /// How many files were checked, those with problems included.
    pub files_checked: usize,
}

impl Report {
    /// Adds what `other` says and sorts anew.
    pub fn merge(&mut self, other: Self) {
        self.extend(other);
        self.sort();
    }

    /// Adds what `other` says; the order is that of the additions until [`Report::sort`].
    pub(crate) fn extend(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.problems.extend(other.problems);
        self.suppressed.extend(other.suppressed);
        self.skipped.extend(other.skipped);
        self.files_checked += other.files_checked;
    }

    /// Puts everything in its order.
    pub(crate) fn sort(&mut self) {
        fn key(finding: &Finding) -> (&str, u32, u32, &str, &str) {
            (&finding.path, finding.start.byte, finding.end.byte, &finding.rule, &finding.message)
        }
        sort_by(&mut self.findings, |a, b| key(a).cmp(&key(b)));
        sort_by(&mut self.suppressed, |a, b| key(&a.finding).cmp(&key(&b.finding)));
        sort_by(&mut self.problems, |a, b| (&a.path, a.start, &a.code).cmp(&(&b.path, b.start, &b.code)));
        sort_by(&mut self.skipped, |a, b| a.path.cmp(&b.path));
    }

    /// How many findings there are of `severity`.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// The worst severity found.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// The report as JSON, version 1: what `--format json` prints, without a line end.
    ///
    /// ```
    /// let report = hullmark::Report::default();
    /// assert!(report.to_json().starts_with("{\"version\":1,"));
    /// assert_eq!(hullmark::Report::from_json(&report.to_json()), Ok(report));
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        let document = ReportDocument {
            version: 1,
            tool: Tool::default(),
            findings: Cow::Borrowed(&self.findings),
            problems: Cow::Borrowed(&self.problems),
            suppressed: Cow::Borrowed(&self.suppressed),
            skipped: Cow::Borrowed(&self.skipped),
            summary: self.summary(),
        };
        serde_json::to_string(&document).unwrap_or_default()
    }

    /// Reads what [`Report::to_json`] wrote.
    ///
    /// # Errors
    /// [`ErrorKind::BadReport`] when it is not a report of this version.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        let bad = |error| Error::new(ErrorKind::BadReport, format!("this is no report: {error}"));
        let document: ReportDocument<'_> = serde_json::from_str(json).map_err(bad)?;
        Ok(Self {
            findings: document.findings.into_owned(),
            problems: document.problems.into_owned(),
            suppressed: document.suppressed.into_owned(),
            skipped: document.skipped.into_owned(),
            files_checked: document.summary.files_checked,
        })
    }

    /// The report as its JSON has it: what is for the command line alone is left out.
    #[must_use]
    pub fn into_document(mut self) -> ReportDocument<'static> {
        let suppressed = self.suppressed.iter_mut().map(|suppressed| &mut suppressed.finding);
        for finding in self.findings.iter_mut().chain(suppressed) {
            (finding.anchor, finding.secret) = (None, false);
        }
        ReportDocument {
            version: 1,
            tool: Tool::default(),
            summary: self.summary(),
            findings: Cow::Owned(self.findings),
            problems: Cow::Owned(self.problems),
            suppressed: Cow::Owned(self.suppressed),
            skipped: Cow::Owned(self.skipped),
        }
    }

    /// The figures of the report.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let findings = Counts {
            critical: self.count(Severity::Critical),
            high: self.count(Severity::High),
            medium: self.count(Severity::Medium),
            low: self.count(Severity::Low),
            info: self.count(Severity::Info),
        };
        Summary { files_checked: self.files_checked, findings }
    }
}

/// A report as it crosses borders: the JSON of version 1, whose keys may become more and never change their names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Report"))]
pub struct ReportDocument<'r> {
    /// The version of the format: 1.
    #[serde(deserialize_with = "version_1")]
    pub version: u32,
    /// The program that made it.
    pub tool: Tool,
    /// The faults, sorted by path, start and rule.
    pub findings: Cow<'r, [Finding]>,
    /// What could not be read.
    pub problems: Cow<'r, [FileProblem]>,
    /// The faults that authors have set aside.
    pub suppressed: Cow<'r, [Suppressed]>,
    /// The files that were not checked.
    pub skipped: Cow<'r, [Skipped]>,
    /// The figures.
    pub summary: Summary,
}

fn version_1<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    match u32::deserialize(from)? {
        1 => Ok(1),
        version => Err(de::Error::custom(format_args!("its version is {version}, not 1"))),
    }
}

/// The program that made a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its version.
    pub version: Cow<'static, str>,
}

impl Default for Tool {
    fn default() -> Self {
        Self { name: "hullmark".into(), version: crate::VERSION.into() }
    }
}

/// The figures of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// How many files were checked, those with problems included.
    pub files_checked: usize,
    /// How many findings there are of each severity.
    pub findings: Counts,
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// Containers that must not ship.
    pub critical: usize,
    /// Weaknesses that an attacker or an outage will find.
    pub high: usize,
    /// Weaknesses that matter.
    pub medium: usize,
    /// Weaknesses with little effect alone.
    pub low: usize,
    /// What is worth knowing.
    pub info: usize,
}

/// The same JSON with every character beyond ASCII escaped: a host that keeps a text in one byte a character where it
/// can, as JavaScript does, takes and reads it in half the time.
///
/// ```
/// assert_eq!(hullmark::ascii_json("[\"é😀\"]".to_owned()), r#"["\u00e9\ud83d\ude00"]"#);
/// ```
#[must_use]
pub fn ascii_json(json: String) -> String {
    if json.is_ascii() {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + json.len() / 8);
    let mut rest = json.as_str();
    // Whatever is beyond ASCII stands in a text.
    while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
        let (plain, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        escaped.push_str(plain);
        let mut left = from.chars();
        if let Some(c) = left.next() {
            for unit in c.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        }
        rest = left.as_str();
    }
    escaped + rest
}

/// Bytes to places in one file.
#[derive(Clone, Debug)]
pub(crate) struct Places<'s> {
    text: &'s str,
    lines: LineIndex,
    encoding: PositionEncoding,
}

impl<'s> Places<'s> {
    pub(crate) fn new(text: &'s str, encoding: PositionEncoding) -> Self {
        Self { text, lines: LineIndex::new(text), encoding }
    }

    pub(crate) fn place(&self, byte: u32) -> Place {
        let at = self.lines.position(self.text, byte, self.encoding);
        let offset = self.lines.offset(self.text, byte, self.encoding);
        Place { line: at.line, column: at.column, byte, offset }
    }

    pub(crate) fn span(&self, span: Span) -> (Place, Place) {
        (self.place(span.start), self.place(span.end))
    }

    pub(crate) fn lines(&self) -> &LineIndex {
        &self.lines
    }
}
