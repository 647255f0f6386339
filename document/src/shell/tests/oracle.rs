//! `shuck-parser` as a second opinion: on scripts that both read, both see the same commands at the same places.

use shuck_ast::{
    ArrayElem, Assignment, AssignmentValue, BourneParameterExpansion, BuiltinCommand, Command, CompoundCommand,
    DeclOperand, Redirect, RedirectTarget, Stmt, StmtSeq, Word, WordPart, WordPartNode,
};
use shuck_parser::parser::{ParseStatus, Parser};

use super::clean;

/// The places where the names of commands begin, as the oracle sees them.
#[derive(Default)]
struct Names(Vec<usize>);

impl Names {
    fn sequence(&mut self, sequence: &StmtSeq) {
        sequence.stmts.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt) {
        statement.redirects.iter().for_each(|redirect| self.redirect(redirect));
        match &statement.command {
            Command::Simple(simple) => {
                if !simple.name.span.slice_is_empty() {
                    self.0.push(simple.name.span.start.offset());
                }
                simple.assignments.iter().for_each(|assignment| self.assignment(assignment));
                self.word(&simple.name);
                self.words(&simple.args);
            }
            Command::Decl(declaration) => {
                self.0.push(declaration.variant_span.start.offset());
                for operand in &declaration.operands {
                    match operand {
                        DeclOperand::Flag(word) | DeclOperand::Dynamic(word) => self.word(word),
                        DeclOperand::Assignment(assignment) => self.assignment(assignment),
                        DeclOperand::Name(_) => {}
                    }
                }
            }
            Command::Builtin(builtin) => self.0.push(match builtin {
                BuiltinCommand::Break(found) => found.span.start.offset(),
                BuiltinCommand::Continue(found) => found.span.start.offset(),
                BuiltinCommand::Return(found) => found.span.start.offset(),
                BuiltinCommand::Exit(found) => found.span.start.offset(),
            }),
            Command::Binary(binary) => {
                self.statement(&binary.left);
                self.statement(&binary.right);
            }
            Command::Compound(compound) => self.compound(compound),
            Command::Function(function) => self.statement(&function.body),
            Command::AnonymousFunction(_) => {}
        }
    }

    fn compound(&mut self, compound: &CompoundCommand) {
        match compound {
            CompoundCommand::If(found) => {
                self.sequence(&found.condition);
                self.sequence(&found.then_branch);
                for (condition, branch) in &found.elif_branches {
                    self.sequence(condition);
                    self.sequence(branch);
                }
                found.else_branch.iter().for_each(|branch| self.sequence(branch));
            }
            CompoundCommand::For(found) => {
                found.words.iter().for_each(|words| self.words(words));
                self.sequence(&found.body);
            }
            CompoundCommand::ArithmeticFor(found) => self.sequence(&found.body),
            CompoundCommand::While(found) => {
                self.sequence(&found.condition);
                self.sequence(&found.body);
            }
            CompoundCommand::Until(found) => {
                self.sequence(&found.condition);
                self.sequence(&found.body);
            }
            CompoundCommand::Case(found) => {
                self.word(&found.word);
                found.cases.iter().for_each(|case| self.sequence(&case.body));
            }
            CompoundCommand::Subshell(body) | CompoundCommand::BraceGroup(body) => self.sequence(body),
            CompoundCommand::Time(found) => found.command.iter().for_each(|inner| self.statement(inner)),
            _ => {}
        }
    }

    fn words(&mut self, words: &[Word]) {
        words.iter().for_each(|word| self.word(word));
    }

    fn word(&mut self, word: &Word) {
        self.parts(&word.parts);
    }

    fn parts(&mut self, parts: &[WordPartNode]) {
        for part in parts {
            match &part.kind {
                WordPart::DoubleQuoted { parts, .. } => self.parts(parts),
                WordPart::CommandSubstitution { body, .. } | WordPart::ProcessSubstitution { body, .. } => {
                    self.sequence(body);
                }
                WordPart::ParameterExpansion { operand_word_ast: Some(word), .. } => self.word(word),
                WordPart::Parameter(parameter) => {
                    if let Some(BourneParameterExpansion::Operation { operand_word_ast: Some(word), .. }) =
                        parameter.bourne()
                    {
                        self.word(word);
                    }
                }
                _ => {}
            }
        }
    }

    fn assignment(&mut self, assignment: &Assignment) {
        match &assignment.value {
            AssignmentValue::Scalar(word) => self.word(word),
            AssignmentValue::Compound(array) => {
                for element in &array.elements {
                    if let ArrayElem::Sequential(value) = element {
                        self.word(&value.word);
                    }
                }
            }
        }
    }

    fn redirect(&mut self, redirect: &Redirect) {
        if let RedirectTarget::Word(word) = &redirect.target {
            self.word(word);
        }
    }
}

trait SliceIsEmpty {
    fn slice_is_empty(&self) -> bool;
}

impl SliceIsEmpty for shuck_ast::Span {
    fn slice_is_empty(&self) -> bool {
        self.start.offset() == self.end.offset()
    }
}

/// Written for this test in the style of the images that people build.
const SCRIPTS: &[&str] = &[
    "apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/*",
    "set -eux; apk add --no-cache --virtual .build-deps gcc make musl-dev; make -j \"$(nproc)\"; apk del --no-network .build-deps",
    "groupadd -r app --gid=999 && useradd -r -g app --uid=999 --home-dir=/srv --shell=/bin/bash app",
    "curl -fsSL https://example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/x.gpg",
    "curl -sSf https://example.com/install.sh | sh -s -- -y --default-toolchain \"$VERSION\"",
    "set -ex; for key in AAAA BBBB; do gpg --batch --keyserver hkps://keys.example.org --recv-keys \"$key\" || exit 1; done",
    "arch=\"$(dpkg --print-architecture)\"; case \"${arch##*-}\" in amd64) url=a ;; arm64|aarch64) url=b ;; *) echo >&2 \"bad $arch\"; exit 1 ;; esac; wget -O x \"$url\"",
    "if [ \"$TARGETARCH\" = \"arm64\" ]; then echo arm; elif [ \"$TARGETARCH\" = amd64 ]; then echo intel; else exit 1; fi",
    "savedAptMark=\"$(apt-mark showmanual)\"; apt-mark auto '.*' > /dev/null; [ -z \"$savedAptMark\" ] || apt-mark manual $savedAptMark > /dev/null",
    "find /usr/local -type f -executable -exec ldd '{}' ';' | awk '/=>/ { print $(NF-1) }' | sort -u | xargs -r dpkg-query --search | cut -d: -f1 | sort -u | xargs -r apt-mark manual",
    "find / -name '*.pyc' -exec rm -rf {} +",
    "{ echo 'install: --no-document'; echo 'update: --no-document'; } >> /etc/gemrc",
    "mkdir -p /usr/src && (cd /usr/src && tar xzf x.tar.gz --strip-components=1) && rm x.tar.gz",
    "echo \"deb http://deb.example.org/debian $(. /etc/os-release && echo \"$VERSION_CODENAME\") main\" > /etc/apt/sources.list.d/x.list",
    "pip install --no-cache-dir -r requirements.txt 2>&1 | tee /tmp/pip.log",
    "npm ci --omit=dev && npm cache clean --force",
    "while ! nc -z db 5432; do sleep 1; done; exec app",
    "until pg_isready -q; do echo waiting; sleep 1; done",
    "wget -qO- https://example.com/a.tgz | tar -xz -C /opt; ln -s /opt/a/bin/a /usr/local/bin/",
    "export DEBIAN_FRONTEND=noninteractive; apt-get -yq upgrade",
    "export PATH=\"/opt/bin:$PATH\" GOPATH=\"$(go env GOPATH)\" && go build ./...",
    "CGO_ENABLED=0 GOOS=linux GOARCH=${TARGETARCH:-amd64} go build -ldflags=\"-s -w -X main.v=$(git describe --tags)\" -o /app",
    "[ ! -e /app ] || rm -rf /app; test -d /srv && chown -R app:app /srv",
    "[[ $x == a* && -n $y ]] && echo yes || echo no",
    "[[ \"$v\" =~ ^[0-9]+$ ]] || exit 2",
    "cat <<EOF > /etc/app.conf\nport = 80\nname = x\nEOF\nchmod 644 /etc/app.conf",
    "cat > /entry.sh <<'EOS'\n#!/bin/sh\nexec \"$@\"\nEOS\nchmod +x /entry.sh",
    "cat <<-ONE | sort && cat <<TWO\n\tb\n\tONE\nx\nTWO\necho done",
    "(( n > 3 )) && echo big; echo $(( n * (2 + 1) ))",
    "echo $( (cd /tmp; ls) ; pwd )",
    "diff <(sort a) <(sort b) > /dev/null || true",
    "f() { local x=\"$1\"; shift; echo \"$x\" \"$@\"; }; f a b",
    "function install_all { for p in \"$@\"; do dnf install -y \"$p\"; done; }; install_all a b",
    "! grep -q root /etc/shadow && echo locked",
    "time make -j4 && make install",
    "sleep 1 & wait; echo a; echo b &",
    "echo `uname -r` \"`hostname`\"",
    "x=`cat /etc/version`; echo ${x%%.*} ${x//./-} ${#x}",
    "echo \"${A:-$(default_a)}\" ${B:=b} \"${C:?missing}\"",
    "a=(1 2 \"$(three)\"); echo \"${a[@]}\" ${#a[@]}",
    "printf '%s\\n' \"a b\" $'c\\td' e\\ f | while read -r line; do echo \"$line\"; done",
    "for i in {1..3}; do for j in a b; do echo \"$i$j\"; done; done",
    "for f in /docker-entrypoint.d/*.sh; do [ -x \"$f\" ] && . \"$f\"; done",
    "for ((i = 0; i < 3; i++)); do echo $i; done",
    "ls missing 2>/dev/null || { echo none >&2; exit 1; }",
    "exec 3>&1; echo x >&3; exec 3>&-",
    "make >& build.log; make &> all.log; make >> log 2>&1 < /dev/null",
    "sh -c 'echo \"$0\"' && bash -c \"echo $HOME\"",
    "sudo -u app env FOO=bar nice -n 5 ./run --flag=value",
    "su - postgres -c \"psql -c 'select 1'\" | grep -v '^$'",
    "sed -i -e 's/#Port 22/Port 2222/' -e \"s|@HOST@|$HOST|g\" /etc/ssh/sshd_config",
    "awk -F: '$3 >= 1000 { print $1 }' /etc/passwd | xargs -n1 -I{} userdel {}",
    "echo if then else fi; echo done esac",
    "case $1 in start|stop) svc \"$1\";; (restart) svc stop; svc start;; esac",
    "x=$(case $y in a) echo 1;; b) echo 2;; esac); echo $x",
    "if ! command -v gpg > /dev/null; then apt-get update; apt-get install -y gnupg; fi",
    "if a | b && c; then d; fi || e",
    "# comment\necho a # trailing\necho b#c\n\n  # last",
    "echo \"$(echo \"$(echo \"deep\")\")\"",
    "yes | head -n 1 |& cat",
    "cd /tmp; \\\n  wget x; \\\n  rm x",
    "java -version 2>&1 | head -1; { a; b; } | c",
    "set -o pipefail && curl -s https://x | bash",
    "gosu nobody true; chmod a+rwX,o-w /x; echo ok > >(cat)",
    "break_it() ( cd / && exit 3 ); break_it || echo $?",
    "yum -y install epel-release && yum clean all && rm -rf /var/cache/yum",
];

#[test]
fn both_see_the_same_commands() {
    let mut compared = 0;
    for text in SCRIPTS {
        let script = clean(text);
        let result = Parser::new(text).parse();
        if result.status != ParseStatus::Clean || !result.diagnostics.is_empty() {
            continue;
        }
        compared += 1;
        let mut expected = Names::default();
        expected.sequence(&result.file.body);
        expected.0.sort_unstable();
        let found: Vec<_> = script
            .commands()
            .iter()
            .filter_map(|command| script.words(command).first().map(|word| word.span.start as usize))
            .collect();
        let shown = |places: &[usize]| -> Vec<String> {
            places.iter().map(|at| text.chars().skip(*at).take(12).collect()).collect()
        };
        assert_eq!(shown(&found), shown(&expected.0), "{text}");
        assert_eq!(found, expected.0, "{text}");
    }
    assert!(compared >= 60, "only {compared} of {} scripts were compared", SCRIPTS.len());
}
