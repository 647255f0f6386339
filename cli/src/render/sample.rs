//! A report made by hand, for the tests of the formats.

use std::sync::Arc;

use hullmark::{
    Confidence, Edit, Engine, FileProblem, Finding, Fix, Place, Related, Report, Safety, Severity, Skipped,
    SubjectName, Suppressed,
};

use super::Page;
use crate::check::Sources;

/// The text of `./app/Dockerfile`.
pub(crate) const DOCKERFILE: &str = "FROM debian:latest\nUSER \\\n  root\nENV TOKEN=hunter2hunter2\n";

fn place(line: u32, column: u32, byte: u32) -> Place {
    Place { line, column, byte, offset: byte }
}

fn finding(rule: &str, severity: Severity, message: &str, start: Place, end: Place) -> Finding {
    Finding {
        rule: Arc::from(rule),
        severity,
        confidence: Confidence::High,
        message: message.to_owned(),
        path: Arc::from("./app/Dockerfile"),
        start,
        end,
        aliases: Arc::from(Vec::new()),
        subject: None,
        related: Vec::new(),
        fingerprint: String::new(),
        fixes: Vec::new(),
        anchor: None,
        secret: false,
    }
}

/// Two findings, a problem, something set aside and something skipped.
pub(crate) fn report() -> Report {
    let path: Arc<str> = Arc::from("./app/Dockerfile");
    let (start, end) = (place(1, 13, 12), place(1, 19, 18));
    let mut latest = finding("latest-base-image", Severity::Medium, "`debian:latest` moves 100%", start, end);
    latest.aliases = Arc::from(vec!["hadolint:DL3007".to_owned(), "trivy:DS-0001".to_owned()]);
    latest.fingerprint = format!("{:032}", 1);
    latest.anchor = Some(place(1, 1, 0));
    latest.subject =
        Some(SubjectName::Instruction { stage: Some("0".to_owned()), instruction: Some("FROM".to_owned()) });
    let edit = Edit { path: path.clone(), start, end, text: "12".to_owned() };
    latest.fixes = vec![Fix { title: "Name a version".to_owned(), applicability: Safety::Safe, edits: vec![edit] }];
    let mut root = finding("root-user", Severity::High, "ends as root <&>", place(2, 1, 19), place(3, 7, 32));
    root.aliases = Arc::from(vec!["hadolint:DL3002".to_owned()]);
    root.fingerprint = format!("{:032}", 2);
    root.anchor = Some(place(2, 1, 19));
    root.related =
        vec![Related { message: "the stage begins here".to_owned(), path: path.clone(), start: place(1, 1, 0), end }];
    let mut secret = finding("secret-in-environment", Severity::Critical, "TOKEN", place(4, 11, 43), place(4, 25, 57));
    secret.fingerprint = format!("{:032}", 3);
    secret.secret = true;
    let problem = FileProblem {
        code: "invalid-yaml".into(),
        message: "a list is not closed\n::error::x".to_owned(),
        path: Arc::from("bad,name.yaml"),
        start: place(2, 1, 3),
        end: place(2, 2, 4),
    };
    Report {
        findings: vec![latest, root],
        problems: vec![problem],
        suppressed: vec![Suppressed { finding: secret, reason: "a test value".to_owned() }],
        skipped: vec![Skipped { path: Arc::from("chart/x y.yaml"), reason: "a template".to_owned() }],
        files_checked: 2,
    }
}

/// Calls `with` on a page of `report`.
pub(crate) fn with_page<T>(report: &Report, with: impl FnOnce(&Page<'_>) -> T) -> T {
    with_page_of("recommended", report, with)
}

/// Calls `with` on a page of `report`, of an engine with a preset.
pub(crate) fn with_page_of<T>(preset: &str, report: &Report, with: impl FnOnce(&Page<'_>) -> T) -> T {
    let engine = Engine::builder().preset(preset).build().unwrap();
    let names = ["./app/Dockerfile".to_owned(), "clean/Dockerfile".to_owned()];
    let sources: Sources = [
        ("./app/Dockerfile".to_owned(), DOCKERFILE.as_bytes().to_vec()),
        ("bad,name.yaml".to_owned(), b"a:\n[\n".to_vec()),
    ]
    .into();
    with(&Page { report, engine: &engine, names: &names, sources: &sources, styled: false, quiet: false })
}
