//! Checkstyle XML: `<checkstyle><file><error line column severity message source/></file></checkstyle>`.

use std::collections::BTreeMap;

use hullmark::Severity;

use super::Page;
use super::entry::level;
use super::xml::Xml;

/// The report as Checkstyle XML.
pub(crate) fn render(page: &Page<'_>) -> String {
    let report = page.report;
    let prefix = if page.engine.peer().is_some() { "" } else { "hullmark." };
    let mut files: BTreeMap<&str, Vec<[(&str, String); 5]>> = BTreeMap::new();
    let error = |line: u32, column: u32, severity: &str, message: &str, source: &str| {
        [
            ("line", line.to_string()),
            ("column", column.to_string()),
            ("severity", severity.to_owned()),
            ("message", message.to_owned()),
            ("source", format!("{prefix}{source}")),
        ]
    };
    for problem in &report.problems {
        let start = problem.start;
        let one = error(start.line, start.column, "error", &problem.message, &problem.code);
        files.entry(&problem.path).or_default().push(one);
    }
    for finding in &report.findings {
        let severity = match finding.severity {
            _ if page.is_of("hadolint") => level(finding.severity),
            Severity::Critical | Severity::High => "error",
            Severity::Medium => "warning",
            Severity::Low | Severity::Info => "info",
        };
        let start = finding.start;
        let one =
            error(start.line, start.column, severity, &finding.message, page.code(&finding.rule, &finding.aliases));
        files.entry(&finding.path).or_default().push(one);
    }
    let mut xml = Xml::new();
    xml.tag(0, "checkstyle", &[("version", "4.3")], false);
    for (path, errors) in files {
        xml.tag(1, "file", &[("name", path)], false);
        for error in errors {
            xml.tag(2, "error", &error.each_ref().map(|(key, value)| (*key, value.as_str())), true);
        }
        xml.end(1, "file");
    }
    xml.end(0, "checkstyle");
    xml.text
}

#[cfg(test)]
mod tests {
    use crate::render::sample;

    use super::*;

    #[test]
    fn under_hadolints_preset_codes_and_levels_are_its_own() {
        let text = sample::with_page_of("hadolint", &sample::report(), render);
        let line = "    <error line=\"1\" column=\"13\" severity=\"warning\" message=\"`debian:latest` moves 100%\" \
                    source=\"DL3007\"/>";
        assert!(text.lines().any(|one| one == line), "{text}");
        let text = sample::with_page(&sample::report(), render);
        assert!(text.contains("source=\"hullmark.latest-base-image\""), "{text}");
    }
}
