//! `hullmark.yaml`: the options of the command line in a file, with errors that point into it.

use std::path::{Path, PathBuf};

use hullmark::{Datum, Scalar, Severity};
use hullmark_document::{NodeId, Span, Tree, Value, yaml};
use hullmark_files::{CONFIG_NAMES, reason};

use crate::args::{self, Format};
use crate::call_error::CallError;

/// The keys that a config may have.
const KEYS: &[&str] = &[
    "preset",
    "select",
    "ignore",
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
}

impl Config {
    /// The config at `named`, else the nearest one in the working folder or above it, up to the folder of the
    /// repository; without any, nothing.
    ///
    /// # Errors
    /// When it cannot be read, is no YAML, or says what no option says.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self, CallError> {
        if let Some(path) = named {
            return Self::read(path, path.parent().unwrap_or(Path::new("")));
        }
        let Ok(start) = std::env::current_dir() else { return Ok(Self::default()) };
        for (steps, folder) in start.ancestors().enumerate() {
            for name in CONFIG_NAMES {
                if folder.join(name).is_file() {
                    // Said from the working folder, as a person would: `../hullmark.yaml`.
                    let from = PathBuf::from("../".repeat(steps));
                    return Self::read(&from.join(name), &from);
                }
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        Ok(Self::default())
    }

    fn read(path: &Path, folder: &Path) -> Result<Self, CallError> {
        let shown = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|error| CallError::new(format!("cannot read the config `{shown}`: {}", reason(&error))))?;
        let text =
            String::from_utf8(bytes).map_err(|_| CallError::new(format!("the config `{shown}` is not UTF-8")))?;
        Self::parse(&text, folder)
            .map_err(|Fault { message, help, span }| CallError { message, help, place: None }.at(&shown, &text, span))
    }

    /// Reads `text`, the text of a config in `folder`.
    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, Fault> {
        let parsed = yaml::parse(text.into(), &yaml::Limits::default());
        if let Some(problem) = parsed.problems.first() {
            return Err(Fault { message: problem.message.clone(), help: None, span: problem.span });
        }
        let tree = &parsed.tree;
        if let Some(twice) = parsed.duplicate_keys.first() {
            let message = format!("`{}` stands here twice", tree.key(twice.again));
            return Err(Fault { message, help: None, span: tree.key_span(twice.again) });
        }
        let mut made = Self::default();
        match parsed.documents.as_slice() {
            [] => {}
            [document] => made.fill(At { tree, id: document.root }, folder)?,
            [_, second, ..] => {
                let span = Span::empty(second.span.start);
                return Err(Fault { message: "a config is one document".to_owned(), help: None, span });
            }
        }
        Ok(made)
    }

    fn fill(&mut self, root: At<'_>, folder: &Path) -> Result<(), Fault> {
        if matches!(root.value(), Value::Null) {
            return Ok(());
        }
        for at in root.entries()? {
            match at.key() {
                "preset" => self.preset = at.texts()?,
                "select" => self.select = at.texts()?,
                "ignore" => self.ignore = at.texts()?,
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
struct At<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl<'t> At<'t> {
    fn key(self) -> &'t str {
        self.tree.key(self.id)
    }

    fn value(self) -> Value<'t> {
        self.tree.value(self.id)
    }

    fn fault(self, message: String) -> Fault {
        let span = self.tree.span(self.id);
        let span = if span.is_empty() { self.tree.key_span(self.id) } else { span };
        Fault { message, help: None, span }
    }

    fn key_fault(self, message: String) -> Fault {
        Fault { message, help: None, span: self.tree.key_span(self.id) }
    }

    fn called(self) -> String {
        if self.key().is_empty() { "this".to_owned() } else { format!("`{}`", self.key()) }
    }

    fn children(self) -> impl Iterator<Item = Self> + use<'t> {
        let tree = self.tree;
        tree.children(self.id).map(move |id| Self { tree, id })
    }

    fn entries(self) -> Result<impl Iterator<Item = Self> + use<'t>, Fault> {
        match self.value() {
            Value::Map => Ok(self.children()),
            _ => Err(self.fault(format!("{} must be a mapping", self.called()))),
        }
    }

    /// The text; a number, such as the version 1.34, counts as it is spelled.
    fn text(self) -> Result<&'t str, Fault> {
        match self.value() {
            Value::Text(text) => Ok(text),
            Value::Int(_) | Value::Float(_) => Ok(self.tree.span(self.id).text(self.tree.source())),
            _ => Err(self.fault(format!("{} must be a text", self.called()))),
        }
    }

    /// A list of texts; one text stands for a list of one.
    fn texts(self) -> Result<Vec<String>, Fault> {
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
                    params: {r: {allow: ['a/*'], n: 3}}\n";
        let config = Config::parse(text, Path::new("..")).unwrap();
        assert_eq!(config.preset, ["all", "hadolint"]);
        assert_eq!(config.rules, [Path::new("../pack")]);
        assert_eq!(config.kubernetes_version.as_deref(), Some("1.30"), "and not the number 1.3");
        assert_eq!((config.min_severity, config.fail_on), (Some(Severity::Low), Some(Severity::High)));
        assert_eq!((config.format, config.threads), (Some(Format::Sarif), Some(2)));
        assert_eq!(config.date.as_deref(), Some("2026-11-25"));
        assert_eq!(config.params.len(), 2);
        assert_eq!(KEYS.len(), 12);
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
