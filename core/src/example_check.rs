//! Running the examples of rules: what the project's tests and `hullmark test` do.

use std::sync::Arc;

use hullmark_language::load::SourceFile;
use hullmark_language::{Example, Expectation, Input};

use crate::engine::Engine;
use crate::error::Error;
use crate::finding::{Finding, Fix, Report, Safety};
use crate::fix::apply_fixes;
use crate::input::{BuildContext, InputFile, InputKind};
use crate::rule_info::RuleInfo;

/// How often fixes may be applied to a text before nothing more changes.
const ROUNDS: usize = 10;

/// Runs `example` of `rule`, a built-in rule or one of `packs`: the findings are just where the marks are, the fix does
/// what the example says, leaves no finding behind and comes to an end.
///
/// # Errors
/// What does not hold, in lines for the author of the rule.
///
/// ```no_run
/// let engine = hullmark::Engine::builder().preset("all").build()?;
/// for (rule, examples) in engine.examples() {
///     let info = engine.explain(&rule).remove(0);
///     for example in examples {
///         assert_eq!(hullmark::check_example(&info, &example, &[]), Ok(()));
///     }
/// }
/// # Ok::<(), hullmark::Error>(())
/// ```
pub fn check_example(rule: &RuleInfo, example: &Example, packs: &[SourceFile]) -> Result<(), String> {
    let files: Vec<(String, String)> = example
        .files
        .iter()
        .enumerate()
        .map(|(at, (name, text))| (if name.is_empty() { format!("file-{at}") } else { name.clone() }, text.clone()))
        .collect();
    let trial = Trial { rule, example, packs };
    let report = trial.check(&files, false)?;
    let found = places(&report, &files);
    let mut marks = example.marks.clone();
    marks.sort_unstable();
    let expected = if example.expectation == Expectation::Bad { marks.as_slice() } else { &[] };
    if found != expected {
        return Err(format!("marked: {}\n found: {}", shown(expected, &files), shown(&found, &files)));
    }
    if example.expectation == Expectation::Bad {
        let badly = |message: &str| message.contains('{') || message.ends_with('.');
        if let Some(finding) = report.findings.iter().find(|finding| badly(&finding.message)) {
            return Err(format!("the message reads badly: {}", finding.message));
        }
        return trial.fixes(&files, &report);
    }
    let found = places(&trial.check(&files, true)?, &files);
    match example.expectation {
        Expectation::Good if !found.is_empty() => {
            Err(format!("cannot be told here, though the example is good: {}", shown(&found, &files)))
        }
        Expectation::Unknown if found.is_empty() || !marks.is_empty() && found != marks => {
            Err(format!("marked as unknown: {}\n found: {}", shown(&marks, &files), shown(&found, &files)))
        }
        _ => Ok(()),
    }
}

/// An example being run.
struct Trial<'t> {
    rule: &'t RuleInfo,
    example: &'t Example,
    packs: &'t [SourceFile],
}

impl Trial<'_> {
    fn check(&self, files: &[(String, String)], unknown: bool) -> Result<Report, String> {
        let id = self.rule.id.as_str();
        let mut builder = Engine::builder()
            .pack(self.packs.iter().cloned())
            .preset("all")
            .select([id])
            .set_complete(true)
            .report_unknown(unknown);
        for (name, value) in &self.example.params {
            builder = builder.param(id, name, value.clone());
        }
        if let Some(version) = &self.example.kubernetes_version {
            builder = builder.kubernetes_version(version);
        }
        let kind = self.kind();
        let context = self.example.context.as_ref().map(|(ignore_file, files)| {
            Arc::new(BuildContext { ignore_file: ignore_file.clone(), files: files.clone() })
        });
        let inputs = files
            .iter()
            .map(|(name, text)| InputFile {
                path: name.clone(),
                content: text.clone().into_bytes(),
                kind: Some(kind),
                context: context.clone(),
            })
            .collect();
        builder.build().map(|engine| engine.check_many(inputs)).map_err(|error: Error| error.to_string())
    }

    /// The kind of the example's files: what it says, else what the rule looks at and the text looks like.
    fn kind(&self) -> InputKind {
        let json = self.example.files.first().is_some_and(|(_, text)| text.trim_start().starts_with(['{', '[']));
        let inputs = &self.rule.inputs;
        let fits = |input: &&Input| (**input == Input::Image) == json || inputs.len() == 1;
        let looks_at = inputs.iter().find(fits).or(inputs.first()).copied();
        match self.example.input.or(looks_at).unwrap_or(Input::Dockerfile) {
            Input::Dockerfile => InputKind::Dockerfile,
            Input::Image => InputKind::Image,
            // A rule over sets looks at manifests.
            Input::Kubernetes | Input::Set => InputKind::Kubernetes,
        }
    }

    /// The fix does what the example says, leaves nothing to find, and brings no new problem.
    fn fixes(&self, files: &[(String, String)], report: &Report) -> Result<(), String> {
        let fixes = applicable(report);
        let ([(name, text)], expected) = (files, &self.example.fixed) else { return Ok(()) };
        if fixes.is_empty() {
            return match expected {
                Some(_) => Err("the example says what the fix gives, but there is no fix".to_owned()),
                None => Ok(()),
            };
        }
        let fixed = apply_fixes(text, &fixes).map_err(|error| error.to_string())?;
        if let Some(expected) = expected
            && *expected != fixed
        {
            return Err(format!("the fix gives\n{}\nand not\n{}", fixed.trim_end(), expected.trim_end()));
        }
        let again = [(name.clone(), fixed.clone())];
        let after = self.check(&again, false)?;
        if let (true, Some(problem)) = (after.problems.len() > report.problems.len(), after.problems.first()) {
            return Err(format!("the fix brings a problem: {}\n{fixed}", problem.message));
        }
        let has_one = |finding: &Finding| finding.fixes.iter().any(|fix| fix.applicability != Safety::Display);
        let all_had_one = report.findings.iter().all(has_one);
        if all_had_one && !after.findings.is_empty() && applicable(&after).is_empty() {
            let left = shown(&places(&after, &again), &again);
            return Err(format!("the fix leaves findings: {left}\n{fixed}"));
        }
        self.settles(name, fixed)
    }

    /// Fixing `text` again and again comes to an end.
    fn settles(&self, name: &str, mut text: String) -> Result<(), String> {
        for _ in 0..ROUNDS {
            let report = self.check(&[(name.to_owned(), text.clone())], false)?;
            let fixes = applicable(&report);
            if fixes.is_empty() {
                return Ok(());
            }
            let next = apply_fixes(&text, &fixes).map_err(|error| error.to_string())?;
            if next == text {
                return Err(format!("a fix changes nothing\n{text}"));
            }
            text = next;
        }
        Err("the fixes do not come to an end".to_owned())
    }
}

fn applicable(report: &Report) -> Vec<&Fix> {
    let all = report.findings.iter().flat_map(|finding| &finding.fixes);
    all.filter(|fix| fix.applicability != Safety::Display).collect()
}

/// The places found, as (file, start, end), sorted.
fn places(report: &Report, files: &[(String, String)]) -> Vec<(u32, u32, u32)> {
    let mut places: Vec<(u32, u32, u32)> = report
        .findings
        .iter()
        .map(|finding| {
            let file = files.iter().position(|(name, _)| **name == *finding.path).unwrap_or(0);
            (u32::try_from(file).unwrap_or(u32::MAX), finding.start.byte, finding.end.byte)
        })
        .collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// The places with their texts.
fn shown(places: &[(u32, u32, u32)], files: &[(String, String)]) -> String {
    let one = |&(file, start, end): &(u32, u32, u32)| {
        let text = files.get(file as usize).map_or("", |(_, text)| text);
        format!("{start}..{end} {:?}", text.get(start as usize..end as usize).unwrap_or("?"))
    };
    if places.is_empty() { "nothing".to_owned() } else { places.iter().map(one).collect::<Vec<_>>().join(", ") }
}
