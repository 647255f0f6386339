//! Kubernetes admission: the review that an API server sends to a webhook, and the answer to it.
//!
//! Decision: the object is judged by itself, as a file is, so no rule over sets is asked: of a cluster, a webhook sees one
//! object. Nothing is kept between two calls, so that a dry run is answered like any other.

use hullmark_document::{ProblemCode, Tree, yaml};
use serde::Serialize;

use crate::engine::{Engine, Inner};
use crate::error::{Error, ErrorKind};
use crate::finding::{Report, Safety, Severity};
use crate::fix::merge_fixes;
use crate::json_patch::{self, base64};
use crate::pipeline;

const API_VERSION: &str = "admission.k8s.io/v1";
const KIND: &str = "AdmissionReview";
/// API servers may cut a longer warning.
const WARNING_BYTES: usize = 256;
/// What is beyond this, over all warnings, API servers leave out.
const WARNINGS_BYTES: usize = 4096;
/// How often fixes are applied before the rest is left as it is.
const ROUNDS: usize = 10;
/// The severity that refuses an object when none is named: that of what must not ship.
pub(crate) const DEFAULT_FAIL_ON: Severity = Severity::Critical;

/// The answer to an `AdmissionReview` of Kubernetes, which is one itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AdmissionReview {
    /// `admission.k8s.io/v1`.
    pub api_version: &'static str,
    /// `AdmissionReview`.
    pub kind: &'static str,
    /// The answer.
    pub response: AdmissionResponse,
}

/// What a webhook answers to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AdmissionResponse {
    /// That of the request.
    pub uid: String,
    /// Whether the object may be stored.
    pub allowed: bool,
    /// Why it may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<AdmissionStatus>,
    /// The changes that mend the object: a JSON Patch (RFC 6902) in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// `JSONPatch`, beside a patch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch_type: Option<&'static str>,
    /// What the user is told, the worst first.
    pub warnings: Vec<String>,
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AdmissionStatus {
    /// The HTTP status: 403.
    pub code: u16,
    /// `Forbidden`.
    pub reason: &'static str,
    /// What was found.
    pub message: String,
}

impl AdmissionReview {
    /// The answer as JSON: what a webhook sends back.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Engine {
    /// Answers an `AdmissionReview` of `admission.k8s.io/v1`, given as JSON.
    ///
    /// A finding at or above the severity of `EngineBuilder::fail_on` refuses the object, the others are warnings; so does
    /// what kept a part of the object from being checked. Where all fixes that could be made are safe, the answer has a
    /// patch, and the object is judged as it comes out of that. A request that stores no object is allowed.
    ///
    /// # Errors
    /// [`ErrorKind::BadReview`] when it is no such review: the webhook's caller is then no API server.
    ///
    /// ```
    /// let engine = hullmark::Engine::builder().build()?;
    /// let review = br#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "1",
    ///   "operation": "CREATE", "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
    ///   "spec": {"containers": [{"name": "c", "image": "a:1", "securityContext": {"privileged": true}}]}}}}"#;
    /// let answer = engine.review(review)?;
    /// assert!(!answer.response.allowed);
    /// assert_eq!(answer.response.status.map(|status| status.code), Some(403));
    /// # Ok::<(), hullmark::Error>(())
    /// ```
    pub fn review(&self, review: &[u8]) -> Result<AdmissionReview, Error> {
        let engine = self.inner();
        let request = Request::read(review, engine)?;
        let mut response = AdmissionResponse { uid: request.uid, allowed: true, ..AdmissionResponse::default() };
        if let Some(object) = request.object {
            judge(engine, &object, request.may_patch, &mut response);
        }
        Ok(AdmissionReview { api_version: API_VERSION, kind: KIND, response })
    }
}

/// What a review asks.
struct Request {
    uid: String,
    /// The JSON of the object that would be stored.
    object: Option<String>,
    may_patch: bool,
}

impl Request {
    fn read(review: &[u8], engine: &Inner) -> Result<Self, Error> {
        let bad = |message: &str| Error::new(ErrorKind::BadReview, line("this is no AdmissionReview", message));
        let limits = &engine.options.limits;
        if review.len() > limits.bytes {
            return Err(bad("it is larger than the limit"));
        }
        let text = std::str::from_utf8(review).map_err(|_| bad("it is not UTF-8"))?;
        // The object lies two levels deep, and may itself be as deep as a file.
        let limits = yaml::Limits { depth: limits.depth.saturating_add(2), documents: 1, alias_nodes: 0 };
        let yaml::Parsed { tree, documents, problems, .. } = yaml::parse_json(text.into(), &limits);
        if let Some(fault) = problems.iter().find(|problem| problem.code != ProblemCode::TooDeep) {
            return Err(bad(&fault.message));
        }
        let Some(root) = documents.first().map(|document| document.root) else { return Err(bad("it is empty")) };
        let text = |node, key| tree.get(node, key).and_then(|found| tree.text(found)).filter(|text| !text.is_empty());
        if text(root, "kind") != Some(KIND) || text(root, "apiVersion") != Some(API_VERSION) {
            return Err(bad("its kind and apiVersion are not AdmissionReview and admission.k8s.io/v1"));
        }
        let Some(request) = tree.get(root, "request") else { return Err(bad("it has no request")) };
        let Some(uid) = text(request, "uid") else { return Err(bad("its request has no uid")) };
        let operation = text(request, "operation");
        let stores = !matches!(operation, Some("DELETE" | "CONNECT"));
        let object = tree.get(request, "object").filter(|&object| stores && !tree.is_null(object));
        // Of a pod that runs, next to nothing can be changed: a patch would have the API server refuse the request.
        let runs = object.is_some_and(|object| operation == Some("UPDATE") && text(object, "kind") == Some("Pod"));
        Ok(Self {
            uid: uid.to_owned(),
            object: object.map(|object| tree.span(object).text(tree.source()).to_owned()),
            may_patch: !runs && !engine.options.no_patch,
        })
    }
}

/// What is wrong with an object, and what it comes to.
fn judge(engine: &Inner, object: &str, may_patch: bool, response: &mut AdmissionResponse) {
    let as_sent = pipeline::check_object(engine, object);
    let mended = if may_patch { mended(engine, object, &as_sent) } else { None };
    let report = mended.as_ref().map_or(&as_sent, |mended| &mended.report);
    let (mut refused, mut warned) = (Vec::new(), Vec::new());
    for &severity in Severity::ALL.iter().rev() {
        let told = if severity >= engine.options.fail_on { &mut refused } else { &mut warned };
        for finding in report.findings.iter().filter(|finding| finding.severity == severity) {
            told.push(line(&finding.rule, &finding.message));
        }
    }
    for problem in &report.problems {
        // Whoever writes the object must not be able to keep a part of it from being looked at.
        let told = if problem.code == ProblemCode::UnusedIgnore.as_str() { &mut warned } else { &mut refused };
        told.push(line(&problem.code, &problem.message));
    }
    if !refused.is_empty() {
        let message = bounded(refused).join("; ");
        response.allowed = false;
        response.status = Some(AdmissionStatus { code: 403, reason: "Forbidden", message });
    } else if let Some(mended) = mended {
        response.patch_type = Some("JSONPatch");
        response.patch = Some(mended.patch);
        warned.extend(mended.done);
    }
    response.warnings = bounded(warned);
}

/// What is told of a finding or a problem.
fn line(name: &str, message: &str) -> String {
    [name, ": ", message].concat()
}

/// An object after its fixes.
struct Mended {
    /// The JSON Patch that carries them out, in base64.
    patch: String,
    /// What is found after that.
    report: Report,
    /// What is told of the fixes.
    done: Vec<String>,
}

/// The object after all its fixes. Nothing where there is nothing to mend, where a fix is not safe, or where what comes out
/// cannot be read.
fn mended(engine: &Inner, object: &str, as_sent: &Report) -> Option<Mended> {
    let (mut text, mut report) = (object.to_owned(), None);
    let mut done = Vec::new();
    for _ in 0..ROUNDS {
        let (mut fixes, mut told) = (Vec::new(), Vec::new());
        for finding in &report.as_ref().unwrap_or(as_sent).findings {
            for fix in finding.fixes.iter().filter(|fix| !fix.edits.is_empty()) {
                match fix.applicability {
                    Safety::Safe => fixes.push(fix),
                    Safety::Unsafe => return None,
                    Safety::Display => continue,
                }
                told.push(line(&finding.rule, &finding.message) + " (mended)");
            }
        }
        let fixed = merge_fixes(&text, &fixes).ok()?;
        if fixed.text == text {
            break;
        }
        for number in fixed.applied {
            done.extend(told.get(number).cloned());
        }
        text = fixed.text;
        report = Some(pipeline::check_object(engine, &text));
    }
    let report = report?;
    let operations = json_patch::between(&tree(object, engine)?, &tree(&text, engine)?)?;
    Some(Mended { patch: base64(operations.as_bytes()), report, done })
}

/// The tree of an object that is wholly read.
fn tree(text: &str, engine: &Inner) -> Option<Tree> {
    let limits = yaml::Limits { depth: engine.options.limits.depth, documents: 1, alias_nodes: 0 };
    let parsed = yaml::parse_json(text.into(), &limits);
    parsed.problems.is_empty().then_some(parsed.tree)
}

/// The lines, each once, as far as API servers hand them on.
fn bounded(lines: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut left = WARNINGS_BYTES - WARNING_BYTES;
    let mut more = 0;
    for line in lines {
        // A header cannot hold control characters: the API server would drop the warning.
        let mut line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if line.len() > WARNING_BYTES {
            let mut end = WARNING_BYTES - "…".len();
            while !line.is_char_boundary(end) {
                end -= 1;
            }
            line.truncate(end);
            line.push('…');
        }
        if kept.contains(&line) {
            continue;
        }
        match left.checked_sub(line.len() + 2) {
            Some(rest) if more == 0 => {
                left = rest;
                kept.push(line);
            }
            _ => more += 1,
        }
    }
    if more > 0 {
        kept.push(format!("and {more} more"));
    }
    kept
}
