//! Texts as they are read: Markdown as it means, all else as it is.

use leptos::prelude::*;
use ui::markdown::{MarkdownText, ReadableText, Setting};

use crate::render::page::{count, render};

const TEXT: &str = "# One\n\nTwo *three* **four** `4 < 5` ~~five~~\n\n1. a\n2. b\n   - c\n\n> six\n\n\
                    ```\nseven\n```\n\na|b\n-|-\n1|2\n\n---\n\n[x](https://example.com) [y](javascript:z)";

/// What elements begin and end, and the words between them.
fn outline(html: &str) -> String {
    let mut found: Vec<&str> = vec![];
    for part in html.split('<').filter(|part| !part.starts_with('!')) {
        let (tag, words) = part.split_once('>').unwrap_or(("", part));
        let name = tag.split_whitespace().next().unwrap_or_default();
        found.extend([name, words.trim()].into_iter().filter(|part| !part.is_empty()));
    }
    found.join(" ")
}

#[test]
fn a_page_reads_markdown_as_elements() {
    let html = render("markdown", "/", || {
        view! { <MarkdownText text=TEXT.to_owned() setting=Setting::Below(1) /> }
    });

    let begin = html.find("class=\"markdown\"").unwrap_or_default();
    let inner = &html[begin..];
    let inner = &inner[inner.find('>').unwrap_or_default() + 1..];
    let inner = &inner[..inner.find("</div>").unwrap_or(inner.len())];
    let bare = inner.replace("<!>", "").replace("<!---->", "");
    assert_eq!(
        outline(&bare),
        "h2 One /h2 p Two em three /em strong four /strong code 4 &lt; 5 /code del five /del /p \
         ol li a /li li b ul li c /li /ul /li /ol blockquote p six /p /blockquote \
         pre code seven /code /pre table thead tr th a /th th b /th /tr /thead \
         tbody tr td 1 /td td 2 /td /tr /tbody /table hr p a x /a y /p"
    );
    assert!(inner.contains("rel=\"external noopener noreferrer nofollow\""), "{inner}");
    assert_eq!(count(inner, "href="), 1, "{inner}");
}

#[test]
fn a_page_reads_scripts_sides_bare_addresses_and_footnotes() {
    let text =
        "m<sup>2</sup><br>CO<sub>2</sub> https://tea.example\n\na|b\n-|-:\n1|2[^n]\n\n[^n]: Ice";

    let html = render("content_scripts", "/", || {
        view! { <MarkdownText text=text.to_owned() setting=Setting::Below(1) /> }
    });
    let plain = render("content_address", "/", || {
        let text = "See https://tea.example.".to_owned();
        view! { <ReadableText text=text class="words" below=2 /> }
    });

    for part in ["sup 2 /sup br CO sub 2 /sub", "td 2 sup 1 /sup /td", "p sup 1 /sup Ice /p"] {
        let bare = html.replace("<!>", "").replace("<!---->", "");
        assert!(outline(&bare).contains(part), "{part}: {html}");
    }
    assert!(html.contains("<td align=\"right\">"), "{html}");
    assert_eq!(count(&html, "href=\"https://tea.example\""), 1, "{html}");
    assert_eq!(count(&plain, "href=\"https://tea.example\""), 1, "{plain}");
    assert!(!plain.contains("Preview"), "{plain}");
}

#[test]
fn a_text_without_markdown_is_shown_as_it_is_and_html_never_runs() {
    let shown = |name: &str, text: &str| {
        let text = text.to_owned();
        render(name, "/", move || view! { <ReadableText text=text class="words" below=2 /> })
    };

    let plain = shown("content_plain", "Mornings\nthat <b>taste</b>");
    let formatted = shown("content_markdown", "# So\n\n<img src=x onerror=alert(1)>");

    assert!(plain.contains("Mornings\nthat &lt;b&gt;taste&lt;/b&gt;"), "{plain}");
    assert!(!plain.contains("Preview"), "{plain}");
    assert!(formatted.contains("<h3>") && formatted.contains("Preview"), "{formatted}");
    assert!(!formatted.contains("<img"), "{formatted}");
}

#[test]
fn a_result_that_is_json_is_a_tree_and_its_addresses_are_links() {
    let text = r#"{"title": "Tea", "url": "https://git.example/42", "labels": []}"#.to_owned();

    let html = render("content_json", "/", || {
        view! { <ReadableText text=text class="words" below=2 /> }
    });

    assert_eq!(count(&html, "class=\"json__name\""), 3, "{html}");
    assert!(html.contains("href=\"https://git.example/42\""), "{html}");
}

#[test]
fn a_list_has_the_direction_of_its_first_letters() {
    let text = "1. \u{648}\u{627}\u{62d}\u{62f}\n\n- Tea".to_owned();

    let html = render("content_lists", "/", || {
        view! { <MarkdownText text=text setting=Setting::Below(1) /> }
    });

    assert!(html.contains("<ol dir=\"auto\"") && html.contains("<ul dir=\"auto\""), "{html}");
}
