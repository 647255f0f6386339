//! For people: each finding with its lines, grouped by file, and a summary at the end.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use hullmark::{FileProblem, Finding, Place, Report, Safety, Severity};

use super::excerpt::{Excerpt, visible};
use super::{Page, counted, drawn};

/// How many findings of one rule are shown for one file.
const PER_RULE: usize = 20;
/// How many related places of one finding are shown.
const RELATED: usize = 3;
/// How many skipped files are named for each reason.
const NAMED: usize = 3;

/// The report as text.
pub(crate) fn render(page: &Page<'_>) -> String {
    let mut text = String::new();
    let renderer = if page.styled { Renderer::styled() } else { Renderer::plain() };
    let secrets = secrets(page.report);
    let writer = Writer { page, renderer, secrets };
    for (path, (problems, findings)) in by_file(page.report) {
        for problem in problems {
            text.push_str(&writer.problem(problem));
        }
        let mut shown: HashMap<&str, usize> = HashMap::new();
        for finding in findings {
            let count = shown.entry(&finding.rule).or_default();
            *count += 1;
            if *count <= PER_RULE {
                text.push_str(&writer.finding(finding));
            }
        }
        let more: BTreeMap<&str, usize> = shown.into_iter().filter(|(_, count)| *count > PER_RULE).collect();
        for (rule, count) in more {
            let more = count - PER_RULE;
            let _ = writeln!(text, "... and {more} more of {rule} in {} (--format json has them all)\n", visible(path));
        }
    }
    if !page.quiet {
        text.push_str(&skipped(page.report));
        text.push_str(&summary(page));
    }
    text
}

type OfFile<'r> = (Vec<&'r FileProblem>, Vec<&'r Finding>);

fn by_file(report: &Report) -> BTreeMap<&str, OfFile<'_>> {
    let mut files: BTreeMap<&str, OfFile<'_>> = BTreeMap::new();
    report.problems.iter().for_each(|problem| files.entry(&problem.path).or_default().0.push(problem));
    report.findings.iter().for_each(|finding| files.entry(&finding.path).or_default().1.push(finding));
    files
}

/// The ranges that must not be printed, by file, sorted. An author who silenced the finding still has a secret.
fn secrets(report: &Report) -> HashMap<&str, Vec<Range<u32>>> {
    let mut files: HashMap<&str, Vec<Range<u32>>> = HashMap::new();
    let all = report.findings.iter().chain(report.suppressed.iter().map(|one| &one.finding));
    for finding in all.filter(|finding| finding.secret) {
        files.entry(&finding.path).or_default().push(finding.start.byte..finding.end.byte);
    }
    files.values_mut().for_each(|ranges| ranges.sort_by_key(|range| (range.start, range.end)));
    files
}

/// A place, ready to be shown.
struct Shown {
    path: String,
    start: Place,
    excerpt: Option<Excerpt>,
}

impl Shown {
    fn elements(&self) -> Vec<Element<'_>> {
        let origin = Origin::path(self.path.as_str());
        let Some(excerpt) = &self.excerpt else { return vec![origin.into()] };
        let origin = origin.line(self.start.line as usize).char_column(self.start.column as usize);
        let mut annotation = AnnotationKind::Primary.span(excerpt.range.clone());
        if excerpt.cut {
            annotation = annotation.label("goes on");
        }
        let snippet = Snippet::source(excerpt.text.as_str()).line_start(self.start.line as usize).fold(false);
        vec![origin.into(), snippet.annotation(annotation).into()]
    }
}

struct Writer<'p> {
    page: &'p Page<'p>,
    renderer: Renderer,
    secrets: HashMap<&'p str, Vec<Range<u32>>>,
}

impl Writer<'_> {
    fn shown(&self, path: &str, start: Place, end: Place) -> Shown {
        let secrets = self.secrets.get(path).map_or(&[][..], Vec::as_slice);
        let source = self.page.sources.get(path);
        let excerpt = source.map(|source| Excerpt::new(source, start.byte, end.byte, secrets));
        Shown { path: visible(path).into_owned(), start, excerpt }
    }

    fn finding(&self, finding: &Finding) -> String {
        let message = visible(&finding.message);
        let place = self.shown(&finding.path, finding.start, finding.end);
        let related: Vec<(String, Shown)> = finding
            .related
            .iter()
            .take(RELATED)
            .map(|one| (visible(&one.message).into_owned(), self.shown(&one.path, one.start, one.end)))
            .collect();
        let level = level(finding.severity).with_name(finding.severity.as_str());
        let mut group = level.primary_title(message.as_ref()).id(&*finding.rule).elements(place.elements());
        for (message, place) in &related {
            group = group.element(Level::NOTE.message(message.as_str())).elements(place.elements());
        }
        if finding.related.len() > RELATED {
            group = group.element(Level::NOTE.message(format!("and {} more places", finding.related.len() - RELATED)));
        }
        for fix in &finding.fixes {
            let title = visible(&fix.title);
            let message = match fix.applicability {
                Safety::Safe => format!("{title} (`hullmark fix` does it)"),
                Safety::Unsafe => format!("{title} (`hullmark fix --unsafe-fixes` does it; look at the change)"),
                Safety::Display => title.into_owned(),
            };
            group = group.element(Level::HELP.with_name("fix").message(message));
        }
        self.print(group)
    }

    fn problem(&self, problem: &FileProblem) -> String {
        let message = visible(&problem.message);
        let whole = problem.start.byte == 0 && problem.end.byte == 0;
        let mut place = self.shown(&problem.path, problem.start, problem.end);
        place.excerpt = place.excerpt.filter(|_| !whole);
        let title = Level::ERROR.with_name("problem").primary_title(message.as_ref()).id(&*problem.code);
        self.print(title.elements(place.elements()))
    }

    fn print(&self, group: Group<'_>) -> String {
        drawn(&self.renderer, group) + "\n"
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Critical | Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low => Level::NOTE,
        Severity::Info => Level::INFO,
    }
}

/// The files that were not checked, by reason.
fn skipped(report: &Report) -> String {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    report.skipped.iter().for_each(|one| reasons.entry(&one.reason).or_default().push(&one.path));
    let mut text = String::new();
    for (reason, paths) in &reasons {
        let named: Vec<_> = paths.iter().take(NAMED).map(|path| visible(path)).collect();
        let more = match paths.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = writeln!(text, "skipped {}{more}: {}", named.join(", "), visible(reason));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// What it comes to, in a line or two.
fn summary(page: &Page<'_>) -> String {
    let report = page.report;
    let files = counted(report.files_checked, "file", "files");
    if report.files_checked == 0 {
        return "nothing to check: there is no Dockerfile, image config or Kubernetes manifest here\n".to_owned();
    }
    let mut parts = Vec::new();
    if report.findings.is_empty() {
        parts.push(format!("no findings in {files}"));
    } else {
        let of = |severity: &Severity| (report.count(*severity), severity.as_str());
        let worst_first = Severity::ALL.iter().rev().map(of).filter(|(count, _)| *count > 0);
        let counts: Vec<String> = worst_first.map(|(count, word)| format!("{count} {word}")).collect();
        let with = by_file(report).values().filter(|(_, findings)| !findings.is_empty()).count();
        let findings = counted(report.findings.len(), "finding", "findings");
        parts.push(format!("{findings} ({}) in {with} of {files}", counts.join(", ")));
    }
    if !report.problems.is_empty() {
        parts.push(counted(report.problems.len(), "problem", "problems"));
    }
    if !report.suppressed.is_empty() {
        parts.push(format!("{} ignored where it stands", report.suppressed.len()));
    }
    if !report.skipped.is_empty() {
        parts.push(format!("{} skipped", counted(report.skipped.len(), "file", "files")));
    }
    let mut text = parts.join("; ") + "\n";
    let can = |wanted: Safety| {
        let has = |finding: &&Finding| finding.fixes.iter().any(|fix| fix.applicability == wanted);
        report.findings.iter().filter(has).count()
    };
    match (can(Safety::Safe), can(Safety::Unsafe)) {
        (0, 0) => {}
        (safe, 0) => text += &format!("`hullmark fix` mends {safe} of them\n"),
        (0, more) => text += &format!("`hullmark fix --unsafe-fixes` mends {more} of them\n"),
        (safe, more) => {
            text += &format!("`hullmark fix` mends {safe} of them, `hullmark fix --unsafe-fixes` {more} more\n")
        }
    }
    if !report.findings.is_empty() {
        text.push_str("`hullmark explain RULE` says why a rule matters and how to mend it\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn a_report_reads_well() {
        let text = sample::with_page(&sample::report(), render);
        assert_eq!(text, include_str!("sample.txt"), "\n{text}");
    }

    #[test]
    fn a_secret_is_not_shown_even_by_another_finding_of_its_line() {
        let mut report = sample::report();
        let mut beside = report.suppressed[0].finding.clone();
        beside.rule = "beside".into();
        beside.secret = false;
        beside.start = Place { line: 4, column: 1, byte: 33, offset: 33 };
        report.findings.push(beside);
        let text = sample::with_page(&report, render);
        assert!(text.contains("4 | ENV TOKEN=••••••••••••\n") && !text.contains("hunter2"), "{text}");
    }

    #[test]
    fn many_findings_of_one_rule_in_one_line_of_megabytes_print_kilobytes() {
        let mut report = sample::report();
        let mut one = report.findings.remove(0);
        report = Report { files_checked: 1, ..Report::default() };
        for at in 0..10_000 {
            one.start = Place { line: 1, column: at * 500 + 1, byte: at * 500, offset: at * 500 };
            one.end = Place { line: 1, column: at * 500 + 501, byte: at * 500 + 500, offset: at * 500 + 500 };
            report.findings.push(one.clone());
        }
        let text = sample::with_page(&report, |page| {
            let sources = [("./app/Dockerfile".to_owned(), vec![b'x'; 5_000_000])].into();
            render(&Page { sources: &sources, ..*page })
        });
        assert!(text.len() < 30_000, "{}", text.len());
        assert!(text.contains("./app/Dockerfile:1:9501\n"), "columns count in the whole line\n{text}");
        assert!(text.contains("... and 9980 more of latest-base-image in ./app/Dockerfile"), "{text}");
    }

    #[test]
    fn nothing_in_a_report_reaches_the_terminal_raw() {
        let mut report = sample::report();
        let evil = "\u{1b}]0;x\u{7}\n";
        report.findings[0].message = evil.to_owned();
        report.findings[0].path = format!("{evil}/Dockerfile").into();
        report.findings[0].fixes[0].title = evil.to_owned();
        report.findings[1].related[0].message = evil.to_owned();
        report.problems[0].message = evil.to_owned();
        report.skipped[0].reason = evil.to_owned();
        report.skipped[0].path = evil.into();
        let text = sample::with_page(&report, render);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{text}");
        let quiet = sample::with_page(&report, |page| render(&Page { quiet: true, ..*page }));
        assert!(!quiet.contains("skipped") && !quiet.contains("explain"), "{quiet}");
    }
}
