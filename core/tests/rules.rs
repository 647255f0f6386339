//! Every example of every rule is a test, named `RULE::bad/0` and the like; so are the laws over the whole table.

use hullmark::{Engine, Example, Expectation, Input, RuleInfo, check_example};
use hullmark_document::dockerfile::{Instruction, parse};
use hullmark_document::{NodeId, Span, Tree, Value, yaml};
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
                narrow(&rule, &example)?;
                exact(&rule, &example)
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

/// A finding in a manifest is a key, a scalar or a part of one, or a mapping or list that is the guilty value; never a
/// document, nor what every object is made of.
fn exact(rule: &RuleInfo, example: &Example) -> Result<(), Failed> {
    let manifests = rule.inputs.iter().all(|input| matches!(input, Input::Kubernetes | Input::Set));
    if example.expectation != Expectation::Bad || !manifests {
        return Ok(());
    }
    for &(file, start, end) in &example.marks {
        let Some((_, text)) = example.files.get(file as usize) else { continue };
        let found = text.get(start as usize..end as usize).unwrap_or("?");
        let parsed = yaml::parse(text.as_str().into(), &yaml::Limits::default());
        let at = Span::new(start, end);
        if found.contains('\n') || !parsed.documents.iter().any(|one| is_exact(&parsed.tree, one.root, at)) {
            return Err(format!("neither a key nor a value: {found:?}").into());
        }
    }
    Ok(())
}

/// Whether the bytes are a key under `root`, in a scalar there, or one of the smaller mappings and lists, of which the
/// first line stands for an item that has no name.
fn is_exact(tree: &Tree, root: NodeId, at: Span) -> bool {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let whole = tree.span(node);
        let fits = match tree.value(node) {
            Value::Map | Value::List => {
                let first = whole.text(tree.source()).lines().next().map_or(0, str::len);
                let is_it = whole.start == at.start && (whole == at || at.len() as usize == first);
                is_it && node != root && !matches!(tree.key(node), "metadata" | "spec" | "template")
            }
            _ => whole.start <= at.start && at.end <= whole.end,
        };
        if fits || tree.key_span(node) == at {
            return true;
        }
        open.extend(tree.children(node));
    }
    false
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
        if (1..rule.inputs.len()).any(|at| rule.inputs.iter().take(at).any(|input| *input == rule.inputs[at])) {
            return Err(format!("{} has an input twice", rule.id).into());
        }
    }
    for hullmark::PresetInfo { id: preset, .. } in engine.presets() {
        if !rules.iter().any(|rule| rule.presets.contains(&preset)) {
            return Err(format!("preset {preset} has no rule").into());
        }
    }
    Ok(())
}
