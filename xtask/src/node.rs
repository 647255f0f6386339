//! The npm package: built for release, packed, and tested as a user has it.

use std::path::PathBuf;

use crate::Outcome;
use crate::node_js;
use crate::process;
use crate::shape;

/// The source that people write.
const SOURCES: &[&str] = &[
    "bindings-node/build.rs",
    "bindings-node/src/lib.rs",
    "bindings-node/src/index.ts",
    "bindings-node/src/index.mts",
];

/// Builds and tests the package, and says what came of it.
pub fn run() -> Outcome {
    println!("{}", check()?);
    Ok(true)
}

/// The folder of the package, built for release.
pub fn built() -> Result<PathBuf, String> {
    let folder = process::root().join("bindings-node");
    node_js::install(&folder)?;
    process::captured(&mut node_js::npm(&folder, &["run", "build"]))?;
    Ok(folder)
}

/// What there is to say when everything held, or else why it did not.
pub fn check() -> Result<String, String> {
    let lines = shape::binding(SOURCES)?;
    let folder = built()?;
    let mut tests = node_js::node()?;
    tests.args(["--test", "--test-reporter=tap", "test/"]).current_dir(&folder);
    Ok(format!("{}; {lines} lines of source", node_js::tests(&mut tests)?.counts()))
}
