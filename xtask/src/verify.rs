//! `cargo xtask test`: everything that must hold before a change lands.
//!
//! A step that could not be run is said so and counts as failed: silence is never a pass. Known advisories are
//! not looked up here, since a new one must not turn an old commit red; that is `cargo deny check advisories`. For
//! the same reason the laws are tried on the same inputs each time; `cargo test` by itself tries new ones.

use std::process::Command;
use std::time::Instant;

use crate::Outcome;
use crate::generated;
use crate::licence;
use crate::node;
use crate::playground;
use crate::process;
use crate::python;
use crate::shape;
use crate::wasm;

/// How a step ended.
enum End {
    /// It held; the text says over how much.
    Held(String),
    /// It did not hold, or could not be run; the text says why.
    Failed(String),
    /// An extra that is not part of the verdict was left out; the text says which and how to get it.
    LeftOut(String),
}

/// Where the inputs of the laws begin, unless the variable is set already.
const SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "1");

type Step = fn() -> Result<End, String>;

const STEPS: &[(&str, Step)] = &[
    ("toolchain", toolchain),
    ("format", format),
    ("source shape", source_shape),
    ("clippy", clippy),
    ("tests", tests),
    ("small search", small_search),
    ("docs", docs),
    ("python", python),
    ("generated files", generated_files),
    ("licences", licences),
    ("cargo deny", cargo_deny),
    ("node package", node_package),
    ("browser package", browser_package),
    ("playground", page),
];

/// Runs every step, also after one has failed, and ends with the line `N passed, N failed`.
pub fn run() -> Outcome {
    let (mut passed, mut failed, mut left_out) = (0, 0, 0);
    for (name, step) in STEPS {
        let start = Instant::now();
        let end = step().unwrap_or_else(End::Failed);
        let (word, detail) = match end {
            End::Held(detail) => {
                passed += 1;
                ("ok", detail)
            }
            End::Failed(detail) => {
                failed += 1;
                ("FAILED", detail)
            }
            End::LeftOut(detail) => {
                left_out += 1;
                ("not run", detail)
            }
        };
        println!("{name:<16} {:>7.1} s  {word:<8} {detail}", start.elapsed().as_secs_f64());
    }
    if left_out > 0 {
        println!("{left_out} extra not run, see above");
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}

/// Runs a command that has to end well.
fn held(command: &mut Command, detail: &str) -> Result<End, String> {
    process::captured(command).map(|_| End::Held(detail.to_owned()))
}

/// One line if there are no faults, else each on its own.
fn faults(faults: &[String], detail: String) -> End {
    if faults.is_empty() { End::Held(detail) } else { End::Failed(format!("\n    {}", faults.join("\n    "))) }
}

fn toolchain() -> Result<End, String> {
    let missing =
        |tool: &&str| !process::output(&mut process::cargo(&[*tool, "--version"])).is_ok_and(|o| o.status.success());
    let absent: Vec<&str> = ["fmt", "clippy"].into_iter().filter(missing).collect();
    if absent.is_empty() {
        return held(&mut process::cargo(&["--version"]), "rustfmt and clippy are there");
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "add", "rustfmt", "clippy"]).current_dir(process::root());
    held(&mut rustup, "installed rustfmt and clippy with rustup")
}

fn format() -> Result<End, String> {
    held(&mut process::cargo(&["fmt", "--all", "--check"]), "")
}

fn source_shape() -> Result<End, String> {
    let (count, found) = shape::check()?;
    Ok(faults(&found, format!("{count} files")))
}

fn clippy() -> Result<End, String> {
    let call = ["clippy", "--locked", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    held(&mut process::cargo(&call), "")
}

fn tests() -> Result<End, String> {
    counted_tests(&mut process::cargo(&["test", "--locked", "--workspace", "--no-fail-fast"]))
}

/// The examples of all rules with the library that searches in the browser: both must find the same.
fn small_search() -> Result<End, String> {
    let features = ["--no-default-features", "--features", "small-search,packs,texts"];
    let mut command = process::cargo(&["test", "--locked", "--package", "hullmark", "--test", "rules"]);
    counted_tests(command.args(features))
}

fn counted_tests(command: &mut Command) -> Result<End, String> {
    if std::env::var_os(SEED.0).is_none() {
        command.env(SEED.0, SEED.1);
    }
    let output = process::output(command)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let [passed, failed, ignored] = ["passed", "failed", "ignored"].map(|word| counted(&text, word));
    let count = format!("{passed} passed, {failed} failed, {ignored} ignored");
    match (output.status.success(), ignored) {
        (true, 0) => Ok(End::Held(count)),
        (true, _) => Ok(End::Failed(format!("{count}: an ignored test is a test that was not run"))),
        (false, _) => Ok(End::Failed(format!("{count}\n{}", process::tail(&output, 80)))),
    }
}

/// The sum over all `test result: ...` lines of the number before `word`.
fn counted(text: &str, word: &str) -> u64 {
    let results = text.lines().filter(|line| line.starts_with("test result:"));
    let parts = results.flat_map(|line| line.split([';', '.']));
    parts.filter_map(|part| part.trim().strip_suffix(word)?.trim().parse::<u64>().ok()).sum()
}

fn node_package() -> Result<End, String> {
    node::check().map(End::Held)
}

fn docs() -> Result<End, String> {
    // Libraries only: the pages of the library `hullmark` and of the binary `hullmark` would overwrite each other.
    let mut command = process::cargo(&["doc", "--locked", "--workspace", "--no-deps", "--lib", "--quiet"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    held(&mut command, "")
}

fn python() -> Result<End, String> {
    python::check().map(End::Held)
}

fn generated_files() -> Result<End, String> {
    Ok(faults(&generated::out_of_step(), format!("{} in step", generated::count())))
}

fn licences() -> Result<End, String> {
    let (count, found) = licence::check()?;
    Ok(faults(&found, format!("{count} packages")))
}

fn browser_package() -> Result<End, String> {
    wasm::check().map(End::Held)
}

fn page() -> Result<End, String> {
    playground::check(&wasm::package()?).map(End::Held)
}

fn cargo_deny() -> Result<End, String> {
    let wanted = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let there = process::output(&mut process::cargo(&["deny", "--version"]))?.status.success();
    if !there && !wanted("CI") && !wanted("HULLMARK_INSTALL_DENY") {
        return Ok(End::LeftOut(
            "cargo-deny is not installed, so licences were checked by the step before only, and neither sources nor \
             double versions were; HULLMARK_INSTALL_DENY=1 installs it"
                .to_owned(),
        ));
    }
    if !there {
        println!("installing cargo-deny, which takes some minutes");
        process::captured(&mut process::cargo(&["install", "--locked", "cargo-deny"]))?;
    }
    let detail = if there { "licences, bans, sources" } else { "installed; licences, bans, sources" };
    held(&mut process::cargo(&["deny", "--workspace", "check", "bans", "licenses", "sources"]), detail)
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn results_of_all_test_programs_are_summed() {
        let text = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                    noise 5 passed\n\
                    test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.50s\n";
        assert_eq!([counted(text, "passed"), counted(text, "failed"), counted(text, "ignored")], [15, 2, 1]);
    }
}
