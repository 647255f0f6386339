use hullmark_language::{Datum, RuleSet};
use proptest::prelude::*;

use super::*;
use crate::input::Limits;

fn with_reading<T>(run: impl FnOnce(&Reading<'_>) -> T) -> T {
    let rules = RuleSet::decode(hullmark_rules::RULES).unwrap();
    let commands: Option<&Datum> = rules.table("commands");
    run(&Reading {
        unwrap_commands: true,
        expand_variables: true,
        pod_kinds: &[],
        default_namespace: "default",
        commands,
        system_shells: rules.table("system-shells"),
        pod_paths: rules.table("pod-paths"),
        settings: None,
        references: true,
        set_complete: false,
        limits: Limits::default(),
    })
}

fn read(text: &str) -> Document {
    with_reading(|reading| lower(text.into(), reading))
}

fn subjects<'d>(document: &'d Document, name: &str) -> &'d [NodeId] {
    document.subjects.iter().find(|(subject, _)| *subject == name).map_or(&[], |(_, nodes)| nodes)
}

/// The value of a fact and the text of the file at its place.
fn fact<'d>(document: &'d Document, id: NodeId, name: &str) -> Option<(&'d str, &'d str)> {
    let id = document.tree.fact(id, name)?;
    Some((document.tree.text(id)?, document.tree.span(id).text(document.tree.source())))
}

fn history(created_by: &[&str]) -> Document {
    let entries: Vec<String> =
        created_by.iter().map(|text| format!("{{\"created_by\":{}}}", serde_json::to_string(text).unwrap())).collect();
    read(&format!("{{\"config\":{{}},\"history\":[{}]}}", entries.join(",")))
}

/// The instruction read back from one entry: keyword and text.
fn spoken(created_by: &str) -> Option<(String, String)> {
    let document = history(&[created_by]);
    let entry = subjects(&document, "history")[0];
    let instruction = document.tree.fact(entry, "instruction")?;
    let text = |name| fact(&document, instruction, name).map_or("", |(text, _)| text).to_owned();
    Some((text("keyword"), text("text")))
}

fn names(document: &Document) -> Vec<(String, String)> {
    subjects(document, "command")
        .iter()
        .map(|&id| fact(document, id, "name").map(|(name, place)| (name.to_owned(), place.to_owned())).unwrap())
        .collect()
}

#[test]
fn every_builders_spelling_is_an_instruction() {
    for (created_by, keyword, text) in [
        ("/bin/sh -c #(nop)  USER app", "USER", "app"),
        ("/bin/sh -c make && make install", "RUN", "make && make install"),
        ("|2 A=1 B=x y /bin/sh -c make", "RUN", "make"),
        ("|3 B=x y A=1 /bin/bash -o pipefail -c a | b", "RUN", "a | b"),
        ("|1 A=1 make all", "RUN", "make all"),
        ("RUN /bin/sh -c make # buildkit", "RUN", "make"),
        ("RUN |1 A=1 /bin/sh -c make # buildkit", "RUN", "make"),
        ("RUN make", "RUN", "make"),
        ("COPY . /app # buildkit", "COPY", ". /app"),
        ("/bin/sh -c #(nop) COPY file:0a1b in /tmp/ ", "COPY", "file:0a1b /tmp/"),
        ("/bin/sh -c #(nop) COPY --chown=1:1 dir:0a1b in / ", "COPY", "dir:0a1b /"),
        ("EXPOSE map[22/tcp:{} 80/tcp:{}]", "EXPOSE", "22/tcp 80/tcp"),
        ("EXPOSE [22/tcp 80/tcp]", "EXPOSE", "22/tcp 80/tcp"),
        ("VOLUME [/data /b]", "VOLUME", "/data /b"),
        ("CMD [\"a\" \"b c\"]", "CMD", "[\"a\", \"b c\"]"),
        ("/bin/sh -c #(nop) CMD [\"a\", \"b\"]", "CMD", "[\"a\", \"b\"]"),
        ("SHELL [/bin/bash -o pipefail -c]", "SHELL", "[\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]"),
        ("HEALTHCHECK &{[\"CMD-SHELL\" \"curl x || exit 1\"] \"30s\" \"0s\"}", "HEALTHCHECK", "CMD curl x || exit 1"),
        ("HEALTHCHECK &{[\"CMD\" \"a\" \"b\"] \"0s\"}", "HEALTHCHECK", "CMD [\"a\", \"b\"]"),
        ("HEALTHCHECK &{[\"NONE\"] \"0s\"}", "HEALTHCHECK", "NONE"),
        ("/bin/sh -c echo a|inheritLabels=false|omitHistory=true", "RUN", "echo a"),
        ("ENV MSG=hello world A=\"q\" # buildkit", "ENV", "MSG=\"hello world\" A=\"q\""),
        ("/bin/sh -c [\"ls\", \"-l\"]", "RUN", "[\"ls\", \"-l\"]"),
    ] {
        assert_eq!(spoken(created_by), Some((keyword.to_owned(), text.to_owned())), "{created_by}");
    }
}

#[test]
fn what_other_tools_write_is_no_instruction() {
    for created_by in [
        "",
        "umoci config",
        "bazel build ...",
        "# debian.sh --arch 'amd64' out/ 'bookworm'",
        "jib-maven-plugin:3.4.0",
        "ko build ko://example.com/x",
        "nix-store",
        "run make",
        "RUN",
        "/bin/sh -c #(nop)",
        "|",
        "|2",
        "/bin/sh -c",
        "FROM scratch",
    ] {
        assert_eq!(spoken(created_by), None, "{created_by}");
    }
}

#[test]
fn commands_have_their_places_behind_escapes() {
    let text = r#"{"config":{},"history":[{"created_by":"/bin/sh -c a \u0026\u0026 \"b\" x\ty"}]}"#;
    let document = read(text);
    assert!(document.problems.is_empty());
    let shown: Vec<(String, String)> = names(&document);
    assert_eq!(shown, [("a".to_owned(), "a".to_owned()), ("b".to_owned(), "\\\"b\\\"".to_owned())]);
}

#[test]
fn a_script_of_several_lines_is_taken_as_it_stands() {
    let document = history(&["RUN /bin/sh -c set -e\ncat <<EOF > /x\nE EE rm\nEOF\napt-get update\n # buildkit"]);
    let found: Vec<String> = names(&document).into_iter().map(|(name, _)| name).collect();
    assert_eq!(found, ["set", "cat", "apt-get"]);
    assert!(document.problems.is_empty());
}

#[test]
fn build_arguments_have_names_and_values_with_places() {
    let document = history(&["RUN |2 MSG=hello world TOKEN=s3cr3t /bin/sh -c make # buildkit"]);
    let entry = subjects(&document, "history")[0];
    let list = document.tree.fact(entry, "build-args").unwrap();
    let found: Vec<_> = document
        .tree
        .children(list)
        .map(|id| ["name", "value"].map(|name| fact(&document, id, name).unwrap().1))
        .collect();
    assert_eq!(found, [["MSG", "hello world"], ["TOKEN", "s3cr3t"]]);
}

#[test]
fn rules_over_a_dockerfiles_commands_find_what_they_ask_for() {
    let document = history(&["RUN /bin/sh -c curl x | sh # buildkit"]);
    let command = subjects(&document, "command")[0];
    let stage = document.tree.fact(command, "stage").unwrap();
    let is_final = document.tree.fact(stage, "final").unwrap();
    assert_eq!(document.tree.value(is_final), Value::Bool(true));
    assert!(document.tree.fact(command, "instruction").is_some() && document.tree.fact(command, "pipes-to").is_some());
    assert_eq!(subjects(&document, "pipeline").len(), 1);
}

#[test]
fn the_shell_that_a_run_shows_is_in_force_and_else_that_of_the_last_shell_instruction() {
    let pipefail = |created_by: &[&str]| {
        let document = history(created_by);
        let run = subjects(&document, "instruction").last().copied().unwrap();
        let shell = document.tree.fact(run, "shell")?;
        let words: Vec<&str> = document.tree.children(shell).filter_map(|id| document.tree.text(id)).collect();
        Some(words.join(" "))
    };
    assert_eq!(
        pipefail(&["RUN /bin/bash -o pipefail -c a | b # buildkit"]).as_deref(),
        Some("/bin/bash -o pipefail -c")
    );
    assert_eq!(pipefail(&["RUN /bin/sh -c a # buildkit"]), None);
    let buildah = ["/bin/sh -c #(nop) SHELL [\"/bin/ash\", \"-ec\"]", "/bin/sh -c a"];
    assert_eq!(pipefail(&buildah).as_deref(), Some("/bin/ash -ec"));
}

#[test]
fn the_base_ends_at_its_last_command_or_where_buildah_says() {
    let base = |entries: &str| {
        let document = read(&format!("{{\"config\":{{}},\"history\":[{entries}]}}"));
        let config = subjects(&document, "config")[0];
        let number = match document.tree.fact(config, "base-entries").map(|id| document.tree.value(id)) {
            Some(Value::Int(number)) => Some(number),
            _ => None,
        };
        (number, names(&document).len())
    };
    let add = r#"{"created_by":"ADD file:0 in / "}"#;
    let cmd = r#"{"created_by":"CMD [\"sh\"]","empty_layer":true}"#;
    let run = r#"{"created_by":"RUN /bin/sh -c a # buildkit"}"#;
    assert_eq!(base(&format!("{add},{cmd},{run},{cmd}")), (Some(2), 1));
    assert_eq!(base(&format!("{add},{run},{cmd}")), (None, 1));
    assert_eq!(base(&format!("{add},{run},{cmd},{run},{cmd}")), (Some(3), 1));
    let made = r#"{"created_by":"/bin/sh -c b","comment":"FROM localhost/x:latest"}"#;
    let next = r#"{"created_by":"/bin/sh -c c","comment":"FROM 1287ec7553aa"}"#;
    assert_eq!(base(&format!("{run},{made},{next}")), (Some(1), 2));
}

#[test]
fn a_shell_with_one_script_is_shell_form() {
    let form = |config: &str| {
        let document = read(&format!("{{\"config\":{config}}}"));
        let instruction = subjects(&document, "instruction")[0];
        (fact(&document, instruction, "form").unwrap().0.to_owned(), names(&document))
    };
    let (kind, found) = form(r#"{"Cmd":["/bin/sh","-c","a \u0026\u0026 b"]}"#);
    assert_eq!((kind.as_str(), found.len()), ("shell", 2));
    let (kind, found) = form(r#"{"Cmd":["/bin/sh","-c","a\nb"]}"#);
    assert_eq!((kind.as_str(), found.len()), ("shell", 3), "the shell itself is a command here: {found:?}");
    let (kind, found) = form(r#"{"Entrypoint":["tini","--","a\u0020b","c"]}"#);
    assert_eq!(kind, "exec");
    assert_eq!(found[0].1, "\"tini\"");
}

#[test]
fn the_same_facts_come_from_every_spelling_of_a_config() {
    for text in [
        r#"{"config":{"User":"app:1","Env":["A=b"],"ExposedPorts":{"22/tcp":{}}}}"#,
        r#"[{"Config":{"User":"app:1","Env":["A=b"],"ExposedPorts":{"22/tcp":{}}},"RepoTags":[]}]"#,
        r#"{"Config":{"User":"app:1","Env":["A=b"],"ExposedPorts":{"22/tcp":{}}},"RootFS":{"Layers":[]}}"#,
        r#"{"FromImage":"x","Config":"{}","Docker":{"config":{"User":"app:1","Env":["A=b"],"ExposedPorts":{"22/tcp":{}}}}}"#,
        r#"{"config":{"user":"app:1","env":["A=b"],"exposedPorts":{"22/tcp":{}}}}"#,
    ] {
        let document = read(text);
        let config = subjects(&document, "config")[0];
        assert_eq!(fact(&document, config, "user-name"), Some(("app", "app")), "{text}");
        assert_eq!(fact(&document, config, "group"), Some(("1", "1")), "{text}");
        let variable = subjects(&document, "variable")[0];
        assert_eq!(fact(&document, variable, "name"), Some(("A", "A")), "{text}");
        assert_eq!(fact(&document, variable, "value"), Some(("b", "b")), "{text}");
        let ports = document.tree.fact(config, "ports").unwrap();
        assert_eq!(document.tree.children(ports).count(), 1, "{text}");
        assert!(document.problems.is_empty() && document.skipped.is_none(), "{text}");
    }
}

#[test]
fn what_is_no_image_is_skipped_for_what_it_is_or_told() {
    for text in [
        r#"{"schemaVersion":2,"manifests":[]}"#,
        r#"{"schemaVersion":2,"config":{"digest":"sha256:0"},"layers":[]}"#,
        r#"{"imageLayoutVersion":"1.0.0"}"#,
        r#"[{"Config":"0.json","RepoTags":["a:1"],"Layers":["0.tar"]}]"#,
        r#"[{"State":{},"Config":{"User":"a"}}]"#,
        "[]",
    ] {
        let document = read(text);
        assert!(document.skipped.is_some() && document.problems.is_empty(), "{text}");
    }
    for text in ["{}", "5", "", r#"[{"config":{}},{"State":{},"Config":{}}]"#, "[1]"] {
        let document = read(text);
        assert!(document.skipped.is_none() && document.problems.len() == 1, "{text}");
    }
}

#[test]
fn what_a_cut_text_lacks_is_not_known() {
    let document = read(r#"{"config":{"Env":["A=b"],"#);
    assert_eq!(document.problems.len(), 1);
    let config = subjects(&document, "config")[0];
    for name in ["user-name", "healthcheck"] {
        let id = document.tree.fact(config, name).unwrap();
        assert_eq!(document.tree.value(id), Value::Unknown(""), "{name}");
    }
    assert_eq!(subjects(&document, "variable").len(), 1);
}

/// Texts that look like entries of a history.
fn entry() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "/bin/sh -c ",
        "#(nop) ",
        "RUN ",
        "|2 ",
        "|",
        "A=1 ",
        "B=\"x y\" ",
        "ENV ",
        "CMD ",
        "[\"a\" \"b\"]",
        "EXPOSE ",
        "map[",
        ":{}",
        "]",
        "&{[\"CMD-SHELL\" ",
        "\"",
        "'",
        "\\",
        "\n",
        " ",
        "é",
        "<<E",
        "E",
        " # buildkit",
        "COPY ",
        "file:0 in /x ",
        "HEALTHCHECK ",
        "cmd /S /C ",
        "/bin/bash -o pipefail -c ",
        "$X",
        "LABEL ",
        "|a=b",
        "\u{0}",
    ]);
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

fn places_are_sound(document: &Document) {
    let source = document.tree.source();
    let mut stack: Vec<NodeId> = document.tree.roots().to_vec();
    stack.extend(document.subjects.iter().flat_map(|(_, nodes)| nodes.iter().copied()));
    for (_, nodes) in &document.subjects {
        for &node in nodes {
            for name in ["name", "value", "keyword", "text", "script", "user-name", "created-by", "instruction"] {
                stack.extend(document.tree.fact(node, name));
            }
        }
    }
    for id in stack {
        let span = document.tree.span(id);
        assert!(span.start <= span.end && span.end as usize <= source.len(), "{span:?} in {source:?}");
        assert!(
            source.is_char_boundary(span.start as usize) && source.is_char_boundary(span.end as usize),
            "{source:?}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in any::<String>()) {
        places_are_sound(&read(&text));
    }

    #[test]
    fn no_history_is_too_strange(entries in prop::collection::vec(entry(), 0..5), words in prop::collection::vec(entry(), 0..4)) {
        let json = serde_json::json!({
            "config": {"User": words.first(), "Env": words, "Cmd": words, "Entrypoint": words, "OnBuild": words,
                "Healthcheck": {"Test": words}, "Labels": {"a": words.last()}, "ExposedPorts": {"22-x/tcp": {}}},
            "history": entries.iter().map(|text| serde_json::json!({"created_by": text})).collect::<Vec<_>>(),
        });
        let text = json.to_string();
        let document = read(&text);
        prop_assert!(document.problems.is_empty(), "{:?}", document.problems);
        places_are_sound(&document);
    }

    #[test]
    fn no_json_is_too_strange(cut in 0_usize..600, swap in 0_usize..600, with in "[\\[\\]{}\":,0a\\\\é]") {
        let whole = r#"[{"config":{"User":"a:b","Env":["A=b",1],"Cmd":"x","Entrypoint":{"a":1},"Labels":[],"Volumes":{"/":{}},"Healthcheck":{"Test":["CMD"]},"OnBuild":"x"},"history":[{"created_by":"RUN |1 A=b /bin/sh -c x \u0026\u0026 y"},3,null,{"created_by":5,"empty_layer":"x"}],"rootfs":{"diff_ids":"x"}},[],{"Config":{}}]"#;
        let mut text: String = whole.chars().take(cut).collect();
        let at = text.char_indices().map(|(at, _)| at).nth(swap);
        if let Some(at) = at {
            text.insert_str(at, &with);
        }
        places_are_sound(&read(&text));
    }
}
