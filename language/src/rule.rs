//! A rule as it is checked and compiled.

use serde::{Deserialize, Serialize};

use crate::condition::Cond;
use crate::path::Path;
use crate::predicate::Scalar;
use crate::rule_set::Datum;
use crate::template::Template;

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $vdoc:literal])+ $variant:ident = $text:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name { $(#[serde(rename = $text)] $(#[doc = $vdoc])+ $variant,)+ }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The one called `word`.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// How bad it is, from the least.
    Severity {
        /// Worth knowing.
        Info = "info",
        /// A weakness with little effect alone.
        Low = "low",
        /// A weakness that matters.
        Medium = "medium",
        /// A weakness that an attacker or an outage will find.
        High = "high",
        /// A container that must not ship.
        Critical = "critical",
    }
}

words! {
    /// How sure it is, from the least.
    Confidence {
        /// A hint.
        Low = "low",
        /// Probably so.
        Medium = "medium",
        /// Surely so.
        High = "high",
    }
}

words! {
    /// How settled a rule is.
    Status {
        /// Settled.
        Stable = "stable",
        /// On trial.
        Preview = "preview",
        /// On its way out.
        Deprecated = "deprecated",
    }
}

words! {
    /// The kind of input a rule looks at.
    Input {
        /// A Dockerfile.
        Dockerfile = "dockerfile",
        /// An image's config.
        Image = "image",
        /// A Kubernetes manifest.
        Kubernetes = "kubernetes",
        /// All Kubernetes manifests of a call together.
        Set = "set",
    }
}

words! {
    /// What may be done with a fix.
    Safety {
        /// It changes nothing that the container does, but what the rule is about.
        Safe = "safe",
        /// It may change what the container does; a person should look.
        Unsafe = "unsafe",
        /// It is shown, never applied.
        Display = "display",
    }
}

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct On {
    /// The input.
    pub input: Input,
    /// The subject's name.
    pub subject: String,
}

/// A parameter of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// Its name after `$params.`.
    pub name: String,
    /// Its value when no preset or config sets it.
    pub default: Datum,
}

/// Another wording, place or weight for a match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// When it applies.
    pub when: Cond,
    /// The place, when it is another.
    pub at: Option<Path>,
    /// The message, when it is another.
    pub message: Option<Template>,
    /// The severity, when it is another.
    pub severity: Option<Severity>,
    /// The confidence, when it is another.
    pub confidence: Option<Confidence>,
    /// The fix, when it is another; `Some(None)` takes the fix away.
    pub fix: Option<Option<FixTemplate>>,
}

/// A fix before its nodes are known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FixTemplate {
    /// What may be done with it.
    pub safety: Safety,
    /// What it does, for a menu.
    pub title: Template,
    /// When it is offered.
    pub when: Option<Cond>,
    /// The edits, all or none.
    pub edits: Vec<EditTemplate>,
    /// What is displayed in its place where it is not offered or its edits cannot be made.
    pub otherwise: Option<Template>,
}

/// One edit of a fix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EditTemplate {
    /// Gives a key of the document a value, with the mappings above it when they are missing.
    Set {
        /// The mapping to begin from.
        base: Path,
        /// The keys from there.
        keys: Vec<Template>,
        /// The value.
        value: SetValue,
    },
    /// Takes an entry, item, word or instruction away, with the separator that belongs to it.
    Remove(Path),
    /// Puts a text in the place of a node.
    Replace {
        /// The node.
        at: Path,
        /// The text.
        text: Template,
    },
    /// Puts a text before or after a node.
    Insert {
        /// The node.
        at: Path,
        /// Whether after it.
        after: bool,
        /// Whether the text is a line of its own.
        line: bool,
        /// The text.
        text: Template,
    },
    /// Gives an entry another key.
    Rename {
        /// The entry.
        at: Path,
        /// The new key.
        to: Template,
    },
}

/// The value of a `set` edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SetValue {
    /// Written in the rule.
    Literal(Datum),
    /// A text made from nodes.
    Made(Template),
    /// The value of another node.
    Of(Path),
}

/// A place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RelatedPlace {
    /// The node.
    pub at: Path,
    /// What it has to do with it.
    pub message: Template,
}

/// Makes [`Rule`] of two lists of members, so that each stands once: those that are read of every rule, and those of rules
/// that run.
macro_rules! rule {
    (
        head { $($(#[doc = $head_doc:literal])+ $head:ident: $head_type:ty,)+ }
        body { $($(#[doc = $body_doc:literal])+ $body:ident: $body_type:ty,)+ }
    ) => {
        /// A rule as the engine needs it; its texts for people are in [`RuleText`].
        #[derive(Clone, Debug, PartialEq)]
        pub struct Rule {
            $($(#[doc = $head_doc])+ pub $head: $head_type,)+
            $($(#[doc = $body_doc])+ pub $body: $body_type,)+
            /// The least confidence of the presets that have the rule: a case that is less sure reports nothing.
            pub least_confidence: Option<Confidence>,
        }

        /// What of a rule must be read to know whether it runs.
        #[derive(Serialize, Deserialize)]
        pub(crate) struct RuleHead {
            $($head: $head_type,)+
        }

        /// The rest of a rule.
        #[derive(Default, Serialize, Deserialize)]
        pub(crate) struct RuleBody {
            $($body: $body_type,)+
        }

        impl Rule {
            /// A rule that looks for nothing so far.
            pub(crate) fn of_head(head: RuleHead) -> Self {
                let body = RuleBody::default();
                Self { $($head: head.$head,)+ $($body: body.$body,)+ least_confidence: None }
            }

            /// Gives the rule what it looks for.
            pub(crate) fn fill(&mut self, body: RuleBody) {
                $(self.$body = body.$body;)+
            }

            pub(crate) fn into_parts(self) -> (RuleHead, RuleBody) {
                (RuleHead { $($head: self.$head,)+ }, RuleBody { $($body: self.$body,)+ })
            }
        }
    };
}

rule! {
    head {
        /// Its id: kebab-case, the file's name.
        id: String,
        /// How bad it is.
        severity: Severity,
        /// How sure it is.
        confidence: Confidence,
        /// How settled it is.
        status: Status,
        /// The field's area, such as `supply-chain`.
        category: String,
        /// Words to choose it by.
        tags: Vec<String>,
        /// The ids peers give it, such as `hadolint:DL3007`.
        aliases: Vec<String>,
        /// The compliance frameworks of which it checks a control.
        frameworks: Vec<String>,
        /// What it looks at.
        on: Vec<On>,
    }
    body {
        /// Its parameters.
        params: Vec<Param>,
        /// The bad thing.
        matches: Cond,
        /// The place reported; without it, the last node that made the match true.
        at: Option<Path>,
        /// The slot whose every binding is a finding, when `at` starts from a capture.
        each: Option<u8>,
        /// The message.
        message: Template,
        /// Other wordings; the first that applies counts.
        cases: Vec<Case>,
        /// The fix.
        fix: Option<FixTemplate>,
        /// Other places that belong to it.
        related: Vec<RelatedPlace>,
        /// Nodes whose values are never shown.
        redact: Vec<Path>,
        /// The rules whose findings take the place of its own: those within their range that are as severe.
        yields_to: Vec<String>,
        /// Whether an unknown outcome is reported, with low confidence.
        report_unknown: bool,
        /// How many slots its captures need.
        slots: u8,
    }
}

/// A rule's texts for people, kept apart from what the engine needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleText {
    /// One line.
    pub title: String,
    /// Why it hurts, who exploits it, when it is fine to ignore.
    pub rationale: String,
    /// Where to read more.
    pub references: Vec<String>,
    /// The version of Hullmark that brought it.
    pub since: String,
    /// The rule that takes its place, for a deprecated one.
    pub replaced_by: Option<String>,
    /// Its examples.
    pub examples: Vec<crate::example::Example>,
    /// The controls it checks, by framework.
    pub compliance: Vec<(String, Vec<String>)>,
    /// What each of its parameters does.
    pub params: Vec<String>,
    /// The rule file as written.
    pub source: String,
}

impl From<Scalar> for Datum {
    fn from(scalar: Scalar) -> Self {
        Self::Scalar(scalar)
    }
}
