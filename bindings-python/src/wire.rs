//! Made by `cargo xtask gen` from the JSON Schema of `core`; never edited by hand.

use std::collections::BTreeMap;

use hullmark::{Error, ErrorKind};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyInt, PyMapping, PyString, PyType};
use pyo3::{Borrowed, type_hint_identifier};
use serde::{Deserialize, Serialize};

use crate::convert::{Content, Kept, Text, Texts, Tuple, json, option, raised};
use crate::{Engine, apply_fixes};

/// A class around a type of the library: its attributes, and what every class can do.
macro_rules! class {
    ($doc:literal $name:ident($inner:ty) [$($shown:ident)*] |$this:ident, $py:ident, $kept:ident| {
        $($field_doc:literal $field:ident: $out:ty = $value:expr;)*
    }) => {
        #[doc = $doc]
        #[pyclass(module = "hullmark", frozen)]
        pub struct $name(pub $inner, Kept);

        impl From<$inner> for $name {
            fn from(inner: $inner) -> Self {
                Self(inner, Kept::default())
            }
        }

        impl From<&$inner> for $name {
            fn from(inner: &$inner) -> Self {
                Self::from(Clone::clone(inner))
            }
        }

        #[pymethods]
        impl $name {
            $(
                #[doc = $field_doc]
                #[getter]
                fn $field(&self, $py: Python<'_>) -> PyResult<$out> {
                    let ($this, $kept) = (&self.0, &self.1);
                    let _ = ($this, $py, $kept);
                    Ok($value)
                }
            )*

            /// As JSON.
            fn to_json(&self) -> String {
                serde_json::to_string(&self.0).unwrap_or_default()
            }

            /// As plain dicts, lists and strings: what `json.loads` makes of `to_json()`.
            #[pyo3(signature = () -> "dict[str, object]")]
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                py.import("json")?.call_method1("loads", (self.to_json(),))
            }

            /// Reads what `to_json` wrote; anything else raises `HullmarkError` with the code `bad-report`.
            #[classmethod]
            fn from_json(_class: &Bound<'_, PyType>, json: Text) -> PyResult<Self> {
                let read: Result<$inner, _> = serde_json::from_str(&json.0);
                read.map(Self::from).map_err(|error| raised(Error::new(ErrorKind::BadReport, error.to_string())))
            }

            fn __eq__(&self, other: &Self) -> bool {
                self.0 == other.0
            }

            fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
                PyString::new(py, &self.to_json()).hash()
            }

            fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
                let shown: &[&str] = &[$(stringify!($shown)),*];
                let one = |name: &&str| Ok(format!("{name}={}", slf.getattr(*name)?.repr()?));
                let parts: Vec<String> = shown.iter().map(one).collect::<PyResult<_>>()?;
                Ok(format!("{}({})", stringify!($name), parts.join(", ")))
            }

            #[pyo3(signature = () -> "tuple[object, tuple[str]]")]
            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                Ok((slf.get_type().getattr("from_json")?, (slf.get().to_json(),)))
            }
        }
    };
}

/// A value that Python gives as plain data: the type it becomes, and its name in the stub.
macro_rules! data {
    ($doc:literal $name:ident($inner:ty): $module:tt.$hint:expr, $kind:ty) => {
        taken!($doc $name($inner): $module.$hint, |value| value.cast::<$kind>().map_err(PyErr::from).and_then(|_| option(&value)));
    };
}

/// Words of the library: strings in Python, of which the stub names each.
macro_rules! words {
    ($($name:ident)*) => {$(
        data!("A word of the library." $name(hullmark::$name): "hullmark".stringify!($name), PyString);

        impl From<&hullmark::$name> for $name {
            fn from(word: &hullmark::$name) -> Self {
                Self(*word)
            }
        }

        impl<'py> IntoPyObject<'py> for $name {
            type Target = PyString;
            type Output = Bound<'py, PyString>;
            type Error = PyErr;
            const OUTPUT_TYPE: PyStaticExpr = <Self as FromPyObject<'_, '_>>::INPUT_TYPE;

            fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
                let json = serde_json::to_string(&self.0).unwrap_or_default();
                Ok(PyString::intern(py, json.trim_matches('"')))
            }
        }
    )*};
}

/// The two ends of a range.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Range {
    start: hullmark::Place,
    end: hullmark::Place,
}

impl From<(hullmark::Place, hullmark::Place)> for Span {
    fn from((start, end): (hullmark::Place, hullmark::Place)) -> Self {
        Self::from(Range { start, end })
    }
}

/// A part of what a finding is about, when it has that part.
fn part(subject: &hullmark::SubjectName, name: &str) -> Option<String> {
    serde_json::to_value(subject).ok()?.get(name)?.as_str().map(str::to_owned)
}

data!("A number from 0." Count(usize): "builtins"."int", PyInt);
data!("Bounds for hostile input." Limits(hullmark::Limits): "hullmark"."Limits", PyDict);
data!("Parameters of rules." Params(hullmark::Setting): "hullmark"."Params", PyMapping);
data!("Severities of rules." Severities(hullmark::Setting): "hullmark"."Severities", PyMapping);
data!("Rule files, by path." Files(BTreeMap<String, String>): "hullmark"."Packs", PyMapping);

/// The rule files of a pack, by their paths.
fn files(given: Option<Files>) -> Vec<hullmark::RuleFile> {
    let files = given.map(|given| given.0).unwrap_or_default();
    files.into_iter().map(|(path, text)| hullmark::RuleFile { path, text }).collect()
}

taken!("A review: its JSON, or what `json.loads` makes of it." Review(Vec<u8>): "hullmark"."Review", |value| {
    if value.is_instance_of::<PyMapping>() { json(&value).map(String::into_bytes) } else { Ok(value.extract::<Content>()?.0) }
});

/// The answer to a review, a dict in Python.
pub struct AdmissionReview(pub hullmark::AdmissionReview);

impl<'py> IntoPyObject<'py> for AdmissionReview {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_identifier!("hullmark", "AdmissionReview");

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        py.import("json")?.call_method1("loads", (self.0.to_json(),))
    }
}

words!(Columns Confidence Input InputKind Safety Severity Status);

class! { "How many findings there are of each severity."
Counts(hullmark::Counts) [critical high info low medium] |this, py, kept| {
    "Containers that must not ship." critical: usize = this.critical;
    "Weaknesses that an attacker or an outage will find." high: usize = this.high;
    "What is worth knowing." info: usize = this.info;
    "Weaknesses with little effect alone." low: usize = this.low;
    "Weaknesses that matter." medium: usize = this.medium;
}}

class! { "A change of one range of one file."
Edit(hullmark::Edit) [end path start text] |this, py, kept| {
    "The character after the last one replaced." end: Place = (&this.end).into();
    "The file." path: &str = &this.path;
    "The first character replaced." start: Place = (&this.start).into();
    "The text in its place." text: &str = &this.text;
    "Both ends." span: Span = Span::from((this.start, this.end));
}}

class! { "Something that could not be read as what it is."
Problem(hullmark::FileProblem) [code path start message] |this, py, kept| {
    "The code, such as `not-utf-8`." code: &str = &this.code;
    "The character after the last one." end: Place = (&this.end).into();
    "What is wrong." message: &str = &this.message;
    "The file." path: &str = &this.path;
    "The first character." start: Place = (&this.start).into();
    "Both ends." span: Span = Span::from((this.start, this.end));
}}

class! { "A fault of a container."
Finding(hullmark::Finding) [rule severity path start message] |this, py, kept| {
    "The ids that peers give the rule, such as `hadolint:DL3007`." aliases: Tuple<String> = kept.tuple(py, "aliases", &this.aliases)?;
    "How sure it is." confidence: Confidence = (&this.confidence).into();
    "The character after the last one." end: Place = (&this.end).into();
    "32 hexadecimal digits that stay the same when lines above are added or removed." fingerprint: &str = &this.fingerprint;
    "Ways to mend it." fixes: Tuple<Fix> = kept.tuple(py, "fixes", &this.fixes)?;
    "What is wrong here." message: &str = &this.message;
    "The file." path: &str = &this.path;
    "Other places that belong to it." related: Tuple<Related> = kept.tuple(py, "related", &this.related)?;
    "The rule's id." rule: &str = &this.rule;
    "How bad it is." severity: Severity = (&this.severity).into();
    "The first character." start: Place = (&this.start).into();
    "What it is about." subject: Option<Subject> = this.subject.as_ref().map(Subject::from);
    "Both ends." span: Span = Span::from((this.start, this.end));
}}

class! { "A way to mend a finding."
Fix(hullmark::Fix) [applicability edits title] |this, py, kept| {
    "Whether it may be applied." applicability: Safety = (&this.applicability).into();
    "The edits, all or none, in the order of the file." edits: Tuple<Edit> = kept.tuple(py, "edits", &this.edits)?;
    "What it does." title: &str = &this.title;
}}

class! { "A place in a file: line and column from 1, byte and offset from 0. Columns and offsets count what is usual in the host's language, code points or UTF-16 code units, unless the host asked for something else."
Place(hullmark::Place) [byte column line offset] |this, py, kept| {
    "The byte of the text in UTF-8, from 0." byte: u32 = this.byte;
    "The column, from 1." column: u32 = this.column;
    "The line, from 1." line: u32 = this.line;
    "How many of the units that columns count stand before it in the whole text." offset: u32 = this.offset;
}}

class! { "What there is to know of a preset."
Preset(hullmark::PresetInfo) [id title] |this, py, kept| {
    "Its id." id: &str = &this.id;
    "One line." title: &str = &this.title;
}}

class! { "A place that belongs to a finding."
Related(hullmark::Related) [end message path start] |this, py, kept| {
    "The character after the last one." end: Place = (&this.end).into();
    "What it has to do with it." message: &str = &this.message;
    "The file." path: &str = &this.path;
    "The first character." start: Place = (&this.start).into();
    "Both ends." span: Span = Span::from((this.start, this.end));
}}

class! { "A report as it crosses borders: the JSON of version 1, whose keys may become more and never change their names."
Report(hullmark::ReportDocument<'static>) [summary] |this, py, kept| {
    "The faults, sorted by path, start and rule." findings: Tuple<Finding> = kept.tuple(py, "findings", &this.findings)?;
    "What could not be read." problems: Tuple<Problem> = kept.tuple(py, "problems", &this.problems)?;
    "The files that were not checked." skipped: Tuple<Skipped> = kept.tuple(py, "skipped", &this.skipped)?;
    "The figures." summary: Summary = (&this.summary).into();
    "The faults that authors have set aside." suppressed: Tuple<Suppressed> = kept.tuple(py, "suppressed", &this.suppressed)?;
    "The program that made it." tool: Tool = (&this.tool).into();
    "The version of the format: 1." version: u32 = this.version;
}}

class! { "What there is to know of a rule."
Rule(hullmark::RuleInfo) [id severity title] |this, py, kept| {
    "Whether it runs in this engine." active: bool = this.active;
    "The ids that peers give it." aliases: Tuple<String> = kept.tuple(py, "aliases", &this.aliases)?;
    "A text with the fault, marks taken out." bad_example: &str = &this.bad_example;
    "The field's area." category: &str = &this.category;
    "The controls it checks, by framework." compliance: BTreeMap<String, Vec<String>> = this.compliance.iter().cloned().collect();
    "How sure it is." confidence: Confidence = (&this.confidence).into();
    "What may be done with its fix; nothing without one." fix: Option<Safety> = this.fix.as_ref().map(Safety::from);
    "A text without it." good_example: &str = &this.good_example;
    "Its id." id: &str = &this.id;
    "The inputs it looks at." inputs: Tuple<Input> = kept.tuple(py, "inputs", &this.inputs)?;
    "Its parameters." params: Tuple<RuleParam> = kept.tuple(py, "params", &this.params)?;
    "The presets it is in." presets: Tuple<String> = kept.tuple(py, "presets", &this.presets)?;
    "Why it hurts." rationale: &str = &this.rationale;
    "Where to read more." references: Tuple<String> = kept.tuple(py, "references", &this.references)?;
    "How bad it is." severity: Severity = (&this.severity).into();
    "The rule file as written." source: &str = &this.source;
    "How settled it is." status: Status = (&this.status).into();
    "Words to choose it by." tags: Tuple<String> = kept.tuple(py, "tags", &this.tags)?;
    "One line." title: &str = &this.title;
}}

class! { "A parameter of a rule."
RuleParam(hullmark::RuleParam) [doc name value] |this, py, kept| {
    "What it does." doc: &str = &this.doc;
    "Its name." name: &str = &this.name;
    "The value that it has in this engine, or would have if the rule ran; in YAML, on one line." value: &str = &this.value;
}}

class! { "A file that was not checked."
Skipped(hullmark::Skipped) [path reason] |this, py, kept| {
    "The file." path: &str = &this.path;
    "Why." reason: &str = &this.reason;
}}

class! { "A range of a file: `text[span.start.offset:span.end.offset]`."
Span(Range) [end start] |this, py, kept| {
    "The character after the last one." end: Place = (&this.end).into();
    "The first character." start: Place = (&this.start).into();
}}

class! { "What a finding is about."
Subject(hullmark::SubjectName) [container kind name namespace instruction stage] |this, py, kept| {
    "The container's name." container: Option<String> = part(this, "container");
    "The object's kind." kind: Option<String> = part(this, "kind");
    "Its name." name: Option<String> = part(this, "name");
    "Its namespace, when it names one." namespace: Option<String> = part(this, "namespace");
    "The keyword in upper case; nothing when it is about the stage or the file." instruction: Option<String> = part(this, "instruction");
    "The stage's name, or its number from 0; nothing before the first FROM." stage: Option<String> = part(this, "stage");
}}

class! { "The figures of a report."
Summary(hullmark::Summary) [files_checked findings] |this, py, kept| {
    "How many files were checked, those with problems included." files_checked: usize = this.files_checked;
    "How many findings there are of each severity." findings: Counts = (&this.findings).into();
}}

class! { "A finding that the author has set aside."
Suppressed(hullmark::Suppressed) [rule severity path start reason] |this, py, kept| {
    "The ids that peers give the rule, such as `hadolint:DL3007`." aliases: Tuple<String> = kept.tuple(py, "aliases", &this.finding.aliases)?;
    "How sure it is." confidence: Confidence = (&this.finding.confidence).into();
    "The character after the last one." end: Place = (&this.finding.end).into();
    "32 hexadecimal digits that stay the same when lines above are added or removed." fingerprint: &str = &this.finding.fingerprint;
    "Ways to mend it." fixes: Tuple<Fix> = kept.tuple(py, "fixes", &this.finding.fixes)?;
    "What is wrong here." message: &str = &this.finding.message;
    "The file." path: &str = &this.finding.path;
    "Why, in the author's words; empty when none were given." reason: &str = &this.reason;
    "Other places that belong to it." related: Tuple<Related> = kept.tuple(py, "related", &this.finding.related)?;
    "The rule's id." rule: &str = &this.finding.rule;
    "How bad it is." severity: Severity = (&this.finding.severity).into();
    "The first character." start: Place = (&this.finding.start).into();
    "What it is about." subject: Option<Subject> = this.finding.subject.as_ref().map(Subject::from);
    "Both ends." span: Span = Span::from((this.finding.start, this.finding.end));
}}

class! { "The program that made a report."
Tool(hullmark::Tool) [name version] |this, py, kept| {
    "Its name." name: &str = &this.name;
    "Its version." version: &str = &this.version;
}}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (
        *,
        columns=None,
        date=None,
        default_namespace=None,
        fail_on=None,
        ignore=None,
        kubernetes_version=None,
        limits=None,
        min_severity=None,
        no_inline_ignores=false,
        no_patch=false,
        packs=None,
        params=None,
        presets=None,
        report_unknown=false,
        select=None,
        set_complete=false,
        severities=None,
        threads=None,
    ))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python, each an option of the library")]
    fn new(
        columns: Option<Columns>,
        date: Option<Text>,
        default_namespace: Option<Text>,
        fail_on: Option<Severity>,
        ignore: Option<Texts>,
        kubernetes_version: Option<Text>,
        limits: Option<Limits>,
        min_severity: Option<Severity>,
        no_inline_ignores: bool,
        no_patch: bool,
        packs: Option<Files>,
        params: Option<Params>,
        presets: Option<Texts>,
        report_unknown: bool,
        select: Option<Texts>,
        set_complete: bool,
        severities: Option<Severities>,
        threads: Option<Count>,
    ) -> PyResult<Self> {
        Self::build(hullmark::Options {
            columns: columns.map(|given| given.0),
            date: date.map(|given| given.0),
            default_namespace: default_namespace.map(|given| given.0),
            fail_on: fail_on.map(|given| given.0),
            ignore: ignore.map(|given| given.0).unwrap_or_default(),
            kubernetes_version: kubernetes_version.map(|given| given.0),
            limits: limits.map(|given| given.0).unwrap_or_default(),
            min_severity: min_severity.map(|given| given.0),
            no_inline_ignores,
            no_patch,
            packs: files(packs),
            params: params.map(|given| given.0).unwrap_or_default(),
            presets: presets.map(|given| given.0).unwrap_or_default(),
            report_unknown,
            select: select.map(|given| given.0).unwrap_or_default(),
            set_complete,
            severities: severities.map(|given| given.0).unwrap_or_default(),
            threads: threads.map(|given| given.0),
        })
    }
}

/// The native part of Hullmark; import `hullmark`.
#[pymodule]
mod _hullmark {
    #[pymodule_export]
    use super::Counts;
    #[pymodule_export]
    use super::Edit;
    #[pymodule_export]
    use super::Engine;
    #[pymodule_export]
    use super::Finding;
    #[pymodule_export]
    use super::Fix;
    #[pymodule_export]
    use super::Place;
    #[pymodule_export]
    use super::Preset;
    #[pymodule_export]
    use super::Problem;
    #[pymodule_export]
    use super::Related;
    #[pymodule_export]
    use super::Report;
    #[pymodule_export]
    use super::Rule;
    #[pymodule_export]
    use super::RuleParam;
    #[pymodule_export]
    use super::Skipped;
    #[pymodule_export]
    use super::Span;
    #[pymodule_export]
    use super::Subject;
    #[pymodule_export]
    use super::Summary;
    #[pymodule_export]
    use super::Suppressed;
    #[pymodule_export]
    use super::Tool;
    #[pymodule_export]
    use super::apply_fixes;
}
