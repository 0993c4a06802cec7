//! Garbage collection of the blob store, of messages that no agent's talk has any more, and of what is
//! left of work that is long over, of files that nobody took and of deleted workspaces.
//!
//! A blob that is needed cannot be deleted: whoever stores one records it with a hold first, and
//! whoever deletes one checks, under the lock of its digest, that nothing needs or holds it. The
//! age is only a second safeguard.

use std::time::Duration;

use ::blobs::Digest;
use store::{
    agents::messages,
    blobs,
    calls::{cooldowns, outages},
    error::Result,
    executions::{paid_images, paid_texts},
    notices::outbox,
    providers, uploads, workers,
};

use super::Admin;
use crate::{
    uploads::blobs::{forget_blob, forget_blob_named, parse_digests, read_error},
    workspaces::removal::delete_marked,
};

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
        let mut conn = self.ctx.connect("looking for what nothing needs").await?;
        blobs::release_expired(&mut conn).await?;
        drop(conn);
        self.forget_messages().await?;
        let mut garbage = self.unneeded(GRACE).await?;
        garbage.extend(self.off_record().await?);
        let mut deleted = 0;
        for digest in garbage {
            deleted += usize::from(forget_blob(&self.ctx, digest).await);
        }
        Ok(deleted)
    }

    /// Deletes messages of agents that are in no talk, in small transactions.
    async fn forget_messages(&self) -> Result<()> {
        loop {
            let mut tx = self.ctx.begin("deleting messages").await?;
            let deleted = messages::forget_unneeded(&mut tx).await?;
            tx.commit().await?;
            if deleted == 0 {
                return Ok(());
            }
        }
    }

    /// Blobs that have been on record for at least `age` and that nothing needs.
    pub(super) async fn unneeded(&self, age: Duration) -> Result<Vec<Digest>> {
        let mut conn = self.ctx.connect("looking for what nothing needs").await?;
        parse_digests(blobs::find_unneeded(&mut conn, age).await?)
    }

    /// Blobs that have been in the store for a day and are not on record.
    pub(super) async fn off_record(&self) -> Result<Vec<Digest>> {
        let stored = self.ctx.deps.blobs.older_than(GRACE).await.map_err(read_error)?;
        let stored: Vec<String> = stored.iter().map(ToString::to_string).collect();
        let mut conn = self.ctx.connect("looking for what is on no record").await?;
        let mut found = vec![];
        for some in stored.chunks(LOOKED_UP) {
            found.extend(parse_digests(blobs::find_off_record(&mut conn, some).await?)?);
        }
        Ok(found)
    }
}

/// Files removed by one sweep.
const SWEPT: i64 = 200;

impl Admin {
    /// Deletes rows of workers that are long gone, of cooldowns and outages of providers that ended
    /// long ago, of what was learnt of servers long ago, of paid images and texts that nothing will
    /// use any more, and of old notices; returns how many.
    ///
    /// # Errors
    /// A database failure.
    pub async fn sweep_leftovers(&self) -> Result<usize> {
        let mut conn = self.ctx.connect("looking for what is long over").await?;
        let gone = workers::forget_gone(&mut conn).await?;
        let asked =
            cooldowns::forget_old(&mut conn).await? + outages::forget_old(&mut conn).await?;
        let told = outbox::forget_old(&mut conn).await?;
        let learnt = providers::forget_capabilities(&mut conn).await?;
        let paid = paid_images::forget(&mut conn).await? + paid_texts::forget(&mut conn).await?;
        let deleted = gone + asked + told + learnt + paid;
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
    }

    /// Deletes workspaces that people have deleted, with all they held; returns how many.
    ///
    /// # Errors
    /// The database cannot be read. One that cannot be deleted is logged and tried again.
    pub async fn sweep_deleted_workspaces(&self) -> Result<usize> {
        delete_marked(&self.ctx).await
    }

    /// Removes files that no launch has taken for a day; how many.
    pub async fn sweep_uploads(&self) -> Result<usize> {
        let mut conn = self.ctx.connect("removing forgotten files").await?;
        let removed = uploads::remove_abandoned(&mut conn, SWEPT).await?;
        drop(conn);
        for digest in &removed {
            forget_blob_named(&self.ctx, digest).await;
        }
        Ok(removed.len())
    }
}
