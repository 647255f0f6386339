//! Ignores in comments: our own and those of other tools, each as that tool reads it.

use hullmark_document::LineIndex;

use super::{Ignores, Origin, Scope, names_in};
use crate::input::InputKind;
use crate::subject::{Comment, Document};

impl Ignores {
    pub(super) fn read_comment(
        &mut self,
        document: &Document,
        comment: &Comment,
        lines: &LineIndex,
        next: &mut NextLine,
    ) {
        let text = document.tree.source();
        let words = comment.span.text(text).trim_start_matches('#').trim();
        let line = lines.line(comment.span.start);
        let kubernetes = document.kind == InputKind::Kubernetes;
        let before = || lines.start_of(line).and_then(|start| text.get(start as usize..comment.span.start as usize));
        // A comment behind the `---` before a document is about the document.
        let above = comment.own_line || kubernetes && before().is_some_and(|before| before.trim_end() == "---");
        let mut target = || if above { next.after(text, lines, line) } else { line };
        if let Some(rest) = words.strip_prefix("hullmark ") {
            let rest = rest.trim_start();
            let (scope, rest) = match rest.strip_prefix("global ") {
                Some(rest) => (Scope::File, rest.trim_start()),
                None => (Scope::Line(target()), rest),
            };
            if let Some(rest) = rest.strip_prefix("ignore=") {
                let (names, reason) = split_names(rest);
                self.push(names, reason, scope, Origin::Own(comment.span));
            }
        } else if words.starts_with("trivy:ignore:") && document.kind != InputKind::Image {
            let scope = if kubernetes { Scope::Line(target()) } else { Scope::Instruction(target()) };
            self.read_trivy(words, scope, Origin::Peer("trivy", comment.span));
        } else if let Some(rest) = words.strip_prefix("checkov:skip=") {
            let origin = Origin::Peer("checkov", comment.span);
            match document.kind {
                InputKind::Dockerfile => self.read_checkov(rest, Scope::File, origin),
                InputKind::Kubernetes => {
                    // The object that holds it, or else the next one: as checkov has it for all that is no manifest.
                    let roots = document.tree.roots();
                    let ended = roots.partition_point(|&root| document.tree.span(root).end <= comment.span.start);
                    if let Some(&root) = roots.get(ended) {
                        self.read_checkov(rest, Scope::Node(root), origin);
                    }
                }
                InputKind::Image => {}
            }
        } else if document.kind == InputKind::Dockerfile {
            self.read_dockerfile_comment(comment, text, line);
        }
    }

    /// The comments that hadolint and BuildKit read.
    fn read_dockerfile_comment(&mut self, comment: &Comment, text: &str, line: u32) {
        let written = comment.span.text(text);
        if !comment.inside
            && let Some(pragma) = written.get(1..).and_then(pragma)
        {
            let scope = match pragma.word {
                "global" => Scope::File,
                "stage" => Scope::Stage(line + 1),
                _ => Scope::Instruction(line + 1),
            };
            self.push(pragma.names, pragma.reason, scope, Origin::Silent);
        } else if comment.directive
            && let Some((name, options)) = written.trim_start_matches('#').split_once('=')
            && name.trim().eq_ignore_ascii_case("check")
        {
            self.read_buildkit(options);
        }
    }

    /// trivy's `trivy:ignore:DS-0002`, for what begins on the line; several may stand in one comment.
    fn read_trivy(&mut self, words: &str, scope: Scope, origin: Origin) {
        let parts =
            words.split_whitespace().filter_map(|word| word.trim_start_matches('#').strip_prefix("trivy:ignore:"));
        for part in parts {
            let (id, rest) = part.split_once(':').unwrap_or((part, ""));
            let until = rest.strip_prefix("exp:");
            if until.is_some_and(|until| self.is_past(until, true)) {
                continue;
            }
            let reason = until.map_or(String::new(), |date| format!("until {date}"));
            self.push(vec![trivy_name(id)], reason, scope, origin);
        }
    }

    /// checkov's `checkov:skip=CKV_DOCKER_2:reason`, which holds for the whole file or object wherever it stands in it.
    fn read_checkov(&mut self, rest: &str, scope: Scope, origin: Origin) {
        let (names, reason) = rest.split_once(':').unwrap_or((rest, ""));
        let names = names_in(names).map(|name| format!("checkov:{name}")).collect();
        self.push(names, reason.trim().to_owned(), scope, origin);
    }

    /// BuildKit's `check=skip=A,B;error=true`: a directive, which holds for the whole file. Behind anything but directives
    /// it is a comment like any other.
    fn read_buildkit(&mut self, options: &str) {
        for part in options.split(';') {
            let Some((key, names)) = part.split_once('=').map(|(key, value)| (key.trim(), value.trim())) else {
                continue;
            };
            // What Go takes for true.
            if key == "error" {
                self.fails_build = matches!(names, "1" | "t" | "T" | "true" | "True" | "TRUE");
            }
            if key != "skip" {
                continue;
            }
            let names = names_in(names)
                .map(|name| if name == "all" { "buildkit:*".to_owned() } else { format!("buildkit:{name}") })
                .collect();
            self.push(names, String::new(), Scope::File, Origin::Silent);
        }
    }
}

/// An ignore of hadolint's.
struct Pragma<'t> {
    /// `global`, `stage`, or nothing for the next line.
    word: &'t str,
    names: Vec<String>,
    reason: String,
}

/// Reads what a comment says as hadolint does: `hadolint ignore=A,B`, with `global` or `stage` before `ignore`. Anything
/// else makes it void, but for what stands behind another `#`.
fn pragma(comment: &str) -> Option<Pragma<'_>> {
    const BLANKS: [char; 2] = [' ', '\t'];
    let (pragma, reason) = comment.split_once('#').unwrap_or((comment, ""));
    let (said, codes) = pragma.split_once('=')?;
    let mut words = said.split(BLANKS).filter(|word| !word.is_empty());
    let word = match (words.next()?, words.next()?, words.next(), words.next()) {
        ("hadolint", "ignore", None, None) => "",
        ("hadolint", word @ ("global" | "stage"), Some("ignore"), None) => word,
        _ => return None,
    };
    let codes: Vec<&str> = codes.trim_end_matches('\r').split(',').map(|code| code.trim_matches(BLANKS)).collect();
    let fine = |code: &&str| {
        !code.is_empty() && code.bytes().all(|b| matches!(b, b'D' | b'L' | b'S' | b'C') || b.is_ascii_digit())
    };
    codes.iter().all(fine).then(|| Pragma {
        word,
        names: codes.iter().map(|code| format!("hadolint:{code}")).collect(),
        reason: reason.trim().to_owned(),
    })
}

/// The name of what trivy calls `id`, which it takes in its older spellings too: `AVD-KSV-0001`, `KSV001`.
fn trivy_name(id: &str) -> String {
    let id = id.to_ascii_uppercase();
    let id = id.strip_prefix("AVD-").unwrap_or(&id);
    let letters = id.len() - id.trim_start_matches(|c: char| c.is_ascii_uppercase()).len();
    let (word, number) = id.split_at_checked(letters).unwrap_or((id, ""));
    let number = number.trim_start_matches('-');
    if id == "*" { "trivy:*".to_owned() } else { format!("trivy:{word}-{number:0>4}") }
}

/// The names of `A,B reason` and the reason.
fn split_names(text: &str) -> (Vec<String>, String) {
    let (names, reason) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    (names_in(names).map(str::to_owned).collect(), reason.trim().to_owned())
}

/// The first line after another that is neither blank nor a comment nor the beginning of a document. What was found last
/// is kept: of a thousand comments one below the other each would otherwise look through all that follow.
#[derive(Debug, Default)]
pub(super) struct NextLine {
    from: u32,
    found: u32,
}

impl NextLine {
    fn after(&mut self, text: &str, lines: &LineIndex, line: u32) -> u32 {
        if self.from <= line && line < self.found {
            return self.found;
        }
        let mut next = line + 1;
        while let Some(start) = lines.start_of(next) {
            let rest = text.get(start as usize..).unwrap_or("");
            let words = rest.split('\n').next().unwrap_or("").trim();
            if !words.is_empty() && !words.starts_with('#') && !words.starts_with("---") {
                break;
            }
            next += 1;
        }
        *self = Self { from: line, found: next };
        next
    }
}

#[cfg(test)]
mod tests {
    use super::trivy_name;

    #[test]
    fn trivys_older_spellings_are_the_same_name() {
        for (id, name) in [
            ("KSV017", "trivy:KSV-0017"),
            ("AVD-KSV-0017", "trivy:KSV-0017"),
            ("ds004", "trivy:DS-0004"),
            // Of five digits, the zero at the front belongs to the name.
            ("KSV-01010", "trivy:KSV-01010"),
            ("AVD-KSV-01010", "trivy:KSV-01010"),
            ("*", "trivy:*"),
        ] {
            assert_eq!(trivy_name(id), name);
        }
    }
}
