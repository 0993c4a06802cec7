//! The styles and lists of a document for Word, under the names that such programs know.

use docx_rs::{
    AbstractNumbering, Docx, Level, LevelJc, LevelText, LineSpacing, NumberFormat, Numbering,
    RunFonts, SpecialIndentType, Start, Style, StyleType, XMLDocx,
};
use model::text::markup::escaped;

pub(super) const TITLE: &str = "Title";
pub(super) const FACTS: &str = "Subtitle";
pub(super) const QUOTE: &str = "Quote";
pub(super) const CODE: &str = "Code";
pub(super) const CAPTION: &str = "Caption";
/// The colour of links.
pub(super) const LINK: &str = "2A5BC2";
/// What marks a run that is written from right to left; no style of the file.
pub(super) const RIGHT_TO_LEFT: &str = "RightToLeft";
pub(super) const MONO: &str = "Consolas";
/// How far each level of a list is from the one around it, in twentieths of a point.
pub(super) const INDENT: i32 = 360;

const FONT: &str = "Calibri";
const QUIET: &str = "4A5675";
const HEADINGS: [(&str, &str, usize); 6] = [
    ("Heading1", "heading 1", 36),
    ("Heading2", "heading 2", 30),
    ("Heading3", "heading 3", 26),
    ("Heading4", "heading 4", 24),
    ("Heading5", "heading 5", 22),
    ("Heading6", "heading 6", 22),
];
/// The levels of a list.
const LEVELS: usize = 9;
/// The library gives number 1 to a list of its own.
const LISTS_BEFORE: usize = 1;

/// What stands before the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListKind {
    Bullets,
    /// Numbers, with the first of them.
    Numbers(u64),
}

pub(super) fn heading(level: u8) -> &'static str {
    let at = usize::from(level.saturating_sub(1)).min(HEADINGS.len() - 1);
    HEADINGS[at].0
}

/// The number in the file of the list that is the `place`-th, from 1.
pub(super) fn list_number(place: usize) -> usize {
    LISTS_BEFORE + place
}

/// Adds all styles, and these lists in their order.
pub(super) fn add_to(docx: Docx, lists: &[ListKind]) -> Docx {
    let fonts = RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT);
    let docx = docx
        .default_fonts(fonts)
        .default_size(22)
        .default_line_spacing(LineSpacing::new().after(160).line(276));
    let docx = styles().into_iter().fold(docx, Docx::add_style);
    (1..).zip(lists).fold(docx, |docx, (place, kind)| {
        let number = list_number(place);
        docx.add_abstract_numbering(list(number, *kind))
            .add_numbering(Numbering::new(number, number))
    })
}

/// The parts of the file, with what the library cannot write: the title among the document's facts,
/// heads of tables that each page repeats, and runs from right to left.
pub(super) fn complete(docx: Docx, title: &str) -> XMLDocx {
    const END: &str = "</cp:coreProperties>";
    let mut file = docx.build();
    let marked = format!("<w:rStyle w:val=\"{RIGHT_TO_LEFT}\" />");
    let document = String::from_utf8_lossy(&file.document)
        .replace("<w:cantSplit />", "<w:cantSplit /><w:tblHeader />")
        .replace(&marked, "<w:rtl />");
    file.document = document.into_bytes();
    let title = format!("<dc:title>{}</dc:title>{END}", escaped(title));
    let facts = String::from_utf8_lossy(&file.doc_props.core).replace(END, &title);
    file.doc_props.core = facts.into_bytes();
    file
}

fn styles() -> Vec<Style> {
    let paragraph = |id: &str, name: &str| {
        Style::new(id, StyleType::Paragraph).name(name).based_on("Normal").next("Normal")
    };
    let mono = RunFonts::new().ascii(MONO).hi_ansi(MONO).cs(MONO);
    let mut styles = vec![
        paragraph(TITLE, "Title").size(52).bold(),
        paragraph(FACTS, "Subtitle").color(QUIET),
        paragraph(QUOTE, "Quote").italic().color(QUIET).indent(Some(720), None, None, None),
        paragraph(CODE, "Code").fonts(mono).size(20).indent(Some(INDENT), None, None, None),
        paragraph(CAPTION, "caption").size(20).color(QUIET),
    ];
    styles.extend((0..).zip(HEADINGS).map(|(outline, (id, name, size))| {
        let spacing = LineSpacing::new().before(240).after(80);
        paragraph(id, name).size(size).bold().outline_lvl(outline).line_spacing(spacing)
    }));
    styles
}

fn list(number: usize, kind: ListKind) -> AbstractNumbering {
    let indents = (1_i32..).map(|depth| depth * INDENT);
    (0..LEVELS).zip(indents).fold(AbstractNumbering::new(number), |list, (level, indent)| {
        let (first, format, text) = match kind {
            ListKind::Bullets => (1, "bullet", "•".to_owned()),
            ListKind::Numbers(first) => {
                (usize::try_from(first).unwrap_or(1), "decimal", format!("%{}.", level + 1))
            }
        };
        let (start, format) = (Start::new(first), NumberFormat::new(format));
        let hanging = Some(SpecialIndentType::Hanging(INDENT));
        list.add_level(
            Level::new(level, start, format, LevelText::new(text), LevelJc::new("left")).indent(
                Some(indent),
                hanging,
                None,
                None,
            ),
        )
    })
}
