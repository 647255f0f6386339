//! The patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`: `*` and `?`, no brackets.

/// How many steps one match may take; beyond it the answer is not known.
const MAX_STEPS: usize = 1 << 22;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Any,
    One,
    Just(char),
}

/// A pattern read from its text.
pub(super) struct Pattern(Vec<Token>);

impl Pattern {
    /// Reads `text`; `None` if it has an escape that the builder refuses.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(next) = chars.next() {
            tokens.push(match next {
                '*' => Token::Any,
                '?' => Token::One,
                // `}` and `/` have to be escaped to stand in `${...}`; that escape is no part of the pattern.
                '\\' if matches!(chars.peek(), Some('}' | '/')) => continue,
                '\\' => Token::Just(chars.next().filter(|escaped| matches!(escaped, '*' | '?' | '\\'))?),
                _ => Token::Just(next),
            });
        }
        Some(Self(tokens))
    }

    /// `value` without the front that matches; `None` if that takes too long to find.
    pub(super) fn remove_prefix(&self, value: &str, longest: bool) -> Option<String> {
        let chars: Vec<char> = value.chars().collect();
        let end = self.match_at(&chars, 0, longest)?.unwrap_or(0);
        Some(chars.iter().skip(end).collect())
    }

    /// `value` without the end that matches; `None` if that takes too long to find.
    pub(super) fn remove_suffix(&self, value: &str, longest: bool) -> Option<String> {
        let chars: Vec<char> = value.chars().rev().collect();
        let reversed = Self(self.0.iter().rev().copied().collect());
        let end = reversed.match_at(&chars, 0, longest)?.unwrap_or(0);
        Some(chars.iter().skip(end).rev().collect())
    }

    /// `value` with the first match, or all, replaced; `None` if that takes too long to find.
    pub(super) fn replace(&self, value: &str, with: &str, all: bool) -> Option<String> {
        let chars: Vec<char> = value.chars().collect();
        let steps = chars.len().saturating_mul(chars.len()).saturating_mul(self.0.len() + 1);
        if self.0.is_empty() || steps > MAX_STEPS {
            return None;
        }
        let mut out = String::new();
        let mut at = 0;
        let mut done = false;
        while at < chars.len() {
            match self.match_at(&chars, at, true)?.filter(|&end| end > at && !done) {
                Some(end) => {
                    out.push_str(with);
                    at = end;
                    done = !all;
                }
                None => {
                    out.extend(chars.get(at));
                    at += 1;
                }
            }
        }
        Some(out)
    }

    /// Where a match that begins at `start` ends, the first or the last such place.
    #[expect(clippy::option_option, reason = "not known and no match are two answers")]
    fn match_at(&self, chars: &[char], start: usize, longest: bool) -> Option<Option<usize>> {
        if chars.len().saturating_mul(self.0.len() + 1) > MAX_STEPS {
            return None;
        }
        let mut states = vec![false; self.0.len() + 1];
        if let Some(first) = states.first_mut() {
            *first = true;
        }
        self.skip_stars(&mut states);
        let mut found = states.last().copied().unwrap_or(false).then_some(start);
        for (at, &next) in chars.iter().enumerate().skip(start) {
            if found.is_some() && !longest {
                break;
            }
            let mut after = vec![false; states.len()];
            for (i, token) in self.0.iter().enumerate().filter(|&(i, _)| states.get(i) == Some(&true)) {
                let (stays, goes) = match token {
                    Token::Any => (next != '\n', false),
                    Token::One => (false, next != '\n'),
                    Token::Just(c) => (false, *c == next),
                };
                for (state, set) in after.iter_mut().skip(i).zip([stays, goes]) {
                    *state |= set;
                }
            }
            self.skip_stars(&mut after);
            if after.last() == Some(&true) {
                found = Some(at + 1);
            }
            if !after.contains(&true) {
                break;
            }
            states = after;
        }
        Some(found)
    }

    /// A star may stand for nothing: what reaches it reaches behind it.
    fn skip_stars(&self, states: &mut [bool]) {
        let mut before = false;
        for (i, state) in states.iter_mut().enumerate() {
            let star_before = i.checked_sub(1).and_then(|i| self.0.get(i)) == Some(&Token::Any);
            *state |= before && star_before;
            before = *state;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_the_shortest_or_the_longest_match() {
        let pattern = |text: &str| Pattern::parse(text).unwrap();
        assert_eq!(pattern("*/").remove_prefix("a/b/c", false).unwrap(), "b/c");
        assert_eq!(pattern("*/").remove_prefix("a/b/c", true).unwrap(), "c");
        assert_eq!(pattern(".*").remove_suffix("1.2.3", false).unwrap(), "1.2");
        assert_eq!(pattern(".*").remove_suffix("1.2.3", true).unwrap(), "1");
        assert_eq!(pattern("v").remove_prefix("1.2", false).unwrap(), "1.2");
        assert_eq!(pattern("??").remove_prefix("abc", false).unwrap(), "c");
        assert_eq!(pattern("\\*").remove_prefix("*a", false).unwrap(), "a");
    }

    #[test]
    fn a_replacement_takes_the_first_match_or_all() {
        let pattern = Pattern::parse(".").unwrap();
        assert_eq!(pattern.replace("1.2.3", "-", false).unwrap(), "1-2.3");
        assert_eq!(pattern.replace("1.2.3", "-", true).unwrap(), "1-2-3");
        assert_eq!(Pattern::parse("a*c").unwrap().replace("xabcabcx", "_", true).unwrap(), "x_x");
    }

    #[test]
    fn hostile_patterns_are_given_up() {
        let long = "a".repeat(10_000);
        assert_eq!(Pattern::parse(&"*a".repeat(5_000)).unwrap().remove_prefix(&long, true), None);
        assert!(Pattern::parse("\\a").is_none());
    }
}
