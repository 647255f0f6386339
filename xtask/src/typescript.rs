//! The TypeScript types of everything that crosses a border, made from its JSON Schema.

use serde_json::{Map, Value};

use crate::json;
use crate::process;

/// The cargo call that prints the schema.
pub const SCHEMA: &[&str] = &["run", "-q", "-p", "hullmark", "--example", "wire_schema", "--features", "schema"];

const HEAD: &str = "\
// Made by `cargo xtask gen` from the JSON Schema beside it; never edited by hand.
";

/// Members that a JavaScript host takes in more forms than JSON has: the type, the member, what it is there.
const WIDER: &[(&str, &str, &str)] = &[("InputFile", "text", "string | Uint8Array")];

/// The widest line of a comment.
const WIDTH: usize = 120;

/// The declaration file.
pub fn wire_types() -> Result<Vec<u8>, String> {
    let output = process::captured(&mut process::cargo(SCHEMA))?;
    declarations(&json::parse(&output.stdout, "the example wire_schema")?).map(String::into_bytes)
}

/// An exported declaration for each definition of `schema`, by name.
fn declarations(schema: &Value) -> Result<String, String> {
    let definitions = schema.get("$defs").and_then(Value::as_object).ok_or("the schema has no $defs")?;
    let mut text = HEAD.to_owned();
    for (name, definition) in definitions {
        text.push('\n');
        text.push_str(&declaration(name, definition).map_err(|sentence| format!("{name}: {sentence}"))?);
    }
    Ok(text)
}

fn declaration(name: &str, definition: &Value) -> Result<String, String> {
    let doc = comment(definition, "");
    match definition.get("properties").and_then(Value::as_object) {
        Some(properties) => {
            Ok(format!("{doc}export interface {name} {}\n", members(Some(name), definition, properties, "")?))
        }
        None => Ok(format!("{doc}export type {name} = {};\n", kind(definition, "")?)),
    }
}

/// The members of an object in braces. What may be left out is marked so, and then is never null as well.
fn members(
    name: Option<&str>,
    object: &Value,
    properties: &Map<String, Value>,
    indent: &str,
) -> Result<String, String> {
    let inner = format!("{indent}  ");
    let mut text = "{\n".to_owned();
    for (key, value) in properties {
        let required = json::list(object, "required").iter().any(|one| one.as_str() == Some(key));
        let wider = WIDER.iter().find(|(of, member, _)| Some(*of) == name && member == key);
        let full = wider.map_or_else(|| kind(value, &inner), |(_, _, wider)| Ok((*wider).to_owned()))?;
        let (mark, shown) = if required { ("", full.as_str()) } else { ("?", full.trim_end_matches(" | null")) };
        text.push_str(&format!("{}{inner}{key}{mark}: {shown};\n", comment(value, &inner)));
    }
    text.push_str(&format!("{indent}}}"));
    Ok(text)
}

/// The type of a value.
fn kind(schema: &Value, indent: &str) -> Result<String, String> {
    let nested = |one: &Value| kind(one, indent);
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        return target.strip_prefix("#/$defs/").map(str::to_owned).ok_or_else(|| format!("`{target}` is elsewhere"));
    }
    if let Some(word) = schema.get("const") {
        return Ok(word.to_string());
    }
    for key in ["oneOf", "anyOf"] {
        if schema.get(key).is_some() {
            return union(json::list(schema, key).iter().map(nested));
        }
    }
    match schema.get("type") {
        Some(Value::Array(types)) => {
            let items = schema.get("items");
            union(types.iter().map(|one| nested(&serde_json::json!({ "type": one, "items": items }))))
        }
        Some(Value::String(word)) => match word.as_str() {
            "boolean" | "string" | "null" => Ok(word.clone()),
            "integer" | "number" => Ok("number".to_owned()),
            "array" => {
                let item = nested(schema.get("items").ok_or("an array of anything")?)?;
                Ok(if item.contains(' ') { format!("({item})[]") } else { format!("{item}[]") })
            }
            "object" => match (schema.get("properties"), schema.get("additionalProperties")) {
                (Some(Value::Object(properties)), _) => members(None, schema, properties, indent),
                (None, Some(value @ Value::Object(_))) => Ok(format!("{{ [name: string]: {} }}", nested(value)?)),
                _ => Err("an object of anything".to_owned()),
            },
            other => Err(format!("no type for `{other}`")),
        },
        _ => Err(format!("no type for {schema}")),
    }
}

/// The alternatives, each once.
fn union(alternatives: impl Iterator<Item = Result<String, String>>) -> Result<String, String> {
    let mut kinds: Vec<String> = Vec::new();
    for alternative in alternatives {
        let alternative = alternative?;
        if !kinds.contains(&alternative) {
            kinds.push(alternative);
        }
    }
    Ok(kinds.join(" | "))
}

/// The description as a comment: its first paragraph, since the others are for Rust.
fn comment(schema: &Value, indent: &str) -> String {
    let description = json::text(schema, "description");
    let first = description.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    if first.is_empty() {
        return String::new();
    }
    let line = format!("{indent}/** {first} */\n");
    if line.len() <= WIDTH {
        return line;
    }
    let mut lines = vec![format!("{indent} *")];
    for word in first.split(' ') {
        match lines.last_mut() {
            Some(last) if last.len() + 1 + word.len() <= WIDTH => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(format!("{indent} * {word}")),
        }
    }
    format!("{indent}/**\n{}\n{indent} */\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(definition: Value) -> Result<String, String> {
        declaration("A", &definition)
    }

    #[test]
    fn results_have_every_member_and_options_may_leave_some_out() {
        let definition = serde_json::json!({
            "type": "object",
            "properties": {
                "a": { "type": ["string", "null"], "description": "What it is.\n\nFor Rust." },
                "b": { "anyOf": [{ "$ref": "#/$defs/B" }, { "type": "null" }] },
                "c": { "type": "array", "items": { "type": ["integer", "null"], "minimum": 0 } },
            },
            "required": ["a", "c"],
        });
        let expected =
            "export interface A {\n  /** What it is. */\n  a: string | null;\n  b?: B;\n  c: (number | null)[];\n}\n";
        assert_eq!(declared(definition).as_deref(), Ok(expected));
    }

    #[test]
    fn words_become_a_union_and_numbers_are_said_once() {
        let words = serde_json::json!({ "oneOf": [{ "const": "x", "type": "string" }, { "const": "y" }] });
        assert_eq!(declared(words).as_deref(), Ok("export type A = \"x\" | \"y\";\n"));
        let numbers = serde_json::json!({ "anyOf": [{ "type": "integer" }, { "type": "number" }, { "type": "null" }] });
        assert_eq!(declared(numbers).as_deref(), Ok("export type A = number | null;\n"));
    }

    #[test]
    fn what_has_no_type_is_an_error_and_never_anything() {
        for schema in [
            serde_json::json!({}),
            serde_json::json!({ "type": "object" }),
            serde_json::json!({ "type": "array" }),
            serde_json::json!({ "$ref": "https://example.org/x" }),
            serde_json::json!(true),
        ] {
            assert!(declared(schema.clone()).is_err(), "{schema}");
        }
    }
}
