//! The cases that every host runs: `cases/NAME/` holds `case.json` (the options and the files of one call), `files/`, the
//! report as `expected.json`, and as `expected.utf-16.json` where columns counted in UTF-16 are others.
//!
//! `HULLMARK_WRITE_CASES=1` writes what is expected anew; what comes out is then to be read and judged, not to be
//! committed unseen.

use std::fs;
use std::path::{Path, PathBuf};

use hullmark::{Columns, InputFile, Options, Report};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() > 5, "the cases are lost");
    let columns = [(Columns::CodePoints, "code-points"), (Columns::Utf16, "utf-16")];
    let trials = cases.into_iter().flat_map(|case| columns.map(|(columns, word)| trial(case.clone(), columns, word)));
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn trial(case: PathBuf, columns: Columns, word: &str) -> Trial {
    let name = format!("{}::{word}", case.file_name().unwrap().to_string_lossy());
    Trial::test(name, move || run(&case, columns))
}

fn run(case: &Path, columns: Columns) -> Result<(), Failed> {
    let call: Value = serde_json::from_str(&fs::read_to_string(case.join("case.json"))?)?;
    let mut options = Options::from_json(&call["options"].to_string())?;
    options.columns = Some(columns);
    let names = call["files"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    let inputs = names.map(|path| {
        let content = fs::read(case.join("files").join(&path)).unwrap();
        InputFile { path, content, kind: None }
    });
    let report = options.engine()?.check_many(inputs.collect());
    let json = report.to_json();
    assert_eq!(Report::from_json(&json)?.to_json(), json, "a report that was read back says something else");
    let mut found: Value = serde_json::from_str(&json)?;
    found["tool"].as_object_mut().unwrap().remove("version");
    compare(&found, case, columns)
}

fn compare(found: &Value, case: &Path, columns: Columns) -> Result<(), Failed> {
    let [common, other] = ["expected.json", "expected.utf-16.json"].map(|name| case.join(name));
    if std::env::var_os("HULLMARK_WRITE_CASES").is_some() {
        let before: Option<Value> = fs::read(&common).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let differs = columns == Columns::Utf16 && before.as_ref() != Some(found);
        fs::write(if differs { &other } else { &common }, serde_json::to_string_pretty(found)? + "\n")?;
    }
    let wanted = if columns == Columns::Utf16 && other.exists() { &other } else { &common };
    let expected: Value = serde_json::from_str(&fs::read_to_string(wanted)?)?;
    if *found == expected {
        return Ok(());
    }
    Err(format!("not {}, but\n{}", wanted.display(), serde_json::to_string_pretty(found)?).into())
}
