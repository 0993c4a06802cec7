//! Who reads files from outside.

use std::{path::PathBuf, process::Stdio, time::Duration};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    sync::Semaphore,
    time::timeout,
};

use super::{
    COMMAND,
    reading::{MOST_BYTES, Reading, Size, answer, parts},
};
use crate::{
    images::{self, Checked, ImageError, Thumbnail},
    pdf::Found,
};

/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most bytes of an answer: of the largest picture, and of what is said of it.
const MOST_ANSWERED: u64 = MOST_BYTES + (1 << 20);

/// A reading may take all the memory a process is given for it.
static PDFS: Semaphore = Semaphore::const_new(2);
static PICTURES: Semaphore = Semaphore::const_new(2);

/// Who reads files from outside.
#[derive(Debug, Clone)]
pub enum FileReader {
    /// A thread of this process; only a panic is contained.
    Here,
    /// A process of this program with [`COMMAND`], which limits its own memory and time: whatever a
    /// file does to it, endless nesting included, ends that process alone.
    Apart(PathBuf),
}

/// Why nothing was answered.
#[derive(Debug, Clone, Copy)]
enum Silence {
    /// The file took more memory or time than there is for one.
    TooMuch,
    /// The reading broke down, or could not begin.
    Broken,
}

impl From<Silence> for ImageError {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::TooMuch => Self::TooMuch,
            Silence::Broken => Self::Damaged("it cannot be decoded".to_owned()),
        }
    }
}

impl FileReader {
    /// Reads a PDF; two at a time.
    pub async fn pdf(&self, bytes: Bytes) -> Found {
        let _turn = PDFS.acquire().await;
        match self.answer(Reading::Pdf, bytes).await {
            Ok(answer) => parts(&answer).map_or(Found::Damaged, |(found, _)| found),
            Err(Silence::TooMuch) => Found::TooMuch,
            Err(Silence::Broken) => Found::Damaged,
        }
    }

    /// Accepts bytes as a picture: within the limits, of an accepted type, and decodable to its end;
    /// two at a time.
    ///
    /// # Errors
    /// Why it is none.
    pub async fn picture(&self, bytes: Bytes) -> Result<Checked, ImageError> {
        let format = images::check_outside(&bytes)?;
        let ((width, height), clean) = self.drawn(Reading::Picture, bytes).await?;
        Ok(Checked { media_type: format.to_mime_type(), width, height, bytes: clean.into() })
    }

    /// Makes a copy of a picture, of at most `side` pixels on its long side; two at a time.
    ///
    /// # Errors
    /// Why it is no picture.
    pub async fn thumbnail(&self, bytes: Bytes, side: u32) -> Result<Thumbnail, ImageError> {
        let (size, bytes) = self.drawn(Reading::Thumbnail(side), bytes).await?;
        Ok(Thumbnail { media_type: images::media_type(&bytes)?, size, bytes })
    }

    async fn drawn(&self, reading: Reading, bytes: Bytes) -> Result<(Size, Vec<u8>), ImageError> {
        let _turn = PICTURES.acquire().await;
        let answer = self.answer(reading, bytes).await?;
        let (size, made): (Result<Size, ImageError>, _) = parts(&answer).ok_or(Silence::Broken)?;
        Ok((size?, made.to_vec()))
    }

    async fn answer(&self, reading: Reading, bytes: Bytes) -> Result<Vec<u8>, Silence> {
        match self {
            Self::Here => {
                let read = tokio::task::spawn_blocking(move || answer(reading, &bytes)).await;
                read.map_err(|_| Silence::Broken)
            }
            Self::Apart(program) => {
                let asked = timeout(PATIENCE, apart(program.clone(), reading, bytes)).await;
                let asked = asked.map_err(|_| Silence::TooMuch)?;
                asked.unwrap_or_else(|error| {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, %reading, "no file can be read");
                    Err(Silence::Broken)
                })
            }
        }
    }
}

async fn apart(
    program: PathBuf,
    reading: Reading,
    bytes: Bytes,
) -> std::io::Result<Result<Vec<u8>, Silence>> {
    // Nothing of the server's surroundings, keys among them, is where a hostile file is read.
    let mut child = Command::new(program)
        .args([COMMAND, &reading.to_string()])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // One that ended early says why by how it ended.
        let _ = input.write_all(&bytes).await;
    }
    let mut answer = vec![];
    if let Some(output) = child.stdout.take() {
        output.take(MOST_ANSWERED + 1).read_to_end(&mut answer).await?;
    }
    let ended = child.wait().await?;
    // The beginning of an answer is none.
    let is_whole = answer.len() as u64 <= MOST_ANSWERED;
    Ok(match ended.code() {
        Some(0) if is_whole => Ok(answer),
        Some(_) if is_whole => Err(Silence::Broken),
        _ => Err(Silence::TooMuch),
    })
}
