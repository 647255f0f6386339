//! Reviews that nobody means well with, and what holds of every answer.
#![cfg(test)]

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use hullmark::{AdmissionReview, Engine, Input, InputFile, InputKind, Severity};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Every rule there is.
static ALL: LazyLock<Engine> = LazyLock::new(|| Engine::builder().preset("all").build().unwrap());

fn answer(engine: &Engine, object: &Value) -> AdmissionReview {
    let request = json!({ "uid": "1", "operation": "CREATE", "object": object });
    let review = json!({ "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request });
    engine.review(review.to_string().as_bytes()).unwrap()
}

fn pod(containers: &[Value]) -> Value {
    json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "p" }, "spec": { "containers": containers } })
}

/// That API servers hand all of it on as it is.
fn assert_fits(lines: &[String]) {
    assert!(lines.iter().map(|line| line.len()).sum::<usize>() <= 4096);
    assert!(lines.iter().all(|line| line.len() <= 256 && !line.contains(char::is_control)), "{lines:?}");
}

#[test]
fn a_finding_at_the_severity_of_the_engine_refuses_and_below_it_warns() {
    let privileged = pod(&[json!({ "name": "c", "securityContext": { "privileged": true } })]);
    let allowed = |engine: hullmark::EngineBuilder| {
        answer(&engine.select(["privileged-container"]).build().unwrap(), &privileged).response.allowed
    };
    assert!(!allowed(Engine::builder()));
    assert!(!allowed(Engine::builder().fail_on(Severity::Info)));
    assert!(allowed(Engine::builder().severity("privileged-container", Severity::High)));
    let high = Engine::builder().severity("privileged-container", Severity::High);
    assert!(!allowed(high.fail_on(Severity::High)));
}

#[test]
fn what_is_missing_elsewhere_is_not_said_of_one_object() {
    let rules = ALL.rules().into_iter().filter(|rule| rule.inputs.contains(&Input::Set));
    let of_sets: Vec<String> = rules.map(|rule| rule.id).collect();
    let engine = Engine::builder().select(&of_sets).set_complete(true).build().unwrap();
    let from = json!({ "configMapKeyRef": { "name": "settings", "key": "colour" } });
    let env = json!([{ "name": "X", "valueFrom": from }]);
    let pod = pod(&[json!({ "name": "c", "image": "a:1", "env": env })]);
    let settings = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "settings" }, "data": {} });
    let found = |objects: &[&Value]| -> Vec<String> {
        let file = |object: &&Value| InputFile {
            path: "f.json".to_owned(),
            content: object.to_string().into_bytes(),
            kind: Some(InputKind::Kubernetes),
            context: None,
        };
        engine
            .check_many(objects.iter().map(file).collect())
            .findings
            .into_iter()
            .map(|one| one.rule.to_string())
            .collect()
    };
    let (alone, beside) = (found(&[&pod]), found(&[&pod, &settings]));
    assert!(!alone.is_empty() && alone.iter().all(|rule| of_sets.contains(rule)), "{alone:?}");
    assert!(beside.iter().any(|rule| rule == "missing-config-key"), "{beside:?}");
    let response = answer(&engine, &pod).response;
    assert!(response.allowed && response.warnings.is_empty(), "{response:?}");
    let all = Engine::builder().preset("all").set_complete(true).build().unwrap();
    let response = answer(&all, &pod).response;
    assert!(!response.warnings.is_empty());
    let refused = response.status.map(|status| status.message).unwrap_or_default();
    let said: Vec<&str> = response.warnings.iter().map(String::as_str).chain(refused.split("; ")).collect();
    assert!(!said.iter().any(|line| of_sets.iter().any(|rule| line.starts_with(&format!("{rule}:")))), "{said:?}");
}

#[test]
fn a_fault_behind_more_findings_than_the_limit_does_not_pass() {
    let mut containers = vec![json!({ "name": "c", "image": "a" }); 5000];
    containers.push(json!({ "name": "last", "securityContext": { "privileged": true } }));
    let response = answer(&Engine::builder().build().unwrap(), &pod(&containers)).response;
    assert!(!response.allowed);
    let message = response.status.unwrap().message;
    assert!(message.contains("too-many-findings") && message.len() <= 4096, "{message}");
    assert_fits(&response.warnings);
}

#[test]
fn a_review_larger_than_the_limit_is_an_error() {
    let limits = hullmark::Limits { bytes: 100, ..hullmark::Limits::default() };
    let engine = Engine::builder().limits(limits).build().unwrap();
    assert_eq!(engine.review(&[b' '; 101]).unwrap_err().code(), "bad-review");
}

#[test]
fn eight_times_the_review_takes_about_eight_times_the_time() {
    let engine = Engine::builder().build().unwrap();
    let time = |count: usize| {
        let object = pod(&vec![json!({ "name": "c", "image": "a" }); count]);
        let took = |_| {
            let start = Instant::now();
            answer(&engine, &object);
            start.elapsed()
        };
        (0..3).map(took).min().unwrap()
    };
    let (few, many) = (time(400), time(3200));
    // What grows with the square takes 64 times as long.
    assert!(many < few * 16 + Duration::from_millis(50), "{few:?} {many:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_answered_or_refused_as_no_review(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(ALL.review(&bytes).unwrap_err().code(), "bad-review");
    }

    #[test]
    fn whatever_names_are_in_an_object_every_answer_fits(names in prop::collection::vec(any::<String>(), 0..12), cut in 0_usize..400) {
        let named = |name: &String| json!({ "name": name.repeat(9), "image": name, "securityContext": { "privileged": true } });
        let object = pod(&names.iter().map(named).collect::<Vec<_>>());
        let response = answer(&ALL, &object).response;
        prop_assert_eq!(response.allowed, names.is_empty());
        assert_fits(&response.warnings);
        let message = response.status.map(|status| status.message).unwrap_or_default();
        prop_assert!(message.len() <= 4096 && !message.contains(char::is_control));
        let review = json!({ "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": { "uid": "1", "object": object } });
        let text = review.to_string();
        let short = text.as_bytes().get(..cut.min(text.len() - 1)).unwrap();
        prop_assert!(ALL.review(short).is_err());
    }
}
