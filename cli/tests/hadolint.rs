//! The preset `hadolint` as a drop-in for hadolint's users: each folder of `tests/hadolint` holds a Dockerfile, perhaps
//! hadolint's own options, and what hadolint 2.15.1 says and exits with. `cargo xtask hadolint-cases` asks it anew.
#![cfg(test)]

mod called;

use std::fs;
use std::path::{Path, PathBuf};

use called::Ended;
use serde_json::Value;

/// Calls the binary in the folder of a case, with the case's environment and home.
fn call(case: &Path, arguments: &[&str]) -> Ended {
    called::call(case, Some(&case.join("home")), &[&["check"], arguments, &["Dockerfile"]].concat(), b"")
}

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hadolint").join(name)
}

#[test]
fn findings_levels_and_exit_status_are_hadolints() {
    let mut count = 0;
    for entry in fs::read_dir(case("")).unwrap() {
        let case = entry.unwrap().path();
        let ended = call(&case, &["--preset", "hadolint", "--format", "hadolint"]);
        assert_eq!(ended.err, "", "{}", case.display());
        let found = ended.json();
        let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
        let mut rows: Vec<(u64, String, String)> = found
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["line"].as_u64().unwrap(), text(one, "code"), text(one, "level")))
            .collect();
        rows.sort();
        let lines = rows.iter().map(|(line, code, level)| format!("{line} {code} {level}\n"));
        let said = format!("exit {}\n{}", ended.status, lines.collect::<String>());
        assert_eq!(said, fs::read_to_string(case.join("expected.txt")).unwrap(), "{}", case.display());
        count += 1;
    }
    assert!(count >= 12, "{count} cases");
}

#[test]
fn other_presets_read_no_options_of_hadolints() {
    let ended = call(&case("ignored"), &["--format", "json"]);
    let found = ended.json();
    let rules: Vec<&str> =
        found["findings"].as_array().unwrap().iter().filter_map(|one| one["rule"].as_str()).collect();
    assert!(rules.contains(&"untagged-base-image"), "{rules:?}");
    let ended = call(&case("ignored"), &["--config", ".hadolint.yaml"]);
    assert_eq!(ended.status, 2, "{ended:?}");
    assert!(ended.err.contains("--preset hadolint"), "{ended:?}");
}

#[test]
fn a_named_file_takes_the_place_of_the_one_found() {
    let other = format!("{}/.hadolint.yaml", case("threshold").display());
    let ended = call(&case("ignored"), &["--preset", "hadolint", "--format", "gnu", "--config", &other]);
    assert!(ended.out.contains("DL3006"), "{ended:?}");
    assert_eq!(ended.status, 1, "sudo is an error");
}

#[test]
fn services_that_take_the_status_for_a_fault_of_the_tool_get_none() {
    for (format, status) in [("codeclimate", 0), ("codacy", 0), ("gitlab_codeclimate", 1), ("sonarqube", 1), ("tty", 1)]
    {
        let ended = call(&case("plain"), &["--preset", "hadolint", "--format", format]);
        assert_eq!(ended.status, status, "{format}");
    }
}

#[test]
fn whatever_it_is_given_is_a_dockerfile() {
    let preset = ["check", "--preset", "hadolint", "--format", "hadolint"];
    let folder = std::env::temp_dir().join(format!("hullmark-given-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for name in ["Dockerfile.j2", "app.tmpl", "app.yaml", "app.json", "image"] {
        fs::write(folder.join(name), "FROM debian\nRUN sudo ls\n").unwrap();
        let ended = called::call(&folder, None, &[&preset[..], &[name]].concat(), b"");
        assert_eq!((ended.status, ended.json().as_array().unwrap().len()), (1, 2), "{ended:?}");
    }
    fs::remove_dir_all(&folder).unwrap();
    let ended = called::call(Path::new("."), None, &[&preset[..], &["-"]].concat(), b"RUN sudo ls\n");
    assert!(ended.out.contains(r#""code":"DL3004""#) && ended.out.contains(r#""file":"-""#), "{ended:?}");
}

#[test]
fn to_ignore_a_code_that_no_rule_has_changes_nothing() {
    let ended = call(&case("plain"), &["--preset", "hadolint", "--format", "gnu", "--ignore", "SC1091,DL9999"]);
    assert_eq!((ended.status, ended.err.as_str()), (1, ""), "{ended:?}");
    let ended = call(&case("plain"), &["--preset", "hadolint", "--ignore", "nonsense"]);
    assert_eq!(ended.status, 2, "a word that is no code is a mistake: {ended:?}");
}

#[test]
fn what_ends_the_build_is_no_clean_file() {
    let preset = ["check", "--preset", "hadolint", "--format", "hadolint", "-"];
    let ended = called::call(Path::new("."), None, &preset, b"FROM debian:12\nFOO bar\nRUN sudo ls\nFOO\n");
    let codes: Vec<(u64, String)> = ended
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["line"].as_u64().unwrap(), one["code"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(codes, [(2, "DL1000".to_owned()), (3, "DL3004".to_owned())], "{ended:?}");
}
