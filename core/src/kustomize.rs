//! What kustomize does with the files of a set: a patch holds a part of an object whose rest stands elsewhere.

use hullmark_document::{NodeId, Tree, Value, sort_by, yaml};

use crate::check::clean_path;
use crate::input::InputFile;

/// The names that kustomize looks for.
///
/// Source: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The group of a kustomization, and the kind that it has when it says none.
pub(crate) const GROUP: &str = "kustomize.config.k8s.io";
pub(crate) const KIND: &str = "Kustomization";

/// Lists that no other file without `apiVersion` and `kind` is likely to have.
const LISTS: [&str; 9] = [
    "resources",
    "bases",
    "components",
    "configMapGenerator",
    "secretGenerator",
    "images",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
];

/// Whether a file of this name, in lower case, is a kustomization whatever it says.
pub(crate) fn is_name(name: &str) -> bool {
    NAMES.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// Whether a mapping is a kustomization that leaves out what it is; kustomize fills that in.
pub(crate) fn is_unnamed(tree: &Tree, root: NodeId) -> bool {
    let is_list = |key| tree.get(root, key).is_some_and(|node| tree.value(node) == Value::List);
    ["apiVersion", "kind"].into_iter().all(|key| tree.get(root, key).is_none()) && LISTS.into_iter().any(is_list)
}

/// The paths of the inputs that a kustomization among them names as patches, in order.
pub(crate) fn patches(inputs: &[InputFile]) -> Vec<String> {
    let mut found = Vec::new();
    for input in inputs {
        let (folder, name) = input.path.rsplit_once('/').unwrap_or(("", &input.path));
        let Some(text) = NAMES.contains(&name).then(|| std::str::from_utf8(&input.content).ok()).flatten() else {
            continue;
        };
        let tree = yaml::parse(text.into(), &yaml::Limits::default()).tree;
        found.extend(tree.roots().iter().flat_map(|&root| named(&tree, root)).map(|path| joined(folder, path)));
    }
    sort_by(&mut found, Ord::cmp);
    found
}

/// Whether the input at `path` is one of `patches`.
pub(crate) fn is_patch(path: &str, patches: &[String]) -> bool {
    !patches.is_empty() && patches.binary_search(&joined("", path)).is_ok()
}

/// The paths of patches that a kustomization names.
fn named(tree: &Tree, root: NodeId) -> Vec<&str> {
    let items = |key: &str| tree.get(root, key).map_or_else(Vec::new, |list| tree.children(list).collect());
    let by_path = ["patches", "patchesJson6902"].into_iter().flat_map(items).filter_map(|item| tree.get(item, "path"));
    let found = by_path.chain(items("patchesStrategicMerge"));
    // A patch may be written out in the place of its path.
    found.filter_map(|node| tree.text(node)).filter(|path| !path.contains('\n')).collect()
}

/// The path from the folder of the call, without `.` and `..` where they can be done without.
fn joined(folder: &str, path: &str) -> String {
    let whole = if folder.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    clean_path(&whole).into_owned()
}
