//! Making a gate: what the rules of one subject demand, gathered by the value that they demand it of.

use std::collections::HashMap;
use std::sync::OnceLock;

use hullmark_document::sort_by;
use hullmark_language::{Absent, Asked, Cond, Datum, Op, Operand, Path, Pred, Quantifier, ReadAs, Rule, Scalar};
use hullmark_language::{Segment, Start};

use super::candidates::is_own;
use super::compare::Single;
use super::gate::{Gate, Question, Test, Texts, Wanted};
use super::program::RuleIndex;
use super::rule_bits::RuleBits;

/// The texts of which a value must be one, and whether it may be absent.
struct Choice<'r> {
    path: &'r Path,
    texts: Vec<String>,
    absent: bool,
}

impl Gate {
    /// The gate before `rules`, each with its number in the program.
    #[expect(clippy::mutable_key_type, reason = "where a fact stood the last time is no part of what a path is")]
    pub(crate) fn new<'r>(rules: impl Iterator<Item = (RuleIndex, &'r Rule)> + Clone) -> Self {
        let numbers: Vec<RuleIndex> = rules.clone().map(|(number, _)| number).collect();
        let slots = rules.clone().map(|(_, rule)| usize::from(rule.slots)).max().unwrap_or(1).max(1);
        let mut plan = Plan { size: numbers.len(), questions: Vec::new(), places: HashMap::new() };
        let mut conds: Vec<(RuleIndex, &Cond, RuleBits)> = Vec::new();
        let mut alike: HashMap<&Path, Vec<usize>> = HashMap::new();
        for (at, (number, rule)) in rules.enumerate() {
            for cond in demands(&rule.matches) {
                plan.add(at, cond, (number, rule));
                let Some(first) = shareable(cond) else { continue };
                let among = alike.entry(first).or_default();
                let known =
                    among.iter().copied().find(|&known| conds.get(known).is_some_and(|(_, one, _)| *one == cond));
                let place = known.unwrap_or_else(|| {
                    among.push(conds.len());
                    conds.push((number, cond, plan.none()));
                    conds.len() - 1
                });
                if let Some((.., rules)) = conds.get_mut(place) {
                    rules.put(at);
                }
            }
        }
        let mut questions = plan.questions;
        for question in &mut questions {
            let Question { concerned, choosing, avoiding, present, lacking, .. } = question;
            let Question { filled, elements, entries, tests, .. } = question;
            let all = tests.iter().map(|test| &test.rules);
            let all = all.chain([&*choosing, avoiding, present, lacking, filled, &elements.seeking, &entries.seeking]);
            all.for_each(|rules| concerned.join(rules));
        }
        questions.retain(|question| !question.concerned.is_empty());
        // What the most rules ask comes first: it leaves the fewest for the others.
        sort_by(&mut questions, |a, b| b.concerned.len().cmp(&a.concerned.len()));
        let shared = conds.into_iter().filter(|(.., rules)| rules.len() > 1);
        let shared = shared.map(|(number, cond, rules)| (number, cond.clone(), rules)).collect();
        Self { rules: numbers, slots, questions, shared }
    }
}

impl Question {
    /// Adds what the rule at `at` demands with `pred`, when one test is all of it; says whether nothing else is left to ask.
    fn add(&mut self, at: usize, size: usize, pred: &Pred, rule: &Rule) -> bool {
        let [op] = pred.tests.as_slice() else { return false };
        let plain = pred.read_as == ReadAs::Plain && matches!(pred.absent, Absent::NoMatch | Absent::Match);
        match op {
            Op::Exists(true) => self.present.put(at),
            Op::Exists(false) => self.lacking.put(at),
            // A choice among the texts is there already.
            Op::Eq(operand) | Op::In(operand) if plain => return allowed(operand, rule).is_some(),
            Op::Ne(operand) | Op::NotIn(operand) if plain => {
                let Some(texts) = allowed(operand, rule) else { return false };
                if pred.absent == Absent::NoMatch {
                    self.present.put(at);
                }
                self.avoiding.put(at);
                for text in texts {
                    self.wrong.entry(text).or_insert_with(|| RuleBits::none(size)).put(at);
                }
            }
            _ => return false,
        }
        true
    }
}

impl Wanted {
    fn add(&mut self, at: usize, size: usize, texts: Vec<String>) {
        self.seeking.make_room(size);
        // Two demands of one rule upon one value are rare; the first is enough.
        if self.seeking.has(at) {
            return;
        }
        self.seeking.put(at);
        for text in texts {
            self.by_text.entry(text).or_insert_with(|| RuleBits::none(size)).put(at);
        }
    }
}

/// A gate in the making.
struct Plan<'r> {
    /// How many rules there are.
    size: usize,
    questions: Vec<Question>,
    places: HashMap<&'r Path, usize>,
}

impl<'r> Plan<'r> {
    fn none(&self) -> RuleBits {
        RuleBits::none(self.size)
    }

    /// Adds what the rule at `at` demands with `cond`.
    fn add(&mut self, at: usize, cond: &'r Cond, (number, rule): (RuleIndex, &Rule)) {
        for Choice { path, texts, absent } in choices(cond, rule) {
            let size = self.size;
            let Some(question) = self.question(path) else { continue };
            // Two demands of one rule upon one value are rare; the first is enough.
            if question.choosing.has(at) {
                continue;
            }
            question.choosing.put(at);
            if absent {
                question.when_absent.put(at);
            }
            for text in texts {
                question.by_text.entry(text).or_insert_with(|| RuleBits::none(size)).put(at);
            }
        }
        let size = self.size;
        match cond {
            Cond::Test { path, pred } if stands_alone(pred) => self.add_test(at, (path, pred), (number, rule)),
            Cond::Quantified { quantifier: Quantifier::Some, paths, slot, filter, .. } => {
                let [path] = paths.as_slice() else { return };
                let Some(question) = self.question(path) else { return };
                question.filled.put(at);
                for cond in filter.as_deref().map(demands).unwrap_or_default() {
                    if let Cond::Test { path, pred } = cond
                        && path.start == Start::Slot(*slot)
                        && path.segments.is_empty()
                        && pred.absent == Absent::NoMatch
                        && let Some(texts) = texts(pred, rule)
                    {
                        question.elements.add(at, size, texts);
                    }
                }
            }
            _ => {}
        }
    }

    /// Adds what the rule at `at` demands of the value at `path`.
    fn add_test(&mut self, at: usize, (path, pred): (&'r Path, &Pred), (number, rule): (RuleIndex, &Rule)) {
        let size = self.size;
        let mut rules = self.none();
        rules.put(at);
        let Some(question) = self.question(path) else { return };
        if !excludes(pred) {
            // Most values fit: all that can be told sooner here is that there must be one.
            if pred.absent == Absent::NoMatch {
                question.present.put(at);
            }
            return;
        }
        if question.add(at, size, pred, rule) {
            return;
        }
        for op in &pred.tests {
            if let Op::Has(inner) = op
                && matches!(pred.absent, Absent::NoMatch | Absent::EmptyList)
                && !asks_existence(pred)
                && let Some(texts) = texts(inner, rule)
            {
                question.entries.add(at, size, texts);
            }
        }
        match question.tests.iter_mut().find(|known| known.pred == *pred && !asks_params(pred)) {
            Some(known) => known.rules.put(at),
            None => {
                let pattern = pattern(pred, rule).map(|pattern| (pattern, OnceLock::new()));
                question.tests.push(Test { rule: number, pred: pred.clone(), rules, pattern });
            }
        }
    }

    /// The question about the value at `path`, when it is one that every subject has at most once.
    fn question(&mut self, path: &'r Path) -> Option<&mut Question> {
        let plain = path.segments.iter().all(|segment| matches!(segment, Segment::Key(..) | Segment::Fact(..)));
        if path.start != Start::Slot(0) || path.segments.is_empty() || !plain {
            return None;
        }
        let at = *self.places.entry(path).or_insert(self.questions.len());
        if at == self.questions.len() {
            self.questions.push(Question {
                path: path.clone(),
                concerned: self.none(),
                choosing: self.none(),
                by_text: Texts::default(),
                when_absent: self.none(),
                avoiding: self.none(),
                wrong: Texts::default(),
                present: self.none(),
                lacking: self.none(),
                filled: self.none(),
                elements: Wanted::default(),
                entries: Wanted::default(),
                tests: Vec::new(),
            });
        }
        self.questions.get_mut(at)
    }
}

/// The conditions that must all hold for `cond` to hold.
fn demands(cond: &Cond) -> Vec<&Cond> {
    match cond {
        Cond::All(conds) => conds.iter().flat_map(demands).collect(),
        cond => vec![cond],
    }
}

/// The values that must be one of certain texts for `cond` to hold.
fn choices<'r>(cond: &'r Cond, rule: &Rule) -> Vec<Choice<'r>> {
    match cond {
        Cond::All(conds) => conds.iter().flat_map(|cond| choices(cond, rule)).collect(),
        Cond::Any(conds) => {
            let mut branches = conds.iter().map(|cond| choices(cond, rule));
            let mut all = branches.next().unwrap_or_default();
            for branch in branches {
                all.retain_mut(|one| {
                    let Some(other) = branch.iter().find(|other| other.path == one.path) else { return false };
                    one.texts.extend(other.texts.iter().cloned());
                    one.absent |= other.absent;
                    true
                });
            }
            all
        }
        Cond::Test { path, pred } => choice(path, pred, rule).into_iter().collect(),
        Cond::Not(_) | Cond::Quantified { .. } => Vec::new(),
    }
}

/// The texts that a test of equality allows.
fn choice<'r>(path: &'r Path, pred: &'r Pred, rule: &Rule) -> Option<Choice<'r>> {
    // What it stands for when it is absent is for the rule to judge.
    Some(Choice { path, texts: texts(pred, rule)?, absent: pred.absent != Absent::NoMatch })
}

/// The texts of which a value that is there must be one for `pred` to hold.
fn texts(pred: &Pred, rule: &Rule) -> Option<Vec<String>> {
    if pred.read_as != ReadAs::Plain || pred.percent_of.is_some() || asks_existence(pred) {
        return None;
    }
    pred.tests.iter().find_map(|op| match op {
        Op::Eq(operand) | Op::In(operand) => allowed(operand, rule),
        _ => None,
    })
}

/// The regular expression that must find a place in a value that is there for `pred` to hold.
fn pattern(pred: &Pred, rule: &Rule) -> Option<String> {
    if pred.read_as != ReadAs::Plain || asks_existence(pred) {
        return None;
    }
    pred.tests.iter().find_map(|op| match op {
        Op::Regex(operand) => allowed(operand, rule).filter(|texts| texts.len() == 1)?.pop(),
        _ => None,
    })
}

/// The values of an operand that stands in the rule or is a parameter of it, as texts.
fn allowed(operand: &Operand, rule: &Rule) -> Option<Vec<String>> {
    // Numbers equal each other by value, not by text.
    let text = |scalar: &Scalar| match scalar {
        Scalar::Text(_) | Scalar::Bool(_) | Scalar::Int(_) => Some(Single::literal(scalar).text().into_owned()),
        Scalar::Null | Scalar::Float(_) => None,
    };
    match operand {
        Operand::Literal(scalar) => Some(vec![text(scalar)?]),
        Operand::List(scalars) => scalars.iter().map(text).collect(),
        Operand::Of(Path { start: Start::Param(param), segments }) if segments.is_empty() => {
            match &rule.params.get(usize::from(*param))?.default {
                Datum::Scalar(scalar) => Some(vec![text(scalar)?]),
                Datum::List(items) => items.iter().map(|item| text(item.scalar()?)).collect(),
                Datum::Map(_) => None,
            }
        }
        Operand::Of(_) => None,
    }
}

/// Whether the predicate fails for most values: what it says is not only what a value must not be.
fn excludes(pred: &Pred) -> bool {
    !pred.tests.iter().all(|op| matches!(op, Op::Not(_) | Op::Lacks(_) | Op::Known(_)))
}

/// Whether the predicate asks nothing but the value and the rule's parameters.
fn stands_alone(pred: &Pred) -> bool {
    let alone = |op: &Op| {
        let other = matches!(op.operand(), Some(Operand::Of(path)) if !matches!(path.start, Start::Param(_)));
        !other && op.inner().iter().all(stands_alone)
    };
    pred.percent_of.is_none() && pred.tests.iter().all(alone)
}

/// Whether the predicate says itself what an absent value comes to.
fn asks_existence(pred: &Pred) -> bool {
    pred.tests.iter().any(|op| matches!(op, Op::Exists(_)))
}

fn asks_params(pred: &Pred) -> bool {
    pred.tests.iter().any(|op| matches!(op.operand(), Some(Operand::Of(_))) || op.inner().iter().any(asks_params))
}

/// The first path of a condition that says the same for every rule that has it: it asks nothing of parameters.
fn shareable(cond: &Cond) -> Option<&Path> {
    if matches!(cond, Cond::Test { .. }) {
        return None;
    }
    let mut first = None;
    let mut same = true;
    cond.walk(&mut |asked| {
        if let Asked::Path(path) = asked {
            first.get_or_insert(path);
            same &= !matches!(path.start, Start::Param(_));
        }
    });
    first.filter(|_| same && is_own(cond, 0))
}
