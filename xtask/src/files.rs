//! Finding the files under a folder.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file under `folder`, sorted, as paths relative to it; folders called like one of `without` are left out.
///
/// Symbolic links are not followed, so a loop of them cannot trap the walk.
pub fn under(folder: &Path, without: &[&str]) -> Result<Vec<PathBuf>, String> {
    let mut waiting = vec![PathBuf::new()];
    let mut files = Vec::new();
    while let Some(part) = waiting.pop() {
        let path = folder.join(&part);
        let sentence = |error| format!("cannot list the folder {}: {error}", path.display());
        for entry in fs::read_dir(&path).map_err(sentence)? {
            let entry = entry.map_err(sentence)?;
            let kind = entry.file_type().map_err(sentence)?;
            let name = entry.file_name();
            if kind.is_file() {
                files.push(part.join(name));
            } else if kind.is_dir() && !without.iter().any(|left_out| name == *left_out) {
                waiting.push(part.join(name));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A text file's content; bytes that are not UTF-8 are replaced.
pub fn read(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a file is a Dockerfile by its name.
pub fn is_dockerfile(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        // `Dockerfile`, `Dockerfile.web`, `Dockerfile-web` and `Dockerfile_web`, but not `dockerfile_test.go`.
        let suffix = |rest: &str| {
            rest.is_empty() || rest.starts_with(['.', '-']) || (rest.starts_with('_') && !rest.contains('.'))
        };
        name.strip_prefix(word).is_some_and(suffix) || name.ends_with(&format!(".{word}"))
    })
}

/// Whether a file is YAML or JSON by its name.
pub fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json")
}

/// Splits paths into groups that fit on a command line (the limit of Linux is 2 MiB with the environment).
pub fn calls(paths: &[PathBuf]) -> Vec<Vec<PathBuf>> {
    const BYTES: usize = 1 << 20;
    let mut groups: Vec<Vec<PathBuf>> = Vec::new();
    let mut room = 0;
    for path in paths {
        let bytes = path.as_os_str().len() + 9;
        match groups.last_mut() {
            Some(group) if bytes <= room => {
                group.push(path.clone());
                room -= bytes;
            }
            _ => {
                groups.push(vec![path.clone()]);
                room = BYTES.saturating_sub(bytes);
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfiles_are_known_by_name() {
        for name in [
            "Dockerfile",
            "a/dockerfile",
            "Dockerfile.cuda",
            "Dockerfile-windows",
            "Dockerfile_debug",
            "b/Containerfile",
        ] {
            assert!(is_dockerfile(Path::new(name)), "{name}");
        }
        assert!(is_dockerfile(Path::new("base.Dockerfile")));
        for name in ["Dockerfile/notes.md", "dockerfile_test.go", "README.md", "mydockerfile"] {
            assert!(!is_dockerfile(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn calls_keep_every_path_once_and_in_order() {
        let paths: Vec<PathBuf> = (0..40_000).map(|n| PathBuf::from(format!("{n:0>60}"))).collect();
        let groups = calls(&paths);
        assert!(groups.len() > 1);
        assert_eq!(groups.concat(), paths);
    }
}
