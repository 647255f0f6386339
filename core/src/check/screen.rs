//! What a text must hold for a regular expression to find a place in it: bytes told from the expression before it is
//! compiled, so that most texts need no search and most expressions are never compiled.

/// Sets of bytes, folded to 64 classes: a letter whatever its case, four for the digits, the rest by their number.
type Classes = u64;

/// What is known of the texts in which an expression finds a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Screen {
    /// Of each of these classes a byte stands in the text.
    all: Classes,
    /// Of one of these classes is the first byte, when the expression begins at the beginning.
    first: Option<Classes>,
}

/// What is known of one text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sketch {
    all: Classes,
    first: Classes,
}

impl Sketch {
    pub(crate) fn of(text: &str) -> Self {
        let class = |byte: &u8| CLASS.get(usize::from(*byte)).copied().unwrap_or(0);
        let all = text.as_bytes().iter().fold(0, |all, byte| all | class(byte));
        Self { all, first: text.as_bytes().first().map_or(0, class) }
    }
}

impl Screen {
    /// Whether the expression can find a place in the text.
    pub(crate) fn lets(self, text: Sketch) -> bool {
        self.all & !text.all == 0 && self.first.is_none_or(|first| first & text.first != 0)
    }

    /// What is known from an expression, when it is anything.
    #[cfg(feature = "fast-search")]
    pub(crate) fn of(hir: &regex_syntax::hir::Hir) -> Option<Self> {
        use regex_syntax::hir::Look;
        let (first, may_be_empty) = begins(hir);
        let anchored = hir.properties().look_set_prefix().contains(Look::Start);
        let screen = Self { all: needs(hir), first: (anchored && !may_be_empty).then_some(first) };
        (screen.all != 0 || screen.first.is_some()).then_some(screen)
    }
}

/// The class of each byte.
static CLASS: [Classes; 256] = classes();

const fn classes() -> [Classes; 256] {
    let mut table = [0; 256];
    let mut rest: &mut [Classes] = &mut table;
    let mut byte: u8 = 0;
    while let [first, tail @ ..] = rest {
        *first = 1
            << match byte.to_ascii_lowercase() {
                letter @ b'a'..=b'z' => letter - b'a',
                digit @ b'0'..=b'9' => 26 + digit % 4,
                other => 30 + other % 34,
            };
        rest = tail;
        byte = byte.wrapping_add(1);
    }
    table
}

/// The classes of which every place that is found holds a byte.
#[cfg(feature = "fast-search")]
fn needs(hir: &regex_syntax::hir::Hir) -> Classes {
    use regex_syntax::hir::HirKind;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => Sketch::of_bytes(&literal.0),
        HirKind::Class(class) => {
            let classes = of_class(class);
            if classes.is_power_of_two() { classes } else { 0 }
        }
        HirKind::Repetition(repetition) if repetition.min == 0 => 0,
        HirKind::Repetition(repetition) => needs(&repetition.sub),
        HirKind::Capture(capture) => needs(&capture.sub),
        HirKind::Concat(parts) => parts.iter().fold(0, |all, part| all | needs(part)),
        HirKind::Alternation(parts) => parts.iter().fold(Classes::MAX, |all, part| all & needs(part)),
    }
}

/// The classes of the bytes with which a place can begin, and whether it may be empty.
#[cfg(feature = "fast-search")]
fn begins(hir: &regex_syntax::hir::Hir) -> (Classes, bool) {
    use regex_syntax::hir::HirKind;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (0, true),
        HirKind::Literal(literal) => (Sketch::of_bytes(literal.0.get(..1).unwrap_or_default()), literal.0.is_empty()),
        HirKind::Class(class) => (of_class(class), false),
        HirKind::Repetition(repetition) => {
            let (first, may_be_empty) = begins(&repetition.sub);
            (first, may_be_empty || repetition.min == 0)
        }
        HirKind::Capture(capture) => begins(&capture.sub),
        HirKind::Concat(parts) => {
            let mut all = 0;
            for part in parts {
                let (first, may_be_empty) = begins(part);
                all |= first;
                if !may_be_empty {
                    return (all, false);
                }
            }
            (all, true)
        }
        HirKind::Alternation(parts) => parts
            .iter()
            .map(begins)
            .fold((0, false), |(all, empty), (first, may_be_empty)| (all | first, empty || may_be_empty)),
    }
}

#[cfg(feature = "fast-search")]
fn of_class(class: &regex_syntax::hir::Class) -> Classes {
    use regex_syntax::hir::Class;
    let range = |first: u8, last: u8| (first..=last).fold(0, |all, byte| all | Sketch::of_bytes(&[byte]));
    match class {
        Class::Bytes(class) => class.ranges().iter().fold(0, |all, one| all | range(one.start(), one.end())),
        Class::Unicode(class) => {
            class.ranges().iter().fold(0, |all, one| match (u8::try_from(one.start()), u8::try_from(one.end())) {
                (Ok(first), Ok(last)) if last.is_ascii() => all | range(first, last),
                _ => Classes::MAX,
            })
        }
    }
}

#[cfg(feature = "fast-search")]
impl Sketch {
    fn of_bytes(bytes: &[u8]) -> Classes {
        bytes.iter().fold(0, |all, byte| all | CLASS.get(usize::from(*byte)).copied().unwrap_or(0))
    }
}

#[cfg(all(test, feature = "fast-search"))]
mod tests {
    use super::*;
    use crate::check::pattern::{Pattern, Regex};
    use proptest::prelude::*;

    #[test]
    fn what_an_expression_needs_is_told() {
        let lets = |pattern: &str, text: &str| {
            Pattern::new(pattern).screen().is_none_or(|screen| screen.lets(Sketch::of(text)))
        };
        assert!(!lets("^-", "apt-get") && lets("^-", "-y"));
        assert!(!lets(r#"^[^"']*\$'"#, "plain") && lets(r#"^[^"']*\$'"#, "$'a'"));
        assert!(!lets("(?i)secret", "password") && lets("(?i)secret", "SECRET"));
        assert!(lets("a|b", "b") && lets("a*", "") && lets("^a?", "b") && lets("(?m)^b", "a\nb"));
        assert!(!lets("^[0-9]+$", ""));
    }

    proptest! {
        /// A screen never keeps back a text in which the expression finds a place.
        #[test]
        fn no_text_is_kept_back_wrongly(
            pattern in r"[\^]?([abAB.$]|\[\^?[a-cX]\]|\([ab]\|[b-]?\)|[ab][*+?]|\(\?i:a[bc]\)|\$|\\s){0,6}",
            text in "[abcABCX. $\\n-]{0,8}",
        ) {
            let Some(regex) = Regex::new(&pattern) else { return Ok(()) };
            let lets = Pattern::new(&pattern).screen().is_none_or(|screen| screen.lets(Sketch::of(&text)));
            prop_assert!(!regex.is_match(&text) || lets, "{pattern}");
        }
    }
}
