//! `rules` and `explain`.

use std::fmt::Write;

use hullmark::{RuleInfo, RuleParam, Safety};

use crate::Status;
use crate::args::{ExplainArgs, ListFormat, Look, RulesArgs};
use crate::call_error::CallError;
use crate::config::Config;
use crate::output;
use crate::render::counted;
use crate::render::excerpt::visible;
use crate::settings::RuleSettings;

/// Lists the rules: those that the options choose, or all when no option does.
///
/// # Errors
/// When the call itself was wrong.
pub(crate) fn run(call: &RulesArgs, look: Look) -> Result<Status, CallError> {
    let config = Config::find(&call.rules)?;
    let chosen = !(call.rules.preset.is_empty() && call.rules.select.is_empty() && call.rules.ignore.is_empty());
    let engine = RuleSettings::new(call.rules.clone(), &config)?.engine(|builder| builder)?;
    let rules: Vec<RuleInfo> = engine.rules().into_iter().filter(|rule| rule.active || !chosen).collect();
    let text = match call.format {
        ListFormat::Json => {
            let json = serde_json::to_string(&rules);
            json.map_err(|error| CallError::new(format!("cannot write the rules: {error}")))? + "\n"
        }
        ListFormat::Text => table(&rules, look.quiet),
    };
    output::to_stdout(&text)?;
    Ok(Status::Clean)
}

fn table(rules: &[RuleInfo], quiet: bool) -> String {
    let head = ["RULE", "SEVERITY", "INPUT", "FIX", "TITLE"].map(str::to_owned);
    let mut rows = vec![head];
    for rule in rules {
        let off = if rule.active { "" } else { " (off)" };
        rows.push([
            rule.id.clone(),
            rule.severity.as_str().to_owned(),
            joined(rule, ","),
            rule.fix.map_or("-", Safety::as_str).to_owned(),
            format!("{}{off}", visible(&rule.title)),
        ]);
    }
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: [usize; 4] = [0, 1, 2, 3].map(|column| width(column).unwrap_or(0));
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths.iter().map(Some).chain([None])) {
            match width {
                Some(width) => {
                    let _ = write!(line, "{cell:<width$}  ");
                }
                None => line.push_str(cell),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if !quiet {
        let active = rules.iter().filter(|rule| rule.active).count();
        let _ = write!(text, "\n{}", counted(rules.len(), "rule", "rules"));
        if active < rules.len() {
            let _ = write!(text, ", {active} of them on");
        }
        text.push_str("; `hullmark explain RULE` says more\n");
    }
    text
}

/// Explains the rule with an id or alias; an alias may stand for several.
///
/// # Errors
/// When there is no such rule.
pub(crate) fn explain(call: &ExplainArgs, look: Look) -> Result<Status, CallError> {
    let config = Config::find(&call.rules)?;
    let engine = RuleSettings::new(call.rules.clone(), &config)?.engine(|builder| builder)?;
    let found = engine.explain(&call.rule);
    if found.is_empty() {
        return Err(CallError::new(format!("no rule or alias is called `{}`", call.rule))
            .with_help("`hullmark rules` lists them"));
    }
    let pages: Vec<String> = found.iter().map(|rule| page(rule, look)).collect();
    output::to_stdout(&pages.join("\n"))?;
    Ok(Status::Clean)
}

fn joined(rule: &RuleInfo, between: &str) -> String {
    rule.inputs.iter().map(|input| input.as_str()).collect::<Vec<_>>().join(between)
}

fn page(rule: &RuleInfo, look: Look) -> String {
    let styled = output::is_styled(look.color, &std::io::stdout());
    let bold = |text: &str| if styled { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() };
    let mut text = format!("{}\n{}\n\n", bold(&rule.id), visible(&rule.title));
    let fix = match rule.fix {
        Some(Safety::Safe) => "`hullmark fix` mends it",
        Some(Safety::Unsafe) => {
            "`hullmark fix --unsafe-fixes` mends it; look at the change, it may do more than you want"
        }
        Some(_) => "the finding says what to do",
        None => "none",
    };
    let mut facts = vec![
        ("Severity", format!("{} (confidence {})", rule.severity.as_str(), rule.confidence.as_str())),
        ("Input", joined(rule, ", ")),
        ("Category", rule.category.clone()),
        ("Status", format!("{}{}", rule.status.as_str(), if rule.active { "" } else { ", off in this call" })),
        ("Fix", fix.to_owned()),
        ("Presets", rule.presets.join(", ")),
        ("Tags", rule.tags.join(", ")),
        ("Aliases", rule.aliases.join(", ")),
    ];
    let control = |(framework, ids): &(String, Vec<String>)| format!("{framework}: {}", ids.join(", "));
    facts.push(("Compliance", rule.compliance.iter().map(control).collect::<Vec<_>>().join("; ")));
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "{name:<12}{}", visible(value));
    }
    let mut section = |title: &str, body: &str, indent: &str| {
        if body.trim().is_empty() {
            return;
        }
        let _ = writeln!(text, "\n{}", bold(title));
        for line in body.trim_end().lines() {
            let _ = writeln!(text, "{}", format!("{indent}{}", visible(line)).trim_end());
        }
    };
    section("Why", &rule.rationale, "");
    let param = |param: &RuleParam| format!("{} = {}: {}", param.name, param.value, param.doc);
    section("Parameters", &rule.params.iter().map(param).collect::<Vec<_>>().join("\n"), "  ");
    section("Bad", &rule.bad_example, "    ");
    section("Good", &rule.good_example, "    ");
    section("References", &rule.references.join("\n"), "  ");
    text
}
