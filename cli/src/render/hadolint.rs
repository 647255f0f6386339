//! hadolint's JSON: an array of `{file, line, column, level, code, message}`.
//!
//! Only findings whose rule has an alias of hadolint's are in it. Where its verdicts are promised, so is DL1000: the first
//! place of a file at which the builder would give up. Here, the rest of the file is read all the same.

use std::collections::HashSet;
use std::fmt::Write;

use hullmark::{FileProblem, ProblemCode, Report};
use serde::Serialize;

use super::entry::{Entry, by_instruction, problem};
use super::excerpt::visible;
use super::{Page, json};

#[derive(Serialize)]
struct Issue<'r> {
    file: &'r str,
    line: u32,
    column: u32,
    level: &'r str,
    code: &'r str,
    message: &'r str,
}

/// The report in hadolint's format.
pub(crate) fn render(page: &Page<'_>) -> String {
    let mut entries = by_instruction(page.report, page.engine);
    if page.is_of("hadolint") {
        entries.extend(unreadable(page.report));
        entries.sort_by(|a, b| (a.file, a.line, a.code).cmp(&(b.file, b.line, b.code)));
    }
    let issues = entries.iter().map(|&Entry { file, line, column, level, code, message, .. }| Issue {
        file,
        line,
        column,
        level,
        code,
        message,
    });
    json(&issues.collect::<Vec<_>>())
}

/// The first problem of each file that ends a build.
fn unreadable(report: &Report) -> impl Iterator<Item = Entry<'_>> {
    const CODES: [ProblemCode; 4] = [
        ProblemCode::UnknownInstruction,
        ProblemCode::MissingArgument,
        ProblemCode::InvalidArgument,
        ProblemCode::InvalidFlag,
    ];
    let mut files = HashSet::new();
    let ends_build = |one: &&FileProblem| CODES.iter().any(|code| *one.code == *code.as_str());
    let first = report.problems.iter().filter(ends_build).filter(move |one| files.insert(&one.path));
    first.map(|one| Entry { code: "DL1000", column: 1, ..problem(one) })
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
        let fine = |level: &hullmark::Datum| {
            ["error", "warning", "info", "style", "by-shell"].contains(&level.text().unwrap())
        };
        assert!(table.entries().all(|(_, level)| fine(level)));
    }
}
