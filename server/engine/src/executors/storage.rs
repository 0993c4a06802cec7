//! Whether the storage takes what is about to be paid for, and what is to be done when it does not.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use model::execution::failure::{Failure, FailureClass, HoldReason};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::{
    blobs::{BlobError, Blobs},
    job::JobContext,
};

/// For so long after it took something the storage is not tried before a call.
const TRUSTED: Duration = Duration::from_secs(300);
/// Bytes of what it is tried with, unless more were refused.
const TRIED_BYTES: usize = 16 << 10;

/// What this process knows of the storage.
#[derive(Debug, Clone, Copy)]
enum Known {
    Nothing,
    Took(Instant),
    /// It refused a file of so many bytes.
    Refused(usize),
}

/// The storage of this process, with what is known of it.
pub struct Storage {
    blobs: Arc<dyn Blobs>,
    known: Mutex<Known>,
}

impl Storage {
    /// Of which nothing is known yet.
    pub fn new(blobs: Arc<dyn Blobs>) -> Self {
        Self { blobs, known: Mutex::new(Known::Nothing) }
    }

    /// Where the files go.
    pub fn blobs(&self) -> &dyn Blobs {
        &*self.blobs
    }

    /// Fails before a call is paid whose file would not be taken. What was refused last is tried again
    /// with as many bytes; who comes meanwhile waits for the answer.
    pub async fn check(&self, context: &JobContext) -> Result<(), Failure> {
        let mut known = self.known.lock().await;
        let bytes = match *known {
            Known::Took(at) if at.elapsed() < TRUSTED => return Ok(()),
            Known::Took(_) | Known::Nothing => TRIED_BYTES,
            Known::Refused(bytes) => bytes.max(TRIED_BYTES),
        };
        let tried = self.try_with(bytes).await;
        *known = if tried.is_ok() { Known::Took(Instant::now()) } else { Known::Refused(bytes) };
        tried.map_err(|error| held_at_last(context, error.into()))
    }

    /// Takes in whether a file of so many bytes was stored.
    pub async fn note(&self, bytes: usize, is_stored: bool) {
        let now = if is_stored { Known::Took(Instant::now()) } else { Known::Refused(bytes) };
        *self.known.lock().await = now;
    }

    /// Stores something that was never stored before, and deletes it.
    async fn try_with(&self, bytes: usize) -> Result<(), BlobError> {
        let mut content = Uuid::now_v7().as_bytes().to_vec();
        content.resize(bytes, 0);
        let digest = self.blobs.put(Bytes::from(content)).await?;
        if let Err(error) = self.blobs.delete(digest).await {
            // It is on no record, and goes with other files of which that is true.
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "what the storage was tried with is left in it");
        }
        Ok(())
    }
}

/// A storage that fails again and again is a person's to see to: a step that could only be paid anew
/// does not fail for it.
pub fn held_at_last(context: &JobContext, failure: Failure) -> Failure {
    match failure.class {
        FailureClass::Transient { .. } if context.is_last_attempt() => {
            Failure { class: FailureClass::Hold { reason: HoldReason::Storage }, ..failure }
        }
        FailureClass::Transient { .. }
        | FailureClass::Limited { .. }
        | FailureClass::Permanent
        | FailureClass::Hold { .. } => failure,
    }
}
