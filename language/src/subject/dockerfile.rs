//! What rules see of a Dockerfile (and of the history of an image, which is read back into instructions).

use super::{Kind, Member, Type, doc, member};

/// The types of a Dockerfile.
pub(super) static TYPES: &[Type] = &[
    Type { name: "file", doc: doc("One Dockerfile."), open: false, members: FILE },
    Type { name: "stage", doc: doc("A build stage: a FROM and what follows it."), open: false, members: STAGE },
    Type {
        name: "instruction",
        doc: doc("One instruction; the inner one of an ONBUILD is an instruction too, with `onbuild` true."),
        open: false,
        members: INSTRUCTION,
    },
    Type {
        name: "command",
        doc: doc("A simple command of a shell script or an exec form: in RUN, CMD, ENTRYPOINT, HEALTHCHECK."),
        open: false,
        members: COMMAND,
    },
    Type { name: "pipeline", doc: doc("Two or more commands joined by `|`."), open: false, members: PIPELINE },
    Type {
        name: "variable",
        doc: doc("One name of an ENV or ARG, or an environment entry or label of an image config."),
        open: false,
        members: VARIABLE,
    },
    Type {
        name: "reference",
        doc: doc(
            "A variable that the builder fills in: in the mounts of a RUN, in FROM, ENV, ARG, LABEL, COPY, ADD, EXPOSE, VOLUME, USER, WORKDIR, STOPSIGNAL.",
        ),
        open: false,
        members: REFERENCE,
    },
    Type { name: "source", doc: doc("A source of a COPY or ADD in the build context."), open: false, members: SOURCE },
    Type { name: "image", doc: doc("An image reference in its parts."), open: false, members: IMAGE },
    Type {
        name: "release",
        doc: doc("A program or distribution that the name or tag of an image speaks of."),
        open: false,
        members: RELEASE,
    },
    Type { name: "port", doc: doc("A port or range of ports that is exposed."), open: false, members: PORT },
    Type { name: "mount", doc: doc("A `--mount` of a RUN."), open: false, members: MOUNT },
    Type { name: "heredoc", doc: doc("A here-document of an instruction."), open: false, members: HEREDOC },
    Type { name: "comment", doc: doc("A comment that stands between instructions."), open: false, members: COMMENT },
    Type { name: "directive", doc: doc("A parser directive."), open: false, members: DIRECTIVE },
    Type { name: "redirection", doc: doc("A redirection of a command."), open: false, members: REDIRECTION },
];

const FILE: &[Member] = &[
    member("stages", Kind::Many("stage"), "The stages in order."),
    member("instructions", Kind::Many("instruction"), "Every instruction in order, those before the first FROM too."),
    member("commands", Kind::Many("command"), "Every command of every script in order."),
    member("variables", Kind::Many("variable"), "Every name set by ENV or ARG in order."),
    member("directives", Kind::Many("directive"), "The parser directives."),
    member(
        "ignore-file",
        Kind::Bool,
        "Whether the build context has an ignore file; unknown when the caller does not say.",
    ),
    member(
        "context-files",
        Kind::Texts,
        "The files of the build context that reach the builder; absent when the caller does not give them.",
    ),
    member("comments", Kind::Many("comment"), "The comments between the instructions, parser directives among them."),
    member("upper-keywords", Kind::Number, "How many instruction words after the first FROM are all upper case."),
    member("lower-keywords", Kind::Number, "How many instruction words after the first FROM are all lower case."),
    member("keyword-case", Kind::Text, "`upper` or `lower`: what most instruction words are; `upper` on a tie."),
    member("windows", Kind::Bool, "Whether it speaks of Windows images, by their names or by what only Windows has."),
];

const STAGE: &[Member] = &[
    member("index", Kind::Number, "Its place among the stages, from 0."),
    member("name", Kind::Text, "Its name after AS, as written."),
    member("key", Kind::Text, "Its name in lower case, as the builder compares it."),
    member("from", Kind::One("instruction"), "Its FROM."),
    member("image", Kind::One("image"), "The image it starts from."),
    member("base", Kind::Text, "What it starts from: `stage`, `image`, `scratch`, or unknown because of a variable."),
    member("base-stage", Kind::One("stage"), "The stage it starts from, when it does."),
    member("sh", Kind::Text, "What `/bin/sh` is, `bash` or `busybox`, when the name of the image at the bottom tells."),
    member("final", Kind::Bool, "Whether it is the last stage, the one that is built by default."),
    member("needed", Kind::Bool, "Whether the final stage needs it, directly or through others."),
    member("base-of-later", Kind::Bool, "Whether a later FROM names it."),
    member("ships", Kind::Bool, "Whether its layers are in the image: the last stage, and what it starts from."),
    member("instructions", Kind::Many("instruction"), "Its instructions in order, FROM included."),
    member("commands", Kind::Many("command"), "Every command of its scripts in order."),
    member(
        "user",
        Kind::Text,
        "The user at its end, from its own USER or that of a stage below; absent when none is set; \
            unknown when it hangs on a variable without value.",
    ),
    member("own-users", Kind::Many("instruction"), "Its own USER instructions in order."),
    member("last-user", Kind::One("instruction"), "Its own last USER."),
    member(
        "workdir",
        Kind::Text,
        "The working directory at its end, absolute; absent when neither it nor a stage below sets one.",
    ),
    member("end", Kind::One("instruction"), "Its last CMD or ENTRYPOINT, else its last instruction."),
    member("last-instruction", Kind::One("instruction"), "Its last instruction."),
    member(
        "programs",
        Kind::ByName("command"),
        "The commands of its scripts by program name: a list of commands under each name.",
    ),
    member("environment", Kind::TextMap, "The variables that ENV sets in it or in a stage below, by name."),
    member("labels", Kind::TextMap, "The labels that LABEL sets in it or in a stage below, by name."),
    member("keywords", Kind::TextMap, "The keywords of its instructions and of those of the stages below."),
    member(
        "later-keywords",
        Kind::TextMap,
        "The keywords of the instructions of the stages that start from it, directly or through others.",
    ),
    member("file", Kind::One("file"), "The file."),
];

const COMMENT: &[Member] = &[
    member("text", Kind::Text, "What it says after the `#`, without the blanks around it."),
    member("file", Kind::One("file"), "The file."),
];

const INSTRUCTION: &[Member] = &[
    member("keyword", Kind::Text, "Its keyword in upper case; the place is the word as written."),
    member("word", Kind::Text, "The keyword as written."),
    member("word-case", Kind::Text, "`upper`, `lower` or `mixed`; absent for a word that is no instruction."),
    member("index", Kind::Number, "Its place in the file, from 0."),
    member("lines", Kind::Number, "How many lines it takes, comments inside it among them."),
    member("stage", Kind::One("stage"), "The stage it stands in; absent before the first FROM."),
    member("file", Kind::One("file"), "The file."),
    member("previous", Kind::One("instruction"), "The instruction before it in its stage."),
    member("next", Kind::One("instruction"), "The instruction after it in its stage."),
    member("onbuild", Kind::Bool, "Whether it stands inside an ONBUILD."),
    member("outer", Kind::One("instruction"), "The ONBUILD that it stands in."),
    member("inner", Kind::One("instruction"), "For ONBUILD: the instruction inside."),
    member("flags", Kind::TextMap, "Its flags by name without dashes; `mount` holds the first."),
    member("flags-text", Kind::Text, "All its flags as written, one blank apart; absent when it has none."),
    member("text", Kind::Text, "All that follows keyword and flags, continuations taken out."),
    member("form", Kind::Text, "`exec` or `shell`, for RUN, CMD, ENTRYPOINT and HEALTHCHECK."),
    member("references", Kind::Texts, "For FROM, USER, EXPOSE and VOLUME: the names of the variables in its words."),
    member("plain-references", Kind::Texts, "Those of them that are spelled without operator: `$X`, `${X}`."),
    member("raw", Kind::Text, "For WORKDIR: the path as written, variables not filled in."),
    member("signal", Kind::Text, "For STOPSIGNAL: the signal."),
    member("stage-shell", Kind::Texts, "The SHELL in force, when it was set in the stage itself."),
    member("arguments", Kind::Texts, "Its words: of an exec form, SHELL, VOLUME, EXPOSE, or the text cut at blanks."),
    member("commands", Kind::Many("command"), "The commands of its script in order."),
    member("pipelines", Kind::Many("pipeline"), "The pipelines of its script."),
    member("script", Kind::Text, "The script as the shell gets it; a heredoc's body when the RUN is one."),
    member(
        "exec-form",
        Kind::Text,
        "For CMD, ENTRYPOINT and HEALTHCHECK: the exec form that starts the same program without a shell; absent when the shell is needed.",
    ),
    member(
        "dialect",
        Kind::Text,
        "For RUN in shell form: the shell whose language the script is in, `sh`, `bash`, `dash` or `ksh`; absent when it is another one.",
    ),
    member("parses", Kind::Bool, "Whether its script parsed without a fault; absent without a script."),
    member("mounts", Kind::Many("mount"), "The `--mount` flags of a RUN."),
    member("heredocs", Kind::Many("heredoc"), "Its here-documents."),
    member("variables", Kind::Many("variable"), "For ENV, ARG and LABEL: the names it sets."),
    member("image", Kind::One("image"), "For FROM: the image."),
    member("alias", Kind::Text, "For FROM: the name after AS, as written."),
    member("as-word", Kind::Text, "For FROM: the word AS, as written."),
    member("sources", Kind::Texts, "For COPY and ADD: what is copied; here-documents left out."),
    member("context-sources", Kind::Many("source"), "For COPY and ADD: the sources that come from the build context."),
    member("heredoc-sources", Kind::Number, "For COPY and ADD: how many sources are here-documents."),
    member("destination", Kind::Text, "For COPY and ADD: where to."),
    member("from", Kind::Text, "For COPY and ADD: the value of --from, expanded."),
    member(
        "from-stage",
        Kind::One("stage"),
        "For COPY and ADD: the earlier stage that --from names, by name or number.",
    ),
    member(
        "images",
        Kind::Many("image"),
        "The images that FROM, --from and the mounts name; a stage only where FROM names it.",
    ),
    member("ports", Kind::Many("port"), "For EXPOSE: the ports."),
    member("paths", Kind::Texts, "For VOLUME: the paths."),
    member("user", Kind::Text, "For USER: the part before the colon."),
    member("group", Kind::Text, "For USER: the part after the colon."),
    member("path", Kind::Text, "For WORKDIR: the path as written, quotes taken off."),
    member("healthcheck", Kind::Text, "For HEALTHCHECK: `none` or `cmd`."),
    member("shell", Kind::Texts, "The SHELL in force; absent when it is the builder's default."),
    member("workdir", Kind::Text, "The working directory in force before it, absolute; absent when none is set."),
    member("has-workdir", Kind::Bool, "Whether a WORKDIR stands before it in the stage or in a stage below."),
    member(
        "environment",
        Kind::TextMap,
        "The variables that ENV sets before it, by name, those of stages below included.",
    ),
    member("declared", Kind::TextMap, "The names that an ARG anywhere before it in the file declares."),
    member("expansions", Kind::Many("reference"), "The variables that the builder fills in in its words and flags."),
    member("comment", Kind::Text, "What the comment on the line right above it says."),
    member("comment-word", Kind::Text, "The first word of that comment."),
    member(
        "blank-lines",
        Kind::Texts,
        "Blank lines inside its continuation, with their line ends; the builder warns of them.",
    ),
    member("history", Kind::One("history"), "In an image config: the entry of the history that it was read back from."),
    member(
        "last-command",
        Kind::One("command"),
        "The last command of its script that stands neither inside a substitution nor behind a wrapper.",
    ),
];

const COMMAND: &[Member] = &[
    member(
        "name",
        Kind::Text,
        "The program's base name: `apt-get` for `/usr/bin/apt-get`; unknown when it is a variable.",
    ),
    member("program", Kind::Text, "The program as written, quotes taken off."),
    member("subcommand", Kind::Text, "The first word that is no flag, when the program has subcommands."),
    member(
        "flags",
        Kind::TextMap,
        "Its flags by name without dashes: `--yes` is `yes`, `-rf` is `r` and `f`, \
            `--target=x` has the value x.",
    ),
    member("arguments", Kind::Texts, "Every word after the program."),
    member("operands", Kind::Texts, "The words that are neither flag, nor value of a flag, nor subcommand."),
    member("options", Kind::Texts, "The words that are flags, as written."),
    member("assignments", Kind::TextMap, "The variables set before it in the same command."),
    member("redirections", Kind::Many("redirection"), "Its redirections."),
    member("pipes-to", Kind::One("command"), "The next command of its pipeline."),
    member("piped-from", Kind::One("command"), "The command before it in its pipeline."),
    member(
        "wrappers",
        Kind::Texts,
        "The wrappers it stands behind: `sudo`, `env`, `sh -c`, `python -m`, from the outermost.",
    ),
    member("wrapped", Kind::Bool, "Whether it stands behind a wrapper."),
    member(
        "keyword",
        Kind::Text,
        "The keyword of the instruction it stands in: `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK`.",
    ),
    member("onbuild", Kind::Bool, "Whether that instruction stands inside an ONBUILD."),
    member("nested", Kind::Bool, "Whether it stands inside a substitution, function, loop or condition."),
    member("in-substitution", Kind::Bool, "Whether it stands inside `$(...)`, backticks or `<(...)`."),
    member("ignored-status", Kind::Bool, "Whether a failure of it is caught: `|| true`, a condition, `!`."),
    member(
        "status",
        Kind::Text,
        "In a RUN in shell form, what becomes of its status: `tested` by `&&`, `||`, `!` or a condition, `piped` when \
         another stage of its pipeline follows, `lost` when what follows runs all the same, `end` when nothing follows.",
    ),
    member("errexit", Kind::Bool, "In a RUN in shell form: whether `set -e` stands before it in the script."),
    member("instruction", Kind::One("instruction"), "The instruction it stands in."),
    member("stage", Kind::One("stage"), "The stage it stands in."),
    member("file", Kind::One("file"), "The file."),
    member("image", Kind::One("config"), "In an image config: the image."),
    member("text", Kind::Text, "The command as written."),
];

const PIPELINE: &[Member] = &[
    member("commands", Kind::Many("command"), "Its commands in order."),
    member("length", Kind::Number, "How many stages it has; a stage may be a group or loop."),
    member("operators", Kind::Texts, "The operators in order: `|`, `|&`."),
    member("keyword", Kind::Text, "The keyword of the instruction it stands in."),
    member("onbuild", Kind::Bool, "Whether that instruction stands inside an ONBUILD."),
    member("instruction", Kind::One("instruction"), "The instruction it stands in."),
    member("stage", Kind::One("stage"), "The stage it stands in."),
    member(
        "pipefail",
        Kind::Bool,
        "Whether `set -o pipefail` stands before it in the same script, or the SHELL in force sets it.",
    ),
    member("in-substitution", Kind::Bool, "Whether it stands inside `$(...)`, backticks or `<(...)`."),
];

const VARIABLE: &[Member] = &[
    member("name", Kind::Text, "The name."),
    member(
        "value",
        Kind::Text,
        "The value, expanded; absent for an ARG without default; unknown when it hangs on a variable without value.",
    ),
    member("raw", Kind::Text, "The value as written, without quotes and not expanded."),
    member("keyword", Kind::Text, "`ENV`, `ARG` or `LABEL`."),
    member("style", Kind::Text, "`equals` for `K=v`, `blank` for `K v`, `bare` for a name alone."),
    member("references", Kind::Texts, "The names of the variables that its value uses."),
    member("plain-references", Kind::Texts, "Those of them that are spelled without operator: `$X`, `${X}`."),
    member("instruction", Kind::One("instruction"), "The instruction that sets it; absent in an image config."),
    member("stage", Kind::One("stage"), "The stage it stands in."),
    member("file", Kind::One("file"), "The file."),
    member("in-config", Kind::Bool, "In an image's history: whether the config has it with the same value."),
    member(
        "repeated",
        Kind::Bool,
        "For a build argument in an image's history: whether an earlier entry shows it too.",
    ),
    member("image", Kind::One("config"), "In an image config: the image."),
];

const IMAGE: &[Member] = &[
    member("text", Kind::Text, "The whole reference, variables with known values filled in."),
    member("raw", Kind::Text, "The whole reference as written."),
    member("registry", Kind::Text, "The registry's host, with port; absent for the default one."),
    member("repository", Kind::Text, "The path of the repository, without registry."),
    member("name", Kind::Text, "Registry and repository, without tag and digest."),
    member("tag", Kind::Text, "The tag."),
    member("digest", Kind::Text, "The digest, such as `sha256:...`."),
    member(
        "releases",
        Kind::Many("release"),
        "In a Dockerfile: the programs and distributions that its name and tag speak of, each version cut at its dots too.",
    ),
    member(
        "by-default",
        Kind::Text,
        "In FROM, with variables: the reference in a build that is given no argument; absent when not even that is known.",
    ),
    member("is-stage", Kind::Bool, "Whether it names an earlier stage."),
    member("is-scratch", Kind::Bool, "Whether it is the empty image `scratch`."),
    member("stage", Kind::One("stage"), "The earlier stage that it names."),
    member("references", Kind::Texts, "The names of the variables in it."),
    member("plain-references", Kind::Texts, "Those of them that are spelled without operator: `$X`, `${X}`."),
];

const RELEASE: &[Member] = &[
    member("name", Kind::Text, "What it is a release of: the image's name or a word of the tag such as `alpine`."),
    member("version", Kind::Text, "Its version; empty for a word without one, such as `buster`."),
    member("whole", Kind::Bool, "Whether that is the whole version, not one cut at a dot."),
];

const SOURCE: &[Member] = &[
    member("path", Kind::Text, "Its path from the root of the context, cleaned; `.` for the whole context."),
    member(
        "ignored",
        Kind::Bool,
        "Whether the ignore file leaves all of it out; unknown when the caller does not say.",
    ),
];

const REFERENCE: &[Member] = &[
    member("name", Kind::Text, "The variable's name."),
    member(
        "operator",
        Kind::Text,
        "What is done with the value: `default` (`:-`), `alternate` (`:+`), `required` (`:?`), `remove-prefix`, \
            `remove-suffix` or `replace`; absent for `$X` and `${X}`.",
    ),
    member(
        "set",
        Kind::Bool,
        "Whether an ENV or ARG, even one without value, sets it there; unknown when only the base image can say.",
    ),
    member("global", Kind::Bool, "Whether an ARG before the first FROM declares it, which ends at FROM."),
    member("nearest", Kind::Text, "When it may be unset: the name that is set there and differs in a letter or two."),
];

const PORT: &[Member] = &[
    member("text", Kind::Text, "The port as written."),
    member("number", Kind::Number, "The port, or the first of the range; unknown when it hangs on a variable."),
    member("end", Kind::Number, "The last of the range, or the port itself."),
    member("protocol", Kind::Text, "The protocol as written; absent when none is."),
    member("well-formed", Kind::Bool, "Whether it is a port or range with an optional protocol."),
];

const MOUNT: &[Member] = &[
    member("type", Kind::Text, "The mount's type; `bind` when none is given."),
    member("target", Kind::Text, "Where it is mounted."),
    member("from", Kind::Text, "The image or stage it comes from."),
    member("text", Kind::Text, "The flag's value as written."),
];

const HEREDOC: &[Member] = &[
    member("delimiter", Kind::Text, "The word that ends it."),
    member("text", Kind::Text, "Its body."),
    member("lines", Kind::Texts, "For COPY and ADD: the lines of its body that are not blank."),
    member("expand", Kind::Bool, "Whether variables in it are expanded."),
];

const DIRECTIVE: &[Member] =
    &[member("name", Kind::Text, "Its name in lower case."), member("value", Kind::Text, "Its value.")];

const REDIRECTION: &[Member] = &[
    member("operator", Kind::Text, "The operator, such as `>` or `2>&1`'s `>&`."),
    member("target", Kind::Text, "The word after it."),
    member("descriptor", Kind::Text, "The number or name before the operator."),
    member("command", Kind::One("command"), "The command it belongs to."),
    member("instruction", Kind::One("instruction"), "The instruction it stands in."),
    member("lines", Kind::Texts, "Of a here-document: the lines of its body that are not blank."),
];
