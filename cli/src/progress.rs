//! A sign of life on standard error, for calls that take over a second at a terminal.

use std::io::IsTerminal;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Shows that work goes on until it is dropped.
pub(crate) struct Progress {
    running: Option<(Sender<String>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins; nothing is seen for the first second, or where standard error is no terminal.
    pub(crate) fn new(quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self { running: None };
        }
        let (send, messages) = mpsc::channel::<String>();
        let shown = std::thread::spawn(move || {
            let mut message = "looking for files".to_owned();
            let start = std::time::Instant::now();
            let patience = Duration::from_secs(1);
            loop {
                match messages.recv_timeout(patience.saturating_sub(start.elapsed())) {
                    Ok(next) => message = next,
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
            let bar = ProgressBar::new_spinner().with_message(message);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(Duration::from_millis(120));
            while let Ok(next) = messages.recv() {
                bar.set_message(next);
            }
            bar.finish_and_clear();
        });
        Self { running: Some((send, shown)) }
    }

    /// Says what is being done.
    pub(crate) fn say(&self, message: impl FnOnce() -> String) {
        if let Some((send, _)) = &self.running {
            // A thread that is gone has nothing to show.
            let _ = send.send(message());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((send, shown)) = self.running.take() {
            drop(send);
            let _ = shown.join();
        }
    }
}
