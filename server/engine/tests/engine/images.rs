//! Which files are accepted as images.

use std::io::Cursor;

use bytes::Bytes;
use files::{
    images::{Checked, ImageError, Thumbnail},
    sandbox::FileDecoder,
};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use img_parts::{ImageEXIF, jpeg::JpegSegment, png::PngChunk};

const FORMATS: [ImageFormat; 4] =
    [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];

fn image(width: u32, height: u32) -> DynamicImage {
    let color = |x: u32, y: u32| Rgba([(x * 7) as u8, (y * 5) as u8, (x * y) as u8, 255]);
    RgbaImage::from_fn(width, height, color).into()
}

fn file(format: ImageFormat, image: DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let image = match format {
        ImageFormat::Jpeg => image.into_rgb8().into(),
        _ => image,
    };
    image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A PNG of one pixel whose header says something else, with a correct checksum.
fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut png = file(ImageFormat::Png, image(1, 1));
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 }
        })
    })
}

/// A GIF of one pixel with this many frames.
fn gif_of(frames: usize) -> Vec<u8> {
    let head = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff";
    let frame = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00";
    [&head[..], &frame.repeat(frames), b"\x3b"].concat()
}

async fn check(bytes: Bytes) -> Result<Checked, ImageError> {
    FileDecoder::InProcess.check_image(bytes).await
}

async fn thumbnail(bytes: Bytes, side: u32) -> Result<Thumbnail, ImageError> {
    FileDecoder::InProcess.thumbnail(bytes, side).await
}

async fn refusal(bytes: Vec<u8>) -> ImageError {
    check(Bytes::from(bytes)).await.map(|checked| (checked.media_type, checked.width)).unwrap_err()
}

#[tokio::test]
async fn each_accepted_format_is_known_by_its_content_and_kept_as_it_is() {
    for format in FORMATS {
        let bytes = Bytes::from(file(format, image(31, 17)));
        let checked = check(bytes.clone()).await.unwrap();
        assert_eq!(checked.media_type, format.to_mime_type());
        assert_eq!((checked.width, checked.height), (31, 17));
        assert_eq!(checked.bytes, bytes);
    }
}

#[tokio::test]
async fn rel_s9_a_header_that_claims_too_many_pixels_is_refused_before_decoding() {
    for (width, height) in [(60_000, 60_000), (12_001, 1), (1, 12_001), (8_000, 8_000)] {
        let error = refusal(png_claiming(width, height)).await;
        assert_eq!(error, ImageError::TooLarge { width, height });
    }
    assert!(matches!(refusal(png_claiming(6_000, 6_000)).await, ImageError::Damaged(_)));
}

#[tokio::test]
async fn rel_s9_a_file_that_ends_early_is_refused_wherever_it_is_cut() {
    for format in FORMATS {
        let whole = file(format, image(64, 64));
        for eighths in 0..8 {
            let cut = whole[..whole.len() * eighths / 8].to_vec();
            let error = refusal(cut).await;
            let refused = matches!(error, ImageError::Damaged(_) | ImageError::WrongType { .. });
            assert!(refused, "{format:?} at {eighths}/8: {error:?}");
        }
    }
}

#[tokio::test]
async fn rel_s9_what_is_not_an_accepted_picture_is_refused_whatever_it_claims() {
    let others: [&[u8]; 9] = [
        b"",
        b"GIF89a/*<script>alert(1)</script>*/=1;",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><img src=x>",
        b"%PDF-1.7\n",
        b"PK\x03\x04\x14\x00\x00\x00",
        b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00",
        b"II*\x00\x08\x00\x00\x00",
        b"\x7fELF\x02\x01\x01",
    ];

    for bytes in others {
        let error = refusal(bytes.to_vec()).await;
        let refused = matches!(error, ImageError::Damaged(_) | ImageError::WrongType { .. });
        assert!(refused, "{:?}: {error:?}", String::from_utf8_lossy(bytes));
    }
}

#[tokio::test]
async fn rel_s9_a_picture_with_another_file_behind_it_is_only_ever_a_picture() {
    for format in FORMATS {
        let mut bytes = file(format, image(8, 8));
        bytes.extend_from_slice(b"PK\x03\x04<script>alert(1)</script>");
        let checked = check(bytes.into()).await.unwrap();
        assert_eq!(checked.media_type, format.to_mime_type());
        let small = thumbnail(checked.bytes, 96).await.unwrap();
        assert!(!small.bytes.windows(8).any(|part| part == b"<script>"));
    }
}

/// The same file with words of whoever made it in it, and turned on its side where it can say so.
fn telling(format: ImageFormat, bytes: Vec<u8>) -> Vec<u8> {
    let bytes = Bytes::from(bytes);
    let exif = b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\
                 \x0e\x01\x02\0\x07\0\0\0\x26\0\0\0\0\0\0\0secret\0";
    let exif = Some(Bytes::from_static(exif));
    match format {
        ImageFormat::Jpeg => {
            let mut jpeg = img_parts::jpeg::Jpeg::from_bytes(bytes).unwrap();
            let comment = JpegSegment::new_with_contents(0xfe, Bytes::from_static(b"secret"));
            jpeg.segments_mut().insert(1, comment);
            jpeg.set_exif(exif);
            jpeg.encoder().bytes().to_vec()
        }
        ImageFormat::Png => {
            let mut png = img_parts::png::Png::from_bytes(bytes).unwrap();
            let text = PngChunk::new(*b"tEXt", Bytes::from_static(b"Comment\0secret"));
            png.chunks_mut().insert(1, text);
            png.set_exif(exif);
            png.encoder().bytes().to_vec()
        }
        ImageFormat::Gif => {
            let place = bytes.len() - 1;
            [&bytes[..place], b"\x21\xfe\x06secret\0", &bytes[place..]].concat()
        }
        // As some programs write it, with the name that Exif data has in a JPEG before it.
        _ => {
            let mut webp = img_parts::webp::WebP::from_bytes(bytes).unwrap();
            let named = exif.map(|exif| [b"Exif\0\0", &*exif].concat().into());
            webp.set_exif(named);
            webp.encoder().bytes().to_vec()
        }
    }
}

#[tokio::test]
async fn rel_s9_what_a_file_says_beside_its_picture_and_behind_it_is_not_kept() {
    for format in FORMATS {
        let plain = file(format, image(31, 17));
        let mut bytes = telling(format, plain.clone());
        bytes.extend_from_slice(b"<script>secret</script>");

        let checked = check(bytes.clone().into()).await.unwrap();

        assert!(!checked.bytes.windows(6).any(|part| part == b"secret"), "{format:?}");
        // The way up is no secret.
        let turned = format != ImageFormat::Gif;
        let size = if turned { (17, 31) } else { (31, 17) };
        assert_eq!((checked.width, checked.height), size, "{format:?}");
        let drawn = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().into_rgba8();
        assert_eq!(drawn(&checked.bytes), drawn(&plain), "{format:?}");
        let again = check(checked.bytes.clone()).await.unwrap();
        assert_eq!(again, checked, "{format:?}");
    }
}

#[tokio::test]
async fn rel_s9_endless_animations_are_refused() {
    assert_eq!(check(gif_of(1_000).into()).await.unwrap().width, 1);
    assert_eq!(refusal(gif_of(100_000)).await, ImageError::TooManyFrames(1_000));
}

#[tokio::test]
async fn rel_s9_a_file_over_ten_megabytes_is_refused() {
    let bytes = 10 * 1024 * 1024 + 1;
    assert_eq!(refusal(vec![0; bytes]).await, ImageError::TooManyBytes { bytes });
}

#[tokio::test]
async fn rel_s9_thousands_of_damaged_pictures_leave_the_process_standing() {
    let originals = FORMATS.map(|format| file(format, image(16, 16)));

    for round in 0..2_000_usize {
        let mut bytes = originals[round % 4].clone();
        for change in 0..3 {
            let at = (round * 7_919 + change * 104_729) % bytes.len();
            bytes[at] = bytes[at].wrapping_add((round * 31 + change) as u8 | 1);
        }
        let _ = check(bytes.into()).await;
    }

    assert!(check(originals[0].clone().into()).await.is_ok());
}

#[tokio::test]
async fn a_thumbnail_keeps_the_shape_fits_the_side_and_never_grows() {
    for side in [96, 480] {
        let bytes = file(ImageFormat::Png, image(1_000, 500));
        let small = thumbnail(bytes.into(), side).await.unwrap();
        assert_eq!(small.size, (side, side / 2));
        assert_eq!(small.media_type, "image/jpeg");
        assert_eq!(image::load_from_memory(&small.bytes).unwrap().width(), side);
    }
    let tiny = thumbnail(file(ImageFormat::Gif, image(20, 10)).into(), 96).await.unwrap();
    assert_eq!(tiny.size, (20, 10));
}

#[tokio::test]
async fn a_thumbnail_of_a_transparent_image_stays_transparent() {
    let clear: DynamicImage = RgbaImage::from_pixel(200, 200, Rgba([9, 9, 9, 90])).into();
    let small = thumbnail(file(ImageFormat::WebP, clear).into(), 96).await.unwrap();
    assert_eq!(small.media_type, "image/png");
}
