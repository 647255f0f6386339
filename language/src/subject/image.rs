//! What rules see of an image: its config, whichever tool wrote it down.
//!
//! The subject `variable` is what a container gets: `Env` and `Labels`. The subjects `instruction`, `command` and
//! `pipeline` are what the image's own layers were made with (RUN, COPY, ADD and their like from the history, those of
//! the base image left out when they can be told) and what its containers run (`Entrypoint`, `Cmd`, `Healthcheck`,
//! `OnBuild`), so that a rule over commands of a Dockerfile can look at those of an image too. What the history alone
//! knows (values that were overridden, build arguments) is with the subject `history`. BuildKit does not write down
//! the `--mount` flags of a RUN, buildah does.

use super::{Kind, Member, Type, doc, member};

/// The types of an image.
pub(super) static TYPES: &[Type] = &[
    Type {
        name: "config",
        doc: doc("The config of an image, from an OCI or Docker config or from `docker inspect`; in `raw` as written."),
        open: false,
        members: CONFIG,
    },
    Type { name: "history", doc: doc("One entry of an image's history."), open: false, members: HISTORY },
];

const CONFIG: &[Member] = &[
    member("format", Kind::Text, "How it was written down: `config` (an OCI or Docker config) or `inspect`."),
    member("raw", Kind::Open, "The document as written."),
    member("place", Kind::Text, "The key of the config, for findings about what is missing."),
    member("user", Kind::Text, "`User`, which may be empty; absent when missing."),
    member("user-name", Kind::Text, "The part of `User` before the colon."),
    member("group", Kind::Text, "The part of `User` after the colon."),
    member("env", Kind::Many("variable"), "The entries of `Env`."),
    member("labels", Kind::Many("variable"), "The entries of `Labels`."),
    member("ports", Kind::Many("port"), "The keys of `ExposedPorts`."),
    member("volumes", Kind::Texts, "The keys of `Volumes`."),
    member("workdir", Kind::Text, "`WorkingDir`."),
    member("entrypoint", Kind::Texts, "`Entrypoint`."),
    member("cmd", Kind::Texts, "`Cmd`."),
    member("shell", Kind::Texts, "`Shell`."),
    member("healthcheck", Kind::Texts, "`Healthcheck.Test`."),
    member(
        "keeps-healthcheck",
        Kind::Bool,
        "Whether a health check would be written down here: false for a config in plain OCI format, from which \
            buildah leaves it out.",
    ),
    member("stop-signal", Kind::Text, "`StopSignal`."),
    member("onbuild", Kind::Texts, "`OnBuild`."),
    member("tags", Kind::Texts, "`RepoTags` of `docker inspect`."),
    member("digests", Kind::Texts, "`RepoDigests` of `docker inspect`."),
    member("created", Kind::Text, "When it was made, RFC 3339."),
    member("os", Kind::Text, "The operating system."),
    member("architecture", Kind::Text, "The processor architecture."),
    member("layers", Kind::Texts, "The digests of the layers, from the lowest."),
    member("layer-count", Kind::Number, "How many layers there are; absent when they are not listed."),
    member("layer-entries", Kind::Number, "How many entries of the history say that they made a layer."),
    member("history", Kind::Many("history"), "The history, from the oldest."),
    member(
        "instructions",
        Kind::Many("instruction"),
        "The instructions read back from the history, those of the base image included.",
    ),
    member(
        "start",
        Kind::Many("instruction"),
        "`Entrypoint`, `Cmd`, `Healthcheck` and `OnBuild` as the instructions that say so; a shell with one script is \
            in shell form.",
    ),
    member(
        "commands",
        Kind::Many("command"),
        "The commands of `start` and of the history's RUN instructions, those of the base image left out when they can \
            be told.",
    ),
    member(
        "base-entries",
        Kind::Number,
        "How many entries of the history come from the base image, when that can be told: from buildah's notes, or \
            from the last CMD that layers follow.",
    ),
    member(
        "stage",
        Kind::One("stage"),
        "The stage in which its own layers were made, of which no more is known than that it is the final one.",
    ),
    member("config-object", Kind::Open, "The object `config` or `Config` as written."),
];

const HISTORY: &[Member] = &[
    member("created-by", Kind::Text, "The entry's `created_by` as written."),
    member("comment", Kind::Text, "The entry's `comment`."),
    member("empty", Kind::Bool, "Whether the entry made no layer."),
    member("index", Kind::Number, "Its place in the history, from 0."),
    member("from-base", Kind::Bool, "Whether it comes from the base image; absent when that cannot be told."),
    member("instruction", Kind::One("instruction"), "The instruction read back from it."),
    member("shell", Kind::Texts, "The shell that a RUN shows, when it is not `/bin/sh -c`."),
    member("build-args", Kind::Many("variable"), "The build arguments of a RUN with their values."),
    member("variables", Kind::Many("variable"), "What an ENV, LABEL or ARG sets."),
    member("image", Kind::One("config"), "The image."),
];
