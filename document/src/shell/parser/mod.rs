//! The reader: a cursor over the text, and arenas that it fills.

mod assignment;
mod compound;
mod expansion;
mod heredoc;
mod list;
mod simple;
mod substitution;
mod test_command;
mod token;
mod word;

use self::heredoc::PendingHeredoc;
use self::token::Closer;
use super::script::{
    Assignment, CaseArm, CommandId, CompoundId, Parent, Redirection, Run, Script, SequenceRole, Stage,
};
use super::word::{Part, PartKind, Word};
use crate::span::offset;
use crate::{MappedText, Problem, ProblemCode, Span};

/// How deep compounds, substitutions and expansions may nest.
///
/// Chosen so that the deepest text stays well below a stack of one megabyte, which is what a browser gives.
pub const MAX_DEPTH: u32 = 200;

/// Whose words are being read.
#[derive(Clone, Copy)]
enum Owner {
    Command(CommandId),
    Compound(CompoundId),
}

/// Nodes of the command being read; moved to their arena when it ends, so that they lie together there.
#[derive(Default)]
struct Scratch {
    words: Vec<Word>,
    assignments: Vec<Assignment>,
    redirections: Vec<Redirection>,
    stages: Vec<Stage>,
    arms: Vec<CaseArm>,
}

/// One reader per text: the script, or the copy of a backtick substitution.
struct Parser<'t> {
    text: &'t str,
    /// The text up to where reading stops; shorter inside a heredoc body or arithmetic.
    bytes: &'t [u8],
    pos: usize,
    /// The way from `text` to the script, when `text` is a copy.
    map: Option<&'t MappedText>,
    script: &'t mut Script,
    scratch: Scratch,
    depth: u32,
    owner: Owner,
    /// Whether the cursor is inside double quotes.
    quoted: bool,
    pending: Vec<PendingHeredoc>,
    /// How many of the open constructs wait for each closing token.
    open: [u32; Closer::COUNT],
}

pub(super) fn parse(text: &str) -> Script {
    let mut script = Script { text: text.to_owned(), ..Script::default() };
    let mut parser = Parser {
        text,
        bytes: text.as_bytes(),
        pos: 0,
        map: None,
        script: &mut script,
        scratch: Scratch::default(),
        depth: 0,
        owner: Owner::Command(CommandId(0)),
        quoted: false,
        pending: Vec::new(),
        open: [0; Closer::COUNT],
    };
    parser.sequence(None, SequenceRole::Script, &[]);
    parser.read_heredocs();
    script
}

/// The cursor.
impl Parser<'_> {
    /// The byte at the cursor, 0 at the end.
    fn byte(&self) -> u8 {
        self.byte_at(self.pos)
    }

    /// The byte at `at`, 0 behind the end. A NUL in the text is told apart by [`Parser::at_end`].
    fn byte_at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn at_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    fn starts_with(&self, token: &[u8]) -> bool {
        self.bytes.get(self.pos..).is_some_and(|rest| rest.starts_with(token))
    }

    /// Moves over one character, so that the cursor stays on a border.
    fn bump_char(&mut self) {
        self.pos += 1;
        while self.byte() & 0xc0 == 0x80 {
            self.pos += 1;
        }
    }

    /// Runs `read` as if the text ended at `end`, and leaves the cursor there.
    fn within<T>(&mut self, end: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        let whole = self.bytes;
        self.bytes = whole.get(..end).unwrap_or(whole);
        let value = read(self);
        self.bytes = whole;
        self.pos = if self.script.too_deep { whole.len() } else { end };
        value
    }

    /// Goes one level down; at the limit the rest of the text is left out.
    fn descend(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            if !self.script.too_deep {
                let message = format!("nests deeper than {MAX_DEPTH} levels; the rest of the script was left out");
                let end = if self.map.is_some() { self.bytes.len() } else { self.text.len() };
                let span = self.span(self.pos.min(end), end);
                self.script.problems.push(Problem::new(ProblemCode::TooDeep, message, span));
            }
            self.script.too_deep = true;
            self.pos = self.bytes.len();
            return false;
        }
        self.depth += 1;
        true
    }

    fn ascend(&mut self) {
        self.depth -= 1;
    }
}

/// What the reader makes.
impl Parser<'_> {
    /// The span in the script of `start..end` in the text.
    fn span(&self, start: usize, end: usize) -> Span {
        let span = Span::from_usize(start, end);
        match self.map {
            None => span,
            Some(map) => map.to_source(span),
        }
    }

    fn text_of(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or("")
    }

    /// Reports that the text is no shell; silent once the depth limit has cut the text short.
    fn problem(&mut self, message: impl Into<String>, start: usize, end: usize) {
        if !self.script.too_deep {
            let span = self.span(start, end);
            self.script.problems.push(Problem::new(ProblemCode::InvalidShell, message, span));
        }
    }

    /// Adds a part without parts below it.
    fn leaf(&mut self, kind: PartKind, start: usize, end: usize) {
        let at = self.open_part(kind, start);
        self.close_part(at, end);
        if let Some(map) = self.map {
            let inner = self.text.get(start..end).unwrap_or("");
            if map.to_source(Span::from_usize(start, end)).len() as usize != inner.len() {
                let from = offset(self.script.respelled_text.len());
                self.script.respelled_text.push_str(inner);
                let span = Span::new(from, offset(self.script.respelled_text.len()));
                self.script.respelled.push((at, span));
            }
        }
    }

    /// Adds a literal part unless it is empty.
    fn literal(&mut self, start: usize, end: usize) {
        if start < end {
            self.leaf(PartKind::Literal, start, end);
        }
    }

    /// Adds a part whose end is not known yet; [`Parser::close_part`] sets it.
    fn open_part(&mut self, kind: PartKind, start: usize) -> u32 {
        let at = offset(self.script.parts.len());
        let span = self.span(start, start);
        self.script.parts.push(Part { kind, span, quoted: self.quoted, next: at + 1 });
        // The start is kept in text bytes until the part is closed.
        if let Some(part) = self.script.parts.last_mut() {
            part.span = Span::empty(offset(start));
        }
        at
    }

    fn close_part(&mut self, at: u32, end: usize) {
        let next = offset(self.script.parts.len());
        let start = self.script.parts.get(at as usize).map_or(end, |part| part.span.start as usize);
        let span = self.span(start, end);
        if let Some(part) = self.script.parts.get_mut(at as usize) {
            part.span = span;
            part.next = next;
        }
    }

    /// Where the substitution at the cursor stands.
    fn parent(&self) -> Parent {
        match self.owner {
            Owner::Command(id) => Parent::Command(id),
            Owner::Compound(id) => Parent::Compound(id),
        }
    }
}

/// Moves the nodes from `base` on to the end of their arena.
fn settle<T>(scratch: &mut Vec<T>, base: usize, arena: &mut Vec<T>) -> Run {
    let start = offset(arena.len());
    if scratch.len() > base {
        arena.extend(scratch.drain(base..));
    }
    Run { start, end: offset(arena.len()) }
}
