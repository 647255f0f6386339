//! Where a line of an instruction begins heredocs.

use core::ops::Range;

use super::lexer::{Lexer, Reference, Variables};

/// A `<<WORD` found in a line; ranges count in the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) range: Range<usize>,
    pub(super) delimiter: String,
    pub(super) delimiter_range: Range<usize>,
    pub(super) expand: bool,
    pub(super) strip_tabs: bool,
    pub(super) fd: u32,
}

/// The heredocs that `line` begins, in order, at most `limit` of them.
///
/// As the builder does it: the line is split at blanks that are not quoted, and a heredoc is a whole word made of a
/// file descriptor, `<<` or `<<-`, and a delimiter without `<`. A line whose quotes or `${...}` the builder cannot
/// read has none. The escape character is a backslash here whatever the directive says.
pub(super) fn openings(line: &str, limit: usize) -> Vec<Opening> {
    if !line.contains("<<") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut splitter = Splitter { line, at: 0 };
    while let Some(word) = splitter.word() {
        let Ok(range) = word else { return Vec::new() };
        if let Some(text) = line.get(range.clone())
            && found.len() < limit
            && let Some(opening) = opening(text, range.start)
        {
            found.push(opening);
        }
    }
    found
}

/// Reads a whole word as the beginning of a heredoc.
pub(super) fn opening(word: &str, at: usize) -> Option<Opening> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let after = word.get(digits..)?.strip_prefix("<<")?;
    let written = after.strip_prefix('-').unwrap_or(after);
    if written.is_empty() || written.contains('<') {
        return None;
    }
    let delimiter = Lexer::new(written, '\\', AsWritten).whole().ok()?;
    let blank_outside = {
        let mut splitter = Splitter { line: written, at: 0 };
        splitter.word();
        splitter.word().is_some() || written.starts_with(char::is_whitespace)
    };
    if delimiter.is_empty() || blank_outside {
        return None;
    }
    let start = at + word.len() - written.len();
    Some(Opening {
        range: at..at + word.len(),
        expand: delimiter == written,
        delimiter,
        delimiter_range: start..at + word.len(),
        strip_tabs: after.len() != written.len(),
        fd: word.get(..digits).and_then(|digits| digits.parse().ok()).unwrap_or(0),
    })
}

/// Leaves every variable as it is written.
struct AsWritten;

impl Variables for AsWritten {
    fn expand(&mut self, text: &str, reference: Reference<'_>, out: &mut String) {
        out.push_str(text.get(reference.range).unwrap_or(""));
    }
}

/// Cuts a line into words at blanks that no quote, escape or `${...}` holds.
struct Splitter<'t> {
    line: &'t str,
    at: usize,
}

impl Splitter<'_> {
    fn rest(&self) -> &str {
        self.line.get(self.at..).unwrap_or("")
    }

    /// The next word, an error if the line cannot be read, `None` at its end.
    fn word(&mut self) -> Option<Result<Range<usize>, ()>> {
        self.at = self.line.len() - self.rest().trim_start().len();
        let start = self.at;
        while let Some(next) = self.rest().chars().next() {
            match next {
                '\'' => {
                    let Some(end) = self.rest().get(1..).and_then(|rest| rest.find('\'')) else {
                        return Some(Err(()));
                    };
                    self.at += end + 2;
                }
                '"' => {
                    if self.double_quoted().is_none() {
                        return Some(Err(()));
                    }
                }
                '$' => {
                    if self.dollar().is_none() {
                        return Some(Err(()));
                    }
                }
                '\\' => {
                    self.at += 1;
                    self.at += self.rest().chars().next().map_or(0, char::len_utf8);
                }
                _ if next.is_whitespace() => break,
                _ => self.at += next.len_utf8(),
            }
        }
        (self.at > start).then_some(Ok(start..self.at))
    }

    fn double_quoted(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            let plain = self.rest().find(['"', '\\', '$'])?;
            self.at += plain;
            match self.rest().chars().next()? {
                '"' => {
                    self.at += 1;
                    return Some(());
                }
                '$' => self.dollar()?,
                _ => {
                    let escaped = self.rest().get(1..).is_some_and(|rest| rest.starts_with(['"', '$', '\\']));
                    self.at += 1 + usize::from(escaped);
                }
            }
        }
    }

    fn dollar(&mut self) -> Option<()> {
        let mut lexer = Lexer::at(self.line, self.at, '\\', AsWritten);
        lexer.dollar(&mut String::new()).ok()?;
        self.at = lexer.position();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<(String, bool, bool, u32)> {
        openings(line, 9).into_iter().map(|o| (o.delimiter, o.expand, o.strip_tabs, o.fd)).collect()
    }

    #[test]
    fn heredocs_are_whole_words() {
        let eof = |expand, tabs, fd| vec![("EOF".to_owned(), expand, tabs, fd)];
        assert_eq!(found("RUN cat <<EOF > /x"), eof(true, false, 0));
        assert_eq!(found("RUN 3<<-EOF cat"), eof(true, true, 3));
        assert_eq!(found("RUN <<'EOF'"), eof(false, false, 0));
        assert_eq!(found("RUN <<\"EOF\""), eof(false, false, 0));
        assert_eq!(found("RUN <<\\EOF"), eof(false, false, 0));
        assert_eq!(found("RUN a <<A <<B").len(), 2);
    }

    #[test]
    fn what_only_looks_like_a_heredoc_is_none() {
        for line in [
            "RUN cat <<<EOF",
            "RUN echo '<<EOF'",
            "RUN echo \"a <<EOF b\"",
            "RUN echo $((1<<2))",
            "RUN x<<EOF",
            "RUN <<",
            "RUN << EOF",
            "RUN echo it's <<EOF",
            "RUN echo ${a[0]} <<EOF",
            "RUN echo \\<<EOF",
            "RUN cat <<''",
        ] {
            assert_eq!(found(line), vec![], "{line}");
        }
    }

    #[test]
    fn the_delimiter_runs_to_the_next_blank_as_the_builder_has_it() {
        assert_eq!(found("RUN cat <<EOF>x")[0].0, "EOF>x");
    }
}
