//! The licences of everything that is built in, against the allow list of `deny.toml`.
//!
//! `cargo deny` checks the same and more; this check needs nothing installed, so it can never be left out.

use serde_json::Value;

use crate::files;
use crate::json;
use crate::process;

/// The number of packages from elsewhere, and one sentence for each whose licence is not allowed.
pub fn check() -> Result<(usize, Vec<String>), String> {
    let allowed = allow_list(&files::read(&process::root().join("deny.toml"))?)?;
    let output = process::captured(&mut process::cargo(&["metadata", "--locked", "--format-version", "1"]))?;
    let metadata = json::parse(&output.stdout, "cargo metadata")?;
    // A package of this workspace has no source.
    let foreign: Vec<&Value> =
        json::list(&metadata, "packages").iter().filter(|package| !json::text(package, "source").is_empty()).collect();
    let fault = |package: &&Value| {
        let name = format!("{} {}", json::text(package, "name"), json::text(package, "version"));
        match json::text(package, "license") {
            "" => Some(format!("{name} states no licence")),
            licence => match satisfied(licence, &allowed) {
                Ok(true) => None,
                Ok(false) => Some(format!("{name} is under {licence}, which deny.toml does not allow")),
                Err(sentence) => Some(format!("{name}: {sentence}")),
            },
        }
    };
    Ok((foreign.len(), foreign.iter().filter_map(fault).collect()))
}

/// The texts of the list `allow` in the section `[licenses]`.
///
/// TOML is only read as far as this one list goes: quoted texts, one or several a line, comments.
fn allow_list(toml: &str) -> Result<Vec<String>, String> {
    let mut in_section = false;
    let mut in_list = false;
    let mut allowed = Vec::new();
    for line in toml.lines() {
        let line = line.split_once('#').map_or(line, |(before, _)| before).trim();
        if !in_list && line.starts_with('[') {
            in_section = line == "[licenses]";
        }
        if in_section && line.split_once('=').is_some_and(|(key, _)| key.trim() == "allow") {
            in_list = true;
        }
        if in_list {
            allowed.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
            in_list = !line.ends_with(']');
        }
    }
    if allowed.is_empty() {
        Err("deny.toml has no list `allow` in its section [licenses]".to_owned())
    } else {
        Ok(allowed)
    }
}

/// Whether an SPDX licence expression can be satisfied with the allowed licences only.
fn satisfied(expression: &str, allowed: &[String]) -> Result<bool, String> {
    // Old packages write `MIT/Apache-2.0` for `MIT OR Apache-2.0`.
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Expression { words: words.iter().peekable(), allowed, depth: 0 };
    let value = reader.either();
    match (value, reader.words.next()) {
        (Some(value), None) => Ok(value),
        _ => Err(format!("the licence expression `{expression}` cannot be read")),
    }
}

/// A reader of `a OR b AND (c OR d WITH exception)`; `AND` binds closer than `OR`.
struct Expression<'a> {
    words: std::iter::Peekable<std::slice::Iter<'a, &'a str>>,
    allowed: &'a [String],
    depth: u32,
}

impl Expression<'_> {
    fn either(&mut self) -> Option<bool> {
        let mut value = self.both()?;
        while self.words.next_if(|word| **word == "OR").is_some() {
            value |= self.both()?;
        }
        Some(value)
    }

    fn both(&mut self) -> Option<bool> {
        let mut value = self.one()?;
        while self.words.next_if(|word| **word == "AND").is_some() {
            value &= self.one()?;
        }
        Some(value)
    }

    fn one(&mut self) -> Option<bool> {
        let word = *self.words.next()?;
        if word == "(" {
            self.depth += 1;
            let value = if self.depth < 20 { self.either()? } else { return None };
            self.depth -= 1;
            return (self.words.next() == Some(&")")).then_some(value);
        }
        if [")", "OR", "AND", "WITH"].contains(&word) {
            return None;
        }
        if self.words.next_if(|next| **next == "WITH").is_some() {
            let exception = self.words.next()?;
            let whole = format!("{word} WITH {exception}");
            return Some(self.allowed.contains(&whole));
        }
        Some(self.allowed.iter().any(|licence| licence == word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(expression: &str) -> bool {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned);
        satisfied(expression, &allowed).unwrap()
    }

    #[test]
    fn one_allowed_side_of_or_is_enough_and_both_of_and_are_needed() {
        assert!(holds("MIT"));
        assert!(holds("Apache-2.0/GPL-3.0"));
        assert!(holds("GPL-2.0 OR MIT AND Unicode-3.0"));
        assert!(holds("(MIT OR GPL-2.0) AND Unicode-3.0"));
        assert!(!holds("MIT AND GPL-2.0"));
        assert!(!holds("(MIT OR Apache-2.0) AND GPL-3.0"));
    }

    #[test]
    fn an_exception_is_another_licence() {
        assert!(!holds("Apache-2.0 WITH LLVM-exception"));
        assert!(holds("Apache-2.0 WITH LLVM-exception OR MIT"));
    }

    #[test]
    fn a_broken_expression_is_never_satisfied() {
        for expression in ["", "MIT OR", "MIT Apache-2.0", "(MIT", "OR", &"(".repeat(10_000)] {
            assert!(satisfied(expression, &["MIT".to_owned()]).is_err(), "{expression}");
        }
    }

    #[test]
    fn the_allow_list_of_the_licence_section_is_read() {
        let toml = "[bans]\nallow = [\"no\"]\n[licenses]\nallow = [ # these\n  \"MIT\", \"ISC\",\n  \"Zlib\",\n]\n[x]\nallow = []\n";
        assert_eq!(allow_list(toml).unwrap(), ["MIT", "ISC", "Zlib"]);
        assert!(allow_list("[licenses]\n").is_err());
    }
}
