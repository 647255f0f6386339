//! Options and config file as one.

use std::path::PathBuf;
use std::time::SystemTime;

use hullmark::{Datum, Engine, EngineBuilder, Severity};

use crate::args::{Format, RuleArgs, SharedArgs};
use crate::call_error::CallError;
use crate::config::Config;
use crate::hadolint;
use crate::pack::Packs;

/// Which rules run, and how. What the command line names replaces what the config says, except that packs, `ignore`
/// and parameters add up.
#[derive(Debug)]
pub(crate) struct RuleSettings {
    pub(crate) presets: Vec<String>,
    pub(crate) select: Vec<String>,
    ignore: Vec<String>,
    packs: Packs,
    kubernetes_version: Option<String>,
    date: String,
    params: Vec<(String, String, Datum)>,
    severities: Vec<(String, Severity)>,
    no_inline_ignores: bool,
}

impl RuleSettings {
    /// The options of `args` over those of `config`.
    pub(crate) fn new(args: RuleArgs, config: &Config) -> Result<Self, CallError> {
        let or = |given: Vec<String>, other: &[String]| if given.is_empty() { other.to_vec() } else { given };
        let kube_linter = &config.kube_linter;
        let presets = kube_linter.presets(or(args.preset, &config.preset));
        let mut select = or(args.select, &config.select);
        if select.is_empty() {
            select = kube_linter.select(&presets)?;
        }
        let mut paths = config.rules.clone();
        paths.extend(args.rules);
        let mut packs = Packs::read(&paths)?;
        packs.add_made(kube_linter.rules(), kube_linter.file());
        let mut ignore: Vec<String> = config.hadolint.ignored().collect();
        ignore.extend(kube_linter.ignored());
        ignore.extend_from_slice(&config.ignore);
        let given = args.ignore.into_iter();
        ignore.extend(given.filter(|name| !config.hadolint.is_asked() || !hadolint::is_of_no_rule(name)));
        let mut params = config.hadolint.params();
        params.extend_from_slice(kube_linter.params());
        params.extend_from_slice(&config.params);
        let mut severities: Vec<(String, Severity)> = config.hadolint.severities().collect();
        severities.extend_from_slice(&config.severities);
        Ok(Self {
            presets,
            select,
            ignore,
            packs,
            kubernetes_version: args.kubernetes_version.or_else(|| config.kubernetes_version.clone()),
            date: args.date.or_else(|| config.date.clone()).unwrap_or_else(today),
            params,
            severities,
            no_inline_ignores: config.no_inline_ignores || config.hadolint.no_pragmas(),
        })
    }

    /// Whether every preset is one of hadolint's: then all that is checked is a Dockerfile.
    pub(crate) fn is_hadolints(&self) -> bool {
        !self.presets.is_empty() && self.presets.iter().all(|preset| hadolint::PRESETS.contains(&preset.as_str()))
    }

    /// Takes out of what is ignored the codes of ShellCheck's, and gives their aliases. hadolint is told by it of one finding
    /// in a script, the last, and ignores it then: none of the others comes up in its place.
    pub(crate) fn take_script_codes(&mut self) -> Vec<String> {
        let mut taken = Vec::new();
        self.ignore.retain(|name| {
            let alias = hadolint::alias_of_script_code(name);
            let stays = alias.is_none();
            taken.extend(alias);
            stays
        });
        taken
    }

    /// Builds the engine after `change` has added to it.
    pub(crate) fn engine(self, change: impl FnOnce(EngineBuilder) -> EngineBuilder) -> Result<Engine, CallError> {
        let mut builder = Engine::builder()
            .select(self.select)
            .ignore(self.ignore)
            .pack(self.packs.files.iter().cloned())
            .date(self.date)
            .no_inline_ignores(self.no_inline_ignores);
        for preset in self.presets {
            builder = builder.preset(preset);
        }
        for (rule, name, value) in self.params {
            builder = builder.param(rule, name, value);
        }
        for (rule, severity) in self.severities {
            builder = builder.severity(rule, severity);
        }
        if let Some(version) = self.kubernetes_version {
            builder = builder.kubernetes_version(version);
        }
        change(builder).build().map_err(|error| self.packs.place(error))
    }
}

/// What `check` and `fix` do with the report.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The formats of the report, one behind the other.
    pub(crate) formats: Vec<Format>,
    pub(crate) output: Option<PathBuf>,
    pub(crate) min_severity: Option<Severity>,
    pub(crate) fail_on: Severity,
    /// Whether findings and problems leave the exit status 0.
    pub(crate) no_fail: bool,
    pub(crate) no_color: bool,
    pub(crate) threads: Option<usize>,
}

impl Settings {
    /// The options of `args` over those of `config`.
    pub(crate) fn new(args: &SharedArgs, config: &Config) -> Self {
        let hadolint = &config.hadolint;
        let mut formats = args.format.clone();
        if formats.is_empty() {
            formats.extend(config.format);
        }
        if formats.is_empty() {
            formats.extend_from_slice(hadolint.formats());
        }
        if formats.is_empty() {
            formats.push(Format::Text);
        }
        Self {
            // As with hadolint, whose services take another status for a broken tool.
            no_fail: hadolint.no_fail()
                || formats.iter().any(|one| matches!(one, Format::Codeclimate | Format::Codacy)),
            no_color: hadolint.no_color(),
            formats,
            output: args.output.clone().or_else(|| config.output.clone()),
            min_severity: args.min_severity.or(config.min_severity),
            fail_on: args.fail_on.or(config.fail_on).or(hadolint.threshold()).unwrap_or(Severity::Info),
            threads: args.threads.map(usize::from).or(config.threads),
        }
    }
}

/// The day by the machine's clock, in UTC.
fn today() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    day_after_epoch(since.as_secs() / (24 * 60 * 60))
}

/// The day so many days after 1970-01-01, which fell into the first of many 400 years of 146,097 days.
fn day_after_epoch(days: u64) -> String {
    // Years are counted from March on, so that the day that comes and goes is the last one.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years() {
        for (days, date) in [
            (0, "1970-01-01"),
            (31 + 28, "1970-03-01"),
            (11_016, "2000-02-29"),
            (19_782, "2024-02-29"),
            (20_782, "2026-11-25"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(day_after_epoch(days), date);
        }
    }
}
