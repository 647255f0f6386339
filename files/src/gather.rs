//! Candidates to inputs: reading files in parallel, in order, each under a bound.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hullmark::{
    Detected, Error, ErrorKind, FileProblem, InputFile, InputKind, Limits, Options, Place, ProblemCode, Report,
    Skipped, detect,
};
use rayon::prelude::*;

use crate::context::Contexts;
use crate::walk::{Candidate, Found, Walk, walk};
use crate::{reason, rendered};

/// How much of a file is read to tell from its content whether it is an input.
const HEAD: usize = 8 << 10;
/// From how many files on they are read on several threads.
const MANY: usize = 16;

/// How inputs are gathered.
#[derive(Clone, Debug, Default)]
pub struct Gathering {
    /// Files and folders; a folder is walked.
    pub paths: Vec<PathBuf>,
    /// The kind of all inputs, when the caller knows it; a walk then takes what is of that kind.
    pub kind: Option<InputKind>,
    /// The name in the report of standard input, which then is what the path `-` stands for.
    pub stdin: Option<String>,
    /// Whether standard input is taken apart where it is what `helm template` writes: by the templates that its documents
    /// come from.
    pub rendered: bool,
    /// How many threads may read; 1 for none beside the caller's. Without it, one for each core.
    pub threads: Option<usize>,
    /// The most bytes of a file that are read.
    pub limits: Limits,
    /// The folder that the Dockerfiles are built in, when the caller knows it: it is listed. Without it, only the
    /// `.dockerignore` beside a Dockerfile is read.
    pub context: Option<PathBuf>,
}

impl Gathering {
    /// Whether a folder is among the paths: then what is missing among its files is missing for good.
    #[must_use]
    pub fn has_folder(&self) -> bool {
        self.paths.iter().any(|path| path.is_dir())
    }
}

/// The inputs of a call.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The inputs, folder by folder as given, sorted within each, each once.
    pub inputs: Vec<InputFile>,
    /// Where each input lies on the disk, by its name in the report; standard input is not among them.
    pub files: HashMap<String, PathBuf>,
    /// What can be said before anything is checked: what could not be read, what was passed over.
    pub early: Report,
    /// The name of standard input, when it is among the inputs.
    pub stdin: Option<String>,
    /// The names of the inputs that standard input was taken apart into. No edit can mend them: see
    /// [`only_show_fixes`](crate::only_show_fixes).
    pub rendered: HashSet<String>,
}

/// Gathers and checks: the report of the inputs, and of what could not be read. The files of a folder are taken to be
/// all there is.
///
/// # Errors
/// As [`gather`] and [`Options::engine`].
pub fn check(mut options: Options, gathering: &Gathering) -> Result<Report, Error> {
    options.set_complete |= gathering.has_folder();
    let engine = options.engine()?;
    let gathered = gather(gathering)?;
    let mut report = engine.check_many(gathered.inputs);
    report.merge(gathered.early);
    Ok(report)
}

/// What became of a candidate.
enum Outcome {
    Input(InputFile),
    Problem(ProblemCode, String),
    Skip(String),
    /// No input, and nobody would have thought so.
    Nothing,
}

/// Walks and reads.
///
/// # Errors
/// [`ErrorKind::Unreadable`] when a path does not exist, or standard input cannot be read.
pub fn gather(gathering: &Gathering) -> Result<Gathered, Error> {
    let Walk { candidates, unreadable, skipped, has_stdin } = walk(&gathering.paths, gathering.stdin.is_some())?;
    let mut made = Gathered::default();
    let mut contexts = Contexts::new(gathering.context.as_deref())?;
    for (path, reason) in unreadable {
        made.problem(&path, ProblemCode::Unreadable, format!("the folder cannot be read: {reason}"));
    }
    for (path, reason) in skipped {
        made.early.skipped.push(Skipped { path: Arc::from(path), reason });
    }
    let limit = gathering.limits.bytes;
    let one = |candidate: &Candidate| read(candidate, gathering.kind, limit);
    let outcomes: Vec<Outcome> = if candidates.len() < MANY || gathering.threads == Some(1) || !hullmark::has_threads()
    {
        candidates.iter().map(one).collect()
    } else {
        candidates.par_iter().map(one).collect()
    };
    if let Some(name) = gathering.stdin.clone().filter(|_| has_stdin) {
        let outcome = read_all(&mut io::stdin().lock(), Vec::new(), &name, gathering.kind, limit);
        if let Outcome::Problem(ProblemCode::Unreadable, message) = &outcome {
            return Err(Error::new(ErrorKind::Unreadable, format!("standard input: {message}")));
        }
        made.stdin = Some(name.clone());
        if gathering.rendered && made.take_apart(&outcome) {
            made.stdin = None;
        } else {
            made.add(&name, outcome.within(&mut contexts, None));
        }
    }
    for (candidate, outcome) in candidates.into_iter().zip(outcomes) {
        if made.add(&candidate.shown, outcome.within(&mut contexts, Some(&candidate.path))) {
            made.files.insert(candidate.shown, candidate.path);
        }
    }
    Ok(made)
}

impl Outcome {
    /// The outcome with its build context, when it is a Dockerfile.
    fn within(mut self, contexts: &mut Contexts, path: Option<&Path>) -> Self {
        if let Self::Input(input) = &mut self {
            let kind = input.kind.map_or_else(|| detect(&input.path, ""), Detected::Kind);
            if kind == Detected::Kind(InputKind::Dockerfile) {
                input.context = contexts.of(path);
            }
        }
        self
    }
}

impl Gathered {
    /// Notes `outcome`; tells whether it is an input.
    fn add(&mut self, shown: &str, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Input(input) => {
                self.inputs.push(input);
                return true;
            }
            Outcome::Problem(code, message) => {
                self.early.files_checked += 1;
                self.problem(shown, code, message);
            }
            Outcome::Skip(reason) => self.early.skipped.push(Skipped { path: Arc::from(shown), reason }),
            Outcome::Nothing => {}
        }
        false
    }

    /// Notes the parts of a rendered stream; tells whether it is one.
    fn take_apart(&mut self, outcome: &Outcome) -> bool {
        let Outcome::Input(stream) = outcome else { return false };
        if !matches!(stream.kind, None | Some(InputKind::Kubernetes)) {
            return false;
        }
        let Some(parts) = rendered::parts(stream) else { return false };
        self.rendered.extend(parts.iter().map(|part| part.path.clone()));
        self.inputs.extend(parts);
        true
    }

    fn problem(&mut self, path: &str, code: ProblemCode, message: String) {
        let start = Place { line: 1, column: 1, ..Place::default() };
        let problem = FileProblem { code: code.as_str().into(), message, path: Arc::from(path), start, end: start };
        self.early.problems.push(problem);
    }
}

fn read(candidate: &Candidate, kind: Option<InputKind>, limit: usize) -> Outcome {
    let named = candidate.found == Found::Named;
    let (mut file, len) = match open(&candidate.path, named) {
        Ok(Some(opened)) => opened,
        Ok(None) => return Outcome::Nothing,
        Err(error) if candidate.found == Found::ByChance => return Outcome::Skip(cannot(&error)),
        Err(error) => return Outcome::Problem(ProblemCode::Unreadable, cannot(&error)),
    };
    let mut head = Vec::with_capacity(if named { 0 } else { HEAD });
    if named {
        return read_all(&mut file, head, &candidate.shown, kind, limit);
    }
    if let Err(error) = (&mut file).take(HEAD as u64).read_to_end(&mut head) {
        return Outcome::Problem(ProblemCode::Unreadable, cannot(&error));
    }
    let detected = match candidate.found {
        Found::ByChance if head.contains(&0) => Detected::Unknown,
        _ => detect(&candidate.shown, &String::from_utf8_lossy(&head)),
    };
    match (candidate.found, kind, &detected) {
        (Found::ByChance, _, Detected::Unknown | Detected::Skip(_)) => return Outcome::Nothing,
        // Told to read all as one kind, a walk takes what is of that kind.
        (_, Some(wanted), Detected::Kind(kind)) if *kind != wanted => return Outcome::Nothing,
        (_, _, Detected::Skip(_)) if len > limit => {
            return Outcome::Skip(format!("larger than {limit} bytes, and its beginning is no input"));
        }
        _ => {}
    }
    match (read_all(&mut file, head, &candidate.shown, None, limit), kind) {
        (Outcome::Input(input), Some(wanted)) => {
            match detect(&candidate.shown, &String::from_utf8_lossy(&input.content)) {
                Detected::Kind(kind) if kind != wanted => Outcome::Nothing,
                _ => Outcome::Input(input),
            }
        }
        (outcome, _) => outcome,
    }
}

/// The file and its size; nothing for what a walk must not open, such as a pipe that took the place of a file.
fn open(path: &Path, named: bool) -> io::Result<Option<(File, usize)>> {
    if !named && !std::fs::symlink_metadata(path)?.is_file() {
        return Ok(None);
    }
    let file = File::open(path)?;
    let len = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    Ok(Some((file, len)))
}

/// Reads what is left of `from` after `head`, at most one byte more than the limit.
fn read_all(from: &mut impl Read, head: Vec<u8>, name: &str, kind: Option<InputKind>, limit: usize) -> Outcome {
    let mut content = head;
    let left = (limit + 1).saturating_sub(content.len());
    match from.take(left as u64).read_to_end(&mut content) {
        Err(error) => Outcome::Problem(ProblemCode::Unreadable, cannot(&error)),
        Ok(_) if content.len() > limit => {
            Outcome::Problem(ProblemCode::TooLarge, format!("the input is larger than the limit of {limit} bytes"))
        }
        Ok(_) => Outcome::Input(InputFile { path: name.to_owned(), content, kind, context: None }),
    }
}

fn cannot(error: &io::Error) -> String {
    format!("cannot be read: {}", reason(error))
}
