//! The pages that are made from the language itself: the JSON Schema of rule files and the page of facts.

use std::fmt::Write as _;

use crate::load::{
    ADJUST_KEYS, CASE_KEYS, EDIT_KEYS, EXAMPLE_KEYS, EXAMPLES_KEYS, FIX_KEYS, Key, ON_KEYS, PARAM_KEYS, PRESET_KEYS,
    RELATED_KEYS, RULE_KEYS, SELECTOR_KEYS, TESTS,
};
use crate::rule::Input;
use crate::subject::{Kind, SUBJECTS, TYPES};

/// The JSON Schema (2020-12) of a rule file, as JSON text; presets under `$defs/preset`.
#[must_use]
pub fn json_schema() -> String {
    let mut defs = vec![
        ("on", object(ON_KEYS)),
        ("param", object(PARAM_KEYS)),
        ("case", object(CASE_KEYS)),
        ("related", object(RELATED_KEYS)),
        ("fix", object(FIX_KEYS)),
        ("edit", object(EDIT_KEYS)),
        ("examples", object(EXAMPLES_KEYS)),
        ("example", format!("{{\"anyOf\":[{{\"type\":\"string\"}},{}]}}", object(EXAMPLE_KEYS))),
        ("preset", object(PRESET_KEYS)),
        ("selector", object(SELECTOR_KEYS)),
        ("adjustment", object(ADJUST_KEYS)),
        ("condition", CONDITION.to_owned()),
    ];
    let mut predicate = String::from(
        "{\"anyOf\":[{\"type\":[\"string\",\"number\",\"boolean\"]},{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{",
    );
    for (name, doc) in TESTS {
        let _ = write!(predicate, "{}:{{\"description\":{}}},", quoted(name), quoted(doc));
    }
    predicate.push_str(
        "\"absent\":{\"description\":\"what a missing node counts as: a value, `match` or `skip`\"},\
         \"read-as\":{\"enum\":[\"plain\",\"quantity\",\"version\",\"mode\",\"duration\",\"date\",\"lower\",\"clean-path\",\"base-name\"]},\
         \"percent-of\":{\"type\":\"string\"}}}]}",
    );
    defs.push(("predicate", predicate));
    let rule = object(RULE_KEYS);
    let rule = rule.strip_suffix('}').unwrap_or(&rule);
    let defs: Vec<String> = defs.iter().map(|(name, schema)| format!("{}:{schema}", quoted(name))).collect();
    format!(
        "{{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"A rule of Hullmark\",{},\"$defs\":{{{}}}}}\n",
        rule.trim_start_matches('{'),
        defs.join(",")
    )
}

const CONDITION: &str = r##"{"type":"object","minProperties":1,"properties":{"all":{"type":"array","items":{"$ref":"#/$defs/condition"}},"any":{"type":"array","items":{"$ref":"#/$defs/condition"}},"not":{"$ref":"#/$defs/condition"},"some":{"description":"there is an element that fits"},"every":{"description":"every element fits"},"none":{"description":"no element fits"},"count":{"description":"so many elements fit"},"as":{"type":"string"},"where":{"$ref":"#/$defs/condition"},"is":{"$ref":"#/$defs/predicate"},"after":{"type":"string"},"before":{"type":"string"},"other-than":{"type":"string"}},"patternProperties":{"^[.$]":{"$ref":"#/$defs/predicate"}},"additionalProperties":false}"##;

fn object(keys: &[Key]) -> String {
    let required: Vec<String> = keys.iter().filter(|key| key.required).map(|key| quoted(key.name)).collect();
    let properties: Vec<String> = keys
        .iter()
        .map(|key| {
            let inner = key.schema.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or("");
            let comma = if inner.is_empty() { "" } else { "," };
            format!("{}:{{{inner}{comma}\"description\":{}}}", quoted(key.name), quoted(key.doc))
        })
        .collect();
    format!(
        "{{\"type\":\"object\",\"additionalProperties\":false,\"required\":[{}],\"properties\":{{{}}}}}",
        required.join(","),
        properties.join(",")
    )
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The page of subjects and facts, in Markdown.
#[must_use]
pub fn facts_page() -> String {
    let mut page = String::from(
        "# Subjects and facts\n\nMade from `language/src/subject/` by `cargo xtask gen`; do not edit.\n\n\
         A rule says `on: { input: INPUT, each: SUBJECT }`; its paths walk from the subject through the members below.\n\
         Types marked *open* have the keys of the document beside these members.\n\n",
    );
    for &input in Input::ALL {
        let names: Vec<String> =
            SUBJECTS.iter().filter(|one| one.input == input).map(|one| format!("`{}`", one.name)).collect();
        let _ = writeln!(page, "- **{}**: {}", input.as_str(), names.join(", "));
    }
    for of in TYPES.iter().copied().flatten() {
        let open = if of.open { " (open)" } else { "" };
        let _ =
            write!(page, "\n## {}{open}\n\n{}\n\n| member | kind | meaning |\n| --- | --- | --- |\n", of.name, of.doc);
        for member in of.members {
            let kind = match member.kind {
                Kind::Text => "text".to_owned(),
                Kind::Bool => "true or false".to_owned(),
                Kind::Number => "number".to_owned(),
                Kind::Any => "any".to_owned(),
                Kind::Texts => "texts".to_owned(),
                Kind::TextMap => "texts by name".to_owned(),
                Kind::TextsByName => "lists of texts by name".to_owned(),
                Kind::One(name) => name.to_owned(),
                Kind::Many(name) => format!("list of {name}"),
                Kind::ByName(name) => format!("lists of {name} by name"),
                Kind::Open => "as in the document".to_owned(),
                Kind::Related(name) => format!("related {name}s"),
            };
            let _ = writeln!(page, "| `{}` | {kind} | {} |", member.name, member.doc.replace('|', "\\|"));
        }
    }
    page.push_str("\n## Tests\n\n| test | holds when the value |\n| --- | --- |\n");
    for (name, doc) in TESTS {
        let _ = writeln!(page, "| `{name}` | {doc} |");
    }
    page
}
