//! Secrets by their shape, from data tables.

use std::sync::OnceLock;

use hullmark_language::{Datum, RuleSet};
use sha2::{Digest, Sha256};

use super::pattern::{Finder, Regex, RegexSet};

/// The shapes of secrets and of words that stand for one.
#[derive(Debug)]
pub(crate) struct Secrets {
    shapes: Vec<Shape>,
    words: OnceLock<Option<Words>>,
    placeholders: Patterns,
    names: Patterns,
    other_names: Patterns,
}

/// Regular expressions, compiled when first needed.
#[derive(Debug)]
struct Patterns {
    patterns: Vec<String>,
    compiled: OnceLock<Option<RegexSet>>,
}

/// What gives a shape away before its pattern is tried: building all the patterns takes longer than a whole check.
#[derive(Debug)]
struct Words {
    finder: Finder,
    /// For each word, the shape that it belongs to.
    shapes: Vec<usize>,
}

/// The shape of one kind of secret.
#[derive(Debug)]
pub(crate) struct Shape {
    /// What it is.
    pub(crate) name: String,
    pattern: String,
    /// Texts of this shape hold one of these.
    words: Vec<String>,
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
}

impl Secrets {
    /// The shapes of the table `secrets` and the patterns of the tables `placeholders` and `secret-names`.
    pub(crate) fn new(set: &RuleSet) -> Self {
        let shapes = set.table("secrets").map_or_else(Vec::new, |table| table.items().filter_map(read_shape).collect());
        let names = |key| Patterns::new(set.table("secret-names").and_then(|table| table.get(key)));
        Self {
            shapes,
            words: OnceLock::new(),
            placeholders: Patterns::new(set.table("placeholders")),
            names: names("names"),
            other_names: names("others"),
        }
    }

    /// The first kind of secret that stands in `text`.
    pub(crate) fn find(&self, text: &str) -> Option<&Shape> {
        let words = self.words.get_or_init(|| self.read_words()).as_ref()?;
        let mut likely: Vec<bool> = self.shapes.iter().map(|shape| shape.words.is_empty()).collect();
        words.finder.find_in(text, |found| {
            let shape = words.shapes.get(found);
            if let Some(likely) = shape.and_then(|&shape| likely.get_mut(shape)) {
                *likely = true;
            }
        });
        let shapes = self.shapes.iter().zip(likely).filter_map(|(shape, likely)| likely.then_some(shape));
        shapes.into_iter().find(|shape| shape.holds(text, self))
    }

    fn read_words(&self) -> Option<Words> {
        let words =
            || self.shapes.iter().enumerate().flat_map(|(at, shape)| shape.words.iter().map(move |word| (at, word)));
        let finder = Finder::new(words().map(|(_, word)| word))?;
        Some(Words { finder, shapes: words().map(|(at, _)| at).collect() })
    }

    /// Whether `text` is a word that stands for a secret rather than one.
    pub(crate) fn is_placeholder(&self, text: &str) -> bool {
        self.placeholders.fit(text)
    }

    /// Whether `text` is the name of something that is a secret.
    pub(crate) fn is_name(&self, text: &str) -> bool {
        self.names.fit(text) && !self.other_names.fit(text)
    }
}

impl Patterns {
    fn new(list: Option<&Datum>) -> Self {
        let texts = list.into_iter().flat_map(Datum::items).filter_map(Datum::text);
        Self { patterns: texts.map(str::to_owned).collect(), compiled: OnceLock::new() }
    }

    /// Whether one of them finds a place in `text`.
    fn fit(&self, text: &str) -> bool {
        let set = self.compiled.get_or_init(|| RegexSet::new(&self.patterns));
        set.as_ref().is_some_and(|set| set.is_match(text))
    }
}

fn read_shape(item: &Datum) -> Option<Shape> {
    let check = match item.get("check").and_then(Datum::text) {
        Some("crc32-base62") => Some(Check::Crc32Base62),
        Some("has-digit") => Some(Check::HasDigit),
        _ => None,
    };
    Some(Shape {
        name: item.get("name")?.text()?.to_owned(),
        pattern: item.get("pattern")?.text()?.to_owned(),
        words: item
            .get("words")
            .map_or_else(Vec::new, |words| words.items().filter_map(Datum::text).map(str::to_owned).collect()),
        check,
        compiled: OnceLock::new(),
    })
}

impl Shape {
    /// Whether a text of this shape in `text` passes its check and is none that only shows what a secret looks like.
    fn holds(&self, text: &str, secrets: &Secrets) -> bool {
        let Some(regex) = self.compiled.get_or_init(|| Regex::new(&self.pattern)) else { return false };
        regex.groups(text).any(|token| {
            let fits = match self.check {
                Some(Check::Crc32Base62) => crc32_base62(token),
                Some(Check::HasDigit) => token.bytes().any(|byte| byte.is_ascii_digit()),
                None => true,
            };
            fits && !secrets.is_placeholder(token)
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

/// A secret without itself: its first characters when it is a token whose maker begins all of them so (`is_token`), its
/// length, and a hash by which two of them can be told apart.
pub(crate) fn shape(secret: &str, is_token: bool) -> String {
    let prefix: String = match secret.split_once('_') {
        Some((prefix, rest))
            if is_token && prefix.len() <= 10 && rest.len() >= 8 && prefix.chars().all(char::is_alphanumeric) =>
        {
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

    fn built_in() -> (hullmark_language::RuleSet, Secrets) {
        let rules = hullmark_language::RuleSet::decode(hullmark_rules::RULES).unwrap();
        let secrets = Secrets::new(&rules);
        (rules, secrets)
    }

    #[test]
    fn every_pattern_of_the_tables_compiles_and_every_row_is_read() {
        let (rules, secrets) = built_in();
        assert_eq!(secrets.shapes.len(), rules.table("secrets").unwrap().items().count());
        assert_eq!(secrets.placeholders.patterns.len(), rules.table("placeholders").unwrap().items().count());
        let lists = [&secrets.placeholders, &secrets.names, &secrets.other_names];
        assert!(lists.iter().all(|list| !list.patterns.is_empty()));
        let listed = lists.iter().flat_map(|list| &list.patterns);
        for pattern in secrets.shapes.iter().map(|shape| &shape.pattern).chain(listed) {
            assert!(Regex::new(pattern).is_some(), "{pattern}");
        }
        assert!(secrets.read_words().is_some());
        // A word that is no text, such as a number, would be lost.
        assert!(
            secrets.shapes.iter().all(|shape| !shape.words.is_empty() && shape.words.iter().all(|word| word.len() > 1))
        );
        assert!(lists.iter().all(|list| RegexSet::new(&list.patterns).is_some()));
        for row in rules.table("secrets").unwrap().items() {
            let known = row.get("check").is_none_or(|_| read_shape(row).is_some_and(|shape| shape.check.is_some()));
            assert!(known, "{row:?}");
        }
    }

    #[test]
    fn tokens_are_known_by_their_shape() {
        let (_, secrets) = built_in();
        let kind = |text: &str| secrets.find(text).map(|shape| shape.name.clone()).unwrap_or_default();
        let letters = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zC".repeat(6);
        let some = |len: usize| letters.chars().take(len).collect::<String>();
        let hex = |len: usize| "0a1b2c3d4e5f6789".repeat(10).chars().take(len).collect::<String>();
        for (text, name) in [
            ("AKIAQ2W3E4R5T6Y7U2I3".to_owned(), "AWS access key id"),
            (format!("glpat-{}", some(20)), "GitLab token"),
            (format!("npm_{}", some(36)), "npm token"),
            (format!("github_pat_{}_{}", some(22), some(59)), "GitHub fine-grained token"),
            (format!("xoxb-123456789012-{}", some(24)), "Slack token"),
            (format!("sk_live_{}", some(24)), "Stripe key"),
            (format!("AIza{}", some(35)), "Google API key"),
            (format!("dop_v1_{}", hex(64)), "DigitalOcean token"),
            (format!("SG.{}.{}", some(22), some(43)), "SendGrid key"),
            (format!("hvs.{}", some(95)), "Vault token"),
            (format!("dapi{}", hex(32)), "Databricks token"),
            (format!("-----BEGIN RSA PRIVATE KEY-----\n{}", some(64)), "private key"),
            (format!("-----BEGIN PRIVATE KEY-----\\n{}", some(64)), "private key"),
            (format!("dckr_pat_{}", some(27)), "Docker Hub token"),
            (format!("glptt-{}", hex(40)), "GitLab token"),
            (format!("hvs.{}", some(24)), "Vault token"),
            (format!("cio{}", some(32)), "crates.io token"),
            (format!("gsk_{}", some(52)), "Groq key"),
            (format!("GOCSPX-{}", some(28)), "Google OAuth client secret"),
            (format!("squ_{}", hex(40)), "SonarQube token"),
            (format!("123456789:AA{}", some(33)), "Telegram bot token"),
            (format!("https://{}@github.com/a/b", some(40)), "token in a URL"),
            (format!("https://{}:x-oauth-basic@github.com/a/b", some(40)), "token in a URL"),
            ("Authorization: Basic b3JkZXJzOng3S3AydlE5bUw0dA==".to_owned(), "credentials in a header"),
            ("PRIVATE-TOKEN:x7Kp2vQ9mL4tZr4Tb".to_owned(), "credentials in a header"),
            ("//npm.example/:_authToken=x7Kp2vQ9mL4tZr4T".to_owned(), "registry credentials of npm"),
            ("machine git.example\\nlogin ci\\npassword x7Kp2vQ9".to_owned(), "password of a netrc"),
            ("machine git.example login ci password x7Kp2vQ9".to_owned(), "password of a netrc"),
            ("postgres://orders:x7Kp2vQ9mL4t@db/orders".to_owned(), "password in a URL"),
            ("Server=db;User=a;Password=x7Kp2vQ9;".to_owned(), "password in a connection string"),
        ] {
            assert_eq!(kind(&text), name, "{text}");
        }
    }

    #[test]
    fn look_alikes_of_tokens_are_none() {
        let (_, secrets) = built_in();
        for text in [
            "AKIAISLANDISSHARITAL",
            "AKIAIOSFODNN7EXAMPLE",
            "github_pat_xxxxxxxxxxxxxxxxxxxxxx_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
            "pk_live_aB3dE6gH9jK2mN5pQ8rS1tU4",
            "-----BEGIN PRIVATE KEY-----",
            "https://user:password@example.com/x",
            "https://ci:${TOKEN}@git.example",
            "http://localhost:8080/a@b",
            "git@github.com:a/b.git",
            "https://0a1b2c3d4e5f67890a1b2c3d4e5f6789@sentry.example/1",
            "https://renovate-bot-of-the-team@github.com/a/b",
            "Authorization: Bearer ${TOKEN}",
            "Authorization: token <your-token-goes-here>",
            "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
            "machine git.example login ci password ${PASSWORD}",
            "machine github.com login x-oauth-basic password $TOKEN",
            "https://discord.com/api/webhooks/x",
            "socioeconomic1socioeconomic2socioeconomic3",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
            "7169605F62C751356D054A26A821E680E5FA6305",
            "sha256:0000000000000000000000000000000000000000000000000000000000000000",
        ] {
            assert!(secrets.find(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_placeholder_is_told_from_a_secret() {
        let (_, secrets) = built_in();
        for text in [
            "",
            "changeme",
            "CHANGE-ME",
            "<token>",
            "${TOKEN}",
            "$TOKEN",
            "$(cat x)",
            "xxxxxxxx",
            "********",
            "your-api-key-here",
            "YOUR_TOKEN",
            "{{ token }}",
            "%(secret)s",
            "example-secret-1",
            "dummy",
            "mysecretpassword",
            "password123",
            "test-token-123",
            "admin:admin",
            "/run/secrets/db",
            "token.txt",
            "https://x.example/token",
            "true",
            "null",
            "12345678",
            "deadbeef",
            "SECRET_KEY_NAME",
            "my-secret-name",
            "clientSecretName",
            "vault:secret/data/x#token",
            "1.2.3",
            "S3cr3t!",
            "P@ssw0rd",
            "super-secret-key",
            "redis.internal:6379",
        ] {
            assert!(secrets.is_placeholder(text), "{text}");
        }
        for text in [
            "x7Kp2vQ9mL4t",
            "tr0ub4dor-and-3",
            "kX9w2LmQ7pZr4TbV",
            "Zr4TbVkX9w2LmQ7pQe81",
            "0f3a9c77e21b4d58",
            "hunter2!horse",
            "p4ssw0rd-Kq81zz",
            "aGVsbG8td29ybGQtMTIz",
            "Tr1cky#9 Value",
            "5f4dcc3b5aa765d61d8327deb882cf99",
        ] {
            assert!(!secrets.is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn a_name_tells_that_a_secret_stands_behind_it() {
        let (_, secrets) = built_in();
        for name in [
            "password",
            "DB_PASSWORD",
            "smtp.pwd",
            "api-key",
            "APIKEY",
            "clientSecret",
            "SECRET_KEY_BASE",
            "credentials",
        ] {
            assert!(secrets.is_name(name), "{name}");
        }
        for name in ["PASSWORD_FILE", "tokens", "public_key", "csrf-token", "compass", "max_token", "turkey", "key", ""]
        {
            assert!(!secrets.is_name(name), "{name}");
        }
    }

    #[test]
    fn a_shape_never_holds_the_secret() {
        for secret in ["hunter2", "ghp_0123456789abcdefghijklmnopqrstuvwxyz", "qu_z"] {
            assert!(!shape(secret, true).contains(secret));
            assert!(!shape(secret, false).contains(secret.split('_').next().unwrap()));
        }
    }
}
