//! How many streams may be open at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use engine::services::actor::Credential;
use model::problem::{Problem, ProblemKind};

/// Streams one session or token may have open.
pub const MOST_OF_ONE: usize = 8;
/// Streams one process keeps open.
pub const MOST_OF_ALL: usize = 500;
/// Seconds after which a place may have become free.
const RETRY_AFTER_S: u64 = 10;

/// The places for streams of this process; cheap to clone.
///
/// The ninth stream of a session is refused and not the first one closed: a page that is refused
/// asks for news every few seconds and tries again now and then, while one whose stream ends opens
/// a new one at once, so that nine tabs would take the eight places from each other without end.
#[derive(Debug, Clone, Default)]
pub struct Places(Arc<Mutex<HashMap<Credential, usize>>>);

/// The right to one open stream, given back on drop.
#[derive(Debug)]
pub struct Place {
    places: Places,
    whose: Credential,
}

impl Places {
    /// Takes a place.
    ///
    /// # Errors
    /// This session or token, or the process, has no place left; when to try again.
    pub fn take(&self, whose: Credential) -> Result<Place, Problem> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.get(&whose).is_some_and(|own| *own >= MOST_OF_ONE) {
            let detail = format!(
                "This session already has {MOST_OF_ONE} live streams open. Close a tab, or try again later."
            );
            return Err(full(ProblemKind::RateLimited, "too_many_streams", detail));
        }
        if taken.values().sum::<usize>() >= MOST_OF_ALL {
            let detail = "The server has as many live streams open as it keeps. Try again later.";
            return Err(full(ProblemKind::Unavailable, "streams_full", detail.to_owned()));
        }
        *taken.entry(whose).or_default() += 1;
        Ok(Place { places: self.clone(), whose })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.whose) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.whose);
            }
        }
    }
}

fn full(kind: ProblemKind, code: &str, detail: String) -> Problem {
    Problem { retry_after_s: Some(RETRY_AFTER_S), ..Problem::new(kind, code, detail) }
}
