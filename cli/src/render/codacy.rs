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
