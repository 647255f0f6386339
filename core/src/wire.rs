//! The JSON Schema of the types that cross borders.

use schemars::generate::SchemaSettings;

use crate::admission::AdmissionReview;
use crate::finding::ReportDocument;
use crate::input::InputText;
use crate::options::Options;
use crate::rule_info::{PresetInfo, RuleInfo};

/// The schema, JSON Schema 2020-12, with a line for each part: a report, the answer to an admission review, the options of
/// an engine, an input, what there is to know of a rule and of a preset, and below `$defs` all that they are made of. What
/// goes out has every key; what comes in may leave out those with a default.
#[must_use]
pub fn wire_schema() -> String {
    let mut given = SchemaSettings::draft2020_12().for_serialize().into_generator();
    given.subschema_for::<ReportDocument<'static>>();
    given.subschema_for::<AdmissionReview>();
    given.subschema_for::<RuleInfo>();
    given.subschema_for::<PresetInfo>();
    let mut taken = SchemaSettings::draft2020_12().into_generator();
    taken.subschema_for::<Options>();
    taken.subschema_for::<InputText>();
    let mut definitions = taken.take_definitions(true);
    definitions.extend(given.take_definitions(true));
    let schema = serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What Hullmark takes and gives, version 1",
        "$ref": "#/$defs/Report",
        "$defs": definitions,
    });
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}
