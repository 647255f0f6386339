//! The playground: built with the package for the browser and tried in Chromium.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// Checks the playground and prints what there is to say of it.
pub fn run(package: &Path) -> crate::Outcome {
    println!("{}", check(package)?);
    Ok(true)
}

/// Builds the page with the engine of `package`, runs its tests, and says how many passed and how long a keystroke took.
pub fn check(package: &Path) -> Result<String, String> {
    let folder = process::root().join("playground");
    let chromium = chromium()?;
    process::npm_install(&folder)?;
    let npm = |arguments: &[&str]| {
        let mut command = Command::new("npm");
        command.args(["--silent", "run"]).args(arguments).current_dir(&folder);
        command.env("HULLMARK_WASM", package).env("CHROMIUM", &chromium);
        command
    };
    process::captured(&mut npm(&["build"]))?;
    let pictures = process::target_folder()?.join("playground-pictures");
    let output = process::output(npm(&["test"]).env("SCREENSHOTS", &pictures))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let tried = Tried::read(&printed);
    let Tried { passed, failed, left_out, keystrokes } = &tried;
    let counts = format!("{passed} passed, {failed} failed, {left_out} left out");
    if !output.status.success() || !tried.holds() {
        let named = printed.lines().filter(|line| line.starts_with("not ok ")).collect::<Vec<_>>().join("\n");
        return Err(format!("{counts}\n{named}\n{}", process::tail(&output, 80)));
    }
    Ok(format!("{counts}; {keystrokes}; pictures in {}", pictures.display()))
}

/// What the tests printed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tried {
    passed: u64,
    failed: u64,
    left_out: u64,
    keystrokes: String,
}

impl Tried {
    /// Reads the lines that begin with `#` in what Node's test runner prints.
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
            } else if line.contains(" checks of 100 lines: ") {
                line.clone_into(&mut tried.keystrokes);
            }
        }
        tried
    }

    /// Whether every test ran and passed, that of the keystrokes among them.
    fn holds(&self) -> bool {
        self.passed > 0 && self.failed == 0 && self.left_out == 0 && !self.keystrokes.is_empty()
    }
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
    for call in [&["update"][..], &["install", "-y", "--no-install-recommends", "chromium"]] {
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
    use super::Tried;

    #[test]
    fn counts_and_keystrokes_are_read_and_a_test_left_out_does_not_hold() {
        let printed = "ok 1 - one\n# 1000 checks of 100 lines: median 1.40 ms\n# tests 3\n# pass 3\n# fail 0\n\
                       # cancelled 0\n# skipped 0\n# todo 0\n";
        let tried = Tried::read(printed);
        assert_eq!((tried.passed, tried.failed, tried.left_out), (3, 0, 0));
        assert_eq!(tried.keystrokes, "1000 checks of 100 lines: median 1.40 ms");
        assert!(tried.holds());
        for worse in ["# fail 1\n", "# cancelled 1\n", "# skipped 1\n", "# todo 1\n"] {
            assert!(!Tried::read(&format!("{printed}{worse}")).holds(), "{worse}");
        }
        assert!(!Tried::read("# pass 3\n").holds());
        assert!(!Tried::read("").holds());
    }
}
