//! Processes: programs, flags and settings.

use super::*;

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
