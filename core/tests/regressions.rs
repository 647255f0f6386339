//! Inputs that once broke a law, each by name.
#![expect(clippy::expect_used, clippy::panic, reason = "a law that does not hold fails")]

use hullmark::{Engine, InputFile, InputKind, Report, apply_fixes};

fn engine() -> Engine {
    Engine::builder().preset("all").threads(1).build().expect("the built-in rules load")
}

fn checked(kind: InputKind, text: &str) -> Report {
    engine().check_many(vec![InputFile {
        path: "f".to_owned(),
        content: text.as_bytes().to_vec(),
        kind: Some(kind),
        context: None,
    }])
}

/// How many rounds of fixing it takes until nothing is left to fix.
fn rounds(kind: InputKind, text: &str) -> usize {
    let mut text = text.to_owned();
    for round in 0..10 {
        let report = checked(kind, &text);
        let fixes: Vec<_> = report.findings.iter().flat_map(|finding| &finding.fixes).collect();
        let fixed = apply_fixes(&text, &fixes).expect("fixes fit");
        if fixed == text {
            return round;
        }
        text = fixed;
    }
    panic!("still fixing: {text}");
}

#[test]
fn no_line_is_put_behind_a_heredoc_that_never_closes() {
    assert!(rounds(InputKind::Dockerfile, "FROM debian:12\nRUN <<EOF\nnever closed") < 10);
}

#[test]
fn no_line_is_put_behind_a_continuation_that_the_file_ends_in() {
    for text in ["RUN true \\\n", "ENV APP_ENV=production \\\n\n", "ENV APP_ENV=production \\\n# c\n\n"] {
        let report = checked(InputKind::Dockerfile, &format!("FROM debian:12\n{text}"));
        let inserted = report.findings.iter().flat_map(|finding| &finding.fixes).flat_map(|fix| &fix.edits);
        assert!(inserted.clone().all(|edit| !edit.text.contains("USER")), "{text}");
    }
}

#[test]
fn scripts_for_windows_are_not_held_against_the_shell() {
    let cmd = "RUN (if \"%x%\"==\"1\" set Y=2) && cacls C:\\a /grant \"B\":(OI)(CI)F\n";
    for sign in ["SHELL [\"cmd\", \"/S\", \"/C\"]\n", "WORKDIR C:/bin\n", "USER ContainerUser\n"] {
        let text = format!("ARG base\nFROM $base\n{cmd}{sign}");
        assert!(checked(InputKind::Dockerfile, &text).problems.is_empty(), "{text}");
    }
    let report = checked(InputKind::Dockerfile, &format!("FROM a:1\n{cmd}"));
    assert!(report.problems.iter().any(|problem| &*problem.code == "invalid-shell"));
}

#[test]
fn nothing_is_put_into_a_script_that_is_pieced_together() {
    for script in ["'apt-get 'install x", "apt-get\\ install x", "\"apt-get \"install"] {
        assert_eq!(
            rounds(InputKind::Dockerfile, &format!("FROM debian:12\nUSER 1\nRUN sh -c {script}\n")),
            0,
            "{script}"
        );
    }
    let whole = checked(InputKind::Dockerfile, "FROM debian:12\nUSER 1\nRUN sh -c 'apt-get install x'\n");
    assert!(
        whole.findings.iter().any(|finding| !finding.fixes.is_empty() && &*finding.rule == "interactive-apt-install")
    );
}

#[test]
fn nothing_is_put_where_yaml_could_not_be_read() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: a:1\n      \
               securityContext:\n        privileged: true\n        capabilities:\n          add: [";
    assert!(rounds(InputKind::Kubernetes, pod) < 10);
    let two = format!("{pod}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: b}}\nspec: {{hostNetwork: true}}\n");
    assert!(rounds(InputKind::Kubernetes, &two) < 10);
}

#[test]
fn the_key_of_a_secret_is_named_without_the_secret() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {api-key: x7Kp2vQ9mL4t}\n";
    let report = checked(InputKind::Kubernetes, map);
    let finding = report.findings.iter().find(|finding| &*finding.rule == "secret-in-config-map").unwrap();
    assert!(finding.secret && finding.message.ends_with(" api-key"), "{}", finding.message);
    assert!(!finding.message.contains("x7Kp2vQ9mL4t"));
}

#[test]
fn what_a_script_says_that_does_not_parse_is_not_edited() {
    for script in ["RUN echo $(date ; rm x", "RUN cp ${a/b c /d $e"] {
        let report = checked(InputKind::Dockerfile, &format!("FROM debian:12\n{script}\n"));
        let inside = report.findings.iter().filter(|one| one.rule.starts_with("unquoted-"));
        let edits: Vec<usize> = inside.flat_map(|one| &one.fixes).map(|fix| fix.edits.len()).collect();
        assert!(!edits.is_empty() && edits.iter().all(|&count| count == 0), "{script}: {edits:?}");
    }
}

#[test]
fn half_a_character_is_told_of_whole() {
    let input = InputFile {
        path: "f".to_owned(),
        content: vec![0xed, 0xa0, 0x80],
        kind: Some(InputKind::Dockerfile),
        context: None,
    };
    let report = engine().check_many(vec![input]);
    let problem = report.problems.iter().find(|one| one.code == "not-utf-8").expect("it is told");
    assert_eq!((problem.start.byte, problem.end.byte), (0, 3));
}

#[test]
fn a_bracket_that_nobody_closes_takes_no_edit_for_ever() {
    let text = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {nspec: {minAvailable: 100%, name: p}\nspec: {minAvailable: \
                100%}\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: p}\n  securityContext: *sc\n---\n  v: [{a: b}]\n      \
                c: true\n";
    assert!(rounds(InputKind::Kubernetes, text) < 10);
}

#[test]
fn a_heredoc_that_nobody_closes_takes_no_edit_and_is_told_of_once() {
    for instruction in ["RUN cat <<EOF", "ONBUILD RUN cat <<EOF", "COPY <<EOF /x"] {
        let text = format!("FROM debian:12\nUSER 0\n{instruction}\nnever closed\n");
        let report = checked(InputKind::Dockerfile, &text);
        assert_eq!(report.problems.iter().filter(|one| one.code == "unclosed-heredoc").count(), 1, "{instruction}");
        assert!(report.findings.iter().any(|one| &*one.rule == "root-user"), "{instruction}");
        assert!(rounds(InputKind::Dockerfile, &text) < 10, "{instruction}");
    }
}

#[test]
fn a_blank_that_parts_no_keyword_does_not_stand_for_one_that_does() {
    let text = "FROM --platform=l\u{2028}x\nUSER 1\n";
    assert!(rounds(InputKind::Dockerfile, text) < 10);
    let report = checked(InputKind::Dockerfile, text);
    let fixes: Vec<_> = report.findings.iter().flat_map(|one| &one.fixes).collect();
    let fixed = hullmark::apply_fixes(text, &fixes).expect("fixes fit");
    assert!(checked(InputKind::Dockerfile, &fixed).problems.is_empty(), "{fixed}");
}

#[test]
fn of_one_fault_the_sharper_rule_tells() {
    let pod = |path: &str, more: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers: [{{name: a}}]\n  volumes:\n  - name: v\n    \
             hostPath: {{path: {path}}}{more}\n"
        )
    };
    let told = |engine: &hullmark::Engine, text: &str| {
        let report = engine.check("f.yaml", text);
        let rules = ["container-runtime-socket", "host-path-volume", "sensitive-host-path"];
        let found = report.findings.iter().map(|one| one.rule.to_string());
        (found.filter(|rule| rules.contains(&rule.as_str())).collect::<Vec<_>>(), report.problems.len())
    };
    let recommended = hullmark::Engine::builder().build().expect("it builds");
    assert_eq!(told(&recommended, &pod("/var/run/docker.sock", "")).0, ["container-runtime-socket"]);
    assert_eq!(told(&recommended, &pod("/etc", "")).0, ["sensitive-host-path"]);
    assert_eq!(told(&recommended, &pod("/data", "")).0, ["host-path-volume"]);
    // What it says is set aside all the same, and that is no ignore for nothing.
    let aside = pod("/etc", " # hullmark ignore=host-path-volume it is an agent");
    assert_eq!(told(&recommended, &aside), (vec!["sensitive-host-path".to_owned()], 0));
    // A standard asks for no host path at all, and a peer says all that it finds.
    let baseline = hullmark::Engine::builder().preset("pss-baseline").build().expect("it builds");
    assert_eq!(told(&baseline, &pod("/etc", "")).0, ["host-path-volume"]);
    let trivy = hullmark::Engine::builder().preset("trivy").build().expect("it builds");
    assert_eq!(told(&trivy, &pod("/etc", "")).0, ["host-path-volume", "sensitive-host-path"]);
}

#[test]
fn a_heredoc_in_the_place_of_a_destination_is_none() {
    let text = "FROM debian:12\nCOPY . RUN <<EOF\napt-get install -y vim\nEOF\n";
    let report = checked(InputKind::Dockerfile, text);
    assert_eq!(report.problems.iter().map(|one| one.code.as_ref()).collect::<Vec<&str>>(), ["invalid-argument"]);
    assert!(report.findings.iter().all(|one| !one.message.contains("<<EOF")));
    assert!(rounds(InputKind::Dockerfile, text) < 10);
}

#[test]
fn a_peer_that_does_not_see_what_a_fix_did_gets_it_once() {
    // hadolint reads no `set -o pipefail`.
    let text = "FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\nRUN curl -f https://x.example/a | tar x\n";
    let hadolint = hullmark::Engine::builder().preset("hadolint").build().expect("it builds");
    let fixed = |text: &str| {
        let report = hadolint.check("Dockerfile", text);
        let fixes: Vec<_> = report.findings.iter().flat_map(|one| &one.fixes).collect();
        apply_fixes(text, &fixes).expect("fixes fit")
    };
    let once = fixed(text);
    assert!(once.contains("RUN set -o pipefail; curl"), "{once}");
    assert_eq!(fixed(&once), once);
}

#[test]
fn what_stands_right_behind_what_goes_keeps_its_blank() {
    let text = "FROM debian:12\nRUN &&echo x\nONBUILD RUN &&echo x\n";
    let report = checked(InputKind::Dockerfile, text);
    let fixes: Vec<_> = report.findings.iter().flat_map(|one| &one.fixes).collect();
    let fixed = apply_fixes(text, &fixes).expect("fixes fit");
    assert!(!fixed.contains("RUNecho"), "{fixed}");
}

#[test]
fn what_a_fix_takes_away_lets_nothing_become_what_it_was_not() {
    for text in [
        "# hullmark ignore=latest-base-image for now\n# escape=`\nFROM debian:12\nRUN apk add bash \\\n  curl\n",
        "FROM debian:12\nRUN curl https://x.example/a | sudo for now\n",
        "ENV A=a B=$A\nFROM debian:12\n",
        "ENV a=b\nRUN cd /tmp && wget -q http://x/y\nFROM debian:12\n",
        "FROM debian:12\nARG {ARG=3\nWORKDIR /srv/${AARG%-*}/x\n",
        "FROM debian:12\nRUN apt-get install python3\nRUN echo é \\",
        "FROM debian:12\nENV l\u{2003}egacy some words\nENV a b\u{2003}c\n",
        "FROM debian:12\nRUN apt-get install \\\n    python3 \\\n    curl \\",
    ] {
        let report = checked(InputKind::Dockerfile, text);
        let fixes: Vec<_> = report.findings.iter().flat_map(|one| &one.fixes).collect();
        let fixed = apply_fixes(text, &fixes).expect("fixes fit");
        let after = checked(InputKind::Dockerfile, &fixed);
        assert!(after.problems.len() <= report.problems.len(), "{text}\n---\n{fixed}\n{:?}", after.problems);
    }
}
