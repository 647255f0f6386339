//! The names at hand while a rule is read.

use crate::path::Shape;

/// The captures, parameters and current element of the rule being read.
#[derive(Debug)]
pub(crate) struct Scope {
    shapes: Vec<Shape>,
    names: Vec<(String, u8)>,
    current: u8,
    params: Vec<String>,
}

/// What [`Scope::leave`] goes back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    names: usize,
    current: u8,
}

impl Scope {
    /// The scope of a rule whose subject has shape `subject`.
    pub(crate) fn new(subject: Shape, params: Vec<String>) -> Self {
        Self { shapes: vec![subject], names: vec![("subject".to_owned(), 0)], current: 0, params }
    }

    /// The slot that `.x` starts from.
    pub(crate) fn current(&self) -> u8 {
        self.current
    }

    /// The shape of the node in `slot`.
    pub(crate) fn shape(&self, slot: u8) -> Shape {
        self.shapes.get(usize::from(slot)).copied().unwrap_or(Shape::Open)
    }

    /// The slot of the capture called `name`.
    pub(crate) fn slot(&self, name: &str) -> Option<u8> {
        self.names.iter().rev().find(|(known, _)| known == name).map(|&(_, slot)| slot)
    }

    /// The place of the parameter called `name`.
    pub(crate) fn param(&self, name: &str) -> Option<u8> {
        self.params.iter().position(|param| param == name).and_then(|at| u8::try_from(at).ok())
    }

    /// How many slots were given out.
    pub(crate) fn slots(&self) -> u8 {
        u8::try_from(self.shapes.len()).unwrap_or(u8::MAX)
    }

    /// A slot for an element of shape `shape`. A name that is known already keeps its slot when the shapes agree, so
    /// that the branches of an `any` can bind one capture. `None` when there are too many.
    pub(crate) fn add(&mut self, name: Option<&str>, shape: Shape) -> Option<u8> {
        if let Some(name) = name
            && let Some(slot) = self.slot(name)
            && slot != 0
            && self.shape(slot) == shape
        {
            return Some(slot);
        }
        let slot = u8::try_from(self.shapes.len()).ok().filter(|&slot| slot < 64)?;
        self.shapes.push(shape);
        if let Some(name) = name {
            self.names.push((name.to_owned(), slot));
        }
        Some(slot)
    }

    /// Makes `slot` the one that `.x` starts from, until [`Scope::leave`].
    pub(crate) fn enter(&mut self, slot: u8) -> Mark {
        let mark = Mark { names: self.names.len(), current: self.current };
        self.current = slot;
        mark
    }

    /// Goes back: the current element, and when `forget` the captures made since.
    pub(crate) fn leave(&mut self, mark: Mark, forget: bool) {
        self.current = mark.current;
        if forget {
            self.names.truncate(mark.names);
        }
    }
}
