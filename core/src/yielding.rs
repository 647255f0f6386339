//! Findings that yield to others: of one fault that two rules see, the sharper one is told.

use hullmark_document::{Span, sort_by};
use hullmark_language::Severity;

use crate::check::{Program, RawFinding, RuleIndex};

/// So many findings within one are looked at.
const MOST: usize = 16;

/// The findings of a document to which others yield, for each rule that yields.
pub(crate) struct Yielding(Vec<(RuleIndex, Vec<(Span, Severity)>)>);

impl Yielding {
    pub(crate) fn new(program: &Program, findings: &[RawFinding]) -> Self {
        let sharper = |rules: &[RuleIndex]| {
            let found = findings.iter().filter(|one| rules.contains(&one.rule));
            let mut found: Vec<_> = found.map(|one| (one.span, one.severity)).collect();
            sort_by(&mut found, |(a, _), (b, _)| a.start.cmp(&b.start));
            found
        };
        Self(program.yields().iter().map(|(rule, rules)| (*rule, sharper(rules))).collect())
    }

    /// Whether a finding of a rule to which that of `finding` yields lies within its range and is as severe.
    pub(crate) fn yields(&self, finding: &RawFinding) -> bool {
        let Some((_, sharper)) = self.0.iter().find(|(rule, _)| *rule == finding.rule) else { return false };
        let first = sharper.partition_point(|(span, _)| span.start < finding.span.start);
        let mut within = sharper.get(first..).unwrap_or_default().iter().take(MOST);
        within.any(|(span, severity)| span.end <= finding.span.end && *severity >= finding.severity)
    }
}
