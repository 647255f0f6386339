//! `.dockerignore`: which files of a build context do not reach the builder.
//!
//! Source: <https://github.com/moby/patternmatcher>, whose reading is kept: a pattern is an exact path unless it has
//! `*`, `?`, `[` or an escape, it matches what lies below a folder too, and of all that match the last one counts.

use crate::check::{Regex, clean_path};

/// How many bytes and patterns are read; a file with more says nothing.
const MAX_BYTES: usize = 1 << 18;
const MAX_PATTERNS: usize = 2000;
/// How many bytes are compared for one file; behind them nothing is known.
const MAX_STEPS: usize = 1 << 26;

/// The patterns of an ignore file.
#[derive(Debug, Default)]
pub(super) struct IgnoreFile {
    patterns: Vec<Pattern>,
    steps: usize,
}

#[derive(Debug)]
struct Pattern {
    exception: bool,
    length: usize,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Everything,
    Exact(String),
    Below(String),
    Ends(String),
    Regex(Regex),
}

impl IgnoreFile {
    /// Reads the text of an ignore file; `None` when it is too much to read or the builder would refuse it.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let mut made = Self { steps: MAX_STEPS, ..Self::default() };
        for line in text.trim_start_matches('\u{feff}').lines().filter(|line| !line.starts_with('#')) {
            let line = line.trim();
            let (exception, path) = match line.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, line),
            };
            if path.is_empty() {
                if exception {
                    return None;
                }
                continue;
            }
            if made.patterns.len() == MAX_PATTERNS {
                return None;
            }
            let cleaned = clean_path(path);
            let cleaned = cleaned.strip_prefix('/').filter(|rest| !rest.is_empty()).unwrap_or(&cleaned);
            made.patterns.push(Pattern { exception, length: cleaned.len(), kind: Kind::of(cleaned)? });
        }
        Some(made)
    }

    /// Whether `path`, which is clean, is left out; `None` when it takes too long to tell.
    pub(super) fn ignores(&mut self, path: &str) -> Option<bool> {
        let parents: Vec<&str> = path.match_indices('/').filter_map(|(at, _)| path.get(..at)).collect();
        let mut ignored = false;
        for pattern in &self.patterns {
            if pattern.exception != ignored {
                continue;
            }
            let work = (path.len() + pattern.length + 1).saturating_mul(parents.len() + 1);
            self.steps = self.steps.checked_sub(work)?;
            if pattern.kind.fits(path) || parents.iter().any(|parent| pattern.kind.fits(parent)) {
                ignored = !pattern.exception;
            }
        }
        Some(ignored)
    }

    /// Whether a pattern may take files back in that lie below `folder`, or that it names by a pattern of its own.
    pub(super) fn takes_back_below(&self, folder: &str) -> bool {
        let below =
            |path: &str| folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let by_pattern = folder.contains(['*', '?', '[']);
        self.patterns.iter().filter(|pattern| pattern.exception).any(|pattern| match &pattern.kind {
            Kind::Exact(path) | Kind::Below(path) => by_pattern || below(path),
            Kind::Everything | Kind::Ends(_) | Kind::Regex(_) => true,
        })
    }

    /// Whether a pattern leaves everything out that stands at the root.
    pub(super) fn ignores_root(&self) -> bool {
        let all = |pattern: &Pattern| match &pattern.kind {
            Kind::Everything => true,
            Kind::Regex(regex) => matches!(regex.as_str(), "^[^/]*$" | "^(.*/)?[^/]*$"),
            _ => false,
        };
        self.patterns.iter().any(|pattern| !pattern.exception && all(pattern))
    }
}

impl Kind {
    fn of(pattern: &str) -> Option<Self> {
        let special = |text: &str| text.contains(['*', '?', '[', ']', '\\']);
        if pattern == "**" || pattern == "**/" {
            return Some(Self::Everything);
        }
        if !special(pattern) {
            return Some(Self::Exact(pattern.to_owned()));
        }
        if let Some(rest) = pattern.strip_prefix("**").filter(|rest| !special(rest)) {
            return Some(Self::Ends(rest.to_owned()));
        }
        if let Some(rest) = pattern.strip_suffix("**").filter(|rest| !special(rest)) {
            return Some(Self::Below(rest.to_owned()));
        }
        Regex::new(&regular(pattern)).map(Self::Regex)
    }

    fn fits(&self, path: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Exact(pattern) => path == pattern,
            Self::Below(start) => path.starts_with(start),
            Self::Ends(end) => path.ends_with(end) || end.strip_prefix('/') == Some(path),
            Self::Regex(regex) => regex.is_match(path),
        }
    }
}

/// The regular expression for a pattern.
fn regular(pattern: &str) -> String {
    let mut made = String::from("^");
    let mut rest = pattern.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '*' if rest.next_if_eq(&'*').is_some() => {
                rest.next_if_eq(&'/');
                made.push_str(if rest.peek().is_none() { ".*" } else { "(.*/)?" });
            }
            '*' => made.push_str("[^/]*"),
            '?' => made.push_str("[^/]"),
            '[' | ']' | '^' | '-' => made.push(next),
            '\\' => {
                made.push('\\');
                made.push(rest.next().unwrap_or('\\'));
            }
            '.' | '+' | '(' | ')' | '|' | '{' | '}' | '$' | '#' | '&' | '~' => {
                made.push('\\');
                made.push(next);
            }
            _ => made.push(next),
        }
    }
    made.push('$');
    made
}

#[cfg(test)]
mod tests {
    use super::IgnoreFile;

    #[test]
    fn paths_are_left_out_as_the_builder_does() {
        for (text, path, ignored) in [
            ("node_modules", "node_modules", true),
            ("node_modules", "node_modules/a/b", true),
            ("node_modules", "a/node_modules", false),
            ("/node_modules/", "node_modules/a", true),
            ("**/node_modules", "a/node_modules/b", true),
            ("**/node_modules", "node_modules", true),
            ("*.md", "a.md", true),
            ("*.md", "d/a.md", false),
            ("**/*.md", "d/e/a.md", true),
            ("*/temp*", "d/temporary.txt", true),
            ("*/*/temp*", "d/temporary.txt", false),
            ("temp?", "tempa", true),
            ("temp?", "temp/", false),
            ("a/**", "a/b/c", true),
            ("a/**", "ab", false),
            ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true),
            ("*\n!README.md", "README.md", false),
            ("*\n!README.md", "a", true),
            ("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true),
            ("*.md\n!README*.md\nREADME-secret.md", "README-x.md", false),
            ("d\n!d/keep", "d/keep", false),
            ("# a\n\n  b  \n", "b", true),
            (" #a", "#a", true),
            ("[a-c].txt", "b.txt", true),
            ("a.b", "aXb", false),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("**", "a/b", true),
            ("./x/../y", "y", true),
            ("\u{feff}a", "a", true),
        ] {
            let mut file = IgnoreFile::read(text).unwrap();
            assert_eq!(file.ignores(path), Some(ignored), "{text:?} {path}");
        }
    }

    #[test]
    fn what_the_builder_refuses_or_is_too_much_says_nothing() {
        for text in ["!".to_owned(), "[a".to_owned(), "a\n".repeat(3000)] {
            assert!(IgnoreFile::read(&text).is_none(), "{:.9}", text);
        }
        let mut file = IgnoreFile::read(&"*a*b*c\n".repeat(2000)).unwrap();
        let long = "a/".repeat(30_000);
        assert_eq!(file.ignores(&long), None);
    }

    #[test]
    fn exceptions_reach_below_a_folder() {
        for (text, folder, below) in [
            ("*\n!app.py", ".env", false),
            ("d\n!d/keep", "d", true),
            ("d\n!d/**", "d", true),
            ("d\n!dd/x", "d", false),
            ("*.md\n!README.md", "*.md", true),
            ("d\n!**/keep", "d", true),
            ("d", "d", false),
            ("*\n!a", "", true),
        ] {
            assert_eq!(IgnoreFile::read(text).unwrap().takes_back_below(folder), below, "{text:?} {folder}");
        }
    }

    #[test]
    fn the_root_is_left_out_by_a_star_alone() {
        for (text, root) in [("*", true), ("**", true), ("**/*", true), ("*.md", false), ("!*", false), ("a", false)] {
            assert_eq!(IgnoreFile::read(text).unwrap().ignores_root(), root, "{text}");
        }
    }
}
