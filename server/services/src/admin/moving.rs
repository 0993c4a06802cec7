//! Copies all blobs on record from one store to another while the server runs.
//!
//! Blobs never change under their name, nothing is deleted from the store they come from, and a
//! blob counts as copied only when it has been read back and verified. So others may read and write
//! meanwhile, and a run may be interrupted at any point. Blobs that are stored in the old store
//! during a run are copied by the next run.

use ::blobs::{BlobError, Blobs, Digest};
use futures::{StreamExt, stream};
use store::{
    blobs,
    error::{EngineError, Result},
};

use super::Admin;
use crate::uploads::blobs::parse_digests;

/// Blobs that are listed at once; progress is reported after each of these batches.
const PART: i64 = 500;
/// Blobs that are copied at the same time.
const AT_ONCE: usize = 4;

/// Progress and result of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Copied in this run, read back and verified.
    pub copied: usize,
    /// Already in the new store, read and verified.
    pub there: usize,
    /// On record, but missing or damaged in the store they come from.
    pub lost: Vec<Digest>,
    /// Not copied, with the error; another run tries them again.
    pub failed: Vec<(Digest, String)>,
}

/// The result for one blob.
enum Fate {
    Copied,
    There,
    Lost,
    Failed(String),
}

impl Admin {
    /// Copies every blob on record that is not yet in the new store, and calls `tell` with the
    /// progress after each batch.
    ///
    /// # Errors
    /// The database cannot be read, or the new store is full or denies access.
    pub async fn move_blobs(
        &self,
        from: &dyn Blobs,
        to: &dyn Blobs,
        tell: impl Fn(&Moved),
    ) -> Result<Moved> {
        let mut moved = Moved::default();
        let mut last = String::new();
        loop {
            let mut conn = self.ctx.connect("listing blobs").await?;
            let names = blobs::list_after(&mut conn, &last, PART).await?;
            drop(conn);
            let Some(end) = names.last() else { break };
            last.clone_from(end);
            let fates = parse_digests(names)?.into_iter().map(|digest| async move {
                let fate = copy(from, to, digest).await;
                fate.map(|fate| (digest, fate)).map_err(|error| copy_error(digest, error))
            });
            let mut fates = stream::iter(fates).buffer_unordered(AT_ONCE);
            while let Some(fate) = fates.next().await {
                match fate? {
                    (_, Fate::Copied) => moved.copied += 1,
                    (_, Fate::There) => moved.there += 1,
                    (digest, Fate::Lost) => moved.lost.push(digest),
                    (digest, Fate::Failed(why)) => moved.failed.push((digest, why)),
                }
            }
            tell(&moved);
        }
        moved.lost = self.still_on_record(moved.lost).await?;
        Ok(moved)
    }

    /// Those of the lost blobs that are still on record: what nothing needs any more may have been
    /// deleted during the run.
    async fn still_on_record(&self, lost: Vec<Digest>) -> Result<Vec<Digest>> {
        let names: Vec<String> = lost.iter().map(ToString::to_string).collect();
        let mut conn = self.ctx.connect("looking for what was not copied").await?;
        let gone = parse_digests(blobs::find_off_record(&mut conn, &names).await?)?;
        Ok(lost.into_iter().filter(|digest| !gone.contains(digest)).collect())
    }
}

/// Copies one blob. An error ends the run: it would meet every other blob too.
async fn copy(from: &dyn Blobs, to: &dyn Blobs, digest: Digest) -> Result<Fate, BlobError> {
    match to.prove(digest).await {
        Ok(()) => return Ok(Fate::There),
        Err(BlobError::Missing(_) | BlobError::Damaged(_)) => {}
        Err(BlobError::Io { source, .. }) => return Ok(Fate::Failed(source.to_string())),
        Err(error) => return Err(error),
    }
    match to.take(from, digest).await {
        Ok(()) => {}
        Err(BlobError::Missing(_) | BlobError::Damaged(_)) => return Ok(Fate::Lost),
        Err(BlobError::Io { source, .. }) => return Ok(Fate::Failed(source.to_string())),
        Err(error) => return Err(error),
    }
    match to.prove(digest).await {
        Ok(()) => Ok(Fate::Copied),
        // A service that copies by itself does not look at what it copies.
        Err(BlobError::Damaged(_)) => {
            to.delete(digest).await?;
            Ok(Fate::Lost)
        }
        Err(error) => Ok(Fate::Failed(error.to_string())),
    }
}

/// Logs at which blob the run stops.
fn copy_error(digest: Digest, error: BlobError) -> EngineError {
    tracing::warn!(%digest, "copying stops here");
    EngineError::internal("copying blobs", error)
}
