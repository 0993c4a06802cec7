//! Hostile files end, at most, the process that reads them.

use std::{io::Write, time::Duration};

use files::{images::ImageError, pdf::PdfOutcome, sandbox::FileDecoder};
use flate2::{Compression, Crc, write::ZlibEncoder};
use services::testing::pdf::{file, pdf, pdf_of, stream};

/// Longer than any reading may take.
const PATIENCE: Duration = Duration::from_secs(300);

fn decoder() -> FileDecoder {
    FileDecoder::Subprocess(env!("CARGO_BIN_EXE_atelier").into())
}

async fn read(bytes: Vec<u8>) -> PdfOutcome {
    tokio::time::timeout(PATIENCE, decoder().pdf(bytes.into())).await.unwrap()
}

fn packed(content: &[u8], times: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(vec![], Compression::best());
    for _ in 0..times {
        packed.write_all(content).unwrap();
    }
    packed.finish().unwrap()
}

#[tokio::test]
async fn a_pdf_is_read_in_a_process_of_its_own() {
    let found = read(pdf(&["Our kettle whistles."])).await;

    let text = "Our kettle whistles.".to_owned();
    assert_eq!(found, PdfOutcome::Text { text, read: 1, pages: 1 });
}

#[tokio::test]
async fn a_page_that_unfolds_without_end_is_not_read() {
    // Four times what a page may unfold to.
    let bomb = packed(&[b' '; 1 << 20], 64);
    let found = read(pdf_of(vec![stream("/Filter /FlateDecode", &bomb)], "")).await;
    assert_eq!(found, PdfOutcome::TooMuch);

    let twice = packed(&bomb, 1);
    let filters = "/Filter [/FlateDecode /FlateDecode]";
    assert_eq!(read(pdf_of(vec![stream(filters, &twice)], "")).await, PdfOutcome::TooMuch);
}

#[tokio::test]
async fn nesting_without_end_does_no_harm() {
    let deep = |open: &[u8]| open.repeat(4_000_000);
    for open in [&b"["[..], b"<<", b"<</A", b"(", b"[<</B"] {
        let contents = vec![stream("", &deep(open))];
        let found = read(pdf_of(contents, "")).await;
        assert!(!matches!(found, PdfOutcome::Text { .. }), "{found:?}");

        let catalog = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
        let found = read(file(&[catalog, deep(open)], "")).await;
        assert!(!matches!(found, PdfOutcome::Text { .. }), "{found:?}");
    }
}

#[tokio::test]
async fn pages_without_end_and_pages_in_a_circle_are_counted_no_further_than_the_file_goes() {
    let catalog = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    let circle = b"<< /Type /Pages /Count 2147483647 /Kids [2 0 R 2 0 R 2 0 R] >>".to_vec();
    assert_eq!(read(file(&[catalog.clone(), circle], "")).await, PdfOutcome::Damaged);

    let kids = "3 0 R ".repeat(500_000);
    let tree = format!("<< /Type /Pages /Count 500000 /Kids [{kids}] >>").into_bytes();
    let page = b"<< /Type /Page /Parent 2 0 R >>".to_vec();
    let found = read(file(&[catalog, tree, page], "")).await;
    assert_eq!(found, PdfOutcome::NoText);
}

#[tokio::test]
async fn more_objects_than_there_is_memory_for_end_the_reading_alone() {
    let many = format!("[{}]", "0 ".repeat(12 << 20)).into_bytes();
    let catalog = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();

    let found = read(file(&[catalog, many], "")).await;

    assert!(matches!(found, PdfOutcome::TooMuch | PdfOutcome::Damaged), "{found:?}");
    assert!(matches!(read(pdf(&["still here"])).await, PdfOutcome::Text { .. }));
}

#[tokio::test]
async fn a_decoder_whose_program_is_missing_decodes_nothing() {
    let decoder = FileDecoder::Subprocess("/nowhere/atelier".into());

    assert_eq!(decoder.pdf(pdf(&["words"]).into()).await, PdfOutcome::Damaged);
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(data);
    let size = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&size[..], kind, data, &sum.sum().to_be_bytes()].concat()
}

/// A square PNG of eight bytes a pixel, all of them zero, that is shown turned by a quarter.
fn turned(side: u16) -> Vec<u8> {
    let sides = u32::from(side).to_be_bytes();
    let header = [&sides[..], &sides, &[16, 6, 0, 0, 0]].concat();
    let turn = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let rows = packed(&vec![0; 1 + usize::from(side) * 8], usize::from(side));
    let parts = [(b"IHDR", &header[..]), (b"eXIf", turn), (b"IDAT", &rows), (b"IEND", &[])];
    let parts = parts.map(|(kind, data)| chunk(kind, data)).concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &parts].concat()
}

/// A PNG of noise, which no packing makes smaller: as large as its pixels.
fn noise(side: u32) -> Vec<u8> {
    let mut seed = 0x9e37_79b9_u32;
    let noise = image::RgbImage::from_fn(side, side, |_, _| {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        image::Rgb([seed as u8, (seed >> 8) as u8, (seed >> 16) as u8])
    });
    let mut file = std::io::Cursor::new(vec![]);
    noise.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

#[tokio::test]
async fn rel_s9_a_picture_of_almost_ten_megabytes_is_kept_whole() {
    let bytes = noise(1_800);
    assert!((9 << 20..10 << 20).contains(&bytes.len()), "{} bytes", bytes.len());

    let checked = decoder().check_image(bytes.clone().into()).await.unwrap();

    let drawn = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().into_rgb8();
    assert_eq!((checked.width, checked.height), (1_800, 1_800));
    assert!(drawn(&checked.bytes) == drawn(&bytes));
    assert_eq!(decoder().thumbnail(checked.bytes, 96).await.unwrap().size, (96, 96));
}

#[tokio::test]
async fn rel_s9_a_picture_is_decoded_in_a_process_of_its_own() {
    let checked = decoder().check_image(turned(64).into()).await.unwrap();
    assert_eq!((checked.media_type, checked.width, checked.height), ("image/png", 64, 64));
    let small = decoder().thumbnail(turned(64).into(), 16).await.unwrap();
    assert_eq!((small.media_type, small.size), ("image/png", (16, 16)));

    let cut = turned(64)[..120].to_vec();
    let refused = decoder().check_image(cut.into()).await.unwrap_err();
    assert!(matches!(refused, ImageError::Damaged(_)), "{refused:?}");
}

#[tokio::test]
async fn rel_s9_a_picture_that_needs_more_memory_than_there_is_ends_that_process_alone() {
    // Within the limits of an image, but turning it needs it twice: 576 MB.
    let heavy = turned(6_000);

    assert_eq!(decoder().check_image(heavy.clone().into()).await.unwrap_err(), ImageError::TooMuch);
    assert_eq!(decoder().thumbnail(heavy.into(), 96).await.unwrap_err(), ImageError::TooMuch);
    assert!(decoder().check_image(turned(64).into()).await.is_ok());
}
