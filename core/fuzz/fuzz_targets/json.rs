//! The JSON reader.
#![no_main]

use hullmark_document::yaml::{Limits, parse_json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = parse_json(text.into(), &Limits::default());
    for problem in &parsed.problems {
        assert!(text.get(problem.span.range()).is_some(), "{:?}", problem.span);
    }
    let mut open: Vec<_> = parsed.tree.roots().to_vec();
    let mut left = 200_000_u32;
    while let Some(id) = open.pop() {
        // Aliases may lead back to where one came from.
        let Some(fewer) = left.checked_sub(1) else { break };
        left = fewer;
        assert!(text.get(parsed.tree.span(id).range()).is_some() && text.get(parsed.tree.key_span(id).range()).is_some());
        open.extend(parsed.tree.children(id));
    }
});
