//! Findings as hadolint's formats have them: one line each, with a code and a level.
//!
//! Under a preset that promises a peer's verdicts, the code and the level are that peer's. hadolint counts by
//! instruction: the line is that of its first word, the column is 1, and it has a code at most once, but for the codes
//! that it gives for each label. Of what ShellCheck finds in one script it shows the last alone.

use std::collections::{HashMap, HashSet};

use hullmark::{Engine, FileProblem, Finding, Place, Report, Severity};

use super::Page;

/// A finding, or a problem, in one line.
#[derive(Clone, Copy)]
pub(super) struct Entry<'r> {
    pub(super) file: &'r str,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) severity: Severity,
    pub(super) level: &'r str,
    pub(super) code: &'r str,
    pub(super) message: &'r str,
    pub(super) start: Place,
    pub(super) end: Place,
}

/// hadolint's word for a severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "info",
        Severity::Info => "style",
    }
}

impl Page<'_> {
    /// What reports call the rule: its id, or the peer's code where a preset promises that peer's verdicts.
    pub(super) fn code<'f>(&self, rule: &'f str, aliases: &'f [String]) -> &'f str {
        let code = |peer| aliases.iter().find_map(|alias| alias.strip_prefix(peer)?.strip_prefix(':'));
        self.engine.peer().and_then(code).unwrap_or(rule)
    }

    /// Whether a preset promises the verdicts of `peer`.
    pub(super) fn is_of(&self, peer: &str) -> bool {
        self.engine.peer() == Some(peer)
    }
}

/// The findings and problems of a report, file by file, in the order of their lines.
pub(super) fn entries<'p>(page: &Page<'p>) -> Vec<Entry<'p>> {
    let mut made: Vec<Entry<'p>> = page.report.problems.iter().map(problem).collect();
    made.extend(if page.is_of("hadolint") {
        by_instruction(page.report, page.engine)
    } else {
        page.report.findings.iter().map(|one| entry(one, page.code(&one.rule, &one.aliases))).collect()
    });
    let order: HashMap<&str, usize> = page.names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let at = |file: &str| order.get(file).copied().unwrap_or(usize::MAX);
    made.sort_by(|a, b| (at(a.file), a.file, a.line, a.code).cmp(&(at(b.file), b.file, b.line, b.code)));
    made
}

/// The findings that hadolint has a code for, as it counts them.
pub(super) fn by_instruction<'p>(report: &'p Report, engine: &'p Engine) -> Vec<Entry<'p>> {
    let levels = engine.table("hadolint-levels");
    // Under other presets a severity is not hadolint's level.
    let is_its = engine.peer() == Some("hadolint");
    let own = |code: &str, finding: &Finding| match levels.and_then(|levels| levels.get(code)?.text()) {
        Some("by-shell") if is_its => level(finding.severity),
        None | Some("by-shell") => "warning",
        Some(level) => level,
    };
    let repeated: Vec<&str> =
        engine.table("hadolint-repeated").iter().flat_map(|table| table.items()).filter_map(|one| one.text()).collect();
    let mut seen = HashSet::new();
    let mut made = Vec::new();
    // What is ignored was the last one all the same.
    let mut shell: HashMap<(&str, u32), (ShellOrder<'p>, Option<Entry<'p>>)> = HashMap::new();
    let ignored = report.suppressed.iter().map(|one| (&one.finding, false));
    for (finding, shown) in report.findings.iter().map(|finding| (finding, true)).chain(ignored) {
        for code in finding.aliases.iter().filter_map(|alias| alias.strip_prefix("hadolint:")) {
            let line = finding.anchor.unwrap_or(finding.start).line;
            let level = if is_its { level(finding.severity) } else { own(code, finding) };
            let entry = Entry { line, column: 1, level, ..entry(finding, code) };
            if code.starts_with("SC") {
                let order = shell_order(finding.start, own(code, finding), code);
                let entry = shown.then_some(entry);
                let last = shell.entry((&*finding.path, line)).or_insert((order, entry));
                if order > last.0 {
                    *last = (order, entry);
                }
                continue;
            }
            let once = if repeated.contains(&code) { finding.message.as_str() } else { "" };
            if shown && seen.insert((&*finding.path, line, code, once)) {
                made.push(entry);
            }
        }
    }
    made.extend(shell.into_values().filter_map(|(_, entry)| entry));
    made.sort_by(|a, b| (a.file, a.line, a.code).cmp(&(b.file, b.line, b.code)));
    made
}

/// Where ShellCheck puts what it finds in a script.
type ShellOrder<'e> = (u32, usize, &'e str);

/// By place, and there the gravest first, whatever level it was given since; where it cannot read on, it finds nothing else.
fn shell_order<'e>(start: Place, level: &str, code: &'e str) -> ShellOrder<'e> {
    let rank = ["error", "warning", "info", "style"].iter().position(|one| *one == level);
    (if code == "SC1072" { u32::MAX } else { start.byte }, rank.unwrap_or(0), code)
}

/// A problem as an entry, under its own code.
pub(super) fn problem(one: &FileProblem) -> Entry<'_> {
    Entry {
        file: &one.path,
        line: one.start.line,
        column: one.start.column,
        severity: Severity::High,
        level: "error",
        code: &one.code,
        message: &one.message,
        start: one.start,
        end: one.end,
    }
}

fn entry<'p>(finding: &'p Finding, code: &'p str) -> Entry<'p> {
    Entry {
        file: &finding.path,
        line: finding.start.line,
        column: finding.start.column,
        severity: finding.severity,
        level: level(finding.severity),
        code,
        message: &finding.message,
        start: finding.start,
        end: finding.end,
    }
}
