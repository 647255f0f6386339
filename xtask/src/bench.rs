//! `cargo xtask bench DIR`: hullmark beside hadolint and checkov, in turns, in one run.
//!
//! A lone time says more about the machine than about the program, so every round runs all programs one after the
//! other and the ratios are taken within a round; what is printed is their median.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Outcome;
use crate::files;
use crate::hullmark::{self, Hullmark};
use crate::peers::{self, Hadolint, Peers};
use crate::process;
use crate::table::Table;

/// Rounds in which everything but checkov is run, and those of them in which checkov is.
const ROUNDS: usize = 3;
const CHECKOV_ROUNDS: usize = 2;

/// A run over fewer files than this is mostly the start of the process, so hullmark gets copies of them as well.
const ENOUGH_FILES: usize = 2000;
const COPIES: usize = 20;

/// Runs of one small file as a whole process; the peer starts slower and gets fewer.
const SMALL_RUNS: usize = 50;
const SMALL_PEER_RUNS: usize = 10;

/// Times all programs on the files under `folder`.
pub fn run(folder: &Path) -> Outcome {
    let all = files::under(folder, &[".git"])?;
    let dockerfiles: Vec<PathBuf> = all.iter().filter(|path| files::is_dockerfile(path)).cloned().collect();
    let manifests: Vec<PathBuf> =
        all.iter().filter(|path| files::is_manifest(path) && is_kubernetes(&folder.join(path))).cloned().collect();
    if dockerfiles.is_empty() && manifests.is_empty() {
        return Err(format!("there is neither a Dockerfile nor a manifest under {}", folder.display()));
    }
    let peers = Peers::open()?;
    let programs = Programs { hullmark: Hullmark::build()?, hadolint: peers.hadolint()?, checkov: peers.checkov()? };
    for (input, paths) in [("dockerfile", dockerfiles), ("kubernetes", manifests)] {
        if !paths.is_empty() {
            Bench { programs: &programs, folder, input, paths }.run()?;
        }
    }
    Ok(true)
}

fn is_kubernetes(path: &Path) -> bool {
    files::read(path).is_ok_and(|text| text.contains("apiVersion") && text.contains("kind"))
}

/// The three programs that are timed.
struct Programs {
    hullmark: Hullmark,
    hadolint: Hadolint,
    checkov: PathBuf,
}

/// A bench over the files of one kind of input.
struct Bench<'a> {
    programs: &'a Programs,
    folder: &'a Path,
    input: &'a str,
    paths: Vec<PathBuf>,
}

/// The wall times of one program, one for each round it was run in.
struct Times {
    name: &'static str,
    files: usize,
    walls: Vec<Duration>,
}

impl Times {
    fn new(name: &'static str, files: usize) -> Self {
        Self { name, files, walls: Vec::new() }
    }

    /// Seconds a file, by round.
    fn per_file(&self) -> Vec<f64> {
        self.walls.iter().map(|wall| wall.as_secs_f64() / self.files as f64).collect()
    }
}

impl Bench<'_> {
    fn run(&self) -> Result<(), String> {
        let bytes: u64 = self.paths.iter().map(|path| size(&self.folder.join(path))).sum();
        println!("\n{}: {} files, {bytes} bytes", self.input, self.paths.len());
        let scratch = Scratch::new()?;
        self.copy_into(&scratch)?;
        let times = self.rounds(&scratch, bytes)?;
        self.print(&times, bytes);
        self.small_file()
    }

    /// Lays the files out for the programs that take a folder, and the copies.
    ///
    /// The scratch folder lies outside of the checkout: below `target/`, .gitignore would hide the copies.
    fn copy_into(&self, scratch: &Scratch) -> Result<(), String> {
        let copies = if self.paths.len() < ENOUGH_FILES { COPIES } else { 1 };
        for (number, path) in self.paths.iter().enumerate() {
            let from = self.folder.join(path);
            for copy in 0..copies {
                copy_file(&from, &scratch.copies().join(format!("{copy:02}")).join(path))?;
            }
            // checkov only looks at names it knows; each file is to be looked at, so each gets such a name.
            let name = if self.input == "dockerfile" { "Dockerfile" } else { "manifest.yaml" };
            copy_file(&from, &scratch.renamed().join(number.to_string()).join(name))?;
        }
        Ok(())
    }

    fn rounds(&self, scratch: &Scratch, bytes: u64) -> Result<Vec<Times>, String> {
        let files = self.paths.len();
        let copies = scratch.copies();
        let copied = files::under(&copies, &[])?.len();
        self.warm_up(&copies, copied)?;
        if copied > files {
            println!(
                "  a run over so few files is mostly the start of the process: hullmark is also run over {} copies of \
                 each ({copied} files, {} bytes)",
                copied / files,
                bytes * (copied / files) as u64
            );
        }
        let (mut one, mut all) = (Times::new("hullmark, 1 thread", files), Times::new("hullmark, all threads", files));
        let mut one_bulk = Times::new("hullmark, 1 thread, copies", copied);
        let mut all_bulk = Times::new("hullmark, all threads, copies", copied);
        let mut hadolint = Times::new("hadolint", files);
        let mut checkov = Times::new("checkov", files);
        let mut checkov_start = Times::new("checkov, empty folder", 1);
        for round in 0..ROUNDS {
            one.walls.push(self.hullmark(self.folder, &["--threads", "1"], &self.paths)?);
            all.walls.push(self.hullmark(self.folder, &[], &self.paths)?);
            one_bulk.walls.push(self.hullmark(&copies, &["--threads", "1"], &[PathBuf::from(".")])?);
            all_bulk.walls.push(self.hullmark(&copies, &[], &[PathBuf::from(".")])?);
            if self.input == "dockerfile" {
                hadolint.walls.push(self.hadolint(&self.paths)?);
            }
            if round < CHECKOV_ROUNDS {
                checkov_start.walls.push(self.checkov(&scratch.empty())?);
                checkov.walls.push(self.checkov(&scratch.renamed())?);
            }
        }
        let mut times = vec![one, all, one_bulk, all_bulk];
        times.extend([hadolint, checkov, checkov_start].into_iter().filter(|times| !times.walls.is_empty()));
        Ok(times)
    }

    /// Reads everything once, and makes sure that the files that are timed are the files that are checked.
    fn warm_up(&self, copies: &Path, copied: usize) -> Result<(), String> {
        let report = self.programs.hullmark.report(copies, &["--input", self.input], &[PathBuf::from(".")])?;
        let (checked, skipped) = (hullmark::files_checked(&report), crate::json::list(&report, "skipped").len());
        if checked as usize + skipped != copied {
            return Err(format!(
                "hullmark checked {checked} and skipped {skipped} of {copied} files: nothing was timed"
            ));
        }
        if skipped > 0 {
            println!("  hullmark skips {} of {} files (templates)", skipped, copied);
        }
        Ok(())
    }

    fn hullmark(&self, folder: &Path, options: &[&str], paths: &[PathBuf]) -> Result<Duration, String> {
        let preset = if self.input == "dockerfile" { "hadolint" } else { "recommended" };
        let mut total = Duration::ZERO;
        for call in files::calls(paths) {
            let mut command =
                self.programs.hullmark.command(folder, &["check", "--format", "json", "--preset", preset]);
            command.args(["--input", self.input]).args(options).arg("--").args(call);
            total += process::timed(&mut command, &[0, 1])?;
        }
        Ok(total)
    }

    fn hadolint(&self, paths: &[PathBuf]) -> Result<Duration, String> {
        let mut total = Duration::ZERO;
        for call in files::calls(paths) {
            total += process::timed(&mut self.programs.hadolint.command(self.folder, &call), &[0])?;
        }
        Ok(total)
    }

    fn checkov(&self, folder: &Path) -> Result<Duration, String> {
        process::timed(&mut peers::checkov_command(&self.programs.checkov, self.input, folder, true), &[0])
    }

    fn print(&self, times: &[Times], bytes: u64) {
        let mut table = Table::new(&["program", "rounds", "min s", "median s", "files/s", "MB/s", "ms/file"]);
        let bytes_per_file = bytes as f64 / self.paths.len() as f64;
        for times in times {
            let walls: Vec<f64> = times.walls.iter().map(Duration::as_secs_f64).collect();
            let middle = median(&walls);
            let least = walls.iter().copied().fold(f64::INFINITY, f64::min);
            let mut cells =
                vec![times.name.to_owned(), walls.len().to_string(), format!("{least:.3}"), format!("{middle:.3}")];
            if times.files > 1 || self.paths.len() == 1 {
                let rate = times.files as f64 / middle;
                cells.push(format!("{rate:.0}"));
                cells.push(format!("{:.3}", rate * bytes_per_file / 1e6));
                cells.push(format!("{:.4}", 1e3 / rate));
            }
            table.row(cells);
        }
        table.print();
        println!("  ratios of the time a file takes (median of the rounds):");
        let (ours, theirs): (Vec<&Times>, Vec<&Times>) = times.iter().partition(|t| t.name.starts_with("hullmark"));
        let start = theirs.iter().find(|times| times.name == "checkov, empty folder").map(|times| &times.walls);
        for peer in theirs.iter().filter(|times| times.name != "checkov, empty folder") {
            for own in &ours {
                println!(
                    "    {:<30} {:>8.0} times as fast as {}",
                    own.name,
                    median(&paired(own, &peer.per_file())),
                    peer.name
                );
            }
            if let (Some(start), "checkov") = (start, peer.name) {
                let net = |(wall, start): (&Duration, &Duration)| {
                    wall.saturating_sub(*start).as_secs_f64() / peer.files as f64
                };
                let without_start: Vec<f64> = peer.walls.iter().zip(start).map(net).collect();
                for own in &ours {
                    let ratio = median(&paired(own, &without_start));
                    println!("    {:<30} {ratio:>8.0} times as fast as checkov, its start taken off", own.name);
                }
            }
        }
    }

    /// The whole process on one small file.
    fn small_file(&self) -> Result<(), String> {
        let distance = |path: &&PathBuf| size(&self.folder.join(path)).abs_diff(1000);
        let Some(path) = self.paths.iter().min_by_key(distance) else { return Ok(()) };
        let one = [path.clone()];
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        // The first runs only warm the caches of the system.
        for _ in 0..3 {
            self.hullmark(self.folder, &[], &one)?;
        }
        for run in 0..SMALL_RUNS {
            ours.push(self.hullmark(self.folder, &[], &one)?.as_secs_f64());
            if self.input == "dockerfile" && run < SMALL_PEER_RUNS {
                theirs.push(self.hadolint(&one)?.as_secs_f64());
            }
        }
        println!(
            "  one small file as a whole process ({}, {} bytes): {:.2} ms (median of {SMALL_RUNS})",
            path.display(),
            size(&self.folder.join(path)),
            median(&ours) * 1e3
        );
        if !theirs.is_empty() {
            println!("  hadolint on the same file: {:.2} ms (median of {SMALL_PEER_RUNS})", median(&theirs) * 1e3);
        }
        Ok(())
    }
}

fn copy_file(from: &Path, to: &Path) -> Result<(), String> {
    let sentence = |error| format!("cannot copy {} to {}: {error}", from.display(), to.display());
    to.parent().map_or(Ok(()), fs::create_dir_all).map_err(sentence)?;
    fs::copy(from, to).map(|_| ()).map_err(sentence)
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |data| data.len())
}

/// Theirs divided by ours, round by round.
fn paired(ours: &Times, theirs: &[f64]) -> Vec<f64> {
    theirs.iter().zip(ours.per_file()).map(|(their, our)| their / our).collect()
}

/// The middle value; the mean of the two in the middle of an even number.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN);
    let lower = sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN);
    f64::midpoint(lower, upper)
}

/// A folder outside of the checkout that is removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("hullmark-bench-{}", std::process::id()));
        for folder in ["copies", "renamed", "empty"] {
            fs::create_dir_all(path.join(folder))
                .map_err(|error| format!("cannot make {}: {error}", path.display()))?;
        }
        Ok(Self(path))
    }

    fn copies(&self) -> PathBuf {
        self.0.join("copies")
    }

    fn renamed(&self) -> PathBuf {
        self.0.join("renamed")
    }

    fn empty(&self) -> PathBuf {
        self.0.join("empty")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind in the system's temporary folder harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_two_middles() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < 1e-12);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-12);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let ours = Times { name: "", files: 2, walls: vec![Duration::from_secs(2), Duration::from_secs(4)] };
        assert_eq!(paired(&ours, &[10.0, 10.0]), [10.0, 5.0]);
    }
}
