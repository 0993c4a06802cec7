//! Migrating: once, again, and against a database from the future.

use services::testing::db;
use store::error::EngineError;

#[tokio::test]
async fn rel_e14_migrating_twice_changes_nothing() {
    let db = db::fresh().await;
    let versions = "SELECT array_agg(version ORDER BY version) FROM _sqlx_migrations";
    let before: Vec<i64> = sqlx::query_scalar(versions).fetch_one(&db.pool).await.unwrap();

    store::migrate(&db.url).await.unwrap();

    let after: Vec<i64> = sqlx::query_scalar(versions).fetch_one(&db.pool).await.unwrap();
    assert_eq!(before, after);
    assert_eq!(before.last(), Some(&store::newest_migration()));
}

#[tokio::test]
async fn processes_that_migrate_at_once_wait_for_each_other() {
    let db = db::fresh().await;
    for sql in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
        sqlx::query(sql).execute(&db.pool).await.unwrap();
    }

    let all = futures::future::join_all((0..4).map(|_| store::migrate(&db.url))).await;

    assert!(all.iter().all(Result::is_ok), "{all:?}");
}

#[tokio::test]
async fn rel_e14_a_database_from_a_later_release_is_refused_in_clear_words() {
    let db = db::fresh().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99990101, 'from the future', true, '\\x00', 1)",
    )
    .execute(&db.pool)
    .await
    .unwrap();

    let error = store::migrate(&db.url).await.unwrap_err();

    assert!(matches!(error, EngineError::NewerDatabase { found: 99_990_101, .. }), "{error:?}");
    assert!(error.to_string().contains("Start the release that migrated it"), "{error}");
}

#[tokio::test]
async fn every_table_has_a_primary_key_so_that_its_changes_can_be_published() {
    let db = db::fresh().await;
    let without = "SELECT relname::text FROM pg_class c
                   WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                     AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisprimary)";

    let tables: Vec<String> = sqlx::query_scalar(without).fetch_all(&db.pool).await.unwrap();

    assert!(tables.is_empty(), "{tables:?}");
}

#[tokio::test]
async fn the_clock_moves_for_tests_only_where_they_move_it() {
    let db = db::fresh().await;
    let ahead = "SELECT extract(epoch FROM engine_now() - clock_timestamp())::float8";
    let before: f64 = sqlx::query_scalar(ahead).fetch_one(&db.pool).await.unwrap();

    db.advance(std::time::Duration::from_secs(60)).await;

    let after: f64 = sqlx::query_scalar(ahead).fetch_one(&db.pool).await.unwrap();
    assert!(before.abs() < 1.0 && (after - 60.0).abs() < 1.0, "{before} {after}");
}
