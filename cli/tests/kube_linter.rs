//! The preset `kube-linter` with kube-linter's own configuration: each folder of `tests/kube-linter` holds one, manifests,
//! and what is to be said of them.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn call(case: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hullmark"));
    command.current_dir(case).env_clear().env("HOME", case).env("USERPROFILE", case);
    command.arg("check").args(arguments).args(["--color", "never", "."]).output().unwrap()
}

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kube-linter").join(name)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn checks_and_exit_status_are_those_that_the_file_asks_for() {
    let mut count = 0;
    for entry in fs::read_dir(case("")).unwrap() {
        let case = entry.unwrap().path();
        let output = call(&case, &["--preset", "kube-linter", "--format", "gnu", "--quiet"]);
        let findings = text(&output.stdout);
        let mut said = format!("exit {}\n", output.status.code().unwrap());
        for line in findings.lines() {
            // Program, file, line, check with level, message; messages may change.
            let parts: Vec<&str> = line.splitn(5, ':').collect();
            let check = parts[3].trim().split(' ').next().unwrap();
            said.push_str(&format!("{}:{} {check}\n", parts[1].replace('\\', "/"), parts[2]));
        }
        said.push_str(&text(&output.stderr));
        let path = case.join("expected.txt");
        if std::env::var_os("HULLMARK_WRITE_EXPECTED").is_some() {
            fs::write(&path, &said).unwrap();
        }
        assert_eq!(said, fs::read_to_string(path).unwrap().replace("\r\n", "\n"), "{}", case.display());
        count += 1;
    }
    assert!(count >= 8, "{count} cases");
}

#[test]
fn a_custom_check_has_its_own_name_and_advice() {
    let output = call(&case("labels"), &["--preset", "kube-linter", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = found["findings"].as_array().unwrap();
    let one = findings.iter().find(|one| one["rule"] == "required-annotation-responsible").unwrap();
    assert_eq!(one["aliases"][0], "kube-linter:required-annotation-responsible");
    assert!(one.to_string().contains("Please set the annotation 'company.io/responsible'"), "{one}");
}

#[test]
fn other_presets_read_no_options_of_kube_linters() {
    let output = call(&case("include-only"), &["--format", "json"]);
    assert!(text(&output.stdout).contains("container-may-run-as-root"), "not one of the two that are included");
    let output = call(&case("include-only"), &["--config", ".kube-linter.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--preset kube-linter"), "{}", text(&output.stderr));
}

#[test]
fn a_named_file_takes_the_place_of_the_one_found() {
    let other = format!("{}/.kube-linter.yml", case("all-built-in").display());
    let output = call(&case("include-only"), &["--preset", "kube-linter", "--format", "gnu", "--config", &other]);
    assert!(text(&output.stdout).contains("use-namespace"), "{}", text(&output.stdout));
}

#[test]
fn rules_of_the_command_line_go_before_those_of_the_file() {
    let output = call(&case("include-only"), &["--preset", "kube-linter", "--format", "gnu", "--select", "latest-tag"]);
    let found = text(&output.stdout);
    assert!(found.contains("latest-tag") && !found.contains("privileged"), "{found}");
}
