//! What kube-linter's templates are here: rules of ours with parameters, or rules written for them.

use hullmark::{Datum, Scalar};
use serde_json::{Value, json};

use super::params::{Params, one_of};
use crate::config::{At, Fault};

/// Rules that a template needs.
pub(super) struct Piece {
    pub(super) source: Source,
    pub(super) params: Vec<Param>,
}

/// Where the rules of a piece come from.
pub(super) enum Source {
    /// The rules that answer for this check of kube-linter's.
    Check(&'static str),
    /// A rule without head, its holes filled.
    Text(String),
}

/// A parameter for the rules that have it.
pub(super) struct Param {
    /// The one rule that it is meant for.
    pub(super) rule: Option<&'static str>,
    pub(super) name: &'static str,
    pub(super) value: Datum,
}

/// The templates without parameters, and the check that is just that.
const PLAIN: &[(&str, &str)] = &[
    ("cluster-admin-role-binding", "cluster-admin-role-binding"),
    ("dangling-horizontalpodautoscaler", "dangling-horizontalpodautoscaler"),
    ("dangling-ingress", "dangling-ingress"),
    ("dangling-networkpolicy", "dangling-networkpolicy"),
    ("dangling-networkpolicypeer-podselector", "dangling-networkpolicypeer-podselector"),
    ("dangling-servicemonitor", "dangling-servicemonitor"),
    ("deprecated-service-account-field", "deprecated-service-account-field"),
    ("duplicate-env-var", "duplicate-env-var"),
    ("host-ipc", "host-ipc"),
    ("host-network", "host-network"),
    ("host-pid", "host-pid"),
    ("job-ttl-seconds-after-finished", "job-ttl-seconds-after-finished"),
    ("liveness-probe", "no-liveness-probe"),
    ("mismatching-selector", "mismatching-selector"),
    ("no-node-affinity", "no-node-affinity"),
    ("non-existent-service-account", "non-existent-service-account"),
    ("non-isolated-pod", "non-isolated-pod"),
    ("pdb-max-unavailable", "pdb-max-unavailable"),
    ("pdb-min-available", "pdb-min-available"),
    ("pdb-unhealthy-pod-eviction-policy", "pdb-unhealthy-pod-eviction-policy"),
    ("privilege-escalation-container", "privilege-escalation-container"),
    ("privileged", "privileged-container"),
    ("privileged-ports", "privileged-ports"),
    ("read-only-root-fs", "no-read-only-root-fs"),
    ("read-secret-from-env-var", "read-secret-from-env-var"),
    ("readiness-probe", "no-readiness-probe"),
    ("restart-policy", "restart-policy"),
    ("run-as-non-root", "run-as-non-root"),
    ("target-port", "invalid-target-ports"),
    ("unsafe-proc-mount", "unsafe-proc-mount"),
    ("use-namespace", "use-namespace"),
    ("wildcard-in-rules", "wildcard-in-rules"),
    ("writable-host-mount", "writable-host-mount"),
];

/// The other templates, with their parameters.
const TEMPLATES: &[(&str, &[&str])] = &[
    ("access-to-resources", &["flagRolesNotFound", "resources", "verbs"]),
    ("anti-affinity", &["minReplicas", "topologyKey"]),
    ("cpu-requirements", &["requirementsType", "lowerBoundMillis", "upperBoundMillis"]),
    ("dangling-service", &["ignoredLabels"]),
    ("disallowed-api-obj", &["group", "version", "kind"]),
    ("dnsconfig-options", &["key", "value"]),
    ("env-value-from", &["ignoredSecrets", "ignoredConfigMaps"]),
    ("env-var", &["name", "value"]),
    ("forbidden-annotation", &["key", "value"]),
    ("forbidden-service-types", &["forbiddenServiceTypes"]),
    ("host-mounts", &["dirs"]),
    ("hpa-minimum-replicas", &["minReplicas"]),
    ("image-pull-policy", &["forbiddenPolicies"]),
    ("latest-tag", &["blockList", "allowList"]),
    ("liveness-port", &[]),
    ("memory-requirements", &["requirementsType", "lowerBoundMB", "upperBoundMB"]),
    ("minimum-replicas", &["minReplicas"]),
    ("ports", &["port", "protocol"]),
    ("priority-class-name", &["acceptedPriorityClassNames"]),
    ("readiness-port", &[]),
    ("required-annotation", &["key", "value"]),
    ("required-label", &["key", "value"]),
    ("scc-deny-privileged-container", &["allowPrivilegedContainer"]),
    ("service-account", &["serviceAccount"]),
    ("startup-port", &[]),
    ("statefulset-volumeclaimtemplate-annotation", &["annotation"]),
    ("unsafe-sysctls", &["unsafeSysCtls"]),
    (
        "update-configuration",
        &["strategyTypeRegex", "maxPodsUnavailable", "minPodsUnavailable", "maxSurge", "minSurge"],
    ),
    ("verify-container-capabilities", &["forbiddenCapabilities", "exceptions"]),
];

/// Templates that cannot be had, and why.
const REFUSED: &[(&str, &str)] = &[
    ("cel-expression", "expressions in CEL are not read; a rule pack can say the same, see docs/rule-language.md"),
    ("kubeconform", "objects are not checked against schemas"),
    ("sorted-keys", "there is no rule about the order of keys"),
];

/// Why a template without rules cannot be had.
pub(super) const NO_RULE: &str = "no rule answers for it";

/// The templates about the ports of probes, and the probe of each.
pub(super) const PROBES: &[(&str, &str)] =
    &[("liveness-port", "livenessProbe"), ("readiness-port", "readinessProbe"), ("startup-port", "startupProbe")];

/// The rules that answer for all of them.
pub(super) const PROBE_RULES: &[&str] = &["undeclared-probe-port", "unknown-probe-port"];

/// The rules about the ports of one probe.
pub(super) fn probe(template: &str) -> Option<Piece> {
    let (check, probe) = PROBES.iter().find(|(name, _)| *name == template)?;
    Some(Piece::of(check, [("probes", texts([(*probe).to_owned()]))]))
}

/// What the template called in `at` needs for a check with these parameters.
///
/// # Errors
/// When there is no such template here, or a parameter cannot be.
pub(super) fn pieces(at: At<'_>, params: &Params<'_>) -> Result<Vec<Piece>, Fault> {
    let key = at.text()?;
    if let Some((_, check)) = PLAIN.iter().find(|(name, _)| *name == key) {
        params.check(key, &[])?;
        return Ok(vec![Piece::of(check, [])]);
    }
    let Some((_, known)) = TEMPLATES.iter().find(|(name, _)| *name == key) else {
        return Err(match REFUSED.iter().find(|(name, _)| *name == key) {
            Some((_, why)) => cannot_be_had(at, key, why),
            None => {
                let names = PLAIN.iter().map(|(name, _)| *name).chain(TEMPLATES.iter().map(|(name, _)| *name));
                at.fault_with(format!("no template is called `{key}`"), &names.collect::<Vec<_>>())
            }
        });
    };
    params.check(key, known)?;
    match known_rule(key, params)? {
        Some(piece) => Ok(vec![piece]),
        None => written(at, key, params),
    }
}

/// The fault of a template that is kube-linter's and not ours.
pub(super) fn cannot_be_had(at: At<'_>, key: &str, why: &str) -> Fault {
    let message = format!("the template `{key}` of kube-linter's cannot be had here");
    Fault { help: Some(why.to_owned()), ..at.fault(message) }
}

/// A rule of ours with parameters, where there is one.
fn known_rule(key: &str, params: &Params<'_>) -> Result<Option<Piece>, Fault> {
    let at_least =
        || params.need("minReplicas")?.number().map(|number| ("min-replicas", Datum::Scalar(Scalar::Int(number))));
    if let Some(piece) = probe(key) {
        return Ok(Some(piece));
    }
    Ok(Some(match key {
        "anti-affinity" => {
            let topology = params.text("topologyKey")?;
            if topology.starts_with('!') {
                return Err(params.need("topologyKey")?.fault("`topologyKey` cannot be denied here".to_owned()));
            }
            let topology = if topology.is_empty() { r"^kubernetes\.io/hostname$" } else { topology };
            let least = params.number("minReplicas")?.unwrap_or(0);
            Piece::of(
                "no-anti-affinity",
                [("min-replicas", Datum::Scalar(Scalar::Int(least))), ("topology-key", text(topology))],
            )
        }
        "minimum-replicas" => Piece::of("minimum-three-replicas", [at_least()?]),
        "hpa-minimum-replicas" => Piece::of("hpa-minimum-three-replicas", [at_least()?]),
        "dnsconfig-options" => Piece::of(
            "dnsconfig-options",
            [("option", text(params.need("key")?.text()?)), ("value", text(params.need("value")?.text()?))],
        ),
        "priority-class-name" => Piece::of(
            "priority-class-name",
            [
                ("priority-classes", texts(params.list("acceptedPriorityClassNames")?)),
                ("allow-none", Datum::Scalar(Scalar::Bool(true))),
            ],
        ),
        "statefulset-volumeclaimtemplate-annotation" => Piece::of(
            "statefulset-volumeclaimtemplate-annotation",
            [("annotation", text(params.need("annotation")?.text()?))],
        ),
        "scc-deny-privileged-container" => {
            if let Some(at) = params.get("allowPrivilegedContainer").filter(|at| at.bool() != Ok(true)) {
                at.bool()?;
                return Err(at.fault("constraints that forbid privileged containers cannot be reported".to_owned()));
            }
            Piece::of("scc-deny-privileged-container", [])
        }
        "dangling-service" => {
            if let Some(at) = params.get("ignoredLabels").filter(|at| at.list() != Ok(Vec::new())) {
                return Err(at.fault("labels of a selector cannot be passed over here".to_owned()));
            }
            Piece::of("dangling-service", [])
        }
        "env-value-from" => {
            let mut piece = Piece::of("env-value-from", []);
            for (name, rule) in [("ignoredSecrets", "missing-secret"), ("ignoredConfigMaps", "missing-config-map")] {
                let value = texts(globs(params, name)?);
                piece.params.push(Param { rule: Some(rule), name: "ignored", value });
            }
            piece
        }
        _ => return Ok(None),
    }))
}

/// The rules that are written for the template.
fn written(at: At<'_>, key: &str, params: &Params<'_>) -> Result<Vec<Piece>, Fault> {
    let one = |file: &str, holes: &[(&str, Value)]| Ok(vec![Piece::written(file, holes)]);
    match key {
        "access-to-resources" => access(params),
        "cpu-requirements" => requirements(params, "cpu", ("lowerBoundMillis", "upperBoundMillis", "m")),
        "memory-requirements" => requirements(params, "memory", ("lowerBoundMB", "upperBoundMB", "Mi")),
        "update-configuration" => super::update::pieces(params),
        "verify-container-capabilities" => super::capability::pieces(params),
        "disallowed-api-obj" => one(
            include_str!("templates/disallowed-api-obj.yaml"),
            &[
                ("group", params.field("group", "")?),
                ("version", params.field("version", "")?),
                ("kind", params.field("kind", "")?),
            ],
        ),
        "env-var" => {
            params.need("name")?;
            let holes = [("name", params.matcher("name")?), ("value", params.field("value", "")?)];
            one(include_str!("templates/env-var.yaml"), &holes)
        }
        "forbidden-annotation" => one(include_str!("templates/forbidden-annotation.yaml"), &[("pair", params.pair()?)]),
        "required-annotation" => required(params, "annotations", "annotation"),
        "required-label" => required(params, "labels", "label"),
        "forbidden-service-types" => {
            let types = json!(params.need_list("forbiddenServiceTypes")?);
            one(include_str!("templates/forbidden-service-types.yaml"), &[("types", types)])
        }
        "host-mounts" => {
            one(include_str!("templates/host-mounts.yaml"), &[("dirs", one_of(&params.need_list("dirs")?))])
        }
        "image-pull-policy" => {
            let policies = json!(params.need_list("forbiddenPolicies")?);
            one(include_str!("templates/image-pull-policy.yaml"), &[("policies", policies)])
        }
        "latest-tag" => one(include_str!("templates/latest-tag.yaml"), &[("images", images(params)?)]),
        "ports" => {
            let holes =
                [("port", json!(params.need("port")?.number()?)), ("protocol", params.field("protocol", "TCP")?)];
            one(include_str!("templates/ports.yaml"), &holes)
        }
        "service-account" => {
            params.need("serviceAccount")?;
            let account = params.field("serviceAccount", "")?;
            one(include_str!("templates/service-account.yaml"), &[("account", account)])
        }
        "unsafe-sysctls" => {
            let names = json!(params.need_list("unsafeSysCtls")?);
            one(include_str!("templates/unsafe-sysctls.yaml"), &[("names", names)])
        }
        _ => Err(cannot_be_had(at, key, NO_RULE)),
    }
}

fn access(params: &Params<'_>) -> Result<Vec<Piece>, Fault> {
    let all_too = |name: &str| -> Result<Value, Fault> {
        let mut made = one_of(&params.need_list(name)?);
        if let Some(list) = made.get_mut("any").and_then(Value::as_array_mut) {
            list.push(json!({ "eq": "*" }));
        }
        Ok(made)
    };
    let holes = [("resources", all_too("resources")?), ("verbs", all_too("verbs")?)];
    let mut made = vec![Piece::written(include_str!("templates/access-to-resources.yaml"), &holes)];
    if params.get("flagRolesNotFound").map(At::bool).transpose()? == Some(true) {
        made.push(Piece::written(include_str!("templates/role-not-found.yaml"), &[]));
    }
    Ok(made)
}

/// What is not set counts as 0.
fn requirements(
    params: &Params<'_>,
    resource: &str,
    (lower, upper, unit): (&str, &str, &str),
) -> Result<Vec<Piece>, Fault> {
    let at = params.need("requirementsType")?;
    let lists: &[(&str, &str)] = match at.text()? {
        "request" => &[("requests", "request")],
        "limit" => &[("limits", "limit")],
        "any" => &[("requests", "request"), ("limits", "limit")],
        word => return Err(at.fault_with(format!("`{word}` is no type of requirement"), &["request", "limit", "any"])),
    };
    let mut range = json!({ "read-as": "quantity", "absent": 0 });
    let bounds = [("ge", params.number(lower)?.or(Some(0))), ("le", params.number(upper)?)];
    if let Some(map) = range.as_object_mut() {
        let bounds = bounds.into_iter().filter_map(|(test, bound)| Some((test, bound?)));
        map.extend(bounds.map(|(test, bound)| (test.to_owned(), json!(format!("{bound}{unit}")))));
    }
    let piece = |(list, word): &(&str, &str)| {
        let name = if resource == "cpu" { "CPU" } else { resource };
        Piece::worded(
            include_str!("templates/resource-requirements.yaml"),
            &[("list", list), ("resource", resource)],
            &[("range", range.clone()), ("shown", json!(format!("{name} {word}")))],
        )
    };
    Ok(lists.iter().map(piece).collect())
}

fn required(params: &Params<'_>, map: &str, word: &str) -> Result<Vec<Piece>, Fault> {
    let value = params.text("value")?;
    let shown = format!("{word} {}={}", params.need("key")?.text()?, if value.is_empty() { "<any>" } else { value });
    let holes = [("pair", params.pair()?), ("shown", json!(shown))];
    Ok(vec![Piece::worded(include_str!("templates/required-label.yaml"), &[("map", map)], &holes)])
}

fn images(params: &Params<'_>) -> Result<Value, Fault> {
    let (blocked, allowed) = (params.list("blockList")?, params.list("allowList")?);
    match (blocked.is_empty(), allowed.is_empty()) {
        (false, true) => Ok(one_of(&blocked)),
        (true, false) => Ok(json!({ "not": one_of(&allowed) })),
        (true, true) => Err(params.fault("the template needs the parameter `blockList` or `allowList`")),
        (false, false) => Err(params.need("allowList")?.fault("`allowList` cannot be beside `blockList`".to_owned())),
    }
}

/// The patterns with `*` and `?` that say the same as the regular expressions of a list.
fn globs(params: &Params<'_>, name: &str) -> Result<Vec<String>, Fault> {
    let Some(at) = params.get(name) else { return Ok(Vec::new()) };
    at.items()?
        .map(|item| {
            let pattern = item.text()?;
            glob(pattern).ok_or_else(|| {
                let fault = item.fault(format!("`{pattern}` cannot be had here"));
                Fault { help: Some("names and `.*` can be".to_owned()), ..fault }
            })
        })
        .collect()
}

fn glob(pattern: &str) -> Option<String> {
    let inner = pattern.strip_prefix('^').unwrap_or(pattern);
    let whole_start = inner.len() < pattern.len();
    let (inner, whole_end) = inner.strip_suffix('$').map_or((inner, false), |inner| (inner, true));
    let made = inner.replace(".*", "*").replace(r"\.", "\n").replace('.', "?").replace('\n', ".");
    let plain = made.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*?.-_".contains(&byte));
    plain.then(|| format!("{}{made}{}", if whole_start { "" } else { "*" }, if whole_end { "" } else { "*" }))
}

impl Piece {
    fn of<const N: usize>(check: &'static str, params: [(&'static str, Datum); N]) -> Self {
        let params = params.into_iter().map(|(name, value)| Param { rule: None, name, value });
        Self { source: Source::Check(check), params: params.collect() }
    }

    /// The rule of `text`, in which each `«name»` is filled.
    pub(super) fn written(text: &str, holes: &[(&str, Value)]) -> Self {
        Self::worded(text, &[], holes)
    }

    /// The same with holes that are filled by words as they are.
    pub(super) fn worded(text: &str, words: &[(&str, &str)], holes: &[(&str, Value)]) -> Self {
        let mut made = String::new();
        let mut left = text;
        // In one pass, since what fills a hole comes from users and may look like a hole itself.
        while let Some((before, (name, after))) =
            left.split_once('«').and_then(|(before, rest)| Some((before, rest.split_once('»')?)))
        {
            made.push_str(before);
            let word = words.iter().find(|(word, _)| *word == name).map(|(_, word)| (*word).to_owned());
            let filled = word.or_else(|| Some(holes.iter().find(|(hole, _)| *hole == name)?.1.to_string()));
            made.push_str(&filled.unwrap_or_else(|| format!("«{name}»")));
            left = after;
        }
        made.push_str(left);
        Self { source: Source::Text(made), params: Vec::new() }
    }
}

fn text(value: &str) -> Datum {
    Datum::Scalar(Scalar::Text(value.to_owned()))
}

fn texts(values: impl IntoIterator<Item = String>) -> Datum {
    Datum::List(values.into_iter().map(|value| text(&value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parsed;

    /// What each template needs at least.
    const NEEDED: &[(&str, &str)] = &[
        ("access-to-resources", "{resources: [a], verbs: [get]}"),
        ("cpu-requirements", "{requirementsType: any}"),
        ("dnsconfig-options", "{key: ndots, value: '2'}"),
        ("env-var", "{name: A}"),
        ("forbidden-annotation", "{key: a}"),
        ("forbidden-service-types", "{forbiddenServiceTypes: [NodePort]}"),
        ("host-mounts", "{dirs: [/]}"),
        ("hpa-minimum-replicas", "{minReplicas: 2}"),
        ("image-pull-policy", "{forbiddenPolicies: [Never]}"),
        ("latest-tag", "{blockList: [a]}"),
        ("memory-requirements", "{requirementsType: limit}"),
        ("minimum-replicas", "{minReplicas: 2}"),
        ("ports", "{port: 22}"),
        ("required-annotation", "{key: a}"),
        ("required-label", "{key: a}"),
        ("service-account", "{serviceAccount: default}"),
        ("statefulset-volumeclaimtemplate-annotation", "{annotation: a}"),
        ("unsafe-sysctls", "{unsafeSysCtls: [kernel.]}"),
        ("update-configuration", "{strategyTypeRegex: Rolling, maxSurge: 1, minSurge: 25%}"),
        ("verify-container-capabilities", "{forbiddenCapabilities: [NET_RAW]}"),
    ];

    /// The pieces of a template with these parameters.
    fn made(template: &str, params: &str) -> Result<Vec<Piece>, Fault> {
        let mut made = Vec::new();
        parsed(&format!("template: {template}\nparams: {params}\n"), |root| {
            let [template, params] = ["template", "params"]
                .map(|key| root.entries()?.find(|at| at.key() == key).ok_or_else(|| root.fault(key.to_owned())));
            let (template, params) = (template?, params?);
            made = pieces(template, &Params::read(template, Some(params))?)?;
            Ok(())
        })?;
        Ok(made)
    }

    fn text_of(piece: &Piece) -> &str {
        match &piece.source {
            Source::Text(text) => text,
            Source::Check(name) => name,
        }
    }

    #[test]
    fn every_template_has_rules_and_no_hole_is_left_in_them() {
        for name in PLAIN.iter().map(|(name, _)| *name).chain(TEMPLATES.iter().map(|(name, _)| *name)) {
            let params = NEEDED.iter().find(|(needed, _)| *needed == name).map_or("{}", |(_, params)| params);
            let pieces = made(name, params).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
            assert!(!pieces.is_empty(), "{name} finds nothing");
            for piece in &pieces {
                assert!(!text_of(piece).is_empty() && !text_of(piece).contains(['«', '»']), "{}", text_of(piece));
            }
        }
        assert!(NEEDED.iter().all(|(name, _)| TEMPLATES.iter().any(|(known, _)| known == name)));
    }

    #[test]
    fn a_template_without_rules_is_a_fault() {
        parsed("x: nothing", |at| {
            let params = Params::read(at, None)?;
            let fault = written(at, "nothing", &params).err().unwrap();
            assert_eq!(fault.message, "the template `nothing` of kube-linter's cannot be had here");
            assert_eq!(fault.help.as_deref(), Some(NO_RULE));
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn a_value_that_looks_like_a_hole_is_a_text() {
        let cases = [
            ("env-var", "{name: «value», value: a}", r#"{ $variable.name: {"regex":"«value»"}, $variable.value: {"#),
            ("required-label", "{key: «shown», value: «map»}", r#"default: "label «shown»=«map»""#),
            (
                "required-label",
                "{key: «shown», value: «pair»}",
                r#"$one: {"key":{"regex":"«shown»"},"regex":"«pair»"}"#,
            ),
            (
                "verify-container-capabilities",
                "{forbiddenCapabilities: [«kept», «shown»]}",
                r#"default: "«kept», «shown»""#,
            ),
            ("update-configuration", "{strategyTypeRegex: «deployment-config»}", r#"{"regex":"«deployment-config»"}"#),
        ];
        for (template, params, wanted) in cases {
            let pieces = made(template, params).unwrap();
            assert!(pieces.iter().any(|piece| text_of(piece).contains(wanted)), "{}", text_of(pieces.last().unwrap()));
        }
    }

    #[test]
    fn regular_expressions_that_are_names_become_patterns() {
        let cases = [
            ("^db$", Some("db")),
            ("^db-.*$", Some("db-*")),
            ("db", Some("*db*")),
            (r"^a\.b.c$", Some("a.b?c")),
            ("^(a|b)$", None),
            ("^a+$", None),
        ];
        for (pattern, wanted) in cases {
            assert_eq!(glob(pattern).as_deref(), wanted, "{pattern}");
        }
    }

    #[test]
    fn no_template_stands_twice() {
        let mut names: Vec<&str> =
            PLAIN.iter().map(|(name, _)| *name).chain(TEMPLATES.iter().map(|(name, _)| *name)).collect();
        names.extend(REFUSED.iter().map(|(name, _)| *name));
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
