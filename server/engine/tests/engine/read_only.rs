//! A database that turns read-only behind connections that stay open, as after a failover.

use serde_json::json;
use services::testing::db::{self, TestDb};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, Postgres, pool::PoolConnection};
use store::{PoolSettings, error::EngineError, settings};

const ONLY_READ: &str = "SET default_transaction_read_only = on";

/// The pool of a process that has so many connections, each of them open.
async fn pool(db: &TestDb, count: u32) -> PgPool {
    let settings = PoolSettings {
        application_name: "atelier test".to_owned(),
        // A third of them are for steps.
        max_connections: count * 3 / 2,
    };
    store::connect(&db.url, settings).await.unwrap()
}

/// All connections lead to a server that only lets read; new ones lead where they always do.
async fn turn(pool: &PgPool, count: u32) -> Vec<PoolConnection<Postgres>> {
    let mut connections = vec![];
    for _ in 0..count {
        connections.push(pool.acquire().await.unwrap());
    }
    for connection in &mut connections {
        sqlx::raw_sql(ONLY_READ).execute(&mut **connection).await.unwrap();
    }
    connections
}

async fn write(pool: &PgPool) -> Result<(), EngineError> {
    let mut conn = pool.acquire().await.unwrap();
    settings::set(&mut conn, "test", &json!(1)).await
}

#[tokio::test]
async fn connections_to_a_server_that_only_lets_read_are_given_up_when_one_meets_it() {
    let db = db::fresh().await;
    let pool = pool(&db, 4).await;
    let mut connections = turn(&pool, 4).await;

    let refused = settings::set(&mut connections[0], "test", &json!(1)).await.unwrap_err();
    // None of them will have rested long enough to be asked before it is used.
    drop(connections);

    assert!(refused.may_pass(), "{refused}");
    let problem = refused.into_problem();
    assert_eq!((problem.status(), problem.code.as_str()), (503, "database_read_only"));
    assert_eq!(problem.retry_after_s, Some(5));
    for _ in 0..4 {
        write(&pool).await.unwrap();
    }
}

#[tokio::test]
async fn a_process_is_not_ready_until_the_database_can_be_written_again() {
    let db = db::fresh().await;
    let pool = pool(&db, 2).await;
    store::ping(&pool).await.unwrap();
    let mut operator = PgConnection::connect(&db.url).await.unwrap();
    let name = db.url.rsplit('/').next().unwrap();
    let set = async |operator: &mut PgConnection, to| {
        let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = {to}");
        sqlx::query(AssertSqlSafe(sql)).execute(operator).await.unwrap();
    };
    set(&mut operator, "on").await;
    drop(turn(&pool, 2).await);

    // Of those that are open and of those that are opened instead.
    for _ in 0..4 {
        let refused = store::ping(&pool).await.unwrap_err();
        assert_eq!(refused.into_problem().code, "database_read_only");
    }

    set(&mut operator, "off").await;
    store::ping(&pool).await.unwrap();
    write(&pool).await.unwrap();
}
