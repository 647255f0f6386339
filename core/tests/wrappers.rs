//! Package managers behind whatever may stand before them: the rules of `recommended` see them all.
#![cfg(test)]

use hullmark::Engine;

/// Ways to run a command in a RUN, with `{}` where it stands.
const WAYS: &[&str] = &[
    "{}",
    "/usr/bin/{}",
    "\\{}",
    "! {}",
    "A=b {}",
    "({})",
    "{ {}; }",
    "true && {} || false",
    "if true; then {}; fi",
    "for a in b c; do {}; done",
    "f() { {}; }; f",
    "a=$({})",
    "sudo {}",
    "sudo -E -u root {}",
    "sudo A=b {}",
    "sudo -- {}",
    "doas {}",
    "env A=b {}",
    "env -u A B=c {}",
    "command {}",
    "exec {}",
    "eval \"{}\"",
    "trap '{}' EXIT",
    "time {}",
    "nice -n 10 {}",
    "ionice -c3 {}",
    "nohup {} &",
    "timeout -k 5 60s {}",
    "stdbuf -oL {}",
    "setsid {}",
    "flock /a {}",
    "eatmydata {}",
    "fakeroot {}",
    "unshare -n {}",
    "setarch i686 {}",
    "chroot /mnt {}",
    "arch-chroot /mnt {}",
    "chroot /mnt /bin/sh -c '{}'",
    "su -c '{}'",
    "su - root -c '{}'",
    "su root -s /bin/sh -c \"{}\"",
    "runuser -u root -- {}",
    "runuser root -c '{}'",
    "gosu root {}",
    "sh -c '{}'",
    "bash -lc \"{}\"",
    "bash -euxo pipefail -c '{}'",
    "sudo sh -c \"{}\"",
    "busybox sh -c '{}'",
    "cat a | xargs -r {}",
    "xargs -n 1 sudo {} < a",
    "find a -exec {} {} +",
    "find a -name b -execdir sudo {} \\;",
    "<<EOF\n{}\nEOF",
    "<<EOF bash\n{}\nEOF",
    "<<'EOF'\n#!/bin/bash\nset -e\nsudo {}\nEOF",
    "bash <<EOF\n{}\nEOF",
    "sudo bash -e <<EOF\n{}\nEOF",
    "--mount=type=cache,target=/a {}",
];

/// A command of each manager that asks a question nobody answers, and the rule that says so.
const COMMANDS: &[(&str, &str)] = &[
    ("apt-get install curl", "interactive-apt-install"),
    ("yum install curl", "interactive-yum-install"),
    ("dnf install curl", "interactive-dnf-install"),
    ("zypper install curl", "interactive-zypper-install"),
    ("apk add curl", "apk-cache-in-layer"),
    ("pip install a", "pip-cache-in-layer"),
    ("python3 -m pip install a", "pip-cache-in-layer"),
];

#[test]
fn package_managers_are_seen_behind_everything() {
    let engine = Engine::builder().build().unwrap();
    for (command, rule) in COMMANDS {
        for way in WAYS {
            let text = format!("FROM a:1\nRUN {}\n", way.replacen("{}", command, 1));
            let report = engine.check("Dockerfile", &text);
            assert!(report.findings.iter().any(|finding| *finding.rule == **rule), "{rule} is silent about\n{text}");
        }
    }
}

#[test]
fn what_is_only_said_is_not_run() {
    let engine = Engine::builder().build().unwrap();
    for (command, rule) in COMMANDS {
        for text in [
            "echo {}",
            "echo '{}' | tee a",
            "cat <<EOF > a\n{}\nEOF",
            "bash a <<EOF\n{}\nEOF",
            "find a -name '{}'",
            "# {}",
        ] {
            let text = format!("FROM a:1\nRUN {}\n", text.replacen("{}", command, 1));
            let report = engine.check("Dockerfile", &text);
            assert!(report.findings.iter().all(|finding| *finding.rule != **rule), "{rule} speaks of\n{text}");
        }
    }
}
