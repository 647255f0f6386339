//! Reading a whole set: rules, presets, tables and frameworks, checked against each other.

use std::collections::HashMap;
use std::sync::Arc;

use hullmark_document::{Problem, Span, sort_by, yaml};

use super::preset::{Names, names, preset};
use super::reader::At;
use super::rule_file::rule;
use crate::error::{LoadError, LoadErrorKind, nearest};
use crate::path::{Path, Start};
use crate::predicate::Scalar;
use crate::preset::Preset;
use crate::rule::{Rule, RuleText};
use crate::rule_set::{Datum, RuleSet, Table, TextSet};
use crate::walk::Asked;

/// A file of a set, by its path from the set's root, with `/` between the parts.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path: `presets/`, `data/` and `compliance/` hold what they say, every other folder holds rules.
    pub path: String,
    /// The text.
    pub text: String,
}

/// A fault of a set: the file's path and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// The file's path as given.
    pub path: String,
    /// The fault.
    pub error: LoadError,
}

/// A set that was read without fault.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// What the engine needs.
    pub rules: RuleSet,
    /// What people read, in the order of the rules.
    pub texts: TextSet,
}

/// The controls of a compliance framework, by id.
pub type Framework = HashMap<String, String>;

/// Reads `files` into a set; `base` gives tables, frameworks and ids that the files may use and must not repeat.
///
/// # Errors
/// Every faulty file with its first fault, in the order of the files.
pub fn load(files: &[SourceFile], base: Option<&RuleSet>) -> Result<Loaded, Vec<FileError>> {
    let mut made = Made::default();
    for file in files {
        made.read(file);
    }
    made.extend_presets(base);
    made.check_names(base);
    if made.errors.is_empty() {
        // A rule that was not read would be missed here once more.
        made.check_named(base);
    }
    if made.errors.is_empty() {
        Ok(made.finish())
    } else {
        sort_by(&mut made.errors, |a, b| a.path.cmp(&b.path));
        Err(made.errors)
    }
}

/// A set in the making.
#[derive(Default)]
struct Made {
    rules: Vec<(Rule, RuleText, String, Places)>,
    set: RuleSet,
    /// Presets that extend another one: its id, and where that stands.
    extensions: Vec<(Preset, String, String, Span)>,
    /// What presets and rules that yield name, by their paths.
    named: Vec<(String, Names)>,
    errors: Vec<FileError>,
}

/// Where the parts of a rule file stand that are checked against others.
struct Places {
    id: Span,
    compliance: Vec<Span>,
    matches: Span,
}

impl Made {
    fn fail(&mut self, path: &str, error: LoadError) {
        self.errors.push(FileError { path: path.to_owned(), error });
    }

    fn read(&mut self, file: &SourceFile) {
        let parsed = yaml::parse(Arc::from(file.text.as_str()), &yaml::Limits::default());
        if let Some(Problem { message, span, .. }) = parsed.problems.first() {
            let error = LoadError::new(LoadErrorKind::Yaml, message.clone(), *span);
            return self.fail(&file.path, error);
        }
        if let Some(twice) = parsed.duplicate_keys.first() {
            let at = At { tree: &parsed.tree, id: twice.again };
            let error = at.key_error(LoadErrorKind::Duplicate, format!("`{}` stands here twice", at.key()));
            return self.fail(&file.path, error);
        }
        let folder = file.path.split_once('/').map_or("", |(folder, _)| folder);
        for document in &parsed.documents {
            let at = At { tree: &parsed.tree, id: document.root };
            let result = match folder {
                "data" | "compliance" => self.read_table(file, at),
                "presets" => self.read_preset(file, at),
                "schema" | "peers" => Ok(()),
                _ => self.read_rule(file, at, document.span, parsed.documents.len() > 1),
            };
            if let Err(error) = result {
                self.fail(&file.path, error);
            }
        }
    }

    fn read_table(&mut self, file: &SourceFile, at: At<'_>) -> Result<(), LoadError> {
        let name = file.path.strip_prefix("data/").unwrap_or(&file.path);
        let name = name.trim_end_matches(".yaml").replace('/', "-");
        let rows = if name.starts_with(FRAMEWORK) { control_ids(at)? } else { at.datum()? };
        self.set.tables.push(Table { name, rows });
        Ok(())
    }

    fn read_preset(&mut self, file: &SourceFile, at: At<'_>) -> Result<(), LoadError> {
        let made = preset(at)?;
        if stem(&file.path) != made.id {
            return Err(at.need("id")?.bad(format!("the id must be the file's name, `{}`", stem(&file.path))));
        }
        self.named.push((file.path.clone(), names(at, &made)));
        match at.get("extends") {
            Some(base) => self.extensions.push((made, base.owned()?, file.path.clone(), base.span())),
            None => self.set.presets.push(made),
        }
        Ok(())
    }

    fn read_rule(&mut self, file: &SourceFile, at: At<'_>, span: Span, many: bool) -> Result<(), LoadError> {
        let source = if many { span.text(&file.text) } else { &file.text };
        let (rule, text) = rule(at.tree, at.id, source)?;
        let id = at.need("id")?;
        if !many && stem(&file.path) != rule.id {
            return Err(id.bad(format!("the id must be the file's name, `{}`", stem(&file.path))));
        }
        let compliance = match at.get("compliance") {
            Some(map) => map.entries()?.map(At::span).collect(),
            None => Vec::new(),
        };
        let yields_to = at.get("yields-to").map_or_else(Vec::new, At::each);
        let named = rule.yields_to.iter().cloned().zip(yields_to.into_iter().map(At::span)).collect();
        self.named.push((file.path.clone(), Names { rules: named, params: Vec::new() }));
        let places = Places { id: id.span(), compliance, matches: at.need("match")?.span() };
        self.rules.push((rule, text, file.path.clone(), places));
        Ok(())
    }

    /// Makes presets whole that extend another one, which extends none.
    fn extend_presets(&mut self, base: Option<&RuleSet>) {
        let mut whole = Vec::new();
        for (mut preset, id, path, span) in std::mem::take(&mut self.extensions) {
            let known = self.set.presets.iter().chain(base.iter().flat_map(|base| &base.presets));
            match known.into_iter().find(|other| other.id == id) {
                Some(other) => {
                    preset.extend(other);
                    whole.push(preset);
                }
                None => {
                    let message = format!("no preset that stands alone is called `{id}`");
                    self.fail(&path, LoadError::new(LoadErrorKind::UnknownName, message, span));
                }
            }
        }
        self.set.presets.extend(whole);
    }

    /// Ids, controls and tables that rules name.
    fn check_names(&mut self, base: Option<&RuleSet>) {
        let mut errors = Vec::new();
        let mut seen: HashMap<&str, &str> = HashMap::new();
        let empty = RuleSet::default();
        let base = base.unwrap_or(&empty);
        for (rule, text, path, places) in &self.rules {
            let mut fail = |kind, message: String, span, help: Option<String>| {
                let error = LoadError::new(kind, message, span);
                let error = if let Some(help) = help { error.with_help(help) } else { error };
                errors.push(FileError { path: path.clone(), error });
            };
            if let Some(other) = seen.insert(&rule.id, path) {
                fail(LoadErrorKind::Duplicate, format!("`{other}` has this id already"), places.id, None);
            }
            if base.rules.iter().any(|known| known.id == rule.id) {
                fail(LoadErrorKind::Duplicate, "a built-in rule has this id already".to_owned(), places.id, None);
            }
            for ((framework, controls), &span) in text.compliance.iter().zip(&places.compliance) {
                let name = format!("{FRAMEWORK}{framework}");
                let Some(table) = self.set.table(&name).or_else(|| base.table(&name)) else {
                    fail(LoadErrorKind::UnknownName, format!("no framework is called `{framework}`"), span, None);
                    continue;
                };
                for control in controls {
                    if !table.items().any(|known| known.text() == Some(control)) {
                        fail(LoadErrorKind::UnknownName, format!("{framework} has no control `{control}`"), span, None);
                    }
                }
            }
            for table in tables_of(rule) {
                let known = |name: &str| self.set.table(name).is_some() || base.table(name).is_some();
                if !known(table) {
                    let near = nearest(table, self.set.tables.iter().map(|table| table.name.as_str()));
                    let help = near.map(|near| format!("did you mean `{near}`?"));
                    fail(
                        LoadErrorKind::UnknownName,
                        format!("no data table is called `{table}`"),
                        places.matches,
                        help,
                    );
                }
            }
        }
        self.errors.append(&mut errors);
    }

    /// Rules and parameters that presets, and rules that yield, name.
    fn check_named(&mut self, base: Option<&RuleSet>) {
        let known = || self.rules.iter().map(|(rule, ..)| rule).chain(base.iter().flat_map(|base| &base.rules));
        let mut errors = Vec::new();
        for (path, names) in &self.named {
            let mut fail = |message: String, span, near: Option<&str>| {
                let error = LoadError::new(LoadErrorKind::UnknownName, message, span);
                let error = match near {
                    Some(near) => error.with_help(format!("did you mean `{near}`?")),
                    None => error,
                };
                errors.push(FileError { path: path.clone(), error });
            };
            for (id, span) in &names.rules {
                if !known().any(|rule| rule.id == *id) {
                    let near = nearest(id, known().map(|rule| rule.id.as_str()));
                    fail(format!("no rule is called `{id}`"), *span, near);
                }
            }
            for (rules, name, span) in &names.params {
                let params = || known().filter(|rule| rules.fits(rule)).flat_map(|rule| &rule.params);
                if !params().any(|param| param.name == *name) {
                    let near = nearest(name, params().map(|param| param.name.as_str()));
                    fail(format!("none of these rules has a parameter `{name}`"), *span, near);
                }
            }
        }
        self.errors.append(&mut errors);
    }

    fn finish(mut self) -> Loaded {
        sort_by(&mut self.rules, |(a, ..), (b, ..)| a.id.cmp(&b.id));
        sort_by(&mut self.set.presets, |a, b| a.id.cmp(&b.id));
        sort_by(&mut self.set.tables, |a, b| a.name.cmp(&b.name));
        let (rules, texts) = self.rules.into_iter().map(|(rule, text, ..)| (rule, text)).unzip();
        self.set.rules = rules;
        Loaded { rules: self.set, texts: TextSet { texts } }
    }
}

/// What the names of the tables of compliance frameworks begin with.
const FRAMEWORK: &str = "compliance-";

/// The ids of the controls of a framework, by which rules are checked; what each asks is for those who read the file.
fn control_ids(at: At<'_>) -> Result<Datum, LoadError> {
    let ids = at.need("controls")?.entries()?.map(|control| control.key().to_owned());
    Ok(Datum::List(ids.map(|id| Datum::Scalar(Scalar::Text(id))).collect()))
}

/// The file's name without folder and ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(name)
}

/// The tables that a rule names.
fn tables_of(rule: &Rule) -> Vec<&str> {
    let mut tables = Vec::new();
    rule.walk(&mut |asked| {
        if let Asked::Path(Path { start: Start::Data(name), .. }) = asked {
            tables.push(name.as_str());
        }
    });
    tables
}
