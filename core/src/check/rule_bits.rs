//! Sets of rules as bits: an answer that concerns many of them is one mask.

/// A set of the rules of a gate, each by its place there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RuleBits(Vec<u64>);

impl RuleBits {
    /// None of `count` rules.
    pub(super) fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    /// Makes it the same as `other`, in the same place.
    pub(super) fn set_to(&mut self, other: &Self) {
        self.0.clone_from(&other.0);
    }

    /// Makes an empty set one of `count` rules.
    pub(super) fn make_room(&mut self, count: usize) {
        self.0.resize(count.div_ceil(64), 0);
    }

    pub(super) fn put(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub(super) fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    pub(super) fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    pub(super) fn join(&mut self, more: &Self) {
        self.0.iter_mut().zip(&more.0).for_each(|(word, more)| *word |= more);
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(word, other)| word & other != 0)
    }

    pub(super) fn take(&mut self, others: &Self) {
        self.0.iter_mut().zip(&others.0).for_each(|(word, others)| *word &= !others);
    }

    /// Takes `others` out, but for those of `kept`.
    pub(super) fn take_but(&mut self, others: &Self, kept: Option<&Self>) {
        match kept {
            Some(kept) => {
                let masks = others.0.iter().zip(&kept.0);
                self.0.iter_mut().zip(masks).for_each(|(word, (others, kept))| *word &= !others | kept);
            }
            None => self.take(others),
        }
    }

    /// The place of each, from the first.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> + use<'_> {
        self.0.iter().enumerate().flat_map(|(at, &word)| {
            let mut word = word;
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros() as usize;
                word &= word.wrapping_sub(1);
                (bit < 64).then_some(at * 64 + bit)
            })
        })
    }
}
