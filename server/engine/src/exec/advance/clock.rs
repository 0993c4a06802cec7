//! The database's clock between two answers of the database.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use model::time::Timestamp;

/// How long the machine's own clock may be trusted to go on from what the database's last said.
const TRUSTED: Duration = Duration::from_secs(2);

/// What the database's clock said last, and when that was heard.
#[derive(Default)]
pub struct Clock(Mutex<Option<(Timestamp, Instant)>>);

impl Clock {
    /// The database's clock says this.
    pub fn heard(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Instant::now()));
    }

    /// What the database's clock says; none when it has not been heard for long.
    pub fn now(&self) -> Option<Timestamp> {
        let (said, heard) = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        let since = heard.elapsed();
        (since < TRUSTED).then(|| Timestamp(said.0.saturating_add(millis(since))))
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
