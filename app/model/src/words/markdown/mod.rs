//! Markdown as it is shown: what it says in blocks and words, whether a text is any, and its words
//! without the marks. Nothing of it is ever HTML: raw HTML is words, an address that leads nowhere
//! outside is no link, and only pictures of the library are pictures.

mod plain;
mod read;
mod signs;

use pulldown_cmark::Options;

pub use self::{
    plain::{plain_lines, plain_text},
    read::{blocks, placed_blocks},
    signs::is_markdown,
};

/// What is understood beyond plain Markdown.
pub const OPTIONS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// Where the pictures of the library are served.
const IMAGES: &str = "/api/v1/images/";

/// One part of a text, under the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading, from level 1 to 6.
    Heading(u8, Vec<Span>),
    /// Words that belong together.
    Paragraph(Vec<Span>),
    /// Words that are no paragraph of their own, as in the items of most lists.
    Words(Vec<Span>),
    /// A list with what its items say; a numbered one has the number of its first.
    List(Option<u64>, Vec<Vec<Block>>),
    /// What somebody else said.
    Quote(Vec<Block>),
    /// Code, to be shown as it was written.
    Code(String),
    /// A table: its head, and its rows.
    Table(Vec<Vec<Span>>, Vec<Vec<Vec<Span>>>),
    /// A line across.
    Rule,
}

/// Words of one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// As they are.
    Plain(String),
    /// Bold.
    Strong(Vec<Span>),
    /// Slanted.
    Emphasis(Vec<Span>),
    /// Struck out.
    Deleted(Vec<Span>),
    /// As code.
    Code(String),
    /// That lead to an address outside.
    Link(String, Vec<Span>),
    /// A picture of the library: its address, and what it shows.
    Image(String, String),
    /// The next line.
    Break,
}

/// `/api/v1/images/ID/content` or `…/thumbnail`: a picture of the library, whose own route decides
/// who may see it.
pub fn is_own_image(url: &str) -> bool {
    let Some((id, rest)) = url.strip_prefix(IMAGES).and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let file = rest.split_once('?').map_or(rest, |(file, _)| file);
    uuid::Uuid::try_parse(id).is_ok() && matches!(file, "content" | "thumbnail")
}

/// An address that a link may lead to.
pub fn is_outside(url: &str) -> bool {
    let url = url.trim_start().to_ascii_lowercase();
    ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme))
}
