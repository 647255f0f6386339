//! Hullmark in the browser: the same nouns as the Node package, on one thread, and without the texts of the rules,
//! which `loadTexts` takes when they are first needed.
//!
//! Options, fixes and reports cross the border as the JSON that every host has in common; the types of TypeScript are
//! made from its schema.

use std::cell::RefCell;
use std::sync::Arc;

use hullmark::{BuildContext, Columns, Error, ErrorKind, Fix, InputFile, InputKind, Options};
use js_sys::{Array, JSON, JsString, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../../core/schema/wire.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const ERROR_TYPE: &str = include_str!("error.d.ts");

/// Checks inputs against the rules it was built with. Build it once, use it often, and `close` it when it is done with.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    inner: RefCell<Option<hullmark::Engine>>,
}

#[wasm_bindgen]
impl Engine {
    /// Builds an engine. Columns and offsets count UTF-16 code units unless `options.columns` says otherwise.
    ///
    /// # Errors
    /// A `HullmarkError` when an option, preset or rule does not exist, or a rule file has a fault.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "EngineOptions")] options: &JsValue,
    ) -> Result<Self, JsValue> {
        let mut options = match options {
            none if none.is_undefined() => Options::default(),
            some if some.is_object() && !Array::is_array(some) => {
                Options::from_json(&json_of(some)?).map_err(|error| thrown(&error))?
            }
            _ => return Err(bad_value("options must be an object")),
        };
        options.columns.get_or_insert(Columns::Utf16);
        let engine = options.engine().map_err(|error| thrown(&error))?;
        Ok(Self { inner: RefCell::new(Some(engine)) })
    }

    /// Checks one text. Whatever is wrong with it is in the report.
    ///
    /// # Errors
    /// A `HullmarkError` when an argument is of another type.
    #[wasm_bindgen(unchecked_return_type = "Report")]
    pub fn check(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] path: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string | Uint8Array")] text: &JsValue,
    ) -> Result<JsValue, JsValue> {
        self.report(vec![input(path, text, &JsValue::UNDEFINED, &JsValue::UNDEFINED)?])
    }

    /// Checks many inputs; rules over sets see all of them.
    ///
    /// # Errors
    /// A `HullmarkError` when `inputs` is anything but a list of inputs.
    #[wasm_bindgen(js_name = checkMany, unchecked_return_type = "Report")]
    pub fn check_many(
        &self,
        #[wasm_bindgen(unchecked_param_type = "InputFile[]")] inputs: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let inputs = inputs.dyn_ref::<Array>().ok_or_else(|| bad_value("inputs must be an array"))?;
        let one = |one: JsValue| {
            let get = |key: &str| Reflect::get(&one, &key.into()).map_err(|_| bad_value("an input must be an object"));
            input(&get("path")?, &get("text")?, &get("kind")?, &get("context")?)
        };
        self.report(inputs.iter().map(one).collect::<Result<_, _>>()?)
    }

    /// Answers a Kubernetes admission review, given as it came, or as an object.
    ///
    /// # Errors
    /// A `HullmarkError` with the code `bad-review` when it is none, `bad-value` when it is not even an object.
    #[wasm_bindgen(unchecked_return_type = "AdmissionReview")]
    pub fn review(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string | Uint8Array | Omit<AdmissionReview, \"response\">")]
        review: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let given = match content(review) {
            Some(given) => given,
            None if review.is_object() && !js_sys::Array::is_array(review) => json_of(review)?.into_bytes(),
            None => return Err(bad_value("review must be an object")),
        };
        parsed(&self.open()?.review(&given).map_err(|error| thrown(&error))?.to_json())
    }

    /// What there is to know of the rule with this id or alias; nothing when there is none.
    ///
    /// # Errors
    /// A `HullmarkError` with the code `bad-texts` before `loadTexts`.
    #[wasm_bindgen(unchecked_return_type = "Rule[]")]
    pub fn explain(&self, #[wasm_bindgen(unchecked_param_type = "string")] rule: &JsValue) -> Result<JsValue, JsValue> {
        let rule = rule.as_string().ok_or_else(|| bad_value("rule must be a string"))?;
        let engine = self.open()?;
        if !engine.has_texts() {
            let error = Error::new(ErrorKind::BadTexts, "the texts of the rules are not loaded");
            return Err(thrown(&error.with_help("give the bytes of texts.bin to loadTexts first")));
        }
        parsed(&serde_json::to_string(&engine.explain(&rule)).unwrap_or_default())
    }

    /// Takes the texts of the rules: the bytes of `texts.bin`, which lies beside this module.
    ///
    /// # Errors
    /// A `HullmarkError` with the code `bad-texts` when they are not those of this version.
    #[wasm_bindgen(js_name = loadTexts)]
    pub fn load_texts(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] bytes: &JsValue,
    ) -> Result<(), JsValue> {
        let bytes = bytes.dyn_ref::<Uint8Array>().ok_or_else(|| bad_value("the texts must be a Uint8Array"))?;
        self.open()?.load_texts(bytes.to_vec()).map_err(|error| thrown(&error))
    }

    /// Every rule known; what is told of them in words is empty before `loadTexts`.
    ///
    /// # Errors
    /// A `HullmarkError` with the code `closed` after `close`.
    #[wasm_bindgen(unchecked_return_type = "Rule[]")]
    pub fn rules(&self) -> Result<JsValue, JsValue> {
        parsed(&serde_json::to_string(&self.open()?.rules()).unwrap_or_default())
    }

    /// The presets.
    ///
    /// # Errors
    /// A `HullmarkError` with the code `closed` after `close`.
    #[wasm_bindgen(unchecked_return_type = "Preset[]")]
    pub fn presets(&self) -> Result<JsValue, JsValue> {
        parsed(&serde_json::to_string(&self.open()?.presets()).unwrap_or_default())
    }

    /// Gives its memory back; whatever is asked of it afterwards is a `HullmarkError` with the code `closed`.
    pub fn close(&self) {
        self.inner.replace(None);
    }

    fn open(&self) -> Result<hullmark::Engine, JsValue> {
        let closed = || thrown(&Error::new(ErrorKind::Closed, "the engine was closed"));
        self.inner.borrow().clone().ok_or_else(closed)
    }

    fn report(&self, inputs: Vec<InputFile>) -> Result<JsValue, JsValue> {
        parsed(&self.open()?.check_many(inputs).to_json())
    }
}

/// Applies fixes to the text that they were made for; of two that overlap, the first.
///
/// # Errors
/// A `HullmarkError`: `bad-edit` when the text is another one, `bad-value` when an argument is none.
#[wasm_bindgen(js_name = applyFixes)]
pub fn apply_fixes(
    #[wasm_bindgen(unchecked_param_type = "string")] text: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "Fix[]")] fixes: &JsValue,
) -> Result<String, JsValue> {
    let text = text.dyn_ref::<JsString>().ok_or_else(|| bad_value("the text must be a string"))?;
    let whole = String::from(text);
    if whole.contains(char::REPLACEMENT_CHARACTER) && !text.is_valid_utf16() {
        return Err(bad_value("the text has half a character (a lone surrogate) in it"));
    }
    let fixes: Vec<Fix> =
        serde_json::from_str(&json_of(fixes)?).map_err(|error| bad_value(&format!("these are no fixes: {error}")))?;
    hullmark::apply_fixes(&whole, &fixes.iter().collect::<Vec<_>>()).map_err(|error| thrown(&error))
}

/// The version of this package.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    hullmark::VERSION.to_owned()
}

fn input(path: &JsValue, text: &JsValue, kind: &JsValue, context: &JsValue) -> Result<InputFile, JsValue> {
    let path = path.as_string().ok_or_else(|| bad_value("path must be a string"))?;
    let content = content(text).ok_or_else(|| bad_value("text must be a string or a Uint8Array"))?;
    let kind = match kind.as_string() {
        Some(word) => {
            Some(InputKind::from_word(&word).ok_or_else(|| bad_value(&format!("`{word}` is no kind of input")))?)
        }
        None if kind.is_undefined() || kind.is_null() => None,
        None => return Err(bad_value("kind must be a string")),
    };
    let context = if context.is_undefined() || context.is_null() {
        None
    } else {
        let read = BuildContext::from_json(&json_of(context)?).map_err(|error| thrown(&error))?;
        Some(Arc::new(read))
    };
    Ok(InputFile { path, content, kind, context })
}

/// The bytes of a text, when it is one.
fn content(text: &JsValue) -> Option<Vec<u8>> {
    match text.dyn_ref::<JsString>() {
        Some(text) => Some(bytes_of(text)),
        None => text.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec),
    }
}

/// The text in UTF-8, with half characters as the engine takes them.
fn bytes_of(text: &JsString) -> Vec<u8> {
    let whole = String::from(text);
    if whole.contains(char::REPLACEMENT_CHARACTER) && !text.is_valid_utf16() {
        return hullmark::bytes_of_utf16(text.iter());
    }
    whole.into_bytes()
}

fn json_of(value: &JsValue) -> Result<String, JsValue> {
    let json = JSON::stringify(value).map_err(|_| bad_value("this value cannot be written as JSON"))?;
    json.as_string().ok_or_else(|| bad_value("this value cannot be written as JSON"))
}

fn parsed(json: &str) -> Result<JsValue, JsValue> {
    JSON::parse(json)
}

fn bad_value(message: &str) -> JsValue {
    thrown(&Error::new(ErrorKind::BadValue, message))
}

/// The error as JavaScript throws it: an `Error` named `HullmarkError` with `code`, `path`, `span` and `help`.
fn thrown(error: &Error) -> JsValue {
    let made = js_sys::Error::new(error.message());
    made.set_name("HullmarkError");
    let text = |text: Option<&str>| text.map_or(JsValue::UNDEFINED, JsValue::from_str);
    let span = error.range().and_then(|(start, end)| {
        let [start, end] = [start, end].map(|place| serde_json::to_string(&place).unwrap_or_default());
        parsed(&format!("{{\"start\":{start},\"end\":{end}}}")).ok()
    });
    let parts = [
        ("code", JsValue::from_str(error.code())),
        ("path", text(error.path())),
        ("span", span.unwrap_or(JsValue::UNDEFINED)),
        ("help", text(error.help())),
    ];
    for (key, value) in parts {
        // Setting a key of a new object cannot fail.
        let _ = Reflect::set(&made, &key.into(), &value);
    }
    made.into()
}
