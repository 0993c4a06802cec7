//! All SQL of the product. Functions take the caller's connection, bind the workspace and hold no
//! rules.

pub mod agents;
pub mod authoring;
pub mod blobs;
pub mod budgets;
pub mod calls;
mod column;
pub mod comments;
pub mod deletion;
pub mod diagnostics;
pub mod draft_editors;
pub mod error;
pub mod executions;
pub mod history;
pub mod idempotency;
pub mod invariants;
pub mod library;
pub mod mcp;
pub mod notices;
pub mod page_query;
mod people;
pub mod prices;
pub mod providers;
pub mod read_only;
pub mod review_links;
pub mod reviews;
mod rows;
pub mod secrets;
pub mod settings;
mod statement;
pub mod templates;
pub mod uploads;
pub mod workers;

pub(crate) use column::{EnumText, FromJson, Nullable, Time};
pub use library::{attachments, images};
pub use people::{
    accounts, attempts, audit, instance, invitations, members, oidc, password_links, profile,
    sessions, tokens, workspaces,
};
pub(crate) use statement::{Fetch, Statement};

use std::{
    str::FromStr,
    sync::{Arc, LazyLock},
    time::Duration,
};

use chrono::{DateTime, Utc};
use model::{access::Role, decide::Plan, time::Timestamp};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, PgExecutor, PgPool, PgTransaction,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::error::{Doing, EngineError, Result};

/// Every migration in this binary.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// What every session sets for itself, in a statement of its own: poolers such as PgBouncer refuse
/// settings that come with the connection. The longest that a statement of a request may run; ends the
/// locks of a frozen process before its lease ends, so that others can take its work over; compiling
/// a plan costs more than any statement of ours.
const SESSION: &str = "SET statement_timeout = '15s'; \
     SET idle_in_transaction_session_timeout = '10s'; SET timezone = 'UTC'; \
     SET client_min_messages = 'warning'; SET jit = off";
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection that was idle for no longer than this is used without a check.
pub const TRUSTED_IDLE: Duration = Duration::from_secs(1);

/// How a process shows up in `pg_stat_activity` and how many connections it may hold.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// The name shown, e.g. `atelier serve`.
    pub application_name: String,
    /// The most connections, a third of them for the [engine's pool](planned_once_pool).
    pub max_connections: u32,
}

/// Parses a `postgres://` URL. The error never repeats the URL: it may hold a password.
pub fn connect_options(url: &str, application_name: &str) -> Result<PgConnectOptions> {
    let options = PgConnectOptions::from_str(url).doing("reading the database URL")?;
    Ok(options.application_name(application_name).extra_float_digits(None))
}

pub async fn open_session(options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
    let mut conn = PgConnection::connect_with(options).await?;
    sqlx::raw_sql(SESSION).execute(&mut conn).await?;
    Ok(conn)
}

/// A pool's options whose connections are [sessions](SESSION) with these settings, too.
pub fn sessions(options: PgPoolOptions, settings: &[(&str, &str)]) -> PgPoolOptions {
    let more = settings.iter().map(|(name, value)| format!("; SET {name} = {value}"));
    let all: Arc<str> = format!("{SESSION}{}", more.collect::<String>()).into();
    options.after_connect(move |conn, _| {
        let all = Arc::clone(&all);
        Box::pin(async move { sqlx::raw_sql(AssertSqlSafe(all)).execute(conn).await.map(drop) })
    })
}

/// Opens a pool and proves with one connection that the database answers.
pub async fn connect(url: &str, settings: PoolSettings) -> Result<PgPool> {
    sessions(PgPoolOptions::new(), &[])
        .max_connections((settings.max_connections * 2 / 3).max(1))
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|conn, meta| Box::pin(is_usable(conn, meta.idle_for)))
        .connect_with(connect_options(url, &settings.application_name)?)
        .await
        .doing("connecting to the database")
}

/// Settings with which a statement is planned once per connection, and by indexes: a plan made
/// while a table is empty would otherwise scan it from end to end for good.
const PLANNED_ONCE: [(&str, &str); 4] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];

/// A pool for the engine's few statements, which are [planned once](PLANNED_ONCE); half as large as
/// `pool`.
pub fn planned_once_pool(pool: &PgPool) -> PgPool {
    sessions(pool.options().clone(), &PLANNED_ONCE)
        .min_connections(0)
        .max_connections((pool.options().get_max_connections() / 2).max(1))
        .connect_lazy_with(pool.connect_options().as_ref().clone())
}

/// Begins a transaction that is rolled back when the caller is dropped meanwhile.
///
/// A [`PgPool::begin`] that is dropped while it waits (the client has gone, a timeout) leaves its
/// transaction open on a connection that goes back to the pool, where the next statements go into a
/// transaction that nobody commits. A task of its own always runs to its end.
pub async fn begin(pool: &PgPool) -> sqlx::Result<PgTransaction<'static>> {
    begin_with(pool, "BEGIN").await
}

/// [Begins](begin) a transaction whose statements are [planned once](PLANNED_ONCE): for a few
/// look-ups by key that a person waits for, where planning takes longer than they do.
pub async fn begin_planned_once(pool: &PgPool) -> sqlx::Result<PgTransaction<'static>> {
    static BEGIN: LazyLock<String> = LazyLock::new(|| {
        let settings = PLANNED_ONCE.map(|(name, value)| format!("; SET LOCAL {name} = {value}"));
        format!("BEGIN{}", settings.concat())
    });
    begin_with(pool, &BEGIN).await
}

/// [Begins](begin) a read-only transaction that sees one snapshot of the database.
pub async fn begin_read_only(pool: &PgPool) -> sqlx::Result<PgTransaction<'static>> {
    begin_with(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await
}

/// [Begins](begin) a read-only transaction whose statements are planned for the values that are
/// sent: for lists with many filters, each of which has an index of its own.
pub async fn begin_planned_each_time(pool: &PgPool) -> sqlx::Result<PgTransaction<'static>> {
    begin_with(pool, "BEGIN READ ONLY; SET LOCAL plan_cache_mode = force_custom_plan").await
}

async fn begin_with(
    pool: &PgPool,
    statement: &'static str,
) -> sqlx::Result<PgTransaction<'static>> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

/// Takes the advisory lock of a name, within a class of locks, until the transaction ends.
pub(crate) async fn lock_name(conn: &mut PgConnection, class: i32, name: &str) -> sqlx::Result<()> {
    let lock = sqlx::query!("SELECT pg_advisory_xact_lock($1, hashtext($2))", class, name);
    lock.execute(conn).await.map(drop)
}

/// Whether an idle connection still works and leads to a server that can be written; checked only
/// after a long idle time, or when [another connection](read_only::is_doubted) met a server that
/// cannot be written. One that cannot is closed: by now another server may have the address.
async fn is_usable(conn: &mut PgConnection, idle: Duration) -> Result<bool, sqlx::Error> {
    if idle > TRUSTED_IDLE || read_only::is_doubted() {
        return is_writable(conn).await;
    }
    Ok(true)
}

/// Whether a server can be written: a standby cannot, nor a database or a server that was made
/// read-only. After a failover the one that a connection leads to is a standby, and stays
/// connected.
pub async fn is_writable(database: impl PgExecutor<'_>) -> sqlx::Result<bool> {
    let can =
        sqlx::query_scalar!("SELECT current_setting('transaction_read_only') = 'off' AS \"can!\"");
    can.fetch_one(database).await
}

/// Applies every migration that is missing, one process at a time.
/// Refuses a database that a later release has migrated.
pub async fn migrate(url: &str) -> Result<()> {
    let connecting = "connecting to migrate the database";
    let mut conn =
        open_session(&connect_options(url, "atelier migrate")?).await.doing(connecting)?;
    sqlx::raw_sql("SET statement_timeout = 0").execute(&mut conn).await.doing(connecting)?;
    refuse_newer(&mut conn).await?;
    MIGRATIONS.run_direct(None, &mut conn, false).await.map_err(migration_failed)?;
    conn.close().await.doing("closing the migration's connection")
}

/// The numbers of migrations that the database lacks, in order. Changes nothing.
pub async fn missing_migrations(url: &str) -> Result<Vec<i64>> {
    let options = connect_options(url, "atelier doctor")?;
    let mut conn = open_session(&options).await.doing("connecting to the database")?;
    refuse_newer(&mut conn).await?;
    let known: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
    if !has_migrations(&mut conn).await? {
        return Ok(known);
    }
    // Not checked at compile time: sqlx makes this table, no migration of ours does.
    let found: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
        .fetch_all(&mut conn)
        .await
        .doing("reading which migrations there are")?;
    conn.close().await.doing("closing the doctor's connection")?;
    Ok(known.into_iter().filter(|version| !found.contains(version)).collect())
}

async fn has_migrations(conn: &mut PgConnection) -> Result<bool> {
    sqlx::query_scalar!("SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS \"exists!\"")
        .fetch_one(conn)
        .await
        .doing("looking for the table of migrations")
}

async fn refuse_newer(conn: &mut PgConnection) -> Result<()> {
    if !has_migrations(conn).await? {
        return Ok(());
    }
    // Not checked at compile time: sqlx makes this table, no migration of ours does.
    let found: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
        .fetch_one(conn)
        .await
        .doing("reading the newest migration")?;
    let known = newest_migration();
    if found > known { Err(EngineError::NewerDatabase { found, known }) } else { Ok(()) }
}

/// The number of the newest migration in this binary.
pub fn newest_migration() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

fn migration_failed(error: MigrateError) -> EngineError {
    match error {
        MigrateError::VersionMissing(found) => {
            EngineError::NewerDatabase { found, known: newest_migration() }
        }
        other => EngineError::internal("migrating the database", other),
    }
}

/// Proves that the database answers and can be written.
///
/// # Errors
/// It does not, or it lets nobody write.
pub async fn ping(pool: &PgPool) -> Result<()> {
    let asking = "asking the database whether it is there";
    let mut conn = pool.acquire().await.doing(asking)?;
    if is_writable(&mut *conn).await.doing(asking)? {
        return Ok(());
    }
    // Whoever asks next gets another connection.
    conn.close_on_drop();
    read_only::doubt();
    Err(EngineError::ReadOnly)
}

/// Converts a time of the database to the model's timestamp, in whole milliseconds.
pub fn timestamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp(at.timestamp_millis())
}

/// Converts a timestamp of the model to the database's type; one out of its range becomes 1970.
pub(crate) fn instant(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.0).unwrap_or_default()
}

/// The same for one that may be missing.
pub(crate) fn optional_instant(at: Option<Timestamp>) -> Option<DateTime<Utc>> {
    at.map(instant)
}

/// When what a plan writes was recorded: the time of its last event.
pub(crate) fn recorded_at(plan: &Plan) -> DateTime<Utc> {
    plan.events.last().map(|event| instant(event.at)).unwrap_or_default()
}

/// Parses a role column.
pub(crate) fn role(word: &str) -> Result<Role> {
    word.parse().map_err(|error| EngineError::internal("reading a role", error))
}
