//! From Markdown that a model or a stranger wrote to HTML that a page may show: the only way.
//!
//! Two locks, each enough alone: of raw HTML only its words leave the parser, and what the parser
//! wrote passes an allow-list.
//!
//! Texts that arrive while they are looked at (outputs, reviews, notes, comparisons) become
//! elements in the browser instead (`ui::markdown`). Both ask `model::text::markdown` which links
//! and images there may be.

use std::{borrow::Cow, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use model::text::markdown::{OPTIONS, is_outside, is_own_image};
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd, html::push_html};

/// Every element that may be in the result.
pub const ELEMENTS: [&str; 25] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::empty();
    cleaner
        .tags(ELEMENTS.into_iter().collect())
        .clean_content_tags(["script", "style"].into_iter().collect())
        .add_tag_attributes("a", ["href", "title"])
        .add_tag_attributes("img", ["src", "alt", "title"])
        .add_tag_attributes("ol", ["start"])
        .url_schemes(["http", "https", "mailto"].into_iter().collect())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("img", "src") => is_own_image(value).then_some(Cow::Borrowed(value)),
            ("a", "href") => is_outside(value).then_some(Cow::Borrowed(value)),
            _ => Some(Cow::Borrowed(value)),
        });
    cleaner
});

/// Leaves the words of raw HTML, escaped, and none of its elements.
static WORDS: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut words = Builder::empty();
    words.clean_content_tags(["script", "style"].into_iter().collect());
    words
});

/// Markdown as HTML without scripts, styles, forms, frames or foreign images; headings begin one
/// level lower, below the page's own. Any text gives a result.
pub fn render_markdown(text: &str) -> String {
    let mut open = Open::default();
    let events = Parser::new_ext(text, OPTIONS).filter_map(|event| open.keep(event));
    let mut html = String::with_capacity(text.len() * 3 / 2);
    push_html(&mut html, events);
    CLEANER.clean(&html).to_string()
}

/// Elements whose end has not come yet.
#[derive(Default)]
struct Open {
    /// For each open image, whether it stays; of the others only the alternative text does.
    shown: Vec<bool>,
    /// The raw HTML block so far.
    raw: String,
}

impl Open {
    fn keep<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock) => None,
            Event::Html(raw) => {
                self.raw.push_str(&raw);
                None
            }
            Event::End(TagEnd::HtmlBlock) => {
                let words = WORDS.clean(&std::mem::take(&mut self.raw)).to_string();
                let words = words.trim();
                (!words.is_empty()).then(|| Event::Html(format!("<p>{words}</p>\n").into()))
            }
            Event::TaskListMarker(done) => Some(Event::Text(if done { "☑ " } else { "☐ " }.into())),
            Event::Start(Tag::Image { ref dest_url, .. }) => {
                let own = is_own_image(dest_url);
                self.shown.push(own);
                own.then_some(event)
            }
            Event::End(TagEnd::Image) => self.shown.pop().unwrap_or_default().then_some(event),
            Event::Start(Tag::Heading { level, .. }) => {
                let level = lower(level);
                let (id, classes, attrs) = (None, vec![], vec![]);
                Some(Event::Start(Tag::Heading { level, id, classes, attrs }))
            }
            Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level)))),
            other => Some(other),
        }
    }
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}
