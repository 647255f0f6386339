//! Reports as text: one module for each format.

pub(crate) mod checkstyle;
pub(crate) mod codacy;
pub(crate) mod codeclimate;
mod entry;
pub(crate) mod excerpt;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod gnu;
pub(crate) mod hadolint;
pub(crate) mod junit;
pub(crate) mod sarif;
pub(crate) mod sonarqube;
pub(crate) mod text;
pub(crate) mod tty;
mod xml;

#[cfg(test)]
pub(crate) mod sample;

use annotate_snippets::{Group, Renderer};
use hullmark::{Engine, Report, Severity};

use crate::args::Format;
use crate::check::Sources;

/// What a format is made from.
pub(crate) struct Page<'p> {
    pub(crate) report: &'p Report,
    pub(crate) engine: &'p Engine,
    /// The inputs that were read, findings or not.
    pub(crate) names: &'p [String],
    /// The texts of the inputs, for formats that show them.
    pub(crate) sources: &'p Sources,
    pub(crate) styled: bool,
    pub(crate) quiet: bool,
}

/// The report in `format`.
pub(crate) fn render(format: Format, page: &Page<'_>) -> String {
    match format {
        Format::Text => text::render(page),
        Format::Json => page.report.to_json() + "\n",
        Format::Sarif => sarif::render(page),
        Format::Github => github::render(page.report),
        Format::Gitlab => gitlab::render(page),
        Format::Junit => junit::render(page),
        Format::Checkstyle => checkstyle::render(page),
        Format::Hadolint => hadolint::render(page),
        Format::Tty => tty::render(page),
        Format::Gnu => gnu::render(page),
        Format::Codeclimate => codeclimate::render(page),
        Format::Codacy => codacy::render(page),
        Format::Sonarqube => sonarqube::render(page),
    }
}

/// How bad the worst finding is. Where hadolint's verdicts are promised, of those that it shows.
pub(crate) fn worst(report: &Report, engine: &Engine) -> Option<Severity> {
    if engine.peer() != Some("hadolint") {
        return report.worst();
    }
    entry::by_instruction(report, engine).iter().map(|entry| entry.severity).max()
}

/// `1 finding`, `2 findings`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A message with its place and lines, drawn.
///
/// The place is said with an `Origin`, not by the snippet, whose columns would count from where a long line was cut.
/// The renderer takes the lines below it for another file's and begins them with a lone `:::`, which is left out here.
pub(crate) fn drawn(renderer: &Renderer, group: Group<'_>) -> String {
    let mut text = String::new();
    for line in renderer.render(&[group]).lines().filter(|line| !(line.contains(":::") && plain(line).trim() == ":::"))
    {
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// `line` without the escapes that colour it.
fn plain(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
}

/// A path as tools that count from the root of a repository want it: without `./` in front.
fn bare(path: &str) -> &str {
    path.trim_start_matches("./")
}

/// JSON with a line end; what is written here are texts and numbers, which cannot fail.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default() + "\n"
}
