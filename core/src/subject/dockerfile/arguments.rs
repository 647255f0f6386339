//! Images and ports.

use hullmark_document::dockerfile::{Base, From, ImageReference, Keyword, Word, parse_reference};
use hullmark_document::{Node, NodeId, Span, Value};

use super::Lowering;

impl Lowering<'_> {
    /// FROM: the image in its parts, and the name after AS.
    pub(super) fn from(&mut self, node: NodeId, from: &From, at: usize) {
        if let Some(span) = from.as_span {
            let word = span.text(self.source()).to_owned();
            self.text(node, "as-word", &word, span);
        }
        if let Some(alias) = &from.alias {
            self.text(node, "alias", alias.text(), alias.span);
        }
        let span = self.place(from.image.span);
        let image = self.tree.add_fact(node, Node::field("image", Value::Map, span));
        let first = self.stages().list.first().map_or(at, |stage| stage.from);
        let known = if self.reading.expand_variables {
            self.stages()
                .of(at)
                .filter(|stage| stage.from == at)
                .map_or_else(|| self.expanded(&from.image, first, Keyword::From).text, |stage| stage.image.text.clone())
        } else {
            Some(from.image.text().to_owned())
        };
        self.image_parts(image, &from.image, &from.image_ref, known.as_deref());
        self.references(image, &[&from.image]);
        if !from.image.expansions.is_empty()
            && let Some(text) = self.scopes.expand_by_default(&from.image).text
        {
            self.text(image, "by-default", &text, from.image.span);
        }
        let (is_stage, is_scratch) = match self.base_of(at) {
            Some(Base::Stage(stage)) => {
                if let Some(&stage) = self.found.stages.get(*stage) {
                    self.tree.add_fact_link(image, "stage", stage);
                }
                (Value::Bool(true), Value::Bool(false))
            }
            Some(Base::Scratch) => (Value::Bool(false), Value::Bool(true)),
            Some(Base::Unknown) if self.reading.expand_variables => (Value::Unknown(""), Value::Unknown("")),
            Some(Base::Unknown | Base::Image(_)) | None => (Value::Bool(false), Value::Bool(false)),
        };
        self.fact(image, "is-stage", is_stage);
        self.fact(image, "is-scratch", is_scratch);
        let images = self.list(node, "images", Span::default());
        self.tree.add_link(images, Node::item(Value::Null, self.tree.span(image)), image);
    }

    /// The parts of an image reference: those of its value where it is known, each placed where the word shows it.
    pub(super) fn image_parts(&mut self, image: NodeId, word: &Word, written: &ImageReference, known: Option<&str>) {
        let raw = word.text();
        self.text(image, "raw", raw, word.span);
        let span = self.place(word.span);
        let value = known.map_or(Value::Unknown(raw), Value::Text);
        self.tree.add_fact(image, Node::field("text", value, span));
        let value = known.map(parse_reference);
        type PartOf = fn(&ImageReference) -> Option<&std::ops::Range<usize>>;
        let parts: [(&str, PartOf); 5] = [
            ("registry", |reference| reference.registry.as_ref()),
            ("repository", |reference| Some(&reference.repository)),
            ("name", |reference| Some(&reference.name)),
            ("tag", |reference| reference.tag.as_ref()),
            ("digest", |reference| reference.digest.as_ref()),
        ];
        for (name, part) in parts {
            let seen = part(written);
            let place = seen.map_or(word.span, |range| word.to_source(range.clone()));
            match (&value, known) {
                (Some(value), Some(known)) => {
                    if let Some(text) = part(value).and_then(|range| known.get(range.clone())) {
                        self.text(image, name, text, place);
                    }
                }
                _ => {
                    let text = seen.and_then(|range| raw.get(range.clone()));
                    let place = self.place(place);
                    match text {
                        Some(text) if !text.contains('$') => {
                            self.tree.add_fact(image, Node::field(name, Value::Text(text), place));
                        }
                        Some(text) => {
                            self.tree.add_fact(image, Node::field(name, Value::Unknown(text), place));
                        }
                        // A variable may bring its own tag or digest.
                        None if written.open => {
                            let id = self.tree.add_fact(image, Node::field(name, Value::Unknown(raw), place));
                            self.fact(id, "perhaps", Value::Bool(true));
                        }
                        None => {}
                    }
                }
            }
        }
        self.releases(image, word, written, known);
    }

    /// EXPOSE: each word as a port, a range of ports, or something else.
    pub(super) fn ports(&mut self, node: NodeId, words: &[Word], at: (usize, Keyword)) {
        let list = self.fact(node, "ports", Value::List);
        for word in words {
            let known = self.expanded(word, at.0, at.1).text;
            let item = self.item(list, Value::Map, word.span);
            self.text(item, "text", word.text(), word.span);
            port_facts(self.tree, item, known.as_deref(), word.text());
        }
    }
}

/// The facts of a port whose text is `known`; `written` is shown when it is not.
pub(crate) fn port_facts(tree: &mut hullmark_document::Tree, item: NodeId, known: Option<&str>, written: &str) {
    let span = tree.span(item);
    let text = match known {
        Some(text) if !text.contains('$') => text,
        _ => {
            for name in ["number", "end"] {
                tree.add_fact(item, Node::field(name, Value::Unknown(written), span));
            }
            if let Some((_, protocol)) = written.split_once('/') {
                tree.add_fact(item, Node::field("protocol", Value::Text(protocol), span));
            }
            tree.add_fact(item, Node::field("well-formed", Value::Unknown(written), span));
            return;
        }
    };
    let (ports, protocol) = text.split_once('/').map_or((text, None), |(ports, protocol)| (ports, Some(protocol)));
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number >= 0);
    let numbers = number(first).zip(number(last));
    if let Some((first, last)) = numbers {
        tree.add_fact(item, Node::field("number", Value::Int(first), span));
        tree.add_fact(item, Node::field("end", Value::Int(last), span));
    }
    if let Some(protocol) = protocol {
        tree.add_fact(item, Node::field("protocol", Value::Text(protocol), span));
    }
    let fine = numbers.is_some_and(|(first, last)| first <= last)
        && protocol.is_none_or(|one| matches!(one.to_ascii_lowercase().as_str(), "tcp" | "udp" | "sctp"));
    tree.add_fact(item, Node::field("well-formed", Value::Bool(fine), span));
}
