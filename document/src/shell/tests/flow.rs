//! What the variables of a script may hold.

use crate::shell::{Following, parse};

/// The expansions of a script that may be more or less than one word, as written; OUT is set from outside.
fn loose(script: &str, following: Following) -> Vec<String> {
    let script = parse(script);
    assert!(script.problems.is_empty(), "{:?}", script.problems);
    let flow = script.flow(|name| name == "OUT", following);
    let loose = script.parameters().filter(|(id, _)| !flow.stays_one_word(*id));
    loose.map(|(_, parameter)| parameter.name.text(script.text()).to_owned()).collect()
}

#[test]
fn a_value_is_what_was_given_before() {
    for (script, expected) in [
        ("X=1; a $X", vec![]),
        ("a $X; X=1", vec!["X"]),
        ("X='a b'; a $X", vec!["X"]),
        ("X='*'; a $X", vec!["X"]),
        ("X=; a $X", vec!["X"]),
        ("X=$(a); b $X", vec!["X"]),
        ("X=1; X=$(a); b $X", vec!["X"]),
        ("X=$(a); X=1; b $X", vec![]),
        ("X=1 a; b $X", vec!["X"]),
        ("export X=1; a $X", vec![]),
        ("export X; a $X", vec!["X"]),
        ("X=1; unset X; a $X", vec!["X"]),
        ("read X; a $X", vec!["X"]),
        ("X=a; X=\"$X.$X\"; b $X", vec![]),
        ("X=a; X=\"$X b\"; b $X", vec!["X"]),
        ("X=a; X+=b; c $X", vec![]),
        ("X=$((1+1)); a $X $OUT $? ${#Y}", vec![]),
        ("X=${OUT:-1}; a $X", vec![]),
        ("X=${Y:-1}; a $X", vec!["Y", "X"]),
        ("X=1; a ${X%.*} ${X:-b c}", vec![]),
    ] {
        assert_eq!(loose(script, Following::Lists), expected, "{script}");
    }
}

#[test]
fn branches_are_joined_and_subshells_end() {
    for (script, expected) in [
        ("if a; then X=1; fi; b $X", vec!["X"]),
        ("if a; then X=1; else X=2; fi; b $X", vec![]),
        ("if a; then X=1; else exit; fi; b $X", vec![]),
        ("X=0; if a; then X=1; fi; b $X", vec![]),
        ("case a in b) X=1;; c) X=2;; esac; d $X", vec!["X"]),
        ("case a in b) X=1;; *) exit 1;; esac; d $X", vec![]),
        ("(X=1); a $X", vec!["X"]),
        ("a | X=1; b $X", vec!["X"]),
        ("b $(X=1; c $X) $X", vec!["X"]),
        ("{ X=1; }; a $X", vec![]),
        ("while a; do X=1; done; b $X", vec!["X"]),
        ("for i in a b; do c $i; done", vec![]),
        ("for i in *.x; do c $i; done", vec!["i"]),
        ("for i in a 'b c'; do c $i; done", vec!["i"]),
        ("a || exit; X=1; b $X", vec![]),
        ("a && X=1; b $X", vec!["X"]),
        ("a || X=1; b $X", vec!["X"]),
        ("X=0; a || X=1; b $X", vec![]),
    ] {
        assert_eq!(loose(script, Following::Lists), expected, "{script}");
    }
}

#[test]
fn what_stands_behind_and_has_run() {
    assert_eq!(loose("a && X=1 && b $X", Following::Lists), Vec::<String>::new());
    assert_eq!(loose("a && X=1 && b $X", Following::EachPart), ["X"]);
    assert_eq!(loose("a && X=1 || b $X", Following::Lists), ["X"]);
}

#[test]
fn names_that_are_set_and_read_are_known() {
    let script = parse("a=1; read b; for c in x; do :; done; : ${d:=1}; echo $e $((f + 1)); export g");
    let flow = script.flow(|name| name == "OUT", Following::Lists);
    let set: Vec<&str> = ["a", "b", "c", "d", "e", "g"].into_iter().filter(|name| flow.is_assigned(name)).collect();
    assert_eq!(set, ["a", "b", "c", "d"]);
    let read: Vec<&str> = ["a", "d", "e", "f", "g"].into_iter().filter(|name| flow.is_read(name)).collect();
    assert_eq!(read, ["d", "e", "f", "g"]);
}
