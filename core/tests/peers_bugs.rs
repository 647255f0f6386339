//! Faults of other tools that check Kubernetes manifests, each with a test that we do not share it.
#![expect(clippy::expect_used, clippy::string_slice, reason = "tests that cannot begin must fail")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hullmark::{Engine, Finding, InputFile, InputKind, Report};

static ALL: LazyLock<Engine> = LazyLock::new(|| engine("all"));

fn engine(preset: &str) -> Engine {
    Engine::builder().preset(preset).threads(1).build().expect("the built-in rules load")
}

/// The report over files named `0`, `1` and so on.
fn checked(engine: &Engine, files: &[&str]) -> Report {
    let input = |(number, text): (usize, &&str)| InputFile {
        path: number.to_string(),
        content: text.as_bytes().to_vec(),
        kind: Some(InputKind::Kubernetes),
        context: None,
    };
    engine.check_many(files.iter().enumerate().map(input).collect())
}

/// What a rule points at: the number of the file and the text there.
fn found(files: &[&str], rule: &str) -> Vec<String> {
    let text = |finding: &Finding| {
        let file: usize = finding.path.parse().expect("files have numbers");
        let text = files.get(file).copied().unwrap_or_default();
        format!("{file}: {}", &text[finding.start.byte as usize..finding.end.byte as usize])
    };
    let report = checked(&ALL, files);
    report.findings.iter().filter(|finding| *finding.rule == *rule).map(text).collect()
}

/// A Pod with these containers.
fn pod(containers: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: web}}\nspec:\n  containers:\n{containers}")
}

/// An API server with these flags.
fn api_server(flags: &str) -> String {
    pod(&format!("  - {{name: s, image: s, command: [kube-apiserver, {flags}]}}\n"))
}

#[test]
fn bindings_of_either_kind_are_checked() {
    let binding = |kind: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: b, namespace: web}}\nroleRef: \
             {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}}\nsubjects:\n- {{kind: \
             ServiceAccount, name: default, namespace: web}}\n- {{kind: User, name: 'system:anonymous'}}\n"
        )
    };
    for kind in ["RoleBinding", "ClusterRoleBinding"] {
        let text = binding(kind);
        assert_eq!(found(&[&text], "default-account-binding"), ["0: default"], "{kind}");
        assert_eq!(found(&[&text], "cluster-admin-binding").len(), 1, "{kind}");
        assert_eq!(found(&[&text], "anonymous-binding").len(), 1, "{kind}");
    }
}

#[test]
fn the_mounting_of_tokens_is_read_in_templates() {
    let deployment = |own: &str, template: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d, namespace: web}}\nspec:\n{own}  template:\n    \
             spec:\n{template}      containers: [{{name: c, image: c}}]\n"
        )
    };
    let off = "automountServiceAccountToken: false\n";
    assert!(found(&[&deployment("", &format!("      {off}"))], "automounted-token").is_empty());
    // A Deployment has no such field of its own.
    assert_eq!(found(&[&deployment(&format!("  {off}"), "")], "automounted-token"), ["0: spec"]);
}

#[test]
fn flags_are_read_as_their_program_reads_them() {
    let maximum = |value: &str| found(&[&api_server(&format!("--audit-log-maxage={value}"))], "short-audit-retention");
    assert_eq!(maximum("1"), ["0: 1"]);
    assert!(maximum("30").is_empty() && maximum("300").is_empty());
    let plugins = |list: &str, rule: &str| {
        let text = api_server(&format!("'--enable-admission-plugins={list}'"));
        found(&[&text], rule).len()
    };
    assert_eq!(plugins("PodNodeSelector", "missing-node-restriction"), 1);
    assert_eq!(plugins("PodNodeSelector,NodeRestriction", "missing-node-restriction"), 0);
    assert_eq!(plugins("NodeRestriction,AlwaysAdmit", "always-admit-plugin"), 1);
    assert_eq!(plugins("NodeRestriction", "always-admit-plugin"), 0);
    let modes =
        |list: &str| found(&[&api_server(&format!("'--authorization-mode={list}'"))], "always-allow-api-server");
    assert_eq!((modes("RBAC,AlwaysAllow").len(), modes("Node,RBAC").len()), (1, 0));
}

#[test]
fn references_are_matched_within_their_namespace() {
    let role = |namespace: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: r, namespace: {namespace}}}\nrules: \
             [{{apiGroups: [''], resources: [secrets], verbs: [get, list]}}]\n"
        )
    };
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: \
                   web}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\nsubjects: [{kind: \
                   ServiceAccount, name: a, namespace: web}]\n";
    assert_eq!(found(&[binding, &role("web")], "secret-reader").len(), 1);
    assert!(found(&[binding, &role("other")], "secret-reader").is_empty());

    let pod = pod("  - {name: c, image: c}\n").replace("namespace: web", "namespace: web, labels: {app: a}");
    let policy = |namespace: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: n, namespace: {namespace}}}\nspec: \
             {{podSelector: {{matchLabels: {{app: a}}}}, policyTypes: [Ingress]}}\n"
        )
    };
    assert!(found(&[&pod, &policy("web")], "unprotected-pod-network").is_empty());
    assert_eq!(found(&[&pod, &policy("other")], "unprotected-pod-network"), ["0: p"]);

    let account = |namespace: &str| {
        format!(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: default, namespace: {namespace}}}\n\
             automountServiceAccountToken: false\n"
        )
    };
    assert!(found(&[&pod, &account("web")], "automounted-token").is_empty());
    assert_eq!(found(&[&pod, &account("other")], "automounted-token"), ["0: spec"]);
}

#[test]
fn the_failure_of_one_container_hides_no_other() {
    let text = pod("  - {name: a, image: a, securityContext: {privileged: true}}\n  - {name: b, image: b}\n  \
                    - {name: c, image: c, securityContext: {privileged: true}}\n  \
                    initContainers:\n  - {name: d, image: d, securityContext: {privileged: true}}\n");
    assert_eq!(found(&[&text], "privileged-container").len(), 3);
    assert_eq!(found(&[&text], "floating-image-tag"), ["0: a", "0: b", "0: c", "0: d"]);
}

#[test]
fn tags_are_told_from_ports_and_digests() {
    let digest = format!("sha256:{}", "0".repeat(64));
    let floating =
        |image: &str| !found(&[&pod(&format!("  - {{name: c, image: '{image}'}}\n"))], "floating-image-tag").is_empty();
    for image in ["app", "registry.example:5000/app", "registry.example:5000/app:latest", "app:latest"] {
        assert!(floating(image), "{image}");
    }
    let by_digest =
        [format!("app@{digest}"), format!("registry.example:5000/app@{digest}"), format!("app:latest@{digest}")];
    for image in ["app:1.2", "registry.example:5000/app:1.2"].into_iter().chain(by_digest.iter().map(String::as_str)) {
        assert!(!floating(image), "{image}");
    }
    let undigested = |image: &str| {
        !found(&[&pod(&format!("  - {{name: c, image: '{image}'}}\n"))], "image-without-digest").is_empty()
    };
    assert!(undigested("registry.example:5000/app:1.2") && undigested("app@latest"));
    assert!(by_digest.iter().all(|image| !undigested(image)));
}

#[test]
fn each_container_is_asked_for_its_own_probe() {
    let text = pod("  - {name: a, image: a, readinessProbe: {tcpSocket: {port: 80}}}\n  - {name: b, image: b}\n");
    let report = checked(&ALL, &[&text]);
    let named = report.findings.iter().filter(|finding| &*finding.rule == "missing-readiness-probe");
    let messages: Vec<&str> = named.map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["container b has no readiness probe"]);
}

#[test]
fn a_pod_fails_the_same_in_whatever_kind_it_stands() {
    let object = |head: &str| {
        format!(
            "{head}\nmetadata: {{name: d, namespace: web}}\nspec:\n  selector: {{matchLabels: {{app: a}}}}\n  template:\n    \
             metadata: {{labels: {{app: a}}}}\n    spec:\n      hostNetwork: true\n      hostPID: true\n      volumes: \
             [{{name: v, hostPath: {{path: /var/run/docker.sock}}}}]\n      containers:\n      - {{name: c, image: c, \
             securityContext: {{privileged: true, runAsUser: 0}}, ports: [{{containerPort: 80, hostPort: 80}}]}}\n      \
             - {{name: e, image: 'e:1', env: [{{name: A, valueFrom: {{secretKeyRef: {{name: s, key: k}}}}}}]}}\n"
        )
    };
    // What is said of the pod itself: the lines of its spec are the same in both.
    let of_pod = |head: &str| -> BTreeSet<(String, u32)> {
        let report = checked(&ALL, &[&object(head)]);
        let inside = report.findings.iter().filter(|finding| finding.start.line > 8);
        inside.map(|finding| (finding.rule.to_string(), finding.start.line)).collect()
    };
    let deployment = of_pod("apiVersion: apps/v1\nkind: Deployment");
    assert!(deployment.len() > 20, "{deployment:?}");
    assert_eq!(of_pod("apiVersion: argoproj.io/v1alpha1\nkind: Rollout"), deployment);
    assert_eq!(of_pod("apiVersion: apps/v1\nkind: StatefulSet"), deployment);
}

#[test]
fn a_pod_of_an_own_kind_is_found_by_its_look() {
    let pod = pod("  - {name: c, image: c, securityContext: {privileged: true}}\n");
    let own = pod.replace("apiVersion: v1\nkind: Pod", "apiVersion: example.dev/v1\nkind: Machine");
    assert_eq!(found(&[&own], "privileged-container"), found(&[&pod], "privileged-container"));
    // The preset of a peer looks for pods where the peer does.
    let checkov = engine("checkov");
    let rules = |text: &str| checked(&checkov, &[text]).findings.len();
    assert!(rules(&pod) > 10);
    assert_eq!(rules(&own), 0);
}

#[test]
fn odd_children_neither_crash_nor_hide_the_rest() {
    let odd = ["null", "[]", "3", "text", "true", "{}", "[null, 3, text, {}]", "{a: [null]}"];
    let whole = pod("  - {name: c, image: c, securityContext: {privileged: true}}\n");
    for kind in
        ["v1\nkind: Pod", "apps/v1\nkind: Deployment", "batch/v1\nkind: CronJob", "argoproj.io/v1\nkind: Rollout"]
    {
        for value in odd {
            let texts = [
                format!("apiVersion: {kind}\nmetadata: {value}\nspec: {value}\n---\n{whole}"),
                format!(
                    "apiVersion: {kind}\nmetadata: {{name: a}}\nspec: {{template: {value}, jobTemplate: {value}}}\n---\n{whole}"
                ),
                format!(
                    "apiVersion: {kind}\nmetadata: {{name: a}}\nspec: {{containers: {value}, volumes: {value}}}\n---\n{whole}"
                ),
            ];
            for text in texts {
                assert_eq!(found(&[&text], "privileged-container").len(), 1, "{text}");
            }
            // Beside what can be read in the same pod.
            let keys =
                ["ports", "env", "envFrom", "volumeMounts", "resources", "command", "livenessProbe", "lifecycle"];
            let list = keys.map(|key| format!("{key}: {value}")).join(", ");
            let text = pod(&format!(
                "  - {value}\n  - {{name: c, image: c, securityContext: {{privileged: true}}, {list}}}\n  \
                                     initContainers: {value}\n  securityContext: {value}\n  volumes: {value}\n"
            ));
            assert_eq!(found(&[&text], "privileged-container").len(), 1, "{text}");
        }
    }
    for value in odd {
        let role = format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: r}}\nrules:\n- \
                            {value}\n- {{apiGroups: ['*'], resources: ['*'], verbs: ['*']}}\n"
        );
        assert_eq!(found(&[&role], "full-access-role").len(), 1, "{role}");
    }
}

#[test]
fn broken_yaml_is_a_problem_and_its_neighbours_are_checked() {
    let good = pod("  - {name: c, image: c, securityContext: {privileged: true}}\n");
    let broken = "apiVersion: v1\nkind: Pod\nmetadata: {name: p\nspec: [\n";
    let report = checked(&ALL, &[broken, &good]);
    assert!(report.problems.iter().any(|problem| problem.code == "invalid-yaml" && &*problem.path == "0"));
    assert!(report.findings.iter().any(|finding| &*finding.rule == "privileged-container" && &*finding.path == "1"));
    assert_eq!(report.files_checked, 2);
}
