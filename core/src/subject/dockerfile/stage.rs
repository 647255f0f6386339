//! Stages, and what stands from one instruction to the next.

use std::collections::{BTreeSet, HashSet};

use hullmark_document::dockerfile::{Arguments, Base, Instruction, Keyword, Stage};
use hullmark_document::{Node, NodeId, Span, Value};

use super::Lowering;
use super::system_shell::system_shell;
use crate::check::clean_path;

/// What holds at one place of a stage.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    /// The node of the last USER's user in force.
    user: Option<NodeId>,
    /// The working directory; `Err` when it is not known.
    workdir: Option<Result<String, Span>>,
    /// The words of the SHELL in force.
    pub(super) shell: Option<NodeId>,
    /// The same, when it was set in the stage itself.
    pub(super) own_shell: Option<NodeId>,
    /// Where the last ENV or ARG stands; hadolint forgets there which shell it is.
    pub(super) shell_forgotten: u32,
    /// The ENV variables.
    environment: Layers,
    /// The labels.
    labels: Layers,
    /// The keywords of the instructions of the stage and of those below.
    keywords: BTreeSet<&'static str>,
    /// The names declared by ARG.
    declared: Layers,
    /// The instruction before.
    previous: Option<NodeId>,
}

impl Standing {
    /// What holds when only a shell is known.
    pub(super) fn with_shell(shell: Option<NodeId>) -> Self {
        Self { shell, own_shell: shell, ..Self::default() }
    }
}

/// Mappings of names, each merging the one before it, with how many names each holds itself.
///
/// Every layer holds more than [`GROWTH`] times as many names as the one on top of it: a new one takes those in that
/// are no larger. So a name is copied a few times at most, however many instructions follow, and a look-up
/// walks through few layers.
#[derive(Clone, Debug, Default)]
struct Layers(Vec<(NodeId, usize)>);

/// How much larger a layer is than the one on top of it.
const GROWTH: usize = 3;

impl Layers {
    /// The mapping that holds all names, by way of merges.
    fn top(&self) -> Option<NodeId> {
        self.0.last().map(|&(id, _)| id)
    }
}

impl Lowering<'_> {
    /// Every stage with its instructions, those before the first FROM too.
    pub(super) fn all_stages(&mut self, file: NodeId, stages: NodeId, instructions: NodeId) {
        let list = &self.stages().list;
        let needed = list.len().checked_sub(1).map_or_else(Vec::new, |last| self.stages().needed(last));
        let bases: HashSet<usize> = list
            .iter()
            .filter_map(|stage| match stage.base {
                Base::Stage(base) => Some(base),
                _ => None,
            })
            .collect();
        let ships = shipped(list);
        let mut ends: Vec<(NodeId, Standing)> = Vec::new();
        let mut standing = Standing::default();
        let first = list.first().map_or(self.dockerfile.instructions.len(), |stage| stage.from);
        for (at, instruction) in self.dockerfile.instructions.iter().enumerate().take(first) {
            let node = self.instruction(instructions, instruction, at, None, &mut standing);
            self.link_to_previous(node, &mut standing);
        }
        for stage in list {
            let declared = std::mem::take(&mut standing.declared);
            standing = match stage.base {
                Base::Stage(base) => ends.get(base).map(|(_, end)| end.clone()).unwrap_or_default(),
                _ => Standing::default(),
            };
            (standing.declared, standing.previous, standing.own_shell) = (declared, None, None);
            standing.shell_forgotten = 0;
            let span = self.stage_span(stage.from, stage.end);
            let node = self.item(stages, Value::Map, span);
            self.found.stages.push(node);
            self.head(node, file, stage.index);
            self.fact(node, "needed", Value::Bool(needed.get(stage.index) == Some(&true)));
            self.fact(node, "base-of-later", Value::Bool(bases.contains(&stage.index)));
            self.fact(node, "ships", Value::Bool(ships.contains(&stage.index)));
            if let Base::Stage(base) = stage.base
                && let Some((base, _)) = ends.get(base)
            {
                self.tree.add_fact_link(node, "base-stage", *base);
                if let Some(shell) = self.tree.fact(*base, "sh") {
                    self.tree.add_fact_link(node, "sh", shell);
                }
            }
            let before = (self.found.commands.len(), self.found.instructions.len());
            let body = self.dockerfile.instructions.iter().enumerate();
            for (at, instruction) in body.take(stage.end).skip(stage.from) {
                let made = self.instruction(instructions, instruction, at, Some(node), &mut standing);
                self.link_to_previous(made, &mut standing);
            }
            self.tail(node, before, span, &standing);
            ends.push((node, standing.clone()));
        }
        // What builds on a stage comes after it, so that the last stage is known first.
        let mut above: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); list.len()];
        for (stage, (node, end)) in list.iter().zip(&ends).rev() {
            let own = above.get_mut(stage.index).map(std::mem::take).unwrap_or_default();
            self.key_set(*node, "later-keywords", &own);
            if let Base::Stage(base) = stage.base
                && let Some(base) = above.get_mut(base)
            {
                base.extend(&own);
                base.extend(&end.keywords);
            }
        }
    }

    /// Links the instruction `node` with the one before it.
    fn link_to_previous(&mut self, node: NodeId, standing: &mut Standing) {
        if let Some(previous) = standing.previous.replace(node) {
            self.tree.add_fact_link(node, "previous", previous);
            self.tree.add_fact_link(previous, "next", node);
        }
    }

    /// Adds the fact `name`, a mapping with these keys.
    fn key_set(&mut self, node: NodeId, name: &str, keys: &BTreeSet<&str>) {
        let map = self.fact(node, name, Value::Map);
        for key in keys {
            self.tree.add(map, Node::field(key, Value::Bool(true), Span::default()));
        }
    }

    fn stage_span(&self, from: usize, end: usize) -> Span {
        let span = |at: usize| self.dockerfile.instructions.get(at).map_or_else(Span::default, |one| one.span);
        span(from).join(span(end.saturating_sub(1)))
    }

    /// The facts of a stage that its FROM decides.
    fn head(&mut self, node: NodeId, file: NodeId, index: usize) {
        let Some(stage) = self.stages().list.get(index) else { return };
        self.number(node, "index", index);
        if let (Some(key), Some(span)) = (&stage.alias, stage.alias_span) {
            let name = span.text(self.source()).to_owned();
            self.text(node, "name", &name, span);
            self.text(node, "key", key, span);
        }
        let base = match stage.base {
            Base::Stage(_) => Value::Text("stage"),
            Base::Scratch => Value::Text("scratch"),
            Base::Image(_) => Value::Text("image"),
            Base::Unknown => Value::Unknown(""),
        };
        self.fact(node, "base", base);
        if self.reading.expand_variables
            && let (Base::Image(image), Some(table)) = (&stage.base, self.reading.system_shells)
            && let Some(shell) = system_shell(table, image)
        {
            self.fact(node, "sh", Value::Text(shell));
        }
        let last = index + 1 == self.stages().list.len();
        self.fact(node, "final", Value::Bool(last));
        self.tree.add_fact_link(node, "file", file);
    }

    /// The facts of a stage that its instructions decide; `before` is how many commands and instructions were there.
    fn tail(&mut self, node: NodeId, before: (usize, usize), span: Span, standing: &Standing) {
        let (commands, instructions) = before;
        let own: Vec<NodeId> = self.found.instructions.iter().skip(instructions).copied().collect();
        let list = self.list(node, "instructions", span);
        let users = self.list(node, "own-users", span);
        let (mut from, mut last_user, mut end) = (None, None, None);
        for &instruction in &own {
            self.tree.add_link(list, Node::item(Value::Null, self.tree.span(instruction)), instruction);
            if self.tree.fact(instruction, "outer").is_some() {
                continue;
            }
            let keyword = self.tree.fact(instruction, "keyword").and_then(|id| self.tree.text(id)).unwrap_or("");
            match keyword {
                "FROM" => from = Some(instruction),
                "USER" => {
                    last_user = Some(instruction);
                    self.tree.add_link(users, Node::item(Value::Null, self.tree.span(instruction)), instruction);
                }
                "CMD" | "ENTRYPOINT" => end = Some(instruction),
                _ => {}
            }
        }
        let last = own.iter().rev().find(|&&id| self.tree.fact(id, "outer").is_none()).copied();
        for (name, target) in [
            ("from", from),
            ("last-user", last_user),
            ("end", end.or(last)),
            ("last-instruction", last),
            ("user", standing.user),
            ("environment", standing.environment.top()),
            ("labels", standing.labels.top()),
        ] {
            if let Some(target) = target {
                self.tree.add_fact_link(node, name, target);
            }
        }
        self.key_set(node, "keywords", &standing.keywords);
        if let Some(image) = from.and_then(|from| self.tree.fact(from, "image")) {
            self.tree.add_fact_link(node, "image", image);
        }
        self.workdir_fact(node, standing);
        let list = self.list(node, "commands", span);
        let programs = self.fact(node, "programs", Value::Map);
        for command in self.found.commands.iter().skip(commands).copied().collect::<Vec<_>>() {
            let place = self.tree.span(command);
            self.tree.add_link(list, Node::item(Value::Null, place), command);
            let name = self.tree.fact(command, "name").and_then(|id| self.tree.text(id)).unwrap_or("").to_owned();
            if name.is_empty() {
                continue;
            }
            let same = self
                .tree
                .get_own(programs, &name)
                .unwrap_or_else(|| self.tree.add(programs, Node::field(&name, Value::List, place)));
            self.tree.add_link(same, Node::item(Value::Null, place), command);
        }
    }

    fn workdir_fact(&mut self, node: NodeId, standing: &Standing) {
        match &standing.workdir {
            Some(Ok(path)) => {
                self.fact(node, "workdir", Value::Text(path));
            }
            Some(Err(_)) => {
                self.fact(node, "workdir", Value::Unknown(""));
            }
            None => {}
        }
    }

    /// Puts what stands before an instruction on its node.
    pub(super) fn put_standing(&mut self, node: NodeId, standing: &Standing) {
        self.workdir_fact(node, standing);
        self.fact(node, "has-workdir", Value::Bool(standing.workdir.is_some()));
        for (name, target) in [
            ("shell", standing.shell),
            ("stage-shell", standing.own_shell),
            ("environment", standing.environment.top()),
            ("declared", standing.declared.top()),
        ] {
            if let Some(target) = target {
                self.tree.add_fact_link(node, name, target);
            }
        }
    }

    /// What an instruction changes for those after it.
    pub(super) fn change(&mut self, node: NodeId, instruction: &Instruction, at: usize, standing: &mut Standing) {
        if matches!(instruction.keyword, Keyword::Env | Keyword::Arg) {
            standing.shell_forgotten = instruction.span.start;
        }
        standing.keywords.insert(instruction.keyword.as_str());
        match (&instruction.arguments, instruction.keyword) {
            (Arguments::User(_), _) => standing.user = self.tree.fact(node, "user").or(standing.user),
            (Arguments::Workdir(word), keyword) => {
                let path = self.expanded(word, at, keyword).text;
                standing.workdir = Some(joined(standing.workdir.take(), path, word.span));
            }
            (Arguments::Shell(_), _) => {
                standing.shell = self.tree.fact(node, "arguments").or(standing.shell);
                standing.own_shell = standing.shell;
            }
            (Arguments::Pairs(_), Keyword::Env) => {
                self.overlay(node, &mut standing.environment);
            }
            (Arguments::Pairs(_), Keyword::Label) => {
                self.overlay(node, &mut standing.labels);
            }
            (Arguments::Pairs(_), Keyword::Arg) => {
                self.overlay(node, &mut standing.declared);
            }
            _ => {}
        }
    }

    /// Puts a mapping of the names that the instruction `node` sets on top of `below`.
    fn overlay(&mut self, node: NodeId, below: &mut Layers) {
        let Some(variables) = self.tree.fact(node, "variables") else { return };
        let set: Vec<NodeId> = self.tree.children(variables).collect();
        let map = self.fact(node, "names-after", Value::Map);
        let mut size = set.len();
        let mut taken = Vec::new();
        while let Some((id, names)) = below.0.pop_if(|&mut (_, names)| names <= size.saturating_mul(GROWTH)) {
            size += names;
            taken.push(id);
        }
        if let Some(under) = below.top() {
            self.tree.add_link(map, Node::field("<<", Value::Null, Span::default()), under);
        }
        // The lowest first, so that later ones count.
        for id in taken.into_iter().rev() {
            self.copy_names(id, map);
        }
        for variable in set {
            let name = self.tree.fact(variable, "name").and_then(|id| self.tree.text(id)).unwrap_or("").to_owned();
            if name.is_empty() {
                continue;
            }
            match self.tree.fact(variable, "value") {
                Some(value) => {
                    let span = self.tree.span(value);
                    self.tree.add_link(map, Node::field(&name, Value::Null, span), value);
                }
                None => {
                    self.tree.add(map, Node::field(&name, Value::Unknown(""), Span::default()));
                }
            }
        }
        below.0.push((map, size));
    }

    /// Copies the names of one layer into `map`.
    fn copy_names(&mut self, layer: NodeId, map: NodeId) {
        let entries: Vec<NodeId> = self.tree.children(layer).collect();
        for entry in entries {
            let key = self.tree.key(entry).to_owned();
            if key != "<<"
                && let Some(target) = self.tree.resolve(entry)
            {
                self.tree.add_link(map, Node::field(&key, Value::Null, Span::default()), target);
            }
        }
    }
}

/// The stages whose layers are in the image: the last one, and what it starts from.
fn shipped(stages: &[Stage]) -> HashSet<usize> {
    let below = |stage: &&Stage| match stage.base {
        Base::Stage(base) if base < stage.index => stages.get(base),
        _ => None,
    };
    std::iter::successors(stages.last(), below).map(|stage| stage.index).collect()
}

/// The working directory after `WORKDIR path`.
fn joined(before: Option<Result<String, Span>>, path: Option<String>, span: Span) -> Result<String, Span> {
    let path = path.ok_or(span)?;
    let absolute = path.starts_with('/') || path.as_bytes().get(1) == Some(&b':');
    match before {
        _ if absolute => Ok(clean_path(&path).into_owned()),
        Some(Ok(before)) => Ok(clean_path(&format!("{before}/{path}")).into_owned()),
        // Relative to what the base image says, which is not known here.
        Some(Err(_)) | None => Err(span),
    }
}
