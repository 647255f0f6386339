//! The classes, words and options of the Python package, made from the JSON Schema of what crosses borders.

use serde_json::{Map, Value};

use crate::json;
use crate::process;
use crate::typescript::SCHEMA;

const RUST_HEAD: &str = "\
//! Made by `cargo xtask gen` from the JSON Schema of `core`; never edited by hand.

use std::collections::BTreeMap;

use hullmark::{Error, ErrorKind};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyInt, PyMapping, PyString, PyType};
use pyo3::{Borrowed, type_hint_identifier};
use serde::{Deserialize, Serialize};

use crate::convert::{Content, Kept, Text, Texts, Tuple, json, option, raised};
use crate::{Engine, apply_fixes};

";

/// What the classes and words are made with.
const MACROS: &str = include_str!("python_class.txt");

const PYTHON_HEAD: &str = "\
# Made by `cargo xtask gen` from the JSON Schema of `core`; never edited by hand.
\"\"\"The words and options of Hullmark.\"\"\"

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias, TypedDict, Union

from ._hullmark import Fix

";

/// The types of what Python gives in several forms.
const ALIASES: &str = "\
Setting: TypeAlias = Union[bool, int, float, str, None, Sequence[\"Setting\"], Mapping[str, \"Setting\"]]
Params: TypeAlias = Mapping[str, Mapping[str, Setting]]
Severities: TypeAlias = Mapping[str, \"Severity\"]
Packs: TypeAlias = Mapping[str, str]
Texts: TypeAlias = Iterable[str]
Text: TypeAlias = Union[str, bytes]
Inputs: TypeAlias = Iterable[
    Union[
        tuple[str, Text],
        tuple[str, Text, Union[InputKind, None]],
        tuple[str, Text, Union[InputKind, None], Union[\"BuildContext\", None]],
    ]
]
Paths: TypeAlias = Union[str, \"os.PathLike[str]\", Iterable[Union[str, \"os.PathLike[str]\"]]]
Fixes: TypeAlias = Iterable[Fix]
Review: TypeAlias = Union[str, bytes, Mapping[str, object]]
";

/// What Rust calls a definition by another name, or with more to it.
const INNER: &[(&str, &str)] = &[
    ("Preset", "hullmark::PresetInfo"),
    ("Report", "hullmark::ReportDocument<'static>"),
    ("Rule", "hullmark::RuleInfo"),
    ("Span", "Range"),
];

/// What Python calls a definition by another name.
const RENAMED: &[(&str, &str)] = &[("FileProblem", "Problem"), ("SubjectName", "Subject")];

/// What `repr` shows of a class that has more than fits a line.
const SHOWN: &[(&str, &[&str])] = &[
    ("Finding", &["rule", "severity", "path", "start", "message"]),
    ("Suppressed", &["rule", "severity", "path", "start", "reason"]),
    ("FileProblem", &["code", "path", "start", "message"]),
    ("Report", &["summary"]),
    ("Rule", &["id", "severity", "title"]),
];

/// What Python gets as plain dicts.
const PLAIN: &[&str] = &["AdmissionResponse", "AdmissionReview", "AdmissionStatus"];

/// Options that Python takes in a form of its own.
const OPTIONS: &[(&str, &str, &str)] =
    &[("packs", "Packs", "Files"), ("params", "Params", "Params"), ("severities", "Severities", "Severities")];

/// The classes, in Rust.
pub fn classes() -> Result<Vec<u8>, String> {
    let definitions = definitions()?;
    let mut text = format!("{RUST_HEAD}{MACROS}");
    let mut names = vec!["Engine", "apply_fixes"];
    let words: Vec<&str> = definitions.iter().filter(|(_, one)| is_word(one)).map(|(name, _)| name.as_str()).collect();
    text.push_str(&format!("\nwords!({});\n", words.join(" ")));
    for (name, definition) in &definitions {
        if !is_word(definition) && !is_taken(name) && !PLAIN.contains(&name.as_str()) {
            names.push(renamed(name));
            text.push_str(&class(name, definition, &definitions).map_err(|fault| format!("{name}: {fault}"))?);
        }
    }
    text.push_str(&constructor(member(&definitions, "EngineOptions")?)?);
    text.push_str(&module(names));
    Ok(text.into_bytes())
}

/// The words and options, in Python.
pub fn words() -> Result<Vec<u8>, String> {
    let definitions = definitions()?;
    let mut text = PYTHON_HEAD.to_owned();
    let mut names = vec!["BuildContext", "EngineOptions", "Limits"];
    names.extend(PLAIN);
    names.extend(ALIASES.lines().filter_map(|line| line.split_once(": TypeAlias")).map(|(name, _)| name));
    for (name, definition) in definitions.iter().filter(|(_, one)| is_word(one)) {
        names.push(name);
        text.push_str(&format!("{name}: TypeAlias = Literal[{}]\n", spelled(definition).join(", ")));
    }
    text.push_str(ALIASES);
    for name in ["BuildContext", "Limits", "EngineOptions"] {
        let definition = member(&definitions, name)?;
        text.push_str(&format!("\n\nclass {name}(TypedDict, total=False):\n    \"\"\"{}\"\"\"\n\n", doc(definition)));
        for (key, value) in properties(definition) {
            text.push_str(&format!("    {}: {}\n    \"\"\"{}\"\"\"\n", snake(key), option(key, value)?.0, doc(value)));
        }
    }
    for name in PLAIN {
        text.push_str(&plain(name, member(&definitions, name)?)?);
    }
    names.sort_unstable();
    let all: Vec<String> = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    text.push_str(&format!("\n\n__all__ = [\n{}]\n", all.concat()));
    Ok(text.into_bytes())
}

fn definitions() -> Result<Map<String, Value>, String> {
    let output = process::captured(&mut process::cargo(SCHEMA))?;
    let schema = json::parse(&output.stdout, "the example wire_schema")?;
    let mut definitions = schema.get("$defs").and_then(Value::as_object).cloned().ok_or("the schema has no $defs")?;
    let place = |doc: &str| serde_json::json!({ "$ref": "#/$defs/Place", "description": doc });
    let ends = [("start", "The first character."), ("end", "The character after the last one.")];
    let ends: Map<String, Value> = ends.iter().map(|(name, doc)| ((*name).to_owned(), place(doc))).collect();
    let doc = "A range of a file: `text[span.start.offset:span.end.offset]`.";
    definitions.insert("Span".to_owned(), serde_json::json!({ "description": doc, "properties": ends }));
    Ok(definitions)
}

/// The pieces that go in, which are no classes.
fn is_taken(name: &str) -> bool {
    matches!(name, "BuildContext" | "EngineOptions" | "InputFile" | "Limits" | "RuleFile" | "Setting")
}

fn is_word(definition: &Value) -> bool {
    !spelled(definition).is_empty()
}

/// The words of an enumeration, in quotes.
fn spelled(definition: &Value) -> Vec<String> {
    let variants = json::list(definition, "oneOf").iter().filter_map(|one| one.get("const"));
    variants.chain(json::list(definition, "enum")).map(Value::to_string).collect()
}

fn member<'d>(definitions: &'d Map<String, Value>, name: &str) -> Result<&'d Value, String> {
    definitions.get(name).ok_or_else(|| format!("the schema has no {name}"))
}

/// The properties of an object; of one of several objects, those of all, each of which it may lack.
fn properties(definition: &Value) -> Vec<(&String, &Value)> {
    let variants = json::list(definition, "anyOf").iter().chain([definition]);
    variants.filter_map(|one| one.get("properties")?.as_object()).flatten().collect()
}

fn renamed(name: &str) -> &str {
    RENAMED.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| to)
}

/// The first paragraph of a description, on one line.
fn doc(schema: &Value) -> String {
    json::text(schema, "description").split("\n\n").next().unwrap_or_default().replace('\n', " ")
}

fn class(name: &str, definition: &Value, definitions: &Map<String, Value>) -> Result<String, String> {
    let fields = properties(definition);
    let has = |key: &str| fields.iter().any(|(name, _)| *name == key);
    let variants = definition.get("anyOf").is_some();
    let python = renamed(name);
    let shown = SHOWN
        .iter()
        .find(|(of, _)| *of == name)
        .map_or_else(|| fields.iter().map(|(key, _)| key.as_str()).collect(), |(_, shown)| shown.to_vec());
    let inner = INNER.iter().find(|(of, _)| *of == name);
    let inner = inner.map_or_else(|| format!("hullmark::{name}"), |(_, inner)| (*inner).to_owned());
    let head = format!("{:?}\n{python}({inner}) [{}] |this, py, kept|", doc(definition), shown.join(" "));
    let mut text = format!("\nclass! {{ {head} {{\n");
    for (key, value) in &fields {
        // What is set aside is a finding with more to it.
        let of_finding =
            name == "Suppressed" && properties(member(definitions, "Finding")?).iter().any(|(k, _)| k == key);
        let holder = if of_finding { "this.finding" } else { "this" };
        let (kind, expression) = if variants {
            ("Option<String>".to_owned(), format!("part(this, {key:?})"))
        } else {
            getter(value, &format!("{holder}.{key}"), key, definitions)?
        };
        text.push_str(&format!("    {:?} {key}: {kind} = {expression};\n", doc(value)));
    }
    if name != "Span" && has("start") && has("end") {
        let holder = if name == "Suppressed" { "this.finding" } else { "this" };
        text.push_str(&format!("    \"Both ends.\" span: Span = Span::from(({holder}.start, {holder}.end));\n"));
    }
    text.push_str("}}\n");
    Ok(text)
}

/// A result that is a plain dict, in Python: what it always has, and what it may lack.
fn plain(name: &str, definition: &Value) -> Result<String, String> {
    let required: Vec<&str> = json::list(definition, "required").iter().filter_map(Value::as_str).collect();
    let (always, seldom): (Vec<_>, Vec<_>) =
        properties(definition).into_iter().partition(|(key, _)| required.contains(&key.as_str()));
    let class = |head: &str, fields: &[(&String, &Value)]| {
        let mut text = format!("\n\nclass {head}:\n    \"\"\"{}\"\"\"\n\n", doc(definition));
        for (key, value) in fields {
            text.push_str(&format!("    {key}: {}\n    \"\"\"{}\"\"\"\n", plain_kind(value)?, doc(value)));
        }
        Ok::<_, String>(text)
    };
    if seldom.is_empty() {
        return class(&format!("{name}(TypedDict)"), &always);
    }
    let (base, whole) = (format!("_{name}(TypedDict)"), format!("{name}(_{name}, total=False)"));
    Ok(class(&base, &always)? + &class(&whole, &seldom)?)
}

/// The type of a member of a plain dict.
fn plain_kind(schema: &Value) -> Result<String, String> {
    if let Some(name) = target(schema).or_else(|| json::list(schema, "anyOf").first().and_then(target)) {
        return Ok(name.to_owned());
    }
    let kind = schema.get("type");
    match kind.and_then(|kind| kind.as_str().or_else(|| kind.get(0)?.as_str())) {
        Some("string") => Ok("str".to_owned()),
        Some("boolean") => Ok("bool".to_owned()),
        Some("integer") => Ok("int".to_owned()),
        Some("array") => Ok(format!("list[{}]", plain_kind(schema.get("items").ok_or("an array of anything")?)?)),
        _ => Err(format!("no plain type for {schema}")),
    }
}

/// The type of an attribute in Rust, and the expression for it.
fn getter(schema: &Value, from: &str, key: &str, definitions: &Map<String, Value>) -> Result<(String, String), String> {
    if let Some(name) = target(schema) {
        return Ok((renamed(name).to_owned(), format!("(&{from}).into()")));
    }
    let alternatives = json::list(schema, "anyOf");
    if let Some(name) = alternatives.first().and_then(target) {
        let name = renamed(name);
        return Ok((format!("Option<{name}>"), format!("{from}.as_ref().map({name}::from)")));
    }
    let fixed = |kind: &str, expression: String| Ok((kind.to_owned(), expression));
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => fixed("&str", format!("&{from}")),
        Some("boolean") => fixed("bool", from.to_owned()),
        Some("integer") if json::text(schema, "format") == "uint32" => fixed("u32", from.to_owned()),
        Some("integer") => fixed("usize", from.to_owned()),
        Some("object") => fixed("BTreeMap<String, Vec<String>>", format!("{from}.iter().cloned().collect()")),
        Some("array") => {
            let item = schema.get("items").ok_or("an array of anything")?;
            let kind = target(item).map_or("String", renamed);
            if let Some(name) = target(item) {
                member(definitions, name)?;
            }
            Ok((format!("Tuple<{kind}>"), format!("kept.tuple(py, {key:?}, &{from})?")))
        }
        _ => Err(format!("no attribute for {schema}")),
    }
}

fn target(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

/// The type of an option in Python, and the one that takes it in Rust.
fn option(key: &str, schema: &Value) -> Result<(String, String), String> {
    let pair = |(_, python, rust): &(&str, &str, &str)| ((*python).to_owned(), (*rust).to_owned());
    if let Some(found) = OPTIONS.iter().find(|(option, ..)| *option == key) {
        return Ok(pair(found));
    }
    if let Some(name) = target(schema).or_else(|| json::list(schema, "anyOf").first().and_then(target)) {
        return Ok((name.to_owned(), name.to_owned()));
    }
    let kinds = schema.get("type").map(|kind| kind.as_array().map_or(std::slice::from_ref(kind), Vec::as_slice));
    let (python, rust) = match kinds.and_then(|kinds| kinds.first()?.as_str()) {
        Some("string") => ("str", "Text"),
        Some("boolean") => ("bool", "bool"),
        Some("integer") => ("int", "Count"),
        Some("array") => ("Texts", "Texts"),
        _ => return Err(format!("no option for {schema}")),
    };
    Ok((python.to_owned(), rust.to_owned()))
}

fn is_nullable(schema: &Value) -> bool {
    let kinds = schema.get("type").and_then(Value::as_array).into_iter().flatten();
    let variants = json::list(schema, "anyOf").iter().filter_map(|one| one.get("type"));
    kinds.chain(variants).any(|kind| kind.as_str() == Some("null"))
}

/// `aliasNodes` as `alias_nodes`.
fn snake(key: &str) -> String {
    let one =
        |letter: char| if letter.is_uppercase() { format!("_{}", letter.to_lowercase()) } else { letter.to_string() };
    key.chars().map(one).collect()
}

/// The module with everything that Python sees.
fn module(mut names: Vec<&str>) -> String {
    names.sort_unstable();
    let exports = names.iter().map(|name| format!("    #[pymodule_export]\n    use super::{name};\n"));
    let exports: String = exports.collect();
    format!("\n/// The native part of Hullmark; import `hullmark`.\n#[pymodule]\nmod _hullmark {{\n{exports}}}\n")
}

/// The constructor of an engine, with a keyword for each option.
fn constructor(options: &Value) -> Result<String, String> {
    let (mut signature, mut parameters, mut fields) = (String::new(), String::new(), String::new());
    for (key, value) in properties(options) {
        let (name, (_, rust)) = (snake(key), option(key, value)?);
        let (default, kind, given) = match (rust.as_str(), is_nullable(value)) {
            ("bool", _) => ("false", rust, name.clone()),
            // A mapping from path to text is shorter than a list of both.
            ("Files", _) => ("None", format!("Option<{rust}>"), format!("files({name})")),
            (_, true) => ("None", format!("Option<{rust}>"), format!("{name}.map(|given| given.0)")),
            (_, false) => {
                ("None", format!("Option<{rust}>"), format!("{name}.map(|given| given.0).unwrap_or_default()"))
            }
        };
        signature.push_str(&format!("        {name}={default},\n"));
        parameters.push_str(&format!("        {name}: {kind},\n"));
        fields.push_str(&if name == given {
            format!("            {name},\n")
        } else {
            format!("            {name}: {given},\n")
        });
    }
    Ok(format!(
        "\n#[pymethods]\nimpl Engine {{\n    #[new]\n    #[pyo3(signature = (\n        *,\n{signature}    ))]\n    \
         #[expect(clippy::too_many_arguments, reason = \"keywords in Python, each an option of the library\")]\n    \
         fn new(\n{parameters}    ) -> PyResult<Self> {{\n        Self::build(hullmark::Options {{\n{fields}        \
         }})\n    }}\n}}\n"
    ))
}
