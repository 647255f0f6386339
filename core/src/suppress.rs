//! Ignores: comments and annotations by which authors set findings aside.

use hullmark_document::{LineIndex, NodeId, Problem, ProblemCode, Span, Tree, Value};

use crate::input::InputKind;
use crate::subject::{Comment, Document};

/// Something that sets findings aside.
#[derive(Debug)]
struct Ignore {
    /// The names: ids, aliases, bare codes; `*` for every rule.
    names: Vec<String>,
    reason: String,
    scope: Scope,
    /// Where it stands; `None` for another tool's, which is not reported when unused.
    own: Option<Span>,
    used: bool,
}

/// What an ignore covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    File,
    /// Findings on this line, and those about an instruction, object or container that begins on it.
    Line(u32),
    /// Findings about subjects inside this node.
    Node(NodeId),
}

/// The ignores of one document.
#[derive(Debug)]
pub(crate) struct Ignores {
    ignores: Vec<Ignore>,
}

/// What an ignore is asked about.
pub(crate) struct Subject<'f> {
    /// The finding's rule: its id and aliases.
    pub(crate) id: &'f str,
    pub(crate) aliases: &'f [String],
    pub(crate) span: Span,
    /// The first byte of the instruction that holds it.
    pub(crate) anchor: Option<u32>,
    pub(crate) node: NodeId,
}

impl Ignores {
    /// Reads the ignores of `document`.
    pub(crate) fn read(document: &Document, lines: &LineIndex) -> Self {
        let mut made = Self { ignores: Vec::new() };
        let text = document.tree.source();
        for comment in &document.comments {
            made.read_comment(document.kind, comment, text, lines);
        }
        if document.kind == InputKind::Kubernetes {
            made.read_annotations(document);
        }
        made
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.ignores.is_empty()
    }

    fn read_comment(&mut self, kind: InputKind, comment: &Comment, text: &str, lines: &LineIndex) {
        let words = comment.span.text(text).trim_start_matches('#').trim();
        let line = lines.line(comment.span.start);
        let target = if comment.own_line { next_line(text, lines, line) } else { line };
        if let Some(rest) = words.strip_prefix("hullmark ") {
            let rest = rest.trim_start();
            let (scope, rest) = match rest.strip_prefix("global ") {
                Some(rest) => (Scope::File, rest.trim_start()),
                None => (Scope::Line(target), rest),
            };
            if let Some(rest) = rest.strip_prefix("ignore=") {
                let (names, reason) = split_names(rest);
                self.push(names, reason, scope, Some(comment.span));
            }
        } else if let Some(rest) = words.strip_prefix("hadolint ")
            && kind == InputKind::Dockerfile
        {
            self.read_hadolint(rest.trim(), line);
        } else if let Some(rest) = words.strip_prefix("check=")
            && kind == InputKind::Dockerfile
        {
            self.read_buildkit(rest, if line <= 3 && is_directive(text, comment.span) { None } else { Some(target) });
        }
    }

    fn push(&mut self, names: Vec<String>, reason: String, scope: Scope, own: Option<Span>) {
        if !names.is_empty() {
            self.ignores.push(Ignore { names, reason, scope, own, used: false });
        }
    }

    /// hadolint's pragmas: `ignore=A,B` for the next physical line, `global ignore=A` for the file. Text that is not a
    /// list of codes, unless after another `#`, makes them void.
    fn read_hadolint(&mut self, rest: &str, line: u32) {
        let (scope, rest) = match rest.strip_prefix("global") {
            Some(rest) => (Scope::File, rest.trim_start()),
            None => (Scope::Line(line + 1), rest),
        };
        let Some(rest) = rest.strip_prefix("ignore").map(str::trim_start).and_then(|rest| rest.strip_prefix('='))
        else {
            return;
        };
        let (codes, reason) = rest.split_once('#').unwrap_or((rest, ""));
        let names: Vec<String> = codes.split(',').map(|code| code.trim().to_owned()).collect();
        let fine = |name: &String| {
            !name.is_empty() && name.bytes().all(|b| matches!(b, b'D' | b'L' | b'S' | b'C') || b.is_ascii_digit())
        };
        if names.iter().all(fine) {
            let names = names.into_iter().map(|name| format!("hadolint:{name}")).collect();
            self.push(names, reason.trim().to_owned(), scope, None);
        }
    }

    /// BuildKit's `check=skip=A,B;error=true`.
    fn read_buildkit(&mut self, rest: &str, line: Option<u32>) {
        for part in rest.split(';') {
            let Some(names) = part.trim().strip_prefix("skip=") else { continue };
            let names = names
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(|name| if name == "all" { "buildkit:*".to_owned() } else { format!("buildkit:{name}") })
                .collect();
            self.push(names, String::new(), line.map_or(Scope::File, Scope::Line), None);
        }
    }

    /// `hullmark.dev/ignore.RULE: reason` on an object or a pod template.
    fn read_annotations(&mut self, document: &Document) {
        let tree = &document.tree;
        let mut seen: Vec<NodeId> = Vec::new();
        for (subject, nodes) in &document.subjects {
            if *subject != "object" && *subject != "pod" {
                continue;
            }
            for &node in nodes {
                let metadata = tree.fact(node, "metadata").or_else(|| tree.get(node, "metadata"));
                let Some(annotations) = metadata.and_then(|metadata| tree.get(metadata, "annotations")) else {
                    continue;
                };
                let Some(annotations) = tree.resolve(annotations) else { continue };
                if seen.contains(&annotations) {
                    continue;
                }
                seen.push(annotations);
                for entry in tree.children(annotations) {
                    let Some(rule) = tree.key(entry).strip_prefix("hullmark.dev/ignore.") else { continue };
                    let reason = match tree.value(entry) {
                        Value::Text(reason) => reason.to_owned(),
                        _ => String::new(),
                    };
                    self.push(vec![rule.to_owned()], reason, Scope::Node(node), Some(tree.key_span(entry)));
                }
            }
        }
    }

    /// The reason for which the finding is set aside, when it is.
    pub(crate) fn reason(&mut self, tree: &Tree, lines: &LineIndex, finding: &Subject<'_>) -> Option<String> {
        let mut reason = None;
        for ignore in &mut self.ignores {
            if !ignore.names.iter().any(|name| names_rule(name, finding.id, finding.aliases)) {
                continue;
            }
            let covers = match ignore.scope {
                Scope::File => true,
                Scope::Line(line) => {
                    // A line inside an instruction is no target of hadolint's pragma, but one of ours.
                    let starts = [finding.anchor, Some(finding.span.start), Some(tree.span(finding.node).start)];
                    let starts = if ignore.own.is_some() || finding.anchor.is_none() { &starts } else { &starts[..1] };
                    starts.iter().flatten().any(|&at| lines.line(at) == line)
                }
                Scope::Node(node) => inside(tree, finding.node, node),
            };
            if covers {
                ignore.used = true;
                reason.get_or_insert_with(|| ignore.reason.clone());
            }
        }
        reason
    }

    /// A problem for each ignore of our own that silenced nothing, as far as `is_active` says that its rule ran.
    pub(crate) fn unused(&self, is_active: impl Fn(&str) -> bool) -> Vec<Problem> {
        self.ignores
            .iter()
            .filter(|ignore| !ignore.used)
            .filter_map(|ignore| {
                let span = ignore.own?;
                let names: Vec<&str> = ignore.names.iter().map(String::as_str).filter(|name| is_active(name)).collect();
                (!names.is_empty()).then(|| {
                    let message = format!("this ignore silences nothing: {} found nothing here", names.join(", "));
                    Problem::new(ProblemCode::UnusedIgnore, message, span)
                })
            })
            .collect()
    }
}

/// Whether `name` (an id, an alias, a bare code, or `*`) names the rule.
pub(crate) fn names_rule(name: &str, id: &str, aliases: &[String]) -> bool {
    name == "*"
        || name == id
        || aliases.iter().any(|alias| {
            alias == name
                || alias.split_once(':').is_some_and(|(_, code)| code == name)
                || name.strip_suffix('*').is_some_and(|prefix| alias.starts_with(prefix))
        })
}

fn inside(tree: &Tree, node: NodeId, outer: NodeId) -> bool {
    let mut at = Some(node);
    while let Some(id) = at {
        if id == outer {
            return true;
        }
        at = tree.parent(id);
    }
    // A pod's node stands inside its object; findings about the object stand above both.
    tree.fact(node, "pod").and_then(|pod| tree.resolve(pod)) == Some(outer)
}

/// The names of `A,B reason` and the reason.
fn split_names(text: &str) -> (Vec<String>, String) {
    let (names, reason) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    (names, reason.trim().to_owned())
}

/// The first line after `line` that is neither blank nor a comment.
fn next_line(text: &str, lines: &LineIndex, line: u32) -> u32 {
    let mut next = line + 1;
    while let Some(start) = lines.start_of(next) {
        let rest = text.get(start as usize..).unwrap_or("");
        let words = rest.split('\n').next().unwrap_or("").trim();
        if !words.is_empty() && !words.starts_with('#') {
            break;
        }
        next += 1;
    }
    next
}

/// Whether only comments stand before the comment: then it is a parser directive.
fn is_directive(text: &str, comment: Span) -> bool {
    text.get(..comment.start as usize)
        .unwrap_or("")
        .trim_start_matches('\u{feff}')
        .lines()
        .all(|line| line.trim_start().starts_with('#'))
}
