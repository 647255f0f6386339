//! The Python package: built for release, installed in an environment of its own, and tested there as a user has it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::hullmark::Hullmark;
use crate::process;
use crate::shape;

/// The oldest Python that the package is for: 3.10.
const OLDEST: u32 = 10;

/// The source that people write; the rest is made from the schema of `core`.
const SOURCES: &[&str] =
    &["bindings-python/src/lib.rs", "bindings-python/src/convert.rs", "bindings-python/hullmark/__init__.py"];

/// Builds and tests; what there is to say when everything held, or else why it did not.
pub fn check() -> Result<String, String> {
    let lines = shape::binding(SOURCES)?;
    let python = Environment::with_package()?;
    let cases = python.tests()?;
    let stubs = python.stubs()?;
    Ok(format!("{cases}, {stubs}, {lines} lines of source"))
}

/// The stub of the native part, as the generator of the binding's library makes it of the built module.
pub fn stub() -> Result<Vec<u8>, String> {
    let tools = tools()?;
    let out = folder_in_target("python/stub")?;
    let mut maturin =
        tools.call("maturin", &["generate-stubs", "--quiet", "--locked", "--profile", "release", "--out"]);
    process::captured(maturin.arg(&out).current_dir(folder()))?;
    let made = out.join("hullmark/_hullmark.pyi");
    let made = if made.is_file() { made } else { out.join("_hullmark.pyi") };
    fs::read(&made).map_err(|error| format!("maturin left no {}: {error}", made.display()))
}

/// The folder of the package.
fn folder() -> PathBuf {
    process::root().join("bindings-python")
}

/// A folder below cargo's target folder, made anew.
fn folder_in_target(name: &str) -> Result<PathBuf, String> {
    let path = process::target_folder()?.join(name);
    if path.exists() {
        fs::remove_dir_all(&path).map_err(|error| format!("cannot empty {}: {error}", path.display()))?;
    }
    fs::create_dir_all(&path).map_err(|error| format!("cannot make {}: {error}", path.display()))?;
    Ok(path)
}

/// A virtual environment of Python.
pub struct Environment {
    path: PathBuf,
}

impl Environment {
    /// A new one with the package in it, built from this checkout, and with what its tests need.
    pub fn with_package() -> Result<Self, String> {
        let wheel = wheel()?;
        let made = Self { path: folder_in_target("python/fresh")? };
        made.create()?;
        made.install(&["--requirement", "requirements.txt"])?;
        made.install(&["--no-deps", "--force-reinstall", &wheel.to_string_lossy()])?;
        Ok(made)
    }

    fn create(&self) -> Result<(), String> {
        process::captured(Command::new(interpreter()?).args(["-m", "venv"]).arg(&self.path)).map(drop).map_err(
            |fault| {
                format!("Python cannot make a virtual environment (on Debian: apt-get install python3-venv)\n{fault}")
            },
        )
    }

    fn install(&self, what: &[&str]) -> Result<(), String> {
        let mut pip = self.call("python", &["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        process::captured(pip.args(what).current_dir(folder())).map(drop)
    }

    /// A call of a program of this environment, away from the sources of the package.
    pub fn call(&self, program: &str, words: &[&str]) -> Command {
        let programs = self.path.join(if cfg!(windows) { "Scripts" } else { "bin" });
        let mut command = Command::new(programs.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)));
        command.args(words).current_dir(&self.path).env("VIRTUAL_ENV", &self.path).env_remove("PYTHONPATH");
        command
    }

    /// Runs the tests; says how many there were.
    fn tests(&self) -> Result<String, String> {
        let mut command = self.call("python", &["-m", "pytest", "-p", "no:cacheprovider", "-c"]);
        command.arg(folder().join("pyproject.toml")).arg("--rootdir").arg(folder()).arg(folder().join("tests"));
        command.env("HULLMARK_BIN", Hullmark::build()?.path());
        let output = process::output(&mut command)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let [passed, failed, skipped, errors] =
            ["passed", "failed", "skipped", "error"].map(|word| counted(&text, word));
        let count = format!("{passed} tests passed, {failed} failed");
        match output.status.success() && failed + skipped + errors == 0 && passed > 0 {
            true => Ok(count),
            false => Err(format!("{count}, {skipped} skipped, {errors} errors\n{}", process::tail(&output, 80))),
        }
    }

    /// Compares the stub with the built module, and types sample and package strictly.
    fn stubs(&self) -> Result<String, String> {
        process::captured(&mut self.call("python", &["-m", "mypy.stubtest", "hullmark._hullmark"]))?;
        let strict = ["-m", "mypy", "--strict", "--disallow-any-expr", "--no-incremental"];
        process::captured(self.call("python", &strict).arg(folder().join("examples/check_folder.py")))?;
        let strict = ["-m", "mypy", "--strict", "--no-incremental"];
        let webhook = process::root().join("examples/admission/webhook.py");
        process::captured(self.call("python", &strict).arg(webhook))?;
        process::captured(self.call("python", &strict).arg("hullmark").current_dir(folder()))?;
        Ok("stub like the module, samples and package typed strictly".to_owned())
    }
}

/// The environment with the tools, which is kept between runs.
fn tools() -> Result<Environment, String> {
    let tools = Environment { path: process::target_folder()?.join("python/tools") };
    if !tools.path.join("pyvenv.cfg").is_file() {
        tools.create()?;
    }
    tools.install(&["--requirement", "requirements.txt"])?;
    Ok(tools)
}

/// Builds the wheel and returns its path.
fn wheel() -> Result<PathBuf, String> {
    let out = folder_in_target("python/wheel")?;
    let words = ["build", "--release", "--locked", "--quiet", "--out"];
    process::captured(tools()?.call("maturin", &words).arg(&out).current_dir(folder()))?;
    let entries = fs::read_dir(&out).map_err(|error| format!("cannot read {}: {error}", out.display()))?;
    let mut paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    paths.find(|path| path.extension().is_some_and(|e| e == "whl")).ok_or_else(|| "maturin left no wheel".to_owned())
}

/// The name of a Python that is new enough.
fn interpreter() -> Result<&'static str, String> {
    let wanted =
        format!("Python 3.{OLDEST} or newer is needed, https://www.python.org (on Debian: python3, python3-venv)");
    for name in ["python3", "python"] {
        let asked = ["-c", "import sys; print(sys.version_info[0] * 100 + sys.version_info[1])"];
        let Ok(output) = process::output(Command::new(name).args(asked)) else { continue };
        let version = String::from_utf8_lossy(&output.stdout).trim().parse::<u32>();
        if version.is_ok_and(|version| version >= 300 + OLDEST) {
            return Ok(name);
        }
    }
    Err(wanted)
}

/// The number before `word` in the last line of a test report.
fn counted(report: &str, word: &str) -> u64 {
    let last = report.lines().rev().find(|line| line.contains(" in ") && line.starts_with('='));
    let parts = last.unwrap_or_default().trim_matches('=').split([',', '=']);
    let number = |part: &str| part.trim().split_once(' ').filter(|(_, rest)| rest.starts_with(word))?.0.parse().ok();
    parts.filter_map(number).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn the_counts_of_a_report_are_read() {
        let report = "tests/a.py ..F\n=== short test summary info ===\nFAILED 9 passed\n=== 1 failed, 12 passed, 2 errors in 3.10s ===\n";
        assert_eq!(["failed", "passed", "error", "skipped"].map(|word| counted(report, word)), [1, 12, 2, 0]);
        assert_eq!(counted("=== 185 passed in 3.10s (0:01:00) ===", "passed"), 185);
        assert_eq!(counted("", "passed"), 0);
    }
}
