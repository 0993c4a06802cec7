//! A database of its own for each test, copied from one migrated template.
//!
//! A database rather than a schema: LISTEN channels and advisory locks are per database.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::{
    fmt::Write,
    path::Path,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, AtomicI64, Ordering},
        mpsc,
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, postgres::PgPoolOptions};
use url::Url;

use super::last_look;

const PREFIX: &str = "atelier_test_";
/// Any number that is the test kit's alone.
const TEMPLATE_LOCK: i64 = 0x0a7e_11e5_7e57;
const STALE_LOCK: i64 = TEMPLATE_LOCK + 1;
const STALE_AFTER_S: u64 = 3600;

/// One test's database; dropped with it.
#[derive(Debug)]
pub struct TestDb {
    /// Connections whose clock `advance` moves.
    pub pool: PgPool,
    /// Where it is, for processes of their own.
    pub url: String,
    /// Its name, when it is to be dropped.
    name: Option<String>,
    /// Whether its rows are examined before that.
    examined: AtomicBool,
    offset_ms: Arc<AtomicI64>,
}

/// A migrated, empty database. Panics, saying what to do, when no PostgreSQL is at hand.
pub async fn fresh() -> TestDb {
    let mut admin = admin().await;
    drop_stale(&mut admin).await;
    let template = template(&mut admin).await;
    copied(admin, &template).await
}

/// A migrated database with what `fill` puts into the one at the URL that it is given: this happens once,
/// and every test that asks for the same has a copy.
pub async fn filled(what: &str, fill: impl AsyncFnOnce(String)) -> TestDb {
    let mut admin = admin().await;
    drop_stale(&mut admin).await;
    let name = format!("{}_{what}_{}", template_name(), program_hash());
    lock_templates(&mut admin).await;
    if !exists(&mut admin, &name).await {
        let empty = template(&mut admin).await;
        let draft = new_name();
        run(&mut admin, &format!("CREATE DATABASE {draft} TEMPLATE {empty}")).await;
        fill(url_of(&draft)).await;
        // Renamed last: a half-made template is never copied.
        run(&mut admin, &format!("ALTER DATABASE {draft} RENAME TO {name}")).await;
    }
    copied(admin, &name).await
}

async fn copied(mut admin: PgConnection, template: &str) -> TestDb {
    let name = new_name();
    // Copying fails while another test still copies the same template; the lock orders them.
    lock_templates(&mut admin).await;
    // Copied file by file: half the time of the other strategy, which logs every page.
    let sql = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
    run(&mut admin, &sql).await;
    admin.close().await.expect("closing the test kit's connection");
    opened(name).await
}

/// Held until the connection is closed, and any number of times.
async fn lock_templates(admin: &mut PgConnection) {
    run(admin, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
}

/// How many sessions of a test's database wait for a lock of rows or of a table: no vacuum, and no commit that
/// queues up to notify.
pub const LOCK_WAITS: &str = "SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND backend_type = 'client backend'
        AND wait_event_type = 'Lock' AND wait_event NOT IN ('extend', 'object')";

/// A database with nothing in it, not even tables.
pub async fn bare() -> TestDb {
    let name = new_name();
    let mut admin = admin().await;
    run(&mut admin, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
    admin.close().await.expect("closing the test kit's connection");
    opened(name).await
}

/// A database with what a dump says, as old as that; its clock goes on from the dump's last event.
pub async fn restored(dump: &str) -> TestDb {
    let db = bare().await;
    let mut conn = PgConnection::connect(&db.url).await.expect("connecting to restore a dump");
    sqlx::raw_sql(AssertSqlSafe(dump)).execute(&mut conn).await.expect("restoring a dump");
    let sql = "SELECT (extract(epoch FROM max(at) - clock_timestamp()) * 1000)::bigint
                 FROM public.execution_events";
    let then: i64 = sqlx::query_scalar(sql).fetch_one(&mut conn).await.expect("a dump of events");
    conn.close().await.expect("closing the restoring connection");
    db.turn(then).await;
    db
}

async fn opened(name: String) -> TestDb {
    let url = url_of(&name);
    let offset_ms = Arc::new(AtomicI64::new(0));
    let pool = pool(&url, Arc::clone(&offset_ms)).await;
    TestDb { pool, url, name: Some(name), examined: AtomicBool::default(), offset_ms }
}

/// When it was made, by which process, and anything: `atelier_test_69298c1f_4711_9f86d081884c`.
fn new_name() -> String {
    let anything = hex::encode(rand::random::<[u8; 6]>());
    format!("{PREFIX}{:x}_{}_{anything}", seconds_now(), std::process::id())
}

/// An empty database on a server that the test has for itself; migrated, and not dropped.
pub async fn at(url: &str) -> TestDb {
    store::migrate(url).await.expect("migrating the test's database");
    let offset_ms = Arc::new(AtomicI64::new(0));
    let pool = pool(url, Arc::clone(&offset_ms)).await;
    TestDb { pool, url: url.to_owned(), name: None, examined: AtomicBool::default(), offset_ms }
}

impl TestDb {
    /// Its rows are examined before it goes, and the test fails when they contradict each other.
    #[must_use]
    pub fn examined_at_the_end(self) -> Self {
        self.examined.store(true, Ordering::SeqCst);
        self
    }

    /// Nobody examines its rows at the end: they were, or the test writes what nothing in the product
    /// would.
    pub fn leave_unexamined(&self) {
        self.examined.store(false, Ordering::SeqCst);
    }

    /// Moves `engine_now()` forward for every connection taken from this pool from now on,
    /// and for every new connection of other processes.
    pub async fn advance(&self, by: Duration) {
        self.turn(i64::try_from(by.as_millis()).expect("a sensible length of time")).await;
    }

    /// Moves it back, as a correction does, or a server whose clock is behind.
    pub async fn turn_back(&self, by: Duration) {
        self.turn(-i64::try_from(by.as_millis()).expect("a sensible length of time")).await;
    }

    /// Lets `engine_now()` stand still: from here on it moves only as the test moves it, however long what
    /// is tested takes.
    pub async fn stop_the_clock(&self) {
        let sql = "DO $do$ BEGIN EXECUTE format($sql$
                       CREATE OR REPLACE FUNCTION engine_now() RETURNS timestamptz
                           LANGUAGE plpgsql STABLE PARALLEL SAFE AS
                       $$
                       BEGIN
                           RETURN %L::timestamptz
                                + coalesce(nullif(current_setting('atelier.clock_offset', true), ''),
                                           '0')::interval;
                       END
                       $$$sql$, clock_timestamp()); END $do$";
        sqlx::raw_sql(sql).execute(&self.pool).await.expect("stopping the clock");
    }

    /// Lets nobody in, and throws out who is: as if it were away.
    pub async fn take_away(&self) {
        let (mut admin, name) = (admin().await, self.name());
        run(&mut admin, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname =";
        run(&mut admin, &format!("{sql} '{name}'")).await;
    }

    /// Lets everybody in again.
    pub async fn give_back(&self) {
        run(&mut admin().await, &format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.name()))
            .await;
    }

    fn name(&self) -> &str {
        self.name.as_deref().expect("a database of the test kit")
    }

    async fn turn(&self, by: i64) {
        let now = self.offset_ms.fetch_add(by, Ordering::SeqCst) + by;
        let name = self.name();
        let sql = format!("ALTER DATABASE {name} SET atelier.clock_offset = '{now} milliseconds'");
        sqlx::query(AssertSqlSafe(sql)).execute(&self.pool).await.expect("moving the clock");
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Some(name) = self.name.take() else { return };
        let examined = self.examined.load(Ordering::SeqCst) && !std::thread::panicking();
        let found = if examined { last_look::breaches(self.url.clone()) } else { vec![] };
        DROPPED.send(name).ok();
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// Databases that nobody needs any more, dropped one by one on a thread of their own. No test waits
/// for that: its runtime would stand still, and PostgreSQL drops nothing before a connection that is
/// being opened has got through, which gives up after a minute. What is left when the process ends,
/// which soon does where each test has its own, is [stale](is_stale).
static DROPPED: LazyLock<mpsc::Sender<String>> = LazyLock::new(|| {
    let (sender, names) = mpsc::channel::<String>();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime to clean up");
        for name in names {
            let dropping = async {
                let mut admin = PgConnection::connect(&base_url()).await?;
                drop_database(&mut admin, &name).await
            };
            // One that cannot be dropped is left.
            runtime.block_on(dropping).ok();
        }
    });
    sender
});

async fn pool(url: &str, offset_ms: Arc<AtomicI64>) -> PgPool {
    let options = store::connect_options(url, "atelier test").expect("the test database's URL");
    // To decide about a million items takes a debug build beside other tests very much longer.
    let patient = [("idle_in_transaction_session_timeout", "'60s'")];
    store::sessions(PgPoolOptions::new(), &patient)
        .max_connections(10)
        .before_acquire(move |conn, _| {
            let offset = format!("{} milliseconds", offset_ms.load(Ordering::SeqCst));
            Box::pin(async move {
                sqlx::query("SELECT set_config('atelier.clock_offset', $1, false)")
                    .bind(offset)
                    .execute(conn)
                    .await?;
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .expect("connecting to the test's database")
}

/// The name of the migrated template, which is there from then on.
async fn template(admin: &mut PgConnection) -> String {
    let name = template_name();
    if !exists(admin, &name).await {
        lock_templates(admin).await;
        if !exists(admin, &name).await {
            make_template(admin, &name).await;
        }
    }
    name
}

async fn make_template(admin: &mut PgConnection, name: &str) {
    let draft = format!("{name}_draft");
    run(admin, &format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)")).await;
    run(admin, &format!("CREATE DATABASE {draft}")).await;
    store::migrate(&url_of(&draft)).await.expect("migrating the template database");
    // Renamed last: a half-made template is never copied.
    run(admin, &format!("ALTER DATABASE {draft} RENAME TO {name}")).await;
}

/// Named by what the migrations say: a changed migration makes a new template.
fn template_name() -> String {
    let mut digest = Sha256::new();
    for migration in store::MIGRATIONS.iter() {
        digest.update(&migration.checksum);
    }
    digest.finalize()[..8].iter().fold("atelier_template_".to_owned(), |mut name, byte| {
        write!(name, "{byte:02x}").expect("writing to a string");
        name
    })
}

/// Another program may fill a database otherwise.
fn program_hash() -> String {
    let program = std::env::current_exe().expect("the program of the test");
    let about = std::fs::metadata(&program).expect("the program of the test");
    let said = format!("{program:?} {} {:?}", about.len(), about.modified());
    hex::encode(&Sha256::digest(said)[..4])
}

async fn exists(admin: &mut PgConnection, name: &str) -> bool {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(admin)
        .await
        .expect("looking for the template database")
}

/// Drops what processes that are gone left behind, unless another test is doing so.
async fn drop_stale(admin: &mut PgConnection) {
    let alone = format!("SELECT pg_try_advisory_lock({STALE_LOCK})");
    let alone: bool = sqlx::query_scalar(AssertSqlSafe(alone))
        .fetch_one(&mut *admin)
        .await
        .expect("asking who drops stale databases");
    if !alone {
        return;
    }
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1)",
    )
    .bind(PREFIX)
    .fetch_all(&mut *admin)
    .await
    .expect("listing test databases");
    for name in names.iter().filter(|name| is_stale(name)) {
        // One that cannot be dropped is left.
        drop_database(admin, name).await.ok();
    }
    run(admin, &format!("SELECT pg_advisory_unlock({STALE_LOCK})")).await;
}

/// Whether nobody uses it any more: its process is gone, or (where that cannot be seen, or another has
/// its number) it is an hour old.
fn is_stale(name: &str) -> bool {
    let mut parts = name.strip_prefix(PREFIX).unwrap_or_default().split('_');
    let made = parts.next().and_then(|hex| u64::from_str_radix(hex, 16).ok());
    let is_old = made.is_some_and(|made| made + STALE_AFTER_S < seconds_now());
    let processes = Path::new("/proc");
    let is_gone =
        |process: &str| processes.join("self").exists() && !processes.join(process).exists();
    is_old || parts.next().is_some_and(is_gone)
}

async fn drop_database(admin: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    sqlx::query(AssertSqlSafe(sql)).execute(admin).await.map(drop)
}

async fn run(admin: &mut PgConnection, sql: &str) {
    let done = sqlx::query(AssertSqlSafe(sql)).execute(admin).await;
    done.unwrap_or_else(|error| panic!("the test kit could not run `{sql}`: {error}"));
}

async fn admin() -> PgConnection {
    PgConnection::connect(&base_url()).await.unwrap_or_else(|error| {
        panic!(
            "Tests need a PostgreSQL server whose user may create databases. None answers at the \
             URL in TEST_DATABASE_URL or DATABASE_URL ({error}). `make test` starts one."
        )
    })
}

fn base_url() -> String {
    std::env::var("TEST_DATABASE_URL").or_else(|_| std::env::var("DATABASE_URL")).unwrap_or_else(
        |_| {
            panic!(
                "Tests need a PostgreSQL server: set TEST_DATABASE_URL (or DATABASE_URL) to one \
                 whose user may create databases. `make test` does so."
            )
        },
    )
}

fn url_of(database: &str) -> String {
    let mut url = Url::parse(&base_url()).expect("TEST_DATABASE_URL is a URL");
    url.set_path(database);
    url.into()
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
