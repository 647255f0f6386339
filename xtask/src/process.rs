//! Running other programs and finding this checkout's folders.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The root of the checkout.
pub fn root() -> PathBuf {
    // `cargo run` sets the variable; the compiled-in path serves a binary that is started by hand.
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or(package.clone(), Path::to_path_buf)
}

/// The same cargo that started this task, run at the root of the checkout.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// The folder that cargo builds into, asked of cargo itself so that every way of setting it counts.
pub fn target_folder() -> Result<PathBuf, String> {
    let output = captured(&mut cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata is not JSON: {error}"))?;
    let folder = metadata.get("target_directory").and_then(serde_json::Value::as_str);
    folder.map(PathBuf::from).ok_or_else(|| "cargo metadata names no target_directory".to_owned())
}

/// Runs a program to its end with both of its outputs kept. Its exit status is for the caller to judge.
pub fn output(command: &mut Command) -> Result<Output, String> {
    command.stdin(Stdio::null());
    command.output().map_err(|error| format!("cannot run {}: {error}", name(command)))
}

/// Like [`output`], for a program that has to end well.
pub fn captured(command: &mut Command) -> Result<Output, String> {
    let output = output(command)?;
    if output.status.success() { Ok(output) } else { Err(failure(command, &output)) }
}

/// How long a program takes from start to end with its outputs thrown away.
///
/// `accepted` lists the exit statuses with which the measured work counts as done.
pub fn timed(command: &mut Command, accepted: &[i32]) -> Result<Duration, String> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().map_err(|error| format!("cannot run {}: {error}", name(command)))?;
    let elapsed = start.elapsed();
    match status.code() {
        Some(code) if accepted.contains(&code) => Ok(elapsed),
        _ => Err(format!("{} ended with {status}", name(command))),
    }
}

/// What to say of a program that did not end well: its name, its status and the end of what it printed.
pub fn failure(command: &Command, output: &Output) -> String {
    format!("{} ended with {}\n{}", name(command), output.status, tail(output, 40))
}

/// The last lines of a program's two outputs, errors last.
pub fn tail(output: &Output, count: usize) -> String {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = text.lines().collect();
    let skipped = lines.len().saturating_sub(count);
    lines.into_iter().skip(skipped).collect::<Vec<_>>().join("\n")
}

/// A command as a person would write it, cut to a line.
fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program()).to_string_lossy();
    let mut line = format!("`{program}");
    for argument in command.get_args() {
        if line.len() > 100 {
            line.push_str(" ...");
            break;
        }
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line.push('`');
    line
}
