//! The machine's own limit: the least a program can do that makes each step durable before the next,
//! with all waiting completions in one commit.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;
use sqlx::{Connection, PgConnection};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::chains::STEPS;

const COMMITTERS: usize = 2;
const BATCH: usize = 256;
const TABLES: &str = "
    DROP TABLE IF EXISTS limit_run, limit_node, limit_event;
    CREATE TABLE limit_run (id bigint PRIMARY KEY, state int NOT NULL DEFAULT 1, done timestamptz)
        WITH (fillfactor = 80);
    CREATE TABLE limit_node (run bigint, idx int, state int NOT NULL, out jsonb, started timestamptz,
        done timestamptz, PRIMARY KEY (run, idx)) WITH (fillfactor = 60);
    CREATE TABLE limit_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run bigint,
        node int, kind text, payload jsonb, at timestamptz DEFAULT now())";
const LAUNCH: &str = "
    WITH r AS (INSERT INTO limit_run (id) SELECT unnest($1::bigint[]) RETURNING id),
         n AS (INSERT INTO limit_node (run, idx, state, started)
               SELECT id, i, CASE WHEN i = 0 THEN 1 ELSE 0 END, now()
                 FROM r, generate_series(0, 19) i)
    INSERT INTO limit_event (run, node, kind) SELECT id, -1, 'run.started' FROM r";
const DONE: &str = r#"
    WITH x AS (SELECT * FROM unnest($1::bigint[], $2::int[]) AS u (run, idx)),
         d AS (UPDATE limit_node n SET state = 2, out = '{"ok": true}', done = now()
                 FROM x WHERE n.run = x.run AND n.idx = x.idx RETURNING n.run, n.idx),
         s AS (UPDATE limit_node n SET state = 1, started = now()
                 FROM x WHERE n.run = x.run AND n.idx = x.idx + 1),
         f AS (UPDATE limit_run r SET state = 2, done = now()
                 FROM x WHERE x.idx = 19 AND r.id = x.run)
    INSERT INTO limit_event (run, node, kind, payload)
    SELECT run, idx, 'node.done', '{"ok": true}' FROM d"#;

enum Step {
    Launch(i64),
    Done(i64, i32),
}

type Message = (Step, oneshot::Sender<()>);

/// Chains of 20 steps that it finishes in a second, with so many in flight.
pub async fn executions_per_second(url: &str, in_flight: usize, long: Duration) -> f64 {
    let mut admin = connect(url).await;
    sqlx::raw_sql(TABLES).execute(&mut admin).await.unwrap();
    let (sender, receiver) = mpsc::channel(4096);
    let receiver = Arc::new(Mutex::new(receiver));
    let committers: Vec<_> =
        (0..COMMITTERS).map(|_| tokio::spawn(commit(url.to_owned(), receiver.clone()))).collect();
    let (begun, next) = (Instant::now(), AtomicI64::new(1));
    let chain = async || {
        let mut done = 0_u32;
        while begun.elapsed() < long {
            let run = next.fetch_add(1, Ordering::Relaxed);
            write(&sender, Step::Launch(run)).await;
            for step in 0..STEPS {
                write(&sender, Step::Done(run, i32::try_from(step).unwrap())).await;
            }
            done += 1;
        }
        done
    };
    let done: u32 = join_all((0..in_flight).map(|_| chain())).await.into_iter().sum();
    let per_second = f64::from(done) / begun.elapsed().as_secs_f64();
    drop(sender);
    join_all(committers).await;
    per_second
}

async fn connect(url: &str) -> PgConnection {
    let mut conn = PgConnection::connect(url).await.unwrap();
    let plans = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";
    sqlx::raw_sql(plans).execute(&mut conn).await.unwrap();
    conn
}

async fn write(sender: &mpsc::Sender<Message>, step: Step) {
    let (told, written) = oneshot::channel();
    sender.send((step, told)).await.ok().unwrap();
    written.await.unwrap();
}

async fn commit(url: String, receiver: Arc<Mutex<mpsc::Receiver<Message>>>) {
    let mut conn = connect(&url).await;
    let mut batch = Vec::with_capacity(BATCH);
    while receiver.lock().await.recv_many(&mut batch, BATCH).await > 0 {
        let (mut launched, mut runs, mut steps, mut told) = (vec![], vec![], vec![], vec![]);
        for (step, tell) in batch.drain(..) {
            match step {
                Step::Launch(run) => launched.push(run),
                Step::Done(run, step) => {
                    runs.push(run);
                    steps.push(step);
                }
            }
            told.push(tell);
        }
        let mut tx = conn.begin().await.unwrap();
        if !launched.is_empty() {
            sqlx::query(LAUNCH).bind(&launched).execute(&mut *tx).await.unwrap();
        }
        if !runs.is_empty() {
            sqlx::query(DONE).bind(&runs).bind(&steps).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        for tell in told {
            tell.send(()).ok();
        }
    }
}
