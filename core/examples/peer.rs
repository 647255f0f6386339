//! Throw-away: prints file<TAB>line<TAB>code of the hadolint preset for each file named on standard input.
use std::io::Read;
fn main() {
    let mut names = String::new();
    std::io::stdin().read_to_string(&mut names).unwrap();
    let inputs: Vec<_> = names.lines().map(|path| hullmark::InputFile { path: path.to_owned(), content: std::fs::read(path).unwrap(), kind: Some(hullmark::InputKind::Dockerfile) }).collect();
    let engine = hullmark::Engine::builder().preset(std::env::args().nth(1).unwrap_or("hadolint".into())).threads(1).build().unwrap();
    let start = std::time::Instant::now();
    let report = engine.check_many(inputs);
    eprintln!("{:?} findings {} problems {}", start.elapsed(), report.findings.len(), report.problems.len());
    for f in &report.findings { for a in f.aliases.iter() { if let Some(code) = a.strip_prefix("hadolint:") { println!("{}\t{}\t{}", f.path, f.anchor.map_or(f.start.line, |p| p.line), code); } } }
}
