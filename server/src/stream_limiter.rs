//! Limits how many event streams are open at once, per session and per process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use backend::actor::Credential;
use model::problem::{Problem, ProblemKind};

/// The most streams that one session or token may have open.
pub const MOST_OF_ONE: usize = 8;
/// The most streams that one process keeps open.
pub const MOST_OF_ALL: usize = 500;
/// Seconds after which a refused client should try again.
const RETRY_AFTER_S: u64 = 10;

/// The limiter of this process; clones share it.
///
/// The ninth stream of a session is refused, instead of the first one being closed: a page that is
/// refused polls every few seconds and tries again now and then, while a page whose stream ends
/// opens a new one at once, so that nine tabs would take the eight permits from each other without
/// end.
#[derive(Debug, Clone, Default)]
pub struct StreamLimiter(Arc<Mutex<HashMap<Credential, usize>>>);

/// The permit for one open stream, given back on drop.
#[derive(Debug)]
pub struct StreamPermit {
    limiter: StreamLimiter,
    credential: Credential,
}

impl StreamLimiter {
    /// Takes a permit.
    ///
    /// # Errors
    /// This session or token, or the process, has no permit left; the problem says when to try
    /// again.
    pub fn acquire(&self, credential: Credential) -> Result<StreamPermit, Problem> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.get(&credential).is_some_and(|own| *own >= MOST_OF_ONE) {
            let detail = format!(
                "You have too many tabs open ({MOST_OF_ONE} live connections). Close one, or try \
                 again later."
            );
            return Err(full(ProblemKind::RateLimited, "too_many_streams", detail));
        }
        if taken.values().sum::<usize>() >= MOST_OF_ALL {
            let detail = "The server has reached its limit of live connections. Try again later.";
            return Err(full(ProblemKind::Unavailable, "streams_full", detail.to_owned()));
        }
        *taken.entry(credential).or_default() += 1;
        Ok(StreamPermit { limiter: self.clone(), credential })
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        let mut taken = self.limiter.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.credential) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.credential);
            }
        }
    }
}

fn full(kind: ProblemKind, code: &str, detail: String) -> Problem {
    Problem { retry_after_s: Some(RETRY_AFTER_S), ..Problem::new(kind, code, detail) }
}
