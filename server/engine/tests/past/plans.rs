//! What the engine asks all the time goes by indexes, however it was planned.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use engine::{
    exec::{
        Worker, WorkerConfig, WorkerParts,
        advance::{Advance, Input},
    },
    store::{self, executions, workers},
    testing::{
        past::{analyze, past},
        play::{Answering, copies, writing, wrote},
        world::{ROOMY, World, none, quick},
    },
};
use model::{
    decide::ClaimLimits,
    id::{ExecutionId, WorkerId},
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, postgres::PgPoolOptions};
use uuid::Uuid;

/// Finished jobs: some in `make test`, ten million in `make soak`.
fn long() -> i64 {
    std::env::var("ATELIER_PAST_JOBS").map_or(100_000, |jobs| jobs.parse().unwrap())
}

const LARGE: [&str; 7] = [
    "workflow_executions",
    "execution_nodes",
    "execution_edges",
    "agent_jobs",
    "job_attempts",
    "execution_events",
    "artifacts",
];

/// One connection: it remembers every statement that was prepared on it.
async fn single(url: &str) -> PgPool {
    let options = store::connect_options(url, "plans").unwrap();
    PgPoolOptions::new().max_connections(1).connect_with(options).await.unwrap()
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

/// Every statement that was prepared on the connection and what its generic plan scans.
async fn assert_indexed(conn: &mut PgConnection, least: usize) {
    let sql = "SELECT name, statement, cardinality(parameter_types) FROM pg_prepared_statements
                WHERE statement ~ 'workflow_executions|execution_|agent_jobs|job_attempts|artifacts'
                  AND statement !~ 'pg_prepared_statements'";
    let prepared: Vec<(String, String, i32)> =
        sqlx::query_as(sql).fetch_all(&mut *conn).await.unwrap();
    assert!(prepared.len() >= least, "{prepared:#?}");
    for (name, statement, parameters) in prepared {
        let scanned = scans(conn, &name, parameters).await;
        assert!(scanned.is_empty(), "{scanned:?} is scanned by\n{statement}");
    }
}

/// A worker by hand: registers, claims and reports.
async fn step(pool: &PgPool, advance: &Advance, execution: ExecutionId) {
    let worker = WorkerId(Uuid::now_v7());
    let mut conn = pool.acquire().await.unwrap();
    workers::register(&mut conn, worker, None, Duration::from_secs(60)).await.unwrap();
    drop(conn);
    let limits = ClaimLimits { capacity: 1, per_execution: 20 };
    let claim = Input::Claim { worker, limits, kinds: None };
    advance.run(&(execution, vec![claim])).await.unwrap();
    advance.run(&(execution, vec![Input::WorkerLost(worker)])).await.unwrap();
}

#[tokio::test]
async fn rel_e16_statements_that_advance_executions_scan_no_large_table() {
    let world = World::new().await;
    let template = world.publish(&copies(3)).await;
    let pool = single(&world.db.url).await;
    let advance = Advance::new(pool.clone(), world.services.hub.clone(), ROOMY);
    // Planned while the tables are all but empty: what a fresh installation does.
    let early = world.launch(template, none()).await;
    step(&pool, &advance, early).await;
    past(&world, long()).await;
    analyze(&world).await;
    let late = world.launch(template, none()).await;
    step(&pool, &advance, late).await;

    let mut conn = advance.steps().acquire().await.unwrap();
    assert_indexed(&mut conn, 8).await;
}

/// Everything that is asked again and again although nothing may have happened.
async fn look_for_work(conn: &mut PgConnection) {
    executions::due_executions(conn, None, 32).await.unwrap();
    executions::next_due_in(conn).await.unwrap();
    executions::next_to_start(conn, None, 10).await.unwrap();
    executions::deadlines_passed(conn).await.unwrap();
    executions::reviews_late(conn).await.unwrap();
    executions::untold_children(conn).await.unwrap();
    executions::out_of_step(conn).await.unwrap();
    executions::ahead_of_the_clock(conn).await.unwrap();
    executions::behind_their_budget(conn).await.unwrap();
    workers::note_missing(conn).await.unwrap();
    workers::give_up_lost(conn, Duration::from_secs(2), true).await.unwrap();
    workers::held_by_the_gone(conn).await.unwrap();
    workers::held_by(conn, WorkerId(Uuid::now_v7())).await.unwrap();
    workers::still_held(conn, WorkerId(Uuid::now_v7())).await.unwrap();
}

#[tokio::test]
async fn rel_e16_statements_that_look_for_work_scan_no_large_table() {
    let world = World::new().await;
    let template = world.publish(&copies(3)).await;
    past(&world, long()).await;
    analyze(&world).await;
    world.launch(template, none()).await;
    let pool = single(&world.db.url).await;
    let mut conn = pool.acquire().await.unwrap();
    look_for_work(&mut conn).await;

    sqlx::query("SET plan_cache_mode = force_generic_plan").execute(&mut *conn).await.unwrap();
    assert_indexed(&mut conn, 6).await;
}

/// Rows and index entries read of large tables, by every process so far.
async fn rows_read(url: &str) -> i64 {
    let pool = single(url).await;
    let sql = "SELECT (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables
                        WHERE relname = ANY($1))::bigint
                    + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes
                        WHERE relname = ANY($1))::bigint";
    sqlx::query_scalar(sql).bind(&LARGE[..]).fetch_one(&pool).await.unwrap()
}

#[tokio::test]
async fn rel_e16_a_look_for_work_reads_no_table_whole_whenever_it_was_planned() {
    let world = World::new().await;
    let pool = single(&world.db.url).await;
    let connect = async || store::pool_of_steps(&pool).acquire().await.unwrap();
    let mut early = connect().await;
    look_for_work(&mut early).await;
    past(&world, long()).await;
    let before = rows_read(&world.db.url).await;

    // Nobody has told the planner of what came.
    let late = connect().await;
    for mut conn in [early, late] {
        look_for_work(&mut conn).await;
        // What a connection has read is counted for others once it is closed.
        conn.close().await.unwrap();
    }

    let read = rows_read(&world.db.url).await - before;
    assert!(read < long() / 100, "{read} rows were read by scans");
}

#[tokio::test]
async fn rel_e16_a_worker_that_planned_on_an_empty_database_reads_no_table_whole_later() {
    let world = World::new().await;
    let template = world.publish(&copies(5)).await;
    let pool = single(&world.db.url).await;
    let mut work = connected(&pool, &world);
    // Long enough for every plan to be settled; nobody tells the planner what comes afterwards.
    for _ in 0..10 {
        let id = world.launch(template, none()).await;
        world.wait_over(id).await;
    }
    past(&world, long()).await;
    work.stop().await;
    let before = rows_read(&world.db.url).await;

    work = connected(&pool, &world);
    let id = world.launch(template, none()).await;
    world.wait_over(id).await;
    work.stop().await;
    pool.close().await;

    // The news that are waited for, and other tests' kit, read a few; a scan reads them all.
    let read = rows_read(&world.db.url).await - before;
    assert!(read < long() / 10, "{read} rows were read by scans");
}

fn connected(pool: &PgPool, world: &World) -> Worker {
    let hub = world.services.hub.clone();
    let parts = WorkerParts {
        pool: world.db.pool.clone(),
        options: store::connect_options(&world.db.url, "plans worker").unwrap(),
        executors: writing(Answering(|_: &_| wrote("done"))),
        advance: Arc::new(Advance::new(pool.clone(), hub, ROOMY)),
    };
    Worker::start(parts, WorkerConfig { lanes: 1, ..quick() }).unwrap()
}
