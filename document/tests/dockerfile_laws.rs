//! Laws of the Dockerfile parser over any text and over Dockerfiles made from a grammar.
#![expect(clippy::panic, clippy::indexing_slicing, clippy::string_slice, reason = "a law that does not hold fails")]

use hullmark_document::dockerfile::{
    Arguments, Command, Dockerfile, ExecWord, Expansion, Healthcheck, Instruction, Scopes, Word, parse,
};
use hullmark_document::{LineIndex, MappedText, Span};
use proptest::prelude::*;

/// Checks that a span lies inside `outer` and on character borders.
fn inside(text: &str, outer: Span, span: Span) {
    assert!(outer.contains(span), "{span:?} in {outer:?} of {text:?}");
    assert!(text.get(span.range()).is_some(), "{span:?} cuts a character of {text:?}");
}

/// Checks that a made text comes from inside `outer`; an empty one comes from nowhere.
fn made_inside(text: &str, outer: Span, made: &MappedText) {
    if !made.text().is_empty() {
        inside(text, outer, made.to_source(Span::from_usize(0, made.text().len())));
    }
}

fn check_expansion(text: &str, word: &Word, expansion: &Expansion) {
    inside(text, word.span, expansion.span);
    inside(text, expansion.span, expansion.name_span);
    if let Some(operand) = expansion.operand_span {
        inside(text, expansion.span, operand);
    }
    assert!(word.raw.text().get(expansion.range.clone()).is_some());
}

fn check_word(text: &str, outer: Span, word: &Word) {
    inside(text, outer, word.span);
    inside(text, word.span, word.to_source(0..word.text().len()));
    for expansion in &word.expansions {
        check_expansion(text, word, expansion);
    }
}

fn check_strings(text: &str, outer: Span, words: &[ExecWord]) {
    for word in words {
        inside(text, outer, word.span);
        made_inside(text, word.span, &word.text);
    }
}

fn check_command(text: &str, outer: Span, command: &Command) {
    match command {
        Command::Exec(words) => check_strings(text, outer, words),
        Command::Shell(shell) => made_inside(text, outer, shell),
    }
}

fn check_arguments(text: &str, outer: Span, arguments: &Arguments) {
    match arguments {
        Arguments::From(from) => {
            check_word(text, outer, &from.image);
            from.alias.iter().for_each(|word| check_word(text, outer, word));
            from.as_span.iter().for_each(|&span| inside(text, outer, span));
            let image = &from.image_ref;
            let parts = [Some(&image.repository), Some(&image.name), image.registry.as_ref(), image.tag.as_ref()];
            for part in parts.into_iter().flatten().chain(&image.digest) {
                assert!(from.image.text().get(part.clone()).is_some());
                inside(text, from.image.span, from.image.to_source(part.clone()));
            }
        }
        Arguments::Command(command) => check_command(text, outer, command),
        Arguments::Healthcheck(Healthcheck::None(span)) => inside(text, outer, *span),
        Arguments::Healthcheck(Healthcheck::Command { cmd_span, command }) => {
            inside(text, outer, *cmd_span);
            check_command(text, outer, command);
        }
        Arguments::Pairs(pairs) => {
            for pair in pairs {
                inside(text, outer, pair.span);
                check_word(text, pair.span, &pair.name);
                pair.value.iter().for_each(|word| check_word(text, pair.span, word));
            }
        }
        Arguments::Copy(copy) => {
            copy.sources.iter().for_each(|source| check_word(text, outer, &source.word));
            copy.destination.iter().for_each(|word| check_word(text, outer, word));
        }
        Arguments::Expose(words) | Arguments::Volume { paths: words, .. } => {
            words.iter().for_each(|word| check_word(text, outer, word));
        }
        Arguments::User(word) | Arguments::Workdir(word) | Arguments::Stopsignal(word) => check_word(text, outer, word),
        Arguments::Shell(words) => check_strings(text, outer, words),
        Arguments::Maintainer(span) => inside(text, outer, *span),
        Arguments::Onbuild(inner) => check_instruction(text, outer, inner),
        Arguments::Unknown => {}
    }
}

fn check_instruction(text: &str, outer: Span, instruction: &Instruction) {
    inside(text, outer, instruction.span);
    let span = instruction.span;
    inside(text, span, instruction.keyword_span);
    made_inside(text, span, &instruction.body);
    for flag in &instruction.flags {
        inside(text, span, flag.span);
        inside(text, flag.span, flag.name_span);
        flag.value.iter().for_each(|word| check_word(text, flag.span, word));
    }
    for mount in instruction.mounts() {
        inside(text, span, mount.span);
        for option in &mount.options {
            inside(text, mount.span, option.span);
            inside(text, option.span, option.key_span);
            option.value.iter().for_each(|word| check_word(text, option.span, word));
        }
    }
    for heredoc in &instruction.heredocs {
        inside(text, span, heredoc.span);
        inside(text, heredoc.span, heredoc.delimiter_span);
        inside(text, span, heredoc.body_span);
        made_inside(text, heredoc.body_span, &heredoc.body);
        heredoc.end_span.iter().for_each(|&end| inside(text, span, end));
    }
    check_arguments(text, span, &instruction.arguments);
}

fn check_laws(text: &str) -> Dockerfile {
    let file = parse(text);
    let all = Span::from_usize(0, text.len());
    let joined: String = file.pieces().iter().map(|piece| piece.span.text(text)).collect();
    assert_eq!(joined, text, "the pieces joined are the file");
    let mut before = 0;
    for instruction in &file.instructions {
        inside(text, all, instruction.lines);
        assert!(before <= instruction.lines.start, "instructions stand one after the other");
        before = instruction.lines.end;
        instruction.blank_continuations.iter().for_each(|&blank| inside(text, instruction.lines, blank));
        check_instruction(text, instruction.lines, instruction);
    }
    for comment in &file.comments {
        inside(text, all, comment.span);
        inside(text, comment.span, comment.content);
        assert!(comment.span.text(text).starts_with('#'));
        // A comment may hang on a continuation that holds nothing, which is no instruction.
        if let Some(inside_of) = comment.inside.and_then(|index| file.instructions.get(index)) {
            assert!(inside_of.lines.contains(comment.span) || inside_of.lines.start > comment.span.end);
        }
    }
    for directive in &file.directives {
        inside(text, all, directive.span);
        inside(text, directive.span, directive.name_span);
        inside(text, directive.span, directive.value_span);
    }
    file.problems.iter().for_each(|problem| inside(text, all, problem.span));
    check_scopes(&file);
    file
}

fn check_scopes(file: &Dockerfile) {
    let scopes = Scopes::new(file);
    for (at, instruction) in file.instructions.iter().enumerate() {
        if let Arguments::Pairs(pairs) = &instruction.arguments {
            for value in pairs.iter().filter_map(|pair| pair.value.as_ref()) {
                let expanded = scopes.expand(value, at);
                if let (Some(literal), None) = (value.literal(), value.expansions.first()) {
                    assert!(expanded.text.is_none_or(|text| text == literal));
                }
            }
        }
    }
    for stage in &scopes.stages().list {
        assert!(stage.from < stage.end && stage.end <= file.instructions.len());
        assert!(scopes.stages().needed(stage.index)[stage.index]);
    }
}

/// Text made of what means something in a Dockerfile, in any order.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "FROM ",
        "RUN ",
        "COPY ",
        "ENV ",
        "ARG ",
        "ADD ",
        "LABEL ",
        "ONBUILD ",
        "HEALTHCHECK ",
        "CMD ",
        "USER ",
        "VOLUME ",
        "EXPOSE ",
        "SHELL ",
        "\n",
        "\r\n",
        "\\\n",
        "`\n",
        "\\",
        " ",
        "\t",
        "#",
        "# escape=`\n",
        "<<EOF",
        "<<-E",
        "EOF\n",
        "E\n",
        "'",
        "\"",
        "$",
        "${",
        "}",
        ":-",
        "a",
        "é",
        "\u{a0}",
        "=",
        ",",
        "--",
        "--mount=",
        "--from=",
        "[",
        "]",
        "[\"",
        "\", \"",
        "\"]",
        "\\u00",
        "a:b@c",
        "/",
        "{{ x }}",
        "\u{FEFF}",
        "#x\n",
        "\r",
        "NONE",
        "AS ",
        "x",
        "%*",
    ]);
    prop::collection::vec(scrap, 0..40).prop_map(|scraps| scraps.concat())
}

fn name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9_]{0,6}"
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9./-]{1,8}", "\"[a-z $]{0,6}x\"", "'[a-z #]{0,6}'", "\\$\\{[a-z]{1,3}:-[a-z]{0,3}\\}"]
}

/// A blank or a continuation, perhaps with a comment or a blank line in it.
fn gap() -> impl Strategy<Value = String> {
    prop::sample::select(vec![" ", "  ", "\t", " \\\n ", " \\ \n\t", " \\\n  # why\n  ", " \\\n\n "])
        .prop_map(str::to_owned)
}

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec((gap(), "[a-z0-9./][a-z0-9./=-]{0,5}[a-z0-9]"), 1..4)
        .prop_map(|words| words.into_iter().map(|(gap, word)| gap + &word).collect::<String>())
}

fn instruction() -> impl Strategy<Value = String> {
    prop_oneof![
        (gap(), name()).prop_map(|(gap, name)| format!("FROM{gap}{name}:1")),
        (words(), any::<bool>()).prop_map(|(words, low)| format!("{}{words}", if low { "run" } else { "RUN" })),
        (gap(), name(), value()).prop_map(|(gap, name, value)| format!("ENV{gap}{name}={value}")),
        (gap(), name(), value()).prop_map(|(gap, name, value)| format!("LABEL{gap}{name}={value} x=y")),
        (gap(), name()).prop_map(|(gap, name)| format!("ARG{gap}{name}")),
        words().prop_map(|words| format!("COPY a{words}")),
        words().prop_map(|words| format!("EXPOSE{words}")),
        (gap(), name()).prop_map(|(gap, name)| format!("CMD{gap}[\"{name}\",{gap}\"b\"]")),
        prop::collection::vec("[a-z #$\\\\]{0,8}", 0..3).prop_map(|body| format!(
            "RUN <<END\n{}END",
            body.iter().map(|line| format!("{line}\n")).collect::<String>()
        )),
        Just("# a comment".to_owned()),
        Just(String::new()),
        (gap(), name()).prop_map(|(gap, name)| format!("ONBUILD{gap}USER {name}")),
    ]
}

fn dockerfiles() -> impl Strategy<Value = String> {
    let end = prop::sample::select(vec!["\n", "\r\n"]);
    (prop::collection::vec(instruction(), 0..12), end).prop_map(|(instructions, end)| {
        let mut text = "FROM base AS first".to_owned();
        for instruction in instructions {
            text.push('\n');
            text.push_str(&instruction);
        }
        text.push('\n');
        text.replace('\n', end)
    })
}

/// Keyword and first line of each instruction as the oracle has them; `None` if it refuses the file.
fn oracle(text: &str) -> Option<Vec<(String, u32)>> {
    let file = parse_dockerfile::parse(text).ok()?;
    let lines = LineIndex::new(text);
    let spans = file.instructions.iter().map(|instruction| {
        use parse_dockerfile::Instruction as I;
        match instruction {
            I::Add(i) => i.add.span.clone(),
            I::Arg(i) => i.arg.span.clone(),
            I::Cmd(i) => i.cmd.span.clone(),
            I::Copy(i) => i.copy.span.clone(),
            I::Entrypoint(i) => i.entrypoint.span.clone(),
            I::Env(i) => i.env.span.clone(),
            I::Expose(i) => i.expose.span.clone(),
            I::From(i) => i.from.span.clone(),
            I::Healthcheck(i) => i.healthcheck.span.clone(),
            I::Label(i) => i.label.span.clone(),
            I::Maintainer(i) => i.maintainer.span.clone(),
            I::Onbuild(i) => i.onbuild.span.clone(),
            I::Run(i) => i.run.span.clone(),
            I::Shell(i) => i.shell.span.clone(),
            I::Stopsignal(i) => i.stopsignal.span.clone(),
            I::User(i) => i.user.span.clone(),
            I::Volume(i) => i.volume.span.clone(),
            I::Workdir(i) => i.workdir.span.clone(),
            other => panic!("{other:?}"),
        }
    });
    let place = |span: core::ops::Range<usize>| (text[span.clone()].to_uppercase(), lines.line(span.start as u32));
    Some(spans.map(place).collect())
}

fn ours(text: &str, file: &Dockerfile) -> Vec<(String, u32)> {
    let lines = LineIndex::new(text);
    let place = |instruction: &Instruction| {
        (instruction.keyword.as_str().to_owned(), lines.line(instruction.keyword_span.start))
    };
    file.instructions.iter().map(place).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_text_keeps_the_laws(text in "\\PC{0,200}") {
        check_laws(&text);
    }

    #[test]
    fn scraps_of_dockerfiles_keep_the_laws(text in scraps()) {
        check_laws(&text);
    }

    #[test]
    fn dockerfiles_keep_the_laws_and_have_no_problems(text in dockerfiles()) {
        let file = check_laws(&text);
        prop_assert_eq!(&file.problems, &vec![]);
    }

    #[test]
    fn the_oracle_sees_the_same_instructions(text in dockerfiles()) {
        if let Some(expected) = oracle(&text) {
            prop_assert_eq!(ours(&text, &parse(&text)), expected);
        }
    }
}

#[test]
fn whole_files_are_read_as_the_oracle_reads_them() {
    for text in [
        include_str!("dockerfiles/service.Dockerfile"),
        include_str!("dockerfiles/heredoc.Dockerfile"),
        include_str!("dockerfiles/windows.Dockerfile"),
    ] {
        let file = check_laws(text);
        assert_eq!(file.problems, []);
        // The oracle knows only the first of two heredocs in one RUN and refuses such a file.
        assert!(oracle(text).is_none_or(|expected| expected == ours(text, &file)));
    }
}
