//! Which rules run, and how bad they are: what presets and options make of the rules there are.

use hullmark_language::{
    Absent, Asked, Case, Cond, Confidence, Datum, Input, Op, Operand, Path, Pred, Preset, ReadAs, Rule, RuleSet,
};
use hullmark_language::{Scalar, Segment, Severity, Start};

use crate::engine::{EngineBuilder, chosen_presets, named};
use crate::suppress::names_rule;

/// Which of the built-in rules must be read whole: those that run, and with rule packs, which may build on any, all.
pub(crate) fn rules_to_read(set: &RuleSet, builder: &EngineBuilder) -> Vec<bool> {
    // Presets that do not exist are told of by whoever builds the engine.
    let presets = chosen_presets(set, &builder.presets).unwrap_or_default();
    let runs = |rule: &Rule| !builder.packs.is_empty() || choice(rule, false, &presets, builder).is_some();
    set.rules.iter().map(runs).collect()
}

/// Why a rule runs.
enum Choice {
    /// It was asked for.
    Named,
    /// Presets have it, and ask this confidence of its findings at least.
    Preset(Option<Confidence>),
}

/// Whether and why a rule runs, which is `of_pack` or built in.
fn choice(rule: &Rule, of_pack: bool, presets: &[Preset], builder: &EngineBuilder) -> Option<Choice> {
    let is_named = |names: &[String]| names.iter().any(|name| named(name, rule));
    if is_named(&builder.ignore) {
        return None;
    }
    if !builder.select.is_empty() {
        return is_named(&builder.select).then_some(Choice::Named);
    }
    if of_pack || builder.severities.iter().any(|(name, _)| names_rule(name, &rule.id, &rule.aliases)) {
        return Some(Choice::Named);
    }
    let having = presets.iter().filter(|preset| preset.has(rule));
    having.map(|preset| preset.least_confidence(rule)).min().map(Choice::Preset)
}

/// The rules that run, as the presets and options want them; those from number `built_in` on are of packs.
pub(crate) fn chosen_rules(
    all: Vec<Rule>,
    built_in: usize,
    presets: &[Preset],
    (set, builder): (&RuleSet, &EngineBuilder),
) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    // A peer says all that it finds.
    let by_peer = presets.iter().any(|preset| preset.peer.is_some());
    for (index, mut rule) in all.into_iter().enumerate() {
        let Some(choice) = choice(&rule, index >= built_in, presets, builder) else { continue };
        let mut given = builder.severities.iter().filter(|(name, _)| named(name, &rule));
        let given = given.next_back().map(|&(_, severity)| severity);
        if let Choice::Preset(least) = choice {
            rule.least_confidence = least;
        }
        for preset in presets {
            match level(&rule, preset, set) {
                Some(Level::Always(severity)) => set_severity(&mut rule, severity),
                Some(Level::ByShell) => set_severity_by_shell(&mut rule),
                None => {}
            }
            adjust(&mut rule, preset);
        }
        if let Some(severity) = given {
            set_severity(&mut rule, severity);
        }
        rule.report_unknown |= builder.report_unknown;
        if by_peer {
            rule.yields_to.clear();
        }
        rules.push(rule);
    }
    rules
}

/// The level that a peer gives a rule.
enum Level {
    Always(Severity),
    /// A warning in the language of sh at large, an error in that of ash and dash, which lack for sure what the rule is about.
    ByShell,
}

/// The level that the peer of `preset` gives the rule: its error, warning, info and style are high, medium, low and
/// info. A code that its table lacks is a warning.
fn level(rule: &Rule, preset: &Preset, set: &RuleSet) -> Option<Level> {
    let table = set.table(preset.levels.as_deref()?)?;
    let peer = preset.peer.as_deref()?;
    let code = rule.aliases.iter().find_map(|alias| alias.strip_prefix(peer)?.strip_prefix(':'))?;
    Some(match table.get(code).and_then(Datum::text) {
        Some("error") => Level::Always(Severity::High),
        Some("info") => Level::Always(Severity::Low),
        Some("style") => Level::Always(Severity::Info),
        Some("by-shell") => Level::ByShell,
        _ => Level::Always(Severity::Medium),
    })
}

/// Gives the rule a severity that holds in all its cases.
fn set_severity(rule: &mut Rule, severity: Severity) {
    rule.severity = severity;
    rule.cases.iter_mut().for_each(|case| case.severity = None);
}

/// Makes what the rule finds a warning, and in scripts for dash an error, whatever else its cases say.
fn set_severity_by_shell(rule: &mut Rule) {
    set_severity(rule, Severity::Medium);
    let names = ["instruction", "dialect"].map(|name| Segment::Fact(name.to_owned().into()));
    let path = Path { start: Start::Slot(0), segments: names.into() };
    let is_dash = Op::Eq(Operand::Literal(Scalar::Text("dash".to_owned())));
    let pred = Pred { tests: vec![is_dash], absent: Absent::NoMatch, read_as: ReadAs::Plain, percent_of: None };
    let in_dash = Cond::Test { path, pred };
    let mut cases = Vec::new();
    for case in rule.cases.drain(..) {
        let when = Cond::All(vec![in_dash.clone(), case.when.clone()]);
        cases.push(Case { when, severity: Some(Severity::High), ..case.clone() });
        cases.push(case);
    }
    let alone =
        Case { when: in_dash, at: None, message: None, severity: Some(Severity::High), confidence: None, fix: None };
    cases.push(alone);
    rule.cases = cases;
}

fn adjust(rule: &mut Rule, preset: &Preset) {
    for change in &preset.adjust {
        if !change.rules.fits(rule) {
            continue;
        }
        rule.severity = change.severity.unwrap_or(rule.severity);
        rule.confidence = change.confidence.unwrap_or(rule.confidence);
        rule.report_unknown = change.report_unknown.unwrap_or(rule.report_unknown);
        for (name, value) in &change.params {
            if let Some(param) = rule.params.iter_mut().find(|param| param.name == *name) {
                param.default = value.clone();
            }
        }
    }
}

/// Whether the rule asks what objects name: one over sets may, and so may one that goes to a list of such names.
pub(crate) fn asks_for_references(rule: &Rule) -> bool {
    let is_list =
        |segment: &Segment| matches!(segment, Segment::Fact(name) if matches!(name.text(), "references" | "peers"));
    let mut asks =
        rule.on.iter().any(|on| on.input == Input::Set) || rule.at.iter().any(|path| path.segments.iter().any(is_list));
    if !asks {
        rule.walk(&mut |asked| asks |= matches!(asked, Asked::Path(path) if path.segments.iter().any(is_list)));
    }
    asks
}

#[cfg(test)]
mod tests {
    use hullmark_language::RuleSet;

    use super::*;

    #[test]
    fn the_rules_that_run_are_read_whole() {
        let whole = RuleSet::decode(hullmark_rules::RULES).unwrap();
        let ids = whole.presets.iter().map(|preset| preset.id.as_str());
        let builders = ids.map(|id| EngineBuilder::default().preset(id)).chain([
            EngineBuilder::default(),
            EngineBuilder::default().select(["DL3008", "supply-chain"]),
            EngineBuilder::default()
                .preset("buildkit")
                .severity("privileged-container", Severity::Low)
                .ignore(["network"]),
        ]);
        for builder in builders {
            let set = RuleSet::decode_where(hullmark_rules::RULES, |set| rules_to_read(set, &builder)).unwrap();
            let presets = chosen_presets(&set, &builder.presets).unwrap();
            let chosen = |set: &RuleSet| chosen_rules(set.rules.clone(), set.rules.len(), &presets, (set, &builder));
            assert!(!chosen(&set).is_empty());
            assert_eq!(chosen(&set), chosen(&whole), "{:?}", builder.presets);
        }
    }

    #[test]
    fn rules_over_sets_ask_for_references_and_others_do_not() {
        let rules = RuleSet::decode(hullmark_rules::RULES).unwrap().rules;
        let asks = |id: &str| asks_for_references(rules.iter().find(|rule| rule.id == id).unwrap());
        assert!(asks("missing-secret") && asks("dangling-network-policy-peer"));
        assert!(!asks("duplicate-yaml-key") && !asks("latest-base-image"));
    }
}
