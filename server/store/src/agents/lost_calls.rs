//! Calls of an agent's tools whose end nobody knew, and of which a person has said how they ended.

use model::decide::{Heard, HeardCalls, Plan};
use sqlx::PgConnection;

use crate::{Statement, error::Result, recorded_at};

/// What a model is told of a call that a person has left out.
const LEFT_OUT: &str = "It is unknown whether this call was carried out: there was no answer. A \
                        person decided to continue without it. Do not call it again.";

/// Records what people said of the plans' calls: the calls of their tools that have no end get it.
pub async fn record(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    for plan in plans {
        for heard in &plan.heard {
            end(conn, plan, heard).await?;
        }
    }
    Ok(())
}

async fn end(conn: &mut PgConnection, plan: &Plan, heard: &HeardCalls) -> Result<()> {
    let (state, result, error) = match &heard.said {
        Heard::Gave(result) => ("answered", Some(result), None),
        Heard::LeftOut => ("failed", None, Some(LEFT_OUT)),
    };
    sqlx::query!(
        "UPDATE mcp_tool_calls
            SET state = $5, result = $6, error = $7, ended_at = greatest($8, started_at)
          WHERE workspace_id = $1 AND execution_id = $2 AND job_id = $3 AND tool = ANY($4)
            AND state = 'sent' AND call_id IS NOT NULL
            AND generation = (SELECT j.generation FROM agent_jobs j
                               WHERE j.workspace_id = $1 AND j.id = $3)",
        plan.workspace.0,
        plan.execution.0,
        heard.job.0,
        &heard.tools,
        state,
        result as _,
        error,
        recorded_at(plan)
    )
    .run(conn, "recording what a person said of an agent's call")
    .await
}
