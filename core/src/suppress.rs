//! Ignores: comments and annotations by which authors set findings aside.

use std::collections::{HashMap, HashSet};

use hullmark_document::{LineIndex, NodeId, Problem, ProblemCode, Span, Tree, Value};

use crate::input::InputKind;
use crate::subject::{Comment, Document};

/// Something that sets findings aside.
#[derive(Debug)]
struct Ignore {
    /// The names: ids, aliases, bare codes; `*` for every rule.
    names: Vec<String>,
    reason: String,
    /// Where it stands; `None` for another tool's, which is not reported when unused.
    own: Option<Span>,
}

/// The ignores of one name and scope.
#[derive(Debug, Default)]
struct Group {
    /// Their numbers; the first one gives the reason.
    ignores: Vec<usize>,
    used: bool,
}

/// What an ignore covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scope {
    File,
    /// Findings on this line, and those about an instruction, object or container that begins on it.
    Line(u32),
    /// Findings about an instruction that begins on this line; a line inside one is no target of other tools' pragmas.
    Instruction(u32),
    /// Findings about instructions of the stage whose FROM begins on this line, but for that FROM.
    Stage(u32),
    /// Findings about subjects inside this node.
    Node(NodeId),
}

/// The ignores of one document.
#[derive(Debug, Default)]
pub(crate) struct Ignores {
    ignores: Vec<Ignore>,
    groups: Vec<Group>,
    /// The group of each name, by scope.
    names: HashMap<Scope, HashMap<String, usize>>,
    /// The group of each name that ends with `*`, without it.
    patterns: HashMap<Scope, HashMap<String, usize>>,
    /// Whether any ignore covers a node.
    of_nodes: bool,
    /// Whether BuildKit was told to fail the build on what its checks find.
    fails_build: bool,
    /// The lines of the FROMs, where an ignore covers a stage.
    stages: Vec<u32>,
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
        let mut made = Self::default();
        let text = document.tree.source();
        let mut next = NextLine::default();
        for comment in &document.comments {
            made.read_comment(document.kind, comment, (text, lines), &mut next);
        }
        if made.names.keys().any(|scope| matches!(scope, Scope::Stage(_))) {
            let stages = document.subjects.iter().filter(|(subject, _)| *subject == "stage");
            made.stages =
                stages.flat_map(|(_, nodes)| nodes).map(|&id| lines.line(document.tree.span(id).start)).collect();
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

    fn read_comment(
        &mut self,
        kind: InputKind,
        comment: &Comment,
        (text, lines): (&str, &LineIndex),
        next: &mut NextLine,
    ) {
        let words = comment.span.text(text).trim_start_matches('#').trim();
        let line = lines.line(comment.span.start);
        let mut target = || if comment.own_line { next.after(text, lines, line) } else { line };
        if let Some(rest) = words.strip_prefix("hullmark ") {
            let rest = rest.trim_start();
            let (scope, rest) = match rest.strip_prefix("global ") {
                Some(rest) => (Scope::File, rest.trim_start()),
                None => (Scope::Line(target()), rest),
            };
            if let Some(rest) = rest.strip_prefix("ignore=") {
                let (names, reason) = split_names(rest);
                self.push(names, reason, scope, Some(comment.span));
            }
        } else if kind == InputKind::Dockerfile
            && !comment.inside
            && let Some(pragma) = comment.span.text(text).get(1..).and_then(pragma)
        {
            let scope = match pragma.word {
                "global" => Scope::File,
                "stage" => Scope::Stage(line + 1),
                _ => Scope::Line(line + 1),
            };
            self.push(pragma.names, pragma.reason, scope, None);
        } else if kind == InputKind::Dockerfile {
            if let Some(rest) = words.strip_prefix("check=") {
                let directive = line <= 3 && is_directive(text, comment.span);
                let line = if directive { None } else { Some(target()) };
                self.read_buildkit(rest.trim(), line);
            } else if words.starts_with("trivy:ignore:") {
                let line = target();
                self.read_trivy(words, line);
            } else if let Some(rest) = words.strip_prefix("checkov:skip=") {
                self.read_checkov(rest);
            }
        }
    }

    fn push(&mut self, names: Vec<String>, reason: String, scope: Scope, own: Option<Span>) {
        if names.is_empty() {
            return;
        }
        let scope = match scope {
            Scope::Line(line) if own.is_none() => Scope::Instruction(line),
            other => other,
        };
        self.of_nodes |= matches!(scope, Scope::Node(_));
        for name in &names {
            let (map, name) = match name.strip_suffix('*') {
                Some(prefix) if !prefix.is_empty() => (&mut self.patterns, prefix),
                _ => (&mut self.names, name.as_str()),
            };
            let fresh = self.groups.len();
            let group = *map.entry(scope).or_default().entry(name.to_owned()).or_insert(fresh);
            if group == fresh {
                self.groups.push(Group::default());
            }
            if let Some(group) = self.groups.get_mut(group) {
                group.ignores.push(self.ignores.len());
            }
        }
        self.ignores.push(Ignore { names, reason, own });
    }

    /// trivy's `trivy:ignore:DS-0002`, for the instruction below; several may stand in one comment.
    fn read_trivy(&mut self, words: &str, line: u32) {
        let parts =
            words.split_whitespace().filter_map(|word| word.trim_start_matches('#').strip_prefix("trivy:ignore:"));
        for part in parts {
            let (id, rest) = part.split_once(':').unwrap_or((part, ""));
            let id = id.to_ascii_uppercase();
            let number = id.trim_start_matches("AVD-").trim_start_matches("DS").trim_start_matches('-');
            let name = match number {
                "*" => "trivy:*".to_owned(),
                number => format!("trivy:DS-{number:0>4}"),
            };
            let reason = rest.strip_prefix("exp:").map_or(String::new(), |date| format!("until {date}"));
            self.push(vec![name], reason, Scope::Line(line), None);
        }
    }

    /// checkov's `checkov:skip=CKV_DOCKER_2:reason`, which holds for the file wherever it stands.
    fn read_checkov(&mut self, rest: &str) {
        let (names, reason) = rest.split_once(':').unwrap_or((rest, ""));
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        let names = names.map(|name| format!("checkov:{name}")).collect();
        self.push(names, reason.trim().to_owned(), Scope::File, None);
    }

    /// Whether the findings of BuildKit's checks end the build.
    pub(crate) fn fails_build(&self) -> bool {
        self.fails_build
    }

    /// BuildKit's `check=skip=A,B;error=true`.
    fn read_buildkit(&mut self, rest: &str, line: Option<u32>) {
        for part in rest.split(';') {
            let Some((key, names)) = part.split_once('=').map(|(key, value)| (key.trim(), value.trim())) else {
                continue;
            };
            // What Go takes for true.
            if key == "error" && line.is_none() {
                self.fails_build = matches!(names, "1" | "t" | "T" | "true" | "True" | "TRUE");
            }
            if key != "skip" {
                continue;
            }
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
        let mut seen: HashSet<NodeId> = HashSet::new();
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
                if !seen.insert(annotations) {
                    continue;
                }
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
        let mut hits: Vec<usize> = Vec::new();
        for scope in self.scopes(tree, lines, finding) {
            if let Some(names) = self.names.get(&scope) {
                hits.extend(names_of(finding.id, finding.aliases).filter_map(|name| names.get(name)));
            }
            if let Some(patterns) = self.patterns.get(&scope) {
                let prefixes = |alias: &'_ String| -> Vec<usize> {
                    (1..=alias.len()).filter_map(|end| patterns.get(alias.get(..end)?)).copied().collect()
                };
                hits.extend(finding.aliases.iter().flat_map(prefixes));
            }
        }
        let mut first = None;
        for hit in hits {
            let Some(group) = self.groups.get_mut(hit) else { continue };
            group.used = true;
            first = group.ignores.first().copied().into_iter().chain(first).min();
        }
        first.and_then(|first| self.ignores.get(first)).map(|ignore| ignore.reason.clone())
    }

    /// The scopes that cover a finding.
    fn scopes(&self, tree: &Tree, lines: &LineIndex, finding: &Subject<'_>) -> Vec<Scope> {
        let mut scopes = vec![Scope::File];
        let starts = [finding.anchor, Some(finding.span.start), Some(tree.span(finding.node).start)];
        scopes.extend(starts.into_iter().flatten().map(|at| Scope::Line(lines.line(at))));
        if let Some(line) = finding.anchor.map(|at| lines.line(at)) {
            let before = self.stages.partition_point(|&from| from < line);
            scopes.extend(before.checked_sub(1).and_then(|at| self.stages.get(at)).map(|&from| Scope::Stage(from)));
        }
        let instructions = starts.into_iter().take(if finding.anchor.is_none() { 3 } else { 1 });
        scopes.extend(instructions.flatten().map(|at| Scope::Instruction(lines.line(at))));
        if self.of_nodes {
            let mut at = Some(finding.node);
            while let Some(id) = at {
                scopes.push(Scope::Node(id));
                at = tree.parent(id);
            }
            // A pod's node stands inside its object; findings about the object stand above both.
            let pod = tree.fact(finding.node, "pod").and_then(|pod| tree.resolve(pod));
            scopes.extend(pod.map(Scope::Node));
        }
        scopes
    }

    /// A problem for each ignore of our own that silenced nothing, as far as `is_active` says that its rule ran.
    pub(crate) fn unused(&self, is_active: impl Fn(&str) -> bool) -> Vec<Problem> {
        let used: HashSet<usize> =
            self.groups.iter().filter(|group| group.used).flat_map(|group| group.ignores.iter().copied()).collect();
        self.ignores
            .iter()
            .enumerate()
            .filter(|(number, _)| !used.contains(number))
            .filter_map(|(_, ignore)| {
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

/// The names that name just one rule: its id, its aliases, their bare codes, and `*`.
pub(crate) fn names_of<'r>(id: &'r str, aliases: &'r [String]) -> impl Iterator<Item = &'r str> {
    let codes = aliases.iter().filter_map(|alias| Some(alias.split_once(':')?.1));
    ["*", id].into_iter().chain(aliases.iter().map(String::as_str)).chain(codes)
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

/// The names of `A,B reason` and the reason.
fn split_names(text: &str) -> (Vec<String>, String) {
    let (names, reason) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    (names, reason.trim().to_owned())
}

/// The first line after another that is neither blank nor a comment. What was found last is kept: of a thousand
/// comments one below the other each would otherwise look through all that follow.
#[derive(Debug, Default)]
struct NextLine {
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
            if !words.is_empty() && !words.starts_with('#') {
                break;
            }
            next += 1;
        }
        *self = Self { from: line, found: next };
        next
    }
}

/// Whether only comments stand before the comment: then it is a parser directive.
fn is_directive(text: &str, comment: Span) -> bool {
    text.get(..comment.start as usize)
        .unwrap_or("")
        .trim_start_matches('\u{feff}')
        .lines()
        .all(|line| line.trim_start().starts_with('#'))
}
