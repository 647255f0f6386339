//! `cargo xtask hadolint-cases`: whether hadolint still says what the drop-in cases of `cli/tests/hadolint` expect.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::json;
use crate::peers::{Hadolint, Peers};
use crate::process;

/// Asks hadolint for every case.
pub fn run() -> Outcome {
    let hadolint = Peers::open()?.hadolint()?;
    let folder = process::root().join("cli/tests/hadolint");
    let unreadable = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    let mut cases = Vec::new();
    for entry in fs::read_dir(&folder).map_err(unreadable)? {
        cases.push(entry.map_err(unreadable)?.path());
    }
    cases.sort();
    let mut fine = true;
    for case in &cases {
        let wanted = fs::read_to_string(case.join("expected.txt")).map_err(unreadable)?;
        let found = said(&hadolint, case)?;
        if found != wanted {
            fine = false;
            println!("{}\n  expected {wanted:?}\n  hadolint {found:?}", case.display());
        }
    }
    println!("{} cases", cases.len());
    Ok(fine)
}

/// Exit status and findings of one case, a line each.
fn said(hadolint: &Hadolint, case: &Path) -> Result<String, String> {
    let mut command = hadolint.plain_command(case);
    for line in fs::read_to_string(case.join("environment")).unwrap_or_default().lines() {
        if let Some((name, value)) = line.split_once('=') {
            command.env(name, value);
        }
    }
    let output = process::output(&mut command)?;
    let found = json::parse(&output.stdout, "hadolint")?;
    let row = |one: &serde_json::Value| {
        Some((
            one.get("line")?.as_u64()?,
            one.get("code")?.as_str()?.to_owned(),
            one.get("level")?.as_str()?.to_owned(),
        ))
    };
    let mut rows: Vec<_> = found.as_array().into_iter().flatten().filter_map(row).collect();
    rows.sort();
    let lines: String = rows.iter().map(|(line, code, level)| format!("{line} {code} {level}\n")).collect();
    Ok(format!("exit {}\n{lines}", output.status.code().unwrap_or(-1)))
}
