//! Reading presets.

use hullmark_document::Span;

use super::reader::{At, Key, Loaded};
use crate::preset::{Adjustment, Preset, Selector};
use crate::rule::{Confidence, Input, Severity, Status};

const TEXTS: &str = r#"{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}"#;

pub(crate) const PRESET_KEYS: &[Key] = &[
    Key {
        name: "id",
        required: true,
        schema: r#"{"type":"string"}"#,
        doc: "the preset's id, equal to the file's name",
    },
    Key { name: "title", required: true, schema: r#"{"type":"string"}"#, doc: "one line" },
    Key {
        name: "extends",
        required: false,
        schema: r#"{"type":"string"}"#,
        doc: "another preset of the same set: what is not said here is as it says, but for `exclude`",
    },
    Key {
        name: "include",
        required: false,
        schema: r##"{"type":"array","items":{"$ref":"#/$defs/selector"}}"##,
        doc: "a rule is in when one of these fits",
    },
    Key {
        name: "exclude",
        required: false,
        schema: r##"{"type":"array","items":{"$ref":"#/$defs/selector"}}"##,
        doc: "and none of these does",
    },
    Key {
        name: "adjust",
        required: false,
        schema: r##"{"type":"array","items":{"$ref":"#/$defs/adjustment"}}"##,
        doc: "changes to rules, in order",
    },
    Key {
        name: "unwrap-commands",
        required: false,
        schema: r#"{"type":"boolean"}"#,
        doc: "whether commands behind sudo, env, sh -c are read; true by default",
    },
    Key {
        name: "expand-variables",
        required: false,
        schema: r#"{"type":"boolean"}"#,
        doc: "whether variables with known values are filled in; true by default",
    },
    Key {
        name: "pod-kinds",
        required: false,
        schema: TEXTS,
        doc: "the kinds of objects in which pods are looked for; all by default",
    },
    Key { name: "peer", required: false, schema: r#"{"type":"string"}"#, doc: "the peer whose verdicts it promises" },
    Key {
        name: "levels",
        required: false,
        schema: r#"{"type":"string"}"#,
        doc: "the data table with the levels (error, warning, info, style) of that peer's codes",
    },
];

pub(crate) const SELECTOR_KEYS: &[Key] = &[
    Key { name: "rules", required: false, schema: TEXTS, doc: "ids or patterns with *" },
    Key { name: "aliases", required: false, schema: TEXTS, doc: "aliases or patterns, such as hadolint:*" },
    Key { name: "tags", required: false, schema: TEXTS, doc: "tags" },
    Key { name: "compliance", required: false, schema: TEXTS, doc: "frameworks of which the rule checks a control" },
    Key { name: "inputs", required: false, schema: TEXTS, doc: "dockerfile, image, kubernetes, set" },
    Key { name: "status", required: false, schema: TEXTS, doc: "stable, preview, deprecated" },
    Key { name: "min-severity", required: false, schema: r#"{"type":"string"}"#, doc: "the least severity" },
    Key { name: "min-confidence", required: false, schema: r#"{"type":"string"}"#, doc: "the least confidence" },
];

pub(crate) const ADJUST_KEYS: &[Key] = &[
    Key {
        name: "rules",
        required: true,
        schema: r##"{"anyOf":[{"type":"string"},{"type":"array"},{"$ref":"#/$defs/selector"}]}"##,
        doc: "which rules: ids, or a selector",
    },
    Key { name: "severity", required: false, schema: r#"{"type":"string"}"#, doc: "their severity" },
    Key { name: "confidence", required: false, schema: r#"{"type":"string"}"#, doc: "their confidence" },
    Key {
        name: "on-unknown",
        required: false,
        schema: r#"{"enum":["report","skip"]}"#,
        doc: "whether they report what they cannot tell",
    },
    Key { name: "params", required: false, schema: r#"{"type":"object"}"#, doc: "values for their parameters" },
];

/// Reads a preset.
pub(crate) fn preset(at: At<'_>) -> Loaded<Preset> {
    at.check_keys(PRESET_KEYS)?;
    let selectors = |key: &str| -> Loaded<Vec<Selector>> {
        match at.get(key) {
            Some(list) => list.items()?.map(selector).collect(),
            None => Ok(Vec::new()),
        }
    };
    let flag = |key: &str| at.get(key).map(At::bool).transpose();
    Ok(Preset {
        id: at.need("id")?.owned()?,
        title: at.need("title")?.owned()?,
        include: selectors("include")?,
        exclude: selectors("exclude")?,
        adjust: match at.get("adjust") {
            Some(list) => list.items()?.map(adjustment).collect::<Loaded<_>>()?,
            None => Vec::new(),
        },
        unwrap_commands: flag("unwrap-commands")?.unwrap_or(true),
        expand_variables: flag("expand-variables")?.unwrap_or(true),
        pod_kinds: at.get("pod-kinds").map_or_else(|| Ok(Vec::new()), At::texts)?,
        peer: at.get("peer").map(At::owned).transpose()?,
        levels: at.get("levels").map(At::owned).transpose()?,
    })
}

fn selector(at: At<'_>) -> Loaded<Selector> {
    at.check_keys(SELECTOR_KEYS)?;
    let texts = |key: &str| at.get(key).map_or_else(|| Ok(Vec::new()), At::texts);
    let words = |key: &str| at.get(key).map_or_else(Vec::new, At::each);
    Ok(Selector {
        rules: texts("rules")?,
        aliases: texts("aliases")?,
        tags: texts("tags")?,
        compliance: texts("compliance")?,
        inputs: words("inputs").into_iter().map(|at| at.word(Input::ALL, Input::as_str)).collect::<Loaded<_>>()?,
        status: words("status").into_iter().map(|at| at.word(Status::ALL, Status::as_str)).collect::<Loaded<_>>()?,
        min_severity: at.get("min-severity").map(|at| at.word(Severity::ALL, Severity::as_str)).transpose()?,
        min_confidence: at.get("min-confidence").map(|at| at.word(Confidence::ALL, Confidence::as_str)).transpose()?,
    })
}

fn adjustment(at: At<'_>) -> Loaded<Adjustment> {
    at.check_keys(ADJUST_KEYS)?;
    let rules = at.need("rules")?;
    let rules = match rules.value() {
        hullmark_document::Value::Map => selector(rules)?,
        _ => Selector { rules: rules.texts()?, ..Selector::default() },
    };
    let params = match at.get("params") {
        Some(params) => {
            params.entries()?.map(|entry| Ok((entry.key().to_owned(), entry.datum()?))).collect::<Loaded<_>>()?
        }
        None => Vec::new(),
    };
    let report_unknown = match at.get("on-unknown") {
        Some(word) => Some(word.word(&["report", "skip"], |word| word)? == "report"),
        None => None,
    };
    Ok(Adjustment {
        rules,
        severity: at.get("severity").map(|at| at.word(Severity::ALL, Severity::as_str)).transpose()?,
        confidence: at.get("confidence").map(|at| at.word(Confidence::ALL, Confidence::as_str)).transpose()?,
        report_unknown,
        params,
    })
}

/// What a preset or rule, which was read without fault, names that must be there.
pub(crate) struct Names {
    /// Ids of rules, without patterns.
    pub(crate) rules: Vec<(String, Span)>,
    /// Parameters, with the rules of which one must have it.
    pub(crate) params: Vec<(Selector, String, Span)>,
}

/// What the preset names.
pub(crate) fn names(at: At<'_>, preset: &Preset) -> Names {
    let lists = ["include", "exclude"].into_iter().filter_map(|key| at.get(key)).flat_map(At::children);
    let changes: Vec<At<'_>> = at.get("adjust").into_iter().flat_map(At::children).collect();
    let changed = changes.iter().filter_map(|change| change.get("rules"));
    let lists = lists.chain(changed).map(|list| match list.value() {
        hullmark_document::Value::Map => list.get("rules"),
        _ => Some(list),
    });
    let ids = lists.flatten().flat_map(At::each).filter_map(|id| Some((id.owned().ok()?, id.span())));
    let params = changes.iter().zip(&preset.adjust).flat_map(|(change, read)| {
        let params = change.get("params").into_iter().flat_map(At::children);
        params.map(|param| (read.rules.clone(), param.key().to_owned(), param.tree.key_span(param.id)))
    });
    Names { rules: ids.filter(|(id, _)| !id.contains(['*', '?'])).collect(), params: params.collect() }
}
