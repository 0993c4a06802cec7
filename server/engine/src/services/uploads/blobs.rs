//! Bytes on their way into the blob store, and out of it for ever.

use ::blobs::Digest;
use bytes::Bytes;
use model::id::WorkspaceId;
use sqlx::PgConnection;
use store::{
    audit, blobs,
    error::{Doing, EngineError, Result},
};
use uuid::Uuid;

use crate::services::context::ServiceContext;

/// A blob in the store that garbage collection spares until a row that needs it is committed.
#[derive(Debug)]
pub(in crate::services) struct HeldBlob {
    digest: Digest,
    hold: Uuid,
}

impl HeldBlob {
    /// The digest as rows refer to the blob.
    pub(in crate::services) fn digest(&self) -> String {
        self.digest.to_string()
    }

    /// Ends the hold with this transaction, which records what needs the blob.
    pub(in crate::services) async fn release(&self, tx: &mut PgConnection) -> Result<()> {
        blobs::release(tx, self.hold).await
    }
}

/// Puts a blob on record and into the store, held for whoever is about to record what needs it.
///
/// # Errors
/// The store has no room or lets nobody in; nothing is kept then.
pub(in crate::services) async fn hold_blob(
    context: &ServiceContext,
    workspace: WorkspaceId,
    bytes: Bytes,
    media_type: &str,
) -> Result<HeldBlob> {
    let digest = Digest::from_content(&bytes);
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let name = digest.to_string();
    let hold = blobs::hold(&context.pool, workspace, &name, size, media_type).await?;
    let held = HeldBlob { digest, hold };
    match context.deps.blobs.put(bytes).await {
        Ok(_) => Ok(held),
        Err(error) => {
            drop_held_blob(context, &held).await;
            Err(EngineError::internal("storing a file", error))
        }
    }
}

/// The bytes of a blob by its name on record.
pub(in crate::services) async fn read_blob(context: &ServiceContext, name: &str) -> Result<Bytes> {
    let damaged = |error| EngineError::internal("reading a digest", error);
    let digest: Digest = name.parse().map_err(damaged)?;
    let bytes = context.deps.blobs.get(digest).await;
    bytes.map_err(|error| EngineError::internal("reading a file", error))
}

/// Ends the hold of a blob that is not needed after all, and deletes it unless something else
/// needs it.
pub(in crate::services) async fn drop_held_blob(context: &ServiceContext, held: &HeldBlob) {
    let released = async {
        let mut conn = context.pool.acquire().await.doing("releasing a blob")?;
        held.release(&mut conn).await
    };
    match released.await {
        Ok(()) => drop(forget_blob(context, held.digest).await),
        // Garbage collection deletes it when the hold has expired.
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a blob is held on");
        }
    }
}

/// Deletes a blob unless something needs it; returns whether it was deleted. A failure is only
/// logged, and the blob stays.
pub(in crate::services) async fn forget_blob(context: &ServiceContext, digest: Digest) -> bool {
    delete_unused_blob(context, digest, None).await.unwrap_or_else(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "a blob was left behind");
        false
    })
}

/// As [`forget_blob`], by the digest as rows refer to it.
pub(in crate::services) async fn forget_blob_named(context: &ServiceContext, digest: &str) {
    if let Ok(digest) = digest.parse() {
        forget_blob(context, digest).await;
    }
}

/// Deletes the bytes of a blob that nothing needs, with a line of the audit log, if any; false
/// when something does.
pub(in crate::services) async fn delete_unused_blob(
    context: &ServiceContext,
    digest: Digest,
    note: Option<audit::Entry>,
) -> Result<bool> {
    let mut tx = store::begin(&context.pool).await.doing("forgetting a blob")?;
    let name = digest.to_string();
    blobs::lock(&mut tx, &name).await?;
    let unused = blobs::drop_unused(&mut tx, &name).await?;
    if unused {
        let deleted = context.deps.blobs.delete(digest).await;
        deleted.map_err(|error| EngineError::internal("deleting a blob", error))?;
        if let Some(note) = note {
            audit::append(&mut tx, note).await?;
        }
    }
    tx.commit().await.doing("forgetting a blob")?;
    Ok(unused)
}

/// Parses digests as the database stores them.
pub(in crate::services) fn parse_digests(names: Vec<String>) -> Result<Vec<Digest>> {
    names.into_iter().map(|name| name.parse().map_err(read_error)).collect()
}

/// An internal error of a look through the blob store.
pub(in crate::services) fn read_error(
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> EngineError {
    EngineError::internal("looking through the blob store", error)
}
