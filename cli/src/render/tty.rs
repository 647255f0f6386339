//! hadolint's lines for a terminal: `FILE:LINE CODE LEVEL: MESSAGE`.

use std::fmt::Write;

use clap::builder::styling::{AnsiColor, Style};

use super::Page;
use super::entry::entries;
use super::excerpt::visible;

/// The report in lines.
pub(crate) fn render(page: &Page<'_>) -> String {
    let mut text = String::new();
    for one in entries(page) {
        let style = if page.styled { style(one.level) } else { Style::new() };
        let (file, message) = (visible(one.file), visible(one.message));
        let _ = writeln!(text, "{file}:{} {} {style}{}{style:#}: {message}", one.line, one.code, one.level);
    }
    text
}

fn style(level: &str) -> Style {
    match level {
        "error" => AnsiColor::BrightRed.on_default().bold(),
        "warning" => AnsiColor::BrightYellow.on_default().bold(),
        "info" => AnsiColor::BrightGreen.on_default(),
        _ => AnsiColor::BrightCyan.on_default(),
    }
}
