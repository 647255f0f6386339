//! The rule language: rule files in, checked and compiled rules out.
//!
//! Decision: a rule is a pattern for a bad thing over typed *subjects*; every operand is a node with a place, and every
//! test has three outcomes. The same code compiles the built-in set when the project is built and the packs of users
//! when they are loaded, so a faulty rule is found with a message that points into its file, never while checking.
//!
//! The way through: [`load::rule`] reads one file into a [`Rule`]; a [`RuleSet`] is many of them with presets and data
//! tables, and [`RuleSet::encode`] gives the compact form that the `hullmark-rules` crate embeds.

pub mod load;
pub mod reference;
pub mod subject;

mod condition;
mod error;
mod example;
mod needs;
mod packed;
mod path;
mod predicate;
mod preset;
mod rule;
mod rule_set;
mod template;
mod walk;

pub use condition::{Cond, Order, Quantifier};
pub use error::{LoadError, LoadErrorKind};
pub use example::{Example, Expectation};
pub use path::{Name, Path, Segment, Start};
pub use predicate::{Absent, Detector, Op, Operand, Pred, ReadAs, Scalar, ValueType};
pub use preset::{Adjustment, Preset, Selector, wildcard};
pub use rule::{
    Case, Confidence, EditTemplate, FixTemplate, Input, On, Param, RelatedPlace, Rule, RuleText, Safety, SetValue,
    Severity, Status,
};
pub use rule_set::{Datum, DecodeError, RuleSet, Table, TextSet};
pub use template::{Filter, Hole, Template};
pub use walk::Asked;
