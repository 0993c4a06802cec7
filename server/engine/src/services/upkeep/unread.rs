//! Executions that no decision can read: they are found by trying, and ended without being read.

use model::{
    execution::state::EndReason,
    id::{ExecutionId, WorkspaceId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    exec::advance::can_be_read,
    services::Services,
    store::{
        self, ailments, audit,
        executions::{self, Notice},
    },
};

/// Executions that are read at once; one by one where one of them cannot be.
const AT_ONCE: usize = 16;

type Place = (WorkspaceId, ExecutionId);

/// Open executions that cannot be read.
pub(super) async fn unread(conn: &mut PgConnection, of: ailments::Of) -> Result<Vec<Place>> {
    let mut found = vec![];
    for some in ailments::open(conn, of).await?.chunks(AT_ONCE) {
        let ids: Vec<Uuid> = some.iter().map(|(_, id)| id.0).collect();
        if can_be_read(conn, &ids).await? {
            continue;
        }
        for place in some {
            if !can_be_read(conn, &[place.1.0]).await? {
                found.push(*place);
            }
        }
    }
    Ok(found)
}

impl Services {
    /// Ends one, with its line of the audit log; false when it is over already. What launched it, what
    /// it has launched and who waits for its place hear of it from the next sweep.
    pub(super) async fn end_unread(&self, place: Place, note: audit::Entry) -> Result<bool> {
        const DOING: &str = "ending an execution that cannot be read";
        let mut tx = store::begin(&self.pool).await.doing(DOING)?;
        let ended =
            executions::end_unread(&mut tx, place.0, place.1, EndReason::Unreadable).await?;
        let Some(seq) = ended else { return Ok(false) };
        audit::append(&mut tx, note).await?;
        tx.commit().await.doing(DOING)?;
        let notice = Notice::beside_events(place.0, place.1, seq);
        self.advance.announce(Notice { cancelled: true, beside: false, ..notice });
        Ok(true)
    }
}
