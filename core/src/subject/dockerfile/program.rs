//! Programs: which of their flags take values, which have subcommands, which run other programs.

use hullmark_language::{Datum, Scalar};

/// The table of programs, `rules/data/commands.yaml`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Programs<'t> {
    table: Option<&'t Datum>,
}

/// One program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Program<'t> {
    row: Option<&'t Datum>,
}

impl<'t> Programs<'t> {
    pub(crate) fn new(table: Option<&'t Datum>) -> Self {
        Self { table }
    }

    /// The program called `name`; one that the table lacks has no flags with values and no subcommands.
    ///
    /// `pip3.11` is `pip` and `python3.11` is `python` when the table has no row for the version.
    pub(crate) fn get(&self, name: &str) -> Program<'t> {
        let row_of = |name: &str| self.table.and_then(|table| table.get(name));
        let versionless = || name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        let row = row_of(name).or_else(|| row_of(versionless()));
        match row.and_then(|row| row.get("like")).and_then(Datum::text) {
            Some(like) => Program { row: self.table.and_then(|table| table.get(like)) },
            None => Program { row },
        }
    }
}

impl<'t> Program<'t> {
    fn flag(&self, key: &str) -> bool {
        self.row.and_then(|row| row.get(key)) == Some(&Datum::Scalar(Scalar::Bool(true)))
    }

    /// Whether its first operand is a subcommand.
    pub(crate) fn has_subcommands(&self) -> bool {
        self.flag("subcommands")
    }

    /// Whether `-abc` is one flag called `abc` rather than three.
    pub(crate) fn has_long_flags_with_one_dash(&self) -> bool {
        self.flag("one-dash")
    }

    /// Whether the word after the flag `name` is its value.
    pub(crate) fn takes_value(&self, name: &str) -> bool {
        self.row.and_then(|row| row.get("values")).is_some_and(|values| {
            values.items().any(|value| match value {
                Datum::Scalar(Scalar::Text(text)) => text == name,
                Datum::Scalar(Scalar::Int(number)) => name.parse() == Ok(*number),
                _ => false,
            })
        })
    }

    /// Whether its operands are another command.
    pub(crate) fn wraps(&self) -> bool {
        self.flag("wraps")
    }

    /// How many operands stand before the command that it wraps.
    fn wrapped_after(&self) -> usize {
        match self.row.and_then(|row| row.get("after")) {
            Some(Datum::Scalar(Scalar::Int(number))) => usize::try_from(*number).unwrap_or(0),
            _ => 0,
        }
    }

    /// Whether `NAME=value` may stand before the command that it wraps.
    fn sets_variables(&self) -> bool {
        self.flag("assignments")
    }

    /// The flag after which another program and its words stand: `m` for `python -m pip install`.
    pub(crate) fn module_flag(&self) -> Option<&'t str> {
        self.row.and_then(|row| row.get("module")).and_then(Datum::text)
    }

    /// Whether a command for each file it finds may stand behind the flag `name`, up to `;` or `+`.
    pub(crate) fn runs(&self, name: &str) -> bool {
        self.row
            .and_then(|row| row.get("runs"))
            .is_some_and(|flags| flags.items().any(|flag| flag.text() == Some(name)))
    }

    /// Whether a user's name may stand before its script.
    fn has_user(&self) -> bool {
        self.flag("user")
    }

    /// The flag whose operand is a script: `c` for shells; the empty text when every operand is one (`eval`).
    pub(crate) fn script_flag(&self) -> Option<&'t str> {
        self.row.and_then(|row| row.get("script")).and_then(Datum::text)
    }

    /// Where among `words`, its own name first, the command begins that it wraps.
    pub(crate) fn wrapped_at<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> Option<usize> {
        if !self.wraps() {
            return None;
        }
        let mut words = words.into_iter().enumerate().skip(1);
        let mut operands = self.wrapped_after();
        while let Some((at, text)) = words.next() {
            if text == "--" || self.sets_variables() && is_assignment(text) {
                continue;
            }
            if let Some(flag) = text.strip_prefix('-').filter(|flag| !flag.is_empty()) {
                if self.value_follows(text, flag.trim_start_matches('-')) {
                    words.next();
                }
                continue;
            }
            if operands == 0 {
                return Some(at);
            }
            operands -= 1;
        }
        None
    }

    /// Whether the next word is the value of the last flag in `word`, a flag or group of them called `name`.
    fn value_follows(&self, word: &str, name: &str) -> bool {
        if word.contains('=') {
            return false;
        }
        let last = name.char_indices().next_back().and_then(|(at, _)| name.get(at..)).unwrap_or("");
        self.takes_value(name) || !word.starts_with("--") && self.takes_value(last)
    }

    /// Where among `words`, its own name first, the script stands that it runs.
    pub(crate) fn script_at<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> Option<usize> {
        let flag = self.script_flag()?;
        let mut words = words.into_iter().enumerate().skip(1);
        if flag.is_empty() {
            return words.next().map(|(at, _)| at);
        }
        while let Some((_, word)) = words.next() {
            let Some(group) = word.strip_prefix('-').filter(|group| *group != "-") else {
                if self.has_user() && word != "--" {
                    continue;
                }
                return None;
            };
            if group.starts_with('-') {
                continue;
            }
            if group.contains(flag) {
                // `-o pipefail -c script` and `-eo pipefail -c script`: options with a value come before.
                return words.find(|(_, word)| !word.starts_with(['-', '+']) || word.contains(' ')).map(|(at, _)| at);
            }
            if group.ends_with('o') {
                words.next();
            }
        }
        None
    }
}

fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use hullmark_language::RuleSet;

    use super::*;

    #[test]
    fn every_flag_of_the_table_is_a_text_or_a_digit() {
        let rules = RuleSet::decode(hullmark_rules::RULES).unwrap();
        let Some(Datum::Map(rows)) = rules.table("commands") else { panic!("the table is lost") };
        for (name, row) in rows {
            for key in ["values", "runs"] {
                // `n` is false in YAML unless it is quoted, and would be lost.
                let fine = |value: &Datum| matches!(value, Datum::Scalar(Scalar::Text(_) | Scalar::Int(_)));
                assert!(row.get(key).is_none_or(|values| values.items().all(fine)), "{name}");
            }
        }
    }
}
