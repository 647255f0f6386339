//! Presets: which rules run, and how.

use serde::{Deserialize, Serialize};

use crate::rule::{Confidence, Input, Rule, Severity, Status};
use crate::rule_set::Datum;

/// A named choice of rules, with changes to some.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preset {
    /// Its id, the file's name.
    pub id: String,
    /// One line.
    pub title: String,
    /// A rule is in when one of these fits.
    pub include: Vec<Selector>,
    /// And none of these does.
    pub exclude: Vec<Selector>,
    /// Changes, in order.
    pub adjust: Vec<Adjustment>,
    /// Whether commands behind `sudo`, `env`, `sh -c` and their like are read; some peers do not.
    pub unwrap_commands: bool,
    /// Whether variables with known values are filled in before a rule looks; some peers do not.
    pub expand_variables: bool,
    /// The kinds of objects in which pods are looked for, whatever their group; none for all.
    pub pod_kinds: Vec<String>,
    /// The peer whose codes reports show in the place of ids.
    pub peer: Option<String>,
    /// The table of the levels that the peer gives its codes; they set the severities of the rules.
    pub levels: Option<String>,
}

/// A choice of rules: what is given must all fit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Selector {
    /// Ids or patterns with `*`.
    pub rules: Vec<String>,
    /// Aliases or patterns, such as `hadolint:*`.
    pub aliases: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Frameworks of which the rule checks a control.
    pub compliance: Vec<String>,
    /// Inputs.
    pub inputs: Vec<Input>,
    /// Statuses.
    pub status: Vec<Status>,
    /// The least severity.
    pub min_severity: Option<Severity>,
    /// The least confidence.
    pub min_confidence: Option<Confidence>,
}

/// A change that a preset makes to rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adjustment {
    /// Which rules.
    pub rules: Selector,
    /// Their severity.
    pub severity: Option<Severity>,
    /// Their confidence.
    pub confidence: Option<Confidence>,
    /// Whether they report unknown outcomes.
    pub report_unknown: Option<bool>,
    /// Parameters.
    pub params: Vec<(String, Datum)>,
}

impl Preset {
    /// Takes over from `base` what is not said here; the changes of both count, its own last.
    pub(crate) fn extend(&mut self, base: &Self) {
        if self.include.is_empty() {
            self.include.clone_from(&base.include);
        }
        self.adjust.splice(0..0, base.adjust.iter().cloned());
        self.unwrap_commands &= base.unwrap_commands;
        self.expand_variables &= base.expand_variables;
        if self.pod_kinds.is_empty() {
            self.pod_kinds.clone_from(&base.pod_kinds);
        }
        self.peer = self.peer.take().or_else(|| base.peer.clone());
        self.levels = self.levels.take().or_else(|| base.levels.clone());
    }

    /// Whether `rule` is in the preset.
    #[must_use]
    pub fn has(&self, rule: &Rule) -> bool {
        self.include.iter().any(|selector| selector.fits(rule)) && !self.exclude.iter().any(|one| one.fits(rule))
    }

    /// The least confidence that the preset, which has `rule`, asks of its findings.
    #[must_use]
    pub fn least_confidence(&self, rule: &Rule) -> Option<Confidence> {
        self.include.iter().filter(|selector| selector.fits(rule)).map(|selector| selector.min_confidence).min()?
    }
}

impl Selector {
    /// Whether the rule fits all that is given.
    #[must_use]
    pub fn fits(&self, rule: &Rule) -> bool {
        let some = |patterns: &[String], mut values: &mut dyn Iterator<Item = &String>| {
            patterns.is_empty()
                || Iterator::any(&mut values, |value| patterns.iter().any(|pattern| wildcard(pattern, value)))
        };
        some(&self.rules, &mut std::iter::once(&rule.id))
            && some(&self.aliases, &mut rule.aliases.iter())
            && some(&self.tags, &mut rule.tags.iter())
            && some(&self.compliance, &mut rule.frameworks.iter())
            && (self.inputs.is_empty() || rule.on.iter().any(|on| self.inputs.contains(&on.input)))
            && (self.status.is_empty() || self.status.contains(&rule.status))
            && self.min_severity.is_none_or(|least| rule.severity >= least)
            && self.min_confidence.is_none_or(|least| rule.confidence >= least)
    }
}

/// Whether the whole `text` fits `pattern`, in which `*` stands for any text and `?` for one character.
///
/// Runs in time proportional to the product of the lengths at worst, without recursion.
#[must_use]
pub fn wildcard(pattern: &str, text: &str) -> bool {
    let (mut p, mut t) = (pattern, text);
    let mut back: Option<(&str, &str)> = None;
    loop {
        match (p.chars().next(), t.chars().next()) {
            (Some('*'), _) => {
                p = p.get(1..).unwrap_or("");
                back = Some((p, t));
            }
            (Some(wanted), Some(have)) if wanted == '?' || wanted == have => {
                p = p.get(wanted.len_utf8()..).unwrap_or("");
                t = t.get(have.len_utf8()..).unwrap_or("");
            }
            (None, None) => return true,
            _ => {
                let Some((after_star, from)) = back else { return false };
                let Some(skipped) = from.chars().next() else { return false };
                let from = from.get(skipped.len_utf8()..).unwrap_or("");
                back = Some((after_star, from));
                (p, t) = (after_star, from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_fit_whole_texts() {
        for (pattern, text, fits) in [
            ("", "", true),
            ("*", "", true),
            ("a*", "abc", true),
            ("a*c", "abcbc", true),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("*lists*", "/var/lib/apt/lists/*", true),
            ("a", "ab", false),
        ] {
            assert_eq!(wildcard(pattern, text), fits, "{pattern} {text}");
        }
    }
}
