//! Prints the page of all codes: `cargo xtask gen` writes it to `docs/codes.md`.

use hullmark::{ErrorKind, ProblemCode};

fn main() {
    println!("# Codes");
    println!(
        "\nMade by `cargo xtask gen` from the codes themselves; never edited by hand. A code never changes its name."
    );
    println!("\n## Errors\n");
    println!("A mistake of the caller: in Rust an `Error`, elsewhere a `HullmarkError`, with this `code`.\n");
    println!("| code | meaning |\n| --- | --- |");
    for kind in ErrorKind::all() {
        println!("| `{}` | {} |", kind.code(), kind.meaning());
    }
    println!("\n## Problems\n");
    println!("Something in an input that could not be read as what it is: in the report, never an error.\n");
    println!("| code | meaning |\n| --- | --- |");
    for code in ProblemCode::ALL {
        println!("| `{}` | {} |", code.as_str(), code.meaning());
    }
}
