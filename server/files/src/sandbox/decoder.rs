//! Where untrusted files are decoded.

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
    decode_job::{DecodeJob, MOST_BYTES, Size, decode, split_answer},
};
use crate::{
    images::{self, Checked, ImageError, Thumbnail},
    pdf::PdfOutcome,
};

/// How long the decoding of one file may take.
const TIME_LIMIT: Duration = Duration::from_secs(20);
/// The most bytes of an answer: those of the largest image and of the line before it.
const MOST_ANSWER_BYTES: u64 = MOST_BYTES + (1 << 20);

/// At most two of each kind at once: each may use all the memory that a subprocess may have.
static PDFS: Semaphore = Semaphore::const_new(2);
static IMAGES: Semaphore = Semaphore::const_new(2);

/// Decodes untrusted files; where it does so is what the variants say.
#[derive(Debug, Clone)]
pub enum FileDecoder {
    /// In a thread of this process, where only a panic is contained.
    InProcess,
    /// In a subprocess of the program at this path, started with [`COMMAND`]. It limits its own
    /// memory and time: whatever a file does to it, endless nesting included, ends that process
    /// alone.
    Subprocess(PathBuf),
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy)]
enum DecodeFailure {
    /// The file took more memory or time than there is for one.
    TooMuch,
    /// The decoding failed, or could not begin.
    Broken,
}

impl From<DecodeFailure> for ImageError {
    fn from(failure: DecodeFailure) -> Self {
        match failure {
            DecodeFailure::TooMuch => Self::TooMuch,
            DecodeFailure::Broken => Self::Damaged("it can't be decoded".to_owned()),
        }
    }
}

impl FileDecoder {
    /// Reads the text of a PDF; two at a time.
    pub async fn pdf(&self, bytes: Bytes) -> PdfOutcome {
        let _permit = PDFS.acquire().await;
        match self.run(DecodeJob::Pdf, bytes).await {
            Ok(answer) => split_answer(&answer).map_or(PdfOutcome::Damaged, |(found, _)| found),
            Err(DecodeFailure::TooMuch) => PdfOutcome::TooMuch,
            Err(DecodeFailure::Broken) => PdfOutcome::Damaged,
        }
    }

    /// Accepts bytes as an image: within the limits, of an accepted type, and decodable to its
    /// end; two at a time.
    ///
    /// # Errors
    /// Why the bytes are not accepted.
    pub async fn check_image(&self, bytes: Bytes) -> Result<Checked, ImageError> {
        let format = images::check_outside(&bytes)?;
        let ((width, height), clean) = self.decode_image(DecodeJob::Image, bytes).await?;
        Ok(Checked { media_type: format.to_mime_type(), width, height, bytes: clean.into() })
    }

    /// Makes a copy of an image, of at most `side` pixels on its long side; two at a time.
    ///
    /// # Errors
    /// Why the bytes are no image.
    pub async fn thumbnail(&self, bytes: Bytes, side: u32) -> Result<Thumbnail, ImageError> {
        let (size, bytes) = self.decode_image(DecodeJob::Thumbnail(side), bytes).await?;
        Ok(Thumbnail { media_type: images::media_type(&bytes)?, size, bytes })
    }

    async fn decode_image(
        &self,
        job: DecodeJob,
        bytes: Bytes,
    ) -> Result<(Size, Vec<u8>), ImageError> {
        let _permit = IMAGES.acquire().await;
        let answer = self.run(job, bytes).await?;
        let (size, made): (Result<Size, ImageError>, _) =
            split_answer(&answer).ok_or(DecodeFailure::Broken)?;
        Ok((size?, made.to_vec()))
    }

    async fn run(&self, job: DecodeJob, bytes: Bytes) -> Result<Vec<u8>, DecodeFailure> {
        match self {
            Self::InProcess => {
                let decoded = tokio::task::spawn_blocking(move || decode(job, &bytes)).await;
                decoded.map_err(|_| DecodeFailure::Broken)
            }
            Self::Subprocess(program) => {
                let run = run_subprocess(program.clone(), job, bytes);
                let answer = timeout(TIME_LIMIT, run).await;
                let answer = answer.map_err(|_| DecodeFailure::TooMuch)?;
                answer.unwrap_or_else(|error| {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, %job, "no file can be read");
                    Err(DecodeFailure::Broken)
                })
            }
        }
    }
}

async fn run_subprocess(
    program: PathBuf,
    job: DecodeJob,
    bytes: Bytes,
) -> std::io::Result<Result<Vec<u8>, DecodeFailure>> {
    // A hostile file must not find the server's environment, in which keys are.
    let mut child = Command::new(program)
        .args([COMMAND, &job.to_string()])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A subprocess that ended early says why by its exit status.
        let _ = input.write_all(&bytes).await;
    }
    let mut answer = vec![];
    if let Some(output) = child.stdout.take() {
        output.take(MOST_ANSWER_BYTES + 1).read_to_end(&mut answer).await?;
    }
    let status = child.wait().await?;
    // The beginning of an answer is no answer.
    let is_whole = answer.len() as u64 <= MOST_ANSWER_BYTES;
    Ok(match status.code() {
        Some(0) if is_whole => Ok(answer),
        Some(_) if is_whole => Err(DecodeFailure::Broken),
        _ => Err(DecodeFailure::TooMuch),
    })
}
