//! Files that a program of this repository writes: `cargo xtask gen`, and its check.

use std::fs;

use crate::Outcome;
use crate::process;
use crate::typescript;

/// A file that is never edited by hand.
struct Generated {
    /// Its path from the root of the checkout.
    path: &'static str,
    generator: Generator,
}

/// What makes the content of a generated file.
enum Generator {
    /// The cargo call that prints it to standard output.
    Cargo(&'static [&'static str]),
    /// A function of this program.
    Own(fn() -> Result<Vec<u8>, String>),
}

/// Every generated file of the repository.
const GENERATED: &[Generated] = &[
    Generated {
        path: "rules/schema/rule.schema.json",
        generator: Generator::Cargo(&["run", "-q", "-p", "hullmark-language", "--example", "schema"]),
    },
    Generated {
        path: "docs/codes.md",
        generator: Generator::Cargo(&["run", "-q", "-p", "hullmark", "--example", "codes"]),
    },
    Generated {
        path: "docs/facts.md",
        generator: Generator::Cargo(&["run", "-q", "-p", "hullmark-language", "--example", "facts"]),
    },
    Generated { path: "core/schema/wire.schema.json", generator: Generator::Cargo(typescript::SCHEMA) },
    Generated { path: "core/schema/wire.d.ts", generator: Generator::Own(typescript::wire_types) },
];

impl Generated {
    fn content(&self) -> Result<Vec<u8>, String> {
        let content = match self.generator {
            Generator::Cargo(call) => process::captured(&mut process::cargo(call))?.stdout,
            Generator::Own(make) => make()?,
        };
        // An empty file would be "in step" for ever; a generator that prints nothing is broken.
        if content.is_empty() { Err(format!("the generator of {} printed nothing", self.path)) } else { Ok(content) }
    }
}

/// Writes every generated file.
pub fn write() -> Outcome {
    for file in GENERATED {
        let path = process::root().join(file.path);
        let sentence = |error| format!("cannot write {}: {error}", file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(sentence)?;
        }
        let content = file.content()?;
        if fs::read(&path).ok().as_ref() == Some(&content) {
            println!("{}: in step", file.path);
        } else {
            fs::write(&path, content).map_err(sentence)?;
            println!("{}: written", file.path);
        }
    }
    Ok(true)
}

/// Says of every generated file whether it is what its generator prints.
pub fn check() -> Outcome {
    let faults = out_of_step();
    for fault in &faults {
        println!("{fault}");
    }
    println!("{} of {} generated files in step", GENERATED.len() - faults.len(), GENERATED.len());
    Ok(faults.is_empty())
}

/// One sentence for each generated file that is not what its generator prints.
pub fn out_of_step() -> Vec<String> {
    let fault = |file: &Generated| match file.content() {
        Err(sentence) => Some(format!("{}: {sentence}", file.path)),
        Ok(content) => match fs::read(process::root().join(file.path)) {
            Ok(found) if found == content => None,
            Ok(_) => Some(format!("{} is out of step: run `cargo xtask gen`", file.path)),
            Err(_) => Some(format!("{} does not exist: run `cargo xtask gen`", file.path)),
        },
    };
    GENERATED.iter().filter_map(fault).collect()
}

/// The number of generated files.
pub fn count() -> usize {
    GENERATED.len()
}
