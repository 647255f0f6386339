//! The classes of a report and of what there is to know of rules. Each wraps the type of the library; its attributes
//! are the keys of the JSON.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::marker::PhantomData;

use hullmark::{Error, ErrorKind, SubjectName};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::convert::{Confidence, Input, Safety, Setting, Severity, Status, Tuple, plain, raised};

/// What has a form in JSON.
trait Wire: Sized {
    fn json(&self) -> String;
    fn read(json: &str) -> Result<Self, Error>;
}

impl<T: Serialize + DeserializeOwned> Wire for T {
    fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn read(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json).map_err(|error| Error::new(ErrorKind::BadReport, error.to_string()))
    }
}

/// `Class(attribute=value, ...)`.
fn shown(object: &Bound<'_, PyAny>, attributes: &[&str]) -> PyResult<String> {
    let one = |name: &&str| Ok(format!("{name}={}", object.getattr(*name)?.repr()?));
    let parts: Vec<String> = attributes.iter().map(one).collect::<PyResult<_>>()?;
    Ok(format!("{}({})", object.get_type().name()?, parts.join(", ")))
}

/// A class around a type of the library: its attributes, and what every class can do.
macro_rules! class {
    ($doc:literal $name:ident($inner:ty) [$($shown:ident)*] |$this:ident, $py:ident| {
        $($fdoc:literal $field:ident: $out:ty = $value:expr;)*
    }) => {
        #[doc = $doc]
        #[pyclass(module = "hullmark", frozen, eq)]
        #[derive(PartialEq)]
        pub struct $name(pub $inner);

        impl From<$inner> for $name {
            fn from(inner: $inner) -> Self {
                Self(inner)
            }
        }

        #[pymethods]
        impl $name {
            $(
                #[doc = $fdoc]
                #[getter]
                fn $field(&self, $py: Python<'_>) -> PyResult<$out> {
                    let $this = &self.0;
                    let _ = ($this, $py);
                    Ok($value)
                }
            )*

            /// As JSON.
            fn to_json(&self) -> String {
                self.0.json()
            }

            /// As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
            #[pyo3(signature = () -> "dict[str, object]")]
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                plain(py, &self.0.json())
            }

            /// Reads what `to_json` wrote. Raises `HullmarkError` with the code `bad-report` for anything else.
            #[classmethod]
            fn from_json(_class: &Bound<'_, PyType>, json: &str) -> PyResult<Self> {
                <$inner as Wire>::read(json).map(Self).map_err(raised)
            }

            fn __hash__(&self) -> u64 {
                let mut hasher = DefaultHasher::new();
                self.0.json().hash(&mut hasher);
                hasher.finish()
            }

            fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
                shown(slf.as_any(), &[$(stringify!($shown)),*])
            }

            #[pyo3(signature = () -> "tuple[object, tuple[str]]")]
            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                Ok((slf.get_type().getattr("from_json")?, (slf.get().0.json(),)))
            }
        }
    };
}

class! { "A place in a file." Place(hullmark::Place) [line column byte offset] |this, py| {
    "The line, from 1." line: u32 = this.line;
    "The column, from 1, in code points unless the engine counts otherwise." column: u32 = this.column;
    "The byte of the text in UTF-8, from 0." byte: u32 = this.byte;
    "How many of the units that columns count stand before it in the whole text: an index of the `str`."
    offset: u32 = this.offset;
}}

/// A range of a file: `text[span.start.offset:span.end.offset]`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Range {
    start: hullmark::Place,
    end: hullmark::Place,
}

class! { "A range of a file: `text[span.start.offset:span.end.offset]`." Span(Range) [start end] |this, py| {
    "The first character." start: Place = this.start.into();
    "The character after the last one." end: Place = this.end.into();
}}

impl From<(hullmark::Place, hullmark::Place)> for Span {
    fn from((start, end): (hullmark::Place, hullmark::Place)) -> Self {
        Self(Range { start, end })
    }
}

class! { "A place that belongs to a finding." Related(hullmark::Related) [message path start] |this, py| {
    "What it has to do with it." message: &str = &this.message;
    "The file." path: &str = &this.path;
    "The first character." start: Place = this.start.into();
    "The character after the last one." end: Place = this.end.into();
    "Both ends." span: Span = (this.start, this.end).into();
}}

class! { "A change of one range of one file." Edit(hullmark::Edit) [path start end text] |this, py| {
    "The file." path: &str = &this.path;
    "The first character replaced." start: Place = this.start.into();
    "The character after the last one replaced." end: Place = this.end.into();
    "Both ends." span: Span = (this.start, this.end).into();
    "The text in its place." text: &str = &this.text;
}}

class! { "A way to mend a finding." Fix(hullmark::Fix) [title applicability edits] |this, py| {
    "What it does." title: &str = &this.title;
    "Whether it may be applied." applicability: Safety = Safety(this.applicability);
    "The edits, all or none, in the order of the file." edits: Tuple<Edit> = Tuple::new(py, &this.edits)?;
}}

/// A part of what a finding is about, when it has that part.
macro_rules! part {
    ($subject:ident, $variant:ident.$part:ident) => {
        if let SubjectName::$variant { $part, .. } = $subject { $part.as_deref() } else { None }
    };
}

class! { "What a finding is about: a Kubernetes object, or an instruction."
Subject(SubjectName) [kind namespace name container stage instruction] |this, py| {
    "The object's kind; nothing for an instruction."
    kind: Option<&str> = if let SubjectName::Object { kind, .. } = this { Some(kind.as_str()) } else { None };
    "The object's namespace, when it names one." namespace: Option<&str> = part!(this, Object.namespace);
    "The object's name." name: Option<&str> = part!(this, Object.name);
    "The name of the container in the object." container: Option<&str> = part!(this, Object.container);
    "The stage's name, or its number from 0." stage: Option<&str> = part!(this, Instruction.stage);
    "The keyword of the instruction in upper case." instruction: Option<&str> = part!(this, Instruction.instruction);
}}

/// Findings, and those that are set aside.
macro_rules! finding {
    ($doc:literal $name:ident($inner:ty), |$this:ident, $py:ident| $finding:expr, { $($more:tt)* }) => {
        class! { $doc $name($inner) [rule severity path start message] |$this, $py| {
            "The rule's id." rule: &str = &$finding.rule;
            "How bad it is." severity: Severity = Severity($finding.severity);
            "How sure it is." confidence: Confidence = Confidence($finding.confidence);
            "What is wrong here." message: &str = &$finding.message;
            "The file." path: &str = &$finding.path;
            "The first character." start: Place = $finding.start.into();
            "The character after the last one." end: Place = $finding.end.into();
            "Both ends." span: Span = ($finding.start, $finding.end).into();
            "The ids that peers give the rule, such as `hadolint:DL3007`."
            aliases: Tuple<String> = Tuple::new($py, &$finding.aliases)?;
            "What it is about." subject: Option<Subject> = $finding.subject.clone().map(Subject::from);
            "Other places that belong to it." related: Tuple<Related> = Tuple::new($py, &$finding.related)?;
            "32 hexadecimal digits that stay the same when lines above are added or removed."
            fingerprint: &str = &$finding.fingerprint;
            "Ways to mend it." fixes: Tuple<Fix> = Tuple::new($py, &$finding.fixes)?;
            $($more)*
        }}
    };
}

finding! { "A fault of a container." Finding(hullmark::Finding), |this, py| this, {} }
finding! { "A finding that the author has set aside." Suppressed(hullmark::Suppressed), |this, py| this.finding, {
    "Why, in the author's words; empty when none were given." reason: &str = &this.reason;
}}

class! { "Something that could not be read as what it is."
Problem(hullmark::FileProblem) [code path start message] |this, py| {
    "The code, such as `not-utf-8`." code: &str = &this.code;
    "What is wrong." message: &str = &this.message;
    "The file." path: &str = &this.path;
    "The first character." start: Place = this.start.into();
    "The character after the last one." end: Place = this.end.into();
    "Both ends." span: Span = (this.start, this.end).into();
}}

class! { "A file that was not checked." Skipped(hullmark::Skipped) [path reason] |this, py| {
    "The file." path: &str = &this.path;
    "Why." reason: &str = &this.reason;
}}

class! { "How many findings there are of each severity."
Counts(hullmark::Counts) [critical high medium low info] |this, py| {
    "Containers that must not ship." critical: usize = this.critical;
    "Weaknesses that an attacker or an outage will find." high: usize = this.high;
    "Weaknesses that matter." medium: usize = this.medium;
    "Weaknesses with little effect alone." low: usize = this.low;
    "What is worth knowing." info: usize = this.info;
}}

class! { "The figures of a report." Summary(hullmark::Summary) [files_checked findings] |this, py| {
    "How many files were checked, those with problems included." files_checked: usize = this.files_checked;
    "How many findings there are of each severity." findings: Counts = this.findings.into();
}}

/// The program that made a report.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Maker {
    name: String,
    version: String,
}

class! { "The program that made a report." Tool(Maker) [name version] |this, py| {
    "Its name." name: &str = &this.name;
    "Its version." version: &str = &this.version;
}}

/// A report, and the tuples that Python was given of it.
pub struct Checked {
    report: hullmark::Report,
    findings: PyOnceLock<Py<PyTuple>>,
    problems: PyOnceLock<Py<PyTuple>>,
    suppressed: PyOnceLock<Py<PyTuple>>,
    skipped: PyOnceLock<Py<PyTuple>>,
}

impl From<hullmark::Report> for Checked {
    fn from(mut report: hullmark::Report) -> Self {
        let suppressed = report.suppressed.iter_mut().map(|suppressed| &mut suppressed.finding);
        for finding in report.findings.iter_mut().chain(suppressed) {
            // Neither is part of the JSON, and a report that was pickled is to be equal to itself.
            (finding.anchor, finding.secret) = (None, false);
        }
        let [findings, problems, suppressed, skipped] = [const { PyOnceLock::new() }; 4];
        Self { report, findings, problems, suppressed, skipped }
    }
}

impl PartialEq for Checked {
    fn eq(&self, other: &Self) -> bool {
        self.report == other.report
    }
}

impl Wire for Checked {
    fn json(&self) -> String {
        self.report.to_json()
    }

    fn read(json: &str) -> Result<Self, Error> {
        hullmark::Report::from_json(json).map(Self::from)
    }
}

/// The tuple of `items`, made when it is asked for the first time.
fn kept<'py, T, I>(py: Python<'py>, slot: &PyOnceLock<Py<PyTuple>>, items: &[I]) -> PyResult<Tuple<T>>
where
    T: IntoPyObject<'py>,
    I: Clone + Into<T>,
{
    let made = slot.get_or_try_init(py, || Tuple::<T>::new(py, items).map(|tuple| tuple.0))?;
    Ok(Tuple(made.clone_ref(py), PhantomData))
}

class! { "All that a check says. The same input gives the same report." Report(Checked) [summary] |this, py| {
    "The version of the JSON: 1." version: u32 = 1;
    "The program that made it."
    tool: Tool = Tool(Maker { name: "hullmark".to_owned(), version: hullmark::VERSION.to_owned() });
    "The faults, sorted by path, start and rule."
    findings: Tuple<Finding> = kept(py, &this.findings, &this.report.findings)?;
    "What could not be read." problems: Tuple<Problem> = kept(py, &this.problems, &this.report.problems)?;
    "The faults that authors have set aside."
    suppressed: Tuple<Suppressed> = kept(py, &this.suppressed, &this.report.suppressed)?;
    "The files that were not checked." skipped: Tuple<Skipped> = kept(py, &this.skipped, &this.report.skipped)?;
    "The figures." summary: Summary = this.report.summary().into();
}}

class! { "A parameter of a rule." RuleParam(hullmark::RuleParam) [name value] |this, py| {
    "Its name." name: &str = &this.name;
    "What it does." doc: &str = &this.doc;
    "The value that it has in this engine, or would have if the rule ran."
    value: Setting = Setting(serde_json::to_string(&this.value).unwrap_or_default());
}}

class! { "What there is to know of a preset." Preset(hullmark::PresetInfo) [id title] |this, py| {
    "Its id." id: &str = &this.id;
    "One line." title: &str = &this.title;
}}

class! { "What there is to know of a rule." Rule(hullmark::RuleInfo) [id severity title] |this, py| {
    "Its id." id: &str = &this.id;
    "One line." title: &str = &this.title;
    "How bad it is." severity: Severity = Severity(this.severity);
    "How sure it is." confidence: Confidence = Confidence(this.confidence);
    "The field's area." category: &str = &this.category;
    "How settled it is." status: Status = Status(this.status);
    "The inputs it looks at." inputs: Tuple<Input> = Tuple::new(py, &this.inputs)?;
    "Words to choose it by." tags: Tuple<String> = Tuple::new(py, &this.tags)?;
    "The ids that peers give it." aliases: Tuple<String> = Tuple::new(py, &this.aliases)?;
    "The controls it checks, by framework." compliance: BTreeMap<String, Vec<String>> = this.compliance.clone();
    "The presets it is in." presets: Tuple<String> = Tuple::new(py, &this.presets)?;
    "Whether it runs in this engine." active: bool = this.active;
    "What may be done with its fix; nothing without one." fix: Option<Safety> = this.fix.map(Safety);
    "Why it hurts." rationale: &str = &this.rationale;
    "Where to read more." references: Tuple<String> = Tuple::new(py, &this.references)?;
    "Its parameters." params: Tuple<RuleParam> = Tuple::new(py, &this.params)?;
    "A text with the fault, marks taken out." bad_example: &str = &this.bad_example;
    "A text without it." good_example: &str = &this.good_example;
    "The rule file as written." source: &str = &this.source;
}}
