//! `check` and `fix`: the main job.

use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use hullmark::{Engine, Finding, InputKind, Limits, Report, Suppressed};
use hullmark_files::{Gathered, Gathering, gather};

use crate::Status;
use crate::args::{CheckArgs, Format, Look, When};
use crate::call_error::CallError;
use crate::config::Config;
use crate::fix::{self, Mended};
use crate::output;
use crate::progress::Progress;
use crate::render::{self, Page};
use crate::settings::{RuleSettings, Settings};

/// The bytes of the inputs, by their names in the report.
pub(crate) type Sources = HashMap<String, Vec<u8>>;

/// Runs the verb.
///
/// # Errors
/// When the call itself was wrong.
pub(crate) fn run(call: CheckArgs, look: Look) -> Result<Status, CallError> {
    let CheckArgs { mut shared, fix, unsafe_fixes, diff } = call;
    if shared.paths.is_empty() {
        shared.paths.push(PathBuf::from("."));
    }
    let config = Config::find(&shared.rules)?;
    let settings = Settings::new(&shared, &config);
    let mut rules = RuleSettings::new(shared.rules, &config)?;
    let for_hadolint = rules.is_hadolints();
    let aside = if for_hadolint && !fix { rules.take_script_codes() } else { Vec::new() };
    let look = if settings.no_color && look.color == When::Auto { Look { color: When::Never, ..look } } else { look };
    let gathering = Gathering {
        paths: shared.paths,
        // Fixing is a way from standard input to standard output, whatever comes: it needs the stream in one piece. A
        // stream that was given a name is that file.
        rendered: !fix && shared.stdin_filename.is_none(),
        // hadolint takes whatever it is given for a Dockerfile.
        kind: shared.input.or(for_hadolint.then_some(InputKind::Dockerfile)),
        stdin: Some(shared.stdin_filename.unwrap_or_else(|| if for_hadolint { "-" } else { "<stdin>" }.to_owned())),
        threads: settings.threads,
        limits: Limits::default(),
        context: shared.context,
    };
    set_threads(settings.threads);
    // The process ends with the call: what the engine holds need not be let go piece by piece before.
    let engine = ManuallyDrop::new(rules.engine(|mut builder| {
        if let Some(severity) = settings.min_severity {
            builder = builder.min_severity(severity);
        }
        if settings.threads == Some(1) {
            builder = builder.threads(1);
        }
        builder.set_complete(gathering.has_folder())
    })?);
    let progress = Progress::new(look.quiet);
    let mut gathered = gather(&gathering)?;
    if let Some(ignored) = config.kube_linter.ignored_paths() {
        gathered.inputs.retain(|input| !ignored.has(&input.path));
        gathered.early.problems.retain(|problem| !ignored.has(&problem.path));
    }
    progress.say(|| format!("checking {} files", gathered.inputs.len()));
    let job = Job { engine: &engine, settings: &settings, look, aside: &aside };
    if fix { job.fix(gathered, unsafe_fixes, diff, progress) } else { job.check(gathered, progress) }
}

/// One thread for each core unless told otherwise; of a call that cannot have its threads, one thread does the work.
fn set_threads(threads: Option<usize>) {
    if let Some(threads) = threads {
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
}

/// A call with its engine built.
struct Job<'j> {
    engine: &'j Engine,
    settings: &'j Settings,
    look: Look,
    /// Aliases of findings that are set aside once all are known.
    aside: &'j [String],
}

impl Job<'_> {
    fn check(&self, gathered: Gathered, progress: Progress) -> Result<Status, CallError> {
        let names: Vec<String> = gathered.inputs.iter().map(|input| input.path.clone()).collect();
        let sources: Sources = if self.settings.formats.contains(&Format::Text) {
            gathered.inputs.iter().map(|input| (input.path.clone(), input.content.clone())).collect()
        } else {
            Sources::new()
        };
        let mut report = self.engine.check_many(gathered.inputs);
        report.merge(gathered.early);
        hullmark_files::only_show_fixes(&mut report, &gathered.rendered);
        self.set_aside(&mut report);
        drop(progress);
        self.print(&report, &names, &sources, false)?;
        Ok(self.status(&report))
    }

    fn fix(&self, gathered: Gathered, unsafe_too: bool, diff: bool, progress: Progress) -> Result<Status, CallError> {
        let Gathered { inputs, files, early, stdin, .. } = gathered;
        let names: Vec<String> = inputs.iter().map(|input| input.path.clone()).collect();
        let before: Sources = inputs.iter().map(|input| (input.path.clone(), input.content.clone())).collect();
        let mut mended = fix::mend(self.engine, inputs, unsafe_too);
        mended.report.merge(early.clone());
        mended.first.merge(early);
        drop(progress);
        if diff {
            output::to_stdout(&mended.diff(&before))?;
            self.say(&mended, "would be fixed");
            if let Some(path) = &self.settings.output {
                self.write(path, &mended.first, &names, &before)?;
            }
            return Ok(self.status(&mended.first));
        }
        mended.write(&before, &files)?;
        self.say(&mended, "fixed");
        let after: Sources = mended.inputs.iter().map(|input| (input.path.clone(), input.content.clone())).collect();
        if let Some(text) = stdin.as_ref().and_then(|name| after.get(name)) {
            output::to_stdout(&String::from_utf8_lossy(text))?;
        }
        self.print(&mended.report, &names, &after, stdin.is_some())?;
        Ok(self.status(&mended.report))
    }

    /// Says on standard error what was done, file by file.
    fn say(&self, mended: &Mended, verb: &str) {
        if !self.look.quiet {
            output::to_stderr(&mended.summary(verb));
        }
    }

    /// Sets the findings aside whose codes are ignored.
    fn set_aside(&self, report: &mut Report) {
        let ignored = |one: &mut Finding| one.aliases.iter().any(|alias| self.aside.contains(alias));
        let reason = || "its code is ignored".to_owned();
        let found = report.findings.extract_if(.., ignored);
        report.suppressed.extend(found.map(|finding| Suppressed { finding, reason: reason() }));
    }

    fn status(&self, report: &Report) -> Status {
        let found = render::worst(report, self.engine).is_some_and(|worst| worst >= self.settings.fail_on);
        if self.settings.no_fail {
            return Status::Clean;
        }
        if found || !report.problems.is_empty() { Status::Found } else { Status::Clean }
    }

    /// Prints the report where it belongs; `taken` says that standard output holds something else already.
    fn print(&self, report: &Report, names: &[String], sources: &Sources, taken: bool) -> Result<(), CallError> {
        if let Some(path) = &self.settings.output {
            return self.write(path, report, names, sources);
        }
        let styled = if taken {
            output::is_styled(self.look.color, &std::io::stderr())
        } else {
            output::is_styled(self.look.color, &std::io::stdout())
        };
        let text = self.render(report, names, sources, styled);
        if taken {
            output::to_stderr(&text)
        } else {
            output::to_stdout(&text)?
        }
        self.complain(report);
        Ok(())
    }

    fn write(&self, path: &Path, report: &Report, names: &[String], sources: &Sources) -> Result<(), CallError> {
        let text = self.render(report, names, sources, false);
        std::fs::write(path, text).map_err(|error| {
            CallError::new(format!(
                "cannot write the report to `{}`: {}",
                path.display(),
                hullmark_files::reason(&error)
            ))
        })?;
        self.complain(report);
        Ok(())
    }

    fn render(&self, report: &Report, names: &[String], sources: &Sources, styled: bool) -> String {
        let page = Page { report, engine: self.engine, names, sources, styled, quiet: self.look.quiet };
        self.settings.formats.iter().map(|&format| render::render(format, &page)).collect()
    }

    /// Says what hadolint's format has no place for: it holds findings of Dockerfiles and nothing else.
    fn complain(&self, report: &Report) {
        if self.settings.formats.contains(&Format::Hadolint) {
            output::to_stderr(&render::hadolint::left_out(report));
        }
    }
}
