//! The parameters of a custom check, by names whose case does not count.

use serde_json::{Value, json};

use crate::config::{At, Fault};

/// The parameters of a check.
pub(super) struct Params<'t> {
    /// The name of the template, for what is missing.
    template: At<'t>,
    entries: Vec<At<'t>>,
}

impl<'t> Params<'t> {
    /// Those in `params`.
    pub(super) fn read(template: At<'t>, params: Option<At<'t>>) -> Result<Self, Fault> {
        let entries = match params.filter(|at| !at.is_null()) {
            Some(at) => at.entries()?.filter(|at| !at.is_null()).collect(),
            None => Vec::new(),
        };
        Ok(Self { template, entries })
    }

    /// Refuses what is none of `known`.
    pub(super) fn check(&self, template: &str, known: &[&str]) -> Result<(), Fault> {
        let is_known = |at: &&At<'_>| known.iter().any(|name| name.eq_ignore_ascii_case(at.key()));
        match self.entries.iter().find(|at| !is_known(at)) {
            None => Ok(()),
            Some(at) => {
                let fault = at.key_fault(format!("the template `{template}` has no parameter `{}`", at.key()));
                let help = (!known.is_empty()).then(|| format!("there are {}", known.join(", ")));
                Err(Fault { help, ..fault })
            }
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<At<'t>> {
        self.entries.iter().find(|at| at.key().eq_ignore_ascii_case(name)).copied()
    }

    /// The parameter, which the template cannot do without.
    pub(super) fn need(&self, name: &str) -> Result<At<'t>, Fault> {
        self.get(name).ok_or_else(|| self.fault(&format!("the template needs the parameter `{name}`")))
    }

    /// A fault of what is not given.
    pub(super) fn fault(&self, message: &str) -> Fault {
        self.template.fault(message.to_owned())
    }

    /// A text, empty when it is not given.
    pub(super) fn text(&self, name: &str) -> Result<&'t str, Fault> {
        self.get(name).map_or(Ok(""), At::text)
    }

    /// A whole number.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Fault> {
        self.get(name).map(At::number).transpose()
    }

    /// A list, empty when it is not given.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, Fault> {
        self.get(name).map_or_else(|| Ok(Vec::new()), At::list)
    }

    /// A list with something in it.
    pub(super) fn need_list(&self, name: &str) -> Result<Vec<String>, Fault> {
        let at = self.need(name)?;
        let list = at.list()?;
        if list.is_empty() {
            Err(at.fault(format!("`{name}` is empty, so the check would find nothing")))
        } else {
            Ok(list)
        }
    }

    /// The predicate of kube-linter's matcher: a regular expression, not fulfilled when `!` stands before it; any text
    /// when it is empty.
    pub(super) fn matcher(&self, name: &str) -> Result<Value, Fault> {
        self.text(name).map(matcher)
    }

    /// The same for a field that may be missing, which is an empty text to kube-linter.
    pub(super) fn field(&self, name: &str, absent: &str) -> Result<Value, Fault> {
        let mut made = self.matcher(name)?;
        if let Some(map) = made.as_object_mut() {
            map.insert("absent".to_owned(), json!(absent));
        }
        Ok(made)
    }

    /// The predicate of an entry whose key and value fit.
    pub(super) fn pair(&self) -> Result<Value, Fault> {
        self.need("key")?;
        let mut made = self.matcher("value")?;
        if let Some(map) = made.as_object_mut() {
            map.insert("key".to_owned(), self.matcher("key")?);
        }
        Ok(made)
    }
}

fn matcher(text: &str) -> Value {
    match text.strip_prefix('!') {
        Some(text) => json!({ "not": { "regex": text } }),
        None => json!({ "regex": text }),
    }
}

/// The predicate that one of the regular expressions fits.
pub(super) fn one_of(patterns: &[String]) -> Value {
    json!({ "any": patterns.iter().map(|pattern| json!({ "regex": pattern })).collect::<Vec<_>>() })
}
