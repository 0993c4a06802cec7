//! Steps that are durable before what follows on them, all waiting completions in one commit.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;
use sqlx::Connection;
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    task::JoinHandle,
};

use super::{super::report::Measured, connect};

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
/// Executions $1 of $2 steps, of which $3 begin at once.
const LAUNCH: &str = "
    WITH r AS (INSERT INTO limit_run (id) SELECT unnest($1::bigint[]) RETURNING id),
         n AS (INSERT INTO limit_node (run, idx, state, started)
               SELECT id, i, CASE WHEN i < $3 THEN 1 ELSE 0 END, now()
                 FROM r, generate_series(0, $2 - 1) i)
    INSERT INTO limit_event (run, node, kind) SELECT id, -1, 'run.started' FROM r";
/// Steps $2 of executions $1 are done: the next one begins, and with step $3 all is over.
const DONE: &str = r#"
    WITH x AS (SELECT * FROM unnest($1::bigint[], $2::int[]) AS u (run, idx)),
         d AS (UPDATE limit_node n SET state = 2, out = '{"ok": true}', done = now()
                 FROM x WHERE n.run = x.run AND n.idx = x.idx RETURNING n.run, n.idx),
         s AS (UPDATE limit_node n SET state = 1, started = now()
                 FROM x WHERE n.run = x.run AND n.idx = x.idx + 1 AND n.state = 0),
         f AS (UPDATE limit_run r SET state = 2, done = now()
                 FROM x WHERE x.idx = $3 AND r.id = x.run)
    INSERT INTO limit_event (run, node, kind, payload)
    SELECT run, idx, 'node.done', '{"ok": true}' FROM d"#;

/// Chains of so many steps, so many of them in flight.
pub async fn chains(url: &str, in_flight: usize, steps: i32, long: Duration) -> Measured {
    let writer = Writer::start(url, Shape { steps, at_once: 1 }).await;
    let begun = Instant::now();
    let one_by_one = async || {
        let mut took = vec![];
        while begun.elapsed() < long {
            let asked = Instant::now();
            let run = writer.launch().await;
            writer.chain(run, steps).await;
            took.push(asked.elapsed());
        }
        took
    };
    let took = join_all((0..in_flight).map(|_| one_by_one())).await.concat();
    let measured = Measured::since(begun, took);
    writer.stop().await;
    measured
}

/// So many chains that were launched before; how long after the first began each was over.
pub async fn backlog(url: &str, count: usize, steps: i32) -> Measured {
    let writer = Writer::start(url, Shape { steps, at_once: 1 }).await;
    let runs = join_all((0..count).map(|_| writer.launch())).await;
    let begun = Instant::now();
    let drain = async |run| {
        writer.chain(run, steps).await;
        begun.elapsed()
    };
    let took = join_all(runs.into_iter().map(drain)).await;
    let measured = Measured::since(begun, took);
    writer.stop().await;
    measured
}

/// So many steps side by side, each of which takes a while, and one that needs them all.
pub struct Fans {
    writer: Writer,
    wide: i32,
    each: Duration,
}

impl Fans {
    pub async fn start(url: &str, wide: i32, each: Duration) -> Self {
        let writer = Writer::start(url, Shape { steps: wide + 1, at_once: wide }).await;
        Self { writer, wide, each }
    }

    /// How long the next one takes.
    pub async fn next(&self) -> Duration {
        let asked = Instant::now();
        let run = self.writer.launch().await;
        let slow = async |step| {
            tokio::time::sleep(self.each).await;
            self.writer.write(Step::Done(run, step)).await;
        };
        join_all((0..self.wide).map(slow)).await;
        self.writer.write(Step::Done(run, self.wide)).await;
        asked.elapsed()
    }

    pub async fn stop(self) {
        self.writer.stop().await;
    }
}

/// How many steps an execution has, and how many of them begin with it; the last one ends it.
#[derive(Clone, Copy)]
struct Shape {
    steps: i32,
    at_once: i32,
}

enum Step {
    Launch(i64),
    Done(i64, i32),
}

type Message = (Step, oneshot::Sender<()>);

struct Writer {
    url: String,
    sender: mpsc::Sender<Message>,
    committers: Vec<JoinHandle<()>>,
    next: AtomicI64,
}

impl Writer {
    async fn start(url: &str, shape: Shape) -> Self {
        sqlx::raw_sql(TABLES).execute(&mut connect(url).await).await.unwrap();
        let (sender, receiver) = mpsc::channel(4096);
        let receiver = Arc::new(Mutex::new(receiver));
        let committer = |_| tokio::spawn(commit(url.to_owned(), shape, receiver.clone()));
        let committers = (0..COMMITTERS).map(committer).collect();
        Self { url: url.to_owned(), sender, committers, next: AtomicI64::new(1) }
    }

    async fn launch(&self) -> i64 {
        let run = self.next.fetch_add(1, Ordering::Relaxed);
        self.write(Step::Launch(run)).await;
        run
    }

    /// Steps of an execution, each durable before the next.
    async fn chain(&self, run: i64, steps: i32) {
        for step in 0..steps {
            self.write(Step::Done(run, step)).await;
        }
    }

    async fn write(&self, step: Step) {
        let (told, written) = oneshot::channel();
        self.sender.send((step, told)).await.ok().unwrap();
        written.await.unwrap();
    }

    /// Ends, and looks whether what it was told to write is there.
    async fn stop(self) {
        drop(self.sender);
        for committer in self.committers {
            committer.await.unwrap();
        }
        let sql = "SELECT (SELECT count(*) FROM limit_run WHERE state <> 2)
                        + (SELECT count(*) FROM limit_node WHERE state <> 2)";
        let mut conn = connect(&self.url).await;
        let open: i64 = sqlx::query_scalar(sql).fetch_one(&mut conn).await.unwrap();
        assert_eq!(open, 0, "everything is over");
    }
}

async fn commit(url: String, shape: Shape, receiver: Arc<Mutex<mpsc::Receiver<Message>>>) {
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
        let launch = sqlx::query(LAUNCH).bind(&launched).bind(shape.steps).bind(shape.at_once);
        let done = sqlx::query(DONE).bind(&runs).bind(&steps).bind(shape.steps - 1);
        // One statement is a commit of its own: a transaction around it would ask the server thrice.
        if runs.is_empty() {
            launch.execute(&mut conn).await.unwrap();
        } else if launched.is_empty() {
            done.execute(&mut conn).await.unwrap();
        } else {
            let mut tx = conn.begin().await.unwrap();
            launch.execute(&mut *tx).await.unwrap();
            done.execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
        }
        for tell in told {
            tell.send(()).ok();
        }
    }
}
