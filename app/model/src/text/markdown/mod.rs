//! Markdown as it is shown: its blocks and spans, whether a text is Markdown at all, and its words
//! without the marks. It never becomes HTML: raw HTML is words, an address that leads nowhere
//! outside is no link, and only images of the library are images.

pub mod marks;
mod plain;
mod read;
mod signs;

use pulldown_cmark::Options;

pub use self::{
    plain::{plain_lines, plain_paragraphs, plain_text},
    read::{blocks, placed_blocks},
    signs::is_markdown,
};

/// The extensions of Markdown that are read: tables, strikethrough and task lists.
pub const OPTIONS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// Where the images of the library are served.
const IMAGES: &str = "/api/v1/images/";

/// One block of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading, from level 1 to 6.
    Heading(u8, Vec<Span>),
    /// A paragraph of running text.
    Paragraph(Vec<Span>),
    /// Words outside a paragraph, as in the items of most lists.
    Words(Vec<Span>),
    /// A list with the blocks of its items; a numbered one has its first number.
    List(Option<u64>, Vec<Vec<Block>>),
    /// A quotation of other blocks.
    Quote(Vec<Block>),
    /// Code, to be shown as it was written.
    Code(String),
    /// A table: its head, and its rows.
    Table(Vec<Vec<Span>>, Vec<Vec<Vec<Span>>>),
    /// A horizontal rule.
    Rule,
}

/// A run of words of one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Words without a style.
    Plain(String),
    /// Words in bold.
    Strong(Vec<Span>),
    /// Words in italics.
    Emphasis(Vec<Span>),
    /// Words struck through.
    Deleted(Vec<Span>),
    /// Words in a fixed-width font.
    Code(String),
    /// A link to an address outside, and its words.
    Link(String, Vec<Span>),
    /// An image of the library: its address and its description.
    Image(String, String),
    /// A line break.
    Break,
}

/// The words of spans, with line breaks where they have any.
fn words_of(spans: &[Span]) -> String {
    let mut words = String::new();
    for span in spans {
        match span {
            Span::Plain(text) | Span::Code(text) | Span::Image(_, text) => words.push_str(text),
            Span::Strong(inner)
            | Span::Emphasis(inner)
            | Span::Deleted(inner)
            | Span::Link(_, inner) => words.push_str(&words_of(inner)),
            Span::Break => words.push('\n'),
        }
    }
    words
}

/// Whether the address is that of a library image, `/api/v1/images/ID/content` or `…/thumbnail`,
/// whose own route decides who may see it.
pub fn is_own_image(url: &str) -> bool {
    let Some((id, rest)) = url.strip_prefix(IMAGES).and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let file = rest.split_once('?').map_or(rest, |(file, _)| file);
    uuid::Uuid::try_parse(id).is_ok() && matches!(file, "content" | "thumbnail")
}

/// Whether a link may lead to this address.
pub fn is_outside(url: &str) -> bool {
    let url = url.trim_start().to_ascii_lowercase();
    ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme))
}
