//! Instructions and their facts.

use hullmark_document::dockerfile::{
    Arguments, Base, Command, Flag, Healthcheck, Instruction, Keyword, PairStyle, Word, parse_reference,
};
use hullmark_document::{MappedText, Node, NodeId, Span, Value};

use super::stage::Standing;
use super::{Lowering, word_case};

impl Lowering<'_> {
    /// Lowers an instruction below the list `parent`.
    pub(super) fn instruction(
        &mut self,
        parent: NodeId,
        instruction: &Instruction,
        at: usize,
        stage: Option<NodeId>,
        standing: &mut Standing,
    ) -> NodeId {
        let node = self.item(parent, Value::Map, instruction.span);
        self.head_of(node, instruction, at, stage);
        self.put_standing(node, standing);
        self.around_of(node, instruction, at);
        self.arguments(node, instruction, at, standing);
        self.expansions(node, instruction, at);
        if let Arguments::Onbuild(inner) = &instruction.arguments {
            self.onbuild(node, inner, at, stage, standing);
        } else {
            self.change(node, instruction, at, standing);
        }
        node
    }

    /// What every instruction has.
    fn head_of(&mut self, node: NodeId, instruction: &Instruction, at: usize, stage: Option<NodeId>) {
        self.found.instructions.push(node);
        let word = instruction.keyword_span.text(self.source()).to_owned();
        let keyword = match instruction.keyword {
            Keyword::Other => word.to_ascii_uppercase(),
            keyword => keyword.as_str().to_owned(),
        };
        self.text(node, "keyword", &keyword, instruction.keyword_span);
        self.text(node, "word", &word, instruction.keyword_span);
        if instruction.keyword != Keyword::Other {
            self.text(node, "word-case", word_case(&word), instruction.keyword_span);
        }
        self.number(node, "index", at);
        let lines = instruction.span.text(self.source()).matches('\n').count() + 1;
        self.number(node, "lines", lines);
        if let Some(stage) = stage {
            self.tree.add_fact_link(node, "stage", stage);
        }
        if let Some(file) = self.file {
            self.tree.add_fact_link(node, "file", file);
        }
        let body = instruction.body.to_source(Span::from_usize(0, instruction.body.text().len()));
        self.text(node, "text", instruction.body.text(), body);
    }

    /// What stands in and around every instruction.
    fn around_of(&mut self, node: NodeId, instruction: &Instruction, at: usize) {
        self.flags(node, &instruction.flags, at);
        self.comment_above(node, instruction);
        let blanks = self.list(node, "blank-lines", Span::default());
        for &span in &instruction.blank_continuations {
            let rest = self.source().get(span.end as usize..).unwrap_or("");
            let line_end = if rest.starts_with("\r\n") { 2 } else { u32::from(rest.starts_with('\n')) };
            self.item(blanks, Value::Text(""), Span::new(span.start, span.end + line_end));
        }
        let heredocs = self.list(node, "heredocs", Span::default());
        for heredoc in &instruction.heredocs {
            let item = self.item(heredocs, Value::Map, heredoc.span);
            self.text(item, "delimiter", &heredoc.delimiter, heredoc.delimiter_span);
            self.text(item, "text", heredoc.body.text(), heredoc.body_span);
            // Those of a RUN are input of a command, which has them.
            if instruction.keyword != Keyword::Run {
                let lines = self.list(item, "lines", heredoc.body_span);
                self.lines(lines, heredoc.body.text(), |span| heredoc.body.to_source(span));
            }
            self.fact(item, "expand", Value::Bool(heredoc.expand));
        }
        if self.is_unclosed(instruction) {
            self.fact(node, "unclosed", Value::Bool(true));
        }
    }

    /// The comment on the line right above the instruction.
    fn comment_above(&mut self, node: NodeId, instruction: &Instruction) {
        let start = instruction.lines.start;
        let above = self.dockerfile.comments.partition_point(|comment| comment.span.end <= start);
        let comment = above.checked_sub(1).and_then(|last| self.dockerfile.comments.get(last));
        let Some(comment) = comment.filter(|comment| comment.inside.is_none()) else { return };
        let between = self.source().get(comment.span.end as usize..start as usize).unwrap_or("");
        if between.trim_start_matches('\r') != "\n" {
            return;
        }
        let text = comment.content.text(self.source()).to_owned();
        self.text(node, "comment", &text, comment.content);
        let first = text.split(' ').next().unwrap_or("");
        let end = comment.content.start + u32::try_from(first.len()).unwrap_or(0);
        self.text(node, "comment-word", first, Span::new(comment.content.start, end));
    }

    /// Whether a line put behind the instruction would become part of it: a heredoc or a continuation is open.
    fn is_unclosed(&self, instruction: &Instruction) -> bool {
        let text = instruction.span.text(self.source());
        let rest = self.source().get(instruction.span.end as usize..).unwrap_or("");
        instruction.heredocs.iter().any(|heredoc| heredoc.end_span.is_none())
            || text.trim_end().ends_with(self.dockerfile.escape)
            || rest.trim_start_matches([' ', '\t']).starts_with(self.dockerfile.escape)
    }

    fn flags(&mut self, node: NodeId, flags: &[Flag], at: usize) {
        let map = self.fact(node, "flags", Value::Map);
        let mut written = String::new();
        for flag in flags {
            if !written.is_empty() {
                written.push(' ');
            }
            written.push_str("--");
            written.push_str(&flag.name);
            if let Some(value) = &flag.value {
                written.push('=');
                written.push_str(value.raw.text());
            }
            let key_span = self.place(flag.name_span);
            let span = self.place(flag.value.as_ref().map_or(flag.span, |value| value.span));
            // Flags are expanded by the builder whatever the instruction.
            let value = flag.value.as_ref().map(|value| self.expanded(value, at, Keyword::Copy).text);
            let value = match (&value, &flag.value) {
                (Some(Some(text)), _) => Value::Text(text),
                (Some(None), Some(word)) => Value::Unknown(word.raw.text()),
                _ => Value::Bool(true),
            };
            self.tree.add(map, Node { key: &flag.name, key_span, span, value });
        }
        if let (Some(first), Some(last)) = (flags.first(), flags.last()) {
            self.text(node, "flags-text", &written, first.span.join(last.span));
        }
    }

    fn onbuild(&mut self, node: NodeId, inner: &Instruction, at: usize, stage: Option<NodeId>, standing: &Standing) {
        self.fact(node, "onbuild", Value::Bool(false));
        let list = self.fact(node, "inner-list", Value::List);
        // What a later build's instruction changes does not change this one.
        let mut standing = standing.clone();
        let inner = self.instruction(list, inner, at, stage, &mut standing);
        self.tree.add_fact_link(node, "inner", inner);
        self.tree.add_fact_link(inner, "outer", node);
        if let Some(flag) = self.tree.fact(inner, "onbuild") {
            self.tree.set_value(flag, Value::Bool(true));
        }
        let commands: Vec<NodeId> =
            self.tree.fact(inner, "commands").map_or_else(Vec::new, |list| self.tree.children(list).collect());
        for command in commands {
            if let Some(flag) = self.tree.fact(command, "onbuild") {
                self.tree.set_value(flag, Value::Bool(true));
            }
        }
    }

    fn arguments(&mut self, node: NodeId, instruction: &Instruction, at: usize, standing: &Standing) {
        if !matches!(instruction.arguments, Arguments::Onbuild(_)) {
            self.fact(node, "onbuild", Value::Bool(false));
        }
        let here = (at, instruction.keyword);
        match &instruction.arguments {
            Arguments::From(from) => {
                self.from(node, from, at);
                self.references(node, &[&from.image]);
            }
            Arguments::Command(command) => self.command_form(node, instruction, command, at, standing),
            Arguments::Healthcheck(Healthcheck::None(span)) => {
                self.text(node, "healthcheck", "none", *span);
            }
            Arguments::Healthcheck(Healthcheck::Command { cmd_span, command }) => {
                self.text(node, "healthcheck", "cmd", *cmd_span);
                self.command_form(node, instruction, command, at, standing);
            }
            Arguments::Pairs(_) => self.pairs(node, instruction, at),
            Arguments::Copy(copy) => self.copy(node, instruction, copy, at),
            Arguments::Expose(ports) => {
                self.word_list(node, "arguments", ports, here);
                self.ports(node, ports, here);
            }
            Arguments::Volume { paths, .. } => {
                self.word_list(node, "paths", paths, here);
                self.word_list(node, "arguments", paths, here);
            }
            Arguments::User(word) => self.user(node, word, at),
            Arguments::Workdir(word) => {
                let path = word.text().trim_matches(['"', '\'']);
                let span = word.span;
                let known = self.expanded(word, at, instruction.keyword).text;
                match known {
                    Some(known) => self.text(node, "path", known.trim_matches(['"', '\'']), span),
                    None => {
                        let span = self.place(span);
                        self.tree.add_fact(node, Node::field("path", Value::Unknown(path), span))
                    }
                };
                self.text(node, "raw", path, span);
            }
            Arguments::Shell(words) => {
                let list = self.list(node, "arguments", instruction.body_span());
                for word in words {
                    self.item(list, Value::Text(word.text.text()), word.span);
                }
            }
            Arguments::Stopsignal(word) => {
                self.word(node, "signal", word, here);
            }
            Arguments::Maintainer(span) => {
                let list = self.list(node, "arguments", *span);
                let text = span.text(self.source()).to_owned();
                self.item(list, Value::Text(&text), *span);
            }
            Arguments::Onbuild(_) | Arguments::Unknown => {}
        }
    }

    fn word_list(&mut self, node: NodeId, name: &str, words: &[Word], at: (usize, Keyword)) {
        let span = words.iter().map(|word| word.span).reduce(Span::join).unwrap_or_default();
        let list = self.list(node, name, span);
        for word in words {
            self.word_item(list, word, at);
        }
        self.references(node, &words.iter().collect::<Vec<_>>());
    }

    /// The names of the variables in the words: all of them, and those without operator.
    pub(super) fn references(&mut self, node: NodeId, words: &[&Word]) {
        if self.tree.fact(node, "references").is_some() {
            return;
        }
        let all = self.list(node, "references", Span::default());
        let plain = self.list(node, "plain-references", Span::default());
        for expansion in words.iter().flat_map(|word| &word.expansions) {
            self.item(all, Value::Text(&expansion.name), expansion.span);
            if expansion.operator.is_none() {
                self.item(plain, Value::Text(&expansion.name), expansion.span);
            }
        }
    }

    fn pairs(&mut self, node: NodeId, instruction: &Instruction, at: usize) {
        let Arguments::Pairs(pairs) = &instruction.arguments else { return };
        let list = self.list(node, "variables", instruction.body_span());
        for (number, pair) in pairs.iter().enumerate() {
            let variable = self.item(list, Value::Map, pair.span);
            self.found.variables.push(variable);
            self.word(variable, "name", &pair.name, (at, instruction.keyword));
            if let Some(value) = &pair.value {
                if instruction.keyword == Keyword::Arg {
                    self.argument_value(variable, value, (at, number));
                } else {
                    self.word(variable, "value", value, (at, instruction.keyword));
                }
                self.text(variable, "raw", value.text(), value.span);
                self.references(variable, &[value]);
            }
            self.text(variable, "keyword", instruction.keyword.as_str(), instruction.keyword_span);
            let style = match (pair.style, &pair.value) {
                (_, None) => "bare",
                (PairStyle::Equals, _) => "equals",
                (PairStyle::Blank, _) => "blank",
            };
            self.fact(variable, "style", Value::Text(style));
            self.tree.add_fact_link(variable, "instruction", node);
            for name in ["stage", "file"] {
                if let Some(target) = self.tree.fact(node, name).and_then(|id| self.tree.resolve(id)) {
                    self.tree.add_fact_link(variable, name, target);
                }
            }
        }
    }

    /// The value of a pair of an ARG, which sees those before it.
    fn argument_value(&mut self, variable: NodeId, value: &Word, (at, number): (usize, usize)) {
        let known = match self.reading.expand_variables {
            true => self.scopes.expand_pair(value, at, number).text,
            false => Some(value.text().to_owned()),
        };
        let span = self.place(value.span);
        let known = known.as_deref().map_or(Value::Unknown(value.raw.text()), Value::Text);
        self.tree.add_fact(variable, Node::field("value", known, span));
    }

    fn copy(&mut self, node: NodeId, instruction: &Instruction, copy: &hullmark_document::dockerfile::Copy, at: usize) {
        let here = (at, instruction.keyword);
        let list = self.list(node, "sources", instruction.body_span());
        let mut heredocs = 0;
        for source in &copy.sources {
            if source.heredoc.is_some() {
                heredocs += 1;
            } else {
                self.word_item(list, &source.word, here);
            }
        }
        self.number(node, "heredoc-sources", heredocs);
        if let Some(destination) = &copy.destination {
            self.word(node, "destination", destination, here);
        }
        let Some(from) = instruction.flag("from").and_then(|flag| flag.value.as_ref()) else {
            return self.context_sources(node, instruction.keyword, copy, at);
        };
        let value = self.word(node, "from", from, here);
        match self.stage_named(value, at) {
            Some(stage) => {
                self.tree.add_fact_link(node, "from-stage", stage);
            }
            None => self.other_image(node, (value, from), at),
        }
    }

    /// The stage before instruction number `at` that the node names, by name or number.
    fn stage_named(&self, name: NodeId, at: usize) -> Option<NodeId> {
        let own = self.stages().of(at).map_or(0, |stage| stage.index);
        let stage = self.stages().find(self.tree.text(name)?).filter(|stage| stage.index < own)?;
        self.found.stages.get(stage.index).copied()
    }

    /// The image that a word names with the value of a node; a number names none, nor do `scratch` and the stage itself.
    fn other_image(&mut self, node: NodeId, (value, word): (NodeId, &Word), at: usize) {
        let known = self.tree.text(value).map(str::to_owned);
        let own = self.stages().of(at).map(|stage| stage.index);
        let is_none = |name: &str| {
            name == "scratch"
                || name.bytes().all(|byte| byte.is_ascii_digit())
                || self.stages().find(name).map(|stage| stage.index) == own
        };
        if known.as_deref().is_some_and(is_none) {
            return;
        }
        let images = self.tree.fact(node, "images").unwrap_or_else(|| self.list(node, "images", Span::default()));
        let image = self.item(images, Value::Map, word.span);
        self.image_parts(image, word, &parse_reference(word.text()), known.as_deref());
    }

    fn user(&mut self, node: NodeId, word: &Word, at: usize) {
        self.references(node, &[word]);
        let expanded = self.expanded(word, at, Keyword::User).text;
        let written = word.text();
        let split = written.find(':').filter(|&colon| {
            // A colon inside `${X:-y}` is no separator.
            !word.expansions.iter().any(|expansion| expansion.range.contains(&colon))
        });
        let (user_end, group_start) = split.map_or((written.len(), None), |colon| (colon, Some(colon + 1)));
        let user_span = self.place(word.to_source(0..user_end));
        let parts = expanded.as_deref().map(|text| text.split_once(':').map_or((text, None), |(u, g)| (u, Some(g))));
        let value = match parts {
            Some((user, _)) => Value::Text(user),
            None => Value::Unknown(written.get(..user_end).unwrap_or(written)),
        };
        self.tree.add_fact(node, Node::field("user", value, user_span));
        let group = parts.and_then(|(_, group)| group);
        if let Some(start) = group_start {
            let span = self.place(word.to_source(start..written.len()));
            let value = match group {
                Some(group) => Value::Text(group),
                None => Value::Unknown(written.get(start..).unwrap_or("")),
            };
            self.tree.add_fact(node, Node::field("group", value, span));
        } else if let Some(group) = group {
            let span = self.place(word.span);
            self.tree.add_fact(node, Node::field("group", Value::Text(group), span));
        }
    }

    fn command_form(
        &mut self,
        node: NodeId,
        instruction: &Instruction,
        command: &Command,
        at: usize,
        standing: &Standing,
    ) {
        let form = match command {
            Command::Exec(_) => "exec",
            Command::Shell(_) => "shell",
        };
        self.text(node, "form", form, instruction.body_span());
        let mounts = self.list(node, "mounts", Span::default());
        for mount in instruction.mounts() {
            let item = self.item(mounts, Value::Map, mount.span);
            let written = mount.span.text(self.source()).to_owned();
            self.text(item, "text", &written, mount.span);
            match mount.kind() {
                Some(kind) => {
                    let span = mount.option(&["type"]).map_or(mount.span, |option| option.span);
                    self.text(item, "type", &kind, span);
                }
                None => {
                    self.fact(item, "type", Value::Unknown(""));
                }
            }
            for (name, keys) in [("target", &["target", "dst", "destination"][..]), ("from", &["from"])] {
                if let Some(word) = mount.option(keys).and_then(|option| option.value.as_ref()) {
                    let value = self.word(item, name, word, (at, Keyword::Copy));
                    if name == "from" && self.stage_named(value, at).is_none() {
                        self.other_image(node, (value, word), at);
                    }
                }
            }
        }
        match command {
            Command::Exec(words) => {
                let list = self.list(node, "arguments", instruction.body_span());
                for word in words {
                    self.item(list, Value::Text(word.text.text()), word.span);
                }
                self.exec_script(node, instruction.keyword, words, at, standing);
            }
            Command::Shell(text) => self.shell_script(node, instruction, text, at, standing),
        }
    }

    fn shell_script(
        &mut self,
        node: NodeId,
        instruction: &Instruction,
        text: &MappedText,
        at: usize,
        standing: &Standing,
    ) {
        let script = self.script_of(instruction, text);
        let whole = script.to_source(Span::from_usize(0, script.text().len()));
        self.text(node, "script", script.text(), whole);
        self.script(node, instruction.keyword, &script, at, standing);
    }

    /// The script of a RUN: its text, the body of a heredoc that is the script, or the text with its heredocs.
    fn script_of(&self, instruction: &Instruction, text: &MappedText) -> MappedText {
        let [first, ..] = instruction.heredocs.as_slice() else { return text.clone() };
        let words = text.text().trim();
        let alone = instruction.heredocs.len() == 1
            && words.starts_with("<<")
            && !words.trim_start_matches(|c: char| !c.is_whitespace()).trim_start().starts_with(['&', '|', ';', '>']);
        if alone {
            return first.body.clone();
        }
        let mut script = text.clone();
        for heredoc in &instruction.heredocs {
            script.push_replaced("\n", Span::empty(heredoc.body_span.start));
            let len = u32::try_from(heredoc.body.text().len()).unwrap_or(u32::MAX);
            script.push_mapped(&heredoc.body, Span::new(0, len));
            if let Some(end) = heredoc.end_span {
                script.push_replaced(&heredoc.delimiter, end);
            }
        }
        script
    }

    /// The stage that an image word names, or what else it is.
    pub(super) fn base_of(&self, at: usize) -> Option<&Base> {
        self.stages().of(at).filter(|stage| stage.from == at).map(|stage| &stage.base)
    }
}

/// Where the arguments stand.
trait BodySpan {
    fn body_span(&self) -> Span;
}

impl BodySpan for Instruction {
    fn body_span(&self) -> Span {
        let end = u32::try_from(self.body.text().len()).unwrap_or(u32::MAX);
        self.body.to_source(Span::new(0, end))
    }
}
