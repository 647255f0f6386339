//! What the scanner complains of, in words for the person who wrote the file.

use granit_parser::ErrorKind;

/// One sentence for `kind`; `in_flow` is the bracket that is still open at the place, if there is one.
pub(super) fn message(kind: &ErrorKind, in_flow: Option<char>) -> String {
    use ErrorKind as E;
    let text = match kind {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabAtBlockScalarStart => {
            "a tab cannot be used as indentation; use spaces"
        }
        E::TabInPlainScalar => "a tab cannot stand here; use a space",
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => "the quoted text is not closed",
        E::InvalidQuotedScalarIndent => "the quoted text is not closed, or this line of it must be indented deeper",
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
            "nothing but a comment may follow the closing quote"
        }
        E::UnclosedFlowCollection { open } => return format!("`{open}` is not closed"),
        E::MismatchedFlowCollectionEnd { open, close } => {
            return format!("`{open}` cannot be closed by `{close}`");
        }
        E::MisplacedFlowCollectionEnd => "the closing bracket has no opening one",
        E::UnexpectedEofFlowSequence | E::ExpectedFlowSequenceSeparator => "expected `,` or `]` in this list",
        E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping | E::ExpectedFlowMappingSeparator => {
            "expected `,` or `}` in this mapping"
        }
        E::InvalidIndentation | E::InvalidFlowScalarIndent => match in_flow {
            Some(open) => return format!("`{open}` is not closed, or this line must be indented deeper"),
            None => "the indentation fits no level above",
        },
        E::ExpectedBlockMappingKey => "expected a key at this indentation",
        E::ExpectedBlockSequenceEntry => "expected a list item (`- `) at this indentation",
        E::BlockEntryInFlowCollection => match in_flow {
            Some(open) => return format!("`{open}` is not closed: a `- ` item cannot stand inside it"),
            None => "a `- ` item cannot stand inside brackets",
        },
        E::BlockSequenceEntryNotAllowed => "a list item cannot begin here",
        E::MappingValueNotAllowed | E::InvalidColonPlacement => {
            "a `: ` cannot stand here; quote the text or begin a new line"
        }
        E::MappingKeyNotAllowed => "a key cannot stand here",
        E::SimpleKeyExpected | E::InvalidSimpleKey => "expected `:` after the key",
        E::ExpectedNodeContent => "expected a value",
        E::UnexpectedCharacter { character } if character.is_control() => {
            return format!("the control character `{}` cannot stand in YAML", character.escape_default());
        }
        E::UnexpectedCharacter { character } => {
            return format!("a text cannot begin with `{}`; quote it", character.escape_default());
        }
        E::UnknownQuotedScalarEscape => "unknown escape in the quoted text",
        E::InvalidQuotedScalarHexEscape | E::InvalidLowSurrogateHexEscape => "the escape lacks hexadecimal digits",
        E::InvalidLowSurrogate | E::MissingLowSurrogate | E::UnpairedLowSurrogate | E::InvalidUnicodeEscape => {
            "the escape names no character"
        }
        E::InvalidBlockScalarHeader => "only `+`, `-`, a digit or a comment may follow `|` or `>`",
        E::InvalidBlockScalarIndent => "this line of the block text must be indented deeper",
        E::CommentNotSeparated => "a comment must be separated by a space",
        E::CommentInterceptedScalar => "a comment ends the text before this line",
        E::InvalidDocumentEnd => "nothing may follow `...` on its line",
        E::MissingDocumentEndBeforeDirective => "`...` must end the document before a directive",
        E::BomInsideDocument => "a byte-order mark can only stand at the beginning",
        other => return other.to_string(),
    };
    text.to_owned()
}
