//! A long history, made without doing any work.

#![allow(clippy::unwrap_used, reason = "tests")]

use sqlx::{AssertSqlSafe, Connection};

use super::world::World;

/// Jobs of one finished execution.
const JOBS: i64 = 10;

/// Fills the world's workspace with executions that have completed so many jobs. Too many to be
/// examined in the end, and not sound: they have not happened.
pub async fn past(world: &World, jobs: i64) {
    past_after(world, 0, jobs).await;
}

/// The same, where so many executions have been made up before.
pub async fn past_after(world: &World, made: i64, jobs: i64) {
    world.db.leave_unexamined();
    let mut conn = world.db.pool.acquire().await.unwrap();
    let mut tx = conn.begin().await.unwrap();
    for sql in statements(world, made, jobs) {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    // Else what this has read would be counted seconds later, as if others had.
    sqlx::query("SELECT pg_stat_force_next_flush()").execute(&mut *conn).await.unwrap();
}

/// Lets the database learn what is in its tables.
pub async fn analyze(world: &World) {
    at_leisure(world, &["ANALYZE"]).await;
}

/// Lets the database do what it does in the background after so much was written.
pub async fn settle(world: &World) {
    at_leisure(world, &["VACUUM ANALYZE", "CHECKPOINT"]).await;
}

/// Lets the database find the room of rows that are gone. Twice: pages of an index are free only once
/// nobody can be on the way to them any more.
pub async fn vacuum(world: &World) {
    at_leisure(world, &["VACUUM ANALYZE execution_events, job_attempts, agent_jobs"; 2]).await;
}

/// Runs statements that may take their time.
async fn at_leisure(world: &World, statements: &[&'static str]) {
    let mut conn = world.db.pool.acquire().await.unwrap();
    sqlx::query("SET statement_timeout = 0").execute(&mut *conn).await.unwrap();
    for sql in statements {
        sqlx::query(*sql).execute(&mut *conn).await.unwrap();
    }
    // A connection without a time limit is not for others.
    conn.close().await.unwrap();
}

fn statements(world: &World, made: i64, jobs: i64) -> Vec<String> {
    let executions = format!("generate_series({}, {}) e", made + 1, made + (jobs / JOBS).max(1));
    let (workspace, user) = (world.owner.workspace, world.owner.user);
    // Ids grow with time, as those of real rows do.
    let id = |number: &str| {
        format!("('01900000-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid")
    };
    let (run, node, job) = (id("e"), id("e"), id(&format!("(e * {JOBS} + j)")));
    let told = id(&format!("(e * {JOBS} + n % {JOBS})"));
    let ago = "engine_now() - interval '1 day'";
    vec![
        "SET LOCAL session_replication_role = replica".to_owned(),
        "SET LOCAL statement_timeout = 0".to_owned(),
        format!(
            "INSERT INTO workflow_executions (id, workspace_id, name, run_definition, project_id,
                    user_id, trigger, status, started_at, completed_at, event_seq)
             SELECT {run}, '{workspace}', 'Past', '{{}}', (SELECT id FROM projects
                    WHERE workspace_id = '{workspace}' LIMIT 1), '{user}', 'manual', 'completed',
                    {ago}, {ago}, 20
               FROM {executions}"
        ),
        format!(
            "INSERT INTO execution_nodes (id, workspace_id, execution_id, node_id, rank, kind, status,
                    jobs_total, jobs_settled, started_at, ended_at)
             SELECT {node}, '{workspace}', {run}, 'write', 1, 'generate_copy', 'completed', {JOBS},
                    {JOBS}, {ago}, {ago}
               FROM {executions}"
        ),
        format!(
            "INSERT INTO execution_edges (execution_id, edge_id, state)
             SELECT {run}, 'edge_' || n, 'live'
               FROM {executions}, generate_series(1, 2) n"
        ),
        format!(
            "INSERT INTO agent_jobs (id, workspace_id, execution_id, node_row_id, node_id, item,
                    generation, job_type, status, attempt, fence, run_at, effect, started_at, ended_at)
             SELECT {job}, '{workspace}', {run}, {node}, 'write', j, 1, 'generate_copy', 'completed',
                    1, 1, {ago}, 'done', {ago}, {ago}
               FROM {executions}, generate_series(0, {JOBS} - 1) j"
        ),
        format!(
            "INSERT INTO job_attempts (job_id, fence, execution_id, attempt, worker_id, status,
                    started_at, ended_at)
             SELECT {job}, 1, {run}, 1, '{workspace}', 'completed', {ago}, {ago}
               FROM {executions}, generate_series(0, {JOBS} - 1) j"
        ),
        format!(
            "INSERT INTO execution_events (execution_id, seq, at, events)
             SELECT {run}, n, {ago}, jsonb_build_array(jsonb_build_object('kind', 'job.completed',
                    'job', {told}, 'node', 'write', 'item', n % {JOBS}))
               FROM {executions}, generate_series(1, 20) n"
        ),
    ]
}
