//! Hullmark for Python: options in, [`hullmark::Engine`], reports out. What a check says is decided in the library.

mod convert;
mod report;

use std::sync::OnceLock;

use hullmark::{Error, InputFile, Options};
use hullmark_files::{Gathering, gather};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use crate::convert::{
    Bounds, Content, Counted, Fixes, Inputs, Least, Packs, Params, Paths, Text, Texts, Tuple, raised,
};
use crate::report::{
    Checked, Counts, Edit, Finding, Fix, Place, Preset, Problem, Related, Report, Rule, RuleParam, Skipped, Span,
    Subject, Summary, Suppressed, Tool,
};

pyo3::import_exception!(hullmark, HullmarkError);

/// Checks inputs against the rules it was built with. Build it once, share it between threads.
///
/// Raises `HullmarkError` when a preset, rule or version does not exist, or a rule file has a fault.
#[pyclass(module = "hullmark", frozen)]
struct Engine {
    options: Options,
    /// The process that built it: threads do not follow into a child that was forked.
    process: u32,
    own: OnceLock<hullmark::Engine>,
    /// The same where the inputs are all there is.
    whole: OnceLock<hullmark::Engine>,
    /// Both in a forked child.
    forked: OnceLock<hullmark::Engine>,
    forked_whole: OnceLock<hullmark::Engine>,
}

impl Engine {
    fn build(options: Options) -> PyResult<Self> {
        let [own, whole, forked, forked_whole] = [const { OnceLock::new() }; 4];
        let engine = Self { options, process: std::process::id(), own, whole, forked, forked_whole };
        engine.engine(false).map(|_| ()).map_err(raised)?;
        Ok(engine)
    }

    fn is_forked(&self) -> bool {
        self.process != std::process::id()
    }

    fn engine(&self, whole: bool) -> Result<&hullmark::Engine, Error> {
        let forked = self.is_forked();
        let whole = whole && !self.options.set_complete;
        let slot = match (forked, whole) {
            (false, false) => &self.own,
            (false, true) => &self.whole,
            (true, false) => &self.forked,
            (true, true) => &self.forked_whole,
        };
        if let Some(engine) = slot.get() {
            return Ok(engine);
        }
        let mut options = self.options.clone();
        options.set_complete |= whole;
        options.threads = if forked { Some(1) } else { options.threads };
        let engine = options.engine()?;
        Ok(slot.get_or_init(|| engine))
    }

    /// Checks without the interpreter's lock, so that other Python threads run; a signal that came meanwhile is heard.
    fn run(&self, py: Python<'_>, check: impl FnOnce() -> Result<hullmark::Report, Error> + Send) -> PyResult<Report> {
        let report = py.detach(check).map_err(raised)?;
        py.check_signals()?;
        Ok(Report(Checked::from(report)))
    }

    fn options(&self) -> String {
        serde_json::to_string(&self.options).unwrap_or_default()
    }
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (*, presets=None, select=None, ignore=None, packs=None, params=None, min_severity=None,
        kubernetes_version=None, default_namespace=None, report_unknown=false, set_complete=false, columns=None,
        threads=None, limits=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python, each an option of the library")]
    fn new(
        presets: Option<Texts>,
        select: Option<Texts>,
        ignore: Option<Texts>,
        packs: Option<Packs>,
        params: Option<Params>,
        min_severity: Option<Least>,
        kubernetes_version: Option<Text>,
        default_namespace: Option<Text>,
        report_unknown: bool,
        set_complete: bool,
        columns: Option<Counted>,
        threads: Option<usize>,
        limits: Option<Bounds>,
    ) -> PyResult<Self> {
        let texts = |given: Option<Texts>| given.map(|texts| texts.0).unwrap_or_default();
        Self::build(Options {
            presets: texts(presets),
            select: texts(select),
            ignore: texts(ignore),
            packs: packs.map(|packs| packs.0).unwrap_or_default(),
            params: params.map(|params| params.0).unwrap_or_default(),
            min_severity: min_severity.map(|severity| severity.0),
            kubernetes_version: kubernetes_version.map(|version| version.0),
            default_namespace: default_namespace.map(|namespace| namespace.0),
            report_unknown,
            set_complete,
            columns: columns.map(|columns| columns.0),
            threads,
            limits: limits.map(|limits| limits.0).unwrap_or_default(),
        })
    }

    /// The engine with these options in JSON, whose keys are the same for every language: `minSeverity`.
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, options: Text) -> PyResult<Self> {
        Options::from_json(&options.0).map_err(raised).and_then(Self::build)
    }

    /// Checks one text; its kind is told from the path, else from the text.
    fn check(&self, py: Python<'_>, path: Text, text: Content) -> PyResult<Report> {
        let inputs = vec![InputFile { path: path.0, content: text.0, kind: None }];
        self.run(py, || Ok(self.engine(false)?.check_many(inputs)))
    }

    /// Checks many inputs at once, in parallel, while other Python threads run; rules over sets see all of them.
    fn check_many(&self, py: Python<'_>, inputs: Inputs) -> PyResult<Report> {
        self.run(py, || Ok(self.engine(false)?.check_many(inputs.0)))
    }

    /// Checks files, and what a folder holds, as the command line does: the files of a folder are taken for all there
    /// is, what `.gitignore` names is passed over, and what is no input too. No config file is read.
    ///
    /// Raises `HullmarkError` with the code `unreadable` when a path does not exist.
    fn check_paths(&self, py: Python<'_>, paths: Paths) -> PyResult<Report> {
        let threads = if self.is_forked() { Some(1) } else { self.options.threads };
        let gathering = Gathering { paths: paths.0, threads, limits: self.options.limits, ..Gathering::default() };
        self.run(py, || {
            let gathered = gather(&gathering)?;
            let mut report = self.engine(gathering.has_folder())?.check_many(gathered.inputs);
            report.merge(gathered.early);
            Ok(report)
        })
    }

    /// What there is to know of the rule with this id or alias; of several when an alias names several.
    fn explain(&self, py: Python<'_>, rule: Text) -> PyResult<Tuple<Rule>> {
        Tuple::new(py, &self.engine(false).map_err(raised)?.explain(&rule.0))
    }

    /// Every rule known, by id, those that do not run in this engine too.
    fn rules(&self, py: Python<'_>) -> PyResult<Tuple<Rule>> {
        Tuple::new(py, &self.engine(false).map_err(raised)?.rules())
    }

    /// The presets.
    fn presets(&self, py: Python<'_>) -> PyResult<Tuple<Preset>> {
        Tuple::new(py, &self.engine(false).map_err(raised)?.presets())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Engine.from_json({})", PyString::new(py, &self.options()).repr()?))
    }

    #[pyo3(signature = () -> "tuple[object, tuple[str]]")]
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_json")?, (slf.get().options(),)))
    }
}

/// Applies fixes to the text they were made for. A fix that overlaps one before it is left out whole, and so is one for
/// display.
///
/// Raises `HullmarkError` with the code `bad-edit` when an edit does not fit the text.
#[pyfunction]
fn apply_fixes(text: Text, fixes: Fixes) -> PyResult<String> {
    hullmark::apply_fixes(&text.0, &fixes.0.iter().collect::<Vec<_>>()).map_err(raised)
}

/// The native part of Hullmark; import `hullmark`.
#[pymodule]
mod _hullmark {
    #[pymodule_export]
    use super::{
        Counts, Edit, Engine, Finding, Fix, Place, Preset, Problem, Related, Report, Rule, RuleParam, Skipped, Span,
        Subject, Summary, Suppressed, Tool, apply_fixes,
    };
}
