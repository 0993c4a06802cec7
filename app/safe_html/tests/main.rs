//! What a model writes is shown as text, never run.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use html5ever::{
    tendril::StrTendril,
    tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer},
};
use proptest::prelude::*;
use safe_html::{ELEMENTS, render_docs, render_markdown};

const OWN: &str = "/api/v1/images/0198c8a2-1111-7000-8000-000000000001/content";

/// What is known to have got through some sanitiser once, or is close to it.
const VECTORS: &str = include_str!("html_vectors.txt");

#[derive(Default)]
struct Tags(RefCell<Vec<Tag>>);

impl TokenSink for Tags {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => self.0.borrow_mut().push(tag),
            Token::CommentToken(_) | Token::DoctypeToken(_) => panic!("only tags and text"),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// The start tags as a browser's tokenizer reads them.
fn tags(html: &str) -> Vec<Tag> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Tags::default(), Default::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.take()
}

/// What of the HTML could do more than be read.
fn danger(html: &str) -> Option<String> {
    for tag in tags(html) {
        if !ELEMENTS.contains(&&*tag.name) {
            return Some(format!("<{}>", tag.name));
        }
        for attribute in &tag.attrs {
            let (name, value) = (&*attribute.name.local, &*attribute.value);
            let sound = match (&*tag.name, name) {
                ("a", "href") => {
                    ["http://", "https://", "mailto:"].iter().any(|s| starts(value, s))
                }
                ("a", "rel") => value == "noopener noreferrer nofollow",
                ("img", "src") => value.starts_with("/api/v1/images/"),
                ("a", "title") | ("img", "alt" | "title") | ("ol", "start") => true,
                ("ol" | "ul", "dir") => value == "auto",
                ("td" | "th", "align") => ["left", "center", "right"].contains(&value),
                _ => false,
            };
            if !sound {
                return Some(format!("<{} {name}={value:?}>", tag.name));
            }
        }
    }
    None
}

fn starts(value: &str, scheme: &str) -> bool {
    value.trim_start().to_ascii_lowercase().starts_with(scheme)
}

#[test]
fn rel_s8_no_known_attack_leaves_anything_but_text() {
    let vectors: Vec<&str> = VECTORS.lines().filter(|line| !line.is_empty()).collect();

    assert!(vectors.len() >= 100, "{}", vectors.len());
    for vector in vectors {
        let vector = vector.replace("\\n", "\n");
        for text in [vector.clone(), format!("> - {vector}"), format!("a|b\n-|-\n{vector}|c")] {
            let html = render_markdown(&text);
            assert_eq!(danger(&html), None, "{text}\ngave\n{html}");
        }
    }
}

/// Signs that something looks for their end, or for their beginning, in all that is around them.
const REPEATED: [&str; 31] = [
    ">",
    "> ",
    "- ",
    "1. ",
    "&",
    "°",
    "<b>",
    "<b a ",
    "<div>\n",
    "<div>\n\n",
    "<a href=\"&",
    "[",
    "[](",
    "![a](",
    "[a](http://b.c/&",
    "*a **b ",
    "_*",
    "~~a",
    "`",
    "``a`",
    "|",
    "a|b\n-|-\n",
    "> - ",
    "# a\n",
    "<!--",
    "<sup>",
    "a<sup>b</sup>",
    "https://a",
    "https://a.b/) ",
    "[^1]: a[^1]\n\n",
    "\\",
];

#[test]
fn rel_s15_no_text_costs_more_than_its_length() {
    for unit in REPEATED {
        let text = unit.repeat(100_000 / unit.len());
        let begun = Instant::now();

        let html = render_markdown(&text);

        // Ten times what the slowest takes in a build that is not optimised; compared with each other
        // they take a minute.
        assert!(begun.elapsed() < Duration::from_secs(8), "{unit:?}: {:?}", begun.elapsed());
        assert_eq!(danger(&html), None, "{unit:?}");
    }
}

#[test]
fn what_lies_very_deep_is_shown_less_deep() {
    let html = render_markdown(&format!("{}core", "> ".repeat(60_000)));

    assert!(html.matches("<blockquote>").count() <= 50 && html.contains("<p>core</p>"), "{html}");
    let deep = render_markdown(&format!("{}core", "- ".repeat(5_000)));
    assert_eq!(deep.matches("<li>").count(), deep.matches("<ul ").count());
    assert!(deep.contains("core"));
}

#[test]
fn a_long_text_is_whole_and_only_its_first_raw_html_is_read_for_its_words() {
    let long = "é & <x ".repeat(1_000);
    let html = render_markdown(&format!("`{long}`"));
    assert_eq!(
        html,
        format!("<p><code>{}</code></p>\n", long.replace('&', "&amp;").replace('<', "&lt;"))
    );

    let raw = format!("<div>{}</div>", "word ".repeat(2_000));
    assert!(render_markdown(&raw).starts_with("<p>&lt;div&gt;word word"));
}

#[test]
fn rel_s8_links_say_nothing_of_where_they_were_found() {
    let html = render_markdown("[a](https://example.com) <mailto:a@example.com> [b](/inside)");

    assert_eq!(html.matches("rel=\"noopener noreferrer nofollow\"").count(), 3, "{html}");
    assert!(html.contains("href=\"https://example.com\""), "{html}");
    assert!(!html.contains("/inside"), "{html}");
}

#[test]
fn rel_s8_only_pictures_of_the_library_are_shown() {
    let html = render_markdown(&format!(
        "![ours]({OWN}) ![theirs](https://example.com/a.png) ![up](/api/v1/images/../me/content)"
    ));

    assert_eq!(html, format!("<p><img src=\"{OWN}\" alt=\"ours\"> theirs up</p>\n"));
}

#[test]
fn markdown_reads_as_it_was_meant_one_heading_lower() {
    let html = render_markdown("# One\n\nTwo *three* `4 < 5`\n\n- a\n- b\n\na|b\n-|-\n1|2\n");

    assert!(html.starts_with("<h2>One</h2>\n<p>Two <em>three</em> <code>4 &lt; 5</code></p>"));
    assert!(html.contains("<ul dir=\"auto\">\n<li>a</li>\n<li>b</li>\n</ul>"), "{html}");
    assert!(html.contains("<td>1</td>"), "{html}");
}

#[test]
fn scripts_sides_bare_addresses_and_footnotes_are_shown() {
    let html = render_markdown(
        "m<sup>2</sup><br>CO<SUB>2</SUB> https://tea.example/a.\n\nCold[^1]\n\n\
         a|b|c\n:-|:-:|-:\n1|2|3\n\n[^1]: At *4* °C",
    );

    for part in [
        "<p>m<sup>2</sup><br>\nCO<sub>2</sub> <a href=\"https://tea.example/a\" ",
        ">https://tea.example/a</a>.</p>",
        "<p>Cold<sup>1</sup></p>",
        "<th align=\"left\">a</th><th align=\"center\">b</th><th align=\"right\">c</th>",
        "<td align=\"right\">3</td>",
        "</table>\n<p><sup>1</sup> At <em>4</em> °C</p>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn lines_end_where_their_writer_ended_them_and_not_so_in_the_documentation() {
    let text = "Warmly,\nRosa  \nand Ada";

    assert_eq!(render_markdown(text), "<p>Warmly,<br>\nRosa<br>\nand Ada</p>\n");
    assert_eq!(render_docs(text, |_| None).html, "<p>Warmly,\nRosa<br>\nand Ada</p>\n");
}

#[test]
fn what_is_to_be_done_and_what_is_done_is_told_apart() {
    let html = render_markdown("- [x] Bake\n- [ ] Eat\n");

    assert_eq!(html, "<ul dir=\"auto\">\n<li>☑ Bake</li>\n<li>☐ Eat</li>\n</ul>\n");
}

#[test]
fn the_words_of_raw_html_stay_and_its_elements_go() {
    let html = render_markdown(
        "Before\n\n<div class=\"a\">Words <b>in</b> a &lt;div&gt;</div>\n\n<script>\nalert(1)\n</script>\n\n<hr>\n\nAfter <i>all</i>",
    );

    assert_eq!(html, "<p>Before</p>\n<p>Words in a &lt;div&gt;</p>\n<p>After all</p>\n");
}

proptest! {
    #[test]
    fn rel_s8_no_mixture_of_attacks_leaves_anything_but_text(
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, 0_usize..40), 1..5),
    ) {
        let vectors: Vec<&str> = VECTORS.lines().filter(|line| !line.is_empty()).collect();
        let piece = |(pick, from, length): &(prop::sample::Index, usize, usize)| {
            pick.get(&vectors).chars().skip(*from).take(length + 8).collect::<String>()
        };
        let text: String = picks.iter().map(piece).collect::<String>().replace("\\n", "\n");

        prop_assert_eq!(danger(&render_markdown(&text)), None, "{}", text);
    }
}

#[test]
fn plain_text_has_the_words_and_not_the_marks() {
    let text = "# Good *water*\n\nIt is **7:40**,\nthe [train](https://a.example) is `late`.\n\n- one\n- two\n\n<b>x</b> ![a cup](x.png)";

    let plain = model::text::markdown::plain_text(text);

    assert_eq!(plain, "Good water It is 7:40, the train is late. one two x a cup");
}

#[test]
fn pages_of_the_documentation_have_named_headings_and_lead_to_each_other() {
    let text = "## A `step`, and more\n\n[next](steps.md#retry) [up](#a-step-and-more) \
                [no](/workspace/1) [out](https://example.com)\n\n### Retry\n\n## A step, and more\n";
    let address =
        |link: &str| link.strip_prefix("steps.md").map(|rest| format!("/docs/steps{rest}"));

    let page = render_docs(text, address);

    let headings: Vec<(&str, &str)> =
        page.headings.iter().map(|heading| (heading.id.as_str(), heading.words.as_str())).collect();
    assert_eq!(
        headings,
        [("a-step-and-more", "A step, and more"), ("a-step-and-more-1", "A step, and more")]
    );
    for there in [
        "<h2 id=\"a-step-and-more\">",
        "<h3 id=\"retry\">",
        "href=\"/docs/steps#retry\"",
        "href=\"#a-step-and-more\"",
        "href=\"https://example.com\"",
    ] {
        assert!(page.html.contains(there), "{there}: {}", page.html);
    }
    assert!(!page.html.contains("/workspace/1"), "{}", page.html);
}

#[test]
fn rel_s8_no_known_attack_leaves_more_in_a_page_of_the_documentation() {
    // Headings have an id here.
    for vector in VECTORS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let html = render_docs(&vector.replace("\\n", "\n"), |_| None).html;
        assert_eq!(danger(&html), None, "{vector}\ngave\n{html}");
    }
}
