//! Reading fixes.

use hullmark_document::Value;

use super::cond::{cond, path, single_path};
use super::reader::{At, Key, Loaded};
use super::scope::Scope;
use crate::error::LoadErrorKind;
use crate::path::{Path, Segment};
use crate::rule::{EditTemplate, FixTemplate, Safety, SetValue};
use crate::template::Template;

pub(crate) const FIX_KEYS: &[Key] = &[
    Key {
        name: "safety",
        required: true,
        schema: r#"{"enum":["safe","unsafe","display"]}"#,
        doc: "safe: nothing changes but what the rule is about; unsafe: a person should look; display: shown, never applied",
    },
    Key { name: "title", required: false, schema: r#"{"type":"string"}"#, doc: "what the fix does, for a menu" },
    Key { name: "when", required: false, schema: r##"{"$ref":"#/$defs/condition"}"##, doc: "when it is offered" },
    Key {
        name: "edits",
        required: false,
        schema: r##"{"type":"array","items":{"$ref":"#/$defs/edit"}}"##,
        doc: "the edits, all or none; a fix that is only displayed may have none",
    },
    Key {
        name: "otherwise",
        required: false,
        schema: r#"{"type":"string"}"#,
        doc: "what is displayed in its place where it is not offered or its edits cannot be made",
    },
];

pub(crate) const EDIT_KEYS: &[Key] = &[
    Key {
        name: "set",
        required: false,
        schema: r#"{"type":"string"}"#,
        doc: "a key of the document that gets a value; missing mappings above it are made",
    },
    Key {
        name: "value",
        required: false,
        schema: "{}",
        doc: "the value for `set`: any value, a text with holes, or { of: PATH }",
    },
    Key {
        name: "remove",
        required: false,
        schema: r#"{"type":"string"}"#,
        doc: "an entry, item, word or instruction that is taken away with its separator",
    },
    Key { name: "replace", required: false, schema: r#"{"type":"string"}"#, doc: "a node whose text is replaced" },
    Key { name: "with", required: false, schema: r#"{"type":"string"}"#, doc: "the text for `replace`, with holes" },
    Key {
        name: "insert",
        required: false,
        schema: r#"{"type":"string"}"#,
        doc: "a text with holes that is put before or after a node",
    },
    Key { name: "before", required: false, schema: r#"{"type":"string"}"#, doc: "the node for `insert`" },
    Key { name: "after", required: false, schema: r#"{"type":"string"}"#, doc: "the node for `insert`" },
    Key {
        name: "line",
        required: false,
        schema: r#"{"type":"boolean"}"#,
        doc: "whether `insert` makes a line of its own",
    },
    Key { name: "rename", required: false, schema: r#"{"type":"string"}"#, doc: "an entry that gets another key" },
    Key { name: "to", required: false, schema: r#"{"type":"string"}"#, doc: "the key for `rename`, with holes" },
];

/// Reads a template at `at`.
pub(crate) fn template(at: At<'_>, scope: &Scope) -> Loaded<Template> {
    let text = at.text()?;
    Template::parse(text, scope).map_err(|message| at.error(LoadErrorKind::BadPath, message))
}

/// Reads a fix.
pub(crate) fn fix(at: At<'_>, scope: &mut Scope, title: &str) -> Loaded<FixTemplate> {
    at.check_keys(FIX_KEYS)?;
    let safety = at.need("safety")?.word(Safety::ALL, Safety::as_str)?;
    let when = at.get("when").map(|when| cond(when, scope)).transpose()?;
    let title = match at.get("title") {
        Some(title) => template(title, scope)?,
        None => Template::literal(title),
    };
    let edits = match at.get("edits") {
        Some(edits) => edits.items()?.map(|item| edit(item, scope)).collect::<Loaded<Vec<_>>>()?,
        None => Vec::new(),
    };
    if edits.is_empty() && safety != Safety::Display {
        return Err(at.bad("a fix that can be applied needs edits").with_help("or say `safety: display`"));
    }
    let otherwise = at.get("otherwise").map(|hint| template(hint, scope)).transpose()?;
    Ok(FixTemplate { safety, title, when, edits, otherwise })
}

fn edit(at: At<'_>, scope: &Scope) -> Loaded<EditTemplate> {
    at.check_keys(EDIT_KEYS)?;
    if let Some(set) = at.get("set") {
        return set_edit(at, set, scope);
    }
    if let Some(node) = at.get("remove") {
        return Ok(EditTemplate::Remove(single_path(node, scope)?));
    }
    if let Some(node) = at.get("replace") {
        return Ok(EditTemplate::Replace { at: single_path(node, scope)?, text: template(at.need("with")?, scope)? });
    }
    if let Some(node) = at.get("rename") {
        return Ok(EditTemplate::Rename { at: single_path(node, scope)?, to: template(at.need("to")?, scope)? });
    }
    let Some(text) = at.get("insert") else {
        return Err(at.error(LoadErrorKind::MissingKey, "an edit is one of set, remove, replace, insert, rename"));
    };
    let (node, after) = match (at.get("before"), at.get("after")) {
        (Some(node), None) => (node, false),
        (None, Some(node)) => (node, true),
        _ => return Err(at.bad("`insert` needs just one of `before` and `after`")),
    };
    Ok(EditTemplate::Insert {
        at: single_path(node, scope)?,
        after,
        line: at.get("line").map(At::bool).transpose()?.unwrap_or(false),
        text: template(text, scope)?,
    })
}

/// `set`: the keys at the end of the path are those that may be missing.
fn set_edit(at: At<'_>, set: At<'_>, scope: &Scope) -> Loaded<EditTemplate> {
    let (Path { start, mut segments }, _) = path(set, scope)?;
    let mut keys = Vec::new();
    while let Some(Segment::Key(..) | Segment::Made(_)) = segments.last() {
        match segments.pop() {
            Some(Segment::Key(key)) => keys.push(Template::literal(key.text())),
            Some(Segment::Made(made)) => keys.push(made),
            _ => {}
        }
    }
    keys.reverse();
    let base = Path { start, segments };
    if keys.is_empty() || base.is_many() {
        return Err(set.error(LoadErrorKind::BadPath, "`set` needs a path that ends with keys of the document"));
    }
    let value = at.need("value")?;
    let value = match value.value() {
        Value::Map if value.get("of").is_some() => SetValue::Of(single_path(value.need("of")?, scope)?),
        Value::Text(text) if text.contains('{') => SetValue::Made(template(value, scope)?),
        _ => SetValue::Literal(value.datum()?),
    };
    Ok(EditTemplate::Set { base, keys, value })
}
