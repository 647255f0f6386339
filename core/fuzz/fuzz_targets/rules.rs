//! The loader of rule packs: the first byte says where in the pack the file lies.
#![no_main]

use hullmark::{Engine, SourceFile};
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 5] = ["own.yaml", "dockerfile/own.yaml", "presets/own.yaml", "data/own.yaml", "compliance/own.yaml"];

fuzz_target!(|input: &str| {
    let mut characters = input.chars();
    let Some(first) = characters.next() else { return };
    let path = PATHS[first as usize % PATHS.len()].to_owned();
    let text = characters.as_str().to_owned();
    match Engine::builder().threads(1).pack([SourceFile { path, text: text.clone() }]).build() {
        Ok(engine) => drop(engine.check("Dockerfile", "FROM debian:latest\nRUN apt-get install -y curl\n")),
        Err(error) => {
            let span = error.span().expect("an error in a rule file has a place");
            assert!(text.get(span.range()).is_some(), "{span:?}");
        }
    }
});
