//! Node.js: whether it is there, the packages that a folder asks for, its test runner, and the browser that tests need.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// The oldest Node.js that the packages are for.
const OLDEST: u32 = 20;

/// The program, if it is there and new enough.
pub fn node() -> Result<Command, String> {
    let wanted = format!("Node.js {OLDEST} or newer is needed, https://nodejs.org");
    let output =
        process::output(Command::new("node").arg("--version")).map_err(|_| format!("`node` is not there: {wanted}"))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|part| part.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST => Ok(Command::new("node")),
        _ => Err(format!("`node` is of version {version}: {wanted}")),
    }
}

/// A call of npm in `folder`.
pub fn npm(folder: &Path, words: &[&str]) -> Command {
    // It is a script on Windows.
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(words).current_dir(folder);
    npm
}

/// Installs what `package-lock.json` of `folder` names, unless that was done for this very file before.
pub fn install(folder: &Path) -> Result<(), String> {
    node()?;
    let lock = std::fs::read(folder.join("package-lock.json"))
        .map_err(|error| format!("cannot read package-lock.json of {}: {error}", folder.display()))?;
    let stamp = folder.join("node_modules/.hullmark-installed");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    process::captured(&mut npm(folder, &["ci", "--no-fund", "--no-audit"]))
        .map_err(|error| format!("npm, which comes with Node.js, could not install: {error}"))?;
    std::fs::write(&stamp, lock).map_err(|error| format!("cannot write {}: {error}", stamp.display()))
}

/// What Node's test runner printed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tried {
    passed: u64,
    failed: u64,
    left_out: u64,
    /// The lines of the tests themselves, such as figures.
    pub said: Vec<String>,
}

/// Runs the tests with `command`, a call of `node --test --test-reporter=tap` or of a script that does that.
///
/// # Errors
/// When one failed, was left out, or none was run: with the counts and what is told of those that failed.
pub fn tests(command: &mut Command) -> Result<Tried, String> {
    let output = process::output(command)?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let tried = Tried::read(&printed);
    if output.status.success() && tried.holds() {
        return Ok(tried);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}\n{}\n{errors}", tried.counts(), failures(&printed)))
}

impl Tried {
    /// Reads the lines that begin with `#`.
    fn read(printed: &str) -> Self {
        let mut tried = Self::default();
        for line in printed.lines().filter_map(|line| line.trim_start().strip_prefix("# ")) {
            let number = |word| line.strip_prefix(word).and_then(|count| count.trim().parse::<u64>().ok());
            if let Some(count) = number("pass ") {
                tried.passed = count;
            } else if let Some(count) = ["fail ", "cancelled "].into_iter().find_map(number) {
                tried.failed += count;
            } else if let Some(count) = ["skipped ", "todo "].into_iter().find_map(number) {
                tried.left_out += count;
            } else {
                tried.said.push(line.to_owned());
            }
        }
        tried
    }

    /// The counts for people.
    pub fn counts(&self) -> String {
        let Self { passed, failed, left_out, .. } = self;
        format!("{passed} passed, {failed} failed, {left_out} left out")
    }

    /// Whether there were tests, and all of them passed.
    fn holds(&self) -> bool {
        self.passed > 0 && self.failed == 0 && self.left_out == 0
    }
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

/// The browser: the one that `CHROMIUM` names, else Debian's, which is installed where that can be done.
pub fn chromium() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        let sentence = || format!("CHROMIUM names {}, which is no file", named.display());
        return if named.is_file() { Ok(named) } else { Err(sentence()) };
    }
    let debian = PathBuf::from("/usr/bin/chromium");
    if debian.is_file() {
        return Ok(debian);
    }
    let advice = "Chromium is needed: install it (on Debian as root: apt-get install chromium) or name it in CHROMIUM";
    if !Path::new("/etc/debian_version").is_file() || !is_root() {
        return Err(advice.to_owned());
    }
    println!("installing chromium with apt-get, which takes some minutes");
    for call in [&["update"][..], &["install", "-y", "chromium"]] {
        let mut command = Command::new("apt-get");
        command.args(call).env("DEBIAN_FRONTEND", "noninteractive");
        process::captured(&mut command).map_err(|error| format!("{advice}\n{error}"))?;
    }
    if debian.is_file() { Ok(debian) } else { Err(advice.to_owned()) }
}

fn is_root() -> bool {
    let output = process::output(Command::new("id").arg("-u"));
    output.is_ok_and(|output| output.status.success() && output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_and_a_test_left_out_does_not_hold() {
        let printed = "ok 1 - one\n# 1000 checks of 100 lines: median 1.40 ms\n# tests 3\n# pass 3\n# fail 0\n\
                       # cancelled 0\n# skipped 0\n# todo 0\n";
        let tried = Tried::read(printed);
        assert_eq!((tried.passed, tried.failed, tried.left_out), (3, 0, 0));
        assert!(tried.said.contains(&"1000 checks of 100 lines: median 1.40 ms".to_owned()));
        assert!(tried.holds());
        for worse in ["# fail 1\n", "# cancelled 1\n", "# skipped 1\n", "# todo 1\n"] {
            assert!(!Tried::read(&format!("{printed}{worse}")).holds(), "{worse}");
        }
        assert!(!Tried::read("").holds());
    }

    #[test]
    fn only_what_failed_is_shown() {
        let report =
            "TAP version 13\nok 1 - a\n  ---\n  fine: 1\n  ...\nnot ok 2 - b\n  ---\n  error: 'x'\n  ...\n1..2\n";
        assert_eq!(failures(report), "not ok 2 - b\n  ---\n  error: 'x'\n  ...");
    }
}
