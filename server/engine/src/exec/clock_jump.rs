//! Distinguishes a database clock that was set ahead from time that has passed.

use std::time::{Duration, Instant};

use model::time::Timestamp;
use store::workers::LONGEST_LEASE;

/// A clock that is slewed, not set, gains less than this between two readings.
const MAX_SLEW: Duration = Duration::from_secs(1);

/// Suspends the expiry of leases after the database's clock has jumped ahead.
#[derive(Debug, Default)]
pub struct ClockJumpGuard {
    /// The last reading of the clock, and the moment at which it was asked for.
    last: Option<(Timestamp, Instant)>,
    /// No lease expires before this moment.
    until: Option<Instant>,
}

impl ClockJumpGuard {
    /// Takes in a reading `now` of the database's clock, asked for at `asked` and received at
    /// `answered`; says whether leases that have ended by it count as expired. After a jump ahead
    /// they do not, until every worker had the time to renew its lease.
    pub fn may_expire_leases(&mut self, now: Timestamp, asked: Instant, answered: Instant) -> bool {
        if let Some((then, asked_then)) = self.last.replace((now, asked)) {
            let by_clock = u64::try_from(now.0.saturating_sub(then.0)).unwrap_or(0);
            // The most that can have passed: from before the first question to after the last
            // answer.
            let passed = answered.saturating_duration_since(asked_then);
            if Duration::from_millis(by_clock) > passed + MAX_SLEW {
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

    /// Reads a clock that says so many milliseconds, so many milliseconds after the start.
    fn readings(start: Instant, moments: &[(i64, u64)]) -> Vec<bool> {
        let mut guard = ClockJumpGuard::default();
        let read = |(now, after): &(i64, u64)| {
            let asked = start + Duration::from_millis(*after);
            guard.may_expire_leases(Timestamp(*now), asked, asked + Duration::from_millis(5))
        };
        moments.iter().map(read).collect()
    }

    #[test]
    fn rel_e5_a_jump_ahead_gives_everybody_the_time_to_renew() {
        let start = Instant::now();
        let jump = i64::try_from(10 * MINUTE).unwrap_or(i64::MAX);

        let steady = readings(start, &[(0, 0), (500, 500), (90_500, 90_500)]);
        assert_eq!(steady, [true, true, true], "time that has passed, however much");
        let jumped = [(0, 0), (jump + 500, 500), (jump + 30_000, 30_000), (jump + 61_000, 61_000)];
        assert_eq!(readings(start, &jumped), [true, false, false, true]);
        let back = readings(start, &[(0, 0), (-jump, 500), (-jump + 500, 1_000)]);
        assert_eq!(back, [true, true, true], "set back it ends no lease");
        assert_eq!(readings(start, &[(0, 0), (1_200, 500)]), [true, true], "slewed");
    }
}
