//! What holds for every fix of a manifest: nothing but what it is about changes, and comments, order and line ends stay.
#![expect(clippy::expect_used, clippy::panic, reason = "a law that does not hold fails")]

mod relaid;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use hullmark::{Edit, Engine, Fix, Input, InputFile, InputKind, Report, RuleInfo, Safety, apply_fixes};
use hullmark_document::{NodeId, Tree, Value, yaml};
use proptest::prelude::*;
use relaid::{Layout, relaid};

/// Rules that report nothing, in any example, without parameters or an older Kubernetes version.
const ASKED_FOR: [&str; 2] = ["deprecated-api-version", "forbidden-annotation"];

/// Rounds of fixing after which nothing may be left to fix.
const ROUNDS: usize = 10;

static ALL: LazyLock<Engine> =
    LazyLock::new(|| Engine::builder().preset("all").threads(1).build().expect("the built-in rules load"));

/// The manifests among the examples of all rules.
static EXAMPLES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (rule, examples) in ALL.examples() {
        for (_, text) in examples.into_iter().flat_map(|example| example.files) {
            if text.contains("apiVersion") {
                all.push((rule.clone(), text));
            }
        }
    }
    all
});

fn check(text: &str) -> Report {
    let content = text.as_bytes().to_vec();
    ALL.check_many(vec![InputFile { path: "f".to_owned(), content, kind: Some(InputKind::Kubernetes), context: None }])
}

fn parse(text: &str) -> yaml::Parsed {
    let limits = yaml::Limits::default();
    if text.trim_start().starts_with('{') {
        yaml::parse_json(text.into(), &limits)
    } else {
        yaml::parse(text.into(), &limits)
    }
}

/// A scalar, or a container without entries: where it stands, under which keys, and what it is.
#[derive(Clone, Debug, PartialEq)]
struct Leaf {
    start: u32,
    end: u32,
    path: String,
    value: String,
}

fn leaves(tree: &Tree) -> Vec<Leaf> {
    let mut all = Vec::new();
    for (number, &root) in tree.roots().iter().enumerate() {
        gather(tree, root, &format!("{number}"), &mut all);
    }
    all
}

fn gather(tree: &Tree, node: NodeId, path: &str, all: &mut Vec<Leaf>) {
    let own = !tree.is_link(node);
    if own && matches!(tree.value(node), Value::Map | Value::List) && tree.children(node).next().is_some() {
        for child in tree.children(node).filter(|&child| !tree.is_fact(child)) {
            gather(tree, child, &format!("{path}/{}", tree.key(child)), all);
        }
        return;
    }
    let (key, span) = (tree.key_span(node), tree.span(node));
    let value = if own { format!("{:?}", tree.value(node)) } else { span.text(tree.source()).to_owned() };
    let start = if key.is_empty() { span.start } else { key.start };
    all.push(Leaf { start, end: span.end.max(start), path: path.to_owned(), value });
}

/// The edits in their order, each with where its text stands afterwards.
fn moved(edits: &[&Edit]) -> Vec<(u32, u32, u32, u32)> {
    let mut ranges = Vec::new();
    let mut by = 0_i64;
    let at = |place: u32, by: i64| u32::try_from(i64::from(place) + by).expect("in the text");
    for edit in edits {
        let (start, end) = (edit.start.byte, edit.end.byte);
        let len = i64::try_from(edit.text.len()).expect("short");
        let new = (at(start, by), at(start, by + len));
        by += len - i64::from(end - start);
        ranges.push((start, end, new.0, new.1));
    }
    ranges
}

/// The leaves that no edit touches, each with its place counted without what edits changed before it.
fn untouched(leaves: Vec<Leaf>, ranges: &[(u32, u32)]) -> Vec<Leaf> {
    let mut kept = Vec::new();
    for leaf in leaves {
        let touches = |&(start, end): &(u32, u32)| {
            // Where there is no value, what is put beside its key becomes it.
            start < leaf.end && leaf.start < end
                || start == end && leaf.start < start && start < leaf.end
                || leaf.value == "Null" && start <= leaf.end && leaf.start <= end
        };
        if ranges.iter().any(touches) {
            continue;
        }
        let gone: u32 = ranges.iter().filter(|range| range.1 <= leaf.start).map(|range| range.1 - range.0).sum();
        kept.push(Leaf { start: leaf.start - gone, end: leaf.end - gone, ..leaf });
    }
    kept
}

fn comments(parsed: &yaml::Parsed, text: &str) -> Vec<String> {
    parsed.comments.iter().map(|comment| comment.span.text(text).to_owned()).collect()
}

/// How many lines end with a carriage return, and how many without.
fn line_ends(text: &str) -> (usize, usize) {
    let crlf = text.matches("\r\n").count();
    (crlf, text.matches('\n').count() - crlf)
}

fn problems(report: &Report) -> usize {
    report.problems.iter().filter(|problem| problem.code != "unused-ignore").count()
}

/// The law of one fix alone.
fn keeps_the_rest(text: &str, rule: &str, fix: &Fix) -> Result<(), String> {
    let fixed = apply_fixes(text, &[fix]).map_err(|error| error.to_string())?;
    let fail = |what: &str| Err(format!("{rule} ({}): {what}\n--- before\n{text}\n--- after\n{fixed}", fix.title));
    let (before, after) = (parse(text), parse(&fixed));
    if before.documents.len() != after.documents.len() {
        return fail("another number of documents");
    }
    if before.problems.len() < after.problems.len() || before.duplicate_keys.len() < after.duplicate_keys.len() {
        return fail(&format!("reads worse: {:?}", after.problems));
    }
    if comments(&before, text) != comments(&after, &fixed) {
        return fail("other comments");
    }
    let ((crlf, lf), (now_crlf, now_lf)) = (line_ends(text), line_ends(&fixed));
    if crlf == 0 && now_crlf > 0 || lf == 0 && crlf > 0 && now_lf > 0 {
        return fail("other line ends");
    }
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.start.byte, edit.end.byte));
    let ranges = moved(&edits);
    let old: Vec<(u32, u32)> = ranges.iter().map(|range| (range.0, range.1)).collect();
    let new: Vec<(u32, u32)> = ranges.iter().map(|range| (range.2, range.3)).collect();
    let (was, is) = (untouched(leaves(&before.tree), &old), untouched(leaves(&after.tree), &new));
    let bare = |leaves: &[Leaf]| -> Vec<(String, String)> {
        leaves.iter().map(|leaf| (leaf.path.clone(), leaf.value.clone())).collect()
    };
    if bare(&was) != bare(&is) {
        let other = was.iter().zip(&is).find(|(a, b)| (&a.path, &a.value) != (&b.path, &b.value));
        return fail(&format!("more changed than was edited: {other:?} of {} and {}", was.len(), is.len()));
    }
    Ok(())
}

/// The laws of all fixes of a text, each alone and then all together until none is left; gives the rules whose fixes were tried.
fn fixes_keep_the_rest(text: &str) -> Result<BTreeSet<String>, String> {
    let mut text = text.to_owned();
    let mut tried = BTreeSet::new();
    let mut seen = HashSet::from([text.clone()]);
    for round in 0..ROUNDS {
        let report = check(&text);
        let fixes: Vec<(&str, &Fix)> = report
            .findings
            .iter()
            .filter_map(|finding| {
                let fix = finding.fixes.iter().find(|fix| fix.applicability != Safety::Display)?;
                Some((&*finding.rule, fix))
            })
            .collect();
        for (rule, fix) in &fixes {
            keeps_the_rest(&text, rule, fix)?;
            tried.insert((*rule).to_owned());
        }
        let only: Vec<&Fix> = fixes.iter().map(|(_, fix)| *fix).collect();
        let fixed = apply_fixes(&text, &only).map_err(|error| error.to_string())?;
        if fixed == text {
            return Ok(tried);
        }
        let rules: Vec<&str> = fixes.iter().map(|(rule, _)| *rule).collect();
        let (before, after) = (parse(&text), parse(&fixed));
        if problems(&check(&fixed)) > problems(&report) || before.documents.len() != after.documents.len() {
            return Err(format!("worse after {rules:?}:\n{text}\n---\n{fixed}"));
        }
        if comments(&before, &text) != comments(&after, &fixed) {
            return Err(format!("comments lost by {rules:?}:\n{text}\n---\n{fixed}"));
        }
        if !seen.insert(fixed.clone()) {
            return Err(format!("{rules:?} go round in circles, round {round}:\n{text}\n---\n{fixed}"));
        }
        text = fixed;
    }
    Err(format!("still fixing after {ROUNDS} rounds:\n{text}"))
}

fn layout() -> impl Strategy<Value = Layout> {
    let choices = prop::collection::vec(any::<u8>(), 1..40);
    (choices, prop::sample::select(vec![2_usize, 2, 3, 4]), any::<bool>(), 0..6_u8, any::<bool>())
        .prop_map(|(choices, step, crlf, json, comments)| Layout { choices, step, crlf, json: json == 0, comments })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases(256)) })]

    #[test]
    fn in_any_layout(example in any::<prop::sample::Index>(), layout in layout()) {
        let (_, text) = example.get(&EXAMPLES);
        if let Some(text) = relaid(text, &layout) {
            fixes_keep_the_rest(&text).map_err(TestCaseError::fail)?;
        }
    }
}

fn cases(few: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

#[test]
fn in_every_example() {
    let mut failed = Vec::new();
    let mut tried = BTreeSet::new();
    for (rule, text) in EXAMPLES.iter() {
        match fixes_keep_the_rest(text) {
            Ok(rules) => tried.extend(rules),
            Err(what) => failed.push(format!("example of {rule}: {what}")),
        }
    }
    assert!(failed.is_empty(), "{} fail\n{}", failed.len(), failed.join("\n========\n"));
    let has_fix = |rule: &RuleInfo| {
        let of_manifests = rule.inputs.iter().any(|input| matches!(input, Input::Kubernetes | Input::Set));
        of_manifests && rule.fix.is_some_and(|safety| safety != Safety::Display)
    };
    let with_fix: Vec<String> = ALL.rules().into_iter().filter(has_fix).map(|rule| rule.id).collect();
    let untried: Vec<&String> = with_fix.iter().filter(|rule| !tried.contains(*rule)).collect();
    assert_eq!(untried, ASKED_FOR, "no example has a fix of these");
    assert!(tried.len() >= 70, "fixes of {} rules were tried", tried.len());
}

/// The project's own manifests, or those of a folder: `HULLMARK_MANIFESTS=DIR cargo test -p hullmark --test manifest_fixes in_a_folder`.
#[test]
fn in_a_folder() {
    let own = || concat!(env!("CARGO_MANIFEST_DIR"), "/..").to_owned();
    let named = std::env::var("HULLMARK_MANIFESTS");
    let mut files = Vec::new();
    match &named {
        Ok(folder) => under(Path::new(folder), &mut files),
        Err(_) => ["examples", "benches/inputs", "core/tests/cases"]
            .iter()
            .for_each(|folder| under(&Path::new(&own()).join(folder), &mut files)),
    }
    let folder = named.unwrap_or_else(|_| own());
    files.sort();
    let mut failed = Vec::new();
    let mut tried = 0;
    for path in files {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = path.to_string_lossy();
        if hullmark::detect(&name, &text) != hullmark::Detected::Kind(InputKind::Kubernetes) {
            continue;
        }
        tried += 1;
        for text in [text.clone(), text.replace('\n', "\r\n")] {
            if let Err(what) = fixes_keep_the_rest(&text) {
                failed.push(format!("{name}: {what}"));
                break;
            }
        }
    }
    println!("{tried} manifests, {} break a law", failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n========\n"));
    assert!(tried > 0, "no manifest in {folder}");
}

fn under(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten() {
        let path = entry.path();
        if path.is_dir() {
            under(&path, files);
        } else {
            files.push(path);
        }
    }
}
