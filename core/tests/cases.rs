//! The cases that every host runs: `cases/NAME/` holds `case.json` (the options and the files of one call, and the build
//! contexts of some), `files/`, the report as `expected.json`, and as `expected.utf-16.json` where columns counted in UTF-16 are others.
//! Where `case.json` names `reviews` in the place of files, each is answered by itself, and `expected.json` has the answers by
//! name: an admission review, or the code of the error.
//!
//! `HULLMARK_WRITE_CASES=1` writes what is expected anew; what comes out is then to be read and judged, not to be
//! committed unseen.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use hullmark::{BuildContext, Columns, Engine, InputFile, Options, Report};
use serde_json::Value;

#[test]
fn every_case_gives_its_report_in_code_points_and_in_utf_16() {
    let mut cases: Vec<PathBuf> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    assert!(cases.len() > 5, "the cases are lost");
    for case in cases {
        for columns in [Columns::CodePoints, Columns::Utf16] {
            compare(&outcome(&case, columns), &case, columns);
        }
    }
}

fn read(path: &Path) -> Option<Value> {
    fs::read(path).ok().map(|text| serde_json::from_slice(&text).unwrap())
}

fn outcome(case: &Path, columns: Columns) -> Value {
    let call = read(&case.join("case.json")).unwrap();
    let mut options = Options::from_json(&call["options"].to_string()).unwrap();
    options.columns = Some(columns);
    let engine = options.engine().unwrap();
    if call["reviews"].is_array() { answers(case, &call, &engine) } else { report(case, &call, &engine) }
}

fn answers(case: &Path, call: &Value, engine: &Engine) -> Value {
    let names = call["reviews"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    let answer = |name: String| {
        let answer = engine.review(&fs::read(case.join("files").join(&name)).unwrap());
        let answer = answer.map(|answer| serde_json::from_str(&answer.to_json()).unwrap());
        (name, answer.unwrap_or_else(|error| error.code().into()))
    };
    Value::Object(names.map(answer).collect())
}

fn report(case: &Path, call: &Value, engine: &Engine) -> Value {
    let names = call["files"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    let inputs = names.map(|path| {
        let content = fs::read(case.join("files").join(&path)).unwrap();
        let context = call["contexts"].get(&path).map(|one| BuildContext::from_json(&one.to_string()).unwrap().into());
        InputFile { path, content, kind: None, context }
    });
    let json = engine.check_many(inputs.collect()).to_json();
    assert_eq!(Report::from_json(&json).unwrap().to_json(), json, "a report that was read back says something else");
    let mut report: Value = serde_json::from_str(&json).unwrap();
    report["tool"].as_object_mut().unwrap().remove("version");
    report
}

fn compare(found: &Value, case: &Path, columns: Columns) {
    let [common, other] = ["expected.json", "expected.utf-16.json"].map(|name| case.join(name));
    if std::env::var_os("HULLMARK_WRITE_CASES").is_some() {
        let differs = columns == Columns::Utf16 && read(&common).as_ref() != Some(found);
        fs::write(if differs { &other } else { &common }, serde_json::to_string_pretty(found).unwrap() + "\n").unwrap();
    }
    let wanted = if columns == Columns::Utf16 && other.exists() { &other } else { &common };
    assert_eq!(Some(found), read(wanted).as_ref(), "{}", wanted.display());
}
