//! How well two lists of findings agree.

use std::collections::BTreeSet;

/// Counts of findings: of both, of ours only, of theirs only.
#[derive(Default, Clone, Copy)]
pub struct Score {
    /// What both report.
    pub both: usize,
    /// What only we report.
    pub ours: usize,
    /// What only the peer reports.
    pub theirs: usize,
}

/// The titles of a table whose rows are [`Score::cells`].
pub const TITLES: [&str; 7] = ["code", "both", "ours only", "theirs only", "precision", "recall", "F1"];

impl Score {
    /// Counts those of both lists that `counts` takes.
    pub fn of<T: Ord>(ours: &BTreeSet<T>, theirs: &BTreeSet<T>, counts: impl Fn(&T) -> bool) -> Self {
        Self {
            both: ours.intersection(theirs).filter(|one| counts(one)).count(),
            ours: ours.difference(theirs).filter(|one| counts(one)).count(),
            theirs: theirs.difference(ours).filter(|one| counts(one)).count(),
        }
    }

    fn precision(self) -> f64 {
        ratio(self.both, self.both + self.ours)
    }

    fn recall(self) -> f64 {
        ratio(self.both, self.both + self.theirs)
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(self) -> f64 {
        ratio(2 * self.both, 2 * self.both + self.ours + self.theirs)
    }

    /// A row of a table under [`TITLES`].
    pub fn cells(self, name: &str) -> Vec<String> {
        let mut cells = vec![name.to_owned()];
        cells.extend([self.both, self.ours, self.theirs].map(|count| count.to_string()));
        // A code that neither reports has no precision: saying 1 would flatter.
        let nothing = self.both + self.ours + self.theirs == 0;
        let shown = |value: f64| if nothing { "-".to_owned() } else { format!("{value:.3}") };
        cells.extend([self.precision(), self.recall(), self.f1()].map(shown));
        cells
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f1_is_the_harmonic_mean_of_precision_and_recall() {
        let score = Score { both: 6, ours: 2, theirs: 4 };
        let mean = 2.0 * score.precision() * score.recall() / (score.precision() + score.recall());
        assert!((score.f1() - mean).abs() < 1e-12);
        assert!(Score::default().f1().abs() < f64::EPSILON);
    }

    #[test]
    fn only_what_is_taken_is_counted() {
        let [ours, theirs] = [BTreeSet::from([1, 2, 3]), BTreeSet::from([2, 3, 4, 5])];
        let score = Score::of(&ours, &theirs, |one| one % 2 == 1);
        assert_eq!((score.both, score.ours, score.theirs), (1, 1, 1));
    }
}
