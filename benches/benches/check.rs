//! Checking one file with every rule there is, from bytes to report.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use hullmark::{Engine, InputFile, InputKind};
use hullmark_benches::{DOCKERFILE, IMAGE, MANIFEST, manifests};

fn main() {
    divan::main();
}

fn measure(bencher: Bencher<'_, '_>, preset: &str, kind: InputKind, text: &'static str) {
    let Ok(engine) = Engine::builder().preset(preset).threads(1).build() else { return };
    let input =
        InputFile { path: "input".to_owned(), content: text.as_bytes().to_vec(), kind: Some(kind), context: None };
    bencher
        .counter(BytesCount::of_str(text))
        .with_inputs(|| vec![input.clone()])
        .bench_values(|inputs| engine.check_many(black_box(inputs)));
}

#[divan::bench(args = ["all", "hadolint"])]
fn dockerfile(bencher: Bencher<'_, '_>, preset: &str) {
    measure(bencher, preset, InputKind::Dockerfile, DOCKERFILE);
}

#[divan::bench(args = ["all", "pss-restricted"])]
fn manifest(bencher: Bencher<'_, '_>, preset: &str) {
    measure(bencher, preset, InputKind::Kubernetes, MANIFEST);
}

#[divan::bench(args = ["all"])]
fn image(bencher: Bencher<'_, '_>, preset: &str) {
    measure(bencher, preset, InputKind::Image, IMAGE);
}

/// A folder of manifests with all that they have to do with each other; `parse` has the same without checking.
#[divan::bench(args = ["all", "recommended"], sample_count = 10)]
fn folder(bencher: Bencher<'_, '_>, preset: &str) {
    let Ok(engine) = Engine::builder().preset(preset).set_complete(true).threads(1).build() else { return };
    let files = manifests(5000).into_iter().enumerate().map(|(number, text)| InputFile {
        path: format!("{number}.yaml"),
        content: text.into_bytes(),
        kind: None,
        context: None,
    });
    let inputs: Vec<InputFile> = files.collect();
    bencher
        .counter(BytesCount::new(inputs.iter().map(|input| input.content.len()).sum::<usize>()))
        .with_inputs(|| inputs.clone())
        .bench_values(|inputs| engine.check_many(black_box(inputs)));
}
