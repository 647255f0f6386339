//! A wrong call: one sentence, and the place when a file of the caller is at fault.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use hullmark_document::{LineIndex, PositionEncoding, Span};

use crate::args::When;
use crate::output;
use crate::render::drawn;
use crate::render::excerpt::{Excerpt, visible};

/// Why a call could not be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallError {
    /// A sentence, lower case, without full stop.
    pub(crate) message: String,
    /// A hint.
    pub(crate) help: Option<String>,
    /// The file at fault: name, text, place.
    pub(crate) place: Option<(String, String, Span)>,
}

impl CallError {
    /// An error that is nobody's file.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, place: None }
    }

    /// The same error with a hint.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same error at a place of a file.
    pub(crate) fn at(mut self, path: &str, text: &str, span: Span) -> Self {
        self.place = Some((path.to_owned(), text.to_owned(), span));
        self
    }

    /// Prints it to standard error.
    pub(crate) fn print(&self, color: When) {
        let styled = output::is_styled(color, &std::io::stderr());
        output::to_stderr(&self.render(styled));
    }

    /// The text for a person.
    pub(crate) fn render(&self, styled: bool) -> String {
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        let message = visible(&self.message);
        let mut group = Level::ERROR.primary_title(message.as_ref()).elements(Vec::<Origin<'_>>::new());
        let shown = self.place.as_ref().map(|(path, text, span)| {
            let index = LineIndex::new(text);
            let at = index.position(text, span.start, PositionEncoding::CodePoint);
            (visible(path), at, Excerpt::new(text.as_bytes(), span.start, span.end, &[]))
        });
        if let Some((path, at, excerpt)) = &shown {
            group = group
                .element(Origin::path(path.as_ref()).line(at.line as usize).char_column(at.column as usize))
                .element(
                    Snippet::source(excerpt.text.as_str())
                        .line_start(at.line as usize)
                        .annotation(AnnotationKind::Primary.span(excerpt.range.clone())),
                );
        }
        let help = self.help.as_deref().map(visible);
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(help.as_ref()));
        }
        drawn(&renderer, group)
    }
}

impl From<hullmark::Error> for CallError {
    fn from(error: hullmark::Error) -> Self {
        let made = Self::new(error.message());
        match error.help() {
            Some(help) => made.with_help(help),
            None => made,
        }
    }
}
