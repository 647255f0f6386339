//! Blanks, comments, reserved words and the tokens that close a construct.

use super::Parser;

/// Bytes that may end or change a literal run in an unquoted word.
const WORD: [bool; 256] = table(b"\t\n\r \"$&'()*;<>?[\\`{|~");

/// Bytes that may end or change a literal run where blanks are plain text: quotes, heredocs, operands.
const QUOTED: [bool; 256] = table(b"\n\"$'\\]`}");

const fn table(special: &[u8]) -> [bool; 256] {
    let mut marks = [false; 256];
    let mut rest = special;
    while let Some((first, tail)) = rest.split_first() {
        #[expect(clippy::indexing_slicing, reason = "a byte is always below 256, and get_mut is not const")]
        {
            marks[*first as usize] = true;
        }
        rest = tail;
    }
    marks
}

fn is_marked(marks: &[bool; 256], byte: u8) -> bool {
    marks.get(byte as usize).copied().unwrap_or(true)
}

/// A reserved word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Bang,
    Time,
    Coproc,
    If,
    Then,
    Elif,
    Else,
    Fi,
    For,
    Select,
    While,
    Until,
    Do,
    Done,
    Case,
    Esac,
    Function,
    OpenBrace,
    CloseBrace,
    Test,
}

/// A token that ends a sequence when a construct around it waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closer {
    Parenthesis,
    Brace,
    Then,
    Elif,
    Else,
    Fi,
    Do,
    Done,
    Esac,
    CaseEnd,
}

impl Closer {
    pub(super) const COUNT: usize = 10;
}

pub(super) fn is_name_start(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphabetic()
}

pub(super) fn is_name_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

impl Parser<'_> {
    /// Moves over bytes that stand for themselves in an unquoted word.
    pub(super) fn skip_plain(&mut self) {
        let rest = self.bytes.get(self.pos..).unwrap_or(&[]);
        self.pos += rest.iter().position(|byte| is_marked(&WORD, *byte)).unwrap_or(rest.len());
    }

    /// Moves over bytes that stand for themselves where blanks are plain text.
    pub(super) fn skip_plain_quoted(&mut self) {
        let rest = self.bytes.get(self.pos..).unwrap_or(&[]);
        self.pos += rest.iter().position(|byte| is_marked(&QUOTED, *byte)).unwrap_or(rest.len());
    }

    /// Whether a line end begins at `at`; a carriage return before it or at the end of the text belongs to it.
    pub(super) fn is_line_end(&self, at: usize) -> bool {
        match self.byte_at(at) {
            b'\n' => true,
            b'\r' => matches!(self.bytes.get(at + 1), None | Some(b'\n')),
            _ => false,
        }
    }

    /// The length of the line continuation at `at`, 0 when there is none.
    pub(super) fn continuation(&self, at: usize) -> usize {
        match (self.byte_at(at), self.byte_at(at + 1), self.byte_at(at + 2)) {
            (b'\\', b'\n', _) => 2,
            (b'\\', b'\r', b'\n') => 3,
            _ => 0,
        }
    }

    /// Whether an unquoted word cannot go on at `at`.
    pub(super) fn is_delimiter(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            None | Some(b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')') => true,
            Some(b'\r') => self.is_line_end(at),
            Some(_) => false,
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.byte() {
                b' ' | b'\t' => self.pos += 1,
                b'\\' => match self.continuation(self.pos) {
                    0 => return,
                    length => self.pos += length,
                },
                b'\r' if self.is_line_end(self.pos) => self.pos += 1,
                _ => return,
            }
        }
    }

    /// Skips blanks, comments and line ends, and reads the heredocs that begin after the latter.
    pub(super) fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            match self.byte() {
                b'#' => self.comment(),
                b'\n' => self.newline(),
                _ => return,
            }
        }
    }

    /// Reads the comment at the cursor, up to the line end.
    pub(super) fn comment(&mut self) {
        let start = self.pos;
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let mut end = start + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.pos = end;
        if end > start && self.byte_at(end - 1) == b'\r' {
            end -= 1;
        }
        let span = self.span(start, end);
        self.script.comments.push(span);
    }

    /// Moves over the line feed at the cursor and reads the heredocs that wait for it.
    pub(super) fn newline(&mut self) {
        self.pos += 1;
        if !self.pending.is_empty() {
            self.read_heredocs();
        }
    }

    /// The reserved word at the cursor.
    pub(super) fn keyword(&self) -> Option<Keyword> {
        let first = self.byte();
        if !matches!(first, b'a'..=b'z' | b'!' | b'{' | b'}' | b'[') {
            return None;
        }
        let mut length = 1;
        while length <= 8 && !self.is_delimiter(self.pos + length) {
            length += 1;
        }
        let keyword = match self.bytes.get(self.pos..self.pos + length)? {
            b"!" => Keyword::Bang,
            b"time" => Keyword::Time,
            b"coproc" => Keyword::Coproc,
            b"if" => Keyword::If,
            b"then" => Keyword::Then,
            b"elif" => Keyword::Elif,
            b"else" => Keyword::Else,
            b"fi" => Keyword::Fi,
            b"for" => Keyword::For,
            b"select" => Keyword::Select,
            b"while" => Keyword::While,
            b"until" => Keyword::Until,
            b"do" => Keyword::Do,
            b"done" => Keyword::Done,
            b"case" => Keyword::Case,
            b"esac" => Keyword::Esac,
            b"function" => Keyword::Function,
            b"{" => Keyword::OpenBrace,
            b"}" => Keyword::CloseBrace,
            b"[[" => Keyword::Test,
            _ => return None,
        };
        Some(keyword)
    }

    /// Whether the word `name` stands at the cursor, without quotes.
    pub(super) fn is_word(&self, name: &[u8]) -> bool {
        self.starts_with(name) && self.is_delimiter(self.pos + name.len())
    }

    /// The closing token at the cursor and its length.
    pub(super) fn closer(&self) -> Option<(Closer, usize)> {
        match self.byte() {
            b')' => return Some((Closer::Parenthesis, 1)),
            b';' => {
                return match (self.byte_at(self.pos + 1), self.byte_at(self.pos + 2)) {
                    (b';', b'&') => Some((Closer::CaseEnd, 3)),
                    (b';' | b'&', _) => Some((Closer::CaseEnd, 2)),
                    _ => None,
                };
            }
            b'}' | b'a'..=b'z' => {}
            _ => return None,
        }
        Some(match self.keyword()? {
            Keyword::CloseBrace => (Closer::Brace, 1),
            Keyword::Then => (Closer::Then, 4),
            Keyword::Elif => (Closer::Elif, 4),
            Keyword::Else => (Closer::Else, 4),
            Keyword::Fi => (Closer::Fi, 2),
            Keyword::Do => (Closer::Do, 2),
            Keyword::Done => (Closer::Done, 4),
            Keyword::Esac => (Closer::Esac, 4),
            _ => return None,
        })
    }

    /// Moves over `closer` when it is at the cursor.
    pub(super) fn eat(&mut self, closer: Closer) -> bool {
        match self.closer() {
            Some((found, length)) if found == closer => {
                self.pos += length;
                true
            }
            _ => false,
        }
    }

    /// Whether a construct around the cursor waits for `closer`.
    pub(super) fn is_awaited(&self, closer: Closer) -> bool {
        self.open.get(closer as usize).is_some_and(|count| *count > 0)
    }

    /// Counts the constructs that wait for `closers`.
    pub(super) fn await_closers(&mut self, closers: &[Closer], wait: bool) {
        for closer in closers {
            if let Some(count) = self.open.get_mut(*closer as usize) {
                *count = if wait { *count + 1 } else { count.saturating_sub(1) };
            }
        }
    }
}
