//! Markdown as it is shown: its blocks and spans, whether a text is Markdown at all, and its words
//! without the marks. It never becomes HTML: raw HTML is words, an address that leads nowhere
//! outside is no link, and only images of the library are images.

mod events;
mod links;
pub mod marks;
mod plain;
mod read;
mod signs;

pub use pulldown_cmark::Alignment;
use pulldown_cmark::Options;

pub use self::{
    events::events,
    links::linked,
    plain::{plain_lines, plain_paragraphs, plain_text},
    read::{blocks, placed_blocks},
    signs::is_markdown,
};

/// The extensions of Markdown that are read: tables, strikethrough, task lists and footnotes.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES);

/// Where the images of the library are served.
const IMAGES: &str = "/api/v1/images/";

/// One block of a text.
#[derive(Debug, Clone, PartialEq)]
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
    Table {
        /// On which side the words of each column stand.
        columns: Vec<Alignment>,
        /// The cells of its head.
        head: Vec<Vec<Span>>,
        /// The cells of its rows.
        rows: Vec<Vec<Vec<Span>>>,
    },
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
    /// Raised words.
    Superscript(Vec<Span>),
    /// Lowered words.
    Subscript(Vec<Span>),
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
pub fn words_of(spans: &[Span]) -> String {
    let mut words = String::new();
    for span in spans {
        match span {
            Span::Plain(text) | Span::Code(text) | Span::Image(_, text) => words.push_str(text),
            Span::Strong(inner)
            | Span::Emphasis(inner)
            | Span::Deleted(inner)
            | Span::Link(_, inner) => words.push_str(&words_of(inner)),
            Span::Superscript(inner) => words.push_str(&in_script(&words_of(inner), RAISED)),
            Span::Subscript(inner) => words.push_str(&in_script(&words_of(inner), LOWERED)),
            Span::Break => words.push('\n'),
        }
    }
    words
}

/// Characters that Unicode has raised and lowered, too, in the same order.
const LEVEL: &str = "0123456789+-=()n";
const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ";
const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ";

/// The words in other forms of their characters: 10³ is not 103. Where Unicode lacks one, they stay
/// as they are.
fn in_script(words: &str, forms: &str) -> String {
    let form = |letter: char| forms.chars().nth(LEVEL.find(letter)?);
    words.chars().map(form).collect::<Option<String>>().unwrap_or_else(|| words.to_owned())
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
