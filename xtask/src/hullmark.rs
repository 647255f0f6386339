//! The `hullmark` binary as the other tasks call it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::json;
use crate::process;

/// A binary that is ready to be called.
pub struct Hullmark {
    path: PathBuf,
}

impl Hullmark {
    /// Builds the binary of this checkout with the release profile, unless `HULLMARK_BIN` names another.
    pub fn build() -> Result<Self, String> {
        if let Some(path) = std::env::var_os("HULLMARK_BIN") {
            let path =
                std::fs::canonicalize(path).map_err(|error| format!("HULLMARK_BIN names no program: {error}"))?;
            println!("hullmark: {} (from HULLMARK_BIN)", path.display());
            return Ok(Self { path });
        }
        process::captured(&mut process::cargo(&["build", "--release", "--quiet", "-p", "hullmark-cli"]))?;
        let name = format!("hullmark{}", std::env::consts::EXE_SUFFIX);
        let path = process::target_folder()?.join("release").join(name);
        if path.is_file() { Ok(Self { path }) } else { Err(format!("the build left no {}", path.display())) }
    }

    /// Where the binary lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A call of the binary in `folder`.
    pub fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command.current_dir(folder).args(arguments);
        command
    }

    /// What `hullmark check` prints in a JSON format, byte for byte.
    ///
    /// # Errors
    /// A sentence if the call ends with a status other than 0 or 1, or if anything in it panicked.
    pub fn check(&self, folder: &Path, options: &[&str], paths: &[PathBuf]) -> Result<Vec<u8>, String> {
        let mut command = self.command(folder, &["check"]);
        command.args(options).arg("--").args(paths);
        let output = process::output(&mut command)?;
        let panicked = String::from_utf8_lossy(&output.stderr).contains("panicked at");
        match output.status.code() {
            Some(0 | 1) if !panicked => Ok(output.stdout),
            _ => Err(process::failure(&command, &output)),
        }
    }

    /// What `hullmark rules --preset NAME --format json` prints.
    pub fn rules(&self, preset: &str) -> Result<Value, String> {
        let mut command = self.command(Path::new("."), &["rules", "--preset", preset, "--format", "json"]);
        json::parse(&process::captured(&mut command)?.stdout, "hullmark")
    }

    /// The report of `hullmark check --format json`.
    pub fn report(&self, folder: &Path, options: &[&str], paths: &[PathBuf]) -> Result<Value, String> {
        let mut all = vec!["--format", "json"];
        all.extend_from_slice(options);
        json::parse(&self.check(folder, &all, paths)?, "hullmark")
    }
}

/// The number of files that a report says it has checked.
pub fn files_checked(report: &Value) -> u64 {
    report.get("summary").map_or(0, |summary| json::number(summary, "files_checked"))
}
