//! The rules of one engine, ready to run.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use hullmark_document::{Node, NodeId, Span, Tree, Value};
use hullmark_language::{Asked, Datum, Input, Op, Operand, Path, Rule, RuleSet, Scalar, Start};

use super::gate::Gate;
use super::pattern::{Finder, Pattern};
use super::secret::Secrets;

/// A number that names a rule of the program.
pub(crate) type RuleIndex = u32;

/// The rules of one engine, indexed by what they look at. Immutable, shared by all threads.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) set: RuleSet,
    /// The rules by input and subject: of these there are few.
    by_subject: Vec<((Input, &'static str), Bucket)>,
    /// The rules that yield, each with those to which it does.
    yields: Vec<(RuleIndex, Vec<RuleIndex>)>,
    /// Each regular expression by its text.
    patterns: HashMap<String, Pattern, BuildHasherDefault<ByEnds>>,
    /// The parameters of every rule: a root for each rule, with its values in order.
    params: Tree,
    /// The tables, each turned into a tree when first needed.
    tables: HashMap<String, OnceLock<Tree>>,
    /// The texts that rules need, and which rules need which.
    needs: OnceLock<Option<Needs>>,
    pub(crate) secrets: Secrets,
}

/// Hashes a text by its length and its ends: for texts of rules, which nobody chooses to collide.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ByEnds(u64);

impl Hasher for ByEnds {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let number = |bytes: &[u8]| bytes.iter().fold(0, |value: u64, &byte| value << 8 | u64::from(byte));
        let first = bytes.first_chunk::<8>().map_or_else(|| number(bytes), |eight| u64::from_le_bytes(*eight));
        let last = bytes.last_chunk::<8>().map_or(0, |eight| u64::from_le_bytes(*eight));
        let ends = first ^ last.rotate_left(29) ^ (bytes.len() as u64).rotate_left(50) ^ self.0.rotate_left(7);
        let mixed = ends.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 29;
    }
}

/// Rules of one subject.
#[derive(Debug, Default)]
struct Bucket {
    rules: Vec<RuleIndex>,
    /// What stands before them, made when the first such subject comes.
    gate: OnceLock<Gate>,
}

#[derive(Debug)]
struct Needs {
    finder: Finder,
    /// For each pattern, the rules that need one of their patterns and have this one among them.
    rules: Vec<Vec<RuleIndex>>,
    /// For each rule, whether it needs a pattern at all.
    needing: Vec<bool>,
}

impl Program {
    /// The rules of `set`, which is what remains after presets and options.
    pub(crate) fn new(set: RuleSet) -> Self {
        let mut by_text: HashMap<String, _, _> = HashMap::default();
        let mut by_subject = Vec::new();
        let mut params = Tree::new("");
        for (index, rule) in set.rules.iter().enumerate() {
            let index = RuleIndex::try_from(index).unwrap_or(RuleIndex::MAX);
            for pattern in patterns(rule) {
                by_text.entry(pattern.to_owned()).or_insert_with(|| Pattern::new(pattern));
            }
            add_to_buckets(rule, index, &mut by_subject);
            let root = params.add_root(Value::List, Span::default());
            for param in &rule.params {
                add_datum(&mut params, Some(root), "", &param.default);
            }
        }
        let tables = set.tables.iter().map(|table| (table.name.clone(), OnceLock::new())).collect();
        let secrets = Secrets::new(&set);
        let yields = yields(&set);
        Self { set, by_subject, yields, patterns: by_text, params, tables, needs: OnceLock::new(), secrets }
    }

    pub(crate) fn rule(&self, index: RuleIndex) -> Option<&Rule> {
        self.set.rules.get(index as usize)
    }

    /// The rules that yield, each with those to which it does.
    pub(crate) fn yields(&self) -> &[(RuleIndex, Vec<RuleIndex>)] {
        &self.yields
    }

    /// The gate before the rules for a subject; nothing when there is no rule for it.
    pub(crate) fn gate(&self, input: Input, subject: &'static str) -> Option<&Gate> {
        let is_it = |(on, _): &&((Input, &'static str), Bucket)| *on == (input, subject);
        let (_, Bucket { rules, gate }) = self.by_subject.iter().find(is_it)?;
        Some(gate.get_or_init(|| Gate::new(rules.iter().filter_map(|&index| Some((index, self.rule(index)?))))))
    }

    /// Whether any rule looks at whole sets.
    pub(crate) fn looks_at_sets(&self) -> bool {
        self.by_subject.iter().any(|((input, _), _)| *input == Input::Set)
    }

    pub(crate) fn pattern(&self, text: &str) -> Option<&Pattern> {
        self.patterns.get(text)
    }

    /// The parameter `param` of the rule `rule`.
    pub(crate) fn param(&self, rule: RuleIndex, param: u8) -> Option<(&Tree, NodeId)> {
        let root = *self.params.roots().get(rule as usize)?;
        let node = self.params.children(root).nth(usize::from(param))?;
        Some((&self.params, node))
    }

    /// The table called `name`.
    pub(crate) fn table(&self, name: &str) -> Option<(&Tree, NodeId)> {
        let tree = self.tables.get(name)?.get_or_init(|| {
            let mut tree = Tree::new("");
            if let Some(rows) = self.set.table(name) {
                add_datum(&mut tree, None, "", rows);
            }
            tree
        });
        Some((tree, *tree.roots().first()?))
    }

    /// Which rules cannot match in a file with this text, because a key they need does not stand there; by index.
    /// `None` when nothing can be said.
    pub(crate) fn ruled_out(&self, text: &str) -> Option<Vec<bool>> {
        // A key could be spelled with escapes; such files are read in full.
        if text.contains('\\') {
            return None;
        }
        let needs = self.needs.get_or_init(|| self.find_needs()).as_ref()?;
        let mut out = needs.needing.clone();
        needs.finder.find_in(text, |found| {
            for &rule in needs.rules.get(found).into_iter().flatten() {
                if let Some(slot) = out.get_mut(rule as usize) {
                    *slot = false;
                }
            }
        });
        Some(out)
    }

    fn find_needs(&self) -> Option<Needs> {
        let mut patterns: Vec<String> = Vec::new();
        let mut rules: Vec<Vec<RuleIndex>> = Vec::new();
        let mut needing = Vec::new();
        for (index, rule) in self.set.rules.iter().enumerate() {
            // What is not known may hold any key.
            let texts = if rule.report_unknown { Vec::new() } else { rule.needs() };
            needing.push(!texts.is_empty());
            for text in texts {
                let at = patterns.iter().position(|known| *known == text).unwrap_or_else(|| {
                    patterns.push(text);
                    rules.push(Vec::new());
                    patterns.len() - 1
                });
                if let (Some(list), Ok(index)) = (rules.get_mut(at), RuleIndex::try_from(index)) {
                    list.push(index);
                }
            }
        }
        let finder = Finder::new(&patterns)?;
        Some(Needs { finder, rules, needing })
    }
}

fn yields(set: &RuleSet) -> Vec<(RuleIndex, Vec<RuleIndex>)> {
    let numbered = || set.rules.iter().zip(0..);
    let yielding = numbered().filter(|(rule, _)| !rule.yields_to.is_empty());
    let sharper =
        |rule: &Rule| numbered().filter(|(one, _)| rule.yields_to.contains(&one.id)).map(|(_, at)| at).collect();
    yielding.map(|(rule, at)| (at, sharper(rule))).collect()
}

fn add_to_buckets(rule: &Rule, index: RuleIndex, by_subject: &mut Vec<((Input, &'static str), Bucket)>) {
    for on in &rule.on {
        let Some(subject) = hullmark_language::subject::subject(on.input, &on.subject) else { continue };
        let key = (on.input, subject.name);
        let at = by_subject.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            by_subject.push((key, Bucket::default()));
            by_subject.len() - 1
        });
        if let Some((_, Bucket { rules, .. })) = by_subject.get_mut(at)
            && rules.last() != Some(&index)
        {
            rules.push(index);
        }
    }
}

/// Puts a value of a table or parameter into a tree; without parent, as a root.
fn add_datum(tree: &mut Tree, parent: Option<NodeId>, key: &str, datum: &Datum) {
    let value = match datum {
        Datum::List(_) => Value::List,
        Datum::Map(_) => Value::Map,
        Datum::Scalar(Scalar::Null) => Value::Null,
        Datum::Scalar(Scalar::Bool(value)) => Value::Bool(*value),
        Datum::Scalar(Scalar::Int(value)) => Value::Int(*value),
        Datum::Scalar(Scalar::Float(value)) => Value::Float(*value),
        Datum::Scalar(Scalar::Text(text)) => Value::Text(text),
    };
    let id = match parent {
        Some(parent) => tree.add(parent, Node::field(key, value, Span::default())),
        None => tree.add_root(value, Span::default()),
    };
    match datum {
        Datum::List(items) => items.iter().for_each(|item| add_datum(tree, Some(id), "", item)),
        Datum::Map(entries) => entries.iter().for_each(|(key, item)| add_datum(tree, Some(id), key, item)),
        Datum::Scalar(_) => {}
    }
}

/// Every regular expression of the rule: those written in it, and those that parameters give.
pub(crate) fn patterns(rule: &Rule) -> Vec<&str> {
    let mut patterns = Vec::new();
    rule.walk(&mut |asked| {
        let Asked::Test(Op::Regex(operand)) = asked else { return };
        let pattern = match operand {
            Operand::Literal(Scalar::Text(pattern)) => Some(pattern.as_str()),
            Operand::Of(Path { start: Start::Param(at), .. }) => {
                rule.params.get(usize::from(*at)).and_then(|param| param.default.text())
            }
            _ => None,
        };
        patterns.extend(pattern);
    });
    patterns
}
