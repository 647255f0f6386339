//! Rendered manifests on standard input, taken apart by the templates that they come from.
//!
//! `helm template` writes `# Source: CHART/templates/NAME.yaml` at the head of every document. The documents of one
//! template become one input with the template's name and with the lines that `helm template --output-dir` would give
//! its file, so that a finding names what there is to be changed.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use hullmark::{InputFile, InputKind, Report, Safety};

/// The parts of `stream`, each with the name of its template, in the order in which templates first come; nothing when
/// no document names one. What stands before the first such document keeps the name of the stream.
pub(crate) fn parts(stream: &InputFile) -> Option<Vec<InputFile>> {
    let text = std::str::from_utf8(&stream.content).ok()?;
    let sections = sections(text);
    let first = sections.first()?.start;
    let mut parts = Vec::new();
    let head = text.get(..first)?;
    if head.lines().any(|line| !is_blank(line) && !is_marker(line)) {
        parts.push(InputFile { content: head.as_bytes().to_vec(), ..stream.clone() });
    }
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let ends = sections.iter().skip(1).map(|next| next.start).chain([text.len()]);
    for (section, end) in sections.iter().zip(ends) {
        let content = text.get(section.start..end).unwrap_or("").as_bytes();
        let number = *numbers.entry(section.source).or_insert(parts.len());
        match parts.get_mut(number) {
            Some(part) => part.content.extend_from_slice(content),
            None => parts.push(InputFile {
                path: section.source.to_owned(),
                content: content.to_vec(),
                kind: Some(InputKind::Kubernetes),
                context: None,
            }),
        }
    }
    Some(parts)
}

/// Documents of one template that follow one another.
struct Section<'t> {
    /// The byte at which the `---` before them stands.
    start: usize,
    source: &'t str,
}

fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections = Vec::new();
    // Where the document begins whose first line of content is still to come.
    let mut begun = Some(0);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if is_marker(line) {
            begun = Some(at);
        } else if !is_blank(line) {
            begun = None;
        } else if let (Some(start), Some(source)) = (begun, source(line)) {
            sections.push(Section { start, source });
            begun = None;
        }
        at += line.len();
    }
    sections
}

/// Whether the line only begins a document.
fn is_marker(line: &str) -> bool {
    let rest = line.trim_start_matches('\u{feff}').strip_prefix("---");
    rest.is_some_and(|rest| (rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n'])) && is_blank(rest))
}

/// Whether the line has no content: nothing, or a comment.
fn is_blank(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    line.is_empty() || line.starts_with('#')
}

/// The template that the line names. People write where a file was copied from in the same words, so only what is a
/// file in the folders that Helm renders counts.
fn source(line: &str) -> Option<&str> {
    let path = line.trim_start_matches('\u{feff}').strip_prefix("# Source: ")?.trim();
    let rendered = path.split('/').rev().skip(1).any(|folder| matches!(folder, "templates" | "crds"));
    (rendered && !path.starts_with('/') && !path.contains("://")).then_some(path)
}

/// Leaves of the fixes for the inputs with these names only what they say: an edit of what was rendered is undone by the
/// next rendering, and the template of that name has other lines.
pub fn only_show_fixes<S: BuildHasher>(report: &mut Report, rendered: &HashSet<String, S>) {
    if rendered.is_empty() {
        return;
    }
    let suppressed = report.suppressed.iter_mut().map(|one| &mut one.finding);
    for fix in report.findings.iter_mut().chain(suppressed).flat_map(|finding| &mut finding.fixes) {
        if fix.edits.iter().any(|edit| rendered.contains(&*edit.path)) {
            fix.applicability = Safety::Display;
            fix.edits.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Option<Vec<(String, String)>> {
        let content = text.as_bytes().to_vec();
        let stream = InputFile { path: "<stdin>".to_owned(), content, kind: None, context: None };
        let parts = parts(&stream)?;
        Some(parts.into_iter().map(|one| (one.path, String::from_utf8(one.content).unwrap())).collect())
    }

    #[test]
    fn documents_of_one_template_come_together_in_its_lines() {
        let text = "---\n# Source: shop/templates/sa.yaml\na: 1\n---\n# Source: shop/charts/db/templates/db.yaml\nb: 1\n\
                    ---\n# Source: shop/templates/sa.yaml\n# a comment\nc: 1\n---\nd: 1\n";
        let parts = split(text).unwrap();
        assert_eq!(
            parts,
            [
                (
                    "shop/templates/sa.yaml".to_owned(),
                    "---\n# Source: shop/templates/sa.yaml\na: 1\n---\n# Source: shop/templates/sa.yaml\n# a comment\nc: 1\n\
                     ---\nd: 1\n"
                        .to_owned()
                ),
                (
                    "shop/charts/db/templates/db.yaml".to_owned(),
                    "---\n# Source: shop/charts/db/templates/db.yaml\nb: 1\n".to_owned()
                ),
            ]
        );
    }

    #[test]
    fn line_ends_comments_and_empty_documents_are_no_hindrance() {
        let text = "\u{feff}# made by a script\r\n---\r\n\r\n--- # next\r\n\r\n# Source: a/crds/c.yaml\r\na: 1\r\n---\r\n# Source: \
                    a/templates/x.yaml\r\n---\r\n";
        let names: Vec<_> = split(text).unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a/crds/c.yaml", "a/templates/x.yaml"]);
        let lone = split("# Source: a/templates/x.yaml\na: 1").unwrap();
        assert_eq!(lone, [("a/templates/x.yaml".to_owned(), "# Source: a/templates/x.yaml\na: 1".to_owned())]);
    }

    #[test]
    fn what_comes_before_keeps_the_name_of_the_stream() {
        let text = "a: 1\n---\n# Source: a/templates/x.yaml\nb: 1\n";
        let parts = split(text).unwrap();
        assert_eq!(parts.first(), Some(&("<stdin>".to_owned(), "a: 1\n".to_owned())));
    }

    #[test]
    fn other_comments_name_no_template() {
        for text in [
            "# Source: https://example.com/templates/x.yaml\na: 1\n",
            "# Source: /etc/templates/x.yaml\na: 1\n",
            "# Source: deploy/x.yaml\na: 1\n",
            "# Source: templates\na: 1\n",
            "a: 1\n# Source: a/templates/x.yaml\nb: 1\n",
            "a: |\n  # Source: a/templates/x.yaml\n",
            "--- # Source: a/templates/x.yaml\na: 1\n",
            "---\n  # Source: a/templates/x.yaml\na: 1\n",
            "--- |\n# Source: a/templates/x.yaml\n",
            "",
        ] {
            assert_eq!(split(text), None, "{text:?}");
        }
    }
}
