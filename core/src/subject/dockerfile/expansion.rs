//! The variables that the builder fills in, and whether they are set.

use hullmark_document::dockerfile::{Arguments, Instruction, Keyword, Operator, Pair, Word};
use hullmark_document::{NodeId, Span, Value};

use super::Lowering;

/// How many steps of comparing names are taken for one file; behind them no name is near another.
pub(super) const NEAR_STEPS: usize = 1 << 22;
/// How far a name may be from the one it is taken for; the builder has the same, without swaps.
const NEAR: usize = 2;
/// Names longer than this are not compared.
const LONGEST: usize = 64;

impl Lowering<'_> {
    /// The variables in the words of instruction number `at`.
    pub(super) fn expansions(&mut self, node: NodeId, instruction: &Instruction, at: usize) {
        let words = expanded_words(instruction);
        if words.iter().all(|(word, _)| word.expansions.is_empty()) {
            return;
        }
        let list = self.list(node, "expansions", Span::default());
        for (word, pair) in words {
            for expansion in &word.expansions {
                let item = self.item(list, Value::Map, expansion.span);
                self.text(item, "name", &expansion.name, expansion.name_span);
                if let Some(operator) = expansion.operator {
                    self.fact(item, "operator", Value::Text(operator_word(operator)));
                }
                let set = self.scopes.is_set(&expansion.name, (at, pair));
                self.fact(item, "set", set.map_or(Value::Unknown(""), Value::Bool));
                self.fact(item, "global", Value::Bool(self.scopes.is_global(&expansion.name)));
                if set != Some(true)
                    && let Some(near) = self.near(&expansion.name, at)
                {
                    self.fact(item, "nearest", Value::Text(&near));
                }
            }
        }
    }

    /// The name that is set there and is the nearest to `name`.
    fn near(&mut self, name: &str, at: usize) -> Option<String> {
        let mut best: Option<(usize, &str)> = None;
        // Every stage of the builder has a PATH.
        let in_stage = self.stages().of(at).is_some_and(|stage| stage.from != at);
        let path = if in_stage { Some("PATH") } else { None };
        let is_name = |other: &&str| other.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        for other in self.scopes.names(at).chain(path).filter(is_name) {
            let steps = name.len() * other.len() + 1;
            if name.len().max(other.len()) > LONGEST || name.len().abs_diff(other.len()) > NEAR || name == other {
                self.near_steps = self.near_steps.checked_sub(1)?;
                continue;
            }
            self.near_steps = self.near_steps.checked_sub(steps)?;
            let distance = distance(name.as_bytes(), other.as_bytes());
            // A short name is near to every other short one.
            if distance <= NEAR && distance * 2 < name.len() && best.is_none_or(|best| (distance, other) < best) {
                best = Some((distance, other));
            }
        }
        best.map(|(_, other)| other.to_owned())
    }
}

/// The words of an instruction that the builder expands, each with the number of its pair in an ARG.
fn expanded_words<'i>(instruction: &'i Instruction) -> Vec<(&'i Word, usize)> {
    let plain = |words: Vec<&'i Word>| -> Vec<(&'i Word, usize)> { words.into_iter().map(|word| (word, 0)).collect() };
    let flags = |except: &[&str]| -> Vec<&'i Word> {
        let wanted = instruction.flags.iter().filter(|flag| !except.contains(&flag.name.as_str()));
        wanted.filter_map(|flag| flag.value.as_ref()).collect()
    };
    match &instruction.arguments {
        Arguments::From(from) => plain(flags(&[]).into_iter().chain([&from.image]).collect()),
        Arguments::Pairs(pairs) => {
            // The pairs of an ARG are read one after the other, those of others all at once.
            let number = |at: usize| if instruction.keyword == Keyword::Arg { at } else { 0 };
            let both = |(at, pair): (usize, &'i Pair)| {
                [Some(&pair.name), pair.value.as_ref()].into_iter().flatten().map(move |word| (word, number(at)))
            };
            pairs.iter().enumerate().flat_map(both).collect()
        }
        Arguments::Copy(copy) => {
            let sources = copy.sources.iter().filter(|source| source.heredoc.is_none()).map(|source| &source.word);
            // The builder fills in nothing in --from.
            plain(flags(&["from"]).into_iter().chain(sources).chain(copy.destination.as_deref()).collect())
        }
        // Of a RUN the builder reads the mounts, the shell all the rest.
        Arguments::Command(_) if instruction.keyword == Keyword::Run => {
            let mounts = instruction.flags.iter().filter(|flag| flag.name == "mount");
            plain(mounts.filter_map(|flag| flag.value.as_ref()).collect())
        }
        Arguments::Expose(words) => plain(words.iter().collect()),
        Arguments::Volume { paths, .. } => plain(paths.iter().collect()),
        Arguments::User(word) | Arguments::Workdir(word) | Arguments::Stopsignal(word) => vec![(word, 0)],
        _ => Vec::new(),
    }
}

fn operator_word(operator: Operator) -> &'static str {
    match operator {
        Operator::Default { .. } => "default",
        Operator::Alternate { .. } => "alternate",
        Operator::Required { .. } => "required",
        Operator::RemovePrefix { .. } => "remove-prefix",
        Operator::RemoveSuffix { .. } => "remove-suffix",
        Operator::Replace { .. } => "replace",
    }
}

/// How many letters have to be put in, taken out, changed or swapped with the next to make one text of the other.
fn distance(left: &[u8], right: &[u8]) -> usize {
    let mut rows: [Vec<usize>; 2] = [Vec::new(), (0..=right.len()).collect()];
    let mut last = None;
    for (i, &a) in left.iter().enumerate() {
        let [before, row] = &rows;
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        let mut left_of = i + 1;
        let mut right_before = None;
        for (j, (&b, pair)) in right.iter().zip(row.windows(2)).enumerate() {
            let &[diagonal, above] = pair else { continue };
            let mut best = (left_of + 1).min(above + 1).min(diagonal + usize::from(a != b));
            let swapped = last == Some(b) && right_before == Some(a);
            if let Some(two_back) = j.checked_sub(1).and_then(|at| before.get(at)).filter(|_| swapped) {
                best = best.min(two_back + 1);
            }
            next.push(best);
            (left_of, right_before) = (best, Some(b));
        }
        last = Some(a);
        let [_, row] = rows;
        rows = [row, next];
    }
    let [_, row] = rows;
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances_count_letters() {
        for (left, right, expected) in
            [("", "", 0), ("a", "", 1), ("PAHT", "PATH", 1), ("ACB", "ABCX", 2), ("DIR", "DIRS", 1), ("ab", "cd", 2)]
        {
            assert_eq!(distance(left.as_bytes(), right.as_bytes()), expected, "{left} {right}");
        }
    }
}
