//! Hullmark tells whether a container is fit to ship.
//!
//! Bytes of Dockerfiles, image configs and Kubernetes manifests go in, a [`Report`] comes out: findings with exact
//! ranges and fixes, from rules that are data. This crate reads no file, no clock, no environment and no network.
//!
//! ```
//! use hullmark::Engine;
//! let engine = Engine::builder().build()?;
//! let report = engine.check("Dockerfile", "FROM debian:latest\nUSER 1000\n");
//! assert_eq!(&*report.findings[0].rule, "latest-base-image");
//! # Ok::<(), hullmark::Error>(())
//! ```

#[cfg(not(any(feature = "fast-search", feature = "small-search")))]
compile_error!("a library that searches is needed: one of the features `fast-search` (the default) and `small-search`");

mod admission;
mod check;
mod choice;
mod engine;
mod error;
mod example_check;
mod finding;
mod fix;
mod input;
mod json_patch;
mod kustomize;
mod options;
mod packs;
mod pipeline;
mod rule_info;
mod subject;
mod suppress;
#[cfg(feature = "parallel")]
mod threads;
#[cfg(feature = "schema")]
mod wire;
mod yielding;

pub use admission::{AdmissionResponse, AdmissionReview, AdmissionStatus};
pub use engine::{Engine, EngineBuilder};
pub use error::{Error, ErrorKind};
pub use example_check::check_example;
pub use finding::{
    Confidence, Counts, Edit, FileProblem, Finding, Fix, Place, Related, Report, ReportDocument, Safety, Severity,
    Skipped, SubjectName, Summary, Suppressed, Tool, ascii_json,
};
pub use fix::{Fixed, apply_fixes, merge_fixes};
pub use hullmark_document::{PositionEncoding, Problem, ProblemCode, Span};
pub use hullmark_language::load::SourceFile;
pub use hullmark_language::{Datum, Example, Expectation, Input, Scalar, Status};
pub use input::{BuildContext, Detected, InputFile, InputKind, InputText, Limits, bytes_of_utf16, detect};
pub use options::{Columns, Options, RuleFile, Setting};
pub use rule_info::{PresetInfo, RuleInfo, RuleParam};
#[cfg(feature = "parallel")]
pub use threads::has_threads;

#[cfg(feature = "schema")]
pub use wire::wire_schema;

/// The version of this crate.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The code of the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct ReadmeDoctests;
