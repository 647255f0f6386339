//! The native half of the npm package `hullmark`: values of the host in, JSON of the wire out.
//!
//! `index.ts` is what users see. It makes sure of the types of what they give, so that here a text is a text; and it
//! turns the JSON, in reports as in errors, into plain objects, which JavaScript does faster than any caller from
//! outside.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hullmark::{Columns, Error, ErrorKind, Fix, InputFile, InputKind, Options};
use napi::bindgen_prelude::{AsyncTask, Either, Uint8Array, Utf16String};
use napi::{Env, Status, Task};
use napi_derive::napi;

/// Checks inputs against the rules it was built with.
#[napi]
pub struct Engine {
    engine: hullmark::Engine,
}

#[napi]
impl Engine {
    /// Builds an engine from the JSON of its options. Columns count UTF-16 code units unless they say otherwise.
    ///
    /// # Errors
    /// As [`Options::engine`].
    #[napi(constructor)]
    pub fn new(options: String) -> napi::Result<Self> {
        guarded(|| {
            let mut options = Options::from_json(&options)?;
            options.columns = options.columns.or(Some(Columns::Utf16));
            Ok(Self { engine: options.engine()? })
        })
    }

    /// Checks inputs, given as their paths, texts and kinds side by side.
    ///
    /// # Errors
    /// When a kind does not exist.
    #[napi]
    pub fn check(
        &self,
        paths: Vec<String>,
        texts: Vec<Either<Utf16String, Uint8Array>>,
        kinds: Vec<Option<String>>,
    ) -> napi::Result<String> {
        Check::new(self, paths, texts, kinds).report()
    }

    /// As `check`, on another thread.
    #[napi(ts_return_type = "Promise<string>")]
    pub fn check_async(
        &self,
        paths: Vec<String>,
        texts: Vec<Either<Utf16String, Uint8Array>>,
        kinds: Vec<Option<String>>,
    ) -> AsyncTask<Check> {
        AsyncTask::new(Check::new(self, paths, texts, kinds))
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
///
/// # Errors
/// When they are no fixes, or do not fit the text.
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

/// A check that may run on any thread: what it needs is copied from the host before.
pub struct Check {
    engine: hullmark::Engine,
    inputs: Vec<(String, Text, Option<String>)>,
}

/// A text that no longer belongs to the host: UTF-16 in which surrogates may stand alone, or bytes.
enum Text {
    Units(Utf16String),
    Bytes(Vec<u8>),
}

impl Check {
    fn new(
        engine: &Engine,
        paths: Vec<String>,
        texts: Vec<Either<Utf16String, Uint8Array>>,
        kinds: Vec<Option<String>>,
    ) -> Self {
        let texts = texts.into_iter().map(|text| match text {
            Either::A(units) => Text::Units(units),
            Either::B(bytes) => Text::Bytes(bytes.to_vec()),
        });
        let inputs = paths.into_iter().zip(texts).zip(kinds).map(|((path, text), kind)| (path, text, kind));
        Self { engine: engine.engine.clone(), inputs: inputs.collect() }
    }

    /// The report as JSON; the inputs are used up.
    fn report(&mut self) -> napi::Result<String> {
        guarded(|| {
            let inputs: Result<Vec<InputFile>, Error> = std::mem::take(&mut self.inputs)
                .into_iter()
                .map(|(path, text, kind)| Ok(InputFile { path, content: text.bytes(), kind: input_kind(kind)? }))
                .collect();
            Ok(self.engine.check_many(inputs?).to_json())
        })
    }
}

impl Task for Check {
    type Output = String;
    type JsValue = String;

    fn compute(&mut self) -> napi::Result<String> {
        self.report()
    }

    fn resolve(&mut self, _env: Env, report: String) -> napi::Result<String> {
        Ok(report)
    }
}

impl Text {
    /// As UTF-8, with the three bytes that UTF-8 would have for each surrogate that stands alone.
    fn bytes(self) -> Vec<u8> {
        let units = match self {
            Self::Bytes(bytes) => return bytes,
            Self::Units(units) => units,
        };
        if let Ok(text) = String::from_utf16(&units) {
            return text.into_bytes();
        }
        let mut bytes = Vec::with_capacity(units.len());
        for unit in char::decode_utf16(units.iter().copied()) {
            match unit {
                Ok(character) => bytes.extend(character.encode_utf8(&mut [0; 4]).bytes()),
                Err(alone) => {
                    let [high, low] = alone.unpaired_surrogate().to_be_bytes();
                    bytes.extend([0xe0 | (high >> 4), 0x80 | ((high & 0xf) << 2) | (low >> 6), 0x80 | (low & 0x3f)]);
                }
            }
        }
        bytes
    }
}

fn input_kind(word: Option<String>) -> Result<Option<InputKind>, Error> {
    let Some(word) = word else { return Ok(None) };
    let kind = InputKind::ALL.iter().copied().find(|kind| kind.as_str() == word);
    let unknown = || {
        let known: Vec<&str> = InputKind::ALL.iter().map(|kind| kind.as_str()).collect();
        Error::new(ErrorKind::BadValue, format!("no kind of input is called `{word}`"))
            .with_help(format!("there are {}", known.join(", ")))
    };
    kind.map_or_else(|| Err(unknown()), |kind| Ok(Some(kind)))
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::new(ErrorKind::BadValue, error.to_string()))
}

/// Runs `work` so that nothing but a value or an error reaches the host: its error as JSON, and a fault of Hullmark's
/// own, which must not end the host's process, as one too.
fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> napi::Result<T> {
    let thrown = |error: serde_json::Value| napi::Error::new(Status::GenericFailure, error.to_string());
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| {
            thrown(serde_json::json!({
                "code": error.code(),
                "message": error.message(),
                "path": error.path(),
                "span": error.range().map(|(start, end)| serde_json::json!({ "start": start, "end": end })),
                "help": error.help(),
            }))
        }),
        Err(_) => Err(thrown(serde_json::json!({
            "code": "fault",
            "message": "Hullmark has a fault of its own here; standard error says where",
        }))),
    }
}
