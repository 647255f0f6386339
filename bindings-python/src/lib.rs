//! Hullmark for Python: options in, [`hullmark::Engine`], reports out. What a check says is decided in the library.

#[macro_use]
mod convert;
mod wire;

use hullmark::{Error, InputFile, Options};
use hullmark_files::Gathering;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use crate::convert::{Content, Fixes, Inputs, Kept, Paths, Text, Tuple, raised};
use crate::wire::{AdmissionReview, Preset, Report, Review, Rule};

pyo3::import_exception!(hullmark, HullmarkError);

/// Checks inputs against the rules it was built with. Build it once, share it between threads.
///
/// Raises `HullmarkError` when a preset, rule or version does not exist, or a rule file has a fault.
#[pyclass(module = "hullmark", frozen)]
pub struct Engine {
    options: Options,
    engine: hullmark::Engine,
}

impl Engine {
    fn build(options: Options) -> PyResult<Self> {
        options.clone().engine().map(|engine| Self { options, engine }).map_err(raised)
    }
}

/// Checks without the interpreter's lock, so that other Python threads run. A signal that came meanwhile is heard.
fn run(py: Python<'_>, check: impl FnOnce() -> Result<hullmark::Report, Error> + Send) -> PyResult<Report> {
    let report = py.detach(check).map_err(raised)?;
    py.check_signals()?;
    Ok(Report::from(report.into_document()))
}

#[pymethods]
impl Engine {
    /// The engine with these options in JSON, whose keys are the same for every language: `minSeverity`.
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, options: Text) -> PyResult<Self> {
        Options::from_json(&options.0).map_err(raised).and_then(Self::build)
    }

    /// Checks one text; its kind is told from the path, else from the text.
    fn check(&self, py: Python<'_>, path: Text, text: Content) -> PyResult<Report> {
        let inputs = vec![InputFile { path: path.0, content: text.0, kind: None, context: None }];
        run(py, || Ok(self.engine.check_many(inputs)))
    }

    /// Checks many inputs at once, in parallel, while other Python threads run; rules over sets see all of them.
    fn check_many(&self, py: Python<'_>, inputs: Inputs) -> PyResult<Report> {
        run(py, || Ok(self.engine.check_many(inputs.0)))
    }

    /// Checks files, and those below folders, as the command line does: the files of a folder are taken to be all there
    /// is; what `.gitignore` names is passed over, and so is what is no input. No config file is read.
    ///
    /// Raises `HullmarkError` with the code `unreadable` when a path does not exist.
    fn check_paths(&self, py: Python<'_>, paths: Paths) -> PyResult<Report> {
        let (threads, limits) = (self.options.threads, self.options.limits);
        let gathering = Gathering { paths: paths.0, threads, limits, ..Gathering::default() };
        run(py, || hullmark_files::check(self.options.clone(), &gathering))
    }

    /// Answers a Kubernetes admission review: its JSON or a mapping of it goes in, a dict comes out.
    ///
    /// Raises `HullmarkError` with the code `bad-review` when it is none.
    fn review(&self, py: Python<'_>, review: Review) -> PyResult<AdmissionReview> {
        py.detach(|| self.engine.review(&review.0)).map(AdmissionReview).map_err(raised)
    }

    /// What there is to know of the rule with this id or alias; of several when an alias names several.
    fn explain(&self, py: Python<'_>, rule: Text) -> PyResult<Tuple<Rule>> {
        Kept::default().tuple(py, "", &self.engine.explain(&rule.0))
    }

    /// Every rule known, by id, those that do not run in this engine too.
    fn rules(&self, py: Python<'_>) -> PyResult<Tuple<Rule>> {
        Kept::default().tuple(py, "", &self.engine.rules())
    }

    /// The presets.
    fn presets(&self, py: Python<'_>) -> PyResult<Tuple<Preset>> {
        Kept::default().tuple(py, "", &self.engine.presets())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (_, (options,)) = Self::__reduce__(slf)?;
        Ok(format!("Engine.from_json({})", PyString::new(slf.py(), &options).repr()?))
    }

    #[pyo3(signature = () -> "tuple[object, tuple[str]]")]
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let options = serde_json::to_string(&slf.get().options).unwrap_or_default();
        Ok((slf.get_type().getattr("from_json")?, (options,)))
    }
}

/// Applies fixes to the text they were made for. One that overlaps one before it is left out whole; so is one for
/// display.
///
/// Raises `HullmarkError` with the code `bad-edit` when an edit does not fit the text.
#[pyfunction]
fn apply_fixes(text: Text, fixes: Fixes) -> PyResult<String> {
    hullmark::apply_fixes(&text.0, &fixes.0.iter().collect::<Vec<_>>()).map_err(raised)
}
