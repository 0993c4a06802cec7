//! A document for Word and its like: its headings, lists, quotations, tables, links and images as
//! those programs know them, so that they can be styled there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io,
};

use bytes::Bytes;
use docx_rs::{
    AlignmentType, BreakType, Docx, Hyperlink, HyperlinkType, IndentLevel, NumberingId, Paragraph,
    Pic, Run, RunFonts, Table, TableCell, TableRow, VertAlignType, WidthType,
};
use model::{
    id::ImageId,
    library::DocumentPage,
    text::{
        direction::is_right_to_left,
        markdown::{Alignment, Block, Span, blocks, words_of},
    },
};
use tokio::sync::mpsc::Receiver;

use super::{
    docx_styles::{self as styles, ListKind, MONO},
    part::{ExportImage, IMAGES, Part},
};

/// The longer side that images are made smaller to, in pixels: enough for paper.
pub(super) const MOST_PIXELS: u32 = 1_600;

/// English Metric Units, in which Word measures images: 914,400 an inch, 96 pixels an inch.
const EMU_PER_PIXEL: u64 = 9_525;
/// The width of a text on A4 paper with the usual margins.
const MOST_WIDTH: u64 = 5_400_000;
/// Leaves room for a caption on the page.
const MOST_HEIGHT: u64 = 7_000_000;
/// The width of a text in twentieths of a point, in which tables are measured.
const TEXT_WIDTH: usize = 8_504;
/// The deepest level that a list of Word has.
const DEEPEST: usize = 8;

/// An image with its file.
struct Picture {
    image: ExportImage,
    bytes: Bytes,
}

impl Picture {
    /// The image as large as its pixels are, as far as there is room on a page.
    fn draw(&self) -> Run {
        let (width, height) = (self.image.width.max(1), self.image.height.max(1));
        let mut size = (u64::from(width) * EMU_PER_PIXEL, u64::from(height) * EMU_PER_PIXEL);
        if size.0 > MOST_WIDTH {
            size = (MOST_WIDTH, size.1 * MOST_WIDTH / size.0);
        }
        if size.1 > MOST_HEIGHT {
            size = (size.0 * MOST_HEIGHT / size.1, MOST_HEIGHT);
        }
        let emu = |length: u64| u32::try_from(length.max(1)).unwrap_or(u32::MAX);
        let pic = Pic::new_with_dimensions(self.bytes.to_vec(), width, height);
        Run::new().add_image(pic.size(emu(size.0), emu(size.1)))
    }
}

/// Writes the document; all its images have to be in memory, which is why they are made smaller.
pub(super) fn write(document: &DocumentPage, mut parts: Receiver<Part>) -> io::Result<File> {
    let (mut pictures, mut order) = (BTreeMap::new(), vec![]);
    while let Some(part) = parts.blocking_recv() {
        match part {
            Part::Text(_) => {}
            Part::Image(image, bytes) => {
                order.push(image.id);
                pictures.insert(image.id, Picture { image, bytes });
            }
        }
    }
    let mut body = Body::new(&pictures);
    body.add_head(document);
    body.blocks(&blocks(&document.content), BlockContext::default());
    body.add_attached(&order);
    let mut file = tempfile::tempfile()?;
    let title = keep_printable(&document.title);
    styles::complete(body.finish(document), &title).pack(&mut file).map_err(io::Error::other)?;
    Ok(file)
}

/// A part of the body, in order.
enum Piece {
    Paragraph(Box<Paragraph>),
    Table(Box<Table>),
}

/// What stands in a paragraph.
enum Inline {
    Run(Box<Run>),
    Link(Box<Hyperlink>),
}

/// How words look.
#[derive(Clone, Copy, Default)]
struct Look {
    bold: bool,
    italic: bool,
    deleted: bool,
    link: bool,
    /// Whether they are raised or lowered.
    script: Option<VertAlignType>,
    /// Whether their paragraph is written from right to left.
    right_to_left: bool,
}

impl Look {
    fn run(self) -> Run {
        let mut run = Run::new();
        if self.bold {
            run = run.bold();
        }
        if self.italic {
            run = run.italic();
        }
        if self.deleted {
            run = run.strike();
        }
        if self.link {
            run = run.color(styles::LINK).underline("single");
        }
        if let Some(script) = self.script {
            run.run_property = run.run_property.vert_align(script);
        }
        if self.right_to_left {
            run = run.style(styles::RIGHT_TO_LEFT);
        }
        run
    }
}

/// Where a block stands.
#[derive(Clone, Copy, Default)]
struct BlockContext {
    /// The style of its paragraphs; none for ordinary ones.
    style: Option<&'static str>,
    /// How many lists it is in.
    depth: usize,
}

/// The body as it grows.
struct Body<'a> {
    pictures: &'a BTreeMap<ImageId, Picture>,
    /// The images that the text shows itself.
    shown: BTreeSet<ImageId>,
    lists: Vec<ListKind>,
    pieces: Vec<Piece>,
}

impl<'a> Body<'a> {
    fn new(pictures: &'a BTreeMap<ImageId, Picture>) -> Self {
        Self { pictures, shown: BTreeSet::new(), lists: vec![], pieces: vec![] }
    }

    fn push(&mut self, paragraph: Paragraph) {
        self.pieces.push(Piece::Paragraph(Box::new(paragraph)));
    }

    /// The title, and the mark of the sample provider.
    fn add_head(&mut self, document: &DocumentPage) {
        let title = self.paragraph(&[Span::Plain(document.title.clone())], Look::default());
        self.push(title.style(styles::TITLE));
        if document.sample {
            let mark = Run::new().add_text("SAMPLE: created by the sample provider");
            self.push(Paragraph::new().style(styles::FACTS).add_run(mark));
        }
    }

    fn blocks(&mut self, blocks: &[Block], place: BlockContext) {
        for block in blocks {
            self.block(block, place);
        }
    }

    fn block(&mut self, block: &Block, place: BlockContext) {
        match block {
            Block::Heading(level, spans) => {
                let paragraph = self.paragraph(spans, Look::default());
                self.push(paragraph.style(styles::heading(*level)));
            }
            Block::Paragraph(spans) | Block::Words(spans) => {
                let paragraph = self.paragraph(spans, Look::default());
                self.push(place_paragraph(paragraph, place));
            }
            Block::List(first, items) => self.list(*first, items, place),
            Block::Quote(inner) => {
                self.blocks(inner, BlockContext { style: Some(styles::QUOTE), ..place });
            }
            Block::Code(code) => {
                let run = with_breaks(Run::new(), code);
                self.push(Paragraph::new().style(styles::CODE).add_run(run));
            }
            Block::Table { columns, head, rows } => self.table(columns, head, rows),
            Block::Rule => {
                let run = Run::new().add_text("* * *");
                self.push(Paragraph::new().add_run(run).align(AlignmentType::Center));
            }
        }
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>], place: BlockContext) {
        let kind = first.map_or(ListKind::Bullets, ListKind::Numbers);
        self.lists.push(kind);
        let number = styles::list_number(self.lists.len());
        let level = place.depth.min(DEEPEST);
        let inside = BlockContext { depth: place.depth + 1, ..place };
        for item in items {
            let mut rest = item.as_slice();
            if let [Block::Paragraph(spans) | Block::Words(spans), more @ ..] = rest {
                let paragraph = self.paragraph(spans, Look::default());
                let (id, level) = (NumberingId::new(number), IndentLevel::new(level));
                self.push(paragraph.numbering(id, level));
                rest = more;
            }
            self.blocks(rest, inside);
        }
    }

    fn table(&mut self, sides: &[Alignment], head: &[Vec<Span>], rows: &[Vec<Vec<Span>>]) {
        let columns = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or_default();
        let width = TEXT_WIDTH / columns.max(1);
        let mut row = |cells: &[Vec<Span>], look: Look| {
            let cell = |(column, spans): (usize, &Vec<Span>)| {
                let side = sides.get(column).copied().unwrap_or(Alignment::None);
                let paragraph = align(self.paragraph(spans, look), side);
                TableCell::new().width(width, WidthType::Dxa).add_paragraph(paragraph)
            };
            TableRow::new(cells.iter().enumerate().map(cell).collect())
        };
        // What is never split here is the head: it is repeated on each page.
        let mut all = vec![row(head, Look { bold: true, ..Look::default() }).cant_split()];
        all.extend(rows.iter().map(|cells| row(cells.as_slice(), Look::default())));
        let table = Table::new(all).set_grid(vec![width; columns.max(1)]);
        self.pieces.push(Piece::Table(Box::new(table.width(TEXT_WIDTH, WidthType::Dxa))));
        // Two tables in a row would be one.
        self.push(Paragraph::new());
    }

    /// The attached images that the text does not show, each with its caption.
    fn add_attached(&mut self, order: &[ImageId]) {
        let pictures = self.pictures;
        for picture in order.iter().filter_map(|id| pictures.get(id)) {
            let Picture { image, .. } = picture;
            if !image.attached || self.shown.contains(&image.id) {
                continue;
            }
            self.push(Paragraph::new().keep_next(true).add_run(picture.draw()));
            let caption = image.caption.trim();
            if !caption.is_empty() {
                let run = with_breaks(Run::new(), caption);
                self.push(Paragraph::new().style(styles::CAPTION).add_run(run));
            }
        }
    }

    fn paragraph(&mut self, spans: &[Span], look: Look) -> Paragraph {
        let right_to_left = is_right_to_left(words_of(spans).chars());
        let mut inlines = vec![];
        self.inlines(spans, Look { right_to_left, ..look }, &mut inlines);
        let mut paragraph = Paragraph::new();
        if right_to_left {
            paragraph.property = paragraph.property.bidi(true);
        }
        inlines.into_iter().fold(paragraph, |paragraph, inline| match inline {
            Inline::Run(run) => paragraph.add_run(*run),
            Inline::Link(link) => paragraph.add_hyperlink(*link),
        })
    }

    fn inlines(&mut self, spans: &[Span], look: Look, all: &mut Vec<Inline>) {
        for span in spans {
            match span {
                Span::Plain(text) => all.push(run(with_breaks(look.run(), text))),
                Span::Code(code) => {
                    let look = Look { right_to_left: false, ..look };
                    all.push(run(with_breaks(look.run().fonts(mono()), code)));
                }
                Span::Superscript(inner) => {
                    let script = Some(VertAlignType::SuperScript);
                    self.inlines(inner, Look { script, ..look }, all);
                }
                Span::Subscript(inner) => {
                    let script = Some(VertAlignType::SubScript);
                    self.inlines(inner, Look { script, ..look }, all);
                }
                Span::Strong(inner) => self.inlines(inner, Look { bold: true, ..look }, all),
                Span::Emphasis(inner) => self.inlines(inner, Look { italic: true, ..look }, all),
                Span::Deleted(inner) => self.inlines(inner, Look { deleted: true, ..look }, all),
                Span::Link(address, inner) => {
                    let mut words = vec![];
                    self.inlines(inner, Look { link: true, ..look }, &mut words);
                    all.push(link(address, words));
                }
                Span::Image(address, alt) => match self.picture(address) {
                    Some(drawing) => all.push(run(drawing)),
                    None => all.push(run(with_breaks(look.run(), alt))),
                },
                Span::Break => all.push(run(look.run().add_break(BreakType::TextWrapping))),
            }
        }
    }

    /// The image at an address of the library, which the text shows here; none where it is gone.
    fn picture(&mut self, address: &str) -> Option<Run> {
        let id: ImageId = address.strip_prefix(IMAGES)?.get(..36)?.parse().ok()?;
        let picture = self.pictures.get(&id)?;
        self.shown.insert(id);
        Some(picture.draw())
    }

    /// The whole file.
    fn finish(self, document: &DocumentPage) -> Docx {
        let docx = styles::add_to(Docx::new(), &self.lists)
            .created_at(&document.created_at.to_iso8601())
            .updated_at(&document.updated_at.to_iso8601());
        self.pieces.into_iter().fold(docx, |docx, piece| match piece {
            Piece::Paragraph(paragraph) => docx.add_paragraph(*paragraph),
            Piece::Table(table) => docx.add_table(*table),
        })
    }
}

/// The paragraph on one side of its cell. Of a text from right to left, Word's left is where its
/// lines begin.
fn align(paragraph: Paragraph, side: Alignment) -> Paragraph {
    let right_to_left = paragraph.property.bidi == Some(true);
    match (side, right_to_left) {
        (Alignment::None, _) => paragraph,
        (Alignment::Center, _) => paragraph.align(AlignmentType::Center),
        (Alignment::Left, false) | (Alignment::Right, true) => paragraph.align(AlignmentType::Left),
        (Alignment::Right, false) | (Alignment::Left, true) => {
            paragraph.align(AlignmentType::Right)
        }
    }
}

fn run(run: Run) -> Inline {
    Inline::Run(Box::new(run))
}

/// A link of these words; an image among them stays outside of it.
fn link(address: &str, words: Vec<Inline>) -> Inline {
    let link = Hyperlink::new(address, HyperlinkType::External);
    let link = words.into_iter().fold(link, |link, inline| match inline {
        Inline::Run(run) => link.add_run(*run),
        Inline::Link(_) => link,
    });
    Inline::Link(Box::new(link))
}

/// A paragraph as it stands in a list or a quotation.
fn place_paragraph(paragraph: Paragraph, place: BlockContext) -> Paragraph {
    let paragraph = match place.style {
        Some(style) => paragraph.style(style),
        None => paragraph,
    };
    match i32::try_from(place.depth.min(DEEPEST + 1)).unwrap_or_default() {
        0 => paragraph,
        depth => paragraph.indent(Some(depth * styles::INDENT), None, None, None),
    }
}

fn mono() -> RunFonts {
    RunFonts::new().ascii(MONO).hi_ansi(MONO).cs(MONO)
}

/// Adds words with their line breaks.
fn with_breaks(run: Run, text: &str) -> Run {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    lines.fold(run.add_text(keep_printable(first)), |run, line| {
        run.add_break(BreakType::TextWrapping).add_text(keep_printable(line))
    })
}

/// The text without the characters that XML cannot hold.
fn keep_printable(text: &str) -> String {
    let is_held =
        |c: &char| *c == '\t' || !c.is_control() && !matches!(*c, '\u{FFFE}' | '\u{FFFF}');
    text.chars().filter(is_held).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::io::{Read, Seek};

    use serde_json::json;
    use tokio::sync::mpsc;
    use uuid::Uuid;

    use super::*;

    fn document(content: &str) -> DocumentPage {
        serde_json::from_value(json!({
            "id": Uuid::nil(), "title": "Cold brew & ice", "content": content, "status": "draft",
            "tags": [], "revision": 1, "project": Uuid::nil(), "project_name": "First",
            "sample": true, "execution": null, "execution_name": null, "created_at": 0,
            "updated_at": 0, "images": [], "files": [],
        }))
        .unwrap()
    }

    fn image(number: u128) -> ExportImage {
        ExportImage {
            id: ImageId(Uuid::from_u128(number)),
            alt: "A cup".to_owned(),
            caption: "Warm.".to_owned(),
            media_type: "image/png".to_owned(),
            attached: true,
            width: 4_000,
            height: 1_000,
        }
    }

    /// The parts of the file one after the other; nothing in it is compressed.
    fn written(content: &str, images: Vec<ExportImage>) -> String {
        let (parts, taken) = mpsc::channel(8);
        for image in images {
            // Files that are the same are in it once.
            let bytes = Bytes::from(format!("PICTURE {}", image.id));
            parts.blocking_send(Part::Image(image, bytes)).unwrap();
        }
        drop(parts);
        let mut file = write(&document(content), taken).unwrap();
        file.rewind().unwrap();
        let mut bytes = vec![];
        file.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn a_text_becomes_what_word_calls_it() {
        let text = "# Steep\n\nIt is **cold**\u{b} & *slow*.\n\n- ice\n  1. one\n\n> said\n\n\
                    `late` [shop](https://tea.example/?a=1&b=2)\n\n|a|b|\n|-|-|\n|1|2|";

        let docx = written(text, vec![]);

        for part in [
            "Cold brew &amp; ice",
            "SAMPLE: created by the sample provider",
            "w:val=\"Heading1\"",
            "<w:b />",
            "&amp; ",
            "w:val=\"Quote\"",
            "<w:numId w:val=\"2\" />",
            "<w:numId w:val=\"3\" />",
            "https://tea.example/?a=1&amp;b=2",
            "<w:tbl>",
        ] {
            assert!(docx.contains(part), "{part} is not in {docx}");
        }
        assert!(docx.contains(">cold<") && !docx.contains("**cold"), "{docx}");
    }

    #[test]
    fn scripts_sides_and_directions_are_words_own_and_heads_of_tables_are_repeated() {
        let text = "m<sup>2</sup> CO<sub>2</sub> https://tea.example[^1]\n\n\u{5e9}\u{5dc}\u{5d5}\u{5dd} \
                    `a`!\n\n|a|b|\n|-|-:|\n|1|\u{5e9}|\n\n[^1]: Ice";

        let docx = written(text, vec![]);

        for (part, times) in [
            ("<dc:title>Cold brew &amp; ice</dc:title></cp:coreProperties>", 1),
            // The reference and the mark of the footnote are raised, too.
            ("<w:vertAlign w:val=\"superscript\" />", 3),
            ("<w:vertAlign w:val=\"subscript\" />", 1),
            ("<w:bidi />", 2),
            ("<w:rtl />", 3),
            ("<w:tblHeader />", 1),
            ("<w:jc w:val=\"right\" />", 1),
            ("\"https://tea.example\"", 1),
            ("RightToLeft", 0),
        ] {
            assert_eq!(docx.matches(part).count(), times, "{part}: {docx}");
        }
    }

    #[test]
    fn an_image_stands_where_the_text_shows_it_or_at_the_end_as_wide_as_the_page() {
        let shown = format!("Look: ![cup]({IMAGES}{}/content)", image(1).id);

        let docx = written(&shown, vec![image(1), image(2)]);

        assert_eq!(docx.matches("PICTURE").count(), 2, "{docx}");
        assert_eq!(docx.matches("<w:drawing>").count(), 2, "{docx}");
        assert_eq!(docx.matches("Warm.").count(), 1, "only under the one at the end: {docx}");
        assert!(docx.contains("cx=\"5400000\" cy=\"1350000\""), "{docx}");
    }
}
