//! Calls of an agent's tools whose end nobody knew, and of which a person has said how they ended.

use model::decide::{Heard, HeardCalls, Plan};
use sqlx::PgConnection;

use crate::{Statement, error::Result, recorded_at};

/// What is read of a call whose attempt has ended and that has no end, and kept of it in the end.
pub(crate) const UNHEARD: &str = "The result of this call is unknown: it was stopped, or its process was lost \
                       before an answer came.";

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

/// Ends the calls that have no answer of executions that end with these plans.
pub async fn end_open(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let ends = plans.iter().filter(|plan| plan.ends_calls).map(|plan| plan.execution.0);
    let ends: Vec<_> = ends.collect();
    if ends.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE mcp_tool_calls
            SET state = 'failed', error = $2, ended_at = greatest(engine_now(), started_at)
          WHERE execution_id = ANY($1) AND state = 'sent'",
        &ends,
        UNHEARD
    )
    .run(conn, "ending the calls of executions that end")
    .await
}
