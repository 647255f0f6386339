//! The native half of the npm package `hullmark`: values of the host in, JSON of the wire out.
//!
//! `index.ts` is what users see. It makes sure of the types of what they give, so that here a text is a text; and it
//! turns the JSON, of reports as of errors, into plain objects, which JavaScript does in half the time that making
//! them from outside takes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hullmark::{BuildContext, Columns, Error, ErrorKind, Fix, InputFile, InputKind, Options};
use napi::bindgen_prelude::{AsyncTask, Either, Latin1String, Uint8Array, Utf16String};
use napi::{Env, Status, Task};
use napi_derive::napi;

/// An input: its path, its text, its kind, and its build context in JSON.
#[napi]
pub type Input = (String, Either<Utf16String, Uint8Array>, Option<String>, Option<String>);

/// Checks inputs against the rules it was built with.
#[napi]
pub struct Engine {
    engine: hullmark::Engine,
}

#[napi]
impl Engine {
    /// Builds an engine from the JSON of its options. Columns count UTF-16 code units unless they say otherwise.
    #[napi(constructor)]
    pub fn new(options: String) -> napi::Result<Self> {
        guarded(|| {
            let mut options = Options::from_json(&options)?;
            options.columns.get_or_insert(Columns::Utf16);
            Ok(Self { engine: options.engine()? })
        })
    }

    /// Checks inputs.
    #[napi(ts_return_type = "string")]
    pub fn check(&self, inputs: Vec<Input>) -> napi::Result<Latin1String> {
        Check::new(self, inputs).compute().map(Latin1String::from)
    }

    /// As `check`, on another thread.
    #[napi(ts_return_type = "Promise<string>")]
    pub fn check_async(&self, inputs: Vec<Input>) -> AsyncTask<Check> {
        AsyncTask::new(Check::new(self, inputs))
    }

    /// Answers an admission review, given and answered as JSON.
    #[napi]
    pub fn review(&self, review: Uint8Array) -> napi::Result<String> {
        guarded(|| Ok(self.engine.review(&review)?.to_json()))
    }

    /// Every rule known.
    #[napi]
    pub fn rules(&self) -> napi::Result<String> {
        guarded(|| json(&self.engine.rules()))
    }

    /// What there is to know of the rules with this id or alias.
    #[napi]
    pub fn explain(&self, rule: String) -> napi::Result<String> {
        guarded(|| json(&self.engine.explain(&rule)))
    }

    /// The presets.
    #[napi]
    pub fn presets(&self) -> napi::Result<String> {
        guarded(|| json(&self.engine.presets()))
    }
}

/// Applies fixes, given as JSON, to the text of the file they were made for.
#[napi]
pub fn apply_fixes(text: String, fixes: String) -> napi::Result<String> {
    guarded(|| {
        let fixes: Vec<Fix> = serde_json::from_str(&fixes)
            .map_err(|error| Error::new(ErrorKind::BadValue, format!("these are no fixes: {error}")))?;
        hullmark::apply_fixes(&text, &fixes.iter().collect::<Vec<_>>())
    })
}

/// The version of this package.
#[napi]
pub fn version() -> &'static str {
    hullmark::VERSION
}

/// An input that no longer belongs to the host, with the bytes of its text.
type Owned = (String, Vec<u8>, Option<String>, Option<String>);

/// A check that any thread may do.
pub struct Check {
    engine: hullmark::Engine,
    inputs: Vec<Owned>,
}

impl Check {
    fn new(engine: &Engine, inputs: Vec<Input>) -> Self {
        let own = |(path, text, kind, context): Input| match text {
            Either::A(units) => (path, hullmark::bytes_of_utf16(units.iter().copied()), kind, context),
            Either::B(bytes) => (path, bytes.to_vec(), kind, context),
        };
        Self { engine: engine.engine.clone(), inputs: inputs.into_iter().map(own).collect() }
    }
}

impl Task for Check {
    type Output = String;
    type JsValue = Latin1String;

    fn compute(&mut self) -> napi::Result<String> {
        let inputs = std::mem::take(&mut self.inputs).into_iter().map(|(path, content, kind, context)| {
            let kind = kind.map(|word| input_kind(&word)).transpose()?;
            let context = context.map(|json| BuildContext::from_json(&json)).transpose()?.map(Arc::new);
            Ok(InputFile { path, content, kind, context })
        });
        guarded(|| {
            let report = self.engine.check_many(inputs.collect::<Result<_, _>>()?);
            Ok(hullmark::ascii_json(report.to_json()))
        })
    }

    fn resolve(&mut self, _env: Env, report: String) -> napi::Result<Latin1String> {
        Ok(report.into())
    }
}

fn input_kind(word: &str) -> Result<InputKind, Error> {
    InputKind::from_word(word).ok_or_else(|| Error::new(ErrorKind::BadValue, format!("`{word}` is no kind of input")))
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::new(ErrorKind::BadValue, error.to_string()))
}

/// Does `work` so that nothing but a value or an error, as JSON, reaches the host. A fault of Hullmark's own becomes an
/// error too: it must not end the process of the host.
fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> napi::Result<T> {
    let fault = || Error::new(ErrorKind::Fault, "Hullmark has a fault; standard error says where");
    let done = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(fault()));
    done.map_err(|error| napi::Error::new(Status::GenericFailure, error.to_json()))
}
