//! What rules see of an image: its config, whichever tool wrote it down.

use super::{Kind, Member, Type, member};

/// The types of an image.
pub(super) static TYPES: &[Type] = &[
    Type {
        name: "config",
        doc: "The config of an image, from an OCI or Docker config or from `docker inspect`; in `raw` as written.",
        open: false,
        index: None,
        members: CONFIG,
    },
    Type { name: "history", doc: "One entry of an image's history.", open: false, index: None, members: HISTORY },
];

const CONFIG: &[Member] = &[
    member("format", Kind::Text, "`oci` or `inspect`."),
    member("raw", Kind::Open, "The document as written."),
    member("user", Kind::Text, "`User`; absent when missing or empty."),
    member("user-name", Kind::Text, "The part of `User` before the colon."),
    member("env", Kind::Many("variable"), "The entries of `Env`."),
    member("labels", Kind::Many("variable"), "The entries of `Labels`."),
    member("ports", Kind::Many("port"), "The keys of `ExposedPorts`."),
    member("volumes", Kind::Texts, "The keys of `Volumes`."),
    member("workdir", Kind::Text, "`WorkingDir`."),
    member("entrypoint", Kind::Texts, "`Entrypoint`."),
    member("cmd", Kind::Texts, "`Cmd`."),
    member("shell", Kind::Texts, "`Shell`."),
    member("healthcheck", Kind::Texts, "`Healthcheck.Test`."),
    member("stop-signal", Kind::Text, "`StopSignal`."),
    member("onbuild", Kind::Texts, "`OnBuild`."),
    member("tags", Kind::Texts, "`RepoTags` of `docker inspect`."),
    member("digests", Kind::Texts, "`RepoDigests` of `docker inspect`."),
    member("created", Kind::Text, "When it was made, RFC 3339."),
    member("os", Kind::Text, "The operating system."),
    member("architecture", Kind::Text, "The processor architecture."),
    member("layers", Kind::Texts, "The digests of the layers, from the lowest."),
    member("history", Kind::Many("history"), "The history, from the oldest."),
    member(
        "instructions",
        Kind::Many("instruction"),
        "The instructions read back from the history, those of the base image included.",
    ),
    member("commands", Kind::Many("command"), "The commands of the history's RUN instructions."),
    member(
        "base-entries",
        Kind::Number,
        "How many entries of the history come from the base image, when that can be told.",
    ),
    member("config-object", Kind::Open, "The object `config` or `Config` as written."),
];

const HISTORY: &[Member] = &[
    member("created-by", Kind::Text, "The entry's `created_by` as written."),
    member("empty", Kind::Bool, "Whether the entry made no layer."),
    member("index", Kind::Number, "Its place in the history, from 0."),
    member("instruction", Kind::One("instruction"), "The instruction read back from it."),
];
