//! Whether a text uses Markdown's marks.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use super::{OPTIONS, events::is_read, is_outside};

/// How many dashes below a line make it a heading; two begin a signature.
const UNDERLINE: usize = 3;

/// Whether a text is written in Markdown: it has a mark that was meant as one. Data and code are
/// not Markdown, nor are words with a star or an indent here and there.
pub fn is_markdown(text: &str) -> bool {
    if is_data(text) {
        return false;
    }
    let mut events = Parser::new_ext(text, OPTIONS).into_offset_iter();
    events.any(|(event, range)| is_sign(text, &event, range))
}

/// Whether a text looks like JSON, of which only the beginning may be here.
fn is_data(text: &str) -> bool {
    let mut signs = text.chars().filter(|letter| !letter.is_whitespace());
    match (signs.next(), signs.next()) {
        (Some('{'), _) => true,
        (Some('['), Some(next)) => matches!(next, '"' | '{' | '[' | ']' | '-' | '0'..='9'),
        _ => false,
    }
}

fn is_sign(text: &str, event: &Event<'_>, range: Range<usize>) -> bool {
    match event {
        Event::Start(tag) => match tag {
            Tag::Heading { .. } => is_heading(text.get(range).unwrap_or_default()),
            Tag::CodeBlock(kind) => matches!(kind, CodeBlockKind::Fenced(_)),
            Tag::Link { dest_url, .. } => {
                is_outside(dest_url) || text.get(range).is_some_and(|link| link.starts_with('['))
            }
            // A star in the middle of a word is a letter of it.
            Tag::Emphasis | Tag::Strong => {
                let before = text.get(..range.start).and_then(|before| before.chars().last());
                before.is_none_or(|letter| !letter.is_alphanumeric())
            }
            Tag::BlockQuote(_)
            | Tag::List(_)
            | Tag::Table(_)
            | Tag::Strikethrough
            | Tag::Image { .. } => true,
            Tag::Paragraph
            | Tag::HtmlBlock
            | Tag::Item
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => false,
        },
        Event::Code(_) | Event::Rule | Event::FootnoteReference(_) => true,
        Event::InlineHtml(tag) => is_read(tag),
        Event::End(_)
        | Event::Text(_)
        | Event::InlineMath(_)
        | Event::DisplayMath(_)
        | Event::Html(_)
        | Event::SoftBreak
        | Event::HardBreak
        | Event::TaskListMarker(_) => false,
    }
}

fn is_heading(written: &str) -> bool {
    let line = written.trim_end().lines().last().unwrap_or_default().trim();
    written.trim_start().starts_with('#') || line.len() >= UNDERLINE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_signs_is_markdown() {
        for text in [
            "# Tea",
            "Tea\n===",
            "Look:\n\n- mint",
            "1. Fill\n2. Steep",
            "So **good**",
            "so *soft*",
            "Use `tea`",
            "[tea](https://example.org)",
            "> quoted",
            "```\ncode\n```",
            "a|b\n-|-\n1|2",
            "---",
            "~~gone~~",
            "CO<sub>2</sub>",
            "Tea[^1]\n\n[^1]: Green",
        ] {
            assert!(is_markdown(text), "{text}");
        }
    }

    #[test]
    fn words_data_and_code_are_none() {
        for text in [
            "",
            "Fresh mint, every day.\nAnd tea.",
            "It costs 3 * 4 - 2, or 2*3*4.",
            "snake_case_name and 2**3**4",
            "#tea #mint",
            "    indented\n  words",
            "Best\n--\nAda",
            "<p>Fresh<br>mint</p>",
            "See https://example.org.",
            "{\"tea\": \"**mint**\"}",
            "[\"**mint**\", \"- b\"]",
            "[{\"a\": \"# b\"}",
        ] {
            assert!(!is_markdown(text), "{text}");
        }
    }
}
