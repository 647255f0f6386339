//! The cases that every host runs, by the binary: see `core/tests/cases.rs`.
#![cfg(test)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// The options of a case as a config: every one of them is known here, or the case fails.
fn config(options: &Value, folder: &Path) -> String {
    let mut config = serde_json::Map::new();
    for (name, value) in options.as_object().unwrap() {
        let key = match name.as_str() {
            "presets" => "preset",
            "select" | "ignore" | "params" | "severities" | "date" | "threads" => name,
            "noInlineIgnores" => "no-inline-ignores",
            "minSeverity" => "min-severity",
            "kubernetesVersion" => "kubernetes-version",
            "packs" => {
                for file in value.as_array().unwrap() {
                    let path = folder.join("pack").join(file["path"].as_str().unwrap());
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, file["text"].as_str().unwrap()).unwrap();
                }
                config.insert("rules".to_owned(), json!(["pack"]));
                continue;
            }
            _ => panic!("the command line has no option `{name}`"),
        };
        config.insert(key.to_owned(), value.clone());
    }
    // A case without a date is none of today either.
    config.entry("date").or_insert(json!("1970-01-01"));
    // JSON is YAML too.
    Value::Object(config).to_string()
}

#[test]
fn every_case_gives_the_report_that_every_host_gives() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/tests/cases");
    let mut count = 0;
    for entry in fs::read_dir(cases).unwrap() {
        let case = entry.unwrap().path();
        let read = |name: &str| -> Value { serde_json::from_slice(&fs::read(case.join(name)).unwrap()).unwrap() };
        let call = read("case.json");
        // The command line reads build contexts from the disk, see `cli.rs`, and reviews no requests for admission.
        if call.get("contexts").is_some() || call.get("files").is_none() {
            continue;
        }
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let folder = std::env::temp_dir().join(format!("hullmark-cases-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.yaml"), config(&call["options"], &folder)).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_hullmark"))
            .current_dir(case.join("files"))
            .args(["check", "--format", "json", "--config"])
            .arg(folder.join("config.yaml"))
            .args(call["files"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()))
            .output()
            .unwrap();
        fs::remove_dir_all(&folder).unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), error.as_str()), (Some(1), ""), "{name}");
        let mut found: Value = serde_json::from_slice(&output.stdout).unwrap();
        found["tool"].as_object_mut().unwrap().remove("version");
        assert_eq!(found, read("expected.json"), "{name}");
        count += 1;
    }
    assert!(count > 5, "the cases are lost");
}
