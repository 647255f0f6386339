//! Laws over any text.

use proptest::prelude::*;

use super::super::{Parent, Script, SequenceId, Stage, parse};
use crate::Span;

fn inside(text: &str, span: Span) {
    assert!(text.get(span.range()).is_some(), "{span:?} is not in `{text}` on character borders");
}

/// What holds of every script.
fn hold(text: &str) {
    let script = parse(text);
    assert_eq!(script.text(), text);
    spans_are_inside(&script);
    commands_are_in_order(&script);
    parents_know_their_children(&script);
    for command in script.commands() {
        for word in script.words(command) {
            let literal = word.literal(&script);
            let mapped = word.mapped_text(&script);
            assert_eq!(literal, mapped.text());
            inside(text, mapped.to_source(Span::from_usize(0, mapped.text().len())));
        }
        script.ancestors(command).for_each(drop);
        let _ = script.is_status_tested(command);
    }
}

fn spans_are_inside(script: &Script) {
    let text = script.text();
    let problems = script.problems.iter().map(|problem| problem.span);
    let parts = script.parts.iter().map(|part| part.span);
    let names = script.parameters.iter().map(|parameter| parameter.name);
    let lists = script.and_ors().iter().map(|list| list.span).chain(script.pipelines().iter().map(|node| node.span));
    let compounds = script.compounds().iter().map(|compound| compound.span);
    let heredocs = script.heredocs().iter().map(|heredoc| heredoc.span);
    let others = script.comments.iter().copied().chain(script.sequences().iter().map(|sequence| sequence.span));
    problems
        .chain(parts)
        .chain(names)
        .chain(lists)
        .chain(compounds)
        .chain(heredocs)
        .chain(others)
        .for_each(|span| inside(text, span));
    for command in script.commands() {
        inside(text, command.span);
        let words = script.words(command).iter().map(|word| word.span);
        let assignments = script.assignments(command).iter().map(|assignment| assignment.span);
        let redirections = script.redirections(command).iter().map(|redirection| redirection.span);
        for child in words.chain(assignments).chain(redirections) {
            assert!(command.span.contains(child), "{child:?} in {:?} of `{text}`", command.span);
        }
    }
}

fn commands_are_in_order(script: &Script) {
    for pair in script.commands().windows(2) {
        assert!(pair[0].span.start <= pair[1].span.start, "{pair:?} of `{}`", script.text());
    }
}

fn parents_know_their_children(script: &Script) {
    let (mut seen, mut listed) = (0, 0);
    for pipeline in script.pipelines() {
        for (position, stage) in script.stages(pipeline).iter().enumerate() {
            let place = u32::try_from(position).expect("a small number");
            match stage {
                Stage::Command(id) => {
                    seen += 1;
                    let command = script.command(*id).expect("a command");
                    assert_eq!(script.pipeline(command.pipeline).map(|found| found.span), Some(pipeline.span));
                    assert_eq!(command.position, place);
                    assert!(pipeline.span.contains(command.span));
                }
                Stage::Compound(id) => {
                    let compound = script.compound(*id).expect("a compound");
                    assert!(matches!(compound.parent, Parent::Pipeline { position, .. } if position == place));
                    assert!(pipeline.span.contains(compound.span));
                }
            }
        }
    }
    assert_eq!(seen, script.commands().len(), "every command is in a pipeline: `{}`", script.text());
    for (i, sequence) in script.sequences().iter().enumerate() {
        let id = SequenceId(crate::span::offset(i));
        for (list_id, list) in script.and_ors_of(id) {
            assert!(sequence.span.contains(list.span));
            for (_, pipeline) in script.pipelines_of(list_id) {
                listed += 1;
                assert!(list.span.contains(pipeline.span));
            }
        }
    }
    assert_eq!(listed, script.pipelines().len(), "every pipeline is in a list: `{}`", script.text());
}

#[rustfmt::skip]
const TOKENS: &[&str] = &[
    " ", "\n", "\t", "\r\n", ";", "&", "&&", "||", "|", "|&", "(", ")", "((", "))", "{", "}", "[[", "]]", "[", "]",
    "if ", "then ", "elif ", "else ", "fi", "for ", "in ", "do ", "done", "while ", "case ", "esac", ";;", ";&",
    "f() ", "function ", "!", "time ", "$", "$(", "${", "$((", "`", "\\`", "\\", "\\\n", "'", "\"", "$'", "#", "#x",
    "a", "b=", "c+=(", "d[1]=", "x y", "*", "?", "~", "{a,b}", "<", ">", ">>", "<<A", "<<-'A'", "\nA\n", "<<<",
    "2>&1", "&>", "{fd}>", "<(", ":-", "//", "=~", "\u{e9}", "\u{1f600}", "\0", "\r", "-", "=", ",", "..",
];

/// Scripts that are fine, by the grammar.
fn script() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "a",
        "-b",
        "'c d'",
        "\"e $f\"",
        "$g",
        "${h:-i}",
        "*.j",
        "{k,l}",
        "~/m",
        "\\n",
        "$'o\\t'",
        "$((1 + p))",
        "2",
        "}x",
    ]);
    let simple = prop::collection::vec(word, 1..4).prop_map(|words| format!("x{}", words.join(" ")));
    simple.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            (inner.clone(), prop::sample::select(vec![" && ", " || ", "; ", " | ", "\n", " & "]), inner.clone())
                .prop_map(|(a, between, b)| format!("{a}{between}{b}")),
            inner.clone().prop_map(|a| format!("( {a} )")),
            inner.clone().prop_map(|a| format!("{{ {a}; }} 2>&1")),
            inner.clone().prop_map(|a| format!("y \"$({a})\" z")),
            inner.clone().prop_map(|a| format!("v=$( {a}\n)")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("if {a}; then {b}; else {a}; fi")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("while {a}; do {b}; done")),
            inner.clone().prop_map(|a| format!("for i in 1 2; do {a}; done")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("case $w in p|q) {a};; *) {b};; esac")),
            inner.prop_map(|a| format!("fn() {{ {a}; }}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_keeps_the_laws(text in any::<String>()) {
        hold(&text);
    }

    #[test]
    fn any_tokens_keep_the_laws(tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..40)) {
        hold(&tokens.concat());
    }

    #[test]
    fn scripts_by_the_grammar_have_no_problem(text in script()) {
        prop_assert_eq!(parse(&text).problems, vec![], "{}", text);
        hold(&text);
    }

    #[test]
    fn cut_scripts_keep_the_laws(text in script(), at in any::<prop::sample::Index>()) {
        let cut = at.index(text.len() + 1);
        hold(text.get(..cut).unwrap_or(&text));
    }
}
