//! Whether a server can be written: after a failover the one that a connection leads to is a standby,
//! and stays connected.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;
use sqlx::{PgExecutor, PgPool};

use super::{begin, settings};
use crate::error::{Doing, Result};

/// What PostgreSQL calls an attempt to write where nobody can.
pub(crate) const READ_ONLY: &str = "25006";
/// For so long after one connection met a server that cannot be written, each is asked before it is used.
const DOUBT: Duration = Duration::from_secs(10);

/// Milliseconds of this process.
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
/// Until when connections are asked, in such milliseconds.
static DOUBTED_UNTIL: AtomicU64 = AtomicU64::new(0);

/// Asks a connection whether what it leads to can be written: a standby cannot, nor a database or a
/// server that was made read-only.
pub async fn ask(database: impl PgExecutor<'_>) -> sqlx::Result<bool> {
    let can =
        sqlx::query_scalar!("SELECT current_setting('transaction_read_only') = 'off' AS \"can!\"");
    can.fetch_one(database).await
}

/// Tries to write: every table, without a trace, and then something that lasts until it is deleted.
///
/// # Errors
/// What the database said.
pub async fn try_it(pool: &PgPool) -> Result<()> {
    const TRIED: &str = "doctor.tried_to_write";
    let trying = "trying to write";
    let mut tx = begin(pool).await.doing(trying)?;
    sqlx::query_file!("sql/try_write.sql").execute(&mut *tx).await.doing(trying)?;
    tx.rollback().await.doing(trying)?;
    let mut conn = pool.acquire().await.doing(trying)?;
    settings::put(&mut conn, TRIED, &json!(true)).await?;
    settings::delete(&mut conn, TRIED).await
}

/// Notes that a statement met a server that cannot be written.
pub(crate) fn doubt() {
    let until = BEGUN.elapsed() + DOUBT;
    DOUBTED_UNTIL.fetch_max(millis(until), Ordering::Relaxed);
}

/// Whether that happened a short while ago.
pub(super) fn is_doubted() -> bool {
    millis(BEGUN.elapsed()) < DOUBTED_UNTIL.load(Ordering::Relaxed)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
