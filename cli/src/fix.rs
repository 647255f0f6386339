//! Mending: fixes applied and checked again until nothing more changes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;
use std::path::PathBuf;

use hullmark::{Engine, Fix, InputFile, Report, Safety, merge_fixes};
use hullmark_files::reason;

use crate::call_error::CallError;
use crate::check::Sources;
use crate::diff::unified;
use crate::output::replace_file;
use crate::render::counted;

/// How often fixes are applied before a call gives up on reaching an end.
const ROUNDS: usize = 10;

/// The inputs after fixing.
#[derive(Debug)]
pub(crate) struct Mended {
    /// The inputs as they are now, in their order.
    pub(crate) inputs: Vec<InputFile>,
    /// What was found before anything was mended.
    pub(crate) first: Report,
    /// What is still found.
    pub(crate) report: Report,
    /// How many fixes of which rule were applied, by file.
    done: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Applies the safe fixes, the unsafe ones too if told so, round by round.
pub(crate) fn mend(engine: &Engine, inputs: Vec<InputFile>, unsafe_too: bool) -> Mended {
    let first = engine.check_many(inputs.clone());
    let mut mended = Mended { inputs, report: first.clone(), first, done: BTreeMap::new() };
    for _ in 0..ROUNDS {
        if !mended.round(unsafe_too) {
            break;
        }
        mended.report = engine.check_many(mended.inputs.clone());
    }
    mended
}

impl Mended {
    /// Applies the fixes of the report once; tells whether a file changed.
    fn round(&mut self, unsafe_too: bool) -> bool {
        let plans = plan(&self.report, unsafe_too);
        let mut changed = false;
        for input in &mut self.inputs {
            let Some(fixes) = plans.get(input.path.as_str()) else { continue };
            // A text that is not UTF-8 was checked with its faulty bytes replaced, which must not be written.
            let Ok(text) = std::str::from_utf8(&input.content) else { continue };
            let only: Vec<&Fix> = fixes.iter().map(|(_, fix)| fix).collect();
            let Ok(fixed) = merge_fixes(text, &only) else { continue };
            if fixed.text == text {
                continue;
            }
            let done = self.done.entry(input.path.clone()).or_default();
            for (rule, _) in fixed.applied.iter().filter_map(|&number| fixes.get(number)) {
                *done.entry((*rule).to_owned()).or_default() += 1;
            }
            input.content = fixed.text.into_bytes();
            changed = true;
        }
        changed
    }

    /// Writes the files that changed.
    ///
    /// # Errors
    /// When one cannot be written, after the others were; or when it was changed by someone else in the meantime.
    pub(crate) fn write(&self, before: &Sources, files: &HashMap<String, PathBuf>) -> Result<(), CallError> {
        let mut failed = None;
        for (input, old) in self.changed(before) {
            let Some(path) = files.get(&input.path) else { continue };
            let fail = |why: &str| CallError::new(format!("cannot write the fixed `{}`: {why}", input.path));
            let result = match std::fs::read(path) {
                Ok(now) if now != *old => Err(fail("it was changed while it was being checked")),
                Ok(_) => replace_file(path, &input.content).map_err(|error| fail(&reason(&error))),
                Err(error) => Err(fail(&reason(&error))),
            };
            failed = failed.or(result.err());
        }
        failed.map_or(Ok(()), Err)
    }

    /// The changes as a unified diff.
    pub(crate) fn diff(&self, before: &Sources) -> String {
        self.changed(before)
            .map(|(input, old)| {
                unified(&input.path, &String::from_utf8_lossy(old), &String::from_utf8_lossy(&input.content))
            })
            .collect()
    }

    fn changed<'m>(&'m self, before: &'m Sources) -> impl Iterator<Item = (&'m InputFile, &'m Vec<u8>)> {
        let pairs = self.inputs.iter().filter_map(|input| Some((input, before.get(&input.path)?)));
        pairs.filter(|(input, old)| input.content != **old)
    }

    /// A line for each file that changed.
    pub(crate) fn summary(&self, verb: &str) -> String {
        let mut text = String::new();
        for (path, rules) in &self.done {
            let times = |(rule, count): (&String, &usize)| match count {
                1 => rule.clone(),
                count => format!("{rule} x{count}"),
            };
            let total: usize = rules.values().sum();
            let list: Vec<String> = rules.iter().map(times).collect();
            let what = counted(total, "finding", "findings");
            let path = crate::render::excerpt::visible(path);
            let _ = writeln!(text, "{path}: {what} {verb}: {}", list.join(", "));
        }
        if text.is_empty() {
            text.push_str("nothing to fix\n");
        }
        text
    }
}

/// The fixes to apply, by file, each with its rule: one for each finding, in the order of the report.
///
/// A fix that edits several files is split by file and goes in only while nothing else has been planned for any of
/// them, and nothing after it is: so it is made whole or not at all.
fn plan(report: &Report, unsafe_too: bool) -> HashMap<&str, Vec<(&str, Fix)>> {
    let mut plans: HashMap<&str, Vec<(&str, Fix)>> = HashMap::new();
    let mut closed: HashSet<&str> = HashSet::new();
    let wanted = |fix: &&Fix| match fix.applicability {
        Safety::Safe => true,
        Safety::Unsafe => unsafe_too,
        Safety::Display => false,
    };
    for finding in &report.findings {
        let Some(fix) = finding.fixes.iter().find(wanted) else { continue };
        let paths: BTreeSet<&str> = fix.edits.iter().map(|edit| &*edit.path).collect();
        let several = paths.len() > 1;
        if paths.iter().any(|path| closed.contains(path) || several && plans.contains_key(path)) {
            continue;
        }
        for path in paths {
            let edits = fix.edits.iter().filter(|edit| &*edit.path == path).cloned().collect();
            plans.entry(path).or_default().push((&*finding.rule, Fix { edits, ..fix.clone() }));
            if several {
                closed.insert(path);
            }
        }
    }
    plans
}
