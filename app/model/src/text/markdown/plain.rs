//! The words of a Markdown text without its marks.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{
    Block, LOWERED, RAISED, events::events, in_script, read::blocks, signs::is_markdown, words_of,
};

/// The words in one line; code is kept as it is, and raw HTML is dropped.
pub fn plain_text(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    // Where raised and lowered words begin.
    let mut scripts = vec![];
    for (event, _) in events(text) {
        match event {
            Event::Start(Tag::Superscript | Tag::Subscript) => scripts.push(words.len()),
            Event::End(end @ (TagEnd::Superscript | TagEnd::Subscript)) => {
                let inner = words.split_off(scripts.pop().unwrap_or(words.len()));
                let forms = if end == TagEnd::Superscript { RAISED } else { LOWERED };
                words.push_str(&in_script(&inner, forms));
            }
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::Rule => words.push(' '),
            Event::End(end) if !is_within_a_line(end) => words.push(' '),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_within_a_line(end: TagEnd) -> bool {
    use TagEnd::{Emphasis, Image, Link, Strikethrough, Strong};
    matches!(end, Emphasis | Strong | Strikethrough | Link | Image)
}

/// The words line by line, with marks only for items of lists; a text that is not Markdown is
/// returned as it is.
pub fn plain_lines(text: &str) -> String {
    if !is_markdown(text) {
        return text.to_owned();
    }
    let mut lines = vec![];
    for block in blocks(text) {
        add(&block, &mut lines);
    }
    lines.join("\n")
}

/// The words as a plain text to hand on: as [`plain_lines`], with a blank line between blocks.
pub fn plain_paragraphs(text: &str) -> String {
    if !is_markdown(text) {
        return text.to_owned();
    }
    let paragraphs = blocks(text).into_iter().map(|block| {
        let mut lines = vec![];
        add(&block, &mut lines);
        lines.join("\n").trim_end().to_owned()
    });
    paragraphs.filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn add(block: &Block, lines: &mut Vec<String>) {
    match block {
        Block::Heading(_, words) | Block::Paragraph(words) | Block::Words(words) => {
            lines.push(words_of(words));
        }
        Block::List(first, items) => {
            for (place, item) in (0..).zip(items) {
                let begin = lines.len();
                item.iter().for_each(|block| add(block, lines));
                let mark = first.map(|first| format!("{}. ", first.saturating_add(place)));
                if let Some(line) = lines.get_mut(begin) {
                    line.insert_str(0, mark.as_deref().unwrap_or("• "));
                }
            }
        }
        Block::Quote(blocks) => blocks.iter().for_each(|block| add(block, lines)),
        Block::Code(code) => lines.push(code.clone()),
        Block::Table { head, rows, .. } => {
            for cells in std::iter::once(head).chain(rows) {
                let cells: Vec<String> = cells.iter().map(|cell| words_of(cell)).collect();
                lines.push(cells.join(" · "));
            }
        }
        Block::Rule => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_stays_and_the_marks_go() {
        let text = "# Cold *brew*\n\nSteep it **slowly**,\nthen pour.\n\n- ice\n- a [lemon](https://a.example)\n\n2. sip\n\n`late` <b>x</b>";

        let lines =
            "Cold brew\nSteep it slowly,\nthen pour.\n• ice\n• a lemon\n2. sip\nlate <b>x</b>";
        assert_eq!(plain_lines(text), lines);
        assert_eq!(
            plain_text(text),
            "Cold brew Steep it slowly, then pour. ice a lemon sip late x"
        );
    }

    #[test]
    fn a_plain_text_to_hand_on_has_blank_lines_between_its_paragraphs() {
        let text = "# Cold *brew*\n\nSteep it **slowly**.\n\n- ice\n- lemon\n\n---\n\nSip.";

        let plain = "Cold brew\n\nSteep it slowly.\n\n• ice\n• lemon\n\nSip.";
        assert_eq!(plain_paragraphs(text), plain);
    }

    #[test]
    fn a_text_without_marks_is_left_as_it_is() {
        let text = "Mornings\n  that taste\n\n\nlike a plan. 2 * 3 * 4";

        assert_eq!(plain_lines(text), text);
        assert_eq!(plain_paragraphs(text), text);
    }
}
