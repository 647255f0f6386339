//! Reading values out of JSON that another program wrote.

use serde_json::Value;

/// The text under `key`, or an empty one.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The whole number under `key`, or 0.
pub fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or_default()
}

/// The elements of the list under `key`; no list has no elements.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Parses bytes that `program` printed.
pub fn parse(bytes: &[u8], program: &str) -> Result<Value, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("what {program} printed is not JSON: {error}"))
}
