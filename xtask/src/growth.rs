//! `cargo xtask growth`: how the time of hullmark grows with Dockerfiles that are made to hurt.
//!
//! Every kind of file is checked at half its size and at its size, in turns; what is printed is the time of the whole
//! one and the ratio of the two, which is at most two where the work is in step with the input.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Outcome;
use crate::hullmark::Hullmark;
use crate::process;
use crate::table::Table;

/// The presets that are timed.
const PRESETS: [&str; 3] = ["hadolint", "recommended", "all"];

/// Runs of each, of which the fastest counts.
const RUNS: usize = 3;

/// Above this ratio the work grows faster than the input; some of it is the machine's.
const TOO_STEEP: f64 = 2.4;

/// No file may take longer.
const TOO_LONG: Duration = Duration::from_secs(1);

/// Runs shorter than this say nothing of growth.
const TOO_SHORT: Duration = Duration::from_millis(30);

/// A kind of file: its name, its size, and what makes one of a size.
type Kind = (&'static str, usize, fn(usize) -> String);

const KINDS: [Kind; 25] = [
    ("RUN lines", 10_000, |n| lines(n, |i| format!("RUN {}\n{}", command(i), between(i)))),
    ("&& in one RUN", 2_000, |n| format!("RUN {}\n", joined(n, " && ", command))),
    ("; in one RUN, 4 MB", 120_000, |n| format!("RUN {}\n", joined(n, "; ", command))),
    ("pipes in one RUN", 2_000, |n| format!("RUN {}\n", joined(n, " | ", command))),
    ("lines of a RUN heredoc, 4 MB", 120_000, |n| format!("RUN <<EOF\n{}EOF\n", joined(n, "\n", command) + "\n")),
    ("lines of a COPY heredoc, 5 MB", 160_000, |n| {
        format!("COPY <<EOF /x\n{}EOF\n", "some text, a line of it long\n".repeat(n))
    }),
    ("equal RUN apt-get", 10_000, |n| lines(n, |i| format!("RUN apt-get update && apt-get install -y a{i}\n"))),
    ("RUN curl, then RUN wget", 5_000, |n| {
        lines(n, |i| format!("RUN curl -O u{i}\n")) + &lines(n, |i| format!("RUN wget u{i}\n"))
    }),
    ("files fetched, then run", 2_500, |n| lines(n, |i| format!("RUN curl -O https://x/f{i}.sh\nRUN sh f{i}.sh\n"))),
    ("keys copied, then removed", 5_000, |n| lines(n, |i| format!("COPY k{i}.pem /k{i}.pem\nRUN rm /k{i}.pem\n"))),
    ("ENV lines", 10_000, |n| lines(n, |i| format!("ENV E{i}=v{i}\n"))),
    ("ENV lines that use the one before", 10_000, |n| lines(n, |i| format!("ENV E{}=$E{i}:x\n", i + 1))),
    ("COPY lines", 10_000, |n| lines(n, |i| format!("COPY a{i} /b{i}\n"))),
    ("stages in a chain", 10_000, |n| lines(n, |i| format!("FROM s{i} AS s{}\n", i + 1))),
    ("stages that copy from the one before", 5_000, |n| {
        lines(n, |i| format!("FROM a AS t{}\nCOPY --from=t{i} /a /b\n", i + 1))
    }),
    ("CMD, ENTRYPOINT, HEALTHCHECK", 3_000, |n| lines(n, |i| format!("CMD x{i}\nENTRYPOINT y\nHEALTHCHECK CMD z\n"))),
    ("USER lines", 10_000, |n| "USER root\n".repeat(n)),
    ("EXPOSE lines", 10_000, |n| lines(n, |i| format!("EXPOSE {}\n", i + 1))),
    ("labels in one LABEL", 100_000, |n| format!("LABEL {}\n", joined(n, " ", |i| format!("k{i}=v{i}")))),
    ("substitutions in each other", 1_000, |n| format!("RUN echo {}x{}\n", "$(".repeat(n), ")".repeat(n))),
    ("arguments of one command", 500_000, |n| {
        format!("RUN apt-get install -y {}\n", joined(n, " ", |i| format!("pkg{i}")))
    }),
    ("letters of one word", 5_000_000, |n| format!("RUN {}\n", "x".repeat(n))),
    ("letters of one comment", 5_000_000, |n| format!("#{}\n", "x".repeat(n))),
    ("continued lines", 100_000, |n| format!("RUN echo {}b\n", "a \\\n".repeat(n))),
    ("continued lines with &&", 100_000, |n| format!("RUN true {}\n", "\\\n && true".repeat(n))),
];

/// Times every kind of file with every preset.
pub fn run() -> Outcome {
    let hullmark = Hullmark::build()?;
    let folder = std::env::temp_dir().join(format!("hullmark-growth-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let outcome = time_all(&hullmark, &folder);
    // What is left behind in the system's temporary folder harms nobody.
    let _ = fs::remove_dir_all(&folder);
    outcome
}

fn time_all(hullmark: &Hullmark, folder: &Path) -> Outcome {
    let mut table = Table::new(&["file", "preset", "size", "s", "time(2n)/time(n)", ""]);
    let mut fine = true;
    for (name, size, make) in KINDS {
        let (half, whole) = (written(folder, "half", make(size / 2))?, written(folder, "whole", make(size))?);
        for preset in PRESETS {
            let (mut first, mut second) = (Duration::MAX, Duration::MAX);
            for _ in 0..RUNS {
                first = first.min(timed(hullmark, folder, preset, &half)?);
                second = second.min(timed(hullmark, folder, preset, &whole)?);
            }
            let ratio = second.as_secs_f64() / first.as_secs_f64();
            let steep = ratio > TOO_STEEP && second > TOO_SHORT;
            let word = if second > TOO_LONG {
                "too long"
            } else if steep {
                "too steep"
            } else {
                ""
            };
            fine &= word.is_empty();
            let seconds = format!("{:.3}", second.as_secs_f64());
            table.row(vec![name.into(), preset.into(), size.to_string(), seconds, format!("{ratio:.2}"), word.into()]);
        }
    }
    table.print();
    Ok(fine)
}

fn written(folder: &Path, name: &str, body: String) -> Result<PathBuf, String> {
    let path = folder.join(format!("{name}.Dockerfile"));
    let text = format!("FROM debian:12.8 AS s0\n{body}");
    fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(path)
}

fn timed(hullmark: &Hullmark, folder: &Path, preset: &str, file: &Path) -> Result<Duration, String> {
    let mut command = hullmark.command(folder, &["check", "--format", "json", "--threads", "1", "--preset", preset]);
    process::timed(command.arg("--").arg(file), &[0, 1])
}

fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    joined(n, "", line)
}

fn joined(n: usize, between: &str, piece: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for at in 0..n {
        let between = if at == 0 { "" } else { between };
        // Writing into a text cannot fail.
        let _ = write!(text, "{between}{}", piece(at));
    }
    text
}

/// A command as people write them, each unlike the ones around it.
fn command(i: usize) -> String {
    match i % 12 {
        0 => "apt-get update && apt-get install -y --no-install-recommends curl=7.1 git".to_owned(),
        1 => format!("curl -fsSL https://example.com/a{i}.tgz -o /tmp/a{i}.tgz"),
        2 => format!("wget https://example.com/b{i}.tgz"),
        3 => format!("rm -rf /tmp/a{i} /var/lib/apt/lists/*"),
        4 => format!("pip install --no-cache-dir flask=={i}.0"),
        5 => "yum install -y vim".to_owned(),
        6 => "npm install -g left-pad".to_owned(),
        7 => "apk add --no-cache bash".to_owned(),
        8 => "cd /src && make install".to_owned(),
        9 => format!("useradd u{i}"),
        10 => format!("chmod 755 /x{i}"),
        _ => format!("git clone https://example.com/z{i} /z{i}"),
    }
}

/// What stands between the RUN lines here and there.
fn between(i: usize) -> String {
    match i % 9 {
        3 => format!("ARG A{i}=1\n"),
        6 => format!("ENV E{i}=v{i}\n"),
        _ => String::new(),
    }
}
