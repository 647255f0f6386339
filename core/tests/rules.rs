//! Every example of every rule is a test, named `RULE::bad/0` and the like; so are the laws over the whole table.

use hullmark::{Engine, Example, Expectation, Fix, InputFile, InputKind, Report, RuleInfo, Safety, apply_fixes};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let engine = Engine::builder().preset("all").build().expect("the built-in rules load");
    let rules = engine.rules();
    let mut trials = Vec::new();
    for (id, examples) in engine.examples() {
        let rule = rules.iter().find(|rule| rule.id == id).expect("examples are of rules").clone();
        for example in examples {
            let word = match example.expectation {
                Expectation::Bad => "bad",
                Expectation::Good => "good",
                Expectation::Unknown => "unknown",
            };
            let rule = rule.clone();
            trials.push(Trial::test(format!("{id}::{word}/{}", example.name), move || run(&rule, &example)));
        }
        trials.push(Trial::test(format!("{id}::law"), move || law(&rule)));
    }
    trials.push(Trial::test("ids_are_no_aliases_and_every_preset_has_rules", move || table(&rules, &engine)));
    libtest_mimic::run(&arguments, trials).exit();
}

/// What holds for each rule.
fn law(rule: &RuleInfo) -> Result<(), Failed> {
    let fine = [
        (rule.references.iter().all(|url| url.starts_with("https://")), "references are https addresses"),
        (!rule.references.is_empty(), "there is a reference"),
        (rule.rationale.len() > 60, "the rationale teaches"),
        (!rule.title.ends_with('.'), "the title has no full stop"),
        (rule.aliases.iter().all(|alias| alias.contains(':')), "an alias says whose it is"),
        (!rule.presets.is_empty(), "it is in a preset"),
    ];
    match fine.iter().find(|(holds, _)| !holds) {
        Some((_, what)) => Err(format!("not so: {what}").into()),
        None => Ok(()),
    }
}

fn table(rules: &[RuleInfo], engine: &Engine) -> Result<(), Failed> {
    for rule in rules {
        let code = |alias: &String| alias.split_once(':').is_some_and(|(_, code)| code == rule.id);
        if rules.iter().any(|other| other.id != rule.id && other.aliases.iter().any(code)) {
            return Err(format!("{} is an alias too", rule.id).into());
        }
        let mut aliases = rule.aliases.clone();
        aliases.sort();
        aliases.dedup();
        if aliases.len() != rule.aliases.len() {
            return Err(format!("{} has an alias twice", rule.id).into());
        }
    }
    for (preset, _) in engine.presets() {
        if !rules.iter().any(|rule| rule.presets.contains(&preset)) {
            return Err(format!("preset {preset} has no rule").into());
        }
    }
    Ok(())
}

fn check(rule: &RuleInfo, example: &Example, files: &[(String, String)], unknown: bool) -> Report {
    let mut builder =
        Engine::builder().preset("all").select([rule.id.as_str()]).set_complete(true).report_unknown(unknown);
    for (name, value) in &example.params {
        builder = builder.param(&rule.id, name, value.clone());
    }
    if let Some(version) = &example.kubernetes_version {
        builder = builder.kubernetes_version(version);
    }
    let kind = kind(rule, example);
    let inputs = files
        .iter()
        .map(|(name, text)| InputFile { path: name.clone(), content: text.clone().into_bytes(), kind: Some(kind) })
        .collect();
    builder.build().expect("the rule loads").check_many(inputs)
}

fn kind(rule: &RuleInfo, example: &Example) -> InputKind {
    let of = |word: &str| match word {
        "dockerfile" => InputKind::Dockerfile,
        "image" => InputKind::Image,
        _ => InputKind::Kubernetes,
    };
    if let Some(input) = example.input {
        return of(input.as_str());
    }
    let json = example.files.first().is_some_and(|(_, text)| text.trim_start().starts_with(['{', '[']));
    let fits = |word: &&&str| (**word == "image") == json || rule.inputs.len() == 1;
    of(rule.inputs.iter().find(fits).or(rule.inputs.first()).copied().unwrap_or("dockerfile"))
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

fn shown(places: &[(u32, u32, u32)], files: &[(String, String)]) -> String {
    let one = |&(file, start, end): &(u32, u32, u32)| {
        let text = files.get(file as usize).map_or("", |(_, text)| text);
        format!("{start}..{end} {:?}", text.get(start as usize..end as usize).unwrap_or("?"))
    };
    if places.is_empty() { "nothing".to_owned() } else { places.iter().map(one).collect::<Vec<_>>().join(", ") }
}

fn run(rule: &RuleInfo, example: &Example) -> Result<(), Failed> {
    let files: Vec<(String, String)> = example
        .files
        .iter()
        .enumerate()
        .map(|(at, (name, text))| (if name.is_empty() { format!("file-{at}") } else { name.clone() }, text.clone()))
        .collect();
    let report = check(rule, example, &files, false);
    let found = places(&report, &files);
    let mut marks = example.marks.clone();
    marks.sort_unstable();
    let expected = if example.expectation == Expectation::Bad { marks.clone() } else { Vec::new() };
    if found != expected {
        return Err(format!("marked: {}\n found: {}", shown(&expected, &files), shown(&found, &files)).into());
    }
    if example.expectation != Expectation::Bad {
        let found = places(&check(rule, example, &files, true), &files);
        if example.expectation == Expectation::Good && !found.is_empty() {
            return Err(format!("cannot be told here, though the example is good: {}", shown(&found, &files)).into());
        }
        if example.expectation == Expectation::Unknown && (found.is_empty() || !marks.is_empty() && found != marks) {
            return Err(
                format!("marked as unknown: {}\n found: {}", shown(&marks, &files), shown(&found, &files)).into()
            );
        }
        return Ok(());
    }
    for finding in &report.findings {
        if finding.message.contains("{") || finding.message.ends_with('.') {
            return Err(format!("the message reads badly: {}", finding.message).into());
        }
    }
    fixes(rule, example, &files, &report)
}

/// The fix does what the example says, leaves nothing to find, and brings no new problem.
fn fixes(rule: &RuleInfo, example: &Example, files: &[(String, String)], report: &Report) -> Result<(), Failed> {
    let fixes: Vec<&Fix> = report
        .findings
        .iter()
        .flat_map(|finding| &finding.fixes)
        .filter(|fix| fix.applicability != Safety::Display)
        .collect();
    let (Some((name, text)), 1) = (files.first(), files.len()) else { return Ok(()) };
    if fixes.is_empty() {
        return match &example.fixed {
            Some(_) => Err("the example says what the fix gives, but there is no fix".into()),
            None => Ok(()),
        };
    }
    let fixed = apply_fixes(text, &fixes).map_err(|error| error.to_string())?;
    if let Some(expected) = &example.fixed
        && *expected != fixed
    {
        return Err(format!("the fix gives\n{fixed}\nand not\n{expected}").into());
    }
    let again = [(name.clone(), fixed.clone())];
    let after = check(rule, example, &again, false);
    if after.problems.len() > report.problems.len() {
        return Err(format!("the fix brings a problem: {}\n{fixed}", after.problems[0].message).into());
    }
    let left: Vec<&Fix> = after
        .findings
        .iter()
        .flat_map(|finding| &finding.fixes)
        .filter(|fix| fix.applicability != Safety::Display)
        .collect();
    if report.findings.iter().all(|finding| !finding.fixes.is_empty()) && !after.findings.is_empty() && left.is_empty()
    {
        return Err(format!("the fix leaves findings: {}\n{fixed}", shown(&places(&after, &again), &again)).into());
    }
    let mut text = fixed;
    for _ in 0..10 {
        let files = [(name.clone(), text.clone())];
        let report = check(rule, example, &files, false);
        let fixes: Vec<&Fix> = report
            .findings
            .iter()
            .flat_map(|finding| &finding.fixes)
            .filter(|fix| fix.applicability != Safety::Display)
            .collect();
        if fixes.is_empty() {
            return Ok(());
        }
        let next = apply_fixes(&text, &fixes).map_err(|error| error.to_string())?;
        if next == text {
            return Err(format!("a fix changes nothing\n{text}").into());
        }
        text = next;
    }
    Err("the fixes do not come to an end".into())
}
