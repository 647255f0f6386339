//! What the name and tag of an image say of the releases in it.

use std::ops::Range;

use hullmark_document::dockerfile::{ImageReference, Word, parse_reference};
use hullmark_document::{Node, NodeId, Value};

use super::Lowering;

/// How many parts of a version are tried: `3`, `3.8`, `3.8.12`.
const PARTS: usize = 3;

/// How many words of a tag are looked at; none has so many.
const WORDS: usize = 12;

/// The registry that is meant when none is named, however it is spelled.
const DEFAULT_REGISTRIES: &[&str] = &["docker.io", "index.docker.io", "registry-1.docker.io"];

/// The folders of the default registry with the official images for one architecture.
const ARCHITECTURES: &[&str] =
    &["amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "mips64le", "ppc64le", "riscv64", "s390x"];

/// A program or distribution that an image name or tag speaks of.
#[derive(Debug, PartialEq, Eq)]
struct Release<'t> {
    name: &'t str,
    /// Its version; empty when the name alone says it (`buster`).
    version: &'t str,
    /// Whether that is all of the version that is said.
    whole: bool,
    /// Where it stands in the reference.
    place: Range<usize>,
}

impl Lowering<'_> {
    /// The fact `releases` of an image whose reference comes to `known`.
    pub(super) fn releases(&mut self, image: NodeId, word: &Word, written: &ImageReference, known: Option<&str>) {
        let Some(known) = known else {
            let span = self.place(word.span);
            self.tree.add_fact(image, Node::field("releases", Value::Unknown(word.text()), span));
            return;
        };
        // Places in the word are those in its value where nothing was filled in.
        let as_written = known == word.text();
        let list = self.fact(image, "releases", Value::List);
        let tag = written.tag.as_ref().map_or(word.span, |tag| word.to_source(tag.clone()));
        for release in releases(known, &parse_reference(known)) {
            let span = if as_written { word.to_source(release.place) } else { tag };
            let item = self.item(list, Value::Map, span);
            self.text(item, "name", release.name, span);
            self.text(item, "version", release.version, span);
            self.fact(item, "whole", Value::Bool(release.whole));
        }
    }
}

/// The releases that a reference names.
fn releases<'t>(text: &'t str, reference: &ImageReference) -> Vec<Release<'t>> {
    let mut found = Vec::new();
    let Some(repository) = text.get(reference.repository.clone()) else { return found };
    let start = reference.repository.start;
    for (at, word) in words(repository, &['/', '-', '_'], start) {
        named_version(&mut found, word, at);
    }
    let Some(range) = reference.tag.clone() else { return found };
    let Some(tag) = text.get(range.clone()) else { return found };
    let words: Vec<(usize, &str)> = words(tag, &['-', '_'], range.start).collect();
    for (index, &(at, word)) in words.iter().enumerate() {
        if index == 0 {
            versions(&mut found, image_name(text, reference), word, at..at + word.len());
        }
        if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            found.push(Release { name: word, version: "", whole: true, place: at..at + word.len() });
            if let Some(&(next, version)) = words.get(index + 1).filter(|(_, next)| starts_with_digit(next)) {
                versions(&mut found, word, version, at..next + version.len());
            }
        } else {
            named_version(&mut found, word, at);
        }
    }
    found
}

/// The words of a text with their places.
fn words<'t>(text: &'t str, between: &[char], start: usize) -> impl Iterator<Item = (usize, &'t str)> {
    let mut at = start;
    let words = text.split(move |c| between.contains(&c)).map(move |word| {
        let here = at;
        at += word.len() + 1;
        (here, word)
    });
    words.filter(|(_, word)| !word.is_empty()).take(WORDS)
}

/// The name by which an image is known whatever mirror it comes from: `node` for `docker.io/library/node`.
fn image_name<'t>(text: &'t str, reference: &ImageReference) -> &'t str {
    let part = |range: &Range<usize>| text.get(range.clone()).unwrap_or("");
    let (name, repository) = (part(&reference.name), part(&reference.repository));
    let registry = reference.registry.as_ref().map_or("", part);
    if let Some((before, last)) = repository.rsplit_once('/')
        && (before == "library" || before.ends_with("/library") || ARCHITECTURES.contains(&before))
    {
        return last;
    }
    if DEFAULT_REGISTRIES.contains(&registry) { repository } else { name }
}

fn starts_with_digit(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

/// A word such as `alpine3.15` or `ubi8`.
fn named_version<'t>(found: &mut Vec<Release<'t>>, word: &'t str, at: usize) {
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let Some((name, version)) = word.split_at_checked(letters) else { return };
    if letters > 1 && starts_with_digit(version) {
        versions(found, name, version, at..at + word.len());
    }
}

/// The version as it stands and cut at its dots, from the longest: a table knows the part that is supported together.
fn versions<'t>(found: &mut Vec<Release<'t>>, name: &'t str, version: &'t str, place: Range<usize>) {
    let bare = version.strip_prefix('v').filter(|rest| starts_with_digit(rest)).unwrap_or(version);
    if bare.contains('$') {
        return;
    }
    let ends = bare.match_indices('.').map(|(at, _)| at).chain([bare.len()]).take(PARTS);
    for end in ends.filter(|&end| end > 0) {
        if let Some(version) = bare.get(..end) {
            found.push(Release { name, version, whole: end == bare.len(), place: place.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let shown = |release: &Release<'_>| {
            let place = text.get(release.place.clone()).unwrap_or("?");
            format!("{} {} at {place}", release.name, release.version)
        };
        releases(text, &parse_reference(text)).iter().map(shown).collect()
    }

    #[test]
    fn tags_speak_of_the_program_and_of_what_it_was_built_on() {
        assert_eq!(
            shown("python:3.8-slim-buster"),
            ["python 3 at 3.8", "python 3.8 at 3.8", "slim  at slim", "buster  at buster",]
        );
        assert_eq!(
            shown("node:16-alpine3.15"),
            ["node 16 at 16", "alpine 3 at alpine3.15", "alpine 3.15 at alpine3.15"]
        );
        assert_eq!(
            shown("x.example/base:ubuntu-18.04"),
            [
                "x.example/base ubuntu at ubuntu",
                "ubuntu  at ubuntu",
                "ubuntu 18 at ubuntu-18.04",
                "ubuntu 18.04 at ubuntu-18.04",
            ]
        );
        assert_eq!(shown("traefik:v2.2"), ["traefik 2 at v2.2", "traefik 2.2 at v2.2"]);
        assert_eq!(shown("r.example/ubi7/ubi"), ["ubi 7 at ubi7"]);
        assert_eq!(
            shown("gcr.io/distroless/base-debian10:nonroot"),
            ["debian 10 at debian10", "gcr.io/distroless/base nonroot at nonroot", "nonroot  at nonroot",]
                .map(|line| line.replace("distroless/base ", "distroless/base-debian10 "))
        );
    }

    #[test]
    fn an_image_is_known_behind_its_mirrors() {
        for text in [
            "node:8",
            "library/node:8",
            "docker.io/node:8",
            "docker.io/library/node:8",
            "arm64v8/node:8",
            "m.example:5000/hub/library/node:8",
        ] {
            assert_eq!(shown(text).last().map(String::as_str), Some("node 8 at 8"), "{text}");
        }
        assert_eq!(shown("m.example/node:8"), ["m.example/node 8 at 8"]);
        assert!(shown("node").is_empty() && shown("node@sha256:00").is_empty() && shown("").is_empty());
    }

    #[test]
    fn no_text_is_too_odd() {
        for text in [":", "a:-", "a:--1", "a:v", "a:.", "a:1..2", "é:é1é", "a:1.2.3.4.5-b-c-d-e-f-g-h-i-j-k-l-m"] {
            assert!(shown(text).len() < 40, "{text}");
        }
    }
}
