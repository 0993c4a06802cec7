//! A process of the last release that still runs when this one has migrated the database.

use std::collections::BTreeSet;

use services::testing::db::{self, TestDb};
use sqlx::AssertSqlSafe;

use crate::proof::releases::{Release, kept, release};

/// Columns, with their tables, that every new row has to be given.
async fn wanted(db: &TestDb) -> BTreeSet<(String, String)> {
    let sql = "SELECT table_name::text, column_name::text FROM information_schema.columns
                WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL
                  AND is_identity = 'NO' AND is_generated = 'NEVER'";
    let all: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(&db.pool).await.unwrap();
    all.into_iter().collect()
}

/// What is wrong with a statement where the database is as it is now.
async fn refusal(db: &TestDb, statement: &str) -> Option<String> {
    let sql = AssertSqlSafe(format!("PREPARE asked AS {statement}\n; DEALLOCATE asked"));
    let refused = sqlx::raw_sql(sql).execute(&db.pool).await.err();
    refused.map(|error| format!("{error}: {statement}"))
}

#[tokio::test]
async fn rel_e14_the_last_release_can_ask_all_it_asks_in_the_database_of_this_one() {
    let Release { newest_migration, dump, statements } = release(*kept().last().unwrap());
    let statements = statements.expect("the last release was kept with its statements");
    let db = db::restored(&dump).await;
    let before = wanted(&db).await;
    let tables: BTreeSet<_> = before.iter().map(|(table, _)| table).collect();

    store::migrate(&db.url).await.unwrap();

    let now = wanted(&db).await;
    let new = now.difference(&before).filter(|(table, _)| tables.contains(table));
    let mut wrong: Vec<String> =
        new.map(|(table, column)| format!("{table}: {column} has to be given")).collect();
    // A block of code cannot be prepared; it names no table of its own.
    let is_block = |text: &&String| text.lines().any(|line| line.starts_with("DO $"));
    for statement in statements.iter().filter(|text| !is_block(text)) {
        wrong.extend(refusal(&db, statement).await);
    }
    let since = format!("the migrations after {newest_migration} must only add what it can ignore");
    assert!(wrong.is_empty(), "{since}:\n{}", wrong.join("\n"));
}
