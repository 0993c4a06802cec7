//! From Markdown that a model or a stranger wrote to HTML that a page may show: the only way.
//!
//! Two locks, each enough alone: raw HTML never leaves the parser, and what the parser wrote
//! passes an allow-list.

use std::{borrow::Cow, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

/// Where the pictures of the library are served.
const IMAGES: &str = "/api/v1/images/";

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

/// Markdown as HTML without scripts, styles, forms, frames or foreign pictures; headings begin one
/// level lower, below the page's own. Any text gives a result.
pub fn render_markdown(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut shown = vec![];
    let events = Parser::new_ext(text, options).filter_map(|event| keep(event, &mut shown));
    let mut html = String::with_capacity(text.len() * 3 / 2);
    push_html(&mut html, events);
    CLEANER.clean(&html).to_string()
}

/// What Markdown says, in one line and without its marks; code is left as it is.
pub fn plain_text(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut words = String::with_capacity(text.len());
    for event in Parser::new_ext(text, options) {
        match event {
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

/// `shown` says of every open picture whether it stays; of others only the description does.
fn keep<'a>(event: Event<'a>, shown: &mut Vec<bool>) -> Option<Event<'a>> {
    match event {
        Event::Html(_) | Event::InlineHtml(_) => None,
        Event::Start(Tag::Image { ref dest_url, .. }) => {
            let own = is_own_image(dest_url);
            shown.push(own);
            own.then_some(event)
        }
        Event::End(TagEnd::Image) => shown.pop().unwrap_or_default().then_some(event),
        Event::Start(Tag::Heading { level, .. }) => {
            let level = lower(level);
            let (id, classes, attrs) = (None, vec![], vec![]);
            Some(Event::Start(Tag::Heading { level, id, classes, attrs }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level)))),
        other => Some(other),
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

/// `/api/v1/images/ID/content` or `…/thumbnail`: a picture of the library, whose own route decides
/// who may see it.
fn is_own_image(url: &str) -> bool {
    let Some((id, rest)) = url.strip_prefix(IMAGES).and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let file = rest.split_once('?').map_or(rest, |(file, _)| file);
    uuid::Uuid::try_parse(id).is_ok() && matches!(file, "content" | "thumbnail")
}

fn is_outside(url: &str) -> bool {
    let url = url.trim_start().to_ascii_lowercase();
    ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme))
}
