//! The marks of Markdown as buttons and keys write them: around what is selected, or before its
//! lines. The same mark a second time takes them away again.

use std::ops::Range;

/// A mark that a button writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Lines become headings of the second level: the first is the title's.
    Heading,
    /// Words in bold.
    Bold,
    /// Words in italics.
    Italic,
    /// Words as a link.
    Link,
    /// Lines become items of a list.
    Bullets,
    /// Lines become items of a numbered list.
    Numbers,
    /// Lines become a quotation.
    Quote,
    /// Words in a fixed-width font.
    Code,
}

/// A change of a text. All ranges count bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedText {
    pub replaced: Range<usize>,
    /// What takes its place.
    pub by: String,
    /// What is selected in the changed text.
    pub selected: Range<usize>,
}

impl MarkedText {
    /// The change after which a part of `by` is selected.
    fn new(replaced: Range<usize>, by: String, part: Range<usize>) -> Self {
        let selected = replaced.start + part.start..replaced.start + part.end;
        Self { replaced, by, selected }
    }

    /// The change after which all of `by` is selected.
    fn with_all_selected(replaced: Range<usize>, by: String) -> Self {
        let all = 0..by.len();
        Self::new(replaced, by, all)
    }
}

impl Mark {
    /// The change that marks what is selected, or takes the mark away where all of it has it;
    /// `selected` must lie between characters of the text.
    pub fn apply(self, text: &str, selected: Range<usize>) -> MarkedText {
        match self {
            Self::Bold => surround(text, selected, "**", "bold text"),
            Self::Italic => surround(text, selected, "*", "italic text"),
            Self::Code => surround(text, selected, "`", "code"),
            Self::Link => link(text, selected),
            Self::Heading => mark_lines(text, selected, LineSign::Heading),
            Self::Bullets => mark_lines(text, selected, LineSign::Bullet),
            Self::Numbers => mark_lines(text, selected, LineSign::Number),
            Self::Quote => mark_lines(text, selected, LineSign::Quote),
        }
    }
}

/// The selection without the blanks around its words.
fn without_blanks(text: &str, selected: Range<usize>) -> Range<usize> {
    let chosen = &text[selected.clone()];
    let start = selected.start + (chosen.len() - chosen.trim_start().len());
    let end = selected.end - (chosen.len() - chosen.trim_end().len());
    if start < end { start..end } else { selected.start..selected.start }
}

/// Whether the sign is what a text begins or ends with, given how many of its characters stand
/// there: two stars are bold, and one or three have an italic one among them.
fn has_sign(sign: &str, repeated: usize) -> bool {
    repeated >= sign.len() && (sign != "*" || repeated % 2 == 1)
}

fn surround(text: &str, selected: Range<usize>, sign: &str, example: &str) -> MarkedText {
    let inner = without_blanks(text, selected);
    let chosen = &text[inner.clone()];
    if chosen.is_empty() {
        let words = sign.len()..sign.len() + example.len();
        return MarkedText::new(inner, format!("{sign}{example}{sign}"), words);
    }
    if stands_between(text, &inner, sign) {
        let outer = inner.start - sign.len()..inner.end + sign.len();
        return MarkedText::with_all_selected(outer, chosen.to_owned());
    }
    let lines = || chosen.split('\n').filter(|line| !line.trim().is_empty());
    let marked = lines().all(|line| is_surrounded(line, sign));
    let change = |line: &str| {
        let (prefix, words) = line.split_at(prefix_length(line));
        match words {
            "" => line.to_owned(),
            words if marked => {
                let bare = words.strip_prefix(sign).and_then(|rest| rest.strip_suffix(sign));
                format!("{prefix}{}", bare.unwrap_or(words))
            }
            words => format!("{prefix}{sign}{words}{sign}"),
        }
    };
    let by = chosen.split('\n').map(change).collect::<Vec<_>>().join("\n");
    let plain = !marked && lines().count() == 1 && prefix_length(chosen) == 0;
    if plain {
        let words = sign.len()..by.len() - sign.len();
        return MarkedText::new(inner, by, words);
    }
    MarkedText::with_all_selected(inner, by)
}

/// Whether the sign stands right before and right after what is selected.
fn stands_between(text: &str, inner: &Range<usize>, sign: &str) -> bool {
    let Some(one) = sign.chars().next() else { return false };
    let (before, after) = (&text[..inner.start], &text[inner.end..]);
    let left = before.len() - before.trim_end_matches(one).len();
    let right = after.len() - after.trim_start_matches(one).len();
    has_sign(sign, left) && has_sign(sign, right)
}

/// Whether the words of a line begin and end with the sign.
fn is_surrounded(line: &str, sign: &str) -> bool {
    let Some(one) = sign.chars().next() else { return false };
    let words = &line[prefix_length(line)..];
    let left = words.len() - words.trim_start_matches(one).len();
    let right = words.len() - words.trim_end_matches(one).len();
    words.len() > 2 * sign.len() && has_sign(sign, left) && has_sign(sign, right)
}

fn link(text: &str, selected: Range<usize>) -> MarkedText {
    const ADDRESS: &str = "https://";
    let inner = without_blanks(text, selected);
    let chosen = &text[inner.clone()];
    if super::is_outside(chosen) {
        return MarkedText::new(inner, format!("[link text]({chosen})"), 1..10);
    }
    let words = if chosen.is_empty() { "link text" } else { chosen };
    let address = words.len() + 3..words.len() + 3 + ADDRESS.len();
    MarkedText::new(inner, format!("[{words}]({ADDRESS})"), address)
}

/// What stands before the words of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineSign {
    Heading,
    Bullet,
    Number,
    Quote,
}

impl LineSign {
    /// The line without this sign; none where it has another one or none.
    fn strip(self, line: &str) -> Option<&str> {
        match self {
            Self::Heading => {
                let words = line.trim_start_matches('#');
                let level = line.len() - words.len();
                (1..=6).contains(&level).then(|| words.strip_prefix(' ')).flatten()
            }
            Self::Bullet => line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")),
            Self::Number => {
                let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
                (rest.len() < line.len()).then(|| rest.strip_prefix(". ")).flatten()
            }
            Self::Quote => line.strip_prefix("> "),
        }
    }

    /// The sign before the line with this number, from 1.
    fn before(self, number: usize) -> String {
        match self {
            Self::Heading => "## ".to_owned(),
            Self::Bullet => "- ".to_owned(),
            Self::Number => format!("{number}. "),
            Self::Quote => "> ".to_owned(),
        }
    }

    /// The line as this sign is put before it: a heading or an item of a list is not another one,
    /// too. A quotation may hold anything.
    fn bare(self, line: &str) -> &str {
        let others = [Self::Heading, Self::Bullet, Self::Number];
        match self {
            Self::Quote => line,
            Self::Heading | Self::Bullet | Self::Number => {
                others.into_iter().find_map(|sign| sign.strip(line)).unwrap_or(line)
            }
        }
    }
}

/// How much of a line stands before its words: blanks, and the sign of a heading, an item or a
/// quotation.
fn prefix_length(line: &str) -> usize {
    let words = line.trim_start();
    let signs = [LineSign::Heading, LineSign::Bullet, LineSign::Number, LineSign::Quote];
    let bare = signs.into_iter().find_map(|sign| sign.strip(words)).unwrap_or(words);
    line.len() - bare.len()
}

fn mark_lines(text: &str, selected: Range<usize>, sign: LineSign) -> MarkedText {
    let start = text[..selected.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[selected.end..].find('\n').map_or(text.len(), |at| selected.end + at);
    let chosen = &text[start..end];
    if chosen.trim().is_empty() {
        let by = sign.before(1);
        let caret = by.len()..by.len();
        return MarkedText::new(start..end, by, caret);
    }
    let is_blank = |line: &str| line.trim().is_empty();
    let marked =
        chosen.split('\n').filter(|line| !is_blank(line)).all(|line| sign.strip(line).is_some());
    let mut number = 0;
    let lines = chosen.split('\n').map(|line| match sign.strip(line) {
        _ if is_blank(line) => line.to_owned(),
        Some(words) if marked => words.to_owned(),
        Some(_) | None => {
            number += 1;
            format!("{}{}", sign.before(number), sign.bare(line))
        }
    });
    let by = lines.collect::<Vec<_>>().join("\n");
    MarkedText::with_all_selected(start..end, by)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text after a change, with brackets of their own around what is selected. In `text` they
    /// say what is selected before it.
    fn marked(mark: Mark, text: &str) -> String {
        let start = text.find('⟦').unwrap_or_default();
        let text = text.replace('⟦', "");
        let end = text.find('⟧').unwrap_or(start);
        let mut text = text.replace('⟧', "");
        let MarkedText { replaced, by, selected } = mark.apply(&text, start..end);
        text.replace_range(replaced, &by);
        text.insert(selected.end, '⟧');
        text.insert(selected.start, '⟦');
        text
    }

    #[test]
    fn words_are_marked_and_the_same_mark_again_takes_it_away() {
        for (mark, before, after) in [
            (Mark::Bold, "A ⟦warm⟧ cup", "A **⟦warm⟧** cup"),
            (Mark::Bold, "A **⟦warm⟧** cup", "A ⟦warm⟧ cup"),
            (Mark::Bold, "A ⟦**warm**⟧ cup", "A ⟦warm⟧ cup"),
            (Mark::Bold, "A⟦ warm ⟧cup", "A **⟦warm⟧** cup"),
            (Mark::Bold, "A *⟦warm⟧* cup", "A ***⟦warm⟧*** cup"),
            (Mark::Italic, "A **⟦warm⟧** cup", "A ***⟦warm⟧*** cup"),
            (Mark::Italic, "A ***⟦warm⟧*** cup", "A **⟦warm⟧** cup"),
            (Mark::Italic, "Tea ⟦⟧", "Tea *⟦italic text⟧*"),
            (Mark::Code, "⟦شاي⟧", "`⟦شاي⟧`"),
            (Mark::Bold, "⟦- ice\n\n- lemon⟧", "⟦- **ice**\n\n- **lemon**⟧"),
            (Mark::Bold, "⟦- **ice**\n- **lemon**⟧", "⟦- ice\n- lemon⟧"),
        ] {
            assert_eq!(marked(mark, before), after, "{before}");
        }
    }

    #[test]
    fn lines_become_headings_lists_and_quotations_and_lines_again() {
        for (mark, before, after) in [
            (Mark::Heading, "One\nT⟦⟧wo", "One\n⟦## Two⟧"),
            (Mark::Heading, "## T⟦⟧wo", "⟦Two⟧"),
            (Mark::Bullets, "⟦ice\n\nlemon⟧", "⟦- ice\n\n- lemon⟧"),
            (Mark::Bullets, "⟦1. ice\n2. lemon⟧", "⟦- ice\n- lemon⟧"),
            (Mark::Numbers, "⟦- ice\n- lemon⟧\nsip", "⟦1. ice\n2. lemon⟧\nsip"),
            (Mark::Numbers, "⟦1. ice\n2. lemon⟧", "⟦ice\nlemon⟧"),
            (Mark::Quote, "⟦- ice⟧", "⟦> - ice⟧"),
            (Mark::Quote, "One\n⟦⟧", "One\n> ⟦⟧"),
        ] {
            assert_eq!(marked(mark, before), after, "{before}");
        }
    }

    #[test]
    fn a_link_asks_for_what_it_lacks() {
        for (before, after) in [
            ("the ⟦shop⟧", "the [shop](⟦https://⟧)"),
            ("⟦https://tea.example⟧", "[⟦link text⟧](https://tea.example)"),
            ("⟦⟧", "[link text](⟦https://⟧)"),
        ] {
            assert_eq!(marked(Mark::Link, before), after, "{before}");
        }
    }
}
