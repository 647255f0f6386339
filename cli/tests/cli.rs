//! The binary as people and programs call it, on small trees of its own.
#![cfg(test)]

mod called;
mod formats;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use called::Ended;
use formats::FORMATS;
use serde_json::Value;

/// A folder that goes away with its test.
struct Tree(PathBuf);

impl Tree {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("hullmark-cli-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        // A folder with `.git` ends the search for a config, whatever lies above the temporary folder.
        std::fs::create_dir_all(path.join(".git")).unwrap();
        let tree = Self(path);
        files.iter().for_each(|(name, text)| tree.write(name, text));
        tree
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, b"")
    }

    fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ended {
        called::call(&self.0, None, arguments, input)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Ended {
    /// The text of the key `name` of each item of the list `list`.
    fn texts(&self, list: &str, name: &str) -> Vec<String> {
        let all = self.json();
        all[list].as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().to_owned()).collect()
    }
}

/// A pack with a safe fix, an unsafe one and a secret.
const PACK: &[(&str, &str)] = &[
    ("pack/shouting-user.yaml", include_str!("pack/shouting-user.yaml")),
    ("pack/no-image-tag.yaml", include_str!("pack/no-image-tag.yaml")),
    ("pack/literal-password.yaml", include_str!("pack/literal-password.yaml")),
];

fn with_pack(name: &str, files: &[(&str, &str)]) -> Tree {
    Tree::new(name, &[PACK, files].concat())
}

const ONLY: [&str; 4] = ["--rules", "pack", "--select", "shouting-user,no-image-tag,literal-password"];

fn only<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<&'a str> {
    [before, &ONLY, after].concat()
}

#[test]
fn a_finding_is_shown_with_its_line_and_gives_status_1() {
    let tree = with_pack("text", &[("app/Dockerfile", "FROM debian\nUSER WEB\nENV PASSWORD=hunter2hunter2\n")]);
    let ended = tree.run(&only(&["check", "app"], &[]));
    let expected = "\
low[no-image-tag]: debian has no tag
 --> app/Dockerfile:1:6
  |
1 | FROM debian
  |      ^^^^^^
  |
  = fix: Name the tag (`hullmark fix --unsafe-fixes` does it; look at the change)

medium[shouting-user]: user WEB is written in capitals
 --> app/Dockerfile:2:6
  |
2 | USER WEB
  |      ^^^
  |
  = fix: Write it small (`hullmark fix` does it)

critical[literal-password]: PASSWORD holds a password
 --> app/Dockerfile:3:14
  |
3 | ENV PASSWORD=••••••••••••
  |              ^^^^^^^^^^^^

3 findings (1 critical, 1 medium, 1 low) in 1 of 1 file
`hullmark fix` mends 1 of them, `hullmark fix --unsafe-fixes` 1 more
`hullmark explain RULE` says why a rule matters and how to mend it
";
    assert_eq!((ended.out.as_str(), ended.err.as_str(), ended.status), (expected, "", 1));
    let quiet = tree.run(&only(&["check", "-q", "app"], &[]));
    assert!(expected.starts_with(&quiet.out) && quiet.out.ends_with("^\n\n"), "{quiet:?}");
    let colored = tree.run(&only(&["check", "--color", "always", "app"], &[]));
    assert!(colored.out.contains('\u{1b}') && !colored.out.contains(":::"), "{colored:?}");
}

#[test]
fn severities_decide_what_is_shown_and_what_fails() {
    let tree = with_pack("severity", &[("Dockerfile", "FROM debian:12\nUSER WEB\n")]);
    let status = |more: &[&str]| tree.run(&only(&["check", "Dockerfile"], more)).status;
    assert_eq!(status(&[]), 1);
    assert_eq!(status(&["--fail-on", "medium"]), 1);
    assert_eq!(status(&["--fail-on", "high"]), 0);
    assert_eq!(status(&["--min-severity", "high"]), 0);
    assert_eq!(status(&["--ignore", "shouting-user"]), 0);
    let shown = tree.run(&only(&["check", "Dockerfile", "--fail-on", "high"], &[]));
    assert!(shown.out.contains("shouting-user"), "what does not fail is still said");
}

#[test]
fn wrong_calls_give_status_2_and_one_sentence() {
    let tree = with_pack("wrong", &[("Dockerfile", "FROM a:1\n"), ("empty/.keep", "")]);
    for (call, sentence) in [
        (&["check", "nowhere"][..], "there is no file or folder `nowhere`"),
        (&["check", "--preset", "nothing"], "no preset is called `nothing`"),
        (&["check", "--select", "nothing"], "no rule, alias or tag is called `nothing`"),
        (&["check", "--rules", "nowhere"], "cannot read the rule pack `nowhere`: it does not exist"),
        (&["check", "--rules", "empty"], "the rule pack `empty` holds no YAML file"),
        (&["check", "--config", "nowhere"], "cannot read the config `nowhere`: it does not exist"),
        (&["check", "--kubernetes-version", "new"], "`new` is no Kubernetes version"),
        (&["check", "--date", "today"], "`today` is no date"),
        (&["check", "--output", "no/where"], "cannot write the report to `no/where`: it does not exist"),
        (&["explain", "nothing"], "no rule or alias is called `nothing`"),
        (&["check", "--fail-on", "bad"], "there are critical, high, medium, low, info"),
        (&["check", "--threads", "0"], "invalid value '0'"),
        (&["check", "--diff"], "--fix"),
        (&["check", "--nonsense"], "unexpected argument"),
        (&[], "Usage"),
    ] {
        let ended = tree.run(call);
        assert_eq!(ended.status, 2, "{call:?} {ended:?}");
        assert!(ended.err.contains(sentence), "{call:?} {ended:?}");
    }
}

#[test]
fn a_faulty_pack_and_a_faulty_config_are_pointed_into() {
    let rule = include_str!("pack/shouting-user.yaml").replace("severity: medium", "severity: loud");
    let tree = Tree::new("faults", &[("p/shouting-user.yaml", &rule), ("hullmark.yaml", "preset: all\nfailon: low\n")]);
    let ended = tree.run(&["check"]);
    let expected = "\
error: no option is called `failon`
 --> hullmark.yaml:2:1
  |
2 | failon: low
  | ^^^^^^
  |
  = help: there are preset, select, ignore, severities, no-inline-ignores, rules, min-severity, fail-on, kubernetes-version, date, format, output, threads, params
";
    assert_eq!((ended.err.as_str(), ended.status), (expected, 2));
    std::fs::remove_file(tree.0.join("hullmark.yaml")).unwrap();
    let ended = tree.run(&["test", "p"]);
    assert!(ended.err.contains("--> p/shouting-user.yaml:3:11\n") && ended.err.contains("severity: loud"), "{ended:?}");
    assert_eq!(ended.status, 2);
}

#[test]
fn a_walk_takes_hidden_folders_and_leaves_git_and_what_is_ignored() {
    let tree = Tree::new(
        "walk",
        &[
            (".gitignore", "/out\n*.bak\n"),
            (".git/Dockerfile", "FROM a\n"),
            (".devcontainer/Dockerfile", "FROM a:1\n"),
            ("out/Dockerfile", "FROM a\n"),
            ("Dockerfile.bak", "FROM a\n"),
            ("build", "FROM a:1 AS b\n"),
            ("notes.py", "from a import b\n"),
            ("README.md", "# FROM\n\n    apiVersion: v1\n    kind: Pod\n"),
            ("chart/templates/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n"),
            ("package.json", "{}"),
            ("binary", "FROM a\0\n"),
        ],
    );
    let ended = tree.run(&["check", "--select", "latest-base-image", "--format", "json"]);
    assert_eq!(ended.texts("skipped", "path"), ["chart/templates/pod.yaml", "package.json"], "{ended:?}");
    assert_eq!(ended.json()["summary"]["files_checked"], 2, "{ended:?}");
    assert_eq!(ended.status, 0);
    // What is named is read, ignored or not, and each file once.
    let named = tree.run(&["check", "--format", "json", "out/Dockerfile", "./out/Dockerfile", "README.md"]);
    assert_eq!(named.json()["summary"]["files_checked"], 2);
    assert_eq!(named.texts("problems", "code"), ["unknown-kind"]);
    assert_eq!(named.status, 1);
}

#[test]
fn paths_are_printed_as_given() {
    let tree = with_pack("paths", &[("a/b/Dockerfile", "FROM x\n")]);
    let absolute = tree.0.join("a").to_str().unwrap().to_owned();
    for (given, shown) in [
        ("a", "a/b/Dockerfile".to_owned()),
        ("./a", "./a/b/Dockerfile".to_owned()),
        ("a/b/Dockerfile", "a/b/Dockerfile".to_owned()),
        (".", "a/b/Dockerfile".to_owned()),
        (absolute.as_str(), format!("{absolute}/b/Dockerfile")),
    ] {
        let ended = tree.run(&only(&["check", "--format", "json", given], &[]));
        assert_eq!(ended.texts("findings", "path"), [shown], "{given}");
    }
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_a_problem_and_the_rest_is_checked() {
    use std::os::unix::fs::symlink;
    let tree = with_pack("unreadable", &[("Dockerfile", "FROM a:1\n"), ("x/Dockerfile", "FROM \u{e9}\n")]);
    symlink("nowhere", tree.0.join("x/Dockerfile.link")).unwrap();
    std::fs::write(tree.0.join("x/Containerfile"), b"FROM a:1\nENV X=\xff\n").unwrap();
    let big = std::fs::File::create(tree.0.join("x/Dockerfile.big")).unwrap();
    big.set_len(20 << 20).unwrap();
    let ended = tree.run(&only(&["check", "--format", "json", "."], &[]));
    let mut codes = ended.texts("problems", "code");
    codes.sort();
    assert_eq!(codes, ["not-utf-8", "too-large"], "{ended:?}");
    assert_eq!(ended.texts("skipped", "path")[..1], ["pack/literal-password.yaml"]);
    assert!(ended.texts("skipped", "path").contains(&"x/Dockerfile.link".to_owned()));
    assert_eq!((ended.json()["summary"]["files_checked"].as_u64(), ended.status), (Some(4), 1));
    // A folder in the place of a file, read by name.
    let folder = tree.run(&["check", "--format", "json", "x/Dockerfile.link/y"]);
    assert_eq!(folder.status, 2);
}

#[test]
fn a_manifest_that_is_no_yaml_fails_the_call() {
    let tree = Tree::new("no-yaml", &[("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p\nspec: [\n")]);
    let ended = tree.run(&["check", "pod.yaml"]);
    assert_eq!(ended.status, 1, "{}", ended.out);
    assert!(ended.out.contains("invalid-yaml") && ended.out.contains("pod.yaml:"), "{}", ended.out);
}

#[test]
fn sarif_has_the_line_and_column_of_what_is_guilty() {
    let pod = "# one\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: n}\nspec:\n  containers:\n  - name: c\n    \
               image: c:1\n    securityContext:\n      privileged: true\n";
    let tree = Tree::new("sarif-line", &[("pod.yaml", pod)]);
    let sarif = tree.run(&["check", "--format", "sarif", "--select", "privileged-container", "pod.yaml"]).json();
    let region = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    let place = ["startLine", "startColumn", "endLine", "endColumn"].map(|key| region[key].as_u64().unwrap());
    assert_eq!(place, [10, 19, 10, 23]);
}

#[test]
fn standard_input_has_a_name_and_a_kind() {
    let tree = with_pack("stdin", &[]);
    let ended = tree.run_with(&only(&["check", "--format", "json", "-"], &[]), b"FROM a\n");
    assert_eq!(ended.texts("findings", "path"), ["<stdin>"]);
    let call = only(&["check", "--format", "json", "-", "--stdin-filename", "x/Dockerfile"], &[]);
    assert_eq!(tree.run_with(&call, b"USER WEB\n").texts("findings", "path"), ["x/Dockerfile"]);
    let forced = tree.run_with(&only(&["check", "--format", "json", "-", "--input", "dockerfile"], &[]), b"USER WEB\n");
    assert_eq!(forced.texts("findings", "rule"), ["shouting-user"]);
    let unknown = tree.run_with(&["check", "-"], b"hello\n");
    assert!(unknown.out.contains("problem[unknown-kind]") && unknown.status == 1, "{unknown:?}");
}

#[test]
fn safe_fixes_are_written_and_unsafe_ones_wait_to_be_asked_for() {
    let text = "FROM debian\r\nUSER WEB\r\n";
    let tree = with_pack("fix", &[("Dockerfile", text), ("clean/Dockerfile", "FROM a:1\n")]);
    let ended = tree.run(&only(&["fix", "."], &[]));
    assert_eq!(tree.read("Dockerfile"), "FROM debian\r\nUSER web\r\n", "{ended:?}");
    assert_eq!(ended.err, "Dockerfile: 1 finding fixed: shouting-user\n");
    assert!(ended.out.contains("no-image-tag") && ended.status == 1, "{ended:?}");
    let ended = tree.run(&only(&["check", "--fix", "--unsafe-fixes", "."], &[]));
    assert_eq!(tree.read("Dockerfile"), "FROM debian:latest\r\nUSER web\r\n");
    assert_eq!(ended.status, 0, "{ended:?}");
    let again = tree.run(&only(&["fix", "--unsafe-fixes", "."], &[]));
    assert_eq!((again.err.as_str(), again.status), ("nothing to fix\n", 0));
    let left: Vec<_> = std::fs::read_dir(&tree.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "no temporary file stays: {left:?}");
}

#[test]
fn a_diff_writes_nothing_and_can_be_applied() {
    let text = "FROM debian:12\nUSER WEB\n";
    let tree = with_pack("diff", &[("d/Dockerfile", text)]);
    let ended = tree.run(&only(&["fix", "--diff", "d"], &[]));
    let expected = "--- a/d/Dockerfile\n+++ b/d/Dockerfile\n@@ -1,2 +1,2 @@\n FROM debian:12\n-USER WEB\n+USER web\n";
    assert_eq!((ended.out.as_str(), ended.status), (expected, 1));
    assert_eq!(ended.err, "d/Dockerfile: 1 finding would be fixed: shouting-user\n");
    assert_eq!(tree.read("d/Dockerfile"), text);
}

#[test]
fn a_charts_templates_are_skipped_with_a_note() {
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n";
    let templated = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\nsecrets:\n{{- range $x }}\n- name: {{ $x }}\n{{- end }}\n";
    let tree = Tree::new(
        "chart",
        &[
            ("c/Chart.yaml", "apiVersion: v2\nname: c\n"),
            ("c/crds/a.yaml", account),
            ("c/templates/static.yaml", account),
            ("c/templates/tests/templated.yaml", templated),
            ("d/templates/static.yaml", account),
            ("d/templates/templated.yaml", templated),
        ],
    );
    let of = |paths: &[&str]| {
        let ended = tree.run(&[&["check", "--format", "json"], paths].concat());
        let skipped = ended.json()["skipped"].as_array().unwrap().clone();
        let text = |one: &Value| format!("{}: {}", one["path"].as_str().unwrap(), one["reason"].as_str().unwrap());
        let all: Vec<String> = skipped.iter().map(text).filter(|one| !one.starts_with("c/Chart.yaml")).collect();
        (all, ended.json()["summary"]["files_checked"].as_u64(), ended.status)
    };
    let note = ": a chart's template: check what `helm template` makes of it";
    let action = ": a template ({{ }}): render it first, then check what comes out";
    let all = [
        format!("c/templates/static.yaml{note}"),
        format!("c/templates/tests/templated.yaml{note}"),
        format!("d/templates/templated.yaml{action}"),
    ];
    assert_eq!(of(&["."]), (all.to_vec(), Some(2), 0));
    assert_eq!(of(&["c/templates"]), (all[..2].to_vec(), Some(0), 0));
    // What is named is read, if it can be.
    assert_eq!(of(&["c/templates/static.yaml"]), (Vec::new(), Some(1), 0));
    assert_eq!(of(&["d/templates/templated.yaml"]), (all[2..].to_vec(), Some(0), 0));
}

#[test]
fn standard_input_is_printed_fixed() {
    let tree = with_pack("fix-stdin", &[]);
    let ended = tree.run_with(&only(&["fix", "-", "--stdin-filename", "Dockerfile"], &[]), b"FROM debian\nUSER WEB\n");
    assert_eq!((ended.out.as_str(), ended.status), ("FROM debian\nUSER web\n", 1));
    assert!(ended.err.starts_with("Dockerfile: 1 finding fixed: shouting-user\nlow[no-image-tag]"), "{ended:?}");
    let other = tree.run_with(&only(&["fix", "-", "--stdin-filename", "values.yaml"], &[]), b"a: 1\n");
    assert_eq!((other.out.as_str(), other.status), ("a: 1\n", 0), "what is no input comes back as it was");
}

#[cfg(unix)]
#[test]
fn a_fixed_file_keeps_its_permissions_and_its_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let tree = with_pack("permissions", &[("real", "FROM a:1\nUSER WEB\n")]);
    std::fs::set_permissions(tree.0.join("real"), std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real", tree.0.join("Dockerfile")).unwrap();
    assert_eq!(tree.run(&only(&["fix", "Dockerfile"], &[])).status, 0);
    assert_eq!(tree.read("real"), "FROM a:1\nUSER web\n");
    assert!(tree.0.join("Dockerfile").is_symlink());
    assert_eq!(std::fs::metadata(tree.0.join("real")).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_text_that_is_not_utf_8_is_left_alone() {
    let tree = with_pack("fix-bytes", &[]);
    std::fs::write(tree.0.join("Dockerfile"), b"FROM a:1\nUSER WEB\n# \xff\n").unwrap();
    assert_eq!(tree.run(&only(&["fix", "Dockerfile"], &[])).status, 1);
    assert_eq!(std::fs::read(tree.0.join("Dockerfile")).unwrap(), b"FROM a:1\nUSER WEB\n# \xff\n");
}

#[test]
fn every_format_of_a_real_report_can_be_read() {
    let files = [
        ("Dockerfile", "FROM debian\nUSER WEB\nENV PASSWORD=hunter2hunter2\n"),
        ("b/x.json", "{"),
        ("c/Dockerfile", "FROM a:1\n"),
    ];
    let tree = with_pack("formats", &files);
    let run = |format: &str| tree.run(&only(&["check", ".", "--format", format], &[]));
    assert_eq!(run("json").json()["version"], 1);
    assert_eq!(run("gitlab").json().as_array().unwrap().len(), 3);
    let hadolint = run("hadolint").json();
    assert_eq!(hadolint[0]["code"], "DL3006");
    let schema: Value = serde_json::from_str(include_str!("schema/sarif-schema-2.1.0.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let sarif = run("sarif");
    let faults: Vec<String> = validator.iter_errors(&sarif.json()).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty() && sarif.status == 1, "{faults:?}");
    assert!(run("github").out.lines().all(|line| line.starts_with("::")));
    for format in ["junit", "checkstyle"] {
        let text = run(format).out;
        well_formed(&text).unwrap_or_else(|why| panic!("{format}: {why}\n{text}"));
        assert_eq!(text.matches("PASSWORD holds a password").count(), 1);
    }
    let known = format!("[possible values: {}]", FORMATS.join(", "));
    assert!(run("nothing").err.contains(&known), "{:?}", run("nothing"));
    for format in FORMATS {
        assert!(!run(format).out.contains("hunter2"), "{format} prints a secret");
        assert!(!run(format).out.contains('\u{1b}'), "{format} is coloured");
    }
}

/// Whether tags are closed in the order they were opened and attributes are quoted.
fn well_formed(xml: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").ok_or("no declaration")?;
    for tag in body.split('<').skip(1) {
        let (tag, after) = tag.split_once('>').ok_or("a tag without end")?;
        if !after.trim().is_empty() || tag.matches('"').count() % 2 != 0 {
            return Err(format!("text or an open quote after {tag}"));
        }
        match tag.strip_prefix('/') {
            Some(name) if open.pop() == Some(name) => {}
            Some(name) => return Err(format!("{name} is closed and was not open")),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap_or_default()),
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("still open: {open:?}")) }
}

#[test]
fn the_config_is_found_above_and_the_command_line_wins() {
    let config = "rules: pack\nselect: [shouting-user]\nfail-on: high\nparams: {shouting-user: {allow: [ROOT]}}\n";
    let tree = with_pack("config", &[("hullmark.yaml", config), ("a/b/Dockerfile", "FROM x\nUSER WEB\nUSER ROOT\n")]);
    let inside = |call: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_hullmark")).current_dir(tree.0.join("a/b")).args(call).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (status, text) = inside(&["check"]);
    assert!(status == 0 && text.contains("user WEB") && !text.contains("user ROOT"), "{text}");
    assert!(text.contains("--> Dockerfile:2:6"), "{text}");
    let (status, text) = inside(&["check", "--select", "no-image-tag", "--fail-on", "low"]);
    assert!(status == 1 && text.contains("no-image-tag") && !text.contains("user WEB"), "{text}");
}

#[test]
fn a_report_goes_into_a_file() {
    let tree = with_pack("output", &[("Dockerfile", "FROM x\n")]);
    let ended = tree.run(&only(&["check", "Dockerfile", "--format", "json", "--output", "report.json"], &[]));
    assert_eq!((ended.out.as_str(), ended.status), ("", 1));
    assert_eq!(
        serde_json::from_str::<Value>(&tree.read("report.json")).unwrap()["findings"][0]["rule"],
        "no-image-tag"
    );
}

#[test]
fn a_report_is_the_same_for_any_number_of_threads() {
    let files: Vec<(String, String)> =
        (0..60).map(|at| (format!("d{at}/Dockerfile"), format!("FROM a{at}\nUSER WEB\n"))).collect();
    let tree = with_pack("threads", &[]);
    files.iter().for_each(|(name, text)| tree.write(name, text));
    let run = |threads| tree.run(&only(&["check", ".", "--format", "json", "--threads", threads], &[])).out;
    let one = run("1");
    assert_eq!(one.matches("\"rule\"").count(), 120);
    assert!(one == run("2") && one == run("7"));
}

#[test]
fn rules_of_a_pack_are_listed_and_explained_beside_the_built_in_ones() {
    let tree = with_pack("rules", &[]);
    let ended = tree.run(&only(&["rules"], &[]));
    let expected = "\
RULE              SEVERITY  INPUT       FIX     TITLE
literal-password  critical  dockerfile  -       A password stands in the file
no-image-tag      low       dockerfile  unsafe  Image without a tag
shouting-user     medium    dockerfile  safe    User written in capitals

3 rules; `hullmark explain RULE` says more
";
    assert_eq!((ended.out.as_str(), ended.status), (expected, 0));
    let json = tree.run(&["rules", "--format", "json", "--rules", "pack"]).json();
    assert!(json.as_array().unwrap().iter().any(|rule| rule["id"] == "shouting-user"));
    let page = tree.run(&["explain", "shouting-user", "--rules", "pack"]).out;
    for part in
        ["User written in capitals", "Severity    medium", "Parameters\n  allow = ", "Bad\n    FROM a:1", "https://"]
    {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn the_examples_of_a_pack_are_run() {
    let tree = with_pack("test", &[]);
    let ended = tree.run(&["test", "pack"]);
    assert_eq!((ended.out.as_str(), ended.status), ("12 examples of 3 rules: 12 passed, 0 failed\n", 0));
    let wrong = include_str!("pack/shouting-user.yaml").replace("USER web\\n\" }", "USER wep\\n\" }");
    tree.write("pack/shouting-user.yaml", &wrong);
    let ended = tree.run(&["test", "pack/shouting-user.yaml"]);
    let expected = "\
FAILED shouting-user::bad/0
  the fix gives
  FROM a:1
  USER web
  and not
  FROM a:1
  USER wep
  in
    | FROM a:1
    | USER WEB

4 examples of 1 rule: 3 passed, 1 failed
";
    assert_eq!((ended.out.as_str(), ended.status), (expected, 1));
}

#[test]
fn init_writes_a_config_once() {
    let tree = Tree::new("init", &[("Dockerfile", "FROM debian:12\n")]);
    assert_eq!(tree.run(&["init"]).status, 0);
    assert_eq!(tree.run(&["check", "--select", "latest-base-image"]).status, 0, "the config can be read");
    let text = tree.read("hullmark.yaml");
    let again = tree.run(&["init"]);
    assert_eq!((again.status, again.err.as_str()), (2, "error: there is a `hullmark.yaml` here already\n"));
    assert_eq!(tree.read("hullmark.yaml"), text);
}

#[cfg(unix)]
#[test]
fn nobody_listening_is_no_error() {
    let tree = with_pack("pipe", &[]);
    (0..200).for_each(|at| tree.write(&format!("d{at}/Dockerfile"), "FROM a\nUSER WEB\n"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_hullmark"))
        .current_dir(&tree.0)
        .args(only(&["check", "."], &[]))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(1), ""));
}

#[test]
fn nothing_to_check_is_said() {
    let tree = Tree::new("nothing", &[("x.txt", "hello\n")]);
    let ended = tree.run(&["check"]);
    assert!(ended.out.starts_with("nothing to check") && ended.status == 0, "{ended:?}");
    assert!(Path::new(&tree.0).is_dir());
}

#[test]
fn a_build_context_is_read_when_it_is_named() {
    let text = "FROM debian:12\nCOPY . /app/\nCOPY docs/a.md /doc/\n";
    let tree = Tree::new("context", &[("app/Dockerfile", text), ("app/.env", "A=1"), ("app/.dockerignore", "docs\n")]);
    let found = |arguments: &[&str]| {
        let mut all = vec!["check", "--select", "ignored-copy-source,whole-context-copied", "--format", "json"];
        all.extend(arguments);
        let ended = tree.run(&all);
        let report: Value = serde_json::from_str(&ended.out).unwrap_or_default();
        let rules = report["findings"].as_array().into_iter().flatten();
        (ended.status, rules.map(|one| one["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    // The ignore file beside it is read, nothing is walked.
    assert_eq!(found(&["app/Dockerfile"]), (1, vec!["ignored-copy-source".to_owned()]));
    let both = (1, vec!["whole-context-copied".to_owned(), "ignored-copy-source".to_owned()]);
    assert_eq!(found(&["--context", "app", "app/Dockerfile"]), both);
    assert_eq!(found(&["--context", "nowhere", "app/Dockerfile"]), (2, vec![]));
    // The folder that is named counts, and an ignore file of the Dockerfile's own before all others.
    assert_eq!(found(&["--context", ".", "app/Dockerfile"]), (1, vec!["whole-context-copied".to_owned()]));
    tree.write("app/Dockerfile.dockerignore", "**/.env\n");
    assert_eq!(found(&["--context", "app", "app/Dockerfile"]), (0, vec![]));
}

#[test]
fn the_errors_of_buildkits_directive_fail_whatever_is_asked_for() {
    let tree = Tree::new("check-error", &[("a/Dockerfile", "# check=error=true\nFROM debian:12 as b\n")]);
    tree.write("b/Dockerfile", "FROM debian:12 as b\n");
    let status = |path: &str| tree.run(&["check", "--preset", "buildkit", "--fail-on", "high", path]).status;
    assert_eq!((status("a"), status("b")), (1, 0));
    assert_eq!(tree.run(&["check", "--preset", "buildkit", "b"]).status, 1, "as docker build --check ends");
}
