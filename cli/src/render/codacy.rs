//! Codacy's results of a tool: a JSON object on each line.
//!
//! <https://docs.codacy.com/related-tools/tool-developer-guide/>

use serde::Serialize;

use super::entry::entries;
use super::{Page, bare, json};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Issue<'r> {
    filename: &'r str,
    line: u32,
    message: &'r str,
    pattern_id: &'r str,
}

/// The report, a line for each finding.
pub(crate) fn render(page: &Page<'_>) -> String {
    let issue = |one: &super::entry::Entry<'_>| {
        json(&Issue { filename: bare(one.file), line: one.line, message: one.message, pattern_id: one.code })
    };
    entries(page).iter().map(issue).collect()
}

#[cfg(test)]
mod tests {
    use crate::render::sample;

    use super::*;

    #[test]
    fn every_line_is_a_result() {
        let text = sample::with_page_of("hadolint", &sample::report(), render);
        assert_eq!(text.lines().count(), 3);
        let expected = serde_json::json!({
            "filename": "app/Dockerfile", "line": 2, "message": "ends as root <&>", "patternId": "DL3002"
        });
        let line: serde_json::Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
        assert_eq!(line, expected);
    }
}
