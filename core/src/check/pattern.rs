//! What rules look for in texts: regular expressions, and many words at once.
//!
//! Regular expressions look at bytes, and their classes and `(?i)` know ASCII alone: what rules look for is ASCII, the
//! automata are a fraction of the size, and the browser need not download Unicode's tables. [`hullmark_language`]
//! refuses, when a rule is loaded, what cannot be read so.

/// A regular expression.
///
/// The browser has the small library of the same authors for it: as linear, without automata that are only faster.
#[derive(Debug)]
pub(crate) struct Regex {
    #[cfg(feature = "fast-search")]
    compiled: regex::bytes::Regex,
    #[cfg(not(feature = "fast-search"))]
    compiled: regex_lite::Regex,
}

impl Regex {
    /// The compiled pattern; nothing when it is no regular expression or too large a one.
    #[cfg(feature = "fast-search")]
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        let compiled = regex::bytes::RegexBuilder::new(pattern).unicode(false).build().ok()?;
        Some(Self { compiled })
    }

    /// The compiled pattern; nothing when it is no regular expression or too large a one.
    #[cfg(not(feature = "fast-search"))]
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        // Its classes know ASCII alone; it has no word for that.
        let pattern = pattern.replace("i-u)", "i)").replace("(?-u)", "");
        let compiled = regex_lite::Regex::new(&pattern).ok()?;
        Some(Self { compiled })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        #[cfg(feature = "fast-search")]
        return self.compiled.is_match(text.as_bytes());
        #[cfg(not(feature = "fast-search"))]
        self.compiled.is_match(text)
    }

    /// What the first group holds at each place that it finds, or all of the place where there is no group.
    pub(crate) fn groups<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        #[cfg(feature = "fast-search")]
        let all = self.compiled.captures_iter(text.as_bytes());
        #[cfg(not(feature = "fast-search"))]
        let all = self.compiled.captures_iter(text);
        let ranges: Vec<_> = all.filter_map(|one| Some(one.get(1).or_else(|| one.get(0))?.range())).collect();
        // What looks at bytes may find a part of a character.
        ranges.into_iter().filter_map(|range| text.get(range))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.compiled.as_str()
    }
}

/// Whether any of several regular expressions finds a place.
#[derive(Debug)]
pub(crate) struct RegexSet {
    #[cfg(feature = "fast-search")]
    compiled: regex::bytes::RegexSet,
    #[cfg(not(feature = "fast-search"))]
    compiled: Vec<Regex>,
}

impl RegexSet {
    #[cfg(feature = "fast-search")]
    pub(crate) fn new(patterns: &[String]) -> Option<Self> {
        let compiled = regex::bytes::RegexSetBuilder::new(patterns).unicode(false).build().ok()?;
        Some(Self { compiled })
    }

    #[cfg(not(feature = "fast-search"))]
    pub(crate) fn new(patterns: &[String]) -> Option<Self> {
        let compiled = patterns.iter().map(|pattern| Regex::new(pattern)).collect::<Option<_>>()?;
        Some(Self { compiled })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        #[cfg(feature = "fast-search")]
        return self.compiled.is_match(text.as_bytes());
        #[cfg(not(feature = "fast-search"))]
        self.compiled.iter().any(|pattern| pattern.is_match(text))
    }
}

/// Finds many words in one pass.
///
/// The browser has no automaton for it: a list by first bytes is a twentieth of the size and fast enough for what is typed.
#[derive(Debug)]
pub(crate) struct Finder {
    #[cfg(feature = "fast-search")]
    automaton: Automaton,
    /// For each first byte the words, each with its number.
    #[cfg(not(feature = "fast-search"))]
    words: Vec<Vec<(Vec<u8>, usize)>>,
}

impl Finder {
    /// A finder of `words`; nothing when they are too many.
    #[cfg(feature = "fast-search")]
    pub(crate) fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Option<Self> {
        Some(Self { automaton: Automaton::new(words)? })
    }

    /// A finder of `words`, of which none is empty.
    #[cfg(not(feature = "fast-search"))]
    pub(crate) fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Option<Self> {
        let mut by_first = vec![Vec::new(); 256];
        for (number, word) in words.into_iter().enumerate() {
            let word = word.as_ref();
            by_first.get_mut(usize::from(*word.first()?))?.push((word.to_vec(), number));
        }
        Some(Self { words: by_first })
    }

    /// The number of each word that stands in `text`, as often as it does.
    #[cfg(feature = "fast-search")]
    pub(crate) fn found_in(&self, text: &str) -> impl Iterator<Item = usize> {
        self.automaton.found_in(text)
    }

    /// The number of each word that stands in `text`, as often as it does.
    #[cfg(not(feature = "fast-search"))]
    pub(crate) fn found_in(&self, text: &str) -> impl Iterator<Item = usize> {
        let text = text.as_bytes();
        text.iter().enumerate().flat_map(move |(at, &byte)| {
            let rest = text.get(at..).unwrap_or_default();
            let words = self.words.get(usize::from(byte)).map_or(&[][..], Vec::as_slice);
            words.iter().filter(move |(word, _)| rest.starts_with(word)).map(|&(_, number)| number)
        })
    }
}

/// The words as an automaton: at first one that is made in no time, and once much has been searched, one that is dearer to
/// make and several times as fast.
#[cfg(feature = "fast-search")]
#[derive(Debug)]
struct Automaton {
    nfa: aho_corasick::nfa::noncontiguous::NFA,
    small: aho_corasick::nfa::contiguous::NFA,
    fast: std::sync::OnceLock<Option<aho_corasick::dfa::DFA>>,
    searched: std::sync::atomic::AtomicUsize,
}

/// So many bytes are searched before the faster automaton pays for itself.
#[cfg(feature = "fast-search")]
const MUCH: usize = 256 * 1024;

#[cfg(feature = "fast-search")]
impl Automaton {
    fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Option<Self> {
        use aho_corasick::nfa::{contiguous, noncontiguous};
        let nfa = noncontiguous::NFA::builder().match_kind(aho_corasick::MatchKind::Standard).build(words).ok()?;
        let small = contiguous::NFA::builder().build_from_noncontiguous(&nfa).ok()?;
        Some(Self { nfa, small, fast: std::sync::OnceLock::new(), searched: std::sync::atomic::AtomicUsize::new(0) })
    }

    fn found_in(&self, text: &str) -> impl Iterator<Item = usize> {
        use aho_corasick::automaton::{Automaton, OverlappingState};
        let searched = self.searched.fetch_add(text.len(), std::sync::atomic::Ordering::Relaxed);
        let make = || {
            let mut builder = aho_corasick::dfa::DFA::builder();
            builder.start_kind(aho_corasick::StartKind::Unanchored).build_from_noncontiguous(&self.nfa).ok()
        };
        let fast = if searched < MUCH { None } else { self.fast.get_or_init(make).as_ref() };
        let (input, mut state) = (aho_corasick::Input::new(text), OverlappingState::start());
        std::iter::from_fn(move || {
            let end = match fast {
                Some(fast) => fast.try_find_overlapping(&input, &mut state),
                None => self.small.try_find_overlapping(&input, &mut state),
            };
            end.ok()?;
            state.get_match().map(|one| one.pattern().as_usize())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Finder;

    #[test]
    fn words_are_found_in_each_other() {
        let finder = Finder::new(["ab", "b", "abc", "é"]).unwrap();
        let mut found: Vec<usize> = finder.found_in("xabcb é a").collect();
        found.sort_unstable();
        assert_eq!(found, [0, 1, 1, 2, 3]);
        assert_eq!(finder.found_in("").count(), 0);
        // So much that the finder goes over to what is faster.
        let long = "xabcb".repeat(100_000);
        for _ in 0..2 {
            assert_eq!(finder.found_in(&long).count(), 400_000);
        }
    }
}
