//! Checks of image files that decoders are too lenient about: JPEG files that end early, endless
//! GIF animations, and where an image ends that has another file behind it.

use image::ImageFormat;

use super::{error::ImageError, limits::MOST_FRAMES};

/// Looks at the blocks of a file without decoding them.
pub(super) fn check(format: ImageFormat, bytes: &[u8]) -> Result<(), ImageError> {
    match format {
        ImageFormat::Jpeg if !jpeg_ends(bytes) => Err(incomplete()),
        ImageFormat::Gif => match gif_frames(bytes) {
            None | Some(0) => Err(incomplete()),
            Some(frames) if frames > MOST_FRAMES => Err(ImageError::TooManyFrames(MOST_FRAMES)),
            Some(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

fn incomplete() -> ImageError {
    ImageError::Damaged("the file ends early".to_owned())
}

/// True when an end marker follows the start of the image's data. Inside that data a byte FF is
/// always escaped, so the marker cannot occur by chance.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let (Some(0xff), Some(&marker)) = (bytes.get(at), bytes.get(at + 1)) {
        if marker == 0xda {
            return bytes[at..].windows(2).any(|pair| pair == [0xff, 0xd9]);
        }
        if marker == 0xff {
            at += 1;
            continue;
        }
        let Some(&[high, low]) = bytes.get(at + 2..at + 4) else {
            return false;
        };
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    false
}

/// The place after the marker that ends a JPEG file; none where its parts are not in order.
pub(super) fn jpeg_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let (0xff, marker) = (*bytes.get(at)?, *bytes.get(at + 1)?) else { return None };
        match marker {
            0xff => at += 1,
            0xd9 => return Some(at + 2),
            0x01 | 0xd0..=0xd7 => at += 2,
            _ => {
                let length = u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]);
                at += 2 + usize::from(length);
                if marker == 0xda {
                    at += bytes.get(at..)?.windows(2).position(is_marker)?;
                }
            }
        }
    }
}

/// Whether a scan ends here: in it a byte FF is escaped, or numbers its restarts.
fn is_marker(pair: &[u8]) -> bool {
    matches!(pair, [0xff, marker] if !matches!(marker, 0x00 | 0xff | 0xd0..=0xd7))
}

/// A GIF file without its comments and without the bytes behind its end.
pub(super) fn gif_without_words(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut at = 13 + color_table(*bytes.get(10)?);
    let mut plain = bytes.get(..at)?.to_vec();
    loop {
        let next = gif_block_end(bytes, at)?;
        let block = bytes.get(at..next)?;
        if !is_words(block) {
            plain.extend_from_slice(block);
        }
        if block == [0x3b] {
            return Some(plain);
        }
        at = next;
    }
}

/// A comment, or what Adobe's programs say of the image.
fn is_words(block: &[u8]) -> bool {
    block.starts_with(b"\x21\xfe") || block.starts_with(b"\x21\xff\x0bXMP DataXMP")
}

/// Frames whose blocks are complete, counted no further than needed; none when the file breaks off
/// within its first frame.
fn gif_frames(bytes: &[u8]) -> Option<usize> {
    let mut at = 13 + color_table(*bytes.get(10)?);
    let mut frames = 0;
    while frames <= MOST_FRAMES && matches!(bytes.get(at), Some(0x21 | 0x2c)) {
        let Some(next) = gif_block_end(bytes, at) else { return (frames > 0).then_some(frames) };
        frames += usize::from(bytes[at] == 0x2c);
        at = next;
    }
    Some(frames)
}

/// The place after an extension, a frame or the end of a GIF file.
fn gif_block_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        0x21 => skip_blocks(bytes, at + 2),
        0x2c => skip_blocks(bytes, at + 11 + color_table(*bytes.get(at + 9)?)),
        0x3b => Some(at + 1),
        _ => None,
    }
}

fn color_table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// The place after a chain of sub-blocks.
fn skip_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match usize::from(*bytes.get(at)?) {
            0 => return Some(at + 1),
            length => at += 1 + length,
        }
    }
}
