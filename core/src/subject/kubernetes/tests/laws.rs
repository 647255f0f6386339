//! What holds for any text.

use super::*;

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
const RELATIONS: [&str; 22] = [
    "selects",
    "selected-workloads",
    "services",
    "disruption-budgets",
    "network-policies",
    "policies-for-all-pods",
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
