//! The build context: what of it reaches the builder, and what COPY and ADD take from it.

use hullmark_document::dockerfile::{Copy, Keyword};
use hullmark_document::{NodeId, Span, Value};

use super::Lowering;
use super::ignore_file::IgnoreFile;
use crate::check::clean_path;
use crate::input::BuildContext;

/// What is known of the build context.
#[derive(Debug, Default)]
pub(super) enum Context {
    /// Nothing.
    #[default]
    Unknown,
    /// There is no ignore file.
    Whole,
    /// Its ignore file; `None` when that could not be read.
    Filtered(Option<IgnoreFile>),
}

impl Context {
    pub(super) fn new(given: Option<&BuildContext>) -> Self {
        match given {
            None => Self::Unknown,
            Some(given) => match &given.ignore_file {
                Some(text) => Self::Filtered(IgnoreFile::read(text)),
                None => Self::Whole,
            },
        }
    }

    /// Whether a file is left out; `None` when that is not known.
    fn ignores(&mut self, path: &str) -> Option<bool> {
        match self {
            Self::Unknown | Self::Filtered(None) => None,
            Self::Whole => Some(false),
            Self::Filtered(Some(file)) => file.ignores(path),
        }
    }

    /// Whether nothing at the clean path `source` of a COPY reaches the builder; `None` when that is not known.
    fn leaves_out(&mut self, source: &str) -> Option<bool> {
        match self {
            Self::Filtered(Some(file)) if source == "." => {
                if !file.ignores_root() {
                    return Some(false);
                }
                // What is taken back in is something.
                if file.takes_back_below("") { None } else { Some(true) }
            }
            Self::Filtered(Some(file)) => match file.ignores(source) {
                Some(true) if file.takes_back_below(source) => None,
                known => known,
            },
            _ => self.ignores(source),
        }
    }
}

impl Lowering<'_> {
    /// The facts of the file about its build context.
    pub(super) fn context_facts(&mut self, file: NodeId, given: Option<&BuildContext>) {
        let known = match &self.context {
            Context::Unknown => Value::Unknown(""),
            Context::Whole => Value::Bool(false),
            Context::Filtered(_) => Value::Bool(true),
        };
        self.fact(file, "ignore-file", known);
        let Some(files) = given.and_then(|given| given.files.as_ref()) else { return };
        let list = self.list(file, "context-files", Span::default());
        for path in files {
            let path = clean_path(path);
            let path = path.strip_prefix('/').unwrap_or(&path);
            if self.context.ignores(path) == Some(false) {
                self.item(list, Value::Text(path), Span::default());
            }
        }
    }

    /// The sources of a COPY or ADD that come from the build context.
    pub(super) fn context_sources(&mut self, node: NodeId, keyword: Keyword, copy: &Copy, at: usize) {
        let list = self.list(node, "context-sources", Span::default());
        for source in copy.sources.iter().filter(|source| source.heredoc.is_none()) {
            let known = self.expanded(&source.word, at, keyword).text;
            if keyword == Keyword::Add && known.as_deref().is_some_and(is_remote) {
                continue;
            }
            let item = self.item(list, Value::Map, source.word.span);
            let Some(text) = known else {
                self.fact(item, "path", Value::Unknown(source.word.raw.text()));
                self.fact(item, "ignored", Value::Unknown(""));
                continue;
            };
            let path = clean_path(&text);
            let path = path.trim_start_matches('/');
            let path = if path.is_empty() { "." } else { path };
            self.text(item, "path", path, source.word.span);
            let ignored = self.context.leaves_out(path);
            self.fact(item, "ignored", ignored.map_or(Value::Unknown(""), Value::Bool));
        }
    }
}

/// Whether ADD fetches the source.
fn is_remote(source: &str) -> bool {
    ["http://", "https://", "git@", "git://", "ssh://", "ftp://"].iter().any(|start| source.starts_with(start))
}
