//! Lines and columns from bytes.

/// How a host counts columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PositionEncoding {
    /// Unicode code points: the command line and Python.
    #[default]
    CodePoint,
    /// UTF-16 code units: JavaScript and the language server protocol.
    Utf16,
    /// Bytes of UTF-8.
    Utf8,
}

/// A place in a text as a person counts: lines and columns from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in the unit of the [`PositionEncoding`] asked for.
    pub column: u32,
}

/// The beginnings of the lines of one text.
///
/// A line ends after `\n`; a `\r` before it belongs to the line it ends. A lone `\r` ends no line.
///
/// ```
/// use hullmark_document::{LineIndex, PositionEncoding};
/// let text = "a\né😀x";
/// let index = LineIndex::new(text);
/// let x = text.find('x').unwrap() as u32;
/// assert_eq!(index.position(text, x, PositionEncoding::CodePoint).column, 3);
/// assert_eq!(index.position(text, x, PositionEncoding::Utf16).column, 4);
/// ```
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    /// The byte at which each line begins; the first is 0.
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(
            text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| crate::span::offset(at + 1)),
        );
        Self { starts }
    }

    /// The line, from 1, that holds byte `at`.
    #[must_use]
    pub fn line(&self, at: u32) -> u32 {
        crate::span::offset(self.starts.partition_point(|&start| start <= at)).max(1)
    }

    /// The byte at which line `line` (from 1) begins, or `None` past the last line.
    #[must_use]
    pub fn start_of(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// How many lines there are; an empty text has one.
    #[must_use]
    pub fn lines(&self) -> u32 {
        crate::span::offset(self.starts.len())
    }

    /// The line and column of byte `at` of `text`, the text this index was made from.
    #[must_use]
    pub fn position(&self, text: &str, at: u32, encoding: PositionEncoding) -> Position {
        let line = self.line(at);
        let start = self.start_of(line).unwrap_or(0) as usize;
        let before = text.get(start..at as usize).unwrap_or("");
        let count = match encoding {
            PositionEncoding::CodePoint => before.chars().count(),
            PositionEncoding::Utf16 => before.encode_utf16().count(),
            PositionEncoding::Utf8 => before.len(),
        };
        Position { line, column: crate::span::offset(count).saturating_add(1) }
    }
}
