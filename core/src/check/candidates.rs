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
use hullmark_language::{Absent, Asked, Cond, Op, Operand, Order, Path, Quantifier, ReadAs, Segment, Start};

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
    /// Their numbers by the text that must equal one of the subject's.
    by_text: Option<HashMap<&'a str, Vec<usize>>>,
}

/// A condition that a text of the element equals a text elsewhere: the paths of the two.
type Join<'p> = (&'p Path, &'p Path);

impl<'a> Candidates<'a> {
    fn new(elements: Vec<NodeRef<'a>>, by_text: Option<HashMap<&'a str, Vec<usize>>>) -> Self {
        let sorted = elements.is_sorted_by(|&a, &b| {
            let (a, b) = (place(a), place(b));
            a.start <= b.start && a.end <= b.end
        });
        Self { elements, sorted, by_text }
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
                    self.each_of(&candidates, range, asking, each)
                }
                None => self.each_element(path, &mut unknown, each),
            };
            if walked.is_break() {
                break;
            }
        }
        unknown
    }

    /// Gives the candidates in `range` to `each`; of those that are known by their text, the ones that have the right one.
    fn each_of(
        &mut self,
        candidates: &Candidates<'a>,
        range: Range<usize>,
        asking: Asking<'p>,
        each: &mut Each<'_, 'a, 'p>,
    ) -> ControlFlow<()> {
        if let Some(by_text) = &candidates.by_text
            && let Some((_, other)) = join(asking)
            && let Found::Node(node) = self.find(other)
            && let Value::Text(text) = node.value()
        {
            let same = by_text.get(text).map_or(&[] as &[usize], Vec::as_slice);
            let from = same.partition_point(|&at| at < range.start);
            let inside = same.iter().skip(from).take_while(|&&at| at < range.end);
            let mut elements = inside.filter_map(|&at| candidates.elements.get(at));
            return elements.try_for_each(|&element| each(self, element));
        }
        let elements = candidates.elements.get(range).unwrap_or_default();
        elements.iter().try_for_each(|&element| each(self, element))
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
        let elements = self.chosen(asking, list)?;
        let by_text = join(asking).and_then(|(own, _)| self.by_text(asking.slot, own, &elements));
        let made = Rc::new(Candidates::new(elements, by_text));
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

    /// The numbers of the elements by the text at `own`; nothing where one has there what is no text.
    fn by_text(&mut self, slot: u8, own: &'p Path, elements: &[NodeRef<'a>]) -> Option<HashMap<&'a str, Vec<usize>>> {
        let before = self.slots.clone();
        let mut by_text: HashMap<&'a str, Vec<usize>> = HashMap::new();
        let known = elements.iter().enumerate().all(|(at, &element)| {
            self.set_slot(slot, Some(element));
            match self.find(own) {
                Found::Node(node) => match node.value() {
                    Value::Text(text) => by_text.entry(text).or_default().push(at),
                    _ => return false,
                },
                Found::Unknown(_) => return false,
                Found::Absent(_) | Found::Nowhere => {}
            }
            true
        });
        self.slots = before;
        known.then_some(by_text)
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

/// The condition among those of the quantifier that joins its elements with something else by a text.
fn join(asking: Asking<'_>) -> Option<Join<'_>> {
    let conds = match (asking.quantifier, asking.filter?) {
        (Quantifier::Every, _) => return None,
        (_, Cond::All(conds)) => conds.as_slice(),
        (_, cond) => std::slice::from_ref(cond),
    };
    conds.iter().find_map(|cond| {
        let Cond::Test { path, pred } = cond else { return None };
        let [Op::Eq(Operand::Of(other))] = pred.tests.as_slice() else { return None };
        let plain = pred.absent == Absent::NoMatch && pred.read_as == ReadAs::Plain && pred.percent_of.is_none();
        let of_element = |path: &Path| path.start == Start::Slot(asking.slot);
        (plain && of_element(path) && !of_element(other) && !path.is_many()).then_some((path, other))
    })
}

fn place(node: NodeRef<'_>) -> Span {
    let node = node.target();
    node.tree.span(node.id)
}

/// Whether `cond` asks of the element in `slot` alone.
pub(super) fn is_own(cond: &Cond, slot: u8) -> bool {
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
