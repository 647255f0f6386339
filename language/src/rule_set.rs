//! Many rules with their presets and tables, and the compact form in which they are embedded.

use serde::{Deserialize, Serialize};

use crate::packed::{self, Apart, Unpacker};
use crate::predicate::Scalar;
use crate::preset::Preset;
use crate::rule::{Rule, RuleBody, RuleHead, RuleText};

/// A value of a data table or parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Datum {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    List(Vec<Datum>),
    /// A mapping, in the order of its file.
    Map(Vec<(String, Datum)>),
}

impl Datum {
    /// The value under `key` of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value, when it is a single one.
    #[must_use]
    pub fn scalar(&self) -> Option<&Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text, when it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(Scalar::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; nothing for anything else.
    pub fn items(&self) -> impl Iterator<Item = &Self> {
        match self {
            Self::List(items) => items.as_slice(),
            _ => &[],
        }
        .iter()
    }

    /// The entries of a mapping; nothing for anything else.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Self)> {
        match self {
            Self::Map(entries) => entries.as_slice(),
            _ => &[],
        }
        .iter()
        .map(|(key, value)| (key.as_str(), value))
    }
}

/// A data table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Its name after `$data.`, the file's path under `data/` without ending.
    pub name: String,
    /// What it holds.
    pub rows: Datum,
}

/// Rules, presets and tables, checked together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleSet {
    /// The rules, by id.
    pub rules: Vec<Rule>,
    /// The presets, by id.
    pub presets: Vec<Preset>,
    /// The tables, by name.
    pub tables: Vec<Table>,
}

/// The texts of the rules of a [`RuleSet`], in the same order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TextSet {
    /// The texts.
    pub texts: Vec<RuleText>,
}

/// The bytes are no rule set of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError;

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the bytes are no rule set of this version")
    }
}

impl std::error::Error for DecodeError {}

impl RuleSet {
    /// The compact form.
    ///
    /// # Errors
    /// When there is something in it that the compact form has no place for, such as a mapping with free keys.
    pub fn encode(&self) -> Result<Vec<u8>, DecodeError> {
        let parts = self.rules.iter().cloned().map(Rule::into_parts);
        let (heads, bodies): (Vec<RuleHead>, Vec<Apart<RuleBody>>) =
            parts.map(|(head, body)| (head, Apart(body))).unzip();
        packed::pack(&(&self.presets, &self.tables, heads, bodies)).map_err(|_| DecodeError)
    }

    /// The set that [`RuleSet::encode`] wrote down.
    ///
    /// # Errors
    /// When the bytes were not written by the same version.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode_where(bytes, |set| vec![true; set.rules.len()])
    }

    /// As [`RuleSet::decode`], but only the rules for which `choose` says so, by their place, are read whole. It is given
    /// the presets, the tables and the rules without what they look for; of those it does not choose no more is read, and
    /// they never hold.
    ///
    /// # Errors
    /// When the bytes were not written by the same version.
    pub fn decode_where(bytes: &[u8], choose: impl FnOnce(&Self) -> Vec<bool>) -> Result<Self, DecodeError> {
        let read = || -> Result<Self, packed::PackError> {
            let mut unpacker = Unpacker::new(bytes)?;
            let (presets, tables) = (unpacker.value()?, unpacker.value()?);
            let heads: Vec<RuleHead> = unpacker.value()?;
            let mut set = Self { rules: heads.into_iter().map(Rule::of_head).collect(), presets, tables };
            let chosen = choose(&set);
            if unpacker.length()? != set.rules.len() {
                return Err(packed::PackError);
            }
            for (at, rule) in set.rules.iter_mut().enumerate() {
                if let Some(body) = unpacker.apart(chosen.get(at) == Some(&true))? {
                    rule.fill(body);
                }
            }
            unpacker.end()?;
            Ok(set)
        };
        read().map_err(|_| DecodeError)
    }

    /// The table called `name`.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Datum> {
        self.tables.iter().find(|table| table.name == name).map(|table| &table.rows)
    }
}

impl TextSet {
    /// The compact form.
    ///
    /// # Errors
    /// When there is something in it that the compact form has no place for, such as a mapping with free keys.
    pub fn encode(&self) -> Result<Vec<u8>, DecodeError> {
        packed::pack(self).map_err(|_| DecodeError)
    }

    /// The texts that [`TextSet::encode`] wrote down.
    ///
    /// # Errors
    /// When the bytes were not written by the same version.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        packed::unpack(bytes).map_err(|_| DecodeError)
    }
}
