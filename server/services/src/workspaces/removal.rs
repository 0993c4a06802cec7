//! Deletes what deleted workspaces held, in transactions so small that nobody waits for them.
//!
//! Nobody is a member of a deleted workspace, so whatever is still there is out of reach. A process
//! that ends in the middle leaves the rest to the next sweep, of any process. Executions go first:
//! what a worker writes to one that is gone finds nothing to write to.

use model::id::WorkspaceId;
use store::{
    deletion::{self, Kind},
    error::Result,
};

use crate::{context::ServiceContext, uploads::blobs::forget_blob_named};

/// Rows that one transaction deletes, at most.
const BATCH: i64 = 500;
/// Executions that one transaction deletes, at most: each takes all its rows along.
const EXECUTIONS: i64 = 10;

/// Deletes the executions of a deleted workspace that are not over. Those that cannot be deleted now
/// are logged: the next sweep goes on with them.
pub(crate) async fn end_executions(ctx: &ServiceContext, workspace: WorkspaceId) {
    if let Err(error) = delete_all(ctx, workspace, Kind::ExecutionsUnderWay).await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, %workspace, "a deleted workspace still runs");
    }
}

/// Deletes everything that the deleted workspaces held, and then themselves; returns how many are
/// gone.
///
/// # Errors
/// The database cannot be read. One that cannot be deleted is logged, and keeps no other back: the
/// next run goes on with it.
pub(crate) async fn delete_marked(ctx: &ServiceContext) -> Result<usize> {
    let mut conn = ctx.connect("looking for deleted workspaces").await?;
    let marked = deletion::find_marked(&mut conn).await?;
    drop(conn);
    let mut gone = 0;
    for workspace in marked {
        match delete_content(ctx, workspace).await {
            Ok(()) => gone += 1,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, %workspace, "a deleted workspace is not gone yet");
            }
        }
    }
    Ok(gone)
}

async fn delete_content(ctx: &ServiceContext, workspace: WorkspaceId) -> Result<()> {
    for kind in Kind::IN_ORDER {
        delete_all(ctx, workspace, kind).await?;
    }
    forget_blobs(ctx, workspace).await?;
    let mut tx = ctx.begin("deleting a workspace").await?;
    deletion::delete_rest(&mut tx, workspace).await?;
    tx.commit().await?;
    tracing::info!(%workspace, "a deleted workspace is gone with all it held");
    Ok(())
}

async fn delete_all(ctx: &ServiceContext, workspace: WorkspaceId, kind: Kind) -> Result<()> {
    let limit = match kind {
        Kind::ExecutionsUnderWay | Kind::Executions => EXECUTIONS,
        Kind::AgentMessages
        | Kind::Notices
        | Kind::Documents
        | Kind::Images
        | Kind::Uploads
        | Kind::BlobHolds
        | Kind::Spending => BATCH,
    };
    loop {
        let mut conn = ctx.connect("deleting what a workspace held").await?;
        if deletion::delete_some(&mut conn, workspace, kind, limit).await? == 0 {
            return Ok(());
        }
    }
}

/// Deletes the bytes that only this workspace needed.
async fn forget_blobs(ctx: &ServiceContext, workspace: WorkspaceId) -> Result<()> {
    let mut last = String::new();
    loop {
        let mut conn = ctx.connect("looking for blobs of a workspace").await?;
        let digests = deletion::list_blobs(&mut conn, workspace, &last, BATCH).await?;
        drop(conn);
        let Some(end) = digests.last() else { return Ok(()) };
        last.clone_from(end);
        for digest in &digests {
            forget_blob_named(ctx, digest).await;
        }
    }
}
