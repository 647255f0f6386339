//! Every example of every rule is a test, named `RULE::bad/0` and the like; so are the laws over the whole table.

use hullmark::{Engine, Example, Expectation, RuleInfo, check_example};
use hullmark_document::dockerfile::{Instruction, parse};
use libtest_mimic::{Arguments, Failed, Trial};

#[expect(clippy::expect_used, reason = "tests that cannot begin must fail")]
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
            trials.push(Trial::test(format!("{id}::{word}/{}", example.name), move || {
                check_example(&rule, &example, &[])?;
                narrow(&rule, &example)
            }));
        }
        trials.push(Trial::test(format!("{id}::law"), move || law(&rule)));
    }
    trials.push(Trial::test("ids_are_no_aliases_and_every_preset_has_rules", move || table(&rules, &engine)));
    libtest_mimic::run(&arguments, trials).exit();
}

/// A finding in a Dockerfile is the guilty words and not all of their instruction, unless that is the fault.
fn narrow(rule: &RuleInfo, example: &Example) -> Result<(), Failed> {
    if example.expectation != Expectation::Bad || rule.tags.iter().any(|tag| tag == "whole-instruction") {
        return Ok(());
    }
    for &(file, start, end) in &example.marks {
        let Some((_, text)) = example.files.get(file as usize) else { continue };
        let wide = |one: &Instruction| start <= one.span.start && one.span.end <= end && !one.span.is_empty();
        if !text.trim_start().starts_with('{') && parse(text).instructions.iter().any(wide) {
            let found = text.get(start as usize..end as usize).unwrap_or("?");
            return Err(format!("as wide as its instruction: {found:?}; say where, or tag it whole-instruction").into());
        }
    }
    Ok(())
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
    for hullmark::PresetInfo { id: preset, .. } in engine.presets() {
        if !rules.iter().any(|rule| rule.presets.contains(&preset)) {
            return Err(format!("preset {preset} has no rule").into());
        }
    }
    Ok(())
}
