//! Evaluating one rule on one subject.

use std::ops::ControlFlow;

use hullmark_document::Value;
use hullmark_language::{Cond, Order, Path, Quantifier, Segment, Start};

use super::candidates::Kept;
use super::node::{Found, NO_DOCUMENT, NodeRef, Spot, Truth};
use super::program::{Program, RuleIndex};
use super::relation::Relations;

/// How many elements the quantifiers of one rule may look at for one subject: a rule ends in bounded work even where
/// quantifiers stand inside each other.
pub(crate) const STEPS: u32 = 1_000_000;

/// What is at hand while one rule looks at one subject.
pub(crate) struct Evaluation<'a, 'p> {
    pub(crate) program: &'p Program,
    pub(crate) rule: RuleIndex,
    pub(crate) relations: Option<&'p dyn Relations<'a>>,
    pub(crate) slots: Vec<Option<NodeRef<'a>>>,
    /// What of the elements of large lists is the same for every subject; see [`super::candidates`].
    pub(crate) kept: Kept<'a>,
    /// How many elements the quantifiers may still look at, each as often as it is tested.
    pub(crate) steps: u32,
    /// How many quantifiers the condition at hand stands in.
    depth: u32,
}

/// What evaluations of one document hand on to each other.
#[derive(Default)]
pub(crate) struct Buffers<'a> {
    pub(crate) slots: Vec<Option<NodeRef<'a>>>,
    pub(crate) kept: Kept<'a>,
}

/// One way in which a rule's match can be true (or unknown).
pub(crate) struct Solution<'a> {
    pub(crate) truth: Truth,
    pub(crate) witness: Option<Spot<'a>>,
    pub(crate) slots: Vec<Option<NodeRef<'a>>>,
}

/// Conditions still to be met, as a chain of slices.
struct Todo<'t, 'p> {
    conds: &'p [Cond],
    next: Option<&'t Todo<'t, 'p>>,
}

/// A condition's outcome and the node that decided it.
type Outcome<'a> = (Truth, Option<Spot<'a>>);

/// What is done with each element of a path; it says when it has seen enough.
pub(crate) type Each<'e, 'a, 'p> = dyn FnMut(&mut Evaluation<'a, 'p>, NodeRef<'a>) -> ControlFlow<()> + 'e;

/// A quantifier, taken apart.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'p> {
    pub(crate) quantifier: &'p Quantifier,
    pub(crate) paths: &'p [Path],
    pub(crate) slot: u8,
    pub(crate) filter: Option<&'p Cond>,
    pub(crate) order: &'p [(Order, Path)],
}

/// How the elements of a quantifier came out, and the first of each outcome.
#[derive(Default)]
struct Tally<'a> {
    yes: usize,
    maybe: usize,
    no: usize,
    holds: Option<NodeRef<'a>>,
    fails: Option<NodeRef<'a>>,
    open: Option<NodeRef<'a>>,
}

impl<'a> Tally<'a> {
    fn add(&mut self, truth: Truth, element: NodeRef<'a>) {
        let (count, first) = match truth {
            Truth::True => (&mut self.yes, &mut self.holds),
            Truth::Unknown => (&mut self.maybe, &mut self.open),
            Truth::False => (&mut self.no, &mut self.fails),
        };
        *count += 1;
        first.get_or_insert(element);
    }
}

impl<'a, 'p: 'a> Evaluation<'a, 'p> {
    /// `buffers` are those of an earlier evaluation in the same document, `steps` how many elements quantifiers may look at.
    pub(crate) fn new(
        program: &'p Program,
        rule: RuleIndex,
        slot_count: usize,
        subject: NodeRef<'a>,
        relations: Option<&'p dyn Relations<'a>>,
        buffers: Buffers<'a>,
        steps: u32,
    ) -> Self {
        let Buffers { mut slots, kept } = buffers;
        slots.clear();
        slots.resize(slot_count.max(1), None);
        if let Some(first) = slots.first_mut() {
            *first = Some(subject);
        }
        Self { program, rule, relations, slots, kept, steps, depth: 0 }
    }

    /// The buffers, for the next evaluation.
    pub(crate) fn into_buffers(self) -> Buffers<'a> {
        Buffers { slots: self.slots, kept: self.kept }
    }

    /// The ways in which the rule's match holds: one for each binding of the capture `each`, else one at most.
    pub(crate) fn solve(&mut self, cond: &'p Cond, each: Option<u8>) -> Vec<Solution<'a>> {
        let mut found = Vec::new();
        match each {
            None => {
                let (truth, witness) = self.cond(cond);
                if truth != Truth::False {
                    found.push(Solution { truth, witness, slots: self.slots.clone() });
                }
            }
            Some(slot) => {
                let todo = Todo { conds: std::slice::from_ref(cond), next: None };
                self.search(slot, &todo, Truth::True, None, &mut found);
            }
        }
        found
    }

    /// Meets the conditions of `todo` one after the other, branching at each binding of `slot`.
    fn search(
        &mut self,
        slot: u8,
        todo: &Todo<'_, 'p>,
        truth: Truth,
        witness: Option<Spot<'a>>,
        found: &mut Vec<Solution<'a>>,
    ) {
        let Some((cond, rest)) = todo.conds.split_first() else {
            match todo.next {
                Some(next) => self.search(slot, next, truth, witness, found),
                None => found.push(Solution { truth, witness, slots: self.slots.clone() }),
            }
            return;
        };
        let rest = Todo { conds: rest, next: todo.next };
        match cond {
            Cond::All(conds) => self.search(slot, &Todo { conds, next: Some(&rest) }, truth, witness, found),
            Cond::Any(branches) if binds(cond, slot) => {
                for branch in branches {
                    let branch = Todo { conds: std::slice::from_ref(branch), next: Some(&rest) };
                    self.search(slot, &branch, truth, witness, found);
                }
            }
            Cond::Quantified { quantifier, paths, slot: own, filter, order }
                if *quantifier == Quantifier::Some && binds(cond, slot) =>
            {
                let before = self.slot(*own);
                self.depth += 1;
                let asking = Asking { quantifier, paths, slot: *own, filter: filter.as_deref(), order };
                let filter = filter.as_deref().map_or(&[] as &[Cond], std::slice::from_ref);
                let unknown = self.each_candidate(asking, &mut |this, element| {
                    this.spend()?;
                    if this.in_order(order, element) {
                        this.set_slot(*own, Some(element));
                        let inner = Todo { conds: filter, next: Some(&rest) };
                        this.search(slot, &inner, truth, Some(Spot { node: element, absence: false }), found);
                    }
                    ControlFlow::Continue(())
                });
                self.set_slot(*own, before);
                self.depth -= 1;
                if let Some(node) = unknown {
                    self.set_slot(*own, Some(node));
                    let spot = Some(Spot { node, absence: false });
                    self.search(slot, &rest, truth.min(Truth::Unknown), spot, found);
                    self.set_slot(*own, before);
                }
            }
            _ => {
                let (here, spot) = self.cond(cond);
                if here != Truth::False {
                    self.search(slot, &rest, truth.min(here), spot.filter(Spot::is_in_input).or(witness), found);
                }
            }
        }
    }

    pub(crate) fn spend(&mut self) -> ControlFlow<()> {
        match self.steps.checked_sub(1) {
            Some(left) => {
                self.steps = left;
                ControlFlow::Continue(())
            }
            None => ControlFlow::Break(()),
        }
    }

    fn slot(&self, slot: u8) -> Option<NodeRef<'a>> {
        self.slots.get(usize::from(slot)).copied().flatten()
    }

    pub(crate) fn set_slot(&mut self, slot: u8, node: Option<NodeRef<'a>>) {
        if let Some(place) = self.slots.get_mut(usize::from(slot)) {
            *place = node;
        }
    }

    /// The outcome of a condition.
    pub(crate) fn cond(&mut self, cond: &'p Cond) -> Outcome<'a> {
        match cond {
            Cond::All(conds) => {
                let (mut truth, mut witness) = (Truth::True, None);
                for cond in conds {
                    let (here, spot) = self.cond(cond);
                    truth = truth.min(here);
                    witness = spot.filter(Spot::is_in_input).or(witness);
                    if truth == Truth::False {
                        break;
                    }
                }
                (truth, witness)
            }
            Cond::Any(conds) => {
                let (mut truth, mut witness) = (Truth::False, None);
                for cond in conds {
                    let (here, spot) = self.cond(cond);
                    if here > truth {
                        (truth, witness) = (here, spot);
                    }
                    if truth == Truth::True {
                        break;
                    }
                }
                (truth, witness)
            }
            Cond::Not(cond) => {
                let (truth, witness) = self.cond(cond);
                (truth.negate(), witness)
            }
            Cond::Test { path, pred } => {
                self.steps = self.steps.saturating_sub(u32::from(self.depth > 0));
                let found = self.find(path);
                (self.pred(pred, found), found.spot())
            }
            Cond::Quantified { quantifier, paths, slot, filter, order } => {
                let filter = filter.as_deref();
                self.quantified(Asking { quantifier, paths, slot: *slot, filter, order })
            }
        }
    }

    fn quantified(&mut self, asking: Asking<'p>) -> Outcome<'a> {
        let Asking { quantifier, paths, slot, filter, order } = asking;
        let before = self.slot(slot);
        let mut tally = Tally::default();
        self.depth += 1;
        let unknown = self.each_candidate(asking, &mut |this, element| {
            if this.spend().is_break() {
                tally.maybe += 1;
                return ControlFlow::Break(());
            }
            if !this.in_order(order, element) {
                return ControlFlow::Continue(());
            }
            this.set_slot(slot, Some(element));
            let truth = filter.map_or(Truth::True, |filter| this.cond(filter).0);
            tally.add(truth, element);
            match (quantifier, truth) {
                (Quantifier::Some | Quantifier::None, Truth::True) | (Quantifier::Every, Truth::False) => {
                    ControlFlow::Break(())
                }
                _ => ControlFlow::Continue(()),
            }
        });
        self.depth -= 1;
        if *quantifier == Quantifier::Some
            && let Some(node) = tally.holds
        {
            // The binding stays, for messages and places that name it.
            return (Truth::True, Some(Spot { node, absence: false }));
        }
        tally.maybe += usize::from(unknown.is_some());
        tally.open = unknown.or(tally.open);
        self.set_slot(slot, before);
        if *quantifier == Quantifier::Some && tally.maybe > 0 {
            self.set_slot(slot, tally.open);
        }
        self.verdict(quantifier, paths, &tally)
    }

    /// What a quantifier comes to once its elements are counted.
    fn verdict(&mut self, quantifier: &'p Quantifier, paths: &'p [Path], tally: &Tally<'a>) -> Outcome<'a> {
        let Tally { yes, maybe, no, holds, fails, open } = *tally;
        let spot = |node: Option<NodeRef<'a>>| node.map(|node| Spot { node, absence: false });
        let certain = |truth: Truth| if maybe > 0 { Truth::Unknown } else { truth };
        match quantifier {
            Quantifier::Some => (certain(Truth::False), spot(open)),
            Quantifier::None if yes > 0 => (Truth::False, spot(holds)),
            Quantifier::Every if no > 0 => (Truth::False, spot(fails)),
            Quantifier::None | Quantifier::Every => (certain(Truth::True), self.collection_spot(paths)),
            Quantifier::Count(pred) => {
                let low = self.count(pred, yes);
                let truth = if (1..=maybe.min(64)).all(|more| self.count(pred, yes + more) == low) {
                    low
                } else {
                    Truth::Unknown
                };
                (truth, spot(holds).or_else(|| self.collection_spot(paths)))
            }
        }
    }

    /// Where a quantifier that found nothing points: the collection, or what stands in its place.
    fn collection_spot(&self, paths: &'p [Path]) -> Option<Spot<'a>> {
        let path = paths.first()?;
        if path.is_many() { None } else { self.find(path).spot() }
    }

    fn in_order(&self, order: &'p [(Order, Path)], element: NodeRef<'a>) -> bool {
        order.iter().all(|(order, path)| {
            let Some(other) = self.find(path).node().map(NodeRef::target) else { return false };
            let element = element.target();
            let (own, others) = (element.tree.span(element.id), other.tree.span(other.id));
            let same = std::ptr::eq(element.tree, other.tree);
            match order {
                Order::After => same && element.id != other.id && own.start >= others.end,
                Order::Before => same && element.id != other.id && own.end <= others.start,
                Order::OtherThan => !same || element.id != other.id,
            }
        })
    }

    /// Gives the elements at `path` to `each`, one after the other, until it has seen enough; notes the node that makes
    /// the list incomplete, when one does.
    pub(crate) fn each_element(
        &mut self,
        path: &'p Path,
        unknown: &mut Option<NodeRef<'a>>,
        each: &mut Each<'_, 'a, 'p>,
    ) -> ControlFlow<()> {
        let Some(start) = self.start(path).node() else { return ControlFlow::Continue(()) };
        if matches!(path.segments.last(), Some(Segment::Each | Segment::Related(_))) {
            return self.walk_many(start, &path.segments, unknown, each);
        }
        let mut open = None;
        let mut inside = |this: &mut Self, end: NodeRef<'a>| match end.value() {
            Value::List | Value::Map => end.children().try_for_each(|child| each(this, child)),
            Value::Null => ControlFlow::Continue(()),
            Value::Unknown(_) => {
                // Of a list of which not all is known, what stands there is.
                open = Some(end);
                end.children().try_for_each(|child| each(this, child))
            }
            _ => each(this, end),
        };
        let walked = self.walk_many(start, &path.segments, unknown, &mut inside);
        *unknown = open.or(*unknown);
        walked
    }

    /// Follows all segments, branching at `[*]` and relations; notes a node that is not known, when one is in the way.
    fn walk_many(
        &mut self,
        from: NodeRef<'a>,
        segments: &'p [Segment],
        unknown: &mut Option<NodeRef<'a>>,
        each: &mut Each<'_, 'a, 'p>,
    ) -> ControlFlow<()> {
        let Some((segment, rest)) = segments.split_first() else { return each(self, from) };
        match segment {
            Segment::Each => {
                if matches!(from.value(), Value::Unknown(_)) {
                    *unknown = Some(from);
                }
                from.children().try_for_each(|child| self.walk_many(child, rest, unknown, each))
            }
            Segment::Related(name) => match self.relations.and_then(|relations| relations.related(from, name)) {
                Some(nodes) => nodes.into_iter().try_for_each(|node| self.walk_many(node, rest, unknown, each)),
                None => {
                    *unknown = Some(from);
                    ControlFlow::Continue(())
                }
            },
            _ => match self.step(from, segment) {
                Found::Node(node) => self.walk_many(node, rest, unknown, each),
                Found::Unknown(node) => {
                    *unknown = Some(node);
                    ControlFlow::Continue(())
                }
                Found::Absent(_) | Found::Nowhere => ControlFlow::Continue(()),
            },
        }
    }

    fn start(&self, path: &'p Path) -> Found<'a> {
        let outside = |found: Option<(&'p hullmark_document::Tree, hullmark_document::NodeId)>| match found {
            Some((tree, id)) => Found::Node(NodeRef { tree, id, document: NO_DOCUMENT }),
            None => Found::Nowhere,
        };
        match &path.start {
            Start::Slot(slot) => self.slot(*slot).map_or(Found::Nowhere, Found::Node),
            Start::Param(param) => outside(self.program.param(self.rule, *param)),
            Start::Data(name) => outside(self.program.table(name)),
        }
    }

    /// What a path that names one node at most leads to.
    pub(crate) fn find(&self, path: &'p Path) -> Found<'a> {
        self.follow(path, &path.segments)
    }

    /// What the steps `segments` lead to from where `path` starts.
    pub(crate) fn follow(&self, path: &'p Path, segments: &'p [Segment]) -> Found<'a> {
        let mut found = self.start(path);
        for segment in segments {
            let Found::Node(node) = found else { return found };
            found = self.step(node, segment);
        }
        found
    }

    fn step(&self, from: NodeRef<'a>, segment: &'p Segment) -> Found<'a> {
        let next = match segment {
            Segment::Key(key) => from.tree.get_near(from.id, key.text(), key.hash(), key.hint()),
            Segment::Fact(name) => from.tree.fact_near(from.id, name.hash(), name.hint()),
            Segment::Made(template) => match self.fill_known(template) {
                Some(key) => from.tree.get(from.id, &key),
                None => return Found::Unknown(from),
            },
            Segment::Each | Segment::Related(_) => None,
        };
        match next.map(|id| from.with(id)) {
            Some(node) if node.tree.is_null(node.id) => {
                Found::Absent(if node.tree.key_span(node.id).is_empty() { from } else { node })
            }
            Some(node) => Found::Node(node),
            None if from.tree.is_unknown(from.id) => Found::Unknown(from),
            None => Found::Absent(from),
        }
    }
}

/// Whether a positive `some` in `cond` binds `slot`.
fn binds(cond: &Cond, slot: u8) -> bool {
    match cond {
        Cond::All(conds) | Cond::Any(conds) => conds.iter().any(|cond| binds(cond, slot)),
        Cond::Quantified { quantifier: Quantifier::Some, slot: own, filter, .. } => {
            *own == slot || filter.as_deref().is_some_and(|cond| binds(cond, slot))
        }
        _ => false,
    }
}
