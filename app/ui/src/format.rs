//! Numbers and instants as people read them, in the form that the person has chosen: the only place
//! that knows it. The words are the same on the server and in the browser.

use model::{budget::Dollars, time::Timestamp};
use web::client::{clock::Zone, locale::current};

const MICROS: i64 = 1_000_000;
/// A cent. Less than that is not rounded, and rounding moves no amount so far.
const CENT: u64 = 10_000;

/// Money given in millionths of a dollar: `$0.00075`, `$0.031`, `$3.12`.
pub fn money(micros: i64) -> String {
    current().write_number(english_money(micros))
}

fn english_money(micros: i64) -> String {
    let sign = if micros < 0 { "−" } else { "" };
    let amount = micros.unsigned_abs();
    let one = MICROS.unsigned_abs();
    match amount {
        0 => "$0.00".to_owned(),
        1..CENT => format!("{sign}{}", Dollars(micros.abs())),
        _ if amount < one - 500 => {
            let thousandths = (amount + 500) / 1000;
            format!("{sign}$0.{thousandths:03}")
        }
        _ => {
            let cents = (amount + 5000) / 10_000;
            format!("{sign}${}.{:02}", english_grouped(cents / 100), cents % 100)
        }
    }
}

/// What is spent of a cap, and the cap: not in the same words while they differ.
pub fn money_of(spent: i64, cap: i64) -> (String, String) {
    match spent.abs_diff(cap) {
        1..CENT => {
            let exact = |micros| current().write_number(Dollars(micros).to_string());
            (exact(spent), exact(cap))
        }
        _ => (money(spent), money(cap)),
    }
}

/// A duration in words: `0.4 s`, `6.2 s`, `42 s`, `1 min 12 s`, `2 h 5 min`, `3 d 4 h`.
pub fn duration(ms: u64) -> String {
    let seconds = (ms + 500) / 1000;
    match seconds {
        _ if ms < 9_950 => {
            let tenths = (ms + 50) / 100;
            current().write_number(format!("{}.{} s", tenths / 10, tenths % 10))
        }
        0..60 => format!("{seconds} s"),
        60..3_600 => pair(seconds, 60, "min", 1, "s"),
        3_600..86_400 => pair(seconds, 3_600, "h", 60, "min"),
        _ => pair(seconds, 86_400, "d", 3_600, "h"),
    }
}

fn pair(seconds: u64, large: u64, large_name: &str, small: u64, small_name: &str) -> String {
    let (whole, rest) = (seconds / large, seconds % large / small);
    match rest {
        0 => format!("{whole} {large_name}"),
        _ => format!("{whole} {large_name} {rest} {small_name}"),
    }
}

/// A running clock: `00:42`, `12:05`, `1:02:03`.
pub fn clock(ms: u64) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes:02}:{rest:02}"),
        _ => format!("{hours}:{minutes:02}:{rest:02}"),
    }
}

/// A whole number with a mark every three digits: `1,234,567`.
pub fn grouped(number: u64) -> String {
    current().write_number(english_grouped(number))
}

fn english_grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size in bytes: `512 B`, `48 KB`, `1.5 MB`; a KB has 1,024 bytes, as limits of files count.
pub fn bytes(size: u64) -> String {
    const KB: u64 = 1 << 10;
    const MB: u64 = 1 << 20;
    match size {
        0..KB => format!("{size} B"),
        KB..MB => format!("{} KB", (size + KB / 2) / KB),
        _ => {
            let tenths = size.saturating_mul(10).saturating_add(MB / 2) / MB;
            let mebibytes = format!("{}.{} MB", english_grouped(tenths / 10), tenths % 10);
            current().write_number(mebibytes)
        }
    }
}

/// A count with its noun: `1 step`, `6 steps`.
pub fn pluralize(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// How long ago `then` was, seen from `now`: `just now`, `5 min ago`, `3 d ago`, or the date by the
/// clock of a zone.
pub fn ago(then: Timestamp, now: Timestamp, zone: Zone) -> String {
    let seconds = now.ms_since(then) / 1000;
    match seconds {
        0..45 => "just now".to_owned(),
        45..3_570 => format!("{} min ago", (seconds + 30) / 60),
        3_570..84_600 => format!("{} h ago", (seconds + 1_800) / 3_600),
        84_600..2_592_000 => format!("{} d ago", (seconds + 43_200) / 86_400),
        _ => date(then, zone),
    }
}

/// "2 h 5 min left", "any moment".
pub fn time_left(until: Timestamp, now: Timestamp) -> String {
    match until.ms_since(now) {
        0 => "any moment".to_owned(),
        ms @ 1..60_000 => format!("{} s left", ms.div_ceil(1_000)),
        ms => format!("{} left", duration(ms)),
    }
}

/// Day and minute: `2026-11-20 10:02 UTC`, by the reader's own clock `2026-11-20 11:02`.
pub fn minute(at: Timestamp, zone: Zone) -> String {
    match zone {
        Zone::Utc => current().minute(at),
        Zone::Local => current().day_and_minute(zone.shift(at)),
    }
}

/// Day and minute by the reader's own clock and in UTC, for those who hover:
/// `2026-11-20 11:02 (2026-11-20 10:02 UTC)`.
pub fn minute_and_utc(at: Timestamp, zone: Zone) -> String {
    let utc = minute(at, Zone::Utc);
    match zone {
        Zone::Utc => utc,
        Zone::Local => format!("{} ({utc})", minute(at, zone)),
    }
}

/// ISO 8601 in UTC with seconds, for the `datetime` attribute.
pub fn iso(at: Timestamp) -> String {
    let seconds = at.0.div_euclid(1_000).rem_euclid(86_400);
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{}T{hours:02}:{minutes:02}:{rest:02}Z", at.to_date())
}

/// The day by the clock of a zone: `2026-11-20`.
pub fn date(at: Timestamp, zone: Zone) -> String {
    current().date(zone.shift(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_shows_as_many_digits_as_matter() {
        let shown = [0, 31_000, 999_400, 999_600, 3_120_000, 1_234_500_000].map(money);
        let small = [5, 500, 1_000, 2_120, 9_999, -750].map(money);

        assert_eq!(shown, ["$0.00", "$0.031", "$0.999", "$1.00", "$3.12", "$1,234.50"]);
        assert_eq!(small, ["$0.000005", "$0.0005", "$0.001", "$0.00212", "$0.009999", "−$0.00075"]);
    }

    #[test]
    fn what_is_spent_never_looks_like_its_cap_before_it_is() {
        let words = |spent, cap| {
            let (spent, cap) = money_of(spent, cap);
            format!("{spent} of {cap}")
        };

        assert_eq!(words(750, 1_000), "$0.00075 of $0.001");
        assert_eq!(words(99_700, 100_000), "$0.0997 of $0.10");
        assert_eq!(words(12_340_000, 12_340_500), "$12.34 of $12.3405");
        assert_eq!(words(100_000, 100_000), "$0.100 of $0.100");
        assert_eq!(words(31_400, 20_000_000), "$0.031 of $20.00");
    }

    #[test]
    fn durations_use_at_most_two_units() {
        let shown = [0, 420, 6_240, 9_960, 42_000, 72_000, 120_000, 7_500_000, 273_600_000];

        assert_eq!(
            shown.map(duration),
            [
                "0.0 s",
                "0.4 s",
                "6.2 s",
                "10 s",
                "42 s",
                "1 min 12 s",
                "2 min",
                "2 h 5 min",
                "3 d 4 h"
            ]
        );
    }

    #[test]
    fn a_clock_grows_an_hour_only_when_it_needs_one() {
        assert_eq!([42_000, 725_000, 3_723_000].map(clock), ["00:42", "12:05", "1:02:03"]);
    }

    #[test]
    fn numbers_are_grouped_and_sizes_are_short() {
        assert_eq!([7, 999, 1_000, 1_234_567].map(grouped), ["7", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [512, 48_256, 1_540_000, 10 << 20].map(bytes),
            ["512 B", "47 KB", "1.5 MB", "10.0 MB"]
        );
        assert_eq!(pluralize(1, "step", "steps"), "1 step");
    }

    #[test]
    fn instants_are_written_in_utc() {
        let at = Timestamp(1_795_169_000_000);

        assert_eq!(iso(at), "2026-11-20T10:03:20Z");
        assert_eq!(minute(at, Zone::Utc), "2026-11-20 10:03 UTC");
        assert_eq!(minute_and_utc(at, Zone::Utc), "2026-11-20 10:03 UTC");
        assert_eq!(date(Timestamp(951_782_400_000), Zone::Utc), "2000-02-29");
        assert_eq!(date(Timestamp(-86_400_000), Zone::Utc), "1969-12-31");
    }

    #[test]
    fn distances_in_time_grow_coarser() {
        let at = |seconds: i64| ago(Timestamp(0), Timestamp(seconds * 1000), Zone::Utc);

        assert_eq!([3, 60, 3_600, 90_000].map(at), ["just now", "1 min ago", "1 h ago", "1 d ago"]);
        assert_eq!(at(3_000_000), "1970-01-01");
    }

    #[test]
    fn a_countdown_ends_in_any_moment() {
        let at = |ms: i64| time_left(Timestamp(10_000_000), Timestamp(10_000_000 - ms));

        assert_eq!(at(7_500_000), "2 h 5 min left");
        assert_eq!(at(1_500), "2 s left");
        assert_eq!(at(0), "any moment");
    }
}
