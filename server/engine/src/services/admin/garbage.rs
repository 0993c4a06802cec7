//! Garbage collection of the blob store, and of messages that no agent's talk has any more.
//!
//! A blob that is needed cannot be deleted: whoever stores one records it with a hold first, and
//! whoever deletes one checks, under the lock of its digest, that nothing needs or holds it. The
//! age is only a second safeguard.

use std::time::Duration;

use ::blobs::Digest;
use store::{
    agents::messages,
    blobs,
    error::{Doing, Result},
};

use super::Admin;
use crate::services::uploads::blobs::{forget_blob, parse_digests, read_error};

/// Younger blobs are never collected.
const GRACE: Duration = Duration::from_secs(24 * 3600);
/// Digests that one query looks up.
const LOOKED_UP: usize = 1_000;

impl Admin {
    /// Deletes blobs that nothing has needed for a day, and messages that are in no talk; returns how
    /// many blobs.
    ///
    /// # Errors
    /// The database or the blob store cannot be read. A blob that cannot be deleted is logged and
    /// tried again by the next run.
    pub async fn collect_garbage(&self) -> Result<usize> {
        let mut conn = self.context.pool.acquire().await.doing("looking for what nothing needs")?;
        blobs::release_expired(&mut conn).await?;
        drop(conn);
        self.forget_messages().await?;
        let mut garbage = self.unneeded(GRACE).await?;
        garbage.extend(self.off_record().await?);
        let mut deleted = 0;
        for digest in garbage {
            deleted += usize::from(forget_blob(&self.context, digest).await);
        }
        Ok(deleted)
    }

    /// Deletes messages of agents that are in no talk, in small transactions.
    async fn forget_messages(&self) -> Result<()> {
        loop {
            let mut tx = store::begin(&self.context.pool).await.doing("deleting messages")?;
            let deleted = messages::forget_unneeded(&mut tx).await?;
            tx.commit().await.doing("deleting messages")?;
            if deleted == 0 {
                return Ok(());
            }
        }
    }

    /// Blobs that have been on record for at least `age` and that nothing needs.
    pub(super) async fn unneeded(&self, age: Duration) -> Result<Vec<Digest>> {
        let mut conn = self.context.pool.acquire().await.doing("looking for what nothing needs")?;
        parse_digests(blobs::find_unneeded(&mut conn, age).await?)
    }

    /// Blobs that have been in the store for a day and are not on record.
    pub(super) async fn off_record(&self) -> Result<Vec<Digest>> {
        let stored = self.context.deps.blobs.older_than(GRACE).await.map_err(read_error)?;
        let stored: Vec<String> = stored.iter().map(ToString::to_string).collect();
        let mut conn =
            self.context.pool.acquire().await.doing("looking for what is on no record")?;
        let mut found = vec![];
        for some in stored.chunks(LOOKED_UP) {
            found.extend(parse_digests(blobs::find_off_record(&mut conn, some).await?)?);
        }
        Ok(found)
    }
}
