//! What `helm template` and `kustomize build` write, on standard input.
#![cfg(test)]

mod called;
mod formats;

use std::path::Path;

use called::Ended;
use formats::FORMATS;
use serde_json::Value;

const HELM: &str = "\
---
# Source: shop/charts/db/templates/sa.yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: release-db
---
# Source: shop/templates/alerts.yaml
# What the alert manager fills in is not for Helm.
apiVersion: v1
kind: ConfigMap
metadata:
  name: alerts
data:
  slack.tmpl: |
    {{ define \"slack.title\" }}
    {{ .Status | toUpper }}
    {{ end }}
---
# Source: shop/templates/web.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: ClusterIP
  selector: {app: web}
  ports:
    - port: 80
---
# Source: shop/templates/empty.yaml
# nothing is switched on
---
# Source: shop/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      hostNetwork: true
      containers:
        - name: web
          image: \"shop:1.0\"
          securityContext: {privileged: true}
";

const KUSTOMIZE: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
  - image: shop:1.0
    name: web
    securityContext:
      privileged: true
";

fn run(words: &[&str], stdin: &str) -> Ended {
    let ended = called::call(Path::new(env!("CARGO_TARGET_TMPDIR")), None, words, stdin.as_bytes());
    assert!(ended.status < 2, "{ended:?}");
    ended
}

const SELECT: [&str; 2] = ["--select", "privileged-container,host-network"];

fn places(stdin: &str, more: &[&str]) -> Vec<(String, String, u64)> {
    let words = [&["check", "-", "--format", "json"][..], &SELECT[..], more].concat();
    let report = run(&words, stdin).json();
    assert_eq!(report["problems"], Value::Array(Vec::new()));
    let place = |one: &Value| {
        let text = |key: &str| one[key].as_str().unwrap().to_owned();
        (text("rule"), text("path"), one["start"]["line"].as_u64().unwrap())
    };
    report["findings"].as_array().unwrap().iter().map(place).collect()
}

#[test]
fn findings_name_the_template_and_the_line_of_the_file_that_helm_would_write() {
    let web = "shop/templates/web.yaml".to_owned();
    let wanted = [("host-network".to_owned(), web.clone(), 25), ("privileged-container".to_owned(), web, 29)];
    assert_eq!(places(HELM, &[]), wanted);
    assert_eq!(places(&HELM.replace('\n', "\r\n"), &[]), wanted);
    assert_eq!(places(HELM, &["--input", "kubernetes"]), wanted);
}

#[test]
fn every_format_but_hadolints_names_the_template() {
    for format in FORMATS {
        let Ended { out, .. } = run(&[&["check", "-", "--format", format][..], &SELECT].concat(), HELM);
        if format == "hadolint" {
            assert_eq!(out, "[]\n", "it shows what has a code of hadolint's, and no rule of manifests has");
        } else {
            assert!(out.contains("shop/templates/web.yaml"), "{format}: {out}");
        }
    }
}

#[test]
fn objects_of_different_templates_belong_together() {
    let split = HELM.replacen("web.yaml", "service.yaml", 1).replace("port: 80", "port: 80\n      targetPort: http");
    let of = |text: &str| run(&["check", "-", "--format", "gnu", "--select", "unknown-service-port"], text).out;
    assert!(of(&split).starts_with("hullmark:shop/templates/service.yaml:12:"), "{}", of(&split));
    assert_eq!(
        of(&split.replace("name: web\n          image", "ports: [{name: http, containerPort: 80}]\n          image")),
        ""
    );
}

#[test]
fn a_rendered_file_is_shown_fixes_but_not_edited() {
    let report = run(&["check", "-", "--format", "json", "--select", "undropped-capabilities"], HELM).json();
    let fix = &report["findings"][0]["fixes"][0];
    assert_eq!(
        (fix["applicability"].as_str(), fix["edits"].as_array().map(Vec::len)),
        (Some("display"), Some(0)),
        "{report}"
    );
}

#[test]
fn fixing_gives_back_the_whole_stream() {
    let words = ["fix", "-", "--unsafe-fixes", "--select", "host-network"];
    let Ended { out, err, .. } = run(&words, HELM);
    assert_eq!(out, HELM.replace("      hostNetwork: true\n", ""), "{err}");
    assert!(err.starts_with("<stdin>: 1 finding fixed: host-network\n"), "{err}");
}

#[test]
fn what_kustomize_builds_keeps_the_name_of_the_stream() {
    assert_eq!(places(KUSTOMIZE, &[]), [("privileged-container".to_owned(), "<stdin>".to_owned(), 16)]);
    let named = places(HELM, &["--stdin-filename", "all.yaml"]);
    assert_eq!(named.first().map(|one| one.1.as_str()), Some("all.yaml"));
}
