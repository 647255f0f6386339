//! The one way of an input: bytes, text, document, findings, report.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use hullmark_document::{Problem, ProblemCode, Span};
use hullmark_language::{Rule, Severity};
use sha2::{Digest, Sha256};

use crate::check::{self, Checked, RawFinding, RawFix};
use crate::engine::Inner;
use crate::finding::{Edit, FileProblem, Finding, Fix, Places, Related, Report, Skipped, SubjectName, Suppressed};
use crate::input::{BuildContext, Detected, InputFile, InputKind, detect};
use crate::kustomize;
use crate::subject::{Document, Reading, dockerfile, image, kubernetes};
use crate::suppress::{Ignores, Subject, names_of, names_rule};
use crate::yielding::Yielding;

/// What became of one input.
struct Outcome {
    path: Arc<str>,
    document: Option<Document>,
    raw: Vec<RawFinding>,
    problems: Vec<Problem>,
    skipped: Option<String>,
    /// The text, kept for places even where no document was made.
    text: Arc<str>,
    /// The report, where no other input can add to it: then the document is gone, so that a call holds few at once.
    report: Option<Report>,
}

/// So many bytes before a fault are looked at for something else than blanks.
const NEAR: u32 = 1024;

/// All inputs of a call, with their lines, which are counted when first needed: one place in a large file that
/// thousands of findings of other files point to must not be counted out anew for each.
struct Files<'o> {
    engine: &'o Inner,
    outcomes: &'o [Outcome],
    places: Vec<OnceLock<Places<'o>>>,
}

impl<'o> Files<'o> {
    fn new(outcomes: &'o [Outcome], engine: &'o Inner) -> Self {
        Self { engine, outcomes, places: outcomes.iter().map(|_| OnceLock::new()).collect() }
    }

    /// Whether `span` reaches into a part of the document that could not be read: from a fault to the next document.
    /// What is put there may be read as anything, or not at all.
    fn is_unread(&self, number: u32, span: Span) -> bool {
        let Some(outcome) = self.outcomes.get(number as usize) else { return false };
        // Of all faults before it, the last tells: what comes after an earlier one comes after that too or is read.
        // What is put right before a fault stands in what led to it, such as a bracket that nobody closed.
        let between = |fault: u32| outcome.text.get(span.end as usize..fault as usize).unwrap_or("x");
        let reaches = |fault: u32| fault <= span.end || fault - span.end < NEAR && between(fault).trim().is_empty();
        let Some(Document { faults, tree, .. }) = &outcome.document else { return false };
        let before = faults.partition_point(|&fault| reaches(fault));
        let Some(fault) = before.checked_sub(1).and_then(|last| faults.get(last)) else { return false };
        let begun = tree.roots().partition_point(|&root| tree.span(root).start <= span.start);
        let begin = begun.checked_sub(1).and_then(|last| tree.roots().get(last));
        begin.is_none_or(|&root| tree.span(root).start <= *fault)
    }

    fn places(&self, number: usize) -> Option<&Places<'o>> {
        let text = &self.outcomes.get(number)?.text;
        Some(self.places.get(number)?.get_or_init(|| Places::new(text, self.engine.options.encoding)))
    }
}

/// Checks `inputs`.
pub(crate) fn check(engine: &Inner, inputs: Vec<InputFile>) -> Report {
    let patches = kustomize::patches(&inputs);
    let inputs: Vec<(usize, InputFile)> = inputs.into_iter().enumerate().collect();
    let one = |(number, input)| read(engine, input, number, &patches);
    let mut outcomes = on_all_threads(engine, inputs, one);
    check_sets(engine, &mut outcomes);
    let files = Files::new(&outcomes, engine);
    let together = on_all_threads(engine, (0..outcomes.len()).collect(), |number| report(engine, number, &files));
    let alone = outcomes.into_iter().filter_map(|outcome| outcome.report);
    let mut report = Report::default();
    for part in alone.chain(together) {
        report.extend(part);
    }
    report.sort();
    report
}

/// Checks the JSON of one Kubernetes object by itself: no rule over sets is asked.
pub(crate) fn check_object(engine: &Inner, json: &str) -> Report {
    let (path, content) = ("object.json".to_owned(), json.as_bytes().to_vec());
    let input = InputFile { path, content, kind: Some(InputKind::Kubernetes), context: None };
    report_alone(engine, read(engine, input, 0, &[])).report.unwrap_or_default()
}

/// `one` of each item, in their order, on as many threads as the engine may use.
#[cfg(feature = "parallel")]
fn on_all_threads<T: Send, R: Send>(engine: &Inner, items: Vec<T>, one: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    if engine.options.threads == Some(1) || items.len() < 2 || !crate::threads::has_threads() {
        return items.into_iter().map(one).collect();
    }
    crate::threads::on_all(engine.pool.as_ref(), items, one)
}

/// `one` of each item, in their order.
#[cfg(not(feature = "parallel"))]
fn on_all_threads<T, R>(_engine: &Inner, items: Vec<T>, one: impl Fn(T) -> R) -> Vec<R> {
    items.into_iter().map(one).collect()
}

/// Reads one input, which may be one of the `patches`, and runs the rules over it alone.
fn read(engine: &Inner, input: InputFile, number: usize, patches: &[String]) -> Outcome {
    let path: Arc<str> = Arc::from(input.path.as_str());
    let nothing = |text: &str| Outcome {
        path: path.clone(),
        document: None,
        raw: Vec::new(),
        problems: Vec::new(),
        skipped: None,
        text: Arc::from(text),
        report: None,
    };
    let limits = &engine.options.limits;
    if input.content.len() > limits.bytes {
        let message = format!("the file has {} bytes, the limit is {}", input.content.len(), limits.bytes);
        let problem = Problem::new(ProblemCode::TooLarge, message, Span::default());
        return Outcome { problems: vec![problem], ..nothing("") };
    }
    let (text, not_utf8) = decode(input.content);
    let text: Arc<str> = Arc::from(text);
    let kind = match input.kind.map_or_else(|| detect(&path, &text), Detected::Kind) {
        Detected::Kind(kind) => kind,
        Detected::Skip(reason) => return Outcome { skipped: Some(reason), ..nothing("") },
        Detected::Unknown => {
            let message = "neither the name nor the content tells what this file is";
            let problem = Problem::new(ProblemCode::UnknownKind, message, Span::default());
            return Outcome { problems: vec![problem], ..nothing("") };
        }
    };
    let mut document = lower(engine, kind, &path, (text.clone(), input.context.as_deref()));
    if kustomize::is_patch(&path, patches) {
        document.is_part = true;
        document.tree.open_all();
    }
    if let Some(reason) = document.skipped {
        return Outcome { skipped: Some(reason), ..nothing("") };
    }
    // Only manifests are looked at together; of anything else the report can be made at once.
    let alone = kind != InputKind::Kubernetes;
    let number = if alone { 0 } else { u32::try_from(number).unwrap_or(u32::MAX - 1) };
    let checked = check::check_document(&engine.program, &document, number, limits.findings);
    let mut problems = document.problems.clone();
    problems.extend(not_utf8);
    problems.extend(given_up(&checked, limits.findings));
    let raw = checked.findings;
    let outcome = Outcome { document: Some(document), raw, problems, text, ..nothing("") };
    if alone { report_alone(engine, outcome) } else { outcome }
}

/// The outcome with its report made and the rest let go.
fn report_alone(engine: &Inner, outcome: Outcome) -> Outcome {
    let one = [outcome];
    let made = report(engine, 0, &Files::new(&one, engine));
    let [outcome] = one;
    Outcome {
        report: Some(made),
        document: None,
        raw: Vec::new(),
        problems: Vec::new(),
        text: Arc::from(""),
        ..outcome
    }
}

/// What kept the rules from going on.
fn given_up(checked: &Checked, limit: usize) -> Vec<Problem> {
    let mut problems = Vec::new();
    if checked.cut {
        let message = format!("more than {limit} findings; the rest is left out");
        problems.push(Problem::new(ProblemCode::TooManyFindings, message, Span::default()));
    }
    if checked.exhausted {
        let message = "the rules have too much to compare here; some of them were given up";
        problems.push(Problem::new(ProblemCode::TooMuchWork, message, Span::default()));
    }
    problems
}

/// The text of the bytes. A byte that is no UTF-8 counts as `?`, and the three bytes that some hosts write for half a
/// character (a lone surrogate) as the replacement character, so that places stay what they are.
fn decode(bytes: Vec<u8>) -> (String, Option<Problem>) {
    let mut bytes = bytes;
    let mut problem = None;
    loop {
        match String::from_utf8(bytes) {
            Ok(text) => return (text, problem),
            Err(error) => {
                let fault = error.utf8_error();
                let start = fault.valid_up_to();
                let is_surrogate =
                    matches!(error.as_bytes().get(start..start + 3), Some([0xed, 0xa0..=0xbf, 0x80..=0xbf]));
                problem.get_or_insert_with(|| {
                    let span = Span::from_usize(start, start + if is_surrogate { 3 } else { 1 });
                    Problem::new(ProblemCode::NotUtf8, "the file is not UTF-8 from here on", span)
                });
                bytes = error.into_bytes();
                replace_invalid(&mut bytes, start);
            }
        }
    }
}

/// Puts `?` in the place of every byte from `start` on that is no part of valid UTF-8, or U+FFFD in that of a lone
/// surrogate, in one pass.
fn replace_invalid(bytes: &mut [u8], start: usize) {
    let mut at = start;
    while let Some(rest) = bytes.get_mut(at..) {
        match std::str::from_utf8(rest) {
            Ok(_) => return,
            Err(fault) => {
                let from = fault.valid_up_to();
                if let Some(surrogate @ [0xed, 0xa0..=0xbf, 0x80..=0xbf]) = rest.get_mut(from..from + 3) {
                    surrogate.copy_from_slice("\u{fffd}".as_bytes());
                    at += from + 3;
                    continue;
                }
                let len = fault.error_len().unwrap_or(rest.len() - from);
                if let Some(bad) = rest.get_mut(from..from + len) {
                    bad.fill(b'?');
                }
                at += from + len;
            }
        }
    }
}

fn lower(engine: &Inner, kind: InputKind, path: &str, (text, context): (Arc<str>, Option<&BuildContext>)) -> Document {
    let options = &engine.options;
    let reading = Reading {
        unwrap_commands: options.unwrap_commands,
        expand_variables: options.expand_variables,
        pod_kinds: &options.pod_kinds,
        default_namespace: &options.default_namespace,
        commands: engine.program.set.table("commands"),
        system_shells: engine.program.set.table("system-shells"),
        pod_paths: engine.program.set.table("pod-paths"),
        settings: engine.program.set.table("settings"),
        references: options.references,
        set_complete: options.set_complete,
        limits: options.limits,
    };
    match kind {
        InputKind::Dockerfile => dockerfile::lower(text, context, &reading),
        InputKind::Image => image::lower(text, &reading),
        InputKind::Kubernetes => {
            let json = path.to_ascii_lowercase().ends_with(".json") || text.trim_start().starts_with('{');
            kubernetes::lower(text, json, &reading)
        }
    }
}

/// Runs the rules over sets on all manifests together.
fn check_sets(engine: &Inner, outcomes: &mut [Outcome]) {
    if !engine.program.looks_at_sets() {
        return;
    }
    let found = {
        let empty = Document::new(InputKind::Dockerfile, hullmark_document::Tree::new(""));
        // A part of an object is none of the set.
        let whole = |document: &&Document| !document.is_part;
        let documents: Vec<&Document> =
            outcomes.iter().map(|outcome| outcome.document.as_ref().filter(whole).unwrap_or(&empty)).collect();
        if !documents.iter().any(|document| document.kind == InputKind::Kubernetes) {
            return;
        }
        let options = &engine.options;
        let roles = check::table(&engine.program, "built-in-roles");
        let index = kubernetes::SetIndex::new(&documents, options.set_complete, roles);
        let limit = (options.limits.findings, options.set_complete);
        let one = |(number, document): (usize, &Document)| {
            if document.kind != InputKind::Kubernetes {
                return Checked::default();
            }
            let number = u32::try_from(number).unwrap_or(u32::MAX - 1);
            check::check_in_set(&engine.program, document, number, &index, limit)
        };
        on_all_threads(engine, documents.iter().copied().enumerate().collect(), one)
    };
    let limit = engine.options.limits.findings;
    for (outcome, checked) in outcomes.iter_mut().zip(found) {
        for problem in given_up(&checked, limit) {
            if outcome.problems.iter().all(|known| known.code != problem.code) {
                outcome.problems.push(problem);
            }
        }
        outcome.raw.extend(checked.findings);
    }
}

/// The part of the report about one input.
fn report(engine: &Inner, number: usize, files: &Files<'_>) -> Report {
    let mut made = Report::default();
    let Some(outcome) = files.outcomes.get(number) else { return made };
    if outcome.report.is_some() {
        return made;
    }
    if let Some(reason) = &outcome.skipped {
        made.skipped.push(Skipped { path: outcome.path.clone(), reason: reason.clone() });
        return made;
    }
    made.files_checked = 1;
    let Some(places) = files.places(number) else { return made };
    let document = outcome.document.as_ref().filter(|_| engine.options.inline_ignores);
    let mut ignores = document.map(|document| Ignores::read(document, places.lines(), engine.options.date));
    let mut problems = outcome.problems.clone();
    let mut seen = Seen::default();
    let yielding = Yielding::new(&engine.program, &outcome.raw);
    for raw in &outcome.raw {
        let Some(rule) = engine.program.rule(raw.rule) else { continue };
        let severity = severity((raw, rule), ignores.as_ref());
        if engine.options.min_severity.is_some_and(|least| severity < least) {
            continue;
        }
        let reason = match (&mut ignores, &outcome.document) {
            (Some(ignores), Some(document)) if !ignores.is_empty() => ignores.reason(
                &document.tree,
                places.lines(),
                &Subject { id: &rule.id, aliases: &rule.aliases, span: raw.span, anchor: raw.anchor, node: raw.node },
            ),
            _ => None,
        };
        let mut finding = || Finding { severity, ..finding((raw, rule), number, outcome, files, &mut seen) };
        match reason {
            Some(reason) => made.suppressed.push(Suppressed { finding: finding(), reason }),
            None if yielding.yields(raw) => {}
            None => made.findings.push(finding()),
        }
    }
    if let Some(ignores) = &ignores {
        let rules = &engine.program.set.rules;
        let known: OnceCell<HashSet<&str>> = OnceCell::new();
        let is_active = |name: &str| {
            known.get_or_init(|| rules.iter().flat_map(|one| names_of(&one.id, &one.aliases)).collect()).contains(name)
                || name.ends_with('*') && rules.iter().any(|one| names_rule(name, &one.id, &one.aliases))
        };
        problems.extend(ignores.unused(engine.options.peer.as_deref(), is_active));
    }
    for problem in problems {
        let (start, end) = places.span(problem.span);
        let path = outcome.path.clone();
        made.problems.push(FileProblem {
            code: problem.code.as_str().into(),
            message: problem.message,
            path,
            start,
            end,
        });
    }
    // Mostly files come in the order of their paths, and what is sorted in each is sorted in all.
    made.sort();
    made
}

/// How bad a finding is: what ends the build, since the file says `check=error=true`, is no small thing.
fn severity((raw, rule): (&RawFinding, &Rule), ignores: Option<&Ignores>) -> Severity {
    let fails =
        ignores.is_some_and(Ignores::fails_build) && rule.aliases.iter().any(|one| one.starts_with("buildkit:"));
    if fails { raw.severity.max(Severity::High) } else { raw.severity }
}

fn finding(
    (raw, rule): (&RawFinding, &Rule),
    number: usize,
    outcome: &Outcome,
    files: &Files<'_>,
    seen: &mut Seen,
) -> Finding {
    let elsewhere = |document: u32, span: Span| {
        let at = if (document as usize) < files.outcomes.len() { document as usize } else { number };
        let path = files.outcomes.get(at).map_or_else(|| outcome.path.clone(), |other| other.path.clone());
        let (start, end) = files.places(at).map_or_else(Default::default, |places| places.span(span));
        (path, start, end)
    };
    let (path, start, end) = elsewhere(raw.document, raw.span);
    let (id, aliases) = files.engine.names(raw.rule);
    let related = raw
        .related
        .iter()
        .map(|(document, span, message)| {
            let (path, start, end) = elsewhere(*document, *span);
            Related { message: message.clone(), path, start, end }
        })
        .collect();
    let fixes = raw
        .fix
        .iter()
        .filter(|fix| !fix.edits.iter().any(|&(document, span, _)| files.is_unread(document, span)))
        .map(|RawFix { title, safety, edits }| Fix {
            title: title.clone(),
            applicability: *safety,
            edits: edits
                .iter()
                .map(|(document, span, text)| {
                    let (path, start, end) = elsewhere(*document, *span);
                    Edit { path, start, end, text: text.clone() }
                })
                .collect(),
        })
        .collect();
    Finding {
        rule: id,
        severity: raw.severity,
        confidence: raw.confidence,
        message: raw.message.clone(),
        fingerprint: fingerprint(raw, rule, &path, outcome, seen),
        path,
        start,
        end,
        aliases,
        subject: raw.subject.clone(),
        related,
        fixes,
        anchor: raw.anchor.and_then(|at| Some(files.places(number)?.place(at))),
        secret: !rule.redact.is_empty(),
    }
}

/// How many bytes of the text found go into the fingerprint.
const FINGERPRINTED: usize = 1024;

/// What the findings of a file were about so far.
#[derive(Default)]
struct Seen {
    /// How often each was like this one.
    count: HashMap<String, u32>,
    /// The last subject, and how it is spelled in a fingerprint: many findings are about one container.
    subject: Option<(Option<SubjectName>, String)>,
}

impl Seen {
    fn spelled(&mut self, subject: &Option<SubjectName>) -> &str {
        if self.subject.as_ref().is_none_or(|(last, _)| last != subject) {
            self.subject = Some((subject.clone(), format!("{subject:?}")));
        }
        self.subject.as_ref().map_or("", |(_, spelled)| spelled)
    }
}

/// A hash of the rule, the file, what it is about and the text found, and the how many-th of its like it is: not of
/// lines, so that it stays when lines above come and go.
fn fingerprint(raw: &RawFinding, rule: &Rule, path: &str, outcome: &Outcome, seen: &mut Seen) -> String {
    // Of a very long text its beginning and length tell enough: thousands of findings may show the same one.
    let found = raw.span.text(&outcome.text);
    let cut = (0..=FINGERPRINTED.min(found.len())).rev().find(|&end| found.is_char_boundary(end)).unwrap_or(0);
    let (text, rest) = (found.get(..cut).unwrap_or(""), found.len() - cut);
    let mut key = [&rule.id, path, seen.spelled(&raw.subject), text].join("\0");
    if rest > 0 {
        key.push_str(&format!("\0{rest}"));
    }
    let mut hash = Sha256::new_with_prefix(&key);
    let nth = seen.count.entry(key).or_insert(0);
    *nth += 1;
    hash.update(format!("\0{nth}"));
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    hash.finalize().iter().take(16).flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn what_is_no_utf_8_keeps_its_places() {
        let decoded = |bytes: &[u8]| {
            let (text, problem) = decode(bytes.to_vec());
            (text, problem.map(|problem| problem.span.start))
        };
        assert_eq!(decoded("aé".as_bytes()), ("aé".to_owned(), None));
        assert_eq!(decoded(b"a\xffb\xc3"), ("a?b?".to_owned(), Some(1)));
        assert_eq!(decoded(b"a\xed\xa0\x80b\xed\xbf\xbf"), ("a\u{fffd}b\u{fffd}".to_owned(), Some(1)));
        assert_eq!(decoded(b"a\xed\xa0"), ("a??".to_owned(), Some(1)));
        assert_eq!(decoded(b"\xed\xa0\xed\xa0\x80"), ("??\u{fffd}".to_owned(), Some(0)));
    }
}
