//! Prints the JSON Schema of everything that crosses a border: `cargo xtask gen` writes it to
//! `core/schema/wire.schema.json`, from which the types of the bindings are made.

fn main() {
    println!("{}", hullmark::wire_schema());
}
