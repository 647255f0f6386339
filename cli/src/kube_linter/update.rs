//! The template `update-configuration`.

use serde_json::{Value, json};

use super::params::Params;
use super::template::Piece;
use crate::config::{At, Fault};

/// A rule about the strategy, and one for each number that has bounds.
pub(super) fn pieces(params: &Params<'_>) -> Result<Vec<Piece>, Fault> {
    let strategy = params.need("strategyTypeRegex")?.text()?;
    let type_of = |absent: &str| json!({ "not": { "regex": strategy }, "absent": absent });
    let holes = [("deployment", type_of("RollingUpdate")), ("deployment-config", type_of("Rolling"))];
    let mut made = vec![Piece::written(include_str!("templates/update-strategy.yaml"), &holes)];
    let bounded =
        [("maxUnavailable", "maxPodsUnavailable", "minPodsUnavailable"), ("maxSurge", "maxSurge", "minSurge")];
    for (field, most, least) in bounded {
        let (most, least) = (params.get(most), params.get(least));
        if let Some(bounds) = bounds(most, least)? {
            made.push(Piece::worded(
                include_str!("templates/update-bounds.yaml"),
                &[("field", field)],
                &[("bounds", bounds), ("shown", json!(shown(most, least)?))],
            ));
        }
    }
    Ok(made)
}

/// The predicate of what is out of bounds: a number where a share is wanted too, and the other way round.
fn bounds(most: Option<At<'_>>, least: Option<At<'_>>) -> Result<Option<Value>, Fault> {
    let mut bad = Vec::new();
    for (test, at) in [("gt", most), ("lt", least)] {
        let Some(at) = at else { continue };
        let word = at.text()?;
        let number = word.strip_suffix('%').unwrap_or(word);
        let Some(bound) = number.parse::<u32>().ok().filter(|&bound| bound <= 100 || !word.ends_with('%')) else {
            return Err(at.fault(format!("`{word}` is neither a number nor a share such as 25%")));
        };
        if word.ends_with('%') {
            bad.push(json!({ "not": { "regex": "^[0-9]+%$" } }));
            bad.push(json!({ test: bound, "percent-of": "$params.whole" }));
        } else {
            bad.push(json!({ "regex": "%$" }));
            bad.push(json!({ test: bound }));
        }
    }
    Ok((!bad.is_empty()).then(|| json!({ "any": bad })))
}

fn shown(most: Option<At<'_>>, least: Option<At<'_>>) -> Result<String, Fault> {
    Ok(match (least.map(At::text).transpose()?, most.map(At::text).transpose()?) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("{least} or more"),
        (None, most) => format!("{} or less", most.unwrap_or_default()),
    })
}
