//! The build context of Dockerfiles: its ignore file, and what lies in the folder.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hullmark::{BuildContext, Error, ErrorKind};

use crate::reason;
use crate::walk::shown;

/// The most bytes of an ignore file; of a larger one nothing is known.
const MAX_IGNORE_FILE: u64 = 1 << 20;
/// The most files of a folder that are listed.
const MAX_FILES: usize = 200_000;

/// The build contexts of a call.
#[derive(Debug, Default)]
pub(crate) struct Contexts {
    /// The folder that builds are given, when the caller has named it.
    folder: Option<(PathBuf, Vec<String>)>,
    /// The context of Dockerfiles without an ignore file of their own, by folder.
    shared: HashMap<PathBuf, Option<Arc<BuildContext>>>,
}

impl Contexts {
    /// The contexts of a call that names `folder`, or none.
    ///
    /// # Errors
    /// [`ErrorKind::Unreadable`] when the folder cannot be listed or has too many files.
    pub(crate) fn new(folder: Option<&Path>) -> Result<Self, Error> {
        let folder = folder.map(|folder| Ok((folder.to_owned(), list(folder)?))).transpose()?;
        Ok(Self { folder, shared: HashMap::new() })
    }

    /// The context of the Dockerfile at `path`; without a path, of one that lies nowhere.
    pub(crate) fn of(&mut self, path: Option<&Path>) -> Option<Arc<BuildContext>> {
        if let Some(own) = path.and_then(own_ignore_file) {
            let files = self.folder.as_ref().map(|(_, files)| files.clone());
            return Some(Arc::new(BuildContext { ignore_file: Some(own), files }));
        }
        let folder = match (&self.folder, path) {
            (Some((folder, _)), _) => folder.clone(),
            (None, path) => path?.parent()?.to_owned(),
        };
        if let Some(known) = self.shared.get(&folder) {
            return known.clone();
        }
        let ignore_file = read_text(&folder.join(".dockerignore"));
        let context = match (&self.folder, ignore_file) {
            (Some((_, files)), Ok(ignore_file)) => Some(BuildContext { ignore_file, files: Some(files.clone()) }),
            // Where no folder was named the context may be another one: that a file is missing here says nothing.
            (None, Ok(Some(text))) => Some(BuildContext { ignore_file: Some(text), files: None }),
            (_, Ok(None) | Err(_)) => None,
        };
        let context = context.map(Arc::new);
        self.shared.insert(folder, context.clone());
        context
    }
}

/// The ignore file that is for one Dockerfile alone: `Dockerfile.dockerignore`.
fn own_ignore_file(path: &Path) -> Option<String> {
    let mut name = path.file_name()?.to_owned();
    name.push(".dockerignore");
    read_text(&path.with_file_name(name)).ok().flatten()
}

/// The text of the file; nothing when there is none.
fn read_text(path: &Path) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Ok(file) if file.metadata()?.is_file() => file,
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => return Ok(None),
    };
    let mut text = String::new();
    if file.take(MAX_IGNORE_FILE + 1).read_to_string(&mut text)? as u64 > MAX_IGNORE_FILE {
        return Err(io::Error::other("the ignore file is too large"));
    }
    Ok(Some(text))
}

/// The files below `folder`, from its root, sorted. Links are not followed, and of a `.git` it is enough to know that
/// it is there.
fn list(folder: &Path) -> Result<Vec<String>, Error> {
    let failed = |why: String| {
        let message = format!("the build context `{}` cannot be listed: {why}", folder.display());
        Error::new(ErrorKind::Unreadable, message)
    };
    let walk = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .follow_links(false)
        .filter_entry(|entry| entry.depth() == 0 || entry.path().parent().is_none_or(|above| !above.ends_with(".git")))
        .build();
    let mut files = Vec::new();
    for entry in walk {
        let entry = entry.map_err(|error| failed(error.io_error().map_or_else(|| error.to_string(), reason)))?;
        let Ok(path) = entry.path().strip_prefix(folder) else { continue };
        if entry.depth() == 0 {
            continue;
        }
        match entry.file_type() {
            Some(kind) if kind.is_dir() && path.ends_with(".git") => files.push(shown(&path.join("HEAD"))),
            Some(kind) if kind.is_dir() => {}
            _ => files.push(shown(path)),
        }
        if files.len() > MAX_FILES {
            return Err(failed(format!("it holds more than {MAX_FILES} files")));
        }
    }
    files.sort_unstable();
    Ok(files)
}
