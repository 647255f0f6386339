//! Examples: texts with marks that say where the findings are.

use serde::{Deserialize, Serialize};

use crate::rule::Input;
use crate::rule_set::Datum;

/// An example of a rule, which a test runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Its name, for the test.
    pub name: String,
    /// What the rule says of it.
    pub expectation: Expectation,
    /// The files: name (may be empty) and text without marks.
    pub files: Vec<(String, String)>,
    /// The marked ranges: file, start and end in bytes of the text without marks.
    pub marks: Vec<(u32, u32, u32)>,
    /// The text of the first file after the fix, when the example says it.
    pub fixed: Option<String>,
    /// Parameters for this example.
    pub params: Vec<(String, Datum)>,
    /// The kind of input, when the text does not show it.
    pub input: Option<Input>,
    /// The Kubernetes version to check for.
    pub kubernetes_version: Option<String>,
    /// The build context of a Dockerfile: the text of its ignore file, and its files.
    pub context: Option<(Option<String>, Option<Vec<String>>)>,
}

/// What a rule says of an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expectation {
    /// It finds just what is marked.
    Bad,
    /// It finds nothing, and nothing is unknown.
    Good,
    /// It cannot tell: it finds nothing, and what is marked when unknowns are reported.
    Unknown,
}

/// The mark before a finding.
const OPEN: char = '⟦';
/// The mark after a finding.
const CLOSE: char = '⟧';

/// A text without its marks, and the ranges they enclosed in bytes of that text, or what is wrong with the marks.
pub(crate) fn unmark(text: &str) -> Result<(String, Vec<(u32, u32)>), String> {
    let mut plain = String::with_capacity(text.len());
    let mut open: Vec<usize> = Vec::new();
    let mut marks = Vec::new();
    for c in text.chars() {
        match c {
            OPEN => open.push(plain.len()),
            CLOSE => {
                let start = open.pop().ok_or("a closing mark without an opening one")?;
                let number = |at: usize| u32::try_from(at).map_err(|_| "the example is too long");
                marks.push((number(start)?, number(plain.len())?));
            }
            c => plain.push(c),
        }
    }
    if open.is_empty() {
        hullmark_document::sort_by(&mut marks, Ord::cmp);
        Ok((plain, marks))
    } else {
        Err("an opening mark without a closing one".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_in_the_plain_text() {
        assert_eq!(unmark("FROM a:⟦é⟧\n⟦x⟧").unwrap(), ("FROM a:é\nx".to_owned(), vec![(7, 9), (10, 11)]));
        assert!(unmark("⟦a").is_err());
        assert!(unmark("a⟧").is_err());
    }
}
