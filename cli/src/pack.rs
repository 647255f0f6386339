//! Rule packs of the caller: files to the source files of the library.

use std::path::{Path, PathBuf};

use hullmark::SourceFile;
use hullmark_document::Span;
use hullmark_files::reason;

use crate::call_error::CallError;

/// The packs of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packs {
    /// The files as the library wants them, their paths counted from the pack.
    pub(crate) files: Vec<SourceFile>,
    /// Where each stands for a person.
    origins: Vec<Origin>,
}

/// Where a rule file comes from.
#[derive(Clone, Debug)]
enum Origin {
    /// A file of this name.
    File(String),
    /// A place in another file: its name and text.
    Place(String, String, Span),
}

impl Packs {
    /// Reads the packs at `paths`, each a YAML file or a folder of them.
    ///
    /// # Errors
    /// When one is not there, cannot be read or holds no rule file.
    pub(crate) fn read(paths: &[PathBuf]) -> Result<Self, CallError> {
        let mut made = Self::default();
        for path in paths {
            made.add(path)?;
        }
        Ok(made)
    }

    fn add(&mut self, pack: &Path) -> Result<(), CallError> {
        let fail = |error: std::io::Error| {
            CallError::new(format!("cannot read the rule pack `{}`: {}", pack.display(), reason(&error)))
        };
        if !std::fs::metadata(pack).map_err(fail)?.is_dir() {
            let name = pack.file_name().unwrap_or_default().to_string_lossy().into_owned();
            return self.add_file(pack, name);
        }
        let before = self.files.len();
        let walk = ignore::WalkBuilder::new(pack)
            .standard_filters(false)
            .hidden(true)
            .sort_by_file_name(std::ffi::OsStr::cmp)
            .build();
        for entry in walk {
            let entry = entry
                .map_err(|error| CallError::new(format!("cannot read the rule pack `{}`: {error}", pack.display())))?;
            let path = entry.path();
            let is_yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
            if is_yaml && entry.file_type().is_some_and(|kind| kind.is_file()) {
                let parts = path.strip_prefix(pack).unwrap_or(path).iter().map(|part| part.to_string_lossy());
                self.add_file(path, parts.collect::<Vec<_>>().join("/"))?;
            }
        }
        if self.files.len() == before {
            return Err(CallError::new(format!("the rule pack `{}` holds no YAML file", pack.display())));
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path, name: String) -> Result<(), CallError> {
        let bytes = std::fs::read(path).map_err(|error| {
            CallError::new(format!("cannot read the rule file `{}`: {}", path.display(), reason(&error)))
        })?;
        let text = String::from_utf8(bytes)
            .map_err(|_| CallError::new(format!("the rule file `{}` is not UTF-8", path.display())))?;
        self.files.push(SourceFile { path: name, text });
        self.origins.push(Origin::File(path.display().to_string()));
        Ok(())
    }

    /// Adds rule files that were made from places of a file, given by name and text.
    pub(crate) fn add_made(&mut self, made: impl Iterator<Item = (SourceFile, Span)>, (name, text): (&str, &str)) {
        for (file, span) in made {
            self.files.push(file);
            self.origins.push(Origin::Place(name.to_owned(), text.to_owned(), span));
        }
    }

    /// `error` with the place in the rule file that it points into.
    pub(crate) fn place(&self, error: hullmark::Error) -> CallError {
        let at = error.path().and_then(|path| self.files.iter().position(|file| file.path == path));
        let span = error.span();
        let made = CallError::from(error);
        match (at.and_then(|at| self.files.get(at).zip(self.origins.get(at))), span) {
            (Some((_, Origin::Place(name, text, span))), _) => made.at(name, text, *span),
            (Some((file, Origin::File(name))), Some(span)) => made.at(name, &file.text, span),
            _ => made,
        }
    }
}
