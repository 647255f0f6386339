//! `cargo xtask hadolint DIR`: findings beside hadolint's, by file, line and code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Outcome;
use crate::differences::{self, Difference, Entry, Side};
use crate::files;
use crate::hullmark::Hullmark;
use crate::json;
use crate::peers::{Hadolint, Peers};
use crate::process;
use crate::table::Table;

/// The code with which hadolint gives a file up.
const UNREADABLE: &str = "DL1000";

/// The F1 over hadolint's own codes below which the comparison fails.
const LEAST_F1: f64 = 0.98;

/// The F1 over the most frequent of ShellCheck's codes below which the comparison fails.
const LEAST_SHELL_F1: f64 = 0.9;

/// How many of ShellCheck's codes that is.
const FREQUENT: usize = 15;

/// A finding as both sides give it: file, line, code.
type Place = (String, u64, String);

/// Compares the two over every Dockerfile under `folder`.
pub fn run(folder: &Path) -> Outcome {
    let entries = differences::read(&process::root().join("rules/peers/hadolint.yaml"))?;
    let paths: Vec<PathBuf> =
        files::under(folder, &[".git"])?.into_iter().filter(|path| files::is_dockerfile(path)).collect();
    if paths.is_empty() {
        return Err(format!("there is no Dockerfile under {}", folder.display()));
    }
    let all_theirs = theirs(&Peers::open()?.hadolint()?, folder, &paths)?;
    let hullmark = Hullmark::build()?;
    let codes = codes(&hullmark.rules("hadolint")?)?;
    let all_ours = ours(&hullmark, folder, &paths)?;
    let unreadable: BTreeSet<&str> =
        all_theirs.iter().filter(|(_, _, code)| code == UNREADABLE).map(|(file, _, _)| file.as_str()).collect();
    let [ours, theirs] = [&all_ours, &all_theirs].map(|all| among(&codes, all));
    let comparison = Comparison { folder, codes, unreadable, ours, theirs };
    println!("{} Dockerfiles; hadolint could not read {} of them", paths.len(), comparison.unreadable.len());
    comparison.print_scores();
    comparison.print_differences(&entries)?;
    let own = comparison.score(|place| place.2.starts_with("DL")).f1();
    let frequent = comparison.frequent();
    let shell = comparison.score(|place| frequent.contains(place.2.as_str())).f1();
    let count = comparison.codes.iter().filter(|code| code.starts_with("DL")).count();
    println!("F1 {own:.4} over {count} codes of its own; at least {LEAST_F1} is wanted");
    println!(
        "F1 {shell:.4} over the {} most frequent codes of ShellCheck; at least {LEAST_SHELL_F1} is wanted",
        frequent.len()
    );
    Ok(own >= LEAST_F1 && (shell >= LEAST_SHELL_F1 || frequent.is_empty()))
}

/// The codes that some rule of the list answers for. DL1000 is none of them: it says that hadolint could not read the
/// file.
fn codes(rules: &Value) -> Result<BTreeSet<String>, String> {
    let rules = rules.as_array().ok_or("a list of rules is an array")?;
    let aliases = rules.iter().filter_map(|rule| rule.get("aliases")?.as_array()).flatten();
    let codes = aliases.filter_map(|alias| alias.as_str()?.strip_prefix("hadolint:"));
    Ok(codes.filter(|code| *code != UNREADABLE).map(str::to_owned).collect())
}

fn among(codes: &BTreeSet<String>, all: &BTreeSet<Place>) -> BTreeSet<Place> {
    all.iter().filter(|(_, _, code)| codes.contains(code)).cloned().collect()
}

fn theirs(hadolint: &Hadolint, folder: &Path, paths: &[PathBuf]) -> Result<BTreeSet<Place>, String> {
    let mut found = BTreeSet::new();
    for call in files::calls(paths) {
        let output = process::captured(&mut hadolint.command(folder, &call))?;
        found.extend(places(&json::parse(&output.stdout, "hadolint")?)?);
    }
    Ok(found)
}

fn ours(hullmark: &Hullmark, folder: &Path, paths: &[PathBuf]) -> Result<BTreeSet<Place>, String> {
    let options = ["--input", "dockerfile", "--preset", "hadolint", "--format", "hadolint"];
    let mut found = BTreeSet::new();
    for call in files::calls(paths) {
        found.extend(places(&json::parse(&hullmark.check(folder, &options, &call)?, "hullmark")?)?);
    }
    Ok(found)
}

/// The findings of an array in hadolint's format.
fn places(report: &Value) -> Result<Vec<Place>, String> {
    let all = report.as_array().ok_or("a report in hadolint's format is an array")?;
    let place = |finding: &Value| {
        let file = json::text(finding, "file").replace('\\', "/");
        let file = file.strip_prefix("./").unwrap_or(&file).to_owned();
        (file, json::number(finding, "line"), json::text(finding, "code").to_owned())
    };
    Ok(all.iter().map(place).collect())
}

/// What both sides found.
struct Comparison<'a> {
    folder: &'a Path,
    codes: BTreeSet<String>,
    unreadable: BTreeSet<&'a str>,
    ours: BTreeSet<Place>,
    theirs: BTreeSet<Place>,
}

/// Counts of findings: of both, of ours only, of theirs only.
#[derive(Default, Clone, Copy)]
struct Score {
    both: usize,
    ours: usize,
    theirs: usize,
}

impl Score {
    fn precision(self) -> f64 {
        ratio(self.both, self.both + self.ours)
    }

    fn recall(self) -> f64 {
        ratio(self.both, self.both + self.theirs)
    }

    fn f1(self) -> f64 {
        ratio(2 * self.both, 2 * self.both + self.ours + self.theirs)
    }

    fn cells(self, name: &str) -> Vec<String> {
        let mut cells = vec![name.to_owned()];
        cells.extend([self.both, self.ours, self.theirs].map(|count| count.to_string()));
        // A code that neither reports has no precision: saying 1 would flatter.
        let nothing = self.both + self.ours + self.theirs == 0;
        let shown = |value: f64| if nothing { "-".to_owned() } else { format!("{value:.3}") };
        cells.extend([self.precision(), self.recall(), self.f1()].map(shown));
        cells
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

impl Comparison<'_> {
    fn score(&self, counts: impl Fn(&Place) -> bool) -> Score {
        Score {
            both: self.ours.intersection(&self.theirs).filter(|place| counts(place)).count(),
            ours: self.ours.difference(&self.theirs).filter(|place| counts(place)).count(),
            theirs: self.theirs.difference(&self.ours).filter(|place| counts(place)).count(),
        }
    }

    /// The codes of ShellCheck that hadolint gives most often here.
    fn frequent(&self) -> BTreeSet<&str> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, _, code) in self.theirs.iter().filter(|place| place.2.starts_with("SC")) {
            *counts.entry(code).or_default() += 1;
        }
        let mut codes: Vec<(&str, usize)> = counts.into_iter().collect();
        codes.sort_by_key(|&(code, count)| (std::cmp::Reverse(count), code));
        codes.into_iter().take(FREQUENT).map(|(code, _)| code).collect()
    }

    /// Prints the table per code, and over all codes, where every finding weighs the same.
    fn print_scores(&self) {
        let mut table = Table::new(&["code", "both", "ours only", "theirs only", "precision", "recall", "F1"]);
        for code in &self.codes {
            table.row(self.score(|place| place.2 == *code).cells(code));
        }
        table.row(self.score(|_| true).cells("all"));
        table.row(self.score(|place| !self.unreadable.contains(place.0.as_str())).cells("readable files only"));
        table.print();
    }

    /// Prints how much each entry of the data file covers, and every difference that none does.
    fn print_differences(&self, entries: &[Entry]) -> Result<(), String> {
        let sided = |side: Side, places: Vec<&Place>| places.into_iter().map(|p| (p.clone(), side)).collect::<Vec<_>>();
        let mut all = sided(Side::Ours, self.ours.difference(&self.theirs).collect());
        all.extend(sided(Side::Theirs, self.theirs.difference(&self.ours).collect()));
        all.sort_by(|(left, _), (right, _)| left.cmp(right));
        let mut covered: BTreeMap<usize, usize> = BTreeMap::new();
        let mut uncovered = Vec::new();
        for ((file, line, code), side) in &all {
            let whole = files::read(&self.folder.join(file))?;
            let text = instruction(&whole, *line);
            let unreadable = self.unreadable.contains(file.as_str());
            let image_again = names_an_image_again(&whole);
            let difference = Difference { code, side: *side, file, line: *line, text: &text, unreadable, image_again };
            match entries.iter().find(|entry| entry.covers(&difference)) {
                Some(entry) => *covered.entry(entry.place).or_default() += 1,
                None => uncovered.push(format!("{}  {}", shown(*side), place_and_text(file, *line, code, &text))),
            }
        }
        println!("{} differences, {} of them deliberate:", all.len(), all.len() - uncovered.len());
        for entry in entries {
            let count = covered.get(&entry.place).copied().unwrap_or_default();
            println!("  {count:>4}  line {} of rules/peers/hadolint.yaml: {}", entry.place, entry.reason);
        }
        println!("{} differences that no entry covers:", uncovered.len());
        for line in uncovered {
            println!("  {line}");
        }
        Ok(())
    }
}

fn shown(side: Side) -> &'static str {
    match side {
        Side::Ours => "ours  ",
        Side::Theirs => "theirs",
    }
}

fn place_and_text(file: &str, line: u64, code: &str, text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = joined.chars().take(160).collect();
    format!("{file}:{line} {code}  {cut}")
}

/// The text of the instruction that starts on a line: that line and its continuations.
fn instruction(text: &str, line: u64) -> String {
    let mut taken = Vec::new();
    let first = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    for line in text.lines().skip(first) {
        taken.push(line);
        let comment = taken.len() > 1 && (line.trim().is_empty() || line.trim_start().starts_with('#'));
        if !comment && !line.trim_end().ends_with(['\\', '`']) {
            break;
        }
    }
    taken.join("\n")
}

/// Whether two FROMs name one image, with whatever tag and digest.
fn names_an_image_again(text: &str) -> bool {
    let mut seen = BTreeSet::new();
    let image = |line: &str| {
        let mut words = line.split_whitespace();
        let is_from = words.next().is_some_and(|word| word.eq_ignore_ascii_case("FROM"));
        let image = words.find(|word| !word.starts_with("--")).filter(|_| is_from)?;
        let untagged = image.split('@').next().unwrap_or(image);
        // A colon before the last slash belongs to a port.
        let name = untagged.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(untagged, |(name, _)| name);
        Some(name.to_owned())
    };
    text.lines().filter_map(image).any(|name| !seen.insert(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_goes_on_over_comments_and_blank_lines() {
        let text = "FROM a\nRUN a \\\n# why\n\n  && b\nRUN c\n";
        assert_eq!(instruction(text, 2), "RUN a \\\n# why\n\n  && b");
        assert_eq!(instruction(text, 1), "FROM a");
        assert_eq!(instruction(text, 99), "");
    }

    #[test]
    fn an_image_is_the_same_with_another_tag() {
        assert!(names_an_image_again("FROM a:1\nRUN x\nfrom --platform=p a:2@sha256:0 AS b\n"));
        assert!(!names_an_image_again("FROM a:1\nFROM h:5/a\nFROM h:5/b:1\n"));
    }

    #[test]
    fn f1_is_the_harmonic_mean_of_precision_and_recall() {
        let score = Score { both: 6, ours: 2, theirs: 4 };
        let mean = 2.0 * score.precision() * score.recall() / (score.precision() + score.recall());
        assert!((score.f1() - mean).abs() < 1e-12);
        assert!(Score::default().f1().abs() < f64::EPSILON);
    }

    #[test]
    fn paths_are_equal_however_they_are_spelt() {
        let report = serde_json::json!([{"file": "./a/Dockerfile", "line": 3, "code": "DL3008"}]);
        assert_eq!(places(&report).unwrap(), [("a/Dockerfile".to_owned(), 3, "DL3008".to_owned())]);
        assert!(places(&serde_json::json!({})).is_err());
    }

    #[test]
    fn the_codes_are_those_of_the_rules_aliases() {
        let rules = serde_json::json!([
            {"id": "a", "aliases": ["hadolint:DL3007", "trivy:DS-0001"]},
            {"id": "b", "aliases": ["hadolint:SC2086", "hadolint:DL3008"]},
            {"id": "c", "aliases": []},
        ]);
        assert_eq!(codes(&rules).unwrap(), ["DL3007", "DL3008", "SC2086"].map(str::to_owned).into());
        assert!(codes(&serde_json::json!({})).is_err());
    }
}
