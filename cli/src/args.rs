//! The options, as clap reads them.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use hullmark::{InputKind, Severity};

/// Tells whether a container is fit to ship: Dockerfiles, image configs and Kubernetes manifests against rules.
#[derive(Debug, Parser)]
#[command(
    name = "hullmark",
    version,
    about,
    after_help = "Exit status: 0 nothing at or above --fail-on; 1 findings, or input that could not be read; 2 the call \
                  itself was wrong.",
    max_term_width = 110
)]
pub(crate) struct Args {
    /// What to do
    #[command(subcommand)]
    pub(crate) verb: Verb,
    /// When to colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    pub(crate) color: When,
    /// Findings and problems only: no summary, no skipped files
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// How the output looks, whatever the verb.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) color: When,
    pub(crate) quiet: bool,
}

/// A verb with its options.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Check files and folders
    Check(Box<CheckArgs>),
    /// Mend what can be mended safely, then check (the same as `check --fix`)
    Fix(Box<FixArgs>),
    /// List the rules
    Rules(RulesArgs),
    /// Say what a rule finds, why it hurts and how to mend it
    Explain(ExplainArgs),
    /// Run the examples of a rule pack
    Test(TestArgs),
    /// Write a hullmark.yaml with every option explained
    Init,
}

/// `hullmark check`.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) shared: SharedArgs,
    /// Mend what can be mended safely, then check
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix: also apply fixes that may change what the container does
    #[arg(long, requires = "fix")]
    pub(crate) unsafe_fixes: bool,
    /// With --fix: print what would change as a unified diff and write nothing
    #[arg(long, requires = "fix")]
    pub(crate) diff: bool,
}

/// `hullmark fix`.
#[derive(Debug, clap::Args)]
pub(crate) struct FixArgs {
    #[command(flatten)]
    shared: SharedArgs,
    /// Also apply fixes that may change what the container does
    #[arg(long)]
    unsafe_fixes: bool,
    /// Print what would change as a unified diff and write nothing
    #[arg(long)]
    diff: bool,
}

impl FixArgs {
    /// The same call, said with `check --fix`.
    pub(crate) fn into_check(self) -> CheckArgs {
        CheckArgs { shared: self.shared, fix: true, unsafe_fixes: self.unsafe_fixes, diff: self.diff }
    }
}

/// What `check` and `fix` have in common.
#[derive(Debug, clap::Args)]
pub(crate) struct SharedArgs {
    /// Files and folders; `-` is standard input [default: the working folder]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// How to print what was found; may be repeated [default: text]
    #[arg(long, value_enum)]
    pub(crate) format: Vec<Format>,
    /// Write the report to a file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Leave findings below this severity out
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(crate) min_severity: Option<Severity>,
    /// Exit with status 1 only from this severity on [default: info]
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(crate) fail_on: Option<Severity>,
    /// Read every input as this kind, whatever its name and content
    #[arg(long, value_name = "KIND", value_parser = input_kind)]
    pub(crate) input: Option<InputKind>,
    /// The folder that the Dockerfiles are built in, to judge what they copy; without it only the .dockerignore beside
    /// a Dockerfile is read
    #[arg(long, value_name = "DIR")]
    pub(crate) context: Option<PathBuf>,
    /// The name under which standard input is checked
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_filename: Option<String>,
    /// How many threads to use [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
}

/// Which rules run, and how.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct RuleArgs {
    /// Rules of this preset; may be repeated [default: recommended]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) preset: Vec<String>,
    /// Just these rules: ids, aliases such as hadolint:DL3008 or DL3008, tags
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Without these rules: ids, aliases, tags
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Also the rules of this pack: a YAML file or a folder of them
    #[arg(long, value_name = "PACK")]
    pub(crate) rules: Vec<PathBuf>,
    /// Options from this file [default: hullmark.yaml or .hullmark.yaml, here or in a folder above]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Check manifests for this Kubernetes version, such as 1.34 [default: the newest known]
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<String>,
    /// Judge what has come to its end, such as base images, by this day [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<String>,
}

/// `hullmark rules`.
#[derive(Debug, clap::Args)]
pub(crate) struct RulesArgs {
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// How to print the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// `hullmark explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// The rule: its id or an alias such as hadolint:DL3008 or DL3008
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

/// `hullmark test`.
#[derive(Debug, clap::Args)]
pub(crate) struct TestArgs {
    /// The pack: a YAML file or a folder of them
    #[arg(value_name = "PACK", required = true)]
    pub(crate) packs: Vec<PathBuf>,
}

/// A format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// Everything, version 1
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    #[value(alias = "gitlab_codeclimate")]
    Gitlab,
    /// JUnit XML
    Junit,
    /// Checkstyle XML
    Checkstyle,
    /// hadolint's JSON, with its codes
    Hadolint,
    /// hadolint's lines for a terminal
    Tty,
    /// Lines as GNU programs write them
    Gnu,
    /// Code Climate's issues
    Codeclimate,
    /// Codacy's results
    Codacy,
    /// SonarQube's generic issues
    Sonarqube,
}

impl Format {
    /// The format called `word`.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::from_str(word, false).ok()
    }

    /// The names of all formats.
    pub(crate) fn words() -> Vec<String> {
        let name = |one: &Self| one.to_possible_value().map(|value| value.get_name().to_owned());
        Self::value_variants().iter().filter_map(name).collect()
    }
}

/// A format of the list of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Text,
    /// Everything there is to know
    Json,
}

/// When to do something that only a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The severity called `word`.
pub(crate) fn severity(word: &str) -> Result<Severity, String> {
    let words = || Severity::ALL.iter().rev().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
    Severity::from_word(word).ok_or_else(|| format!("there are {}", words()))
}

/// The kind of input called `word`.
fn input_kind(word: &str) -> Result<InputKind, String> {
    let words = || InputKind::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
    InputKind::ALL.iter().copied().find(|kind| kind.as_str() == word).ok_or_else(|| format!("there are {}", words()))
}
