use proptest::prelude::*;

use super::*;
use crate::{ProblemCode, Value};

/// A tree as plain data, to compare with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Model {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Model>),
    Map(Vec<(String, Model)>),
}

impl Model {
    pub(super) fn of(parsed: &Parsed, node: NodeId) -> Self {
        let tree = &parsed.tree;
        match tree.value(node) {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Int(value) => Self::Int(value),
            Value::Float(value) => Self::Text(format!("{value}")),
            Value::Text(text) | Value::Unknown(text) => Self::Text(text.to_owned()),
            Value::List => Self::List(tree.children(node).map(|item| Self::of(parsed, item)).collect()),
            Value::Map => Self::Map(
                tree.children(node).map(|child| (tree.key(child).to_owned(), Self::of(parsed, child))).collect(),
            ),
        }
    }
}

/// How a model is written down.
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub(super) comments: bool,
    crlf: bool,
    indent: usize,
    /// From this depth on, in brackets.
    flow_from: usize,
    flat_lists: bool,
    last_break: bool,
}

pub(super) fn styled() -> impl Strategy<Value = Style> {
    (any::<bool>(), any::<bool>(), 1_usize..5, 0_usize..5, any::<bool>(), any::<bool>()).prop_map(
        |(comments, crlf, indent, flow_from, flat_lists, last_break)| Style {
            comments,
            crlf,
            indent,
            flow_from,
            flat_lists,
            last_break,
        },
    )
}

pub(super) fn model() -> impl Strategy<Value = Model> {
    let leaf = prop_oneof![
        Just(Model::Null),
        any::<bool>().prop_map(Model::Bool),
        any::<i64>().prop_map(Model::Int),
        "[a-z]{1,4}|yes|1\\.5|[ -~]{0,6}|é\u{1f600}|a\nb".prop_map(Model::Text),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Model::List),
            prop::collection::btree_map("[a-z]{1,3}|[a-z]{1,2}: |é", inner, 0..4)
                .prop_map(|entries| Model::Map(entries.into_iter().collect())),
        ]
    })
}

fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && text.chars().all(|c| c.is_ascii_lowercase())
        && !matches!(text, "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null");
    if plain {
        return text.to_owned();
    }
    if text.contains('\'') && !text.contains('\n') {
        return format!("'{}'", text.replace('\'', "''"));
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

fn inline(model: &Model) -> String {
    match model {
        Model::Null => "null".to_owned(),
        Model::Bool(value) => value.to_string(),
        Model::Int(value) => value.to_string(),
        Model::Text(text) => quoted(text),
        Model::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Model::Map(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{}: {}", quoted(key), inline(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn is_block(model: &Model, style: &Style, depth: usize) -> bool {
    let filled = match model {
        Model::List(items) => !items.is_empty(),
        Model::Map(entries) => !entries.is_empty(),
        _ => false,
    };
    filled && depth < style.flow_from
}

fn block(model: &Model, style: &Style, depth: usize, column: usize, lines: &mut Vec<String>) {
    let pad = " ".repeat(column);
    let note = |line: String, lines: &mut Vec<String>| {
        let tail = if style.comments && lines.len().is_multiple_of(3) { " # note" } else { "" };
        lines.push(format!("{line}{tail}"));
        if style.comments && lines.len().is_multiple_of(5) {
            lines.push(format!("{pad}# above"));
        }
    };
    match model {
        Model::List(items) if is_block(model, style, depth) => {
            for item in items {
                if is_block(item, style, depth + 1) {
                    let mut inner = Vec::new();
                    block(item, &Style { comments: false, ..style.clone() }, depth + 1, column + 2, &mut inner);
                    let first = inner.remove(0);
                    lines.push(format!("{pad}- {}", first.trim_start()));
                    lines.extend(inner);
                } else {
                    note(format!("{pad}- {}", inline(item)), lines);
                }
            }
        }
        Model::Map(entries) if is_block(model, style, depth) => {
            for (key, value) in entries {
                if is_block(value, style, depth + 1) {
                    note(format!("{pad}{}:", quoted(key)), lines);
                    let flat = style.flat_lists && matches!(value, Model::List(_));
                    block(value, style, depth + 1, if flat { column } else { column + style.indent }, lines);
                } else if *value == Model::Null && key.len() == 1 {
                    note(format!("{pad}{}:", quoted(key)), lines);
                } else {
                    note(format!("{pad}{}: {}", quoted(key), inline(value)), lines);
                }
            }
        }
        other => note(format!("{pad}{}", inline(other)), lines),
    }
}

/// The model as YAML.
pub(super) fn layout_of(model: &Model, style: &Style) -> String {
    let mut lines = Vec::new();
    block(model, style, 0, 0, &mut lines);
    let line_break = if style.crlf { "\r\n" } else { "\n" };
    lines.join(line_break) + if style.last_break { line_break } else { "" }
}

fn read(source: &str) -> Parsed {
    parse(source.into(), &Limits::default())
}

fn at(parsed: &Parsed, path: &[&str]) -> NodeId {
    path.iter().fold(parsed.documents[0].root, |node, key| parsed.tree.get(node, key).unwrap())
}

fn written<'p>(parsed: &'p Parsed, path: &[&str]) -> &'p str {
    parsed.tree.span(at(parsed, path)).text(parsed.tree.source())
}

#[test]
fn spans_are_what_is_written_with_multi_byte_text_and_crlf() {
    let parsed = read("\u{feff}é: ü # c\r\nb:\r\n- x\r\n- y: 1\r\n  z:   \r\n\r\n# end\r\nc: {a: [1, \"q\"], b: }\r\n");
    assert_eq!(parsed.problems, vec![]);
    assert_eq!(written(&parsed, &["é"]), "ü");
    assert_eq!(written(&parsed, &["b"]), "- x\r\n- y: 1\r\n  z:");
    assert_eq!(written(&parsed, &["c"]), "{a: [1, \"q\"], b: }");
    assert_eq!(written(&parsed, &["c", "a"]), "[1, \"q\"]");
    let empty = parsed.tree.span(at(&parsed, &["c", "b"]));
    assert!(empty.is_empty());
    assert_eq!(Span::new(empty.start - 2, empty.start).text(parsed.tree.source()), "b:");
    assert_eq!(parsed.comments.iter().map(|comment| comment.own_line).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_block_scalar_has_its_header_and_no_trailing_blank_lines() {
    let parsed = read("x: &t !!str |2- # h\n\n    hé\n   l\n\n# t\ny: >+\n  a\n\n");
    assert_eq!(written(&parsed, &["x"]), "|2- # h\n\n    hé\n   l");
    assert_eq!(parsed.tree.text(at(&parsed, &["x"])), Some("\n  hé\n l"));
    assert_eq!(written(&parsed, &["y"]), ">+\n  a");
    assert_eq!(parsed.tree.text(at(&parsed, &["y"])), Some("a\n\n"));
}

#[test]
fn tags_and_anchors_lie_outside_of_the_span() {
    let parsed = read("a: !!str 5\nb: &x\nc: !!int \"7\"\nd: !own 5\ne: &m\n  f: 1\n");
    assert_eq!(parsed.tree.value(at(&parsed, &["a"])), Value::Text("5"));
    assert_eq!(written(&parsed, &["a"]), "5");
    assert_eq!(parsed.tree.span(at(&parsed, &["b"])), Span::empty(16));
    assert_eq!(parsed.tree.value(at(&parsed, &["c"])), Value::Int(7));
    assert_eq!(parsed.tree.value(at(&parsed, &["d"])), Value::Text("5"));
    assert_eq!(written(&parsed, &["e"]), "f: 1");
}

#[test]
fn aliases_are_links_and_plain_merge_keys_merge() {
    let parsed = read(
        "base: &b {x: 1, y: 2}\none: *b\ntwo:\n  <<: *b\n  x: 3\nthree:\n  \"<<\": *b\nfour:\n  <<: [{y: 8}, *b]\n",
    );
    let one = at(&parsed, &["one"]);
    assert!(parsed.tree.is_link(one));
    assert_eq!(written(&parsed, &["one"]), "*b");
    assert_eq!(parsed.tree.value(at(&parsed, &["one", "y"])), Value::Int(2));
    assert_eq!(parsed.tree.value(at(&parsed, &["two", "x"])), Value::Int(3));
    assert_eq!(parsed.tree.value(at(&parsed, &["two", "y"])), Value::Int(2));
    assert_eq!(parsed.tree.get(at(&parsed, &["three"]), "y"), None);
    assert_eq!(parsed.tree.value(at(&parsed, &["four", "y"])), Value::Int(8));
    assert_eq!(parsed.tree.value(at(&parsed, &["four", "x"])), Value::Int(1));
}

#[test]
fn aliases_to_nothing_or_to_themselves_are_unknown() {
    let parsed = read("a: *none\nb: &b [*b, 1]\n");
    assert_eq!(parsed.tree.value(at(&parsed, &["a"])), Value::Unknown("*none"));
    let codes: Vec<_> = parsed.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [ProblemCode::UnknownAnchor; 2]);
}

#[test]
fn aliases_that_multiply_are_cut_off() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..40 {
        let below = format!("*a{}, ", i - 1).repeat(9);
        bomb += &format!("a{i}: &a{i} [{below}]\n");
    }
    let parsed = read(&bomb);
    assert_eq!(parsed.problems.len(), 1);
    assert_eq!(parsed.problems[0].code, ProblemCode::AliasBudget);
    assert_eq!(parsed.tree.children(parsed.documents[0].root).count(), 40);
}

#[test]
fn look_ups_through_merges_of_merges_end() {
    let mut source = "a0: &a0 {x: 1}\n".to_owned();
    for i in 1..16 {
        let below = format!("*a{}, ", i - 1).repeat(3);
        source += &format!("a{i}: &a{i} {{<<: [{below}]}}\n");
    }
    let parsed = parse(source.as_str().into(), &Limits { alias_nodes: usize::MAX, ..Limits::default() });
    assert_eq!(parsed.tree.get(at(&parsed, &["a15"]), "none"), None);
}

#[test]
fn repeated_keys_are_told_and_the_last_one_counts() {
    let parsed = read("a: 1\nb: 2\n\"a\": 3\na: 4\n");
    let all: Vec<_> = parsed.tree.children(parsed.documents[0].root).collect();
    assert_eq!(
        parsed.duplicate_keys,
        [DuplicateKey { first: all[0], again: all[2] }, DuplicateKey { first: all[0], again: all[3] }]
    );
    assert_eq!(parsed.tree.value(at(&parsed, &["a"])), Value::Int(4));
}

#[test]
fn many_repeated_keys_take_linear_time() {
    let mut source = String::new();
    for i in 0..60_000 {
        source += &format!("k{}: {i}\n", i % 30_000);
    }
    let parsed = read(&source);
    assert_eq!(parsed.duplicate_keys.len(), 30_000);
    assert_eq!(parsed.tree.value(at(&parsed, &["k7"])), Value::Int(30_007));
}

#[test]
fn a_break_keeps_what_was_read_and_the_next_document() {
    for (source, message) in [
        ("a: 1\nb: [1, 2\nc: 3\n---\nok: 1\n", "`[` is not closed"),
        ("a: 1\nb: \"x\n---\nok: 1\n", "quoted text is not closed"),
        ("a: 1\n\tb: 2\n---\nok: 1\n", "tab"),
        ("a: 1\n  b: 2\n---\nok: 1\n", "`: ` cannot stand here"),
        ("a: 1\nb: x: y\n---\nok: 1\n", "`: ` cannot stand here"),
        ("a: 1\nb:\n  c: 1\n d: 2\n---\nok: 1\n", "key at this indentation"),
        ("a: 1\nb: @x\n---\nok: 1\n", "cannot begin with `@`"),
        ("a: 1\nb: {c: 1]\n---\nok: 1\n", "cannot be closed by `]`"),
    ] {
        let parsed = read(source);
        assert_eq!(parsed.problems.len(), 1, "{source:?}");
        assert_eq!(parsed.problems[0].code, ProblemCode::InvalidYaml);
        assert!(parsed.problems[0].message.contains(message), "{source:?}: {}", parsed.problems[0].message);
        assert_eq!(parsed.documents.len(), 2, "{source:?}");
        let last = parsed.documents[1];
        assert_eq!(parsed.tree.value(parsed.tree.get(last.root, "ok").unwrap()), Value::Int(1));
        assert_eq!(last.span.text(source), "---\nok: 1\n");
        let a = parsed.tree.get(parsed.documents[0].root, "a");
        assert!(a.is_some() || message == "tab" || source.contains("  b: 2"), "{source:?}");
    }
}

#[test]
fn brackets_may_close_at_the_level_of_their_key() {
    let source = "a:\n  b: {\n    c: 1\n  }\n  d: [\n  x,\n{e: f\n}\n]\ng: h\n---\ni: {\n}\n";
    let parsed = read(source);
    assert_eq!(parsed.problems, []);
    assert_eq!((written(&parsed, &["a", "b", "c"]), written(&parsed, &["g"])), ("1", "h"));
    assert_eq!(written(&parsed, &["a", "d"]), "[\n  x,\n{e: f\n}\n]");
    assert_eq!(parsed.documents.len(), 2);
    // One that nobody closes ends before the next key all the same.
    let parsed = read("a: {\n}\nb: [1,\nc: 2\nd: 3\n");
    assert_eq!(parsed.problems.len(), 1);
    let parsed = read("a: [1,\nc: 2\n");
    assert_eq!((parsed.problems.len(), written(&parsed, &["a"])), (1, "[1"));
}

#[test]
fn what_lies_too_deep_is_left_out_and_the_rest_is_read() {
    for open in [300, 60_000] {
        let source = format!("a: {}{}\nb: 1\n---\nc: 2\n", "[".repeat(open), "]".repeat(open));
        let parsed = read(&source);
        let codes: Vec<_> = parsed.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [ProblemCode::TooDeep]);
        assert_eq!(parsed.documents.len(), 2);
        if open == 300 {
            assert_eq!(parsed.tree.value(at(&parsed, &["b"])), Value::Int(1));
        }
        let json = parse_json(
            format!("{{\"a\": {}{}, \"b\": 1}}", "[".repeat(open), "]".repeat(open)).into(),
            &Limits::default(),
        );
        assert_eq!(json.problems.len(), 1);
        assert_eq!(json.tree.value(at(&json, &["b"])), Value::Int(1));
    }
    let blocks = "- ".repeat(50_000) + "x\n";
    assert_eq!(read(&blocks).problems[0].code, ProblemCode::TooDeep);
}

#[test]
fn the_number_of_documents_is_limited() {
    let limits = Limits { documents: 2, ..Limits::default() };
    let parsed = parse("a: 1\n---\nb: 1\n---\nc: 1\n".into(), &limits);
    assert_eq!(parsed.documents.len(), 2);
    assert_eq!(parsed.problems[0].code, ProblemCode::TooManyDocuments);
    assert_eq!(parse_json("1 2 3".into(), &limits).problems[0].code, ProblemCode::TooManyDocuments);
}

#[test]
fn documents_part_the_stream() {
    let source = "# licence\n---\na: 1\n# end\n---\n# only this\n--- \nb: 2\n...\n";
    let parsed = read(source);
    let parts: Vec<_> = parsed.documents.iter().map(|document| document.span.text(source)).collect();
    assert_eq!(parts, ["# licence\n---\na: 1\n# end\n", "---\n# only this\n", "--- \nb: 2\n...\n"]);
    assert_eq!(parsed.comments.len(), 3);
}

#[test]
fn many_comments_in_a_row_are_read() {
    let parsed = read(&("a:\n".to_owned() + &"# x\n".repeat(5000) + "  b: 1\n"));
    assert_eq!((parsed.problems.len(), parsed.comments.len()), (0, 5000));
}

#[test]
fn json_is_read_as_json() {
    let parsed = parse_json(
        r#" {"a": "x\n\ud83d\ude00\/", "b":	[1, -2.5e3, true, null], "a": {}, "\u0063": ""}"#.into(),
        &Limits::default(),
    );
    assert_eq!(parsed.problems, vec![]);
    let root = parsed.documents[0].root;
    let all: Vec<_> = parsed.tree.children(root).collect();
    assert_eq!(parsed.tree.text(all[0]), Some("x\n\u{1f600}/"));
    assert_eq!(written(&parsed, &["b"]), "[1, -2.5e3, true, null]");
    assert_eq!(parsed.duplicate_keys, [DuplicateKey { first: all[0], again: all[2] }]);
    assert_eq!(parsed.tree.key(all[3]), "c");
}

#[test]
fn broken_json_keeps_what_stands_before() {
    for (source, place, message) in [
        ("{\"a\": 1, \"b\": nul}", "nul", "double quotes"),
        ("{\"a\": 1, b: 2}", "b", "key in double quotes"),
        ("{\"a\": 1,}", "}", "key in double quotes"),
        ("{\"a\": 1 \"b\"}", "\"", "expected `,` or `}`"),
        ("{\"a\": 1, \"b", "\"", "not closed"),
        ("{\"a\": 1, \"b\": \"\\x\"}", "\\x", "escape"),
        ("{\"a\": 1, \"b\": 01}", "01", "number"),
        ("{\"a\": 1", "", "expected `,` or `}`"),
    ] {
        let parsed = parse_json(source.into(), &Limits::default());
        assert_eq!(parsed.problems.len(), 1, "{source}");
        let problem = &parsed.problems[0];
        assert!(problem.message.contains(message), "{source}: {}", problem.message);
        assert_eq!(problem.span.text(source), place, "{source}");
        assert_eq!(parsed.tree.value(at(&parsed, &["a"])), Value::Int(1));
    }
}

#[test]
fn a_place_inside_a_scalar_leads_back_to_the_file() {
    for (source, part, wanted) in [
        ("a: b c\n", "c", "c"),
        ("a: b\n  c\n", "b c", "b\n  c"),
        ("a: 'it''s'\n", "'", "''"),
        ("a: \"x\\ty\"\n", "\t", "\\t"),
        ("a: \"x\\\n   y\"\n", "y", "y"),
        ("a: \"x\n\n   y\"\n", "y", "y"),
        ("a: |\n  b\n  c\n", "c", "c"),
        ("a: |2-\r\n\r\n    b\r\n   c\r\n", " c", " c"),
        ("a: >\n  b\n  c\n\n  d\n   e\n", "e", "e"),
        ("a: >\n  b\n  c\n\n  d\n", "c", "c"),
    ] {
        let parsed = read(source);
        let node = at(&parsed, &["a"]);
        let text = scalar_text(&parsed.tree, node).unwrap_or_else(|| panic!("{source:?}"));
        assert_eq!(Some(text.text()), parsed.tree.text(node));
        let from = text.text().rfind(part).unwrap();
        let span = text.to_source(Span::from_usize(from, from + part.len()));
        assert_eq!(span.text(source), wanted, "{source:?}");
    }
}

fn check_spans(parsed: &Parsed) -> Result<(), TestCaseError> {
    let (tree, source) = (&parsed.tree, parsed.tree.source());
    let mut open: Vec<NodeId> = tree.roots().to_vec();
    prop_assert_eq!(tree.roots().len(), parsed.documents.len());
    while let Some(node) = open.pop() {
        let span = tree.span(node);
        prop_assert!(source.get(span.range()).is_some(), "{:?}", span);
        prop_assert!(source.get(tree.key_span(node).range()).is_some());
        if tree.is_link(node) {
            continue;
        }
        if let Some(text) = scalar_text(tree, node) {
            for (at, c) in text.text().char_indices() {
                let place = text.to_source(Span::from_usize(at, at + c.len_utf8()));
                prop_assert!(span.contains(place), "{:?} {:?}", span, place);
                prop_assert!(source.get(place.range()).is_some());
            }
        }
        for child in tree.children(node) {
            prop_assert!(span.contains(tree.span(child)), "{:?} in {:?}", tree.span(child), span);
            prop_assert!(tree.key_span(child).is_empty() || span.contains(tree.key_span(child)));
            open.push(child);
        }
    }
    for problem in &parsed.problems {
        prop_assert!(source.get(problem.span.range()).is_some());
    }
    for comment in &parsed.comments {
        prop_assert!(comment.span.text(source).starts_with('#'));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_all_its_spans_in_place(source in "([ab1é&*?!|>%@'\"\\\\#{}\\[\\],:\\- \t\r\n\u{feff}]|: |- |\n  |\n---\n|a: |&a |\\*a|<<: |\\?  |\\|\n){0,40}") {
        check_spans(&read(&source))?;
        check_spans(&parse_json(source.as_str().into(), &Limits::default()))?;
    }

    #[test]
    fn any_json_like_text_has_all_its_spans_in_place(source in "([{}\\[\\],: 1\"\\\\u]|\"a\":|true|\\\\ud83d|\\\\n|é){0,40}") {
        check_spans(&parse_json(source.as_str().into(), &Limits { depth: 3, ..Limits::default() }))?;
    }

    #[test]
    fn what_was_written_is_read_again(value in model(), style in styled()) {
        let source = layout_of(&value, &style);
        let parsed = read(&source);
        prop_assert_eq!(&parsed.problems, &vec![], "{}", source);
        prop_assert_eq!(Model::of(&parsed, parsed.documents[0].root), value, "{}", source);
        check_spans(&parsed)?;
    }
}
