//! Any bytes as a review, and as the object in one: every answer fits what an API server hands on.
#![no_main]

use std::sync::LazyLock;

use hullmark::Engine;
use libfuzzer_sys::fuzz_target;

static ALL: LazyLock<Engine> =
    LazyLock::new(|| Engine::builder().preset("all").threads(1).build().expect("the built-in rules load"));

fuzz_target!(|bytes: &[u8]| {
    let head = r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","object":"#;
    for review in [bytes, &[head.as_bytes(), bytes, b"}}"].concat()] {
        let Ok(answer) = ALL.review(review) else { continue };
        assert!(answer.response.allowed == answer.response.status.is_none());
        assert!(answer.response.patch.is_some() == answer.response.patch_type.is_some());
        let status = answer.response.status.into_iter().map(|status| status.message);
        assert!(status.chain(answer.response.warnings).all(|line| line.len() <= 4096 && !line.contains(char::is_control)));
    }
});
