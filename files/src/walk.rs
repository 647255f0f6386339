//! Paths of the call to files that may be inputs.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use hullmark::{Detected, Error, ErrorKind, detect};

use crate::{CONFIG_NAMES, reason};

/// A file that may be an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Its name in the report: as given, with `/` between the parts.
    pub(crate) shown: String,
    pub(crate) path: PathBuf,
    pub(crate) found: Found,
}

/// How a candidate was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The caller named it.
    Named,
    /// A walk met it, and its name says that it may be an input.
    ByName,
    /// A walk met it, and its content must tell.
    ByChance,
}

/// What a walk found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walk {
    /// The files, folder by folder as given, sorted within each, each once.
    pub(crate) candidates: Vec<Candidate>,
    /// What could not be entered: path and reason.
    pub(crate) unreadable: Vec<(String, String)>,
    /// What was left out: path and reason.
    pub(crate) skipped: Vec<(String, String)>,
    /// Whether standard input was among the paths.
    pub(crate) has_stdin: bool,
}

/// Whether the name of a file, whatever it holds, says that it may be an input.
pub(crate) fn is_telling(name: &str) -> bool {
    detect(name, "") != Detected::Unknown
}

/// Walks `paths`; `-` is standard input when `stdin` says so.
///
/// # Errors
/// [`ErrorKind::Unreadable`] when a path does not exist.
pub(crate) fn walk(paths: &[PathBuf], stdin: bool) -> Result<Walk, Error> {
    let mut made = Walk::default();
    let mut seen = HashSet::new();
    for path in paths {
        if stdin && path.as_os_str() == "-" {
            made.has_stdin = true;
            continue;
        }
        match std::fs::metadata(path) {
            Ok(data) if data.is_dir() => made.enter(path, &mut seen),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let message = format!("there is no file or folder `{}`", path.display());
                return Err(Error::new(ErrorKind::Unreadable, message));
            }
            // Whatever else keeps it from being read is found when it is read.
            _ => made.push(path.clone(), path, Found::Named, &mut seen),
        }
    }
    Ok(made)
}

impl Walk {
    fn push(&mut self, path: PathBuf, name: &Path, found: Found, seen: &mut HashSet<PathBuf>) {
        // `components` drops `.` in the middle and doubled slashes, not a `.` in front.
        let plain: PathBuf = path.components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect();
        if seen.insert(plain) {
            self.candidates.push(Candidate { shown: shown(name), path, found });
        }
    }

    fn enter(&mut self, folder: &Path, seen: &mut HashSet<PathBuf>) {
        let walk = ignore::WalkBuilder::new(folder)
            .hidden(false)
            .ignore(false)
            .git_ignore(true)
            .git_exclude(true)
            // What a person ignores everywhere must not change what a project's check finds.
            .git_global(false)
            .require_git(false)
            .follow_links(false)
            .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git")
            .sort_by_file_name(std::ffi::OsStr::cmp)
            .build();
        let mut charts = Charts::within(folder);
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.cannot_enter(folder, &error);
                    continue;
                }
            };
            let path = entry.path();
            let name = path.strip_prefix(".").ok().filter(|_| folder == Path::new(".")).unwrap_or(path);
            let Some(kind) = entry.file_type() else { continue };
            let telling = is_telling(&shown(name));
            if kind.is_symlink() && telling {
                self.skipped.push((shown(name), "a symbolic link: its target is checked where it lies".to_owned()));
            } else if kind.is_file() && telling && charts.renders(path) {
                self.skipped
                    .push((shown(name), "a chart's template: check what `helm template` makes of it".to_owned()));
            } else if kind.is_file() && !is_own(&entry) {
                let found = if telling { Found::ByName } else { Found::ByChance };
                self.push(path.to_owned(), name, found, seen);
            }
        }
    }

    fn cannot_enter(&mut self, folder: &Path, error: &ignore::Error) {
        let mut at = folder;
        let mut inner = error;
        loop {
            match inner {
                ignore::Error::WithPath { path, err } => (at, inner) = (path, err),
                ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
                _ => break,
            }
        }
        let reason = inner.io_error().map_or_else(|| inner.to_string(), reason);
        self.unreadable.push((shown(at), reason));
    }
}

/// The folders of charts' templates, as far as a walk has met them.
struct Charts<'w> {
    walked: &'w Path,
    /// The same folder from the root: the walk may have begun among the templates.
    whole: PathBuf,
    known: HashMap<PathBuf, bool>,
}

impl<'w> Charts<'w> {
    fn within(walked: &'w Path) -> Self {
        let whole = std::fs::canonicalize(walked).unwrap_or_else(|_| walked.to_owned());
        Self { walked, whole, known: HashMap::new() }
    }

    /// Whether the file is a manifest among the templates of a chart. One without a template's action is left out too:
    /// what it belongs to is known only when all is rendered.
    fn renders(&mut self, path: &Path) -> bool {
        if !path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml" || ending == "json") {
            return false;
        }
        let path = self.whole.join(path.strip_prefix(self.walked).unwrap_or(path));
        let above = path.ancestors().skip(1);
        above.filter(|folder| folder.ends_with("templates")).any(|folder| self.is_of_chart(folder))
    }

    fn is_of_chart(&mut self, folder: &Path) -> bool {
        if let Some(&known) = self.known.get(folder) {
            return known;
        }
        let found = folder.parent().is_some_and(|above| above.join("Chart.yaml").is_file());
        self.known.insert(folder.to_owned(), found);
        found
    }
}

/// Whether it is a config of Hullmark itself, which nobody wants to read about.
fn is_own(entry: &ignore::DirEntry) -> bool {
    CONFIG_NAMES.iter().any(|name| entry.file_name() == *name)
}

/// The path with `/` between its parts; a byte that is no Unicode becomes `\u{fffd}`.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}
