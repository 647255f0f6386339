//! What other tools check in manifests: each check of `rules/peers/kubernetes.yaml` is an alias of a rule or left out with
//! a reason, and the rules have no aliases beside.
#![cfg(test)]

use std::collections::HashSet;

use hullmark::Engine;
use hullmark_document::{NodeId, Tree, yaml};

/// The texts of a list.
fn texts(tree: &Tree, list: Option<NodeId>) -> Vec<String> {
    let items = list.map(|id| tree.children(id).collect::<Vec<_>>()).unwrap_or_default();
    items.iter().map(|&id| tree.text(id).unwrap().to_owned()).collect()
}

#[test]
fn every_check_of_the_peers_is_a_rule_or_left_out_with_a_reason() {
    let text = include_str!("../../rules/peers/kubernetes.yaml");
    let parsed = yaml::parse(text.into(), &yaml::Limits::default());
    assert!(parsed.problems.is_empty() && parsed.duplicate_keys.is_empty(), "{:?}", parsed.problems);
    let tree = &parsed.tree;
    let rules = Engine::builder().build().unwrap().rules();
    let of_manifests = |rule: &&hullmark::RuleInfo| rule.inputs.iter().any(|one| one.as_str() != "dockerfile");
    let aliases: HashSet<&str> =
        rules.iter().filter(of_manifests).flat_map(|rule| rule.aliases.iter().map(String::as_str)).collect();
    let mut faults = Vec::new();
    let mut known = HashSet::new();
    for peer in tree.children(parsed.documents[0].root) {
        let code = |check: &String| format!("{}:{check}", tree.key(peer));
        let checks = texts(tree, tree.get(peer, "checks"));
        assert!(checks.len() > 30, "{}", tree.key(peer));
        let mut left = Vec::new();
        for group in tree.get(peer, "left-out").into_iter().flat_map(|id| tree.children(id)) {
            let reason = tree.get(group, "reason").and_then(|id| tree.text(id)).unwrap_or_default();
            assert!(reason.len() > 20, "a reason for {:?}", texts(tree, tree.get(group, "checks")));
            left.extend(texts(tree, tree.get(group, "checks")));
        }
        let there = left.iter().map(code).filter(|one| aliases.contains(one.as_str()));
        faults.extend(there.map(|one| one + " is left out and there"));
        faults.extend(left.iter().filter(|one| !checks.contains(one)).map(|one| code(one) + " is no check"));
        let missing = checks.iter().filter(|one| !left.contains(one)).map(code);
        faults.extend(missing.filter(|one| !aliases.contains(one.as_str())).map(|one| one + " is nowhere"));
        let before = known.len();
        known.extend(checks.iter().map(code));
        assert_eq!(known.len() - before, checks.len(), "a check of {} stands twice", tree.key(peer));
    }
    let peers: HashSet<&str> = known.iter().filter_map(|code| code.split(':').next()).collect();
    let beside = aliases.iter().filter(|alias| {
        let of_files = alias.starts_with("trivy:DS-") || alias.contains("_DOCKER_");
        peers.contains(alias.split(':').next().unwrap()) && !of_files && !known.contains(**alias)
    });
    faults.extend(beside.map(|alias| format!("{alias} is an alias of no check")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
