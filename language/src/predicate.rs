//! Predicates: what is asked of one node.

use serde::{Deserialize, Serialize};

use crate::path::Path;

/// What is asked of a node; all tests must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pred {
    /// The tests.
    pub tests: Vec<Op>,
    /// What a missing node counts as.
    pub absent: Absent,
    /// How values are read before `eq`, `lt` and their like compare them.
    pub read_as: ReadAs,
    /// For a value such as `50%`: the number that it is a share of (rounded up).
    pub percent_of: Option<Path>,
}

/// What a missing (or null) node counts as.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Absent {
    /// The predicate does not hold.
    #[default]
    NoMatch,
    /// The predicate holds.
    Match,
    /// It counts as this value.
    Value(Scalar),
    /// It counts as an empty list.
    EmptyList,
}

/// How values are read before they are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadAs {
    /// As they are.
    #[default]
    Plain,
    /// As a Kubernetes quantity: `500m`, `1Gi`.
    Quantity,
    /// As a version: numbers between dots, compared in turn; `1.9` is below `1.10`.
    Version,
    /// As an octal file mode.
    Mode,
    /// As a duration: `5m`, `1h30m`; a bare number is seconds.
    Duration,
    /// As a day, `2026-08-14`.
    Date,
    /// As text in lower case.
    Lower,
    /// As a path: `.` and `//` removed, `..` resolved, no slash at the end.
    CleanPath,
    /// As a path of which the last name counts: `/a/b/` is `b`.
    BaseName,
}

/// A value written in a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Scalar {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Text(String),
}

/// What a node is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Operand {
    /// A value written in the rule.
    Literal(Scalar),
    /// Several values written in the rule.
    List(Vec<Scalar>),
    /// The value (or the values of the list, or the keys of the mapping) at a path: `{ of: PATH }`.
    Of(Path),
}

/// The type of a value, for `type:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ValueType {
    /// Text.
    Text,
    /// A whole number or one with a fraction.
    Number,
    /// True or false.
    Bool,
    /// A list.
    List,
    /// A mapping.
    Map,
}

/// What a `secret:` test looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detector {
    /// A token of a known shape, from the table of secrets; checksums are verified where the shape has one.
    Known,
    /// A word that stands for a secret in examples: `changeme`, `<token>`, `${VAR}`, `xxxx`.
    Placeholder,
    /// A name behind which a secret stands, such as `DB_PASSWORD`.
    Name,
}

/// One test of a node's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Op {
    /// Equal; a text equals a number or boolean that is spelled so.
    Eq(Operand),
    /// Not equal.
    Ne(Operand),
    /// Equal but for the case of letters.
    Ieq(Operand),
    /// One of.
    In(Operand),
    /// None of.
    NotIn(Operand),
    /// Below.
    Lt(Operand),
    /// Below or equal.
    Le(Operand),
    /// Above.
    Gt(Operand),
    /// Above or equal.
    Ge(Operand),
    /// The whole text fits a pattern with `*` and `?` (one of several, for a list).
    Glob(Operand),
    /// A regular expression, written in the rule or the text of a parameter, finds a place in the text; anchors are
    /// explicit.
    Regex(Operand),
    /// Begins with.
    Prefix(Operand),
    /// Ends with.
    Suffix(Operand),
    /// Holds the text.
    Contains(Operand),
    /// The length of a text in characters, or of a list or mapping.
    Length(Box<Pred>),
    /// Shannon's entropy of the text in bits a character.
    Entropy(Box<Pred>),
    /// The type of the value.
    Type(ValueType),
    /// Some item fits.
    Has(Box<Pred>),
    /// No item fits.
    Lacks(Box<Pred>),
    /// Every item fits.
    Only(Box<Pred>),
    /// Whether the node is there (and not null).
    Exists(bool),
    /// Whether it is an empty text, list or mapping.
    Empty(bool),
    /// A secret, a placeholder for one, or the name of one.
    Secret(Detector),
    /// The inner predicate does not hold.
    Not(Box<Pred>),
    /// One of the inner predicates holds.
    Any(Vec<Pred>),
    /// The key under which it stands fits.
    Key(Box<Pred>),
    /// Whether the value is known: the one test that an unknown value answers.
    Known(bool),
}
