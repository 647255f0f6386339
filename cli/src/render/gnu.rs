//! Lines as the GNU coding standards have them: `PROGRAM:FILE:LINE: MESSAGE`, which editors and `compile-mode` read.
//!
//! <https://www.gnu.org/prep/standards/html_node/Errors.html>

use std::fmt::Write;

use super::Page;
use super::entry::entries;
use super::excerpt::visible;

/// The report in lines. Under a peer's preset the program is called as the peer, which is what readers look for.
pub(crate) fn render(page: &Page<'_>) -> String {
    let program = page.engine.peer().unwrap_or("hullmark");
    let mut text = String::new();
    for one in entries(page) {
        let (file, message) = (visible(one.file), visible(one.message));
        let _ = writeln!(text, "{program}:{file}:{}: {} {}: {message}", one.line, one.code, one.level);
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::render::sample;

    use super::*;

    #[test]
    fn a_line_begins_with_program_file_and_line() {
        let line = |preset| {
            let text = sample::with_page_of(preset, &sample::report(), render);
            text.lines().nth(1).unwrap().to_owned()
        };
        assert_eq!(line("hadolint"), "hadolint:./app/Dockerfile:2: DL3002 error: ends as root <&>");
        assert_eq!(line("recommended"), "hullmark:./app/Dockerfile:2: root-user error: ends as root <&>");
    }
}
