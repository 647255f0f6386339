//! What the Dockerfile parser promises: the builder's way of splitting, byte-exact places, and faults as problems.
#![expect(clippy::panic, clippy::indexing_slicing, reason = "a test that finds another shape has failed")]

use hullmark_document::dockerfile::{
    Arguments, Base, Command, Copy, Dockerfile, Healthcheck, Instruction, Keyword, Known, Operator, Pair, PieceKind,
    Scopes, Word, parse,
};
use hullmark_document::{ProblemCode, Span};

fn only(text: &str) -> Instruction {
    let mut file = parse(text);
    assert_eq!(file.instructions.len(), 1, "{text:?}");
    file.instructions.remove(0)
}

fn codes(text: &str) -> Vec<(ProblemCode, &str)> {
    parse(text).problems.iter().map(|problem| (problem.code, problem.span.text(text))).collect()
}

/// The problems of a body that stands in a stage.
fn stage_codes(body: &str) -> Vec<(&'static str, String)> {
    let text = format!("FROM a\n{body}");
    parse(&text).problems.iter().map(|problem| (problem.code.as_str(), problem.span.text(&text).to_owned())).collect()
}

fn texts(words: &[Word]) -> Vec<&str> {
    words.iter().map(Word::text).collect()
}

fn pairs(text: &str) -> Vec<(String, Option<String>)> {
    let Arguments::Pairs(pairs) = only(text).arguments else { panic!("{text}") };
    let text = |word: &Word| word.text().to_owned();
    pairs.iter().map(|pair: &Pair| (text(&pair.name), pair.value.as_ref().map(text))).collect()
}

fn copy(text: &str) -> Copy {
    let Arguments::Copy(copy) = only(text).arguments else { panic!("{text}") };
    copy
}

fn pieces(file: &Dockerfile) -> Vec<PieceKind> {
    file.pieces().iter().map(|piece| piece.kind).collect()
}

#[test]
fn a_from_has_its_parts_at_their_bytes() {
    let text = "  FROM  --platform=$BUILDPLATFORM ghcr.io/a/b:1.2@sha256:00 as Build  \r\n";
    let from = only(text);
    assert_eq!(from.span.text(text), text.trim());
    assert_eq!(from.lines, Span::new(0, text.len() as u32));
    assert_eq!(from.keyword_span.text(text), "FROM");
    assert_eq!(from.flags[0].span.text(text), "--platform=$BUILDPLATFORM");
    assert_eq!(from.flags[0].name_span.text(text), "platform");
    assert_eq!(from.flags[0].value.as_ref().unwrap().span.text(text), "$BUILDPLATFORM");
    let Arguments::From(arguments) = &from.arguments else { panic!() };
    assert_eq!(arguments.image.span.text(text), "ghcr.io/a/b:1.2@sha256:00");
    assert_eq!(arguments.as_span.unwrap().text(text), "as");
    assert_eq!(arguments.alias.as_ref().unwrap().span.text(text), "Build");
    let place = |range| arguments.image.to_source(range).text(text);
    assert_eq!(place(arguments.image_ref.tag.clone().unwrap()), "1.2");
    assert_eq!(place(arguments.image_ref.registry.clone().unwrap()), "ghcr.io");
}

#[test]
fn continuations_comments_and_blank_lines_are_taken_out_of_the_body() {
    let text = "FROM a\nRUN one \\\n  # why\n\n  && two \\  \n\t&& three\nUSER x\n";
    let file = parse(text);
    let run = &file.instructions[1];
    assert_eq!(run.body.text(), "one   && two \t&& three");
    assert_eq!(run.span.text(text), "RUN one \\\n  # why\n\n  && two \\  \n\t&& three");
    let three = run.body.text().find("three").unwrap() as u32;
    assert_eq!(run.body.to_source(Span::new(three, three + 5)).text(text), "three");
    assert_eq!(run.blank_continuations.len(), 1);
    assert_eq!(file.comments[0].inside, Some(1));
    assert_eq!(file.comments[0].span.text(text), "# why");
    assert_eq!(file.comments[0].content.text(text), "why");
    assert_eq!(file.instructions.len(), 3);
    assert!(file.problems.is_empty());
}

#[test]
fn two_escape_characters_do_not_continue_a_line() {
    let file = parse("FROM a\nENV A b\\\\\nENV C d\n");
    assert_eq!(file.instructions.len(), 3);
    assert_eq!(parse("FROM a\nRUN a\\\n\\\n\\\nb\n").instructions[1].body.text(), "ab");
}

#[test]
fn words_may_be_cut_by_continuations_anywhere() {
    let text = "FROM a\nWORKD\\\nIR /a\\\nb\n";
    let file = parse(text);
    assert_eq!(file.instructions[1].keyword, Keyword::Workdir);
    assert_eq!(file.instructions[1].keyword_span.text(text), "WORKD\\\nIR");
    let Arguments::Workdir(word) = &file.instructions[1].arguments else { panic!() };
    assert_eq!(word.text(), "/ab");
    assert_eq!(word.span.text(text), "/a\\\nb");
}

#[test]
fn directives_stand_only_at_the_top() {
    let text = "\u{FEFF}# SYNTAX = docker/dockerfile:1 \n#escape=`\n# check=skip=all;error=true\n# escape=\\\nFROM a\nRUN a `\n b\n";
    let file = parse(text);
    let named: Vec<_> = file.directives.iter().map(|d| (d.name.as_str(), d.value_span.text(text))).collect();
    assert_eq!(
        named,
        [("syntax", "docker/dockerfile:1"), ("escape", "`"), ("check", "skip=all;error=true"), ("escape", "\\")]
    );
    assert_eq!(file.directives[0].name_span.text(text), "SYNTAX");
    assert_eq!(file.escape, '`');
    assert_eq!(file.instructions[1].body.text(), "a  b");
    assert_eq!(codes(text), [(ProblemCode::InvalidDirective, "# escape=\\")]);
    assert_eq!(pieces(&file)[0], PieceKind::ByteOrderMark);
    for below in [
        "\n# escape=`\nFROM a\n",
        "# any\n# escape=`\nFROM a\n",
        "FROM a\n# escape=`\n",
        "# other=1\n# escape=`\nFROM a",
    ] {
        assert_eq!(parse(below).escape, '\\', "{below:?}");
        assert!(parse(below).directives.is_empty());
    }
    assert_eq!(codes("# escape=x\nFROM a\n"), [(ProblemCode::InvalidDirective, "x")]);
}

#[test]
fn heredocs_keep_their_bodies_and_places() {
    let text = "FROM a\nRUN cat <<A 3<<-\"B C\" && x\none $x\\\n# no comment\nA\n\ttwo\n\tB C\nUSER x\n";
    let file = parse(text);
    let run = &file.instructions[1];
    assert_eq!(run.span.text(text), "RUN cat <<A 3<<-\"B C\" && x\none $x\\\n# no comment\nA\n\ttwo\n\tB C");
    let [a, b] = &run.heredocs[..] else { panic!() };
    assert_eq!((a.delimiter.as_str(), a.expand, a.strip_tabs, a.fd), ("A", true, false, 0));
    assert_eq!(a.body.text(), "one $x\\\n# no comment\n");
    assert_eq!((b.delimiter.as_str(), b.expand, b.strip_tabs, b.fd), ("B C", false, true, 3));
    assert_eq!(b.body.text(), "two\n");
    assert_eq!(b.body_span.text(text), "\ttwo\n");
    assert_eq!(b.delimiter_span.text(text), "\"B C\"");
    assert_eq!(b.span.text(text), "3<<-\"B C\"");
    assert_eq!(b.end_span.unwrap().text(text), "B C");
    assert_eq!(file.instructions[2].keyword, Keyword::User);
    assert!(file.problems.is_empty() && file.comments.is_empty());
}

#[test]
fn heredocs_belong_to_run_copy_and_add_and_to_onbuild_of_them() {
    let text = "FROM a\nCOPY <<one b <<two /x/\n1\none\n2\ntwo\nONBUILD RUN <<E\nx\nE\nCMD <<F\nFOO\n";
    let file = parse(text);
    let Arguments::Copy(copy) = &file.instructions[1].arguments else { panic!() };
    assert_eq!(copy.sources.iter().map(|source| source.heredoc).collect::<Vec<_>>(), [Some(0), None, Some(1)]);
    let Arguments::Onbuild(inner) = &file.instructions[2].arguments else { panic!() };
    assert_eq!(inner.heredocs[0].body.text(), "x\n");
    assert_eq!(file.instructions[2].span.text(text), "ONBUILD RUN <<E\nx\nE");
    assert_eq!(file.instructions[3].keyword, Keyword::Cmd);
    assert_eq!(codes(text), [(ProblemCode::UnknownInstruction, "FOO")]);
    assert_eq!(parse("FROM a\nRUN [\"a\", \"<<E\"]\nUSER x\n").instructions.len(), 3);
}

#[test]
fn an_unclosed_heredoc_is_told_where_it_begins() {
    assert_eq!(stage_codes("RUN cat <<EOF\nx\nEOF2\n"), [("unclosed-heredoc", "<<EOF".to_owned())]);
}

#[test]
fn the_exec_form_is_strict_json() {
    let exec = |text: &str| match only(text).arguments {
        Arguments::Command(Command::Exec(words)) => {
            Some(words.iter().map(|word| word.text.text().to_owned()).collect::<Vec<_>>())
        }
        _ => None,
    };
    assert_eq!(exec("CMD [\"a\", \\\n \"b\\n\\u00e9\"]").unwrap(), ["a", "b\né"]);
    assert_eq!(exec("CMD ['a']"), None);
    assert_eq!(exec("RUN [ -f x ] && y"), None);
    assert_eq!(stage_codes("CMD [\"a\", 1]"), [("invalid-argument", "[\"a\", 1]".to_owned())]);
}

#[test]
fn env_and_label_have_two_forms_and_arg_one() {
    let some = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
    assert_eq!(
        pairs("ENV a=b c=\"d e\" f=g\\ h i="),
        [some("a", "b"), some("c", "d e"), some("f", "g h"), some("i", "")]
    );
    assert_eq!(pairs("ENV a b  c=d"), [some("a", "b  c=d")]);
    assert_eq!(pairs("LABEL \"a b\"='$c'"), [some("a b", "$c")]);
    assert_eq!(pairs("ARG a b=\"1 2\""), [("a".to_owned(), None), some("b", "1 2")]);
    let text = "ENV a= b";
    let Arguments::Pairs(pairs) = only(text).arguments else { panic!() };
    assert_eq!(pairs[0].value.as_ref().unwrap().span, Span::empty(6));
    assert_eq!(stage_codes("ENV a= b"), [("invalid-argument", "b".to_owned())]);
    assert_eq!(stage_codes("ENV a"), [("missing-argument", "a".to_owned())]);
    assert_eq!(stage_codes("ENV =a"), [("invalid-argument", "=a".to_owned())]);
}

#[test]
fn copy_splits_at_blanks_and_the_last_word_is_the_destination() {
    let plain = copy("COPY --from=x a b\\\n c /d/");
    assert_eq!(plain.sources.iter().map(|source| source.word.text()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(plain.destination.unwrap().text(), "/d/");
    let json = copy("ADD [\"a b\", \"c\"]");
    assert!(json.json);
    assert_eq!(json.sources[0].word.text(), "a b");
    assert_eq!(stage_codes("COPY a"), [("missing-argument", "a".to_owned())]);
    assert_eq!(stage_codes("COPY a <<E\nE\n"), [("invalid-argument", "<<E".to_owned())]);
}

#[test]
fn the_other_arguments_are_typed() {
    let Arguments::Expose(ports) = only("EXPOSE 80  443/tcp").arguments else { panic!() };
    assert_eq!(texts(&ports), ["80", "443/tcp"]);
    let Arguments::Volume { paths, json } = only("VOLUME [\"/a\", \"/b\"]").arguments else { panic!() };
    assert!(json);
    assert_eq!(texts(&paths), ["/a", "/b"]);
    let Arguments::User(user) = only("USER a:b").arguments else { panic!() };
    assert_eq!(user.text(), "a:b");
    let Arguments::Shell(words) = only("SHELL [\"sh\", \"-c\"]").arguments else { panic!() };
    assert_eq!(words.len(), 2);
    let text = "HEALTHCHECK --interval=5s cmd curl  x";
    let Arguments::Healthcheck(Healthcheck::Command { cmd_span, command: Command::Shell(command) }) =
        only(text).arguments
    else {
        panic!()
    };
    assert_eq!((cmd_span.text(text), command.text()), ("cmd", "curl  x"));
    let Arguments::Healthcheck(Healthcheck::None(_)) = only("HEALTHCHECK none").arguments else { panic!() };
    let Arguments::Maintainer(span) = only("MAINTAINER a <b@c>").arguments else { panic!() };
    assert_eq!(span, Span::new(11, 18));
}

#[test]
fn variables_are_found_with_their_operators_and_not_where_they_are_quoted() {
    let text = "ENV x='$a' y=\"$b\" z=\\$c w=${d:-${e}} v=${f%%.*} u=${g/x/y}";
    let Arguments::Pairs(pairs) = only(text).arguments else { panic!() };
    let found: Vec<_> = pairs
        .iter()
        .flat_map(|pair| &pair.value.as_ref().unwrap().expansions)
        .map(|expansion| (expansion.span.text(text), expansion.name.as_str(), expansion.operator, expansion.nested))
        .collect();
    assert_eq!(
        found,
        [
            ("$b", "b", None, false),
            ("${d:-${e}}", "d", Some(Operator::Default { colon: true }), false),
            ("${e}", "e", None, true),
            ("${f%%.*}", "f", Some(Operator::RemoveSuffix { longest: true }), false),
            ("${g/x/y}", "g", Some(Operator::Replace { all: false }), false),
        ]
    );
    assert_eq!(pairs[4].value.as_ref().unwrap().expansions[0].operand_span.unwrap().text(text), "%.*");
    assert!(stage_codes("USER ${a").len() == 1 && stage_codes("USER \"a").len() == 1);
    assert_eq!(stage_codes("USER ${a[0]}").len(), 1);
}

#[test]
fn flags_and_mounts_are_read_and_judged() {
    let text = "RUN --mount=type=cache,target=/var/lib/apt,ro --network=none apt";
    let run = only(text);
    assert_eq!(run.body.text(), "apt");
    let mounts: Vec<_> = run.mounts().collect();
    let target = mounts[0].option(&["target", "dst"]).unwrap();
    assert_eq!(target.span.text(text), "target=/var/lib/apt");
    assert_eq!(target.value.as_ref().unwrap().span.text(text), "/var/lib/apt");
    assert_eq!(mounts[0].kind().as_deref(), Some("cache"));
    assert!(mounts[0].option(&["ro"]).unwrap().value.is_none());
    let table = [
        ("COPY --link --chown=a:b a b", vec![]),
        ("COPY --form=a a b", vec![("invalid-flag", "form")]),
        ("COPY --from a b", vec![("invalid-flag", "--from")]),
        ("COPY --link=yes a b", vec![("invalid-flag", "--link=yes")]),
        ("COPY --from=a --from=b a b", vec![("invalid-flag", "--from=b")]),
        ("RUN --mount=type=chache x", vec![("invalid-flag", "type=chache")]),
        ("RUN --mount=type=bind,targt=/x --mount=id x", vec![("invalid-flag", "targt"), ("invalid-flag", "id")]),
        ("RUN --mount=src=.,target=/x,z --mount=type=tmpfs,target=/y,tmpfs-size=9,noexec,Z x", vec![]),
        ("RUN -- --x", vec![]),
        ("CMD --x", vec![("invalid-flag", "x")]),
        ("STOPSIGNAL --x 9", vec![]),
    ];
    for (text, expected) in table {
        let expected: Vec<_> = expected.into_iter().map(|(code, at)| (code, at.to_owned())).collect();
        assert_eq!(stage_codes(text), expected, "{text}");
    }
    assert_eq!(only("RUN -- --x").body.text(), "--x");
}

#[test]
fn a_file_for_windows_is_told_by_what_only_windows_has() {
    for text in [
        "# escape=`\nFROM a",
        "ARG a\nFROM $a\nSHELL [\"cmd\", \"/S\", \"/C\"]",
        "FROM a\nSHELL [\"C:\\\\Windows\\\\PowerShell.exe\", \"-Command\"]",
        "FROM a\nWORKDIR C:/bin",
        "FROM a\nWORKDIR \"c:\\\\bin\"",
        "FROM a\nCOPY x C:/arrow/",
        "FROM a\nRUN (if \"%v%\"==\"3\" setx A \"b\")",
        "FROM a\nUSER ContainerAdministrator",
    ] {
        assert!(parse(text).is_for_windows(), "{text}");
    }
    for body in
        ["SHELL [\"pwsh\", \"-c\"]", "WORKDIR /c:/bin\nUSER b", "SHELL [\"bash\"]", "RUN cmd /c dir C:/ setxattr"]
    {
        assert!(!parse(&format!("FROM a\n{body}")).is_for_windows(), "{body}");
    }
}

#[test]
fn empty_values_have_a_place() {
    let text = "RUN --mount= --mount=a=\\\n,b x";
    let run = only(text);
    let mounts: Vec<_> = run.mounts().collect();
    assert_eq!(mounts[0].options[0].span, Span::empty(12));
    assert_eq!(mounts[1].options[0].value.as_ref().unwrap().span, Span::empty(23));
    assert_eq!(mounts[1].options[1].span.text(text), "b");
}

#[test]
fn what_the_builder_refuses_is_a_problem_at_its_place() {
    let table = [
        ("FORM b", vec![("unknown-instruction", "FORM")]),
        ("FROM b c", vec![("invalid-argument", "c")]),
        ("FROM b AS", vec![("missing-argument", "AS")]),
        ("FROM b AS 1x", vec![("invalid-argument", "1x")]),
        ("FROM b AS x y", vec![("invalid-argument", "y")]),
        ("EXPOSE", vec![("missing-argument", "EXPOSE")]),
        ("SHELL sh -c", vec![("invalid-argument", "sh -c")]),
        ("SHELL []", vec![("missing-argument", "SHELL")]),
        ("HEALTHCHECK CMD", vec![("missing-argument", "CMD")]),
        ("HEALTHCHECK NONE x", vec![("invalid-argument", "x")]),
        ("HEALTHCHECK curl", vec![("invalid-argument", "curl")]),
        ("ONBUILD ONBUILD RUN x", vec![("invalid-argument", "ONBUILD")]),
        ("ONBUILD FROM x", vec![("invalid-argument", "FROM")]),
        ("VOLUME []", vec![("missing-argument", "VOLUME")]),
        ("CMD", vec![]),
        ("CMD []", vec![]),
        ("RUN", vec![]),
    ];
    for (text, expected) in table {
        let expected: Vec<_> = expected.into_iter().map(|(code, at)| (code, at.to_owned())).collect();
        assert_eq!(stage_codes(text), expected, "{text}");
    }
    assert_eq!(codes(""), [(ProblemCode::NoFrom, "")]);
    assert_eq!(codes("ARG a\nRUN x\n"), [(ProblemCode::NoFrom, "ARG")]);
    assert_eq!(codes("ARG a\nRUN x\nFROM b\n"), [(ProblemCode::BeforeFrom, "RUN")]);
    assert!(parse("FORM a").problems.iter().any(|problem| problem.message.contains("did you mean FROM?")));
}

/// The text of the last word-bearing instruction, expanded.
fn expanded(text: &str) -> Option<String> {
    let file = parse(text);
    let scopes = Scopes::new(&file);
    let last = file.instructions.len() - 1;
    let word = match &file.instructions[last].arguments {
        Arguments::User(word) | Arguments::Workdir(word) => word,
        Arguments::From(from) => &from.image,
        other => panic!("{other:?}"),
    };
    scopes.expand(word, last).text
}

#[test]
fn values_follow_the_scopes_of_arg_and_env() {
    let table = [
        ("ARG t=1\nFROM a:$t", Some("a:1")),
        ("ARG t\nFROM a:$t", None),
        ("FROM a:$t", Some("a:")),
        ("FROM --platform=$TARGETPLATFORM a:$TARGETARCH", None),
        ("ARG t=1\nFROM a\nUSER $t", None),
        ("ARG t=1\nFROM scratch\nUSER x$t", Some("x")),
        ("ARG t=1\nFROM a\nARG t\nUSER $t", Some("1")),
        ("ARG t=1\nFROM a\nARG t=2\nUSER $t", Some("2")),
        ("ARG a=1 b=$a\nFROM x:$b", Some("x:1")),
        // The builder keeps ENV and ARG in one place: what is set last counts.
        ("FROM a\nENV t=1\nARG t=2\nUSER $t", Some("2")),
        ("FROM a\nARG t=2\nENV t=1\nUSER $t", Some("1")),
        ("FROM a\nENV t=1\nARG t\nUSER $t", Some("1")),
        ("FROM a\nARG t=1\nARG t\nUSER $t", Some("1")),
        ("ARG t=1\nARG t\nFROM a:$t", Some("a:1")),
        ("ARG t=1\nFROM a AS b\nARG t=2\nFROM c:$t", Some("c:1")),
        ("ARG t=1\nFROM a AS b\nARG t\nARG t=3\nUSER $t", Some("3")),
        ("ARG t=1\nFROM a AS b\nARG t=2\nFROM c\nARG t\nUSER $t", Some("1")),
        ("ARG t\nFROM a\nARG t=2\nFROM b\nARG t\nUSER $t", None),
        ("FROM a\nARG TARGETARCH=x\nUSER $TARGETARCH", Some("x")),
        ("ARG TARGETARCH=x\nFROM a:$TARGETARCH", Some("a:x")),
        ("FROM a\nENV t=1\nENV t=2 u=$t\nUSER $u$t", Some("12")),
        ("FROM a AS b\nENV t=1\nARG u=2\nFROM B\nUSER $t", Some("1")),
        ("FROM a AS b\nARG u=2\nFROM b\nUSER $u", Some("2")),
        ("FROM a AS b\nARG u=2\nFROM b AS c\nFROM c\nUSER $u", Some("2")),
        ("FROM a AS b\nARG u=2\nFROM c\nUSER $u", None),
        ("FROM scratch AS b\nENV t=1\nFROM b\nUSER $t${u}", Some("1")),
        ("FROM a\nARG TARGETARCH\nUSER $TARGETARCH", None),
        ("FROM scratch\nUSER $HTTP_PROXY", None),
        ("FROM a\nUSER $t\n", None),
        ("FROM a\nUSER '$t'", Some("$t")),
        ("FROM a\nUSER \\$t", Some("$t")),
    ];
    for (text, expected) in table {
        assert_eq!(expanded(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn operators_do_what_the_builder_does() {
    let table = [
        ("${v}", Some("a.b.c")),
        ("${v:-x}", Some("a.b.c")),
        ("${n:-x}", Some("x")),
        ("${n-x}", Some("x")),
        ("${e:-x}", Some("x")),
        ("${e-x}", Some("")),
        ("${v:+x}", Some("x")),
        ("${e:+x}", Some("")),
        ("${e+x}", Some("x")),
        ("${n+x}", Some("")),
        ("${v?}", Some("a.b.c")),
        ("${n:?no}", None),
        ("${v#*.}", Some("b.c")),
        ("${v##*.}", Some("c")),
        ("${v%.*}", Some("a.b")),
        ("${v%%.*}", Some("a")),
        ("${v/./-}", Some("a-b.c")),
        ("${v//./-}", Some("a-b-c")),
        ("${n:-${v#a.}}", Some("b.c")),
        ("${n:-\"${e:-'$v'}\"}", Some("$v")),
        ("${v:-$unknown}", Some("a.b.c")),
        ("${n:-$unknown}", None),
        ("$v$", Some("a.b.c$")),
    ];
    for (word, expected) in table {
        let text = format!("FROM scratch\nENV v=a.b.c e=\nARG unknown\nUSER {word}");
        assert_eq!(expanded(&text).as_deref(), expected, "{word}");
    }
}

#[test]
fn a_build_without_arguments_leaves_those_without_default_empty() {
    for (text, expected) in [
        ("ARG t\nFROM a:$t", Some("a:")),
        ("ARG t\nARG u=x$t\nFROM $u", Some("x")),
        ("ARG t\nFROM ${t:-a}", Some("a")),
        ("ARG t=1\nARG t\nFROM a:$t", Some("a:1")),
        ("FROM $TARGETOS", None),
        ("FROM ${t:?no}", None),
    ] {
        let file = parse(text);
        let Some(Arguments::From(from)) = file.instructions.last().map(|one| &one.arguments) else { panic!() };
        assert_eq!(Scopes::new(&file).expand_by_default(&from.image).text.as_deref(), expected, "{text}");
    }
}

#[test]
fn whether_a_name_is_set_follows_the_scopes() {
    for (text, expected) in [
        ("FROM a\nUSER $t", None),
        ("FROM scratch\nUSER $t", Some(false)),
        ("ARG t=1\nFROM scratch\nUSER $t", Some(false)),
        ("ARG t\nFROM scratch\nARG t\nUSER $t", Some(true)),
        ("FROM scratch AS a\nENV t=1\nFROM a\nUSER $t", Some(true)),
        ("FROM scratch\nUSER $t\nARG t", Some(false)),
        ("FROM a:$t", Some(false)),
        ("ARG t\nFROM a:$t", Some(true)),
    ] {
        let file = parse(text);
        let at = file.instructions.iter().position(|one| one.span.text(text).contains('$')).unwrap();
        assert_eq!(Scopes::new(&file).is_set("t", (at, 0)), expected, "{text}");
    }
    let text = "ARG g\nFROM a AS b\nARG x\nFROM b\nENV y=1 z=2\nUSER u\nENV later=1";
    let file = parse(text);
    let scopes = Scopes::new(&file);
    let mut names: Vec<&str> = scopes.names(5).collect();
    names.sort_unstable();
    assert_eq!(names, ["x", "y", "z"]);
    assert!(scopes.names(1).any(|name| name == "TARGETARCH") && scopes.names(1).any(|name| name == "g"));
    assert!(scopes.is_global("g") && !scopes.is_global("x"));
}

#[test]
fn values_that_double_each_time_are_given_up() {
    let text = format!("FROM scratch\nENV a=xxxxxxxx\n{}USER $a", "ENV a=$a$a\n".repeat(1000));
    assert_eq!(expanded(&text), None);
}

#[test]
fn origins_say_where_a_value_comes_from() {
    let text = "ARG t=1\nFROM a\nARG t\nENV u=$t\nUSER $u";
    let file = parse(text);
    let scopes = Scopes::new(&file);
    let Known::Value { origin, overridable, text: value } = scopes.variable("u", 4) else { panic!() };
    assert_eq!((origin.text(text), overridable, value.as_str()), ("$t", true, "1"));
    assert_eq!(scopes.variable("u", 3), Known::Unknown { origin: None }, "not yet set");
}

#[test]
fn stages_know_their_bases_and_what_they_need() {
    let text = "ARG b=alpine\nFROM go AS Build\nFROM build AS test\nFROM $b AS x\nFROM scratch\n\
                COPY --from=BUILD a b\nRUN --mount=from=x,target=/x y\nCOPY --from=nginx:1 a b\nFROM $TARGETOS\nCOPY --from=3 a b\n";
    let file = parse(text);
    let scopes = Scopes::new(&file);
    let stages = scopes.stages();
    let bases: Vec<_> = stages.list.iter().map(|stage| stage.base.clone()).collect();
    let image = |name: &str| Base::Image(name.to_owned());
    assert_eq!(bases, [image("go"), Base::Stage(0), image("alpine"), Base::Scratch, Base::Unknown]);
    assert!(stages.list[2].image.overridable);
    assert_eq!(stages.needed(3), [true, false, true, true, false]);
    assert_eq!(stages.needed(4), [true, false, true, true, true]);
    assert_eq!(stages.list[3].dependencies[3].base, image("nginx:1"));
    assert_eq!(stages.list[3].dependencies[2].span.text(text), "x");
    assert_eq!(stages.find("TEST").unwrap().index, 1);
    assert_eq!(stages.of(6).unwrap().index, 3);
    assert!(stages.of(0).is_none());
}

#[test]
fn what_exceeds_the_limits_is_told_and_kept_as_a_piece() {
    for text in [
        format!("FROM a\n{}", "USER x\n".repeat(100_001)),
        format!("FROM a\nEXPOSE {}\nUSER x\n", "1 ".repeat(300_001)),
        format!("FROM a\nRUN {}\nUSER x\n", "<<a ".repeat(1001)) + &"a\n".repeat(1000) + "USER x\n",
    ] {
        let file = parse(&text);
        let last = file.problems.last().unwrap();
        assert_eq!(last.code, ProblemCode::TooManyInstructions);
        assert_eq!(file.pieces().last().unwrap().kind, PieceKind::Unread);
        assert_eq!(file.pieces().last().unwrap().span, last.span);
    }
}
