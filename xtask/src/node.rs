//! The npm package: built for release, packed, and tested as a user has it.

use std::path::PathBuf;
use std::process::Command;

use crate::Outcome;
use crate::files;
use crate::process;

/// The oldest Node.js that the package is for.
const OLDEST: u32 = 20;

/// The source that people write, which stays small.
const SOURCES: &[&str] = &["build.rs", "src/lib.rs", "src/index.ts", "src/index.mts"];

/// The most lines of it.
const LINES: usize = 300;

/// Builds and tests the package, and says what came of it.
pub fn run() -> Outcome {
    println!("{}", check()?);
    Ok(true)
}

/// What there is to say when everything held, or else why it did not.
pub fn check() -> Result<String, String> {
    node_is_there()?;
    let lines = lines()?;
    process::captured(npm(&["ci", "--no-audit", "--no-fund"])?.current_dir(folder()))?;
    process::captured(npm(&["run", "build"])?.current_dir(folder()))?;
    let mut tests = Command::new("node");
    tests.args(["--test", "--test-reporter=tap", "test/"]).current_dir(folder());
    let output = process::output(&mut tests)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let [run, passed, failed] = ["tests", "pass", "fail"].map(|word| counted(&text, word));
    let count = format!("{passed} of {run} tests passed, {failed} failed; {lines} lines of source");
    if output.status.success() && run > 0 && passed == run {
        Ok(count)
    } else {
        Err(format!("{count}\n{}\n{}", failures(&text), String::from_utf8_lossy(&output.stderr)))
    }
}

/// The folder of the package.
fn folder() -> PathBuf {
    process::root().join("bindings-node")
}

/// A call of npm, which is a script on Windows.
fn npm(words: &[&str]) -> Result<Command, String> {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    let there = process::output(Command::new(npm.get_program()).arg("--version")).is_ok_and(|o| o.status.success());
    npm.args(words);
    if there { Ok(npm) } else { Err("npm is not there: it comes with Node.js, https://nodejs.org".to_owned()) }
}

fn node_is_there() -> Result<(), String> {
    let wanted = format!("Node.js {OLDEST} or newer is needed, https://nodejs.org");
    let output =
        process::output(Command::new("node").arg("--version")).map_err(|_| format!("`node` is not there: {wanted}"))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|part| part.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST => Ok(()),
        _ => Err(format!("`node` is of version {version}: {wanted}")),
    }
}

/// The number of lines of the sources.
fn lines() -> Result<usize, String> {
    let mut lines = 0;
    for source in SOURCES {
        lines += files::read(&folder().join(source))?.lines().count();
    }
    if lines < LINES { Ok(lines) } else { Err(format!("the binding has {lines} lines of source, not under {LINES}")) }
}

/// The number in the line `# word number` of a test report.
fn counted(report: &str, word: &str) -> u64 {
    let number = |line: &str| line.strip_prefix("# ")?.strip_prefix(word)?.trim().parse().ok();
    report.lines().rev().find_map(number).unwrap_or_default()
}

/// What the report says of each test that failed.
fn failures(report: &str) -> String {
    let mut kept = Vec::new();
    let mut failed = false;
    for line in report.lines() {
        if !line.starts_with(' ') {
            failed = line.starts_with("not ok");
        }
        if failed {
            kept.push(line);
        }
    }
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "TAP version 13\nok 1 - a\n  ---\n  fine: 1\n  ...\nnot ok 2 - b\n  ---\n  error: 'x'\n  ...\n1..2\n\
                          # tests 2\n# pass 1\n# fail 1\n# skipped 0\n";

    #[test]
    fn the_counts_of_a_report_are_read() {
        assert_eq!(["tests", "pass", "fail"].map(|word| counted(REPORT, word)), [2, 1, 1]);
        assert_eq!(counted("", "tests"), 0);
    }

    #[test]
    fn only_what_failed_is_shown() {
        assert_eq!(failures(REPORT), "not ok 2 - b\n  ---\n  error: 'x'\n  ...");
    }
}
