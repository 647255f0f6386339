//! The golden table of codes: every error that a caller can make, made.
#![cfg(test)]

use std::collections::BTreeSet;

use hullmark::{Edit, Engine, Error, ErrorKind, Fix, Options, Place, Report, Safety, SourceFile, apply_fixes};

/// A rule without fault.
fn good() -> String {
    let case = include_str!("cases/options/case.json");
    let case: serde_json::Value = serde_json::from_str(case).unwrap();
    case["options"]["packs"][0]["text"].as_str().unwrap().to_owned()
}

/// What the rule matches.
const MATCH: &str = "match:\n  .keyword: USER\n  .user: { regex: \"^[A-Z]+$\", not-in: { of: $params.allow } }\n";

/// Codes that only hosts give, where values have no types in advance, things are closed, files are read, and rule files
/// cannot be.
const OF_HOSTS: [&str; 5] = ["no-packs", "bad-value", "closed", "fault", "unreadable"];

fn pack(changes: &[(&str, &str)]) -> Error {
    let text = changes.iter().fold(good(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    load("dockerfile/shouting-user.yaml", text)
}

fn load(path: &str, text: String) -> Error {
    let files = [SourceFile { path: path.to_owned(), text }];
    Engine::builder().pack(files).build().map(|_| ()).unwrap_err()
}

fn misfit() -> Error {
    let place = Place { byte: 9, ..Place::default() };
    let edit = Edit { path: "f".into(), start: place, end: place, text: String::new() };
    apply_fixes("a", &[&Fix { title: String::new(), applicability: Safety::Safe, edits: vec![edit] }]).unwrap_err()
}

#[test]
fn every_code_of_an_error_is_made_here_and_no_other() {
    let engine = Engine::builder().build().unwrap();
    let options = |json: &str| Options::from_json(json).and_then(Options::engine).map(|_| ()).unwrap_err();
    let one = "{ some: .sources, where: { .: { eq: a } } }";
    let many = format!("match: {{ all: [{}] }}\n", vec![one; 64].join(", "));
    let table = [
        ("unknown-preset", options(r#"{"presets":["hadolnt"]}"#)),
        ("unknown-rule", options(r#"{"select":["DL9999"]}"#)),
        ("bad-option", options(r#"{"preset":["all"]}"#)),
        ("bad-option", options(r#"{"presets":"all"}"#)),
        ("bad-option", options(r#"{"minSeverity":"awful"}"#)),
        ("bad-option", options(r#"{"failOn":"never"}"#)),
        ("bad-option", options(r#"{"kubernetesVersion":"new"}"#)),
        ("bad-option", options(r#"{"date":"today"}"#)),
        ("bad-option", options(r#"{"params":{"secret-in-environment":{"alow":[]}}}"#)),
        ("bad-option", options(r#"{"params":5}"#)),
        ("bad-option", options("{")),
        ("bad-option", options("[]")),
        ("unknown-rule", options(r#"{"params":{"secret-in-enviroment":{"allow":[]}}}"#)),
        ("bad-edit", misfit()),
        ("bad-report", Report::from_json("{}").unwrap_err()),
        ("bad-report", Report::from_json(&Report::default().to_json().replacen('1', "2", 1)).unwrap_err()),
        ("bad-review", engine.review(b"{}").map(|_| ()).unwrap_err()),
        ("bad-texts", engine.load_texts(b"no texts".to_vec()).unwrap_err()),
        ("rule-yaml", pack(&[("title: User", "title: [User")])),
        ("rule-unknown-key", pack(&[("title:", "titel:")])),
        ("rule-missing-key", pack(&[("title: User written in capitals\n", "")])),
        ("rule-bad-value", pack(&[("severity: medium", "severity: awful")])),
        ("rule-bad-path", pack(&[(".keyword:", ".keywrod:")])),
        ("rule-bad-capture", pack(&[(MATCH, "match: { some: .sources, as: data, where: { .: { eq: a } } }\n")])),
        ("rule-too-big", pack(&[(MATCH, &many)])),
        ("rule-bad-regex", pack(&[("^[A-Z]+$", "^[A-Z+$")])),
        ("rule-unknown-name", pack(&[("of: $params.allow", "of: $data.nothing")])),
        (
            "rule-duplicate",
            load("dockerfile/latest-base-image.yaml", good().replace("shouting-user", "latest-base-image")),
        ),
        ("rule-bad-example", pack(&[("⟦WEB⟧", "⟦WEB")])),
    ];
    for (code, error) in &table {
        assert_eq!(error.code(), *code, "{error}");
        assert!(!error.message().is_empty() && !error.message().ends_with('.'), "{error}");
        let in_a_rule = error.code().starts_with("rule-");
        assert_eq!((error.path().is_some(), error.range().is_some()), (in_a_rule, in_a_rule), "{error}");
    }
    let mut made: BTreeSet<&str> = table.iter().map(|(code, _)| *code).collect();
    made.extend(OF_HOSTS);
    let all: BTreeSet<&str> = ErrorKind::all().into_iter().map(ErrorKind::code).collect();
    assert_eq!(made, all);
}

#[test]
fn a_rule_yields_to_rules_that_there_are() {
    let error = pack(&[(MATCH, &format!("{MATCH}yields-to: [root-user, root-usr]\n"))]);
    assert_eq!(error.code(), "rule-unknown-name");
    assert!(error.message().contains("no rule is called `root-usr`"), "{error}");
}

#[test]
fn a_preset_names_rules_and_parameters_that_there_are() {
    let table = [
        ("include:\n  - rules: [root-user, \"secret-*\", root-usr]\n", "no rule is called `root-usr`", "root-usr"),
        ("include:\n  - tags: x\nexclude:\n  - rules: nothing\n", "no rule is called `nothing`", "nothing"),
        ("adjust:\n  - rules: { rules: gone, tags: x }\n    severity: low\n", "no rule is called `gone`", "gone"),
        (
            "adjust:\n  - rules: secret-in-environment\n    params: { alow: [] }\n",
            "none of these rules has a parameter `alow`",
            "alow",
        ),
    ];
    for (keys, message, place) in table {
        let text = format!("id: own\ntitle: own\n{keys}");
        let error = load("presets/own.yaml", text.clone());
        assert_eq!(error.code(), "rule-unknown-name");
        assert!(error.message().contains(message), "{error}");
        let span = error.span().unwrap();
        assert_eq!(span.text(&text), place);
    }
}
