//! A reader of JSON that keeps what stands before a fault.

use std::borrow::Cow;
use std::sync::Arc;

use super::text::unescape;
use super::{Document, KeyWatch, Limits, Parsed};
use crate::span::offset;
use crate::{MappedText, Node, NodeId, Problem, ProblemCode, Span, Tree, Value};

/// Reads a JSON text, or several with white space between them. What stands before a fault is kept.
#[must_use]
pub fn parse_json(source: Arc<str>, limits: &Limits) -> Parsed {
    let text = Arc::clone(&source);
    let mut reader = Reader {
        text: &text,
        at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
        limits,
        tree: Tree::new(source),
        stack: Vec::new(),
        keys: KeyWatch::default(),
        documents: Vec::new(),
        problems: Vec::new(),
    };
    reader.stream();
    Parsed {
        tree: reader.tree,
        documents: reader.documents,
        comments: Vec::new(),
        duplicate_keys: reader.keys.found,
        problems: reader.problems,
    }
}

/// An object or array whose end has not come yet.
struct Open {
    node: NodeId,
    map: bool,
    start: usize,
}

struct Fault {
    message: &'static str,
    span: Span,
}

struct Reader<'s> {
    text: &'s str,
    at: usize,
    limits: &'s Limits,
    tree: Tree,
    stack: Vec<Open>,
    keys: KeyWatch,
    documents: Vec<Document>,
    problems: Vec<Problem>,
}

impl<'s> Reader<'s> {
    fn stream(&mut self) {
        loop {
            self.space();
            let Some(_) = self.peek() else { break };
            if self.documents.len() >= self.limits.documents {
                let message = format!("only the first {} documents are read", self.limits.documents);
                self.problems.push(Problem::new(ProblemCode::TooManyDocuments, message, self.here()));
                break;
            }
            let start = if self.documents.is_empty() { 0 } else { self.at };
            if let Some(last) = self.documents.last_mut() {
                last.span.end = offset(start);
            }
            let fault = self.document().err();
            let broken = fault.is_some();
            if let Some(fault) = fault {
                self.problems.push(Problem::new(ProblemCode::InvalidJson, fault.message, fault.span));
                self.close_all(fault.span.start);
            }
            let root = match self.tree.roots().get(self.documents.len()) {
                Some(&root) => root,
                None => self.tree.add_root(Value::Unknown(""), Span::empty(offset(start))),
            };
            self.documents.push(Document { root, span: Span::from_usize(start, self.text.len()) });
            if broken {
                break;
            }
        }
        crate::sort_by(&mut self.problems, |a, b| a.span.cmp(&b.span));
    }

    fn close_all(&mut self, end: u32) {
        // The fault may be told before what was read last, such as at the opening quote of a text.
        let end = end.max(self.tree_end());
        while let Some(open) = self.stack.pop() {
            self.tree.set_span(open.node, Span::new(offset(open.start), end));
        }
    }

    /// The end of the last node: children are read in the order of the file.
    fn tree_end(&self) -> u32 {
        self.tree.last().map_or(0, |last| self.tree.span(last).end)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn here(&self) -> Span {
        let wide = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Span::from_usize(self.at, self.at + wide)
    }

    fn fault(&self, message: &'static str) -> Fault {
        Fault { message, span: self.here() }
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Reads one value with all that lies in it.
    fn document(&mut self) -> Result<(), Fault> {
        self.value(None)?;
        while let Some(open) = self.stack.last() {
            let (map, first) = (open.map, open.start + 1 == self.at);
            let empty = self.tree.children(open.node).next().is_none() && first;
            self.space();
            let close = if map { b'}' } else { b']' };
            if self.peek() == Some(close) {
                self.at += 1;
                self.close();
                continue;
            }
            if !empty {
                if self.peek() != Some(b',') {
                    let message = if map { "expected `,` or `}`" } else { "expected `,` or `]`" };
                    return Err(self.fault(message));
                }
                self.at += 1;
                self.space();
            }
            if map {
                self.entry()?;
            } else {
                self.value(None)?;
            }
        }
        Ok(())
    }

    fn entry(&mut self) -> Result<(), Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.fault("expected a key in double quotes"));
        }
        let (key, span) = self.string()?;
        self.space();
        if self.peek() != Some(b':') {
            let fault = self.fault("expected `:` after the key");
            self.add(Some((&key, span)), Value::Unknown(""), Span::empty(span.end));
            return Err(fault);
        }
        self.at += 1;
        let after = Span::empty(offset(self.at));
        self.space();
        let result = self.value(Some((&key, span)));
        if result.is_err() && self.tree.last().is_none_or(|last| self.tree.key_span(last) != span) {
            self.add(Some((&key, span)), Value::Unknown(""), after);
        }
        result
    }

    fn close(&mut self) {
        if let Some(open) = self.stack.pop() {
            self.tree.set_span(open.node, Span::from_usize(open.start, self.at));
        }
    }

    fn add(&mut self, key: Option<(&str, Span)>, value: Value<'_>, span: Span) -> NodeId {
        let Some(parent) = self.stack.last().map(|open| open.node) else { return self.tree.add_root(value, span) };
        let Some((key, key_span)) = key else { return self.tree.add(parent, Node::item(value, span)) };
        let before = self.tree.get_own(parent, key);
        let node = self.tree.add(parent, Node { key, key_span, span, value });
        self.keys.note(before, node);
        node
    }

    fn value(&mut self, key: Option<(&str, Span)>) -> Result<(), Fault> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => {
                let (text, span) = self.string()?;
                self.add(key, Value::Text(&text), span);
            }
            Some(open @ (b'{' | b'[')) => {
                self.at += 1;
                if self.stack.len() >= self.limits.depth {
                    return self.skip(key, start);
                }
                let map = open == b'{';
                let span = Span::from_usize(start, self.at);
                let node = self.add(key, if map { Value::Map } else { Value::List }, span);
                self.stack.push(Open { node, map, start });
            }
            Some(b'-' | b'0'..=b'9') => {
                let value = self.number()?;
                self.add(key, value, Span::from_usize(start, self.at));
            }
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => {
                let value = self.word()?;
                self.add(key, value, Span::from_usize(start, self.at));
            }
            _ => return Err(self.fault("expected a value")),
        }
        Ok(())
    }

    fn word(&mut self) -> Result<Value<'static>, Fault> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let len = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let value = match rest.get(..len).unwrap_or("") {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => {
                let span = Span::from_usize(self.at, self.at + len);
                return Err(Fault { message: "expected a value; text must be in double quotes", span });
            }
        };
        self.at += len;
        Ok(value)
    }

    fn digits(&mut self) -> usize {
        let before = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - before
    }

    fn number(&mut self) -> Result<Value<'static>, Fault> {
        let start = self.at;
        let mut whole = true;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let zero = self.peek() == Some(b'0');
        let digits = self.digits();
        if digits == 0 || (zero && digits > 1) {
            return Err(Fault { message: "malformed number", span: Span::from_usize(start, self.at) });
        }
        if self.peek() == Some(b'.') {
            whole = false;
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.fault("expected a digit"));
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            whole = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.fault("expected a digit"));
            }
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        let number = if whole { text.parse().ok().map(Value::Int) } else { None };
        Ok(number.unwrap_or_else(|| Value::Float(crate::decimal(text).unwrap_or(f64::NAN))))
    }

    /// Reads a text in quotes; answers what it says and where it stands.
    fn string(&mut self) -> Result<(Cow<'s, str>, Span), Fault> {
        let start = self.at;
        let mut escaped = false;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at += 1;
                    if self.peek().is_some_and(|byte| byte.is_ascii()) {
                        self.at += 1;
                    }
                }
                Some(0..=0x1f) => return Err(self.fault("a control character must be escaped in a text")),
                Some(_) => self.at += 1,
                None => {
                    self.at = self.text.len();
                    let span = Span::from_usize(start, start + 1);
                    return Err(Fault { message: "the quoted text is not closed", span });
                }
            }
        }
        self.at += 1;
        let span = Span::from_usize(start, self.at);
        if !escaped {
            return Ok((Cow::Borrowed(self.text.get(start + 1..self.at - 1).unwrap_or("")), span));
        }
        let mut made = MappedText::default();
        match unescape(self.text, Span::new(span.start + 1, span.end - 1), true, &mut made) {
            Ok(()) => Ok((Cow::Owned(made.text().to_owned()), span)),
            Err(span) => Err(Fault { message: "unknown escape in the quoted text", span }),
        }
    }

    /// Passes over what lies too deep, to the bracket that closes it.
    fn skip(&mut self, key: Option<(&str, Span)>, start: usize) -> Result<(), Fault> {
        let told =
            self.problems.iter().rev().take_while(|problem| problem.span.start as usize >= self.document_start());
        if !told.into_iter().any(|problem| problem.code == ProblemCode::TooDeep) {
            let message = format!("nested deeper than {} levels; what lies below is left out", self.limits.depth);
            self.problems.push(Problem::new(ProblemCode::TooDeep, message, Span::from_usize(start, self.at)));
        }
        let mut depth = 1_usize;
        while depth > 0 {
            match self.peek() {
                Some(b'"') => {
                    self.string()?;
                    continue;
                }
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth -= 1,
                Some(_) => {}
                None => return Err(self.fault("the brackets are not closed")),
            }
            self.at += 1;
        }
        let span = Span::from_usize(start, self.at);
        self.add(key, Value::Unknown(span.text(self.text)), span);
        Ok(())
    }

    /// Where the document that is being read begins.
    fn document_start(&self) -> usize {
        self.tree.roots().get(self.documents.len()).map_or(self.at, |&root| self.tree.span(root).start as usize)
    }
}
