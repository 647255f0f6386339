use super::*;

#[test]
fn the_last_of_equal_keys_counts_in_narrow_and_wide_mappings() {
    for width in [2_u32, 40] {
        let mut tree = Tree::new("");
        let root = tree.add_root(Value::Map, Span::default());
        for i in 0..width {
            tree.add(root, Node::field(&format!("k{}", i / 2), Value::Int(i64::from(i)), Span::default()));
        }
        let k0 = tree.get(root, "k0").unwrap();
        assert_eq!(tree.value(k0), Value::Int(1));
        assert_eq!(tree.get(root, "k99"), None);
    }
}

#[test]
fn a_key_of_the_document_is_no_fact() {
    let mut tree = Tree::new("");
    let root = tree.add_root(Value::Map, Span::default());
    tree.add(root, Node::field("pod", Value::Int(1), Span::default()));
    assert_eq!(tree.fact(root, "pod"), None);
    let fact = tree.add_fact(root, Node::field("pod", Value::Int(2), Span::default()));
    assert_eq!(tree.fact(root, "pod"), Some(fact));
    assert_eq!(tree.value(tree.get(root, "pod").unwrap()), Value::Int(1));
    assert_eq!(tree.children(root).count(), 1);
    assert_eq!(tree.field_count(root), 1);
}

#[test]
fn links_are_followed_and_rings_end() {
    let mut tree = Tree::new("");
    let root = tree.add_root(Value::Map, Span::default());
    let base = tree.add(root, Node::field("base", Value::Map, Span::default()));
    tree.add(base, Node::field("x", Value::Int(7), Span::default()));
    let user = tree.add(root, Node::field("user", Value::Map, Span::default()));
    tree.add_link(user, Node::field("<<", Value::Null, Span::default()), base);
    assert_eq!(tree.value(tree.get(user, "x").unwrap()), Value::Int(7));
    let ring = tree.add_link(root, Node::field("ring", Value::Null, Span::default()), root);
    assert_eq!(tree.get(ring, "ring"), Some(ring));
    let own = tree.add_link(root, Node::field("own", Value::Null, Span::default()), NodeId(offset(tree.len())));
    assert_eq!(tree.value(own), Value::Unknown(""));
}

#[test]
fn merged_entries_come_after_the_own_ones() {
    let mut tree = Tree::new("");
    let root = tree.add_root(Value::Map, Span::default());
    let mut mapping = |keys: &[&str], merged: &[NodeId]| {
        let map = tree.add(root, Node::field("", Value::Map, Span::default()));
        for key in keys {
            tree.add(map, Node::field(key, Value::Int(0), Span::default()));
        }
        match merged {
            [] => {}
            [one] => {
                tree.add_link(map, Node::field("<<", Value::Null, Span::default()), *one);
            }
            all => {
                let list = tree.add(map, Node::field("<<", Value::List, Span::default()));
                for one in all {
                    tree.add_link(list, Node::item(Value::Null, Span::default()), *one);
                }
            }
        }
        map
    };
    let first = mapping(&["a", "b"], &[]);
    let second = mapping(&["b", "c"], &[first]);
    let third = mapping(&["d", "a"], &[second, first]);
    let none = mapping(&["e"], &[]);
    let keys = |id| tree.entries(id).map(|id| tree.key(id)).collect::<Vec<_>>().join(" ");
    assert_eq!((keys(first), keys(second)), ("a b".to_owned(), "b c a".to_owned()));
    assert_eq!((keys(third), keys(none)), ("d a b c".to_owned(), "e".to_owned()));
    assert_eq!(tree.entry_count(third), 4);
    // A ring of merges ends.
    let ring = tree.add(root, Node::field("", Value::Map, Span::default()));
    tree.add_link(ring, Node::field("<<", Value::Null, Span::default()), ring);
    assert_eq!(tree.entries(ring).count(), 0);
}

#[test]
fn facts_and_fields_of_one_name_are_told_apart_in_wide_mappings() {
    let mut tree = Tree::new("");
    let root = tree.add_root(Value::Map, Span::default());
    for i in 0..50 {
        tree.add(root, Node::field(&format!("k{}", i % 40), Value::Int(i), Span::default()));
    }
    tree.add_fact(root, Node::field("k3", Value::Int(-1), Span::default()));
    tree.add(root, Node::field("", Value::Int(-2), Span::default()));
    assert_eq!(tree.value(tree.get(root, "k3").unwrap()), Value::Int(43));
    assert_eq!(tree.value(tree.fact(root, "k3").unwrap()), Value::Int(-1));
    assert_eq!(tree.value(tree.get_own(root, "").unwrap()), Value::Int(-2));
    assert_eq!(tree.get(root, "k50"), None);
}

#[test]
fn a_field_is_found_where_the_last_one_was_and_elsewhere() {
    let mut tree = Tree::new("");
    let hint = Hint::default();
    let mut expected = Vec::new();
    for keys in [["a", "b"], ["b", "a"], ["b", "b"], ["c", "<<"]] {
        let root = tree.add_root(Value::Map, Span::default());
        let fields = keys.map(|key| tree.add(root, Node::field(key, Value::Map, Span::default())));
        tree.add_fact(root, Node::field("b", Value::Null, Span::default()));
        let merged = tree.add(fields[1], Node::field("b", Value::Null, Span::default()));
        // Of two with one name the last one counts; what is merged counts where there is none.
        let last = keys.iter().rposition(|&key| key == "b").and_then(|at| fields.get(at).copied());
        expected.push((root, last.unwrap_or(merged)));
    }
    for _ in 0..2 {
        for &(root, field) in &expected {
            assert_eq!(tree.get_near(root, "b", Tree::hash_key("b"), &hint), Some(field));
            assert_eq!(tree.get_near(root, "d", Tree::hash_key("d"), &hint), None);
        }
    }
}

#[test]
fn a_fact_keeps_the_place_of_its_own_key() {
    let mut tree = Tree::new("command: kubelet");
    let root = tree.add_root(Value::Map, Span::new(0, 16));
    let without = tree.add(root, Node::field("a", Value::Map, Span::default()));
    tree.add_fact(without, Node::field("process", Value::Map, Span::default()));
    let key_span = Span::new(0, 7);
    let fact = tree.add_fact(root, Node { key: "process", key_span, span: Span::new(9, 16), value: Value::Map });
    assert_eq!((tree.key(fact), tree.key_span(fact)), ("process", key_span));
    let item = tree.add(root, Node { key: "", key_span, span: Span::new(9, 16), value: Value::Map });
    assert_eq!((tree.key(item), tree.key_span(item)), ("", key_span));
}
