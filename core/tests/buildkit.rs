//! The preset `buildkit` beside what BuildKit's own checks say of the same files, and the comments by which authors of
//! Dockerfiles set findings of BuildKit, trivy and checkov aside.
#![cfg(test)]

use hullmark::{BuildContext, Engine, InputFile, InputKind, Report, Severity};

fn report(preset: &str, text: &str, ignore_file: Option<&str>) -> Report {
    let context = ignore_file.map(|text| BuildContext { ignore_file: Some(text.to_owned()), files: None }.into());
    let content = text.as_bytes().to_vec();
    let input = InputFile { path: "Dockerfile".to_owned(), content, kind: Some(InputKind::Dockerfile), context };
    Engine::builder().preset(preset).build().unwrap().check_many(vec![input])
}

/// BuildKit's names for the findings, with their lines.
fn checks(text: &str, ignore_file: Option<&str>) -> Vec<(u32, String)> {
    let report = report("buildkit", text, ignore_file);
    let name = |aliases: &[String]| aliases.iter().find_map(|one| one.strip_prefix("buildkit:")).unwrap().to_owned();
    report.findings.iter().map(|finding| (finding.start.line, name(&finding.aliases))).collect()
}

#[test]
fn every_check_of_buildkit_is_there() {
    // Source of the cases: https://docs.docker.com/reference/build-checks/ and the tests of moby/buildkit.
    let table: &[(&str, &[(u32, &str)])] = &[
        ("FROM alpine AS Build\n", &[(1, "StageNameCasing")]),
        ("FROM alpine as b\n", &[(1, "FromAsCasing")]),
        ("FROM alpine\nRUN a && \\\n\n  b\n", &[(3, "NoEmptyContinuation")]),
        ("FROM alpine\nRun a\nRUN b\n", &[(2, "ConsistentInstructionCasing")]),
        ("FROM alpine AS a\nFROM alpine AS a\n", &[(2, "DuplicateStageName")]),
        ("FROM alpine AS scratch\n", &[(1, "ReservedStageName")]),
        ("FROM alpine\nCMD echo a\n", &[(2, "JSONArgsRecommended")]),
        ("FROM alpine\nSHELL [\"/bin/bash\", \"-c\"]\nCMD echo a\nHEALTHCHECK CMD echo a\n", &[]),
        ("FROM alpine\nMAINTAINER a@b.example\n", &[(2, "MaintainerDeprecated")]),
        ("FROM alpine:$VERSION\n", &[(1, "InvalidDefaultArgInFrom"), (1, "UndefinedArgInFrom")]),
        ("ARG VERSION=latest\nFROM alpine:$VERSIO\n", &[(2, "InvalidDefaultArgInFrom"), (2, "UndefinedArgInFrom")]),
        ("ARG TAG\nFROM busybox:${TAG}\n", &[(2, "InvalidDefaultArgInFrom")]),
        ("FROM alpine\nWORKDIR app\nWORKDIR b\n", &[(2, "WorkdirRelativePath")]),
        ("FROM scratch\nCOPY $foo /x\nARG foo=bar\n", &[(2, "UndefinedVar")]),
        ("FROM alpine\nENV PATH=$PAHT:/tmp/bin\n", &[(2, "UndefinedVar")]),
        ("FROM alpine\nARG foo\nCOPY Dockerfile${foo} .\nRUN echo $bar\n", &[]),
        (
            "FROM scratch\nCMD [\"a\"]\nCMD [\"b\"]\nENTRYPOINT [\"a\"]\nENTRYPOINT [\"b\"]\n\
             HEALTHCHECK CMD a\nHEALTHCHECK CMD b\n",
            &[
                (2, "MultipleInstructionsDisallowed"),
                (4, "MultipleInstructionsDisallowed"),
                (6, "MultipleInstructionsDisallowed"),
            ],
        ),
        ("FROM alpine\nENV a b\nLABEL c d\n", &[(2, "LegacyKeyValueFormat"), (3, "LegacyKeyValueFormat")]),
        ("FROM --platform=$TARGETPLATFORM alpine\n", &[(1, "RedundantTargetPlatform")]),
        (
            "FROM scratch\nARG GIT_AUTH\nENV A_KEY= PUBLIC_KEY=1 KEY_FILE=/x\n",
            &[(2, "SecretsUsedInArgOrEnv"), (3, "SecretsUsedInArgOrEnv")],
        ),
        ("FROM --platform=linux/amd64 alpine AS base\n", &[(1, "FromPlatformFlagConstDisallowed")]),
        ("FROM --platform=linux/amd64 alpine AS build_amd64\n", &[]),
        ("FROM scratch\nEXPOSE 80/TcP\n", &[(2, "ExposeProtoCasing")]),
        (
            "FROM scratch\nEXPOSE 127.0.0.1:80:80 [::1]:8080:8080 5000-5005\n",
            &[(2, "ExposeInvalidFormat"), (2, "ExposeInvalidFormat")],
        ),
        ("# check=experimental=all\n# the base\nFROM scratch AS base\n", &[(2, "InvalidDefinitionDescription")]),
        ("# check=skip=all\n# the base\nFROM scratch as base\n", &[]),
    ];
    for (text, expected) in table {
        let expected: Vec<(u32, String)> = expected.iter().map(|(line, name)| (*line, (*name).to_owned())).collect();
        assert_eq!(checks(text, None), expected, "{text}");
    }
    let copied = "FROM scratch\nCOPY Dockerfile .\nADD tmp/a /\nCOPY . .\nCOPY ./* /\n";
    let ignored = |line| (line, "CopyIgnoredFile".to_owned());
    assert_eq!(checks(copied, Some("Dockerfile\ntmp\n")), [ignored(2), ignored(3)]);
    assert_eq!(checks(copied, Some("*\n")), [ignored(2), ignored(3), ignored(4), ignored(5)]);
    assert_eq!(checks(copied, Some("tmp\n!tmp/a/b\n")), []);
    assert_eq!(checks(copied, None), []);
}

#[test]
fn its_directive_skips_and_makes_errors() {
    let text = "FROM alpine as b\nWORKDIR app\n";
    let with = |line: &str| report("buildkit", &format!("{line}\n{text}"), None);
    let worst = |line: &str| with(line).findings.iter().map(|one| one.severity).max();
    assert_eq!(worst("#"), Some(Severity::Low));
    assert_eq!(worst("# check=error=true"), Some(Severity::High));
    assert_eq!(worst("# check=error=1;skip=JSONArgsRecommended"), Some(Severity::High));
    assert_eq!(worst("# check=error=false"), Some(Severity::Low));
    assert_eq!(worst("# check=skip=FromAsCasing, WorkdirRelativePath;error=true"), None);
    assert_eq!(worst("# check=skip=all"), None);
    assert_eq!(with("# check=skip=FromAsCasing").suppressed.len(), 1);
    assert_eq!(worst("# syntax=docker/dockerfile:1\n# CHECK = skip=all"), None);
    // What does not stand among the directives at the top is a comment like any other.
    for void in ["# hi\n# check=skip=all", "\n# check=skip=all", "# key = value\n# check=skip=all"] {
        assert_eq!(worst(void), Some(Severity::Low), "{void}");
    }
    let one = report("buildkit", "FROM a\n# check=skip=WorkdirRelativePath\nWORKDIR a\nFROM b\nWORKDIR c\n", None);
    assert_eq!(one.findings.iter().map(|finding| finding.start.line).collect::<Vec<_>>(), [3, 5]);
    // What other checkers find does not end a build.
    let other = report("recommended", "# check=error=true\nFROM debian:latest\nUSER a\n", None);
    assert!(other.findings.iter().all(|finding| finding.severity < Severity::High), "{:?}", other.findings);
}

#[test]
fn ignores_of_trivy_and_checkov_are_honoured_and_not_called_unused() {
    let left = |text: &str| {
        let report = report("all", text, None);
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        let lines = report.findings.iter().filter(|one| &*one.rule == "exposed-ssh-port");
        let reasons = report.suppressed.iter().filter(|one| &*one.finding.rule == "exposed-ssh-port");
        (lines.map(|one| one.start.line).collect::<Vec<_>>(), reasons.map(|one| one.reason.clone()).collect::<Vec<_>>())
    };
    let reason = |text: &str| vec![text.to_owned()];
    let both = |comment: &str| format!("FROM a:1\n{comment}\nEXPOSE 22\nEXPOSE 22/tcp\n");
    for comment in ["#trivy:ignore:DS-0004", "# trivy:ignore:AVD-DS-0004", "# trivy:ignore:DS004", "#trivy:ignore:*"] {
        assert_eq!(left(&both(comment)), (vec![4], reason("")), "{comment}");
    }
    assert_eq!(left(&both("# trivy:ignore:DS-0001 trivy:ignore:ds-0004")), (vec![4], reason("")));
    assert_eq!(left(&both("# trivy:ignore:DS-0004:exp:2030-01-01")), (vec![4], reason("until 2030-01-01")));
    assert_eq!(left(&both("# trivy:ignore:DS-0009")), (vec![3, 4], vec![]));
    for comment in ["#checkov:skip=CKV_DOCKER_1:jump host", "# checkov:skip=CKV_DOCKER_9,CKV_DOCKER_1: jump host"] {
        assert_eq!(left(&both(comment)), (vec![], [reason("jump host"), reason("jump host")].concat()), "{comment}");
    }
    assert_eq!(left("FROM a:1\nEXPOSE 22\n#checkov:skip=CKV_DOCKER_1\n"), (vec![], reason("")));
    assert_eq!(left("FROM a:1\nEXPOSE 22\n#checkov:skip=CKV_DOCKER_12\n#checkov:skip=\n"), (vec![2], vec![]));
}
