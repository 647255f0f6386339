//! Reading rule files, presets and tables.

mod cond;
mod fix;
mod preset;
mod reader;
mod rule_file;
mod set;

pub(crate) mod scope;

pub use rule_file::rule;
pub use set::{FileError, Framework, Loaded as LoadedSet, SourceFile, load};

pub(crate) use cond::TESTS;
pub(crate) use fix::{EDIT_KEYS, FIX_KEYS};
pub(crate) use preset::{ADJUST_KEYS, PRESET_KEYS, SELECTOR_KEYS};
pub(crate) use reader::Key;
pub(crate) use rule_file::{CASE_KEYS, EXAMPLE_KEYS, EXAMPLES_KEYS, ON_KEYS, PARAM_KEYS, RELATED_KEYS, RULE_KEYS};
