//! Any bytes as any kind: the first byte says which, the others are the input.
#![no_main]

mod laws;

use std::sync::LazyLock;

use hullmark::{Engine, InputKind};
use libfuzzer_sys::fuzz_target;

static ALL: LazyLock<Engine> =
    LazyLock::new(|| Engine::builder().preset("all").threads(1).build().expect("the built-in rules load"));

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let kind = InputKind::ALL.get(usize::from(first % 4)).copied();
    laws::checked(&ALL, kind, rest);
});
