//! Bytes on their way into the blob store, and out of it for ever.

use bytes::Bytes;
use model::id::WorkspaceId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Services;
use crate::{
    blobs::Digest,
    error::{Doing, EngineError, Result},
    store::{self, audit, blobs},
};

/// A blob in the store that garbage collection spares until a row that needs it is committed.
#[derive(Debug)]
pub(super) struct HeldBlob {
    digest: Digest,
    hold: Uuid,
}

impl HeldBlob {
    /// The digest as rows refer to the blob.
    pub(super) fn digest(&self) -> String {
        self.digest.to_string()
    }

    /// Ends the hold with this transaction, which records what needs the blob.
    pub(super) async fn release(&self, tx: &mut PgConnection) -> Result<()> {
        blobs::release(tx, self.hold).await
    }
}

impl Services {
    /// Puts a blob on record and into the store, held for whoever is about to record what needs it.
    ///
    /// # Errors
    /// The store has no room or lets nobody in; nothing is kept then.
    pub(super) async fn hold(
        &self,
        workspace: WorkspaceId,
        bytes: Bytes,
        media_type: &str,
    ) -> Result<HeldBlob> {
        let digest = Digest::from_content(&bytes);
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let name = digest.to_string();
        let hold = blobs::hold(&self.pool, workspace, &name, size, media_type).await?;
        let held = HeldBlob { digest, hold };
        match self.deps.blobs.put(bytes).await {
            Ok(_) => Ok(held),
            Err(error) => {
                self.let_go(&held).await;
                Err(EngineError::internal("storing a file", error))
            }
        }
    }

    /// The bytes of a blob by its name on record.
    pub(super) async fn bytes_of(&self, name: &str) -> Result<Bytes> {
        let damaged = |error| EngineError::internal("reading a digest", error);
        let digest: Digest = name.parse().map_err(damaged)?;
        let bytes = self.deps.blobs.get(digest).await;
        bytes.map_err(|error| EngineError::internal("reading a file", error))
    }

    /// Ends the hold of a blob that is not needed after all, and deletes it unless something else
    /// needs it.
    pub(super) async fn let_go(&self, held: &HeldBlob) {
        let released = async {
            let mut conn = self.pool.acquire().await.doing("releasing a blob")?;
            held.release(&mut conn).await
        };
        match released.await {
            Ok(()) => drop(self.forget(held.digest).await),
            // Garbage collection deletes it when the hold has expired.
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a blob is held on");
            }
        }
    }

    /// Deletes a blob unless something needs it; returns whether it was deleted. A failure is only
    /// logged, and the blob stays.
    pub(super) async fn forget(&self, digest: Digest) -> bool {
        self.delete_unused(digest, None).await.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "a blob was left behind");
            false
        })
    }

    /// As [`Services::forget`], by the digest as rows refer to it.
    pub(super) async fn forget_named(&self, digest: &str) {
        if let Ok(digest) = digest.parse() {
            self.forget(digest).await;
        }
    }

    /// Deletes the bytes of a blob that nothing needs, with a line of the audit log, if any; false
    /// when something does.
    pub(super) async fn delete_unused(
        &self,
        digest: Digest,
        note: Option<audit::Entry>,
    ) -> Result<bool> {
        let mut tx = store::begin(&self.pool).await.doing("forgetting a blob")?;
        let name = digest.to_string();
        blobs::lock(&mut tx, &name).await?;
        let unused = blobs::drop_unused(&mut tx, &name).await?;
        if unused {
            let deleted = self.deps.blobs.delete(digest).await;
            deleted.map_err(|error| EngineError::internal("deleting a blob", error))?;
            if let Some(note) = note {
                audit::append(&mut tx, note).await?;
            }
        }
        tx.commit().await.doing("forgetting a blob")?;
        Ok(unused)
    }
}

/// Parses digests as the database stores them.
pub(super) fn parse_digests(names: Vec<String>) -> Result<Vec<Digest>> {
    names.into_iter().map(|name| name.parse().map_err(read_error)).collect()
}

/// An internal error of a look through the blob store.
pub(super) fn read_error(
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> EngineError {
    EngineError::internal("looking through the blob store", error)
}
