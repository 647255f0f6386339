//! The stages of a Dockerfile and what each one needs.

use std::collections::HashMap;

use super::scope::Expanded;
use super::syntax::{Arguments, Dockerfile, From, Instruction};
use super::word::Word;
use crate::Span;

/// A FROM and everything up to the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The place of the stage in the file, from 0, as `COPY --from=0` counts.
    pub index: usize,
    /// The index of the FROM among the instructions.
    pub from: usize,
    /// The index behind the last instruction of the stage.
    pub end: usize,
    /// The name in lower case, as the builder looks it up.
    pub alias: Option<String>,
    /// The name.
    pub alias_span: Option<Span>,
    /// What the stage begins as.
    pub base: Base,
    /// What the image word came to once its variables were filled in.
    pub image: Expanded,
    /// What the stage takes from elsewhere, its base first.
    pub dependencies: Vec<Dependency>,
}

/// What a stage begins as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// An earlier stage, by index.
    Stage(usize),
    /// Nothing at all.
    Scratch,
    /// An image from a registry.
    Image(String),
    /// A variable without a known value decides.
    Unknown,
}

/// One thing a stage takes from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The index of the instruction that asks for it.
    pub instruction: usize,
    /// The name, number or image, in the file.
    pub span: Span,
    /// How it is asked for.
    pub kind: DependencyKind,
    /// What it is; a stage that is asked for by COPY or a mount may be a later one.
    pub base: Base,
}

/// How a stage takes from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DependencyKind {
    /// FROM.
    From,
    /// `COPY --from`.
    Copy,
    /// `RUN --mount=from=`.
    Mount,
}

/// The stages of a file and how they hang together.
///
/// ```
/// use hullmark_document::dockerfile::{Base, Scopes, parse};
/// let file = parse("FROM golang AS build\nFROM alpine AS unused\nFROM scratch\nCOPY --from=build /a /a\n");
/// let stages = Scopes::new(&file).into_stages();
/// assert_eq!(stages.list[2].base, Base::Scratch);
/// assert_eq!(stages.needed(2), [true, false, true]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    /// The stages in the order of the file.
    pub list: Vec<Stage>,
    /// The last stage of each name, which is the one COPY and mounts find.
    names: HashMap<String, usize>,
}

impl Stages {
    /// The stage that holds instruction `instruction`; `None` before the first FROM.
    #[must_use]
    pub fn of(&self, instruction: usize) -> Option<&Stage> {
        let behind = self.list.partition_point(|stage| stage.from <= instruction);
        self.list.get(behind.checked_sub(1)?)
    }

    /// The last stage, which is what a build makes if it is not told otherwise.
    #[must_use]
    pub fn last(&self) -> Option<&Stage> {
        self.list.last()
    }

    /// The stage that `--target` or `COPY --from` means by `name`: a name in any case, or a number.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Stage> {
        if let Ok(index) = name.parse::<usize>() {
            return self.list.get(index);
        }
        self.names.get(&name.to_ascii_lowercase()).and_then(|&index| self.list.get(index))
    }

    /// For each stage whether a build of stage `target` runs it.
    #[must_use]
    pub fn needed(&self, target: usize) -> Vec<bool> {
        let mut needed = vec![false; self.list.len()];
        let mut open = vec![target];
        while let Some(index) = open.pop() {
            let Some(mark) = needed.get_mut(index) else { continue };
            if core::mem::replace(mark, true) {
                continue;
            }
            let dependencies = self.list.get(index).map_or(&[][..], |stage| &stage.dependencies);
            open.extend(dependencies.iter().filter_map(|dependency| match dependency.base {
                Base::Stage(index) => Some(index),
                _ => None,
            }));
        }
        needed
    }

    /// Adds the stage that begins with the FROM at `instruction`.
    pub(super) fn begin(&mut self, instruction: usize, from: &From, image: Expanded) {
        let index = self.list.len();
        self.end(instruction);
        let base = match &image.text {
            // An undefined variable leaves nothing; the builder refuses it, and no image is known.
            None => Base::Unknown,
            Some(name) if name.is_empty() => Base::Unknown,
            Some(name) => match self.names.get(&name.to_ascii_lowercase()) {
                Some(&earlier) => Base::Stage(earlier),
                None if name == "scratch" => Base::Scratch,
                None => Base::Image(name.clone()),
            },
        };
        let alias = from.alias.as_ref().map(|alias| alias.raw.text().to_ascii_lowercase());
        if let Some(alias) = &alias {
            self.names.insert(alias.clone(), index);
        }
        let dependency =
            Dependency { instruction, span: from.image.span, kind: DependencyKind::From, base: base.clone() };
        self.list.push(Stage {
            index,
            from: instruction,
            end: instruction + 1,
            alias,
            alias_span: from.alias.as_ref().map(|alias| alias.span),
            base,
            image,
            dependencies: vec![dependency],
        });
    }

    /// Ends the stage at hand before `instruction`.
    pub(super) fn end(&mut self, instruction: usize) {
        if let Some(last) = self.list.last_mut() {
            last.end = instruction;
        }
    }

    /// Finds what COPY and mounts ask for, now that all names are known.
    pub(super) fn link(&mut self, file: &Dockerfile) {
        let mut found = Vec::new();
        for stage in &self.list {
            let instructions = file.instructions.iter().enumerate().take(stage.end).skip(stage.from);
            for (at, instruction) in instructions {
                if !matches!(instruction.arguments, Arguments::Onbuild(_)) {
                    self.dependencies_of(at, instruction, |dependency| found.push((stage.index, dependency)));
                }
            }
        }
        for (index, dependency) in found {
            if let Some(stage) = self.list.get_mut(index) {
                stage.dependencies.push(dependency);
            }
        }
    }

    fn dependencies_of(&self, at: usize, instruction: &Instruction, mut found: impl FnMut(Dependency)) {
        let mut add = |word: &Word, kind| {
            let base = word.literal().map_or(Base::Unknown, |name| self.source(name));
            found(Dependency { instruction: at, span: word.span, kind, base });
        };
        if matches!(instruction.arguments, Arguments::Copy(_))
            && let Some(value) = instruction.flag("from").and_then(|flag| flag.value.as_ref())
        {
            add(value, DependencyKind::Copy);
        }
        for mount in instruction.mounts() {
            if let Some(value) = mount.option(&["from"]).and_then(|option| option.value.as_ref()) {
                add(value, DependencyKind::Mount);
            }
        }
    }

    fn source(&self, name: &str) -> Base {
        match self.find(name) {
            Some(stage) => Base::Stage(stage.index),
            None if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) => Base::Unknown,
            None if name == "scratch" => Base::Scratch,
            None => Base::Image(name.to_owned()),
        }
    }
}
