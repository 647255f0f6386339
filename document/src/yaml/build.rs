//! From the events of the scanner to the tree.

use std::borrow::Cow;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, StructureStyle, Tag};

use super::{Comment, Document, KeyWatch, Limits, Parsed, message, scalar};
use crate::span::offset;
use crate::{Node, NodeId, Problem, ProblemCode, Span, Tree, Value};

/// Reads a YAML stream. Broken documents are kept up to the break, and the next document is read again.
///
/// Lines inside brackets must stand deeper than the key before them, so that a bracket nobody closed ends where the next
/// key stands, and the rest is read. What kubectl reads looks at no indentation there, and people close brackets at the
/// level of their key: a stream that has no fault without that demand is read without it.
#[must_use]
pub fn parse(source: Arc<str>, limits: &Limits) -> Parsed {
    let strict = read(Arc::clone(&source), limits, true);
    let is_whole = |parsed: &Parsed| parsed.problems.iter().all(|problem| problem.code != ProblemCode::InvalidYaml);
    if is_whole(&strict) {
        return strict;
    }
    Some(read(source, limits, false)).filter(is_whole).unwrap_or(strict)
}

fn read(source: Arc<str>, limits: &Limits, strict: bool) -> Parsed {
    let text = Arc::clone(&source);
    let mut builder = Builder::new(source, &text, limits);
    let mut parser = Parser::new_from_str_with_options(&text, options(limits, strict));
    while let Some(next) = parser.next() {
        let goes_on = match next {
            Ok((event, span)) => builder.event(event, range(span), span.tag_start.is_some()),
            Err(error) => {
                builder.broken(&error);
                matches!(parser.proceed_next_document(), Ok(true))
            }
        };
        if !goes_on {
            break;
        }
    }
    builder.finish()
}

fn options(limits: &Limits, strict: bool) -> Options {
    // Far above our own limit, so that what lies too deep is left out and the rest of the document still read.
    let nesting = limits.depth.saturating_mul(2).saturating_add(256);
    granit_parser::options! {
        strict_indentation: strict,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: nesting,
        block_nesting_limit: nesting,
    }
}

fn range(span: granit_parser::Span) -> Span {
    span.byte_range().map_or_else(Span::default, |range| Span::from_usize(range.start, range.end))
}

/// A mapping or list whose end has not come yet.
struct Open<'s> {
    node: NodeId,
    map: bool,
    block: bool,
    start: u32,
    /// The end of what was read of it.
    end: u32,
    /// The nodes in it, aliases counted as what they stand for.
    size: usize,
    anchor: usize,
    key: Option<Key<'s>>,
}

struct Key<'s> {
    text: Cow<'s, str>,
    span: Span,
}

/// What an anchor names.
enum Anchor {
    Node(NodeId, usize),
    /// A key; it is no node of the tree, so its text is kept.
    Key(String, ScalarStyle),
    /// A node that is not in the tree.
    Gone,
    /// A container that is still open: an alias inside it would stand for itself.
    Open,
}

/// A part of the document that is not lowered to nodes.
struct Skip {
    depth: usize,
    start: u32,
    end: u32,
    /// The node that stands for the part; none for a mapping or list used as a key.
    node: Option<NodeId>,
}

struct Builder<'s> {
    source: &'s str,
    limits: &'s Limits,
    tree: Tree,
    stack: Vec<Open<'s>>,
    skip: Option<Skip>,
    /// Everything before this byte has been used: indicators are looked for from here.
    cursor: u32,
    anchors: Vec<Anchor>,
    alias_nodes: usize,
    alias_budget_told: bool,
    depth_told: bool,
    in_document: bool,
    /// Where the current document begins, and its root once there is one.
    document: (u32, Option<NodeId>),
    /// The empty scalar that was added last, in case its anchor follows.
    empty: Option<NodeId>,
    keys: KeyWatch,
    documents: Vec<Document>,
    comments: Vec<Comment>,
    problems: Vec<Problem>,
}

impl<'s> Builder<'s> {
    fn new(source: Arc<str>, text: &'s str, limits: &'s Limits) -> Self {
        Self {
            source: text,
            limits,
            tree: Tree::new(source),
            stack: Vec::new(),
            skip: None,
            cursor: 0,
            anchors: Vec::new(),
            alias_nodes: 0,
            alias_budget_told: false,
            depth_told: false,
            in_document: false,
            document: (0, None),
            empty: None,
            keys: KeyWatch::default(),
            documents: Vec::new(),
            comments: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Takes one event; `false` when nothing more is to be read.
    fn event(&mut self, event: Event<'s>, span: Span, tagged: bool) -> bool {
        match event {
            Event::Comment(..) => self.comment(span),
            Event::DocumentStart(explicit, _) => return self.document_start(explicit, span),
            Event::DocumentEnd => self.document_end(span),
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, style, anchor, tag.as_deref(), span, tagged),
            Event::SequenceStart(style, anchor, _) => self.open(false, style == StructureStyle::Block, anchor, span),
            Event::MappingStart(style, anchor, _) => self.open(true, style == StructureStyle::Block, anchor, span),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(id) => self.alias(Some(id), span),
            Event::UnresolvedAlias(_) => self.alias(None, span),
            Event::Anchor(..) => {
                self.cursor = self.cursor.max(span.end);
                if let Some(node) = self.empty.take() {
                    let end = self.tree.span(node).end.max(span.end);
                    self.tree.set_span(node, Span::empty(end));
                    self.grow(end);
                }
            }
            _ => {}
        }
        true
    }

    fn comment(&mut self, span: Span) {
        let before = self.source.get(..span.start as usize).unwrap_or("");
        let own_line = before.trim_end_matches([' ', '\t']).is_empty_or_ends_line();
        self.comments.push(Comment { span, own_line });
    }

    fn document_start(&mut self, explicit: bool, span: Span) -> bool {
        if self.documents.len() >= self.limits.documents {
            let message = format!("only the first {} documents are read", self.limits.documents);
            self.problems.push(Problem::new(ProblemCode::TooManyDocuments, message, span));
            return false;
        }
        let start = if self.documents.is_empty() { 0 } else { span.start };
        if let Some(last) = self.documents.last_mut() {
            last.span.end = start;
        }
        self.document = (start, None);
        self.in_document = true;
        self.depth_told = false;
        self.cursor = self.cursor.max(if explicit { span.end } else { span.start });
        true
    }

    fn document_end(&mut self, span: Span) {
        if !self.in_document {
            return;
        }
        self.in_document = false;
        self.cursor = self.cursor.max(span.end);
        let (start, root) = self.document;
        let at = Span::empty(start);
        let root = root.unwrap_or_else(|| self.tree.add_root(Value::Unknown(""), at));
        self.documents.push(Document { root, span: Span::new(start, offset(self.source.len())) });
    }

    fn broken(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or(self.source.len()).min(self.source.len());
        let rest = self.source.get(at..).unwrap_or("");
        let wide = rest.chars().next().filter(|&first| first != '\n' && first != '\r').map_or(0, char::len_utf8);
        let span = Span::from_usize(at, at + wide);
        let in_flow = self.stack.last().filter(|open| !open.block);
        let in_flow = in_flow.and_then(|open| self.source.get(open.start as usize..)?.chars().next());
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            self.too_deep(span);
        } else {
            let message = message::message(error.kind(), in_flow.filter(|open| matches!(open, '[' | '{')));
            self.problems.push(Problem::new(ProblemCode::InvalidYaml, message, span));
        }
        self.close_all();
        self.document_end(span);
    }

    fn close_all(&mut self) {
        if let Some(skip) = self.skip.take()
            && let Some(node) = skip.node
        {
            self.tree.set_span(node, Span::new(skip.start, skip.end));
            self.grow(skip.end);
        }
        while !self.stack.is_empty() {
            // A key whose value was never read is kept, with an unknown value.
            if let Some(key) = self.stack.last_mut().and_then(|open| open.key.take()) {
                let at = self.after_colon(key.span.end);
                self.add_keyed(key, Value::Unknown(""), Span::empty(at), None);
            }
            self.pop();
        }
        self.empty = None;
    }

    fn too_deep(&mut self, span: Span) {
        if !std::mem::replace(&mut self.depth_told, true) {
            let message = format!("nested deeper than {} levels; what lies below is left out", self.limits.depth);
            self.problems.push(Problem::new(ProblemCode::TooDeep, message, span));
        }
    }

    /// Raises the end of the innermost open container.
    fn grow(&mut self, end: u32) {
        if let Some(open) = self.stack.last_mut() {
            open.end = open.end.max(end);
        }
    }

    fn awaits_key(&self) -> bool {
        self.stack.last().is_some_and(|open| open.map && open.key.is_none())
    }

    fn name(&mut self, id: usize, anchor: Anchor) {
        if id == 0 {
            return;
        }
        if self.anchors.len() <= id {
            self.anchors.resize_with(id + 1, || Anchor::Gone);
        }
        if let Some(place) = self.anchors.get_mut(id) {
            *place = anchor;
        }
    }

    /// Moves over white space, comments and what may stand before a node, to behind `indicator` if it is there.
    fn pass(&mut self, indicator: u8) -> Option<u32> {
        let at = self.blank_end(self.cursor);
        (self.source.as_bytes().get(at as usize) == Some(&indicator)).then(|| {
            self.cursor = at + 1;
            at
        })
    }

    /// The end of the white space and comments that begin at `at`.
    fn blank_end(&self, at: u32) -> u32 {
        let mut at = at as usize;
        let bytes = self.source.as_bytes();
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => at += 1,
                b'#' => at += bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|&&byte| byte != b'\n').count()),
                _ => break,
            }
        }
        offset(at)
    }

    /// The end of the tag and anchor that may begin at `at`, with the blanks after them.
    fn properties_end(&self, at: u32) -> u32 {
        let mut at = self.blank_end(at);
        while let Some(b'!' | b'&') = self.source.as_bytes().get(at as usize) {
            let rest = self.source.as_bytes().get(at as usize..).unwrap_or(&[]);
            let len = rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
            at = self.blank_end(at.saturating_add(offset(len)));
        }
        at
    }

    /// The byte behind the `:` that follows a key which ends at `end`; `end` itself when there is none.
    fn after_colon(&self, end: u32) -> u32 {
        let at = self.blank_end(end);
        if self.source.as_bytes().get(at as usize) == Some(&b':') { at + 1 } else { end }
    }

    /// Moves over the indicator that stands before the next node.
    fn before_node(&mut self) {
        let Some(open) = self.stack.last() else { return };
        if !open.map {
            if open.block {
                self.pass(b'-');
            }
        } else if let Some(key) = &open.key {
            self.cursor = self.after_colon(key.span.end.max(self.cursor));
        } else {
            self.pass(b'?');
        }
    }

    /// The span of a scalar as it is written, the header of a block scalar with it.
    fn written(&mut self, style: ScalarStyle, span: Span, props: bool) -> Span {
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            let start = self.properties_end(self.cursor).min(span.start);
            let text = Span::new(start, span.end).text(self.source);
            let len = text.trim_end_matches([' ', '\t', '\r', '\n']).len();
            return Span::new(start, start.saturating_add(offset(len)));
        }
        if span.is_empty() {
            return Span::empty(if props { span.start.max(self.cursor) } else { self.cursor });
        }
        span
    }

    fn scalar(
        &mut self,
        text: Cow<'s, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: Span,
        tagged: bool,
    ) {
        self.empty = None;
        if let Some(skip) = &mut self.skip {
            skip.end = skip.end.max(span.end);
            self.name(anchor, Anchor::Gone);
            return;
        }
        self.before_node();
        let empty = span.is_empty() && !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let span = self.written(style, span, tagged);
        self.cursor = self.cursor.max(span.end);
        let text = if empty { Cow::Borrowed("") } else { text };
        if self.awaits_key() {
            if anchor != 0 {
                self.name(anchor, Anchor::Key(text.clone().into_owned(), style));
            }
            self.set_key(Key { text, span });
            return;
        }
        let value = scalar::value(&text, style, tag);
        let node = self.add(value, span, None);
        self.name(anchor, Anchor::Node(node, 1));
        if empty {
            self.empty = Some(node);
        }
    }

    fn set_key(&mut self, key: Key<'s>) {
        if let Some(open) = self.stack.last_mut() {
            open.start = open.start.min(key.span.start);
            open.end = open.end.max(key.span.end);
            open.key = Some(key);
        }
    }

    fn alias(&mut self, id: Option<usize>, span: Span) {
        self.empty = None;
        if let Some(skip) = &mut self.skip {
            skip.end = skip.end.max(span.end);
            return;
        }
        self.before_node();
        self.cursor = self.cursor.max(span.end);
        let written = span.text(self.source);
        let anchor = id.and_then(|id| self.anchors.get(id));
        if self.awaits_key() {
            let text = match anchor {
                Some(Anchor::Key(text, _)) => Cow::Owned(text.clone()),
                Some(Anchor::Node(node, _)) => Cow::Owned(self.tree.text(*node).unwrap_or(written).to_owned()),
                _ => Cow::Borrowed(written),
            };
            self.set_key(Key { text, span });
            return;
        }
        match anchor {
            Some(Anchor::Node(node, size)) => {
                let (node, size) = (*node, *size);
                self.link(node, size, span);
            }
            Some(Anchor::Key(text, style)) => {
                let (text, style) = (text.clone(), *style);
                self.add(scalar::value(&text, style, None), span, None);
            }
            Some(Anchor::Gone) => {
                self.add(Value::Unknown(written), span, None);
            }
            Some(Anchor::Open) | None => {
                let fault = if anchor.is_some() { "stands for a part it lies in" } else { "has no anchor before it" };
                let message = format!("the alias `{written}` {fault}");
                self.problems.push(Problem::new(ProblemCode::UnknownAnchor, message, span));
                self.add(Value::Unknown(written), span, None);
            }
        }
    }

    fn link(&mut self, target: NodeId, size: usize, span: Span) {
        let total = self.alias_nodes.saturating_add(size);
        if total <= self.limits.alias_nodes {
            self.alias_nodes = total;
            self.add(Value::Null, span, Some(target));
            if let Some(open) = self.stack.last_mut() {
                open.size = open.size.saturating_add(size.saturating_sub(1));
            }
            return;
        }
        if !std::mem::replace(&mut self.alias_budget_told, true) {
            let message = format!("the aliases stand for more than {} nodes", self.limits.alias_nodes);
            self.problems.push(Problem::new(ProblemCode::AliasBudget, message, span));
        }
        self.add(Value::Unknown(span.text(self.source)), span, None);
    }

    /// Adds a node under the key that was read before it, or as the next item, or as the root.
    fn add(&mut self, value: Value<'_>, span: Span, target: Option<NodeId>) -> NodeId {
        self.grow(span.end);
        let Some(open) = self.stack.last_mut() else {
            let root = self.tree.add_root(value, span);
            self.document.1 = Some(root);
            return root;
        };
        if let Some(key) = open.key.take() {
            return self.add_keyed(key, value, span, target);
        }
        open.size = open.size.saturating_add(1);
        open.start = open.start.min(span.start);
        let parent = open.node;
        match target {
            Some(target) => self.tree.add_link(parent, Node::item(value, span), target),
            None => self.tree.add(parent, Node::item(value, span)),
        }
    }

    fn add_keyed(&mut self, key: Key<'_>, value: Value<'_>, span: Span, target: Option<NodeId>) -> NodeId {
        let Some(open) = self.stack.last_mut() else { return self.tree.add_root(value, span) };
        open.size = open.size.saturating_add(1);
        open.end = open.end.max(span.end);
        let parent = open.node;
        let before = self.tree.get_own(parent, &key.text);
        let node = Node { key: &key.text, key_span: key.span, span, value };
        let id = match target {
            Some(target) => self.tree.add_link(parent, node, target),
            None => self.tree.add(parent, node),
        };
        self.keys.note(before, id);
        id
    }

    fn open(&mut self, map: bool, block: bool, anchor: usize, span: Span) {
        self.empty = None;
        if let Some(skip) = &mut self.skip {
            skip.depth += 1;
            self.name(anchor, Anchor::Gone);
            return;
        }
        self.before_node();
        let mut start = span.start;
        if block && !map {
            // For a list that is not indented the scanner tells the place of its first item.
            let dash = self.properties_end(self.cursor);
            if dash < start && self.source.as_bytes().get(dash as usize) == Some(&b'-') {
                start = dash;
            }
        }
        let at = Span::new(start, span.end);
        if self.awaits_key() {
            self.name(anchor, Anchor::Gone);
            self.skip = Some(Skip { depth: 1, start, end: at.end, node: None });
            return;
        }
        if self.stack.len() >= self.limits.depth {
            self.too_deep(at);
            let node = self.add(Value::Unknown(""), Span::empty(start), None);
            self.name(anchor, Anchor::Gone);
            self.skip = Some(Skip { depth: 1, start, end: at.end, node: Some(node) });
            return;
        }
        self.cursor = self.cursor.max(if block { start } else { span.end });
        let node = self.add(if map { Value::Map } else { Value::List }, at, None);
        self.name(anchor, Anchor::Open);
        self.stack.push(Open { node, map, block, start, end: at.end, size: 1, anchor, key: None });
    }

    fn close(&mut self, span: Span) {
        self.empty = None;
        if let Some(skip) = &mut self.skip {
            if !span.is_empty() {
                skip.end = skip.end.max(span.end);
            }
            skip.depth -= 1;
            if skip.depth == 0 {
                self.close_skip();
            }
            return;
        }
        if !span.is_empty() {
            self.grow(span.end);
            self.cursor = self.cursor.max(span.end);
        }
        self.pop();
    }

    fn close_skip(&mut self) {
        let Some(skip) = self.skip.take() else { return };
        let text = Span::new(skip.start, skip.end).text(self.source).trim_end();
        let span = Span::new(skip.start, skip.start.saturating_add(offset(text.len())));
        self.cursor = self.cursor.max(span.end);
        if let Some(node) = skip.node {
            self.tree.set_span(node, span);
            self.tree.set_value(node, Value::Unknown(text));
            self.grow(span.end);
        } else {
            self.set_key(Key { text: Cow::Borrowed(text), span });
        }
    }

    fn pop(&mut self) {
        let Some(open) = self.stack.pop() else { return };
        self.tree.set_span(open.node, Span::new(open.start, open.end));
        self.name(open.anchor, Anchor::Node(open.node, open.size));
        if let Some(above) = self.stack.last_mut() {
            above.end = above.end.max(open.end);
            above.size = above.size.saturating_add(open.size.saturating_sub(1));
        }
    }

    fn finish(mut self) -> Parsed {
        self.close_all();
        self.document_end(Span::empty(offset(self.source.len())));
        crate::sort_by(&mut self.comments, |a, b| a.span.cmp(&b.span));
        crate::sort_by(&mut self.problems, |a, b| a.span.cmp(&b.span));
        Parsed {
            tree: self.tree,
            documents: self.documents,
            comments: self.comments,
            duplicate_keys: self.keys.found,
            problems: self.problems,
        }
    }
}

/// A question to the text before a comment.
trait LineEnd {
    fn is_empty_or_ends_line(&self) -> bool;
}

impl LineEnd for str {
    fn is_empty_or_ends_line(&self) -> bool {
        matches!(self.as_bytes().last(), None | Some(b'\n' | b'\r')) || self == "\u{feff}"
    }
}
