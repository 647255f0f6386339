//! The shell parser.
#![no_main]

use hullmark_document::shell::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let script = parse(text);
    assert_eq!(script.text(), text);
    for problem in &script.problems {
        assert!(text.get(problem.span.range()).is_some(), "{:?}", problem.span);
    }
    for command in script.commands() {
        for word in script.words(command) {
            assert_eq!(word.literal(&script), word.mapped_text(&script).text());
        }
    }
});
