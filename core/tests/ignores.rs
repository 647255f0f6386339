//! What sets findings in manifests aside, and for how much of them.
#![cfg(test)]

use hullmark::{Engine, EngineBuilder, Report, SourceFile};

const RULES: [&str; 4] = ["privileged-container", "host-network", "missing-memory-limit", "automounted-token"];

/// A Deployment: host network and token in the pod; two containers that are privileged and without a memory limit.
const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      labels: {app: web}
    spec:
      hostNetwork: true
      containers:
        - name: a
          image: a:1
          securityContext:
            privileged: true
        - name: b
          image: b:1
          securityContext:
            privileged: true
";

fn builder() -> EngineBuilder {
    Engine::builder().select(RULES).threads(1)
}

fn check(text: &str) -> Report {
    builder().build().unwrap().check("f.yaml", text)
}

/// What is set aside, by rule and line, and the problems.
fn aside(report: &Report) -> (Vec<String>, Vec<String>) {
    let place = |one: &hullmark::Suppressed| {
        let at = format!("{}:{}", one.finding.rule, one.finding.start.line);
        if one.reason.is_empty() { at } else { format!("{at} {}", one.reason) }
    };
    let problems = report.problems.iter().map(|one| format!("{} {}", one.start.line, one.message)).collect();
    (report.suppressed.iter().map(place).collect(), problems)
}

/// The text with `line` put before the first line that begins with `before`, indented as that.
fn above(before: &str, line: &str) -> String {
    // With a line end before the first line too, each line begins behind one.
    let at = format!("\n{DEPLOYMENT}").find(&format!("\n{before}")).expect("a line begins so");
    let indent = " ".repeat(before.len() - before.trim_start().len());
    let (head, tail) = DEPLOYMENT.split_at(at);
    format!("{head}{indent}{line}\n{tail}")
}

fn annotated(annotations: &str) -> String {
    DEPLOYMENT.replace("  name: web\n", &format!("  name: web\n  annotations: {{{annotations}}}\n"))
}

fn annotated_template(annotations: &str) -> String {
    let metadata = "      labels: {app: web}\n";
    DEPLOYMENT.replace(metadata, &format!("{metadata}      annotations: {{{annotations}}}\n"))
}

#[track_caller]
fn sets_aside(text: &str, wanted: &[&str]) {
    let (found, problems) = aside(&check(text));
    assert_eq!(found, wanted, "{text}");
    assert_eq!(problems, Vec::<String>::new(), "{text}");
}

#[test]
fn a_comment_is_about_what_begins_on_its_line() {
    let both = ["privileged-container:16", "privileged-container:20"];
    // The object, a container, an entry with all below it, a line.
    sets_aside(&above("apiVersion", "# hullmark ignore=privileged-container"), &both);
    sets_aside(
        &above("        - name: b", "# hullmark ignore=privileged-container as b must"),
        &["privileged-container:20 as b must"],
    );
    sets_aside(
        &above("          securityContext", "# hullmark ignore=privileged-container"),
        &["privileged-container:16"],
    );
    sets_aside(&above("      containers", "# hullmark ignore=privileged-container"), &both);
    let line = DEPLOYMENT.replace("hostNetwork: true", "hostNetwork: true # hullmark ignore=host-network why");
    sets_aside(&line, &["host-network:10 why"]);
    // The first container begins where its list does; the list begins at its key.
    let first = DEPLOYMENT.replace("- name: a", "- name: a # hullmark ignore=privileged-container");
    sets_aside(&first, &["privileged-container:15"]);
}

#[test]
fn a_comment_before_a_document_is_about_all_of_it() {
    let other = DEPLOYMENT.replace("name: web", "name: other");
    for text in [
        format!("# hullmark ignore=host-network\n---\n{DEPLOYMENT}---\n{other}"),
        format!("--- # hullmark ignore=host-network\n{DEPLOYMENT}---\n{other}"),
        format!("---\n# hullmark ignore=host-network\n\n{DEPLOYMENT}---\n{other}").replace('\n', "\r\n"),
    ] {
        let (found, problems) = aside(&check(&text));
        assert_eq!((found.len(), problems.len()), (1, 0), "{text}: {found:?} {problems:?}");
    }
    let item = format!(
        "apiVersion: v1\nkind: List\nitems:\n  # hullmark ignore=host-network\n  - {}",
        DEPLOYMENT.replace('\n', "\n    ")
    );
    assert_eq!(aside(&check(&item)).0, ["host-network:14"]);
}

#[test]
fn our_annotation_holds_for_an_object_or_a_pod_template() {
    for text in [annotated, annotated_template].map(|put| put("hullmark.dev/ignore.host-network: it is an agent")) {
        sets_aside(&text, &["host-network:11 it is an agent"]);
    }
}

#[test]
fn an_ignore_of_ours_that_silences_nothing_is_reported() {
    for text in [
        above("        - name: b", "# hullmark ignore=host-network"),
        annotated("hullmark.dev/ignore.host-network: x").replace("hostNetwork: true", "hostNetwork: false"),
        format!("{DEPLOYMENT}# hullmark ignore=host-network\n"),
    ] {
        let (found, problems) = aside(&check(&text));
        assert_eq!((found.len(), problems.len()), (0, 1), "{text}: {found:?} {problems:?}");
    }
}

#[test]
fn kube_linter_ignores_a_check_or_all_for_an_object() {
    sets_aside(&annotated("ignore-check.kube-linter.io/host-network: an agent"), &["host-network:11 an agent"]);
    sets_aside(&annotated("ignore-check.kube-linter.io/host-network: ''"), &["host-network:11"]);
    sets_aside(
        &annotated("kube-linter.io/ignore-all: known"),
        &[
            "host-network:11 known",
            "missing-memory-limit:13 known",
            "privileged-container:16 known",
            "missing-memory-limit:17 known",
            "privileged-container:20 known",
        ],
    );
    // It looks at the object's annotations alone.
    sets_aside(&annotated_template("ignore-check.kube-linter.io/host-network: x"), &[]);
}

#[test]
fn checkov_skips_a_check_for_an_object() {
    sets_aside(&annotated("checkov.io/skip1: CKV_K8S_19=an agent = known"), &["host-network:11 an agent = known"]);
    sets_aside(
        &annotated("checkov.io/skip1: CKV_K8S_19, bridgecrew.io/skip2: CKV_K8S_13=x"),
        &["host-network:11", "missing-memory-limit:13 x", "missing-memory-limit:17 x"],
    );
    sets_aside(&annotated_template("cortex.io/skip: CKV_K8S_19"), &["host-network:11"]);
    sets_aside(&annotated("checkov.io/skip1: host-network=no id of its own"), &[]);
    let other = format!(
        "{}---\n{}",
        DEPLOYMENT.replace("name: web", "name: other"),
        above("spec:", "# checkov:skip=CKV_K8S_19:why")
    );
    sets_aside(&other, &["host-network:31 why"]);
    sets_aside(&above("apiVersion", "# checkov:skip=CKV_K8S_19,CKV_K8S_1: why"), &["host-network:11 why"]);
}

#[test]
fn kube_score_ignores_for_an_object_and_a_pod_template_which_may_ask_for_it_back() {
    let resources = ["missing-memory-limit:13", "missing-memory-limit:17"];
    sets_aside(&annotated("kube-score/ignore: 'pod-probes, container-resources'"), &resources);
    sets_aside(&annotated_template("kube-score/ignore: container-resources"), &resources);
    let all =
        ["missing-memory-limit:13", "privileged-container:16", "missing-memory-limit:17", "privileged-container:20"];
    sets_aside(&annotated("kube-score/ignore: '*'"), &all);
    let back = |ignore: &str| {
        let template = annotated_template("kube-score/enable: container-resources");
        template.replacen(
            "  name: web\n",
            &format!("  name: web\n  annotations: {{kube-score/ignore: '{ignore}'}}\n"),
            1,
        )
    };
    sets_aside(&back("container-resources"), &[]);
    sets_aside(&back("*"), &["privileged-container:17", "privileged-container:21"]);
}

#[test]
fn kubescape_skips_controls_until_a_day() {
    let skip = "kubescape.io/skip-controls: 'C-0041, C-0057', kubescape.io/skip-reason: agent";
    let all = ["host-network:11 agent", "privileged-container:16 agent", "privileged-container:20 agent"];
    sets_aside(&annotated(skip), &all);
    sets_aside(&annotated_template(skip), &[]);
    let until = annotated(&format!("{skip}, kubescape.io/skip-expiry: '2026-12-31T23:59:59Z'"));
    let on = |date: &str| aside(&builder().date(date).build().unwrap().check("f.yaml", &until)).0;
    assert_eq!(on("2026-12-31"), all.map(|one| format!("{one} (until 2026-12-31)")));
    assert_eq!(on("2027-01-01"), Vec::<String>::new());
}

#[test]
fn trivy_ignores_what_begins_below_its_comment() {
    for id in ["KSV-0017", "KSV017", "AVD-KSV-0017", "ksv0017", "*"] {
        let text = above("        - name: b", &format!("#trivy:ignore:{id}"));
        let (found, _) = aside(&check(&text));
        assert!(found.contains(&"privileged-container:20".to_owned()), "{id}: {found:?}");
        assert!(found.iter().all(|one| !one.ends_with(":15")), "{id}: {found:?}");
    }
    sets_aside(
        &above("spec:", "# trivy:ignore:KSV-0009 trivy:ignore:KSV-0017:exp:2026-12-01"),
        &["host-network:11", "privileged-container:16 until 2026-12-01", "privileged-container:20 until 2026-12-01"],
    );
    let late = builder().date("2026-12-01").build().unwrap();
    let text = above("spec:", "# trivy:ignore:KSV-0017:exp:2026-12-01");
    assert_eq!(aside(&late.check("f.yaml", &text)).0, Vec::<String>::new());
}

#[test]
fn an_unused_ignore_of_a_peer_is_reported_where_its_verdicts_are_promised() {
    let preset = "id: own-checkov\ntitle: checkov's\ninclude:\n  - aliases: checkov:*\npeer: checkov\n";
    let pack = SourceFile { path: "presets/own-checkov.yaml".to_owned(), text: preset.to_owned() };
    let promised = Engine::builder().pack([pack]).preset("own-checkov").threads(1).build().unwrap();
    let text = annotated("checkov.io/skip1: CKV_K8S_19=x, kube-score/ignore: y, checkov.io/skip2: CKV_K8S_9999")
        .replace("hostNetwork: true", "hostNetwork: false");
    let problems = aside(&promised.check("f.yaml", &text)).1;
    assert_eq!(problems, ["5 this ignore silences nothing: checkov:CKV_K8S_19 found nothing here"]);
    sets_aside(&text, &[]);
}
