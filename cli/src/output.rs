//! Writing: to the two streams of the process, quietly when nobody listens, and to files.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice, stream::RawStream};

use crate::args::When;
use crate::call_error::CallError;

/// Whether what is written to `stream` is coloured.
pub(crate) fn is_styled(color: When, stream: &impl RawStream) -> bool {
    match color {
        When::Always => true,
        When::Never => false,
        When::Auto => AutoStream::choice(stream) != ColorChoice::Never,
    }
}

/// Writes `text` to standard output. That nobody reads it any more is no error: `hullmark check | head` ends quietly.
///
/// # Errors
/// When it could not be written for another reason.
pub(crate) fn to_stdout(text: &str) -> Result<(), CallError> {
    let stdout = io::stdout();
    // The text is coloured or not already; the stream only translates for consoles that know no escapes.
    let choice = if stdout.is_terminal() { ColorChoice::Always } else { ColorChoice::AlwaysAnsi };
    let mut stream = AutoStream::new(stdout.lock(), choice);
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CallError::new(format!("cannot write to standard output: {}", hullmark_files::reason(&error))))
        }
        _ => Ok(()),
    }
}

/// Writes `text` to standard error; there is no place left to complain to.
pub(crate) fn to_stderr(text: &str) {
    let stderr = io::stderr();
    let choice = if stderr.is_terminal() { ColorChoice::Always } else { ColorChoice::AlwaysAnsi };
    let _ = AutoStream::new(stderr.lock(), choice).write_all(text.as_bytes());
}

/// Replaces the file at `path`, all or nothing, and keeps its permissions. A link stays a link to the new text.
///
/// # Errors
/// When the folder or the file cannot be written.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = std::fs::canonicalize(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.hullmark", std::process::id()));
    let written = (|| {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        file.write_all(bytes)?;
        file.set_permissions(std::fs::metadata(&path)?.permissions())?;
        file.sync_all()?;
        drop(file);
        std::fs::rename(&temporary, &path)
    })();
    if written.is_err() {
        // Nothing is left behind where it can be helped.
        let _ = std::fs::remove_file(&temporary);
    }
    written
}
