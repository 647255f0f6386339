//! Prints the JSON Schema of rule files.
fn main() {
    print!("{}", hullmark_language::reference::json_schema());
}
