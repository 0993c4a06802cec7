//! Writing plans: one statement a table for all plans of a transaction.

use model::decide::Plan;
use serde_json::Value;
use sqlx::PgConnection;

use super::{apply_outputs, apply_reviews, instant, instants};
use crate::{
    error::{Doing, EngineError, Result},
    store::rows::columns,
};

/// Writes plans of different executions whose locks the transaction holds.
///
/// Every row must still be what its plan expects; if one is not, the transaction must be rolled
/// back, which the error makes sure of.
///
/// # Errors
/// A database failure, or a row that is not as expected (a lock was not held: a bug of ours).
pub async fn apply(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    update_executions(conn, plans).await?;
    update_nodes(conn, plans).await?;
    reopen_edges(conn, plans).await?;
    update_edges(conn, plans).await?;
    insert_jobs(conn, plans).await?;
    update_jobs(conn, plans).await?;
    open_attempts(conn, plans).await?;
    close_attempts(conn, plans).await?;
    apply_outputs::record(conn, plans).await?;
    apply_reviews::record(conn, plans).await?;
    insert_events(conn, plans).await?;
    notify(conn, plans).await
}

pub(super) fn exactly(written: u64, expected: usize, what: &'static str) -> Result<()> {
    if written == expected as u64 {
        return Ok(());
    }
    let detail = format!("{written} of {expected} rows were as expected");
    Err(EngineError::internal(what, detail))
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| EngineError::internal("storing a value", error))
}

async fn update_executions(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    columns!(plans, |p| {
        ids: p.execution.0,
        expected_seqs: p.expected_seq,
        expected: p.expected_status.as_str(),
        seqs: p.events.last().map_or(p.expected_seq, |event| event.seq),
        statuses: p.status.as_str(),
        pause_reasons: p.pause_reason.map(|reason| reason.as_str()),
        end_reasons: p.end_reason.map(|reason| reason.as_str()),
        errors: p.error.as_deref(),
        outputs: p.output.clone(),
        percents: i16::from(p.progress_percent),
        current: p.current_node.as_ref().map(|node| node.as_str()),
        active: i64::try_from(p.active_ms).unwrap_or(i64::MAX),
        since: instants(p.running_since),
        deadlines: instants(p.deadline),
        ended: p.events.last().filter(|_| p.status.is_over()).map(|event| instant(event.at)),
        inputs: p.bill.input_tokens,
        outputs_tokens: p.bill.output_tokens,
        costs: p.bill.cost_micros,
        unpriced: p.bill.unpriced_calls,
        samples: p.bill.sample_calls,
        auto_runs: p.auto_run,
        breakpoints: serde_json::json!(p.breakpoints),
        jobs_running: p.jobs_running,
        next_runs: instants(p.next_run_at),
    });
    let written = sqlx::query_file!(
        "sql/apply_executions.sql",
        &ids,
        &expected_seqs,
        &expected as _,
        &seqs,
        &statuses as _,
        &pause_reasons as _,
        &end_reasons as _,
        &errors as _,
        &outputs as _,
        &percents,
        &current as _,
        &active,
        &since as _,
        &deadlines as _,
        &ended as _,
        &inputs,
        &outputs_tokens,
        &costs,
        &unpriced,
        &samples,
        &auto_runs,
        &breakpoints,
        &jobs_running,
        &next_runs as _,
    )
    .execute(conn)
    .await
    .doing("writing executions")?;
    exactly(written.rows_affected(), plans.len(), "writing executions")
}

async fn update_nodes(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let changes: Vec<_> = plans.iter().flat_map(|plan| &plan.nodes).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let failures = changes.iter().map(|c| c.state.failure.as_ref().map(json).transpose());
    let failures: Vec<Option<Value>> = failures.collect::<Result<_>>()?;
    columns!(&changes, |c| {
        rows: c.state.row,
        expected: c.expected.as_str(),
        statuses: c.state.status.as_str(),
        generations: c.state.generation,
        totals: c.state.jobs_total,
        settled: c.state.jobs_settled,
        outputs: c.state.output.as_deref().map(|output| Value::Object(output.clone())),
        started: instants(c.state.started_at),
        ended: instants(c.state.ended_at),
        holds: c.state.hold.map(|hold| hold.as_str()),
        configs: c.state.config.as_deref().map(|config| config.to_value()),
        feedback: c.state.feedback.as_deref(),
    });
    let written = sqlx::query!(
        "UPDATE execution_nodes n
            SET status = u.status, generation = u.generation, jobs_total = u.total,
                jobs_settled = u.settled, output = u.output, failure = u.failure,
                started_at = u.started, ended_at = u.ended, hold = u.hold, config = u.config,
                feedback = u.feedback
           FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::int[], $5::int[], $6::int[],
                       $7::jsonb[], $8::jsonb[], $9::timestamptz[], $10::timestamptz[],
                       $11::text[], $12::jsonb[], $13::text[])
                AS u (id, expected, status, generation, total, settled, output, failure, started,
                      ended, hold, config, feedback)
          WHERE n.id = u.id AND n.status = u.expected",
        &rows,
        &expected as _,
        &statuses as _,
        &generations,
        &totals,
        &settled,
        &outputs as _,
        &failures as _,
        &started as _,
        &ended as _,
        &holds as _,
        &configs as _,
        &feedback as _,
    )
    .execute(conn)
    .await
    .doing("writing nodes")?;
    exactly(written.rows_affected(), changes.len(), "writing nodes")
}

async fn reopen_edges(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let reopened = plans.iter().flat_map(|p| p.reopened.iter().map(|edge| (p.execution.0, edge)));
    let reopened: Vec<_> = reopened.collect();
    if reopened.is_empty() {
        return Ok(());
    }
    columns!(&reopened, |r| {
        executions: r.0,
        edges: r.1.as_str(),
    });
    sqlx::query!(
        "UPDATE execution_edges e
            SET state = 'pending'
           FROM UNNEST($1::uuid[], $2::text[]) AS u (execution_id, edge_id)
          WHERE e.execution_id = u.execution_id AND e.edge_id = u.edge_id AND e.scope = ''",
        &executions,
        &edges as _,
    )
    .execute(conn)
    .await
    .doing("opening edges again")?;
    Ok(())
}

async fn update_edges(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let changes = plans.iter().flat_map(|p| p.edges.iter().map(|edge| (p.execution.0, edge)));
    let changes: Vec<_> = changes.collect();
    if changes.is_empty() {
        return Ok(());
    }
    columns!(&changes, |c| {
        executions: c.0,
        edges: c.1.0.as_str(),
        states: c.1.1.as_str(),
    });
    let written = sqlx::query!(
        "UPDATE execution_edges e
            SET state = u.state
           FROM UNNEST($1::uuid[], $2::text[], $3::text[]) AS u (execution_id, edge_id, state)
          WHERE e.execution_id = u.execution_id AND e.edge_id = u.edge_id AND e.scope = ''
            AND e.state = 'pending'",
        &executions,
        &edges as _,
        &states as _,
    )
    .execute(conn)
    .await
    .doing("writing edges")?;
    exactly(written.rows_affected(), changes.len(), "writing edges")
}

async fn insert_jobs(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let jobs: Vec<_> = plans.iter().flat_map(|p| p.new_jobs.iter().map(move |j| (p, j))).collect();
    if jobs.is_empty() {
        return Ok(());
    }
    columns!(&jobs, |j| {
        ids: j.1.state.id.0,
        workspaces: j.0.workspace.0,
        executions: j.0.execution.0,
        rows: j.1.node_row,
        nodes: j.1.state.node.as_str(),
        items: j.1.state.item,
        generations: j.1.state.generation,
        kinds: j.1.kind,
        statuses: j.1.state.status.as_str(),
        attempts: j.1.state.attempt,
        lost: j.1.state.lost,
        fences: j.1.state.fence,
        workers: j.1.state.worker.map(|worker| worker.0),
        run_ats: instant(j.1.state.run_at),
        started: instants(j.1.state.started_at),
        ended: instants(j.1.state.ended_at),
    });
    sqlx::query!(
        "INSERT INTO agent_jobs (id, workspace_id, execution_id, node_row_id, node_id, item,
                                 generation, job_type, status, attempt, lost, fence, worker_id,
                                 run_at, started_at, ended_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::int[],
                              $7::int[], $8::text[], $9::text[], $10::int[], $11::int[],
                              $12::bigint[], $13::uuid[], $14::timestamptz[],
                              $15::timestamptz[], $16::timestamptz[])",
        &ids,
        &workspaces,
        &executions,
        &rows,
        &nodes as _,
        &items,
        &generations,
        &kinds as _,
        &statuses as _,
        &attempts,
        &lost,
        &fences,
        &workers as _,
        &run_ats,
        &started as _,
        &ended as _,
    )
    .execute(conn)
    .await
    .doing("writing new jobs")?;
    Ok(())
}

async fn update_jobs(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let changes: Vec<_> = plans.iter().flat_map(|plan| &plan.jobs).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let failures = changes.iter().map(|c| c.state.failure.as_ref().map(json).transpose());
    let failures: Vec<Option<Value>> = failures.collect::<Result<_>>()?;
    columns!(&changes, |c| {
        ids: c.state.id.0,
        expected: c.expected.as_str(),
        expected_fences: c.expected_fence,
        generations: c.state.generation,
        statuses: c.state.status.as_str(),
        attempts: c.state.attempt,
        lost: c.state.lost,
        fences: c.state.fence,
        workers: c.state.worker.map(|worker| worker.0),
        run_ats: instant(c.state.run_at),
        effects: c.state.effect.as_str(),
        outputs: c.state.values.clone().map(Value::Object),
        inputs: c.state.bill.input_tokens,
        output_tokens: c.state.bill.output_tokens,
        costs: c.state.bill.cost_micros,
        unpriced: c.state.bill.unpriced_calls,
        samples: c.state.bill.sample_calls,
        started: instants(c.state.started_at),
        ended: instants(c.state.ended_at),
    });
    let written = sqlx::query_file!(
        "sql/apply_jobs.sql",
        &ids,
        &expected as _,
        &expected_fences,
        &generations,
        &statuses as _,
        &attempts,
        &lost,
        &fences,
        &workers as _,
        &run_ats,
        &effects as _,
        &outputs as _,
        &failures as _,
        &inputs,
        &output_tokens,
        &costs,
        &unpriced,
        &samples,
        &started as _,
        &ended as _,
    )
    .execute(conn)
    .await
    .doing("writing jobs")?;
    exactly(written.rows_affected(), changes.len(), "writing jobs")
}

async fn open_attempts(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let opened = plans.iter().flat_map(|p| p.opened.iter().map(|a| (p.execution.0, a)));
    let opened: Vec<_> = opened.collect();
    if opened.is_empty() {
        return Ok(());
    }
    columns!(&opened, |a| {
        jobs: a.1.job.0,
        fences: a.1.fence,
        executions: a.0,
        attempts: a.1.attempt,
        workers: a.1.worker.0,
        started: instant(a.1.at),
    });
    sqlx::query!(
        "INSERT INTO job_attempts (job_id, fence, execution_id, attempt, worker_id, started_at)
         SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::uuid[], $4::int[], $5::uuid[],
                              $6::timestamptz[])",
        &jobs,
        &fences,
        &executions,
        &attempts,
        &workers,
        &started,
    )
    .execute(conn)
    .await
    .doing("opening attempts")?;
    Ok(())
}

async fn close_attempts(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let closed: Vec<_> = plans.iter().flat_map(|plan| &plan.closed).collect();
    if closed.is_empty() {
        return Ok(());
    }
    let failures = closed.iter().map(|a| a.failure.as_ref().map(json).transpose());
    let failures: Vec<Option<Value>> = failures.collect::<Result<_>>()?;
    columns!(&closed, |a| {
        jobs: a.job.0,
        fences: a.fence,
        statuses: a.status,
        ended: instant(a.at),
    });
    let written = sqlx::query!(
        "UPDATE job_attempts a
            SET status = u.status, failure = u.failure, ended_at = u.ended
           FROM UNNEST($1::uuid[], $2::bigint[], $3::text[], $4::jsonb[], $5::timestamptz[])
                AS u (job_id, fence, status, failure, ended)
          WHERE a.job_id = u.job_id AND a.fence = u.fence AND a.status = 'running'",
        &jobs,
        &fences,
        &statuses as _,
        &failures as _,
        &ended,
    )
    .execute(conn)
    .await
    .doing("closing attempts")?;
    exactly(written.rows_affected(), closed.len(), "closing attempts")
}

async fn insert_events(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let events = plans.iter().flat_map(|p| p.events.iter().map(|e| (p.execution.0, e)));
    let events: Vec<_> = events.collect();
    let bodies: Vec<Value> = events.iter().map(|e| json(&e.1.kind)).collect::<Result<_>>()?;
    columns!(&events, |e| {
        executions: e.0,
        seqs: e.1.seq,
        ats: instant(e.1.at),
    });
    sqlx::query!(
        "INSERT INTO execution_events (execution_id, seq, at, event)
         SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::timestamptz[], $4::jsonb[])",
        &executions,
        &seqs,
        &ats,
        &bodies,
    )
    .execute(conn)
    .await
    .doing("writing events")?;
    Ok(())
}

/// Wakes streams, claimers and workers when the transaction commits; ids only, the rows are truth.
async fn notify(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    columns!(plans, |p| {
        notices: serde_json::json!({
            "execution": p.execution,
            "workspace": p.workspace,
            "seq": p.events.last().map_or(p.expected_seq, |event| event.seq),
            "jobs": p.wake.jobs,
            "cancelled": p.wake.cancelled,
        })
        .to_string(),
    });
    sqlx::query!(
        "SELECT pg_notify('atelier_events', notice) FROM UNNEST($1::text[]) AS u (notice)",
        &notices
    )
    .execute(conn)
    .await
    .doing("waking listeners")?;
    Ok(())
}
