//! `hullmark.yaml`: the options of the command line in a file, with errors that point into it.

use std::path::{Path, PathBuf};

use hullmark::{Datum, Scalar, Severity};
use hullmark_document::{NodeId, Span, Tree, Value, yaml};
use hullmark_files::{CONFIG_NAMES, reason};

use crate::args::{self, Format, RuleArgs};
use crate::call_error::CallError;
use crate::hadolint::{self, Hadolint};
use crate::kube_linter::{self, KubeLinter};

/// The keys that a config may have.
const KEYS: &[&str] = &[
    "preset",
    "select",
    "ignore",
    "severities",
    "no-inline-ignores",
    "rules",
    "min-severity",
    "fail-on",
    "kubernetes-version",
    "date",
    "format",
    "output",
    "threads",
    "params",
];

/// The options of a config file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Config {
    pub(crate) preset: Vec<String>,
    pub(crate) select: Vec<String>,
    pub(crate) ignore: Vec<String>,
    /// Rule and severity.
    pub(crate) severities: Vec<(String, Severity)>,
    pub(crate) no_inline_ignores: bool,
    /// Packs, counted from the folder of the config.
    pub(crate) rules: Vec<PathBuf>,
    pub(crate) min_severity: Option<Severity>,
    pub(crate) fail_on: Option<Severity>,
    pub(crate) kubernetes_version: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) format: Option<Format>,
    pub(crate) output: Option<PathBuf>,
    pub(crate) threads: Option<usize>,
    /// Rule, parameter, value.
    pub(crate) params: Vec<(String, String, Datum)>,
    /// hadolint's own options, for its presets.
    pub(crate) hadolint: Hadolint,
    /// kube-linter's own options, for its presets.
    pub(crate) kube_linter: KubeLinter,
}

/// Another tool whose configuration is read for its presets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Hadolint,
    KubeLinter,
}

impl Owner {
    /// Whose the file at `path` with this text is, unless it is ours.
    fn of(path: &Path, text: &str) -> Option<Self> {
        if hadolint::is_config(path, text) {
            Some(Self::Hadolint)
        } else {
            kube_linter::is_config(path, text).then_some(Self::KubeLinter)
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Hadolint => "hadolint",
            Self::KubeLinter => "kube-linter",
        }
    }

    fn presets(self) -> &'static [&'static str] {
        match self {
            Self::Hadolint => hadolint::PRESETS,
            Self::KubeLinter => kube_linter::PRESETS,
        }
    }
}

impl Config {
    /// The config that `args` name, else the nearest one in the working folder or above it, up to the folder of the
    /// repository; without any, nothing. Where a preset of hadolint's or kube-linter's is asked for, with the options of
    /// that tool's own file.
    ///
    /// # Errors
    /// When it cannot be read, is no YAML, or says what no option says.
    pub(crate) fn find(args: &RuleArgs) -> Result<Self, CallError> {
        let named = args.config.as_deref();
        let owner = named.map_or(Ok(None), |path| read(path, |text| Ok(Owner::of(path, text))))?;
        let mut made = if owner.is_some() { Self::default() } else { Self::find_own(named)? };
        let presets = if args.preset.is_empty() { &made.preset } else { &args.preset };
        let has = |owner: &Owner| presets.iter().any(|preset| owner.presets().contains(&preset.as_str()));
        if let Some((owner, path)) = owner.as_ref().zip(named).filter(|(owner, _)| !has(owner)) {
            let message = format!("`{}` holds options of {}'s", path.display(), owner.name());
            let help = format!("they go with `--preset {}`", owner.presets().join("` or `--preset "));
            return Err(CallError::new(message).with_help(help));
        }
        let file_of = |one: &Owner| named.filter(|_| owner.as_ref() == Some(one));
        let (hadolint, kube_linter) = (has(&Owner::Hadolint), has(&Owner::KubeLinter));
        if hadolint {
            made.hadolint = Hadolint::find(file_of(&Owner::Hadolint))?;
        }
        if kube_linter {
            made.kube_linter = KubeLinter::find(file_of(&Owner::KubeLinter))?;
        }
        Ok(made)
    }

    fn find_own(named: Option<&Path>) -> Result<Self, CallError> {
        let here = |path: &Path, folder: &Path| read(path, |text| Self::parse(text, folder));
        if let Some(path) = named {
            return here(path, path.parent().unwrap_or(Path::new("")));
        }
        let Ok(start) = std::env::current_dir() else { return Ok(Self::default()) };
        for (steps, folder) in start.ancestors().enumerate() {
            for name in CONFIG_NAMES {
                if folder.join(name).is_file() {
                    // Said from the working folder, as a person would: `../hullmark.yaml`.
                    let from = PathBuf::from("../".repeat(steps));
                    return here(&from.join(name), &from);
                }
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        Ok(Self::default())
    }

    /// Reads `text`, the text of a config in `folder`.
    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, Fault> {
        let mut made = Self::default();
        parsed(text, |root| made.fill(root, folder))?;
        Ok(made)
    }

    fn fill(&mut self, root: At<'_>, folder: &Path) -> Result<(), Fault> {
        for at in root.entries()? {
            match at.key() {
                "preset" => self.preset = at.texts()?,
                "select" => self.select = at.texts()?,
                "ignore" => self.ignore = at.texts()?,
                "severities" => {
                    for rule in at.entries()? {
                        self.severities.push((rule.key().to_owned(), rule.severity()?));
                    }
                }
                "no-inline-ignores" => self.no_inline_ignores = at.bool()?,
                "rules" => self.rules = at.texts()?.into_iter().map(|path| folder.join(path)).collect(),
                "min-severity" => self.min_severity = Some(at.severity()?),
                "fail-on" => self.fail_on = Some(at.severity()?),
                "kubernetes-version" => self.kubernetes_version = Some(at.text()?.to_owned()),
                "date" => self.date = Some(at.text()?.to_owned()),
                "format" => self.format = Some(at.format()?),
                "output" => self.output = Some(folder.join(at.text()?)),
                "threads" => self.threads = Some(at.threads()?),
                "params" => self.params = params(at)?,
                key => {
                    let known = KEYS.join(", ");
                    let fault = at.key_fault(format!("no option is called `{key}`"));
                    return Err(Fault { help: Some(format!("there are {known}")), ..fault });
                }
            }
        }
        Ok(())
    }
}

/// What `parse` makes of the config at `path`.
///
/// # Errors
/// When it cannot be read, or `parse` finds a fault in it.
pub(crate) fn read<T>(path: &Path, parse: impl FnOnce(&str) -> Result<T, Fault>) -> Result<T, CallError> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|error| CallError::new(format!("cannot read the config `{shown}`: {}", reason(&error))))?;
    let text = String::from_utf8(bytes).map_err(|_| CallError::new(format!("the config `{shown}` is not UTF-8")))?;
    parse(&text)
        .map_err(|Fault { message, help, span }| CallError { message, help, place: None }.at(&shown, &text, span))
}

/// Has `fill` read the one document of `text`, when there is any.
///
/// # Errors
/// When it is no YAML, has a key twice or several documents, or `fill` finds a fault in it.
pub(crate) fn parsed(text: &str, fill: impl FnOnce(At<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
    let parsed = yaml::parse(text.into(), &yaml::Limits::default());
    if let Some(problem) = parsed.problems.first() {
        return Err(Fault { message: problem.message.clone(), help: None, span: problem.span });
    }
    let tree = &parsed.tree;
    if let Some(twice) = parsed.duplicate_keys.first() {
        let message = format!("`{}` stands here twice", tree.key(twice.again));
        return Err(Fault { message, help: None, span: tree.key_span(twice.again) });
    }
    match parsed.documents.as_slice() {
        [] => Ok(()),
        [document] => {
            let root = At { tree, id: document.root };
            if root.is_null() { Ok(()) } else { fill(root) }
        }
        [_, second, ..] => {
            let span = Span::empty(second.span.start);
            Err(Fault { message: "a config is one document".to_owned(), help: None, span })
        }
    }
}

/// `params: {rule: {name: value}}`.
fn params(at: At<'_>) -> Result<Vec<(String, String, Datum)>, Fault> {
    let mut made = Vec::new();
    for rule in at.entries()? {
        for param in rule.entries()? {
            made.push((rule.key().to_owned(), param.key().to_owned(), param.datum()));
        }
    }
    Ok(made)
}

/// What is wrong with a config, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) span: Span,
}

/// A node of a config.
#[derive(Clone, Copy)]
pub(crate) struct At<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl<'t> At<'t> {
    pub(crate) fn key(self) -> &'t str {
        self.tree.key(self.id)
    }

    fn value(self) -> Value<'t> {
        self.tree.value(self.id)
    }

    pub(crate) fn fault(self, message: String) -> Fault {
        let span = self.tree.span(self.id);
        let span = if span.is_empty() { self.tree.key_span(self.id) } else { span };
        Fault { message, help: None, span }
    }

    /// The same fault with what would be right.
    pub(crate) fn fault_with(self, message: String, known: &[&str]) -> Fault {
        Fault { help: Some(format!("there are {}", known.join(", "))), ..self.fault(message) }
    }

    pub(crate) fn key_fault(self, message: String) -> Fault {
        Fault { message, help: None, span: self.tree.key_span(self.id) }
    }

    fn called(self) -> String {
        if self.key().is_empty() { "this".to_owned() } else { format!("`{}`", self.key()) }
    }

    fn children(self) -> impl Iterator<Item = Self> + use<'t> {
        let tree = self.tree;
        tree.children(self.id).map(move |id| Self { tree, id })
    }

    pub(crate) fn entries(self) -> Result<impl Iterator<Item = Self> + use<'t>, Fault> {
        match self.value() {
            Value::Map => Ok(self.children()),
            _ => Err(self.fault(format!("{} must be a mapping", self.called()))),
        }
    }

    /// The text; a number, such as the version 1.34, counts as it is spelled.
    pub(crate) fn text(self) -> Result<&'t str, Fault> {
        match self.value() {
            Value::Text(text) => Ok(text),
            Value::Int(_) | Value::Float(_) => Ok(self.tree.span(self.id).text(self.tree.source())),
            _ => Err(self.fault(format!("{} must be a text", self.called()))),
        }
    }

    /// Whether nothing is said.
    pub(crate) fn is_null(self) -> bool {
        matches!(self.value(), Value::Null)
    }

    /// Yes or no.
    pub(crate) fn bool(self) -> Result<bool, Fault> {
        match self.value() {
            Value::Bool(value) => Ok(value),
            _ => Err(self.fault(format!("{} must be true or false", self.called()))),
        }
    }

    /// A whole number.
    pub(crate) fn number(self) -> Result<i64, Fault> {
        match self.value() {
            Value::Int(number) => Ok(number),
            _ => Err(self.fault(format!("{} must be a whole number", self.called()))),
        }
    }

    /// Where it stands.
    pub(crate) fn place(self) -> Span {
        self.tree.span(self.id)
    }

    /// The items of a list; what is no list is its own item.
    pub(crate) fn each(self) -> Vec<Self> {
        match self.value() {
            Value::List => self.children().collect(),
            _ => vec![self],
        }
    }

    /// The items of a list.
    pub(crate) fn items(self) -> Result<impl Iterator<Item = Self> + use<'t>, Fault> {
        match self.value() {
            Value::List => Ok(self.children()),
            _ => Err(self.fault(format!("{} must be a list", self.called()))),
        }
    }

    /// A list of texts, where one text is no list.
    pub(crate) fn list(self) -> Result<Vec<String>, Fault> {
        self.items()?.map(|item| item.text().map(str::to_owned)).collect()
    }

    /// A list of texts; one text stands for a list of one.
    pub(crate) fn texts(self) -> Result<Vec<String>, Fault> {
        match self.value() {
            Value::List => self.children().map(|item| item.text().map(str::to_owned)).collect(),
            _ => Ok(vec![self.text()?.to_owned()]),
        }
    }

    fn severity(self) -> Result<Severity, Fault> {
        let word = self.text()?;
        args::severity(word)
            .map_err(|help| Fault { help: Some(help), ..self.fault(format!("`{word}` is no severity")) })
    }

    fn format(self) -> Result<Format, Fault> {
        let word = self.text()?;
        Format::from_word(word).ok_or_else(|| {
            let help = Some(format!("there are {}", Format::words().join(", ")));
            Fault { help, ..self.fault(format!("`{word}` is no format")) }
        })
    }

    fn threads(self) -> Result<usize, Fault> {
        match self.value() {
            Value::Int(number @ 1..=65_535) => usize::try_from(number).map_err(|_| self.fault(String::new())),
            _ => Err(self.fault("`threads` must be a number from 1 on".to_owned())),
        }
    }

    /// Any value as data; the reader's limit on depth bounds the recursion.
    fn datum(self) -> Datum {
        match self.value() {
            Value::List => Datum::List(self.children().map(Self::datum).collect()),
            Value::Map => Datum::Map(self.children().map(|entry| (entry.key().to_owned(), entry.datum())).collect()),
            Value::Null | Value::Unknown(_) => Datum::Scalar(Scalar::Null),
            Value::Bool(value) => Datum::Scalar(Scalar::Bool(value)),
            Value::Int(value) => Datum::Scalar(Scalar::Int(value)),
            Value::Float(value) => Datum::Scalar(Scalar::Float(value)),
            Value::Text(text) => Datum::Scalar(Scalar::Text(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (String, &str) {
        let fault = Config::parse(text, Path::new("")).unwrap_err();
        (fault.message, fault.span.text(text))
    }

    #[test]
    fn every_key_is_read() {
        let text = "preset: [all, hadolint]\nselect: x\nignore: [a]\nrules: pack\nmin-severity: low\nfail-on: high\n\
                    kubernetes-version: 1.30\ndate: 2026-11-25\nformat: sarif\noutput: out.sarif\nthreads: 2\n\
                    severities: {r: high}\nno-inline-ignores: true\nparams: {r: {allow: ['a/*'], n: 3}}\n";
        let config = Config::parse(text, Path::new("..")).unwrap();
        assert_eq!(config.preset, ["all", "hadolint"]);
        assert_eq!(config.rules, [Path::new("../pack")]);
        assert_eq!(config.kubernetes_version.as_deref(), Some("1.30"), "and not the number 1.3");
        assert_eq!((config.min_severity, config.fail_on), (Some(Severity::Low), Some(Severity::High)));
        assert_eq!((config.format, config.threads), (Some(Format::Sarif), Some(2)));
        assert_eq!(config.date.as_deref(), Some("2026-11-25"));
        assert_eq!(config.params.len(), 2);
        assert_eq!((config.severities.len(), config.no_inline_ignores), (1, true));
        assert_eq!(KEYS.len(), 14);
    }

    #[test]
    fn an_empty_config_says_nothing() {
        for text in ["", "# nothing\n", "---\n"] {
            assert_eq!(Config::parse(text, Path::new("")), Ok(Config::default()));
        }
    }

    #[test]
    fn faults_point_at_the_word() {
        assert_eq!(fault("preset: all\nselct: [x]\n"), ("no option is called `selct`".to_owned(), "selct"));
        assert_eq!(fault("fail-on: severe\n").1, "severe");
        assert_eq!(fault("format: yaml\n").1, "yaml");
        assert_eq!(fault("threads: 0\n").1, "0");
        assert_eq!(fault("params: [x]\n").1, "[x]");
        assert_eq!(fault("preset: a\npreset: b\n").1, "preset");
        assert_eq!(fault("[1]\n").1, "[1]");
        assert!(Config::parse("a: [", Path::new("")).is_err());
        assert!(Config::parse("preset: a\n---\nselect: b\n", Path::new("")).is_err());
    }
}
