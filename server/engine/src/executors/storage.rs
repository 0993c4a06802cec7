//! Checks that the blob store takes files before something is paid for.
//!
//! The probe is a small file, or one as large as the store refused last. A store that takes nothing
//! pauses the execution with the reason `storage`, and nothing is paid.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use blobs::Blobs;
use model::execution::failure::{Failure, FailureClass, HoldReason};
use tokio::sync::Mutex;

use crate::job::JobContext;

/// For this long after a success the store is not probed before a call.
const TRUSTED: Duration = Duration::from_secs(300);
/// The bytes of a probe, unless a larger file was refused.
const TRIED_BYTES: usize = 16 << 10;

/// What this process knows of the store.
#[derive(Debug, Clone, Copy)]
enum StorageState {
    Unknown,
    Took(Instant),
    /// It refused a file with this many bytes.
    Refused(usize),
}

/// The blob store, with what is known of its state.
pub struct Storage {
    blobs: Arc<dyn Blobs>,
    state: Mutex<StorageState>,
}

impl Storage {
    /// A store whose state is unknown.
    pub fn new(blobs: Arc<dyn Blobs>) -> Self {
        Self { blobs, state: Mutex::new(StorageState::Unknown) }
    }

    /// The blob store.
    pub fn blobs(&self) -> &dyn Blobs {
        &*self.blobs
    }

    /// Fails if the store would refuse the file of a paid call. After a refusal it is probed with
    /// as many bytes; other jobs wait meanwhile for the result.
    pub async fn check(&self, context: &JobContext) -> Result<(), Failure> {
        let mut state = self.state.lock().await;
        let bytes = match *state {
            StorageState::Took(at) if at.elapsed() < TRUSTED => return Ok(()),
            StorageState::Took(_) | StorageState::Unknown => TRIED_BYTES,
            StorageState::Refused(bytes) => bytes.max(TRIED_BYTES),
        };
        let tried = self.blobs.probe(bytes).await;
        *state = if tried.is_ok() {
            StorageState::Took(Instant::now())
        } else {
            StorageState::Refused(bytes)
        };
        tried.map_err(|error| hold_on_last_attempt(context, error.into()))
    }

    /// Notes whether a file with this many bytes was stored.
    pub async fn note(&self, bytes: usize, is_stored: bool) {
        let now = if is_stored {
            StorageState::Took(Instant::now())
        } else {
            StorageState::Refused(bytes)
        };
        *self.state.lock().await = now;
    }
}

/// Turns a transient failure of the last attempt into one that waits for a person: a node whose
/// calls were paid does not fail because of the store.
pub fn hold_on_last_attempt(context: &JobContext, failure: Failure) -> Failure {
    match failure.class {
        FailureClass::Transient { .. } if context.is_last_attempt(&failure) => {
            Failure { class: FailureClass::Hold { reason: HoldReason::Storage }, ..failure }
        }
        FailureClass::Transient { .. }
        | FailureClass::Limited { .. }
        | FailureClass::Permanent
        | FailureClass::Hold { .. } => failure,
    }
}
