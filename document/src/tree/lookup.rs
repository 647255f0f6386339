//! Finding a child by its key.

use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU32, Ordering};
use std::vec;

use super::{Chain, Children, Entry, INDEXED_FROM, LINK_STEPS, MERGE_VISITS, NONE, NodeId, Tree, Value};

impl Tree {
    /// The field of `id` called `key`. Of several with one name the last one counts, as for the API server; a key that
    /// the mapping lacks is looked for in what it merges (`<<`).
    #[must_use]
    pub fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.get_hashed(id, key, hash(key))
    }

    /// As [`Tree::get`], with the key's [`hash`](Tree::hash_key) worked out before.
    #[must_use]
    pub fn get_hashed(&self, id: NodeId, key: &str, key_hash: u32) -> Option<NodeId> {
        let mut visits = MERGE_VISITS;
        self.look_up(id, key, key_hash, LINK_STEPS, &mut visits)
    }

    /// As [`Tree::get_hashed`], and looks first where a field of that name was found the last time.
    #[must_use]
    pub fn get_near(&self, id: NodeId, key: &str, key_hash: u32, hint: &Hint) -> Option<NodeId> {
        let id = self.resolve(id)?;
        let parent = self.entry(id)?;
        // Most keys that are asked for are missing.
        let below = self.below(parent);
        if below.fields.keys & (key_bit(key_hash) | key_bit(hash("<<"))) == 0 {
            return None;
        }
        let at = id.0.wrapping_add(hint.0.load(Ordering::Relaxed));
        if !below.doubled
            && let Some(entry) = self.nodes.get(at as usize)
            && entry.parent == id.0
            && !entry.fact
            && entry.key_hash == key_hash
            && self.key_of(entry.key) == key
        {
            return Some(NodeId(at));
        }
        let found = self.get_hashed(id, key, key_hash)?;
        hint.0.store(found.0.wrapping_sub(id.0), Ordering::Relaxed);
        Some(found)
    }

    /// The field called `key` that stands in the mapping `id` itself, not one it merges; the last one of several.
    #[must_use]
    pub fn get_own(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.field_of(self.resolve(id)?, key, hash(key))
    }

    /// Whether the field `id` is a YAML merge: its key is a plain `<<`. A quoted `"<<"` is a key like any other.
    #[must_use]
    pub fn is_merge(&self, id: NodeId) -> bool {
        self.entry(id).is_some_and(|entry| {
            let span = self.key_span_of(entry);
            !entry.fact && self.key_of(entry.key) == "<<" && (span.is_empty() || span.len() == 2)
        })
    }

    fn look_up(&self, id: NodeId, key: &str, key_hash: u32, steps: usize, visits: &mut usize) -> Option<NodeId> {
        *visits = visits.checked_sub(1)?;
        let id = self.resolve(id)?;
        if let Some(found) = self.field_of(id, key, key_hash) {
            return Some(found);
        }
        let merged = self.field_of(id, "<<", hash("<<")).filter(|&merged| self.is_merge(merged))?;
        let steps = steps.checked_sub(1)?;
        match self.value(merged) {
            Value::Map => self.look_up(merged, key, key_hash, steps, visits),
            Value::List => self.children(merged).find_map(|item| {
                matches!(self.value(item), Value::Map).then(|| self.look_up(item, key, key_hash, steps, visits))?
            }),
            _ => None,
        }
    }

    /// The items of the list or the entries of the mapping `id`, as [`Tree::children`], but with what a mapping merges
    /// (`<<`) in the place of the merge: after its own entries, those of the merged mappings whose keys it lacks.
    #[must_use]
    pub fn entries(&self, id: NodeId) -> Entries<'_> {
        let own = self.children(id);
        let bit = key_bit(hash("<<"));
        let merges = |id: NodeId| {
            self.resolve(id)
                .and_then(|id| self.entry(id))
                .map(|entry| self.below(entry))
                .is_some_and(|below| below.keyed && below.fields.keys & bit != 0)
        };
        if !merges(id) || !own.clone().any(|child| self.is_merge(child)) {
            return Entries(Kind::Own(own));
        }
        let mut found = Vec::new();
        let mut seen: Vec<NodeId> = Vec::new();
        let mut open = vec![id];
        for _ in 0..MERGE_VISITS {
            let Some(mapping) = open.pop().and_then(|one| self.resolve(one)) else { break };
            let mut merged = Vec::new();
            for child in self.children(mapping) {
                if !self.is_merge(child) {
                    let (key, key_hash) = (self.key(child), self.entry(child).map_or(0, |entry| entry.key_hash));
                    if seen.iter().all(|&before| self.field_of(before, key, key_hash).is_none()) {
                        found.push(child);
                    }
                } else if matches!(self.value(child), Value::List) {
                    merged.extend(self.children(child));
                } else {
                    merged.push(child);
                }
            }
            merged.retain(|&one| matches!(self.value(one), Value::Map));
            open.extend(merged.into_iter().rev());
            seen.push(mapping);
        }
        Entries(Kind::Merged(found.into_iter()))
    }

    /// The fact of `id` called `key`.
    #[must_use]
    #[inline]
    pub fn fact(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.fact_of(self.resolve(id)?, hash(key))
    }

    /// As [`Tree::fact`], by the key's [`hash`](Tree::hash_key), and looks first where a fact of that name was found the
    /// last time.
    #[must_use]
    pub fn fact_near(&self, id: NodeId, key_hash: u32, hint: &Hint) -> Option<NodeId> {
        let id = self.resolve(id)?;
        if self.below(self.entry(id)?).facts.keys & key_bit(key_hash) == 0 {
            return None;
        }
        let at = id.0.wrapping_add(hint.0.load(Ordering::Relaxed));
        let is_it = |entry: &Entry| entry.parent == id.0 && entry.fact && entry.key_hash == key_hash;
        if self.nodes.get(at as usize).is_some_and(is_it) {
            return Some(NodeId(at));
        }
        let found = self.fact_of(id, key_hash)?;
        hint.0.store(found.0.wrapping_sub(id.0), Ordering::Relaxed);
        Some(found)
    }

    /// The fact of the node `id` itself whose name has this hash.
    pub(super) fn fact_of(&self, id: NodeId, key_hash: u32) -> Option<NodeId> {
        let facts = self.below(self.entry(id)?).facts;
        if facts.keys & key_bit(key_hash) == 0 {
            return None;
        }
        self.chain(facts).find(|(_, entry)| entry.key_hash == key_hash).map(|(id, _)| id)
    }

    /// The field of the node `id` itself called `key`; keys may stand twice, and the last one counts.
    fn field_of(&self, id: NodeId, key: &str, key_hash: u32) -> Option<NodeId> {
        let below = self.below(self.entry(id)?);
        if below.fields.keys & key_bit(key_hash) == 0 || !below.keyed && !key.is_empty() {
            return None;
        }
        let is_it = |entry: &Entry| entry.key_hash == key_hash && self.key_of(entry.key) == key;
        if below.field_count > INDEXED_FROM
            && let Some(index) = self.wide.get(&id.0)
        {
            let at = index.get(&self.seed.hash_one(key)).copied()?;
            return self.nodes.get(at as usize).is_some_and(is_it).then_some(NodeId(at));
        }
        let mut found = self.chain(below.fields).filter(|(_, entry)| is_it(entry)).map(|(id, _)| id);
        if below.doubled { found.last() } else { found.next() }
    }

    /// The children of a chain, from the first.
    fn chain(&self, chain: Chain) -> impl Iterator<Item = (NodeId, &Entry)> {
        let mut next = chain.first;
        std::iter::from_fn(move || {
            let (id, entry) = (NodeId(next), self.nodes.get(next as usize)?);
            next = entry.next_sibling;
            Some((id, entry))
        })
    }

    /// The hash under which keys are looked up; the same in every process.
    #[must_use]
    pub fn hash_key(key: &str) -> u32 {
        hash(key)
    }

    /// Puts the field `id` into the index of `parent`, and all its fields if it has none yet.
    pub(super) fn index(&mut self, parent: u32, id: u32) {
        let known = self.wide.contains_key(&parent);
        let mut next = if known {
            id
        } else {
            self.nodes.get(parent as usize).map_or(NONE, |entry| self.below(entry).fields.first)
        };
        let mut index = self.wide.remove(&parent).unwrap_or_default();
        while let Some(entry) = self.nodes.get(next as usize) {
            index.insert(self.seed.hash_one(self.key_of(entry.key)), next);
            next = entry.next_sibling;
        }
        self.wide.insert(parent, index);
    }
}

/// The entries of a node; made by [`Tree::entries`].
#[derive(Clone, Debug)]
pub struct Entries<'t>(Kind<'t>);

#[derive(Clone, Debug)]
enum Kind<'t> {
    Own(Children<'t>),
    Merged(vec::IntoIter<NodeId>),
}

impl Entries<'_> {
    /// How many are left, where something is merged.
    pub(super) fn merged(&self) -> Option<usize> {
        match &self.0 {
            Kind::Own(_) => None,
            Kind::Merged(found) => Some(found.len()),
        }
    }
}

impl Iterator for Entries<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        match &mut self.0 {
            Kind::Own(children) => children.next(),
            Kind::Merged(found) => found.next(),
        }
    }
}

/// How far behind its parent a fact or field was found the last time. Nodes of one kind get their facts in the same
/// order, and people write their fields in much the same one, so that the next one mostly has it at the same distance;
/// when it has not, it is looked for as ever.
#[derive(Debug, Default)]
pub struct Hint(AtomicU32);

/// Passes on a number that is a seeded hash already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |value, &byte| (value << 8) | u64::from(byte));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// The bit that stands for a key among those of its siblings.
pub(super) const fn key_bit(key_hash: u32) -> u64 {
    1 << (key_hash >> 26)
}

/// A hash of few steps: keys are short, and two with the same are told apart by their text.
#[inline]
pub(super) const fn hash(key: &str) -> u32 {
    let bytes = key.as_bytes();
    let mut value = bytes.len() as u64;
    let mut rest = bytes;
    while let Some((eight, tail)) = rest.split_first_chunk::<8>() {
        value = mix(value ^ u64::from_le_bytes(*eight));
        rest = tail;
    }
    // The last bytes, some of them twice: that costs less than one by one.
    let last = match (bytes.last_chunk::<8>(), rest) {
        (Some(eight), [_, ..]) => u64::from_le_bytes(*eight),
        (_, []) => 0,
        (None, [first, .., last]) => match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
            (Some(four), Some(more)) => (u32::from_le_bytes(*four) as u64) << 32 | u32::from_le_bytes(*more) as u64,
            _ => (*first as u64) << 16 | (*last as u64) << 8 | middle(rest) as u64,
        },
        (None, [only]) => *only as u64,
    };
    (mix(value ^ last) >> 32) as u32
}

/// The byte in the middle.
const fn middle(bytes: &[u8]) -> u8 {
    match bytes {
        [_, middle, ..] => *middle,
        _ => 0,
    }
}

const fn mix(value: u64) -> u64 {
    let value = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value ^ value >> 32
}
