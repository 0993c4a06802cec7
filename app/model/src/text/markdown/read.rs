//! Reads Markdown into the blocks and spans that are shown.

use std::{ops::Range, vec::IntoIter};

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Tag};

use super::{
    Block, Span,
    events::{events, is_line_break},
    is_outside, is_own_image, words_of,
};

/// How many levels of nesting are kept apart; deeper ones are shown at this level, so that no text
/// is too odd to be read.
const DEPTH: usize = 24;

pub fn blocks(text: &str) -> Vec<Block> {
    placed_blocks(text).into_iter().map(|(_, block)| block).collect()
}

/// The blocks of a text, each with the range of bytes where it stands.
pub fn placed_blocks(text: &str) -> Vec<(Range<usize>, Block)> {
    let mut reader = Reader(events(text).into_iter());
    let mut blocks = vec![];
    while let Some((event, range)) = reader.0.next() {
        match event {
            Event::Start(tag) => blocks.extend(reader.block(tag, 0).map(|block| (range, block))),
            Event::Rule => blocks.push((range, Block::Rule)),
            other => blocks.extend(span(other).map(|span| (range, Block::Words(vec![span])))),
        }
    }
    blocks
}

/// Reads an open element, up to and including its end.
struct Reader<'a>(IntoIter<(Event<'a>, Range<usize>)>);

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<Event<'a>> {
        self.0.next().map(|(event, _)| event)
    }

    /// A block that has begun; none for one that says nothing.
    fn block(&mut self, tag: Tag<'a>, depth: usize) -> Option<Block> {
        Some(match tag {
            Tag::Paragraph => Block::Paragraph(self.spans(depth)),
            Tag::Heading { level, .. } => Block::Heading(number(level), self.spans(depth)),
            Tag::BlockQuote(_) => Block::Quote(self.blocks(depth + 1)),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                let code = words_of(&self.spans(depth));
                Block::Code(code.strip_suffix('\n').unwrap_or(&code).to_owned())
            }
            Tag::HtmlBlock => {
                let html = words_of(&self.spans(depth)).trim().to_owned();
                return (!html.is_empty()).then(|| Block::Paragraph(vec![Span::Plain(html)]));
            }
            Tag::List(first) => Block::List(first, self.items(depth)),
            Tag::Table(columns) => self.table(columns, depth),
            // Parts of the ones above, what is not understood, and words that stand alone.
            Tag::Item
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::MetadataBlock(_) => Block::Words(self.spans(depth)),
            tag @ (Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }) => Block::Words(self.span(tag, depth)),
        })
    }

    /// What a block or an item holds.
    fn blocks(&mut self, depth: usize) -> Vec<Block> {
        let (mut blocks, mut words, mut below) = (vec![], vec![], 0_usize);
        while let Some(event) = self.next() {
            match event {
                Event::Start(tag) if is_inline(&tag) => {
                    for span in self.span(tag, depth) {
                        push(&mut words, span);
                    }
                }
                Event::Start(tag) => {
                    stand_alone(&mut blocks, &mut words);
                    if depth < DEPTH { blocks.extend(self.block(tag, depth)) } else { below += 1 }
                }
                Event::End(_) if below == 0 => break,
                Event::End(_) => {
                    stand_alone(&mut blocks, &mut words);
                    below -= 1;
                }
                Event::Rule => {
                    stand_alone(&mut blocks, &mut words);
                    blocks.push(Block::Rule);
                }
                other => {
                    if let Some(span) = span(other) {
                        push(&mut words, span);
                    }
                }
            }
        }
        stand_alone(&mut blocks, &mut words);
        blocks
    }

    fn items(&mut self, depth: usize) -> Vec<Vec<Block>> {
        let mut items = vec![];
        while let Some(Event::Start(_)) = self.next() {
            items.push(self.blocks(depth + 1));
        }
        items
    }

    fn table(&mut self, columns: Vec<Alignment>, depth: usize) -> Block {
        let (mut head, mut rows) = (vec![], vec![]);
        while let Some(Event::Start(tag)) = self.next() {
            let mut cells = vec![];
            while let Some(Event::Start(_)) = self.next() {
                cells.push(self.spans(depth));
            }
            match tag {
                Tag::TableHead => head = cells,
                _ => rows.push(cells),
            }
        }
        Block::Table { columns, head, rows }
    }

    /// Words of one look that have begun.
    fn span(&mut self, tag: Tag<'a>, depth: usize) -> Vec<Span> {
        let words = self.spans(depth + 1);
        match tag {
            Tag::Strong => vec![Span::Strong(words)],
            Tag::Emphasis => vec![Span::Emphasis(words)],
            Tag::Strikethrough => vec![Span::Deleted(words)],
            Tag::Superscript => vec![Span::Superscript(words)],
            Tag::Subscript => vec![Span::Subscript(words)],
            Tag::Link { dest_url, .. } if is_outside(&dest_url) => {
                vec![Span::Link(dest_url.into_string(), words)]
            }
            Tag::Image { dest_url, .. } if is_own_image(&dest_url) => {
                vec![Span::Image(dest_url.into_string(), words_of(&words))]
            }
            // Of links to nowhere and of foreign images only the words stay.
            _ => words,
        }
    }

    fn spans(&mut self, depth: usize) -> Vec<Span> {
        let (mut spans, mut below) = (vec![], 0_usize);
        while let Some(event) = self.next() {
            match event {
                Event::Start(_) if depth >= DEPTH => below += 1,
                Event::Start(tag) => {
                    for span in self.span(tag, depth) {
                        push(&mut spans, span);
                    }
                }
                Event::End(_) if below == 0 => break,
                Event::End(_) => below -= 1,
                other => {
                    if let Some(span) = span(other) {
                        push(&mut spans, span);
                    }
                }
            }
        }
        spans
    }
}

/// What is neither a beginning nor an end.
fn span(event: Event<'_>) -> Option<Span> {
    Some(match event {
        Event::Html(line) if is_line_break(line.trim()) => Span::Break,
        Event::Text(text) | Event::Html(text) => Span::Plain(text.into_string()),
        Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
            Span::Code(code.into_string())
        }
        Event::InlineHtml(tag) => Span::Plain(tag.into_string()),
        Event::SoftBreak | Event::HardBreak => Span::Break,
        Event::TaskListMarker(done) => Span::Plain(if done { "☑ " } else { "☐ " }.to_owned()),
        Event::FootnoteReference(_) | Event::Rule | Event::Start(_) | Event::End(_) => return None,
    })
}

fn is_inline(tag: &Tag<'_>) -> bool {
    use Tag::{Emphasis, Image, Link, Strikethrough, Strong, Subscript, Superscript};
    matches!(
        tag,
        Emphasis | Strong | Strikethrough | Superscript | Subscript | Link { .. } | Image { .. }
    )
}

/// Adds a span; words beside words of the same style are joined.
fn push(spans: &mut Vec<Span>, span: Span) {
    match (spans.last_mut(), span) {
        (Some(Span::Plain(before)), Span::Plain(more)) => before.push_str(&more),
        (_, span) => spans.push(span),
    }
}

/// Makes words outside a paragraph a block of their own.
fn stand_alone(blocks: &mut Vec<Block>, words: &mut Vec<Span>) {
    if !words.is_empty() {
        blocks.push(Block::Words(std::mem::take(words)));
    }
}

const fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> Span {
        Span::Plain(text.to_owned())
    }

    fn paragraph(text: &str) -> Block {
        Block::Paragraph(vec![plain(text)])
    }

    #[test]
    fn a_text_has_headings_lists_tables_quotes_code_and_paragraphs() {
        let text = "# Ask Ada\n\nFirst line\nsecond line\n\n- one\n- two\n\n3. three\n\n> so\n\n```\na\n  b\n```\n\na|b\n:-|-:\n1|2\n\n---\n#no heading";

        let words = |text: &str| vec![Block::Words(vec![plain(text)])];
        let expected = [
            Block::Heading(1, vec![plain("Ask Ada")]),
            Block::Paragraph(vec![plain("First line"), Span::Break, plain("second line")]),
            Block::List(None, vec![words("one"), words("two")]),
            Block::List(Some(3), vec![words("three")]),
            Block::Quote(vec![paragraph("so")]),
            Block::Code("a\n  b".to_owned()),
            Block::Table {
                columns: vec![Alignment::Left, Alignment::Right],
                head: vec![vec![plain("a")], vec![plain("b")]],
                rows: vec![vec![vec![plain("1")], vec![plain("2")]]],
            },
            Block::Rule,
            paragraph("#no heading"),
        ];
        assert_eq!(blocks(text), expected);
        let (range, _) = &placed_blocks(text)[1];
        assert_eq!(text[range.clone()].trim(), "First line\nsecond line");
    }

    #[test]
    fn words_are_bold_slanted_struck_out_code_or_a_link() {
        let found = blocks("**must** _soon_ ~~never~~ `a_b` [the brief](https://example.com/a)");

        let space = || plain(" ");
        let link = Span::Link("https://example.com/a".to_owned(), vec![plain("the brief")]);
        let expected = vec![
            Span::Strong(vec![plain("must")]),
            space(),
            Span::Emphasis(vec![plain("soon")]),
            space(),
            Span::Deleted(vec![plain("never")]),
            space(),
            Span::Code("a_b".to_owned()),
            space(),
            link,
        ];
        assert_eq!(found, [Block::Paragraph(expected)]);
    }

    #[test]
    fn html_strange_addresses_and_foreign_images_are_words() {
        let own = "/api/v1/images/0198c8a2-1111-7000-8000-000000000001/content";
        for (text, words) in [
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("So <b onclick=x>bold</b>", "So <b onclick=x>bold</b>"),
            ("[x](javascript:alert(1))", "x"),
            ("[x](/inside)", "x"),
            ("![a cup](https://example.com/a.png)", "a cup"),
        ] {
            assert_eq!(blocks(text), [paragraph(words)], "{text}");
        }
        let image = Span::Image(own.to_owned(), "ours".to_owned());
        assert_eq!(blocks(&format!("![ours]({own})")), [Block::Paragraph(vec![image])]);
    }

    #[test]
    fn what_lies_very_deep_is_still_read() {
        for deep in ["> ".repeat(5_000), "- ".repeat(5_000), "*a **b ".repeat(5_000)] {
            let text = format!("{deep}core");

            assert!(super::super::plain_lines(&text).ends_with("core"));
        }
    }

    proptest! {
        #[test]
        fn no_text_is_lost_and_none_is_too_odd(text in "[#*_`~\\[\\]()<a-c1-2.|> \n:/\u{e9}!-]{0,60}") {
            let letters = |text: &str| text.chars().filter(|c| *c == '\u{e9}').count();
            let shown = super::super::plain_lines(&text);
            // Where something is defined that links lead to, nothing is shown of that.
            let defines = text.contains("]:");
            let leads = text.contains("](") || text.contains("```") || text.contains("~~~");
            prop_assert!(defines || leads || letters(&shown) == letters(&text), "{text:?} {shown:?}");
        }
    }
}
