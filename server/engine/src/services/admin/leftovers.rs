//! Deletes rows about work in progress that is long over, files that nobody took, and what deleted
//! workspaces held.

use store::{
    calls::{cooldowns, outages},
    error::{Doing, Result},
    executions::{paid_images, paid_texts},
    notices::outbox,
    providers, uploads, workers,
};

use super::Admin;
use crate::services::{uploads::blobs::forget_blob_named, workspaces::removal::delete_marked};

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
        let mut conn = self.context.pool.acquire().await.doing("looking for what is long over")?;
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
        delete_marked(&self.context).await
    }

    /// Removes files that no launch has taken for a day; how many.
    pub async fn sweep_uploads(&self) -> Result<usize> {
        let mut conn = self.context.pool.acquire().await.doing("removing forgotten files")?;
        let removed = uploads::remove_abandoned(&mut conn, SWEPT).await?;
        drop(conn);
        for digest in &removed {
            forget_blob_named(&self.context, digest).await;
        }
        Ok(removed.len())
    }
}
