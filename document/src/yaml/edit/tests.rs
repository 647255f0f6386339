use proptest::prelude::*;

use super::*;
use crate::yaml::tests::{Model, layout_of, model, styled};
use crate::yaml::{Limits, Parsed, parse};

fn read(source: &str) -> Parsed {
    parse(source.into(), &Limits::default())
}

fn walk(parsed: &Parsed, path: &[&str]) -> NodeId {
    path.iter().fold(parsed.documents[0].root, |node, key| match key.parse::<usize>() {
        Ok(index) => parsed.tree.children(node).nth(index).unwrap(),
        Err(_) => parsed.tree.get_own(node, key).unwrap(),
    })
}

fn after_set(source: &str, at: &[&str], path: &[&str], value: NewValue) -> Option<String> {
    let parsed = read(source);
    let edits = set(&parsed.tree, walk(&parsed, at), path, &value)?;
    let made = apply(source, &edits);
    let again = read(&made);
    assert!(again.problems.is_empty(), "{made:?} {:?}", again.problems);
    assert_eq!(set(&again.tree, walk(&again, at), path, &value), Some(Vec::new()), "doing it again changes {made:?}");
    Some(made)
}

fn no() -> NewValue {
    NewValue::Bool(false)
}

#[test]
fn set_puts_values_where_a_person_would() {
    let deep = &["securityContext", "allowPrivilegeEscalation"][..];
    for (source, at, path, wanted) in [
        ("a: 1\n", &[][..], &["b"][..], "a: 1\nb: false\n"),
        ("a: 1", &[], &["b"], "a: 1\nb: false"),
        ("a: 1\r\n", &[], &["b"], "a: 1\r\nb: false\r\n"),
        ("a: true # why\n", &[], &["a"], "a: false # why\n"),
        ("a: |- # why\r\n  x\r\n\r\n  y\r\n# c\r\n", &[], &["a"], "a: false # why\r\n# c\r\n"),
        ("a: |+ # why\n  x\n\nb: 1\n", &[], &["a"], "a: false # why\n\nb: 1\n"),
        ("a: 1 # c\n  # deeper\n", &[], &["b"], "a: 1 # c\nb: false\n  # deeper\n"),
        ("a:\n", &[], &["a"], "a: false\n"),
        ("a: # c\n", &[], &["a"], "a: false # c\n"),
        ("a: null\n", &[], &["a", "b"], "a:\n  b: false\n"),
        ("a: ~ # c\n", &[], &["a", "b"], "a: # c\n  b: false\n"),
        ("a: {}\n", &[], &["a", "b"], "a: {b: false}\n"),
        ("a: {c: 1}\n", &[], &["a", "b"], "a: {c: 1, b: false}\n"),
        ("a: {c: 1,}\n", &[], &["a", "b"], "a: {c: 1, b: false,}\n"),
        ("{\n  \"a\": 1\n}\n", &[], &["b"], "{\n  \"a\": 1,\n  \"b\": false\n}\n"),
        ("{\"a\": {}}", &[], &["a", "b"], "{\"a\": {\"b\": false}}"),
        (
            "c:\n- name: x\n  image: y\n- name: z\n",
            &["c", "0"],
            deep,
            "c:\n- name: x\n  image: y\n  securityContext:\n    allowPrivilegeEscalation: false\n- name: z\n",
        ),
        (
            "c:\n- name: x\n",
            &["c", "0"],
            deep,
            "c:\n- name: x\n  securityContext:\n    allowPrivilegeEscalation: false\n",
        ),
        ("securityContext:\n", &[], deep, "securityContext:\n  allowPrivilegeEscalation: false\n"),
        ("x:\n    y: 1\n", &[], deep, "x:\n    y: 1\nsecurityContext:\n    allowPrivilegeEscalation: false\n"),
        ("a:\n  - x\n", &[], &["b"], "a:\n  - x\nb: false\n"),
        ("a: |\n  x\n\n\n# c\n", &[], &["b"], "a: |\n  x\nb: false\n\n\n# c\n"),
        ("a: |+\n  x\n\n# c\n", &[], &["b"], "a: |+\n  x\n\nb: false\n# c\n"),
        ("a: 1\n---\nb: 2\n", &[], &["b"], "a: 1\nb: false\n---\nb: 2\n"),
        ("\u{feff}a: 1\n", &[], &["b"], "\u{feff}a: 1\nb: false\n"),
    ] {
        assert_eq!(after_set(source, at, path, no()).as_deref(), Some(wanted), "{source:?}");
    }
}

#[test]
fn lists_are_written_as_blocks_under_new_keys() {
    let drop = NewValue::List(vec![NewValue::Text("ALL".to_owned())]);
    assert_eq!(
        after_set("a: 1\n", &[], &["capabilities", "drop"], drop.clone()).as_deref(),
        Some("a: 1\ncapabilities:\n  drop:\n    - ALL\n")
    );
    assert_eq!(after_set("a: [x, y]\n", &[], &["a"], drop.clone()).as_deref(), Some("a: [ALL]\n"));
    assert_eq!(after_set("{\"a\": 1}\n", &[], &["b"], drop).as_deref(), Some("{\"a\": 1, \"b\": [\"ALL\"]}\n"));
}

#[test]
fn lists_and_mappings_in_lines_of_their_own_keep_their_place() {
    let drop = NewValue::List(vec![NewValue::Text("ALL".to_owned()), NewValue::Text("X".to_owned())]);
    let map = NewValue::Map(vec![("d".to_owned(), no()), ("e".to_owned(), no())]);
    for (source, value, wanted) in [
        ("a: # c\n- x\nb: 1\n", &drop, Some("a: # c\n- ALL\n- X\nb: 1\n")),
        ("a:\r\n  # c\r\n  - x\r\n  - y", &drop, Some("a:\r\n  # c\r\n  - ALL\r\n  - X")),
        ("a:\n    x: 1\nb: 1\n", &map, Some("a:\n    d: false\n    e: false\nb: 1\n")),
        ("a:\n    x: 1\nb: 1\n", &drop, Some("a:\n    - ALL\n    - X\nb: 1\n")),
        ("a: # c\n- x\nb: 1\n", &map, Some("a: {d: false, e: false} # c\nb: 1\n")),
        ("a: # c\n- x\n- y\nb: 1\n", &no(), Some("a: false # c\nb: 1\n")),
        ("a:\n- x\n", &no(), Some("a: false\n")),
        ("a:\n# c\n- x\n", &no(), None),
        ("a:\n- x # c\n- y\n", &drop, None),
        ("z:\n- a:\n  - x\n", &drop, Some("z:\n- a:\n  - ALL\n  - X\n")),
    ] {
        let at: &[&str] = if source.starts_with('z') { &["z", "0"] } else { &[] };
        assert_eq!(after_set(source, at, &["a"], value.clone()).as_deref(), wanted, "{source:?}");
    }
}

#[test]
fn there_is_no_edit_where_it_would_not_be_safe() {
    for (source, path) in [
        ("x: &x {a: 1}\ny: *x\n", &["y", "b"][..]),
        ("x: &x {a: 1}\ny: *x\n", &["x", "b"]),
        ("x: &x # c\n  # d\n  a: 1\ny: *x\n", &["x", "b"]),
        ("? a\n: 1\n", &["b"]),
        ("a: [1\nb: 2\n", &["c"]),
        ("a: {b: 1\n", &["a", "c"]),
        ("a: text\n", &["a", "c"]),
        ("a: !!str 1\n", &["a"]),
        ("x: &x\n  m: {a: 1}\ny:\n  <<: *x\n", &["y", "m", "b"]),
    ] {
        let parsed = read(source);
        assert_eq!(set(&parsed.tree, parsed.documents[0].root, path, &no()), None, "{source:?}");
    }
}

#[test]
fn remove_takes_the_line_or_the_comma() {
    for (source, path, wanted) in [
        ("a: 1\nb: 2\n", &["a"][..], Some("b: 2\n")),
        ("a: 1\nb: 2", &["b"], Some("a: 1\n")),
        ("a: 1\r\nb: 2\r\nc: 3\r\n", &["b"], Some("a: 1\r\nc: 3\r\n")),
        ("a: 1\nb: 2 # why\nc: 3\n", &["b"], Some("a: 1\n# why\nc: 3\n")),
        ("a: 1\nb: # why\n  d: 2\nc: 3\n", &["b"], None),
        ("a: 1\nb:\n- 2 # why\n- 3\nc: 3\n", &["b"], None),
        ("a: 1\nb: |- # why\n  d\nc: 3\n", &["b"], None),
        ("a: 1\nb: |-\n  # d\nc: 3\n", &["b"], Some("a: 1\nc: 3\n")),
        ("a: 1\nb: 'x #\n  # d'\nc: 3\n", &["b"], Some("a: 1\nc: 3\n")),
        ("a:\n  b: 1\n", &["a", "b"], Some("a: {}\n")),
        ("a:\n- x\n", &["a", "0"], Some("a: []\n")),
        ("a:\n- x\n- y\n", &["a", "0"], Some("a:\n- y\n")),
        ("a:\n- x: 1\n  y: 2\n", &["a", "0", "x"], Some("a:\n- y: 2\n")),
        ("a:\n- x: 1\n  y: 2\n", &["a", "0", "y"], Some("a:\n- x: 1\n")),
        ("a: {b: 1, c: 2}\n", &["a", "b"], Some("a: {c: 2}\n")),
        ("a: {b: 1, c: 2}\n", &["a", "c"], Some("a: {b: 1}\n")),
        ("a: {b: 1, c: 2, }\n", &["a", "c"], Some("a: {b: 1, }\n")),
        ("a: { b: 1 }\n", &["a", "b"], Some("a: {}\n")),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", &["a"], Some("{\n  \"b\": 2\n}\n")),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", &["b"], Some("{\n  \"a\": 1\n}\n")),
        ("a: [x, y]\n", &["a", "0"], Some("a: [y]\n")),
        ("a: |+\n  x\n\nb: 2\n", &["a"], Some("b: 2\n")),
        ("a:\n  # why\n  b: 1\n", &["a", "b"], None),
        ("- - a\n  - b\n", &["0", "0"], Some("- - b\n")),
    ] {
        let parsed = read(source);
        let edits = remove(&parsed.tree, walk(&parsed, path));
        assert_eq!(edits.map(|edits| apply(source, &edits)).as_deref(), wanted, "{source:?}");
    }
}

#[test]
fn replaced_scalars_keep_their_quotes_and_get_them_where_needed() {
    for (source, text, wanted) in [
        ("a: b\n", "c", "a: c\n"),
        ("a: b\n", "yes", "a: \"yes\"\n"),
        ("a: b\n", "c: d", "a: \"c: d\"\n"),
        ("a: b\n", "say \"x\" #1", "a: 'say \"x\" #1'\n"),
        ("a: 'b'\n", "it's", "a: 'it''s'\n"),
        ("a: \"b\"\n", "c\n", "a: \"c\\n\"\n"),
        ("a: 'b'\n", "c\n", "a: \"c\\n\"\n"),
        ("a: |\n  b\n# c\n", "d", "a: d\n# c\n"),
        ("a:\n", "d", "a: d\n"),
        ("a: 5\n", "5", "a: \"5\"\n"),
        ("a: {b}\n", "x", "a: {b: x}\n"),
    ] {
        let parsed = read(source);
        let root = parsed.documents[0].root;
        let mut node = parsed.tree.get(root, "a").unwrap();
        if let Some(inner) = parsed.tree.get(node, "b") {
            node = inner;
        }
        let made = apply(source, &replace_scalar(&parsed.tree, node, text).unwrap());
        assert_eq!(made, wanted, "{source:?}");
    }
}

#[test]
fn renamed_keys_keep_their_quotes() {
    for (source, key, wanted) in [
        ("a: 1 # c\n", "b", Some("b: 1 # c\n")),
        ("\"a\": 1\n", "b", Some("\"b\": 1\n")),
        ("a: 1\n", "on", Some("\"on\": 1\n")),
        ("a: 1\nb: 2\n", "b", None),
        ("? a\n: 1\n", "b", None),
        ("&x a: 1\n", "b", None),
    ] {
        let parsed = read(source);
        let node = parsed.tree.get(parsed.documents[0].root, "a").unwrap();
        let made = rename_key(&parsed.tree, node, key).map(|edits| apply(source, &edits));
        assert_eq!(made.as_deref(), wanted, "{source:?}");
    }
}

fn comments(parsed: &Parsed) -> Vec<String> {
    parsed.comments.iter().map(|comment| comment.span.text(parsed.tree.source()).to_owned()).collect()
}

fn new_value(value: &Model) -> NewValue {
    match value {
        Model::Null => NewValue::Null,
        Model::Bool(value) => NewValue::Bool(*value),
        Model::Int(value) => NewValue::Int(*value),
        Model::Text(value) => NewValue::Text(value.clone()),
        Model::List(items) => NewValue::List(items.iter().map(new_value).collect()),
        Model::Map(entries) => {
            NewValue::Map(entries.iter().map(|(key, value)| (key.clone(), new_value(value))).collect())
        }
    }
}

/// All nodes of the first document with the way to them.
fn nodes(parsed: &Parsed) -> Vec<(Vec<usize>, NodeId)> {
    let mut found = vec![(Vec::new(), parsed.documents[0].root)];
    let mut at = 0;
    while at < found.len() {
        let (way, node) = found[at].clone();
        for (i, child) in parsed.tree.children(node).enumerate() {
            found.push(([way.as_slice(), &[i]].concat(), child));
        }
        at += 1;
    }
    found
}

fn at_way<'m>(model: &'m mut Model, way: &[usize]) -> &'m mut Model {
    way.iter().fold(model, |model, &i| match model {
        Model::List(items) => &mut items[i],
        Model::Map(entries) => &mut entries[i].1,
        _ => unreachable!(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn set_changes_only_what_it_should(value in model(), style in styled(), pick in any::<prop::sample::Index>(), new in model()) {
        let source = layout_of(&value, &style);
        let parsed = read(&source);
        let maps: Vec<_> = nodes(&parsed).into_iter().filter(|(_, n)| parsed.tree.value(*n) == Value::Map).collect();
        if maps.is_empty() {
            return Ok(());
        }
        let (way, map) = pick.get(&maps).clone();
        let Some(edits) = set(&parsed.tree, map, &["new", "inner"], &new_value(&new)) else { return Ok(()) };
        let made = apply(&source, &edits);
        let again = read(&made);
        let mut wanted = value;
        if let Model::Map(entries) = at_way(&mut wanted, &way) {
            entries.push(("new".to_owned(), Model::Map(vec![("inner".to_owned(), new.clone())])));
        }
        prop_assert_eq!(&again.problems, &vec![], "{}", made);
        prop_assert_eq!(Model::of(&again, again.documents[0].root), wanted, "{}\n--\n{}", source, made);
        prop_assert_eq!(comments(&again), comments(&parsed), "{}", made);
    }

    #[test]
    fn remove_changes_only_what_it_should(value in model(), style in styled(), pick in any::<prop::sample::Index>()) {
        let source = layout_of(&value, &style);
        let parsed = read(&source);
        let all = nodes(&parsed);
        let (way, node) = pick.get(&all).clone();
        let Some(edits) = remove(&parsed.tree, node) else { return Ok(()) };
        let made = apply(&source, &edits);
        let again = read(&made);
        let mut wanted = value;
        let (last, above) = way.split_last().unwrap();
        match at_way(&mut wanted, above) {
            Model::List(items) => drop(items.remove(*last)),
            Model::Map(entries) => drop(entries.remove(*last)),
            _ => unreachable!(),
        }
        prop_assert_eq!(&again.problems, &vec![], "{}\n--\n{}", source, made);
        prop_assert_eq!(Model::of(&again, again.documents[0].root), wanted, "{}\n--\n{}", source, made);
        let kept = parsed.comments.iter().filter(|comment| {
            let entry = parsed.tree.key_span(node).join(parsed.tree.span(node));
            !(entry.start..entry.end).contains(&comment.span.start) || parsed.tree.key_span(node).is_empty()
        }).count();
        prop_assert!(!style.comments || parsed.tree.children(node).next().is_some() || again.comments.len() >= kept);
    }

    #[test]
    fn any_text_can_be_a_scalar(value in model(), style in styled(), pick in any::<prop::sample::Index>(), text in "\\PC{0,6}|[ -~\n\t]{0,8}|[-:#?,\\[\\]{}'\" a]{0,5}") {
        let source = layout_of(&value, &style);
        let parsed = read(&source);
        let all = nodes(&parsed);
        let (way, node) = pick.get(&all).clone();
        if way.is_empty() {
            return Ok(());
        }
        let Some(edits) = replace_scalar(&parsed.tree, node, &text) else { return Ok(()) };
        let made = apply(&source, &edits);
        let again = read(&made);
        let mut wanted = value;
        *at_way(&mut wanted, &way) = Model::Text(text.clone());
        prop_assert_eq!(&again.problems, &vec![], "{}\n--\n{}", source, made);
        prop_assert_eq!(Model::of(&again, again.documents[0].root), wanted, "{}\n--\n{}", source, made);
    }

    #[test]
    fn edits_of_any_text_do_not_panic(source in "([ab&*?!|>'\"#{}\\[\\],:\\- \n]|: |- |\n  |a: ){0,30}", text in "[a-c: #]{0,4}") {
        let parsed = read(&source);
        for i in 0..parsed.tree.len() {
            let Some((_, node)) = parsed.documents.first().map(|_| nodes(&parsed)).unwrap_or_default().get(i).cloned() else { break };
            for edits in [
                set(&parsed.tree, node, &["n", "m"], &no()),
                remove(&parsed.tree, node),
                rename_key(&parsed.tree, node, &text),
                replace_scalar(&parsed.tree, node, &text),
            ].into_iter().flatten() {
                for edit in &edits {
                    prop_assert!(source.get(edit.span.range()).is_some());
                }
                if parsed.problems.is_empty() {
                    let made = apply(&source, &edits);
                    prop_assert_eq!(read(&made).problems, vec![], "{:?} -> {:?}", source, made);
                }
            }
        }
    }
}
