//! A half-open range of bytes.

/// A half-open range of bytes `start..end` in one text, counted from 0.
///
/// INVARIANT: `start <= end`. Spans made by this crate lie inside their text and on character borders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The range `start..end`; an end before the start is raised to it.
    ///
    /// ```
    /// use hullmark_document::Span;
    /// assert_eq!(Span::new(3, 1), Span::new(3, 3));
    /// ```
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The empty range at `at`.
    #[must_use]
    pub fn empty(at: u32) -> Self {
        Self { start: at, end: at }
    }

    /// The range for two `usize` offsets, each held at `u32::MAX`.
    #[must_use]
    pub fn from_usize(start: usize, end: usize) -> Self {
        Self::new(offset(start), offset(end))
    }

    /// How many bytes the range holds.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the range holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside this range.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The bytes of the range as `usize`, for slicing with `str::get`.
    #[must_use]
    pub fn range(self) -> core::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The text of the range, empty when the range does not fit `text`.
    #[must_use]
    pub fn text(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }
}

/// A `usize` offset as `u32`, held at `u32::MAX`.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
