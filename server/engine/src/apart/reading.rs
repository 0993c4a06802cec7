//! What a file is read for, what that may take, and how it is answered.

use std::{fmt, str::FromStr};

use serde::{Serialize, de::DeserializeOwned};

use crate::{images, images::ImageError, pdf};

/// Bytes of a file, more than an upload may have.
pub const MOST_BYTES: u64 = 32 << 20;

/// What a file is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The text of a PDF.
    Pdf,
    /// The size of a picture, decoded to its end, and its file without what it says besides.
    Picture,
    /// A copy of a picture with so many pixels on its long side.
    Thumbnail(u32),
}

impl Reading {
    /// Most bytes of memory.
    pub fn memory(self) -> u64 {
        match self {
            Self::Pdf => 768 << 20,
            Self::Picture | Self::Thumbnail(_) => 512 << 20,
        }
    }

    /// Most seconds of the processor.
    pub fn seconds(self) -> u64 {
        match self {
            Self::Pdf => 15,
            Self::Picture | Self::Thumbnail(_) => 10,
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pdf => f.write_str("pdf"),
            Self::Picture => f.write_str("picture"),
            Self::Thumbnail(side) => write!(f, "thumbnail-{side}"),
        }
    }
}

impl FromStr for Reading {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "pdf" => Ok(Self::Pdf),
            "picture" => Ok(Self::Picture),
            _ => {
                let side = text.strip_prefix("thumbnail-").and_then(|side| side.parse().ok());
                side.map(Self::Thumbnail).ok_or("pdf, picture or thumbnail-SIDE")
            }
        }
    }
}

/// Pixels across and down.
pub(super) type Size = (u32, u32);

/// Reads a file, however broken or hostile. The answer is for a [`FileReader`](super::FileReader) of
/// the same program: a line of JSON, then the bytes of what was made, if any.
pub fn answer(reading: Reading, bytes: &[u8]) -> Vec<u8> {
    match reading {
        Reading::Pdf => line(&pdf::read(bytes)),
        Reading::Picture => match images::clean(bytes) {
            Ok((size, clean)) => [&line(&Ok::<Size, ImageError>(size))[..], &clean].concat(),
            Err(error) => line(&Err::<Size, _>(error)),
        },
        Reading::Thumbnail(side) => match images::thumbnail(bytes, side) {
            Ok(small) => [line(&Ok::<Size, ImageError>(small.size)), small.bytes].concat(),
            Err(error) => line(&Err::<Size, _>(error)),
        },
    }
}

fn line(answer: &impl Serialize) -> Vec<u8> {
    // An answer that cannot be written is none, which the reader takes for a damaged file.
    let mut line = serde_json::to_vec(answer).unwrap_or_default();
    line.push(b'\n');
    line
}

/// The answer's line and what follows it; none when nothing sensible was answered.
pub(super) fn parts<T: DeserializeOwned>(answer: &[u8]) -> Option<(T, &[u8])> {
    let end = answer.iter().position(|byte| *byte == b'\n')?;
    let (line, made) = answer.split_at_checked(end)?;
    Some((serde_json::from_slice(line).ok()?, made.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_read_for_is_told_as_an_argument() {
        for reading in [Reading::Pdf, Reading::Picture, Reading::Thumbnail(480)] {
            assert_eq!(reading.to_string().parse(), Ok(reading));
        }
        assert!("thumbnail-".parse::<Reading>().is_err());
    }
}
