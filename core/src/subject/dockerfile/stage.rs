//! Stages, and what stands from one instruction to the next.

use hullmark_document::dockerfile::{Arguments, Base, Instruction, Keyword};
use hullmark_document::{Node, NodeId, Span, Value};

use super::Lowering;
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
    /// The mapping of ENV variables, and how many mappings lie below it.
    environment: Option<(NodeId, u32)>,
    /// The mapping of names declared by ARG.
    declared: Option<(NodeId, u32)>,
    /// The instruction before.
    previous: Option<NodeId>,
}

/// How many mappings may lie above one another before a new one copies them: a look-up walks through them.
const DEEPEST: u32 = 12;

impl Lowering<'_> {
    /// Every stage with its instructions, those before the first FROM too.
    pub(super) fn all_stages(&mut self, file: NodeId, stages: NodeId, instructions: NodeId) {
        let list = &self.stages().list;
        let needed = list.len().checked_sub(1).map_or_else(Vec::new, |last| self.stages().needed(last));
        let mut ends: Vec<(NodeId, Standing)> = Vec::new();
        let mut standing = Standing::default();
        let first = list.first().map_or(self.dockerfile.instructions.len(), |stage| stage.from);
        for (at, instruction) in self.dockerfile.instructions.iter().enumerate().take(first) {
            let node = self.instruction(instructions, instruction, at, None, &mut standing);
            standing.previous = Some(node);
        }
        for stage in list {
            let declared = standing.declared;
            standing = match stage.base {
                Base::Stage(base) => ends.get(base).map(|(_, end)| end.clone()).unwrap_or_default(),
                _ => Standing::default(),
            };
            (standing.declared, standing.previous, standing.own_shell) = (declared, None, None);
            let span = self.stage_span(stage.from, stage.end);
            let node = self.item(stages, Value::Map, span);
            self.found.stages.push(node);
            self.head(node, file, stage.index, needed.get(stage.index) == Some(&true));
            if let Base::Stage(base) = stage.base
                && let Some((base, _)) = ends.get(base)
            {
                self.tree.add_fact_link(node, "base-stage", *base);
            }
            let before = (self.found.commands.len(), self.found.instructions.len());
            let body = self.dockerfile.instructions.iter().enumerate();
            for (at, instruction) in body.take(stage.end).skip(stage.from) {
                let made = self.instruction(instructions, instruction, at, Some(node), &mut standing);
                if let Some(previous) = standing.previous.replace(made) {
                    self.tree.add_fact_link(made, "previous", previous);
                    self.tree.add_fact_link(previous, "next", made);
                }
            }
            self.tail(node, before, span, &standing);
            ends.push((node, standing.clone()));
        }
    }

    fn stage_span(&self, from: usize, end: usize) -> Span {
        let span = |at: usize| self.dockerfile.instructions.get(at).map_or_else(Span::default, |one| one.span);
        span(from).join(span(end.saturating_sub(1)))
    }

    /// The facts of a stage that its FROM decides.
    fn head(&mut self, node: NodeId, file: NodeId, index: usize, needed: bool) {
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
        let last = index + 1 == self.stages().list.len();
        self.fact(node, "final", Value::Bool(last));
        self.fact(node, "needed", Value::Bool(needed));
        let used = self.stages().list.iter().any(|other| other.base == Base::Stage(index));
        self.fact(node, "base-of-later", Value::Bool(used));
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
            ("environment", standing.environment.map(|(id, _)| id)),
        ] {
            if let Some(target) = target {
                self.tree.add_fact_link(node, name, target);
            }
        }
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
            ("environment", standing.environment.map(|(id, _)| id)),
            ("declared", standing.declared.map(|(id, _)| id)),
        ] {
            if let Some(target) = target {
                self.tree.add_fact_link(node, name, target);
            }
        }
    }

    /// What an instruction changes for those after it.
    pub(super) fn change(&mut self, node: NodeId, instruction: &Instruction, at: usize, standing: &mut Standing) {
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
                standing.environment = self.overlay(node, standing.environment).or(standing.environment);
            }
            (Arguments::Pairs(_), Keyword::Arg) => {
                standing.declared = self.overlay(node, standing.declared).or(standing.declared);
            }
            _ => {}
        }
    }

    /// A mapping of the names that the instruction `node` sets, on top of `below`.
    fn overlay(&mut self, node: NodeId, below: Option<(NodeId, u32)>) -> Option<(NodeId, u32)> {
        let variables = self.tree.fact(node, "variables")?;
        let map = self.fact(node, "names-after", Value::Map);
        let depth = match below {
            None => 0,
            Some((below, depth)) if depth < DEEPEST => {
                self.tree.add_link(map, Node::field("<<", Value::Null, Span::default()), below);
                depth + 1
            }
            Some((below, _)) => {
                self.copy_names(below, map);
                0
            }
        };
        let set: Vec<NodeId> = self.tree.children(variables).collect();
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
        Some((map, depth))
    }

    /// Copies the names of a chain of mappings into `map`, the lowest first, so that later ones count.
    fn copy_names(&mut self, below: NodeId, map: NodeId) {
        let mut chain = Vec::new();
        let mut at = Some(below);
        while let Some(id) = at {
            chain.push(id);
            at =
                self.tree.children(id).find(|&child| self.tree.key(child) == "<<").and_then(|id| self.tree.resolve(id));
        }
        for id in chain.into_iter().rev() {
            let entries: Vec<NodeId> = self.tree.children(id).collect();
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
}

/// The working directory after `WORKDIR path`.
fn joined(before: Option<Result<String, Span>>, path: Option<String>, span: Span) -> Result<String, Span> {
    let path = path.ok_or(span)?;
    let absolute = path.starts_with('/') || path.as_bytes().get(1) == Some(&b':');
    match before {
        _ if absolute => Ok(clean_path(&path)),
        Some(Ok(before)) => Ok(clean_path(&format!("{before}/{path}"))),
        // Relative to what the base image says, which is not known here.
        Some(Err(_)) | None => Err(span),
    }
}
