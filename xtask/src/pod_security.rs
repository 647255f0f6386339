//! `cargo xtask pod-security DIR`: the official fixtures of the Pod Security Standards.
//!
//! `DIR/cases.jsonl` has one case a line: `path`, `level`, `version` (the first it stands for), `versions` (all of
//! them) and `expect` (`pass` or `fail`, of the whole level). Every case is checked at every one of its versions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Outcome;
use crate::files;
use crate::hullmark::{self, Hullmark};
use crate::json;

/// A fixture and the verdict it must get.
struct Case {
    path: String,
    level: String,
    version: String,
    versions: Vec<String>,
    must_fail: bool,
}

/// A verdict that was not the expected one.
struct Wrong {
    path: String,
    version: String,
    why: String,
}

/// Runs every case of `folder`.
pub fn run(folder: &Path) -> Outcome {
    let text = files::read(&folder.join("cases.jsonl"))?;
    let cases: Vec<Case> =
        text.lines().filter(|line| !line.trim().is_empty()).map(read_case).collect::<Result<_, _>>()?;
    if cases.is_empty() {
        return Err(format!("{} has no case", folder.join("cases.jsonl").display()));
    }
    let hullmark = Hullmark::build()?;
    let mut groups: BTreeMap<(&str, &str), Vec<&Case>> = BTreeMap::new();
    for case in &cases {
        for version in &case.versions {
            groups.entry((&case.level, version)).or_default().push(case);
        }
    }
    let mut wrong = Vec::new();
    for ((level, version), group) in &groups {
        wrong.extend(wrong_verdicts(&hullmark, folder, level, version, group)?);
    }
    Ok(summary(&cases, &wrong))
}

fn read_case(line: &str) -> Result<Case, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| format!("a line of cases.jsonl: {error}"))?;
    let field = |name: &str| match json::text(&value, name) {
        "" => Err(format!("a case without `{name}`: {line}")),
        text => Ok(text.to_owned()),
    };
    let version = field("version")?;
    let mut versions: Vec<String> =
        json::list(&value, "versions").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if !versions.contains(&version) {
        versions.push(version.clone());
    }
    let must_fail = match field("expect")?.as_str() {
        "fail" => true,
        "pass" => false,
        other => return Err(format!("a case expects `{other}`, which is neither `pass` nor `fail`")),
    };
    Ok(Case { path: field("path")?, level: field("level")?, version, versions, must_fail })
}

/// Checks all cases of one level at one version in one call.
fn wrong_verdicts(
    hullmark: &Hullmark,
    folder: &Path,
    level: &str,
    version: &str,
    cases: &[&Case],
) -> Result<Vec<Wrong>, String> {
    let paths: Vec<PathBuf> =
        cases.iter().map(|case| case.path.as_str()).collect::<BTreeSet<_>>().into_iter().map(PathBuf::from).collect();
    let preset = format!("pss-{level}");
    let report = hullmark.report(folder, &["--preset", &preset, "--kubernetes-version", version], &paths)?;
    let checked = hullmark::files_checked(&report);
    let mut rules: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for finding in json::list(&report, "findings") {
        rules.entry(path_of(finding)).or_default().insert(json::text(finding, "rule"));
    }
    let mut unread: BTreeMap<String, &str> = BTreeMap::new();
    for entry in json::list(&report, "problems") {
        unread.insert(path_of(entry), json::text(entry, "message"));
    }
    for entry in json::list(&report, "skipped") {
        unread.insert(path_of(entry), json::text(entry, "reason"));
    }
    let mut wrong = Vec::new();
    for case in cases {
        let fired = rules.get(&case.path);
        let why = match (unread.get(&case.path), fired) {
            (Some(reason), _) => format!("was not read: {reason}"),
            (None, None) if checked != paths.len() as u64 => format!("{checked} of {} files checked", paths.len()),
            (None, None) if case.must_fail => "passes and must fail".to_owned(),
            (None, Some(ids)) if !case.must_fail => {
                format!("fails by {} and must pass", ids.iter().copied().collect::<Vec<_>>().join(", "))
            }
            _ => continue,
        };
        wrong.push(Wrong { path: case.path.clone(), version: version.to_owned(), why });
    }
    Ok(wrong)
}

fn path_of(entry: &Value) -> String {
    let path = json::text(entry, "path").replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

/// Prints what was wrong and the counts; whether all was right.
fn summary(cases: &[Case], wrong: &[Wrong]) -> bool {
    let mut by_case: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for fault in wrong {
        by_case.entry((&fault.path, &fault.why)).or_default().push(&fault.version);
    }
    for ((path, why), versions) in &mut by_case {
        versions.sort_by_key(|version| numbers(version));
        let last = versions.last().copied().unwrap_or_default();
        let more =
            if versions.len() > 1 { format!(" and {} more up to {last}", versions.len() - 1) } else { String::new() };
        println!("wrong: {path} {why} (at {}{more})", versions.first().copied().unwrap_or_default());
    }
    let faults: BTreeSet<(&str, &str)> = wrong.iter().map(|f| (f.path.as_str(), f.version.as_str())).collect();
    let at_first = cases.iter().filter(|case| faults.contains(&(case.path.as_str(), case.version.as_str()))).count();
    let pairs: usize = cases.iter().map(|case| case.versions.len()).sum();
    println!("{} of {} verdicts over all versions of every fixture", pairs - wrong.len(), pairs);
    println!("{} of {}", cases.len() - at_first, cases.len());
    wrong.is_empty()
}

/// `1.10` as numbers, so that it comes after `1.9`.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_read_with_its_first_version_always_among_them() {
        let line =
            r#"{"path": "a.yaml", "level": "baseline", "version": "1.2", "expect": "fail", "versions": ["1.3"]}"#;
        let case = read_case(line).unwrap();
        assert!(case.must_fail);
        assert_eq!(case.versions, ["1.3", "1.2"]);
        assert!(read_case(r#"{"path": "a.yaml", "level": "baseline", "version": "1.2", "expect": "maybe"}"#).is_err());
        assert!(read_case(r#"{"level": "baseline", "version": "1.2", "expect": "fail"}"#).is_err());
    }
}
