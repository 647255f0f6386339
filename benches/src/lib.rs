//! The inputs that are measured: small, pinned, our own.

/// A Dockerfile of a web service, in three stages.
pub const DOCKERFILE: &str = include_str!("../inputs/Dockerfile");
/// A stream of manifests for the same service.
pub const MANIFEST: &str = include_str!("../inputs/service.yaml");
/// The config of an image that such a Dockerfile makes.
pub const IMAGE: &str = include_str!("../inputs/config.json");
/// A shell script as it may stand in a RUN.
pub const SCRIPT: &str = include_str!("../inputs/install.sh");

/// `files` manifests of many such services, one object a file.
#[must_use]
pub fn manifests(files: usize) -> Vec<String> {
    let services = (0..).map(|number| MANIFEST.replace("bookings", &format!("bookings-{number}")));
    let objects = services.flat_map(|text| text.split("\n---\n").map(str::to_owned).collect::<Vec<_>>());
    objects.take(files).collect()
}
