//! `test`: the examples of a rule pack.

use std::fmt::Write;

use hullmark::{Engine, Expectation, check_example};
use rayon::prelude::*;

use crate::Status;
use crate::args::{Look, TestArgs};
use crate::call_error::CallError;
use crate::output;
use crate::pack::Packs;
use crate::render::counted;

/// Runs the verb.
///
/// # Errors
/// When a pack cannot be read or has a fault.
pub(crate) fn run(call: &TestArgs, look: Look) -> Result<Status, CallError> {
    let packs = Packs::read(&call.packs)?;
    let build = |builder: hullmark::EngineBuilder| builder.preset("all").build().map_err(|error| packs.place(error));
    let with = build(Engine::builder().pack(packs.files.iter().cloned()))?;
    let known: Vec<String> = build(Engine::builder())?.rules().into_iter().map(|rule| rule.id).collect();
    let rules = with.rules();
    let own = rules.iter().filter(|rule| known.binary_search(&rule.id).is_err());
    let own: Vec<_> = own.collect();
    let examples: Vec<_> = with
        .examples()
        .into_iter()
        .filter_map(|(id, examples)| Some((*own.iter().find(|rule| rule.id == id)?, examples)))
        .flat_map(|(rule, examples)| examples.into_iter().map(move |example| (rule, example)))
        .collect();
    let failures: Vec<String> = examples
        .par_iter()
        .filter_map(|(rule, example)| {
            let why = check_example(rule, example, &packs.files).err()?;
            let word = match example.expectation {
                Expectation::Bad => "bad",
                Expectation::Good => "good",
                Expectation::Unknown => "unknown",
            };
            Some(shown(&format!("{}::{word}/{}", rule.id, example.name), &why, &example.files))
        })
        .collect();
    let mut text = failures.concat();
    if !look.quiet {
        let _ = writeln!(
            text,
            "{} of {}: {} passed, {} failed",
            counted(examples.len(), "example", "examples"),
            counted(own.len(), "rule", "rules"),
            examples.len() - failures.len(),
            failures.len()
        );
    }
    output::to_stdout(&text)?;
    Ok(if failures.is_empty() { Status::Clean } else { Status::Found })
}

/// A failure with the text of the example below it.
fn shown(name: &str, why: &str, files: &[(String, String)]) -> String {
    let mut text = format!("FAILED {name}\n");
    let mut indent = |part: &str, by: &str| {
        for line in part.lines() {
            let _ = writeln!(text, "{by}{}", crate::render::excerpt::visible(line));
        }
    };
    indent(why, "  ");
    for (name, example) in files {
        indent(&if name.is_empty() { "in".to_owned() } else { format!("in {name}") }, "  ");
        indent(example, "    | ");
    }
    text.push('\n');
    text
}
