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
