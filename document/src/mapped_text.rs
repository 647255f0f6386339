//! A text made from parts of a file, with the way back.

use crate::Span;
use crate::span::offset;

/// A text made from parts of another one, such as a RUN body with its continuations taken out or a JSON string with
/// its escapes undone, that knows for each of its bytes the bytes of the file it came from.
///
/// ```
/// use hullmark_document::{MappedText, Span};
/// let file = "RUN a \\\n  && b";
/// let mut body = MappedText::default();
/// body.push_verbatim("a ", 4);
/// body.push_verbatim("  && b", 8);
/// assert_eq!(body.text(), "a   && b");
/// assert_eq!(body.to_source(Span::new(7, 8)), Span::new(13, 14));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappedText {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Where the piece begins in the made text.
    at: u32,
    /// Where it came from; as long as the piece when `verbatim`.
    source: Span,
    verbatim: bool,
}

impl MappedText {
    /// The text of `span` in `file`, unchanged.
    #[must_use]
    pub fn from_span(file: &str, span: Span) -> Self {
        let mut made = Self::default();
        made.push_verbatim(span.text(file), span.start);
        made
    }

    /// Adds text that stands so in the file, beginning at byte `source`.
    pub fn push_verbatim(&mut self, text: &str, source: u32) {
        if text.is_empty() {
            return;
        }
        let end = source.saturating_add(offset(text.len()));
        if let Some(last) = self.pieces.last_mut()
            && last.verbatim
            && last.source.end == source
        {
            last.source.end = end;
        } else {
            self.pieces.push(Piece { at: offset(self.text.len()), source: Span::new(source, end), verbatim: true });
        }
        self.text.push_str(text);
    }

    /// Adds text that stands for `source` in the file but is spelled otherwise there.
    pub fn push_replaced(&mut self, text: &str, source: Span) {
        if text.is_empty() {
            return;
        }
        self.pieces.push(Piece { at: offset(self.text.len()), source, verbatim: false });
        self.text.push_str(text);
    }

    /// Adds `span` of `other`, keeping its way back to the file.
    pub fn push_mapped(&mut self, other: &Self, span: Span) {
        let first = other.pieces.partition_point(|piece| piece.at <= span.start).saturating_sub(1);
        for (i, piece) in other.pieces.iter().enumerate().skip(first) {
            if piece.at >= span.end {
                break;
            }
            let piece_end = other.pieces.get(i + 1).map_or(offset(other.text.len()), |next| next.at);
            let part = Span::new(piece.at.max(span.start), piece_end.min(span.end));
            let text = part.text(&other.text);
            if piece.verbatim {
                self.push_verbatim(text, piece.source.start + (part.start - piece.at));
            } else {
                self.push_replaced(text, piece.source);
            }
        }
    }

    /// This text, which was made from `outer`, with the way back to what `outer` was made from.
    #[must_use]
    pub fn through(&self, outer: &Self) -> Self {
        let mut made = Self::default();
        for (i, piece) in self.pieces.iter().enumerate() {
            let end = self.pieces.get(i + 1).map_or(offset(self.text.len()), |next| next.at);
            if piece.verbatim {
                made.push_mapped(outer, piece.source);
            } else {
                made.push_replaced(Span::new(piece.at, end).text(&self.text), outer.to_source(piece.source));
            }
        }
        made
    }

    /// The made text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the file from which `span` of the made text came; parts of the file that were left out between
    /// its first and last byte are inside the answer.
    #[must_use]
    pub fn to_source(&self, span: Span) -> Span {
        let start = self.place(span.start, false);
        let end = if span.is_empty() { start } else { self.place(span.end, true) };
        Span::new(start, end)
    }

    /// The byte of the file for byte `at` of the made text; `end` asks for the end of the byte before it.
    fn place(&self, at: u32, end: bool) -> u32 {
        let wanted = if end { at.saturating_sub(1) } else { at };
        let index = self.pieces.partition_point(|piece| piece.at <= wanted);
        let Some(piece) = index.checked_sub(1).and_then(|i| self.pieces.get(i)) else {
            return self.pieces.first().map_or(0, |piece| piece.source.start);
        };
        if piece.verbatim {
            (piece.source.start + (at - piece.at)).min(piece.source.end)
        } else if end || at as usize >= self.text.len() {
            piece.source.end
        } else {
            piece.source.start
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_pieces_map_to_the_whole_escape() {
        let mut made = MappedText::default();
        made.push_verbatim("a ", 1);
        made.push_replaced("&", Span::new(3, 9));
        made.push_verbatim(" b", 9);
        assert_eq!(made.to_source(Span::new(2, 3)), Span::new(3, 9));
        assert_eq!(made.to_source(Span::new(0, 5)), Span::new(1, 11));
        assert_eq!(made.to_source(Span::new(5, 5)), Span::new(11, 11));
        assert_eq!(made.to_source(Span::new(2, 2)), Span::new(3, 3));
    }

    #[test]
    fn a_text_made_from_a_made_text_finds_its_way_to_the_file() {
        let mut outer = MappedText::default();
        outer.push_verbatim("sh -c ", 4);
        outer.push_replaced("'a", Span::new(10, 16));
        outer.push_verbatim(" b'", 20);
        let inner = MappedText::from_span(outer.text(), Span::new(7, 10)).through(&outer);
        assert_eq!(inner.text(), "a b");
        assert_eq!(inner.to_source(Span::new(2, 3)), Span::new(21, 22));
        assert_eq!(inner.to_source(Span::new(0, 1)), Span::new(10, 16));
    }

    #[test]
    fn a_part_of_a_mapped_text_keeps_its_places() {
        let mut whole = MappedText::default();
        whole.push_verbatim("abc", 10);
        whole.push_replaced("\n", Span::new(13, 15));
        whole.push_verbatim("def", 15);
        let mut part = MappedText::default();
        part.push_mapped(&whole, Span::new(1, 6));
        assert_eq!(part.text(), "bc\nde");
        assert_eq!(part.to_source(Span::new(2, 3)), Span::new(13, 15));
        assert_eq!(part.to_source(Span::new(3, 5)), Span::new(15, 17));
    }
}
