//! What the files of a workspace take up; whether the store takes more, and what goes on when it does
//! again.

use std::time::{Duration, Instant};

use backend::actor::Actor;
use model::{
    access::Permission,
    execution::failure::Failure,
    id::ExecutionId,
    pages::StorageUse,
    problem::{Problem, ProblemKind},
};
use store::{
    error::{EngineError, Result},
    executions,
    library::storage,
};

use super::Admin;
use engine::exec::advance::Input;

/// How many of the largest files are listed.
const LARGEST: i64 = 20;
/// What a store must take before executions go on that wait for it: as much as a large image.
const ROOM_BYTES: usize = 8 << 20;
/// What a disk must take for a process to be ready.
const READY_BYTES: usize = 64 << 10;
/// For this long the last look at the disk counts.
const LOOKED: Duration = Duration::from_secs(10);

impl Admin {
    /// What the files of the actor's workspace take up, by kind, and the largest of them.
    pub async fn storage_use(&self, actor: &Actor) -> Result<StorageUse> {
        let mut conn = self
            .ctx
            .connect_as(actor, Permission::ManageWorkspace, "measuring what is stored")
            .await?;
        Ok(StorageUse {
            shares: storage::list_shares(&mut conn, actor.workspace).await?,
            largest: storage::list_largest(&mut conn, actor.workspace, LARGEST).await?,
        })
    }

    /// Lets executions go on that wait for room in the storage, once it takes a file again; returns how
    /// many.
    ///
    /// # Errors
    /// A database failure. A store that still takes nothing is none.
    pub async fn resume_after_storage(&self) -> Result<usize> {
        let mut conn = self.ctx.connect("looking for what waits").await?;
        let paused = executions::find_paused_for_storage(&mut conn).await?;
        drop(conn);
        if paused.is_empty() || self.ctx.deps.blobs.probe(ROOM_BYTES).await.is_err() {
            return Ok(0);
        }
        let mut resumed = 0;
        for id in paused {
            let work = (ExecutionId(id), vec![Input::StorageBack]);
            match self.ctx.advance.run(&work).await {
                Ok(_) => resumed += 1,
                // The others need not wait for it.
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, execution = %id, "it could not go on after the storage was full");
                }
            }
        }
        Ok(resumed)
    }

    /// Fails while the disk that keeps the files takes no more: this process could not record what its
    /// jobs make. A bucket is not asked, which would cost a call each time.
    ///
    /// # Errors
    /// Why it takes nothing, in words.
    pub async fn check_disk(&self) -> Result<()> {
        let blobs = &self.ctx.deps.blobs;
        if blobs.as_bucket().is_some() {
            return Ok(());
        }
        let mut last = self.disk.lock().await;
        if last.as_ref().is_none_or(|(at, _)| at.elapsed() >= LOOKED) {
            let refused = blobs.probe(READY_BYTES).await.err().map(|error| error.to_string());
            *last = Some((Instant::now(), refused));
        }
        match last.as_ref().and_then(|(_, refused)| refused.clone()) {
            None => Ok(()),
            Some(words) => {
                let words = format!("{words}.");
                let code = Failure::STORAGE_FULL;
                Err(EngineError::from(Problem::new(ProblemKind::Unavailable, code, &words)))
            }
        }
    }
}
