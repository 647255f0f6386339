//! Reading, by the byte.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use hullmark_benches::{DOCKERFILE, IMAGE, MANIFEST, SCRIPT};
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
