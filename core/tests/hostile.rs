//! Inputs made to hurt: each goes through the whole engine without panic, and within a budget of memory and time that
//! only work in step with the size keeps.
#![expect(clippy::expect_used, reason = "a law that does not hold fails")]

use std::time::{Duration, Instant};

use hullmark::{BuildContext, Engine, InputFile, InputKind, Limits, Report};

/// Far more than any of these inputs takes in a debug build, far less than comparing all pairs of their parts does.
const PATIENCE: Duration = Duration::from_secs(60);

/// About so many bytes each, so that the tests stay quick without optimisation.
const SIZE: usize = 60_000;

fn checked(kind: InputKind, text: String) -> Report {
    within(kind, text, None)
}

fn within(kind: InputKind, text: String, context: Option<BuildContext>) -> Report {
    let engine = Engine::builder().preset("all").threads(1).build().expect("the built-in rules load");
    let size = text.len();
    let start = Instant::now();
    let report = engine.check_many(vec![InputFile {
        path: "f".to_owned(),
        content: text.into_bytes(),
        kind: Some(kind),
        context: context.map(Into::into),
    }]);
    assert!(start.elapsed() < PATIENCE, "{size} bytes took {:?}", start.elapsed());
    assert!(report.findings.len() <= 2 * Limits::default().findings, "the limit of findings holds");
    assert_eq!(report.files_checked, 1);
    report
}

fn dockerfile(body: impl AsRef<str>) -> Report {
    checked(InputKind::Dockerfile, format!("FROM debian:12\n{}\n", body.as_ref()))
}

/// `piece` as often as it takes.
fn many(piece: &str) -> String {
    piece.repeat(SIZE / piece.len())
}

fn numbered(times: usize, piece: impl Fn(usize) -> String) -> String {
    (0..times).map(piece).collect()
}

#[test]
fn brackets_quotes_and_substitutions_that_never_close() {
    for open in ["[", "(", "$(", "${a:-", "`", "\"'", "<<A ", "if true; then ", "{ ", "sudo ", "sh -c '", "a \\\n"] {
        dockerfile(format!("RUN {}", many(open)));
        dockerfile(format!("ENV a={}", many(open)));
        checked(InputKind::Image, format!("{{\"config\":{{\"Cmd\":[\"sh\",\"-c\",\"{}\"]}}}}", many(open)));
    }
    for open in ["[", "{a: ", "- ", "{\"a\":", "? ", "!!x ", "&a ", "*a ", "\"", "|\n", "{{"] {
        checked(InputKind::Kubernetes, format!("apiVersion: v1\nkind: Pod\nspec:\n  containers: {}", many(open)));
        checked(InputKind::Image, format!("{{\"config\": {}", many(open)));
    }
}

#[test]
fn one_very_long_line() {
    dockerfile(format!("RUN echo {}", many("a ")));
    dockerfile(format!("RUN {}", many("sudo apt-get install -y é; ")));
    dockerfile(format!("RUN apt-get install -y {}", numbered(SIZE / 7, |i| format!("p{i} "))));
    dockerfile(format!("RUN {} true", "cd /x && ".repeat(2000)));
    dockerfile(format!("EXPOSE {}", many("22 ")));
    dockerfile(format!("ENV {}", numbered(SIZE / 20, |i| format!("PASSWORD{i}=hunter2 "))));
    let containers = numbered(SIZE / 30, |i| format!("{{\"name\":\"c{i}\",\"image\":\"nginx\"}},"));
    let pod = format!("{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{{\"containers\":[{containers}]}}}}");
    checked(InputKind::Kubernetes, pod);
}

#[test]
fn a_script_of_a_pod_with_commands_without_end() {
    let report = checked(
        InputKind::Kubernetes,
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    \
             command: [sh, -c, '{}', x]\n    securityContext: {{privileged: true}}\n",
            "a;".repeat(50_000)
        ),
    );
    let problems: Vec<&str> = report.problems.iter().map(|problem| problem.code.as_ref()).collect();
    assert_eq!(problems, ["too-many-instructions"]);
    assert!(report.findings.iter().any(|one| &*one.rule == "privileged-container"), "the rest is still checked");
}

#[test]
fn ten_thousand_instructions() {
    for line in [
        "RUN apt-get update\n",
        "RUN cd /tmp && wget http://x/y && curl z && rm id_rsa\n",
        "COPY id_rsa .env /root/\n",
        "USER root\n",
        "WORKDIR a\n",
        "FROM debian\n",
        "FROM debian AS a\n",
        "ENV A=$A$A\n",
        "RUN <<A\nx\nA\n",
        "# hullmark ignore=root-user,DL3002 x\nUSER root\n",
        "# hullmark global ignore=DL3009 x\nRUN apt-get update\n",
        "#\n",
        "ONBUILD ",
    ] {
        dockerfile(line.repeat(10_000));
    }
}

#[test]
fn ten_thousand_stages_each_from_the_one_before() {
    let stages = numbered(10_000, |i| format!("FROM s{i} AS s{}\nRUN apt-get update\n", i + 1));
    checked(InputKind::Dockerfile, format!("FROM debian AS s0\n{stages}"));
}

#[test]
fn thousands_of_variables() {
    dockerfile(numbered(5_000, |i| format!("ENV A{i}=b PASSWORD{i}=hunter2 C=$A{i}\n")));
    checked(InputKind::Dockerfile, format!("{}FROM debian:12\n", numbered(20_000, |i| format!("ARG A{i}=b\n"))));
}

#[test]
fn thousands_of_names_that_are_near_one_another() {
    let set = numbered(5_000, |i| format!("ARG NAME_{i}=b\n"));
    let used = numbered(5_000, |i| format!("LABEL l=$NAMES_{i}\n"));
    checked(InputKind::Dockerfile, format!("{set}FROM scratch\n{set}{used}"));
    checked(InputKind::Dockerfile, format!("FROM scratch\nLABEL a={}\n", numbered(5_000, |i| format!("$N{i}"))));
    dockerfile(numbered(5_000, |i| format!("# NAME_{i}\nARG N{i}\n")));
}

#[test]
fn a_large_build_context() {
    let copies = format!("FROM debian:12\n{}", "COPY a/b/*.c . .env /x/\n".repeat(5_000));
    let patterns = [
        numbered(1_500, |i| format!("**/a*b{i}\n!keep{i}\n")),
        numbered(1_500, |i| format!("a*?b{i}*\n")),
        format!("{}\n", "*a".repeat(50_000)),
        "[".repeat(1_000),
        "a/**/".repeat(10_000),
    ];
    for ignore_file in patterns {
        let files = (0..20_000).map(|i| format!("a/b/c/d/.env{i}/{i}.key")).chain(["a/".repeat(20_000)]);
        let context = BuildContext { ignore_file: Some(ignore_file), files: Some(files.collect()) };
        within(InputKind::Dockerfile, copies.clone(), Some(context));
    }
}

/// The rules look at so many pairs at most that comparing each of these lines with each other one would end in a problem.
#[test]
fn rules_over_all_commands_of_a_stage_end_in_work_that_is_in_step() {
    for lines in [
        numbered(4_000, |i| format!("RUN curl -fsSL https://example.com/{i} -o /a{i}\nRUN rm /b{i}\n")),
        numbered(6_000, |i| format!("COPY k{i}.pem /k{i}.pem\nRUN rm /k{i}.pem\n")),
        numbered(8_000, |i| format!("FROM s{i} AS s{}\n", i + 1)),
        numbered(3_000, |i| format!("CMD x{i}\nENTRYPOINT y{i}\nHEALTHCHECK CMD z{i}\n")),
        format!("RUN {}\n", "apt-get update && apt-get install -y a=1 && ".repeat(4_000)),
        format!("RUN <<EOF\n{}EOF\n", "apt-get update\ncd /x\nmake\n".repeat(3_000)),
    ] {
        let report = checked(InputKind::Dockerfile, format!("FROM debian:12 AS s0\n{lines}"));
        assert!(report.problems.iter().all(|problem| problem.code != "too-much-work"), "{:.60}", lines);
    }
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n";

#[test]
fn twenty_thousand_containers() {
    checked(InputKind::Kubernetes, format!("{POD}{}", "  - {name: c, image: nginx}\n".repeat(20_000)));
    let env = "    - {name: A, value: b}\n".repeat(20_000);
    checked(InputKind::Kubernetes, format!("{POD}  - name: c\n    image: x\n    env:\n{env}"));
    let ignored = "  # hullmark ignore=untagged-image x\n  - {name: c, image: nginx}\n".repeat(5_000);
    checked(InputKind::Kubernetes, format!("{POD}{ignored}"));
}

#[test]
fn twenty_thousand_documents() {
    let pods = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {hullmark.dev/ignore.x: y}}\nspec: {containers: [{name: c, image: x}]}\n".repeat(20_000);
    let report = checked(InputKind::Kubernetes, pods);
    assert!(report.problems.iter().any(|problem| problem.code == "too-many-documents"));
    let related = numbered(2_000, |i| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{i}}}\nspec: {{selector: {{app: x}}, ports: [{{port: 1, targetPort: q}}]}}\n\
             ---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{i}, labels: {{app: x}}}}\nspec: {{containers: [{{name: c, image: x}}]}}\n"
        )
    });
    checked(InputKind::Kubernetes, related);
}

#[test]
fn objects_that_all_have_to_do_with_each_other() {
    let shared = numbered(400, |i| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata: {{a: b}}\n\
             ---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d{i}}}\nspec: {{replicas: 2, selector: {{matchLabels: {{app: x}}}}, \
             template: {{metadata: {{labels: {{app: x}}}}, spec: {{serviceAccountName: a, containers: [{{name: c, env: [{{name: A, valueFrom: \
             {{configMapKeyRef: {{name: c, key: k}}}}}}]}}]}}}}}}\n\
             ---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: n{i}}}\nspec: {{podSelector: {{}}, ingress: \
             [{{from: [{{podSelector: {{matchLabels: {{app: y}}}}}}]}}]}}\n\
             ---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i{i}}}\nspec: {{rules: [{{host: h, http: {{paths: \
             [{{path: /, backend: {{service: {{name: s, port: {{number: 1}}}}}}}}]}}}}]}}\n\
             ---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: b{i}}}\nspec: {{minAvailable: 1, selector: {{}}}}\n\
             ---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: default}}\n"
        )
    });
    checked(InputKind::Kubernetes, shared);
    let aliased = numbered(5_000, |i| format!("  - {{name: c{i}, image: x, env: *env}}\n"));
    let env = "    - {name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}\n".repeat(5_000);
    checked(InputKind::Kubernetes, format!("{POD}  - name: c\n    image: x\n    env: &env\n{env}{aliased}"));
}

#[test]
fn ignores_without_number() {
    let containers = "  - {name: c, image: nginx}\n".repeat(5_000);
    let pod =
        |annotations: String| format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n{annotations}");
    let skip = "    kubescape.io/skip-controls: C-0057\n    kubescape.io/skip-expiry: 2026-01-01\n".repeat(10_000);
    checked(InputKind::Kubernetes, format!("{}spec:\n  containers:\n{containers}", pod(skip)));
    let list = format!("    kube-score/ignore: '{}'\n", "container-resources, ".repeat(20_000));
    checked(InputKind::Kubernetes, format!("{}spec:\n  containers:\n{containers}", pod(list)));
    let names = numbered(10_000, |i| format!(" trivy:ignore:KSV-{i}"));
    checked(InputKind::Kubernetes, format!("{POD}  #{names}\n{containers}"));
    let flat = "{name: c, image: nginx},".repeat(5_000);
    let comments = "# hullmark ignore=x\n# checkov:skip=CKV_K8S_1\n".repeat(5_000);
    checked(InputKind::Kubernetes, format!("{comments}{POD}  [{flat}] # hullmark ignore=untagged-image\n"));
}

#[test]
fn aliases_that_multiply() {
    let bomb = numbered(200, |i| {
        let items = vec![format!("*a{i}"); 10].join(",");
        format!("  - &a{} [{items}]\n", i + 1)
    });
    let report = checked(InputKind::Kubernetes, format!("{POD}  - &a0 {{name: x, image: y}}\n{bomb}"));
    assert!(report.problems.iter().any(|problem| problem.code == "alias-budget"));
    let merges = numbered(5_000, |i| format!("a{}: &a{} {{<<: [*a{i}, *a{i}]}}\n", i + 1, i + 1));
    checked(InputKind::Kubernetes, format!("a0: &a0 {{x: 1}}\n{merges}{POD}"));
    checked(InputKind::Kubernetes, format!("{POD}x:\n{}", "  a: 1\n".repeat(30_000)));
}

#[test]
fn an_image_with_long_lists() {
    let env = numbered(10_000, |i| format!("\"PASSWORD{i}=hunter2\","));
    checked(InputKind::Image, format!("{{\"config\":{{\"Env\":[{env}\"A=b\"]}}}}"));
    let history =
        "{\"created_by\":\"RUN /bin/sh -c apt-get update && curl -k http://x | sh # buildkit\"},".repeat(5_000);
    checked(InputKind::Image, format!("{{\"config\":{{}},\"history\":[{history}{{}}]}}"));
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let engine = Engine::builder().limits(Limits { bytes: 10, ..Limits::default() }).build().expect("it builds");
    let report = engine.check("Dockerfile", "FROM debian:latest\n");
    assert_eq!(report.problems.iter().map(|problem| &*problem.code).collect::<Vec<_>>(), ["too-large"]);
}

#[test]
fn thousands_of_pods_whose_account_is_bound_many_times() {
    const GROUP: &str = "apiVersion: rbac.authorization.k8s.io/v1\n";
    for (bindings, rules) in [(2_000, 10), (100, 1_000), (1, 6_000)] {
        let rules = "{apiGroups: [''], resources: [pods], verbs: [get]}, ".repeat(rules);
        let part = format!("{GROUP}kind: ClusterRole\nmetadata: {{name: part, labels: {{a: b}}}}\nrules: [{rules}]\n");
        let whole = format!(
            "---\n{GROUP}kind: ClusterRole\nmetadata: {{name: whole}}\n\
             aggregationRule: {{clusterRoleSelectors: [{{matchLabels: {{a: b}}}}]}}\n"
        );
        for role in ["part", "whole"] {
            let binding = format!(
                "---\n{GROUP}kind: ClusterRoleBinding\nroleRef: {{kind: ClusterRole, name: {role}}}\n\
                 subjects: [{{kind: Group, name: 'system:serviceaccounts'}}]\n"
            );
            let pod = "---\napiVersion: v1\nkind: Pod\nspec: {containers: []}\n";
            let text = [&*part, &whole, &binding.repeat(bindings), &pod.repeat(4_000)].concat();
            checked(InputKind::Kubernetes, text);
        }
    }
}
