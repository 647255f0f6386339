//! What it costs before the first byte of input is read.

use std::fs;
use std::path::{Path, PathBuf};

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use hullmark::Engine;
use hullmark_language::RuleSet;
use hullmark_language::load::{SourceFile, load};

fn main() {
    divan::main();
}

/// The embedded set, decoded.
#[divan::bench]
fn decode_rules(bencher: Bencher<'_, '_>) {
    let bytes = hullmark_rules::RULES;
    bencher.counter(BytesCount::new(bytes.len())).bench(|| RuleSet::decode(black_box(bytes)));
}

/// An engine with a preset, ready to check.
#[divan::bench(args = ["recommended", "all", "hadolint"])]
fn build_engine(preset: &str) -> Result<Engine, hullmark::Error> {
    Engine::builder().preset(black_box(preset)).build()
}

/// Every rule file, preset and table from YAML: what the build script of the rules does.
#[divan::bench]
fn load_rule_files(bencher: Bencher<'_, '_>) {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../rules"));
    let mut files = Vec::new();
    for folder in ["dockerfile", "image", "kubernetes", "presets", "data", "compliance"] {
        for path in yaml_files(&root.join(folder)) {
            if let (Ok(text), Ok(name)) = (fs::read_to_string(&path), path.strip_prefix(root)) {
                files.push(SourceFile { path: name.to_string_lossy().replace('\\', "/"), text });
            }
        }
    }
    let bytes: usize = files.iter().map(|file| file.text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| load(black_box(&files), None).is_ok());
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    paths.sort();
    paths
}
