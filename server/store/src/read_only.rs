//! Remembers that a connection met a read-only server, to which others may still be connected.
//!
//! A connection to a server that only lets read, as a standby after a failover, is given up: by now
//! another server may have its address.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// SQLSTATE of PostgreSQL for a write in a read-only transaction, as on a standby.
pub const READ_ONLY: &str = "25006";
/// For so long after one connection met a server that cannot be written, each is asked before it is used.
const DOUBT: Duration = Duration::from_secs(10);

/// Milliseconds of this process.
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
/// Until when connections are asked, in such milliseconds.
static DOUBTED_UNTIL: AtomicU64 = AtomicU64::new(0);

/// Notes that a statement met a server that cannot be written.
pub fn doubt() {
    let until = BEGUN.elapsed() + DOUBT;
    DOUBTED_UNTIL.fetch_max(millis(until), Ordering::Relaxed);
}

/// Whether that happened a short while ago.
pub fn is_doubted() -> bool {
    millis(BEGUN.elapsed()) < DOUBTED_UNTIL.load(Ordering::Relaxed)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
