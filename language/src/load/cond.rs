//! Reading conditions and predicates.

use hullmark_document::Value;

use super::reader::{At, Loaded};
use super::scope::Scope;
use crate::condition::{Cond, Order, Quantifier};
use crate::error::{LoadErrorKind, nearest};
use crate::path::{Path, Shape, Start};
use crate::predicate::{Absent, Detector, Op, Operand, Pred, ReadAs, Scalar, ValueType};

/// Words that make a mapping a quantified condition.
const QUANTIFIERS: &[&str] = &["some", "every", "none", "count"];
/// What may stand beside a quantifier.
const BESIDE: &[&str] = &["as", "where", "is", "after", "before", "other-than"];
/// Every word that may be a key of a condition, for hints.
const WORDS: &[&str] = &["all", "any", "not", "some", "every", "none", "count"];

/// Reads a path at `at`.
pub(crate) fn path(at: At<'_>, scope: &Scope) -> Loaded<(Path, Shape)> {
    let text = at.text()?;
    Path::parse(text, scope).map_err(|message| at.error(LoadErrorKind::BadPath, message))
}

/// Reads a path that names one node at most.
pub(crate) fn single_path(at: At<'_>, scope: &Scope) -> Loaded<Path> {
    let (path, _) = path(at, scope)?;
    one_node(at, path)
}

fn one_node(at: At<'_>, path: Path) -> Loaded<Path> {
    if path.is_many() {
        return Err(at
            .error(LoadErrorKind::BadPath, "this path may name several nodes")
            .with_help("say which with `some:`, `every:`, `none:` or `count:`"));
    }
    Ok(path)
}

/// Reads a condition.
pub(crate) fn cond(at: At<'_>, scope: &mut Scope) -> Loaded<Cond> {
    if let Some(quantifier) = at.entries()?.find(|entry| QUANTIFIERS.contains(&entry.key())) {
        return quantified(at, quantifier, scope);
    }
    let mut conds = Vec::new();
    for entry in at.entries()? {
        conds.push(match entry.key() {
            "all" => Cond::All(list(entry, scope)?),
            "any" => Cond::Any(list(entry, scope)?),
            "not" => {
                let mark = scope.enter(scope.current());
                let inner = cond(entry, scope);
                scope.leave(mark, true);
                Cond::Not(Box::new(inner?))
            }
            key if Path::looks_like_one(key) => test(entry, scope)?,
            key => {
                let error = entry.key_error(
                    LoadErrorKind::UnknownKey,
                    format!("`{key}` is neither a word of a condition nor a path; paths begin with `.` or `$`"),
                );
                return Err(match nearest(key, WORDS.iter().copied()) {
                    Some(near) => error.with_help(format!("did you mean `{near}`, or `.{key}`?")),
                    None => error.with_help(format!("did you mean `.{key}`?")),
                });
            }
        });
    }
    match (conds.pop(), conds.is_empty()) {
        (None, _) => Err(at.bad("an empty condition")),
        (Some(only), true) => Ok(only),
        (Some(last), false) => {
            conds.push(last);
            Ok(Cond::All(conds))
        }
    }
}

fn list(at: At<'_>, scope: &mut Scope) -> Loaded<Vec<Cond>> {
    let conds = at.items()?.map(|item| cond(item, scope)).collect::<Loaded<Vec<_>>>()?;
    if conds.is_empty() { Err(at.bad(format!("`{}` of nothing", at.key()))) } else { Ok(conds) }
}

fn test(entry: At<'_>, scope: &Scope) -> Loaded<Cond> {
    let (path, _) =
        Path::parse(entry.key(), scope).map_err(|message| entry.key_error(LoadErrorKind::BadPath, message))?;
    if path.is_many() {
        return Err(entry
            .key_error(LoadErrorKind::BadPath, "this path may name several nodes")
            .with_help("say which with `some:`, `every:`, `none:` or `count:`"));
    }
    Ok(Cond::Test { path, pred: pred(entry, scope)? })
}

fn quantified(at: At<'_>, quantifier: At<'_>, scope: &mut Scope) -> Loaded<Cond> {
    for entry in at.entries()? {
        if entry.id != quantifier.id && !BESIDE.contains(&entry.key()) {
            return Err(entry
                .key_error(LoadErrorKind::UnknownKey, format!("`{}` beside `{}`", entry.key(), quantifier.key()))
                .with_help("conditions of the element go into `where:`, others into a list under `all:`"));
        }
    }
    let (paths, shape) = collection(quantifier, scope)?;
    let mut order = Vec::new();
    for (word, kind) in [("after", Order::After), ("before", Order::Before), ("other-than", Order::OtherThan)] {
        if let Some(entry) = at.get(word) {
            order.push((kind, single_path(entry, scope)?));
        }
    }
    let kind = match quantifier.key() {
        "some" => Quantifier::Some,
        "every" => Quantifier::Every,
        "none" => Quantifier::None,
        _ => Quantifier::Count(pred(at.need("is")?, scope)?),
    };
    if kind != Quantifier::Some && at.get("as").is_some() && at.get("where").is_none() {
        return Err(at.bad("a capture of this quantifier holds only in its `where:`, which is missing"));
    }
    let name = at.get("as").map(At::text).transpose()?;
    if let Some(name) = name
        && (name == "subject" || name == "params" || name == "data")
    {
        return Err(at.error(LoadErrorKind::BadCapture, format!("`{name}` is a name of the language")));
    }
    let positive = kind == Quantifier::Some;
    let outer = scope.enter(scope.current());
    let Some(slot) = scope.add(name, shape) else {
        return Err(at.error(LoadErrorKind::TooBig, "a rule can have at most 63 captures"));
    };
    let inner = scope.enter(slot);
    let filter = at.get("where").map(|entry| cond(entry, scope)).transpose();
    scope.leave(inner, false);
    scope.leave(outer, !positive);
    Ok(Cond::Quantified { quantifier: kind, paths, slot, filter: filter?.map(Box::new), order })
}

/// The paths under a quantifier and the shape of an element.
fn collection(at: At<'_>, scope: &Scope) -> Loaded<(Vec<Path>, Shape)> {
    let paths: Vec<(Path, Shape)> = match at.value() {
        Value::List => at.children().map(|item| path(item, scope)).collect::<Loaded<_>>()?,
        _ => vec![path(at, scope)?],
    };
    let mut shape = None;
    let mut found = Vec::new();
    for (path, end) in paths {
        let element = match path.segments.last() {
            Some(crate::path::Segment::Each) => end,
            _ if end == Shape::Leaf => {
                return Err(at.error(LoadErrorKind::BadPath, "a single value has no elements"));
            }
            _ => end.element(),
        };
        if *shape.get_or_insert(element) != element {
            return Err(at.error(LoadErrorKind::BadPath, "the elements of these paths are of different types"));
        }
        found.push(path);
    }
    match shape {
        Some(shape) => Ok((found, shape)),
        None => Err(at.bad("a quantifier needs a path")),
    }
}

/// Reads a predicate: a value, or a mapping of tests.
pub(crate) fn pred(at: At<'_>, scope: &Scope) -> Loaded<Pred> {
    match at.value() {
        Value::Map => {}
        Value::List => {
            return Err(at.bad("a list is no test").with_help("write `{ in: [...] }` for one of several"));
        }
        Value::Null => return Err(at.bad("nothing is asked here").with_help("write `{ exists: false }` for absence")),
        _ => {
            return Ok(Pred { tests: vec![Op::Eq(Operand::Literal(at.scalar()?))], ..Pred::default() });
        }
    }
    let mut made = Pred::default();
    for entry in at.children() {
        match entry.key() {
            "absent" => made.absent = absent(entry)?,
            "read-as" => made.read_as = entry.word(READ_AS, read_as_word)?,
            "percent-of" => made.percent_of = Some(single_path(entry, scope)?),
            _ => made.tests.push(op(entry, scope)?),
        }
    }
    if made.tests.is_empty() {
        return Err(at.bad("no test stands here"));
    }
    Ok(made)
}

fn absent(at: At<'_>) -> Loaded<Absent> {
    match at.value() {
        Value::List if at.children().next().is_none() => Ok(Absent::EmptyList),
        Value::Text("match") => Ok(Absent::Match),
        Value::Text("skip") => Ok(Absent::NoMatch),
        _ => Ok(Absent::Value(at.scalar()?)),
    }
}

const READ_AS: &[ReadAs] = &[
    ReadAs::Plain,
    ReadAs::Quantity,
    ReadAs::Version,
    ReadAs::Mode,
    ReadAs::Duration,
    ReadAs::Date,
    ReadAs::Lower,
    ReadAs::CleanPath,
    ReadAs::BaseName,
];

fn read_as_word(read_as: ReadAs) -> &'static str {
    match read_as {
        ReadAs::Plain => "plain",
        ReadAs::Quantity => "quantity",
        ReadAs::Version => "version",
        ReadAs::Mode => "mode",
        ReadAs::Duration => "duration",
        ReadAs::Date => "date",
        ReadAs::Lower => "lower",
        ReadAs::CleanPath => "clean-path",
        ReadAs::BaseName => "base-name",
    }
}

/// Every test there is, with what it asks; the reference page and the JSON Schema are made from it.
pub(crate) const TESTS: &[(&str, &str)] = &[
    ("eq", "equal to the value; a text equals a number or boolean that is spelled so"),
    ("ne", "not equal to it"),
    ("ieq", "equal but for the case of letters"),
    ("in", "one of the values"),
    ("not-in", "none of the values"),
    ("lt", "below"),
    ("le", "below or equal"),
    ("gt", "above"),
    ("ge", "above or equal"),
    ("glob", "the whole text fits a pattern with `*` and `?`, or one of a list of them"),
    (
        "regex",
        "the regular expression finds a place in the text; anchor it yourself. It looks at bytes, and its classes and `(?i)` know ASCII alone",
    ),
    ("prefix", "begins with the text, or one of a list"),
    ("suffix", "ends with the text, or one of a list"),
    ("contains", "holds the text, or one of a list"),
    ("length", "a predicate of the number of characters, items or entries"),
    ("entropy", "a predicate of Shannon's entropy in bits a character"),
    ("type", "text, number, bool, list or map"),
    ("has", "some item of the list, or key of the mapping, fits"),
    ("lacks", "no item of the list, or key of the mapping, fits"),
    ("only", "every item of the list, or key of the mapping, fits"),
    ("exists", "whether the node is there and not null"),
    ("empty", "whether it is an empty text, list or mapping"),
    (
        "secret",
        "`known`: a token of a known shape; `placeholder`: a word that stands for a secret; `name`: a name behind which one stands",
    ),
    ("not", "the inner predicate does not hold"),
    ("any", "one of a list of predicates holds"),
    ("key", "a predicate of the key under which it stands"),
    ("known", "whether the value is known"),
];

fn op(at: At<'_>, scope: &Scope) -> Loaded<Op> {
    Ok(match at.key() {
        "eq" => Op::Eq(operand(at, scope)?),
        "ne" => Op::Ne(operand(at, scope)?),
        "ieq" => Op::Ieq(operand(at, scope)?),
        "in" => Op::In(operand(at, scope)?),
        "not-in" => Op::NotIn(operand(at, scope)?),
        "lt" => Op::Lt(operand(at, scope)?),
        "le" => Op::Le(operand(at, scope)?),
        "gt" => Op::Gt(operand(at, scope)?),
        "ge" => Op::Ge(operand(at, scope)?),
        "glob" => Op::Glob(operand(at, scope)?),
        "prefix" => Op::Prefix(operand(at, scope)?),
        "suffix" => Op::Suffix(operand(at, scope)?),
        "contains" => Op::Contains(operand(at, scope)?),
        "regex" => Op::Regex(regex(at, scope)?),
        "length" => Op::Length(Box::new(pred(at, scope)?)),
        "entropy" => Op::Entropy(Box::new(pred(at, scope)?)),
        "has" => Op::Has(Box::new(pred(at, scope)?)),
        "lacks" => Op::Lacks(Box::new(pred(at, scope)?)),
        "only" => Op::Only(Box::new(pred(at, scope)?)),
        "key" => Op::Key(Box::new(pred(at, scope)?)),
        "not" => Op::Not(Box::new(pred(at, scope)?)),
        "any" => Op::Any(at.items()?.map(|item| pred(item, scope)).collect::<Loaded<_>>()?),
        "exists" => Op::Exists(at.bool()?),
        "empty" => Op::Empty(at.bool()?),
        "known" => Op::Known(at.bool()?),
        "secret" => {
            Op::Secret(at.word(
                &[Detector::Known, Detector::Placeholder, Detector::Name],
                |detector| match detector {
                    Detector::Known => "known",
                    Detector::Placeholder => "placeholder",
                    Detector::Name => "name",
                },
            )?)
        }
        "type" => Op::Type(at.word(
            &[ValueType::Text, ValueType::Number, ValueType::Bool, ValueType::List, ValueType::Map],
            |of| match of {
                ValueType::Text => "text",
                ValueType::Number => "number",
                ValueType::Bool => "bool",
                ValueType::List => "list",
                ValueType::Map => "map",
            },
        )?),
        key => {
            let error = at.key_error(LoadErrorKind::UnknownKey, format!("no test is called `{key}`"));
            return Err(match nearest(key, TESTS.iter().map(|&(name, _)| name)) {
                Some(near) => error.with_help(format!("did you mean `{near}`?")),
                None => error,
            });
        }
    })
}

fn operand(at: At<'_>, scope: &Scope) -> Loaded<Operand> {
    match at.value() {
        Value::List => Ok(Operand::List(at.children().map(At::scalar).collect::<Loaded<_>>()?)),
        Value::Map => {
            let Some(of) = at.get("of").filter(|_| at.children().count() == 1) else {
                return Err(at.bad("an operand is a value, a list of values, or `{ of: PATH }`"));
            };
            Ok(Operand::Of(single_path(of, scope)?))
        }
        Value::Null => Ok(Operand::Literal(Scalar::Null)),
        _ => Ok(Operand::Literal(at.scalar()?)),
    }
}

fn regex(at: At<'_>, scope: &Scope) -> Loaded<Operand> {
    if at.value() == Value::Map {
        let operand = operand(at, scope)?;
        return match &operand {
            Operand::Of(path) if matches!(path.start, Start::Param(_)) && path.segments.is_empty() => Ok(operand),
            _ => Err(at.bad("a regular expression is a text, or a parameter: { of: $params.NAME }")),
        };
    }
    let pattern = at.text()?;
    check_regex(at, pattern)?;
    Ok(Operand::Literal(Scalar::Text(pattern.to_owned())))
}

fn check_regex(at: At<'_>, pattern: &str) -> Loaded<()> {
    // As the engine reads it: bytes, and classes of ASCII.
    match regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern) {
        Ok(_) => Ok(()),
        Err(error) => {
            let text = match &error {
                regex_syntax::Error::Parse(error) => error.kind().to_string(),
                regex_syntax::Error::Translate(error) => error.kind().to_string(),
                _ => error.to_string(),
            };
            Err(at.error(LoadErrorKind::BadRegex, format!("the regular expression does not compile: {text}")))
        }
    }
}
