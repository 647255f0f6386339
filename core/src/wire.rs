//! The JSON Schema of the types that cross borders.

use schemars::generate::SchemaSettings;

use crate::engine::RuleInfo;
use crate::finding::ReportDocument;
use crate::input::InputText;
use crate::options::Options;

/// The schema, JSON Schema 2020-12, with a line for each part: a report, the options of an engine, an input, what there
/// is to know of a rule, and below `$defs` all that they are made of.
#[must_use]
pub fn wire_schema() -> String {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    generator.subschema_for::<ReportDocument<'static>>();
    generator.subschema_for::<Options>();
    generator.subschema_for::<RuleInfo>();
    generator.subschema_for::<InputText>();
    let schema = serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What Hullmark takes and gives, version 1",
        "$ref": "#/$defs/Report",
        "$defs": generator.take_definitions(true),
    });
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}
