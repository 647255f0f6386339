//! The preset `kube-linter` with kube-linter's own configuration: each folder of `tests/kube-linter` holds one, manifests,
//! and what is to be said of them.
//!
//! `HULLMARK_WRITE_CASES=1` writes what is expected anew; what comes out is then to be read and judged, not to be
//! committed unseen.
#![cfg(test)]

mod called;

use std::fs;
use std::path::{Path, PathBuf};

use called::Ended;

fn call(case: &Path, arguments: &[&str]) -> Ended {
    called::call(case, Some(case), &[&["check"], arguments, &["--color", "never", "."]].concat(), b"")
}

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kube-linter").join(name)
}

#[test]
fn checks_and_exit_status_are_those_that_the_file_asks_for() {
    let mut count = 0;
    for entry in fs::read_dir(case("")).unwrap() {
        let case = entry.unwrap().path();
        let ended = call(&case, &["--preset", "kube-linter", "--format", "gnu", "--quiet"]);
        let mut said = format!("exit {}\n", ended.status);
        for line in ended.out.lines() {
            // Program, file, line, check with level, message; messages may change.
            let parts: Vec<&str> = line.splitn(5, ':').collect();
            let check = parts[3].trim().split(' ').next().unwrap();
            said.push_str(&format!("{}:{} {check}\n", parts[1].replace('\\', "/"), parts[2]));
        }
        said.push_str(&ended.err);
        let path = case.join("expected.txt");
        if std::env::var_os("HULLMARK_WRITE_CASES").is_some() {
            fs::write(&path, &said).unwrap();
        }
        assert_eq!(said, fs::read_to_string(path).unwrap().replace("\r\n", "\n"), "{}", case.display());
        count += 1;
    }
    assert!(count >= 8, "{count} cases");
}

#[test]
fn a_custom_check_has_its_own_name_and_advice() {
    let ended = call(&case("labels"), &["--preset", "kube-linter", "--format", "json"]);
    let found = ended.json();
    let findings = found["findings"].as_array().unwrap();
    let one = findings.iter().find(|one| one["rule"] == "required-annotation-responsible").unwrap();
    assert_eq!(one["aliases"][0], "kube-linter:required-annotation-responsible");
    assert!(one.to_string().contains("Please set the annotation 'company.io/responsible'"), "{one}");
}

#[test]
fn other_presets_read_no_options_of_kube_linters() {
    let ended = call(&case("include-only"), &["--format", "json"]);
    assert!(ended.out.contains("container-may-run-as-root"), "not one of the two that are included");
    let ended = call(&case("include-only"), &["--config", ".kube-linter.yaml"]);
    assert_eq!(ended.status, 2);
    assert!(ended.err.contains("--preset kube-linter"), "{}", ended.err);
}

#[test]
fn a_named_file_takes_the_place_of_the_one_found() {
    let other = format!("{}/.kube-linter.yml", case("all-built-in").display());
    let ended = call(&case("include-only"), &["--preset", "kube-linter", "--format", "gnu", "--config", &other]);
    assert!(ended.out.contains("use-namespace"), "{}", ended.out);
}

#[test]
fn rules_of_the_command_line_go_before_those_of_the_file() {
    let ended = call(&case("include-only"), &["--preset", "kube-linter", "--format", "gnu", "--select", "latest-tag"]);
    let found = ended.out;
    assert!(found.contains("latest-tag") && !found.contains("privileged"), "{found}");
}
