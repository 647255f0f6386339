//! Workflow commands of GitHub Actions: a line for each finding becomes an annotation in the pull request.

use std::fmt::Write;

use hullmark::{Place, Report, Severity};

use super::bare;

/// The report as workflow commands.
pub(crate) fn render(report: &Report) -> String {
    let mut text = String::new();
    for problem in &report.problems {
        command(&mut text, "error", (&problem.path, problem.start, problem.end), &problem.code, &problem.message);
    }
    for finding in &report.findings {
        let word = match finding.severity {
            Severity::Critical | Severity::High => "error",
            Severity::Medium => "warning",
            Severity::Low | Severity::Info => "notice",
        };
        command(&mut text, word, (&finding.path, finding.start, finding.end), &finding.rule, &finding.message);
    }
    text
}

fn command(text: &mut String, word: &str, (path, start, end): (&str, Place, Place), title: &str, message: &str) {
    let _ = write!(text, "::{word} file={},line={},endLine={}", property(bare(path)), start.line, end.line);
    // Columns count only where the range stays on its line.
    if start.line == end.line {
        let _ = write!(text, ",col={},endColumn={}", start.column, end.column);
    }
    let _ = writeln!(text, ",title={}::{}", property(title), data(message));
}

/// A value after the `::`, where a line end would end the command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value of a property, where `:` and `,` would end it too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn commands_carry_the_place_and_cannot_be_broken_out_of() {
        let text = render(&sample::report());
        let expected = "\
::error file=bad%2Cname.yaml,line=2,endLine=2,col=1,endColumn=2,title=invalid-yaml::a list is not closed%0A::error::x
::warning file=app/Dockerfile,line=1,endLine=1,col=13,endColumn=19,title=latest-base-image::`debian:latest` moves 100%25
::error file=app/Dockerfile,line=2,endLine=3,title=root-user::ends as root <&>
";
        assert_eq!(text, expected);
    }
}
