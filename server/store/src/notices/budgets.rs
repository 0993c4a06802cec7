//! Notes that budgets of the month are nearly or wholly spent.

use model::{
    id::{ExecutionId, WorkspaceId},
    notice::{BudgetCrossing, BudgetThreshold, NoticeContent},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::outbox::{self, NewNotice};
use crate::{Fetch, error::Result};

/// Writes a notice of each budget of the month, among those that these executions spend, of which
/// so much is spent that it is told of, or that does not cover a call which costs `more_micros`. Each is
/// told of once in a month, and once more where it has been set anew.
pub async fn note_spent(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    executions: &[ExecutionId],
    more_micros: i64,
) -> Result<()> {
    let executions: Vec<Uuid> = executions.iter().map(|execution| execution.0).collect();
    let rows = sqlx::query_file!("sql/spent_budgets.sql", workspace.0, &executions)
        .all(conn, "adding up what is spent of budgets")
        .await?;
    for row in rows {
        let reached = BudgetThreshold::reached(row.limit_micros, row.spent_micros, more_micros);
        let Some(threshold) = reached else { continue };
        let content = NoticeContent::Budget(BudgetCrossing {
            template: row.template_id.map(Into::into),
            threshold,
            limit_micros: row.limit_micros,
            spent_micros: row.spent_micros,
        });
        let (percent, limit) = (threshold.percent(), row.limit_micros);
        let key = format!("budget:{}:{}:{limit}:{percent}", row.id, row.month);
        outbox::insert(conn, NewNotice::new(workspace, &content, &key)).await?;
    }
    Ok(())
}
