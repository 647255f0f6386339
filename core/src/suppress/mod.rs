//! Ignores: comments and annotations by which authors set findings aside.

mod annotation;
mod comment;
mod cover;

use std::collections::{HashMap, HashSet};

use hullmark_document::{LineIndex, NodeId, Problem, ProblemCode, Span, Tree};

use crate::check::day;
use crate::input::InputKind;
use crate::subject::Document;
use comment::NextLine;
use cover::Cover;

/// Something that sets findings aside.
#[derive(Debug)]
struct Ignore {
    /// The names: ids, aliases, bare codes; `*` for every rule.
    names: Vec<String>,
    reason: String,
    origin: Origin,
}

/// Whose an ignore is, and where it stands when it may be reported as unused.
#[derive(Clone, Copy, Debug)]
enum Origin {
    Own(Span),
    /// Another tool's. That tool may well find here what we do not, and then needs the ignore: it is unused for sure only
    /// where a preset promises that tool's verdicts.
    Peer(&'static str, Span),
    Silent,
}

/// The ignores of one name and scope.
#[derive(Debug, Default)]
struct Group {
    /// Their numbers; the first one gives the reason.
    ignores: Vec<usize>,
    used: bool,
    /// It covers what stands behind this line alone: of several, the first one's.
    after: u32,
}

/// What an ignore covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scope {
    File,
    /// Findings on this line, and those about an instruction that begins on it; in a manifest, those in whatever begins on
    /// it: an entry with all below it, a container, an object.
    Line(u32),
    /// Findings about an instruction that begins on this line; a line inside one is no target of other tools' pragmas.
    Instruction(u32),
    /// Findings about instructions that begin behind this line, up to and with the next FROM there. In the names it is the
    /// line of the FROM at or before that line.
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
    /// The lines of the FROMs, where there are comments.
    stages: Vec<u32>,
    /// What begins on the lines that ignores of a manifest are about.
    cover: Cover,
    /// The checks that a pod template asks for though its object ignores them.
    enabled: HashMap<NodeId, HashSet<String>>,
    /// The day it is, when the caller said it.
    today: Option<u32>,
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
    pub(crate) fn read(document: &Document, lines: &LineIndex, today: Option<u32>) -> Self {
        let mut made = Self { today, ..Self::default() };
        if document.kind == InputKind::Dockerfile && !document.comments.is_empty() {
            let stages = document.subjects.iter().filter(|(subject, _)| *subject == "stage");
            made.stages =
                stages.flat_map(|(_, nodes)| nodes).map(|&id| lines.line(document.tree.span(id).start)).collect();
        }
        let mut next = NextLine::default();
        for comment in &document.comments {
            made.read_comment(document, comment, lines, &mut next);
        }
        if document.kind == InputKind::Kubernetes {
            made.read_annotations(document);
            let wanted = |scope: &Scope| if let Scope::Line(line) = scope { Some(*line) } else { None };
            let wanted: HashSet<u32> = made.names.keys().chain(made.patterns.keys()).filter_map(wanted).collect();
            if !wanted.is_empty() {
                made.cover = Cover::of(document, lines, &wanted);
            }
        }
        made
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.ignores.is_empty()
    }

    /// Whether the day `until` is over, or with `on_the_day` has come.
    fn is_past(&self, until: &str, on_the_day: bool) -> bool {
        let both = self.today.zip(day(until));
        both.is_some_and(|(today, until)| today > until || on_the_day && today == until)
    }

    fn push(&mut self, names: Vec<String>, reason: String, scope: Scope, origin: Origin) {
        if names.is_empty() {
            return;
        }
        self.of_nodes |= matches!(scope, Scope::Node(_));
        let (scope, after) = match scope {
            Scope::Stage(line) => (Scope::Stage(self.last_from(line)), line),
            scope => (scope, 0),
        };
        for name in &names {
            let (map, name) = match name.strip_suffix('*') {
                Some(prefix) if !prefix.is_empty() => (&mut self.patterns, prefix),
                _ => (&mut self.names, name.as_str()),
            };
            let fresh = self.groups.len();
            let group = *map.entry(scope).or_default().entry(name.to_owned()).or_insert(fresh);
            if group == fresh {
                self.groups.push(Group { after, ..Group::default() });
            }
            if let Some(group) = self.groups.get_mut(group) {
                group.after = group.after.min(after);
                group.ignores.push(self.ignores.len());
            }
        }
        self.ignores.push(Ignore { names, reason, origin });
    }

    /// The line of the last FROM that begins on `line` or before it.
    fn last_from(&self, line: u32) -> u32 {
        let before = self.stages.partition_point(|&from| from <= line);
        before.checked_sub(1).and_then(|at| self.stages.get(at)).copied().unwrap_or(0)
    }

    /// Whether the findings of BuildKit's checks end the build.
    pub(crate) fn fails_build(&self) -> bool {
        self.fails_build
    }

    /// The reason for which the finding is set aside, when it is.
    pub(crate) fn reason(&mut self, tree: &Tree, lines: &LineIndex, finding: &Subject<'_>) -> Option<String> {
        let mut hits: Vec<usize> = Vec::new();
        for (scope, lifted) in self.scopes(tree, lines, finding) {
            let counts = |name: &str| lifted.is_none_or(|lifted| !lifted.contains(name));
            if let Some(names) = self.names.get(&scope) {
                let own = names_of(finding.id, finding.aliases).filter(|name| counts(name));
                hits.extend(own.filter_map(|name| names.get(name)));
            }
            if let Some(patterns) = self.patterns.get(&scope) {
                let prefixes = |alias: &'_ String| -> Vec<usize> {
                    (1..=alias.len()).filter_map(|end| patterns.get(alias.get(..end)?)).copied().collect()
                };
                hits.extend(finding.aliases.iter().filter(|alias| counts(alias)).flat_map(prefixes));
            }
        }
        let line = finding.anchor.map_or(u32::MAX, |at| lines.line(at));
        let mut first = None;
        for hit in hits {
            let Some(group) = self.groups.get_mut(hit).filter(|group| group.after < line) else { continue };
            group.used = true;
            first = group.ignores.first().copied().into_iter().chain(first).min();
        }
        first.and_then(|first| self.ignores.get(first)).map(|ignore| ignore.reason.clone())
    }

    /// The scopes that cover a finding, each with the names that do not count in it.
    fn scopes(&self, tree: &Tree, lines: &LineIndex, finding: &Subject<'_>) -> Vec<(Scope, Option<&HashSet<String>>)> {
        let mut scopes = vec![Scope::File];
        let starts = [finding.anchor, Some(finding.span.start), Some(tree.span(finding.node).start)];
        scopes.extend(starts.into_iter().flatten().map(|at| Scope::Line(lines.line(at))));
        scopes.extend(self.cover.lines(finding.span.start).map(Scope::Line));
        if let Some(line) = finding.anchor.map(|at| lines.line(at)) {
            scopes.push(Scope::Stage(self.last_from(line.saturating_sub(1))));
        }
        let instructions = starts.into_iter().take(if finding.anchor.is_none() { 3 } else { 1 });
        scopes.extend(instructions.flatten().map(|at| Scope::Instruction(lines.line(at))));
        let mut scopes: Vec<_> = scopes.into_iter().map(|scope| (scope, None)).collect();
        if self.of_nodes {
            // A pod's node stands inside its object; findings about the object stand above both.
            let pod = tree.fact(finding.node, "pod").and_then(|pod| tree.resolve(pod));
            scopes.extend(pod.map(|pod| (Scope::Node(pod), None)));
            let mut lifted = None;
            let mut at = Some(finding.node);
            while let Some(id) = at {
                scopes.push((Scope::Node(id), lifted));
                lifted = lifted.or_else(|| self.enabled.get(&id));
                at = tree.parent(id);
            }
        }
        scopes
    }

    /// A problem for each ignore that silenced nothing, as far as `is_active` says that its rule ran: for each of our own
    /// and of the tool whose verdicts are promised.
    pub(crate) fn unused(&self, promised: Option<&str>, is_active: impl Fn(&str) -> bool) -> Vec<Problem> {
        let used: HashSet<usize> =
            self.groups.iter().filter(|group| group.used).flat_map(|group| group.ignores.iter().copied()).collect();
        self.ignores
            .iter()
            .enumerate()
            .filter(|(number, _)| !used.contains(number))
            .filter_map(|(_, ignore)| {
                let span = match ignore.origin {
                    Origin::Own(span) => span,
                    Origin::Peer(tool, span) if promised == Some(tool) => span,
                    Origin::Peer(..) | Origin::Silent => return None,
                };
                let names: Vec<&str> = ignore.names.iter().map(String::as_str).filter(|name| is_active(name)).collect();
                (!names.is_empty()).then(|| {
                    let message = format!("this ignore silences nothing: {} found nothing here", names.join(", "));
                    Problem::new(ProblemCode::UnusedIgnore, message, span)
                })
            })
            .collect()
    }
}

/// The names that name just one rule: its id, its aliases, their bare codes, and `*`.
pub(crate) fn names_of<'r>(id: &'r str, aliases: &'r [String]) -> impl Iterator<Item = &'r str> {
    let codes = aliases.iter().filter_map(|alias| Some(alias.split_once(':')?.1));
    ["*", id].into_iter().chain(aliases.iter().map(String::as_str)).chain(codes)
}

/// Whether `name` (an id, an alias, a bare code, or `*`) names the rule.
pub(crate) fn names_rule(name: &str, id: &str, aliases: &[String]) -> bool {
    let by_prefix = |prefix: &str| aliases.iter().any(|alias| alias.starts_with(prefix));
    names_of(id, aliases).any(|one| one == name) || name.strip_suffix('*').is_some_and(by_prefix)
}

/// The names of `A, B`.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty())
}
