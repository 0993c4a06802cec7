//! Finds the text of a PDF, page by page, as far as the bounds go.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, LoadOptions, ObjectId, content::Content};
use serde::{Deserialize, Serialize};

use super::{
    shown::{Font, Shown},
    widths::Widths,
};

pub const MOST_PAGES: usize = 300;
/// Characters after which no further page is read.
pub const MOST_CHARS: usize = 200_000;
/// Most bytes that one compressed part of a file may unfold to.
const MOST_UNFOLDED: usize = 16 << 20;
/// Most bytes that all pages together may unfold to.
const MOST_OF_PAGES: usize = 64 << 20;
/// Most bytes of the table that says which letters a font has.
const MOST_OF_FONT: usize = 2 << 20;

/// The result of reading a PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PdfOutcome {
    /// The PDF's text, or that of its first pages.
    Text {
        /// The text, with a blank line between pages.
        text: String,
        /// How many pages were read, from the first on.
        read: usize,
        /// How many pages the file has.
        pages: usize,
    },
    /// Pages without letters: images of text, or none.
    NoText,
    /// The file is encrypted and opens only with a password.
    Locked,
    /// The file is no PDF, or not a whole one.
    Damaged,
    /// Reading it takes more memory or time than there is for it.
    TooMuch,
}

/// Reads the text of a PDF that may be hostile; what it may cost beyond the bounds of this module
/// is for the process it runs in to limit.
pub fn read(bytes: &[u8]) -> PdfOutcome {
    let options = LoadOptions::with_max_decompressed_size(MOST_UNFOLDED);
    let Ok(document) = Document::load_mem_with_options(bytes, options) else {
        return PdfOutcome::Damaged;
    };
    if document.trailer.has(b"Encrypt") && !document.was_encrypted() {
        return PdfOutcome::Locked;
    }
    let pages: Vec<ObjectId> = document.page_iter().collect();
    if pages.is_empty() {
        return PdfOutcome::Damaged;
    }
    let (text, read) = text(&document, &pages);
    if read == 0 {
        PdfOutcome::TooMuch
    } else if is_readable(&text) {
        PdfOutcome::Text { text, read, pages: pages.len() }
    } else {
        PdfOutcome::NoText
    }
}

/// The text of the first pages, and of how many.
fn text(document: &Document, pages: &[ObjectId]) -> (String, usize) {
    let (mut text, mut left, mut read) = (String::new(), MOST_OF_PAGES, 0);
    for page in pages.iter().take(MOST_PAGES) {
        let most = left.min(MOST_UNFOLDED);
        let Ok(content) = document.get_page_content_with_limit(*page, most) else { break };
        left -= content.len().min(left);
        let page = text_of(document, *page, &content);
        if !text.is_empty() && !page.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&page);
        read += 1;
        if text.chars().count() >= MOST_CHARS {
            break;
        }
    }
    (text, read)
}

fn text_of(document: &Document, page: ObjectId, content: &[u8]) -> String {
    let mut fonts = Fonts { document, fonts: BTreeMap::new(), known: BTreeMap::new() };
    fonts.fonts = document.get_page_fonts(page).unwrap_or_default();
    let mut shown = Shown::default();
    for operation in Content::decode_iter(content).map_while(Result::ok) {
        if operation.operator == "Tf" {
            let name = operation.operands.first().and_then(|name| name.as_name().ok());
            shown.font = name.map(<[u8]>::to_vec);
        }
        let font = shown.font.as_ref().and_then(|name| fonts.find(name));
        shown.take(&operation, font);
        if shown.chars() >= MOST_CHARS {
            break;
        }
    }
    shown.into_text()
}

/// The fonts of a page; what one is like is looked up when it is first used.
struct Fonts<'a> {
    document: &'a Document,
    fonts: BTreeMap<Vec<u8>, &'a Dictionary>,
    known: BTreeMap<Vec<u8>, Option<Font<'a>>>,
}

impl<'a> Fonts<'a> {
    /// The font of this name, read when it is first used; none where it has no encoding.
    fn find(&mut self, name: &[u8]) -> Option<&Font<'a>> {
        if !self.known.contains_key(name) {
            let font = self.fonts.get(name).copied().and_then(|font| {
                let encoding = font.get_font_encoding_with_limit(self.document, MOST_OF_FONT);
                let widths = Widths::from_font(self.document, font);
                Some(Font { encoding: encoding.ok()?, widths })
            });
            self.known.insert(name.to_vec(), font);
        }
        self.known.get(name)?.as_ref()
    }
}

/// A font that does not say which letters its signs are gives signs nobody can read.
fn is_readable(text: &str) -> bool {
    let is_lost =
        |c: &char| *c == char::REPLACEMENT_CHARACTER || ('\u{e000}'..='\u{f8ff}').contains(c);
    let all = text.chars().filter(|c| !c.is_whitespace()).count();
    let lost = text.chars().filter(is_lost).count();
    all > 0 && lost * 3 < all
}
