//! Words and what they are made of.

use std::borrow::Cow;

use super::script::{CompoundId, Run, Script};
use crate::{MappedText, Span};

/// One word of a script: a command's name, an argument, a redirection's target, the value of an assignment.
///
/// A word is a range of [`Part`]s in its [`Script`]; ask [`Script::parts`] for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// The word with its quotes.
    pub span: Span,
    pub(super) parts: Run,
}

/// A piece of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What the piece is.
    pub kind: PartKind,
    /// The piece with its quotes, `$` and braces.
    pub span: Span,
    /// Whether the piece lies inside double quotes or a heredoc body: its value is not split and not globbed.
    pub quoted: bool,
    /// The index after the last part below this one; parts stand in preorder.
    pub(super) next: u32,
}

/// The kind of a [`Part`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// Text that stands for itself.
    Literal,
    /// A backslash and the character that it protects.
    Escaped,
    /// A backslash at the end of a line, and the line end; stands for nothing.
    Continuation,
    /// `'...'`.
    SingleQuoted,
    /// `"..."` or `$"..."`; has parts.
    DoubleQuoted,
    /// `$'...'` with the escapes of ANSI C.
    AnsiCQuoted,
    /// `$name`, `${name...}`; see [`Script::parameter`].
    Parameter(ParameterId),
    /// `$(...)` or `` `...` ``; the compound holds the commands.
    CommandSubstitution {
        /// The node that holds the commands.
        compound: CompoundId,
        /// Whether it is spelled with backticks.
        backticks: bool,
    },
    /// `$((...))`; has parts.
    Arithmetic,
    /// `<(...)` or `>(...)`; the compound holds the commands.
    ProcessSubstitution {
        /// The node that holds the commands.
        compound: CompoundId,
        /// Whether it is `>(...)`.
        output: bool,
    },
    /// `*`, `?` or `[...]` that the shell matches against file names or, in `case` and `[[`, against a text.
    Glob,
    /// `{a,b}` or `{1..3}`; its parts cover all of it, braces included.
    BraceExpansion,
    /// `~` or `~user` at the beginning of the word.
    Tilde,
}

impl PartKind {
    /// Whether the value of the piece is only known when the script runs.
    #[must_use]
    pub fn is_dynamic(self) -> bool {
        matches!(
            self,
            Self::Parameter(_) | Self::CommandSubstitution { .. } | Self::Arithmetic | Self::ProcessSubstitution { .. }
        )
    }

    /// Whether the parts below it belong to the same word.
    fn is_container(self) -> bool {
        matches!(self, Self::DoubleQuoted | Self::BraceExpansion)
    }
}

/// The place of a [`Parameter`] in its script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParameterId(pub(super) u32);

/// A parameter expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name: an identifier, digits, or one of `@*#?-$!`; other text where the expansion is not a valid one.
    pub name: Span,
    /// Whether it is spelled with braces.
    pub braces: bool,
    /// Whether it asks for the length: `${#name}`.
    pub length: bool,
    /// Whether the value of the parameter names the parameter: `${!name}`.
    pub indirect: bool,
    /// The text between `[` and `]` after the name.
    pub index: Option<Word>,
    /// The operator and its place.
    pub operator: Option<(ParameterOperator, Span)>,
    /// What follows the operator; may be an empty word.
    pub operand: Option<Word>,
}

/// The operator of a [`Parameter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterOperator {
    /// `-` or, with `colon`, `:-`: the operand when unset (or empty).
    Default {
        /// Whether a colon stands before it, so that empty counts as unset.
        colon: bool,
    },
    /// `=` or `:=`: sets the operand when unset (or empty).
    Assign {
        /// Whether a colon stands before it, so that empty counts as unset.
        colon: bool,
    },
    /// `?` or `:?`: stops the script when unset (or empty).
    Error {
        /// Whether a colon stands before it, so that empty counts as unset.
        colon: bool,
    },
    /// `+` or `:+`: the operand when set (and not empty).
    Alternative {
        /// Whether a colon stands before it, so that empty counts as unset.
        colon: bool,
    },
    /// `#` or `##`: cuts a prefix.
    RemovePrefix {
        /// Whether it is doubled.
        longest: bool,
    },
    /// `%` or `%%`: cuts a suffix.
    RemoveSuffix {
        /// Whether it is doubled.
        longest: bool,
    },
    /// `/`, `//`, `/#` or `/%`: replaces a pattern.
    Replace,
    /// `:`: a part of the value.
    Substring,
    /// `^`, `^^`, `,` or `,,`: changes case.
    Case,
    /// `@`: a transformation such as `@Q`.
    Transform,
    /// Anything else; the shell calls it a bad substitution when it runs.
    Unknown,
}

impl ParameterOperator {
    /// Whether the operand is a pattern, in which single quotes quote even between double quotes.
    pub(super) fn takes_pattern(self) -> bool {
        matches!(self, Self::RemovePrefix { .. } | Self::RemoveSuffix { .. } | Self::Replace | Self::Case)
    }
}

/// Where the text of a word goes, piece by piece.
trait Sink {
    fn verbatim(&mut self, text: &str, source: u32);
    fn replaced(&mut self, text: &str, source: Span);
}

impl Sink for String {
    fn verbatim(&mut self, text: &str, _: u32) {
        self.push_str(text);
    }
    fn replaced(&mut self, text: &str, _: Span) {
        self.push_str(text);
    }
}

impl Sink for MappedText {
    fn verbatim(&mut self, text: &str, source: u32) {
        self.push_verbatim(text, source);
    }
    fn replaced(&mut self, text: &str, source: Span) {
        self.push_replaced(text, source);
    }
}

impl Word {
    /// The text of the word as the program gets it, as far as it is known: quotes are removed and escapes undone,
    /// `$X` and `${X...}` become `${X}`, substitutions and arithmetic become `${...}`.
    ///
    /// ```
    /// use hullmark_document::shell;
    /// let script = shell::parse(r#"echo "a $b"' c'\ d$(e)"#);
    /// let words = script.words(&script.commands()[0]);
    /// assert_eq!(words[1].literal(&script), "a ${b} c d${...}");
    /// ```
    #[must_use]
    pub fn literal<'s>(&self, script: &'s Script) -> Cow<'s, str> {
        let mut parts = script.parts(self);
        match (parts.next(), parts.next()) {
            (None, _) => return Cow::Borrowed(""),
            (Some((at, part)), None) => match part.kind {
                PartKind::Literal | PartKind::Glob | PartKind::Tilde => {
                    return Cow::Borrowed(script.part_text(at, part));
                }
                PartKind::SingleQuoted => return Cow::Borrowed(unquoted(script.part_text(at, part))),
                _ => {}
            },
            _ => {}
        }
        let mut text = String::with_capacity(self.span.len() as usize);
        render(script, self.parts, &mut text);
        Cow::Owned(text)
    }

    /// The same text as [`Word::literal`] with the way back to the script: what `sh -c` would parse.
    ///
    /// ```
    /// use hullmark_document::{shell, Span};
    /// let script = shell::parse(r#"sh -c "a \"b\"""#);
    /// let inner = script.words(&script.commands()[0])[2].mapped_text(&script);
    /// assert_eq!(inner.text(), r#"a "b""#);
    /// assert_eq!(inner.to_source(Span::new(2, 5)), Span::new(9, 14));
    /// ```
    #[must_use]
    pub fn mapped_text(&self, script: &Script) -> MappedText {
        let mut text = MappedText::default();
        render(script, self.parts, &mut text);
        text
    }

    /// Whether no part of the word is a value that is known only when the script runs: no parameter, substitution
    /// or arithmetic. Globs, brace expansions and `~` do not count as such; see [`Word::has_pattern`].
    #[must_use]
    pub fn is_static(&self, script: &Script) -> bool {
        !script.parts_below(self.parts).any(|part| part.kind.is_dynamic())
    }

    /// Whether the shell may make other words or several of this one by `*`, `?`, `[...]`, `{a,b}` or `~`.
    #[must_use]
    pub fn has_pattern(&self, script: &Script) -> bool {
        script
            .parts(self)
            .any(|(_, part)| matches!(part.kind, PartKind::Glob | PartKind::BraceExpansion | PartKind::Tilde))
    }

    /// Whether any part of the word is quoted or escaped.
    #[must_use]
    pub fn has_quotes(&self, script: &Script) -> bool {
        script.parts(self).any(|(_, part)| {
            matches!(
                part.kind,
                PartKind::SingleQuoted | PartKind::DoubleQuoted | PartKind::AnsiCQuoted | PartKind::Escaped
            )
        })
    }

    /// Whether the word is exactly `text`, without quotes, escapes and expansions.
    #[must_use]
    pub fn is_plain(&self, script: &Script, text: &str) -> bool {
        self.span.text(script.text()) == text
    }
}

/// Writes the text of `parts` into `sink`; iterative, as containers are walked in preorder.
fn render(script: &Script, parts: Run, sink: &mut impl Sink) {
    let mut at = parts.start;
    while at < parts.end {
        let Some(part) = script.part_at(at) else { break };
        if part.kind.is_container() {
            at += 1;
            continue;
        }
        render_leaf(script, at, part, sink);
        at = part.next.max(at + 1);
    }
}

fn render_leaf(script: &Script, at: u32, part: &Part, sink: &mut impl Sink) {
    let text = script.part_text(at, part);
    let respelled = text.len() != part.span.len() as usize;
    match part.kind {
        PartKind::Literal | PartKind::Glob | PartKind::Tilde if respelled => sink.replaced(text, part.span),
        PartKind::Literal | PartKind::Glob | PartKind::Tilde => sink.verbatim(text, part.span.start),
        PartKind::SingleQuoted if respelled => sink.replaced(unquoted(text), part.span),
        PartKind::SingleQuoted => sink.verbatim(unquoted(text), part.span.start + 1),
        PartKind::Escaped => sink.replaced(text.strip_prefix('\\').unwrap_or(text), part.span),
        PartKind::AnsiCQuoted => {
            let base = (!respelled).then_some(part.span.start + 2);
            render_ansi_c(unquoted(text.get(1..).unwrap_or("")), base, part.span, sink);
        }
        PartKind::Parameter(id) => {
            let name = script.parameter(id).map_or("", |parameter| parameter.name.text(script.text()));
            sink.replaced(&format!("${{{name}}}"), part.span);
        }
        PartKind::CommandSubstitution { .. } | PartKind::Arithmetic | PartKind::ProcessSubstitution { .. } => {
            sink.replaced("${...}", part.span);
        }
        PartKind::Continuation | PartKind::DoubleQuoted | PartKind::BraceExpansion => {}
    }
}

/// The text between the single quotes of `text`; the closing one may be missing.
fn unquoted(text: &str) -> &str {
    let inner = text.get(1..).unwrap_or("");
    inner.strip_suffix('\'').unwrap_or(inner)
}

/// Writes the text of an ANSI C string; `base` is the place of its first byte when it stands so in the script.
fn render_ansi_c(inner: &str, base: Option<u32>, whole: Span, sink: &mut impl Sink) {
    let mut rest = inner;
    let mut at = base.unwrap_or(0);
    while !rest.is_empty() {
        let run = rest.find('\\').unwrap_or(rest.len());
        let (plain, tail) = rest.split_at_checked(run).unwrap_or((rest, ""));
        match base {
            Some(_) => sink.verbatim(plain, at),
            None => sink.replaced(plain, whole),
        }
        at += crate::span::offset(plain.len());
        let (value, length) = ansi_c_escape(tail);
        let source = if base.is_some() { Span::from_usize(at as usize, at as usize + length) } else { whole };
        if let Some(value) = value {
            sink.replaced(value.encode_utf8(&mut [0; 4]), source);
        } else if length > 0 {
            // Not an escape that bash knows: the backslash stands for itself.
            sink.replaced(tail.get(..length).unwrap_or(""), source);
        }
        at += crate::span::offset(length);
        rest = tail.get(length..).unwrap_or("");
    }
}

/// The character of the escape at the beginning of `text` and its length in bytes (bash manual, "ANSI-C Quoting").
fn ansi_c_escape(text: &str) -> (Option<char>, usize) {
    let mut chars = text.chars();
    if chars.next().is_none() {
        return (None, 0);
    }
    let Some(letter) = chars.next() else { return (None, 1) };
    let simple = |value: char| (Some(value), 2);
    match letter {
        'n' => simple('\n'),
        't' => simple('\t'),
        'r' => simple('\r'),
        'a' => simple('\u{7}'),
        'b' => simple('\u{8}'),
        'e' | 'E' => simple('\u{1b}'),
        'f' => simple('\u{c}'),
        'v' => simple('\u{b}'),
        '\\' | '\'' | '"' | '?' => simple(letter),
        '0'..='7' => number(text, 1, 3, 8),
        'x' => number(text, 2, 2, 16),
        'u' => number(text, 2, 4, 16),
        'U' => number(text, 2, 8, 16),
        'c' => match chars.next() {
            Some(key) if key.is_ascii() => (char::from_u32(u32::from(key) & 0x1f), 3),
            _ => (None, 2),
        },
        _ => (None, 1 + letter.len_utf8()),
    }
}

/// The character whose number has at most `most` digits from byte `from` of `text`.
fn number(text: &str, from: usize, most: usize, radix: u32) -> (Option<char>, usize) {
    let digits = text.get(from..).unwrap_or("");
    let length = digits.chars().take(most).take_while(|digit| digit.is_digit(radix)).count();
    let value = digits.get(..length).and_then(|digits| u32::from_str_radix(digits, radix).ok());
    (value.and_then(char::from_u32), from + length)
}
