//! `cargo xtask corpus DIR...`: every file under the folders is accounted for, and what is found in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Outcome;
use crate::files;
use crate::hullmark::{self, Hullmark};
use crate::json;
use crate::process;
use crate::random::Draw;
use crate::table::Table;

/// The arguments of the verb.
pub struct Call {
    folders: Vec<PathBuf>,
    sample: usize,
    seed: u64,
}

impl Call {
    /// Reads `[--sample N] [--seed S] DIR...`.
    pub fn read(words: &[&str]) -> Result<Self, String> {
        let mut call = Self { folders: Vec::new(), sample: 0, seed: 1 };
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            let mut number = || -> Result<u64, String> {
                let value = rest.next().ok_or_else(|| format!("{word} needs a number"))?;
                value.parse().map_err(|_| format!("{word} needs a number, not {value}"))
            };
            match *word {
                "--sample" => call.sample = usize::try_from(number()?).unwrap_or(usize::MAX),
                "--seed" => call.seed = number()?,
                option if option.starts_with("--") => return Err(format!("corpus has no option {option}")),
                folder => call.folders.push(crate::folder(folder)?),
            }
        }
        if call.folders.is_empty() { Err("corpus needs at least one folder".to_owned()) } else { Ok(call) }
    }
}

/// Checks the folders and judges the report.
pub fn run(call: &Call) -> Outcome {
    let hullmark = Hullmark::build()?;
    let here = process::root();
    let bytes = hullmark.check(&here, &["--format", "json"], &call.folders)?;
    let report = json::parse(&bytes, "hullmark")?;
    println!("findings per rule:");
    count(json::list(&report, "findings"), "rule", &["rule", "findings", "files"]).print();
    println!("problems per code:");
    count(json::list(&report, "problems"), "code", &["problem", "places", "files"]).print();
    println!("skipped per reason:");
    count(json::list(&report, "skipped"), "reason", &["reason", "entries", "files"]).print();
    if call.sample > 0 {
        print_sample(&report, call)?;
    }
    let accounted = all_accounted_for(&hullmark, &report, call)?;
    let again = hullmark.check(&here, &["--format", "json", "--threads", "1"], &call.folders)?;
    let same = again == bytes;
    println!("one thread and all threads give {} bytes", if same { "the same" } else { "DIFFERENT" });
    Ok(accounted && same)
}

/// How many entries and files have each value of `key`, most frequent first.
fn count(entries: &[Value], key: &str, titles: &[&str]) -> Table {
    let mut counts: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for entry in entries {
        let (count, paths) = counts.entry(json::text(entry, key)).or_default();
        *count += 1;
        paths.insert(json::text(entry, "path"));
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(name, (count, _))| (usize::MAX - count, *name));
    let mut table = Table::new(titles);
    for (name, (count, paths)) in rows {
        table.row(vec![name.to_owned(), count.to_string(), paths.len().to_string()]);
    }
    table.row(vec!["all".to_owned(), entries.len().to_string(), String::new()]);
    table
}

/// Whether checked and skipped files together are all files; if not, the missing ones are named.
fn all_accounted_for(hullmark: &Hullmark, report: &Value, call: &Call) -> Outcome {
    let mut all = Vec::new();
    for folder in &call.folders {
        all.extend(files::under(folder, &[".git"])?.into_iter().map(|path| folder.join(path)));
    }
    let checked = hullmark::files_checked(report);
    let skipped = paths(report, "skipped");
    let problems = paths(report, "problems");
    let found = all.len() as u64;
    println!(
        "{found} files: {checked} checked ({} of them with problems), {} skipped, {} findings",
        problems.len(),
        skipped.len(),
        json::list(report, "findings").len()
    );
    if checked + skipped.len() as u64 == found {
        return Ok(true);
    }
    println!("checked and skipped files do not add up to {found}; asking about the unmentioned ones one by one");
    let mentioned: BTreeSet<&str> = skipped.iter().chain(&problems).copied().chain(paths(report, "findings")).collect();
    let mut missing = 0;
    for path in all.iter().filter(|path| !mentioned.contains(path.to_string_lossy().as_ref())) {
        let alone = hullmark.report(&process::root(), &[], std::slice::from_ref(path))?;
        if hullmark::files_checked(&alone) == 0 && json::list(&alone, "skipped").is_empty() {
            println!("  not accounted for: {}", path.display());
            missing += 1;
        }
    }
    println!("{missing} files are neither checked nor skipped nor a problem");
    Ok(false)
}

fn paths<'a>(report: &'a Value, list: &str) -> BTreeSet<&'a str> {
    json::list(report, list).iter().map(|entry| json::text(entry, "path")).collect()
}

/// Prints findings drawn at random, with the lines they are about, for a person to judge.
fn print_sample(report: &Value, call: &Call) -> Result<(), String> {
    let findings = json::list(report, "findings");
    let drawn = Draw::new(call.seed).sample(findings, call.sample);
    println!("{} of {} findings, drawn with seed {}:", drawn.len(), findings.len(), call.seed);
    for finding in drawn {
        print_finding(finding)?;
    }
    println!();
    Ok(())
}

fn print_finding(finding: &Value) -> Result<(), String> {
    let path = json::text(finding, "path");
    let (first, column) = position(finding, "start");
    let (last, end_column) = position(finding, "end");
    let words = ["severity", "rule", "message"].map(|key| json::text(finding, key));
    println!("\n{path}:{first}:{column} {}", words.join("  "));
    let text = files::read(&process::root().join(Path::new(path)))?;
    let from = first.saturating_sub(2).max(1);
    for (line, source) in (1..).zip(text.lines()).skip(from - 1).take((last + 2).saturating_sub(from).min(14)) {
        println!("  {line:>5} | {source}");
        if (first..=last).contains(&line) {
            let start = if line == first { column } else { 1 };
            let end = if line == last { end_column } else { source.chars().count() + 1 };
            let marks = "^".repeat(end.saturating_sub(start).max(1));
            println!("        | {}{marks}", " ".repeat(start.saturating_sub(1)));
        }
    }
    for fix in json::list(finding, "fixes") {
        println!("    fix ({}): {}", json::text(fix, "applicability"), json::text(fix, "title"));
        for edit in json::list(fix, "edits") {
            let (line, column) = position(edit, "start");
            println!("      at {line}:{column} {:?}", json::text(edit, "text"));
        }
    }
    Ok(())
}

/// The line and column under `key`, both from 1.
fn position(entry: &Value, key: &str) -> (usize, usize) {
    let part = |name: &str| {
        entry.get(key).map_or(1, |place| usize::try_from(json::number(place, name)).unwrap_or(usize::MAX)).max(1)
    };
    (part("line"), part("column"))
}
