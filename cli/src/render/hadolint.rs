//! hadolint's JSON: an array of `{file, line, column, level, code, message}`.
//!
//! As hadolint counts: the line is that of the instruction's first word, the column is 1, and each instruction has a
//! code at most once. Of what ShellCheck finds in one script hadolint shows the last alone, and so does this. Only
//! findings whose rule has an alias of hadolint's are in it.

use std::collections::BTreeMap;
use std::fmt::Write;

use hullmark::Report;
use serde::Serialize;

use super::excerpt::visible;
use super::{Page, json};

/// Where a finding of ShellCheck's stands among those of its script.
type Place<'r> = (u32, usize, &'r str);

#[derive(Clone, Copy, Serialize)]
struct Entry<'r> {
    file: &'r str,
    line: u32,
    column: u32,
    level: &'r str,
    code: &'r str,
    message: &'r str,
}

/// The report in hadolint's format.
pub(crate) fn render(page: &Page<'_>) -> String {
    let levels = page.engine.table("hadolint-levels");
    let mut entries: BTreeMap<(&str, u32, &str), Entry<'_>> = BTreeMap::new();
    let mut shell: BTreeMap<(&str, u32), (Place<'_>, Entry<'_>)> = BTreeMap::new();
    for finding in &page.report.findings {
        let line = finding.anchor.unwrap_or(finding.start).line;
        for code in finding.aliases.iter().filter_map(|alias| alias.strip_prefix("hadolint:")) {
            let level = levels.and_then(|levels| levels.get(code)).and_then(|level| level.text()).unwrap_or("warning");
            let (file, message) = (&*finding.path, finding.message.as_str());
            let entry = Entry { file, line, column: 1, level, code, message };
            if code.starts_with("SC") {
                let place = (finding.start.byte, rank(level), code);
                let last = shell.entry((file, line)).or_insert((place, entry));
                if place > last.0 {
                    *last = (place, entry);
                }
                continue;
            }
            entries.entry((file, line, code)).or_insert(entry);
        }
    }
    entries.extend(shell.into_iter().map(|((file, line), (_, entry))| ((file, line, entry.code), entry)));
    json(&entries.into_values().collect::<Vec<_>>())
}

/// ShellCheck's order of what it finds at one place: the gravest first.
fn rank(level: &str) -> usize {
    ["error", "warning", "info", "style"].iter().position(|one| *one == level).unwrap_or(0)
}

/// The problems, for which the format has no place, in lines for standard error.
pub(crate) fn left_out(report: &Report) -> String {
    let mut text = String::new();
    for problem in &report.problems {
        let (path, message, at) = (visible(&problem.path), visible(&problem.message), problem.start);
        let _ = writeln!(text, "{path}:{}:{}: {} ({})", at.line, at.column, message, problem.code);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn an_instruction_has_a_code_once_at_its_first_line() {
        let mut report = sample::report();
        let mut again = report.findings[1].clone();
        again.message = "another package of the same RUN".to_owned();
        again.start.line = 3;
        report.findings.push(again);
        let text = sample::with_page(&report, render);
        let expected = "[{\"file\":\"./app/Dockerfile\",\"line\":1,\"column\":1,\"level\":\"warning\",\
                        \"code\":\"DL3007\",\"message\":\"`debian:latest` moves 100%\"},\
                        {\"file\":\"./app/Dockerfile\",\"line\":2,\"column\":1,\"level\":\"warning\",\
                        \"code\":\"DL3002\",\"message\":\"ends as root <&>\"}]\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn levels_come_from_the_table() {
        let engine = hullmark::Engine::builder().build().unwrap();
        let table = engine.table("hadolint-levels").unwrap();
        let level = |code| table.get(code).and_then(|level| level.text()).unwrap();
        assert_eq!(["DL3004", "DL3008", "DL3059", "DL3048"].map(level), ["error", "warning", "info", "style"]);
        let fine = |level: &hullmark::Datum| ["error", "warning", "info", "style"].contains(&level.text().unwrap());
        assert!(table.entries().all(|(_, level)| fine(level)));
    }
}
