//! Conditions: what a rule demands of its subject.

use serde::{Deserialize, Serialize};

use crate::path::Path;
use crate::predicate::Pred;

/// A condition with three outcomes: true, false, unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cond {
    /// All hold.
    All(Vec<Cond>),
    /// One holds.
    Any(Vec<Cond>),
    /// It does not hold.
    Not(Box<Cond>),
    /// A node fits a predicate.
    Test {
        /// The node.
        path: Path,
        /// What is asked of it.
        pred: Pred,
    },
    /// There is, there is not, all are, or there are so many elements that fit.
    Quantified {
        /// Which of these.
        quantifier: Quantifier,
        /// Where the elements are: the items or entries of the nodes named.
        paths: Vec<Path>,
        /// The slot that holds the element.
        slot: u8,
        /// What an element must fit.
        filter: Option<Box<Cond>>,
        /// Where an element must stand.
        order: Vec<(Order, Path)>,
    },
}

impl Default for Cond {
    /// One that never holds.
    fn default() -> Self {
        Self::Any(Vec::new())
    }
}

/// How many elements are asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Quantifier {
    /// At least one.
    Some,
    /// Every one (true when there is none).
    Every,
    /// Not one.
    None,
    /// A number that fits.
    Count(Pred),
}

/// Where an element must stand in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// After the end of the other node.
    After,
    /// Before the beginning of the other node.
    Before,
    /// It is not the other node.
    OtherThan,
}
