//! `cargo xtask silence`: about the Dockerfiles of `rules/peers/silence.yaml` the peers have nothing to say. That the
//! rules find what is marked in them, `cargo test` tries.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::differences::{self, Mapping};
use crate::files;
use crate::hullmark::Hullmark;
use crate::json;
use crate::peers::{Peers, checkov_command};
use crate::process;

/// A Dockerfile and the peers that are silent about it.
struct Entry {
    rule: String,
    silent: Vec<String>,
    text: String,
    place: usize,
}

/// Runs the peers over every Dockerfile of the data file.
pub fn run() -> Outcome {
    let path = process::root().join("rules/peers/silence.yaml");
    let entries: Vec<Entry> = differences::mappings(&files::read(&path)?)
        .and_then(|all| all.into_iter().map(entry).collect())
        .map_err(|sentence| format!("{}: {sentence}", path.display()))?;
    let folder = process::target_folder()?.join("silence");
    let paths = write(&entries, &folder)?;
    let peers = Peers::open()?;
    let mut loud = of_hadolint(&peers, &folder, &paths)?;
    loud.extend(of_checkov(&peers, &folder)?);
    let mut held = true;
    for (peer, at, finding) in loud {
        let Some(entry) = entries.get(at).filter(|entry| entry.silent.contains(&peer)) else { continue };
        println!("line {}: {peer} has {finding} to say about the Dockerfile of {}", entry.place, entry.rule);
        held = false;
    }
    let without = rules_without(&entries)?;
    for rule in &without {
        println!("no Dockerfile shows what {rule} finds that no peer does");
    }
    println!("{} Dockerfiles about which peers are silent", entries.len());
    Ok(held && without.is_empty())
}

fn entry(mapping: Mapping) -> Result<Entry, String> {
    let place = mapping.place;
    let get = |name: &str| mapping.get(name).ok_or_else(|| format!("line {place}: an entry needs a `{name}`"));
    let silent: Vec<String> = get("silent")?.split(", ").map(str::to_owned).collect();
    if silent.iter().any(|peer| peer != "hadolint" && peer != "checkov") {
        return Err(format!("line {place}: the peers are hadolint and checkov"));
    }
    Ok(Entry { rule: get("rule")?, silent, text: get("text")?.replace(['⟦', '⟧'], ""), place })
}

/// Writes each Dockerfile into a folder of its own that its number names.
fn write(entries: &[Entry], folder: &Path) -> Result<Vec<PathBuf>, String> {
    let fault = |error: std::io::Error| format!("cannot write to {}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(fault)?;
    }
    let mut paths = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let path = Path::new(&at.to_string()).join("Dockerfile");
        fs::create_dir_all(folder.join(at.to_string())).map_err(fault)?;
        fs::write(folder.join(&path), &entry.text).map_err(fault)?;
        paths.push(path);
    }
    Ok(paths)
}

/// What a peer says: its name, the number of the entry, its code.
type Said = (String, usize, String);

fn said(peer: &str, path: &str, code: &str) -> Option<Said> {
    let at = Path::new(path).parent()?.file_name()?.to_str()?.parse().ok()?;
    Some((peer.to_owned(), at, code.to_owned()))
}

fn of_hadolint(peers: &Peers, folder: &Path, paths: &[PathBuf]) -> Result<Vec<Said>, String> {
    let output = process::captured(&mut peers.hadolint()?.command(folder, paths))?;
    let report = json::parse(&output.stdout, "hadolint")?;
    let all = report.as_array().ok_or("a report of hadolint is an array")?;
    Ok(all.iter().filter_map(|one| said("hadolint", json::text(one, "file"), json::text(one, "code"))).collect())
}

fn of_checkov(peers: &Peers, folder: &Path) -> Result<Vec<Said>, String> {
    let output = process::captured(&mut checkov_command(&peers.checkov()?, "dockerfile", folder, false))?;
    let report = json::parse(&output.stdout, "checkov")?;
    let results = report.get("results").ok_or("checkov found nothing to check")?;
    let failed = json::list(results, "failed_checks").iter();
    Ok(failed.filter_map(|one| said("checkov", json::text(one, "file_path"), json::text(one, "check_id"))).collect())
}

/// The rules of Dockerfiles that no peer has, as their aliases say, and that no entry shows.
fn rules_without(entries: &[Entry]) -> Result<Vec<String>, String> {
    let rules = Hullmark::build()?.rules("all")?;
    let all = rules.as_array().ok_or("a list of rules is an array")?;
    let texts = |rule: &serde_json::Value, key: &str| -> Vec<String> {
        json::list(rule, key).iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    };
    let own = all.iter().filter(|rule| {
        let peers = ["hadolint:", "buildkit:", "trivy:", "checkov:"];
        let has_peer = texts(rule, "aliases").iter().any(|alias| peers.iter().any(|peer| alias.starts_with(peer)));
        // What hangs on the files of a build context no Dockerfile alone can show.
        let needs_context = texts(rule, "tags").iter().any(|tag| tag == "build-context");
        texts(rule, "inputs").iter().any(|input| input == "dockerfile") && !has_peer && !needs_context
    });
    let ids = own.map(|rule| json::text(rule, "id").to_owned());
    Ok(ids.filter(|id| entries.iter().all(|entry| entry.rule != *id)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_its_rule_its_text_and_known_peers() {
        let read = |text: &str| {
            differences::mappings(text).and_then(|all| all.into_iter().map(entry).collect::<Result<Vec<_>, _>>())
        };
        let all = read("- {rule: a, silent: 'hadolint, checkov', text: 'FROM ⟦b⟧'}\n").unwrap();
        assert_eq!((all[0].silent.len(), all[0].text.as_str()), (2, "FROM b"));
        for faulty in
            ["- {rule: a, silent: hadolint}", "- {silent: hadolint, text: b}", "- {rule: a, silent: me, text: b}"]
        {
            assert!(read(faulty).is_err(), "{faulty}");
        }
    }

    #[test]
    fn what_is_said_belongs_to_the_folder() {
        assert_eq!(said("checkov", "/12/Dockerfile", "X"), Some(("checkov".to_owned(), 12, "X".to_owned())));
        assert_eq!(said("hadolint", "Dockerfile", "X"), None);
    }
}
