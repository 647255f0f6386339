//! The built-in rules of Hullmark, as data.
//!
//! The YAML files beside this crate are checked and compiled when it is built; here is only the result. The sources
//! stay the truth: `hullmark explain RULE` shows them.

/// The compiled rules, presets and tables; `hullmark_language::RuleSet::decode` reads them.
pub static RULES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));

/// The rules' texts for people, in the order of the rules; `hullmark_language::TextSet::decode` reads them.
#[cfg(feature = "texts")]
pub static TEXTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/texts.bin"));

/// The controls of the compliance frameworks, as tables that rules of packs are held to;
/// `hullmark_language::RuleSet::decode` reads them.
pub static FRAMEWORKS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/frameworks.bin"));
