//! The query data in `.sqlx`, from which everybody builds: what the database says, and no more than
//! the code asks. That no query lacks its data is what the compiler checks.

use std::{fs, path::Path};

use serde_json::Value;
use services::testing::db;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr};

const STALE: &str = ".sqlx is stale; run: make sqlx";

#[tokio::test]
async fn the_query_data_is_what_the_database_says() {
    let db = db::fresh().await;
    let mut conn = PgConnection::connect(&db.url).await.unwrap();
    // As the macros do it: what may be null is read off the plan.
    sqlx::query("SET plan_cache_mode = force_generic_plan").execute(&mut conn).await.unwrap();
    for (query, data) in query_data() {
        let asked = conn.describe(AssertSqlSafe(query.clone()).into_sql_str()).await;
        let described = asked.unwrap_or_else(|error| panic!("{STALE}\n{query}\n{error}"));

        assert_eq!(serde_json::to_value(&described).unwrap(), data["describe"], "{STALE}\n{query}");
    }
}

#[test]
fn every_query_with_data_is_asked_by_the_code() {
    let mut code = String::new();
    for folder in ["server/engine/src", "server/store/src", "server/store/sql"] {
        read(&root().join(folder), &mut code);
    }
    let code = bare(&code);

    let data = query_data();
    let unasked: Vec<_> = data.iter().filter(|(query, _)| !code.contains(&bare(query))).collect();

    assert!(!data.is_empty());
    assert!(unasked.is_empty(), "{STALE}\n{unasked:#?}");
}

/// Each query with its data.
fn query_data() -> Vec<(String, Value)> {
    let files = fs::read_dir(root().join(".sqlx")).unwrap();
    let data = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    let data = data.map(|text| serde_json::from_slice::<Value>(&text).unwrap());
    data.map(|data| (data["query"].as_str().unwrap().to_owned(), data)).collect()
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Without what literals have around and between their parts: quotes, hashes, escapes, `+` and white space.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '"' | '#' | '\\' | '+') && !c.is_whitespace()).collect()
}

fn read(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, into);
        } else {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}
