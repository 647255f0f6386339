//! The template `verify-container-capabilities`.

use serde_json::{Value, json};

use super::params::Params;
use super::template::Piece;
use crate::config::Fault;

/// A rule about what is added, and one about what is not dropped.
pub(super) fn pieces(params: &Params<'_>) -> Result<Vec<Piece>, Fault> {
    let forbidden = params.need_list("forbiddenCapabilities")?;
    let exceptions = params.list("exceptions")?;
    let all = forbidden.iter().any(|one| one.eq_ignore_ascii_case("all"));
    if all && forbidden.len() > 1 {
        let at = params.need("forbiddenCapabilities")?;
        return Err(at.fault("`all` stands alone in `forbiddenCapabilities`".to_owned()));
    }
    if !exceptions.is_empty() && !all {
        let at = params.need("exceptions")?;
        return Err(at.fault("there are exceptions only when `forbiddenCapabilities` is `all`".to_owned()));
    }
    let drop = |wanted: Value| {
        let lacking = json!({ "lacks": { "in": wanted, "read-as": "lower" }, "absent": [] });
        json!({ ".securityContext.capabilities.drop": lacking })
    };
    let (added, kept, shown) = if all {
        let added = json!({ "not-in": names(&exceptions), "read-as": "lower" });
        (added, vec![drop(json!(["all"]))], "all capabilities".to_owned())
    } else {
        let mut bad = names(&forbidden);
        bad.push("all".to_owned());
        let kept = forbidden.chunks(1).map(|one| {
            let mut enough = names(one);
            enough.push("all".to_owned());
            drop(json!(enough))
        });
        (json!({ "in": bad, "read-as": "lower" }), kept.collect(), forbidden.join(", "))
    };
    Ok(vec![
        Piece::written(include_str!("templates/capabilities-added.yaml"), &[("added", added)]),
        Piece::written(
            include_str!("templates/capabilities-kept.yaml"),
            &[("kept", json!(kept)), ("shown", json!(shown))],
        ),
    ])
}

/// The names as runtimes read them: without regard to case, with or without `CAP_`.
fn names(given: &[String]) -> Vec<String> {
    let both = |name: &String| {
        let name = name.to_ascii_lowercase();
        let name = name.strip_prefix("cap_").unwrap_or(&name).to_owned();
        [format!("cap_{name}"), name]
    };
    given.iter().flat_map(both).collect()
}
