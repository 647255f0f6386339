//! From text to instructions.

use super::heredoc;
use super::instruction::{self, Reading};
use super::keyword::Keyword;
use super::line::JoinedLine;
use super::syntax::{Arguments, Dockerfile, Heredoc, Instruction, PieceKind};
use crate::span::offset;
use crate::{MappedText, Problem, ProblemCode, Span};

/// How many instructions of one file are read.
const MAX_INSTRUCTIONS: usize = 100_000;
/// How many words of one file are read.
const MAX_WORDS: usize = 300_000;
/// How many heredocs of one instruction are read; after an instruction with more the rest of the file is not read.
const MAX_HEREDOCS: usize = 1000;
/// How many problems of one file are told.
const MAX_PROBLEMS: usize = 10_000;

/// Reads a Dockerfile; any text gives an answer.
///
/// ```
/// use hullmark_document::dockerfile::{Arguments, Keyword, parse};
/// let text = "FROM debian:12 AS base\nRUN apt-get update \\\n  && apt-get install -y curl\n";
/// let file = parse(text);
/// assert!(file.problems.is_empty());
/// let [from, run] = &file.instructions[..] else { unreachable!() };
/// let Arguments::From(arguments) = &from.arguments else { unreachable!() };
/// assert_eq!(arguments.image.text(), "debian:12");
/// assert_eq!(run.keyword, Keyword::Run);
/// assert_eq!(run.body.text(), "apt-get update   && apt-get install -y curl");
/// ```
#[must_use]
pub fn parse(text: &str) -> Dockerfile {
    let mut parser = Parser::new(text);
    parser.instructions();
    parser.finish()
}

pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) file: Dockerfile,
    pub(super) directives_done: bool,
    words_left: usize,
    stages: usize,
    /// The first instruction that is neither FROM nor ARG, while no FROM was seen.
    before_from: Vec<Problem>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        let file = Dockerfile {
            directives: Vec::new(),
            comments: Vec::new(),
            instructions: Vec::new(),
            escape: '\\',
            problems: Vec::new(),
            pieces: Vec::new(),
        };
        let mut parser = Self {
            text,
            at: 0,
            file,
            directives_done: false,
            words_left: MAX_WORDS,
            stages: 0,
            before_from: Vec::new(),
        };
        if text.starts_with('\u{FEFF}') {
            parser.at = '\u{FEFF}'.len_utf8();
            parser.piece(PieceKind::ByteOrderMark, 0, parser.at);
        }
        parser
    }

    pub(super) fn problem(&mut self, code: ProblemCode, message: impl Into<String>, span: Span) {
        if self.file.problems.len() < MAX_PROBLEMS {
            self.file.problems.push(Problem::new(code, message, span));
        }
    }

    fn instructions(&mut self) {
        while let Some(line) = self.joined_line() {
            self.instruction(line);
            let full = self.file.instructions.len() >= MAX_INSTRUCTIONS || self.words_left == 0;
            if full && self.at < self.text.len() {
                let span = Span::from_usize(self.at, self.text.len());
                self.piece(PieceKind::Unread, self.at, self.text.len());
                self.problem(
                    ProblemCode::TooManyInstructions,
                    "the file has more instructions than the limit; the rest was not read",
                    span,
                );
                self.at = self.text.len();
            }
        }
    }

    fn instruction(&mut self, line: JoinedLine) {
        let text = line.text.text();
        let start = text.len() - text.trim_start().len();
        let part = Span::from_usize(start, text.trim_end().len().max(start));
        if part.is_empty() {
            let at = Span::empty(offset(line.start));
            self.problem(ProblemCode::UnknownInstruction, "a continued line holds no instruction", at);
            return;
        }
        let mut reading =
            Reading { escape: self.file.escape, words_left: self.words_left, problems: Vec::new(), inner: false };
        let mut instruction = instruction::read(&line.text, part, &mut reading);
        instruction.blank_continuations = line.blanks;
        // Set before the heredocs, which may use the room up.
        self.words_left = reading.words_left;
        if let Some(host) = heredoc_host(&mut instruction) {
            self.heredocs(host, &line.text, &mut reading.problems);
            let (end, keyword) = (host.heredocs.last().map(last_byte), host.keyword);
            if let (Some(end), Keyword::Onbuild) = (end, instruction.keyword) {
                instruction.span.end = instruction.span.end.max(end);
            }
            if matches!(keyword, Keyword::Copy | Keyword::Add)
                && let Some(host) = heredoc_host(&mut instruction)
            {
                instruction::link_sources(host, &mut reading.problems);
            }
        }
        instruction.lines = Span::from_usize(line.start, self.at);
        self.stage_order(&instruction);
        let room = MAX_PROBLEMS.saturating_sub(self.file.problems.len());
        self.file.problems.extend(reading.problems.into_iter().take(room));
        self.file.instructions.push(instruction);
    }

    /// Notes instructions that stand before the first FROM and may not.
    fn stage_order(&mut self, instruction: &Instruction) {
        match instruction.keyword {
            Keyword::From => self.stages += 1,
            Keyword::Arg | Keyword::Other => {}
            keyword if self.stages == 0 && self.before_from.len() < MAX_PROBLEMS => {
                let message = format!("{} stands before the first FROM", keyword.as_str());
                self.before_from.push(Problem::new(ProblemCode::BeforeFrom, message, instruction.keyword_span));
            }
            _ => {}
        }
    }

    /// Reads the bodies of the heredocs that the line begins.
    fn heredocs(&mut self, host: &mut Instruction, line: &MappedText, problems: &mut Vec<Problem>) {
        let openings = heredoc::openings(line.text(), MAX_HEREDOCS + 1);
        if openings.len() > MAX_HEREDOCS {
            self.words_left = 0;
        }
        for opening in openings.into_iter().take(MAX_HEREDOCS) {
            let place = |range: &core::ops::Range<usize>| line.to_source(Span::from_usize(range.start, range.end));
            let mut heredoc = Heredoc {
                span: place(&opening.range),
                delimiter_span: place(&opening.delimiter_range),
                delimiter: opening.delimiter,
                expand: opening.expand,
                strip_tabs: opening.strip_tabs,
                fd: opening.fd,
                body: MappedText::default(),
                body_span: Span::empty(offset(self.at)),
                end_span: None,
            };
            self.heredoc_body(&mut heredoc);
            if heredoc.end_span.is_none() {
                let message = format!("heredoc `{}` is not closed", heredoc.delimiter);
                problems.push(Problem::new(ProblemCode::UnclosedHeredoc, message, heredoc.span));
            }
            host.span.end = host.span.end.max(last_byte(&heredoc));
            host.heredocs.push(heredoc);
        }
    }

    fn heredoc_body(&mut self, heredoc: &mut Heredoc) {
        let start = self.at;
        let mut end = start;
        while let Some(line) = self.line() {
            let content = if heredoc.strip_tabs { line.content.trim_start_matches('\t') } else { line.content };
            let at = line.start + line.content.len() - content.len();
            if content == heredoc.delimiter {
                heredoc.end_span = Some(Span::from_usize(at, at + content.len()));
                self.piece(PieceKind::HeredocBody, start, line.start);
                self.piece(PieceKind::HeredocEnd, line.start, line.end);
                break;
            }
            heredoc.body.push_verbatim(self.text.get(at..line.end).unwrap_or(""), offset(at));
            end = line.end;
        }
        if heredoc.end_span.is_none() {
            self.piece(PieceKind::HeredocBody, start, end);
        }
        heredoc.body_span = Span::from_usize(start, end);
    }

    fn finish(mut self) -> Dockerfile {
        if self.stages == 0 {
            let at = self.file.instructions.first().map_or(Span::empty(0), |first| first.keyword_span);
            self.problem(ProblemCode::NoFrom, "the file has no FROM instruction", at);
        } else {
            let room = MAX_PROBLEMS.saturating_sub(self.file.problems.len());
            self.file.problems.extend(self.before_from.into_iter().take(room));
        }
        crate::sort_by(&mut self.file.problems, |a, b| a.span.cmp(&b.span));
        self.file
    }
}

/// The end of the last line of a heredoc, its line end not counted.
fn last_byte(heredoc: &Heredoc) -> u32 {
    heredoc.end_span.map_or(heredoc.body_span.end, |end| end.end)
}

/// The instruction, itself or inside an ONBUILD, that heredocs on the line belong to.
fn heredoc_host(instruction: &mut Instruction) -> Option<&mut Instruction> {
    let host = if matches!(instruction.arguments, Arguments::Onbuild(_)) {
        let Arguments::Onbuild(inner) = &mut instruction.arguments else { return None };
        &mut **inner
    } else {
        instruction
    };
    let json = match &host.arguments {
        Arguments::Copy(copy) => copy.json,
        Arguments::Command(super::syntax::Command::Exec(_)) => true,
        _ => false,
    };
    (host.keyword.takes_heredocs() && !json).then_some(host)
}
