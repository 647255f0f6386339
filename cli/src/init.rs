//! `init`: a config with every option explained.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use hullmark_files::CONFIG_NAMES;

use crate::Status;
use crate::args::Look;
use crate::call_error::CallError;
use crate::output;

/// What is written.
const TEXT: &str = "\
# Options of Hullmark for the files below this folder. What the command line says wins; `ignore`, `rules` and `params`
# add up. Every key may be left out.

# Which rules run: recommended, all, hadolint, hadolint-all, pss-baseline, pss-restricted; one or a list.
preset: recommended

# Just these rules, whatever the preset: ids, aliases (hadolint:DL3008 or DL3008), tags.
# select: [latest-base-image]

# Without these rules. For one place, write a comment there instead: # hullmark ignore=RULE why
# ignore: [DL3008]

# Other severities than the rules have: by id, alias or tag.
# severities: { DL3008: high }

# Whether comments in the files set nothing aside.
# no-inline-ignores: true

# Your own rules: YAML files or folders of them, counted from this folder. `hullmark test PACK` runs their examples.
# rules: [security/rules]

# Values of rules' parameters; `hullmark explain RULE` lists them.
# params:
#   latest-base-image:
#     allow: [registry.example.com/*]

# Leave findings below this severity out: critical, high, medium, low, info.
# min-severity: low

# From which severity on the exit status is 1.
# fail-on: medium

# The Kubernetes version that manifests are for; without it, the newest known.
# kubernetes-version: \"1.34\"

# The day by which base images and their like are told to have come to their end; without it, today.
# date: 2026-11-25

# How to print: text, json, sarif, github, gitlab, junit, checkstyle, hadolint, tty, gnu, codeclimate,
# codacy, sonarqube; and into which file.
# format: sarif
# output: hullmark.sarif

# How many threads; without it, one for each core.
# threads: 4
";

/// Writes `hullmark.yaml` into the working folder.
///
/// # Errors
/// When there is a config already, or the folder cannot be written.
pub(crate) fn run(look: Look) -> Result<Status, CallError> {
    if let Some(name) = CONFIG_NAMES.iter().find(|name| std::path::Path::new(name).exists()) {
        return Err(CallError::new(format!("there is a `{name}` here already")));
    }
    let [name, ..] = CONFIG_NAMES else { return Ok(Status::Clean) };
    let fail = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => CallError::new(format!("there is a `{name}` here already")),
        _ => CallError::new(format!("cannot write `{name}`: {}", hullmark_files::reason(&error))),
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(name).map_err(fail)?;
    file.write_all(TEXT.as_bytes()).map_err(fail)?;
    if !look.quiet {
        output::to_stdout(&format!("wrote {name}\n"))?;
    }
    Ok(Status::Clean)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;

    #[test]
    fn the_config_reads_as_it_is_and_with_every_comment_taken_off() {
        assert!(Config::parse(TEXT, Path::new("")).is_ok());
        let keys = |line: &&str| line.starts_with("# ") && (line.contains(": ") || line.ends_with(':'));
        let is_option = |line: &&str| {
            let word = line.trim_start_matches(['#', ' ']).split(':').next().unwrap_or_default();
            !word.contains(' ')
        };
        let bare: Vec<String> = TEXT
            .lines()
            .filter(|line| !line.starts_with('#') || line.starts_with("#   ") || keys(line) && is_option(line))
            .map(|line| line.strip_prefix("# ").unwrap_or(line).to_owned())
            .collect();
        let config = Config::parse(&bare.join("\n"), Path::new("")).unwrap();
        assert_eq!((config.params.len(), config.threads), (1, Some(4)));
        assert_eq!(config.select.len() + config.ignore.len() + config.rules.len(), 3);
    }
}
