//! What is asked of one node.

use std::borrow::Cow;

use hullmark_document::Value;
use hullmark_language::{Absent, Detector, Op, Operand, Path, Pred, ReadAs, ValueType, wildcard};

use super::compare::{Single, base_name, clean_path, compare, entropy, equal, number, share};
use super::eval::Evaluation;
use super::node::{Found, NodeRef, Truth};

/// A value that a predicate is asked of: a node's, or one that stands for an absent node.
#[derive(Clone)]
enum Asked<'a> {
    Node(NodeRef<'a>),
    Single(Single<'a>),
    EmptyList,
}

impl<'a, 'p: 'a> Evaluation<'a, 'p> {
    /// Whether what was found fits `pred`.
    pub(crate) fn pred(&self, pred: &'p Pred, found: Found<'a>) -> Truth {
        let asked = match found {
            Found::Node(node) => Asked::Node(node),
            Found::Unknown(_) => {
                return match pred.tests.as_slice() {
                    [Op::Known(wanted)] => Truth::from_bool(!wanted),
                    _ => Truth::Unknown,
                };
            }
            Found::Absent(_) | Found::Nowhere => {
                if let Some(exists) = exists(pred) {
                    return Truth::from_bool(!exists);
                }
                match &pred.absent {
                    Absent::NoMatch => return Truth::False,
                    Absent::Match => return Truth::True,
                    Absent::Value(scalar) => Asked::Single(Single::literal(scalar)),
                    Absent::EmptyList => Asked::EmptyList,
                }
            }
        };
        self.tests(pred, &asked)
    }

    fn tests(&self, pred: &'p Pred, asked: &Asked<'a>) -> Truth {
        let mut truth = Truth::True;
        for op in &pred.tests {
            truth = truth.min(self.op(op, pred, asked));
            if truth == Truth::False {
                break;
            }
        }
        truth
    }

    fn op(&self, op: &'p Op, pred: &'p Pred, asked: &Asked<'a>) -> Truth {
        match op {
            Op::Exists(_) if asked.may_be_absent() => return Truth::Unknown,
            Op::Exists(wanted) => return Truth::from_bool(*wanted),
            Op::Known(wanted) => return Truth::from_bool(asked.is_known() == *wanted),
            Op::Not(inner) => return self.tests(inner, asked).negate(),
            Op::Key(inner) => {
                let Asked::Node(node) = asked else { return Truth::False };
                let key = Single::Text(Cow::Borrowed(node.tree.key(node.id)));
                return self.tests(inner, &Asked::Single(key));
            }
            Op::Any(inner) => {
                return inner.iter().map(|pred| self.tests(pred, asked)).max().unwrap_or(Truth::False);
            }
            _ if !asked.is_known() => return Truth::Unknown,
            Op::Has(inner) => return self.some_item(inner, asked),
            Op::Lacks(inner) => return self.some_item(inner, asked).negate(),
            Op::Only(inner) => return self.every_item(inner, asked),
            Op::Type(wanted) => return Truth::from_bool(asked.has_type(*wanted)),
            Op::Empty(wanted) => {
                return Truth::from_bool(asked.length() == Some(0) && *wanted || asked.length() != Some(0) && !*wanted);
            }
            Op::Length(inner) => {
                return asked.length().map_or(Truth::False, |length| self.count(inner, length));
            }
            _ => {}
        }
        let Some(single) = asked.single() else { return Truth::False };
        match op {
            Op::Entropy(inner) => self.tests(inner, &Asked::Single(Single::Float(entropy(&single.text())))),
            Op::Regex(operand) => {
                let text = read(&single, pred.read_as);
                let finds = |pattern: &Single<'_>| {
                    self.program.pattern(&pattern.text()).is_some_and(|pattern| pattern.is_match(&text))
                };
                self.some_value(operand, finds).map_or(Truth::Unknown, Truth::from_bool)
            }
            Op::Secret(Detector::Known) => Truth::from_bool(self.program.secrets.find(&single.text()).is_some()),
            Op::Secret(Detector::Placeholder) => Truth::from_bool(self.program.secrets.is_placeholder(&single.text())),
            Op::Secret(Detector::Name) => Truth::from_bool(self.program.secrets.is_name(&single.text())),
            _ => self.compared(op, pred, &single),
        }
    }

    /// The tests that compare with operands.
    fn compared(&self, op: &'p Op, pred: &'p Pred, single: &Single<'a>) -> Truth {
        let Some(operand) = op.operand() else { return Truth::False };
        let wanted = !matches!(op, Op::Ne(_) | Op::NotIn(_));
        let shared;
        let single = match self.shared(pred, single) {
            Ok(Some(number)) => {
                shared = Single::Float(number);
                &shared
            }
            Ok(None) => single,
            Err(truth) => return truth,
        };
        // Read once for all the texts that it is compared with.
        let text = match (op, pred.read_as) {
            (
                Op::Glob(_) | Op::Prefix(_) | Op::Suffix(_) | Op::Contains(_),
                ReadAs::CleanPath | ReadAs::BaseName | ReadAs::Lower,
            ) => Some(Single::Text(read(single, pred.read_as))),
            _ => None,
        };
        let (single, read_as) = text.as_ref().map_or((single, pred.read_as), |text| (text, ReadAs::Plain));
        let fits = |value: &Single<'_>| fits(op, single, value, read_as);
        self.some_value(operand, fits).map_or(Truth::Unknown, |holds| Truth::from_bool(holds == wanted))
    }

    /// Whether one of the operand's values fits; `None` when they are not known.
    fn some_value(&self, operand: &'p Operand, fits: impl Fn(&Single<'_>) -> bool) -> Option<bool> {
        // Values that stand in the rule are compared where they stand: most tests are of this kind.
        match operand {
            Operand::Literal(scalar) => Some(fits(&Single::literal(scalar))),
            Operand::List(scalars) => Some(scalars.iter().any(|scalar| fits(&Single::literal(scalar)))),
            Operand::Of(path) => {
                let mut holds = false;
                let known = self.each_value(path, &mut |value| holds = holds || fits(&value));
                known.then_some(holds)
            }
        }
    }

    /// The value as a share of what `percent-of` names.
    fn shared(&self, pred: &'p Pred, single: &Single<'a>) -> Result<Option<f64>, Truth> {
        let Some(path) = &pred.percent_of else { return Ok(None) };
        let whole = match self.find(path) {
            Found::Node(node) => Single::of(node.value()).and_then(|value| number(&value, pred.read_as)),
            // The API's default for a missing number of replicas is one.
            Found::Absent(_) => Some(1.0),
            Found::Unknown(_) | Found::Nowhere => None,
        };
        whole.and_then(|whole| share(single, whole, pred.read_as)).map(Some).ok_or(Truth::Unknown)
    }

    /// Gives the values that stand at a path to `each`: those of the items of a list, the keys of a mapping; and says
    /// whether all of them are known.
    fn each_value(&self, path: &'p Path, each: &mut dyn FnMut(Single<'a>)) -> bool {
        let node = match self.find(path) {
            Found::Node(node) => node,
            Found::Absent(_) => return true,
            Found::Unknown(_) | Found::Nowhere => return false,
        };
        let mut one = |value: Value<'a>| {
            Single::of(value).into_iter().for_each(&mut *each);
            !matches!(value, Value::Unknown(_))
        };
        match node.value() {
            Value::List => node.children().all(|item| one(item.value())),
            Value::Map => node.children().all(|entry| one(Value::Text(entry.tree.key(entry.id)))),
            value => one(value),
        }
    }

    /// Whether some item of a list, key of a mapping, or the single value itself fits.
    fn some_item(&self, inner: &'p Pred, asked: &Asked<'a>) -> Truth {
        let mut truth = Truth::False;
        self.each_item(asked, &mut |item| {
            truth = truth.max(self.tests(inner, item));
            truth != Truth::True
        });
        truth
    }

    /// Whether every one fits.
    fn every_item(&self, inner: &'p Pred, asked: &Asked<'a>) -> Truth {
        let mut truth = Truth::True;
        self.each_item(asked, &mut |item| {
            truth = truth.min(self.tests(inner, item));
            truth != Truth::False
        });
        truth
    }

    /// Gives the items of a list, the keys of a mapping, or the single value itself to `each` while it wants more.
    fn each_item(&self, asked: &Asked<'a>, each: &mut dyn FnMut(&Asked<'a>) -> bool) {
        let node = match asked {
            Asked::EmptyList => return,
            Asked::Node(node) if matches!(node.value(), Value::List | Value::Map) => *node,
            Asked::Single(_) | Asked::Node(_) => {
                each(asked);
                return;
            }
        };
        let is_list = node.value() == Value::List;
        node.children().all(|item| match item.tree.key(item.id) {
            // An entry without key is a word that may be any of them.
            key if !is_list && !key.is_empty() => each(&Asked::Single(Single::Text(Cow::Borrowed(key)))),
            _ => each(&Asked::Node(item)),
        });
    }

    /// Whether a number fits `pred`.
    pub(crate) fn count(&self, pred: &'p Pred, count: usize) -> Truth {
        self.tests(pred, &Asked::Single(Single::Int(i64::try_from(count).unwrap_or(i64::MAX))))
    }
}

/// What the predicate says of existence.
fn exists(pred: &Pred) -> Option<bool> {
    pred.tests.iter().find_map(|op| match op {
        Op::Exists(wanted) => Some(*wanted),
        _ => None,
    })
}

/// The text of a value, as `read_as` says.
fn read<'s>(single: &'s Single<'_>, read_as: ReadAs) -> Cow<'s, str> {
    match read_as {
        ReadAs::CleanPath => match single.text() {
            Cow::Borrowed(text) => clean_path(text),
            Cow::Owned(text) => Cow::Owned(clean_path(&text).into_owned()),
        },
        ReadAs::BaseName => Cow::Owned(base_name(&single.text()).to_owned()),
        ReadAs::Lower => Cow::Owned(single.text().to_ascii_lowercase()),
        _ => single.text(),
    }
}

/// Whether the value fits one operand of a test.
fn fits(op: &Op, single: &Single<'_>, value: &Single<'_>, read_as: ReadAs) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order =
        |wanted: &[std::cmp::Ordering]| compare(single, value, read_as).is_some_and(|order| wanted.contains(&order));
    let text = || read(single, read_as);
    match op {
        Op::Eq(_) | Op::Ne(_) | Op::In(_) | Op::NotIn(_) => equal(single, value, read_as),
        Op::Ieq(_) => single.text().eq_ignore_ascii_case(&value.text()),
        Op::Lt(_) => order(&[Less]),
        Op::Le(_) => order(&[Less, Equal]),
        Op::Gt(_) => order(&[Greater]),
        Op::Ge(_) => order(&[Greater, Equal]),
        Op::Glob(_) => wildcard(&value.text(), &text()),
        Op::Prefix(_) => text().starts_with(&*value.text()),
        Op::Suffix(_) => text().ends_with(&*value.text()),
        Op::Contains(_) => text().contains(&*value.text()),
        _ => false,
    }
}

impl<'a> Asked<'a> {
    fn is_known(&self) -> bool {
        !matches!(self, Self::Node(node) if node.tree.is_unknown(node.id))
    }

    /// Whether the value is not known so far that it may not even be there: the tag in `$IMAGE`.
    fn may_be_absent(&self) -> bool {
        matches!(self, Self::Node(node) if node.fact("perhaps").is_some())
    }

    fn single(&self) -> Option<Single<'a>> {
        match self {
            Self::Node(node) => Single::of(node.value()),
            Self::Single(single) => Some(single.clone()),
            Self::EmptyList => None,
        }
    }

    fn length(&self) -> Option<usize> {
        match self {
            Self::EmptyList => Some(0),
            Self::Single(single) => Some(single.text().chars().count()),
            Self::Node(node) => match node.value() {
                Value::List | Value::Map => Some(node.tree.entry_count(node.id)),
                Value::Text(text) => Some(text.chars().count()),
                Value::Null => Some(0),
                _ => None,
            },
        }
    }

    fn has_type(&self, wanted: ValueType) -> bool {
        let value = match self {
            Self::EmptyList => Value::List,
            Self::Node(node) => node.value(),
            Self::Single(Single::Null) => Value::Null,
            Self::Single(Single::Bool(value)) => Value::Bool(*value),
            Self::Single(Single::Int(value)) => Value::Int(*value),
            Self::Single(Single::Float(value)) => Value::Float(*value),
            Self::Single(Single::Text(_)) => Value::Text(""),
        };
        matches!(
            (wanted, value),
            (ValueType::Text, Value::Text(_))
                | (ValueType::Number, Value::Int(_) | Value::Float(_))
                | (ValueType::Bool, Value::Bool(_))
                | (ValueType::List, Value::List)
                | (ValueType::Map, Value::Map)
        )
    }
}
