//! The typed syntax of a Dockerfile.

use super::image_reference::ImageReference;
use super::keyword::Keyword;
use super::word::Word;
use crate::{MappedText, Problem, Span};

/// A Dockerfile as the builder reads it, with a place in the file on every part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    /// The parser directives at the top.
    pub directives: Vec<Directive>,
    /// The comments, those inside continued instructions included, in the order of the file.
    pub comments: Vec<Comment>,
    /// The instructions in the order of the file.
    pub instructions: Vec<Instruction>,
    /// The escape character: a backslash unless `# escape=` says a backtick.
    pub escape: char,
    /// What could not be read as what it should be.
    pub problems: Vec<Problem>,
    pub(super) pieces: Vec<Piece>,
}

impl Dockerfile {
    /// The file cut into pieces of whole lines; their texts joined are the file.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether something in it makes sense on Windows alone, whatever its images are: the escape character, a SHELL that
    /// is cmd or Windows PowerShell, a WORKDIR or a destination with a drive, a USER or a program that only Windows has.
    #[must_use]
    pub fn is_for_windows(&self) -> bool {
        self.escape == '`' || self.instructions.iter().any(Instruction::is_for_windows)
    }
}

/// A part of the file that is made of whole lines, line ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What the lines are.
    pub kind: PieceKind,
    /// Where they are.
    pub span: Span,
}

/// What the lines of a [`Piece`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PieceKind {
    /// The byte order mark; the one piece that is no whole line.
    ByteOrderMark,
    /// One parser directive.
    Directive,
    /// One comment.
    Comment,
    /// Lines that hold nothing.
    Blank,
    /// One line of an instruction, its first or a continuation.
    Instruction,
    /// The body of a heredoc.
    HeredocBody,
    /// The line that ends a heredoc.
    HeredocEnd,
    /// What stands after the limit of instructions and was not read.
    Unread,
}

/// A parser directive such as `# syntax=docker/dockerfile:1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// From the `#` to the end of the value.
    pub span: Span,
    /// The name in lower case: `syntax`, `escape` or `check`.
    pub name: String,
    /// The name.
    pub name_span: Span,
    /// The value without the blanks around it.
    pub value: String,
    /// The value.
    pub value_span: Span,
}

/// A line that is a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to before the line end.
    pub span: Span,
    /// What the comment says: after the `#`, without the blanks around it.
    pub content: Span,
    /// The index of the continued instruction that the comment stands in.
    pub inside: Option<usize>,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// What instruction it is.
    pub keyword: Keyword,
    /// Its first word.
    pub keyword_span: Span,
    /// From the keyword to the end of the last argument, or of the last line of its heredocs; no line end after it.
    pub span: Span,
    /// All the lines it takes up, from the beginning of the first to behind the line end of the last.
    pub lines: Span,
    /// The `--name=value` words before the arguments.
    pub flags: Vec<Flag>,
    /// Everything after keyword and flags as the builder sees it: continuations, comments and blank lines inside
    /// are taken out, blanks at both ends too. Heredoc bodies are not part of it.
    pub body: MappedText,
    /// Empty lines inside the continued instruction, without their line ends.
    pub blank_continuations: Vec<Span>,
    /// The heredocs, in the order of their bodies. Those of an ONBUILD belong to its inner instruction.
    pub heredocs: Vec<Heredoc>,
    /// The arguments.
    pub arguments: Arguments,
}

impl Instruction {
    /// The last flag called `name`, without the dashes.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().rev().find(|flag| flag.name == name)
    }

    fn is_for_windows(&self) -> bool {
        match &self.arguments {
            Arguments::Shell(words) => {
                let program = words.first().map_or("", |word| word.text.text()).to_ascii_lowercase();
                let name = program.rsplit(['/', '\\']).next().unwrap_or("");
                matches!(name.trim_end_matches(".exe"), "cmd" | "powershell")
            }
            Arguments::Command(Command::Shell(text)) => {
                let mut words = text.text().as_bytes().split(|byte| !byte.is_ascii_alphanumeric());
                words.any(|word| word.eq_ignore_ascii_case(b"setx") || word.eq_ignore_ascii_case(b"icacls"))
            }
            Arguments::Workdir(path) => has_drive(path),
            Arguments::Copy(copy) => copy.destination.as_deref().is_some_and(has_drive),
            Arguments::User(user) => {
                ["ContainerAdministrator", "ContainerUser"].iter().any(|known| user.text().eq_ignore_ascii_case(known))
            }
            _ => false,
        }
    }
}

/// Whether a path begins with a drive letter, a colon and a slash.
fn has_drive(path: &Word) -> bool {
    let path = path.raw.text().trim_start_matches(['"', '\'']).as_bytes();
    matches!(path, [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic())
}

/// A `--name` or `--name=value` before the arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The whole flag.
    pub span: Span,
    /// The name without the dashes.
    pub name: String,
    /// The name without the dashes.
    pub name_span: Span,
    /// What stands after the `=`. The builder takes quotes and backslashes out of flags before it looks at them, so
    /// they are not in the word's raw text either.
    pub value: Option<Word>,
}

/// A heredoc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The whole word, such as `<<-"EOF"`.
    pub span: Span,
    /// The word that ends the body, without quotes.
    pub delimiter: String,
    /// The delimiter as written at the beginning, quotes included.
    pub delimiter_span: Span,
    /// Whether variables in the body are expanded: the delimiter is not quoted.
    pub expand: bool,
    /// Whether leading tabs are taken off the lines: `<<-`.
    pub strip_tabs: bool,
    /// The file descriptor before the `<<`, 0 if there is none.
    pub fd: u32,
    /// The lines of the body with their line ends, without leading tabs if `strip_tabs`.
    pub body: MappedText,
    /// The lines of the body as written, line ends included.
    pub body_span: Span,
    /// The delimiter that ends the body; `None` when the file ends before.
    pub end_span: Option<Span>,
}

impl Heredoc {
    /// Whether the end of the body was found.
    #[must_use]
    pub fn closed(&self) -> bool {
        self.end_span.is_some()
    }
}

/// The arguments of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// FROM.
    From(Box<From>),
    /// RUN, CMD and ENTRYPOINT.
    Command(Command),
    /// HEALTHCHECK.
    Healthcheck(Healthcheck),
    /// ENV, ARG and LABEL.
    Pairs(Vec<Pair>),
    /// COPY and ADD.
    Copy(Copy),
    /// EXPOSE: ports with or without protocol.
    Expose(Vec<Word>),
    /// VOLUME.
    Volume {
        /// The paths.
        paths: Vec<Word>,
        /// Whether they are written as a JSON array.
        json: bool,
    },
    /// USER: everything after the keyword.
    User(Box<Word>),
    /// WORKDIR: everything after the keyword.
    Workdir(Box<Word>),
    /// SHELL.
    Shell(Vec<ExecWord>),
    /// STOPSIGNAL: everything after the keyword.
    Stopsignal(Box<Word>),
    /// MAINTAINER: everything after the keyword.
    Maintainer(Span),
    /// ONBUILD: the instruction that a later build runs.
    Onbuild(Box<Instruction>),
    /// The instruction is not known, or has no argument that could be read.
    Unknown,
}

/// The arguments of FROM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From {
    /// The image or stage.
    pub image: Word,
    /// The parts of the image as ranges of the word's `text()`.
    pub image_ref: ImageReference,
    /// The word `AS`.
    pub as_span: Option<Span>,
    /// The name of the stage.
    pub alias: Option<Word>,
}

/// How a command is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A JSON array of strings that is run as it is.
    Exec(Vec<ExecWord>),
    /// A text for the shell.
    Shell(MappedText),
}

/// The arguments of HEALTHCHECK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Healthcheck {
    /// `NONE`.
    None(Span),
    /// `CMD` and a command.
    Command {
        /// The word `CMD`.
        cmd_span: Span,
        /// What is run.
        command: Command,
    },
}

/// One string of a JSON array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecWord {
    /// The string with its escapes undone.
    pub text: MappedText,
    /// The string with its quotes.
    pub span: Span,
}

/// A name with a value in ENV, ARG or LABEL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// From the name to the end of the value.
    pub span: Span,
    /// The name.
    pub name: Word,
    /// The value; empty after a bare `=`, `None` for an ARG without one.
    pub value: Option<Word>,
    /// What stands between the two.
    pub style: PairStyle,
}

/// What stands between a name and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairStyle {
    /// `name=value`, or an ARG that is only a name.
    Equals,
    /// `name value`, the old form; the value is the rest of the line.
    Blank,
}

/// The arguments of COPY and ADD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// What is copied.
    pub sources: Vec<Source>,
    /// Where to: the last argument, if there is more than one and it is no heredoc.
    pub destination: Option<Box<Word>>,
    /// Whether the arguments are written as a JSON array.
    pub json: bool,
}

/// One source of COPY or ADD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path, URL or `<<WORD`.
    pub word: Word,
    /// The index of the heredoc whose body is the content.
    pub heredoc: Option<usize>,
}
