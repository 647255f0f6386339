use std::sync::Arc;

use hullmark_document::{NodeId, Tree, Value};
use hullmark_language::{Datum, RuleSet, Scalar};
use proptest::prelude::*;

use super::{SetIndex, lower};
use crate::check::{NodeRef, Relations};
use crate::input::Limits;
use crate::subject::{Document, Reading};

fn text(text: &str) -> Datum {
    Datum::Scalar(Scalar::Text(text.to_owned()))
}

fn paths() -> Datum {
    let row = |kind: &str, group: &str, path: &str| {
        Datum::Map(vec![
            ("kind".to_owned(), text(kind)),
            ("groups".to_owned(), Datum::List(vec![text(group)])),
            ("path".to_owned(), text(path)),
        ])
    };
    Datum::List(vec![
        row("Pod", "", "spec"),
        row("Deployment", "apps", "spec.template.spec"),
        row("CronJob", "batch", "spec.jobTemplate.spec.template.spec"),
    ])
}

fn read_as(source: &str, json: bool) -> Document {
    let paths = paths();
    let rules = RuleSet::decode(hullmark_rules::RULES).unwrap();
    let reading = Reading {
        unwrap_commands: true,
        expand_variables: true,
        pod_kinds: &[],
        default_namespace: "default",
        commands: rules.table("commands"),
        pod_paths: Some(&paths),
        settings: rules.table("settings"),
        references: true,
        set_complete: true,
        limits: Limits::default(),
    };
    lower(Arc::from(source), json, &reading)
}

fn read(source: &str) -> Document {
    read_as(source, false)
}

fn subjects<'d>(document: &'d Document, name: &str) -> Vec<NodeRef<'d>> {
    let (_, nodes) = document.subjects.iter().find(|(subject, _)| *subject == name).unwrap();
    nodes.iter().map(|&id| NodeRef { tree: &document.tree, id, document: 0 }).collect()
}

fn names(document: &Document, subject: &str) -> Vec<String> {
    subjects(document, subject).into_iter().map(|node| name(node).to_owned()).collect()
}

fn name(node: NodeRef<'_>) -> &str {
    let metadata = node.get("metadata").and_then(|metadata| metadata.get("name"));
    metadata.or_else(|| node.get("name")).and_then(|name| name.tree.text(name.id)).unwrap_or("")
}

fn at<'d>(node: NodeRef<'d>, facts: &[&str]) -> Option<NodeRef<'d>> {
    facts.iter().try_fold(node, |node, name| node.fact(name).or_else(|| node.get(name)))
}

#[test]
fn the_items_of_lists_are_objects_and_the_lists_are_not() {
    let document = read(
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n\
         - {apiVersion: v1, kind: ConfigMapList, items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}, 7]}\n\
         ---\napiVersion: v1\nkind: Secret\nmetadata: {name: c}\n",
    );
    assert_eq!(names(&document, "object"), ["a", "b", "c"]);
    assert_eq!(subjects(&document, "document").len(), 2);
}

#[test]
fn a_file_without_objects_is_skipped_with_a_reason_and_a_broken_one_is_not() {
    assert!(read("spec: {replicas: 2}\n").skipped.is_some());
    assert!(read("").skipped.is_some());
    let broken = read("apiVersion: [\n");
    assert!(broken.skipped.is_none() && !broken.problems.is_empty());
}

#[test]
fn pods_are_found_by_place_and_by_shape() {
    let document = read(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {jobTemplate: {spec: {template: {metadata: \
         {labels: {a: b}}, spec: {containers: [{name: x}]}}}}}\n---\napiVersion: example.dev/v1\nkind: Own\nspec:\n  \
         podTemplate:\n    metadata: {labels: {c: d}}\n    spec: {containers: [{name: y, image: z}]}\n---\n\
         apiVersion: example.dev/v1\nkind: Own\nspec: {containers: [{name: not-a-container}]}\n---\n\
         apiVersion: apps/v1\nkind: Scale\nspec: {containers: [{name: a, image: b}]}\n",
    );
    let pods = subjects(&document, "pod");
    assert_eq!(pods.len(), 2);
    let facts =
        |pod: NodeRef<'_>, facts: &[&str]| at(pod, facts).and_then(|node| node.tree.text(node.id)).map(str::to_owned);
    assert_eq!(facts(pods[0], &["path"]).unwrap(), "spec.jobTemplate.spec.template.spec");
    assert_eq!(facts(pods[0], &["labels", "a"]).unwrap(), "b");
    assert_eq!(facts(pods[0], &["object", "template-kind"]).unwrap(), "built-in");
    assert_eq!(facts(pods[1], &["path"]).unwrap(), "spec.podTemplate.spec");
    assert_eq!(facts(pods[1], &["labels", "c"]).unwrap(), "d");
    assert_eq!(facts(pods[1], &["object", "template-kind"]).unwrap(), "shape");
}

#[test]
fn containers_come_in_the_order_of_admission_with_their_types() {
    let document = read(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: main}]\n  ephemeralContainers: [{name: debug}]\n  \
         initContainers: [{name: first}, {name: side, restartPolicy: Always}]\n",
    );
    let types: Vec<(String, &str)> = subjects(&document, "container")
        .into_iter()
        .map(|container| (name(container).to_owned(), container.fact_text("type").unwrap()))
        .collect();
    let expected = [("first", "init"), ("side", "sidecar"), ("main", "app"), ("debug", "ephemeral")];
    assert_eq!(types, expected.map(|(name, kind)| (name.to_owned(), kind)));
    let pod = subjects(&document, "pod")[0];
    assert_eq!(pod.fact("containers").unwrap().children().count(), 4);
}

#[test]
fn the_containers_own_security_context_wins_over_the_pods() {
    let document = read(
        "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {runAsUser: 1, runAsNonRoot: true, fsGroup: 2}\n  \
         containers: [{name: a, securityContext: {runAsUser: 0}}, {name: b, securityContext: null}]\n",
    );
    let effective =
        |index: usize, key: &str| at(subjects(&document, "container")[index], &["effective", key]).map(NodeRef::value);
    assert_eq!(effective(0, "runAsUser"), Some(Value::Int(0)));
    assert_eq!(effective(0, "runAsNonRoot"), Some(Value::Bool(true)));
    assert_eq!(effective(1, "runAsUser"), Some(Value::Int(1)));
    assert_eq!(effective(1, "fsGroup"), None);
}

#[test]
fn parts_of_images_stand_where_they_stand_in_the_scalar() {
    for written in ["host:5000/a/b:1@sha256:ab", "'host:5000/a/b:1@sha256:ab'", "\"host:5000/a/b:1@sha256:ab\""] {
        let source = format!("apiVersion: v1\nkind: Pod\nspec: {{containers: [{{name: x, image: {written}}}]}}\n");
        let document = read(&source);
        let image = subjects(&document, "container")[0].fact("image").unwrap();
        for (part, expected) in [
            ("registry", "host:5000"),
            ("repository", "a/b"),
            ("tag", "1"),
            ("digest", "sha256:ab"),
            ("text", "host:5000/a/b:1@sha256:ab"),
        ] {
            let node = image.fact(part).unwrap();
            assert_eq!((node.value(), node.source()), (Value::Text(expected), expected), "{written} {part}");
        }
    }
}

#[test]
fn what_a_template_will_fill_in_is_unknown() {
    let document = read(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostNetwork: '{{ .Values.net }}'\n  hostPID: {{ x }}\n  \
         containers:\n  - {name: a, image: 'x:${TAG}'}\n",
    );
    let pod = subjects(&document, "pod")[0];
    for key in ["hostNetwork", "hostPID"] {
        assert!(matches!(pod.get(key).unwrap().value(), Value::Unknown(_)), "{key}");
    }
    let image = subjects(&document, "container")[0].fact("image").unwrap();
    assert!(matches!(image.fact("tag").unwrap().value(), Value::Unknown("${TAG}")));
    assert_eq!(image.fact_text("name"), Some("x"));
}

#[test]
fn flags_of_processes_have_values_and_places() {
    let document = read(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    command: [/bin/kube-apiserver, --a=1, -b=x, --c]\n    \
         args: [--d, two, --a=3, '--e=$(E)', '--f=$$(F)', --, --g=1]\n  - name: b\n    args: [--h]\n  - name: c\n    \
         command: [x, $(ARGS)]\n",
    );
    let processes = subjects(&document, "process");
    assert_eq!(processes[0].fact_text("program"), Some("kube-apiserver"));
    let flag = |name: &str| at(processes[0], &["flags", name]).map(|node| (node.value(), node.source().to_owned()));
    assert_eq!(flag("a"), Some((Value::Text("3"), "3".to_owned())));
    assert_eq!(flag("b"), Some((Value::Text("x"), "x".to_owned())));
    assert_eq!(flag("c"), Some((Value::Text("true"), String::new())));
    assert_eq!(flag("d"), Some((Value::Text("two"), "two".to_owned())));
    assert_eq!(flag("e"), Some((Value::Unknown("$(E)"), "$(E)".to_owned())));
    assert_eq!(flag("f"), Some((Value::Text("$$(F)"), "$$(F)".to_owned())));
    assert_eq!(flag("g"), None);
    assert_eq!(processes[1].fact_text("program"), None);
    assert!(at(processes[1], &["flags", "h"]).is_some());
    assert!(matches!(processes[2].fact("flags").unwrap().value(), Value::Unknown(_)));
}

#[test]
fn a_file_of_nothing_but_commas_has_no_lists() {
    let commas = "a,".repeat(200_000);
    let document = read(&format!(
        "apiVersion: v1\nkind: Pod\nspec: {{containers: [{{name: a, command: [x, '--f={commas}', --g=h]}}]}}\n"
    ));
    let process = subjects(&document, "process")[0];
    assert!(matches!(process.fact("lists").unwrap().value(), Value::Unknown(_)));
    assert!(at(process, &["lists", "f"]).is_none());
    assert_eq!(at(process, &["flags", "g"]).map(NodeRef::value), Some(Value::Text("h")));
}

/// The values at a path of facts, with the texts at their places.
fn items<'d>(of: NodeRef<'d>, keys: &[&str]) -> Vec<(Value<'d>, &'d str)> {
    at(of, keys).map_or_else(Vec::new, |list| list.children().map(|item| (item.value(), item.source())).collect())
}

#[test]
fn lists_of_flags_are_cut_at_commas_and_joined() {
    let document = read(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    command: [/go-runner, --log-file=/l, \
         /bin/kube-apiserver, '--m=A,B', --m, 'C,$(D)', --n]\n",
    );
    let process = subjects(&document, "process")[0];
    assert_eq!(process.fact_text("program"), Some("kube-apiserver"));
    let all = items(process, &["lists", "m"]);
    let known: Vec<_> = ["A", "B", "C"].map(|text| (Value::Text(text), text)).into();
    assert_eq!(all[..3], known);
    assert_eq!(all[3..], [(Value::Unknown("$(D)"), "$(D)")]);
    assert_eq!(items(process, &["lists", "n"]), [(Value::Text("true"), "")]);
    assert!(at(process, &["flags", "log-file"]).is_none());
}

#[test]
fn programs_are_found_behind_the_wrappers_of_the_table() {
    for (command, program) in [
        ("[tini, -p, SIGTERM, --, kubelet, --v=2]", "kubelet"),
        ("[/sbin/tini, -g, /bin/kubelet, --v=2]", "kubelet"),
        ("[env, A=b, -u, C, kubelet, --v=2]", "kubelet"),
        ("[su-exec, '1000:1000', nice, -n, '5', kubelet, --v=2]", "kubelet"),
        ("[hyperkube, kubelet, --v=2]", "kubelet"),
        ("[env, $(PROGRAM), --v=2]", ""),
        ("[tini, --v=2]", "tini"),
    ] {
        let document =
            read(&format!("apiVersion: v1\nkind: Pod\nspec: {{containers: [{{name: a, command: {command}}}]}}\n"));
        let process = subjects(&document, "process")[0];
        assert_eq!(process.fact_text("program").unwrap_or(""), program, "{command}");
        assert_eq!(at(process, &["flags", "v"]).map(NodeRef::value), Some(Value::Text("2")), "{command}");
    }
}

#[test]
fn commands_of_scripts_are_processes_with_places() {
    let script = "set -e; v=$(etcd --version)\n    [ -f x ] &&\n    exec tini -- kubelet --anonymous-auth='true' --v=$V \\\n                  \x20     --address \"0.0.0.0\" >>log 2>&1\n    sh -c 'kube-proxy --a=b'\n    kubelet \"$@\"";
    let source = format!(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    command: [tini, --, /bin/sh, -ec]\n    args:\n    - |\n      {}\n",
        script.replace("\n    ", "\n      ")
    );
    let document = read(&source);
    let processes = subjects(&document, "process");
    let programs: Vec<_> = processes.iter().filter_map(|process| process.fact_text("program")).collect();
    assert_eq!(programs, ["sh", "set", "[", "kubelet", "sh", "kube-proxy", "kubelet"]);
    let flag = |of: usize, name: &str| at(processes[of], &["flags", name]).map(|node| (node.value(), node.source()));
    assert_eq!(flag(3, "anonymous-auth"), Some((Value::Text("true"), "")));
    assert_eq!(flag(3, "v"), Some((Value::Unknown("${V}"), "")));
    assert_eq!(flag(3, "address"), Some((Value::Text("0.0.0.0"), "0.0.0.0")));
    assert_eq!(flag(5, "a"), Some((Value::Text("b"), "b")));
    assert_eq!(processes[3].fact("flags").unwrap().value(), Value::Map);
    assert!(matches!(processes[6].fact("flags").unwrap().value(), Value::Unknown(_)));
    assert_eq!(at(processes[0], &["commands"]).unwrap().children().count(), 5);
    assert_eq!(name(processes[5].fact("container").unwrap()), "a");
}

#[test]
fn scripts_that_cannot_be_read_stay_the_shells_and_aliases_are_read_once() {
    let document = read(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - {name: a, command: [sh, -c, 'kubelet {{ .Flags }}']}\n  \
         - {name: b, command: &c [sh, -c, &s kubelet]}\n  - {name: c, command: *c}\n  - {name: d, command: [sh, -c, *s]}\n  \
         - {name: e, command: [sh, run.sh, -c, kubelet]}\n",
    );
    let programs: Vec<_> =
        subjects(&document, "process").iter().filter_map(|process| process.fact_text("program")).collect();
    assert_eq!(programs, ["sh", "sh", "kubelet", "sh", "sh", "sh"]);
}

#[test]
fn etcd_takes_flags_from_its_environment() {
    let document = read(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    command: [etcd, --auto-tls=false]\n    env: \
         [{name: ETCD_AUTO_TLS, value: 'true'}, {name: ETCD_CERT_FILE, value: '/c'}, {name: ETCD_NAME, valueFrom: {}}, \
         {name: OTHER, value: x}]\n  - {name: b, command: [sh], env: [{name: ETCD_A, value: b}]}\n  - {name: c, command: \
         [etcd], envFrom: [{secretRef: {name: s}}]}\n",
    );
    let processes = subjects(&document, "process");
    let value = |of: usize, flag: &str| at(processes[of], &["flags", flag]).map(NodeRef::value);
    assert_eq!(value(0, "auto-tls"), Some(Value::Text("false")));
    assert_eq!(value(0, "cert-file"), Some(Value::Text("/c")));
    assert_eq!(value(0, "name"), Some(Value::Unknown("")));
    assert_eq!(value(0, "other"), None);
    assert_eq!(value(1, "a"), None);
    assert!(matches!(processes[2].fact("flags").unwrap().value(), Value::Unknown(_)));
}

#[test]
fn settings_in_objects_are_processes_with_flags_and_defaults() {
    let document = read(
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer:\n  extraArgs: [{name: profiling, value: \
         'false'}, {name: authorization-mode, value: Node}]\nscheduler: {}\n---\napiVersion: \
         kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 10255\nfeatureGates: {A: true}\n\
         tlsCipherSuites: [X, Y]\n---\napiVersion: bootstrap.cluster.x-k8s.io/v1beta1\nkind: KubeadmConfig\nspec:\n  \
         clusterConfiguration: {apiServer: {extraArgs: {a: 1, b: null}}}\n  joinConfiguration: {nodeRegistration: {}}\n\
         ---\napiVersion: example.dev/v1\nkind: KubeletConfiguration\n---\napiVersion: apiserver.config.k8s.io/v1\nkind: \
         AuthorizationConfiguration\nauthorizers: [{type: Node}, 7, {type: RBAC}]\n",
    );
    let processes = subjects(&document, "process");
    let programs: Vec<_> = processes.iter().filter_map(|process| process.fact_text("program")).collect();
    assert_eq!(
        programs,
        ["kube-apiserver", "kube-scheduler", "kubelet", "kube-apiserver", "kubelet", "kube-apiserver"]
    );
    let modes = [(Value::Text("Node"), "Node"), (Value::Text("RBAC"), "RBAC")];
    assert_eq!(items(processes[5], &["lists", "authorization-mode"]), modes);
    let flag = |of: usize, name: &str| at(processes[of], &["flags", name]).map(|node| (node.value(), node.source()));
    assert_eq!(flag(0, "profiling"), Some((Value::Text("false"), "false")));
    assert_eq!(items(processes[0], &["lists", "authorization-mode"]), [(Value::Text("Node"), "Node")]);
    assert_eq!(flag(0, "client-ca-file"), Some((Value::Text("/etc/kubernetes/pki/ca.crt"), "")));
    assert_eq!(flag(1, "bind-address"), Some((Value::Text("127.0.0.1"), "")));
    assert_eq!(flag(2, "read-only-port"), Some((Value::Text("10255"), "10255")));
    assert_eq!(flag(2, "anonymous-auth"), Some((Value::Text("false"), "")));
    assert_eq!(items(processes[2], &["lists", "feature-gates"]), [(Value::Text("A=true"), "true")]);
    assert_eq!(
        items(processes[2], &["lists", "tls-cipher-suites"]),
        [(Value::Text("X"), "X"), (Value::Text("Y"), "Y")]
    );
    assert!(matches!(processes[2].fact("flags").unwrap().value(), Value::Unknown(_)));
    assert_eq!(flag(3, "a"), Some((Value::Text("1"), "1")));
    assert_eq!(flag(3, "b"), None);
    assert!(matches!(processes[4].fact("flags").unwrap().value(), Value::Unknown(_)));
}

#[test]
fn a_volume_knows_its_source_and_its_mounts() {
    let document = read(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a, volumeMounts: [{name: v, mountPath: /v}, {name: w}]}]\n  \
         volumes: [{name: v, hostPath: null, emptyDir: {}}, {name: other}]\n",
    );
    let volumes = subjects(&document, "volume");
    assert_eq!(volumes[0].fact_text("source"), Some("emptyDir"));
    assert_eq!(volumes[1].fact_text("source"), None);
    let mounts: Vec<_> = volumes[0].fact("mounts").unwrap().children().collect();
    assert_eq!(mounts.len(), 1);
    assert_eq!(name(mounts[0].fact("container").unwrap()), "a");
}

/// The node by whose name a subject is known: the object of a pod.
fn named(node: NodeRef<'_>) -> NodeRef<'_> {
    node.fact("object").unwrap_or(node)
}

/// The names of what stands in `relation` to the subject called `from`.
fn related(documents: &[Document], subject: &str, from: &str, relation: &str) -> Option<Vec<String>> {
    let documents: Vec<&Document> = documents.iter().collect();
    let index = SetIndex::new(&documents, true, None);
    let found = documents.iter().enumerate().find_map(|(number, document)| {
        let number = u32::try_from(number).unwrap();
        subjects(document, subject)
            .into_iter()
            .find(|&node| name(named(node)) == from)
            .map(|node| NodeRef { document: number, ..node })
    })?;
    let found = index.related(found, relation)?;
    Some(found.into_iter().map(|node| name(node.fact("object").unwrap_or(node)).to_owned()).collect())
}

fn pod(name: &str, namespace: &str, labels: &str) -> Document {
    read(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: {namespace}, labels: {labels}}}\nspec: {{containers: []}}\n"
    ))
}

#[test]
fn selectors_follow_labels_expressions_and_namespaces() {
    let selectors = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: all}\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: expressions}\nspec: {podSelector: \
         {matchExpressions: [{key: app, operator: In, values: [web, api]}, {key: old, operator: DoesNotExist}, \
         {key: tier, operator: NotIn, values: [back]}]}}\n---\n\
         apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web, tier: front}}\n---\n\
         apiVersion: v1\nkind: Service\nmetadata: {name: none}\nspec: {selector: {}}\n---\n\
         apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: none-too}\nspec: {}\n";
    let documents = [
        read(&selectors.replace("name: all}\n", "name: all}\nspec: {podSelector: {}}\n")),
        pod("a", "default", "{app: web, tier: front}"),
        pod("b", "default", "{app: api, tier: back}"),
        pod("c", "other", "{app: web, tier: front}"),
        pod("d", "default", "{app: web, old: x}"),
    ];
    let selects = |from| related(&documents, "object", from, "selects").unwrap();
    assert_eq!(selects("all"), ["a", "b", "d"]);
    assert_eq!(selects("expressions"), ["a"]);
    assert_eq!(selects("web"), ["a"]);
    assert_eq!(selects("none"), [""; 0]);
    assert_eq!(selects("none-too"), [""; 0]);
    let by = |from, relation| related(&documents, "pod", from, relation).unwrap();
    assert_eq!(by("a", "network-policies"), ["all", "expressions"]);
    assert_eq!(by("a", "services"), ["web"]);
    assert_eq!(by("b", "network-policies"), ["all"]);
    assert_eq!(by("c", "network-policies"), [""; 0]);
}

#[test]
fn labels_that_are_not_known_make_the_relation_unknown() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: web}}\n";
    let documents = [read(service), pod("a", "default", "{app: '{{ app }}'}")];
    assert_eq!(related(&documents, "object", "s", "selects"), None);
    assert_eq!(related(&documents, "pod", "a", "services"), None);
    let documents = [read(service), pod("a", "default", "{other: '{{ app }}'}")];
    assert_eq!(related(&documents, "object", "s", "selects"), Some(Vec::new()));
}

#[test]
fn roles_bindings_and_scalers_find_each_other_by_name() {
    let documents = [read(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: [{verbs: [get]}]\n---\n\
         apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: n}\n\
         roleRef: {kind: ClusterRole, name: r}\n---\n\
         apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: gone, namespace: n}\n\
         roleRef: {kind: Role, name: r}\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n---\napiVersion: autoscaling/v2\n\
         kind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {kind: Deployment, name: web}}\n",
    )];
    let of = |from, relation| related(&documents, "object", from, relation).unwrap();
    assert_eq!(of("b", "role"), ["r"]);
    assert_eq!(of("b", "granted-rules"), ["r"]);
    assert_eq!(of("gone", "role"), [""; 0]);
    assert_eq!(of("h", "scales"), ["web"]);
    assert_eq!(of("web", "scaled-by"), ["h"]);
}

/// Each reference as `kind name by`, with its key, port and path where it has them.
fn references(document: &Document) -> Vec<String> {
    let told = |reference: NodeRef<'_>| {
        let facts = ["kind", "name", "by", "key", "port", "host", "path"];
        let parts = facts.into_iter().filter_map(|fact| {
            let node = reference.fact(fact)?.target();
            Some(node.tree.text(node.id).map_or_else(|| node.source().to_owned(), str::to_owned))
        });
        parts.collect::<Vec<_>>().join(" ")
    };
    subjects(document, "object-reference").into_iter().map(told).collect()
}

#[test]
fn what_pods_name_is_found_wherever_they_name_it() {
    let document = read(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  serviceAccountName: a\n  imagePullSecrets: [{name: pull}, {}]\n  \
         volumes:\n  - {name: v1, secret: {secretName: s1}}\n  - {name: v2, configMap: {name: c1, items: [{key: k1}, {key: k2}]}}\n  \
         - {name: v3, projected: {sources: [{secret: {name: s2}}, {configMap: {name: c2}}, {serviceAccountToken: {}}]}}\n  \
         - {name: v4, persistentVolumeClaim: {claimName: d}}\n  - {name: v5, csi: {nodePublishSecretRef: {name: s3}}}\n  \
         initContainers:\n  - {name: i, envFrom: [{secretRef: {name: s4}}, {configMapRef: {name: c3}}]}\n  \
         containers:\n  - name: a\n    env: &env\n    - {name: X, valueFrom: {secretKeyRef: {name: s5, key: k}}}\n    \
         - {name: Y, value: v}\n    - {name: Z, valueFrom: {configMapKeyRef: {name: '{{ hole }}', key: k}}}\n  - {name: b, env: *env}\n",
    );
    let expected = [
        "ServiceAccount a service-account",
        "Secret pull image-pull-secret",
        "Secret s1 volume",
        "ConfigMap c1 volume k1",
        "ConfigMap c1 volume k2",
        "Secret s2 volume",
        "ConfigMap c2 volume",
        "PersistentVolumeClaim d volume",
        "Secret s3 volume",
        "Secret s4 env-from",
        "ConfigMap c3 env-from",
        "Secret s5 env k",
        "ConfigMap '{{ hole }}' env k",
    ];
    assert_eq!(references(&document), expected);
}

#[test]
fn what_other_objects_name_is_found_in_old_and_new_forms() {
    let document = read(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {defaultBackend: {service: {name: d, port: {number: 80}}}, tls: \
         [{secretName: t}], rules: [{host: h, http: {paths: [{path: /a, backend: {service: {name: s, port: {name: web}}}}, \
         {path: /b, backend: {resource: {kind: X, name: y}}}]}}]}\n---\n\
         apiVersion: extensions/v1beta1\nkind: Ingress\nspec: {rules: [{http: {paths: [{backend: {serviceName: o, servicePort: 81}}]}}]}\n---\n\
         apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nspec: {rules: [{backendRefs: [{name: g, port: 82}], filters: \
         [{requestMirror: {backendRef: {name: m}}}]}]}\n---\n\
         apiVersion: networking.istio.io/v1\nkind: VirtualService\nspec: {gateways: [g], http: [{route: [{destination: {host: v, port: {number: \
         83}}}, {destination: {host: x.n.svc.cluster.local}}, {destination: {host: example.com}}]}]}\n---\n\
         apiVersion: networking.istio.io/v1\nkind: VirtualService\nspec: {tcp: [{route: [{destination: {host: inside}}]}]}\n---\n\
         apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nspec: {scaleTargetRef: {name: w}}\n---\n\
         apiVersion: apps/v1\nkind: StatefulSet\nspec: {serviceName: n}\n---\n\
         apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nsubjects: [{kind: User, name: u}, {kind: ServiceAccount, name: a}]\n",
    );
    let expected = [
        "Service d backend 80",
        "Service s backend web h /a",
        "Secret t tls",
        "Service o backend 81",
        "Service g backend 82",
        "Service m backend",
        "Service v backend 83",
        "Service x backend",
        "Deployment w scale-target",
        "Service n service-name",
        "ServiceAccount a subject",
    ];
    assert_eq!(references(&document), expected);
}

#[test]
fn references_find_objects_of_their_namespace_and_are_found_by_them() {
    let documents = [read(
        "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: other}\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {defaultBackend: {service: {name: s}}}\n---\n\
         apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: t}\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: j}\nspec: {tls: [{secretName: t}]}\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n\
         metadata: {name: h}\nspec: {scaleTargetRef: {apiVersion: other.dev/v1, kind: Deployment, name: web}}\n",
    )];
    assert_eq!(related(&documents, "object-reference", "i", "targets").unwrap(), ["s"]);
    assert_eq!(related(&documents, "object", "s", "referenced-by").unwrap(), ["i"]);
    assert_eq!(related(&documents, "object-reference", "j", "targets").unwrap(), [""; 0]);
    assert_eq!(related(&documents, "object-reference", "j", "made-by").unwrap(), ["t"]);
    assert_eq!(related(&documents, "object", "h", "scales").unwrap(), [""; 0]);
}

#[test]
fn an_object_of_a_kind_whose_name_is_not_known_may_be_any_of_that_kind() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {serviceAccountName: a, containers: []}\n---\n";
    let account = read(&format!("{pod}apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: '{{{{ name }}}}'}}\n"));
    assert_eq!(related(&[account], "object-reference", "p", "targets"), None);
    let other = read(&format!("{pod}apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: '{{{{ name }}}}'}}\n"));
    assert_eq!(related(&[other], "object-reference", "p", "targets"), Some(Vec::new()));
    let account = |more: &str| {
        format!("{pod}apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: '{{{{ name }}}}', {more}}}\n")
    };
    let elsewhere = read(&account("namespace: other"));
    assert_eq!(related(&[elsewhere], "object-reference", "p", "targets"), Some(Vec::new()));
    let somewhere = read(&account("namespace: '{{ namespace }}'"));
    assert_eq!(related(&[somewhere], "object-reference", "p", "targets"), None);
}

#[test]
fn policies_of_which_too_little_is_known_leave_services_and_budgets_certain() {
    let documents = [
        read(
            "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\nspec: {selector: all()}\n",
        ),
        read("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: a}}\n"),
        pod("a", "default", "{app: a}"),
    ];
    assert_eq!(related(&documents, "pod", "a", "services").unwrap(), ["s"]);
    assert_eq!(related(&documents, "pod", "a", "disruption-budgets").unwrap(), [""; 0]);
    assert_eq!(related(&documents, "pod", "a", "network-policies"), None);
}

#[test]
fn each_of_the_specs_of_a_cilium_policy_selects() {
    let documents = [
        read(
            "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c}\nspecs: [{endpointSelector: {matchLabels: \
             {app: a}}}, {endpointSelector: {matchLabels: {'k8s:app': b}}}]\n",
        ),
        pod("a", "default", "{app: a}"),
        pod("b", "default", "{app: b}"),
    ];
    assert_eq!(related(&documents, "object", "c", "selects").unwrap(), ["a", "b"]);
    assert_eq!(related(&documents, "pod", "b", "network-policies").unwrap(), ["c"]);
}

#[test]
fn monitors_find_services_and_peers_find_pods() {
    let documents = [
        read(
            "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: here}\nspec: {selector: {matchLabels: {a: b}}}\n---\n\
             apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: there}\nspec: {namespaceSelector: \
             {matchNames: [other]}, selector: {matchLabels: {a: b}}}\n---\n\
             apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: anywhere}\nspec: {namespaceSelector: \
             {any: true}, selector: {}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {name: s, labels: {a: b}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {name: t, namespace: other, labels: {a: b}}\n---\n\
             apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n}\nspec: {ingress: [{from: [{podSelector: \
             {matchLabels: {app: a}}}]}]}\n",
        ),
        pod("a", "default", "{app: a}"),
        pod("b", "other", "{app: a}"),
    ];
    let services = |from| related(&documents, "object", from, "selected-services").unwrap();
    assert_eq!(services("here"), ["s"]);
    assert_eq!(services("there"), ["t"]);
    assert_eq!(services("anywhere"), ["s", "t"]);
    let refs: Vec<&Document> = documents.iter().collect();
    let policy = *subjects(&documents[0], "object").last().unwrap();
    let peer = policy.fact("peers").unwrap().children().next().unwrap();
    let pods = SetIndex::new(&refs, true, None).related(peer, "pods").unwrap();
    assert_eq!(pods.into_iter().map(|pod| name(named(pod))).collect::<Vec<_>>(), ["a"]);
}

#[test]
fn a_service_account_is_bound_by_name_as_a_user_and_by_its_groups_in_its_own_namespace() {
    let binding = |name: &str, subject: &str| {
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: {name}, namespace: n}}\n\
             roleRef: {{kind: ClusterRole, name: r}}\nsubjects: [{subject}]\n"
        )
    };
    let documents = [
        read(
            &[
                binding("plain", "{kind: ServiceAccount, name: web}, {kind: ServiceAccount, name: web}"),
                binding("other-namespace", "{kind: ServiceAccount, name: web, namespace: other}"),
                binding("user", "{kind: User, name: 'system:serviceaccount:n:web'}"),
                binding("namesake", "{kind: User, name: web}, {kind: Group, name: web}"),
                binding("namespace", "{kind: Group, name: 'system:serviceaccounts:n'}"),
                binding("namespace-2", "{kind: Group, name: 'system:serviceaccounts:n2'}"),
                binding("all", "{kind: Group, name: 'system:serviceaccounts'}"),
                binding("everyone", "{kind: Group, name: 'system:authenticated'}"),
            ]
            .concat(),
        ),
        read(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: n}\n---\napiVersion: v1\nkind: Pod\n\
             metadata: {name: p, namespace: n}\nspec: {serviceAccountName: '', serviceAccount: web, containers: []}\n",
        ),
    ];
    let expected = ["plain", "user", "namespace", "all", "everyone"];
    assert_eq!(related(&documents, "pod", "p", "bindings").unwrap(), expected);
}

#[test]
fn peers_choose_namespaces_by_the_labels_of_namespace_objects_and_by_name() {
    let pods = [pod("a", "shop", "{app: a}"), pod("b", "data", "{app: b}"), pod("c", "data", "{app: a}")];
    let shop = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: x}}\n";
    let data = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: data, labels: {team: y}}\n";
    let found = |peer: &str, namespaces: &str, complete: bool| {
        let policy = format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: n, namespace: own}}\n\
             spec: {{ingress: [{{from: [{{{peer}}}]}}]}}\n{namespaces}"
        );
        let policy = read(&policy);
        let documents: Vec<&Document> = std::iter::once(&policy).chain(&pods).collect();
        let peer = subjects(&policy, "object")[0].fact("peers").unwrap().children().next().unwrap();
        let pods = SetIndex::new(&documents, complete, None).related(peer, "pods")?;
        Some(pods.into_iter().map(|pod| name(named(pod)).to_owned()).collect::<Vec<_>>())
    };
    let both = format!("{shop}{data}");
    let of = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
    let by_team = "namespaceSelector: {matchLabels: {team: y}}";
    assert_eq!(found(by_team, &both, false), of(&["b", "c"]));
    assert_eq!(found(&format!("{by_team}, podSelector: {{matchLabels: {{app: a}}}}"), &both, false), of(&["c"]));
    assert_eq!(found(by_team, data, false), None, "nobody knows the labels of the other one");
    assert_eq!(found("namespaceSelector: {matchLabels: {team: z}}", &both, true), of(&[]));
    assert_eq!(found("namespaceSelector: {matchLabels: {team: z}}", &both, false), None);
    assert_eq!(found("namespaceSelector: {}", &both, false), of(&["b", "c", "a"]));
    let by_name = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}";
    assert_eq!(found(by_name, "", false), of(&["a"]));
    assert_eq!(found(&format!("{by_name}, podSelector: {{matchLabels: {{app: b}}}}"), "", false), of(&[]));
    let other =
        "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [data]}]}";
    assert_eq!(found(other, "", false), of(&["a"]));
}

#[test]
fn an_aggregated_role_grants_what_the_roles_with_its_labels_grant() {
    let role = |name: &str, labels: &str, more: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: {name}, labels: {labels}}}\n{more}\n---\n"
        )
    };
    let selector = "aggregationRule: {clusterRoleSelectors: [{matchLabels: {part: 'true', of: whole}}]}\nrules: []";
    let whole = role("whole", "{}", selector);
    let half = role("half", "{part: true, of: whole}", "rules: [{verbs: [get]}, {verbs: [list]}]");
    let other = role("other", "{part: true, of: another}", "rules: [{verbs: [watch]}]");
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\n\
        roleRef: {kind: ClusterRole, name: whole}\n";
    let granted = |documents: &[Document]| related(documents, "object", "b", "granted-rules");
    assert_eq!(granted(&[read(binding), read(&whole), read(&half), read(&other)]).unwrap(), ["half", "half"]);
    assert_eq!(granted(&[read(binding), read(&whole), read(&other)]), None);
    // Whoever has a label that is not known may be a part too.
    let vague = role("vague", "{part: true, of: '{{ name }}'}", "rules: [{verbs: [create]}]");
    assert_eq!(granted(&[read(binding), read(&whole), read(&half), read(&vague)]), None);
    let selector = "aggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: of, operator: Exists}]}]}";
    let whole = role("whole", "{}", selector);
    assert_eq!(granted(&[read(binding), read(&whole), read(&other)]).unwrap(), ["other"]);
}

#[test]
fn of_variants_in_several_files_that_of_the_same_file_comes_first() {
    let binding = |name: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: {name}}}\n\
             roleRef: {{kind: ClusterRole, name: r}}\nsubjects: [{{kind: ServiceAccount, name: default}}]\n---\n"
        )
    };
    let pod = |name: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: []}}\n");
    let documents = [read(&(binding("a") + &pod("p"))), read(&(binding("b") + &pod("q")))];
    assert_eq!(related(&documents, "pod", "p", "bindings").unwrap(), ["a", "b"]);
    assert_eq!(related(&documents, "pod", "q", "bindings").unwrap(), ["b", "a"]);
}

#[test]
fn a_subject_that_is_not_known_may_be_any_account_that_is_bound_nowhere_else() {
    let source = |subjects: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: b}}\n\
             roleRef: {{kind: ClusterRole, name: r}}\nsubjects: [{subjects}]\n"
        )
    };
    let vague = "{kind: ServiceAccount, namespace: default, name: '{{ name }}'}";
    let sure = format!("{vague}, {{kind: ServiceAccount, namespace: default, name: default}}");
    let documents = [read(&source(vague)), pod("p", "default", "{}")];
    assert_eq!(related(&documents, "pod", "p", "bindings"), None);
    let documents = [read(&source(&sure)), pod("p", "default", "{}")];
    assert_eq!(related(&documents, "pod", "p", "bindings").unwrap(), ["b"]);
}

#[test]
fn an_alias_can_put_a_pod_at_many_places_without_more_work() {
    let mut source = String::from(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: &spec {containers: [&c {name: a}, *c, *c]}\n",
    );
    for _ in 0..50 {
        source.push_str("---\napiVersion: v1\nkind: Pod\nspec: {containers: [{name: b}]}\n");
    }
    let document = read(&source);
    assert_eq!(subjects(&document, "container").len(), 51);
}

/// Every node of the subjects, with all that hangs on it.
fn spans_lie_in_the_text(document: &Document) {
    fn walk(tree: &Tree, node: NodeId, depth: usize) {
        let (span, key) = (tree.span(node), tree.key_span(node));
        let len = u32::try_from(tree.source().len()).unwrap();
        for span in [span, key] {
            assert!(span.end <= len && tree.source().is_char_boundary(span.start as usize));
            assert!(tree.source().is_char_boundary(span.end as usize));
        }
        if depth < 4 && !tree.is_link(node) {
            for fact in ["image", "process", "effective", "flags", "tag", "name", "program", "key", "source"] {
                if let Some(fact) = tree.fact(node, fact) {
                    walk(tree, fact, depth + 1);
                }
            }
            tree.children(node).for_each(|child| walk(tree, child, depth + 1));
        }
    }
    for (_, nodes) in &document.subjects {
        nodes.iter().for_each(|&node| walk(&document.tree, node, 0));
    }
}

fn fragment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "apiVersion: v1\n",
        "apiVersion: apps/v1\n",
        "apiVersion: x.y/v1\n",
        "kind: Pod\n",
        "kind: Deployment\n",
        "kind: List\n",
        "spec:\n",
        "  ",
        "template: ",
        "containers:\n",
        "- ",
        "name: a\n",
        "image: ",
        "'a:1'\n",
        "\"\\u00e9:2\"\n",
        ">-\n",
        "command: [",
        "--x=1, ",
        "]\n",
        "{{ x }}",
        "items:\n",
        "&a ",
        "*a\n",
        "<<: *a\n",
        "---\n",
        "metadata: {labels: {a: b}}\n",
        "é😀",
        "volumes: [{name: v, hostPath: {path: /}}]\n",
        "volumes: [{name: v, projected: {sources: [{secret: {name: a, items: [{key: k}]}}]}}]\n",
        "- {name: a, envFrom: [{configMapRef: {name: a}}]}\n",
        "kind: Ingress\n",
        "kind: NetworkPolicy\n",
        "apiVersion: networking.k8s.io/v1\n",
        "rules: [{host: a, http: {paths: [{backend: {service: {name: a, port: {number: 1}}}}]}}]\n",
        "podSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]}\n",
        "ingress: [{from: [{podSelector: {}}]}]\n",
        "selector: {matchLabels: {a: b}}\n",
        "securityContext: {runAsUser: 0}\n",
        "|\n",
        "\t",
        ": ",
        "null\n",
    ])
}

/// Every relation, to be asked of every subject, whether it has it or not.
const RELATIONS: [&str; 21] = [
    "selects",
    "selected-workloads",
    "services",
    "disruption-budgets",
    "network-policies",
    "own-pods",
    "rivals",
    "selected-services",
    "pods",
    "namespace-objects",
    "admission-policies",
    "targets",
    "referenced-by",
    "made-by",
    "same-route",
    "role",
    "granted-rules",
    "bindings",
    "service-account",
    "scales",
    "scaled-by",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_lowered_and_every_span_lies_in_it(source in "\\PC{0,200}", json in any::<bool>()) {
        spans_lie_in_the_text(&read_as(&source, json));
    }

    #[test]
    fn near_manifests_are_lowered_and_every_span_lies_in_them(parts in prop::collection::vec(fragment(), 0..60)) {
        let document = read(&parts.concat());
        spans_lie_in_the_text(&document);
        let documents = [&document];
        let index = SetIndex::new(&documents, false, None);
        for (_, nodes) in &document.subjects {
            for &id in nodes {
                let node = NodeRef { tree: &document.tree, id, document: 0 };
                for relation in RELATIONS {
                    index.related(node, relation);
                }
            }
        }
    }
}

#[test]
fn steps_of_workflows_and_tasks_are_pods_of_which_not_all_is_known() {
    let workflow = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: w-}\nspec:\n  templates:\n  - name: a\n    \
                    container: {image: 'a:1', securityContext: {privileged: true}}\n    sidecars: [{name: b, image: b}]\n  \
                    - name: c\n    steps: [[{name: d, template: a}]]\n  - name: e\n    containerSet: {containers: [{name: f, image: f}]}\n";
    let task = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec:\n  steps: [{image: s, script: x}]\n  \
                sidecars: [{image: d, securityContext: {privileged: true}}]\n";
    for (text, paths, images) in [
        (workflow, &["spec.templates.[*]", "spec.templates.[*].containerSet"][..], &["a:1", "b", "f"][..]),
        (task, &["spec"], &["s", "d"]),
    ] {
        let document = read(text);
        let tree = &document.tree;
        let texts = |subject: &str, path: &[&str]| -> Vec<String> {
            let nodes = document.subjects.iter().find(|(name, _)| *name == subject).map(|(_, nodes)| nodes).unwrap();
            let at =
                |&id: &NodeId| path.iter().try_fold(id, |id, key| tree.fact(id, key).or_else(|| tree.get(id, key)));
            nodes.iter().filter_map(|id| tree.text(at(id)?).map(str::to_owned)).collect()
        };
        assert_eq!(texts("pod", &["path"]), paths);
        assert_eq!(texts("container", &["image", "text"]), images);
        for (name, nodes) in &document.subjects {
            let open = nodes.iter().all(|&id| matches!(tree.value(id), Value::Unknown(_)));
            assert!(open || !matches!(*name, "pod" | "container"), "{name}");
        }
    }
}

#[test]
fn variables_of_a_later_step_are_holes() {
    let document = read(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: '${NAME}', annotations: {a: '${A}'}}\nspec:\n  replicas: '${N:=3}'\n  \
         template:\n    spec:\n      restartPolicy: ${POLICY}\n      containers:\n      - {name: a, image: 'r/a:${TAG}', args: ['${B}'], \
         env: [{name: C, value: '${C}'}], workingDir: 'a ${D}', terminationMessagePath: '$(E)'}\n",
    );
    let tree = &document.tree;
    let mut holes: Vec<&str> = Vec::new();
    let mut open = tree.roots().to_vec();
    while let Some(node) = open.pop() {
        if let Value::Unknown(text) = tree.value(node) {
            holes.push(text);
        }
        open.extend(tree.children(node));
    }
    holes.sort_unstable();
    assert_eq!(holes, ["${N:=3}", "${NAME}", "${POLICY}"]);
}

#[test]
fn a_name_in_braces_or_angles_is_filled_in_later() {
    let unknown = |field: &str| {
        let document =
            read(&format!("apiVersion: v1\nkind: Thing\nspec:\n  field: {field}\n  env:\n  - value: 'a{{b}}'\n"));
        let object = subjects(&document, "object")[0];
        let field = at(object, &["spec", "field"]).unwrap();
        let env = at(object, &["spec", "env"]).unwrap().children().next().unwrap().get("value").unwrap();
        assert_eq!(env.tree.text(env.id), Some("a{b}"));
        field.tree.is_unknown(field.id) && field.children().all(|part| part.tree.is_unknown(part.id))
    };
    for hole in ["{name}", "{the-port}", "'x-{name}'", "<name>", "eu.<my_domain>.example"] {
        assert!(unknown(hole), "{hole}");
    }
    for known in ["'a{3}'", "'{a b}'", "'<a> <b>'", "'{}'", "a<b", "'x{y: z}'"] {
        assert!(!unknown(known), "{known}");
    }
    let document = read("apiVersion: v1\nkind: Thing\nspec: {a: {b: c}, d: { e }}\n");
    let object = subjects(&document, "object")[0];
    assert!(["a", "d"].iter().all(|key| at(object, &["spec", key]).is_some_and(|node| !node.tree.is_unknown(node.id))));
}

#[test]
fn what_a_broken_document_lacks_is_not_known() {
    let document = read(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - {name: a, image: x}\n  - name: b\n    %if\n---\n\
         apiVersion: v1\nkind: Pod\nspec: {containers: [{name: c}]}\n",
    );
    let lacks = |node: NodeRef<'_>| !node.tree.is_unknown(node.id);
    let containers: Vec<(&str, bool)> =
        subjects(&document, "container").into_iter().map(|container| (name(container), lacks(container))).collect();
    assert_eq!(containers, [("a", true), ("b", false), ("c", true)]);
    assert_eq!(subjects(&document, "pod").into_iter().map(lacks).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn an_account_whose_name_is_not_known_is_not_the_default_one() {
    let pod = |account: &str| read(&format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{{account}}}\n"));
    let vague = || read("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: '${NAME}'}\n");
    let accounts = |documents: &[Document]| related(documents, "pod", "p", "service-account");
    assert_eq!(accounts(&[pod("containers: []"), vague()]).unwrap(), [""; 0]);
    assert_eq!(accounts(&[pod("serviceAccountName: own"), vague()]), None);
}
