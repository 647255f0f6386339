//! The formats of reports.

/// Every one, in the order in which the command line names them.
pub const FORMATS: [&str; 13] = [
    "text",
    "json",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "hadolint",
    "tty",
    "gnu",
    "codeclimate",
    "codacy",
    "sonarqube",
];
