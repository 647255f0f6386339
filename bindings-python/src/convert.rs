//! What crosses between Python and the library, each with the type that the stub names.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;

use hullmark::{BuildContext, Error, ErrorKind, InputFile};
use pyo3::exceptions::PyTypeError;
use pyo3::inspect::{PyStaticConstant, PyStaticExpr};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{IntoPyDict, PyBytes, PyDict, PyInt, PyString, PyTuple};
use pyo3::{Borrowed, type_hint_identifier, type_hint_subscript};
use serde::de::DeserializeOwned;

use crate::HullmarkError;
use crate::wire::{Fix, InputKind, Span};

/// The exception for a mistake of the caller.
pub fn raised(error: Error) -> PyErr {
    let (path, help) = (error.path().map(str::to_owned), error.help().map(str::to_owned));
    HullmarkError::new_err((error.code(), error.message().to_owned(), path, error.range().map(Span::from), help))
}

/// A value that Python gives: how it is taken, and its type in the stub.
macro_rules! taken {
    ($doc:literal $name:ident($inner:ty): $module:tt.$hint:expr, |$value:ident| $take:expr) => {
        #[doc = $doc]
        pub struct $name(pub $inner);

        impl<'py> FromPyObject<'_, 'py> for $name {
            type Error = PyErr;
            const INPUT_TYPE: PyStaticExpr = type_hint_identifier!($module, $hint);

            fn extract($value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
                $take.map(Self)
            }
        }
    };
}

taken!("A text whose every character is one." Text(String): "builtins"."str", |value| {
    let lone = |_| raised(Error::new(ErrorKind::BadValue, "the text has a lone surrogate"));
    value.cast::<PyString>()?.to_str().map(str::to_owned).map_err(lone)
});
taken!("The text of an input, as it is: what cannot be decoded is a problem of the report."
Content(Vec<u8>): "hullmark"."Text", |value| match (value.cast::<PyBytes>(), value.cast::<PyString>()) {
    (Ok(bytes), _) => Ok(bytes.as_bytes().to_vec()),
    (_, Ok(text)) => match text.to_str() {
        Ok(text) => Ok(text.as_bytes().to_vec()),
        Err(_) => text.call_method1("encode", ("utf-8", "surrogatepass"))?.extract(),
    },
    _ => Err(PyTypeError::new_err(format!("a text is str or bytes, not {}", value.get_type().name()?))),
});
taken!("Several texts." Texts(Vec<String>): "hullmark"."Texts", |value| each(&value, |item| Ok(item.extract::<Text>()?.0)));
taken!("Inputs: path, text and, when it is known, kind." Inputs(Vec<InputFile>): "hullmark"."Inputs",
|value| each(&value, |item| {
    let parts = item.cast::<PyTuple>()?;
    if !(2..=4).contains(&parts.len()) {
        return Err(PyTypeError::new_err("an input is (path, text), (path, text, kind) or (path, text, kind, context)"));
    }
    let part = |at: usize| parts.get_item(at).ok().filter(|part| !part.is_none());
    let kind = part(2).map(|kind| kind.extract::<InputKind>()).transpose()?.map(|kind| kind.0);
    let context = part(3).map(|context| option::<BuildContext>(context.cast::<PyDict>()?)).transpose()?.map(Arc::new);
    let (path, content) = (parts.get_item(0)?.extract::<Text>()?.0, parts.get_item(1)?.extract::<Content>()?.0);
    Ok(InputFile { path, content, kind, context })
}));
taken!("One path, or several." Paths(Vec<PathBuf>): "hullmark"."Paths", |value| {
    value.extract().map(|path| vec![path]).or_else(|_| each(&value, |item| item.extract::<PathBuf>()))
});
taken!("Fixes of findings." Fixes(Vec<hullmark::Fix>): "hullmark"."Fixes",
    |value| each(&value, |item| Ok(item.cast::<Fix>()?.get().0.clone())));

/// Each item of an iterable, taken by `take`, until a signal comes. A text is not its letters.
fn each<T>(items: &Bound<'_, PyAny>, take: impl Fn(Bound<'_, PyAny>) -> PyResult<T>) -> PyResult<Vec<T>> {
    if items.is_instance_of::<PyString>() || items.is_instance_of::<PyBytes>() {
        return Err(PyTypeError::new_err("one text stands where several values are wanted"));
    }
    items.try_iter()?.map(|item| items.py().check_signals().and_then(|()| take(item?))).collect()
}

/// Plain data as JSON.
pub fn json(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let py = value.py();
    let mappings = [("default", py.get_type::<PyDict>())].into_py_dict(py)?;
    py.import("json")?.call_method("dumps", (value,), Some(&mappings))?.extract()
}

/// Plain data, by way of JSON.
pub fn option<T: DeserializeOwned>(value: &Bound<'_, PyAny>) -> PyResult<T> {
    serde_json::from_str(&json(value)?).map_err(|error| match error.to_string() {
        message if message.starts_with("invalid type") && !value.is_instance_of::<PyInt>() => {
            PyTypeError::new_err(message)
        }
        message => raised(Error::new(ErrorKind::BadOption, message)),
    })
}

/// The tuples that an object has given, by attribute: each is made when it is asked for, and once.
pub struct Kept(PyOnceLock<Py<PyDict>>);

impl Default for Kept {
    fn default() -> Self {
        Self(PyOnceLock::new())
    }
}

impl Kept {
    /// The tuple of the attribute `name`, made of `items`.
    pub fn tuple<'py, T, I>(&self, py: Python<'py>, name: &str, items: &[I]) -> PyResult<Tuple<T>>
    where
        T: IntoPyObject<'py> + for<'i> From<&'i I>,
    {
        let kept = self.0.get_or_init(py, || PyDict::new(py).unbind()).bind(py);
        if kept.get_item(name)?.is_none() {
            kept.set_item(name, PyTuple::new(py, items.iter().map(T::from).collect::<Vec<T>>())?)?;
        }
        Ok(Tuple(kept.as_any().get_item(name)?.cast_into()?.unbind(), PhantomData))
    }
}

/// A tuple of `T`s.
pub struct Tuple<T>(Py<PyTuple>, PhantomData<fn() -> T>);

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Tuple<T> {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = std::convert::Infallible;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("builtins", "tuple"),
        T::OUTPUT_TYPE,
        PyStaticExpr::Constant { value: PyStaticConstant::Ellipsis }
    );

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(self.0.into_bound(py))
    }
}
