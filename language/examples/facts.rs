//! Prints the page of subjects and facts.
fn main() {
    print!("{}", hullmark_language::reference::facts_page());
}
