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

#[cfg(test)]
mod tests {
    use crate::render::sample;

    use super::*;

    #[test]
    fn lines_are_those_of_hadolint() {
        let text = sample::with_page_of("hadolint", &sample::report(), render);
        let expected = "./app/Dockerfile:1 DL3007 warning: `debian:latest` moves 100%\n\
                        ./app/Dockerfile:2 DL3002 error: ends as root <&>\n\
                        bad,name.yaml:2 invalid-yaml error: a list is not closed␊::error::x\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn levels_are_coloured_at_a_terminal() {
        let text = sample::with_page(&sample::report(), |page| render(&Page { styled: true, ..*page }));
        let line =
            "./app/Dockerfile:1 latest-base-image \u{1b}[1m\u{1b}[93mwarning\u{1b}[0m: `debian:latest` moves 100%";
        assert_eq!(text.lines().next(), Some(line));
    }
}
