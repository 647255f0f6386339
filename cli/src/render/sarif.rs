//! SARIF 2.1.0 (OASIS), the parts that code scanning reads.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use hullmark::{FileProblem, Finding, Fix, Place, Report, RuleInfo, Safety, Severity};
use serde::Serialize;

use super::{Page, bare, json};

/// The report as a SARIF log.
pub(crate) fn render(page: &Page<'_>) -> String {
    let report = page.report;
    let all = || report.findings.iter().chain(report.suppressed.iter().map(|one| &one.finding));
    // Only rules that are spoken of: the whole set would be most of the file.
    let mut index: BTreeMap<&str, usize> = all().map(|finding| (&*finding.rule, 0)).collect();
    index.values_mut().enumerate().for_each(|(at, slot)| *slot = at);
    let infos = if index.is_empty() { Vec::new() } else { page.engine.rules() };
    let rules = index.keys().map(|id| rule(page, id, infos.iter().find(|info| info.id == **id))).collect();
    let result_of = |finding, suppression| result(page, finding, &index, suppression);
    let mut results: Vec<SarifResult<'_>> = report.findings.iter().map(|one| result_of(one, None)).collect();
    results.extend(report.suppressed.iter().map(|one| result_of(&one.finding, Some(&one.reason))));
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver: Driver { name: "hullmark", version: hullmark::VERSION, rules } },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: notifications(report),
            }],
            results,
        }],
    };
    json(&log)
}

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Tool,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<SarifResult<'r>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    #[serde(flatten)]
    details: Option<Details>,
}

/// What the rule's texts give.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    short_description: Text,
    full_description: Text,
    help: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Text {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

impl Text {
    fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), markdown: None }
    }
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RuleProperties {
    tags: Vec<String>,
    precision: &'static str,
    security_severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
    descriptor: Descriptor,
    locations: Vec<Location>,
}

#[derive(Serialize)]
struct Descriptor {
    id: Cow<'static, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'r> {
    rule_id: &'r str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, &'r str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression<'r>>,
    properties: ResultProperties<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix<'r> {
    description: Text,
    artifact_changes: Vec<ArtifactChange<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'r> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'r> {
    deleted_region: Region,
    inserted_content: Content<'r>,
}

#[derive(Serialize)]
struct Content<'r> {
    text: &'r str,
}

#[derive(Serialize)]
struct Suppression<'r> {
    kind: &'static str,
    justification: &'r str,
}

#[derive(Serialize)]
struct ResultProperties<'r> {
    severity: &'static str,
    confidence: &'static str,
    aliases: &'r [String],
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// GitHub's number for a severity: over 9 is critical, from 7 high, from 4 medium.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
        Severity::Info => "0.5",
    }
}

fn rule(page: &Page<'_>, id: &str, info: Option<&RuleInfo>) -> Rule {
    let code = info.map_or(id, |info| page.code(id, &info.aliases)).to_owned();
    let details = info.map(|info| {
        let severity = info.severity;
        let mut tags = vec!["security".to_owned(), info.category.clone()];
        tags.extend(info.tags.iter().cloned());
        // The schema wants each tag once.
        let mut seen = std::collections::HashSet::new();
        tags.retain(|tag| seen.insert(tag.clone()));
        Details {
            short_description: Text::plain(&info.title),
            full_description: Text::plain(info.rationale.trim()),
            help: Text { text: help(info, false), markdown: Some(help(info, true)) },
            help_uri: info.references.first().map(|url| uri_of(url)),
            default_configuration: Configuration { level: level(severity) },
            properties: RuleProperties {
                tags,
                precision: info.confidence.as_str(),
                security_severity: security_severity(severity),
            },
        }
    });
    Rule { id: code, details }
}

/// What a person reads beside the finding.
fn help(info: &RuleInfo, markdown: bool) -> String {
    let mut text = info.rationale.trim().to_owned();
    for (title, example) in [("Bad", &info.bad_example), ("Good", &info.good_example)] {
        if !example.is_empty() {
            let example = example.trim_end();
            let _ = match markdown {
                true => write!(text, "\n\n**{title}**\n\n~~~\n{example}\n~~~"),
                false => write!(text, "\n\n{title}:\n\n{example}"),
            };
        }
    }
    for (at, url) in info.references.iter().enumerate() {
        let gap = if at == 0 { "\n" } else { "" };
        let _ = match markdown {
            true => write!(text, "{gap}\n- <{url}>"),
            false => write!(text, "{gap}\n{url}"),
        };
    }
    text
}

fn result<'r>(
    page: &Page<'_>,
    finding: &'r Finding,
    index: &BTreeMap<&str, usize>,
    suppression: Option<&'r String>,
) -> SarifResult<'r> {
    let related = finding.related.iter().enumerate().map(|(at, one)| Location {
        id: Some(at + 1),
        message: Some(Text::plain(&one.message)),
        ..location(&one.path, one.start, one.end)
    });
    let suppress = |reason: &'r String| Suppression { kind: "inSource", justification: reason };
    SarifResult {
        rule_id: page.code(&finding.rule, &finding.aliases),
        rule_index: index.get(&*finding.rule).copied().unwrap_or_default(),
        level: level(finding.severity),
        message: Text::plain(&finding.message),
        locations: [location(&finding.path, finding.start, finding.end)],
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([("hullmark/v1", finding.fingerprint.as_str())]),
        fixes: finding.fixes.iter().filter(|fix| fix.applicability == Safety::Safe).map(fixed).collect(),
        suppressions: suppression.map(suppress).into_iter().collect(),
        properties: ResultProperties {
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            aliases: &finding.aliases,
        },
    }
}

fn fixed(fix: &Fix) -> SarifFix<'_> {
    let mut files: BTreeMap<&str, Vec<Replacement<'_>>> = BTreeMap::new();
    for edit in &fix.edits {
        let replacement = Replacement {
            deleted_region: region(edit.start, edit.end),
            inserted_content: Content { text: &edit.text },
        };
        files.entry(&edit.path).or_default().push(replacement);
    }
    let change = |(path, replacements): (&str, _)| ArtifactChange { artifact_location: artifact(path), replacements };
    SarifFix { description: Text::plain(&fix.title), artifact_changes: files.into_iter().map(change).collect() }
}

fn notifications(report: &Report) -> Vec<Notification> {
    let problem = |problem: &FileProblem| {
        let place = location(&problem.path, problem.start, problem.end);
        Notification {
            level: "error",
            message: Text::plain(&problem.message),
            descriptor: Descriptor { id: problem.code.clone() },
            locations: vec![place],
        }
    };
    let mut made: Vec<Notification> = report.problems.iter().map(problem).collect();
    made.extend(report.skipped.iter().map(|one| Notification {
        level: "note",
        message: Text::plain(&one.reason),
        descriptor: Descriptor { id: "skipped".into() },
        locations: vec![Location {
            id: None,
            physical_location: PhysicalLocation { artifact_location: artifact(&one.path), region: None },
            message: None,
        }],
    }));
    made
}

fn location(path: &str, start: Place, end: Place) -> Location {
    let physical_location = PhysicalLocation { artifact_location: artifact(path), region: Some(region(start, end)) };
    Location { id: None, physical_location, message: None }
}

fn region(start: Place, end: Place) -> Region {
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation { uri: uri(path) }
}

/// A path as a URI reference: relative as it is, absolute as `file:`.
fn uri(path: &str) -> String {
    let path = bare(path);
    let mut uri = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// An address as it is, except for what no URI may hold.
fn uri_of(url: &str) -> String {
    let fine = |c: &char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}');
    url.chars().filter(fine).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::render::sample;

    fn log() -> Value {
        serde_json::from_str(&sample::with_page(&sample::report(), render)).unwrap()
    }

    #[test]
    fn a_log_fits_the_official_schema() {
        let schema = include_str!("../../tests/schema/sarif-schema-2.1.0.json");
        let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        let log = log();
        let faults: Vec<String> =
            validator.iter_errors(&log).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
        assert_eq!(faults, Vec::<String>::new());
        let mut broken = log;
        broken["runs"][0]["results"][0]["level"] = json!("terrible");
        assert!(!validator.is_valid(&broken), "the schema is not looked at");
    }

    #[test]
    fn regions_count_from_one_in_code_points_and_end_after_the_last() {
        let log = log();
        let run = &log["runs"][0];
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "app/Dockerfile");
        assert_eq!(place["region"], json!({"startLine": 1, "startColumn": 13, "endLine": 1, "endColumn": 19}));
    }

    #[test]
    fn safe_fixes_ignores_and_problems_are_in_it() {
        let log = log();
        let run = &log["runs"][0];
        let change = &run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(change["insertedContent"]["text"], "12");
        assert_eq!(run["results"][2]["suppressions"], json!([{"kind": "inSource", "justification": "a test value"}]));
        let notes = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
        assert_eq!(notes.len(), 2);
        assert_eq!(notes[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "chart/x%20y.yaml");
    }

    #[test]
    fn rules_say_how_bad_and_how_sure() {
        let log = log();
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        let rule = rules.iter().find(|rule| rule["id"] == "latest-base-image").unwrap();
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("**Bad**"));
        assert_eq!(rule["properties"]["security-severity"], "5.5");
    }

    #[test]
    fn under_hadolints_preset_rules_have_its_codes() {
        let text = sample::with_page_of("hadolint", &sample::report(), render);
        let log: Value = serde_json::from_str(&text).unwrap();
        let run = &log["runs"][0];
        let results = run["results"].as_array().unwrap();
        let said: Vec<_> = results.iter().map(|one| (one["ruleId"].as_str(), one["level"].as_str())).collect();
        let expected = [("DL3007", "warning"), ("DL3002", "error"), ("secret-in-environment", "error")];
        assert_eq!(said, expected.map(|(code, level)| (Some(code), Some(level))));
        for one in results {
            let index = usize::try_from(one["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], one["ruleId"]);
        }
    }
}
