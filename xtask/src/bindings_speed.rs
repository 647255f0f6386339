//! `cargo xtask bindings-speed DIR`: what a check of all files costs from other languages, beside the command line.
//!
//! Every round runs all programs one after the other, each in a process of its own; what is printed are the medians of
//! the rounds and their ratios.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Outcome;
use crate::hullmark::Hullmark;
use crate::json;
use crate::node;
use crate::node_js;
use crate::process;
use crate::python::Environment;

/// How often everything is run.
const ROUNDS: usize = 7;

/// The most that a language may cost, as a multiple of the command line.
const MOST: f64 = 1.3;

/// Checks the folders once and returns the line of JSON that the bench of a package prints: `whole` and `memory` in
/// seconds, `findings`, and where something ran beside, `check`, `beats` and `longest_pause`.
type Round = Box<dyn Fn(&[PathBuf]) -> Result<Value, String>>;

/// A language: its name, and what makes it ready.
type Host = (&'static str, fn() -> Result<Round, String>);

const HOSTS: &[Host] = &[("Python", python), ("Node.js", node)];

/// Times all hosts on the folders `dockerfiles` and `manifests` of `folder`, or on all of it without them.
pub fn run(folder: &Path) -> Outcome {
    let parts: Vec<PathBuf> = ["dockerfiles", "manifests"].iter().map(|part| folder.join(part)).collect();
    let folders = if parts.iter().all(|part| part.is_dir()) { parts } else { vec![folder.to_path_buf()] };
    let command_line = Hullmark::build()?;
    let mut hosts = Vec::new();
    for (name, ready) in HOSTS {
        hosts.push((name, ready()?, Vec::new()));
    }
    let expected = json::list(&command_line.report(folder, &[], &folders)?, "findings").len();
    let mut walls = Vec::new();
    for _ in 0..ROUNDS {
        let mut command = command_line.command(folder, &["check", "--format", "json", "--quiet"]);
        walls.push(process::timed(command.args(&folders), &[0, 1])?.as_secs_f64());
        for (name, check, rounds) in &mut hosts {
            let round = check(&folders)?;
            if json::number(&round, "findings") != expected as u64 {
                return Err(format!("{name} finds {} and not {expected}", json::number(&round, "findings")));
            }
            rounds.push(round);
        }
    }
    let base = median(walls);
    println!("{expected} findings, {ROUNDS} rounds; hullmark check --format json: {:.1} ms", base * 1e3);
    let mut held = true;
    for (name, _, rounds) in hosts {
        let of = |key: &str| median(rounds.iter().filter_map(|round| round.get(key)?.as_f64()).collect());
        let (whole, memory) = (of("whole"), of("memory"));
        println!(
            "{name}: {:.1} ms with reading the files, {:.2} times the command line; {:.1} ms with the texts in memory, \
             {:.2} times",
            whole * 1e3,
            whole / base,
            memory * 1e3,
            memory / base
        );
        if rounds.iter().any(|round| round.get("beats").is_some()) {
            let (beats, pause, check) = (of("beats"), of("longest_pause") * 1e3, of("check") * 1e3);
            println!(
                "{name}: what ran beside a check of {check:.1} ms did so {beats} times, its longest wait {pause:.1} ms"
            );
        }
        held &= whole <= MOST * base;
    }
    println!("at most {MOST} times: {}", if held { "held" } else { "not held" });
    Ok(held)
}

fn python() -> Result<Round, String> {
    let environment = Environment::with_package()?;
    let script = process::root().join("bindings-python/bench/corpus.py");
    Ok(Box::new(move |folders| {
        let output = process::captured(environment.call("python", &[]).arg(&script).args(folders))?;
        json::parse(&output.stdout, "corpus.py")
    }))
}

fn node() -> Result<Round, String> {
    let folder = node::built()?;
    Ok(Box::new(move |folders| {
        let mut command = node_js::node()?;
        let output = process::captured(command.arg("bench/corpus.mjs").args(folders).current_dir(&folder))?;
        json::parse(&output.stdout, "corpus.mjs")
    }))
}

/// The middle value; 0 of none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_value() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
        assert_eq!(median(Vec::new()).to_bits(), 0.0_f64.to_bits());
    }
}
