//! Which rules can hold for a subject, told from a few of its values for all rules at once.
//!
//! Most rules fail for most subjects, and for the same few reasons: the command runs another program, the word is quoted,
//! the list is empty. A gate asks each such question once for all rules of a subject and leaves the rules for which no
//! answer says that they fail. Rules are bits: an answer is one mask, however many rules it concerns.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::OnceLock;

use hullmark_document::Value;
use hullmark_language::{Cond, Path, Pred};

use super::compare::Single;
use super::eval::Evaluation;
use super::node::{Found, NodeRef, Truth};
use super::program::{ByEnds, Program, RuleIndex};
use super::rule_bits::RuleBits;
use super::screen::{Screen, Sketch};

/// Lists with more elements are left to the rules, whose work is counted.
const MOST_ELEMENTS: usize = 64;

/// What the rules of one subject must find there to hold.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(super) rules: Vec<RuleIndex>,
    /// The most slots that one of the rules has.
    pub(super) slots: usize,
    pub(super) questions: Vec<Question>,
    /// What several rules demand: one of them, the condition, and all of them.
    pub(super) shared: Vec<(RuleIndex, Cond, RuleBits)>,
}

/// What rules demand of one value.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) path: Path,
    /// All rules that demand something of it.
    pub(super) concerned: RuleBits,
    /// Those that need one of certain texts there.
    pub(super) choosing: RuleBits,
    /// Those of them for which a text is right.
    pub(super) by_text: Texts,
    /// Those of them for which it may be absent.
    pub(super) when_absent: RuleBits,
    /// Those that must not find one of certain texts there.
    pub(super) avoiding: RuleBits,
    /// Those of them for which a text is wrong.
    pub(super) wrong: Texts,
    /// Those that need a value there.
    pub(super) present: RuleBits,
    /// Those that need that there is none.
    pub(super) lacking: RuleBits,
    /// Those that need an element there.
    pub(super) filled: RuleBits,
    /// What rules need among the elements.
    pub(super) elements: Wanted,
    /// What rules need among the items of a list or the keys of a mapping.
    pub(super) entries: Wanted,
    /// Other demands.
    pub(super) tests: Vec<Test>,
}

/// A demand upon a value.
#[derive(Debug)]
pub(super) struct Test {
    /// One of the rules that make it, whose parameters it may ask for.
    pub(super) rule: RuleIndex,
    pub(super) pred: Pred,
    pub(super) rules: RuleBits,
    /// The expression that must find a place in the value, and what is known of it once it is asked for.
    pub(super) pattern: Option<(String, OnceLock<Option<Screen>>)>,
}

impl Test {
    /// What texts must hold to fit.
    fn screen(&self, program: &Program) -> Option<Screen> {
        let (pattern, screen) = self.pattern.as_ref()?;
        *screen.get_or_init(|| program.pattern(pattern)?.screen())
    }
}

/// Texts of which one must be there, by the rules that need them.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Those that need one of certain texts.
    pub(super) seeking: RuleBits,
    /// Those of them for which a text is right.
    pub(super) by_text: Texts,
}

/// Rules by texts that stand in the rules; texts of documents are only looked up.
pub(super) type Texts = HashMap<String, RuleBits, BuildHasherDefault<ByEnds>>;

impl Gate {
    /// All rules but those that are ruled out, by their number in the program.
    pub(super) fn open(&self, ruled_out: Option<&[bool]>) -> RuleBits {
        let is_out = |&rule: &RuleIndex| ruled_out.is_some_and(|out| out.get(rule as usize) == Some(&true));
        let mut open = RuleBits::none(self.rules.len());
        let left = self.rules.iter().enumerate().filter(|(_, rule)| !is_out(rule));
        left.for_each(|(at, _)| open.put(at));
        open
    }

    /// Leaves in `left` those of its rules that can hold for the subject of `evaluation`.
    pub(super) fn pass<'a, 'p: 'a>(&'p self, evaluation: &mut Evaluation<'a, 'p>, left: &mut RuleBits) {
        for question in &self.questions {
            if left.meets(&question.concerned) {
                question.ask(evaluation, left);
                if left.is_empty() {
                    return;
                }
            }
        }
        for (number, cond, rules) in &self.shared {
            if left.meets(rules) {
                evaluation.rule = *number;
                if evaluation.cond(cond).0 == Truth::False {
                    left.take(rules);
                }
            }
        }
    }

    /// The rules in `left`.
    pub(super) fn rules<'g>(&'g self, left: &'g RuleBits) -> impl Iterator<Item = RuleIndex> + use<'g> {
        left.places().filter_map(|at| self.rules.get(at).copied())
    }
}

impl Question {
    /// Takes the rules out of `left` that the answer excludes.
    fn ask<'a, 'p: 'a>(&'p self, evaluation: &mut Evaluation<'a, 'p>, left: &mut RuleBits) {
        let found = evaluation.find(&self.path);
        let mut text = None;
        match found {
            Found::Unknown(_) => {}
            Found::Absent(_) | Found::Nowhere => {
                left.take_but(&self.choosing, Some(&self.when_absent));
                for rules in [&self.present, &self.filled, &self.elements.seeking, &self.entries.seeking] {
                    left.take(rules);
                }
            }
            Found::Node(node) => {
                if left.meets(&self.lacking) && node.fact("perhaps").is_none() {
                    left.take(&self.lacking);
                }
                let value = node.value();
                self.look_at(node, value, left);
                if let Value::Text(found) = value {
                    text = Some(found);
                }
            }
        }
        let mut sketch = None;
        for test in &self.tests {
            if !left.meets(&test.rules) {
                continue;
            }
            let kept_back = text.zip(test.screen(evaluation.program)).is_some_and(|(text, screen)| {
                // One look at the text serves all expressions.
                !screen.lets(*sketch.get_or_insert_with(|| Sketch::of(text)))
            });
            evaluation.rule = test.rule;
            if kept_back || evaluation.pred(&test.pred, found) == Truth::False {
                left.take(&test.rules);
            }
        }
    }

    /// Takes the rules out of `left` that the value of `node` excludes.
    fn look_at<'a>(&self, node: NodeRef<'a>, value: Value<'a>, left: &mut RuleBits) {
        match value {
            Value::Text(text) => self.look_for(text, left),
            Value::Bool(true) => self.look_for("true", left),
            Value::Bool(false) => self.look_for("false", left),
            Value::Int(_) => {
                if let Some(single) = Single::of(value) {
                    self.look_for(&single.text(), left);
                }
            }
            Value::List | Value::Map => {
                left.take(&self.choosing);
                left.take(&self.avoiding);
                if node.tree.field_count(node.id) == 0 {
                    left.take(&self.filled);
                }
                self.elements.look(left, node, |child| child.value());
                self.entries.look(left, node, |child| match child.tree.key(child.id) {
                    "" => child.value(),
                    key => Value::Text(key),
                });
            }
            // Numbers are compared as such; a value that is not known excludes nothing.
            Value::Float(_) | Value::Unknown(_) | Value::Null => {}
        }
    }

    fn look_for(&self, text: &str, left: &mut RuleBits) {
        if left.meets(&self.choosing) {
            left.take_but(&self.choosing, self.by_text.get(text));
        }
        if left.meets(&self.avoiding)
            && let Some(rules) = self.wrong.get(text)
        {
            left.take(rules);
        }
    }
}

impl Wanted {
    /// Takes the rules out of `left` for which no child of `node` has a right text.
    fn look<'a>(&self, left: &mut RuleBits, node: NodeRef<'a>, text: impl Fn(NodeRef<'a>) -> Value<'a>) {
        if !left.meets(&self.seeking) || node.tree.field_count(node.id) > MOST_ELEMENTS {
            return;
        }
        let mut missing = self.seeking.clone();
        for child in node.children() {
            match text(child) {
                Value::Text(text) => {
                    if let Some(right) = self.by_text.get(text) {
                        missing.take(right);
                    }
                }
                Value::List | Value::Map | Value::Null => {}
                // Numbers are compared as such, and what is not known may be any text.
                Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Unknown(_) => return,
            }
        }
        left.take(&missing);
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::Engine;
    use crate::input::InputFile;

    /// The check proves of each subject that the gate kept no rule back that finds something.
    #[test]
    fn no_rule_is_kept_back_that_finds_something() {
        // What is not known is reported too: a rule must fail for sure to be kept back.
        let engine = Engine::builder().preset("all").report_unknown(true).build().unwrap();
        let mut found = 0;
        for (rule, examples) in engine.examples() {
            for example in examples {
                let file = |(at, (name, text)): (usize, (String, String))| {
                    let path = if name.is_empty() { format!("{rule}-{at}") } else { name };
                    InputFile { path, content: text.into_bytes(), kind: None, context: None }
                };
                let files: Vec<_> = example.files.into_iter().enumerate().map(file).collect();
                found += engine.check_many(files).findings.len();
            }
        }
        assert!(found > engine.rules().len(), "the examples were not checked");
    }
}
