//! The command line of Hullmark: walks folders, reads files, asks the library, and renders what it says.
//!
//! The way of a call: [`args`] and [`config`] become [`settings`], `hullmark-files` gathers the inputs, the library checks
//! them, [`render`] makes the text of the format asked for. Exit status: 0 nothing at or above `--fail-on`, 1 findings
//! or problems, 2 the call itself was wrong.

mod args;
mod call_error;
mod check;
mod config;
mod diff;
mod example_run;
mod fix;
mod hadolint;
mod init;
mod kube_linter;
mod output;
mod pack;
mod progress;
mod render;
mod rule_list;
mod settings;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Verb};
use crate::call_error::CallError;

/// What a call ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// Nothing at or above `--fail-on`, and no problem.
    Clean = 0,
    /// Findings or problems.
    Found = 1,
    /// The call itself was wrong.
    WrongCall = 2,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let color = args.color;
    let status = run(args).unwrap_or_else(|error| {
        error.print(color);
        Status::WrongCall
    });
    ExitCode::from(status as u8)
}

fn run(args: Args) -> Result<Status, CallError> {
    let look = args::Look { color: args.color, quiet: args.quiet };
    match args.verb {
        Verb::Check(call) => check::run(*call, look),
        Verb::Fix(call) => check::run(call.into_check(), look),
        Verb::Rules(call) => rule_list::run(&call, look),
        Verb::Explain(call) => rule_list::explain(&call, look),
        Verb::Test(call) => example_run::run(&call, look),
        Verb::Init => init::run(look),
    }
}
