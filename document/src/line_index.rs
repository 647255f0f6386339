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
    /// How many code points and UTF-16 units stand before every [`STRIDE`]th byte (or the first border of a character
    /// after it), so that a place far into a long line is counted out from nearby. Empty for texts of ASCII alone.
    counts: Vec<Counts>,
}

/// How far two checkpoints are apart.
const STRIDE: usize = 256;

/// What stands before a checkpoint.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    byte: u32,
    code_points: u32,
    utf16: u32,
}

impl LineIndex {
    /// Finds the lines of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| crate::span::offset(at + 1)));
        let mut counts = Vec::new();
        if !text.is_ascii() {
            let mut here = Counts::default();
            for (byte, c) in text.char_indices() {
                if byte >= counts.len() * STRIDE {
                    here.byte = crate::span::offset(byte);
                    counts.push(here);
                }
                here.code_points = here.code_points.saturating_add(1);
                here.utf16 = here.utf16.saturating_add(if c.len_utf16() == 2 { 2 } else { 1 });
            }
        }
        Self { starts, counts }
    }

    /// How many units of `encoding` stand in `text` before byte `at`.
    fn units(&self, text: &str, at: u32, encoding: PositionEncoding) -> u32 {
        let checkpoint = match self.counts.get(at as usize / STRIDE) {
            // The border of a character may lie past `at`, by at most the length of one.
            Some(counts) if counts.byte <= at => Some(*counts),
            _ => (at as usize / STRIDE)
                .min(self.counts.len())
                .checked_sub(1)
                .and_then(|before| self.counts.get(before))
                .copied(),
        };
        let Some(from) = checkpoint else { return at };
        let rest = text.get(from.byte as usize..at as usize).unwrap_or("");
        match encoding {
            PositionEncoding::CodePoint => from.code_points.saturating_add(crate::span::offset(rest.chars().count())),
            PositionEncoding::Utf16 => from.utf16.saturating_add(crate::span::offset(rest.encode_utf16().count())),
            PositionEncoding::Utf8 => at,
        }
    }

    /// How many units of `encoding` stand in `text`, the text this index was made from, before byte `at`; 0 for a byte
    /// inside a character.
    #[must_use]
    pub fn offset(&self, text: &str, at: u32, encoding: PositionEncoding) -> u32 {
        if text.is_char_boundary(at as usize) { self.units(text, at, encoding) } else { 0 }
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
        let start = self.start_of(line).unwrap_or(0);
        if !text.is_char_boundary(at as usize) {
            return Position { line, column: 1 };
        }
        let count = self.units(text, at, encoding).saturating_sub(self.units(text, start, encoding));
        Position { line, column: count.saturating_add(1) }
    }
}
