//! What crosses between Python and the library, each with the type that the stub names.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::path::PathBuf;

use hullmark::{Error, ErrorKind, InputFile, InputKind, Limits, RuleFile};
use pyo3::exceptions::PyTypeError;
use pyo3::inspect::{PyStaticConstant, PyStaticExpr};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyBytes, PyDict, PyMapping, PyString, PyTuple};
use pyo3::{Borrowed, PyTypeInfo, type_hint_identifier, type_hint_subscript};
use serde::de::DeserializeOwned;

use crate::{Fix, HullmarkError, Span};

/// The exception for a mistake of the caller.
pub fn raised(error: Error) -> PyErr {
    let path = error.path().map(str::to_owned);
    let help = error.help().map(str::to_owned);
    let span = error.range().map(Span::from);
    HullmarkError::new_err((error.code(), error.message().to_owned(), path, span, help))
}

/// The exception for text that cannot be taken where problems have no place.
fn bad_value(message: &str) -> PyErr {
    raised(Error::new(ErrorKind::BadValue, message))
}

/// A value that Python gives: how it is taken, and the type for the stub.
macro_rules! taken {
    ($(#[$doc:meta])* $name:ident($inner:ty): $hint:expr, |$obj:ident| $take:expr) => {
        $(#[$doc])*
        pub struct $name(pub $inner);

        impl<'py> FromPyObject<'_, 'py> for $name {
            type Error = PyErr;
            const INPUT_TYPE: PyStaticExpr = $hint;

            fn extract($obj: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
                $take.map(Self)
            }
        }
    };
}

/// A type of the Python module by its name.
macro_rules! named {
    ($name:literal) => {
        type_hint_identifier!("hullmark", $name)
    };
}

taken!(
    /// A text whose every character is one.
    Text(String): PyString::TYPE_HINT, |obj| {
        let text = obj.cast::<PyString>()?;
        text.to_str().map(str::to_owned).map_err(|_| bad_value("the text has a lone surrogate"))
    }
);
taken!(
    /// Several texts; one alone is a mistake, not its letters.
    Texts(Vec<String>): type_hint_subscript!(type_hint_identifier!("collections.abc", "Iterable"), PyString::TYPE_HINT),
    |obj| each(&obj, |item| item.extract::<Text>().map(|text| text.0))
);
taken!(
    /// The text of an input. What cannot be decoded is a problem of the report, so it goes on as it is.
    Content(Vec<u8>): named!("Text"), |obj| {
        if let Ok(bytes) = obj.cast::<PyBytes>() {
            return Ok(Self(bytes.as_bytes().to_vec()));
        }
        match obj.cast::<PyString>() {
            Ok(text) => Ok(match text.to_str() {
                Ok(text) => text.as_bytes().to_vec(),
                Err(_) => text.call_method1("encode", ("utf-8", "surrogatepass"))?.extract()?,
            }),
            Err(_) => Err(PyTypeError::new_err(format!("a text must be str or bytes, not {}", obj.get_type().name()?))),
        }
    }
);
taken!(
    /// The inputs of a call.
    Inputs(Vec<InputFile>): type_hint_subscript!(type_hint_identifier!("collections.abc", "Iterable"), named!("InputFile")),
    |obj| each(&obj, |item| {
        let (path, content, kind) = match item.extract::<(Text, Content)>() {
            Ok((path, content)) => (path, content, None),
            Err(_) if item.len().is_ok_and(|len| len == 3) => item.extract::<(Text, Content, Option<Kind>)>()?,
            Err(error) => return Err(error),
        };
        Ok(InputFile { path: path.0, content: content.0, kind: kind.map(|kind| kind.0) })
    })
);
taken!(
    /// One path, or several.
    Paths(Vec<PathBuf>): named!("Paths"), |obj| match obj.extract::<PathBuf>() {
        Ok(path) => Ok(vec![path]),
        Err(_) => each(&obj, |item| item.extract::<PathBuf>()),
    }
);
taken!(
    /// The rule files of a pack, by path.
    Packs(Vec<RuleFile>):
    type_hint_subscript!(type_hint_identifier!("collections.abc", "Mapping"), PyString::TYPE_HINT, PyString::TYPE_HINT),
    |obj| each(obj.cast::<PyMapping>()?.items()?.as_any(), |item| {
        item.extract::<(Text, Text)>().map(|(path, text)| RuleFile { path: path.0, text: text.0 })
    })
);
taken!(/// The least severity.
    Least(hullmark::Severity): named!("Severity"), |obj| obj.extract::<Text>().and_then(|word| option(word.0.into())));
taken!(/// What columns count.
    Counted(hullmark::Columns): named!("Columns"), |obj| obj.extract::<Text>().and_then(|word| option(word.0.into())));
taken!(/// The kind of an input.
    Kind(InputKind): named!("InputKind"), |obj| obj.extract::<Text>().and_then(|word| option(word.0.into())));
taken!(/// Parameters of rules.
    Params(BTreeMap<String, BTreeMap<String, hullmark::Setting>>): named!("Params"), |obj| option(data(&obj)?));
taken!(/// Bounds for hostile input.
    Bounds(Limits): named!("Limits"), |obj| option(data(&obj)?));
taken!(
    /// Fixes of findings.
    Fixes(Vec<hullmark::Fix>):
    type_hint_subscript!(type_hint_identifier!("collections.abc", "Iterable"), Fix::TYPE_HINT),
    |obj| each(&obj, |item| Ok(item.cast::<Fix>()?.get().0.clone()))
);

/// Each item of an iterable, taken by `take`; a signal that came meanwhile ends it.
fn each<T>(items: &Bound<'_, PyAny>, take: impl Fn(Bound<'_, PyAny>) -> PyResult<T>) -> PyResult<Vec<T>> {
    if items.is_instance_of::<PyString>() || items.is_instance_of::<PyBytes>() {
        return Err(PyTypeError::new_err("one text stands where several are wanted"));
    }
    let py = items.py();
    items.try_iter()?.map(|item| py.check_signals().and_then(|()| take(item?))).collect()
}

/// Plain data of Python as JSON.
fn data(value: &Bound<'_, PyAny>) -> PyResult<serde_json::Value> {
    let py = value.py();
    let mapping = [("default", py.get_type::<PyDict>())].into_py_dict(py)?;
    let json: String = py.import("json")?.call_method("dumps", (value,), Some(&mapping))?.extract()?;
    serde_json::from_str(&json).map_err(|error| raised(Error::new(ErrorKind::BadOption, error.to_string())))
}

/// The value of an option.
fn option<T: DeserializeOwned>(value: serde_json::Value) -> PyResult<T> {
    serde_json::from_value(value).map_err(|error| raised(Error::new(ErrorKind::BadOption, error.to_string())))
}

/// A tuple of `T`s.
pub struct Tuple<T>(pub Py<PyTuple>, pub PhantomData<fn() -> T>);

impl<T> Tuple<T> {
    /// The tuple of `items`.
    pub fn new<'py, I: Clone + Into<T>>(py: Python<'py>, items: &[I]) -> PyResult<Self>
    where
        T: IntoPyObject<'py>,
    {
        let items: Vec<T> = items.iter().map(|item| item.clone().into()).collect();
        PyTuple::new(py, items).map(|made| Self(made.unbind(), PhantomData))
    }
}

/// A value that Python gets: how it is given, and the type for the stub.
macro_rules! given {
    ($name:ident $(<$of:ident>)?, $target:ty: $hint:expr, |$value:ident, $py:ident| $give:expr) => {
        impl<'py $(, $of: IntoPyObject<'py>)?> IntoPyObject<'py> for $name $(<$of>)? {
            type Target = $target;
            type Output = Bound<'py, $target>;
            type Error = PyErr;
            const OUTPUT_TYPE: PyStaticExpr = $hint;

            fn into_pyobject(self, $py: Python<'py>) -> PyResult<Self::Output> {
                let $value = self;
                $give
            }
        }
    };
}

/// Words of the library: strings in Python, one of few in the stub.
macro_rules! words {
    ($($name:ident)*) => {$(
        #[doc = "A word of the library."]
        pub struct $name(pub hullmark::$name);

        impl From<hullmark::$name> for $name {
            fn from(word: hullmark::$name) -> Self {
                Self(word)
            }
        }

        given!($name, PyString: type_hint_identifier!("hullmark", stringify!($name)), |word, py| {
            Ok(PyString::intern(py, word.0.as_str()))
        });
    )*};
}

words!(Severity Confidence Safety Status Input);
given!(Tuple<T>, PyTuple:
    type_hint_subscript!(PyTuple::TYPE_HINT, T::OUTPUT_TYPE, PyStaticExpr::Constant { value: PyStaticConstant::Ellipsis }),
    |tuple, py| Ok(tuple.0.into_bound(py)));

/// The value of a parameter, as JSON.
pub struct Setting(pub String);
given!(Setting, PyAny: named!("Setting"), |value, py| plain(py, &value.0));

/// JSON as plain data of Python.
pub fn plain<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (json,))
}
