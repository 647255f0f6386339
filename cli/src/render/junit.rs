//! JUnit XML: a suite for each file, a failed case for each finding; a clean file is one case that passed.

use std::collections::BTreeMap;

use hullmark::{FileProblem, Finding, Report};

use super::Page;
use super::entry::level;
use super::xml::Xml;

/// What there is to say of a file.
#[derive(Default)]
struct Suite<'r> {
    problems: Vec<&'r FileProblem>,
    findings: Vec<&'r Finding>,
    skipped: Option<&'r str>,
}

impl Suite<'_> {
    fn tests(&self) -> usize {
        (self.problems.len() + self.findings.len()).max(1)
    }
}

/// The report as JUnit XML.
pub(crate) fn render(page: &Page<'_>) -> String {
    let suites = suites(page.report, page.names);
    let total: usize = suites.values().map(Suite::tests).sum();
    let numbers = [
        ("tests", total),
        ("failures", page.report.findings.len()),
        ("errors", page.report.problems.len()),
        ("skipped", page.report.skipped.len()),
    ];
    let mut xml = Xml::new();
    tag_with_numbers(&mut xml, 0, ("testsuites", "hullmark"), &numbers);
    for (path, suite) in &suites {
        let numbers = [
            ("tests", suite.tests()),
            ("failures", suite.findings.len()),
            ("errors", suite.problems.len()),
            ("skipped", usize::from(suite.skipped.is_some())),
        ];
        tag_with_numbers(&mut xml, 1, ("testsuite", path), &numbers);
        cases(&mut xml, page, path, suite);
        xml.end(1, "testsuite");
    }
    xml.end(0, "testsuites");
    xml.text
}

fn suites<'r>(report: &'r Report, names: &'r [String]) -> BTreeMap<&'r str, Suite<'r>> {
    let mut suites: BTreeMap<&str, Suite<'_>> = BTreeMap::new();
    for name in names {
        suites.entry(name).or_default();
    }
    report.problems.iter().for_each(|one| suites.entry(&one.path).or_default().problems.push(one));
    report.findings.iter().for_each(|one| suites.entry(&one.path).or_default().findings.push(one));
    report.skipped.iter().for_each(|one| suites.entry(&one.path).or_default().skipped = Some(&one.reason));
    suites
}

fn tag_with_numbers(xml: &mut Xml, depth: usize, (tag, name): (&str, &str), numbers: &[(&str, usize); 4]) {
    let texts = numbers.map(|(key, number)| (key, number.to_string()));
    let mut attributes = vec![("name", name)];
    attributes.extend(texts.iter().map(|(key, text)| (*key, text.as_str())));
    xml.tag(depth, tag, &attributes, false);
}

fn cases(xml: &mut Xml, page: &Page<'_>, path: &str, suite: &Suite<'_>) {
    let mut case = |name: &str, inner: Option<(&str, &[(&str, &str)])>| {
        xml.tag(2, "testcase", &[("name", name), ("classname", path)], inner.is_none());
        if let Some((tag, attributes)) = inner {
            xml.tag(3, tag, attributes, true);
            xml.end(2, "testcase");
        }
    };
    for problem in &suite.problems {
        let name = format!("{} at {}:{}", problem.code, problem.start.line, problem.start.column);
        case(&name, Some(("error", &[("message", problem.message.as_str()), ("type", &*problem.code)])));
    }
    for finding in &suite.findings {
        let code = page.code(&finding.rule, &finding.aliases);
        let word = if page.is_of("hadolint") { level(finding.severity) } else { finding.severity.as_str() };
        let name = format!("{code} at {}:{}", finding.start.line, finding.start.column);
        let place = format!("{path}:{}:{}: {}", finding.start.line, finding.start.column, finding.message);
        case(&name, Some(("failure", &[("message", place.as_str()), ("type", word)])));
    }
    match suite.skipped {
        Some(reason) => case("hullmark", Some(("skipped", &[("message", reason)]))),
        None if suite.problems.is_empty() && suite.findings.is_empty() => case("hullmark", None),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::render::sample;

    use super::*;

    #[test]
    fn under_hadolints_preset_codes_and_levels_are_its_own() {
        let text = sample::with_page_of("hadolint", &sample::report(), render);
        assert!(text.contains("<testcase name=\"DL3007 at 1:13\" classname=\"./app/Dockerfile\">"), "{text}");
        assert!(text.contains("type=\"warning\"") && text.contains("type=\"error\""), "{text}");
    }
}
