//! The async face of this module: two pictures at a time, on threads that may be busy.

use super::check::{self, Checked};
use super::error::ImageError;
use super::thumbnail::{self, Thumbnail};
use bytes::Bytes;
use tokio::sync::Semaphore;

/// One decoding may take 384 MiB for a moment.
static DECODING: Semaphore = Semaphore::const_new(2);

/// Accepts bytes as a picture: within the limits, of an accepted type, and decodable to its end.
pub async fn check(bytes: Bytes) -> Result<Checked, ImageError> {
    off_thread(move || check::check(bytes)).await
}

/// Makes a copy of at most `max_side` pixels on its long side.
pub async fn thumbnail(bytes: Bytes, max_side: u32) -> Result<Thumbnail, ImageError> {
    off_thread(move || thumbnail::thumbnail(&bytes, max_side)).await
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ImageError> + Send + 'static,
) -> Result<T, ImageError> {
    let _turn = DECODING.acquire().await;
    let done = tokio::task::spawn_blocking(work).await;
    // A decoder that panics has met a file no decoder should accept.
    done.unwrap_or_else(|_| Err(ImageError::Damaged("it cannot be decoded".to_owned())))
}
