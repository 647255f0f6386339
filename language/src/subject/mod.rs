//! The subjects that rules speak of, their fields and facts: one table, from which paths are checked, the page of
//! facts is written and the engine is held to account.
//!
//! A *closed* type (a stage, an instruction, a command) has just the members listed here, all worked out by Hullmark.
//! An *open* type (a Kubernetes object, an image config) has the keys of the document, and beside them the facts listed
//! here; a fact's name never collides with a key of the document, since the two are looked up apart.

mod dockerfile;
mod image;
mod kubernetes;
mod shell;

use crate::Input;

/// What kind of thing a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// True or false.
    Bool,
    /// A whole number.
    Number,
    /// Text or a list of text, whichever the document has.
    Any,
    /// A list of texts.
    Texts,
    /// A mapping from names of the document to texts.
    TextMap,
    /// A mapping from names to lists of texts.
    TextsByName,
    /// One thing of a named type.
    One(&'static str),
    /// A list of things of a named type.
    Many(&'static str),
    /// A mapping from names to lists of things of a named type.
    ByName(&'static str),
    /// A part of the document itself, with the document's own keys.
    Open,
    /// Nodes found through other objects of the input set, of a named type; only quantifiers can ask for them.
    Related(&'static str),
}

/// A member of a subject type.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// The name in a path.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it means, in one sentence or two.
    pub doc: &'static str,
}

/// A type of thing that paths walk through.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// The name, unique over all inputs.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Whether it has the document's own keys beside its members.
    pub open: bool,
    /// What it has.
    pub members: &'static [Member],
}

impl Type {
    /// The member called `name`.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// A subject: what `each:` may name for an input.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// The name after `each:`.
    pub name: &'static str,
    /// The input it is found in.
    pub input: Input,
    /// The name of its type.
    pub of: &'static str,
}

const fn member(name: &'static str, kind: Kind, doc: &'static str) -> Member {
    Member { name, kind, doc: self::doc(doc) }
}

/// The text, where a reference may be made of it; those who download the program need not download it.
const fn doc(text: &'static str) -> &'static str {
    if cfg!(feature = "reference") { text } else { "" }
}

/// Every type, those of Dockerfiles first.
pub static TYPES: &[&[Type]] = &[dockerfile::TYPES, shell::TYPES, image::TYPES, kubernetes::TYPES];

/// Every subject of every input.
pub static SUBJECTS: &[Subject] = &[
    Subject { name: "file", input: Input::Dockerfile, of: "file" },
    Subject { name: "stage", input: Input::Dockerfile, of: "stage" },
    Subject { name: "instruction", input: Input::Dockerfile, of: "instruction" },
    Subject { name: "command", input: Input::Dockerfile, of: "command" },
    Subject { name: "pipeline", input: Input::Dockerfile, of: "pipeline" },
    Subject { name: "variable", input: Input::Dockerfile, of: "variable" },
    Subject { name: "expansion", input: Input::Dockerfile, of: "expansion" },
    Subject { name: "word", input: Input::Dockerfile, of: "word" },
    Subject { name: "assignment", input: Input::Dockerfile, of: "assignment" },
    Subject { name: "compound", input: Input::Dockerfile, of: "compound" },
    Subject { name: "list", input: Input::Dockerfile, of: "list" },
    Subject { name: "negation", input: Input::Dockerfile, of: "negation" },
    Subject { name: "redirection", input: Input::Dockerfile, of: "redirection" },
    Subject { name: "fault", input: Input::Dockerfile, of: "fault" },
    Subject { name: "comment", input: Input::Dockerfile, of: "comment" },
    Subject { name: "config", input: Input::Image, of: "config" },
    Subject { name: "history", input: Input::Image, of: "history" },
    Subject { name: "instruction", input: Input::Image, of: "instruction" },
    Subject { name: "command", input: Input::Image, of: "command" },
    Subject { name: "pipeline", input: Input::Image, of: "pipeline" },
    Subject { name: "variable", input: Input::Image, of: "variable" },
    Subject { name: "document", input: Input::Kubernetes, of: "document" },
    Subject { name: "object", input: Input::Kubernetes, of: "object" },
    Subject { name: "pod", input: Input::Kubernetes, of: "pod" },
    Subject { name: "container", input: Input::Kubernetes, of: "container" },
    Subject { name: "volume", input: Input::Kubernetes, of: "volume" },
    Subject { name: "rbac-rule", input: Input::Kubernetes, of: "rbac-rule" },
    Subject { name: "process", input: Input::Kubernetes, of: "process" },
    Subject { name: "object", input: Input::Set, of: "object" },
    Subject { name: "pod", input: Input::Set, of: "pod" },
    Subject { name: "container", input: Input::Set, of: "container" },
    Subject { name: "object-reference", input: Input::Set, of: "object-reference" },
];

/// The type called `name`.
#[must_use]
pub fn type_named(name: &str) -> Option<&'static Type> {
    TYPES.iter().copied().flatten().find(|of| of.name == name)
}

/// The subject called `name` of `input`.
#[must_use]
pub fn subject(input: Input, name: &str) -> Option<&'static Subject> {
    SUBJECTS.iter().find(|subject| subject.input == input && subject.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hullmark_document::Tree;

    use super::*;

    #[test]
    fn every_named_type_exists_once_and_members_are_unique() {
        let all: Vec<&Type> = TYPES.iter().copied().flatten().collect();
        for of in &all {
            assert_eq!(all.iter().filter(|other| other.name == of.name).count(), 1, "{}", of.name);
            for member in of.members {
                assert_eq!(of.members.iter().filter(|other| other.name == member.name).count(), 1, "{}", member.name);
                if let Kind::One(name) | Kind::Many(name) | Kind::ByName(name) | Kind::Related(name) = member.kind {
                    assert!(type_named(name).is_some(), "{}.{} is of no type `{name}`", of.name, member.name);
                }
                assert!(!cfg!(feature = "reference") || member.doc.ends_with('.'), "{}.{}", of.name, member.name);
            }
        }
        for subject in SUBJECTS {
            assert!(type_named(subject.of).is_some(), "{}", subject.name);
        }
    }

    /// Trees tell facts apart by the hashes of their names.
    #[test]
    fn no_two_members_have_one_hash() {
        let names: BTreeSet<&str> =
            TYPES.iter().copied().flatten().flat_map(|of| of.members).map(|one| one.name).collect();
        let hashes: BTreeSet<u32> = names.iter().map(|name| Tree::hash_key(name)).collect();
        assert_eq!(hashes.len(), names.len());
        assert!(!hashes.contains(&0));
    }
}
