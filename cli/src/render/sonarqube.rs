//! SonarQube's generic issues.
//!
//! <https://docs.sonarsource.com/sonarqube-server/analyzing-source-code/importing-external-issues/generic-issue-import-format/>

use hullmark::Place;
use serde::Serialize;

use super::entry::{Entry, entries};
use super::{Page, bare, json};

#[derive(Serialize)]
struct Issues<'r> {
    issues: Vec<Issue<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Issue<'r> {
    engine_id: &'static str,
    rule_id: &'r str,
    severity: &'static str,
    r#type: &'static str,
    primary_location: Location<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'r> {
    message: &'r str,
    file_path: &'r str,
    text_range: TextRange,
}

/// Lines from 1, columns from 0; without columns, whole lines.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TextRange {
    start_line: u32,
    end_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

/// The report as issues. Under hadolint's preset they come from the engine that its users know.
pub(crate) fn render(page: &Page<'_>) -> String {
    let engine_id = if page.is_of("hadolint") { "Hadolint" } else { "Hullmark" };
    let entries = entries(page);
    json(&Issues { issues: entries.iter().map(|one| issue(one, engine_id)).collect() })
}

fn issue<'r>(one: &Entry<'r>, engine_id: &'static str) -> Issue<'r> {
    let (severity, kind) = match one.level {
        "error" => ("CRITICAL", "BUG"),
        "warning" => ("MAJOR", "CODE_SMELL"),
        "info" => ("MINOR", "CODE_SMELL"),
        _ => ("INFO", "CODE_SMELL"),
    };
    Issue {
        engine_id,
        rule_id: one.code,
        severity,
        r#type: kind,
        primary_location: Location {
            message: one.message,
            file_path: bare(one.file),
            text_range: range(one.start, one.end),
        },
    }
}

fn range(start: Place, end: Place) -> TextRange {
    // An empty range is refused.
    let columns = (start.line, start.column) < (end.line, end.column);
    let column = |place: Place| columns.then(|| place.column.saturating_sub(1));
    TextRange { start_line: start.line, end_line: end.line, start_column: column(start), end_column: column(end) }
}

#[cfg(test)]
mod tests {
    use crate::render::sample;

    use super::*;

    #[test]
    fn issues_have_what_the_import_wants() {
        let text = sample::with_page_of("hadolint", &sample::report(), render);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let expected = serde_json::json!({
            "engineId": "Hadolint", "ruleId": "DL3002", "severity": "CRITICAL", "type": "BUG",
            "primaryLocation": {
                "message": "ends as root <&>", "filePath": "app/Dockerfile",
                "textRange": {"startLine": 2, "endLine": 3, "startColumn": 0, "endColumn": 6}
            }
        });
        assert_eq!(value["issues"][1], expected);
        assert_eq!(value["issues"].as_array().unwrap().len(), 3);
    }

    #[test]
    fn an_empty_range_has_no_columns() {
        let place = Place { line: 2, column: 4, byte: 9, offset: 9 };
        assert_eq!(
            serde_json::to_value(range(place, place)).unwrap(),
            serde_json::json!({"startLine": 2, "endLine": 2})
        );
    }
}
