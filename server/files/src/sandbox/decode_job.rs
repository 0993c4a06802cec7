//! What a file is decoded for, how much memory and time that may take, and how the result is sent.

use std::{fmt, str::FromStr};

use serde::{Serialize, de::DeserializeOwned};

use crate::{images, images::ImageError, pdf};

/// The most bytes that are read of a file; more than an upload may have.
pub const MOST_BYTES: u64 = 32 << 20;

/// What a file is decoded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeJob {
    /// The text of a PDF.
    Pdf,
    /// The size of an image, decoded to its end, and its file without metadata.
    Image,
    /// A copy of an image with at most this many pixels on its long side.
    Thumbnail(u32),
}

impl DecodeJob {
    /// The most bytes of memory that the process may have.
    pub fn memory(self) -> u64 {
        match self {
            Self::Pdf => 768 << 20,
            Self::Image | Self::Thumbnail(_) => 512 << 20,
        }
    }

    /// The most seconds of processor time that the process may use.
    pub fn seconds(self) -> u64 {
        match self {
            Self::Pdf => 15,
            Self::Image | Self::Thumbnail(_) => 10,
        }
    }
}

impl fmt::Display for DecodeJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pdf => f.write_str("pdf"),
            Self::Image => f.write_str("picture"),
            Self::Thumbnail(side) => write!(f, "thumbnail-{side}"),
        }
    }
}

impl FromStr for DecodeJob {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "pdf" => Ok(Self::Pdf),
            "picture" => Ok(Self::Image),
            _ => {
                let side = text.strip_prefix("thumbnail-").and_then(|side| side.parse().ok());
                side.map(Self::Thumbnail).ok_or("pdf, picture or thumbnail-SIDE")
            }
        }
    }
}

/// Width and height in pixels.
pub(super) type Size = (u32, u32);

/// Decodes a file, however broken or hostile. The answer is for the
/// [`FileDecoder`](super::FileDecoder) of the same program: a line of JSON, then the bytes of the
/// image that was made, if any.
pub fn decode(job: DecodeJob, bytes: &[u8]) -> Vec<u8> {
    match job {
        DecodeJob::Pdf => json_line(&pdf::read(bytes)),
        DecodeJob::Image => match images::clean(bytes) {
            Ok((size, clean)) => [&json_line(&Ok::<Size, ImageError>(size))[..], &clean].concat(),
            Err(error) => json_line(&Err::<Size, _>(error)),
        },
        DecodeJob::Thumbnail(side) => match images::thumbnail(bytes, side) {
            Ok(small) => [json_line(&Ok::<Size, ImageError>(small.size)), small.bytes].concat(),
            Err(error) => json_line(&Err::<Size, _>(error)),
        },
    }
}

fn json_line(answer: &impl Serialize) -> Vec<u8> {
    // The decoder takes an empty line for a damaged file.
    let mut line = serde_json::to_vec(answer).unwrap_or_default();
    line.push(b'\n');
    line
}

/// The value in the first line of an answer and the bytes after that line; none when the answer is
/// malformed.
pub(super) fn split_answer<T: DeserializeOwned>(answer: &[u8]) -> Option<(T, &[u8])> {
    let end = answer.iter().position(|byte| *byte == b'\n')?;
    let (line, made) = answer.split_at_checked(end)?;
    Some((serde_json::from_slice(line).ok()?, made.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_parsed_from_the_argument_that_it_is_written_as() {
        for job in [DecodeJob::Pdf, DecodeJob::Image, DecodeJob::Thumbnail(480)] {
            assert_eq!(job.to_string().parse(), Ok(job));
        }
        assert!("thumbnail-".parse::<DecodeJob>().is_err());
    }
}
