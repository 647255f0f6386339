//! Which program an image's `/bin/sh` is, as far as its name tells.

/// Distributions whose `/bin/sh` is bash, as they stand in names and tags of images before a version.
const BASH: [&str; 25] = [
    "alma",
    "almalinux",
    "amazoncorretto",
    "amazonlinux",
    "archlinux",
    "azurelinux",
    "bci",
    "centos",
    "fedora",
    "leap",
    "mageia",
    "manjarolinux",
    "manylinux",
    "mariner",
    "openeuler",
    "opensuse",
    "oraclelinux",
    "photon",
    "redhat",
    "rhel",
    "rocky",
    "rockylinux",
    "sles",
    "tumbleweed",
    "ubi",
];

/// The same for those whose `/bin/sh` is busybox.
const BUSYBOX: [&str; 3] = ["alpine", "busybox", "musllinux"];

/// `bash` or `busybox` where a word of the reference `image` names a distribution that has it as `/bin/sh`.
pub(super) fn system_shell(image: &str) -> Option<&'static str> {
    let image = image.split('@').next().unwrap_or("").to_ascii_lowercase();
    let mut words = image.split(|sign: char| !sign.is_ascii_alphanumeric()).map(|word| {
        let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
        word.get(..letters).unwrap_or("")
    });
    // Docker's image of bash is made of Alpine's.
    let last_part = image.rsplit('/').next().unwrap_or("");
    if last_part.split(':').next() == Some("bash") {
        return Some("busybox");
    }
    words.find_map(|word| {
        if BUSYBOX.contains(&word) {
            Some("busybox")
        } else if BASH.contains(&word) {
            Some("bash")
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::system_shell;

    #[test]
    fn names_and_tags_of_known_distributions_tell_the_shell() {
        for image in ["fedora:41", "quay.io/centos/centos:stream9", "registry.access.redhat.com/ubi9/ubi-minimal:9.4"] {
            assert_eq!(system_shell(image), Some("bash"), "{image}");
        }
        for image in ["alpine", "python:3.12-alpine3.20", "docker.io/library/busybox:1", "bash:5"] {
            assert_eq!(system_shell(image), Some("busybox"), "{image}");
        }
        for image in ["debian:12", "ubuntu", "almanac:1", "x.example/leapp:1", "a@sha256:fedora", ""] {
            assert_eq!(system_shell(image), None, "{image}");
        }
    }
}
