//! The shape of the source files: sizes, names and lint attributes.
//!
//! What clippy can count it counts (arguments, lines of a function, see `clippy.toml`); this is the rest.

use std::path::Path;

use crate::files;
use crate::process;

/// The most lines of a source file, its tests not counted.
const FILE_LINES: usize = 600;

/// The most lines of a binding's source and one: what it takes to be called thin.
const BINDING_LINES: usize = 300;

/// Names that say nothing of what is in the file.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager", "stuff"];

/// The number of source files, and one sentence for each fault.
pub fn check() -> Result<(usize, Vec<String>), String> {
    let root = process::root();
    let without = ["target", ".git", "node_modules", ".venv"];
    let sources: Vec<_> =
        files::under(&root, &without)?.into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs")).collect();
    let mut faults = Vec::new();
    for path in &sources {
        faults.extend(faults_of(path, &files::read(&root.join(path))?));
    }
    Ok((sources.len(), faults))
}

/// The number of lines of a binding's own source, which stays thin.
pub fn binding(sources: &[&str]) -> Result<usize, String> {
    let mut lines = 0;
    for source in sources {
        lines += files::read(&process::root().join(source))?.lines().count();
    }
    if lines < BINDING_LINES {
        Ok(lines)
    } else {
        Err(format!("the binding has {lines} lines of source, not under {BINDING_LINES}"))
    }
}

fn faults_of(path: &Path, text: &str) -> Vec<String> {
    let shown = path.display();
    let mut faults = Vec::new();
    let lines = lines_without_tests(path, text);
    if lines > FILE_LINES {
        faults.push(format!("{shown} has {lines} lines without its tests; {FILE_LINES} is the most"));
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    if EMPTY_NAMES.iter().any(|empty| name == *empty || name.ends_with(&format!("_{empty}"))) {
        faults.push(format!("{shown} has a name that says nothing of what is in it"));
    }
    for (line, attribute) in attributes(text) {
        // A test crate as a whole may panic: that is how a test fails.
        let is_test = path.components().any(|part| part.as_os_str() == "tests");
        if attribute.starts_with("#![") && !is_test {
            faults.push(format!("{shown}:{line} switches a lint off for the whole file"));
        } else if !attribute.contains("reason") {
            faults.push(format!("{shown}:{line} switches a lint off without a reason"));
        }
    }
    faults
}

/// The number of lines before the test module at the end; a file of tests has none.
fn lines_without_tests(path: &Path, text: &str) -> usize {
    let is_tests = path.file_name().is_some_and(|name| name == "tests.rs")
        || path.components().any(|part| part.as_os_str() == "tests");
    if is_tests {
        return 0;
    }
    let lines: Vec<&str> = text.lines().collect();
    let starts_tests = |pair: &[&str]| matches!(pair, [first, second] if first.trim() == "#[cfg(test)]" && second.trim().starts_with("mod "));
    lines.windows(2).position(starts_tests).unwrap_or(lines.len())
}

/// The `allow` and `expect` attributes of a file: the line each starts on, and its text up to the closing bracket.
fn attributes(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let starts = ["#[allow(", "#![allow(", "#[expect(", "#![expect("];
    let is_start = |line: &str| starts.iter().any(|start| line.starts_with(start));
    let from = |(place, _): (usize, &&str)| {
        let mut attribute = String::new();
        for line in lines.iter().skip(place).take(12) {
            attribute.push_str(line);
            if attribute.contains(")]") {
                break;
            }
        }
        (place + 1, attribute)
    };
    lines.iter().enumerate().filter(|(_, line)| is_start(line)).map(from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        faults_of(Path::new(path), text).len()
    }

    #[test]
    fn tests_do_not_count_towards_the_size() {
        let code = "let x = 1;\n".repeat(600);
        let tests = "#[cfg(test)]\nmod tests {\n}\n".to_owned() + &"\n".repeat(400);
        assert_eq!(faults("a.rs", &format!("{code}{tests}")), 0);
        assert_eq!(faults("a.rs", &format!("{code}\n{tests}")), 1);
        assert_eq!(faults("core/tests/laws.rs", &code.repeat(3)), 0);
    }

    #[test]
    fn names_that_say_nothing_are_faults() {
        assert_eq!(faults("src/utils.rs", ""), 1);
        assert_eq!(faults("src/yaml_helpers.rs", ""), 1);
        assert_eq!(faults("src/commons.rs", ""), 0);
    }

    #[test]
    fn a_lint_is_switched_off_for_one_item_and_with_a_reason() {
        assert_eq!(faults("a.rs", "#[allow(dead_code)]\nfn a() {}\n"), 1);
        assert_eq!(faults("a.rs", "#![allow(dead_code, reason = \"x\")]\n"), 1);
        assert_eq!(faults("a.rs", "#[expect(\n  dead_code,\n  reason = \"x\"\n)]\nfn a() {}\n"), 0);
    }
}
