//! What rules look for in texts: regular expressions, and many words at once.
//!
//! Regular expressions look at bytes, and their classes and `(?i)` know ASCII alone: what rules look for is ASCII, the
//! automata are a fraction of the size, and the browser need not download Unicode's tables. [`hullmark_language`]
//! refuses, when a rule is loaded, what cannot be read so.

use aho_corasick::automaton::Automaton;
pub(crate) use aho_corasick::nfa::contiguous::NFA as Finder;
use aho_corasick::{Input, MatchKind};
use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

/// The compiled pattern; nothing when it is no regular expression or too large a one.
pub(crate) fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).unicode(false).build().ok()
}

/// All of the patterns as one.
pub(crate) fn compile_set(patterns: &[String]) -> Option<RegexSet> {
    RegexSetBuilder::new(patterns).unicode(false).build().ok()
}

/// The automaton that finds all of `words` in one pass. One kind of it for every host and every number of words: the
/// browser need not download those that would not be chosen.
pub(crate) fn finder<W: AsRef<[u8]>>(words: impl IntoIterator<Item = W>) -> Option<Finder> {
    Finder::builder().match_kind(MatchKind::Standard).build(words).ok()
}

/// The number of each word that stands in `text`, as often as it does.
pub(crate) fn overlapping(finder: &Finder, text: &str) -> impl Iterator<Item = usize> {
    let found = finder.try_find_overlapping_iter(Input::new(text));
    found.into_iter().flatten().map(|one| one.pattern().as_usize())
}
