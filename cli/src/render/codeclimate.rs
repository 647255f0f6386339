//! Code Climate's issues: JSON objects, each ended by a zero byte.
//!
//! <https://github.com/codeclimate/platform/blob/master/spec/analyzers/SPEC.md>

use serde::Serialize;

use super::entry::entries;
use super::{Page, bare, json};

#[derive(Serialize)]
struct Issue<'r> {
    r#type: &'static str,
    check_name: &'r str,
    description: &'r str,
    categories: [&'static str; 1],
    location: Location<'r>,
    severity: &'static str,
}

/// Where an issue is.
#[derive(Serialize)]
pub(super) struct Location<'r> {
    pub(super) path: &'r str,
    pub(super) lines: Lines,
}

/// The lines of an issue, from 1.
#[derive(Serialize)]
pub(super) struct Lines {
    pub(super) begin: u32,
    pub(super) end: u32,
}

/// The report as a stream of issues.
pub(crate) fn render(page: &Page<'_>) -> String {
    let mut text = String::new();
    for one in entries(page) {
        let issue = Issue {
            r#type: "issue",
            check_name: one.code,
            description: one.message,
            categories: ["Bug Risk"],
            location: Location { path: bare(one.file), lines: Lines { begin: one.line, end: one.line } },
            severity: severity(one.level),
        };
        text.push_str(json(&issue).trim_end());
        text.push('\0');
    }
    text
}

/// Code Climate's word for a level, as hadolint chooses it.
pub(super) fn severity(level: &str) -> &'static str {
    match level {
        "error" => "blocker",
        "warning" => "major",
        "info" => "info",
        _ => "minor",
    }
}

#[cfg(test)]
mod tests {
    use crate::render::sample;

    use super::*;

    #[test]
    fn issues_end_with_a_zero_byte_and_have_what_the_specification_asks_for() {
        let text = sample::with_page_of("hadolint", &sample::report(), render);
        let issues: Vec<&str> = text.split_terminator('\0').collect();
        assert_eq!(issues.len(), 3);
        let expected = serde_json::json!({
            "type": "issue", "check_name": "DL3002", "description": "ends as root <&>", "categories": ["Bug Risk"],
            "location": {"path": "app/Dockerfile", "lines": {"begin": 2, "end": 2}}, "severity": "blocker"
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(issues[1]).unwrap(), expected);
    }

    #[test]
    fn severities_are_the_ones_that_hadolint_chooses() {
        assert_eq!(["error", "warning", "info", "style"].map(severity), ["blocker", "major", "info", "minor"]);
    }
}
