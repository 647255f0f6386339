//! The options that kube-linter's users have: `.kube-linter.yaml`, read for the presets `kube-linter` and
//! `kube-linter-all`. Its custom checks become rules of their own, as those of a pack.

mod capability;
mod instance;
mod params;
mod template;
mod update;

use std::path::{Component, Path, PathBuf};

use hullmark::{Datum, Engine, RuleInfo, SourceFile};
use hullmark_document::{Span, yaml};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use self::instance::Head;
use self::params::Params;
use self::template::{Piece, Source};
use crate::call_error::CallError;
use crate::config::{self, At, Fault};

/// The presets whose users bring such a file.
pub(crate) const PRESETS: &[&str] = &["kube-linter", "kube-linter-all"];

/// Where it is looked for, in this order.
const NAMES: &[&str] = &[".kube-linter.yaml", ".kube-linter.yml"];

/// The keys of such a file.
const KEYS: &[&str] = &["checks", "customChecks"];

/// Checks of kube-linter's that no rule answers for.
const NOT_HERE: &[&str] = &["schema-validation", "sorted-keys"];

/// How many checks of probes the same rules answer for.
const PROBES: usize = template::PROBES.len();

/// Names of templates that are no checks, so that a custom check may be called so.
const FREE_NAMES: &[&str] = &["forbidden-annotation", "statefulset-volumeclaimtemplate-annotation"];

/// Options as kube-linter has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct KubeLinter {
    all: bool,
    no_defaults: bool,
    include: Vec<String>,
    exclude: Vec<String>,
    /// Patterns of paths, from the root on.
    ignored_paths: Vec<String>,
    rules: Vec<CustomRule>,
    params: Vec<(String, String, Datum)>,
    /// The file: its name and text.
    file: (String, String),
}

/// A rule of a custom check.
#[derive(Clone, Debug, PartialEq)]
struct CustomRule {
    id: String,
    text: String,
    /// Its parameters in the file.
    span: Span,
}

/// Whether a file of this name, or with this text, is kube-linter's.
pub(crate) fn is_config(path: &Path, text: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    NAMES.contains(&&*name) || {
        let tree = yaml::parse(text.into(), &yaml::Limits::default()).tree;
        let mut keys = tree.roots().iter().flat_map(|&root| tree.children(root)).map(|id| tree.key(id));
        keys.any(|key| KEYS.contains(&key))
    }
}

impl KubeLinter {
    /// The options of the file `named`, or else of the one in the working folder.
    ///
    /// # Errors
    /// When it cannot be read, is no YAML, or asks for what cannot be had.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self, CallError> {
        let found = || NAMES.iter().map(PathBuf::from).find(|path| path.is_file());
        let Some(path) = named.map(Path::to_owned).or_else(found) else { return Ok(Self::default()) };
        config::read(&path, |text| Self::parse(text, &path.display().to_string()))
    }

    /// Reads the text of a file called `shown`.
    fn parse(text: &str, shown: &str) -> Result<Self, Fault> {
        let mut made = Self { file: (shown.to_owned(), text.to_owned()), ..Self::default() };
        config::parsed(text, |root| made.fill(root))?;
        Ok(made)
    }

    fn fill(&mut self, root: At<'_>) -> Result<(), Fault> {
        let (mut included, mut custom) = (Vec::new(), Vec::new());
        for at in root.entries()?.filter(|at| !at.is_null()) {
            match at.key().to_ascii_lowercase().as_str() {
                "checks" => included = self.fill_checks(at)?,
                "customchecks" => custom = at.each(),
                _ => self.warn(&format!("kube-linter has no option `{}`, so it changes nothing", at.key())),
            }
        }
        let names = self.fill_custom(&custom)?;
        self.check_names(&included, &names)?;
        self.split_probes();
        Ok(())
    }

    /// Gives back the names of checks to include.
    fn fill_checks<'t>(&mut self, checks: At<'t>) -> Result<Vec<At<'t>>, Fault> {
        let mut included = Vec::new();
        for at in checks.entries()?.filter(|at| !at.is_null()) {
            match at.key().to_ascii_lowercase().as_str() {
                "addallbuiltin" => self.all = at.bool()?,
                "donotautoadddefaults" => self.no_defaults = at.bool()?,
                "exclude" => self.exclude = at.texts()?,
                "include" => included = at.each(),
                "ignorepaths" => {
                    self.ignored_paths = at.texts()?.iter().map(|path| absolute(path)).collect();
                    matcher(&self.ignored_paths).map_err(|error| at.fault(format!("no pattern of paths: {error}")))?;
                }
                _ => self.warn(&format!("kube-linter has no option `checks.{}`, so it changes nothing", at.key())),
            }
        }
        Ok(included)
    }

    /// Notes which checks to include, and looks whether those named are there; `custom` ones run without being asked for.
    fn check_names(&mut self, included: &[At<'_>], custom: &[String]) -> Result<(), Fault> {
        for item in included {
            let name = item.text()?;
            if NOT_HERE.contains(&name) {
                self.warn(&format!("no rule answers for kube-linter's check `{name}`, so it is left out"));
            } else if Engine::knows(&alias(name)) {
                self.include.push(name.to_owned());
            } else if !custom.iter().any(|one| one == name) {
                let help = Some("`hullmark rules --preset kube-linter-all` lists them by their aliases".to_owned());
                return Err(Fault { help, ..item.fault(format!("kube-linter has no check `{name}`")) });
            }
        }
        for name in &self.exclude {
            let is_known = custom.contains(name) || NOT_HERE.contains(&name.as_str()) || Engine::knows(&alias(name));
            if !is_known {
                self.warn(&format!("kube-linter has no check `{name}`, so excluding it changes nothing"));
            }
        }
        Ok(())
    }

    /// Gives back the names of the checks.
    fn fill_custom(&mut self, checks: &[At<'_>]) -> Result<Vec<String>, Fault> {
        let mut names: Vec<String> = Vec::new();
        if checks.is_empty() {
            return Ok(names);
        }
        let known = Engine::builder().build().map(|engine| engine.rules()).unwrap_or_default();
        for &check in checks {
            let name = self.fill_check(check, &known)?;
            if names.contains(&name) {
                return Err(check.fault(format!("two custom checks are called `{name}`")));
            }
            names.push(name);
        }
        Ok(names)
    }

    fn fill_check(&mut self, check: At<'_>, known: &[RuleInfo]) -> Result<String, Fault> {
        let mut head =
            Head { name: String::new(), description: String::new(), remediation: String::new(), kinds: Vec::new() };
        let (mut template, mut params) = (None, None);
        for at in check.entries()?.filter(|at| !at.is_null()) {
            match at.key().to_ascii_lowercase().as_str() {
                "name" => {
                    at.text()?.clone_into(&mut head.name);
                    if !instance::answering(known, &head.name).is_empty() && !FREE_NAMES.contains(&head.name.as_str()) {
                        return Err(at.fault(format!("kube-linter has a check of its own called `{}`", head.name)));
                    }
                }
                "description" => at.text()?.clone_into(&mut head.description),
                "remediation" => at.text()?.clone_into(&mut head.remediation),
                "scope" => head.kinds = scope(at)?,
                "template" => template = Some(at),
                "params" => params = Some(at),
                _ => self.warn(&format!("kube-linter has no option `{}` for a check, so it changes nothing", at.key())),
            }
        }
        let Some(template) = template.filter(|_| !head.name.is_empty()) else {
            return Err(check.fault("a custom check has a `name` and a `template`".to_owned()));
        };
        let pieces = template::pieces(template, &Params::read(template, params)?)?;
        if !self.exclude.contains(&head.name) {
            for piece in pieces {
                if !self.add(&piece, &head, known, params.unwrap_or(template).place()) {
                    return Err(template::cannot_be_had(template, template.text()?, template::NO_RULE));
                }
            }
        }
        Ok(head.name)
    }

    /// Adds the rules of a piece of the check `head`, whose parameters stand at `span`; tells whether there are any.
    fn add(&mut self, piece: &Piece, head: &Head, known: &[RuleInfo], span: Span) -> bool {
        let sources: Vec<(&str, &str)> = match &piece.source {
            Source::Text(text) => vec![("", text)],
            Source::Check(name) => {
                let rules = instance::answering(known, name);
                rules.iter().map(|rule| (rule.id.as_str(), rule.source.as_str())).collect()
            }
        };
        for (of, source) in &sources {
            let id = instance::id(&head.name, |id| {
                self.rules.iter().any(|rule| rule.id == id) || instance::is_taken(known, id)
            });
            let rule = known.iter().find(|rule| rule.id == *of);
            let has = |name: &str| rule.is_some_and(|rule| rule.params.iter().any(|param| param.name == name));
            let fitting = piece.params.iter().filter(|one| one.rule.is_none_or(|rule| rule == *of) && has(one.name));
            self.params.extend(fitting.map(|one| (id.clone(), one.name.to_owned(), one.value.clone())));
            let text = instance::rule(&id, source, head);
            self.rules.push(CustomRule { id, text, span });
        }
        !sources.is_empty()
    }

    /// Puts rules for single probes in the place of those for all, when some are not to be looked at: each has the code
    /// of its own check.
    fn split_probes(&mut self) {
        if !self.splits_probes() {
            return;
        }
        let known = Engine::builder().build().map(|engine| engine.rules()).unwrap_or_default();
        for check in self.probes() {
            let head = Head {
                name: check.to_owned(),
                description: "Probe of a port that the container does not have".to_owned(),
                ..Head::default()
            };
            if let Some(piece) = template::probe(check) {
                self.add(&piece, &head, &known, Span::empty(0));
            }
        }
    }

    fn splits_probes(&self) -> bool {
        !matches!(self.probes().len(), 0 | PROBES)
    }

    fn warn(&self, message: &str) {
        crate::output::to_stderr(&format!("warning: {}: {message}\n", self.file.0));
    }

    /// The presets of a call, with all checks where the file wants them.
    pub(crate) fn presets(&self, presets: Vec<String>) -> Vec<String> {
        let all = |name: String| if self.all && name == "kube-linter" { "kube-linter-all".to_owned() } else { name };
        presets.into_iter().map(all).collect()
    }

    /// The rules to run; none when those of `presets` are to, and the custom ones.
    ///
    /// # Errors
    /// When there is no check to run.
    pub(crate) fn select(&self, presets: &[String]) -> Result<Vec<String>, CallError> {
        let no_defaults = self.no_defaults && !self.all;
        if !no_defaults && self.include.is_empty() {
            return Ok(Vec::new());
        }
        let is_kept = |preset: &&String| !(no_defaults && PRESETS.contains(&preset.as_str()));
        let kept: Vec<&String> = presets.iter().filter(is_kept).collect();
        let mut made: Vec<String> = Vec::new();
        if !kept.is_empty() {
            let builder = kept.into_iter().fold(Engine::builder(), |builder, preset| builder.preset(preset));
            made.extend(builder.build()?.rules().into_iter().filter(|rule| rule.active).map(|rule| rule.id));
        }
        made.extend(self.include.iter().map(|name| alias(name)));
        made.extend(self.rules.iter().map(|rule| rule.id.clone()));
        if made.is_empty() {
            return Err(CallError::new(format!("{}: there is no check to run", self.file.0))
                .with_help("with `doNotAutoAddDefaults` those run that `include` or `customChecks` name"));
        }
        Ok(made)
    }

    /// What not to run.
    pub(crate) fn ignored(&self) -> Vec<String> {
        let of_probes = |name: &str| template::probe(name).is_some();
        let no_probe = self.probes().is_empty();
        let named = self.exclude.iter().filter(|name| no_probe || !of_probes(name)).map(|name| alias(name));
        let made: Vec<String> = named.filter(|alias| Engine::knows(alias)).collect();
        let whole = if self.splits_probes() { template::PROBE_RULES } else { &[] };
        made.into_iter().chain(whole.iter().map(|&rule| rule.to_owned())).collect()
    }

    /// The checks of probes that are on.
    fn probes(&self) -> Vec<&'static str> {
        let defaults = self.all || !self.no_defaults;
        let has = |list: &[String], check: &str| list.iter().any(|name| name == check);
        let on = |check: &str| (defaults || has(&self.include, check)) && !has(&self.exclude, check);
        template::PROBES.iter().map(|(check, _)| *check).filter(|check| on(check)).collect()
    }

    /// Parameters: rule, name, value.
    pub(crate) fn params(&self) -> &[(String, String, Datum)] {
        &self.params
    }

    /// The rules of the custom checks: file, and the place of the check in kube-linter's file.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (SourceFile, Span)> {
        let file = |rule: &CustomRule| SourceFile { path: format!("{}.yaml", rule.id), text: rule.text.clone() };
        self.rules.iter().map(move |rule| (file(rule), rule.span))
    }

    /// The file: its name and text.
    pub(crate) fn file(&self) -> (&str, &str) {
        (&self.file.0, &self.file.1)
    }

    /// Which paths are not to be looked at, when there are any.
    pub(crate) fn ignored_paths(&self) -> Option<IgnoredPaths> {
        let found = if self.ignored_paths.is_empty() { None } else { matcher(&self.ignored_paths).ok() };
        found.map(IgnoredPaths)
    }
}

/// The alias of the rules that answer for a check.
fn alias(check: &str) -> String {
    format!("kube-linter:{check}")
}

/// Patterns of paths that are not to be looked at.
#[derive(Debug)]
pub(crate) struct IgnoredPaths(Gitignore);

impl IgnoredPaths {
    /// Whether the file at `path`, or a folder it is in, is not to be looked at.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = PathBuf::from(absolute(path));
        path.ancestors().enumerate().any(|(above, one)| self.0.matched(one, above > 0).is_ignore())
    }
}

fn matcher(patterns: &[String]) -> Result<Gitignore, ignore::Error> {
    let mut builder = GitignoreBuilder::new("/");
    for pattern in patterns {
        builder.add_line(None, pattern)?;
    }
    builder.build()
}

/// The path from the root on, with `~` for home and without `.` and `..`.
fn absolute(path: &str) -> String {
    let path = match path.strip_prefix("~/").zip(std::env::home_dir()) {
        Some((rest, home)) => home.join(rest),
        None => std::env::current_dir().unwrap_or_default().join(path),
    };
    let mut made = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = made.pop(),
            Component::CurDir => {}
            part => made.push(part),
        }
    }
    made.to_string_lossy().replace('\\', "/")
}

/// The kinds in `objectKinds`.
fn scope(at: At<'_>) -> Result<Vec<String>, Fault> {
    let mut made = Vec::new();
    for list in at.entries()?.filter(|at| !at.is_null()) {
        if !list.key().eq_ignore_ascii_case("objectKinds") {
            return Err(list.key_fault(format!("a scope has `objectKinds` and no `{}`", list.key())));
        }
        for word in list.list()? {
            let kinds = instance::kinds(&word);
            if kinds.is_empty() {
                return Ok(Vec::new());
            }
            made.extend(kinds);
        }
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checks_without_a_rule_are_those_left_out() {
        let text = include_str!("../../../rules/peers/kubernetes.yaml");
        let of_peer = text.split("kube-linter:\n").nth(1).unwrap().split("kube-score:\n").next().unwrap();
        let left = of_peer.split("left-out:").nth(1).unwrap();
        assert!(NOT_HERE.iter().all(|check| left.contains(&format!("[{check}]"))));
        assert_eq!(left.matches("reason:").count(), NOT_HERE.len());
    }

    #[test]
    fn paths_are_counted_from_the_working_folder() {
        let here = std::env::current_dir().unwrap().to_string_lossy().replace('\\', "/");
        assert_eq!(absolute("./a/../b/*.yaml"), format!("{here}/b/*.yaml"));
        let ignored = IgnoredPaths(matcher(&[absolute("charts"), absolute("**/test-*.yaml")]).unwrap());
        assert!(ignored.has("charts/a/b.yaml") && ignored.has("x/y/test-1.yaml") && ignored.has("./charts/c.yaml"));
        assert!(!ignored.has("x/charts.yaml") && !ignored.has("x/test.yaml"));
    }
}
