//! Executions of one step: the rows of each written and told of in one commit; whoever
//! hears of it claims the step through an index, past those that others hold, and then ends it.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, PgConnection, postgres::PgListener};

use super::connect;

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

pub struct FirstSteps {
    launcher: PgConnection,
    worker: PgConnection,
    listener: PgListener,
    last: i64,
}

impl FirstSteps {
    /// Beside so many finished jobs.
    pub async fn beside(url: &str, finished: i64) -> Self {
        let (mut launcher, worker) = (connect(url).await, connect(url).await);
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
        Self { launcher, worker, listener, last: 0 }
    }

    /// How long it is from a launch that was accepted to its step's beginning.
    pub async fn next(&mut self) -> Duration {
        self.last += 1;
        let launch = async {
            sqlx::query(LAUNCH).bind(self.last).execute(&mut self.launcher).await.unwrap();
            Instant::now()
        };
        let work = async {
            self.listener.recv().await.unwrap();
            let claimed = sqlx::query(CLAIM).execute(&mut self.worker).await.unwrap();
            let started = Instant::now();
            assert_eq!(claimed.rows_affected(), 1, "there is a step to claim");
            sqlx::query(END).bind(self.last).execute(&mut self.worker).await.unwrap();
            started
        };
        let (launched, started) = tokio::join!(launch, work);
        started.saturating_duration_since(launched)
    }
}
