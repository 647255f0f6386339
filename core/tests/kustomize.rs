//! Patches of kustomize are parts of objects: what they say is judged, what they lack is not.
#![cfg(test)]

use hullmark::{Engine, InputFile};

const PATCH: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: speaker}
spec:
  template:
    spec:
      containers:
      - name: speaker
        securityContext: {privileged: true}
        envFrom: [{configMapRef: {name: there}}]
";

fn found(files: &[(&str, &str)], unknown: bool) -> Vec<String> {
    let engine = Engine::builder().preset("recommended").set_complete(true).report_unknown(unknown).build().unwrap();
    let input = |&(path, text): &(&str, &str)| InputFile {
        path: path.to_owned(),
        content: text.as_bytes().to_vec(),
        kind: None,
        context: None,
    };
    let report = engine.check_many(files.iter().map(input).collect());
    assert_eq!(report.problems, []);
    report.findings.iter().map(|one| format!("{} {}", one.path, one.rule)).collect()
}

#[test]
fn what_a_patch_lacks_is_not_missing() {
    for named in [
        "patches: [{path: ../patches/./p.yaml}]\n",
        "patches: [{patch: \"- op: remove\\n  path: /a\\n\"}, {path: ../patches/p.yaml, target: {kind: DaemonSet}}]\n",
        "patchesJson6902: [{path: ../patches/p.yaml}]\n",
        "patchesStrategicMerge:\n- ../patches/p.yaml\n- |\n  kind: x\n",
    ] {
        let files = [("a/base/kustomization.yaml", named), ("a/patches/p.yaml", PATCH)];
        assert_eq!(found(&files, false), ["a/patches/p.yaml privileged-container"], "{named}");
        assert!(found(&files, true).len() > 10, "what is not known can be asked for");
    }
}

#[test]
fn other_files_are_whole() {
    for named in
        ["resources: [../patches/p.yaml]\n", "patches: [{path: p.yaml}]\n", "patches: ../patches/p.yaml\n", "- a\n"]
    {
        let all = found(&[("a/base/kustomization.yaml", named), ("a/patches/p.yaml", PATCH)], false);
        assert!(all.contains(&"a/patches/p.yaml missing-liveness-probe".to_owned()), "{named}: {all:?}");
    }
}

#[test]
fn a_kustomization_need_not_say_what_it_is() {
    const TEXT: &str = "resources: [github.com/team/app]\nconfigMapGenerator: [{name: there, literals: [a=b]}]\n";
    const USER: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: default}\nspec: {containers: [{name: a, \
                        envFrom: [{configMapRef: {name: there}}, {configMapRef: {name: gone}}]}]}\n";
    for name in ["kustomization.yaml", "a/kustomization.yml", "Kustomization"] {
        let all = found(&[(name, TEXT), ("p.yaml", USER)], false);
        assert!(all.contains(&format!("{name} unpinned-remote-base")), "{all:?}");
        assert_eq!(
            all.iter().filter(|one| *one == "p.yaml missing-config-map").count(),
            1,
            "one is made from the list"
        );
    }
    assert_eq!(found(&[("values.yaml", TEXT)], false), [""; 0], "another file is none");
    assert_eq!(found(&[("kustomization.yaml", "namePrefix: a-\n")], false), [""; 0]);
}
