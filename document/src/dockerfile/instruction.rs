//! The arguments of each instruction, split as the builder splits them.

use super::flag;
use super::heredoc;
use super::image_reference::parse_reference;
use super::json::{JsonArray, parse_array};
use super::keyword::Keyword;
use super::syntax::{Arguments, Command, Copy, ExecWord, From, Healthcheck, Instruction, Pair, PairStyle, Source};
use super::word::{MAX_EXPANSIONS, Word};
use crate::{MappedText, Problem, ProblemCode, Span};

/// What is shared by the reading of one instruction and the one inside it.
pub(super) struct Reading {
    pub(super) escape: char,
    /// How many more words the file may have.
    pub(super) words_left: usize,
    pub(super) problems: Vec<Problem>,
    /// Whether the instruction stands inside an ONBUILD.
    pub(super) inner: bool,
}

/// Reads the instruction that `part` of `line` is, without its heredocs; `part` has no blanks around it.
pub(super) fn read(line: &MappedText, part: Span, reading: &mut Reading) -> Instruction {
    let text = part.text(line.text());
    let start = part.range().start;
    let end = part.range().end;
    let keyword_end = text.find(is_blank).map_or(end, |length| start + length);
    let word = line.text().get(start..keyword_end).unwrap_or("");
    let keyword = Keyword::from_word(word);
    let keyword_span = line.to_source(Span::from_usize(start, keyword_end));
    if keyword == Keyword::Other {
        reading.unknown(word, keyword_span);
    }
    let (flags, at) = flag::read(line, keyword_end, end, reading.escape);
    reading.words_left = reading.words_left.saturating_sub(flags.len());
    // HEALTHCHECK NONE is read before its flags are looked at, so any flag passes there.
    let rest = line.text().get(at..end).unwrap_or("");
    if keyword != Keyword::Healthcheck || !rest.trim().eq_ignore_ascii_case("none") {
        flag::check(keyword, &flags, &mut reading.problems);
    }
    for value in flags.iter().filter_map(|flag| flag.value.as_ref()) {
        reading.word_fault(value);
    }
    let at = at + rest.len() - rest.trim_start().len();
    let mut body = MappedText::default();
    body.push_mapped(line, Span::from_usize(at, end));
    let span = line.to_source(part);
    let arguments = reading.arguments(keyword, keyword_span, &body);
    Instruction {
        keyword,
        keyword_span,
        span,
        lines: span,
        flags,
        body,
        blank_continuations: Vec::new(),
        heredocs: Vec::new(),
        arguments,
    }
}

/// Ties the sources of COPY and ADD to the heredocs they name.
pub(super) fn link_sources(instruction: &mut Instruction, problems: &mut Vec<Problem>) {
    let keyword = instruction.keyword.as_str();
    let heredocs = &instruction.heredocs;
    let Arguments::Copy(copy) = &mut instruction.arguments else { return };
    for source in &mut copy.sources {
        if let Some(opening) = heredoc::opening(source.word.raw.text(), 0) {
            source.heredoc = heredocs.iter().rposition(|heredoc| heredoc.delimiter == opening.delimiter);
        }
    }
    let is_heredoc = |word: &mut Box<Word>| heredoc::opening(word.raw.text(), 0).is_some();
    if let Some(destination) = copy.destination.take_if(is_heredoc) {
        let message = format!("the destination of {keyword} cannot be a heredoc");
        problems.push(Problem::new(ProblemCode::InvalidArgument, message, destination.span));
    }
}

/// What the builder splits keyword and plain arguments at.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{b}' | '\u{c}' | '\r')
}

impl Reading {
    fn problem(&mut self, code: ProblemCode, message: impl Into<String>, span: Span) {
        self.problems.push(Problem::new(code, message, span));
    }

    fn missing(&mut self, keyword: Keyword, what: &str, span: Span) {
        self.problem(ProblemCode::MissingArgument, format!("{} needs {what}", keyword.as_str()), span);
    }

    fn invalid(&mut self, message: impl Into<String>, span: Span) {
        self.problem(ProblemCode::InvalidArgument, message, span);
    }

    fn unknown(&mut self, word: &str, span: Span) {
        let shown: String = word.chars().take(32).collect();
        let message = Keyword::nearest(word).map_or_else(
            || format!("`{shown}` is no instruction"),
            |keyword| format!("`{shown}` is no instruction; did you mean {}?", keyword.as_str()),
        );
        self.problem(ProblemCode::UnknownInstruction, message, span);
    }

    fn word_fault(&mut self, word: &Word) {
        if let Some(fault) = word.fault {
            self.invalid(fault.message(), word.span);
        }
    }

    /// A part of `body` as a word that the builder will expand.
    fn word(&mut self, body: &MappedText, start: usize, end: usize) -> Word {
        self.words_left = self.words_left.saturating_sub(1);
        let word = Word::new(body, Span::from_usize(start, end), self.escape, self.words_left);
        self.words_left = self.words_left.saturating_sub(word.expansions.len());
        self.word_fault(&word);
        word
    }

    fn whole(&mut self, body: &MappedText) -> Box<Word> {
        Box::new(self.word(body, 0, body.text().len()))
    }

    fn arguments(&mut self, keyword: Keyword, at: Span, body: &MappedText) -> Arguments {
        let empty = body.text().is_empty();
        match keyword {
            Keyword::Cmd | Keyword::Entrypoint => Arguments::Command(self.command(body)),
            Keyword::Run => {
                // An empty shell form builds: the shell is run with no command.
                let command = self.command(body);
                if matches!(&command, Command::Exec(words) if words.is_empty()) {
                    self.missing(keyword, "a command", at);
                }
                Arguments::Command(command)
            }
            Keyword::Copy | Keyword::Add => self.copy(keyword, at, body),
            Keyword::Arg => self.build_arguments(at, body),
            Keyword::Env | Keyword::Label => self.pairs(keyword, at, body),
            Keyword::Other => Arguments::Unknown,
            _ if empty => {
                self.missing(keyword, "an argument", at);
                Arguments::Unknown
            }
            Keyword::From => self.from(body),
            Keyword::Healthcheck => self.healthcheck(body),
            Keyword::Onbuild => self.onbuild(body),
            Keyword::Shell => self.shell(at, body),
            Keyword::Expose => Arguments::Expose(self.split_at_blanks(body)),
            Keyword::Volume => self.volume(at, body),
            Keyword::User => Arguments::User(self.whole(body)),
            Keyword::Workdir => Arguments::Workdir(self.whole(body)),
            Keyword::Stopsignal => Arguments::Stopsignal(self.whole(body)),
            Keyword::Maintainer => Arguments::Maintainer(all_of(body)),
        }
    }

    fn split_at_blanks(&mut self, body: &MappedText) -> Vec<Word> {
        let text = body.text();
        let mut words = Vec::new();
        let mut at = 0;
        for word in text.split(is_blank) {
            if !word.is_empty() && self.words_left > 0 {
                words.push(self.word(body, at, at + word.len()));
            }
            at += word.len() + 1;
        }
        words
    }

    /// The strings of a JSON array, or `None` if the body is no JSON array of strings.
    fn json(&mut self, body: &MappedText) -> Option<Vec<ExecWord>> {
        match parse_array(body, self.words_left) {
            JsonArray::Strings(words) => {
                self.words_left = self.words_left.saturating_sub(words.len());
                Some(words)
            }
            JsonArray::Mixed => {
                self.invalid("a JSON array here may hold only strings", all_of(body));
                None
            }
            JsonArray::Not => None,
        }
    }

    /// The words of a JSON array, or the body split at blanks; the flag says which.
    fn json_or_words(&mut self, body: &MappedText) -> (Vec<Word>, bool) {
        let Some(words) = self.json(body) else { return (self.split_at_blanks(body), false) };
        let words = words
            .into_iter()
            .map(|word| Word::from_raw(word.text, word.span, self.escape, MAX_EXPANSIONS))
            .collect::<Vec<_>>();
        for word in &words {
            self.word_fault(word);
        }
        (words, true)
    }

    fn command(&mut self, body: &MappedText) -> Command {
        self.json(body).map_or_else(|| Command::Shell(body.clone()), Command::Exec)
    }

    fn from(&mut self, body: &MappedText) -> Arguments {
        let mut words = self.split_at_blanks(body).into_iter();
        let Some(image) = words.next() else { return Arguments::Unknown };
        let (second, third, fourth) = (words.next(), words.next(), words.next());
        let named = second.as_ref().is_some_and(|word| word.raw.text().eq_ignore_ascii_case("as"));
        let as_span = second.as_ref().filter(|_| named).map(|word| word.span);
        let extra = if named { fourth } else { second };
        if let Some(extra) = extra {
            self.invalid("FROM has an image, and at most `AS` and a name after it", extra.span);
        } else if named && third.is_none() {
            self.problem(ProblemCode::MissingArgument, "`AS` needs a name", as_span.unwrap_or_default());
        }
        let alias = third.filter(|_| named);
        if let Some(alias) = alias.as_ref().filter(|alias| !is_stage_name(alias.raw.text())) {
            self.invalid(
                "the name of a stage begins with a letter and holds letters, digits, `-`, `_` and `.`",
                alias.span,
            );
        }
        let image_ref = parse_reference(image.text());
        Arguments::From(Box::new(From { image, image_ref, as_span, alias }))
    }

    fn copy(&mut self, keyword: Keyword, at: Span, body: &MappedText) -> Arguments {
        let (mut words, json) = self.json_or_words(body);
        let destination = if words.len() > 1 { words.pop().map(Box::new) } else { None };
        if destination.is_none() {
            let what = if words.is_empty() { "a source and a destination" } else { "a destination" };
            self.missing(keyword, what, words.first().map_or(at, |word| word.span));
        }
        let sources = words.into_iter().map(|word| Source { word, heredoc: None }).collect();
        Arguments::Copy(Copy { sources, destination, json })
    }

    fn volume(&mut self, at: Span, body: &MappedText) -> Arguments {
        let (paths, json) = self.json_or_words(body);
        if paths.is_empty() {
            self.missing(Keyword::Volume, "a path", at);
        }
        for path in paths.iter().filter(|path| path.raw.text().trim().is_empty()) {
            self.invalid("the path of a VOLUME cannot be empty", path.span);
        }
        Arguments::Volume { paths, json }
    }

    fn shell(&mut self, at: Span, body: &MappedText) -> Arguments {
        let told = self.problems.len();
        let Some(words) = self.json(body) else {
            if self.problems.len() == told {
                self.invalid("SHELL needs a JSON array of strings", all_of(body));
            }
            return Arguments::Unknown;
        };
        if words.is_empty() {
            self.missing(Keyword::Shell, "at least one string", at);
        }
        Arguments::Shell(words)
    }

    fn healthcheck(&mut self, body: &MappedText) -> Arguments {
        let text = body.text();
        let kind_end = text.find(char::is_whitespace).unwrap_or(text.len());
        let kind = text.get(..kind_end).unwrap_or("");
        let kind_span = body.to_source(Span::from_usize(0, kind_end));
        let rest = text.get(kind_end..).unwrap_or("").trim_start();
        let mut command = MappedText::default();
        command.push_mapped(body, Span::from_usize(text.len() - rest.len(), text.len()));
        if kind.eq_ignore_ascii_case("none") {
            if !rest.is_empty() {
                self.invalid("HEALTHCHECK NONE has no arguments", all_of(&command));
            }
            return Arguments::Healthcheck(Healthcheck::None(kind_span));
        }
        if !kind.eq_ignore_ascii_case("cmd") {
            self.invalid("HEALTHCHECK is followed by `CMD` or `NONE`", kind_span);
            return Arguments::Unknown;
        }
        let command = self.command(&command);
        if rest.is_empty() || matches!(&command, Command::Exec(words) if words.is_empty()) {
            self.missing(Keyword::Healthcheck, "a command after `CMD`", kind_span);
        }
        Arguments::Healthcheck(Healthcheck::Command { cmd_span: kind_span, command })
    }

    fn onbuild(&mut self, body: &MappedText) -> Arguments {
        if self.inner {
            return Arguments::Unknown;
        }
        self.inner = true;
        let inner = read(body, Span::from_usize(0, body.text().len()), self);
        self.inner = false;
        if matches!(inner.keyword, Keyword::Onbuild | Keyword::From | Keyword::Maintainer) {
            self.invalid(format!("{} cannot stand in ONBUILD", inner.keyword.as_str()), inner.keyword_span);
        }
        Arguments::Onbuild(Box::new(inner))
    }

    /// ENV and LABEL.
    fn pairs(&mut self, keyword: Keyword, at: Span, body: &MappedText) -> Arguments {
        let words = split_at_unquoted_blanks(body.text(), self.escape, self.words_left);
        let Some(first) = words.first() else {
            self.missing(keyword, "a name and a value", at);
            return Arguments::Pairs(Vec::new());
        };
        if !body.text().get(first.clone()).is_some_and(|word| word.contains('=')) {
            return self.old_pair(keyword, body);
        }
        let mut pairs = Vec::with_capacity(words.len());
        for range in words {
            let text = body.text().get(range.clone()).unwrap_or("");
            let pair = self.pair(body, &range, text.find('='));
            if pair.value.is_none() {
                self.invalid("this word has no `=`; a blank in a value needs quotes or an escape", pair.span);
            }
            self.check_name(keyword, &pair);
            pairs.push(pair);
        }
        Arguments::Pairs(pairs)
    }

    fn build_arguments(&mut self, at: Span, body: &MappedText) -> Arguments {
        let words = split_at_unquoted_blanks(body.text(), self.escape, self.words_left);
        if words.is_empty() {
            self.missing(Keyword::Arg, "a name", at);
        }
        let mut pairs = Vec::with_capacity(words.len());
        for range in words {
            let text = body.text().get(range.clone()).unwrap_or("");
            let pair = self.pair(body, &range, text.find('='));
            self.check_name(Keyword::Arg, &pair);
            pairs.push(pair);
        }
        Arguments::Pairs(pairs)
    }

    fn check_name(&mut self, keyword: Keyword, pair: &Pair) {
        if pair.name.raw.text().is_empty() {
            self.invalid(format!("a name in {} is empty", keyword.as_str()), pair.span);
        }
    }

    fn pair(&mut self, body: &MappedText, range: &core::ops::Range<usize>, equals: Option<usize>) -> Pair {
        let name_end = equals.map_or(range.end, |equals| range.start + equals);
        let name = self.word(body, range.start, name_end);
        let value = equals.map(|equals| {
            let mut value = self.word(body, range.start + equals + 1, range.end);
            if value.span.is_empty() {
                // An empty word has no byte of its own to be placed by; it stands right behind the `=`.
                let sign = Span::from_usize(range.start + equals, range.start + equals + 1);
                value.span = Span::empty(body.to_source(sign).end);
            }
            value
        });
        let span = body.to_source(Span::from_usize(range.start, range.end));
        Pair { span, name, value, style: PairStyle::Equals }
    }

    /// `ENV name the rest of the line`.
    fn old_pair(&mut self, keyword: Keyword, body: &MappedText) -> Arguments {
        let text = body.text();
        let name_end = text.find(is_blank).unwrap_or(text.len());
        let rest = text.get(name_end..).unwrap_or("").trim_start_matches(is_blank);
        let name = self.word(body, 0, name_end);
        if rest.is_empty() {
            self.missing(keyword, "a value after the name", name.span);
        }
        let value = (!rest.is_empty()).then(|| self.word(body, text.len() - rest.len(), text.len()));
        Arguments::Pairs(vec![Pair { span: all_of(body), name, value, style: PairStyle::Blank }])
    }
}

/// Where the whole of `body` stands in the file.
fn all_of(body: &MappedText) -> Span {
    body.to_source(Span::from_usize(0, body.text().len()))
}

/// The names BuildKit allows for stages, in either case.
fn is_stage_name(name: &str) -> bool {
    name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The words of ENV, ARG and LABEL: split at blanks outside of quotes, quotes and escapes kept.
fn split_at_unquoted_blanks(text: &str, escape: char, limit: usize) -> Vec<core::ops::Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut escaped = false;
    for (at, next) in text.char_indices() {
        if start.is_none() {
            if next.is_whitespace() {
                continue;
            }
            if words.len() >= limit {
                return words;
            }
            start = Some(at);
        }
        if escaped {
            escaped = false;
        } else if next == escape && quote != Some('\'') {
            escaped = true;
        } else if quote == Some(next) {
            quote = None;
        } else if quote.is_none() && matches!(next, '\'' | '"') {
            quote = Some(next);
        } else if quote.is_none() && next.is_whitespace() {
            words.extend(start.take().map(|start| start..at));
        }
    }
    words.extend(start.map(|start| start..text.len()));
    words
}
