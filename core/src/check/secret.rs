//! Secrets by their shape, from data tables.

use std::sync::OnceLock;

use hullmark_language::Datum;
use regex::{Regex, RegexSet};
use sha2::{Digest, Sha256};

/// The shapes of secrets and of words that stand for one.
#[derive(Debug)]
pub(crate) struct Secrets {
    shapes: Vec<Shape>,
    found: OnceLock<Option<RegexSet>>,
    placeholders: Vec<String>,
    placeholder_set: OnceLock<Option<RegexSet>>,
}

/// The shape of one kind of secret.
#[derive(Debug)]
pub(crate) struct Shape {
    /// What it is.
    pub(crate) name: String,
    pattern: String,
    /// What a text of this shape must pass beside it.
    check: Option<Check>,
    compiled: OnceLock<Option<Regex>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    /// The last six characters are the CRC-32 of those between the prefix and them, in base 62.
    Crc32Base62,
    /// At least one digit stands in it: real keys have one, words do not.
    HasDigit,
    /// It is no word that stands for a secret: the shape says where one stands, not what it looks like.
    NotPlaceholder,
}

impl Secrets {
    /// The shapes of the table `secrets` and the patterns of the table `placeholders`.
    pub(crate) fn new(secrets: Option<&Datum>, placeholders: Option<&Datum>) -> Self {
        let shapes = secrets.map_or_else(Vec::new, |table| table.items().filter_map(read_shape).collect());
        let placeholders = placeholders
            .map_or_else(Vec::new, |table| table.items().filter_map(|item| item.text().map(str::to_owned)).collect());
        Self { shapes, found: OnceLock::new(), placeholders, placeholder_set: OnceLock::new() }
    }

    /// The first kind of secret that stands in `text`.
    pub(crate) fn find(&self, text: &str) -> Option<&Shape> {
        let set = self
            .found
            .get_or_init(|| RegexSet::new(self.shapes.iter().map(|shape| shape.pattern.as_str())).ok())
            .as_ref()?;
        set.matches(text).iter().filter_map(|index| self.shapes.get(index)).find(|shape| shape.holds(text, self))
    }

    /// Whether `text` is a word that stands for a secret rather than one.
    pub(crate) fn is_placeholder(&self, text: &str) -> bool {
        let set = self.placeholder_set.get_or_init(|| RegexSet::new(&self.placeholders).ok());
        set.as_ref().is_some_and(|set| set.is_match(text))
    }
}

fn read_shape(item: &Datum) -> Option<Shape> {
    let check = match item.get("check").and_then(Datum::text) {
        Some("crc32-base62") => Some(Check::Crc32Base62),
        Some("has-digit") => Some(Check::HasDigit),
        Some("not-placeholder") => Some(Check::NotPlaceholder),
        _ => None,
    };
    Some(Shape {
        name: item.get("name")?.text()?.to_owned(),
        pattern: item.get("pattern")?.text()?.to_owned(),
        check,
        compiled: OnceLock::new(),
    })
}

impl Shape {
    /// Whether a text of this shape in `text` passes its check.
    fn holds(&self, text: &str, secrets: &Secrets) -> bool {
        let Some(check) = self.check else { return true };
        let Some(regex) = self.compiled.get_or_init(|| Regex::new(&self.pattern).ok()) else { return false };
        regex.captures_iter(text).any(|captures| {
            let token = captures.get(1).or_else(|| captures.get(0)).map_or("", |found| found.as_str());
            match check {
                Check::Crc32Base62 => crc32_base62(token),
                Check::HasDigit => token.bytes().any(|byte| byte.is_ascii_digit()),
                Check::NotPlaceholder => !secrets.is_placeholder(token),
            }
        })
    }
}

/// Whether the last six characters of `token` are the CRC-32 of what stands between its prefix `xxx_` and them.
fn crc32_base62(token: &str) -> bool {
    let Some((_, body)) = token.split_once('_') else { return false };
    let Some((random, sum)) = body.len().checked_sub(6).and_then(|at| body.split_at_checked(at)) else { return false };
    let mut value = crc32(random.as_bytes());
    let mut digits = Vec::new();
    while value > 0 {
        let digit = u8::try_from(value % 62).unwrap_or(0);
        digits.push(match digit {
            0..=9 => b'0' + digit,
            10..=35 => b'A' + digit - 10,
            _ => b'a' + digit - 36,
        });
        value /= 62;
    }
    while digits.len() < 6 {
        digits.push(b'0');
    }
    digits.reverse();
    digits == sum.as_bytes()
}

/// CRC-32 as in zlib.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

/// A secret without itself: its first characters when they are a public prefix, its length, and a hash by which two
/// of them can be told apart.
pub(crate) fn shape(secret: &str) -> String {
    let prefix: String = match secret.split_once('_') {
        Some((prefix, rest)) if prefix.len() <= 10 && rest.len() >= 8 && prefix.chars().all(char::is_alphanumeric) => {
            format!("{prefix}_")
        }
        _ => String::new(),
    };
    let hash = Sha256::digest(secret.as_bytes());
    let hash: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}… {} characters, sha256 {hash}", secret.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_tells_a_token_from_its_look_alike() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let random = "0123456789abcdefghijklmnopqrst";
        let mut value = crc32(random.as_bytes());
        let mut sum = String::new();
        let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for _ in 0..6 {
            sum.insert(0, char::from(digits[(value % 62) as usize]));
            value /= 62;
        }
        assert!(crc32_base62(&format!("ghp_{random}{sum}")));
        assert!(!crc32_base62(&format!("ghp_{random}000000")));
    }

    #[test]
    fn a_shape_never_holds_the_secret() {
        for secret in ["hunter2", "ghp_0123456789abcdefghijklmnopqrstuvwxyz", "a_b"] {
            assert!(!shape(secret).contains(secret));
        }
    }
}
