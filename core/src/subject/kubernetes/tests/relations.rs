//! What the objects of a set have to do with each other.

use super::*;

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
fn an_account_whose_name_is_not_known_is_not_the_default_one() {
    let pod = |account: &str| read(&format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{{account}}}\n"));
    let vague = || read("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: '${NAME}'}\n");
    let accounts = |documents: &[Document]| related(documents, "pod", "p", "service-account");
    assert_eq!(accounts(&[pod("containers: []"), vague()]).unwrap(), [""; 0]);
    assert_eq!(accounts(&[pod("serviceAccountName: own"), vague()]), None);
}
