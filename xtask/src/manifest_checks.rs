//! `cargo xtask checkov DIR` over manifests: findings beside checkov's, by object and check.
//!
//! checkov says of an object that it fails a check, never which part of it does; so our findings count by object too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::Outcome;
use crate::differences::{self, Difference, Entry, Side};
use crate::files;
use crate::hullmark::Hullmark;
use crate::json;
use crate::peers::{self, Peers};
use crate::process;
use crate::score::{self, Score};
use crate::table::Table;

/// The F1 over all checks below which the comparison fails.
const LEAST_F1: f64 = 0.95;

/// File, object (kind.namespace.name), check.
type Place = (String, String, String);

/// Whether a code of checkov's is a check of manifests.
pub fn is_check(code: &str) -> bool {
    code.starts_with("CKV_K8S_") || code.starts_with("CKV2_K8S_")
}

/// Compares the two over all manifests under `folder`.
pub fn run(folder: &Path) -> Outcome {
    let entries = differences::of_peer("checkov")?;
    let peers = Peers::open()?;
    let hullmark = Hullmark::build()?;
    let output = process::captured(&mut peers::checkov_command(&peers.checkov()?, "kubernetes", folder, false))?;
    let seen = Seen::read(&json::parse(&output.stdout, "checkov")?);
    let theirs = seen.failed();
    // Relations are those of the whole set, so one call must see all of it.
    let report = hullmark.report(folder, &["--preset", "checkov"], &[".".into()])?;
    let ours = ours(&report, &seen);
    let comparison = Comparison { folder, seen, ours, theirs };
    println!("{} objects in {} files that checkov looks at", comparison.seen.objects(), comparison.seen.files.len());
    let covered = comparison.print_differences(&entries)?;
    comparison.print_scores(&covered);
    let f1 = comparison.score(|_| true).f1();
    println!("F1 {f1:.4} over all checks and objects; at least {LEAST_F1} is wanted");
    Ok(f1 >= LEAST_F1)
}

/// A verdict of checkov's.
struct Verdict {
    check: String,
    object: String,
    lines: (u64, u64),
    failed: bool,
}

/// What checkov looked at, by file.
struct Seen {
    files: BTreeMap<String, Vec<Verdict>>,
}

impl Seen {
    /// Reads a report, or a list of them; without anything to look at it has no results.
    fn read(report: &Value) -> Self {
        let mut files: BTreeMap<String, Vec<Verdict>> = BTreeMap::new();
        let alone = std::slice::from_ref(report);
        let results = report.as_array().map_or(alone, Vec::as_slice).iter().filter_map(|one| one.get("results"));
        for (list, failed) in results.flat_map(|results| {
            [("failed_checks", true), ("passed_checks", false), ("skipped_checks", false)]
                .map(|(name, failed)| (json::list(results, name), failed))
        }) {
            for check in list {
                let file = json::text(check, "file_path").trim_start_matches('/').replace('\\', "/");
                let line = |at: usize| json::list(check, "file_line_range").get(at).and_then(Value::as_u64);
                files.entry(file).or_default().push(Verdict {
                    check: json::text(check, "check_id").to_owned(),
                    object: json::text(check, "resource").to_owned(),
                    lines: (line(0).unwrap_or_default(), line(1).unwrap_or_default()),
                    failed,
                });
            }
        }
        let mut seen = Self { files };
        seen.name_pods_by_their_objects();
        seen
    }

    /// Checks of the whole set speak of the pods inside of objects by names of their own, though of the same lines.
    fn name_pods_by_their_objects(&mut self) {
        for verdicts in self.files.values_mut() {
            let mut names: BTreeMap<(u64, u64), String> = BTreeMap::new();
            for verdict in verdicts.iter().filter(|verdict| verdict.check.starts_with("CKV_")) {
                names.entry(verdict.lines).or_insert_with(|| verdict.object.clone());
            }
            for verdict in verdicts.iter_mut().filter(|verdict| verdict.check.starts_with("CKV2_")) {
                if let Some(name) = names.get(&verdict.lines) {
                    verdict.object.clone_from(name);
                }
            }
        }
    }

    fn failed(&self) -> BTreeSet<Place> {
        let place = |file: &String, one: &Verdict| (file.clone(), one.object.clone(), one.check.clone());
        let all = self.files.iter().flat_map(|(file, verdicts)| verdicts.iter().map(move |one| (file, one)));
        all.filter(|(_, one)| one.failed && is_check(&one.check)).map(|(file, one)| place(file, one)).collect()
    }

    fn objects(&self) -> usize {
        let names = |verdicts: &Vec<Verdict>| verdicts.iter().map(|one| &one.object).collect::<BTreeSet<_>>().len();
        self.files.values().map(names).sum()
    }

    fn has(&self, file: &str, object: &str) -> bool {
        self.files.get(file).is_some_and(|verdicts| verdicts.iter().any(|one| one.object == object))
    }

    /// What checkov calls our `object` of this file, with a finding on `line`: it names one without a name by its labels.
    fn name(&self, file: &str, (object, line): (&str, u64)) -> String {
        if self.has(file, object) {
            return object.to_owned();
        }
        let kind = object.split('.').next().unwrap_or_default();
        let verdicts = self.files.get(file).map_or(&[] as &[_], Vec::as_slice);
        let around =
            |one: &&Verdict| one.lines.0 <= line && line <= one.lines.1 && one.object.split('.').next() == Some(kind);
        verdicts.iter().find(around).map_or_else(|| object.to_owned(), |one| one.object.clone())
    }

    /// The first line on which checkov has the object.
    fn line(&self, file: &str, object: &str) -> u64 {
        let verdicts = self.files.get(file).into_iter().flatten();
        verdicts.filter(|one| one.object == object).map(|one| one.lines.0).min().unwrap_or(1)
    }
}

/// Our findings as checkov counts them, with the line of each. One stands for every check that the rule has as an alias.
fn ours(report: &Value, seen: &Seen) -> BTreeMap<Place, u64> {
    let mut found = BTreeMap::new();
    for finding in json::list(report, "findings") {
        let Some(subject) = finding.get("subject").filter(|subject| subject.is_object()) else { continue };
        let file = json::text(finding, "path").trim_start_matches("./");
        let namespace = Some(json::text(subject, "namespace")).filter(|name| !name.is_empty()).unwrap_or("default");
        let object = [json::text(subject, "kind"), namespace, json::text(subject, "name")].join(".");
        let line = finding.get("start").map_or(0, |start| json::number(start, "line"));
        let object = seen.name(file, (&object, line));
        let aliases = json::list(finding, "aliases").iter().filter_map(Value::as_str);
        for check in aliases.filter_map(|alias| alias.strip_prefix("checkov:")).filter(|check| is_check(check)) {
            found.entry((file.to_owned(), object.clone(), check.to_owned())).or_insert(line);
        }
    }
    found
}

/// What both sides found.
struct Comparison<'a> {
    folder: &'a Path,
    seen: Seen,
    ours: BTreeMap<Place, u64>,
    theirs: BTreeSet<Place>,
}

impl Comparison<'_> {
    fn score(&self, counts: impl Fn(&Place) -> bool) -> Score {
        Score::of(&self.ours.keys().cloned().collect(), &self.theirs, counts)
    }

    /// Prints the table per check, then over all: as they are, of objects that both look at, and without `covered`.
    fn print_scores(&self, covered: &BTreeSet<Place>) {
        let checks: BTreeSet<&str> = self.ours.keys().chain(&self.theirs).map(|place| place.2.as_str()).collect();
        let mut checks: Vec<&str> = checks.into_iter().collect();
        let number = |check: &str| check.rsplit('_').next().and_then(|number| number.parse::<u32>().ok());
        checks.sort_by_key(|check| (check.starts_with("CKV2_"), number(check)));
        let mut table = Table::new(&score::TITLES);
        for check in checks {
            table.row(self.score(|place| place.2 == check).cells(check));
        }
        table.row(self.score(|_| true).cells("all"));
        table.row(self.score(|place| self.seen.has(&place.0, &place.1)).cells("objects that both look at"));
        table.row(self.score(|place| !covered.contains(place)).cells("without the deliberate differences"));
        table.print();
    }

    /// Prints how much each entry of the data file covers, and every difference that none does; gives the covered ones.
    fn print_differences(&self, entries: &[Entry]) -> Result<BTreeSet<Place>, String> {
        let ours = self.ours.iter().filter(|(place, _)| !self.theirs.contains(*place));
        let theirs = self.theirs.iter().filter(|place| !self.ours.contains_key(*place));
        let mut all: Vec<(&Place, Side, u64)> = ours.map(|(place, &line)| (place, Side::Ours, line)).collect();
        all.extend(theirs.map(|place| (place, Side::Theirs, self.seen.line(&place.0, &place.1))));
        all.sort_by_key(|&(place, ..)| place);
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        let (mut covered, mut uncovered) = (BTreeSet::new(), Vec::new());
        for (place, side, line) in all {
            let (file, object, check) = place;
            let whole = files::read(&self.folder.join(file))?;
            let unreadable = !self.seen.files.contains_key(file);
            let text = if unreadable { &whole } else { document(&whole, line) };
            let difference = Difference {
                unreadable,
                kind: object.split('.').next().unwrap_or_default(),
                unseen: !self.seen.has(file, object),
                ..Difference::of((check, side), (file, line), text)
            };
            if let Some(entry) = entries.iter().find(|entry| entry.covers(&difference)) {
                *counts.entry(entry.place).or_default() += 1;
                covered.insert(place.clone());
            } else {
                uncovered.push(format!("{}  {file}:{line} {object} {check}", side.shown()));
            }
        }
        differences::print("checkov", entries, &counts, &uncovered);
        Ok(covered)
    }
}

/// The YAML document that a line stands in.
fn document(text: &str, line: u64) -> &str {
    let (mut start, mut end, mut at) = (0, text.len(), 0);
    for (number, part) in (1..).zip(text.split_inclusive('\n')) {
        if part.trim_end() == "---" || part.starts_with("--- ") {
            if number > line {
                end = at;
                break;
            }
            start = at;
        }
        at += part.len();
    }
    text.get(start..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Seen {
        let verdict = |check: &str, object: &str, lines: (u64, u64)| {
            serde_json::json!({"check_id": check, "resource": object, "file_path": "/a.yaml",
                "file_line_range": [lines.0, lines.1]})
        };
        Seen::read(&serde_json::json!([{"results": {
            "failed_checks": [verdict("CKV_K8S_8", "Deployment.default.a", (1, 9)),
                verdict("CKV2_K8S_6", "Pod.default.a.app-a", (1, 9)), verdict("CKV_K8S_8", "Pod.default.app-b", (11, 20))],
            "passed_checks": [verdict("CKV_K8S_9", "Job.default.c", (21, 30))],
        }}]))
    }

    fn finding(line: u64, kind: &str, name: &str) -> Value {
        serde_json::json!({"path": "./a.yaml", "start": {"line": line}, "aliases": ["checkov:CKV_K8S_8", "trivy:KSV-1"],
            "subject": {"kind": kind, "namespace": null, "name": name}})
    }

    #[test]
    fn a_pod_inside_of_an_object_is_the_object() {
        let failed = seen().failed();
        let names: Vec<&str> = failed.iter().map(|(_, object, _)| object.as_str()).collect();
        assert_eq!(names, ["Deployment.default.a", "Deployment.default.a", "Pod.default.app-b"]);
    }

    #[test]
    fn objects_are_known_by_name_or_by_their_lines() {
        let report = serde_json::json!({"findings": [finding(3, "Deployment", "a"), finding(12, "Pod", "b-"),
            finding(12, "Job", "b")]});
        let ours = ours(&report, &seen());
        let names: Vec<&str> = ours.keys().map(|(_, object, _)| object.as_str()).collect();
        assert_eq!(names, ["Deployment.default.a", "Job.default.b", "Pod.default.app-b"]);
    }

    #[test]
    fn a_report_over_nothing_has_no_results() {
        assert_eq!(Seen::read(&serde_json::json!({"passed": 0})).objects(), 0);
        assert_eq!(seen().objects(), 3);
    }

    #[test]
    fn documents_are_cut_at_their_marks() {
        let text = "a: 1\n---\nb: 2\nc: 3\n--- # d\nd: 4\n";
        assert_eq!(document(text, 1), "a: 1\n");
        assert_eq!(document(text, 4), "---\nb: 2\nc: 3\n");
        assert_eq!(document(text, 6), "--- # d\nd: 4\n");
    }

    #[test]
    fn checks_of_manifests_are_told_from_others() {
        assert!(is_check("CKV_K8S_8") && is_check("CKV2_K8S_6") && !is_check("CKV_DOCKER_3"));
    }
}
