//! What crosses between Python and the library, each with the type that the stub names.

use std::marker::PhantomData;
use std::path::PathBuf;

use hullmark::{Columns, Error, ErrorKind, InputFile, InputKind, Limits, Options, Severity};
use pyo3::exceptions::PyTypeError;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyBytes, PyMapping, PyString, PyTuple};
use pyo3::{Borrowed, PyTypeInfo, type_hint_identifier, type_hint_subscript};
use serde::de::DeserializeOwned;

use crate::{HullmarkError, Span};

/// The exception for a mistake of the caller.
pub fn raised(error: hullmark::Error) -> PyErr {
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
    Packs(Vec<hullmark::RuleFile>):
    type_hint_subscript!(type_hint_identifier!("collections.abc", "Mapping"), PyString::TYPE_HINT, PyString::TYPE_HINT),
    |obj| each(obj.cast::<PyMapping>()?.items()?.as_any(), |item| {
        item.extract::<(Text, Text)>().map(|(path, text)| hullmark::RuleFile { path: path.0, text: text.0 })
    })
);
taken!(/// The least severity.
    Least(Severity): named!("Severity"), |obj| obj.extract::<Text>().and_then(|word| option(word.0.into())));
taken!(/// What columns count.
    Counted(Columns): named!("Columns"), |obj| obj.extract::<Text>().and_then(|word| option(word.0.into())));
taken!(/// The kind of an input.
    Kind(InputKind): named!("InputKind"), |obj| obj.extract::<Text>().and_then(|word| option(word.0.into())));
taken!(/// Parameters of rules.
    Params(<Options as HasParams>::Params): named!("Params"), |obj| option(data(&obj)?));
taken!(/// Bounds for hostile input.
    Bounds(Limits): named!("Limits"), |obj| option(data(&obj)?));
