//! The package for the browser: its two modules, built, bound, made small, weighed and tried.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use wasm_bindgen_cli_support::Bindgen;

use crate::Outcome;
use crate::node_js;
use crate::process;
use crate::shape;

/// The target of the browser.
const TARGET: &str = "wasm32-unknown-unknown";

/// A module of the package: the name of its files, and the features it is built with.
struct Module {
    name: &'static str,
    features: &'static str,
}

/// What a page loads by itself.
const LEAN: Module = Module { name: "hullmark", features: "" };

/// What a page loads in its place to give the engine rule files of its own.
const PACKS: Module = Module { name: "packs", features: "packs" };

/// What the parts of the package weigh gzipped, in bytes.
struct Weight {
    /// The engine with the rules, and what binds it to JavaScript: what a page must load before it can check.
    payload: usize,
    /// The same with the reader of rule files.
    with_packs: usize,
    /// The texts of the rules, loaded when an explanation is first asked for.
    texts: usize,
}

/// Builds the package and says what it weighs.
pub fn run() -> Outcome {
    let folder = package()?;
    println!("{}", folder.display());
    println!("{}", weight(&folder)?);
    Ok(true)
}

/// Builds the package, weighs it and runs its tests in Node.js and in Chromium.
pub fn check() -> Result<String, String> {
    let lines = shape::binding(&["bindings-wasm/src/lib.rs", "bindings-wasm/src/error.d.ts"])?;
    let package = package()?;
    let weight = weight(&package)?;
    let mut tests = node_js::node()?;
    tests.args(["--test", "--test-reporter=tap", "test/"]).current_dir(process::root().join("bindings-wasm"));
    tests.env("HULLMARK_WASM", &package).env("CHROMIUM", node_js::chromium()?);
    Ok(format!("{}; {weight}; {lines} lines of source", node_js::tests(&mut tests)?.counts()))
}

/// The folder of the package, built once in a run.
pub fn package() -> Result<PathBuf, String> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BUILT.get_or_init(build).clone()
}

/// Builds the package anew and returns its folder, `wasm-package` in cargo's target folder.
fn build() -> Result<PathBuf, String> {
    add_target()?;
    let target = process::target_folder()?;
    let package = target.join("wasm-package");
    empty(&package)?;
    for module in [LEAN, PACKS] {
        build_module(&module, &target, &package)?;
    }
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

/// Builds one module and puts it into `package` with what binds it to JavaScript.
fn build_module(module: &Module, target: &Path, package: &Path) -> Result<(), String> {
    let call = ["build", "--locked", "--quiet", "--profile", "browser", "--package", "hullmark-wasm"];
    let mut cargo = process::cargo(&call);
    cargo.args(["--target", TARGET, "--features", module.features]);
    process::captured(&mut cargo)?;
    Bindgen::new()
        .input_path(target.join(TARGET).join("browser/hullmark_wasm.wasm"))
        .out_name(module.name)
        .typescript(true)
        .omit_default_module_path(false)
        .web(true)
        .map_err(|error| error.to_string())?
        .generate(package)
        .map_err(|error| format!("cannot bind the module: {error:#}"))?;
    optimise(&package.join(format!("{}_bg.wasm", module.name)))
}

/// What the package in `folder` weighs, and whether it may.
fn weight(folder: &Path) -> Result<String, String> {
    let (Weight { payload, with_packs, texts }, budget) = (weigh(folder)?, budget()?);
    let said = format!("payload {payload} bytes gzipped of {budget}, with packs {with_packs}, texts {texts}");
    if payload <= budget { Ok(said) } else { Err(format!("over the budget: {said}")) }
}

fn weigh(folder: &Path) -> Result<Weight, String> {
    Ok(Weight {
        payload: weigh_module(folder, &LEAN)?,
        with_packs: weigh_module(folder, &PACKS)?,
        texts: gzipped(&folder.join("texts.bin"))?,
    })
}

fn weigh_module(folder: &Path, Module { name, .. }: &Module) -> Result<usize, String> {
    Ok(gzipped(&folder.join(format!("{name}_bg.wasm")))? + gzipped(&folder.join(format!("{name}.js")))?)
}

/// What the payload may weigh gzipped, from `bindings-wasm/size-budget.json`.
fn budget() -> Result<usize, String> {
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
    node_js::install(&folder)?;
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
