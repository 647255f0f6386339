//! Inputs: bytes with a name, and what kind of thing they are.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::kustomize;

/// The kinds of input that Hullmark reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum InputKind {
    /// A Dockerfile or Containerfile.
    Dockerfile,
    /// An image's config: OCI or Docker config JSON, or the output of `docker inspect`.
    Image,
    /// Kubernetes manifests, YAML or JSON.
    Kubernetes,
}

impl InputKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Dockerfile, Self::Image, Self::Kubernetes];

    /// Its word on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dockerfile => "dockerfile",
            Self::Image => "image",
            Self::Kubernetes => "kubernetes",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its name in the report, with `/` between the parts.
    pub path: String,
    /// Its bytes.
    pub content: Vec<u8>,
    /// Its kind, when the caller knows better than [`detect`].
    pub kind: Option<InputKind>,
    /// For a Dockerfile: what it is built with, when the caller knows.
    pub context: Option<Arc<BuildContext>>,
}

/// The build context of a Dockerfile, as far as the caller knows it: the folder that `docker build` is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BuildContext {
    /// The text of the ignore file in force: `NAME.dockerignore` beside the Dockerfile, else `.dockerignore` at the root
    /// of the context; nothing when there is none.
    #[serde(alias = "ignore_file")]
    pub ignore_file: Option<String>,
    /// The files in it, ignored ones too, each with `/` between its parts and counted from its root; nothing when they
    /// are not known.
    pub files: Option<Vec<String>>,
}

impl BuildContext {
    /// Reads a build context from JSON.
    ///
    /// # Errors
    /// [`ErrorKind::BadValue`] when it is none.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json)
            .map_err(|error| Error::new(ErrorKind::BadValue, format!("this is no build context: {error}")))
    }
}

/// One input of a call.
///
/// As a host gives it that has texts rather than bytes; in Rust, [`InputFile`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "InputFile"))]
pub struct InputText {
    /// Its name in the report, with `/` between the parts.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Its kind, when the caller knows better than the name and the text tell.
    #[serde(default)]
    pub kind: Option<InputKind>,
    /// For a Dockerfile: what it is built with, when the caller knows.
    #[serde(default)]
    pub context: Option<BuildContext>,
}

/// The bytes of a text that a host keeps in UTF-16: UTF-8, and for half a character (a lone surrogate) the three bytes
/// that the engine knows as one and says so, with every place behind it where the host has it.
///
/// ```
/// assert_eq!(hullmark::bytes_of_utf16([0x61, 0xd83d, 0xde00]), "a😀".as_bytes());
/// assert_eq!(hullmark::bytes_of_utf16([0xd83d]), [0xed, 0xa0, 0xbd]);
/// ```
#[must_use]
pub fn bytes_of_utf16(units: impl IntoIterator<Item = u16>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in char::decode_utf16(units) {
        match part {
            Ok(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(half) => {
                let [high, low] = half.unpaired_surrogate().to_be_bytes();
                bytes.extend([0xed, 0x80 | (high & 0x0f) << 2 | low >> 6, 0x80 | low & 0x3f]);
            }
        }
    }
    bytes
}

/// Bounds that keep hostile input harmless; each has its problem code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Limits {
    /// The largest input in bytes (`too-large`).
    pub bytes: usize,
    /// The deepest nesting of YAML or JSON (`too-deep`).
    pub depth: usize,
    /// The most documents of a stream (`too-many-documents`).
    pub documents: usize,
    /// The most nodes that YAML aliases may stand for (`alias-budget`).
    #[serde(alias = "alias_nodes")]
    pub alias_nodes: usize,
    /// The most findings of one file (`too-many-findings`).
    pub findings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 16 << 20, depth: 128, documents: 10_000, alias_nodes: 100_000, findings: 10_000 }
    }
}

/// What [`detect`] makes of a name and a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detected {
    /// An input of this kind.
    Kind(InputKind),
    /// Nothing for Hullmark, for this reason: a template, YAML that is no manifest.
    Skip(String),
    /// The name says nothing and the content neither.
    Unknown,
}

/// Tells the kind of an input from its name, else its content.
///
/// ```
/// use hullmark::{Detected, InputKind, detect};
/// assert_eq!(detect("build/Dockerfile.dev", ""), Detected::Kind(InputKind::Dockerfile));
/// assert_eq!(detect("x.yaml", "apiVersion: v1\nkind: Pod\n"), Detected::Kind(InputKind::Kubernetes));
/// ```
#[must_use]
pub fn detect(path: &str, text: &str) -> Detected {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_yaml = matches!(ending, "yaml" | "yml");
    if kustomize::is_name(&name) && !has_template_action(text) {
        return Detected::Kind(InputKind::Kubernetes);
    }
    if is_yaml || ending == "json" {
        return detect_tree(text, is_yaml);
    }
    if is_dockerfile_name(&name, ending) {
        return if is_template_name(ending) || has_template_line(text) {
            Detected::Skip("a template: its text is not the Dockerfile that will be built".to_owned())
        } else {
            Detected::Kind(InputKind::Dockerfile)
        };
    }
    match text.trim_start().as_bytes() {
        [b'{' | b'[', ..] => match detect_tree(text, false) {
            Detected::Skip(_) => Detected::Unknown,
            other => other,
        },
        _ if begins_as_manifest(text) && has_keys(text, &["apiVersion", "kind"]) => detect_tree(text, true),
        _ if first_instruction(text).is_some_and(is_from) => Detected::Kind(InputKind::Dockerfile),
        _ => Detected::Unknown,
    }
}

fn is_dockerfile_name(name: &str, ending: &str) -> bool {
    let begins =
        |with: &str| name.strip_prefix(with).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']));
    (begins("dockerfile") && !matches!(ending, "dockerignore" | "md" | "txt" | "sh" | "py" | "go" | "rs" | "js" | "ts"))
        || begins("containerfile")
        || matches!(ending, "dockerfile" | "containerfile")
}

fn is_template_name(ending: &str) -> bool {
    matches!(ending, "j2" | "jinja" | "jinja2" | "tmpl" | "tpl" | "erb" | "mustache" | "template" | "gotmpl")
}

/// Whether a line begins with a template's action, which no Dockerfile can have.
fn has_template_line(text: &str) -> bool {
    // Most files have no such thing anywhere, which is seen sooner than line by line.
    ["{{", "{%", "<%"]
        .iter()
        .any(|action| text.contains(action) && text.lines().any(|line| line.trim_start().starts_with(action)))
}

/// The first line that is neither blank nor a comment nor an ARG.
fn first_instruction(text: &str) -> Option<&str> {
    let is_arg = |line: &str| line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("ARG "));
    significant_lines(text).find(|line| !is_arg(line))
}

/// Whether the line is a FROM as a builder takes it, and not `from x import y` or the beginning of a sentence.
fn is_from(line: &str) -> bool {
    let mut words = line.split_whitespace();
    if !words.next().is_some_and(|word| word.eq_ignore_ascii_case("FROM")) {
        return false;
    }
    let rest: Vec<&str> = words.skip_while(|word| word.starts_with("--")).take(4).collect();
    match rest.as_slice() {
        [_image] => true,
        [_image, word, _name] => word.eq_ignore_ascii_case("AS"),
        _ => false,
    }
}

/// Whether a text without a telling name begins as a manifest does: not with prose that has one further down.
fn begins_as_manifest(text: &str) -> bool {
    let first = text.trim_start_matches('\u{feff}').lines().find(|line| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with(['#', '%']) && !line.starts_with("---")
    });
    // Not indented: after a heading, which looks like a comment, Markdown shows code so.
    first.is_some_and(|line| {
        let key = line.split(':').next().unwrap_or("").trim_end().trim_matches(['"', '\'']);
        matches!(key, "apiVersion" | "kind" | "metadata" | "items" | "spec" | "data")
    })
}

/// The lines that are neither blank nor comments, without the blanks in front.
fn significant_lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim_start);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn detect_tree(text: &str, is_yaml: bool) -> Detected {
    if is_yaml && has_template_action(text) {
        return Detected::Skip("a template ({{ }}): render it first, then check what comes out".to_owned());
    }
    if has_keys(text, &["apiVersion", "kind"]) {
        return Detected::Kind(InputKind::Kubernetes);
    }
    if !is_yaml && is_image(text) {
        return Detected::Kind(InputKind::Image);
    }
    if is_yaml && !text.trim().is_empty() && broken_manifest(text) {
        return Detected::Kind(InputKind::Kubernetes);
    }
    Detected::Skip(if is_yaml {
        "no Kubernetes manifest: no document has apiVersion and kind".to_owned()
    } else {
        "neither a Kubernetes manifest nor an image config".to_owned()
    })
}

/// Whether one of the two keys of a manifest stands there: a manifest that lacks the other is a faulty one.
fn broken_manifest(text: &str) -> bool {
    has_keys(text, &["apiVersion"]) && (has_keys(text, &["metadata"]) || has_keys(text, &["spec"]))
}

/// Whether each of `keys` stands at the beginning of a line or after a brace, comma, quote or blank, before a colon.
fn has_keys(text: &str, keys: &[&str]) -> bool {
    keys.iter().all(|key| {
        text.match_indices(key).any(|(at, _)| {
            let before = text.get(..at).and_then(|head| head.chars().next_back());
            let after = text.get(at + key.len()..).unwrap_or("").trim_start_matches(['"', '\'']);
            before.is_none_or(|c| matches!(c, '\n' | '\r' | '{' | ',' | '"' | '\'' | ' ' | '\t' | '\u{feff}'))
                && after.trim_start_matches([' ', '\t']).starts_with(':')
        })
    })
}

/// What only the templates of Helm charts say.
const HELM_WORDS: &[&str] =
    &[".Values", ".Release", ".Chart", ".Capabilities", ".Files", "include ", "template ", "toYaml"];

/// Whether YAML holds a template's action: a line of its own, a value that begins with one and has no quotes, which no
/// YAML could mean, or anything that only Helm could fill in. The lines of a block text are data, such as the templates
/// of an alert manager; only Helm's own words tell there.
fn has_template_action(text: &str) -> bool {
    // Most files have no such thing anywhere, which one look at the whole tells.
    if !text.contains("{{") && !text.contains("{%") {
        return false;
    }
    let mut block = BlockText::default();
    text.lines().any(|line| {
        let data = block.holds(line);
        let line = line.trim_start();
        if line.starts_with('#') && !data {
            return false;
        }
        let Some((before, rest)) = line.split_once("{{") else { return !data && line.starts_with("{%") };
        let value = before.trim_end();
        let begins = !data
            && (value.is_empty() || before.len() > value.len() && value.ends_with([':', '-']) && !value.contains(" #"));
        let rest = rest.trim_start_matches('-').trim_start();
        (begins && (rest.contains("}}") || value.is_empty()))
            || rest.contains("}}") && HELM_WORDS.iter().any(|word| rest.contains(word))
    })
}

/// Which lines of YAML are those of a block text, told by their indentation.
#[derive(Default)]
struct BlockText {
    /// How far the line with the `|` or `>` stands in.
    begun: Option<usize>,
}

impl BlockText {
    fn holds(&mut self, line: &str) -> bool {
        let inner = line.trim_start();
        if inner.is_empty() {
            return self.begun.is_some();
        }
        let indent = line.len() - inner.len();
        if self.begun.is_some_and(|begun| indent > begun) {
            return true;
        }
        let code = inner.split(" #").next().unwrap_or("").trim_end();
        let word = code.rsplit(' ').next().unwrap_or("");
        let mark = word
            .strip_prefix(['|', '>'])
            .is_some_and(|rest| rest.chars().all(|c| c == '-' || c == '+' || c.is_ascii_digit()));
        self.begun = (mark && code.len() > word.len()).then_some(indent);
        false
    }
}

/// Whether JSON text looks like an image config, an image's manifest beside it, or the output of `docker inspect`.
fn is_image(text: &str) -> bool {
    (has_keys(text, &["rootfs"]) && (has_keys(text, &["architecture"]) || has_keys(text, &["diff_ids"])))
        // A package.json has `config` and `os` too.
        || (has_keys(text, &["config"]) && (has_keys(text, &["created_by"]) || has_keys(text, &["architecture", "os"])))
        || (has_keys(text, &["Config"]) && (has_keys(text, &["RootFS"]) || has_keys(text, &["RepoTags"])))
        || (has_keys(text, &["config"])
            && ["Env", "Cmd", "Entrypoint", "User", "ExposedPorts"].iter().any(|key| has_keys(text, &[key])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_without_a_telling_name_must_look_like_a_dockerfile() {
        let dockerfile = Detected::Kind(InputKind::Dockerfile);
        for text in ["FROM a", "# x\nARG V=1\n\nfrom --platform=linux/amd64 a:$V as b\nRUN x\n", "\u{feff}FROM a\n"] {
            assert_eq!(detect("build", text), dockerfile, "{text:?}");
        }
        for text in ["from a import b\n", "FROM the beginning of time\n", "import a\n", "FROM\n", "", "ARG é\nx"] {
            assert_eq!(detect("build", text), Detected::Unknown, "{text:?}");
        }
    }

    #[test]
    fn a_template_is_skipped_by_name_and_by_its_lines() {
        for (name, text) in [
            ("Dockerfile.j2", "FROM a\n"),
            ("Dockerfile", "FROM a\n{% if x %}\nUSER b\n{% endif %}\n"),
            ("Dockerfile", "FROM a\n  <% if (x) { %>\nUSER b\n<% } %>\n"),
        ] {
            assert!(matches!(detect(name, text), Detected::Skip(_)), "{text}");
        }
        let shown = "FROM a\nRUN docker ps --format '{{.ID}}' && echo '<%= x %>'\n";
        assert_eq!(detect("Dockerfile", shown), Detected::Kind(InputKind::Dockerfile));
    }

    #[test]
    fn charts_are_templates_and_what_they_render_is_not() {
        let object = |rest: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n{rest}");
        for rest in [
            "  labels: {{ $labels }}\n",
            "  labels:\n    {{- toYaml .Values.labels | nindent 4 }}\n",
            "  name: a-{{ .Release.Name }}\n",
            "  args:\n  - {{ printf \"%s\" $x }}\n",
            "data:\n  a: |\n    x: {{ .Values.x }}\n",
            "  {%- if x %}\n",
            "  {{- /*\n  a comment */}}\n",
        ] {
            assert!(matches!(detect("x.yaml", &object(rest)), Detected::Skip(_)), "{rest}");
        }
        for rest in [
            "data:\n  a.tmpl: |-\n    {{ define \"slack.title\" }}\n\n    {{- end }}\n    x: {{ .Status }}\n",
            "data:\n  a: |\n    {%- if x %}\n",
            "spec:\n- annotations:\n    d: '{{ $labels.pod }} is down'\n    e: \"{{ $value }}\"\n",
            "# was: {{ .Values.x }}\n",
            "data: {a: {b: {c: d}}}\n",
        ] {
            assert_eq!(detect("x.yaml", &object(rest)), Detected::Kind(InputKind::Kubernetes), "{rest}");
        }
    }

    #[test]
    fn prose_with_a_manifest_in_it_is_no_manifest() {
        let manifest = "apiVersion: v1\nkind: Pod\n";
        assert_eq!(detect("pod", manifest), Detected::Kind(InputKind::Kubernetes));
        assert_eq!(detect("pod", &format!("# a pod\n---\n{manifest}")), Detected::Kind(InputKind::Kubernetes));
        for text in
            [format!("# Pods\n\nAs here:\n\n{manifest}"), format!("#!/bin/sh\nkubectl apply -f - <<E\n{manifest}E\n")]
        {
            assert_eq!(detect("README.md", &text), Detected::Unknown);
        }
    }

    #[test]
    fn image_configs_are_told_from_other_json() {
        let image = Detected::Kind(InputKind::Image);
        for text in [
            r#"{"architecture":"amd64","os":"linux","config":{}}"#,
            r#"{"config":{"Env":["A=b"]}}"#,
            r#"[{"RepoTags":["a:1"],"Config":{}}]"#,
            r#"{"config":{},"history":[{"created_by":"x"}]}"#,
            r#"{"rootfs":{"diff_ids":[]}}"#,
        ] {
            assert_eq!(detect("x.json", text), image, "{text}");
            assert_eq!(detect("blobs/sha256/0a1b", text), image, "{text}");
        }
        for text in [
            r#"{"name":"a","config":{"port":"80"},"os":["linux"],"cpu":["x64"]}"#,
            r#"{"config":{"a":1},"history":[]}"#,
            r#"{"compilerOptions":{}}"#,
        ] {
            assert!(matches!(detect("x.json", text), Detected::Skip(_)), "{text}");
        }
    }
}
