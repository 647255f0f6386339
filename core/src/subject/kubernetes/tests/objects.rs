//! Objects, pods, containers, images and volumes, and what of them is not known.

use super::*;

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
