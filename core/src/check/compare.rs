//! Comparing values.

use std::borrow::Cow;
use std::cmp::Ordering;

use hullmark_document::{Value, decimal, decimal_text};
use hullmark_language::{ReadAs, Scalar};

/// A single value to compare; text that is not in the tree is owned.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Single<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Cow<'a, str>),
}

impl<'a> Single<'a> {
    /// The value of a node, when it is a single one that is known.
    pub(crate) fn of(value: Value<'a>) -> Option<Self> {
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Int(value) => Self::Int(value),
            Value::Float(value) => Self::Float(value),
            Value::Text(text) => Self::Text(Cow::Borrowed(text)),
            Value::List | Value::Map | Value::Unknown(_) => return None,
        })
    }

    pub(crate) fn literal(scalar: &'a Scalar) -> Self {
        match scalar {
            Scalar::Null => Self::Null,
            Scalar::Bool(value) => Self::Bool(*value),
            Scalar::Int(value) => Self::Int(*value),
            Scalar::Float(value) => Self::Float(*value),
            Scalar::Text(text) => Self::Text(Cow::Borrowed(text)),
        }
    }

    /// The value as text.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed("null"),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Int(value) => Cow::Owned(value.to_string()),
            Self::Float(value) => Cow::Owned(decimal_text(*value)),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }

    /// The value as a number, as `read_as` says; `None` when it is none.
    fn number(&self, read_as: ReadAs) -> Option<f64> {
        match (self, read_as) {
            #[expect(clippy::cast_precision_loss, reason = "amounts are compared, not counted; 53 bits are enough")]
            (Self::Int(value), ReadAs::Mode) => octal(&value.to_string()).or(Some(*value as f64)),
            #[expect(clippy::cast_precision_loss, reason = "amounts are compared, not counted; 53 bits are enough")]
            (Self::Int(value), _) => Some(*value as f64),
            (Self::Float(value), _) => Some(*value),
            (Self::Text(text), ReadAs::Quantity) => quantity(text),
            (Self::Text(text), ReadAs::Duration) => duration(text),
            (Self::Text(text), ReadAs::Mode) => octal(text),
            (Self::Text(text), ReadAs::Date) => day(text).map(f64::from),
            (Self::Text(text), _) => decimal(text.trim()),
            (Self::Null | Self::Bool(_), _) => None,
        }
    }
}

/// Whether the two are equal: by number where both are numbers, else by text.
pub(crate) fn equal(a: &Single<'_>, b: &Single<'_>, read_as: ReadAs) -> bool {
    match (a, b, read_as) {
        (Single::Text(a), Single::Text(b), ReadAs::Plain) => a == b,
        (Single::Null, other, _) | (other, Single::Null, _) => *other == Single::Null,
        (_, _, ReadAs::CleanPath) => clean_path(&a.text()) == clean_path(&b.text()),
        (_, _, ReadAs::BaseName) => base_name(&a.text()) == base_name(&b.text()),
        (_, _, ReadAs::Lower) => a.text().eq_ignore_ascii_case(&b.text()),
        (_, _, ReadAs::Plain) => match (a, b) {
            (Single::Int(_) | Single::Float(_), Single::Int(_) | Single::Float(_)) => {
                a.number(read_as) == b.number(read_as)
            }
            _ => a.text() == b.text(),
        },
        _ => compare(a, b, read_as) == Some(Ordering::Equal),
    }
}

/// The order of the two, when they can be compared.
pub(crate) fn compare(a: &Single<'_>, b: &Single<'_>, read_as: ReadAs) -> Option<Ordering> {
    if read_as == ReadAs::Version {
        return version(&a.text(), &b.text());
    }
    a.number(read_as)?.partial_cmp(&b.number(read_as)?)
}

/// Compares versions: numbers between dots, a `v` before them and what follows `-` or `+` left out; missing parts are 0.
fn version(a: &str, b: &str) -> Option<Ordering> {
    fn parts(text: &str) -> Option<Vec<u64>> {
        let text = text.trim().trim_start_matches(['v', 'V']);
        let text = text.split(['-', '+']).next()?;
        text.split('.').map(|part| part.parse().ok()).collect()
    }
    let (mut a, mut b) = (parts(a)?, parts(b)?);
    let longest = a.len().max(b.len());
    a.resize(longest, 0);
    b.resize(longest, 0);
    Some(a.cmp(&b))
}

/// A Kubernetes quantity as a number: `1500m`, `1Gi`, `2e3`.
///
/// Source: the Kubernetes API's `resource.Quantity`: suffixes n u m, k M G T P E, Ki Mi Gi Ti Pi Ei, exponents.
pub(crate) fn quantity(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(text.len());
    let (digits, suffix) = text.split_at_checked(end)?;
    let number = decimal(digits)?;
    let factor = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0_f64.powi(4),
        "Pi" => 1024.0_f64.powi(5),
        "Ei" => 1024.0_f64.powi(6),
        _ => {
            let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            10.0_f64.powi(exponent.clamp(-30, 30))
        }
    };
    Some(number * factor)
}

/// A Go duration in seconds: `1h30m`, `250ms`; a bare number is seconds.
fn duration(text: &str) -> Option<f64> {
    let mut rest = text.trim();
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let (digits, after) = rest.split_at_checked(end)?;
        let number = decimal(digits)?;
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end)?;
        seconds += number
            * match unit {
                "h" => 3600.0,
                "m" => 60.0,
                "s" | "" => 1.0,
                "ms" => 1e-3,
                "us" | "µs" => 1e-6,
                "ns" => 1e-9,
                _ => return None,
            };
        rest = after;
    }
    Some(seconds)
}

/// A day such as `2026-08-14` as the number 20260814.
pub(crate) fn day(text: &str) -> Option<u32> {
    let mut parts = text.split('-');
    let mut part = |length: usize, most: u32| {
        let part =
            parts.next().filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<u32>().ok().filter(|&number| number >= 1 && number <= most)
    };
    let (year, month, day) = (part(4, 9999)?, part(2, 12)?, part(2, 31)?);
    parts.next().is_none().then_some(year * 10_000 + month * 100 + day)
}

/// An octal file mode as a number.
fn octal(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches("0o");
    u32::from_str_radix(text, 8).ok().map(f64::from)
}

/// A path without `.`, `//` and `..`, without a slash at the end.
pub(crate) fn clean_path(path: &str) -> Cow<'_, str> {
    if is_clean(path) {
        return Cow::Borrowed(path);
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    Cow::Owned(format!("{root}{}", parts.join("/")))
}

/// Whether a path has nothing to clean: of each part a look at its beginning tells.
fn is_clean(path: &str) -> bool {
    if matches!(path, "" | "/") {
        return true;
    }
    let mut begins = !path.starts_with('/');
    let bytes = path.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let rest = bytes.get(at + 1).copied().unwrap_or(b'/');
        match byte {
            b'/' if begins || rest == b'/' => return false,
            // `.x` would be clean, but is rare.
            b'.' if begins => return false,
            _ => begins = *byte == b'/',
        }
    }
    true
}

/// The last name of a path: `b` of `/a/b/`.
pub(crate) fn base_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The number that `value` stands for as a share of `whole`: `50%` of 3 is 2, rounded up as pods are, but not where both
/// are quantities; a bare number is itself.
pub(crate) fn share(value: &Single<'_>, whole: f64, read_as: ReadAs) -> Option<f64> {
    match value {
        Single::Text(text) => match text.trim().strip_suffix('%') {
            Some(percent) => {
                let part = decimal(percent)? * whole / 100.0;
                Some(if read_as == ReadAs::Quantity { part } else { part.ceil() })
            }
            None => value.number(read_as),
        },
        other => other.number(read_as),
    }
}

/// A single value as a number.
pub(crate) fn number(value: &Single<'_>, read_as: ReadAs) -> Option<f64> {
    value.number(read_as)
}

/// Shannon's entropy of `text` in bits a character.
///
/// ```text
/// entropy("aaaa") = 0, entropy("abcd") = 2
/// ```
#[expect(clippy::cast_precision_loss, reason = "lengths of texts are far below 2^53")]
pub(crate) fn entropy(text: &str) -> f64 {
    let mut counts = [0_usize; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let length = text.len() as f64;
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| {
            let share = count as f64 / length;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_the_api_does() {
        for (text, number) in [("500m", 0.5), ("1Gi", 1_073_741_824.0), ("2e3", 2000.0), ("1.5k", 1500.0), ("0", 0.0)] {
            assert_eq!(quantity(text), Some(number), "{text}");
        }
        assert_eq!(quantity("x"), None);
        assert_eq!(quantity("1Qi"), None);
    }

    #[test]
    fn versions_compare_by_number() {
        let text = |text| Single::Text(Cow::Borrowed(text));
        assert_eq!(compare(&text("1.9"), &text("1.10"), ReadAs::Version), Some(Ordering::Less));
        assert_eq!(compare(&text("v1.30.2"), &text("1.30"), ReadAs::Version), Some(Ordering::Greater));
        assert_eq!(compare(&text("latest"), &text("1.30"), ReadAs::Version), None);
    }

    #[test]
    fn days_are_read_and_nothing_else_is() {
        assert_eq!(day("2026-08-14"), Some(20_260_814));
        for text in
            ["", "2026-8-14", "2026-13-01", "2026-08-00", "2026-08-14T00", "2026-08-14-1", "2026-08", "+026-08-14"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn shares_are_rounded_up() {
        let text = |text| Single::Text(Cow::Borrowed(text));
        assert_eq!(share(&text("50%"), 3.0, ReadAs::Plain), Some(2.0));
        assert_eq!(share(&text("0%"), 3.0, ReadAs::Plain), Some(0.0));
        assert_eq!(share(&Single::Int(1), 3.0, ReadAs::Plain), Some(1.0));
        assert_eq!(share(&text("250%"), 0.5, ReadAs::Quantity), Some(1.25));
    }

    #[test]
    fn paths_are_cleaned_without_leaving_the_root() {
        assert_eq!(clean_path("/a/./b//../c/"), "/a/c");
        assert_eq!(clean_path("/../etc"), "/etc");
        assert_eq!(clean_path("a/b/"), "a/b");
        assert_eq!(["a/./b", "./a", "a/..", ".."].map(clean_path), ["a/b", "a", "", ""]);
        assert_eq!(["", "/", "/a", "a/b", "/a/.b", "..a"].map(clean_path), ["", "/", "/a", "a/b", "/a/.b", "..a"]);
    }

    #[test]
    fn the_base_name_is_what_stands_behind_the_last_slash_that_has_a_name_behind_it() {
        assert_eq!(["/a/b/", "b", "a/b", "/", ""].map(base_name), ["b", "b", "b", "", ""]);
    }
}
