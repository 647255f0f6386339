//! The rule files of the caller, joined to the built-in set.

use hullmark_language::load::SourceFile;
#[cfg(feature = "packs")]
use hullmark_language::load::{FileError, load};
use hullmark_language::{RuleSet, RuleText};

use crate::engine::EngineBuilder;
use crate::error::{Error, ErrorKind};

impl EngineBuilder {
    /// Adds rule files of the caller; they run beside the preset's.
    pub fn pack(mut self, files: impl IntoIterator<Item = SourceFile>) -> Self {
        self.packs.extend(files);
        self
    }

    /// Puts the rules, presets and tables of the packs into `set` and gives back the texts of the rules.
    #[cfg(feature = "packs")]
    pub(crate) fn add_packs(&self, set: &mut RuleSet) -> Result<Vec<RuleText>, Error> {
        if self.packs.is_empty() {
            return Ok(Vec::new());
        }
        let frameworks = RuleSet::decode(hullmark_rules::FRAMEWORKS);
        set.tables.extend(frameworks.map_or_else(|_| Vec::new(), |frameworks| frameworks.tables));
        let pack = load(&self.packs, Some(set)).map_err(|errors| self.first_fault(&errors))?;
        set.rules.extend(pack.rules.rules);
        set.presets.extend(pack.rules.presets);
        set.tables.extend(pack.rules.tables);
        Ok(pack.texts.texts)
    }

    /// The reader of rule files is a tenth of what a browser downloads, and few pages need it.
    #[cfg(not(feature = "packs"))]
    pub(crate) fn add_packs(&self, _: &mut RuleSet) -> Result<Vec<RuleText>, Error> {
        if self.packs.is_empty() {
            return Ok(Vec::new());
        }
        Err(Error::new(ErrorKind::NoPacks, "this build of Hullmark has no reader of rule files")
            .with_help("take the one with packs: in JavaScript, import `hullmark-wasm/packs`"))
    }

    #[cfg(feature = "packs")]
    fn first_fault(&self, errors: &[FileError]) -> Error {
        match errors.first() {
            Some(first) => {
                let file = self.packs.iter().find(|file| file.path == first.path);
                Error::in_rule(&first.path, &first.error).with_range(file.map_or("", |file| &file.text), self.encoding)
            }
            None => Error::new(ErrorKind::BadOption, "the rule pack has a fault"),
        }
    }
}
