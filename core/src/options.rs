//! The options of an engine as data: what the bindings take.

#[cfg(feature = "schema")]
use std::collections::BTreeMap;
use std::fmt;

use hullmark_document::PositionEncoding;
use hullmark_language::load::SourceFile;
use hullmark_language::{Datum, Scalar, Severity};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::engine::{Engine, EngineBuilder};
use crate::error::{Error, ErrorKind};
use crate::input::Limits;
use crate::rule_info::as_map;

/// The options of an engine, as JSON or as a value; every one may be left out.
///
/// What they mean is said at [`EngineBuilder`].
///
/// ```
/// let options = hullmark::Options::from_json(r#"{"presets":["hadolint"],"minSeverity":"medium"}"#)?;
/// assert!(options.engine()?.check("Dockerfile", "FROM debian:12\n").problems.is_empty());
/// # Ok::<(), hullmark::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EngineOptions"))]
pub struct Options {
    /// The presets whose rules run; `recommended` when none is named.
    pub presets: Vec<String>,
    /// Just the rules with these ids, aliases or tags, whatever the presets.
    pub select: Vec<String>,
    /// Rules to leave out, by id, alias or tag.
    pub ignore: Vec<String>,
    /// Rule files of the caller's own.
    pub packs: Vec<RuleFile>,
    /// Other severities of rules, by id, alias or tag.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Severity>"))]
    pub severities: Setting,
    /// Whether comments and annotations of the inputs set nothing aside.
    pub no_inline_ignores: bool,
    /// Parameters of rules, by id, alias or tag: `{rule: {name: value}}`.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, BTreeMap<String, Setting>>"))]
    pub params: Setting,
    /// Findings below this severity are left out.
    pub min_severity: Option<Severity>,
    /// `review` refuses an object with a finding at or above this severity; `critical` when it is left out.
    pub fail_on: Option<Severity>,
    /// Whether `review` gives no patch: a validating webhook may not answer with one.
    pub no_patch: bool,
    /// The Kubernetes version to check manifests for, such as `1.34`; the newest known when it is left out.
    pub kubernetes_version: Option<String>,
    /// The namespace of objects that name none.
    pub default_namespace: Option<String>,
    /// The day for which is judged what has come to its end, such as `2026-11-25`; that is not judged when it is left
    /// out.
    pub date: Option<String>,
    /// Whether to report what rules cannot tell for sure, with low confidence.
    pub report_unknown: bool,
    /// Whether the inputs of a call are all there is.
    pub set_complete: bool,
    /// What columns and offsets count; what is usual in the host's language when it is left out.
    pub columns: Option<Columns>,
    /// How many threads may be used; one for each core when it is left out.
    pub threads: Option<usize>,
    /// Bounds for hostile input.
    pub limits: Limits,
}

/// A rule file of the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RuleFile {
    /// Its path from the root of the pack, such as `kubernetes/our-registry.yaml`.
    pub path: String,
    /// Its text, YAML.
    pub text: String,
}

/// What columns and offsets count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Columns {
    /// Unicode code points: the command line and Python.
    #[serde(rename = "code-points")]
    CodePoints,
    /// UTF-16 code units: JavaScript and the language server protocol.
    #[serde(rename = "utf-16")]
    Utf16,
    /// Bytes of UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
}

/// The value of a parameter of a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged))]
pub enum Setting {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Setting>),
    /// A mapping.
    Map(
        #[serde(serialize_with = "as_map")]
        #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, Setting>"))]
        Vec<(String, Setting)>,
    ),
    /// Nothing.
    #[default]
    Null,
}

impl Setting {
    /// The entries of a mapping, of which null is an empty one.
    fn entries(self, what: &str) -> Result<Vec<(String, Self)>, Error> {
        match self {
            Self::Map(entries) => Ok(entries),
            Self::Null => Ok(Vec::new()),
            _ => Err(Error::new(ErrorKind::BadOption, format!("{what} must be a mapping"))),
        }
    }
}

/// By hand: what serde derives for untagged enums keeps a copy of the whole value first, at three times the code.
impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(SettingVisitor)
    }
}

struct SettingVisitor;

impl<'de> Visitor<'de> for SettingVisitor {
    type Value = Setting;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Setting, E> {
        Ok(Setting::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Setting, E> {
        Ok(Setting::Int(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Setting, E> {
        i64::try_from(value).map(Setting::Int).map_err(|_| E::custom(format_args!("{value} is too large a number")))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Setting, E> {
        Ok(Setting::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Setting, E> {
        Ok(Setting::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Setting, E> {
        Ok(Setting::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Setting, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element()? {
            items.push(item);
        }
        Ok(Setting::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Setting, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = from.next_entry()? {
            entries.push(entry);
        }
        Ok(Setting::Map(entries))
    }
}

impl Options {
    /// Reads options from JSON.
    ///
    /// # Errors
    /// [`ErrorKind::BadOption`] when it is no JSON, or an option does not exist or has a value it cannot have.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        // A list would be taken for the options in their order.
        if !json.trim_start().starts_with('{') {
            return Err(Error::new(ErrorKind::BadOption, "the options must be a mapping"));
        }
        serde_json::from_str(json).map_err(|error| {
            let text = error.to_string();
            let sentence = text.rsplit_once(" at line ").map_or(text.as_str(), |(sentence, _)| sentence);
            Error::new(ErrorKind::BadOption, sentence)
        })
    }

    /// Builds the engine.
    ///
    /// # Errors
    /// As [`EngineBuilder::build`].
    pub fn engine(self) -> Result<Engine, Error> {
        let mut builder = Engine::builder()
            .select(self.select)
            .ignore(self.ignore)
            .pack(self.packs.into_iter().map(|file| SourceFile { path: file.path, text: file.text }))
            .no_inline_ignores(self.no_inline_ignores)
            .report_unknown(self.report_unknown)
            .set_complete(self.set_complete)
            .no_patch(self.no_patch)
            .limits(self.limits);
        builder = self.presets.into_iter().fold(builder, EngineBuilder::preset);
        for (rule, params) in self.params.entries("`params`")? {
            let params = params.entries(&format!("`params` of rule `{rule}`"))?;
            builder = params.into_iter().fold(builder, |made, (name, value)| made.param(&rule, name, value.into()));
        }
        for (rule, severity) in self.severities.entries("`severities`")? {
            let Setting::Text(word) = severity else {
                return Err(Error::new(ErrorKind::BadOption, format!("the severity of `{rule}` must be a text")));
            };
            let severity = Severity::from_word(&word)
                .ok_or_else(|| Error::new(ErrorKind::BadOption, format!("`{word}` is no severity")))?;
            builder = builder.severity(rule, severity);
        }
        builder = fold(builder, self.min_severity, EngineBuilder::min_severity);
        builder = fold(builder, self.fail_on, EngineBuilder::fail_on);
        builder = fold(builder, self.kubernetes_version, EngineBuilder::kubernetes_version);
        builder = fold(builder, self.default_namespace, EngineBuilder::default_namespace);
        builder = fold(builder, self.date, EngineBuilder::date);
        builder = fold(builder, self.columns.map(PositionEncoding::from), EngineBuilder::position_encoding);
        fold(builder, self.threads, EngineBuilder::threads).build()
    }
}

/// `builder` with the option set when it was given.
fn fold<T>(builder: EngineBuilder, value: Option<T>, set: impl Fn(EngineBuilder, T) -> EngineBuilder) -> EngineBuilder {
    match value {
        Some(value) => set(builder, value),
        None => builder,
    }
}

impl From<Columns> for PositionEncoding {
    fn from(columns: Columns) -> Self {
        match columns {
            Columns::CodePoints => Self::CodePoint,
            Columns::Utf16 => Self::Utf16,
            Columns::Utf8 => Self::Utf8,
        }
    }
}

impl From<Setting> for Datum {
    fn from(setting: Setting) -> Self {
        match setting {
            Setting::Bool(value) => Self::Scalar(Scalar::Bool(value)),
            Setting::Int(value) => Self::Scalar(Scalar::Int(value)),
            Setting::Float(value) => Self::Scalar(Scalar::Float(value)),
            Setting::Text(value) => Self::Scalar(Scalar::Text(value)),
            Setting::List(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Setting::Map(entries) => Self::Map(entries.into_iter().map(|(key, value)| (key, value.into())).collect()),
            Setting::Null => Self::Scalar(Scalar::Null),
        }
    }
}
