//! How long the history of executions is kept, and deleting what is old enough.
//!
//! Events, attempts and payloads are deleted in small batches. The summary, documents, images, the
//! latest outputs and the versions that somebody keeps stay. To keep a version is no event, so it
//! works as well once the log is gone. New rows take the room of deleted ones once autovacuum has
//! been there.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::executions::HistorySettings,
    audit::AuditAction,
    id::{ExecutionId, WorkspaceId},
    problem::{FieldProblem, Problem},
};
use store::{
    audit,
    error::Result,
    history::{self, ExpiredExecution},
};

use super::Admin;
use crate::{audit::entry, executions::views::view, uploads::blobs::forget_blob_named};

/// The longest retention of history, in days.
const MOST_DAYS: u32 = 3650;
/// Executions that one batch takes, at most.
const ROUND: i64 = 50;

impl Admin {
    /// How many days the actor's workspace keeps the history of executions that are over.
    pub async fn history_settings(&self, actor: &Actor) -> Result<HistorySettings> {
        let mut conn = self
            .ctx
            .connect_as(actor, Permission::ManageWorkspace, "reading how long history is kept")
            .await?;
        let days = history::retention_days(&mut conn, actor.workspace).await?;
        Ok(HistorySettings { days: u32::try_from(days).unwrap_or(MOST_DAYS) })
    }

    /// Sets how many days the workspace keeps history; the next sweeps delete what is older.
    ///
    /// # Errors
    /// A problem when it is not 1 to 3,650 days.
    pub async fn keep_history(&self, actor: &Actor, settings: HistorySettings) -> Result<()> {
        let mut tx = self
            .ctx
            .change(actor, Permission::ManageWorkspace, "setting how long history is kept")
            .await?;
        let days = checked_days(settings)?;
        history::set_retention_days(&mut tx, actor.workspace, days).await?;
        let line = entry(actor, AuditAction::HistoryKept, None).with_detail("days", days);
        audit::append(&mut tx, line).await?;
        tx.commit().await
    }

    /// How many executions of the actor's workspace would lose their history, were it kept so long.
    pub async fn count_expired(&self, actor: &Actor, settings: HistorySettings) -> Result<i64> {
        let mut conn = self
            .ctx
            .connect_as(actor, Permission::ManageWorkspace, "counting old executions")
            .await?;
        let days = checked_days(settings)?;
        history::count_expired(&mut conn, actor.workspace, days).await
    }

    /// Deletes history past each workspace's retention, in small transactions; returns of how many
    /// executions.
    ///
    /// Of each execution its summary, documents and images, its latest outputs and its kept
    /// versions stay.
    pub async fn forget_history(&self) -> Result<usize> {
        let (mut forgotten, mut last) = (0, None);
        loop {
            let mut conn = self.ctx.connect("looking for old executions").await?;
            let due = history::find_expired(&mut conn, last, ROUND).await?;
            drop(conn);
            for old in &due {
                forgotten += usize::from(self.forget_one(*old).await?);
            }
            self.delete_remains().await?;
            match due.last() {
                Some(old) => last = Some(*old),
                None => return Ok(forgotten),
            }
        }
    }

    /// Summarises one execution. One that cannot be read is logged and keeps its history, so that
    /// the others do not wait for it; the doctor names it.
    async fn forget_one(
        &self,
        ExpiredExecution { workspace, id, .. }: ExpiredExecution,
    ) -> Result<bool> {
        match self.summarise(workspace, id).await {
            Err(error) if !error.may_pass() => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, execution = %id, "an old execution cannot be summarised");
                Ok(false)
            }
            summarised => summarised,
        }
    }

    async fn summarise(&self, workspace: WorkspaceId, execution: ExecutionId) -> Result<bool> {
        let mut tx = self.ctx.begin("summarising an old execution").await?;
        if !history::lock(&mut tx, execution).await? {
            return Ok(false);
        }
        let summary = view(&mut tx, (workspace, execution)).await?;
        history::summarise(&mut tx, execution, &summary).await?;
        tx.commit_with(true).await
    }

    /// Deletes rows of summarised executions. Each piece is a transaction of its own, so that
    /// nobody waits long for its locks.
    async fn delete_remains(&self) -> Result<()> {
        let mut conn = self.ctx.connect("deleting history").await?;
        for execution in history::find_with_remains(&mut conn, ROUND).await? {
            while history::delete_batch(&mut conn, execution).await? > 0 {}
            for digest in history::release_uploads(&mut conn, execution).await? {
                forget_blob_named(&self.ctx, &digest).await;
            }
            history::clear_remains(&mut conn, execution).await?;
        }
        Ok(())
    }
}

/// The days of a setting within its bounds.
fn checked_days(settings: HistorySettings) -> Result<i32, Problem> {
    let days = Some(settings.days).filter(|days| (1..=MOST_DAYS).contains(days));
    days.and_then(|days| i32::try_from(days).ok()).ok_or_else(|| {
        let message = format!("Enter 1 to {MOST_DAYS} days.");
        let error = FieldProblem::field("out_of_range", "days", message);
        Problem::invalid("The setting was not changed.", vec![error])
    })
}
