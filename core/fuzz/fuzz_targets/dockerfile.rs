//! The Dockerfile parser, and the values of variables.
#![no_main]

use hullmark_document::dockerfile::{Scopes, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let file = parse(text);
    let scopes = Scopes::new(&file);
    let inside = |span: hullmark_document::Span| assert!(text.get(span.range()).is_some(), "{span:?}");
    file.instructions.iter().for_each(|instruction| inside(instruction.span));
    file.problems.iter().for_each(|problem| inside(problem.span));
    file.comments.iter().for_each(|comment| inside(comment.span));
    assert!(scopes.stages().list.len() <= file.instructions.len());
});
