//! What rules look for in texts: regular expressions, and many words at once.
//!
//! Regular expressions look at bytes, and their classes and `(?i)` know ASCII alone: what rules look for is ASCII, the
//! automata are a fraction of the size, and the browser need not download Unicode's tables. [`hullmark_language`]
//! refuses, when a rule is loaded, what cannot be read so.

use std::sync::OnceLock;
#[cfg(feature = "fast-search")]
use std::sync::atomic::{AtomicUsize, Ordering};

#[cfg(feature = "fast-search")]
use regex_automata::meta;
#[cfg(feature = "fast-search")]
use regex_syntax::hir::Hir;

use super::screen::{Screen, Sketch};

/// A regular expression.
///
/// The browser has the small library of the same authors for it: as linear, without automata that are only faster.
#[derive(Debug)]
pub(crate) struct Regex {
    pattern: String,
    #[cfg(feature = "fast-search")]
    compiled: Engines,
    #[cfg(not(feature = "fast-search"))]
    compiled: regex_lite::Regex,
}

impl Regex {
    /// The compiled pattern; nothing when it is no regular expression or too large a one.
    #[cfg(feature = "fast-search")]
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        Self::of(pattern, parse(pattern)?)
    }

    #[cfg(feature = "fast-search")]
    fn of(pattern: &str, parsed: Hir) -> Option<Self> {
        Some(Self { pattern: pattern.to_owned(), compiled: Engines::new(vec![parsed])? })
    }

    /// The compiled pattern; nothing when it is no regular expression or too large a one.
    #[cfg(not(feature = "fast-search"))]
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        // Its classes know ASCII alone; it has no word for that.
        let compiled = regex_lite::Regex::new(&pattern.replace("i-u)", "i)").replace("(?-u)", "")).ok()?;
        Some(Self { pattern: pattern.to_owned(), compiled })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        #[cfg(feature = "fast-search")]
        return self.compiled.is_match(text);
        #[cfg(not(feature = "fast-search"))]
        self.compiled.is_match(text)
    }

    /// What the first group holds at each place that it finds, or all of the place where there is no group.
    pub(crate) fn groups<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        #[cfg(feature = "fast-search")]
        let ranges = self.compiled.groups(text);
        #[cfg(not(feature = "fast-search"))]
        let ranges: Vec<_> = {
            let all = self.compiled.captures_iter(text);
            all.filter_map(|one| Some(one.get(1).or_else(|| one.get(0))?.range())).collect()
        };
        // What looks at bytes may find a part of a character.
        ranges.into_iter().filter_map(|range| text.get(range))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.pattern
    }
}

/// Whether any of several regular expressions finds a place.
#[derive(Debug)]
pub(crate) struct RegexSet {
    #[cfg(feature = "fast-search")]
    compiled: Engines,
    #[cfg(not(feature = "fast-search"))]
    compiled: Vec<Regex>,
}

impl RegexSet {
    #[cfg(feature = "fast-search")]
    pub(crate) fn new(patterns: &[String]) -> Option<Self> {
        Some(Self { compiled: Engines::new(patterns.iter().map(|pattern| parse(pattern)).collect::<Option<_>>()?)? })
    }

    #[cfg(not(feature = "fast-search"))]
    pub(crate) fn new(patterns: &[String]) -> Option<Self> {
        let compiled = patterns.iter().map(|pattern| Regex::new(pattern)).collect::<Option<_>>()?;
        Some(Self { compiled })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        #[cfg(feature = "fast-search")]
        return self.compiled.is_match(text);
        #[cfg(not(feature = "fast-search"))]
        self.compiled.iter().any(|pattern| pattern.is_match(text))
    }
}

/// A regular expression of a rule: read when the first text comes, compiled when one comes in which it may find a place.
#[derive(Debug)]
pub(crate) struct Pattern {
    text: String,
    #[cfg(feature = "fast-search")]
    parsed: OnceLock<Option<(Option<Screen>, Hir)>>,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            #[cfg(feature = "fast-search")]
            parsed: OnceLock::new(),
            regex: OnceLock::new(),
        }
    }

    /// What texts must hold for the expression to find a place in them, when that can be told.
    #[cfg(feature = "fast-search")]
    pub(crate) fn screen(&self) -> Option<Screen> {
        self.parsed().and_then(|&(screen, _)| screen)
    }

    /// What texts must hold for the expression to find a place in them: where no reader of expressions is at hand, that
    /// cannot be told.
    #[cfg(not(feature = "fast-search"))]
    pub(crate) fn screen(&self) -> Option<Screen> {
        None
    }

    #[cfg(feature = "fast-search")]
    fn parsed(&self) -> Option<&(Option<Screen>, Hir)> {
        let parse = || parse(&self.text).map(|parsed| (Screen::of(&parsed), parsed));
        self.parsed.get_or_init(parse).as_ref()
    }

    /// Whether the expression finds a place in `text`.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        if self.regex.get().is_none() && self.screen().is_some_and(|screen| !screen.lets(Sketch::of(text))) {
            return false;
        }
        self.regex.get_or_init(|| self.compile()).as_ref().is_some_and(|regex| regex.is_match(text))
    }

    fn compile(&self) -> Option<Regex> {
        #[cfg(feature = "fast-search")]
        return Regex::of(&self.text, self.parsed()?.1.clone());
        #[cfg(not(feature = "fast-search"))]
        Regex::new(&self.text)
    }
}

/// Reads an expression: over bytes, with classes of ASCII.
#[cfg(feature = "fast-search")]
fn parse(pattern: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()
}

/// Two engines for the same expressions: at first one that is made in no time, for most expressions are asked of a few
/// words; and once much has been searched, one that takes longer to make than a small file to check, and is many times as
/// fast.
#[cfg(feature = "fast-search")]
#[derive(Debug)]
struct Engines {
    parsed: Vec<Hir>,
    small: meta::Regex,
    fast: OnceLock<Option<meta::Regex>>,
    searched: Searched,
}

#[cfg(feature = "fast-search")]
impl Engines {
    fn new(parsed: Vec<Hir>) -> Option<Self> {
        let small = Self::config().hybrid(false).auto_prefilter(false);
        let small = meta::Builder::new().configure(small).build_many_from_hir(&parsed).ok()?;
        Some(Self { parsed, small, fast: OnceLock::new(), searched: Searched::new(MUCH_BY_ENGINE) })
    }

    fn config() -> meta::Config {
        /// What one expression may become, in bytes: what the crate `regex` allows it too.
        const LARGEST: usize = 10 << 20;
        meta::Config::new().utf8_empty(false).nfa_size_limit(Some(LARGEST))
    }

    /// The engine for a text of this length.
    fn engine(&self, len: usize) -> &meta::Regex {
        if !self.searched.much(len) {
            return &self.small;
        }
        let make = || meta::Builder::new().configure(Self::config()).build_many_from_hir(&self.parsed).ok();
        self.fast.get_or_init(make).as_ref().unwrap_or(&self.small)
    }

    fn is_match(&self, text: &str) -> bool {
        self.engine(text.len()).is_match(text)
    }

    fn groups(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        let all = self.engine(text.len()).captures_iter(text);
        all.filter_map(|one| Some(one.get_group(1).or_else(|| one.get_group(0))?.range())).collect()
    }
}

/// So many bytes are searched before what is faster and dearer to make pays for itself: a lazy automaton in place of
/// backtracking, an automaton in place of lists by first bytes, and the larger automaton in place of the small one.
#[cfg(feature = "fast-search")]
const MUCH_BY_ENGINE: usize = 2 << 10;
#[cfg(feature = "fast-search")]
const MUCH_BY_LISTS: usize = 8 << 10;
#[cfg(feature = "fast-search")]
const MUCH_BY_NFA: usize = 256 << 10;

/// How many bytes have been searched, up to what is called much.
#[cfg(feature = "fast-search")]
#[derive(Debug)]
struct Searched {
    bytes: AtomicUsize,
    much: usize,
}

#[cfg(feature = "fast-search")]
impl Searched {
    fn new(much: usize) -> Self {
        Self { bytes: AtomicUsize::new(0), much }
    }

    /// Counts a text of this length; tells whether all of them together are much.
    fn much(&self, len: usize) -> bool {
        let before = self.bytes.load(Ordering::Relaxed);
        if before >= self.much {
            return true;
        }
        // Texts that two threads count at once may be counted as one: what hangs on it is speed alone.
        let all = before.saturating_add(len);
        self.bytes.store(all, Ordering::Relaxed);
        all >= self.much
    }
}

/// Finds many words in one pass.
///
/// Lists by first bytes are made in no time and fast enough for a small file, and for what is typed in a browser, which has
/// nothing else: an automaton is twenty times the size.
#[derive(Debug)]
pub(crate) struct Finder {
    /// For each first byte the words, each with its number.
    words: Vec<Vec<(Vec<u8>, usize)>>,
    #[cfg(feature = "fast-search")]
    automaton: OnceLock<Option<Automaton>>,
    #[cfg(feature = "fast-search")]
    searched: Searched,
}

impl Finder {
    /// A finder of `words`; nothing when one of them is empty.
    pub(crate) fn new<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Option<Self> {
        let mut by_first = vec![Vec::new(); 256];
        for (number, word) in words.into_iter().enumerate() {
            let word = word.as_ref();
            by_first.get_mut(usize::from(*word.first()?))?.push((word.to_vec(), number));
        }
        Some(Self {
            words: by_first,
            #[cfg(feature = "fast-search")]
            automaton: OnceLock::new(),
            #[cfg(feature = "fast-search")]
            searched: Searched::new(MUCH_BY_LISTS),
        })
    }

    /// Gives the number of each word that stands in `text` to `each`, as often as it does.
    pub(crate) fn find_in(&self, text: &str, mut each: impl FnMut(usize)) {
        #[cfg(feature = "fast-search")]
        if self.searched.much(text.len())
            && let Some(automaton) = self.automaton.get_or_init(|| Automaton::new(self.words.iter().flatten()))
        {
            return automaton.find_in(text, each);
        }
        let text = text.as_bytes();
        for (at, &byte) in text.iter().enumerate() {
            let rest = text.get(at..).unwrap_or_default();
            let words = self.words.get(usize::from(byte)).map_or(&[][..], Vec::as_slice);
            words.iter().filter(|(word, _)| rest.starts_with(word)).for_each(|&(_, number)| each(number));
        }
    }
}

/// The words as an automaton: at first one that is soon made, and once much has been searched, one that takes longer and is
/// several times as fast.
#[cfg(feature = "fast-search")]
#[derive(Debug)]
struct Automaton {
    nfa: aho_corasick::nfa::noncontiguous::NFA,
    small: aho_corasick::nfa::contiguous::NFA,
    fast: OnceLock<Option<aho_corasick::dfa::DFA>>,
    searched: Searched,
    /// The number of each of its patterns.
    numbers: Vec<usize>,
}

#[cfg(feature = "fast-search")]
impl Automaton {
    fn new<'w>(words: impl Iterator<Item = &'w (Vec<u8>, usize)> + Clone) -> Option<Self> {
        use aho_corasick::nfa::{contiguous, noncontiguous};
        let numbers = words.clone().map(|&(_, number)| number).collect();
        let words = words.map(|(word, _)| word);
        let nfa = noncontiguous::NFA::builder().match_kind(aho_corasick::MatchKind::Standard).build(words).ok()?;
        let small = contiguous::NFA::builder().build_from_noncontiguous(&nfa).ok()?;
        Some(Self { nfa, small, fast: OnceLock::new(), searched: Searched::new(MUCH_BY_NFA), numbers })
    }

    fn find_in(&self, text: &str, mut each: impl FnMut(usize)) {
        use aho_corasick::automaton::{Automaton, OverlappingState};
        let make = || {
            let mut builder = aho_corasick::dfa::DFA::builder();
            builder.start_kind(aho_corasick::StartKind::Unanchored).build_from_noncontiguous(&self.nfa).ok()
        };
        let much = self.searched.much(text.len());
        let fast = if much { self.fast.get_or_init(make).as_ref() } else { None };
        let (input, mut state) = (aho_corasick::Input::new(text), OverlappingState::start());
        loop {
            let end = match fast {
                Some(fast) => fast.try_find_overlapping(&input, &mut state),
                None => self.small.try_find_overlapping(&input, &mut state),
            };
            let Some(found) = end.ok().and_then(|()| state.get_match()) else { return };
            self.numbers.get(found.pattern().as_usize()).copied().into_iter().for_each(&mut each);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Finder;

    #[test]
    fn words_are_found_in_each_other() {
        let finder = Finder::new(["ab", "b", "abc", "é"]).unwrap();
        let found_in = |text: &str| {
            let mut found = Vec::new();
            finder.find_in(text, |number| found.push(number));
            found.sort_unstable();
            found
        };
        assert_eq!(found_in("xabcb é a"), [0, 1, 1, 2, 3]);
        assert!(found_in("").is_empty());
        // So much that the finder goes over to what is faster, and then once more.
        for times in [2_000, 100_000, 100_000] {
            assert_eq!(found_in(&"xabcb".repeat(times)).len(), 4 * times);
        }
        assert_eq!(found_in("xabcb é a"), [0, 1, 1, 2, 3]);
    }
}
