//! `cargo xtask`: the one task runner, the same on a laptop and in continuous integration.
//!
//! Every verb prints plain lines and ends with exit status 0 (all held), 1 (something did not hold) or
//! 2 (the call itself was wrong).

mod bench;
mod bindings_speed;
mod corpus;
mod differences;
mod dockerfile_codes;
mod files;
mod generated;
mod growth;
mod hadolint_cases;
mod hullmark;
mod json;
mod licence;
mod manifest_checks;
mod node;
mod node_js;
mod peers;
mod playground;
mod pod_security;
mod process;
mod python;
mod python_types;
mod random;
mod score;
mod shape;
mod silence;
mod table;
mod typescript;
mod verify;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use dockerfile_codes::Peer;

/// What a verb comes to: whether everything held, or a sentence that says why it could not be found out.
type Outcome = Result<bool, String>;

const USAGE: &str = "\
usage: cargo xtask VERB

  test                            everything that must hold before a change lands
  gen [--check]                   write the generated files, or say which are out of step
  wasm                            build the package for the browser and print what it weighs
  node                            build, pack and test the package for Node.js
  playground                      build the playground with that package and try it in Chromium
  bench DIR                       time hullmark beside hadolint and checkov on the files under DIR
  growth                          time hullmark on Dockerfiles made to hurt, at half their size and at their size
  bindings-speed DIR              time the packages for other languages beside hullmark on the files under DIR
  hadolint DIR                    compare findings with hadolint's by file, line and code
  silence                         try that peers have nothing to say about rules/peers/silence.yaml
  checkov DIR                     compare findings with checkov's by check, and by file or object
  hadolint-cases                  ask hadolint whether the drop-in cases expect what it says
  python                          build the Python package and test it as a user has it
  pod-security DIR                run the Pod Security Standards fixtures of DIR/cases.jsonl
  corpus [--sample N] [--seed S] DIR...
                                  check that every file is accounted for; tables per rule and problem

HULLMARK_BIN names a binary to use in place of the one that is built from this checkout.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => verify::run(),
        ["gen"] => generated::write(),
        ["gen", "--check"] => generated::check(),
        ["wasm"] => wasm::run(),
        ["node"] => node::run(),
        ["playground"] => playground::run(),
        ["bench", dir] => folder(dir).and_then(|dir| bench::run(&dir)),
        ["growth"] => growth::run(),
        ["bindings-speed", dir] => folder(dir).and_then(|dir| bindings_speed::run(&dir)),
        ["hadolint", dir] => folder(dir).and_then(|dir| dockerfile_codes::run(Peer::Hadolint, &dir)),
        ["checkov", dir] => folder(dir).and_then(|dir| checkov(&dir)),
        ["silence"] => silence::run(),
        ["hadolint-cases"] => hadolint_cases::run(),
        ["python"] => python::check().map(|detail| println!("{detail}")).map(|()| true),
        ["pod-security", dir] => folder(dir).and_then(|dir| pod_security::run(&dir)),
        ["corpus", rest @ ..] => corpus::Call::read(rest).and_then(|call| corpus::run(&call)),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(true)
        }
        _ => Err(format!("this call was not understood\n\n{USAGE}")),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(sentence) => {
            eprintln!("xtask: {sentence}");
            ExitCode::from(2)
        }
    }
}

/// Compares with checkov what there is under the folder: Dockerfiles, manifests.
fn checkov(folder: &Path) -> Outcome {
    let all = files::under(folder, &[".git"])?;
    let dockerfiles = all.iter().any(|path| files::is_dockerfile(path));
    let manifests = all.iter().any(|path| files::is_manifest(path));
    if !dockerfiles && !manifests {
        return Err(format!("there is neither Dockerfile nor manifest under {}", folder.display()));
    }
    let held = !dockerfiles || dockerfile_codes::run(Peer::Checkov, folder)?;
    Ok((!manifests || manifest_checks::run(folder)?) && held)
}

/// The absolute path of a folder that was named on the command line.
fn folder(name: &str) -> Result<PathBuf, String> {
    let path = std::fs::canonicalize(name).map_err(|error| format!("cannot open the folder {name}: {error}"))?;
    if path.is_dir() { Ok(path) } else { Err(format!("{name} is not a folder")) }
}
