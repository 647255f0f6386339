//! Typed reading of the nodes of a rule file, with errors that point at them.

use hullmark_document::{NodeId, Span, Tree, Value};

use crate::error::{LoadError, LoadErrorKind, nearest};
use crate::predicate::Scalar;
use crate::rule_set::Datum;

/// The result of reading a part of a rule file.
pub(crate) type Loaded<T> = Result<T, LoadError>;

/// A key that a mapping of a rule file may have; the JSON Schema is made from the same tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    /// A JSON Schema, as JSON text.
    pub(crate) schema: &'static str,
    pub(crate) doc: &'static str,
}

/// A node of a rule file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) id: NodeId,
}

impl<'t> At<'t> {
    /// An error at this node.
    pub(crate) fn error(self, kind: LoadErrorKind, message: impl Into<String>) -> LoadError {
        LoadError::new(kind, message, self.span())
    }

    /// A [`LoadErrorKind::BadValue`] at this node.
    pub(crate) fn bad(self, message: impl Into<String>) -> LoadError {
        self.error(LoadErrorKind::BadValue, message)
    }

    pub(crate) fn span(self) -> Span {
        let span = self.tree.span(self.id);
        if span.is_empty() { self.tree.key_span(self.id) } else { span }
    }

    pub(crate) fn key(self) -> &'t str {
        self.tree.key(self.id)
    }

    /// An error at the key under which this node stands.
    pub(crate) fn key_error(self, kind: LoadErrorKind, message: impl Into<String>) -> LoadError {
        LoadError::new(kind, message, self.tree.key_span(self.id))
    }

    pub(crate) fn value(self) -> Value<'t> {
        self.tree.value(self.id)
    }

    pub(crate) fn get(self, key: &str) -> Option<Self> {
        let id = self.tree.get(self.id, key)?;
        Some(Self { tree: self.tree, id })
    }

    pub(crate) fn need(self, key: &str) -> Loaded<Self> {
        self.get(key).ok_or_else(|| self.error(LoadErrorKind::MissingKey, format!("`{key}` is missing")))
    }

    pub(crate) fn children(self) -> impl Iterator<Item = Self> + use<'t> {
        let tree = self.tree;
        tree.children(self.id).map(move |id| Self { tree, id })
    }

    /// The entries, when it is a mapping.
    pub(crate) fn entries(self) -> Loaded<impl Iterator<Item = Self> + use<'t>> {
        match self.value() {
            Value::Map => Ok(self.children()),
            _ => Err(self.bad(format!("{} must be a mapping", self.called()))),
        }
    }

    /// The items, when it is a list.
    pub(crate) fn items(self) -> Loaded<impl Iterator<Item = Self> + use<'t>> {
        match self.value() {
            Value::List => Ok(self.children()),
            _ => Err(self.bad(format!("{} must be a list", self.called()))),
        }
    }

    fn called(self) -> String {
        if self.key().is_empty() { "this".to_owned() } else { format!("`{}`", self.key()) }
    }

    /// The text; a number or boolean counts as it is spelled.
    pub(crate) fn text(self) -> Loaded<&'t str> {
        match self.value() {
            Value::Text(text) => Ok(text),
            Value::Int(_) | Value::Float(_) | Value::Bool(_) => Ok(self.tree.span(self.id).text(self.tree.source())),
            _ => Err(self.bad(format!("{} must be a text", self.called()))),
        }
    }

    pub(crate) fn owned(self) -> Loaded<String> {
        self.text().map(str::to_owned)
    }

    pub(crate) fn bool(self) -> Loaded<bool> {
        match self.value() {
            Value::Bool(value) => Ok(value),
            _ => Err(self.bad(format!("{} must be true or false", self.called()))),
        }
    }

    /// The items of a list, or what stands for a list of one.
    pub(crate) fn each(self) -> Vec<Self> {
        match self.value() {
            Value::List => self.children().collect(),
            _ => vec![self],
        }
    }

    /// A list of texts, or one text that stands for a list of one.
    pub(crate) fn texts(self) -> Loaded<Vec<String>> {
        self.each().into_iter().map(Self::owned).collect()
    }

    pub(crate) fn scalar(self) -> Loaded<Scalar> {
        match self.value() {
            Value::Null => Ok(Scalar::Null),
            Value::Bool(value) => Ok(Scalar::Bool(value)),
            Value::Int(value) => Ok(Scalar::Int(value)),
            Value::Float(value) => Ok(Scalar::Float(value)),
            Value::Text(text) => Ok(Scalar::Text(text.to_owned())),
            _ => Err(self.bad(format!("{} must be a single value", self.called()))),
        }
    }

    /// Any value as data.
    pub(crate) fn datum(self) -> Loaded<Datum> {
        match self.value() {
            Value::List => Ok(Datum::List(self.children().map(Self::datum).collect::<Loaded<_>>()?)),
            Value::Map => Ok(Datum::Map(
                self.children().map(|entry| Ok((entry.key().to_owned(), entry.datum()?))).collect::<Loaded<_>>()?,
            )),
            _ => Ok(Datum::Scalar(self.scalar()?)),
        }
    }

    /// A word of a fixed set.
    pub(crate) fn word<T: Copy>(self, all: &[T], text_of: fn(T) -> &'static str) -> Loaded<T> {
        let word = self.text()?;
        if let Some(&found) = all.iter().find(|&&one| text_of(one) == word) {
            return Ok(found);
        }
        let words: Vec<&str> = all.iter().map(|&one| text_of(one)).collect();
        let error = self.bad(format!("`{word}` is none of {}", words.join(", ")));
        Err(match nearest(word, words.iter().copied()) {
            Some(near) => error.with_help(format!("did you mean `{near}`?")),
            None => error,
        })
    }

    /// Checks that a mapping has only keys of `known`, each once, and all required ones.
    pub(crate) fn check_keys(self, known: &[Key]) -> Loaded<()> {
        let mut seen: Vec<&str> = Vec::new();
        for entry in self.entries()? {
            let key = entry.key();
            if !known.iter().any(|one| one.name == key) {
                let error = entry.key_error(LoadErrorKind::UnknownKey, format!("no key is called `{key}` here"));
                return Err(match nearest(key, known.iter().map(|one| one.name)) {
                    Some(near) => error.with_help(format!("did you mean `{near}`?")),
                    None => error.with_help(format!(
                        "there are {}",
                        known.iter().map(|one| one.name).collect::<Vec<_>>().join(", ")
                    )),
                });
            }
            if seen.contains(&key) {
                return Err(entry.key_error(LoadErrorKind::Duplicate, format!("`{key}` stands here twice")));
            }
            seen.push(key);
        }
        match known.iter().find(|one| one.required && !seen.contains(&one.name)) {
            Some(missing) => {
                Err(self.error(LoadErrorKind::MissingKey, format!("`{}` is missing: {}", missing.name, missing.doc)))
            }
            None => Ok(()),
        }
    }
}
