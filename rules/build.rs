//! Checks and compiles the rule files beside this script; a faulty one stops the build with a message that points
//! into it.

use std::path::{Path, PathBuf};

use hullmark_document::{LineIndex, PositionEncoding};
use hullmark_language::RuleSet;
use hullmark_language::load::{FileError, SourceFile, load};

/// Folders of the package that hold no rules.
const NOT_RULES: &[&str] = &["src", "target", "schema", "peers"];

fn main() {
    // The package root, so that new files and new folders are noticed too.
    println!("cargo::rerun-if-changed=.");
    if let Err(message) = build() {
        eprintln!("{message}");
        println!("cargo::error={}", message.lines().next().unwrap_or_default());
        std::process::exit(1);
    }
}

fn build() -> Result<(), String> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?);
    let out = PathBuf::from(std::env::var("OUT_DIR").map_err(|error| error.to_string())?);
    let mut files = Vec::new();
    collect(&root, &root, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let loaded = load(&files, None).map_err(|errors| describe(&errors, &files))?;
    let mut rules = loaded.rules;
    // Packs alone are held to the frameworks' controls; the browser need not download them without the reader of packs.
    let (frameworks, tables) = rules.tables.into_iter().partition(|table| table.name.starts_with("compliance-"));
    rules.tables = tables;
    let frameworks = RuleSet { tables: frameworks, ..RuleSet::default() };
    let frameworks = frameworks.encode().map_err(|error| error.to_string())?;
    let rules = rules.encode().map_err(|error| error.to_string())?;
    let texts = loaded.texts.encode().map_err(|error| error.to_string())?;
    write(&out.join("rules.bin"), &rules)?;
    write(&out.join("frameworks.bin"), &frameworks)?;
    write(&out.join("texts.bin"), &texts)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) -> Result<(), String> {
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().map_err(fail)?.is_dir() {
            if !(folder == root && NOT_RULES.contains(&name.as_str())) {
                collect(root, &path, files)?;
            }
        } else if name.ends_with(".yaml") {
            let relative: Vec<String> = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .iter()
                .map(|part| part.to_string_lossy().into_owned())
                .collect();
            let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            files.push(SourceFile { path: relative.join("/"), text });
        }
    }
    Ok(())
}

/// Each error as `rules/PATH:LINE:COLUMN: message`, with the line it points into.
fn describe(errors: &[FileError], files: &[SourceFile]) -> String {
    let mut message = String::new();
    for FileError { path, error } in errors {
        let text = files.iter().find(|file| &file.path == path).map_or("", |file| &file.text);
        let index = LineIndex::new(text);
        let place = index.position(text, error.span().start, PositionEncoding::CodePoint);
        let line = text.lines().nth(place.line as usize - 1).unwrap_or("");
        message.push_str(&format!("rules/{path}:{}:{}: {error}\n", place.line, place.column));
        message.push_str(&format!("    {line}\n    {}^\n", " ".repeat(place.column as usize - 1)));
    }
    message
}
