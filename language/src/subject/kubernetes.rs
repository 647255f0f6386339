//! What rules see of Kubernetes manifests: the documents' own keys, and these facts beside them.

use super::{Kind, Member, Type, doc, member};

/// The types of Kubernetes manifests.
pub(super) static TYPES: &[Type] = &[
    Type { name: "document", doc: doc("One YAML document."), open: true, members: DOCUMENT },
    Type {
        name: "object",
        doc: doc("One API object; the items of a List are objects of their own."),
        open: true,
        members: OBJECT,
    },
    Type {
        name: "pod",
        doc: doc("A pod spec, in whichever kind it stands: the mapping that holds `containers`."),
        open: true,
        members: POD,
    },
    Type { name: "container", doc: doc("A container of a pod."), open: true, members: CONTAINER },
    Type { name: "volume", doc: doc("An entry of a pod's `volumes`."), open: true, members: VOLUME },
    Type { name: "rbac-rule", doc: doc("A rule of a Role or ClusterRole."), open: true, members: RBAC_RULE },
    Type {
        name: "process",
        doc: doc(
            "What a container starts: `command` and `args` read as one command line. Go's flags are read: `--f=v`, \
              `-f=v`, `--f v`, and a bare `--f` before another flag means true; the last of several counts. A cluster \
              program whose settings stand in an object (kubeadm's extra arguments, KubeletConfiguration, \
              KubeSchedulerConfiguration, KubeProxyConfiguration) is a process too: fields are named as the flags \
              they stand in for, and defaults of kubeadm and of the files count where nothing is said.",
        ),
        open: false,
        members: PROCESS,
    },
    Type {
        name: "mount-point",
        doc: doc("An entry of a container's `volumeMounts`."),
        open: true,
        members: MOUNT_POINT,
    },
    Type {
        name: "object-reference",
        doc: doc(
            "The naming of an object by another: by a pod (volumes, `env`, `envFrom`, image pull secrets, service \
              account), an Ingress, route or virtual service (backends, TLS secrets), an autoscaler, a binding (service \
              accounts), a StatefulSet.",
        ),
        open: false,
        members: REFERENCE,
    },
    Type { name: "peer", doc: doc("An entry of `from` or `to` of a NetworkPolicy."), open: true, members: PEER },
    Type { name: "duplicate", doc: doc("A key that a mapping has twice."), open: false, members: DUPLICATE },
];

const DOCUMENT: &[Member] =
    &[member("duplicates", Kind::Many("duplicate"), "The keys that stand twice in one mapping of the document.")];

const DUPLICATE: &[Member] = &[
    member("key", Kind::Text, "The key, at its second place."),
    member("first", Kind::Text, "The key, at its first place."),
];

const OBJECT: &[Member] = &[
    member("namespace", Kind::Text, "Its namespace; the configured default when the manifest names none."),
    member("group", Kind::Text, "The API group, empty for the core one."),
    member("version", Kind::Text, "The API version without group."),
    member("pod", Kind::One("pod"), "The pod spec in it, when it has one."),
    member(
        "pod-template",
        Kind::Open,
        "The mapping that holds the pod spec and its metadata: the template, or the Pod itself.",
    ),
    member(
        "template-kind",
        Kind::Text,
        "`built-in` when the pod was found at a place the API defines, `shape` when by its look.",
    ),
    member(
        "selects",
        Kind::Related("pod"),
        "For Service, NetworkPolicy, PodDisruptionBudget and the like: the pods of the set it selects.",
    ),
    member("selected-workloads", Kind::Related("object"), "The objects that own the pods it selects."),
    member("own-pods", Kind::Related("pod"), "For a workload: its pod, when its own selector fits it."),
    member("rivals", Kind::Related("object"), "For a workload: the other objects whose pods its own selector fits."),
    member("selected-services", Kind::Related("object"), "For a ServiceMonitor: the Services that it selects."),
    member("peers", Kind::Many("peer"), "For a NetworkPolicy: every entry of `from` and `to`."),
    member("scaled-by", Kind::Related("object"), "The HorizontalPodAutoscalers and ScaledObjects that target it."),
    member("scales", Kind::Related("object"), "For a HorizontalPodAutoscaler or ScaledObject: its target."),
    member("references", Kind::Many("object-reference"), "What it names, but for what its pods do."),
    member("referenced-by", Kind::Related("object-reference"), "Where others name it."),
    member("namespace-objects", Kind::Related("object"), "For a Namespace: the objects in it."),
    member(
        "admission-policies",
        Kind::Related("object"),
        "What looks at every object on its way into the cluster: webhook configurations, validating admission policies, \
            and what Kyverno, Gatekeeper and Kubewarden go by.",
    ),
    member(
        "granted-rules",
        Kind::Related("rbac-rule"),
        "For RoleBinding and ClusterRoleBinding: each rule of the role that it binds, which may be one that every \
            cluster has, such as `edit`.",
    ),
    member("role", Kind::Related("object"), "For RoleBinding and ClusterRoleBinding: the role it names."),
    member("set-complete", Kind::Bool, "Whether the caller said that the input set is complete."),
];

const POD: &[Member] = &[
    member("pod", Kind::One("pod"), "Itself, so that one rule can speak of pods and of containers."),
    member("object", Kind::One("object"), "The object it stands in."),
    member("containers", Kind::Many("container"), "Its containers: init, main, ephemeral, in that order."),
    member("labels", Kind::Open, "The labels of the pod template."),
    member("annotations", Kind::Open, "The annotations of the pod template."),
    member("metadata", Kind::Open, "The metadata of the pod template."),
    member("path", Kind::Text, "Where in the object it stands, such as `spec.template.spec`."),
    member("volumes", Kind::Many("volume"), "Its volumes."),
    member("services", Kind::Related("object"), "The Services that select it."),
    member("disruption-budgets", Kind::Related("object"), "The PodDisruptionBudgets that select it."),
    member(
        "bindings",
        Kind::Related("object"),
        "The bindings that give its service account rights, also by the groups of all service accounts.",
    ),
    member(
        "network-policies",
        Kind::Related("object"),
        "The network policies that select it, those of Cilium, Calico and the cluster among them.",
    ),
    member(
        "policies-for-all-pods",
        Kind::Related("object"),
        "The NetworkPolicies of the set that select all pods of their own namespaces, whichever those are.",
    ),
    member("references", Kind::Many("object-reference"), "What it and its containers name."),
    member("service-account", Kind::Related("object"), "The ServiceAccount it runs as, when the set has it."),
];

const CONTAINER: &[Member] = &[
    member("pod", Kind::One("pod"), "The pod it stands in."),
    member("object", Kind::One("object"), "The object it stands in."),
    member("type", Kind::Text, "`app`, `init`, `sidecar` (an init container that restarts always) or `ephemeral`."),
    member(
        "effective",
        Kind::Open,
        "The security context in force: the container's own value, else the pod's, for \
            runAsUser, runAsGroup, runAsNonRoot, seccompProfile, seLinuxOptions, appArmorProfile and windowsOptions.",
    ),
    member("image", Kind::One("image"), "Its image reference in parts."),
    member("process", Kind::One("process"), "What it starts, when the manifest says so."),
    member("environment", Kind::Open, "Its `env` list."),
];

const VOLUME: &[Member] = &[
    member("pod", Kind::One("pod"), "The pod it stands in."),
    member("object", Kind::One("object"), "The object it stands in."),
    member("source", Kind::Text, "The key that says what it is, such as `hostPath`; absent when it has none."),
    member("mounts", Kind::Many("mount-point"), "Where the pod's containers mount it."),
];

const MOUNT_POINT: &[Member] = &[member("container", Kind::One("container"), "The container that mounts it.")];

const RBAC_RULE: &[Member] = &[member("object", Kind::One("object"), "The Role or ClusterRole it stands in.")];

const REFERENCE: &[Member] = &[
    member("kind", Kind::Text, "The kind of what is named."),
    member("group", Kind::Text, "Its API group, when the reference says it."),
    member("name", Kind::Text, "Its name."),
    member("namespace", Kind::Text, "Its namespace, when the reference says it; else it is that of the object."),
    member("key", Kind::Text, "The key of the ConfigMap or Secret, when one is named."),
    member("optional", Kind::Bool, "Whether it may be missing, when the reference says so."),
    member("port", Kind::Any, "The Service's port, by number or name."),
    member("host", Kind::Text, "For the rule of an Ingress: its host."),
    member("path", Kind::Text, "For the rule of an Ingress: its path."),
    member("path-type", Kind::Text, "For the rule of an Ingress: how the path is compared."),
    member(
        "by",
        Kind::Text,
        "How it is named: `service-account`, `image-pull-secret`, `volume`, `env`, `env-from`, `backend`, `tls`, \
            `scale-target`, `resize-target`, `service-name`, `subject`.",
    ),
    member("object", Kind::One("object"), "The object that names it."),
    member("pod", Kind::One("pod"), "The pod that names it."),
    member("container", Kind::One("container"), "The container that names it."),
    member("targets", Kind::Related("object"), "The objects of the set that it names."),
    member(
        "made-by",
        Kind::Related("object"),
        "The objects from which a controller makes what it names, such as a SealedSecret.",
    ),
    member(
        "same-route",
        Kind::Related("object-reference"),
        "For the rule of an Ingress: the others with its host and path.",
    ),
];

const PEER: &[Member] = &[
    member("object", Kind::One("object"), "The NetworkPolicy."),
    member(
        "pods",
        Kind::Related("pod"),
        "The pods it means. The labels of a namespace are known when the set has its Namespace; its name always is.",
    ),
];

const PROCESS: &[Member] = &[
    member(
        "program",
        Kind::Text,
        "The base name of the program, behind `tini`, `env`, `exec` and other wrappers the one they start; absent when \
         the image decides it.",
    ),
    member(
        "commands",
        Kind::Many("process"),
        "For a shell that is given a script with `-c`: the commands in it, each a process too.",
    ),
    member("piped-from", Kind::One("process"), "The command before it in its pipeline."),
    member("flags", Kind::TextMap, "Its flags by name; the last of several counts."),
    member(
        "lists",
        Kind::TextsByName,
        "What each flag has between its commas, as a list by name; several flags of one name are one list.",
    ),
    member("arguments", Kind::Texts, "Every word after the program."),
    member(
        "container",
        Kind::One("container"),
        "The container; absent where the settings stand in an object of their own.",
    ),
    member("object", Kind::One("object"), "The object it stands in."),
];
