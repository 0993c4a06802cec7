//! The events of a Markdown text as every form of it is made from them: the parser's, with the few
//! tags of HTML that are read, bare addresses as links, and footnotes as numbered words at the end.

use std::{collections::BTreeMap, ops::Range};

use pulldown_cmark::{CowStr, Event, LinkType, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::{
    OPTIONS,
    links::{COLON, split_links},
};

/// An event with the range of bytes of the text that it comes from.
type PlacedEvent<'a> = (Event<'a>, Range<usize>);

/// The tags of HTML that are read in pairs: how they begin and end, and what they mean.
static SCRIPTS: [(&str, &str, Tag<'static>); 2] =
    [("<sup>", "</sup>", Tag::Superscript), ("<sub>", "</sub>", Tag::Subscript)];

/// The events of a text, each with the range of bytes that it comes from.
pub fn events(text: &str) -> Vec<(Event<'_>, Range<usize>)> {
    let parsed = Parser::new_ext(text, OPTIONS).into_offset_iter();
    let mut events = TextMergeWithOffset::new(parsed).collect::<Vec<_>>();
    read_tags(&mut events);
    move_notes(link_addresses(events))
}

/// Whether the tag is `<br>`, which models write into the cells of tables.
pub(super) fn is_line_break(tag: &str) -> bool {
    ["<br>", "<br/>", "<br />"].iter().any(|known| tag.eq_ignore_ascii_case(known))
}

/// Whether the tag of HTML is one that is read.
pub(super) fn is_read(tag: &str) -> bool {
    is_line_break(tag) || SCRIPTS.iter().any(|(begin, ..)| tag.eq_ignore_ascii_case(begin))
}

/// Reads line breaks, and raised and lowered words whose end stands within the same element.
fn read_tags(events: &mut [PlacedEvent<'_>]) {
    // What is open: elements, and tags by where they begin.
    let mut open: Vec<Option<usize>> = vec![];
    for at in 0..events.len() {
        match &events[at].0 {
            Event::Start(_) => open.push(None),
            // A tag without an end stays as it was written.
            Event::End(_) => while let Some(Some(_)) = open.pop() {},
            Event::InlineHtml(tag) if is_line_break(tag) => events[at].0 = Event::HardBreak,
            Event::InlineHtml(tag) if is_read(tag) => open.push(Some(at)),
            Event::InlineHtml(end) => {
                let Some(Some(begin)) = open.last().copied() else { continue };
                let Event::InlineHtml(tag) = &events[begin].0 else { continue };
                let script = SCRIPTS.iter().find(|(begin, known, _)| {
                    tag.eq_ignore_ascii_case(begin) && end.eq_ignore_ascii_case(known)
                });
                if let Some((.., script)) = script {
                    events[at].0 = Event::End(script.to_end());
                    events[begin].0 = Event::Start(script.clone());
                    open.pop();
                }
            }
            _ => {}
        }
    }
}

/// Makes bare addresses links, outside of code and of what has an address. The end of a line adds
/// nothing to a `<br>` before it.
fn link_addresses(events: Vec<PlacedEvent<'_>>) -> Vec<PlacedEvent<'_>> {
    let is_apart = |end: TagEnd| matches!(end, TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image);
    let (mut linked, mut apart) = (Vec::with_capacity(events.len()), 0_usize);
    for (event, range) in events {
        match event {
            Event::SoftBreak if matches!(linked.last(), Some((Event::HardBreak, _))) => {}
            Event::Text(text) if apart == 0 && text.contains(COLON) => {
                let mut add = |event| linked.push((event, range.clone()));
                for (part, is_link) in split_links(&text) {
                    let part = CowStr::from(part.to_owned());
                    if !is_link {
                        add(Event::Text(part));
                        continue;
                    }
                    add(Event::Start(Tag::Link {
                        link_type: LinkType::Autolink,
                        dest_url: part.clone(),
                        title: "".into(),
                        id: "".into(),
                    }));
                    add(Event::Text(part));
                    add(Event::End(TagEnd::Link));
                }
            }
            other => {
                match &other {
                    Event::Start(tag) => apart += usize::from(is_apart(tag.to_end())),
                    Event::End(end) => apart -= usize::from(is_apart(*end)),
                    _ => {}
                }
                linked.push((other, range));
            }
        }
    }
    linked
}

/// Footnotes as numbered paragraphs behind the text, in the order in which it refers to them.
fn move_notes(events: Vec<PlacedEvent<'_>>) -> Vec<PlacedEvent<'_>> {
    let mut numbers = BTreeMap::<String, usize>::new();
    let mut number = |label: &str| {
        let next = numbers.len() + 1;
        *numbers.entry(label.to_lowercase()).or_insert(next)
    };
    for (event, _) in &events {
        if let Event::FootnoteReference(label) = event {
            number(label);
        }
    }
    let (mut body, mut open) = (Vec::with_capacity(events.len()), vec![]);
    let mut notes = BTreeMap::<usize, Vec<PlacedEvent<'_>>>::new();
    for (event, range) in events {
        let part = match open.last() {
            Some(note) => notes.entry(*note).or_default(),
            None => &mut body,
        };
        match event {
            Event::FootnoteReference(label) => part.extend(raised(number(&label), &range)),
            Event::Start(Tag::FootnoteDefinition(label)) => open.push(number(&label)),
            Event::End(TagEnd::FootnoteDefinition) => _ = open.pop(),
            other => part.push((other, range)),
        }
    }
    for (number, mut note) in notes {
        let Some((first, range)) = note.first() else { continue };
        let begins_with_words = matches!(first, Event::Start(Tag::Paragraph));
        let range = range.clone();
        let [begin, end] = if begins_with_words {
            [note.remove(0), (Event::Text(" ".into()), range.clone())]
        } else {
            [Event::Start(Tag::Paragraph), Event::End(TagEnd::Paragraph)]
                .map(|event| (event, range.clone()))
        };
        body.push(begin);
        body.extend(raised(number, &range));
        body.push(end);
        body.extend(note);
    }
    body
}

/// The number of a footnote.
fn raised<'a>(number: usize, range: &Range<usize>) -> [PlacedEvent<'a>; 3] {
    let number = Event::Text(number.to_string().into());
    [Event::Start(Tag::Superscript), number, Event::End(TagEnd::Superscript)]
        .map(|event| (event, range.clone()))
}

#[cfg(test)]
mod tests {
    use super::super::{Block, Span, blocks, plain_lines};

    /// The words of a text's paragraphs, with what is raised, lowered or a link in brackets.
    fn read(text: &str) -> String {
        fn write(spans: &[Span]) -> String {
            let part = |span: &Span| match span {
                Span::Plain(text) => text.clone(),
                Span::Superscript(inner) => format!("^[{}]", write(inner)),
                Span::Subscript(inner) => format!("_[{}]", write(inner)),
                Span::Link(to, inner) if write(inner) == *to => format!("<{to}>"),
                Span::Link(to, inner) => format!("({})[{to}]", write(inner)),
                Span::Strong(inner) => format!("*{}*", write(inner)),
                Span::Break => "|".to_owned(),
                other => format!("{other:?}"),
            };
            spans.iter().map(part).collect()
        }
        let paragraph = |block: &Block| match block {
            Block::Paragraph(spans) | Block::Words(spans) => write(spans),
            other => format!("{other:?}"),
        };
        blocks(text).iter().map(paragraph).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn of_html_only_plain_tags_with_their_ends_are_read() {
        for (text, found) in [
            ("CO<sub>2</sub>, 5 m<SUP>2</SUP>", "CO_[2], 5 m^[2]"),
            ("a<br>b<br/>c<BR />\nd", "a|b|c|d"),
            ("x<sup>*a<sub>b</sub>**c**</sup>", "x^[*a_[b]*c*]"),
            ("x<sup>a", "x<sup>a"),
            ("**x<sup>a** b</sup>", "*x<sup>a* b</sup>"),
            ("x<sup>a</sub>", "x<sup>a</sub>"),
            ("x<sup class=y>a</sup>", "x<sup class=y>a</sup>"),
            ("<br>\n\nSo", "So"),
        ] {
            assert_eq!(read(text), found, "{text}");
        }
    }

    #[test]
    fn a_bare_address_is_a_link_without_what_ends_the_sentence() {
        for (text, found) in [
            ("See https://tea.example/a_b_c?d=1&e=2.", "See <https://tea.example/a_b_c?d=1&e=2>."),
            ("(HTTP://tea.example/x_(y))", "(<HTTP://tea.example/x_(y)>)"),
            ("茶：https://tea.example/杯。", "茶：<https://tea.example/杯>。"),
            ("**https://tea.example**", "*<https://tea.example>*"),
            ("[https://a.example](https://b.example)", "(https://a.example)[https://b.example]"),
            (
                "xhttps://a.example ftp://b https:// https://.",
                "xhttps://a.example ftp://b https:// https://.",
            ),
            ("javascript:alert(1)//http://a.example", "javascript:alert(1)//<http://a.example>"),
            ("`https://a.example`", "Code(\"https://a.example\")"),
            ("```\nhttps://a.example\n```", "Code(\"https://a.example\")"),
        ] {
            assert_eq!(read(text), found, "{text}");
        }
    }

    #[test]
    fn footnotes_stand_at_the_end_in_the_order_of_the_text() {
        let text = "[^b]: Second\n\nOne[^A] two[^b], one[^a] [^none]\n\n[^a]: First\n\n    more\n\n[^c]: - unused";

        assert_eq!(
            plain_lines(text),
            "One¹ two², one¹ [^none]\n¹ First\nmore\n² Second\n³\n• unused"
        );
        assert_eq!(read("a[^1]\n\n[^1]: b"), "a^[1]\n^[1] b");
    }
}
