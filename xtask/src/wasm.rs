//! The package for the browser: built, bound, made small, weighed and tried.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use crate::Outcome;
use crate::process;

/// The target of the browser.
const TARGET: &str = "wasm32-unknown-unknown";

/// What the parts of the package weigh gzipped, in bytes.
pub struct Weight {
    /// The engine with the rules, and what binds it to JavaScript: what a page must load before it can check.
    pub payload: usize,
    /// The texts of the rules, loaded when an explanation is first asked for.
    pub texts: usize,
}

/// Builds the package and says what it weighs.
pub fn run() -> Outcome {
    let folder = build()?;
    let (Weight { payload, texts }, budget) = (weigh(&folder)?, budget()?);
    println!("{}", folder.display());
    println!("payload {payload} bytes gzipped, budget {budget}; texts {texts}");
    Ok(payload <= budget)
}

/// Builds the package anew and returns its folder, `wasm-package` in cargo's target folder.
pub fn build() -> Result<PathBuf, String> {
    add_target()?;
    let call =
        ["build", "--locked", "--quiet", "--profile", "browser", "--package", "hullmark-wasm", "--target", TARGET];
    process::captured(&mut process::cargo(&call))?;
    let target = process::target_folder()?;
    let package = target.join("wasm-package");
    empty(&package)?;
    Bindgen::new()
        .input_path(target.join(TARGET).join("browser/hullmark_wasm.wasm"))
        .out_name("hullmark")
        .typescript(true)
        .web(true)
        .map_err(|error| error.to_string())?
        .generate(&package)
        .map_err(|error| format!("cannot bind the module: {error:#}"))?;
    optimise(&package.join("hullmark_bg.wasm"))?;
    let texts =
        ["run", "--locked", "--quiet", "--package", "hullmark-rules", "--features", "texts", "--example", "texts"];
    write(&package.join("texts.bin"), &process::captured(&mut process::cargo(&texts))?.stdout)?;
    let root = process::root();
    let copies = [("bindings-wasm/package.json", "package.json"), ("bindings-wasm/README.md", "README.md")];
    for (from, to) in copies.into_iter().chain([("LICENSE-MIT", "LICENSE-MIT"), ("LICENSE-APACHE", "LICENSE-APACHE")]) {
        let copied = fs::copy(root.join(from), package.join(to));
        copied.map_err(|error| format!("cannot copy {from} into the package: {error}"))?;
    }
    Ok(package)
}

/// What the package in `folder` weighs.
pub fn weigh(folder: &Path) -> Result<Weight, String> {
    Ok(Weight {
        payload: gzipped(&folder.join("hullmark_bg.wasm"))? + gzipped(&folder.join("hullmark.js"))?,
        texts: gzipped(&folder.join("texts.bin"))?,
    })
}

/// What the payload may weigh gzipped, from `bindings-wasm/size-budget.json`.
pub fn budget() -> Result<usize, String> {
    let path = "bindings-wasm/size-budget.json";
    let budget = crate::json::parse(&read(&process::root().join(path))?, path)?;
    let bytes = budget.get("payload_gzipped_bytes").and_then(serde_json::Value::as_u64);
    bytes.and_then(|bytes| usize::try_from(bytes).ok()).ok_or_else(|| format!("{path} has no payload_gzipped_bytes"))
}

/// Installs the compiler's part for the target, where it is missing.
fn add_target() -> Result<(), String> {
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).current_dir(process::root());
    process::captured(&mut rustup).map(|_| ()).map_err(|error| format!("the target {TARGET} is needed: {error}"))
}

/// Makes the module as small as binaryen can.
fn optimise(module: &Path) -> Result<(), String> {
    let folder = process::root().join("bindings-wasm");
    process::npm_install(&folder)?;
    let mut command = Command::new(folder.join("node_modules/.bin/wasm-opt"));
    // Two passes that make the module smaller make it larger gzipped, which is what a browser downloads. The linker
    // puts nothing below 1024, which is what `low-memory-unused` asks.
    command.args(["-Os", "--skip-pass=inlining-optimizing", "--skip-pass=local-cse", "--low-memory-unused"]);
    command.args(["--strip-debug", "--strip-producers"]);
    command.arg(module).arg("-o").arg(module);
    process::captured(&mut command).map(|_| ())
}

fn gzipped(path: &Path) -> Result<usize, String> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let packed = encoder.write_all(&read(path)?).and_then(|()| encoder.finish());
    packed.map(|bytes| bytes.len()).map_err(|error| format!("cannot compress {}: {error}", path.display()))
}

fn empty(folder: &Path) -> Result<(), String> {
    let sentence = |error| format!("cannot make {}: {error}", folder.display());
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(sentence(error)),
        _ => fs::create_dir_all(folder).map_err(sentence),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    fs::write(path, content).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
