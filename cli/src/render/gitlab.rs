//! GitLab's code quality report: a subset of Code Climate's issues.

use hullmark::{Finding, Severity};
use serde::Serialize;

use super::codeclimate::{self, Lines, Location};
use super::entry::level;
use super::{Page, bare, json};

#[derive(Serialize)]
struct Issue<'r> {
    description: &'r str,
    check_name: &'r str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'r>,
}

/// The report as a code quality report.
pub(crate) fn render(page: &Page<'_>) -> String {
    let report = page.report;
    let location = |path, begin, end| Location { path: bare(path), lines: Lines { begin, end } };
    let mut issues: Vec<Issue<'_>> = Vec::new();
    for problem in &report.problems {
        issues.push(Issue {
            description: &problem.message,
            check_name: &problem.code,
            fingerprint: fingerprint(&format!("{}\0{}\0{}", problem.code, problem.path, problem.start.byte)),
            severity: "major",
            location: location(&problem.path, problem.start.line, problem.end.line),
        });
    }
    issues.extend(report.findings.iter().map(|finding| Issue {
        description: &finding.message,
        check_name: page.code(&finding.rule, &finding.aliases),
        fingerprint: finding.fingerprint.clone(),
        severity: severity(page, finding),
        location: location(&finding.path, finding.start.line, finding.end.line),
    }));
    json(&issues)
}

fn severity(page: &Page<'_>, finding: &Finding) -> &'static str {
    match finding.severity {
        _ if page.is_of("hadolint") => codeclimate::severity(level(finding.severity)),
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}

/// 32 hexadecimal digits that stay the same from call to call: FNV-1a, which is no defence and need not be one.
fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn every_issue_has_what_gitlab_wants() {
        let value: serde_json::Value = serde_json::from_str(&sample::with_page(&sample::report(), render)).unwrap();
        let issues = value.as_array().unwrap();
        assert_eq!(issues.len(), 3);
        let expected = serde_json::json!({
            "description": "ends as root <&>", "check_name": "root-user",
            "fingerprint": "00000000000000000000000000000002", "severity": "critical",
            "location": {"path": "app/Dockerfile", "lines": {"begin": 2, "end": 3}}
        });
        assert_eq!(issues[2], expected);
        assert_eq!(issues[0]["fingerprint"].as_str().unwrap().len(), 32);
    }
}
