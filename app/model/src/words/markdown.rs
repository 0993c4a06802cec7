//! The Markdown of notes on the canvas: headings, lists, paragraphs, and words in them that are
//! bold, slanted, code or a link. Everything else, HTML first of all, is text.

/// One part of a note, under the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A line that stands out.
    Heading(Vec<Span>),
    /// Lines that belong together.
    Paragraph(Vec<Span>),
    /// An item of a list, with what stands before it.
    Item(String, Vec<Span>),
}

/// Words of one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// As they are.
    Plain(String),
    /// Bold.
    Strong(String),
    /// Slanted.
    Emphasis(String),
    /// As code.
    Code(String),
    /// That lead to an address.
    Link(String, String),
}

/// The parts of a note.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = vec![];
    let mut lines: Vec<&str> = vec![];
    let end = |lines: &mut Vec<&str>, blocks: &mut Vec<Block>| {
        if !lines.is_empty() {
            blocks.push(Block::Paragraph(spans(&lines.join("\n"))));
            lines.clear();
        }
    };
    for line in text.lines().map(str::trim) {
        let block = heading(line).or_else(|| item(line));
        if block.is_some() || line.is_empty() {
            end(&mut lines, &mut blocks);
        } else {
            lines.push(line);
        }
        blocks.extend(block);
    }
    end(&mut lines, &mut blocks);
    blocks
}

/// `# Words`, up to six of them.
fn heading(line: &str) -> Option<Block> {
    let words = line.trim_start_matches('#');
    let marks = line.len() - words.len();
    let is_heading = (1..=6).contains(&marks) && words.starts_with(' ');
    is_heading.then(|| Block::Heading(spans(words.trim())))
}

/// `- words`, `* words` or `2. words`.
fn item(line: &str) -> Option<Block> {
    let (mark, words) = line.split_once(' ')?;
    let number = mark.strip_suffix('.').filter(|number| {
        !number.is_empty() && number.len() < 4 && number.chars().all(|c| c.is_ascii_digit())
    });
    let shown = match mark {
        "-" | "*" => "•".to_owned(),
        _ => format!("{}.", number?),
    };
    Some(Block::Item(shown, spans(words.trim())))
}

/// What stands around words, and what they are then.
type Mark = (&'static str, fn(String) -> Span);

/// The marks, the longer ones first.
const MARKS: [Mark; 5] = [
    ("**", Span::Strong),
    ("__", Span::Strong),
    ("`", Span::Code),
    ("*", Span::Emphasis),
    ("_", Span::Emphasis),
];

fn spans(text: &str) -> Vec<Span> {
    let mut spans = vec![];
    let (mut rest, mut plain) = (text, String::new());
    while let Some(letter) = rest.chars().next() {
        // A mark in the middle of a word is a letter of it, as in `snake_case`.
        let begins = plain.chars().last().is_none_or(|before| !before.is_alphanumeric());
        let found = if begins { marked(rest).or_else(|| link(rest)) } else { None };
        let taken = match found {
            Some((span, taken)) => {
                if !plain.is_empty() {
                    spans.push(Span::Plain(std::mem::take(&mut plain)));
                }
                spans.push(span);
                taken
            }
            None => {
                plain.push(letter);
                letter.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    if !plain.is_empty() {
        spans.push(Span::Plain(plain));
    }
    spans
}

/// Words between marks at the beginning of a text, and how long that is.
fn marked(text: &str) -> Option<(Span, usize)> {
    MARKS.iter().find_map(|(mark, span)| {
        let inner = text.strip_prefix(mark)?;
        let words = inner.get(..inner.find(mark)?)?;
        let holds = !words.is_empty() && words.trim() == words && !words.contains('\n');
        holds.then(|| (span(words.to_owned()), words.len() + 2 * mark.len()))
    })
}

/// `[words](https://…)` at the beginning of a text, and how long that is.
fn link(text: &str) -> Option<(Span, usize)> {
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (address, _) = rest.split_once(')')?;
    let safe = ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme));
    let holds = safe && !words.is_empty() && !words.contains('\n') && !address.contains('\n');
    let taken = words.len() + address.len() + "[](".len() + 1;
    holds.then(|| (Span::Link(words.to_owned(), address.to_owned()), taken))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> Span {
        Span::Plain(text.to_owned())
    }

    #[test]
    fn a_note_has_headings_lists_and_paragraphs() {
        let note = "# Ask Ada\n\nFirst line\nsecond line\n- one\n2. two\n#no heading\n-1 degree";

        let paragraph = |text: &str| Block::Paragraph(vec![plain(text)]);
        let expected = [
            Block::Heading(vec![plain("Ask Ada")]),
            paragraph("First line\nsecond line"),
            Block::Item("•".to_owned(), vec![plain("one")]),
            Block::Item("2.".to_owned(), vec![plain("two")]),
            paragraph("#no heading\n-1 degree"),
        ];
        assert_eq!(blocks(note), expected);
    }

    #[test]
    fn words_are_bold_slanted_code_or_a_link() {
        let strong = Span::Strong("must".to_owned());
        let emphasis = Span::Emphasis("soon".to_owned());
        let code = Span::Code("a_b".to_owned());
        let link = Span::Link("the brief".to_owned(), "https://example.com/a".to_owned());

        let found =
            spans("It **must** go _soon_, see `a_b` or [the brief](https://example.com/a)!");

        let between = [plain("It "), plain(" go "), plain(", see "), plain(" or "), plain("!")];
        let [a, b, c, d, e] = between;
        assert_eq!(found, [a, strong, b, emphasis, c, code, d, link, e]);
    }

    #[test]
    fn html_strange_addresses_and_lone_marks_are_text() {
        let hostile = [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "snake_case_name",
            "2 * 3 * 4",
            "a ** b",
            "[open](https://x",
        ];
        for text in hostile {
            assert_eq!(spans(text), [plain(text)], "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_lost_and_none_is_too_odd(text in "[#*_`\\[\\]()<a-c1-2. \n:/\u{e9}-]{0,60}") {
            let shown: String = blocks(&text).into_iter().flat_map(|block| match block {
                Block::Heading(spans) | Block::Paragraph(spans) | Block::Item(_, spans) => spans,
            }).map(|span| match span {
                Span::Plain(text) | Span::Strong(text) | Span::Emphasis(text)
                | Span::Code(text) | Span::Link(text, _) => text,
            }).collect();
            let letters = |text: &str| text.chars().filter(|c| *c == '\u{e9}').count();
            prop_assert_eq!(letters(&shown), letters(&text));
        }
    }
}
