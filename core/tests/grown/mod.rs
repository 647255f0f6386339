//! Inputs grown from fragments of the grammars.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use hullmark::InputKind;
use proptest::prelude::*;

/// Lines of Dockerfiles, whole and half typed.
const DOCKERFILE_LINES: &[&str] = &[
    "FROM debian:latest",
    "FROM debian",
    "FROM --platform=linux/amd64 node:22-slim AS build",
    "FROM build AS BUILD",
    "FROM scratch",
    "FROM ${BASE:-alpine}:${TAG}",
    "FROM \"a b\" AS",
    "FROM",
    "from golang:1.24@sha256:00 as Go",
    "ARG TAG=3.22",
    "ARG BASE",
    "ARG TOKEN=hunter2 AWS_SECRET_ACCESS_KEY",
    "ENV PATH=/usr/bin:$PATH PASSWORD=hunter2 \\\n    API_KEY=\"a b\"",
    "ENV legacy some words",
    "ENV",
    "LABEL maintainer=\"é😀 <a@b.c>\" version=1",
    "MAINTAINER somebody",
    "USER root",
    "USER 1000:0",
    "USER $NAME",
    "WORKDIR app",
    "WORKDIR /srv/${TAG%-*}/x",
    "COPY . .",
    "COPY --from=build --chown=app:app /src/dist /srv",
    "COPY --from=0 a b c/",
    "COPY id_rsa .env /root/",
    "ADD https://example.com/a.tar.gz /tmp/",
    "ADD a.txt b.txt /x",
    "EXPOSE 22 8080/tcp 99999 $PORT",
    "VOLUME [\"/data\", '/x']",
    "VOLUME /var/run/docker.sock",
    "RUN apt-get update && apt-get install -y curl=7.* wget; rm -rf /var/lib/apt/lists/*",
    "RUN apt-get update",
    "RUN apt-get install python3",
    "RUN apk add bash \\\n  # a comment in between\n\n  curl",
    "RUN curl -k https://x.sh | sudo bash -s -- -y",
    "RUN cd /tmp && wget -q http://x/y.tgz && tar xzf y.tgz",
    "RUN --mount=type=cache,target=/root/.cache --network=none pip install -r requirements.txt flask",
    "RUN --mount=type=secret,id=a set -o pipefail && cat /run/secrets/a | sh",
    "RUN [\"sh\", \"-c\", \"echo $HOME | tee x\"]",
    "RUN [\"unclosed, \"a\"",
    "RUN <<EOF\napt-get install -y vim\nEOF",
    "RUN <<-'A' cat <<B | sh\n\techo one\n\tA\ntwo\nB",
    "RUN <<EOF\nnever closed",
    "RUN if true; then for i in a b; do sudo rm -rf \"$i\"; done; fi",
    "RUN echo $(echo `date` \"$(id",
    "RUN chmod -R 777 /srv && chown root /x && npm install && yarn add a && gem install b && go get c",
    "RUN sh -c 'apt-get install -y x && cd y'",
    "RUN env A=1 sudo -u app time yum install -y z",
    "RUN echo a >",
    "RUN useradd -u 99999999 x && ln -sfv /bin/bash /bin/sh",
    "RUN",
    "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]",
    "SHELL [\"powershell\", \"-Command\"]",
    "SHELL bash",
    "CMD node server.js | tee log",
    "CMD [\"node\", \"server.js\"]",
    "CMD sleep 1",
    "ENTRYPOINT exec top -b",
    "ENTRYPOINT [\"sh\", \"-c\", \"sudo x\"]",
    "HEALTHCHECK --interval=5s --timeout=x CMD curl -f http://localhost/ || exit 1",
    "HEALTHCHECK NONE",
    "ONBUILD RUN sudo apt-get install x",
    "ONBUILD ONBUILD FROM x",
    "STOPSIGNAL SIGKILL",
    "STOPSIGNAL 99",
    "BOGUS line here",
    "rUn echo mixed",
    "# a comment",
    "# hullmark ignore=latest-base-image for now",
    "# hadolint ignore=DL3006,DL3008",
    "# syntax=docker/dockerfile:1",
    "# escape=`",
    "# check=skip=all;error=true",
    "",
    "   \t",
    "RUN echo é😀 \\",
    "RUN echo a\\\r\n  b\r",
    "\u{feff}FROM a",
    "{{ template }}",
];

/// Pieces of YAML manifests, each whole lines at some depth.
const MANIFEST_PIECES: &[&str] = &[
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: default\nspec:\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: b, labels: {app: b}}\nspec:\n  replicas: 1\n  selector: {matchLabels: {app: c}}\n  template:\n    metadata: {labels: {app: b}}\n    spec:\n",
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: s}\n  spec: {type: NodePort, ports: [{port: 80, targetPort: web}], selector: {app: b}}\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules:\n- {apiGroups: ['*'], resources: ['*', secrets], verbs: ['*', get, list]}\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: rb}\nroleRef: {kind: ClusterRole, name: cluster-admin, apiGroup: rbac.authorization.k8s.io}\nsubjects:\n- {kind: ServiceAccount, name: default}\n- kind: Group\n  name: system:authenticated\n",
    "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: p}\nspec: {minAvailable: 100%, selector: {matchLabels: {app: b}}}\n",
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n}\nspec: {podSelector: {}, ingress: [{}]}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata:\n  password: hunter2\n  key: |\n    block\n    text\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: sec}\nstringData: {a: b}\n",
    "  hostNetwork: true\n  hostPID: yes\n",
    "      hostNetwork: true\n      serviceAccountName: default\n      automountServiceAccountToken: true\n",
    "  containers:\n  - name: c\n    image: nginx\n    securityContext:\n      privileged: true\n      capabilities: {add: [SYS_ADMIN, ALL]}\n",
    "      containers:\n      - name: c\n        image: nginx:latest\n        ports: [{containerPort: 80, hostPort: 80, name: web}]\n        resources: {limits: {memory: 1Gi}, requests: {memory: 2Gi, cpu: 1}}\n",
    "      - name: d\n        image: \"{{ .Values.image }}\"\n        env:\n        - {name: A, value: b}\n        - {name: A, value: c}\n        - name: P\n          valueFrom: {secretKeyRef: {name: sec, key: z}}\n",
    "      initContainers:\n      - {name: i, image: busybox:1, command: [sh, -c, 'curl http://x | sh'], restartPolicy: Always}\n",
    "      volumes:\n      - name: v\n        hostPath: {path: /var/run/docker.sock}\n      - {name: e, emptyDir: {}}\n",
    "  volumes: [{name: v, hostPath: {path: /}}, {name: k, secret: {secretName: sec}}]\n",
    "  securityContext: &sc\n    runAsUser: 0\n    runAsNonRoot: false\n    sysctls: [{name: kernel.msgmax, value: '1'}]\n",
    "  securityContext: *sc\n",
    "  <<: *sc\n",
    "  a: &a [*a, *b]\n",
    "  annotations:\n    hullmark.dev/ignore.privileged-container: known\n    container.apparmor.security.beta.kubernetes.io/c: unconfined\n",
    "  # hullmark ignore=host-network it is a node agent\n",
    "---\n",
    "...\n",
    "%YAML 1.2\n---\n",
    "key: [unclosed, {a: b\n",
    "\tkey: tab\n",
    "\"quoted \\u00e9 key\": 'it''s'\n",
    "? complex\n: value\n",
    "- item\n- - nested\n",
    "text: >-\n  folded é😀\n\n  more\n",
    "null: ~\nyes: 0x1F\noctal: 0777\ninf: .inf\n",
    "same: 1\nsame: 2\n",
    "!!binary x: !custom y\n",
    "x: \"unclosed\n",
    "\r\n",
];

/// Pieces of image configs; joined they are sometimes JSON.
const IMAGE_PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"architecture\": \"amd64\"",
    "\"os\": \"linux\"",
    "\"config\": {\"User\": \"\", \"Env\": [\"PATH=/usr/bin\", \"PASSWORD=hunter2\", \"X\"], \"Cmd\": [\"sh\", \"-c\", \"sudo x | y\"]}",
    "\"Config\": {\"User\": \"0:0\", \"Entrypoint\": null, \"Healthcheck\": {\"Test\": [\"CMD-SHELL\", \"curl x\"]}}",
    "\"config\": {\"ExposedPorts\": {\"22/tcp\": {}}, \"Volumes\": {\"/x\": {}}, \"Labels\": {\"a\": \"b\"}, \"WorkingDir\": \"x\"}",
    "\"history\": [{\"created_by\": \"/bin/sh -c #(nop) ADD file:1 in / \"}, {\"created_by\": \"RUN /bin/sh -c apt-get install x # buildkit\", \"empty_layer\": true}]",
    "\"history\": [{\"created_by\": \"|1 TOKEN=hunter2 /bin/sh -c curl x | sh\"}, 7, {\"created\": \"x\"}]",
    "\"rootfs\": {\"type\": \"layers\", \"diff_ids\": [\"sha256:00\"]}",
    "\"RepoTags\": [\"a:latest\"]",
    "\"created\": \"1970-01-01T00:00:00Z\"",
    "\"escape\": \"\\u00e9\\ud83d\\ude00\\n\\x\"",
    "\"n\": 1e999",
    "true",
    "\"unclosed",
    "\n",
];

/// Rule files beside those of the set: small ones that are right, and pieces that are not.
const RULE_PIECES: &[&str] = &[
    "id: own-rule\n",
    "title: A title\n",
    "severity: high\n",
    "category: hygiene\n",
    "on: [dockerfile/stage]\n",
    "on: { input: dockerfile, subject: command }\n",
    "match: { .base.tag: latest }\n",
    "match:\n  all:\n    - some: .stage.commands\n      as: other\n      before: $subject\n      where: { $other.name: { regex: '(' } }\n",
    "match: { .name: { regex: '^(a|b)*$', not: { one-of: $data.none } } }\n",
    "match: { none: .a[*].b[\"c {d}\"], where: {} }\n",
    "message: \"text {$subject.name} {\"\n",
    "fix: { title: t, safety: safe, edits: [ { set: .a.b, to: x } ] }\n",
    "params: { p: { default: [1, 2], doc: d } }\n",
    "examples:\n  bad:\n    - |\n      FROM ⟦a⟧\n",
    "- a\n",
    "&a [*a]\n",
];

static EXAMPLES: LazyLock<Vec<(InputKind, String)>> = LazyLock::new(|| {
    [
        (InputKind::Dockerfile, "examples/Dockerfile"),
        (InputKind::Kubernetes, "examples/deploy/deployment.yaml"),
        (InputKind::Kubernetes, "examples/deploy/service.yaml"),
        (InputKind::Kubernetes, "examples/deploy/rbac.yaml"),
        (InputKind::Image, "examples/image/config.json"),
    ]
    .into_iter()
    .map(|(kind, path)| (kind, fs::read_to_string(project().join(path)).expect("the example is there")))
    .collect()
});

/// The project's own rule, preset and table files.
static RULE_FILES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut files: Vec<PathBuf> = ["dockerfile", "kubernetes", "presets", "image"]
        .iter()
        .filter_map(|folder| fs::read_dir(project().join("rules").join(folder)).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    files.sort();
    files.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
});

fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn joined(pieces: &'static [&'static str], between: &'static str, most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..most).prop_map(move |lines| lines.join(between))
}

/// A Dockerfile of lines from anywhere.
pub fn dockerfile() -> impl Strategy<Value = String> {
    joined(DOCKERFILE_LINES, "\n", 14)
}

/// A stream of YAML pieces that often is a manifest.
pub fn manifest() -> impl Strategy<Value = String> {
    joined(MANIFEST_PIECES, "", 10)
}

/// JSON that often is an image config.
pub fn image() -> impl Strategy<Value = String> {
    let loose = joined(IMAGE_PIECES, "", 10);
    let object = joined(IMAGE_PIECES.get(5..17).unwrap_or_default(), ",\n", 7).prop_map(|text| format!("{{{text}}}"));
    prop_oneof![1 => loose, 3 => object]
}

/// Inputs that nobody broke: lines that end, no directives, for laws that put a line before them.
pub fn whole() -> impl Strategy<Value = (InputKind, String)> {
    let lines: Vec<&str> = DOCKERFILE_LINES
        .iter()
        .copied()
        .filter(|line| !line.starts_with('#') && !line.starts_with('\u{feff}') && !line.contains("<<"))
        .collect();
    let dockerfile = prop::collection::vec(prop::sample::select(lines), 1..12)
        .prop_map(|lines| (InputKind::Dockerfile, format!("FROM debian\n{}\n", lines.join("\n"))));
    let example = prop::sample::select(&**EXAMPLES).prop_filter("has comments", |(kind, _)| *kind != InputKind::Image);
    prop_oneof![3 => dockerfile, 1 => example]
}

/// A rule file: one of the set's, or pieces.
pub fn rule_file() -> impl Strategy<Value = String> {
    prop_oneof![2 => prop::sample::select(&**RULE_FILES), 1 => joined(RULE_PIECES, "", 9)]
}

/// The path of a file in a pack.
pub fn pack() -> impl Strategy<Value = String> {
    let paths = ["own.yaml", "dockerfile/own.yaml", "presets/own.yaml", "data/own.yaml", "compliance/own.yaml", ""];
    prop::sample::select(paths.to_vec()).prop_map(str::to_owned)
}

/// Any input, whole or broken, with its kind.
pub fn any_input() -> impl Strategy<Value = (InputKind, Vec<u8>)> {
    let grown = prop_oneof![
        3 => dockerfile().prop_map(|text| (InputKind::Dockerfile, text)),
        3 => manifest().prop_map(|text| (InputKind::Kubernetes, text)),
        1 => image().prop_map(|text| (InputKind::Image, text)),
        2 => prop::sample::select(&**EXAMPLES),
    ];
    (grown, mutations()).prop_map(|((kind, text), mutations)| (kind, mutate(text.into_bytes(), &mutations)))
}

/// What `base` makes, with some bytes changed.
pub fn mutated(base: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
    (base, mutations()).prop_map(|(text, mutations)| mutate(text.into_bytes(), &mutations))
}

/// A change of a text: at which place, what.
#[derive(Clone, Debug)]
enum Mutation {
    Cut(prop::sample::Index),
    Delete(prop::sample::Index, usize),
    Insert(prop::sample::Index, &'static str),
    Repeat(prop::sample::Index, usize),
    Byte(prop::sample::Index, u8),
}

/// Texts that mean something somewhere.
const MARKS: &[&str] = &[
    "\"", "'", "`", "\\", "\\\n", "$(", "${", "}", ")", "|", "&&", ";", "#", " #", "<<E\n", "\n", "\r\n", "\0", "é",
    "😀", "\u{feff}", ": ", "- ", "---\n", "{", "[", "]", ",", "&a ", "*a", "!!x ", "|\n", ">-\n", "\t", " ", "  ",
    "{{", "}}", "\u{2028}", "\u{85}", "?", "%", "=", "--", "@",
];

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let at = any::<prop::sample::Index>;
    let one = prop_oneof![
        1 => at().prop_map(Mutation::Cut),
        2 => (at(), 1_usize..12).prop_map(|(at, len)| Mutation::Delete(at, len)),
        3 => (at(), prop::sample::select(MARKS)).prop_map(|(at, mark)| Mutation::Insert(at, mark)),
        1 => (at(), 1_usize..60).prop_map(|(at, len)| Mutation::Repeat(at, len)),
        1 => (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Byte(at, byte)),
    ];
    prop::collection::vec(one, 0..5)
}

fn mutate(mut bytes: Vec<u8>, mutations: &[Mutation]) -> Vec<u8> {
    for mutation in mutations {
        let place = |at: &prop::sample::Index| at.index(bytes.len() + 1);
        match mutation {
            Mutation::Cut(at) => bytes.truncate(place(at)),
            Mutation::Delete(at, len) => {
                let at = place(at);
                let end = (at + len).min(bytes.len());
                bytes.drain(at..end);
            }
            Mutation::Insert(at, mark) => {
                let at = place(at);
                bytes.splice(at..at, mark.bytes());
            }
            Mutation::Repeat(at, len) => {
                let at = place(at);
                let again = bytes.get(at..(at + len).min(bytes.len())).unwrap_or_default().to_vec();
                bytes.splice(at..at, again);
            }
            Mutation::Byte(at, byte) => {
                let at = place(at);
                if let Some(slot) = bytes.get_mut(at) {
                    *slot = *byte;
                }
            }
        }
    }
    bytes
}
