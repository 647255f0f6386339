//! What every target asks of a report and of fixes.

use hullmark::{Engine, InputFile, InputKind, Place, Report, apply_fixes};

/// The text that places count in: a byte that is no UTF-8 counts as one character of one byte.
pub fn read_as(content: &[u8]) -> String {
    let mut text = String::new();
    for chunk in content.utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|_| text.push('?'));
    }
    text
}

/// Checks `content` as `kind` and that every place of the report lies in it.
pub fn checked(engine: &Engine, kind: Option<InputKind>, content: &[u8]) -> Report {
    let report =
        engine.check_many(vec![InputFile { path: "f.yaml".to_owned(), content: content.to_vec(), kind, context: None }]);
    let text = read_as(content);
    let inside = |start: Place, end: Place| {
        assert!(start.byte <= end.byte, "{start:?} {end:?}");
        assert!(text.is_char_boundary(start.byte as usize) && text.is_char_boundary(end.byte as usize));
    };
    for finding in report.findings.iter().chain(report.suppressed.iter().map(|one| &one.finding)) {
        inside(finding.start, finding.end);
        finding.related.iter().for_each(|one| inside(one.start, one.end));
        finding.fixes.iter().flat_map(|fix| &fix.edits).for_each(|one| inside(one.start, one.end));
    }
    report.problems.iter().for_each(|one| inside(one.start, one.end));
    report
}

/// Applies all fixes again and again; that must end.
#[allow(dead_code, reason = "not every target fixes")]
pub fn fixing_ends(engine: &Engine, kind: InputKind, content: &[u8]) {
    let mut text = read_as(content);
    for _ in 0..20 {
        let report = checked(engine, Some(kind), text.as_bytes());
        let fixes: Vec<_> = report.findings.iter().flat_map(|finding| &finding.fixes).collect();
        let fixed = apply_fixes(&text, &fixes).expect("fixes fit the text they were made for");
        if fixed == text {
            return;
        }
        text = fixed;
    }
    panic!("fixing does not end: {text}");
}
