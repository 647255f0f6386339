//! The text of a scalar with its way back to the file.

use granit_parser::ScalarStyle;

use crate::span::offset;
use crate::{MappedText, NodeId, Span, Tree, Value};

/// The decoded text of a JSON string, `span` with its quotes. What is no escape is kept as it stands.
///
/// ```
/// use hullmark_document::{Span, yaml};
/// let text = yaml::json_string(r#""a\nb""#, Span::new(0, 6));
/// assert_eq!(text.text(), "a\nb");
/// assert_eq!(text.to_source(Span::new(1, 2)), Span::new(2, 4));
/// ```
#[must_use]
pub fn json_string(source: &str, span: Span) -> MappedText {
    let mut made = MappedText::default();
    let inside = inside_quotes(source, span, '"').unwrap_or(span);
    if unescape(source, inside, true, &mut made).is_err() {
        return MappedText::from_span(source, inside);
    }
    made
}

/// The text of a scalar with its way back to the file: plain, quoted or block. `None` for what is no text or does not
/// stand in the file.
///
/// ```
/// use hullmark_document::{Span, yaml};
/// let parsed = yaml::parse("run: |\n  a\n  b\n".into(), &yaml::Limits::default());
/// let run = parsed.tree.get(parsed.documents[0].root, "run").unwrap();
/// let text = yaml::scalar_text(&parsed.tree, run).unwrap();
/// assert_eq!(text.text(), "a\nb\n");
/// assert_eq!(text.to_source(Span::new(2, 3)), Span::new(13, 14));
/// ```
#[must_use]
pub fn scalar_text(tree: &Tree, node: NodeId) -> Option<MappedText> {
    let node = tree.resolve(node)?;
    let span = tree.span(node);
    let source = tree.source();
    let said = match tree.value(node) {
        Value::Text(text) => text,
        Value::List | Value::Map | Value::Unknown(_) => return None,
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            return Some(MappedText::from_span(source, span));
        }
    };
    let mut made = MappedText::default();
    match style(span.text(source)) {
        ScalarStyle::Plain => flow_lines(source, span, &mut made, |source, span, made| {
            made.push_verbatim(span.text(source), span.start);
            Some(())
        })?,
        ScalarStyle::SingleQuoted => {
            flow_lines(source, inside_quotes(source, span, '\'')?, &mut made, single_quoted)?;
        }
        ScalarStyle::DoubleQuoted => double_quoted(source, inside_quotes(source, span, '"')?, &mut made)?,
        ScalarStyle::Literal | ScalarStyle::Folded => block(source, span, said, &mut made)?,
    }
    (made.text() == said).then_some(made)
}

/// The style of a scalar as it is written.
pub(super) fn style(written: &str) -> ScalarStyle {
    match written.as_bytes().first() {
        Some(b'\'') => ScalarStyle::SingleQuoted,
        Some(b'"') => ScalarStyle::DoubleQuoted,
        Some(b'|') => ScalarStyle::Literal,
        Some(b'>') => ScalarStyle::Folded,
        _ => ScalarStyle::Plain,
    }
}

fn inside_quotes(source: &str, span: Span, quote: char) -> Option<Span> {
    let inside = span.text(source).strip_prefix(quote)?.strip_suffix(quote)?;
    Some(Span::new(span.start + 1, span.start + 1 + offset(inside.len())))
}

/// A line of `span` without its end, and where it stands.
fn lines(source: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut at = span.start;
    span.text(source).split_inclusive('\n').map(move |line| {
        let start = at;
        at = at.saturating_add(offset(line.len()));
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        Span::new(start, start.saturating_add(offset(line.len())))
    })
}

const BLANK: [char; 2] = [' ', '\t'];

fn trim(source: &str, line: Span, front: bool, back: bool) -> Span {
    let text = line.text(source);
    let start = if front { text.len() - text.trim_start_matches(BLANK).len() } else { 0 };
    let end = if back { text.trim_end_matches(BLANK).len().max(start) } else { text.len() };
    Span::new(line.start + offset(start), line.start + offset(end))
}

/// Folds the lines of a plain or single quoted scalar: one line break is a space, more are one fewer line breaks.
fn flow_lines(
    source: &str,
    span: Span,
    made: &mut MappedText,
    push: impl Fn(&str, Span, &mut MappedText) -> Option<()>,
) -> Option<()> {
    let all: Vec<Span> = lines(source, span).collect();
    // A line break right before the closing quote begins a last line that is empty.
    let open_end = span.text(source).ends_with('\n');
    let last = all.len().saturating_sub(usize::from(!open_end));
    let mut break_at: Option<u32> = None;
    let mut breaks = 0_usize;
    for (i, &line) in all.iter().enumerate() {
        let line = trim(source, line, i > 0, i < last);
        if i > 0 {
            breaks += 1;
        }
        if line.is_empty() && i > 0 && i < last {
            continue;
        }
        if let Some(from) = break_at {
            fold(made, breaks, Span::new(from, line.start));
        }
        push(source, line, made)?;
        breaks = 0;
        break_at = Some(line.end);
    }
    if open_end && let Some(from) = break_at {
        fold(made, breaks + 1, Span::new(from, span.end));
    }
    Some(())
}

fn fold(made: &mut MappedText, breaks: usize, span: Span) {
    match breaks {
        0 => {}
        1 => made.push_replaced(" ", span),
        more => made.push_replaced(&"\n".repeat(more - 1), span),
    }
}

fn single_quoted(source: &str, span: Span, made: &mut MappedText) -> Option<()> {
    let mut at = span.start;
    for part in span.text(source).split_inclusive("''") {
        let end = at.saturating_add(offset(part.len()));
        if let Some(plain) = part.strip_suffix("''") {
            made.push_verbatim(plain, at);
            made.push_replaced("'", Span::new(end - 2, end));
        } else {
            made.push_verbatim(part, at);
        }
        at = end;
    }
    Some(())
}

/// Folds and decodes a double quoted scalar. Line breaks are looked for outside of escapes, so this goes by lines that
/// end without one.
fn double_quoted(source: &str, span: Span, made: &mut MappedText) -> Option<()> {
    let all: Vec<Span> = lines(source, span).collect();
    let open_end = span.text(source).ends_with('\n');
    let last = all.len().saturating_sub(usize::from(!open_end));
    // The end of the text before the pending line breaks, how many there are, and whether the first is escaped.
    let mut pending: Option<(u32, usize, bool)> = None;
    for (i, &line) in all.iter().enumerate() {
        let (body, escaped) = escaped_end(source, line, i < last);
        let body = trim(source, body, i > 0, false);
        if let Some((_, breaks, _)) = &mut pending {
            *breaks += 1;
        }
        if body.is_empty() && i > 0 && i < last && !escaped {
            continue;
        }
        match pending {
            Some((from, breaks, false)) => fold(made, breaks, Span::new(from, body.start)),
            Some((from, breaks, true)) => {
                made.push_replaced(&"\n".repeat(breaks.saturating_sub(1)), Span::new(from, body.start));
            }
            None => {}
        }
        unescape(source, body, false, made).ok()?;
        pending = Some((body.end, 0, escaped));
    }
    if open_end && let Some((from, breaks, escaped)) = pending {
        fold(made, if escaped { breaks } else { breaks + 1 }, Span::new(from, span.end));
    }
    Some(())
}

/// A line without its trailing blanks, and whether its break is escaped by an odd number of backslashes.
fn escaped_end(source: &str, line: Span, has_break: bool) -> (Span, bool) {
    if !has_break {
        return (line, false);
    }
    let text = line.text(source);
    let slashes = text.len() - text.trim_end_matches('\\').len();
    if slashes % 2 == 1 {
        return (Span::new(line.start, line.end - 1), true);
    }
    let trimmed = trim(source, line, false, true);
    let text = trimmed.text(source);
    // A blank that is itself escaped belongs to the text.
    let slashes = text.len() - text.trim_end_matches('\\').len();
    let keep = if slashes % 2 == 1 && trimmed.end < line.end { 1 } else { 0 };
    (Span::new(line.start, trimmed.end + keep), false)
}

/// Decodes the escapes of `span`; the span of one that is not known if there is such a one. JSON knows fewer.
pub(super) fn unescape(source: &str, span: Span, json: bool, made: &mut MappedText) -> Result<(), Span> {
    let text = span.text(source);
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = rest.find('\\').unwrap_or(rest.len());
        made.push_verbatim(rest.get(..plain).unwrap_or(""), span.start + offset(at));
        at += plain;
        let Some(escape) = rest.get(plain..).filter(|escape| !escape.is_empty()) else { break };
        let (character, len) = decode(escape, json).map_err(|len| {
            let start = span.start + offset(at);
            Span::new(start, (start + offset(len)).min(span.end))
        })?;
        let place = Span::new(span.start + offset(at), span.start + offset(at + len));
        made.push_replaced(character.encode_utf8(&mut [0; 4]), place);
        at += len;
    }
    Ok(())
}

/// The character that the escape at the beginning of `text` stands for and the escape's length; else the length of
/// what cannot be read.
fn decode(text: &str, json: bool) -> Result<(char, usize), usize> {
    let kind = text.chars().nth(1).ok_or(1_usize)?;
    let whole = 1 + kind.len_utf8();
    let simple = match kind {
        '"' | '\\' | '/' => Some(kind),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        _ if json => None,
        '0' => Some('\0'),
        'a' => Some('\u{7}'),
        '\t' | ' ' => Some(kind),
        'v' => Some('\u{b}'),
        'e' => Some('\u{1b}'),
        'N' => Some('\u{85}'),
        '_' => Some('\u{a0}'),
        'L' => Some('\u{2028}'),
        'P' => Some('\u{2029}'),
        _ => None,
    };
    if let Some(character) = simple {
        return Ok((character, whole));
    }
    let digits = match kind {
        'u' => 4,
        'x' if !json => 2,
        'U' if !json => 8,
        _ => return Err(whole),
    };
    let code = hex(text, whole, digits).ok_or(whole)?;
    if kind == 'u' && (0xd800..0xdc00).contains(&code) {
        let next = text.get(6..8).filter(|next| *next == "\\u").and_then(|_| hex(text, 8, 4));
        if let Some(low @ 0xdc00..=0xdfff) = next {
            let joined = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            return char::from_u32(joined).map(|character| (character, 12)).ok_or(12);
        }
    }
    match char::from_u32(code) {
        Some(character) => Ok((character, whole + digits)),
        // Go, and with it the API server, reads half of a surrogate pair as the replacement character.
        None if json => Ok((char::REPLACEMENT_CHARACTER, whole + digits)),
        None => Err(whole + digits),
    }
}

fn hex(text: &str, at: usize, digits: usize) -> Option<u32> {
    let digits = text.get(at..at + digits)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

/// Takes the indentation off a block scalar that says `said`.
fn block(source: &str, span: Span, said: &str, made: &mut MappedText) -> Option<()> {
    let folded = span.text(source).starts_with('>');
    let body: Vec<Span> = lines(source, span).skip(1).collect();
    let indent = block_indent(source, &body, said);
    let mut rest = said;
    for (i, &line) in body.iter().enumerate() {
        let written = line.text(source);
        let blank = written.trim_start_matches(' ').len();
        let start = line.start + offset((written.len() - blank).min(indent));
        let text = Span::new(start, line.end).text(source);
        // A folded scalar may have lost the break before this line; what it says tells.
        if i > 0 {
            let gap = Span::new(body.get(i - 1)?.end, start);
            if let Some(after) = rest.strip_prefix('\n') {
                if !(folded && text.is_empty() && after.is_empty()) {
                    made.push_replaced("\n", gap);
                    rest = after;
                }
            } else if folded && let Some(after) = rest.strip_prefix(' ') {
                made.push_replaced(" ", gap);
                rest = after;
            } else if !folded {
                return None;
            }
        }
        let after = rest.strip_prefix(text)?;
        made.push_verbatim(text, start);
        rest = after;
    }
    // The line breaks at the end stand behind the span; they belong to its end.
    if rest.bytes().all(|byte| byte == b'\n') {
        made.push_replaced(rest, Span::empty(span.end));
        return Some(());
    }
    None
}

/// By how much the lines of a block scalar are indented: the first line that says something tells.
fn block_indent(source: &str, body: &[Span], said: &str) -> usize {
    let spaces = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let first = body.iter().map(|line| line.text(source)).find(|line| !line.trim_matches(' ').is_empty());
    let first_said = said.lines().find(|line| !line.trim_matches(' ').is_empty());
    match (first, first_said) {
        (Some(first), Some(said)) => spaces(first).saturating_sub(spaces(said)),
        _ => 0,
    }
}
