//! What rules see of the shell scripts in a Dockerfile's RUN lines, beside their commands and pipelines.

use super::{Kind, Member, Type, doc, member};

/// The types of a shell script.
pub(super) static TYPES: &[Type] = &[
    Type {
        name: "expansion",
        doc: doc(
            "A variable, substitution or arithmetic in the script of a RUN in shell form: `$X`, `$(a)`, `$((1))`.",
        ),
        open: false,
        members: EXPANSION,
    },
    Type {
        name: "word",
        doc: doc("A word in the script of a RUN in shell form that is more than plain text: it has quotes, escapes, \
             patterns, expansions, or characters other than letters, digits and `./:=@+,_-`, \
             or names a command and ends in `.` or `,`."),
        open: false,
        members: WORD,
    },
    Type {
        name: "assignment",
        doc: doc("`name=value` in the script of a RUN in shell form, alone, before a command or after `export`."),
        open: false,
        members: ASSIGNMENT,
    },
    Type {
        name: "compound",
        doc: doc("A compound command in the script of a RUN in shell form: a loop, a condition, a group, `[[ ]]`."),
        open: false,
        members: COMPOUND,
    },
    Type {
        name: "list",
        doc: doc("Pipelines joined by `&&` and `||` in the script of a RUN in shell form."),
        open: false,
        members: LIST,
    },
    Type {
        name: "negation",
        doc: doc("A pipeline with `!` before it in the script of a RUN in shell form."),
        open: false,
        members: NEGATION,
    },
    Type {
        name: "fault",
        doc: doc("The first place where the script of a RUN in shell form could not be read."),
        open: false,
        members: FAULT,
    },
];

const EXPANSION: &[Member] = &[
    member(
        "kind",
        Kind::Text,
        "`variable`, `command` for `$(...)` and backticks, `arithmetic` or `process` for `<(...)`.",
    ),
    member("text", Kind::Text, "It as written."),
    member("name", Kind::Text, "The variable's name, or its sign such as `?` and `@`."),
    member(
        "operator",
        Kind::Text,
        "What `${X...}` does beside giving the value: `default`, `assign`, `error`, `alternative`, `cut`, `replace`, \
         `substring`, `case`, `transform`, `length`, `indirect` or `unknown`.",
    ),
    member("subscript", Kind::Text, "What stands between the brackets of `${X[...]}`."),
    member(
        "quoted",
        Kind::Bool,
        "Whether it stands in double quotes or a here-document, so that the shell does not split its value.",
    ),
    member(
        "one-word",
        Kind::Bool,
        "Whether its value is one plain word for sure, so that quotes would change nothing.",
    ),
    member("backticks", Kind::Bool, "Whether it is spelled with backticks."),
    member("inner", Kind::Text, "For `$(...)` and backticks: what stands inside."),
    member("context", Kind::Text, CONTEXT),
    member("assigned", Kind::Bool, "Whether the script, ENV, ARG or the builder sets the variable."),
    member("first", Kind::Bool, "Whether the variable is not used before it in the script."),
    member("whole", Kind::Bool, "Whether it is all of its word."),
    member("before", Kind::Text, "What stands before it in its word, as written; of a long one the last 64 bytes."),
    member("after", Kind::Text, "What stands after it in its word, as written; of a long one the first 64 bytes."),
    member("program", Kind::Text, "The name of the command in whose words it stands, when it stands as such."),
    member("command", Kind::One("command"), "The command in whose words, assignments or redirections it stands."),
    member("commands", Kind::Many("command"), "For `$(...)` and backticks: the commands inside."),
    member("instruction", Kind::One("instruction"), "The instruction it stands in."),
];

const CONTEXT: &str = "Where it stands: `name` (what a command is called), `argument`, `declaration` (a value after \
     `export` and its like), `assignment`, `array`, `redirection`, `heredoc`, `list` (of a loop), `case`, `pattern`, \
     `test` (inside `[[ ]]`) or `arithmetic`.";

const WORD: &[Member] = &[
    member("role", Kind::Text, CONTEXT),
    member("text", Kind::Text, "It as the program gets it; unknown when it has expansions."),
    member("raw", Kind::Text, "It as written."),
    member("quotes", Kind::Text, "`none`, `single`, `double`, `ansi` for `$'...'`, or `mixed`."),
    member("pattern", Kind::Text, "The first `*`, `?` or `[...]` in it that the shell matches against file names."),
    member("braces", Kind::Text, "The first brace expansion in it."),
    member("single-quoted", Kind::Text, "The first part of it in single quotes, as written."),
    member("expands", Kind::Bool, "Whether it has expansions."),
    member("program", Kind::Text, "The name of the command whose word it is."),
    member("index", Kind::Number, "Its place among the words of the command, of which the name is 0."),
    member("command", Kind::One("command"), "The command whose word it is."),
    member("instruction", Kind::One("instruction"), "The instruction it stands in."),
];

const ASSIGNMENT: &[Member] = &[
    member("name", Kind::Text, "The name."),
    member("text", Kind::Text, "All of it as written."),
    member("value", Kind::Text, "The value; unknown when it has expansions, absent for an array."),
    member("raw", Kind::Text, "The value as written."),
    member("append", Kind::Bool, "Whether it is `+=`."),
    member("array", Kind::Bool, "Whether the value is an array, or the name has a subscript."),
    member(
        "declaration",
        Kind::Text,
        "`export`, `local`, `declare`, `readonly` or `typeset` when it stands behind one.",
    ),
    member("takes-status", Kind::Bool, "Whether the value has a substitution, whose failure the shell would tell of."),
    member("read", Kind::Bool, "Whether the script reads the variable anywhere."),
    member("alone", Kind::Bool, "Whether it is no part of a command."),
    member("command", Kind::One("command"), "The command it stands before or behind."),
    member("instruction", Kind::One("instruction"), "The instruction it stands in."),
];

const COMPOUND: &[Member] = &[
    member(
        "kind",
        Kind::Text,
        "`subshell`, `group`, `if`, `for`, `arithmetic-for`, `select`, `while`, `until`, `case`, `function`, `test` \
         for `[[ ]]`, `arithmetic` for `(( ))`.",
    ),
    member("opening", Kind::Text, "The word or sign that opens it; its place is there."),
    member(
        "words",
        Kind::Texts,
        "For loops: what they run over. For `[[ ]]`: what stands inside. For functions: the name.",
    ),
    member("variable", Kind::Text, "For loops: the name of their variable."),
    member("commands", Kind::Many("command"), "The commands in it."),
    member("instruction", Kind::One("instruction"), "The instruction it stands in."),
];

const LIST: &[Member] = &[
    member("operators", Kind::Texts, "The operators in order: `&&`, `||`."),
    member(
        "commands",
        Kind::Many("command"),
        "The last commands of its pipelines in order, where they are simple commands.",
    ),
    member(
        "tested",
        Kind::Bool,
        "Whether it is the condition of an `if` or loop, or stands in what is one or what `&&` or `||` asks.",
    ),
    member("instruction", Kind::One("instruction"), "The instruction it stands in."),
];

const NEGATION: &[Member] = &[
    member("mark", Kind::Text, "The `!`."),
    member("errexit", Kind::Bool, "Whether `set -e` stands before it in the script."),
    member(
        "tested",
        Kind::Bool,
        "Whether something looks at its status: `&&`, `||`, a condition, or the end of the script.",
    ),
    member("piped", Kind::Bool, "Whether it has two stages or more."),
    member("instruction", Kind::One("instruction"), "The instruction it stands in."),
];

const FAULT: &[Member] = &[
    member("message", Kind::Text, "What is wrong, in one sentence."),
    member("token", Kind::Text, "What stands there, such as `(`; empty where something is missing."),
    member("words", Kind::Number, "How many words of the command stand before it."),
    member("name", Kind::Text, "The first of them as written."),
    member("after", Kind::Text, "What follows on the same line, blanks before it left out."),
    member("before", Kind::Text, "What stands before it on the same line, without blanks at the ends."),
    member("instruction", Kind::One("instruction"), "The instruction it stands in."),
];
