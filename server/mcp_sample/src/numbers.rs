//! The numbers of new things: all that the sample remembers.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use lru::LruCache;

/// How many counters and calls are remembered; those that nobody has used for longest are forgotten.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// Counts up for each counter, and gives the same call the same number again.
pub struct Numbers(Mutex<State>);

struct State {
    last: LruCache<String, u64>,
    /// By counter and idempotency key.
    given: LruCache<String, u64>,
}

impl Default for Numbers {
    fn default() -> Self {
        let (last, given) = (LruCache::new(CAPACITY), LruCache::new(CAPACITY));
        Self(Mutex::new(State { last, given }))
    }
}

impl Numbers {
    /// The next number of a counter, which begins at `first`; for a call that has been made before
    /// with this key, the number that it got then.
    pub fn next(&self, counter: &str, first: u64, key: Option<&str>) -> u64 {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let call = key.map(|key| format!("{counter}\n{key}"));
        if let Some(given) = call.as_ref().and_then(|call| state.given.get(call)) {
            return *given;
        }
        let number = state.last.get(counter).map_or(first, |last| last + 1);
        state.last.put(counter.to_owned(), number);
        if let Some(call) = call {
            state.given.put(call, number);
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_up_and_a_repeated_call_gets_its_own_again() {
        let numbers = Numbers::default();

        let first = numbers.next("acme/shop", 100, Some("a"));
        let second = numbers.next("acme/shop", 100, Some("b"));
        let again = numbers.next("acme/shop", 100, Some("a"));
        let third = numbers.next("acme/shop", 100, None);
        let elsewhere = numbers.next("acme/blog", 7, Some("a"));

        assert_eq!([first, second, again, third, elsewhere], [100, 101, 100, 102, 7]);
    }
}
