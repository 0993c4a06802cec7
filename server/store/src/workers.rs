//! Workers: processes that claim jobs, their leases and locks, and which of them are gone.
//!
//! A worker is alive while its session-level advisory lock is held, which ends with its connection,
//! and its lease is renewed, which a frozen process does not do.

use std::time::Duration;

use model::{
    id::{JobId, WorkerId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Fetch, Statement, error::Result, rows::interval, timestamp};

/// The first half of every worker's advisory lock, so that other uses of such locks cannot meet it.
const LOCK_CLASS: i32 = 0x41_54_4c;

/// The longest lease of a server; tests that want no lease to end have longer ones.
pub const LONGEST_LEASE: Duration = Duration::from_secs(60);

/// Registers a worker and takes its lock on this very connection, which must stay open.
pub async fn register(
    conn: &mut PgConnection,
    worker: WorkerId,
    serves: Option<&[String]>,
    lease: Duration,
) -> Result<()> {
    let key = sqlx::query_scalar!(
        "INSERT INTO workers (id, lock_key, serves, lease_until)
         VALUES ($1, nextval('worker_lock_keys'), $2, engine_now() + $3)
      RETURNING lock_key",
        worker.0,
        serves,
        interval(lease)?
    )
    .one(conn, "registering the worker")
    .await?;
    sqlx::query!("SELECT pg_advisory_lock($1, $2)", LOCK_CLASS, key)
        .run(conn, "taking the worker's lock")
        .await
}

/// Takes the lock of a registered worker again on a new connection, and renews its lease. Returns
/// false when the worker was declared lost meanwhile.
pub async fn resume(conn: &mut PgConnection, worker: WorkerId, lease: Duration) -> Result<bool> {
    if !renew(conn, worker, lease).await? {
        return Ok(false);
    }
    sqlx::query!(
        "SELECT pg_advisory_lock($1, lock_key) FROM workers WHERE id = $2",
        LOCK_CLASS,
        worker.0
    )
    .run(conn, "taking the worker's lock again")
    .await?;
    Ok(true)
}

/// Renews the lease. Returns false when others have already given this worker up: its jobs are
/// theirs now and it must start anew under another id.
pub async fn renew(conn: &mut PgConnection, worker: WorkerId, lease: Duration) -> Result<bool> {
    sqlx::query!(
        "UPDATE workers SET lease_until = engine_now() + $2 WHERE id = $1 AND gone_at IS NULL",
        worker.0,
        interval(lease)?
    )
    .changed(conn, "renewing the worker's lease")
    .await
}

/// Records which workers' locks are missing; returns the database's clock.
pub async fn note_missing(conn: &mut PgConnection) -> Result<Timestamp> {
    sqlx::query_file_scalar!("sql/mark_missing_workers.sql", LOCK_CLASS)
        .one(conn, "looking for missing workers")
        .await
        .map(timestamp)
}

/// Declares workers lost whose lock has been missing for longer than `grace` (a connection may be
/// lost briefly), and with `leases` also those whose lease has ended. They learn it when they next
/// renew.
pub async fn give_up_lost(conn: &mut PgConnection, grace: Duration, leases: bool) -> Result<()> {
    sqlx::query!(
        "UPDATE workers SET gone_at = engine_now()
          WHERE gone_at IS NULL
            AND (lease_until <= engine_now() AND $2
                 OR missing_since <= engine_now() - $1::interval)",
        interval(grace)?,
        leases
    )
    .run(conn, "giving up lost workers")
    .await
}

/// Shortens leases that were renewed by a clock that has since been set back to the longest lease.
pub async fn shorten_leases(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "UPDATE workers SET lease_until = engine_now() + $1
          WHERE gone_at IS NULL AND lease_until > engine_now() + $1",
        interval(LONGEST_LEASE)?
    )
    .run(conn, "shortening leases")
    .await
}

/// Running jobs of workers that are gone, as (worker, execution); at most 200.
pub async fn list_jobs_of_gone(conn: &mut PgConnection) -> Result<Vec<(WorkerId, Uuid)>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT w.id AS worker, j.execution_id
             FROM agent_jobs j
             JOIN workers w ON w.id = j.worker_id
            WHERE j.status = 'running' AND w.gone_at IS NOT NULL
            LIMIT 200"#
    )
    .all(conn, "looking for lost workers' jobs")
    .await?;
    Ok(rows.into_iter().map(|row| (WorkerId(row.worker), row.execution_id)).collect())
}

/// Those of these job types that no running worker serves.
pub async fn find_unserved_types(conn: &mut PgConnection, kinds: &[String]) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT kind AS "kind!"
             FROM unnest($1::text[]) AS kind
            WHERE NOT EXISTS (SELECT FROM workers w
                               WHERE w.gone_at IS NULL
                                 AND (w.serves IS NULL OR kind = ANY(w.serves)))"#,
        kinds
    )
    .all(conn, "looking for what no worker takes")
    .await
}

/// Signs a worker off at its end: the lock goes with the connection, and the row says that it is
/// gone.
pub async fn sign_off(conn: &mut PgConnection, worker: WorkerId) -> Result<()> {
    sqlx::query!(
        "UPDATE workers SET gone_at = engine_now() WHERE id = $1 AND gone_at IS NULL",
        worker.0
    )
    .run(conn, "signing the worker off")
    .await
}

/// Deletes workers that have been gone for a week, unless jobs of theirs still run; returns how
/// many.
pub async fn forget_gone(conn: &mut PgConnection) -> Result<u64> {
    sqlx::query!(
        "DELETE FROM workers w
          WHERE w.gone_at < engine_now() - interval '7 days'
            AND NOT EXISTS (SELECT FROM agent_jobs j
                             WHERE j.worker_id = w.id AND j.status = 'running')"
    )
    .count_changed(conn, "deleting workers that are long gone")
    .await
}

/// Every running job of a worker, as (execution, job, fence).
pub async fn list_held_jobs(
    conn: &mut PgConnection,
    worker: WorkerId,
) -> Result<Vec<(Uuid, JobId, i64)>> {
    let rows = sqlx::query!(
        "SELECT execution_id, id, fence FROM agent_jobs WHERE worker_id = $1 AND status = 'running'",
        worker.0
    )
    .all(conn, "looking for a worker's jobs")
    .await?;
    Ok(rows.into_iter().map(|row| (row.execution_id, JobId(row.id), row.fence)).collect())
}

/// The claims that a worker holds by the database, as (job, fence): it compares them with its own
/// list.
pub async fn list_held_claims(
    conn: &mut PgConnection,
    worker: WorkerId,
) -> Result<Vec<(Uuid, i64)>> {
    let rows = sqlx::query!(
        "SELECT id, fence FROM agent_jobs WHERE worker_id = $1 AND status = 'running'",
        worker.0
    )
    .all(conn, "checking which jobs are still held")
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.fence)).collect())
}
