//! Broken scripts: a problem with a place, and the commands behind it.

use super::super::{MAX_DEPTH, parse};
use super::names;
use crate::ProblemCode;

#[test]
fn a_fault_has_a_place_and_later_commands_are_found() {
    for (text, place, commands) in [
        ("a )b; c", ")", "a b c"),
        ("a; fi; b", "fi", "a b"),
        ("if a; then b; c", "if", "a b c"),
        ("if a; fi; b", "if", "a b"),
        ("( if a; then b ); c", "if", "a b c"),
        ("while a; do b; fi; done; c", "fi", "a b c"),
        ("a (b); c", "(", "a b c"),
        ("a ;; b", ";;", "a b"),
        ("a && && b", "&&", "a b"),
        ("a > ; b", ">", "a b"),
        ("a | ; b", "", "a b"),
        ("a \"b $(c) d", "\"", "a c"),
        ("a 'b", "'", "a"),
        ("a $(b; c", "$(", "a b c"),
        ("a ${b", "${", "a"),
        ("a `b", "`", "a b"),
        ("{ a; b", "{", "a b"),
        ("{ a } \nb", "{", "a b"),
        ("[[ a; b", "[[", "b"),
        ("f() a; b", "", "a b"),
        ("case a in b) c ;; d", "", "c"),
        ("for x in a; b; done; c", "", "b c"),
        ("x=(a; b", ";", "-"),
    ] {
        let script = parse(text);
        let found: Vec<_> = script.problems.iter().map(|problem| problem.span.text(text)).collect();
        assert!(found.contains(&place), "{text}: {:?}", script.problems);
        assert!(script.problems.iter().all(|problem| problem.code == ProblemCode::InvalidShell), "{text}");
        assert_eq!(names(&script), commands, "{text}");
    }
}

#[test]
fn a_word_that_closes_nothing_is_told_of_once() {
    for (text, place) in
        [("for a in b; do c; done done", "done"), ("(a) fi", "fi"), ("{ a; } } b", "}"), ("a; esac", "esac")]
    {
        let script = parse(text);
        let [problem] = script.problems.as_slice() else { panic!("{text}: {:?}", script.problems) };
        assert_eq!(problem.span.text(text), place, "{text}");
    }
}

#[test]
fn an_unclosed_heredoc_has_its_own_code() {
    let script = parse("cat <<EOF && a\nb $(c)\n");
    assert_eq!(script.problems.len(), 1);
    assert_eq!(script.problems[0].code, ProblemCode::UnclosedHeredoc);
    assert_eq!(script.problems[0].span.text(script.text()), "<<EOF");
    assert_eq!(names(&script), "cat a c");
}

#[test]
fn two_thousand_links_are_one_list() {
    let script = parse(&vec!["true"; 2001].join(" && "));
    assert_eq!((script.problems.len(), script.commands().len(), script.and_ors().len()), (0, 2001, 1));
}

#[test]
fn deep_texts_end_with_one_problem() {
    let openers = [
        "$(",
        "(",
        "\"$(",
        "${a:-",
        "\"${a:-\"",
        "if true; then ",
        "((",
        "$((",
        "{ ",
        "<(",
        "f() { ",
        "case x in a) ",
        "while ",
        "`\\`",
        "$(<<A\n",
        "{a,",
        "[[ ",
        "!",
        "a=(",
        "[",
        "[[ a =~ (",
        "a() ",
    ];
    for opener in openers {
        let text = opener.repeat(20_000);
        let script = parse(&text);
        let deep = script.problems.iter().filter(|problem| problem.code == ProblemCode::TooDeep).count();
        assert!(deep <= 1, "{opener}");
    }
    let levels = MAX_DEPTH as usize;
    let fits = format!("{}a{}", "(".repeat(levels), " )".repeat(levels));
    assert_eq!(parse(&fits).problems, []);
    let script = parse(&format!("( {fits} ); b"));
    assert_eq!(script.problems.len(), 1);
    assert_eq!(script.problems[0].code, ProblemCode::TooDeep);
}
