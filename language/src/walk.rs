//! One walk over all that a rule asks, for whoever needs its paths or tests.

use crate::condition::{Cond, Quantifier};
use crate::path::Path;
use crate::predicate::{Op, Operand, Pred};
use crate::rule::Rule;

/// A part of a rule's conditions.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'r> {
    /// A node that is looked up.
    Path(&'r Path),
    /// A test of a node's value.
    Test(&'r Op),
}

impl Rule {
    /// Every path and test of the rule's conditions: of its match, its cases and its fixes.
    pub fn walk<'r>(&'r self, visit: &mut dyn FnMut(Asked<'r>)) {
        self.matches.walk(visit);
        let fixes = self.cases.iter().filter_map(|case| case.fix.as_ref()?.as_ref()).chain(&self.fix);
        let conds = self.cases.iter().map(|case| &case.when).chain(fixes.filter_map(|fix| fix.when.as_ref()));
        conds.for_each(|cond| cond.walk(visit));
    }
}

impl Cond {
    /// Every path and test of the condition.
    pub fn walk<'r>(&'r self, visit: &mut dyn FnMut(Asked<'r>)) {
        match self {
            Self::All(conds) | Self::Any(conds) => conds.iter().for_each(|cond| cond.walk(visit)),
            Self::Not(cond) => cond.walk(visit),
            Self::Test { path, pred } => {
                visit(Asked::Path(path));
                pred.walk(visit);
            }
            Self::Quantified { quantifier, paths, filter, order, .. } => {
                paths.iter().chain(order.iter().map(|(_, path)| path)).for_each(|path| visit(Asked::Path(path)));
                if let Quantifier::Count(pred) = quantifier {
                    pred.walk(visit);
                }
                if let Some(cond) = filter {
                    cond.walk(visit);
                }
            }
        }
    }
}

impl Pred {
    /// Every path and test of the predicate.
    fn walk<'r>(&'r self, visit: &mut dyn FnMut(Asked<'r>)) {
        if let Some(path) = &self.percent_of {
            visit(Asked::Path(path));
        }
        for op in &self.tests {
            visit(Asked::Test(op));
            if let Some(Operand::Of(path)) = op.operand() {
                visit(Asked::Path(path));
            }
            op.inner().iter().for_each(|pred| pred.walk(visit));
        }
    }
}

impl Op {
    /// What the value is compared with, for tests that compare.
    #[must_use]
    pub fn operand(&self) -> Option<&Operand> {
        match self {
            Self::Eq(operand)
            | Self::Ne(operand)
            | Self::Ieq(operand)
            | Self::In(operand)
            | Self::NotIn(operand)
            | Self::Lt(operand)
            | Self::Le(operand)
            | Self::Gt(operand)
            | Self::Ge(operand)
            | Self::Glob(operand)
            | Self::Regex(operand)
            | Self::Prefix(operand)
            | Self::Suffix(operand)
            | Self::Contains(operand) => Some(operand),
            _ => None,
        }
    }

    /// The predicates inside, for tests that hold some.
    #[must_use]
    pub fn inner(&self) -> &[Pred] {
        match self {
            Self::Length(inner)
            | Self::Entropy(inner)
            | Self::Has(inner)
            | Self::Lacks(inner)
            | Self::Only(inner)
            | Self::Key(inner)
            | Self::Not(inner) => std::slice::from_ref(inner),
            Self::Any(inner) => inner,
            _ => &[],
        }
    }
}
