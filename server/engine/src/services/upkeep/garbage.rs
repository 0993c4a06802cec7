//! What lies in the blob store although nothing needs it, and deleting that.
//!
//! Nothing that is needed can go: whoever stores a blob puts it on record and under a hold first;
//! whoever deletes one looks, under the lock of its digest, for what needs or holds it. Age is only
//! a second reason to wait.

use std::time::Duration;

use crate::{
    blobs::Digest,
    error::{Doing, Result},
    services::{
        Services,
        blobs::{digests, reading},
    },
    store::blobs,
};

/// Nothing younger is looked at.
const GRACE: Duration = Duration::from_secs(24 * 3600);
/// Digests that are looked up at once.
const LOOKED_UP: usize = 1_000;

impl Services {
    /// Deletes the bytes of what nothing needs for a day; of how many blobs.
    ///
    /// # Errors
    /// The database or the blob store cannot be read; what could not be deleted is tried again.
    pub async fn collect_garbage(&self) -> Result<usize> {
        let mut conn = self.pool.acquire().await.doing("looking for what nothing needs")?;
        blobs::release_old(&mut conn).await?;
        drop(conn);
        let mut garbage = self.unneeded(GRACE).await?;
        garbage.extend(self.off_record().await?);
        let mut deleted = 0;
        for digest in garbage {
            deleted += usize::from(self.forget(digest).await);
        }
        Ok(deleted)
    }

    /// What is on record for so long, and needed by nothing.
    pub(super) async fn unneeded(&self, age: Duration) -> Result<Vec<Digest>> {
        let mut conn = self.pool.acquire().await.doing("looking for what nothing needs")?;
        digests(blobs::unneeded(&mut conn, age).await?)
    }

    /// What lies in the store for long, and is on no record.
    pub(super) async fn off_record(&self) -> Result<Vec<Digest>> {
        let stored = self.parts.blobs.older_than(GRACE).await.map_err(reading)?;
        let stored: Vec<String> = stored.iter().map(ToString::to_string).collect();
        let mut conn = self.pool.acquire().await.doing("looking for what is on no record")?;
        let mut found = vec![];
        for some in stored.chunks(LOOKED_UP) {
            found.extend(digests(blobs::off_record(&mut conn, some).await?)?);
        }
        Ok(found)
    }
}
