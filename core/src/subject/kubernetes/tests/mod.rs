mod laws;
mod objects;
mod processes;
mod relations;

use std::sync::Arc;

use hullmark_document::{NodeId, Tree, Value};
use hullmark_language::{Datum, RuleSet, Scalar};
use proptest::prelude::*;

use super::{SetIndex, lower};
use crate::check::{NodeRef, Relations};
use crate::input::Limits;
use crate::subject::{Document, Reading};

fn text(text: &str) -> Datum {
    Datum::Scalar(Scalar::Text(text.to_owned()))
}

fn paths() -> Datum {
    let row = |kind: &str, group: &str, path: &str| {
        Datum::Map(vec![
            ("kind".to_owned(), text(kind)),
            ("groups".to_owned(), Datum::List(vec![text(group)])),
            ("path".to_owned(), text(path)),
        ])
    };
    Datum::List(vec![
        row("Pod", "", "spec"),
        row("Deployment", "apps", "spec.template.spec"),
        row("CronJob", "batch", "spec.jobTemplate.spec.template.spec"),
    ])
}

fn read_as(source: &str, json: bool) -> Document {
    let paths = paths();
    let rules = RuleSet::decode(hullmark_rules::RULES).unwrap();
    let reading = Reading {
        unwrap_commands: true,
        expand_variables: true,
        pod_kinds: &[],
        default_namespace: "default",
        commands: rules.table("commands"),
        system_shells: None,
        pod_paths: Some(&paths),
        settings: rules.table("settings"),
        references: true,
        set_complete: true,
        limits: Limits::default(),
    };
    lower(Arc::from(source), json, &reading)
}

fn read(source: &str) -> Document {
    read_as(source, false)
}

fn subjects<'d>(document: &'d Document, name: &str) -> Vec<NodeRef<'d>> {
    let (_, nodes) = document.subjects.iter().find(|(subject, _)| *subject == name).unwrap();
    nodes.iter().map(|&id| NodeRef { tree: &document.tree, id, document: 0 }).collect()
}

fn names(document: &Document, subject: &str) -> Vec<String> {
    subjects(document, subject).into_iter().map(|node| name(node).to_owned()).collect()
}

fn name(node: NodeRef<'_>) -> &str {
    let metadata = node.get("metadata").and_then(|metadata| metadata.get("name"));
    metadata.or_else(|| node.get("name")).and_then(|name| name.tree.text(name.id)).unwrap_or("")
}

fn at<'d>(node: NodeRef<'d>, facts: &[&str]) -> Option<NodeRef<'d>> {
    facts.iter().try_fold(node, |node, name| node.fact(name).or_else(|| node.get(name)))
}
