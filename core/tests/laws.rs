//! What holds for any input: any bytes, and texts grown from fragments of the grammars, half typed and mutated.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a law that does not hold fails"
)]

mod grown;

use std::collections::HashSet;
use std::sync::LazyLock;

use grown::{any_input, dockerfile, mutated, pack, rule_file, whole};
use hullmark::{Engine, InputFile, InputKind, Place, Report, SourceFile, apply_fixes};
use proptest::prelude::*;

/// Rounds of fixing after which nothing may be left to fix.
const ROUNDS: usize = 10;

static ALL: LazyLock<Engine> = LazyLock::new(|| engine("all", 1));
static HADOLINT: LazyLock<Engine> = LazyLock::new(|| engine("hadolint", 1));
static MANY_THREADS: LazyLock<Engine> = LazyLock::new(|| engine("all", 4));

fn engine(preset: &str, threads: usize) -> Engine {
    Engine::builder().preset(preset).threads(threads).build().expect("the built-in rules load")
}

fn input(path: &str, kind: InputKind, content: &[u8]) -> InputFile {
    InputFile { path: path.to_owned(), content: content.to_vec(), kind: Some(kind), context: None }
}

fn check(engine: &Engine, kind: InputKind, content: &[u8]) -> Report {
    engine.check_many(vec![input("f", kind, content)])
}

/// The text that places count in: a byte that is no UTF-8 counts as one character of one byte, the three bytes of half a
/// character as one of three.
fn read_as(content: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = content;
    while !rest.is_empty() {
        let valid = std::str::from_utf8(rest).map_or_else(|fault| fault.valid_up_to(), str::len);
        text.push_str(&String::from_utf8_lossy(&rest[..valid]));
        rest = match &rest[valid..] {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, after @ ..] => {
                text.push(char::REPLACEMENT_CHARACTER);
                after
            }
            [_, after @ ..] => {
                text.push('?');
                after
            }
            [] => &[],
        };
    }
    text
}

/// Every place of a report as a range of bytes with what it is.
fn ranges(report: &Report) -> Vec<(Place, Place, String)> {
    let mut all = Vec::new();
    for finding in report.findings.iter().chain(report.suppressed.iter().map(|one| &one.finding)) {
        all.push((finding.start, finding.end, finding.rule.to_string()));
        all.extend(finding.related.iter().map(|one| (one.start, one.end, format!("{}: related", finding.rule))));
        let edits = finding.fixes.iter().flat_map(|fix| &fix.edits);
        all.extend(edits.map(|one| (one.start, one.end, format!("{}: edit", finding.rule))));
    }
    all.extend(report.problems.iter().map(|one| (one.start, one.end, one.code.to_string())));
    all
}

fn places_lie_in(report: &Report, text: &str) -> Result<(), TestCaseError> {
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    for (start, end, what) in ranges(report) {
        prop_assert!(start.byte <= end.byte, "{what}: {start:?} {end:?}");
        for place in [start, end] {
            let byte = place.byte as usize;
            prop_assert!(text.is_char_boundary(byte), "{what}: {place:?}");
            let line_start = starts.get(place.line as usize - 1).copied();
            prop_assert!(line_start.is_some_and(|line| line <= byte), "{what}: {place:?}");
            let column = text[line_start.unwrap_or(0)..byte].chars().count() + 1;
            prop_assert_eq!(column, place.column as usize, "{}", what);
            prop_assert_eq!(text[..byte].chars().count(), place.offset as usize, "{}", what);
        }
    }
    Ok(())
}

fn problems(report: &Report) -> usize {
    // A fix may well leave an ignore with nothing to silence.
    report.problems.iter().filter(|problem| problem.code != "unused-ignore").count()
}

/// Applies all fixes until none is left; no round may make the text worse to read.
fn fixing_ends(engine: &Engine, kind: InputKind, text: &str) -> Result<(), TestCaseError> {
    let mut text = text.to_owned();
    let mut seen = HashSet::from([text.clone()]);
    for _ in 0..ROUNDS {
        let report = check(engine, kind, text.as_bytes());
        let fixes: Vec<_> = report.findings.iter().flat_map(|finding| &finding.fixes).collect();
        let fixed = apply_fixes(&text, &fixes).expect("fixes fit the text they were made for");
        if fixed == text {
            return Ok(());
        }
        let after = check(engine, kind, fixed.as_bytes());
        let rules: Vec<_> = report.findings.iter().filter(|one| !one.fixes.is_empty()).map(|one| &one.rule).collect();
        prop_assert!(
            problems(&after) <= problems(&report),
            "worse after {:?}:\n{}\n---\n{}\n{:?}",
            rules,
            text,
            fixed,
            after.problems
        );
        prop_assert!(seen.insert(fixed.clone()), "{:?} go round in circles:\n{}\n---\n{}", rules, text, fixed);
        text = fixed;
    }
    Err(TestCaseError::fail(format!("still fixing after {ROUNDS} rounds: {text}")))
}

/// The laws of one input, whatever it is.
fn laws(kind: InputKind, content: &[u8]) -> Result<(), TestCaseError> {
    let text = read_as(content);
    for engine in [&*ALL, &*HADOLINT] {
        let report = check(engine, kind, content);
        places_lie_in(&report, &text)?;
        prop_assert_eq!(report.files_checked + report.skipped.len(), 1);
        fixing_ends(engine, kind, &text)?;
    }
    // Without a word about the kind, name and content decide; that must hold as well.
    let guessed = ALL.check("values.yaml", &text);
    places_lie_in(&guessed, &text)
}

fn every_kind() -> impl Strategy<Value = InputKind> {
    prop::sample::select(InputKind::ALL)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases(48)) })]

    #[test]
    fn any_bytes_give_a_report_whose_places_lie_in_the_file(
        kind in every_kind(),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        laws(kind, &bytes)?;
    }

    #[test]
    fn grown_and_broken_inputs_give_a_report_whose_places_lie_in_the_file(
        (kind, content) in any_input(),
    ) {
        laws(kind, &content)?;
    }

    #[test]
    fn an_input_read_as_another_kind_gives_a_report_all_the_same(
        (_, content) in any_input(),
        kind in every_kind(),
    ) {
        let report = check(&ALL, kind, &content);
        places_lie_in(&report, &read_as(&content))?;
    }

    #[test]
    fn the_number_of_threads_changes_no_byte(inputs in prop::collection::vec(any_input(), 2..7)) {
        let inputs: Vec<InputFile> = inputs
            .iter()
            .enumerate()
            .map(|(at, (kind, content))| input(&format!("f{at}"), *kind, content))
            .collect();
        let one = ALL.check_many(inputs.clone());
        prop_assert_eq!(one.to_json(), MANY_THREADS.check_many(inputs.clone()).to_json());
        prop_assert_eq!(one.to_json(), ALL.check_many(inputs).to_json());
    }

    #[test]
    fn an_ignore_takes_away_its_rule_and_nothing_else((kind, text) in whole(), pick in any::<prop::sample::Index>()) {
        // The rule that is about such comments would find the one that is put there.
        let check = |text: &str| {
            let mut report = check(&ALL, kind, text.as_bytes());
            report.findings.retain(|finding| &*finding.rule != "inline-ignore");
            report
        };
        let before = check(&text);
        prop_assume!(!before.findings.is_empty() && before.suppressed.is_empty());
        let rule = before.findings[pick.index(before.findings.len())].rule.clone();
        let comment = format!("# hullmark global ignore={rule} it is known\n");
        let after = check(&format!("{comment}{text}"));
        let moved = u32::try_from(comment.len()).expect("short");
        let key = |finding: &hullmark::Finding, by: u32| {
            (finding.rule.clone(), finding.message.clone(), finding.start.byte - by, finding.end.byte - by)
        };
        let kept: Vec<_> = before.findings.iter().filter(|one| one.rule != rule).map(|one| key(one, 0)).collect();
        let gone: Vec<_> = before.findings.iter().filter(|one| one.rule == rule).map(|one| key(one, 0)).collect();
        prop_assert_eq!(kept, after.findings.iter().map(|one| key(one, moved)).collect::<Vec<_>>());
        prop_assert_eq!(gone, after.suppressed.iter().map(|one| key(&one.finding, moved)).collect::<Vec<_>>());
        prop_assert!(after.suppressed.iter().all(|one| one.reason == "it is known"));
    }

    #[test]
    fn a_rule_pack_loads_or_is_told_where_it_is_wrong(text in mutated(rule_file()), path in pack()) {
        let text = read_as(&text);
        let built = Engine::builder().pack([SourceFile { path: path.clone(), text: text.clone() }]).build();
        match built {
            Ok(engine) => {
                let report = engine.check("Dockerfile", "FROM debian:latest\nRUN apt-get install -y curl\n");
                prop_assert_eq!(report.files_checked, 1);
            }
            Err(error) => {
                prop_assert_eq!(error.path(), Some(path.as_str()));
                let span = error.span().expect("an error in a rule file has a place");
                prop_assert!(span.start <= span.end);
                prop_assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
                prop_assert!(!error.message().is_empty());
            }
        }
    }

    #[test]
    fn a_rule_pack_of_any_bytes_is_no_danger(bytes in prop::collection::vec(any::<u8>(), 0..100), path in pack()) {
        let text = read_as(&bytes);
        if let Err(error) = Engine::builder().pack([SourceFile { path, text: text.clone() }]).build() {
            prop_assert!(error.span().is_some_and(|span| span.end as usize <= text.len()));
        }
    }

    #[test]
    fn a_half_typed_dockerfile_is_read_up_to_every_character(text in dockerfile()) {
        let step = text.len() / 16 + 1;
        for end in (0..=text.len()).step_by(step).filter(|&end| text.is_char_boundary(end)) {
            places_lie_in(&check(&ALL, InputKind::Dockerfile, &text.as_bytes()[..end]), &text[..end])?;
        }
    }
}

/// The number of cases: small, so that the tests stay quick; `PROPTEST_CASES` asks for more.
fn cases(few: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}
