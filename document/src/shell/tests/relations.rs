//! What rules ask of a command's surroundings.

use super::super::{Command, Script, SequenceRole, Stage};
use super::{clean, names};

fn command<'s>(script: &'s Script, name: &str) -> &'s Command {
    let found = script.commands().iter().find(|command| script.name(command).as_deref() == Some(name));
    found.unwrap_or_else(|| panic!("no `{name}`"))
}

#[test]
fn a_tested_status_is_told_from_a_lost_one() {
    for (text, tested) in [
        ("x && b", true),
        ("x || b", true),
        ("a && x", false),
        ("x; b", false),
        ("x | b", false),
        ("x | b && c", false),
        ("a | x && c", true),
        ("! x", true),
        ("if x; then b; fi", true),
        ("if x; a; then b; fi", false),
        ("if a; then x; fi", false),
        ("while a | x; do b; done", true),
        ("{ a; x; } || b", true),
        ("{ x; a; } || b", false),
        ("(x) && b", true),
        ("a $(x) && b", false),
        ("f() { x; } && b", false),
        ("if x <<A;\n$(b; c)\nA\nthen d; fi", true),
        ("if ! { a && x; }; then b; fi", true),
    ] {
        let script = clean(text);
        assert_eq!(script.is_status_tested(command(&script, "x")), tested, "{text}");
    }
}

#[test]
fn ancestors_go_outwards_with_roles() {
    let script = clean("( if a; then b \"$(c | x)\"; fi )");
    let x = command(&script, "x");
    let around: Vec<_> = script
        .ancestors(x)
        .map(|(id, role)| (format!("{:?}", script.compound(id).expect("a compound").kind), role))
        .collect();
    let body = Some(SequenceRole::Body);
    let expected = [("CommandSubstitution", body), ("If", body), ("Subshell", body)];
    assert_eq!(around, expected.map(|(kind, role)| (kind.to_owned(), role)));
    assert!(script.in_double_quotes(x));
    assert!(script.substitution_around(x).is_some());
    assert!(script.substitution_around(command(&script, "b")).is_none());
    assert!(script.in_condition(command(&script, "a")));
    assert!(!script.in_condition(x));
}

#[test]
fn pipes_tell_what_comes_next() {
    let script = clean("a | { b; } | c");
    let a = command(&script, "a");
    assert!(matches!(script.piped_into(a), Some(Stage::Compound(_))));
    assert_eq!(script.piped_into(command(&script, "b")), None);
    assert!(script.is_last_in_pipeline(command(&script, "c")));
    assert_eq!((command(&script, "c").position, script.stages(&script.pipelines()[0]).len()), (2, 3));
}

#[test]
fn later_and_earlier_commands_leave_out_nested_ones() {
    let script = clean("a; b $(c); d");
    let (id, _) = script.commands_with_ids().nth(1).expect("b");
    let later: Vec<_> = script.commands_after(id).filter_map(|(_, command)| script.name(command)).collect();
    assert_eq!(later, ["d"]);
    let (id, _) = script.commands_with_ids().nth(2).expect("c");
    let earlier: Vec<_> = script.commands_before(id).filter_map(|(_, command)| script.name(command)).collect();
    assert_eq!(earlier, ["a"]);
}

#[test]
fn lists_and_cases_can_be_walked_from_the_top() {
    let text = "a $(b; c) && d; case x in p|q) e;; r) f; g;; esac";
    let script = clean(text);
    assert_eq!(names(&script), "a b c d e f g");
    let top = Script::TOP;
    let lists: Vec<_> = script.and_ors_of(top).map(|(_, list)| list.span.text(text)).collect();
    assert_eq!(lists, ["a $(b; c) && d", "case x in p|q) e;; r) f; g;; esac"]);
    let (first, _) = script.and_ors_of(top).next().expect("a list");
    let pipelines: Vec<_> = script.pipelines_of(first).map(|(_, pipeline)| pipeline.span.text(text)).collect();
    assert_eq!(pipelines, ["a $(b; c)", "d"]);
    let case = script.compounds().last().expect("the case");
    let arms: Vec<_> = script
        .arms(case)
        .iter()
        .map(|arm| {
            let patterns: Vec<_> = script.patterns(arm).iter().map(|word| word.span.text(text)).collect();
            (arm.span.text(text), patterns.join(" "), script.sequence(arm.body).expect("a body").span.text(text))
        })
        .collect();
    assert_eq!(arms, [("p|q) e;;", "p q".to_owned(), "e"), ("r) f; g;;", "r".to_owned(), "f; g")]);
}
