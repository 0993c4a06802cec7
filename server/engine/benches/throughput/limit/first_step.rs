//! One execution of one step after the other: its rows written and told of in one commit; whoever
//! hears of it claims the step through an index, past those that others hold, and then ends it.

use std::time::Instant;

use sqlx::{AssertSqlSafe, postgres::PgListener};

use super::{super::report::Measured, connect};

const CHANNEL: &str = "limit_job";
const TABLES: &str = "
    DROP TABLE IF EXISTS limit_run, limit_job, limit_event;
    CREATE TABLE limit_run (id bigint PRIMARY KEY, state int NOT NULL DEFAULT 1, done timestamptz);
    CREATE TABLE limit_job (id bigint PRIMARY KEY, state int NOT NULL DEFAULT 0, started timestamptz,
        done timestamptz);
    CREATE INDEX limit_job_due ON limit_job (id) WHERE state = 0;
    CREATE TABLE limit_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run bigint,
        kind text, at timestamptz DEFAULT now())";
const LAUNCH: &str = "
    WITH r AS (INSERT INTO limit_run (id) VALUES ($1)),
         j AS (INSERT INTO limit_job (id) VALUES ($1)),
         e AS (INSERT INTO limit_event (run, kind) VALUES ($1, 'run.started'))
    SELECT pg_notify('limit_job', '')";
const CLAIM: &str = "
    WITH due AS (SELECT id FROM limit_job WHERE state = 0 ORDER BY id LIMIT 1
                    FOR UPDATE SKIP LOCKED),
         c AS (UPDATE limit_job j SET state = 1, started = now() FROM due WHERE j.id = due.id
               RETURNING j.id)
    INSERT INTO limit_event (run, kind) SELECT id, 'step.started' FROM c";
const END: &str = "
    WITH j AS (UPDATE limit_job SET state = 2, done = now() WHERE id = $1),
         r AS (UPDATE limit_run SET state = 2, done = now() WHERE id = $1)
    INSERT INTO limit_event (run, kind) VALUES ($1, 'run.done')";

/// Times from a launch that was accepted to its step's beginning, beside so many finished jobs.
pub async fn first_steps(url: &str, rounds: usize, finished: i64) -> Measured {
    let (mut launcher, mut worker) = (connect(url).await, connect(url).await);
    let past = format!(
        "{TABLES};
         INSERT INTO limit_job SELECT -n, 2, now(), now() FROM generate_series(1, {finished}) n"
    );
    sqlx::raw_sql(AssertSqlSafe(past)).execute(&mut launcher).await.unwrap();
    for sql in ["VACUUM ANALYZE limit_job", "CHECKPOINT"] {
        sqlx::query(sql).execute(&mut launcher).await.unwrap();
    }
    let mut listener = PgListener::connect(url).await.unwrap();
    listener.listen(CHANNEL).await.unwrap();
    let (begun, mut took) = (Instant::now(), vec![]);
    for run in (1_i64..).take(rounds) {
        let launch = async {
            sqlx::query(LAUNCH).bind(run).execute(&mut launcher).await.unwrap();
            Instant::now()
        };
        let work = async {
            listener.recv().await.unwrap();
            sqlx::query(CLAIM).execute(&mut worker).await.unwrap();
            let started = Instant::now();
            sqlx::query(END).bind(run).execute(&mut worker).await.unwrap();
            started
        };
        let (launched, started) = tokio::join!(launch, work);
        took.push(started.saturating_duration_since(launched));
    }
    Measured::since(begun, took)
}
