//! What becomes of the status of commands and pipelines.

use hullmark_document::shell::{
    Command, CompoundKind, Parent, Pipeline, Script, Separator, SeparatorKind, SequenceRole,
};

pub(super) fn is_and_or(separator: &Separator) -> bool {
    matches!(separator.kind, SeparatorKind::And | SeparatorKind::Or)
}

/// What becomes of a command's status.
pub(super) fn status(script: &Script, command: &Command) -> &'static str {
    if !script.is_last_in_pipeline(command) {
        "piped"
    } else if script.is_status_tested(command) {
        "tested"
    } else if script.runs_on_after(command) {
        "lost"
    } else {
        "end"
    }
}

/// Whether something looks at the status of a pipeline: `&&`, `||`, a condition, or the end of the script, a subshell or
/// a function. What ends a loop, group or branch is not told to `set -e`, though its status becomes that of the whole.
pub(super) fn is_looked_at(script: &Script, pipeline: &Pipeline) -> bool {
    let mut pipeline = pipeline;
    let mut inner = true;
    loop {
        let Some(list) = script.and_or(pipeline.and_or) else { return false };
        let Some(sequence) = script.sequence(list.sequence) else { return false };
        let joined = pipeline.position > 0 || pipeline.separator.as_ref().is_some_and(is_and_or);
        if joined || sequence.role == SequenceRole::Condition {
            return true;
        }
        let last = script.is_last(list);
        let Some(compound) = sequence.parent.and_then(|parent| script.compound(parent)) else { return last && inner };
        if !last {
            return false;
        }
        match (compound.kind, compound.parent) {
            (
                CompoundKind::If
                | CompoundKind::Group
                | CompoundKind::For
                | CompoundKind::ArithmeticFor
                | CompoundKind::While
                | CompoundKind::Until,
                Parent::Pipeline { pipeline: outer, .. },
            ) => {
                let Some(outer) = script.pipeline(outer) else { return false };
                (pipeline, inner) = (outer, false);
            }
            _ => return true,
        }
    }
}

/// Whether the list of a pipeline is the condition of an `if` or loop, or stands in a compound that is one or that `&&` or
/// `||` asks.
pub(super) fn is_condition(script: &Script, pipeline: &Pipeline) -> bool {
    let mut pipeline = pipeline;
    loop {
        let Some(sequence) = script.and_or(pipeline.and_or).and_then(|list| script.sequence(list.sequence)) else {
            return false;
        };
        if sequence.role == SequenceRole::Condition {
            return true;
        }
        let around = sequence.parent.and_then(|parent| script.compound(parent)).map(|compound| compound.parent);
        let Some(Parent::Pipeline { pipeline: outer, .. }) = around else { return false };
        let Some(outer) = script.pipeline(outer) else { return false };
        if outer.separator.as_ref().is_some_and(is_and_or) {
            return true;
        }
        pipeline = outer;
    }
}

/// Where the first `set -e` of a script ends.
pub(super) fn errexit_from(script: &Script) -> Option<u32> {
    let sets = |command: &&Command| {
        let words = script.words(command);
        words.first().is_some_and(|word| word.is_plain(script, "set"))
            && words.iter().skip(1).any(|word| {
                let text = word.span.text(script.text());
                text == "errexit" || text.starts_with('-') && !text.starts_with("--") && text.contains('e')
            })
    };
    script.commands().iter().find(sets).map(|command| command.span.end)
}
