//! What the engine asks all the time goes by indexes, however it was planned.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use engine::exec::{
    Worker, WorkerConfig, WorkerDeps,
    advance::{Advance, Input},
};
use model::{
    decide::ClaimLimits,
    id::{ExecutionId, TemplateId, WorkerId},
    pages::LaunchRequest,
};
use serde_json::Value;
use services::testing::{
    past::{analyze, past},
    play::{Answering, copies, writing, wrote},
    world::{ROOMY, World, none, quick},
};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, PgPool, Postgres, pool::PoolConnection,
    postgres::PgPoolOptions,
};
use store::{executions, workers};
use uuid::Uuid;

/// Finished jobs: some in `make test`, ten million in `make soak`.
fn long() -> i64 {
    std::env::var("ATELIER_PAST_JOBS").map_or(100_000, |jobs| jobs.parse().unwrap())
}

/// What the connections of a worker are called.
const WORKER: &str = "plans worker";

const NEVER: Option<Duration> = None;

const LARGE: [&str; 7] = [
    "workflow_executions",
    "execution_nodes",
    "execution_edges",
    "agent_jobs",
    "job_attempts",
    "execution_events",
    "artifacts",
];

/// One connection, for as long as it is wanted: it remembers every statement that was prepared on it.
async fn single(url: &str, name: &str) -> PgPool {
    let options = store::connect_options(url, name).unwrap();
    let pool = PgPoolOptions::new().max_connections(1).idle_timeout(NEVER).max_lifetime(NEVER);
    pool.connect_with(options).await.unwrap()
}

/// The large tables that the plan of a statement reads from end to end.
async fn scans(conn: &mut PgConnection, name: &str, parameters: i32) -> BTreeSet<String> {
    let nulls = vec!["NULL"; usize::try_from(parameters).unwrap()].join(", ");
    let given = if parameters == 0 { String::new() } else { format!("({nulls})") };
    let sql = format!("EXPLAIN (FORMAT JSON) EXECUTE {name}{given}");
    let plan: Value = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(conn).await.unwrap();
    let mut found = BTreeSet::new();
    collect(&plan, &mut found);
    found
}

fn collect(plan: &Value, found: &mut BTreeSet<String>) {
    match plan {
        Value::Array(all) => all.iter().for_each(|one| collect(one, found)),
        Value::Object(node) => {
            let table = node.get("Relation Name").and_then(Value::as_str).unwrap_or_default();
            if node.get("Node Type").is_some_and(|kind| kind == "Seq Scan")
                && LARGE.contains(&table)
            {
                found.insert(table.to_owned());
            }
            node.values().for_each(|one| collect(one, found));
        }
        _ => {}
    }
}

/// What is wrong with the generic plans of all statements that were prepared on the connection.
async fn unindexed(conn: &mut PgConnection, what: &str, least: usize) -> Vec<String> {
    let sql = "SELECT name, statement, cardinality(parameter_types) FROM pg_prepared_statements
                WHERE statement ~ 'workflow_executions|execution_|agent_jobs|job_attempts|artifacts'
                  AND statement !~ 'pg_prepared_statements'";
    let prepared: Vec<(String, String, i32)> =
        sqlx::query_as(sql).fetch_all(&mut *conn).await.unwrap();
    let mut wrong = vec![];
    if prepared.len() < least {
        wrong.push(format!("{what}: no {least} statements were prepared: {prepared:#?}"));
    }
    for (name, statement, parameters) in prepared {
        let scanned = scans(conn, &name, parameters).await;
        if !scanned.is_empty() {
            wrong.push(format!("{what}: {scanned:?} is scanned by\n{statement}"));
        }
    }
    wrong
}

/// What is wrong with having read so many rows.
fn too_many(what: &str, read: i64, most: i64) -> Option<String> {
    (read >= most).then(|| format!("{what}: {read} rows were read by scans"))
}

/// A worker by hand: registers, claims and reports.
async fn step(pool: &PgPool, advance: &Advance, execution: ExecutionId) {
    let worker = WorkerId(Uuid::now_v7());
    let mut conn = pool.acquire().await.unwrap();
    workers::register(&mut conn, worker, None, Duration::from_secs(60)).await.unwrap();
    drop(conn);
    let limits = ClaimLimits { capacity: 1, per_execution: 20, alone: false };
    let claim = Input::Claim { worker, limits, kinds: None };
    advance.run(&(execution, vec![claim])).await.unwrap();
    advance.run(&(execution, vec![Input::WorkerLost(worker)])).await.unwrap();
}

/// Everything that is asked again and again although nothing may have happened.
async fn look_for_work(conn: &mut PgConnection) {
    executions::due_executions(conn, None, &[], 32).await.unwrap();
    executions::find_to_run_alone(conn, None, &[]).await.unwrap();
    executions::next_due_in(conn).await.unwrap();
    executions::next_to_start(conn, None, 10).await.unwrap();
    executions::find_passed_deadlines(conn).await.unwrap();
    executions::find_late_reviews(conn).await.unwrap();
    executions::find_unreported_children(conn).await.unwrap();
    executions::find_out_of_step(conn).await.unwrap();
    executions::find_ahead_of_clock(conn).await.unwrap();
    executions::find_behind_budget(conn).await.unwrap();
    workers::note_missing(conn).await.unwrap();
    workers::give_up_lost(conn, Duration::from_secs(2), true).await.unwrap();
    workers::list_jobs_of_gone(conn).await.unwrap();
    workers::list_held_jobs(conn, WorkerId(Uuid::now_v7())).await.unwrap();
    workers::list_held_claims(conn, WorkerId(Uuid::now_v7())).await.unwrap();
}

/// A connection as the engine looks for work on it.
async fn looking(world: &World) -> PoolConnection<Postgres> {
    let pool = single(&world.db.url, "plans").await;
    store::planned_once_pool(&pool).acquire().await.unwrap()
}

/// Rows and index entries of large tables that a look for work reads, whatever others read.
async fn read_by_a_look(conn: &mut PgConnection) -> i64 {
    // What a connection has read is its own until its transaction ends.
    let mut tx = conn.begin().await.unwrap();
    let before = read_here(&mut tx).await;
    look_for_work(&mut tx).await;
    let read = read_here(&mut tx).await - before;
    tx.commit().await.unwrap();
    read
}

/// Rows and index entries of large tables that the connection has read and not told the others of.
async fn read_here(conn: &mut PgConnection) -> i64 {
    let sql = "SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(c.oid)), 0)::bigint
                 FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
                WHERE coalesce(i.indrelid, c.oid) = ANY($1::text[]::regclass[])";
    sqlx::query_scalar(sql).bind(&LARGE[..]).fetch_one(conn).await.unwrap()
}

/// Rows and index entries read of large tables, by every process so far.
async fn rows_read(world: &World) -> i64 {
    let pool = single(&world.db.url, "plans").await;
    let sql = "SELECT (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables
                        WHERE relname = ANY($1))::bigint
                    + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes
                        WHERE relname = ANY($1))::bigint";
    sqlx::query_scalar(sql).bind(&LARGE[..]).fetch_one(&pool).await.unwrap()
}

/// A worker with connections of its own.
struct AtWork {
    pool: PgPool,
    advance: Arc<Advance>,
    worker: Worker,
}

impl AtWork {
    async fn begin(world: &World) -> Self {
        let pool = single(&world.db.url, WORKER).await;
        let bus = world.services.context().bus.clone();
        let advance = Arc::new(Advance::new(pool.clone(), bus, ROOMY));
        let deps = WorkerDeps {
            pool: world.db.pool.clone(),
            options: store::connect_options(&world.db.url, WORKER).unwrap(),
            executors: writing(Answering(|_: &_| wrote("done"))),
            advance: advance.clone(),
        };
        let worker = Worker::start(deps, WorkerConfig { lanes: 1, ..quick() }).unwrap();
        Self { pool, advance, worker }
    }

    /// Runs one more execution and leaves: what a connection has read is counted for others once it
    /// is gone.
    async fn end(self, world: &World, template: TemplateId) {
        run(world, template).await;
        self.worker.stop().await;
        self.advance.steps().close().await;
        self.pool.close().await;
        let here = "SELECT -count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND application_name = 'plans worker'";
        world.until(here, 0).await;
    }
}

/// Runs an execution. Launched without the card of the gallery, which counts every use of its template
/// and would be taken for the worker's reading.
async fn run(world: &World, template: TemplateId) {
    let request = LaunchRequest::for_template(template);
    let launched = world.services.executions.launch(&world.owner, request).await.unwrap();
    world.wait_over(launched.execution_id).await;
}

/// What plans while the tables are all but empty, as on a fresh installation.
struct Early {
    look: PoolConnection<Postgres>,
    pool: PgPool,
    advance: Advance,
    worker: AtWork,
}

impl Early {
    async fn plan(world: &World, template: TemplateId) -> Self {
        let mut look = looking(world).await;
        look_for_work(&mut look).await;
        let pool = single(&world.db.url, "plans").await;
        let advance = Advance::new(pool.clone(), world.services.context().bus.clone(), ROOMY);
        let first = world.launch(template, none()).await;
        step(&pool, &advance, first).await;
        let worker = AtWork::begin(world).await;
        // Long enough for every plan to be settled.
        for _ in 0..10 {
            run(world, template).await;
        }
        world.wait_over(first).await;
        Self { look, pool, advance, worker }
    }
}

/// Only this test tells the planner what is in the large tables.
async fn leave_unanalyzed(world: &World) {
    for table in LARGE {
        let sql = format!("ALTER TABLE {table} SET (autovacuum_enabled = false)");
        sqlx::query(AssertSqlSafe(sql)).execute(&world.db.pool).await.unwrap();
    }
}

/// What is wrong with what a worker reads that planned before the history came, and one that came
/// after it. The news that are waited for, and the tests' kit, read a few; a scan reads them all.
async fn of_workers(world: &World, template: TemplateId, early: AtWork) -> Vec<String> {
    let before = rows_read(world).await;
    early.end(world, template).await;
    let between = rows_read(world).await;
    AtWork::begin(world).await.end(world, template).await;
    let after = rows_read(world).await;
    let most = long() / 10;
    let early = too_many("a worker that planned early", between - before, most);
    early.into_iter().chain(too_many("a worker that came late", after - between, most)).collect()
}

/// The same of looks for work.
async fn of_looks(world: &World, mut early: PoolConnection<Postgres>) -> Vec<String> {
    let mut late = looking(world).await;
    let (early, late) = (read_by_a_look(&mut early).await, read_by_a_look(&mut late).await);
    let most = long() / 100;
    let early = too_many("a look for work that was planned early", early, most);
    early.into_iter().chain(too_many("a look for work that was planned late", late, most)).collect()
}

/// What is wrong with the plans of what advances executions, on connections that planned early.
async fn of_steps(world: &World, template: TemplateId, early: (PgPool, Advance)) -> Vec<String> {
    let (pool, advance) = early;
    let late = world.launch(template, none()).await;
    step(&pool, &advance, late).await;
    let mut conn = advance.steps().acquire().await.unwrap();
    unindexed(&mut conn, "advancing", 8).await
}

/// What is wrong with the plans of a look for work on a connection that may plan as it likes.
async fn of_fresh_looks(world: &World) -> Vec<String> {
    let pool = single(&world.db.url, "plans").await;
    let mut conn = pool.acquire().await.unwrap();
    look_for_work(&mut conn).await;
    sqlx::query("SET plan_cache_mode = force_generic_plan").execute(&mut *conn).await.unwrap();
    unindexed(&mut conn, "looking for work", 6).await
}

/// One history for all of it: in `make soak` it takes half an hour to be written.
#[tokio::test]
async fn rel_e16_what_is_asked_all_the_time_reads_no_table_whole_whenever_it_was_planned() {
    let world = World::new().await;
    leave_unanalyzed(&world).await;
    let template = world.publish(&copies(5)).await;
    let Early { look, pool, advance, worker } = Early::plan(&world, template).await;
    past(&world, long()).await;

    // Nobody has told the planner of what came. One after the other: what a worker reads is told by
    // the figures of the whole database.
    let mut wrong = of_workers(&world, template, worker).await;
    wrong.extend(of_looks(&world, look).await);
    analyze(&world).await;
    wrong.extend(of_steps(&world, template, (pool, advance)).await);
    wrong.extend(of_fresh_looks(&world).await);

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
