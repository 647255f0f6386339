//! Manifests written anew in other layouts: flow and block, other quotes, indentation, comments and line ends, JSON.

use hullmark_document::{NodeId, Tree, Value, decimal_text, yaml};

/// How one manifest is written: each choice takes the next byte, round and round.
#[derive(Clone, Debug)]
pub struct Layout {
    pub choices: Vec<u8>,
    pub step: usize,
    pub crlf: bool,
    pub json: bool,
    pub comments: bool,
}

/// The stream in `text` in another layout; nothing where it cannot be had: it is broken, or uses aliases.
pub fn relaid(text: &str, layout: &Layout) -> Option<String> {
    let parsed = yaml::parse(text.into(), &yaml::Limits::default());
    let plain = |tree: &Tree| tree.roots().iter().all(|&root| is_plain(tree, root));
    if !parsed.problems.is_empty() || !parsed.duplicate_keys.is_empty() || !plain(&parsed.tree) {
        return None;
    }
    let mut writer = Writer { tree: &parsed.tree, layout, used: 0, made: String::new(), comments: 0 };
    if layout.json {
        let [document] = parsed.documents.as_slice() else { return None };
        writer.json(document.root, 0);
        writer.made.push('\n');
    } else {
        for (number, document) in parsed.documents.iter().enumerate() {
            if number > 0 || writer.one_in(4) {
                writer.made.push_str("---");
                writer.comment_behind();
                writer.made.push('\n');
            }
            writer.document(document.root);
        }
    }
    if layout.crlf { Some(writer.made.replace('\n', "\r\n")) } else { Some(writer.made) }
}

/// Whether nothing in it is shared, tagged or unknown, so that writing it anew loses nothing.
fn is_plain(tree: &Tree, node: NodeId) -> bool {
    let written = tree.span(node).text(tree.source());
    !tree.is_link(node)
        && !tree.is_merge(node)
        && !matches!(tree.value(node), Value::Unknown(_))
        && !written.starts_with(['&', '!', '*'])
        && !written.contains(" &")
        && !written.contains(" !")
        && tree.children(node).all(|child| is_plain(tree, child))
}

struct Writer<'w> {
    tree: &'w Tree,
    layout: &'w Layout,
    used: usize,
    made: String,
    comments: usize,
}

impl Writer<'_> {
    fn choice(&mut self) -> u8 {
        let one = self.layout.choices.get(self.used % self.layout.choices.len().max(1)).copied().unwrap_or(0);
        self.used += 1;
        one.wrapping_add(u8::try_from(self.used % 251).unwrap_or(0))
    }

    fn one_in(&mut self, times: u8) -> bool {
        self.choice().is_multiple_of(times)
    }

    fn indent(&mut self, by: usize) {
        self.made.extend(std::iter::repeat_n(' ', by));
    }

    fn comment(&mut self) {
        self.comments += 1;
        let number = self.comments;
        self.made.push_str(&format!("# note {number}: é"));
    }

    /// A comment of its own line, now and then.
    fn comment_above(&mut self, by: usize) {
        if self.layout.comments && self.one_in(7) {
            if self.one_in(3) {
                self.made.push('\n');
            }
            self.indent(by);
            self.comment();
            self.made.push('\n');
        }
    }

    fn comment_behind(&mut self) {
        if self.layout.comments && self.one_in(6) {
            self.made.push(' ');
            self.comment();
        }
    }

    fn document(&mut self, root: NodeId) {
        match self.tree.value(root) {
            Value::Map | Value::List if self.tree.children(root).next().is_some() => self.block(root, 0, false),
            _ => {
                let text = self.scalar_or_flow(root);
                self.made.push_str(&text);
                self.made.push('\n');
            }
        }
    }

    /// The entries of a container, each from column `by`; the first one follows a dash when `inline`.
    fn block(&mut self, node: NodeId, by: usize, inline: bool) {
        let is_list = matches!(self.tree.value(node), Value::List);
        let children: Vec<NodeId> = self.tree.children(node).collect();
        for (number, child) in children.into_iter().enumerate() {
            if number > 0 || !inline {
                self.comment_above(by);
                self.indent(by);
            }
            if is_list {
                self.made.push('-');
                self.item(child, by);
            } else {
                let key = self.key(child);
                self.made.push_str(&key);
                self.made.push(':');
                self.entry(child, by);
            }
        }
    }

    fn is_filled(&self, node: NodeId) -> bool {
        matches!(self.tree.value(node), Value::Map | Value::List) && self.tree.children(node).next().is_some()
    }

    fn item(&mut self, child: NodeId, by: usize) {
        if self.is_filled(child) && !self.goes_in_flow(child) {
            self.made.push(' ');
            return self.block(child, by + 2, true);
        }
        self.value_behind(child, by);
    }

    fn entry(&mut self, child: NodeId, by: usize) {
        if self.is_filled(child) && !self.goes_in_flow(child) {
            self.comment_behind();
            self.made.push('\n');
            let hanging = matches!(self.tree.value(child), Value::List) && self.one_in(2);
            let deeper = if hanging { by } else { by + self.layout.step };
            return self.block(child, deeper, false);
        }
        self.value_behind(child, by);
    }

    /// A value on the line of its key or dash, or a text in lines below it.
    fn value_behind(&mut self, child: NodeId, by: usize) {
        if let Value::Text(text) = self.tree.value(child)
            && fits_block(text)
            && self.one_in(2)
        {
            self.made.push_str(if text.ends_with('\n') { " |" } else { " |-" });
            self.comment_behind();
            self.made.push('\n');
            for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
                if !line.is_empty() {
                    self.indent(by + self.layout.step.max(2));
                }
                self.made.push_str(line);
                self.made.push('\n');
            }
            return;
        }
        let text = match self.tree.value(child) {
            // No key may be lost, so a list's empty item is spelled out.
            Value::Null if !self.tree.key(child).is_empty() && self.one_in(2) => String::new(),
            Value::Map | Value::List if self.is_filled(child) && self.one_in(3) => self.wide_flow(child, by),
            _ => self.scalar_or_flow(child),
        };
        if !text.is_empty() {
            self.made.push(' ');
            self.made.push_str(&text);
        }
        self.comment_behind();
        self.made.push('\n');
    }

    fn goes_in_flow(&mut self, node: NodeId) -> bool {
        self.one_in(6) && self.is_short(node)
    }

    fn is_short(&self, node: NodeId) -> bool {
        match self.tree.value(node) {
            Value::Text(text) => !text.contains('\n') && text.len() < 60,
            _ => self.tree.children(node).all(|child| self.is_short(child)),
        }
    }

    fn key(&mut self, node: NodeId) -> String {
        let key = self.tree.key(node).to_owned();
        self.text(&key, true)
    }

    /// A text that is read as this text: plain where that is safe, else quoted.
    fn text(&mut self, text: &str, flow: bool) -> String {
        let plain = is_plain_text(text, flow);
        match self.choice() % 4 {
            0 if is_printable(text) => format!("'{}'", text.replace('\'', "''")),
            1 => json_text(text),
            _ if plain => text.to_owned(),
            _ => json_text(text),
        }
    }

    fn scalar_or_flow(&mut self, node: NodeId) -> String {
        let tree = self.tree;
        match tree.value(node) {
            Value::Null => if self.one_in(2) { "null" } else { "~" }.to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Float(value) => decimal_text(value),
            Value::Text(text) => self.text(text, true),
            Value::List => {
                let items: Vec<String> = tree.children(node).map(|child| self.scalar_or_flow(child)).collect();
                if self.one_in(2) { format!("[{}]", items.join(", ")) } else { format!("[ {} ]", items.join(" , ")) }
            }
            Value::Map => {
                let mut entries = Vec::new();
                for child in tree.children(node) {
                    let (key, value) = (self.key(child), self.scalar_or_flow(child));
                    entries.push(format!("{key}: {value}"));
                }
                if self.one_in(2) {
                    format!("{{{}}}", entries.join(", "))
                } else {
                    format!("{{ {} }}", entries.join(", "))
                }
            }
            Value::Unknown(text) => text.to_owned(),
        }
    }

    /// In brackets over several lines, with a comma behind the last one or not.
    fn wide_flow(&mut self, node: NodeId, by: usize) -> String {
        let tree = self.tree;
        let (open, close) = if matches!(tree.value(node), Value::List) { ('[', ']') } else { ('{', '}') };
        let mut lines = Vec::new();
        for child in tree.children(node) {
            let value = self.scalar_or_flow(child);
            lines.push(if open == '[' { value } else { format!("{}: {value}", self.key(child)) });
        }
        let inner = " ".repeat(by + self.layout.step);
        let last = if self.one_in(2) { "," } else { "" };
        format!("{open}\n{inner}{}{last}\n{inner}{close}", lines.join(&format!(",\n{inner}")))
    }

    fn json(&mut self, node: NodeId, by: usize) {
        let tree = self.tree;
        let (open, close) = match tree.value(node) {
            Value::List => ('[', ']'),
            Value::Map => ('{', '}'),
            Value::Text(text) => return self.made.push_str(&json_text(text)),
            Value::Null => return self.made.push_str("null"),
            _ => {
                let text = self.scalar_or_flow(node);
                return self.made.push_str(&text);
            }
        };
        self.made.push(open);
        let narrow = self.one_in(3);
        for (number, child) in tree.children(node).enumerate() {
            if number > 0 {
                self.made.push_str(if narrow { ", " } else { "," });
            }
            if !narrow {
                self.made.push('\n');
                self.indent(by + self.layout.step);
            }
            if open == '{' {
                self.made.push_str(&json_text(tree.key(child)));
                self.made.push_str(": ");
            }
            self.json(child, by + self.layout.step);
        }
        if !narrow && self.is_filled(node) {
            self.made.push('\n');
            self.indent(by);
        }
        self.made.push(close);
    }
}

/// Whether a block scalar with `|` or `|-` can hold the text.
fn fits_block(text: &str) -> bool {
    let inner = text.strip_suffix('\n').unwrap_or(text);
    !inner.is_empty()
        && !inner.ends_with('\n')
        && !inner.starts_with([' ', '\n'])
        && inner.split('\n').all(|line| is_printable(line) && !line.ends_with([' ', '\t']))
}

fn is_printable(text: &str) -> bool {
    text.chars().all(|c| !c.is_control() && !matches!(c, '\u{feff}' | '\u{85}' | '\u{2028}' | '\u{2029}'))
}

/// Whether a plain scalar is read as this text; careful rather than complete.
fn is_plain_text(text: &str, flow: bool) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '@' | ' ' | '$' | '=');
    let read = yaml::parse(format!("k: {text}\n").into(), &yaml::Limits::default());
    let same = read.documents.first().and_then(|one| read.tree.get(one.root, "k"));
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(inner)
        && !(flow && text.contains(": "))
        && !text.ends_with([':', ' '])
        && same.is_some_and(|node| read.tree.value(node) == Value::Text(text))
}

fn json_text(text: &str) -> String {
    let mut made = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => made.push_str("\\\""),
            '\\' => made.push_str("\\\\"),
            '\n' => made.push_str("\\n"),
            '\t' => made.push_str("\\t"),
            c if !is_printable(c.encode_utf8(&mut [0; 4])) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    made.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => made.push(c),
        }
    }
    made.push('"');
    made
}
