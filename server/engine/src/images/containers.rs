//! What decoders forgive and we do not: JPEG files that end early, and endless GIF animations.

use super::error::ImageError;
use image::ImageFormat;

const MOST_FRAMES: usize = 1_000;

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

/// True when an end marker follows the start of the picture's data. Inside that data a byte FF is
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

/// Frames whose blocks are complete, counted no further than needed; none when the file breaks off
/// within its first frame.
fn gif_frames(bytes: &[u8]) -> Option<usize> {
    let mut at = 13 + color_table(*bytes.get(10)?);
    let mut frames = 0;
    while frames <= MOST_FRAMES {
        let next = match bytes.get(at) {
            Some(0x21) => skip_blocks(bytes, at + 2),
            Some(0x2c) => bytes
                .get(at + 9)
                .and_then(|&flags| skip_blocks(bytes, at + 11 + color_table(flags))),
            _ => return Some(frames),
        };
        match next {
            Some(_) if bytes[at] == 0x2c => frames += 1,
            Some(_) => {}
            None => return (frames > 0).then_some(frames),
        }
        at = next?;
    }
    Some(frames)
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
