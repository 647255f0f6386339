//! Which program an image's `/bin/sh` is, as far as its name tells.

use hullmark_language::Datum;

/// `bash` or `busybox` where the reference `image` has one of the names that `table` lists under it.
pub(super) fn system_shell<'t>(table: &'t Datum, image: &str) -> Option<&'t str> {
    let image = image.split('@').next().unwrap_or("").to_ascii_lowercase();
    let listed = |lists: &str, name: &str| {
        let has = |list: &Datum| list.items().any(|item| item.text() == Some(name));
        table.get(lists)?.entries().find_map(|(shell, list)| has(list).then_some(shell))
    };
    let repository = image.rsplit('/').next().and_then(|last| last.split(':').next()).unwrap_or("");
    let mut words = image.split(|sign: char| !sign.is_ascii_alphanumeric()).map(|word| {
        let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
        word.get(..letters).unwrap_or("")
    });
    listed("repositories", repository).or_else(|| words.find_map(|word| listed("words", word)))
}

#[cfg(test)]
mod tests {
    use super::system_shell;

    #[test]
    fn names_and_tags_of_known_distributions_tell_the_shell() {
        let rules = hullmark_language::RuleSet::decode(hullmark_rules::RULES).unwrap();
        let system_shell = |image| system_shell(rules.table("system-shells").unwrap(), image);
        for image in ["fedora:41", "quay.io/centos/centos:stream9", "registry.access.redhat.com/ubi9/ubi-minimal:9.4"] {
            assert_eq!(system_shell(image), Some("bash"), "{image}");
        }
        for image in ["alpine", "python:3.12-alpine3.20", "docker.io/library/busybox:1", "bash:5"] {
            assert_eq!(system_shell(image), Some("busybox"), "{image}");
        }
        for image in ["debian:12", "ubuntu", "almanac:1", "x/bash-tools:1", "x.example/leapp:1", "a@sha256:fedora", ""]
        {
            assert_eq!(system_shell(image), None, "{image}");
        }
    }
}
