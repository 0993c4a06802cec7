//! Telling a clock that was set ahead from time that has passed.

use std::time::{Duration, Instant};

use model::time::Timestamp;

use crate::store::workers::LONGEST_LEASE;

/// A clock that is slewed, not set, gains less than this between two looks.
const SLACK: Duration = Duration::from_secs(1);

/// What the database's clock said at the last look, and whether it has jumped since.
#[derive(Debug, Default)]
pub struct Patience {
    /// What it said, and when it was asked.
    heard: Option<(Timestamp, Instant)>,
    /// Until when nobody's lease is judged.
    until: Option<Instant>,
}

impl Patience {
    /// Whether a lease that is over by a clock that says `said` is over: not before everybody had the
    /// time to renew it, when the clock has jumped ahead. It was asked at `asked` and had answered at
    /// `answered`.
    pub fn is_over(&mut self, said: Timestamp, asked: Instant, answered: Instant) -> bool {
        if let Some((then, asked_then)) = self.heard.replace((said, asked)) {
            let by_clock = u64::try_from(said.0.saturating_sub(then.0)).unwrap_or(0);
            // The most that can have passed: from before the first question to after the last answer.
            let passed = answered.saturating_duration_since(asked_then);
            if Duration::from_millis(by_clock) > passed + SLACK {
                tracing::warn!(
                    "the database's clock was set ahead; leases are not judged for a while"
                );
                self.until = Some(answered + LONGEST_LEASE);
            }
        }
        self.until.is_none_or(|until| answered >= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;

    /// Looks at a clock that says so many milliseconds, so many milliseconds after the start.
    fn looks(start: Instant, moments: &[(i64, u64)]) -> Vec<bool> {
        let mut patience = Patience::default();
        let look = |(said, after): &(i64, u64)| {
            let asked = start + Duration::from_millis(*after);
            patience.is_over(Timestamp(*said), asked, asked + Duration::from_millis(5))
        };
        moments.iter().map(look).collect()
    }

    #[test]
    fn rel_e5_a_jump_ahead_gives_everybody_the_time_to_renew() {
        let start = Instant::now();
        let jump = i64::try_from(10 * MINUTE).unwrap_or(i64::MAX);

        let steady = looks(start, &[(0, 0), (500, 500), (90_500, 90_500)]);
        assert_eq!(steady, [true, true, true], "time that has passed, however much");
        let jumped = [(0, 0), (jump + 500, 500), (jump + 30_000, 30_000), (jump + 61_000, 61_000)];
        assert_eq!(looks(start, &jumped), [true, false, false, true]);
        let back = looks(start, &[(0, 0), (-jump, 500), (-jump + 500, 1_000)]);
        assert_eq!(back, [true, true, true], "set back it ends no lease");
        assert_eq!(looks(start, &[(0, 0), (1_200, 500)]), [true, true], "slewed");
    }
}
