//! Command lines: their words, the program that they start, and the scripts in them.

use hullmark_document::shell::{self, Command, Script, Stage};
use hullmark_document::{MappedText, NodeId, Span, Tree, Value, yaml};

use super::Parts;
use super::lowering::Lowering;
use super::process::{Scalar, is_filled_in};
use crate::subject::dockerfile::Program;

/// How many wrappers and scripts may stand around one another: `tini -- sh -c '...'`.
pub(super) const WRAPPERS: usize = 6;

/// A word of a command line.
pub(super) struct Word<'s> {
    pub(super) text: String,
    /// Whether it is known as a whole; a value that the kubelet or a shell fills in is not.
    pub(super) known: bool,
    pub(super) parts: Parts,
    from: Origin<'s>,
}

/// A command of a script.
pub(super) struct Line<'s> {
    pub(super) words: Vec<Word<'s>>,
    pub(super) span: Span,
    /// Whether it reads what the command before it prints.
    pub(super) is_fed: bool,
}

/// Where a word comes from, so that a script in it can be read with places.
enum Origin<'s> {
    Item(NodeId),
    Script(&'s Script, shell::Word, &'s MappedText),
}

impl<'s> Word<'s> {
    pub(super) fn of_item(tree: &Tree, node: NodeId, text: String, known: bool) -> Self {
        let parts = Parts::of(tree, node, &text);
        Self { text, known, parts, from: Origin::Item(node) }
    }

    /// A word of a script that stands at `place`.
    fn of_script(tree: &Tree, script: &'s Script, word: shell::Word, place: &'s MappedText) -> Self {
        let text = word.literal(script).into_owned();
        let known = word.is_static(script) && !is_filled_in(&text);
        let whole = place.to_source(word.span);
        let mapped = word.mapped_text(script).through(place);
        let verbatim = mapped.to_source(Span::from_usize(0, mapped.text().len()));
        let start = (verbatim.text(tree.source()) == text).then_some(verbatim.start);
        Self { text, known, parts: Parts { start, whole }, from: Origin::Script(script, word, place) }
    }

    /// A part of the word and whether it is known.
    pub(super) fn scalar(&self, part: &str) -> Scalar {
        let known = match self.from {
            Origin::Item(_) => !is_filled_in(part),
            Origin::Script(..) => self.known || !part.contains(['$', '`']),
        };
        Scalar { text: part.to_owned(), known }
    }
}

impl<'r> Lowering<'r> {
    /// Where among `words` the program stands that is started in the end, behind those that only start another, and what
    /// is known of it.
    pub(super) fn started(&self, words: &[Word<'_>]) -> (usize, Program<'r>) {
        let mut at = 0;
        let mut program = self.program_of(words.first());
        for _ in 0..WRAPPERS {
            let rest = words.get(at..).unwrap_or_default();
            let wraps = self.reading.unwrap_commands && rest.first().is_some_and(|word| word.known);
            let Some(next) = wraps.then(|| program.wrapped_at(texts(rest))).flatten() else { break };
            at += next;
            program = self.program_of(words.get(at));
        }
        (at, program)
    }

    fn program_of(&self, word: Option<&Word<'_>>) -> Program<'r> {
        self.programs.get(word.map_or("", |word| base_name(&word.text)))
    }

    /// The script that a shell runs, the first of `words`; nothing when it is not known, or was read already: an alias
    /// can put one at many places.
    pub(super) fn script_of(&mut self, words: &[Word<'_>], program: Program<'_>) -> Option<MappedText> {
        if !self.reading.unwrap_commands {
            return None;
        }
        let word = words.get(program.script_at(texts(words))?)?;
        match word.from {
            Origin::Item(node) => {
                let node = self.tree.resolve(node)?;
                let is_new = matches!(self.tree.value(node), Value::Text(_)) && self.seen.insert(node);
                is_new.then(|| yaml::scalar_text(&self.tree, node)).flatten()
            }
            Origin::Script(script, inner, place) => word.known.then(|| inner.mapped_text(script).through(place)),
        }
    }

    /// The command lines in a script that stands at `place`, but for those of which it only reads what they print: as many
    /// as there is room for, and one that there is none for.
    pub(super) fn command_lines<'s>(&self, script: &'s Script, place: &'s MappedText) -> Vec<Line<'s>> {
        let commands = script.commands().iter().filter(|command| script.substitution_around(command).is_none());
        let lines = commands.take(self.command_room + 1).map(|command| {
            let words = script.words(command).iter();
            let words = words.map(|&word| Word::of_script(&self.tree, script, word, place)).collect();
            Line { words, span: place.to_source(command.span), is_fed: is_fed(script, command) }
        });
        lines.collect()
    }
}

/// Whether a simple command stands before `command` in its pipeline.
fn is_fed(script: &Script, command: &Command) -> bool {
    let stages = script.pipeline(command.pipeline).map_or(&[][..], |pipeline| script.stages(pipeline));
    let before = (command.position as usize).checked_sub(1).and_then(|at| stages.get(at));
    matches!(before, Some(Stage::Command(_)))
}

fn texts<'w>(words: &'w [Word<'_>]) -> impl Iterator<Item = &'w str> {
    words.iter().map(|word| word.text.as_str())
}

pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
