//! The database server itself: is it there, does it hold our database.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::error::{Doing, Result};
use crate::store::connect_options;

/// Whether a server answers at the address and lets us in.
pub async fn answers(url: &str) -> bool {
    let Ok(options) = connect_options(url, "atelier start") else { return false };
    match PgConnection::connect_with(&options).await {
        Ok(conn) => conn.close().await.is_ok(),
        Err(error) => {
            tracing::trace!(%error, "the database does not answer yet");
            false
        }
    }
}

/// Creates a database unless it is there. `name` is one of our own constants, never input.
pub async fn create_database(url: &str, name: &'static str) -> Result<()> {
    let options = connect_options(url, "atelier start")?;
    let mut conn =
        PgConnection::connect_with(&options).await.doing("connecting to create the database")?;
    let exists = sqlx::query_scalar!(
        "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AS \"exists!\"",
        name
    )
    .fetch_one(&mut conn)
    .await
    .doing("looking for the database")?;
    if !exists {
        let sql = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(sql).execute(&mut conn).await.doing("creating the database")?;
    }
    conn.close().await.doing("closing a connection")
}
