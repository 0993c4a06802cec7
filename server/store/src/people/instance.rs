//! The database server itself: whether it answers, holds our database and can be written.

use std::fmt;

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, Row};

use crate::{
    Fetch, Statement, begin, connect_options,
    error::{Doing, Result},
    open_session, settings,
};

/// Where a database is and as which user: the part of its URL that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// The address in a `postgres://` URL, without its password.
    ///
    /// # Errors
    /// It is no URL of a database.
    pub fn from_url(url: &str) -> Result<Self> {
        let options = connect_options(url, "atelier")?;
        let port = options.get_port();
        let host = match options.get_socket() {
            Some(folder) => format!("{}, port {port}", folder.display()),
            None => format!("{}:{port}", options.get_host()),
        };
        let user = options.get_username();
        let database = options.get_database().unwrap_or(user);
        Ok(Self(format!("{host} as user {user}, database {database}")))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a server answers at the address and lets us in.
pub async fn is_reachable(url: &str) -> bool {
    let Ok(options) = connect_options(url, "atelier start") else { return false };
    match open_session(&options).await {
        Ok(conn) => conn.close().await.is_ok(),
        Err(error) => {
            tracing::trace!(%error, "the database does not answer yet");
            false
        }
    }
}

/// Whether a pooler between here and the server gives one session of it to several clients, as
/// PgBouncer does when it pools transactions or statements: of two connections that are open at once,
/// the second then gets the session that the first one has left idle.
pub async fn shares_sessions(url: &str) -> Result<bool> {
    const PID: &str = "SELECT pg_backend_pid()";
    let (options, asking) = (connect_options(url, "atelier start")?, "connecting to the database");
    let mut first = PgConnection::connect_with(&options).await.doing(asking)?;
    let mut second = PgConnection::connect_with(&options).await.doing(asking)?;
    // Asked for without preparing anything, which such poolers may not take.
    let one = sqlx::raw_sql(PID).fetch_one(&mut first).await.doing(asking)?;
    let other = sqlx::raw_sql(PID).fetch_one(&mut second).await.doing(asking)?;
    let is_shared = one.get::<i32, _>(0) == other.get::<i32, _>(0);
    first.close().await.doing("closing a connection")?;
    second.close().await.doing("closing a connection")?;
    Ok(is_shared)
}

/// Creates a database unless it is there. `name` is one of our own constants, never input.
pub async fn create_database(url: &str, name: &'static str) -> Result<()> {
    let options = connect_options(url, "atelier start")?;
    let mut conn = open_session(&options).await.doing("connecting to create the database")?;
    let exists = sqlx::query_scalar!(
        "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AS \"exists!\"",
        name
    )
    .one(&mut conn, "looking for the database")
    .await?;
    if !exists {
        let sql = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(sql).run(&mut conn, "creating the database").await?;
    }
    conn.close().await.doing("closing a connection")
}

/// Tries to write: to every table in a transaction that is rolled back, and then a setting that is
/// committed and deleted again.
///
/// # Errors
/// The database refused a write.
pub async fn try_to_write(pool: &PgPool) -> Result<()> {
    const TRIED: &str = "doctor.tried_to_write";
    let trying = "trying to write";
    let mut tx = begin(pool).await.doing(trying)?;
    sqlx::query_file!("sql/try_write.sql").run(&mut tx, trying).await?;
    tx.rollback().await.doing(trying)?;
    let mut conn = pool.acquire().await.doing(trying)?;
    settings::set(&mut conn, TRIED, &json!(true)).await?;
    settings::delete(&mut conn, TRIED).await
}
