//! Image configs through the whole engine.
#![no_main]

mod laws;

use std::sync::LazyLock;

use hullmark::{Engine, InputKind};
use libfuzzer_sys::fuzz_target;

static ALL: LazyLock<Engine> =
    LazyLock::new(|| Engine::builder().preset("all").threads(1).build().expect("the built-in rules load"));

fuzz_target!(|bytes: &[u8]| {
    laws::checked(&ALL, Some(InputKind::Image), bytes);
});
