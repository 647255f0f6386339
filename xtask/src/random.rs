//! A draw that the same seed repeats.

/// SplitMix64 (Steele, Lea, Flood 2014): eight lines of arithmetic, good enough to draw a sample for a reader.
pub struct Draw(u64);

impl Draw {
    /// A sequence that only depends on `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// `count` different elements of `items` (all of them if there are fewer), in the order drawn.
    pub fn sample<'a, T>(&mut self, items: &'a [T], count: usize) -> Vec<&'a T> {
        let mut pool: Vec<&T> = items.iter().collect();
        let mut drawn = Vec::new();
        while drawn.len() < count && !pool.is_empty() {
            let place = (self.next() % pool.len() as u64) as usize;
            drawn.push(pool.swap_remove(place));
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_no_element_twice_and_repeats_with_its_seed() {
        let items: Vec<u32> = (0..50).collect();
        let first = Draw::new(7).sample(&items, 20);
        let mut distinct = first.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), 20);
        assert_eq!(first, Draw::new(7).sample(&items, 20));
        assert_ne!(first, Draw::new(8).sample(&items, 20));
        assert_eq!(Draw::new(1).sample(&items, 99).len(), 50);
    }
}
