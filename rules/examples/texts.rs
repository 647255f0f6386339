//! Writes the texts of the rules to standard output: the file that the package for the browser loads apart.

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(hullmark_rules::TEXTS)
}
