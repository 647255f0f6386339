//! Reading one rule.

use hullmark_document::{NodeId, Tree, Value};

use super::cond::{cond, single_path};
use super::fix::{fix, template};
use super::reader::{At, Key, Loaded};
use super::scope::Scope;
use crate::condition::{Cond, Quantifier};
use crate::error::{LoadErrorKind, nearest};
use crate::example::{Example, Expectation, unmark};
use crate::path::{Path, Shape, Start};
use crate::rule::{Case, Confidence, Input, On, Param, RelatedPlace, Rule, RuleText, Severity, Status};
use crate::subject::{self, Type};

const TEXT: &str = r#"{"type":"string"}"#;
const TEXTS: &str = r#"{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]}"#;
const COND: &str = r##"{"$ref":"#/$defs/condition"}"##;

pub(crate) const RULE_KEYS: &[Key] = &[
    Key {
        name: "id",
        required: true,
        schema: r#"{"type":"string","pattern":"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"}"#,
        doc: "kebab-case, equal to the file's name; it names the smell, not the cure",
    },
    Key { name: "title", required: true, schema: TEXT, doc: "one line, as a heading" },
    Key {
        name: "severity",
        required: true,
        schema: r#"{"enum":["info","low","medium","high","critical"]}"#,
        doc: "how bad it is",
    },
    Key {
        name: "confidence",
        required: true,
        schema: r#"{"enum":["low","medium","high"]}"#,
        doc: "how sure a match is",
    },
    Key { name: "category", required: true, schema: TEXT, doc: "the field's area, such as supply-chain" },
    Key {
        name: "status",
        required: false,
        schema: r#"{"enum":["stable","preview","deprecated"]}"#,
        doc: "how settled it is; stable by default",
    },
    Key { name: "since", required: false, schema: TEXT, doc: "the version that brought it" },
    Key { name: "replaced-by", required: false, schema: TEXT, doc: "for a deprecated rule: the one in its place" },
    Key { name: "tags", required: false, schema: TEXTS, doc: "words to choose it by" },
    Key { name: "aliases", required: false, schema: TEXTS, doc: "peers' ids, such as hadolint:DL3007" },
    Key {
        name: "compliance",
        required: false,
        schema: r#"{"type":"object"}"#,
        doc: "the controls it checks, by framework",
    },
    Key {
        name: "params",
        required: false,
        schema: r##"{"type":"object","additionalProperties":{"$ref":"#/$defs/param"}}"##,
        doc: "its parameters, by name",
    },
    Key {
        name: "on",
        required: true,
        schema: r##"{"anyOf":[{"$ref":"#/$defs/on"},{"type":"array","items":{"$ref":"#/$defs/on"}}]}"##,
        doc: "what it looks at",
    },
    Key { name: "match", required: true, schema: COND, doc: "the bad thing" },
    Key {
        name: "at",
        required: false,
        schema: TEXT,
        doc: "the place reported; each binding of the capture it begins with is a finding",
    },
    Key {
        name: "per",
        required: false,
        schema: TEXT,
        doc: "a capture: each binding of it is a finding, wherever `at` points",
    },
    Key {
        name: "message",
        required: true,
        schema: TEXT,
        doc: "what is wrong here, lower case, without full stop, with holes",
    },
    Key {
        name: "cases",
        required: false,
        schema: r##"{"type":"array","items":{"$ref":"#/$defs/case"}}"##,
        doc: "other wording, place or weight for some matches",
    },
    Key { name: "fix", required: false, schema: r##"{"$ref":"#/$defs/fix"}"##, doc: "how to mend it" },
    Key {
        name: "related",
        required: false,
        schema: r##"{"type":"array","items":{"$ref":"#/$defs/related"}}"##,
        doc: "other places that belong to it",
    },
    Key { name: "redact", required: false, schema: TEXTS, doc: "nodes whose values are never shown" },
    Key {
        name: "yields-to",
        required: false,
        schema: TEXTS,
        doc: "rules whose findings, within the range of one of its own and as severe, take its place",
    },
    Key {
        name: "on-unknown",
        required: false,
        schema: r#"{"enum":["report","skip"]}"#,
        doc: "whether it reports what it cannot tell; skip by default",
    },
    Key {
        name: "rationale",
        required: true,
        schema: TEXT,
        doc: "why it hurts, who exploits it, when it is fine to ignore",
    },
    Key { name: "references", required: false, schema: TEXTS, doc: "where to read more" },
    Key { name: "examples", required: true, schema: r##"{"$ref":"#/$defs/examples"}"##, doc: "texts that a test runs" },
];

pub(crate) const ON_KEYS: &[Key] = &[
    Key {
        name: "input",
        required: true,
        schema: r#"{"enum":["dockerfile","image","kubernetes","set"]}"#,
        doc: "the kind of input; set: all manifests of a call together",
    },
    Key { name: "each", required: true, schema: TEXT, doc: "the subject" },
];

pub(crate) const PARAM_KEYS: &[Key] = &[
    Key { name: "default", required: true, schema: "{}", doc: "its value when nobody sets it" },
    Key { name: "doc", required: true, schema: TEXT, doc: "what it does" },
];

pub(crate) const CASE_KEYS: &[Key] = &[
    Key { name: "when", required: true, schema: COND, doc: "when it applies" },
    Key { name: "at", required: false, schema: TEXT, doc: "another place" },
    Key { name: "message", required: false, schema: TEXT, doc: "another message" },
    Key { name: "severity", required: false, schema: TEXT, doc: "another severity" },
    Key { name: "confidence", required: false, schema: TEXT, doc: "another confidence" },
    Key {
        name: "fix",
        required: false,
        schema: r##"{"anyOf":[{"const":"none"},{"$ref":"#/$defs/fix"}]}"##,
        doc: "another fix, or none",
    },
];

pub(crate) const RELATED_KEYS: &[Key] = &[
    Key { name: "at", required: true, schema: TEXT, doc: "the place" },
    Key { name: "message", required: true, schema: TEXT, doc: "what it has to do with the finding" },
];

pub(crate) const EXAMPLES_KEYS: &[Key] = &[
    Key {
        name: "bad",
        required: true,
        schema: r##"{"type":"array","minItems":2,"items":{"$ref":"#/$defs/example"}}"##,
        doc: "texts with the finding, each place between the marks ⟦ and ⟧",
    },
    Key {
        name: "good",
        required: true,
        schema: r##"{"type":"array","minItems":2,"items":{"$ref":"#/$defs/example"}}"##,
        doc: "texts without it",
    },
    Key {
        name: "unknown",
        required: false,
        schema: r##"{"type":"array","items":{"$ref":"#/$defs/example"}}"##,
        doc: "texts of which the rule cannot tell",
    },
];

pub(crate) const EXAMPLE_KEYS: &[Key] = &[
    Key { name: "name", required: false, schema: TEXT, doc: "a name for the test" },
    Key { name: "text", required: false, schema: TEXT, doc: "the file" },
    Key {
        name: "files",
        required: false,
        schema: r#"{"type":"object"}"#,
        doc: "several files by name, for rules over a set",
    },
    Key { name: "fixed", required: false, schema: TEXT, doc: "the file after the fix" },
    Key { name: "params", required: false, schema: r#"{"type":"object"}"#, doc: "values for parameters" },
    Key { name: "input", required: false, schema: TEXT, doc: "the kind of input" },
    Key { name: "kubernetes-version", required: false, schema: TEXT, doc: "the version to check for" },
    Key {
        name: "context",
        required: false,
        schema: r#"{"type":"object","properties":{"ignore-file":{"type":"string"},"files":{"type":"array","items":{"type":"string"}}},"additionalProperties":false}"#,
        doc: "the build context: the text of its ignore file, its files",
    },
];

/// Reads the rule at the node `root` of `tree`; `source` is the text kept for `explain`.
///
/// # Errors
/// The first fault of the rule, with its place.
pub fn rule(tree: &Tree, root: NodeId, source: &str) -> Loaded<(Rule, RuleText)> {
    let at = At { tree, id: root };
    at.check_keys(RULE_KEYS)?;
    let id = at.need("id")?;
    check_id(id)?;
    let on = read_on(at.need("on")?)?;
    let params = read_params(at)?;
    let mut made: Option<Rule> = None;
    for (_, of) in &on {
        let one = read_for(at, of, &params)?;
        match &made {
            Some(first) if *first != one => {
                return Err(at.need("on")?.bad("the rule reads differently for the subjects listed"));
            }
            _ => made = Some(one),
        }
    }
    let Some(mut rule) = made else { return Err(at.need("on")?.bad("`on` lists nothing")) };
    rule.on = on.into_iter().map(|(on, _)| on).collect();
    Ok((rule, read_text(at, source)?))
}

fn check_id(at: At<'_>) -> Loaded<()> {
    let id = at.text()?;
    let fine = id.starts_with(|c: char| c.is_ascii_lowercase())
        && !id.ends_with('-')
        && !id.contains("--")
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fine { Ok(()) } else { Err(at.bad("an id is kebab-case: lower-case letters, digits and single dashes")) }
}

fn read_on(at: At<'_>) -> Loaded<Vec<(On, &'static Type)>> {
    let one = |at: At<'_>| {
        at.check_keys(ON_KEYS)?;
        let input = at.need("input")?.word(Input::ALL, Input::as_str)?;
        let each = at.need("each")?;
        let name = each.text()?;
        let of = subject::subject(input, name).and_then(|subject| subject::type_named(subject.of));
        let Some(of) = of else {
            let known: Vec<&str> =
                subject::SUBJECTS.iter().filter(|one| one.input == input).map(|one| one.name).collect();
            let error = each.error(LoadErrorKind::UnknownName, format!("{} has no subject `{name}`", input.as_str()));
            return Err(match nearest(name, known.iter().copied()) {
                Some(near) => error.with_help(format!("did you mean `{near}`?")),
                None => error.with_help(format!("there are {}", known.join(", "))),
            });
        };
        Ok((On { input, subject: name.to_owned() }, of))
    };
    match at.value() {
        Value::List => at.children().map(one).collect(),
        _ => Ok(vec![one(at)?]),
    }
}

fn read_params(at: At<'_>) -> Loaded<Vec<Param>> {
    let Some(params) = at.get("params") else { return Ok(Vec::new()) };
    params
        .entries()?
        .map(|entry| {
            entry.check_keys(PARAM_KEYS)?;
            Ok(Param { name: entry.key().to_owned(), default: entry.need("default")?.datum()? })
        })
        .collect()
}

/// The rule for a subject of type `of`.
fn read_for(at: At<'_>, of: &'static Type, params: &[Param]) -> Loaded<Rule> {
    let names = params.iter().map(|param| param.name.clone()).collect();
    let mut scope = Scope::new(Shape::Of(of), names);
    let matches = cond(at.need("match")?, &mut scope)?;
    let place = at.get("at").map(|at| single_path(at, &scope)).transpose()?;
    let title = at.need("title")?.owned()?;
    let cases = match at.get("cases") {
        Some(cases) => cases.items()?.map(|case| read_case(case, &mut scope, &title)).collect::<Loaded<_>>()?,
        None => Vec::new(),
    };
    let on_unknown = at.get("on-unknown").map(|word| word.word(&["report", "skip"], |word| word)).transpose()?;
    let redact = match at.get("redact") {
        Some(list) if matches!(list.value(), Value::List) => {
            list.children().map(|item| single_path(item, &scope)).collect::<Loaded<_>>()?
        }
        Some(one) => vec![single_path(one, &scope)?],
        None => Vec::new(),
    };
    let fix = at.get("fix").map(|at| fix(at, &mut scope, &title)).transpose()?;
    Ok(Rule {
        id: at.need("id")?.owned()?,
        severity: at.need("severity")?.word(Severity::ALL, Severity::as_str)?,
        confidence: at.need("confidence")?.word(Confidence::ALL, Confidence::as_str)?,
        status: at.get("status").map_or(Ok(Status::Stable), |at| at.word(Status::ALL, Status::as_str))?,
        category: at.need("category")?.owned()?,
        tags: texts(at, "tags")?,
        aliases: texts(at, "aliases")?,
        frameworks: match at.get("compliance") {
            Some(map) => map.entries()?.map(|entry| entry.key().to_owned()).collect(),
            None => Vec::new(),
        },
        params: params.to_vec(),
        on: Vec::new(),
        each: match at.get("per") {
            Some(per) => Some(slot_of(per, &matches, &scope)?),
            None => each_slot(&matches, place.as_ref()),
        },
        message: template(at.need("message")?, &scope)?,
        related: match at.get("related") {
            Some(list) => list.items()?.map(|item| read_related(item, &scope)).collect::<Loaded<_>>()?,
            None => Vec::new(),
        },
        matches,
        at: place,
        cases,
        fix,
        redact,
        yields_to: texts(at, "yields-to")?,
        report_unknown: on_unknown == Some("report"),
        least_confidence: None,
        slots: scope.slots(),
    })
}

fn texts(at: At<'_>, key: &str) -> Loaded<Vec<String>> {
    at.get(key).map_or_else(|| Ok(Vec::new()), At::texts)
}

/// The slot of the capture that `per` names.
fn slot_of(per: At<'_>, matches: &Cond, scope: &Scope) -> Loaded<u8> {
    let path = single_path(per, scope)?;
    each_slot(matches, Some(&path))
        .filter(|_| path.segments.is_empty())
        .ok_or_else(|| per.bad("`per` names a capture that a `some:` of the match binds"))
}

/// The slot whose every binding makes a finding: the capture that `at` starts from, bound in the positive part.
fn each_slot(matches: &Cond, at: Option<&Path>) -> Option<u8> {
    let Some(Path { start: Start::Slot(slot @ 1..), .. }) = at else { return None };
    binds(matches, *slot).then_some(*slot)
}

/// Whether a positive `some` of `cond` binds `slot`.
fn binds(cond: &Cond, slot: u8) -> bool {
    match cond {
        Cond::All(conds) | Cond::Any(conds) => conds.iter().any(|cond| binds(cond, slot)),
        Cond::Quantified { quantifier: Quantifier::Some, slot: own, filter, .. } => {
            *own == slot || filter.as_deref().is_some_and(|cond| binds(cond, slot))
        }
        _ => false,
    }
}

fn read_case(at: At<'_>, scope: &mut Scope, title: &str) -> Loaded<Case> {
    at.check_keys(CASE_KEYS)?;
    Ok(Case {
        when: cond(at.need("when")?, scope)?,
        at: at.get("at").map(|at| single_path(at, scope)).transpose()?,
        message: at.get("message").map(|at| template(at, scope)).transpose()?,
        severity: at.get("severity").map(|at| at.word(Severity::ALL, Severity::as_str)).transpose()?,
        confidence: at.get("confidence").map(|at| at.word(Confidence::ALL, Confidence::as_str)).transpose()?,
        fix: match at.get("fix") {
            Some(none) if none.value() == Value::Text("none") => Some(None),
            Some(other) => Some(Some(fix(other, scope, title)?)),
            None => None,
        },
    })
}

fn read_related(at: At<'_>, scope: &Scope) -> Loaded<RelatedPlace> {
    at.check_keys(RELATED_KEYS)?;
    Ok(RelatedPlace { at: single_path(at.need("at")?, scope)?, message: template(at.need("message")?, scope)? })
}

fn read_text(at: At<'_>, source: &str) -> Loaded<RuleText> {
    Ok(RuleText {
        title: at.need("title")?.owned()?,
        rationale: at.need("rationale")?.text()?.trim().to_owned(),
        references: texts(at, "references")?,
        since: at.get("since").map_or_else(|| Ok(String::new()), At::owned)?,
        replaced_by: at.get("replaced-by").map(At::owned).transpose()?,
        examples: read_examples(at.need("examples")?)?,
        compliance: match at.get("compliance") {
            Some(map) => {
                map.entries()?.map(|entry| Ok((entry.key().to_owned(), entry.texts()?))).collect::<Loaded<_>>()?
            }
            None => Vec::new(),
        },
        params: read_param_docs(at)?,
        source: source.to_owned(),
    })
}

fn read_param_docs(at: At<'_>) -> Loaded<Vec<String>> {
    let Some(params) = at.get("params") else { return Ok(Vec::new()) };
    params.entries()?.map(|entry| entry.need("doc")?.owned()).collect()
}

fn read_examples(at: At<'_>) -> Loaded<Vec<Example>> {
    at.check_keys(EXAMPLES_KEYS)?;
    let mut examples = Vec::new();
    for (key, expectation, least) in
        [("bad", Expectation::Bad, 2), ("good", Expectation::Good, 2), ("unknown", Expectation::Unknown, 0)]
    {
        let Some(list) = at.get(key) else { continue };
        let before = examples.len();
        for (number, item) in list.items()?.enumerate() {
            examples.push(read_example(item, expectation, number)?);
        }
        if examples.len() - before < least {
            return Err(list.error(LoadErrorKind::BadExample, format!("at least {least} {key} examples are needed")));
        }
    }
    Ok(examples)
}

fn read_example(at: At<'_>, expectation: Expectation, number: usize) -> Loaded<Example> {
    let mut example = Example {
        name: number.to_string(),
        expectation,
        files: Vec::new(),
        marks: Vec::new(),
        fixed: None,
        params: Vec::new(),
        input: None,
        kubernetes_version: None,
        context: None,
    };
    if at.value() != Value::Map {
        add_file(&mut example, "", at)?;
    } else {
        at.check_keys(EXAMPLE_KEYS)?;
        if let Some(name) = at.get("name") {
            example.name = name.owned()?;
        }
        if let Some(text) = at.get("text") {
            add_file(&mut example, "", text)?;
        }
        if let Some(files) = at.get("files") {
            for file in files.entries()? {
                add_file(&mut example, file.key(), file)?;
            }
        }
        example.fixed = at.get("fixed").map(At::owned).transpose()?;
        example.input = at.get("input").map(|at| at.word(Input::ALL, Input::as_str)).transpose()?;
        if let Some(context) = at.get("context") {
            let ignore_file = context.get("ignore-file").map(At::owned).transpose()?;
            example.context = Some((ignore_file, context.get("files").map(At::texts).transpose()?));
        }
        example.kubernetes_version = at.get("kubernetes-version").map(At::owned).transpose()?;
        if let Some(params) = at.get("params") {
            for entry in params.entries()? {
                example.params.push((entry.key().to_owned(), entry.datum()?));
            }
        }
    }
    match (expectation, example.marks.is_empty()) {
        _ if example.files.is_empty() => Err(at.error(LoadErrorKind::BadExample, "the example has no text")),
        (Expectation::Bad, true) => {
            Err(at.error(LoadErrorKind::BadExample, "a bad example marks each place with ⟦ and ⟧"))
        }
        (Expectation::Good, false) => Err(at.error(LoadErrorKind::BadExample, "a good example has no marks")),
        _ => Ok(example),
    }
}

fn add_file(example: &mut Example, name: &str, at: At<'_>) -> Loaded<()> {
    let (text, marks) = unmark(at.text()?).map_err(|message| at.error(LoadErrorKind::BadExample, message))?;
    let file = u32::try_from(example.files.len()).unwrap_or(u32::MAX);
    example.marks.extend(marks.into_iter().map(|(start, end)| (file, start, end)));
    example.files.push((name.to_owned(), text));
    Ok(())
}
