//! From Markdown that a model or a stranger wrote to HTML that a page may show: the only way.
//!
//! Two locks, each enough alone: of raw HTML only its words leave the parser (and what `<br>`, `<sup>`
//! and `<sub>` mean), and what the parser wrote passes an allow-list.
//!
//! Texts that arrive while they are looked at (outputs, reviews, notes, comparisons) become
//! elements in the browser instead (`ui::markdown`). Both ask `model::text::markdown` which links
//! and images there may be.
//!
//! The product's own documentation goes the same way ([`render_docs`]); only its headings have
//! names, and its links may lead to its other pages.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use model::text::{
    markdown::{events, is_outside, is_own_image},
    markup::escaped,
};
use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd, html::push_html};

/// Every element that may be in the result.
pub const ELEMENTS: [&str; 27] = [
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
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// How many elements may lie in each other; deeper ones leave their words. A parser of HTML looks
/// through all that are open at each one that begins.
const DEPTH: usize = 50;

/// How many bytes of raw HTML are read for its words; what goes beyond that is shown as written.
const MOST_RAW: usize = 8 << 10;

/// The longest value of an attribute, in bytes.
const MOST_VALUE: usize = 2 << 10;

/// After so many bytes a text is cut for the cleaner, which searches the rest of a text at each sign
/// that it escapes.
const PIECE: usize = 512;

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| cleaner(is_outside));

/// As [`CLEANER`], for the product's own documentation.
static DOCS_CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = cleaner(|address| is_outside(address) || is_docs(address));
    for heading in ["h2", "h3", "h4"] {
        cleaner.add_tag_attributes(heading, ["id"]);
    }
    cleaner
});

/// Whether a link leads to a page of the documentation, or to a heading of the same page.
fn is_docs(address: &str) -> bool {
    address.starts_with('#') || address == "/docs" || address.starts_with("/docs/")
}

/// The allow-list; `may_lead_to` says where links may lead.
fn cleaner(may_lead_to: fn(&str) -> bool) -> Builder<'static> {
    let mut cleaner = Builder::empty();
    cleaner
        .tags(ELEMENTS.into_iter().collect())
        .clean_content_tags(["script", "style"].into_iter().collect())
        .add_tag_attributes("a", ["href", "title"])
        .add_tag_attributes("img", ["src", "alt", "title"])
        .add_tag_attributes("ol", ["start"])
        .add_tag_attributes("td", ["align"])
        .add_tag_attributes("th", ["align"])
        // The marks stand where the first letters of the list begin.
        .set_tag_attribute_value("ul", "dir", "auto")
        .set_tag_attribute_value("ol", "dir", "auto")
        .url_schemes(["http", "https", "mailto"].into_iter().collect())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            _ if value.len() > MOST_VALUE => None,
            ("img", "src") => is_own_image(value).then_some(Cow::Borrowed(value)),
            ("a", "href") => may_lead_to(value).then_some(Cow::Borrowed(value)),
            _ => Some(Cow::Borrowed(value)),
        });
    cleaner
}

/// Leaves the words of raw HTML, escaped, and none of its elements.
static WORDS: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut words = Builder::empty();
    words.clean_content_tags(["script", "style"].into_iter().collect());
    words
});

/// Markdown as HTML without scripts, styles, forms, frames or foreign images; headings begin one
/// level lower, below the page's own. Lines end where their writer ended them, as in `ui::markdown`.
/// Any text gives a result.
pub fn render_markdown(text: &str) -> String {
    let mut open = Open::default();
    let as_written = |event| match event {
        Event::SoftBreak => Event::HardBreak,
        other => other,
    };
    let events = events(text).into_iter().filter_map(|(event, _)| open.keep(event)).map(as_written);
    CLEANER.clean(&in_pieces(&write_html(text, events))).to_string()
}

/// The HTML of a text's events. Pages allow no styles within: columns have the side as an attribute.
fn write_html<'a>(text: &str, events: impl Iterator<Item = Event<'a>>) -> String {
    let mut html = String::with_capacity(text.len() * 3 / 2);
    push_html(&mut html, events);
    if !html.contains("<table>") {
        return html;
    }
    for side in ["left", "center", "right"] {
        for cell in ["td", "th"] {
            let styled = format!("<{cell} style=\"text-align: {side}\">");
            html = html.replace(&styled, &format!("<{cell} align=\"{side}\">"));
        }
    }
    html
}

/// The same HTML with comments in its long texts, which the cleaner leaves out: it reads such a text
/// piece by piece.
fn in_pieces(html: &str) -> String {
    let mut pieces = String::with_capacity(html.len() + html.len() / 64);
    for part in html.split_inclusive('>') {
        let (mut text, tag) = part.split_at(part.find('<').unwrap_or(part.len()));
        while text.len() > PIECE {
            let end = text.floor_char_boundary(PIECE);
            // A character that was escaped stays whole.
            let escaped = text[..end].rfind('&').filter(|begin| end - begin < "&quot;".len());
            let (piece, rest) = text.split_at(escaped.unwrap_or(end));
            pieces.push_str(piece);
            pieces.push_str("<!---->");
            text = rest;
        }
        pieces.push_str(text);
        pieces.push_str(tag);
    }
    pieces
}

/// A page of the documentation as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocsHtml {
    /// The cleaned HTML; each heading has an id made of its words.
    pub html: String,
    /// The headings of the second level: what the page is divided into.
    pub headings: Vec<Heading>,
}

/// A heading that links can lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its id on the page.
    pub id: String,
    pub words: String,
}

/// A page of the product's own documentation. Its headings keep their level: the page's title is not
/// part of `text`. `address` says where a link of the files leads on the site; none leaves it as it
/// is.
pub fn render_docs(text: &str, address: impl Fn(&str) -> Option<String>) -> DocsHtml {
    let mut open = Open { keeps_levels: true, ..Open::default() };
    let mut events: Vec<Event<'_>> =
        events(text).into_iter().filter_map(|(event, _)| open.keep(event)).collect();
    for event in &mut events {
        if let Event::Start(Tag::Link { dest_url, .. }) = event
            && let Some(there) = address(dest_url)
        {
            *dest_url = there.into();
        }
    }
    let headings = name_headings(&mut events);
    let html = write_html(text, events.into_iter());
    DocsHtml { html: DOCS_CLEANER.clean(&html).to_string(), headings }
}

/// Gives every heading an id, made as GitHub makes them so that links work in both places; the
/// headings of the second level.
fn name_headings(events: &mut [Event<'_>]) -> Vec<Heading> {
    let (mut named, mut times) = (vec![], BTreeMap::<String, usize>::new());
    for place in 0..events.len() {
        let Event::Start(Tag::Heading { level, .. }) = &events[place] else { continue };
        let level = *level;
        let inside = events[place..].iter();
        let words: String = inside
            .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))))
            .filter_map(|event| match event {
                Event::Text(words) | Event::Code(words) => Some(&**words),
                _ => None,
            })
            .collect();
        let plain = id_of(&words);
        let before = times.entry(plain.clone()).or_default();
        let id = if *before == 0 { plain } else { format!("{plain}-{before}") };
        *before += 1;
        if let Event::Start(Tag::Heading { id: own, .. }) = &mut events[place] {
            *own = Some(id.clone().into());
        }
        if level == HeadingLevel::H2 {
            named.push(Heading { id, words });
        }
    }
    named
}

fn id_of(words: &str) -> String {
    let lower = words.to_lowercase();
    let kept = lower.chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        letter => (letter.is_alphanumeric() || matches!(letter, '-' | '_')).then_some(letter),
    });
    kept.collect()
}

/// Elements whose end has not come yet.
#[derive(Default)]
struct Open {
    /// Headings stay at their level.
    keeps_levels: bool,
    /// For each open element, whether it stays; of the others only the words do.
    shown: Vec<bool>,
    /// How many of them stay.
    depth: usize,
    /// The raw HTML block so far.
    raw: String,
    /// Bytes of all raw HTML so far.
    raw_bytes: usize,
}

impl Open {
    fn keep<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::Start(tag) => self.begin(tag),
            Event::End(end) => self.end(end),
            Event::InlineHtml(_) => None,
            Event::Html(raw) => {
                self.raw.push_str(&raw);
                None
            }
            Event::TaskListMarker(done) => Some(Event::Text(if done { "☑ " } else { "☐ " }.into())),
            other => Some(other),
        }
    }

    fn begin<'a>(&mut self, tag: Tag<'a>) -> Option<Event<'a>> {
        let is_above = self.depth < DEPTH;
        let shown = match &tag {
            // Parts go with their whole, and what holds words only lies in itself never.
            Tag::Item | Tag::TableHead | Tag::TableRow | Tag::TableCell => {
                self.shown.last().copied().unwrap_or_default()
            }
            Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) => true,
            Tag::HtmlBlock => false,
            Tag::Image { dest_url, .. } => is_above && is_own_image(dest_url),
            _ => is_above,
        };
        self.shown.push(shown);
        self.depth += usize::from(shown);
        shown.then(|| match tag {
            Tag::Heading { level, .. } => {
                let level = self.level(level);
                let (id, classes, attrs) = (None, vec![], vec![]);
                Event::Start(Tag::Heading { level, id, classes, attrs })
            }
            other => Event::Start(other),
        })
    }

    fn end<'a>(&mut self, end: TagEnd) -> Option<Event<'a>> {
        let shown = self.shown.pop().unwrap_or_default();
        self.depth -= usize::from(shown);
        match end {
            TagEnd::HtmlBlock => {
                let raw = std::mem::take(&mut self.raw);
                self.raw_bytes += raw.len();
                let is_much = self.raw_bytes > MOST_RAW;
                let words = if is_much { escaped(&raw) } else { WORDS.clean(&raw).to_string() };
                let words = words.trim();
                (!words.is_empty()).then(|| Event::Html(format!("<p>{words}</p>\n").into()))
            }
            TagEnd::Heading(level) => Some(Event::End(TagEnd::Heading(self.level(level)))),
            other => shown.then_some(Event::End(other)),
        }
    }

    /// The level at which a heading is shown.
    fn level(&self, written: HeadingLevel) -> HeadingLevel {
        if self.keeps_levels && written != HeadingLevel::H1 { written } else { lower(written) }
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
