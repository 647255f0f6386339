//! XML: attributes and text that stay inside their quotes.

use std::fmt::Write;

/// An XML document in the making, indented by hand.
pub(super) struct Xml {
    pub(super) text: String,
}

impl Xml {
    /// A document with nothing but its first line.
    pub(super) fn new() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned() }
    }

    /// A start tag at `depth`; `close` ends the element at once.
    pub(super) fn tag(&mut self, depth: usize, name: &str, attributes: &[(&str, &str)], close: bool) {
        let _ = write!(self.text, "{}<{name}", "  ".repeat(depth));
        for (key, value) in attributes {
            let _ = write!(self.text, " {key}=\"{}\"", escape(value));
        }
        self.text.push_str(if close { "/>\n" } else { ">\n" });
    }

    /// An end tag at `depth`.
    pub(super) fn end(&mut self, depth: usize, name: &str) {
        let _ = writeln!(self.text, "{}</{name}>", "  ".repeat(depth));
    }
}

/// `text` for an attribute or a text node. What XML 1.0 cannot hold in any form becomes U+FFFD.
fn escape(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&quot;"),
            '\n' => made.push_str("&#10;"),
            '\t' => made.push_str("&#9;"),
            '\r' => made.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => made.push('\u{fffd}'),
            c => made.push(c),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_quotes() {
        assert_eq!(escape("a\"<b>&\n\u{1b}'"), "a&quot;&lt;b&gt;&amp;&#10;\u{fffd}'");
    }
}
