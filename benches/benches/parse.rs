//! Reading, by the byte.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use hullmark_benches::{DOCKERFILE, IMAGE, MANIFEST, SCRIPT, manifests};
use hullmark_document::yaml::{self, Limits};
use hullmark_document::{dockerfile, shell};

fn main() {
    divan::main();
}

#[divan::bench]
fn dockerfile_text(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(DOCKERFILE)).bench(|| dockerfile::parse(black_box(DOCKERFILE)));
}

#[divan::bench]
fn shell_script(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(SCRIPT)).bench(|| shell::parse(black_box(SCRIPT)));
}

#[divan::bench]
fn yaml_stream(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(MANIFEST)).bench(|| yaml::parse(black_box(MANIFEST).into(), &Limits::default()));
}

#[divan::bench]
fn json_text(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(IMAGE)).bench(|| yaml::parse_json(black_box(IMAGE).into(), &Limits::default()));
}

/// The manifests of a folder; `check` has the same with all rules.
#[divan::bench(sample_count = 10)]
fn folder(bencher: Bencher<'_, '_>) {
    let texts: Vec<std::sync::Arc<str>> = manifests(5000).into_iter().map(Into::into).collect();
    let bytes = texts.iter().map(|text| text.len()).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        texts.iter().map(|text| yaml::parse(black_box(text.clone()), &Limits::default()).tree.len()).sum::<usize>()
    });
}
