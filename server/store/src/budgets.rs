//! What a workspace and its templates may spend in a month, and one execution at all.

use model::{
    budget::BudgetView,
    id::{ExecutionId, TemplateId, WorkspaceId},
    pages::TemplateName,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Fetch, Nullable, Statement, error::Result};

/// Every monthly budget of a workspace, its own first, with what is spent of it this month.
pub async fn list(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Vec<BudgetView>> {
    sqlx::query_as!(
        BudgetView,
        // As `call_caps.sql`: what an execution has launched spends for its template as well.
        r#"WITH RECURSIVE spent AS (
               SELECT l.execution_id, sum(l.cost) AS cost
                 FROM spend_ledger l
                WHERE l.workspace_id = $1 AND NOT l.sample
                  AND l.at >= date_trunc('month', engine_now() AT TIME ZONE 'UTC')
                              AT TIME ZONE 'UTC'
                GROUP BY l.execution_id
           ), line AS (
               SELECT s.execution_id AS spender, s.execution_id AS id FROM spent s
                UNION ALL
               SELECT line.spender, x.parent_execution_id
                 FROM line
                 JOIN workflow_executions x ON x.id = line.id
                WHERE x.parent_execution_id IS NOT NULL
           )
           SELECT b.template_id AS "template_id!: Nullable<Uuid>", b.monthly_micros,
                  (SELECT coalesce(sum(s.cost), 0)::bigint
                     FROM spent s
                    WHERE b.template_id IS NULL
                       OR EXISTS (SELECT FROM line
                                    JOIN workflow_executions x ON x.id = line.id
                                   WHERE line.spender = s.execution_id
                                     AND x.template_id = b.template_id)) AS "spent_micros!"
             FROM budgets b
            WHERE b.workspace_id = $1
            ORDER BY b.template_id NULLS FIRST"#,
        workspace.0
    )
    .all(conn, "listing budgets")
    .await
}

#[derive(Debug)]
pub struct BudgetableTemplate {
    /// Its id and name.
    pub template: TemplateName,
    /// Whether it is published and not archived, so that a budget can be set.
    pub is_published: bool,
}

/// Every template of a workspace, by name, those that are put away too: a budget may be left.
pub async fn list_templates(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<BudgetableTemplate>> {
    let rows = sqlx::query!(
        r#"SELECT id, name,
                  (published_version IS NOT NULL AND archived_at IS NULL) AS "is_published!"
             FROM workflow_templates
            WHERE workspace_id = $1
            ORDER BY name, id"#,
        workspace.0
    )
    .all(conn, "listing templates and their budgets")
    .await?;
    let templates = rows.into_iter().map(|row| BudgetableTemplate {
        template: TemplateName { id: row.id.into(), name: row.name },
        is_published: row.is_published,
    });
    Ok(templates.collect())
}

pub async fn set(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: Option<TemplateId>,
    monthly_micros: i64,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO budgets (workspace_id, template_id, monthly_micros) VALUES ($1, $2, $3)
             ON CONFLICT ON CONSTRAINT budget_of DO UPDATE
            SET monthly_micros = excluded.monthly_micros, updated_at = engine_now()",
        workspace.0,
        template.map(|template| template.0),
        monthly_micros
    )
    .run(conn, "setting a budget")
    .await
}

/// Removes a monthly budget. False when there was none.
pub async fn clear(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: Option<TemplateId>,
) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM budgets
          WHERE workspace_id = $1 AND template_id IS NOT DISTINCT FROM $2",
        workspace.0,
        template.map(|template| template.0)
    )
    .changed(conn, "removing a budget")
    .await
}

/// The budget in an execution's own definition, in millionths of a dollar; none is no cap.
pub async fn find_definition_budget(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Option<u64>> {
    let cap = sqlx::query_scalar!(
        "SELECT least((run_definition #>> '{settings,budget}')::numeric, 9223372036854775807)::bigint
           FROM workflow_executions
          WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        execution.0
    )
    .optional(conn, "reading the budget of a definition")
    .await?;
    Ok(cap.flatten().and_then(|cap| u64::try_from(cap).ok()))
}
