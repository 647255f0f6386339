//! The options that hadolint's users have: `.hadolint.yaml` and the environment.
//!
//! They are read for the presets `hadolint` and `hadolint-all`. As with hadolint, the first file found counts alone,
//! lists of file and environment add up, and of other options the file's counts.

use std::path::{Path, PathBuf};

use hullmark::{Datum, Engine, Scalar, Severity};
use hullmark_document::yaml;

use crate::args::Format;
use crate::call_error::CallError;
use crate::config::{self, At, Fault};

/// The presets whose users bring such a file.
pub(crate) const PRESETS: &[&str] = &["hadolint", "hadolint-all"];

/// The keys of such a file.
const KEYS: &[&str] = &[
    "ignored",
    "override",
    "trustedRegistries",
    "label-schema",
    "strict-labels",
    "disable-ignore-pragma",
    "failure-threshold",
    "no-fail",
    "no-color",
    "verbose",
    "formats",
    "format",
];

/// The keys by which a file is known to be one: `format` is one of ours too.
const TELLING: usize = KEYS.len() - 1;

/// What a label may have to hold.
const LABEL_TYPES: &[&str] = &["text", "url", "rfc3339", "spdx", "hash", "semver", "email"];

/// The levels that rules may be given, from the one that yields to all others.
const LEVELS: &[&str] = &["style", "info", "warning", "error"];

/// Options as hadolint has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hadolint {
    ignored: Vec<String>,
    /// Code and severity; later ones count.
    overrides: Vec<(String, Severity)>,
    registries: Vec<String>,
    /// Label and type.
    labels: Vec<(String, String)>,
    strict_labels: Option<bool>,
    no_pragmas: Option<bool>,
    threshold: Option<Severity>,
    no_fail: Option<bool>,
    no_color: Option<bool>,
    verbose: Option<bool>,
    formats: Vec<Format>,
    /// Whether hadolint was asked for at all.
    asked: bool,
}

/// Whether a file of this name, or with this text, is hadolint's.
pub(crate) fn is_config(path: &Path, text: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let telling = KEYS.get(..TELLING).unwrap_or_default();
    matches!(&*name, ".hadolint.yaml" | ".hadolint.yml" | "hadolint.yaml" | "hadolint.yml") || {
        let tree = yaml::parse(text.into(), &yaml::Limits::default()).tree;
        let mut keys = tree.roots().iter().flat_map(|&root| tree.children(root)).map(|id| tree.key(id));
        keys.any(|key| telling.contains(&key))
    }
}

impl Hadolint {
    /// The options of the environment, and of the file `named` or else of the first that there is: in the working folder,
    /// in that for configurations, at home.
    ///
    /// # Errors
    /// When the file cannot be read, is no YAML, or gives an option what it cannot have.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self, CallError> {
        let mut made = Self::of_environment(|name| std::env::var(name).ok());
        let Some(path) = named.map(Path::to_owned).or_else(|| places().into_iter().find(|path| path.is_file())) else {
            return Ok(made);
        };
        let file = config::read(&path, |text| Self::parse(text, &path.display().to_string()))?;
        made.under(file);
        if made.verbose == Some(true) {
            crate::output::to_stderr(&format!("hadolint's options are read from {}\n", path.display()));
        }
        Ok(made)
    }

    /// Puts the options of a file above those of the environment.
    fn under(&mut self, file: Self) {
        self.ignored.extend(file.ignored);
        self.registries.extend(file.registries);
        self.labels.extend(file.labels);
        self.formats.extend(file.formats);
        // Whichever says it, the higher level counts.
        self.overrides.extend(file.overrides);
        self.overrides.sort_by_key(|&(_, severity)| severity);
        self.strict_labels = file.strict_labels.or(self.strict_labels);
        self.no_pragmas = file.no_pragmas.or(self.no_pragmas);
        self.threshold = file.threshold.or(self.threshold);
        self.no_fail = file.no_fail.or(self.no_fail);
        self.no_color = file.no_color.or(self.no_color);
        self.verbose = file.verbose.or(self.verbose);
    }

    /// The options that `variable` gives. What cannot be is told and left out, as hadolint leaves it out.
    fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let list = |name: &str| -> Vec<String> {
            variable(name).into_iter().flat_map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>()).collect()
        };
        let flag = |name: &str| {
            let truths = ["1", "y", "on", "true", "yes"];
            variable(name).map(|text| truths.contains(&text.to_ascii_lowercase().as_str()))
        };
        fn known<T>(name: &str, text: &str, value: Option<T>) -> Option<T> {
            if value.is_none() {
                crate::output::to_stderr(&format!("warning: {name} cannot be `{text}`, so it says nothing\n"));
            }
            value
        }
        let mut made = Self {
            ignored: list("HADOLINT_IGNORE"),
            registries: list("HADOLINT_TRUSTED_REGISTRIES"),
            strict_labels: flag("HADOLINT_STRICT_LABELS"),
            no_pragmas: flag("HADOLINT_DISABLE_IGNORE_PRAGMA"),
            no_fail: flag("HADOLINT_NOFAIL"),
            verbose: flag("HADOLINT_VERBOSE"),
            asked: true,
            ..Self::default()
        };
        for word in LEVELS {
            let codes = list(&format!("HADOLINT_OVERRIDE_{}", word.to_ascii_uppercase()));
            made.overrides.extend(codes.into_iter().filter_map(|code| Some((code, level(word)?))));
        }
        for label in list("HADOLINT_REQUIRE_LABELS") {
            let (name, word) = label.split_once(':').unwrap_or((&label, ""));
            let kind = known("HADOLINT_REQUIRE_LABELS", &label, label_type(word));
            made.labels.extend(kind.map(|kind| (name.to_owned(), kind)));
        }
        made.threshold = variable("HADOLINT_FAILURE_THRESHOLD")
            .and_then(|word| known("HADOLINT_FAILURE_THRESHOLD", &word, threshold(&word)));
        made.formats = variable("HADOLINT_FORMAT")
            .and_then(|word| known("HADOLINT_FORMAT", &word, format(&word)))
            .into_iter()
            .collect();
        made
    }

    /// Reads the text of a file called `shown`.
    fn parse(text: &str, shown: &str) -> Result<Self, Fault> {
        let mut made = Self::default();
        config::parsed(text, |root| made.fill(root, shown))?;
        Ok(made)
    }

    fn fill(&mut self, root: At<'_>, shown: &str) -> Result<(), Fault> {
        for at in root.entries()? {
            if at.is_null() {
                continue;
            }
            match at.key() {
                "ignored" => self.ignored = at.list()?,
                "trustedRegistries" => self.registries = at.list()?,
                "override" => {
                    for levels in at.entries()?.filter(|levels| !levels.is_null()) {
                        let Some(severity) = level(levels.key()) else {
                            warn(shown, levels.key());
                            continue;
                        };
                        self.overrides.extend(levels.list()?.into_iter().map(|code| (code, severity)));
                    }
                }
                "label-schema" => {
                    for label in at.entries()? {
                        let kind = label_type(label.text()?).ok_or_else(|| {
                            label.fault_with(
                                format!("a label cannot be of the type `{}`", label.text().unwrap_or("")),
                                LABEL_TYPES,
                            )
                        })?;
                        self.labels.push((label.key().to_owned(), kind));
                    }
                }
                "strict-labels" => self.strict_labels = Some(at.bool()?),
                "disable-ignore-pragma" => self.no_pragmas = Some(at.bool()?),
                "no-fail" => self.no_fail = Some(at.bool()?),
                "no-color" => self.no_color = Some(at.bool()?),
                "verbose" => self.verbose = Some(at.bool()?),
                "failure-threshold" => {
                    let word = at.text()?;
                    let known = ["error", "warning", "info", "style", "ignore", "none"];
                    let fault = || at.fault_with(format!("`{word}` is no threshold"), &known);
                    self.threshold = Some(threshold(word).ok_or_else(fault)?);
                }
                "format" => self.formats.push(at.hadolint_format()?),
                "formats" => {
                    for item in at.items()? {
                        self.formats.push(item.hadolint_format()?);
                    }
                }
                key => warn(shown, key),
            }
        }
        Ok(())
    }

    /// Codes to leave out, and severities: those of rules that there are.
    pub(crate) fn ignored(&self) -> impl Iterator<Item = String> {
        self.ignored.iter().filter(|code| is_known(code)).map(|code| format!("hadolint:{code}"))
    }

    /// The severities of codes; later ones count.
    pub(crate) fn severities(&self) -> impl Iterator<Item = (String, Severity)> {
        let known = self.overrides.iter().filter(|(code, _)| is_known(code));
        known.map(|(code, severity)| (format!("hadolint:{code}"), *severity))
    }

    /// Parameters: rule, name, value.
    pub(crate) fn params(&self) -> Vec<(String, String, Datum)> {
        let text = |text: &String| Datum::Scalar(Scalar::Text(text.clone()));
        let mut made = Vec::new();
        let mut set = |rule: &str, name: &str, value| made.push((rule.to_owned(), name.to_owned(), value));
        if !self.registries.is_empty() {
            set("hadolint:DL3026", "registries", Datum::List(self.registries.iter().map(text).collect()));
        }
        if !self.labels.is_empty() {
            let labels = self.labels.iter().map(|(name, kind)| (name.clone(), text(kind)));
            set("label-schema", "schema", Datum::Map(labels.collect()));
        }
        if self.strict_labels == Some(true) {
            set("hadolint:DL3050", "strict", Datum::Scalar(Scalar::Bool(true)));
        }
        made
    }

    /// Whether comments set nothing aside.
    pub(crate) fn no_pragmas(&self) -> bool {
        self.no_pragmas == Some(true)
    }

    /// Whether one of hadolint's presets is asked for.
    pub(crate) fn is_asked(&self) -> bool {
        self.asked
    }

    /// From which severity on the exit status is 1.
    pub(crate) fn threshold(&self) -> Option<Severity> {
        self.asked.then(|| self.threshold.unwrap_or(Severity::Low))
    }

    /// Whether findings leave the exit status 0.
    pub(crate) fn no_fail(&self) -> bool {
        self.no_fail == Some(true)
    }

    /// Whether nothing is coloured.
    pub(crate) fn no_color(&self) -> bool {
        self.no_color == Some(true)
    }

    /// The formats of the report.
    pub(crate) fn formats(&self) -> &[Format] {
        &self.formats
    }
}

impl At<'_> {
    fn hadolint_format(self) -> Result<Format, Fault> {
        let word = self.text()?;
        let known = "tty, json, checkstyle, codeclimate, gitlab_codeclimate, gnu, codacy, sonarqube, sarif, junit";
        format(word).ok_or_else(|| self.fault_with(format!("`{word}` is no format"), &[known]))
    }
}

/// Where hadolint looks for its file, in its order.
fn places() -> Vec<PathBuf> {
    let absolute = |path: &PathBuf| path.is_absolute();
    let home = std::env::home_dir().filter(absolute);
    let settings = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(absolute);
    let settings = settings.or_else(|| home.as_ref().map(|home| home.join(".config")));
    let mut stems = vec![PathBuf::from(".hadolint")];
    stems.extend(settings.map(|folder| folder.join("hadolint")));
    if let Some(home) = home {
        stems.extend([".hadolint/hadolint", ".hadolint/config", ".hadolint"].map(|stem| home.join(stem)));
    }
    let endings = |stem: PathBuf| [".yaml", ".yml"].map(|ending| PathBuf::from(format!("{}{ending}", stem.display())));
    stems.into_iter().flat_map(endings).collect()
}

/// Whether hadolint or ShellCheck could have a code of this name.
fn is_code(name: &str) -> bool {
    let digits = name.strip_prefix("DL").or_else(|| name.strip_prefix("SC")).unwrap_or("");
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `name` is a code that no rule answers for: to ignore it changes nothing.
pub(crate) fn is_of_no_rule(name: &str) -> bool {
    is_code(name) && !Engine::knows(&format!("hadolint:{name}"))
}

/// The alias that `name` stands for, when that is a code of ShellCheck's.
pub(crate) fn alias_of_script_code(name: &str) -> Option<String> {
    let code = name.strip_prefix("hadolint:").unwrap_or(name);
    (code.starts_with("SC") && is_code(code)).then(|| format!("hadolint:{code}"))
}

/// Whether a rule answers for the code. Of one that looks like no code at all is told.
fn is_known(code: &str) -> bool {
    if !is_code(code) {
        crate::output::to_stderr(&format!("warning: `{code}` is no code of hadolint's, so it changes nothing\n"));
        return false;
    }
    Engine::knows(&format!("hadolint:{code}"))
}

/// Tells of a key that means nothing; hadolint passes it over in silence.
fn warn(shown: &str, key: &str) {
    crate::output::to_stderr(&format!("warning: {shown}: hadolint has no option `{key}`, so it changes nothing\n"));
}

/// The severity that hadolint's level is here.
fn level(word: &str) -> Option<Severity> {
    Some(match word {
        "error" => Severity::High,
        "warning" => Severity::Medium,
        "info" => Severity::Low,
        "style" => Severity::Info,
        _ => return None,
    })
}

fn threshold(word: &str) -> Option<Severity> {
    level(word).or(matches!(word, "ignore" | "none").then_some(Severity::Info))
}

fn label_type(word: &str) -> Option<String> {
    let word = if word.is_empty() { "text" } else { word };
    LABEL_TYPES.contains(&word).then(|| word.to_owned())
}

/// The format that hadolint calls so.
fn format(word: &str) -> Option<Format> {
    Some(match word {
        "tty" => Format::Tty,
        "json" => Format::Hadolint,
        "checkstyle" => Format::Checkstyle,
        "codeclimate" => Format::Codeclimate,
        "gitlab_codeclimate" => Format::Gitlab,
        "gnu" => Format::Gnu,
        "codacy" => Format::Codacy,
        "sonarqube" => Format::Sonarqube,
        "sarif" => Format::Sarif,
        "junit" => Format::Junit,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read() {
        let text = "ignored: [DL3008]\noverride:\n  error: [DL3007]\n  style: [DL3007, DL3015]\n  info:\n\
                    trustedRegistries: [a.io]\nlabel-schema: {owner: text, v: semver, x: ''}\nstrict-labels: true\n\
                    disable-ignore-pragma: true\nfailure-threshold: none\nno-fail: true\nno-color: true\nverbose: false\n\
                    format: json\nformats: [gnu, gitlab_codeclimate]\n";
        let mut made = Hadolint::of_environment(|name| match name {
            "HADOLINT_OVERRIDE_WARNING" => Some("DL3007,DL3057".to_owned()),
            "HADOLINT_FAILURE_THRESHOLD" => Some("error".to_owned()),
            "HADOLINT_NOFAIL" => Some("Yes".to_owned()),
            "HADOLINT_REQUIRE_LABELS" => Some("z,u:url".to_owned()),
            "HADOLINT_FORMAT" => Some("sarif".to_owned()),
            "HADOLINT_IGNORE" => Some("DL3059".to_owned()),
            _ => None,
        });
        assert_eq!((made.no_fail(), made.threshold()), (true, Some(Severity::High)));
        made.under(Hadolint::parse(text, "").unwrap());
        assert_eq!(made.ignored().collect::<Vec<_>>(), ["hadolint:DL3059", "hadolint:DL3008"]);
        let last = |code: &str| made.severities().filter(|(name, _)| name == code).last().map(|(_, severity)| severity);
        assert_eq!(last("hadolint:DL3007"), Some(Severity::High), "the highest counts");
        assert_eq!(last("hadolint:DL3057"), Some(Severity::Medium));
        assert_eq!(made.threshold(), Some(Severity::Info), "the file counts");
        let labels = ["z", "u", "owner", "v", "x"];
        assert_eq!(made.labels.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), labels);
        assert_eq!(made.formats(), [Format::Sarif, Format::Hadolint, Format::Gnu, Format::Gitlab]);
        assert_eq!(made.params().len(), 3);
        assert!(made.no_pragmas() && made.no_color() && made.verbose == Some(false));
    }

    #[test]
    fn what_cannot_be_points_at_the_word() {
        let fault = |text: &str| Hadolint::parse(text, "").unwrap_err().span.text(text).to_owned();
        assert_eq!(fault("failure-threshold: Error\n"), "Error");
        assert_eq!(fault("label-schema: {a: version}\n"), "version");
        assert_eq!(fault("no-fail: 1\n"), "1");
        assert_eq!(fault("ignored: DL3008\n"), "DL3008");
        assert_eq!(fault("format: text\n"), "text");
    }

    #[test]
    fn what_means_nothing_is_left_out() {
        let made = Hadolint::of_environment(|name| match name {
            "HADOLINT_FORMAT" | "HADOLINT_FAILURE_THRESHOLD" => Some("x".to_owned()),
            "HADOLINT_REQUIRE_LABELS" => Some("a:b".to_owned()),
            "HADOLINT_NOFAIL" => Some("enabled".to_owned()),
            "HADOLINT_IGNORE" => Some("DL3008, DL3009".to_owned()),
            _ => None,
        });
        assert!(made.formats().is_empty() && made.labels.is_empty() && !made.no_fail());
        assert_eq!(made.threshold(), Some(Severity::Low));
        assert_eq!(made.ignored().collect::<Vec<_>>(), ["hadolint:DL3008"]);
        assert_eq!(Hadolint::parse("foo: 1\noverride: {bar: [DL3008]}\n", "x").unwrap(), Hadolint::default());
    }
}
