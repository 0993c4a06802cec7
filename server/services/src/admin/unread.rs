//! Executions whose rows cannot be read: they are found by trying, and ended without being read.

use engine::exec::advance::are_readable;
use model::{
    execution::state::EndReason,
    id::{ExecutionId, WorkspaceId},
};
use sqlx::PgConnection;
use store::{
    audit, diagnostics,
    error::Result,
    executions::{self, Notice},
};
use uuid::Uuid;

use super::Admin;

/// Executions that are read in one batch.
const AT_ONCE: usize = 16;

type UnreadableExecution = (WorkspaceId, ExecutionId);

/// Open executions whose rows no decision can read. They are read in batches, and one by one where
/// a batch fails.
pub(super) async fn find_unreadable(
    conn: &mut PgConnection,
    of: diagnostics::WorkspaceFilter,
) -> Result<Vec<UnreadableExecution>> {
    let mut found = vec![];
    for some in diagnostics::list_open(conn, of).await?.chunks(AT_ONCE) {
        let ids: Vec<Uuid> = some.iter().map(|(_, id)| id.0).collect();
        if are_readable(conn, &ids).await? {
            continue;
        }
        for place in some {
            if !are_readable(conn, &[place.1.0]).await? {
                found.push(*place);
            }
        }
    }
    Ok(found)
}

impl Admin {
    /// Ends an execution without reading it, with its line of the audit log; false when it is over
    /// already. Its parent, its children and executions that wait in the queue learn of it from the
    /// next sweep.
    pub(super) async fn end_unread(
        &self,
        place: UnreadableExecution,
        note: audit::Entry,
    ) -> Result<bool> {
        const DOING: &str = "ending an execution that cannot be read";
        let mut tx = self.ctx.begin(DOING).await?;
        let ended =
            executions::end_unread(&mut tx, place.0, place.1, EndReason::Unreadable).await?;
        let Some(seq) = ended else { return Ok(false) };
        audit::append(&mut tx, note).await?;
        tx.commit().await?;
        let notice = Notice::for_change_without_event(place.0, place.1, seq);
        self.ctx.advance.announce(Notice { cancelled: true, beside: false, ..notice });
        Ok(true)
    }
}
