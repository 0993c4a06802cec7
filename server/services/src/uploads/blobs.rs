//! Bytes on their way into the blob store, and out of it for ever.

use ::blobs::Digest;
use bytes::Bytes;
use model::id::WorkspaceId;
use sqlx::PgConnection;
use store::{
    audit, blobs,
    error::{EngineError, Result},
};
use uuid::Uuid;

use crate::context::ServiceContext;

/// A blob in the store that garbage collection spares until a row that needs it is committed.
#[derive(Debug)]
pub(crate) struct HeldBlob {
    digest: Digest,
    hold: Uuid,
}

impl HeldBlob {
    /// The digest as rows refer to the blob.
    pub(crate) fn digest(&self) -> String {
        self.digest.to_string()
    }

    /// Ends the hold with this transaction, which records what needs the blob.
    pub(crate) async fn release(&self, tx: &mut PgConnection) -> Result<()> {
        blobs::release(tx, self.hold).await
    }
}

/// Puts a blob on record and into the store, held for whoever is about to record what needs it.
///
/// # Errors
/// The store has no room or lets nobody in; nothing is kept then.
pub(crate) async fn hold_blob(
    ctx: &ServiceContext,
    workspace: WorkspaceId,
    bytes: Bytes,
    media_type: &str,
) -> Result<HeldBlob> {
    let digest = Digest::from_content(&bytes);
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let name = digest.to_string();
    let hold = blobs::hold(&ctx.pool, workspace, &name, size, media_type).await?;
    let held = HeldBlob { digest, hold };
    match ctx.deps.blobs.put(bytes).await {
        Ok(_) => Ok(held),
        Err(error) => {
            drop_held_blob(ctx, &held).await;
            Err(EngineError::internal("storing a file", error))
        }
    }
}

/// The bytes of a blob by its name on record.
pub(crate) async fn read_blob(ctx: &ServiceContext, name: &str) -> Result<Bytes> {
    let damaged = |error| EngineError::internal("reading a digest", error);
    let digest: Digest = name.parse().map_err(damaged)?;
    let bytes = ctx.deps.blobs.get(digest).await;
    bytes.map_err(|error| EngineError::internal("reading a file", error))
}

/// Ends the hold of a blob that is not needed after all, and deletes it unless something else
/// needs it.
pub(crate) async fn drop_held_blob(ctx: &ServiceContext, held: &HeldBlob) {
    let released = async {
        let mut conn = ctx.connect("releasing a blob").await?;
        held.release(&mut conn).await
    };
    match released.await {
        Ok(()) => drop(forget_blob(ctx, held.digest).await),
        // Garbage collection deletes it when the hold has expired.
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a blob is held on");
        }
    }
}

/// Deletes a blob unless something needs it; returns whether it was deleted. A failure is only
/// logged, and the blob stays.
pub(crate) async fn forget_blob(ctx: &ServiceContext, digest: Digest) -> bool {
    delete_unused_blob(ctx, digest, None).await.unwrap_or_else(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "a blob was left behind");
        false
    })
}

/// As [`forget_blob`], by the digest as rows refer to it.
pub(crate) async fn forget_blob_named(ctx: &ServiceContext, digest: &str) {
    if let Ok(digest) = digest.parse() {
        forget_blob(ctx, digest).await;
    }
}

/// Deletes the bytes of a blob that nothing needs, with a line of the audit log, if any; false
/// when something does.
pub(crate) async fn delete_unused_blob(
    ctx: &ServiceContext,
    digest: Digest,
    note: Option<audit::Entry>,
) -> Result<bool> {
    let mut tx = ctx.begin("forgetting a blob").await?;
    let name = digest.to_string();
    blobs::lock(&mut tx, &name).await?;
    let unused = blobs::drop_unused(&mut tx, &name).await?;
    if unused {
        let deleted = ctx.deps.blobs.delete(digest).await;
        deleted.map_err(|error| EngineError::internal("deleting a blob", error))?;
        if let Some(note) = note {
            audit::append(&mut tx, note).await?;
        }
    }
    tx.commit_with(unused).await
}

/// Parses digests as the database stores them.
pub(crate) fn parse_digests(names: Vec<String>) -> Result<Vec<Digest>> {
    names.into_iter().map(|name| name.parse().map_err(read_error)).collect()
}

/// An internal error of a look through the blob store.
pub(crate) fn read_error(
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> EngineError {
    EngineError::internal("looking through the blob store", error)
}
