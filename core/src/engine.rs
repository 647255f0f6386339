//! The engine: built once from presets, packs and options, then shared.

use std::sync::{Arc, OnceLock};

use hullmark_document::PositionEncoding;
use hullmark_language::load::SourceFile;
use hullmark_language::{Datum, Input, Param, Preset, Rule, RuleSet, RuleText, Scalar, Severity, TextSet};

use crate::admission::DEFAULT_FAIL_ON;
use crate::check::{Program, day, one_line, pattern, patterns};
use crate::choice::{asks_for_references, chosen_rules, rules_to_read};
use crate::error::{Error, ErrorKind};
use crate::finding::Report;
use crate::input::{InputFile, Limits};
use crate::pipeline;
use crate::rule_info::{PresetInfo, RuleInfo, RuleParam};
use crate::suppress::names_rule;

/// The preset that is used when none is named.
const DEFAULT_PRESET: &str = "recommended";

/// The texts of the built-in rules, unless they are loaded apart.
#[cfg(feature = "texts")]
const BUILT_IN_TEXTS: &[u8] = hullmark_rules::TEXTS;
#[cfg(not(feature = "texts"))]
const BUILT_IN_TEXTS: &[u8] = &[];

/// Options of an [`Engine`]; see [`Engine::builder`].
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct EngineBuilder {
    pub(crate) presets: Vec<String>,
    pub(crate) select: Vec<String>,
    pub(crate) ignore: Vec<String>,
    pub(crate) packs: Vec<SourceFile>,
    params: Vec<(String, String, Datum)>,
    pub(crate) severities: Vec<(String, Severity)>,
    no_inline_ignores: bool,
    min_severity: Option<Severity>,
    fail_on: Option<Severity>,
    no_patch: bool,
    kubernetes_version: Option<String>,
    default_namespace: Option<String>,
    date: Option<String>,
    pub(crate) report_unknown: bool,
    set_complete: bool,
    limits: Limits,
    pub(crate) encoding: PositionEncoding,
    threads: Option<usize>,
}

impl EngineBuilder {
    /// Adds the rules of a preset. Without any, `recommended` is used.
    pub fn preset(mut self, id: impl Into<String>) -> Self {
        self.presets.push(id.into());
        self
    }

    /// Runs just the rules with these ids, aliases (`hadolint:DL3008` or bare `DL3008`) or tags, whatever the preset.
    pub fn select<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.select.extend(names.into_iter().map(Into::into));
        self
    }

    /// Leaves the rules with these ids, aliases or tags out.
    pub fn ignore<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.ignore.extend(names.into_iter().map(Into::into));
        self
    }

    /// Sets a parameter of a rule, or of all rules with an alias or tag that have it.
    pub fn param(mut self, rule: impl Into<String>, name: impl Into<String>, value: Datum) -> Self {
        self.params.push((rule.into(), name.into(), value));
        self
    }

    /// Gives the rules with this id, alias or tag another severity, whatever the presets say. A rule that is named by id
    /// or alias runs even if no preset has it; one that is ignored does not.
    pub fn severity(mut self, name: impl Into<String>, severity: Severity) -> Self {
        self.severities.push((name.into(), severity));
        self
    }

    /// Takes no notice of the comments and annotations by which inputs set findings aside.
    pub fn no_inline_ignores(mut self, none: bool) -> Self {
        self.no_inline_ignores = none;
        self
    }

    /// Leaves findings below this severity out.
    pub fn min_severity(mut self, severity: Severity) -> Self {
        self.min_severity = Some(severity);
        self
    }

    /// Has [`Engine::review`] refuse objects with a finding at or above this severity; without it, `critical`.
    pub fn fail_on(mut self, severity: Severity) -> Self {
        self.fail_on = Some(severity);
        self
    }

    /// Has [`Engine::review`] give no patch: a validating webhook may not answer with one.
    pub fn no_patch(mut self, none: bool) -> Self {
        self.no_patch = none;
        self
    }

    /// Checks manifests for this Kubernetes version, such as `1.34`; without it, for the newest known.
    pub fn kubernetes_version(mut self, version: impl Into<String>) -> Self {
        self.kubernetes_version = Some(version.into());
        self
    }

    /// The namespace of objects that name none; without it, `default`.
    pub fn default_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.default_namespace = Some(namespace.into());
        self
    }

    /// The day for which is judged what has come to its end, such as `2026-11-25`; without it, that is not judged, so
    /// that a report never hangs on a clock.
    pub fn date(mut self, date: impl Into<String>) -> Self {
        self.date = Some(date.into());
        self
    }

    /// Reports what rules cannot tell for sure, with low confidence.
    pub fn report_unknown(mut self, report: bool) -> Self {
        self.report_unknown = report;
        self
    }

    /// Says that the inputs of a call are all there is, so that what is missing among them is missing.
    pub fn set_complete(mut self, complete: bool) -> Self {
        self.set_complete = complete;
        self
    }

    /// Bounds for hostile input.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How columns are counted.
    pub fn position_encoding(mut self, encoding: PositionEncoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// How many threads `check_many` may use; 1 for none beside the caller's. Without it, one for each core.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Builds the engine.
    ///
    /// # Errors
    /// When a preset, rule or version does not exist, or a rule file of a pack has a fault.
    pub fn build(self) -> Result<Engine, Error> {
        Engine::new(self)
    }
}

/// Checks inputs against the rules it was built with. Immutable and cheap to share between threads.
#[derive(Clone, Debug)]
pub struct Engine {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) program: Program,
    /// The rules of packs; the built-in ones that do not run are read when asked for.
    pack_rules: Vec<Rule>,
    presets: Vec<Preset>,
    /// The texts of the built-in rules, where they were given instead of built in.
    texts: OnceLock<Vec<u8>>,
    /// The texts of packs; those of the built-in rules are read when asked for.
    pack_texts: Vec<RuleText>,
    pub(crate) options: Options,
    /// The id and the aliases of each rule, made when it first finds something: all its findings share them.
    names: Vec<OnceLock<Names>>,
    #[cfg(feature = "parallel")]
    pub(crate) pool: Option<rayon::ThreadPool>,
}

/// The id and the aliases of a rule.
pub(crate) type Names = (Arc<str>, Arc<[String]>);

impl Inner {
    /// The id and the aliases of the rule of this number.
    pub(crate) fn names(&self, rule: u32) -> Names {
        let made = || match self.program.rule(rule) {
            Some(rule) => (Arc::from(rule.id.as_str()), Arc::from(rule.aliases.as_slice())),
            None => (Arc::from(""), Arc::from([])),
        };
        self.names.get(rule as usize).map_or_else(made, |known| known.get_or_init(made).clone())
    }
}

/// What the pipeline needs of the options.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) min_severity: Option<Severity>,
    pub(crate) fail_on: Severity,
    pub(crate) no_patch: bool,
    pub(crate) default_namespace: String,
    pub(crate) set_complete: bool,
    /// Whether some rule asks what objects name.
    pub(crate) references: bool,
    pub(crate) limits: Limits,
    pub(crate) encoding: PositionEncoding,
    pub(crate) unwrap_commands: bool,
    pub(crate) expand_variables: bool,
    pub(crate) pod_kinds: Vec<String>,
    pub(crate) inline_ignores: bool,
    /// The peer whose verdicts a preset promises.
    pub(crate) peer: Option<String>,
    /// The day it is, when the caller said it: some ignores end.
    pub(crate) date: Option<u32>,
    #[cfg_attr(not(feature = "parallel"), expect(dead_code, reason = "one thread is all there is"))]
    pub(crate) threads: Option<usize>,
}

impl Engine {
    /// Begins an engine.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    fn new(builder: EngineBuilder) -> Result<Self, Error> {
        let mut set = RuleSet::decode_where(hullmark_rules::RULES, |set| rules_to_read(set, &builder))
            .map_err(|error| Error::new(ErrorKind::BadOption, error.to_string()))?;
        let built_in = set.rules.len();
        let pack_texts = builder.add_packs(&mut set)?;
        let presets = chosen_presets(&set, &builder.presets)?;
        let severities = builder.severities.iter().map(|(name, _)| name);
        check_names(&set, builder.select.iter().chain(&builder.ignore).chain(severities))?;
        let names = |name: &str| set.rules.iter().any(|rule| named(name, rule));
        if let Some((rule, ..)) = builder.params.iter().find(|(name, ..)| !names(name)) {
            let message = format!("no rule is called `{rule}`, so it has no parameters");
            return Err(Error::new(ErrorKind::UnknownRule, message).with_help("`hullmark rules` lists them"));
        }
        let pack_rules = set.rules.iter().skip(built_in).cloned().collect();
        let mut all = std::mem::take(&mut set.rules);
        // Before the presets, which may want another version for some rules.
        if let Some(newest) = set.table("kubernetes").and_then(|table| table.get("newest")).and_then(Datum::text) {
            set_everywhere(&mut all, "kubernetes-version", newest);
        }
        let mut rules = chosen_rules(all, built_in, &presets, (&set, &builder));
        set_params(&mut rules, &builder)?;
        if !builder.params.is_empty() || !builder.packs.is_empty() {
            check_patterns(&rules)?;
        }
        let options = Options {
            min_severity: builder.min_severity,
            fail_on: builder.fail_on.unwrap_or(DEFAULT_FAIL_ON),
            no_patch: builder.no_patch,
            default_namespace: builder.default_namespace.unwrap_or_else(|| "default".to_owned()),
            set_complete: builder.set_complete,
            references: rules.iter().any(asks_for_references),
            limits: builder.limits,
            encoding: builder.encoding,
            unwrap_commands: presets.iter().all(|preset| preset.unwrap_commands),
            expand_variables: presets.iter().all(|preset| preset.expand_variables),
            pod_kinds: pod_kinds(&presets),
            inline_ignores: !builder.no_inline_ignores,
            peer: presets.iter().find_map(|preset| preset.peer.clone()),
            date: builder.date.as_deref().and_then(day),
            threads: builder.threads,
        };
        let presets = std::mem::take(&mut set.presets);
        set.rules = rules;
        let names = set.rules.iter().map(|_| OnceLock::new()).collect();
        #[cfg(feature = "parallel")]
        let pool = crate::threads::pool(options.threads);
        Ok(Self {
            inner: Arc::new(Inner {
                program: Program::new(set),
                pack_rules,
                presets,
                texts: OnceLock::new(),
                pack_texts,
                options,
                names,
                #[cfg(feature = "parallel")]
                pool,
            }),
        })
    }

    /// Whether a built-in rule has this id, alias, bare code or tag.
    #[must_use]
    pub fn knows(name: &str) -> bool {
        heads().iter().any(|rule| named(name, rule))
    }

    /// Checks one text.
    #[must_use]
    pub fn check(&self, path: &str, text: &str) -> Report {
        self.check_many(vec![InputFile {
            path: path.to_owned(),
            content: text.as_bytes().to_vec(),
            kind: None,
            context: None,
        }])
    }

    /// Checks many inputs at once, in parallel; rules over sets see all of them.
    #[must_use]
    pub fn check_many(&self, inputs: Vec<InputFile>) -> Report {
        pipeline::check(&self.inner, inputs)
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// Every rule known, by id, those that do not run in this engine too.
    #[must_use]
    pub fn rules(&self) -> Vec<RuleInfo> {
        let texts = self.texts();
        self.all().iter().zip(&texts).map(|(rule, text)| self.info(rule, text)).collect()
    }

    /// What there is to know of the rule with this id or alias (bare codes too).
    #[must_use]
    pub fn explain(&self, name: &str) -> Vec<RuleInfo> {
        let texts = self.texts();
        let all = self.all();
        let rules = || all.iter().zip(&texts);
        match rules().find(|(rule, _)| rule.id == name) {
            Some((rule, text)) => vec![self.info(rule, text)],
            None => rules()
                .filter(|(rule, _)| names_rule(name, &rule.id, &rule.aliases))
                .map(|(rule, text)| self.info(rule, text))
                .collect(),
        }
    }

    /// The presets.
    #[must_use]
    pub fn presets(&self) -> Vec<PresetInfo> {
        let info = |preset: &Preset| PresetInfo { id: preset.id.clone(), title: preset.title.clone() };
        self.inner.presets.iter().map(info).collect()
    }

    /// The peer, such as `hadolint`, whose verdicts a preset of this engine promises: its severities are that peer's
    /// levels, and reports may show its codes.
    #[must_use]
    pub fn peer(&self) -> Option<&str> {
        self.inner.options.peer.as_deref()
    }

    /// A data table of the rule set, for formats that show peers' words.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Datum> {
        self.inner.program.set.table(name)
    }

    /// The examples of the rules that run in this engine: what `hullmark test` and the project's tests run.
    #[must_use]
    pub fn examples(&self) -> Vec<(String, Vec<hullmark_language::Example>)> {
        self.all()
            .iter()
            .zip(self.texts())
            .filter(|(rule, _)| self.is_active(&rule.id))
            .map(|(rule, text)| (rule.id.clone(), text.examples))
            .collect()
    }

    /// Every rule known, active or not, in the order of [`Engine::texts`].
    fn all(&self) -> Vec<Rule> {
        let mut rules = RuleSet::decode(hullmark_rules::RULES).map_or_else(|_| Vec::new(), |set| set.rules);
        rules.extend(self.inner.pack_rules.iter().cloned());
        rules
    }

    /// The texts of the rules, in the order of [`Engine::all`]; empty ones for what was not loaded.
    fn texts(&self) -> Vec<RuleText> {
        let built_in = self.inner.texts.get().map_or(BUILT_IN_TEXTS, Vec::as_slice);
        let mut texts = TextSet::decode(built_in).map_or_else(|_| Vec::new(), |set| set.texts);
        texts.resize(heads().len(), RuleText::default());
        texts.extend(self.inner.pack_texts.iter().cloned());
        texts
    }

    /// Whether the texts of the built-in rules are there: with the feature `texts` they always are.
    #[must_use]
    pub fn has_texts(&self) -> bool {
        !BUILT_IN_TEXTS.is_empty() || self.inner.texts.get().is_some()
    }

    /// Takes the texts of the built-in rules, which titles and explanations are made of, where they were not built in:
    /// the file that the build of this version made of them.
    ///
    /// # Errors
    /// [`ErrorKind::BadTexts`] when they are not those of this version.
    pub fn load_texts(&self, bytes: Vec<u8>) -> Result<(), Error> {
        let bad = |message: &str| Error::new(ErrorKind::BadTexts, message);
        let set = TextSet::decode(&bytes).map_err(|error| bad(&format!("these are no texts of rules: {error}")))?;
        if set.texts.len() != heads().len() {
            return Err(bad("these are the texts of another version"));
        }
        // Loaded twice they are the same.
        let _ = self.inner.texts.set(bytes);
        Ok(())
    }

    fn is_active(&self, id: &str) -> bool {
        self.inner.program.set.rules.iter().any(|rule| rule.id == id)
    }

    /// The parameters of `rule` as they are in this engine.
    fn params(&self, rule: &Rule, text: &RuleText) -> Vec<RuleParam> {
        let running = self.inner.program.set.rules.iter().find(|one| one.id == rule.id).unwrap_or(rule);
        let docs = text.params.iter().map(String::as_str).chain(std::iter::repeat(""));
        let param = |(param, doc): (&Param, &str)| RuleParam {
            name: param.name.clone(),
            doc: doc.to_owned(),
            value: one_line(&param.default),
        };
        running.params.iter().zip(docs).map(param).collect()
    }

    fn info(&self, rule: &Rule, text: &RuleText) -> RuleInfo {
        let example = |wanted| {
            text.examples
                .iter()
                .find(|example| example.expectation == wanted)
                .and_then(|example| example.files.first())
                .map_or_else(String::new, |(_, text)| text.clone())
        };
        RuleInfo {
            id: rule.id.clone(),
            title: text.title.clone(),
            severity: rule.severity,
            confidence: rule.confidence,
            category: rule.category.clone(),
            status: rule.status,
            inputs: distinct(rule.on.iter().map(|on| on.input)),
            tags: rule.tags.clone(),
            aliases: rule.aliases.clone(),
            compliance: text.compliance.clone(),
            presets: self.inner.presets.iter().filter(|one| one.has(rule)).map(|one| one.id.clone()).collect(),
            active: self.is_active(&rule.id),
            fix: rule.fix.as_ref().map(|fix| fix.safety),
            rationale: text.rationale.clone(),
            references: text.references.clone(),
            params: self.params(rule, text),
            bad_example: example(hullmark_language::Expectation::Bad),
            good_example: example(hullmark_language::Expectation::Good),
            source: text.source.clone(),
        }
    }
}

/// The built-in rules by their names alone.
fn heads() -> Vec<Rule> {
    RuleSet::decode_where(hullmark_rules::RULES, |_| Vec::new()).map_or_else(|_| Vec::new(), |set| set.rules)
}

pub(crate) fn chosen_presets(set: &RuleSet, ids: &[String]) -> Result<Vec<Preset>, Error> {
    let default = [DEFAULT_PRESET.to_owned()];
    let ids = if ids.is_empty() { &default[..] } else { ids };
    ids.iter()
        .map(|id| {
            set.presets.iter().find(|preset| preset.id == *id).cloned().ok_or_else(|| {
                let known: Vec<&str> = set.presets.iter().map(|preset| preset.id.as_str()).collect();
                Error::new(ErrorKind::UnknownPreset, format!("no preset is called `{id}`"))
                    .with_help(format!("there are {}", known.join(", ")))
            })
        })
        .collect()
}

/// The kinds in which pods are looked for: those of all presets, or all where one wants all.
fn pod_kinds(presets: &[Preset]) -> Vec<String> {
    if presets.iter().any(|preset| preset.pod_kinds.is_empty()) {
        return Vec::new();
    }
    presets.iter().flat_map(|preset| &preset.pod_kinds).cloned().collect()
}

/// Whether `name`, an id, alias, bare code, tag or pattern of ids, names the rule.
pub(crate) fn named(name: &str, rule: &Rule) -> bool {
    names_rule(name, &rule.id, &rule.aliases) || rule.tags.iter().any(|tag| tag == name) || rule.category == name
}

fn check_names<'n>(set: &RuleSet, names: impl Iterator<Item = &'n String>) -> Result<(), Error> {
    for name in names {
        if !set.rules.iter().any(|rule| named(name, rule)) {
            return Err(Error::new(ErrorKind::UnknownRule, format!("no rule, alias or tag is called `{name}`"))
                .with_help("`hullmark rules` lists them"));
        }
    }
    Ok(())
}

/// Gives parameters the values of the options: those named, `kubernetes-version` and `date`.
fn set_params(rules: &mut [Rule], builder: &EngineBuilder) -> Result<(), Error> {
    if let Some(version) = &builder.kubernetes_version {
        set_kubernetes_version(rules, version.trim_start_matches('v'))?;
    }
    if let Some(date) = &builder.date {
        if day(date).is_none() {
            return Err(
                Error::new(ErrorKind::BadOption, format!("`{date}` is no date")).with_help("write it as 2026-11-25")
            );
        }
        set_everywhere(rules, "date", date);
    }
    for (name, param, value) in &builder.params {
        let mut running = rules.iter_mut().filter(|rule| named(name, rule)).peekable();
        // A parameter of a rule that does not run changes nothing.
        if running.peek().is_none() {
            continue;
        }
        let mut had = false;
        for found in running.flat_map(|rule| &mut rule.params).filter(|found| found.name == *param) {
            found.default = value.clone();
            had = true;
        }
        if !had {
            return Err(Error::new(ErrorKind::BadOption, format!("rule `{name}` has no parameter `{param}`")));
        }
    }
    Ok(())
}

fn set_kubernetes_version(rules: &mut [Rule], version: &str) -> Result<(), Error> {
    let fine = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !(version.contains('.') && version.split('.').all(fine)) {
        return Err(Error::new(ErrorKind::BadOption, format!("`{version}` is no Kubernetes version"))
            .with_help("write it as 1.34"));
    }
    set_everywhere(rules, "kubernetes-version", version);
    Ok(())
}

/// Gives the parameter `name` of every rule that has it a value.
fn set_everywhere(rules: &mut [Rule], name: &str, value: &str) {
    for param in rules.iter_mut().flat_map(|rule| &mut rule.params).filter(|param| param.name == name) {
        param.default = Datum::Scalar(Scalar::Text(value.to_owned()));
    }
}

/// The inputs in their order, each once.
fn distinct(inputs: impl Iterator<Item = Input>) -> Vec<Input> {
    let mut found = Vec::new();
    for input in inputs {
        if !found.contains(&input) {
            found.push(input);
        }
    }
    found
}

/// Refuses regular expressions that parameters give and that do not compile; those written in rules were checked when
/// the rules were loaded.
fn check_patterns(rules: &[Rule]) -> Result<(), Error> {
    for rule in rules {
        if let Some(pattern) = patterns(rule).into_iter().find(|pattern| pattern::Regex::new(pattern).is_none()) {
            let message = format!("a parameter of rule `{}` is no regular expression: `{pattern}`", rule.id);
            return Err(Error::new(ErrorKind::BadOption, message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_regular_expression_of_every_preset_compiles() {
        for PresetInfo { id: preset, .. } in Engine::builder().build().unwrap().presets() {
            let engine = Engine::builder().preset(&preset).build().unwrap();
            assert_eq!(check_patterns(&engine.inner.program.set.rules), Ok(()), "{preset}");
        }
    }

    #[test]
    fn a_parameter_that_is_no_regular_expression_is_refused() {
        let bad = Datum::Scalar(Scalar::Text("(".to_owned()));
        let built = Engine::builder().preset("all").param("secret-name-in-build", "words", bad).build();
        assert_eq!(built.map(|_| ()).unwrap_err().code(), "bad-option");
    }
}
