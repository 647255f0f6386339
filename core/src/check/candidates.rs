//! What of a quantifier is the same for every subject.
//!
//! A rule that asks something of all commands of a stage is asked for each of them: a stage of 10,000 commands would
//! cost their square. Most of what is asked of an element concerns it alone. That part is worked out once for each list;
//! later subjects look just at the elements it leaves, and of those, by bisection, at the ones that stand before or after
//! them.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};
use std::rc::Rc;

use hullmark_document::{NodeId, Span, Value};
use hullmark_language::{Asked, Cond, Order, Path, Quantifier, Segment, Start};

use super::eval::{Asking, Each, Evaluation};
use super::node::{Found, NO_DOCUMENT, NodeRef, Truth};

/// Lists with fewer elements are looked through each time.
const WORTH: usize = 16;

/// The candidates by the path that asks for them, which is one of a rule's, and the list that they stand in.
pub(crate) type Kept<'a> = HashMap<(usize, u32, NodeId), Rc<Candidates<'a>>>;

/// The elements of a list that can decide a quantifier.
#[derive(Debug)]
pub(crate) struct Candidates<'a> {
    elements: Vec<NodeRef<'a>>,
    /// Whether they begin and end in the order of the list.
    sorted: bool,
}

impl<'a> Candidates<'a> {
    fn new(elements: Vec<NodeRef<'a>>) -> Self {
        let sorted = elements.is_sorted_by(|&a, &b| {
            let (a, b) = (place(a), place(b));
            a.start <= b.start && a.end <= b.end
        });
        Self { elements, sorted }
    }
}

impl<'a, 'p: 'a> Evaluation<'a, 'p> {
    /// Gives the elements that a quantifier asks for to `each`, one after the other, until it has seen enough, and
    /// leaves out what cannot decide; gives back the node that makes the list incomplete, when one does.
    pub(crate) fn each_candidate(&mut self, asking: Asking<'p>, each: &mut Each<'_, 'a, 'p>) -> Option<NodeRef<'a>> {
        let mut unknown = None;
        for path in asking.paths {
            let walked = match self.candidates(asking, path) {
                Some(candidates) => {
                    let range = self.standing(&candidates, asking.order);
                    let elements = candidates.elements.get(range).unwrap_or_default();
                    elements.iter().try_for_each(|&element| each(self, element))
                }
                None => self.each_element(path, &mut unknown, each),
            };
            if walked.is_break() {
                break;
            }
        }
        unknown
    }

    /// The candidates at `path`, when it leads to one list that is long enough.
    fn candidates(&mut self, asking: Asking<'p>, path: &'p Path) -> Option<Rc<Candidates<'a>>> {
        let segments = match path.segments.as_slice() {
            [segments @ .., Segment::Each] => segments,
            segments => segments,
        };
        if segments.iter().any(|segment| matches!(segment, Segment::Each | Segment::Related(_))) {
            return None;
        }
        let Found::Node(list) = self.follow(path, segments) else { return None };
        let list = list.target();
        let long = list.document != NO_DOCUMENT && list.tree.field_count(list.id) >= WORTH;
        if !long || !matches!(list.value(), Value::List | Value::Map) {
            return None;
        }
        let key = (std::ptr::from_ref(path) as usize, list.document, list.id);
        if let Some(known) = self.kept.get(&key) {
            return Some(Rc::clone(known));
        }
        let made = Rc::new(Candidates::new(self.chosen(asking, list)?));
        self.kept.insert(key, Rc::clone(&made));
        Some(made)
    }

    /// The elements of `list` that what is asked of each alone does not leave out; nothing when there is too much to do.
    fn chosen(&mut self, asking: Asking<'p>, list: NodeRef<'a>) -> Option<Vec<NodeRef<'a>>> {
        let Asking { quantifier, slot, filter, .. } = asking;
        let whole = filter.map_or(&[] as &[Cond], std::slice::from_ref);
        let own: Vec<&'p Cond> = match (quantifier, filter) {
            // What can decide `every` is an element that does not fit, and that the whole condition says.
            (Quantifier::Every, _) => whole.iter().filter(|cond| is_own(cond, slot)).collect(),
            (_, Some(Cond::All(conds))) => conds.iter().filter(|cond| is_own(cond, slot)).collect(),
            _ => whole.iter().filter(|cond| is_own(cond, slot)).collect(),
        };
        let before = self.slots.clone();
        let mut chosen = Vec::new();
        let walked = list.children().try_for_each(|element| {
            self.spend()?;
            self.set_slot(slot, Some(element));
            let mut truth = Truth::True;
            for cond in &own {
                truth = truth.min(self.cond(cond).0);
                if truth == Truth::False {
                    break;
                }
            }
            let decides = match quantifier {
                Quantifier::Every => own.is_empty() || truth != Truth::True,
                _ => truth != Truth::False,
            };
            chosen.extend(decides.then_some(element));
            ControlFlow::Continue(())
        });
        self.slots = before;
        walked.is_continue().then_some(chosen)
    }

    /// Which of the candidates stand where `order` wants them, as far as bisection tells.
    fn standing(&self, candidates: &Candidates<'a>, order: &'p [(Order, Path)]) -> Range<usize> {
        let elements = &candidates.elements;
        let mut range = 0..elements.len();
        if !candidates.sorted {
            return range;
        }
        for (order, path) in order {
            let Some(other) = self.find(path).node() else { continue };
            let other = place(other);
            match order {
                Order::After => {
                    range.start = range.start.max(elements.partition_point(|&one| place(one).start < other.end));
                }
                Order::Before => {
                    range.end = range.end.min(elements.partition_point(|&one| place(one).end <= other.start));
                }
                Order::OtherThan => {}
            }
        }
        range
    }
}

fn place(node: NodeRef<'_>) -> Span {
    let node = node.target();
    node.tree.span(node.id)
}

/// Whether `cond` asks of the element in `slot` alone.
fn is_own(cond: &Cond, slot: u8) -> bool {
    let mut bound = 1_u64.checked_shl(u32::from(slot)).unwrap_or(0);
    bind(cond, &mut bound);
    let mut own = true;
    cond.walk(&mut |asked| {
        if let Asked::Path(path) = asked {
            let known = match path.start {
                Start::Slot(slot) => bound.checked_shr(u32::from(slot)).unwrap_or(0) & 1 == 1,
                Start::Param(_) | Start::Data(_) => true,
            };
            own &= known && !path.segments.iter().any(|segment| matches!(segment, Segment::Made(_)));
        }
    });
    own
}

/// Notes the slots that quantifiers in `cond` bind.
fn bind(cond: &Cond, bound: &mut u64) {
    match cond {
        Cond::All(conds) | Cond::Any(conds) => conds.iter().for_each(|cond| bind(cond, bound)),
        Cond::Not(cond) => bind(cond, bound),
        Cond::Test { .. } => {}
        Cond::Quantified { slot, filter, .. } => {
            *bound |= 1_u64.checked_shl(u32::from(*slot)).unwrap_or(0);
            if let Some(filter) = filter {
                bind(filter, bound);
            }
        }
    }
}
