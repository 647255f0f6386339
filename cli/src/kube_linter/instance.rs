//! A custom check as rule files: the body of a rule under the check's own name, for the kinds in its scope.

use std::fmt::Write;

use hullmark::RuleInfo;
use serde_json::json;

/// The keys of a rule that a check takes over; the others are its own.
const BODY: &[&str] = &[
    "title",
    "rationale",
    "references",
    "severity",
    "confidence",
    "category",
    "params",
    "on",
    "match",
    "at",
    "per",
    "message",
    "cases",
    "fix",
    "related",
    "redact",
    "on-unknown",
];

/// What kube-linter's users call a workload.
const DEPLOYMENT_LIKE: &[&str] = &[
    "Deployment",
    "DaemonSet",
    "DeploymentConfig",
    "StatefulSet",
    "ReplicaSet",
    "Pod",
    "ReplicationController",
    "Job",
    "CronJob",
];

/// What a custom check says beside its template.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) remediation: String,
    /// The kinds of objects it looks at; all when there is none.
    pub(super) kinds: Vec<String>,
}

/// The kinds that a word of a scope stands for; none for all.
pub(super) fn kinds(word: &str) -> Vec<String> {
    let kinds: &[&str] = match word {
        "Any" => &[],
        "DeploymentLike" => DEPLOYMENT_LIKE,
        "JobLike" => &["Job", "CronJob"],
        word => return vec![word.to_owned()],
    };
    kinds.iter().map(|&kind| kind.to_owned()).collect()
}

/// Whether a rule has this id, or another tool's code is just that: either would be asked for too.
pub(super) fn is_taken(rules: &[RuleInfo], id: &str) -> bool {
    let is_code = |alias: &String| alias.split_once(':').is_some_and(|(_, code)| code == id);
    rules.iter().any(|rule| rule.id == id || rule.aliases.iter().any(is_code))
}

/// The id for a check called `name` that is not taken.
pub(super) fn id(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut id = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let mut id = id.trim_end_matches('-').to_owned();
    if !id.starts_with(|c: char| c.is_ascii_lowercase()) {
        id.insert_str(0, "custom-");
    }
    let numbers = (2..).map(|number| format!("{id}-{number}"));
    let mut candidates = std::iter::once(id.clone()).chain(numbers);
    candidates.find(|id| !is_taken(id)).unwrap_or_default()
}

/// The rule called `id` with the body of `source`, for a check. What the check does not say, the source says.
pub(super) fn rule(id: &str, source: &str, head: &Head) -> String {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned();
    let (title, advice) = (words(&head.description), words(&head.remediation));
    let has = |wanted: &str| sections(source).iter().any(|(key, _)| *key == wanted);
    let mut made = format!("id: {id}\naliases: {}\n", json!([format!("kube-linter:{}", head.name)]));
    let other = format!("The custom check {} of kube-linter's configuration", head.name);
    if !title.is_empty() || !has("title") {
        let _ = writeln!(made, "title: {}", json!(if title.is_empty() { &other } else { &title }));
    }
    if !has("rationale") {
        let _ = writeln!(made, "rationale: {}", json!(if advice.is_empty() { other } else { format!("{advice}.") }));
    }
    for (key, text) in sections(source) {
        match key {
            "match" => made.push_str(&scoped(text, source, &head.kinds)),
            "title" if !title.is_empty() => {}
            "fix" if !advice.is_empty() => {}
            key if BODY.contains(&key) => made.push_str(text),
            _ => {}
        }
    }
    if !advice.is_empty() {
        let advice = advice.replace('{', "{{").replace('}', "}}");
        let _ = writeln!(made, "fix: {{ safety: display, title: {} }}", json!(advice));
    }
    // Nobody runs them, and empty ones are not shown.
    made.push_str("examples: { bad: [⟦⟧, ⟦⟧], good: [\"\", \"\"] }\n");
    made
}

/// The top keys of a rule file with their lines; ours begin at the left and nothing else does.
fn sections(source: &str) -> Vec<(&str, &str)> {
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([source.len()]);
    let texts = starts.iter().zip(ends).filter_map(|(&start, end)| source.get(start..end));
    texts.filter_map(|text| Some((text.split_once(':')?.0, text))).collect()
}

/// The section `match` for objects of these kinds only.
fn scoped(section: &str, source: &str, kinds: &[String]) -> String {
    if kinds.is_empty() {
        return section.to_owned();
    }
    let path = if is_of_objects(source) { ".kind" } else { ".object.kind" };
    let body = section.strip_prefix("match:").unwrap_or(section);
    let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
    let mut made = format!("match:\n  all:\n    - {path}: {{ in: {} }}\n    -{first}\n", json!(kinds));
    for line in rest.lines() {
        let _ = writeln!(made, "    {line}");
    }
    made
}

/// Whether the rule is asked of objects rather than of what stands in them.
fn is_of_objects(source: &str) -> bool {
    let on = sections(source).into_iter().find(|(key, _)| *key == "on").map_or("", |(_, text)| text);
    let subject = on.split_once("each:").map_or("", |(_, rest)| rest).trim_start_matches([' ', '"', '\'']);
    let end = subject.find(|c: char| c != '-' && !c.is_ascii_alphanumeric()).unwrap_or(subject.len());
    subject.get(..end) == Some("object")
}

/// The rules that answer for a check of kube-linter's.
pub(super) fn answering<'r>(rules: &'r [RuleInfo], check: &str) -> Vec<&'r RuleInfo> {
    let alias = format!("kube-linter:{check}");
    rules.iter().filter(|rule| rule.aliases.contains(&alias)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kebab_case_and_free() {
        let is_taken = |id: &str| ["host-network", "host-network-2"].contains(&id);
        for (name, wanted) in [
            ("required-label-release", "required-label-release"),
            ("No_Latest  Tag!", "no-latest-tag"),
            ("host-network", "host-network-3"),
            ("2 replicas", "custom-2-replicas"),
        ] {
            assert_eq!(id(name, is_taken), wanted);
        }
    }

    #[test]
    fn a_scope_is_a_condition_before_the_others() {
        for (on, path) in [
            ("on: { input: kubernetes, each: object }\n", ".kind"),
            ("on: {input: kubernetes, each: 'object'}\n", ".kind"),
            ("on:\n  each: object\n  input: kubernetes\n", ".kind"),
            ("on: { input: set, each: object-reference }\n", ".object.kind"),
            ("on: { input: kubernetes, each: pod }\n", ".object.kind"),
        ] {
            let made = scoped("match: { .a: 1 }\n", &format!("title: each: object }}\n{on}"), &["Pod".to_owned()]);
            assert_eq!(made, format!("match:\n  all:\n    - {path}: {{ in: [\"Pod\"] }}\n    - {{ .a: 1 }}\n"));
        }
        let inline = scoped("match: { .a: 1 }\n", "", &["Pod".to_owned()]);
        assert_eq!(inline, "match:\n  all:\n    - .object.kind: { in: [\"Pod\"] }\n    - { .a: 1 }\n");
        let block = scoped("match: # why\n  .a: 1\n", "on: { input: set, each: object }", &["Pod".to_owned()]);
        assert_eq!(block, "match:\n  all:\n    - .kind: { in: [\"Pod\"] }\n    - # why\n      .a: 1\n");
    }
}
