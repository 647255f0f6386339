//! Pieces of hostile text that may be shown: cut to size, without control characters, without secrets.

use std::borrow::Cow;
use std::ops::Range;

/// How many bytes before and after the range are looked through for the ends of the line.
const AROUND: usize = 120;
/// How much is kept on a side where the end of the line is further away.
const KEPT: usize = 40;
/// How many bytes of the range are shown.
const LONGEST: usize = 240;
/// How many lines of the range are shown; of a longer range, the first only.
const LINES: usize = 3;
/// How many characters of a secret are shown as dots.
const DOTS: usize = 12;

/// The lines of a range, fit to be printed. Made in constant time, however long the lines are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The lines, without the last line end.
    pub(crate) text: String,
    /// Where in it the range is.
    pub(crate) range: Range<usize>,
    /// Whether the range goes on past what is shown.
    pub(crate) cut: bool,
}

impl Excerpt {
    /// The lines of `source` around the bytes `start..end`; what lies in `secrets`, sorted by start, is blotted out.
    pub(crate) fn new(source: &[u8], start: u32, end: u32, secrets: &[Range<u32>]) -> Self {
        let start = (start as usize).min(source.len());
        let end = (end as usize).clamp(start, source.len());
        let (shown_end, cut) = range_end(source, start, end);
        let (from, cut_before) = line_start(source, start);
        let (to, cut_after) = line_end(source, shown_end);
        let mut made = Self { text: String::new(), range: 0..0, cut };
        if cut_before {
            made.text.push('…');
        }
        let secrets: Vec<Range<usize>> = secrets
            .iter()
            .skip_while(|secret| (secret.end as usize) <= from)
            .take_while(|secret| (secret.start as usize) < to)
            .map(|secret| secret.start as usize..secret.end as usize)
            .collect();
        made.push(source, from..start, &secrets);
        made.range.start = made.text.len();
        made.push(source, start..shown_end, &secrets);
        made.range.end = made.text.len();
        made.push(source, shown_end..to, &secrets);
        if cut_after {
            made.text.push('…');
        }
        made
    }

    /// Adds the bytes of `range`, each secret among them as dots.
    fn push(&mut self, source: &[u8], range: Range<usize>, secrets: &[Range<usize>]) {
        let mut at = range.start;
        for secret in secrets {
            let (start, end) = (secret.start.max(at), secret.end.min(range.end));
            if start < end {
                self.push_plain(source.get(at..start).unwrap_or_default());
                self.text.extend(std::iter::repeat_n('•', (end - start).min(DOTS)));
                at = end;
            }
        }
        self.push_plain(source.get(at..range.end).unwrap_or_default());
    }

    fn push_plain(&mut self, bytes: &[u8]) {
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c {
                    '\n' | '\t' => self.text.push(c),
                    '\r' => {}
                    c => self.text.push(printable(c)),
                }
            }
            // Counted by the engine as one `?` for each byte.
            self.text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
        }
    }
}

/// Where the part of the range that is shown ends, and whether more of it follows.
fn range_end(source: &[u8], start: usize, end: usize) -> (usize, bool) {
    let is_break = |at: usize| matches!(source.get(at), Some(b'\n' | b'\r'));
    let mut end = end;
    while end > start && is_break(end - 1) {
        end -= 1;
    }
    let longest = floor(source, end.min(start + LONGEST), start);
    let shown = source.get(start..longest).unwrap_or_default();
    let breaks = shown.iter().filter(|&&byte| byte == b'\n').count();
    if longest == end && breaks < LINES {
        return (end, false);
    }
    match shown.iter().position(|&byte| byte == b'\n') {
        Some(first) if first > 0 => (start + first, true),
        _ => (longest, true),
    }
}

/// Where the line that holds `at` begins, or where it is cut.
fn line_start(source: &[u8], at: usize) -> (usize, bool) {
    let from = at.saturating_sub(AROUND);
    match source.get(from..at).unwrap_or_default().iter().rposition(|&byte| byte == b'\n') {
        Some(found) => (from + found + 1, false),
        None if from == 0 => (0, false),
        None => (floor(source, at - KEPT, 0), true),
    }
}

/// Where the line that holds `at` ends, or where it is cut.
fn line_end(source: &[u8], at: usize) -> (usize, bool) {
    let to = source.len().min(at + AROUND);
    match source.get(at..to).unwrap_or_default().iter().position(|&byte| byte == b'\n') {
        Some(found) => (at + found, false),
        None if to == source.len() => (to, false),
        None => (floor(source, at + KEPT, at), true),
    }
}

/// The nearest border of a character at or before `at`, not before `least`.
fn floor(source: &[u8], at: usize, least: usize) -> usize {
    let mut at = at.min(source.len());
    let mut steps = 3;
    while steps > 0 && at > least && source.get(at).is_some_and(|byte| byte & 0xC0 == 0x80) {
        at -= 1;
        steps -= 1;
    }
    at
}

/// What is printed in the place of a character: control characters as their pictures, and those that change the
/// direction or the order of text as a question mark in a box, so that nothing moves the cursor or the eye.
fn printable(c: char) -> char {
    match c {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    }
}

/// `text` on one line, fit for a terminal.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| printable(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(printable).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(excerpt: &Excerpt) -> &str {
        excerpt.text.get(excerpt.range.clone()).unwrap()
    }

    fn shown(source: &str, range: Range<usize>) -> (String, String) {
        let excerpt = Excerpt::new(source.as_bytes(), range.start as u32, range.end as u32, &[]);
        let marked = marked(&excerpt).to_owned();
        (excerpt.text, marked)
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        assert_eq!(shown("a\nFROM é:latest\nb", 10..16), ("FROM é:latest".to_owned(), "latest".to_owned()));
        assert_eq!(shown("a\r\nFROM x\r\n", 3..9), ("FROM x".to_owned(), "FROM x".to_owned()));
        assert_eq!(shown("", 0..0), (String::new(), String::new()));
        assert_eq!(shown("ab\n", 3..3), (String::new(), String::new()));
    }

    #[test]
    fn a_long_line_is_cut_around_the_range() {
        let source = format!("{}target{}", "é".repeat(100_000), "é".repeat(100_000));
        let (text, marked) = shown(&source, 200_000..200_006);
        assert_eq!(marked, "target");
        assert!(text.starts_with('…') && text.ends_with('…') && text.chars().count() < 200, "{text}");
    }

    #[test]
    fn a_long_range_is_cut() {
        let source = "x".repeat(1000);
        let excerpt = Excerpt::new(source.as_bytes(), 0, 1000, &[]);
        assert!(excerpt.cut && excerpt.text.len() < 400);
        let lines = "RUN a\n".repeat(10);
        assert_eq!(shown(&lines, 6..60), ("RUN a".to_owned(), "RUN a".to_owned()));
        assert_eq!(shown(&lines, 0..18).1, "RUN a\nRUN a\nRUN a");
    }

    #[test]
    fn control_characters_are_pictures() {
        let (text, _) = shown("RUN \u{1b}[2J\u{7}\u{202e}x\u{9b}\tz", 0..3);
        assert_eq!(text, "RUN ␛[2J␇\u{fffd}x\u{fffd}\tz");
        assert_eq!(visible("a\nb\u{1b}"), "a␊b␛");
    }

    #[test]
    fn secrets_are_dots_wherever_the_range_is() {
        let source = b"ENV A=1 TOKEN=abcdef B=2\n";
        let secrets = [Range { start: 14_u32, end: 20 }];
        for (start, end, marked) in [(4, 7, "A=1"), (14, 20, "••••••"), (8, 20, "TOKEN=••••••"), (16, 18, "••")]
        {
            let excerpt = Excerpt::new(source, start, end, &secrets);
            assert!(!excerpt.text.contains("abc") && !excerpt.text.contains("f B"), "{}", excerpt.text);
            assert_eq!(super::tests::marked(&excerpt), marked);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_question_marks() {
        let excerpt = Excerpt::new(b"FROM \xff\xfea\n", 5, 8, &[]);
        assert_eq!(marked(&excerpt), "??a");
        // A range that begins inside of a character, as no range should.
        let excerpt = Excerpt::new("é\n".as_bytes(), 1, 2, &[]);
        assert_eq!(excerpt.text, "??");
    }
}
