//! What peers do not find: each Dockerfile of `rules/peers/silence.yaml` has just the finding that is marked. That the
//! peers are silent about it is tried by `cargo xtask silence`.
#![cfg(test)]

use hullmark::{Engine, Options};
use hullmark_document::Value;
use hullmark_document::yaml;

#[test]
fn the_rules_find_what_peers_do_not() {
    let text = include_str!("../../rules/peers/silence.yaml");
    let parsed = yaml::parse(text.into(), &yaml::Limits::default());
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    let tree = &parsed.tree;
    let entries: Vec<_> = tree.children(parsed.documents[0].root).collect();
    assert!(entries.len() > 25, "the entries are lost");
    let rules = Engine::builder().build().unwrap().rules();
    for entry in entries {
        let get = |key: &str| tree.get(entry, key).and_then(|at| tree.text(at)).unwrap_or_default();
        let rule = get("rule");
        assert!(matches!(tree.value(entry), Value::Map) && rules.iter().any(|known| known.id == rule), "{rule}");
        let date = match get("date") {
            "" => String::new(),
            date => format!(r#","date":"{date}""#),
        };
        let options = format!(r#"{{"select":["{rule}"],"columns":"utf-8"{date}}}"#);
        let engine = Options::from_json(&options).unwrap().engine().unwrap();
        let (clean, marks) = unmarked(get("text"));
        let report = engine.check("Dockerfile", &clean);
        let found: Vec<(u32, u32)> =
            report.findings.iter().map(|finding| (finding.start.byte, finding.end.byte)).collect();
        assert_eq!(found, marks, "{rule}\n{clean}");
    }
}

/// A text without its marks, and what they enclosed.
fn unmarked(text: &str) -> (String, Vec<(u32, u32)>) {
    let (mut clean, mut marks, mut start) = (String::new(), Vec::new(), 0);
    for c in text.chars() {
        let at = u32::try_from(clean.len()).unwrap();
        match c {
            '⟦' => start = at,
            '⟧' => marks.push((start, at)),
            c => clean.push(c),
        }
    }
    (clean, marks)
}
