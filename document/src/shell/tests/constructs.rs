//! Each construct with its places.

use super::super::{AssignmentValue, CompoundKind, ParameterOperator, PartKind, RedirectionOperator, SeparatorKind};
use super::{clean, names, span_of, words};
use crate::Span;

#[test]
fn compounds_span_from_first_to_last_token_and_hold_their_commands() {
    use CompoundKind as Kind;
    for (text, kind, compound, commands) in [
        ("a; ( b; c ) >x; d", Kind::Subshell, "( b; c ) >x", "a b c d"),
        ("a && { b; } | c", Kind::Group, "{ b; }", "a b c"),
        ("{(b);}", Kind::Group, "{(b);}", "b"),
        (
            "if a; then b; elif c; then d; else e; fi 2>&1",
            Kind::If,
            "if a; then b; elif c; then d; else e; fi 2>&1",
            "a b c d e",
        ),
        ("for x in a \"$y\"; do b; done | c", Kind::For, "for x in a \"$y\"; do b; done", "b c"),
        ("for x do b; done", Kind::For, "for x do b; done", "b"),
        ("for x in a; { b; }", Kind::For, "for x in a; { b; }", "b"),
        ("select x in a; do b; done", Kind::Select, "select x in a; do b; done", "b"),
        ("for ((i=0; i<3; i++)); do b; done;", Kind::ArithmeticFor, "for ((i=0; i<3; i++)); do b; done", "b"),
        ("while a; b; do c; done < f", Kind::While, "while a; b; do c; done < f", "a b c"),
        ("until a\ndo c\ndone", Kind::Until, "until a\ndo c\ndone", "a c"),
        ("case x in (a|b) c ;; *) d;& e) ;;& esac", Kind::Case, "case x in (a|b) c ;; *) d;& e) ;;& esac", "c d"),
        ("f() { a; }", Kind::Function, "f() { a; }", "a"),
        ("f () (a)", Kind::Function, "f () (a)", "a"),
        ("function f { a; } >x", Kind::Function, "function f { a; } >x", "a"),
        ("function f()\n{\na\n}", Kind::Function, "function f()\n{\na\n}", "a"),
        (
            "[[ -f x && ! ( $a =~ ^(b|c)$ || a < b ) ]] && d",
            Kind::Test,
            "[[ -f x && ! ( $a =~ ^(b|c)$ || a < b ) ]]",
            "d",
        ),
        ("(( a > 1 )) || b", Kind::Arithmetic, "(( a > 1 ))", "b"),
        ("a \"$(b \"$c\")\"", Kind::CommandSubstitution, "$(b \"$c\")", "a b"),
        ("a $( (b); c )", Kind::CommandSubstitution, "$( (b); c )", "a b c"),
        ("a $((b); c)", Kind::CommandSubstitution, "$((b); c)", "a b c"),
        ("a `b c`", Kind::Backticks, "`b c`", "a b"),
        ("a <(b) c", Kind::ProcessSubstitution, "<(b)", "a b"),
        ("a --x=>(b)", Kind::ProcessSubstitution, ">(b)", "a b"),
        ("x=$(case y in a) b ;; esac)", Kind::CommandSubstitution, "$(case y in a) b ;; esac)", "- b"),
        ("coproc { a; }", Kind::Group, "{ a; }", "a"),
    ] {
        let script = clean(text);
        let found = script.compounds().iter().find(|node| node.kind == kind).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.span, span_of(text, compound), "{text}");
        assert_eq!(names(&script), commands, "{text}");
    }
}

#[test]
fn reserved_words_are_words_outside_command_position() {
    for (text, expected) in [
        ("echo if then fi", "echo"),
        ("find . -exec rm {} +", "find"),
        ("[ -f x ] && test -d y", "[ test"),
        ("> f if", "if"),
        ("echo } { ]] !", "echo"),
        ("x=1 for", "for"),
        ("{} a", "{}"),
        ("iffy; dodo; inn", "iffy dodo inn"),
        ("'if' a; \\if b", "if if"),
        ("time -p a | time b", "a b"),
        ("! ! a", "a"),
        ("echo a#b#c # d", "echo"),
    ] {
        assert_eq!(names(&clean(text)), expected, "{text}");
    }
}

#[test]
fn literals_are_what_the_program_gets() {
    for (word, expected, is_static) in [
        ("plain", "plain", true),
        ("'single $x'", "single $x", true),
        (r#""a \"b\" \$c \d""#, r#"a "b" $c \d"#, true),
        (r"a\ b\\\'", r"a b\'", true),
        (r"$'t\tn\n\x41\101\u00e9\'\q'", "t\tn\nAA\u{e9}'\\q", true),
        ("$\"x\"", "x", true),
        ("a\\\nb", "ab", true),
        ("$x-${y}", "${x}-${y}", false),
        ("${x:-\"a b\"}", "${x}", false),
        ("${#x}${x//a/b}${x[1]}", "${x}${x}${x}", false),
        ("$$$1$@$#$?$!", "${$}${1}${@}${#}${?}${!}", false),
        ("$(a)`b`$((1+2))<(c)", "${...}${...}${...}${...}", false),
        ("*.[ch]?{a,b}{1..3}", "*.[ch]?{a,b}{1..3}", true),
        ("~/x", "~/x", true),
        ("{a,\"$b\"}", "{a,${b}}", false),
        ("a=$", "a=$", true),
        ("\u{e9}'\u{1f600}'", "\u{e9}\u{1f600}", true),
    ] {
        let text = format!("e {word}");
        let script = clean(&text);
        let parsed = script.words(&script.commands()[0])[1];
        assert_eq!(parsed.span.text(&text), word);
        assert_eq!(parsed.literal(&script), expected, "{word}");
        assert_eq!(parsed.mapped_text(&script).text(), expected, "{word}");
        assert_eq!(parsed.is_static(&script), is_static, "{word}");
    }
}

#[test]
fn parts_have_exact_spans() {
    let text = "e a'b'\"c$d\"$(f)~*[g]{h,i}\\j$'k'$((l))";
    let script = clean(text);
    let word = script.words(&script.commands()[0])[1];
    let parts: Vec<_> = script.parts(&word).map(|(_, part)| part.span.text(text)).collect();
    assert_eq!(parts, ["a", "'b'", "\"c$d\"", "$(f)", "~", "*", "[g]", "{h,i}", "\\j", "$'k'", "$((l))"]);
    let (at, quotes) = script.parts(&word).nth(2).expect("the double quotes");
    assert_eq!((quotes.kind, quotes.quoted), (PartKind::DoubleQuoted, false));
    let inner: Vec<_> = script.parts_in(at).map(|(_, part)| (part.span.text(text), part.quoted)).collect();
    assert_eq!(inner, [("c", true), ("$d", true)]);
}

#[test]
fn parameters_tell_name_operator_operand_and_index() {
    use ParameterOperator as Op;
    for (word, name, operator, operand, length, index) in [
        ("${a}", "a", None, None, false, None),
        ("${a:-b c}", "a", Some((Op::Default { colon: true }, ":-")), Some("b c"), false, None),
        ("${a-}", "a", Some((Op::Default { colon: false }, "-")), Some(""), false, None),
        ("${a:=$(b)}", "a", Some((Op::Assign { colon: true }, ":=")), Some("$(b)"), false, None),
        ("${a:?b}", "a", Some((Op::Error { colon: true }, ":?")), Some("b"), false, None),
        ("${a+b}", "a", Some((Op::Alternative { colon: false }, "+")), Some("b"), false, None),
        ("${a##*/}", "a", Some((Op::RemovePrefix { longest: true }, "##")), Some("*/"), false, None),
        ("${a%.*}", "a", Some((Op::RemoveSuffix { longest: false }, "%")), Some(".*"), false, None),
        ("${a//b/c}", "a", Some((Op::Replace, "//")), Some("b/c"), false, None),
        ("${a:1:2}", "a", Some((Op::Substring, ":")), Some("1:2"), false, None),
        ("${a^^}", "a", Some((Op::Case, "^^")), Some(""), false, None),
        ("${a@Q}", "a", Some((Op::Transform, "@")), Some("Q"), false, None),
        ("${#a}", "a", None, None, true, None),
        ("${#}", "#", None, None, false, None),
        ("${#a[@]}", "a", None, None, true, Some("@")),
        ("${a[$i]:-b}", "a", Some((Op::Default { colon: true }, ":-")), Some("b"), false, Some("$i")),
        ("${a'}'}", "a", Some((Op::Unknown, "")), Some("'}'"), false, None),
        ("${10}", "10", None, None, false, None),
    ] {
        let text = format!("e {word}");
        let script = clean(&text);
        let parsed = script.words(&script.commands()[0])[1];
        let Some((_, part)) = script.parts(&parsed).next() else { panic!("{word}") };
        let PartKind::Parameter(id) = part.kind else { panic!("{word}: {part:?}") };
        let found = script.parameter(id).expect("a parameter");
        assert_eq!(part.span.text(&text), word);
        assert_eq!(found.name.text(&text), name, "{word}");
        assert_eq!(found.operator.map(|(op, span)| (op, span.text(&text))), operator, "{word}");
        assert_eq!(found.operand.map(|operand| operand.span.text(&text)), operand, "{word}");
        assert_eq!(found.index.map(|index| index.span.text(&text)), index, "{word}");
        assert_eq!((found.length, found.braces), (length, true), "{word}");
    }
}

#[test]
fn assignments_tell_name_index_and_value() {
    let text = "a=1 b+='x y' c[2]=z d=(1 \"2\" # n\n 3) e= cmd f=g";
    let script = clean(text);
    let command = script.commands()[0];
    assert_eq!(words(&script), [vec!["cmd", "f=g"]]);
    let found: Vec<_> = script
        .assignments(&command)
        .iter()
        .map(|a| {
            let value = match a.value {
                AssignmentValue::Word(word) => word.literal(&script).into_owned(),
                AssignmentValue::Array(elements) => {
                    script.elements(elements).iter().map(|word| word.span.text(text)).collect::<Vec<_>>().join("|")
                }
            };
            (a.span.text(text), a.name.text(text), a.index.map(|i| i.text(text)), a.append, value)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("a=1", "a", None, false, "1".to_owned()),
            ("b+='x y'", "b", None, true, "x y".to_owned()),
            ("c[2]=z", "c", Some("2"), false, "z".to_owned()),
            ("d=(1 \"2\" # n\n 3)", "d", None, false, "1|\"2\"|3".to_owned()),
            ("e=", "e", None, false, String::new()),
        ]
    );
    let script = clean("export A=1 b=(x y)");
    assert_eq!(words(&script), [vec!["export", "A=1"]]);
    assert_eq!(script.assignments(&script.commands()[0]).len(), 1);
}

#[test]
fn redirections_tell_descriptor_operator_and_target() {
    use RedirectionOperator as Op;
    for (redirection, descriptor, operator, target) in [
        ("<a", None, Op::Input, "a"),
        ("> a", None, Op::Output, "a"),
        ("2>>a", Some("2"), Op::Append, "a"),
        (">|a", None, Op::Clobber, "a"),
        ("3<>a", Some("3"), Op::ReadWrite, "a"),
        ("2>&1", Some("2"), Op::DuplicateOutput, "1"),
        ("<&-", None, Op::DuplicateInput, "-"),
        ("&>a", None, Op::OutputBoth, "a"),
        ("&>>a", None, Op::AppendBoth, "a"),
        ("{fd}>a", Some("{fd}"), Op::Output, "a"),
        ("<<<\"$x\"", None, Op::HereString, "\"$x\""),
        ("> >(b)", None, Op::Output, ">(b)"),
    ] {
        let text = format!("c x {redirection} y");
        let script = clean(&text);
        let command = script.commands()[0];
        let found = script.redirections(&command)[0];
        assert_eq!(command.span, Span::from_usize(0, text.len()));
        assert_eq!(script.words(&command).len(), 3, "{text}");
        assert_eq!(found.span.text(&text), redirection);
        assert_eq!(found.descriptor.map(|span| span.text(&text)), descriptor, "{text}");
        assert_eq!((found.operator, found.target.map(|word| word.span.text(&text))), (operator, Some(target)));
    }
    assert_eq!(words(&clean("a 2 >b {fd} x2>c")), [vec!["a", "2", "{fd}", "x2"]]);
}

#[test]
fn heredoc_bodies_begin_after_the_line_and_expand_unless_quoted() {
    let text = "cat <<A <<-'B' | tee x && y\nin $(one) `two`\nA\n\t$(not)\n\tB\nz";
    let script = clean(text);
    assert_eq!(names(&script), "cat tee y one two z");
    let [first, second] = script.heredocs() else { panic!("two heredocs") };
    assert_eq!(first.span.text(text), "in $(one) `two`\n");
    assert_eq!(first.body.literal(&script), "in ${...} ${...}\n");
    assert_eq!(second.span.text(text), "\t$(not)\n");
    assert_eq!(second.body.literal(&script), "$(not)\n");
    assert_eq!((first.quoted, second.quoted), (false, true));
    assert_eq!(second.close, Some(span_of(text, "B\nz")).map(|span| Span::new(span.start, span.start + 1)));
    let one = script.commands()[3];
    assert!(script.in_double_quotes(&one));
    assert_eq!(script.redirections(&script.commands()[0]).len(), 2);
}

#[test]
fn backticks_undo_their_escapes_and_keep_places() {
    let text = r#"a `b \`c "\$d"\` 'x\\y'` e"#;
    let script = clean(text);
    assert_eq!(names(&script), "a b c");
    assert_eq!(script.commands()[1].span.text(text), r#"b \`c "\$d"\` 'x\\y'"#);
    assert_eq!(script.commands()[2].span.text(text), r#"c "\$d""#);
    assert_eq!(words(&script)[2], ["c", "${d}"]);
    assert_eq!(words(&script)[1], ["b", "${...}", r"x\y"]);
    assert_eq!(script.words(&script.commands()[1])[2].span.text(text), r"'x\\y'");
    assert_eq!(words(&clean(r#"a "`b \"c d\"`""#))[1], ["b", "c d"]);
}

#[test]
fn separators_and_line_ends_are_kept() {
    use SeparatorKind as Kind;
    let text = "a && b || c; d & e | f |& g\r\nh \\\r\n i";
    let script = clean(text);
    assert_eq!(names(&script), "a b c d e f g h");
    let found: Vec<_> = script.commands().iter().map(|command| command.separator.map(|after| after.kind)).collect();
    let expected = [Kind::And, Kind::Or, Kind::Semicolon, Kind::Background, Kind::Pipe, Kind::PipeBoth, Kind::Newline];
    assert_eq!(found, expected.map(Some).into_iter().chain([None]).collect::<Vec<_>>());
    assert_eq!(words(&script)[6], ["g"]);
    assert_eq!(words(&script)[7], ["h", "i"]);
    assert_eq!(script.and_ors().len(), 4);
    assert_eq!(script.and_ors()[0].span.text(text), "a && b || c");
    assert_eq!(script.pipelines()[4].span.text(text), "e | f |& g");
}

#[test]
fn comments_are_kept_where_a_word_could_begin() {
    let text = "# one\na b#c # two\r\n'#' \"#\"; #three\n\\# x";
    let script = clean(text);
    let comments: Vec<_> = script.comments.iter().map(|span| span.text(text)).collect();
    assert_eq!(comments, ["# one", "# two", "#three"]);
    assert_eq!(names(&script), "a # #");
}

#[test]
fn the_script_of_sh_c_maps_back() {
    let text = r#"sh -c 'a && b' x"#;
    let script = clean(text);
    let inner = script.words(&script.commands()[0])[2].mapped_text(&script);
    let nested = clean(inner.text());
    assert_eq!(names(&nested), "a b");
    assert_eq!(inner.to_source(nested.commands()[1].span).text(text), "b");
    let script = clean(r#"sh -c "a \"$x\" $(b)""#);
    let inner = script.words(&script.commands()[0])[2].mapped_text(&script);
    assert_eq!(names(&clean(inner.text())), "a");
}

#[test]
fn nul_bytes_and_foreign_letters_are_plain_text() {
    let script = clean("a\0b \u{4e16}\u{754c} && \u{e9}");
    assert_eq!(words(&script), [vec!["a\0b", "\u{4e16}\u{754c}"], vec!["\u{e9}"]]);
}
