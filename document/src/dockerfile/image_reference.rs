//! The parts of an image reference.

use core::ops::Range;

/// The parts of an image reference as byte ranges of the text they were read from.
///
/// Source: the grammar of <https://github.com/distribution/reference>. A text with variables is read as far as what is
/// known allows: a part that holds a `$` is there as a range and says so by its text.
///
/// ```
/// use hullmark_document::dockerfile::parse_reference;
/// let text = "registry.example:5000/team/app:1.2@sha256:ab";
/// let image = parse_reference(text);
/// assert_eq!(image.registry.map(|range| &text[range]), Some("registry.example:5000"));
/// assert_eq!(&text[image.repository], "team/app");
/// assert_eq!(&text[image.name], "registry.example:5000/team/app");
/// assert_eq!(image.tag.map(|range| &text[range]), Some("1.2"));
/// assert_eq!(image.digest.map(|range| &text[range]), Some("sha256:ab"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ImageReference {
    /// The host, with its port: the part before the first slash if it has a dot or a colon or is `localhost`.
    pub registry: Option<Range<usize>>,
    /// The path in the registry, without tag and digest.
    pub repository: Range<usize>,
    /// Registry and repository.
    pub name: Range<usize>,
    /// The tag, without the colon.
    pub tag: Option<Range<usize>>,
    /// The digest, without the `@`.
    pub digest: Option<Range<usize>>,
    /// Whether a variable in the text may hold more parts than can be seen: `$IMAGE` may bring its own tag.
    pub open: bool,
}

/// Splits an image reference into its parts; any text gives an answer.
#[must_use]
pub fn parse_reference(text: &str) -> ImageReference {
    let marks = Marks::of(text);
    let name_end = marks.at.or(marks.tag_colon).unwrap_or(text.len());
    let name_end = marks.tag_colon.map_or(name_end, |colon| colon.min(name_end));
    let registry = marks.first_slash.filter(|&slash| slash < name_end).and_then(|slash| {
        let host = text.get(..slash)?;
        let outside = marks.colon_before_slash || has_outside(host, '.');
        (outside || host == "localhost").then_some(0..slash)
    });
    let repository = registry.as_ref().map_or(0, |host| host.end + 1)..name_end;
    ImageReference {
        repository,
        name: 0..name_end,
        tag: marks.tag_colon.map(|colon| colon + 1..marks.at.unwrap_or(text.len())),
        digest: marks.at.map(|at| at + 1..text.len()),
        open: text.get(..name_end).is_some_and(|name| name.contains('$')),
        registry,
    }
}

/// Where the separators of a reference are, those inside `${...}` not counted.
#[derive(Default)]
struct Marks {
    first_slash: Option<usize>,
    colon_before_slash: bool,
    tag_colon: Option<usize>,
    at: Option<usize>,
}

impl Marks {
    fn of(text: &str) -> Self {
        let mut marks = Self::default();
        for (at, byte) in outside_braces(text) {
            match byte {
                b'/' => {
                    if marks.first_slash.is_none() {
                        marks.first_slash = Some(at);
                        marks.colon_before_slash = marks.tag_colon.is_some();
                    }
                    marks.tag_colon = None;
                }
                b':' => marks.tag_colon = Some(at),
                b'@' => {
                    marks.at = Some(at);
                    break;
                }
                _ => {}
            }
        }
        marks
    }
}

/// Whether `text` has `wanted` outside of `${...}`.
fn has_outside(text: &str, wanted: char) -> bool {
    outside_braces(text).any(|(_, byte)| char::from(byte) == wanted)
}

/// The bytes of `text` that are not inside a `${...}`.
fn outside_braces(text: &str) -> impl Iterator<Item = (usize, u8)> {
    let mut depth = 0_usize;
    let mut previous = 0_u8;
    text.bytes().enumerate().filter(move |&(_, byte)| {
        if byte == b'{' && (previous == b'$' || depth > 0) {
            depth += 1;
        }
        let outside = depth == 0;
        if byte == b'}' {
            depth = depth.saturating_sub(1);
        }
        previous = byte;
        outside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> [Option<&str>; 5] {
        let image = parse_reference(text);
        let get = |range: Range<usize>| text.get(range).unwrap();
        [
            image.registry.map(get),
            Some(get(image.repository)),
            Some(get(image.name)),
            image.tag.map(get),
            image.digest.map(get),
        ]
    }

    #[test]
    fn the_parts_are_those_of_the_reference_grammar() {
        let table = [
            ("debian", [None, Some("debian"), Some("debian"), None, None]),
            ("debian:12", [None, Some("debian"), Some("debian"), Some("12"), None]),
            ("a/b:1", [None, Some("a/b"), Some("a/b"), Some("1"), None]),
            ("ghcr.io/a/b", [Some("ghcr.io"), Some("a/b"), Some("ghcr.io/a/b"), None, None]),
            ("localhost/a", [Some("localhost"), Some("a"), Some("localhost/a"), None, None]),
            ("host:5000/a", [Some("host:5000"), Some("a"), Some("host:5000/a"), None, None]),
            ("host:5000/a:t", [Some("host:5000"), Some("a"), Some("host:5000/a"), Some("t"), None]),
            ("a@sha256:00", [None, Some("a"), Some("a"), None, Some("sha256:00")]),
            ("a:1@sha256:00", [None, Some("a"), Some("a"), Some("1"), Some("sha256:00")]),
            ("a:", [None, Some("a"), Some("a"), Some(""), None]),
            ("", [None, Some(""), Some(""), None, None]),
            ("host:5000", [None, Some("host"), Some("host"), Some("5000"), None]),
            ("a:${T:-1/2}", [None, Some("a"), Some("a"), Some("${T:-1/2}"), None]),
            ("${R:-x.io/}a", [None, Some("${R:-x.io/}a"), Some("${R:-x.io/}a"), None, None]),
            ("$R/a:1", [None, Some("$R/a"), Some("$R/a"), Some("1"), None]),
        ];
        for (text, expected) in table {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn a_variable_in_the_name_leaves_the_reference_open() {
        assert!(parse_reference("$IMAGE").open);
        assert!(parse_reference("$R/a:1").open);
        assert!(!parse_reference("a:$T").open);
    }
}
