//! An estimate of the database's clock between two answers of the database.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use model::time::Timestamp;

/// How long the machine's own clock is trusted to go on from the last time that the database gave.
const TRUSTED: Duration = Duration::from_secs(2);

/// The last time that the database gave, and the moment at which it came.
#[derive(Default)]
pub struct Clock(Mutex<Option<(Timestamp, Instant)>>);

impl Clock {
    /// Takes in a time of the database's clock that has just come.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Instant::now()));
    }

    /// The database's time now; none when the last answer is too long ago.
    pub fn now(&self) -> Option<Timestamp> {
        let (time, received) = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        let since = received.elapsed();
        (since < TRUSTED).then(|| Timestamp(time.0.saturating_add(millis(since))))
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
