//! Finds and reads the files that Hullmark checks, for the hosts that have a file system: the command line, Python.
//!
//! [`gather`] walks folders, passes over what is no input, and reads the rest, each file under a bound. What cannot be
//! read is a problem of the report, and what is passed over by name is said there too; only a path that does not exist
//! is an error, since the caller has named it.

mod context;
mod gather;
mod rendered;
mod walk;

use std::io;

pub use gather::{Gathered, Gathering, check, gather};
pub use rendered::only_show_fixes;

/// The names of Hullmark's own config, which no walk takes for an input.
pub const CONFIG_NAMES: &[&str] = &["hullmark.yaml", ".hullmark.yaml"];

/// The reason of `error` in words, lower case, without the number.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    let text = match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
