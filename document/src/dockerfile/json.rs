//! The JSON array of strings that is the exec form.

use super::syntax::ExecWord;
use crate::{MappedText, Span};

/// What an argument text is as JSON.
pub(super) enum JsonArray {
    /// An array of strings.
    Strings(Vec<ExecWord>),
    /// An array with something else in it: the builder refuses it.
    Mixed,
    /// No JSON array: the builder reads it as plain text.
    Not,
}

/// Reads `body` as strict JSON, as the builder does, holding at `limit` strings.
pub(super) fn parse_array(body: &MappedText, limit: usize) -> JsonArray {
    if !body.text().starts_with('[') {
        return JsonArray::Not;
    }
    let mut reader = Reader { body, at: 1, mixed: false };
    match reader.array(limit) {
        Some(_) if reader.mixed => JsonArray::Mixed,
        Some(words) => JsonArray::Strings(words),
        None => JsonArray::Not,
    }
}

struct Reader<'b> {
    body: &'b MappedText,
    at: usize,
    mixed: bool,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.body.text().get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<u8> {
        self.body.text().as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.blanks();
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// The strings from behind the `[` to the end of the text.
    fn array(&mut self, limit: usize) -> Option<Vec<ExecWord>> {
        let mut words = Vec::new();
        if !self.take(b']') {
            loop {
                self.blanks();
                if self.peek() == Some(b'"') {
                    let word = self.string()?;
                    if words.len() < limit {
                        words.push(word);
                    }
                } else {
                    self.mixed = true;
                    self.value()?;
                }
                if !self.take(b',') {
                    break;
                }
            }
            if !self.take(b']') {
                return None;
            }
        }
        self.blanks();
        self.rest().is_empty().then_some(words)
    }

    fn string(&mut self) -> Option<ExecWord> {
        let start = self.at;
        self.at += 1;
        let mut text = MappedText::default();
        loop {
            let plain = self.rest().find(|c: char| c == '"' || c == '\\' || c < ' ')?;
            let end = self.at + plain;
            text.push_mapped(self.body, Span::from_usize(self.at, end));
            self.at = end;
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    let decoded = self.escape()?;
                    let span = self.body.to_source(Span::from_usize(end, self.at));
                    text.push_replaced(decoded.encode_utf8(&mut [0; 4]), span);
                }
                _ => return None,
            }
        }
        self.at += 1;
        Some(ExecWord { text, span: self.body.to_source(Span::from_usize(start, self.at)) })
    }

    /// Reads the escape that begins here; a lone surrogate is the replacement character.
    fn escape(&mut self) -> Option<char> {
        let letter = self.body.text().as_bytes().get(self.at + 1).copied()?;
        self.at += 2;
        Some(match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.hex()?;
                if !(0xD800..0xDC00).contains(&high) || !self.rest().starts_with("\\u") {
                    return Some(char::from_u32(high).unwrap_or('\u{FFFD}'));
                }
                let back = self.at;
                self.at += 2;
                let low = self.hex()?;
                if (0xDC00..0xE000).contains(&low) {
                    return char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00));
                }
                self.at = back;
                '\u{FFFD}'
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(value)
    }

    /// Passes over any other value; nesting is counted, not recursed into.
    fn value(&mut self) -> Option<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.blanks();
            let first = self.peek()?;
            if matches!(first, b'[' | b'{') {
                self.at += 1;
                let close = if first == b'[' { b']' } else { b'}' };
                open.push(close);
                if !self.take(close) {
                    self.key(&open)?;
                    continue;
                }
                open.pop();
            } else {
                self.scalar()?;
            }
            while let Some(&close) = open.last() {
                if self.take(b',') {
                    self.key(&open)?;
                    break;
                }
                if !self.take(close) {
                    return None;
                }
                open.pop();
            }
            if open.is_empty() {
                return Some(());
            }
        }
    }

    /// In an object, reads the key and its colon.
    fn key(&mut self, open: &[u8]) -> Option<()> {
        if open.last() == Some(&b'}') {
            self.blanks();
            if self.peek() != Some(b'"') {
                return None;
            }
            self.string()?;
            return self.take(b':').then_some(());
        }
        Some(())
    }

    fn scalar(&mut self) -> Option<()> {
        if self.peek() == Some(b'"') {
            return self.string().map(|_| ());
        }
        for word in ["true", "false", "null"] {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Some(());
            }
        }
        self.number()
    }

    fn number(&mut self) -> Option<()> {
        let digits = |reader: &mut Self| {
            let start = reader.at;
            while reader.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                reader.at += 1;
            }
            (reader.at > start).then_some(())
        };
        self.at += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            digits(self)?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            digits(self)?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            digits(self)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Option<Vec<(String, &str)>> {
        let body = MappedText::from_span(text, Span::from_usize(0, text.len()));
        match parse_array(&body, usize::MAX) {
            JsonArray::Strings(words) => {
                Some(words.into_iter().map(|word| (word.text.text().to_owned(), word.span.text(text))).collect())
            }
            _ => None,
        }
    }

    #[test]
    fn strings_are_decoded_and_placed() {
        let text = r#"["a", "\"\u0026\ud83d\ude00\ud83d" ]"#;
        let words = strings(text).unwrap();
        assert_eq!(words[0], ("a".to_owned(), "\"a\""));
        assert_eq!(words[1], ("\"&😀\u{FFFD}".to_owned(), r#""\"\u0026\ud83d\ude00\ud83d""#));
        assert_eq!(strings("[ ]"), Some(vec![]));
    }

    #[test]
    fn what_is_not_strict_json_is_text() {
        for text in ["[a]", "['a']", r#"["a",]"#, r#"["a" "b"]"#, r#"["a"] b"#, "[", r#"["\x"]"#, "[ -f x ]", "[01]"] {
            let body = MappedText::from_span(text, Span::from_usize(0, text.len()));
            assert!(matches!(parse_array(&body, 9), JsonArray::Not), "{text}");
        }
    }

    #[test]
    fn an_array_of_other_things_is_neither() {
        for text in ["[1]", r#"["a", null]"#, r#"[{"a": [1.5e3, {}]}, "b"]"#, "[[[]]]", "[-0.1, true]"] {
            let body = MappedText::from_span(text, Span::from_usize(0, text.len()));
            assert!(matches!(parse_array(&body, 9), JsonArray::Mixed), "{text}");
        }
        let deep = "[".repeat(100_000);
        let body = MappedText::from_span(&deep, Span::from_usize(0, deep.len()));
        assert!(matches!(parse_array(&body, 9), JsonArray::Not));
    }
}
