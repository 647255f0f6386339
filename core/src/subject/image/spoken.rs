//! What an entry of an image's history says, read back into a line of a Dockerfile.
//!
//! Builders write down in `created_by` what they did, each in a way of its own: `/bin/sh -c #(nop) USER app` and
//! `/bin/sh -c make` (Docker's old builder, buildah), `|1 TOKEN=x /bin/sh -c make` (with build arguments, whose values
//! stand there), `RUN /bin/sh -c make # buildkit` and `USER app` (BuildKit), `RUN make` (kaniko). Lists are printed as
//! Go prints them: `CMD ["a" "b"]`, `EXPOSE map[80/tcp:{}]`, `HEALTHCHECK &{["CMD-SHELL" "x"] ...}`. What other tools
//! write (`bazel build ...`, `umoci config`, `# debian.sh ...`) is no instruction.

use std::ops::Range;

use hullmark_document::dockerfile::Keyword;
use hullmark_document::{MappedText, Span};

use super::pairs::{Pair, split_pairs};

/// Shells that scripts are handed to.
const SHELLS: &[&str] = &["sh", "bash", "ash", "dash", "zsh", "ksh", "mksh"];
/// The most words of a shell with its flags, so that looking for one stays linear.
const SHELL_WORDS: usize = 12;

/// An entry of the history as an instruction.
#[derive(Debug)]
pub(super) struct Entry {
    /// The instruction as text of a Dockerfile, with the way back to the file.
    pub(super) line: MappedText,
    pub(super) keyword: Keyword,
    /// The build arguments and their values, in the entry's text.
    pub(super) build_args: Vec<Pair>,
    /// For ENV, LABEL and ARG: what it sets, in the entry's text.
    pub(super) pairs: Vec<Pair>,
    /// The shell and its flags, in the entry's text, for a RUN that shows them.
    pub(super) shell: Vec<Range<usize>>,
}

/// Reads an entry; `None` when it stands for no instruction.
pub(super) fn read(created_by: &MappedText) -> Option<Entry> {
    let text = created_by.text();
    let body = trimmed(text, 0..text.len());
    if let Some((_, end)) = shell_prefix(text, body.start) {
        let rest = trimmed(text, end..body.end);
        if part(text, &rest).starts_with("#(nop)") {
            let rest = without_suffixes(text, trimmed(text, rest.start + "#(nop)".len()..rest.end));
            return instruction(created_by, rest);
        }
        let rest = without_suffixes(text, body.clone());
        return run(created_by, rest, body.start..end);
    }
    if part(text, &body).starts_with('|') {
        arguments_head(part(text, &body))?;
        let rest = without_suffixes(text, body.clone());
        return run(created_by, rest, body.start..body.start + 1);
    }
    let body = without_mark(text, body);
    let word = first_word(text, &body);
    match Keyword::from_word(part(text, &word)) {
        Keyword::Other | Keyword::From => None,
        keyword if part(text, &word) != keyword.as_str() => None,
        Keyword::Run => run(created_by, trimmed(text, word.end..body.end), word),
        _ => instruction(created_by, body),
    }
}

fn part<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    text.get(range.clone()).unwrap_or("")
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = part(text, &range);
    let start = range.start + (inside.len() - inside.trim_start().len());
    start..start + inside.trim().len()
}

fn first_word(text: &str, range: &Range<usize>) -> Range<usize> {
    let inside = part(text, range);
    let len = inside.find(char::is_whitespace).unwrap_or(inside.len());
    range.start..range.start + len
}

/// Without the mark that BuildKit puts at the end.
fn without_mark(text: &str, range: Range<usize>) -> Range<usize> {
    match part(text, &range).strip_suffix("# buildkit") {
        Some(rest) => range.start..range.start + rest.trim_end_matches(' ').len(),
        None => range,
    }
}

/// Without what buildah appends for its cache: `|key=value`, with no blank in it.
fn without_suffixes(text: &str, range: Range<usize>) -> Range<usize> {
    let mut end = range.end;
    while let Some(at) = part(text, &(range.start..end)).rfind('|') {
        let suffix = part(text, &(range.start + at + 1..end));
        let name = suffix.split_once('=').map_or("", |(name, _)| name);
        let is_suffix = at > 0
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !suffix.contains(char::is_whitespace);
        if !is_suffix {
            break;
        }
        end = range.start + at;
    }
    trimmed(text, range.start..end)
}

/// A shell with its flags at `start`: `/bin/bash -o pipefail -c`. Gives its words and its end.
pub(super) fn shell_prefix(text: &str, start: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let rest = text.get(start..)?;
    let mut at = start;
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut takes_value = false;
    for word in rest.split(' ').take(SHELL_WORDS) {
        let range = at..at + word.len();
        at = range.end + 1;
        let Some(shell) = words.first().map(|first| shell_name(part(text, first))) else {
            let name = shell_name(word);
            if !SHELLS.contains(&name.as_str()) && !matches!(name.as_str(), "cmd" | "powershell" | "pwsh") {
                return None;
            }
            words.push(range);
            continue;
        };
        let posix = SHELLS.contains(&shell.as_str());
        let last = if posix {
            word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
        } else {
            word.eq_ignore_ascii_case("/c") || word.eq_ignore_ascii_case("-command")
        };
        if !(last || takes_value || word.starts_with(['-', '+', '/'])) {
            return None;
        }
        takes_value = posix && word.starts_with(['-', '+']) && word.ends_with('o');
        words.push(range.clone());
        if last {
            return Some((words, range.end));
        }
    }
    None
}

/// The base name of a shell's path in lower case.
fn shell_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or("");
    let name = name.to_ascii_lowercase();
    name.strip_suffix(".exe").map_or(name.clone(), str::to_owned)
}

/// A RUN whose build arguments, shell and script are in `range`; `keyword` is what shows that it is one.
fn run(created_by: &MappedText, range: Range<usize>, keyword: Range<usize>) -> Option<Entry> {
    let text = created_by.text();
    let (build_args, range) = build_args(text, range);
    let (shell, range) = match shell_prefix(text, range.start) {
        Some((words, end)) => (words, trimmed(text, end..range.end.max(end))),
        None => (Vec::new(), range),
    };
    let script = part(text, &range);
    if script.is_empty() {
        return None;
    }
    let mut line = MappedText::default();
    let place = created_by.to_source(span(&keyword));
    if script.contains(['\n', '\r']) || script.contains("<<") || script.ends_with('\\') {
        // As a here-document the script is taken as it stands. Its end is no line of the script.
        let end = "E".repeat(longest_run(script, b'E') + 1);
        line.push_replaced("RUN", place);
        line.push_replaced(&format!(" <<'{end}'\n"), place);
        line.push_mapped(created_by, span(&range));
        line.push_replaced(&format!("\n{end}\n"), place);
    } else {
        line.push_replaced("RUN", place);
        line.push_replaced(" ", place);
        line.push_mapped(created_by, span(&range));
    }
    Some(Entry { line, keyword: Keyword::Run, build_args, pairs: Vec::new(), shell })
}

fn longest_run(text: &str, wanted: u8) -> usize {
    let (mut longest, mut run) = (0, 0);
    for byte in text.bytes() {
        run = if byte == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// The build arguments at the beginning of a RUN (`|2 A=1 B=2 /bin/sh -c ...`) and what follows them.
///
/// Values are written without quotes and the number counts words with some builders and arguments with others, so the
/// shell is what ends them; without one the number does.
fn build_args(text: &str, range: Range<usize>) -> (Vec<Pair>, Range<usize>) {
    let Some((count, head)) = arguments_head(part(text, &range)) else { return (Vec::new(), range) };
    let start = range.start + head;
    let mut at = start;
    let mut counted = range.end;
    for (number, word) in part(text, &(start..range.end)).split(' ').enumerate() {
        if number == count {
            counted = at;
        }
        if number > 0 && shell_prefix(text, at).is_some_and(|(_, end)| end <= range.end) {
            counted = at;
            break;
        }
        at += word.len() + 1;
    }
    let counted = counted.min(range.end);
    (split_pairs(text, start..counted), trimmed(text, counted..range.end))
}

/// How many build arguments follow, and the length of what says so: `|2 `.
fn arguments_head(text: &str) -> Option<(usize, usize)> {
    let rest = text.strip_prefix('|')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (count, rest) = rest.split_at_checked(digits)?;
    rest.starts_with(' ').then_some((count.parse().ok()?, digits + 2))
}

/// An instruction other than RUN.
fn instruction(created_by: &MappedText, range: Range<usize>) -> Option<Entry> {
    let text = created_by.text();
    let word = first_word(text, &range);
    let keyword = Keyword::from_word(part(text, &word));
    let rest = trimmed(text, word.end..range.end);
    if rest.is_empty() || matches!(keyword, Keyword::Other | Keyword::From) {
        return None;
    }
    if keyword == Keyword::Run {
        return run(created_by, rest, word);
    }
    let mut writer = Writer { from: created_by, line: MappedText::default() };
    writer.line.push_mapped(created_by, span(&word));
    let mut pairs = Vec::new();
    match keyword {
        Keyword::Env | Keyword::Label | Keyword::Arg => {
            pairs = split_pairs(text, rest);
            writer.pairs(&pairs);
        }
        Keyword::Expose | Keyword::Volume => writer.words(rest),
        Keyword::Cmd | Keyword::Entrypoint | Keyword::Shell => writer.list_or_text(rest),
        Keyword::Healthcheck => writer.healthcheck(rest),
        Keyword::Copy | Keyword::Add => writer.copy(rest),
        _ => writer.text(rest),
    }
    let line = writer.line;
    (line.text().len() > word.len()).then(|| Entry { line, keyword, build_args: Vec::new(), pairs, shell: Vec::new() })
}

fn span(range: &Range<usize>) -> Span {
    Span::from_usize(range.start, range.end)
}

/// Writes the arguments of an instruction as a Dockerfile has them.
struct Writer<'w> {
    from: &'w MappedText,
    line: MappedText,
}

impl Writer<'_> {
    /// Adds what stands for the place before byte `at`.
    fn made(&mut self, text: &str, at: usize) {
        let place = self.from.to_source(Span::from_usize(at, at));
        self.line.push_replaced(text, place);
    }

    /// A text on one line.
    fn clean(&mut self, range: Range<usize>) {
        let text = part(self.from.text(), &range).trim_end_matches('\\');
        let mut at = range.start;
        for line in text.split_inclusive(['\n', '\r']) {
            let shown = line.trim_end_matches(['\n', '\r']);
            self.line.push_mapped(self.from, Span::from_usize(at, at + shown.len()));
            if shown.len() < line.len() {
                self.made(" ", at + shown.len());
            }
            at += line.len();
        }
    }

    fn text(&mut self, range: Range<usize>) {
        self.made(" ", range.start);
        self.clean(range);
    }

    /// `name="value"` for each pair, what is special inside quotes escaped.
    fn pairs(&mut self, pairs: &[Pair]) {
        for pair in pairs {
            self.text(pair.name.clone());
            let Some(value) = &pair.value else { continue };
            self.made("=\"", value.start);
            let text = part(self.from.text(), value).to_owned();
            let mut at = value.start;
            for chunk in text.split_inclusive(['"', '\\', '$', '\n', '\r']) {
                let plain = chunk.trim_end_matches(['"', '\\', '$', '\n', '\r']);
                self.line.push_mapped(self.from, Span::from_usize(at, at + plain.len()));
                if let Some(special) = chunk.get(plain.len()..).and_then(|rest| rest.chars().next()) {
                    let place = self.from.to_source(Span::from_usize(at + plain.len(), at + chunk.len()));
                    match special {
                        '\n' | '\r' => self.line.push_replaced(" ", place),
                        special => self.line.push_replaced(&format!("\\{special}"), place),
                    }
                }
                at += chunk.len();
            }
            self.made("\"", at);
        }
    }

    /// Words that may stand in `map[a:{} b:{}]` or `[a b]`.
    fn words(&mut self, range: Range<usize>) {
        let text = part(self.from.text(), &range);
        if text.starts_with("[\"") {
            return self.list_or_text(range);
        }
        let open = if text.starts_with("map[") { 4 } else { usize::from(text.starts_with('[')) };
        let end = range.end - usize::from(open > 0 && text.ends_with(']'));
        for word in words_of(self.from.text(), range.start + open..end) {
            let len = part(self.from.text(), &word).trim_end_matches(":{}").len();
            self.text(word.start..word.start + len);
        }
    }

    /// An exec form as JSON, whichever way its list is printed; else the text.
    fn list_or_text(&mut self, range: Range<usize>) {
        let text = part(self.from.text(), &range);
        let inside = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
        if !(text.starts_with('[') && text.ends_with(']')) {
            return self.text(range);
        }
        if !text.contains('"') {
            let words = words_of(self.from.text(), inside);
            self.made(" [", range.start);
            for (number, word) in words.into_iter().enumerate() {
                self.made(if number > 0 { ", \"" } else { "\"" }, word.start);
                self.clean(word.clone());
                self.made("\"", word.end);
            }
            return self.made("]", range.end);
        }
        match quoted(self.from.text(), inside) {
            Some(words) => {
                self.made(" ", range.start);
                self.list(&words);
            }
            None => self.text(range),
        }
    }

    /// A JSON list of words that stand in quotes.
    fn list(&mut self, words: &[Range<usize>]) {
        let start = words.first().map_or(0, |word| word.start);
        self.made("[", start);
        for (number, word) in words.iter().enumerate() {
            if number > 0 {
                self.made(", ", word.start);
            }
            self.clean(word.clone());
        }
        self.made("]", words.last().map_or(start, |word| word.end));
    }

    /// `&{["CMD-SHELL" "curl x"] "30s" ...}` as `CMD curl x`.
    fn healthcheck(&mut self, range: Range<usize>) {
        let text = part(self.from.text(), &range);
        let Some(inside) = text.strip_prefix("&{[") else { return self.text(range) };
        let start = range.start + 3;
        let words = quoted_until(self.from.text(), start..start + inside.len());
        let kind = words.first().map_or("", |word| part(self.from.text(), word));
        match (kind, words.as_slice()) {
            ("\"NONE\"", _) => self.made(" NONE", start),
            ("\"CMD-SHELL\"", [_, script, ..]) => {
                self.made(" CMD ", start);
                self.clean(script.start + 1..script.end - 1);
            }
            ("\"CMD\"", [_, words @ ..]) => {
                self.made(" CMD ", start);
                self.list(words);
            }
            _ => {}
        }
    }

    /// `file:DIGEST in /to` as `file:DIGEST /to`.
    fn copy(&mut self, range: Range<usize>) {
        let text = part(self.from.text(), &range);
        let target = text.rfind(" in ").filter(|&at| {
            !part(self.from.text(), &(range.start + at + 4..range.end)).contains(' ')
                && text.split(' ').any(|word| ["file:", "dir:", "multi:"].iter().any(|head| word.starts_with(head)))
        });
        match target {
            Some(at) => {
                self.text(range.start..range.start + at);
                self.text(range.start + at + 4..range.end);
            }
            None => self.text(range),
        }
    }
}

/// The words between blanks.
fn words_of(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut at = range.start;
    for word in part(text, &range).split(' ') {
        if !word.is_empty() {
            words.push(at..at + word.len());
        }
        at += word.len() + 1;
    }
    words
}

/// The texts in double quotes, quotes included, when nothing but blanks and commas stands between them.
fn quoted(text: &str, range: Range<usize>) -> Option<Vec<Range<usize>>> {
    let end = range.end;
    let words = quoted_until(text, range.clone());
    let rest = words.last().map_or(range.start, |word| word.end);
    part(text, &(rest..end)).trim_matches([' ', ',']).is_empty().then_some(words)
}

/// The texts in double quotes up to what is neither one nor a blank or comma.
fn quoted_until(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let (mut start, mut escaped) = (None, false);
    for (at, c) in part(text, &range).char_indices() {
        let at = range.start + at;
        match (start, c) {
            (None, '"') => start = Some(at),
            (None, ' ' | ',') => {}
            (None, _) => break,
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(begin), '"') => {
                words.push(begin..at + 1);
                start = None;
            }
            (Some(_), _) => {}
        }
    }
    words
}
