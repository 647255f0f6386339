//! The playground: built with the package for the browser and tried in Chromium.

use std::path::Path;

use crate::Outcome;
use crate::node_js;
use crate::process;
use crate::wasm;

/// Checks the playground and prints what there is to say of it.
pub fn run() -> Outcome {
    println!("{}", check(&wasm::package()?)?);
    Ok(true)
}

/// Builds the page with the engine of `package`, runs its tests, and says how many passed and how long a keystroke took.
pub fn check(package: &Path) -> Result<String, String> {
    let folder = process::root().join("playground");
    let chromium = node_js::chromium()?;
    node_js::install(&folder)?;
    let npm = |words: &[&str]| {
        let mut command = node_js::npm(&folder, words);
        command.env("HULLMARK_WASM", package).env("CHROMIUM", &chromium);
        command
    };
    process::captured(&mut npm(&["--silent", "run", "build"]))?;
    let pictures = process::target_folder()?.join("playground-pictures");
    let tried = node_js::tests(npm(&["--silent", "run", "test"]).env("SCREENSHOTS", &pictures))?;
    let keystrokes = tried.said.iter().find(|line| line.contains(" checks of 100 lines: "));
    let keystrokes = keystrokes.ok_or("the test of the keystrokes printed no figures")?;
    Ok(format!("{}; {keystrokes}; pictures in {}", tried.counts(), pictures.display()))
}
