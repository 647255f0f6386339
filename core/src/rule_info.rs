//! What there is to know of rules and presets.

use hullmark_language::{Confidence, Input, Safety, Severity, Status};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What there is to know of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Rule"))]
pub struct RuleInfo {
    /// Its id.
    pub id: String,
    /// One line.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The field's area.
    pub category: String,
    /// How settled it is.
    pub status: Status,
    /// The inputs it looks at.
    pub inputs: Vec<Input>,
    /// Words to choose it by.
    pub tags: Vec<String>,
    /// The ids that peers give it.
    pub aliases: Vec<String>,
    /// The controls it checks, by framework.
    #[serde(serialize_with = "as_map", deserialize_with = "of_map")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, Vec<String>>"))]
    pub compliance: Vec<(String, Vec<String>)>,
    /// The presets it is in.
    pub presets: Vec<String>,
    /// Whether it runs in this engine.
    pub active: bool,
    /// What may be done with its fix; nothing without one.
    pub fix: Option<Safety>,
    /// Why it hurts.
    pub rationale: String,
    /// Where to read more.
    pub references: Vec<String>,
    /// Its parameters.
    pub params: Vec<RuleParam>,
    /// A text with the fault, marks taken out.
    pub bad_example: String,
    /// A text without it.
    pub good_example: String,
    /// The rule file as written.
    pub source: String,
}

/// What there is to know of a preset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Preset"))]
pub struct PresetInfo {
    /// Its id.
    pub id: String,
    /// One line.
    pub title: String,
}

/// A parameter of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RuleParam {
    /// Its name.
    pub name: String,
    /// What it does.
    pub doc: String,
    /// The value that it has in this engine, or would have if the rule ran; in YAML, on one line.
    pub value: String,
}

/// Entries in their order as a map.
pub(crate) fn as_map<S: Serializer, V: Serialize>(entries: &[(String, V)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(entries.iter().map(|(key, value)| (key, value)))
}

/// The entries of a map in their order.
fn of_map<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(String, Vec<String>)>, D::Error> {
    struct Entries;
    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<(String, Vec<String>)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a mapping")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::new();
            while let Some(entry) = map.next_entry()? {
                entries.push(entry);
            }
            Ok(entries)
        }
    }
    from.deserialize_map(Entries)
}
