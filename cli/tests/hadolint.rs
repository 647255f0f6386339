//! The preset `hadolint` as a drop-in for hadolint's users: each folder of `tests/hadolint` holds a Dockerfile, perhaps
//! hadolint's own options, and what hadolint 2.15.1 says and exits with. `cargo xtask hadolint-cases` asks it anew.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Calls the binary in the folder of a case, with the case's environment and home.
fn call(case: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hullmark"));
    command
        .current_dir(case)
        .env_clear()
        .env("HOME", case.join("home"))
        .env("USERPROFILE", case.join("home"))
        .arg("check")
        .args(arguments);
    for line in fs::read_to_string(case.join("environment")).unwrap_or_default().lines() {
        let (name, value) = line.split_once('=').unwrap();
        command.env(name, value);
    }
    command.arg("Dockerfile").output().unwrap()
}

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hadolint").join(name)
}

#[test]
fn findings_levels_and_exit_status_are_hadolints() {
    let mut count = 0;
    for entry in fs::read_dir(case("")).unwrap() {
        let case = entry.unwrap().path();
        let output = call(&case, &["--preset", "hadolint", "--format", "hadolint"]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(error, "", "{}", case.display());
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
        let mut rows: Vec<(u64, String, String)> = found
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["line"].as_u64().unwrap(), text(one, "code"), text(one, "level")))
            .collect();
        rows.sort();
        let lines = rows.iter().map(|(line, code, level)| format!("{line} {code} {level}\n"));
        let said = format!("exit {}\n{}", output.status.code().unwrap(), lines.collect::<String>());
        assert_eq!(said, fs::read_to_string(case.join("expected.txt")).unwrap(), "{}", case.display());
        count += 1;
    }
    assert!(count >= 12, "{count} cases");
}

#[test]
fn other_presets_read_no_options_of_hadolints() {
    let output = call(&case("ignored"), &["--format", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules: Vec<&str> =
        found["findings"].as_array().unwrap().iter().filter_map(|one| one["rule"].as_str()).collect();
    assert!(rules.contains(&"untagged-base-image"), "{rules:?}");
    let output = call(&case("ignored"), &["--config", ".hadolint.yaml"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("--preset hadolint"), "{error}");
}

#[test]
fn a_named_file_takes_the_place_of_the_one_found() {
    let other = format!("{}/.hadolint.yaml", case("threshold").display());
    let output = call(&case("ignored"), &["--preset", "hadolint", "--format", "gnu", "--config", &other]);
    let found = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(found.contains("DL3006"), "{found}");
    assert_eq!(output.status.code(), Some(1), "sudo is an error");
}

#[test]
fn services_that_take_the_status_for_a_fault_of_the_tool_get_none() {
    for (format, status) in [("codeclimate", 0), ("codacy", 0), ("gitlab_codeclimate", 1), ("sonarqube", 1), ("tty", 1)]
    {
        let output = call(&case("plain"), &["--preset", "hadolint", "--format", format]);
        assert_eq!(output.status.code(), Some(status), "{format}");
    }
}
