//! Instants as the database told them; this crate reads no clock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const DAY_MS: i64 = 86_400_000;

/// An instant, in milliseconds since the Unix epoch, by the database's clock.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Later than anything that is waited for: the last second of the year 9999.
    pub const NEVER: Self = Self(253_402_300_799_000);

    /// The instant `ms` milliseconds later.
    #[must_use]
    pub fn plus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add_unsigned(ms))
    }

    /// Milliseconds from `earlier` to `self`; 0 when `earlier` is later.
    #[must_use]
    pub fn ms_since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// As ISO 8601 in UTC with milliseconds, e.g. `2026-11-20T08:00:00.000Z`.
    #[must_use]
    pub fn to_iso8601(self) -> String {
        let ms = self.0.rem_euclid(DAY_MS);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        let ms = ms % 1000;
        format!("{}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z", self.to_date())
    }

    /// As ISO 8601 by a clock that is so many minutes ahead of UTC:
    /// `2026-11-20T08:00:00.000+01:00`.
    #[must_use]
    pub fn to_iso8601_ahead(self, minutes: i64) -> String {
        let clock = Self(self.0.saturating_add(minutes * 60_000)).to_iso8601();
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        format!("{}{sign}{hours:02}:{minutes:02}", clock.trim_end_matches('Z'))
    }
}

impl Timestamp {
    /// The day in UTC: `2026-11-20`.
    #[must_use]
    pub fn to_date(self) -> String {
        let (year, month, day) = civil(self.0.div_euclid(DAY_MS));
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Day and minute in UTC, sortable: `2026-11-20 10:02 UTC`.
    #[must_use]
    pub fn to_minute(self) -> String {
        let minutes = self.0.div_euclid(60_000).rem_euclid(1_440);
        let (hour, minute) = (minutes / 60, minutes % 60);
        format!("{} {hour:02}:{minute:02} UTC", self.to_date())
    }

    /// What to write in place of a time that lacks only its zone, and the seconds perhaps; none for
    /// any other text.
    #[must_use]
    pub fn advice_on_zone(text: &str) -> Option<String> {
        let text = text.trim();
        let is_time = |rest: &&str| Self::from_iso8601(&format!("{text}{rest}Z")).is_some();
        let rest = ["", ":00"].into_iter().find(is_time)?;
        Some(format!(
            "“{text}” has no time zone. Enter {text}{rest}Z for UTC, or an offset such as {text}{rest}+01:00."
        ))
    }

    /// Reads RFC 3339: `2026-12-24T18:00:00Z`, with or without a fraction, with `Z` or an offset.
    /// In UTC it has to lie in the years 0 to 9999, so that it can be written again.
    #[must_use]
    pub fn from_iso8601(text: &str) -> Option<Self> {
        let (date, time) = text.trim().split_once(['T', 't', ' '])?;
        let (clock, zone) = time.split_at(time.find(['Z', 'z', '+', '-'])?);
        let (clock, ms) = match clock.split_once('.') {
            Some((clock, fraction)) => (clock, thousandths(fraction)?),
            None => (clock, 0),
        };
        let [year, month, day] = numbers(date, '-')?;
        let [hour, minute, second] = numbers(clock, ':')?;
        let fits = (1..=12).contains(&month)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second);
        let days = days_from_civil(year, month, day);
        if !fits || civil(days) != (year, month, day) {
            return None;
        }
        let minutes = days * 1440 + hour * 60 + minute - minutes_ahead(zone)?;
        let at = (minutes * 60 + second) * 1000 + ms;
        let (year, ..) = civil(at.div_euclid(DAY_MS));
        (0..=9999).contains(&year).then_some(Self(at))
    }
}

/// A fraction of a second in milliseconds; it has digits only, and finer ones are dropped.
fn thousandths(fraction: &str) -> Option<i64> {
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let digits = fraction.bytes().chain(*b"000").take(3);
    is_fraction.then(|| digits.fold(0, |ms, digit| ms * 10 + i64::from(digit - b'0')))
}

/// How far the clocks of a zone are ahead of UTC, in minutes.
fn minutes_ahead(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, offset) = match zone.strip_prefix('+') {
        Some(offset) => (1, offset),
        None => (-1, zone.strip_prefix('-')?),
    };
    let [hours, minutes] = numbers(offset, ':')?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Exactly `COUNT` numbers, of digits only.
fn numbers<const COUNT: usize>(text: &str, between: char) -> Option<[i64; COUNT]> {
    let digits = |part: &str| {
        let plain = part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| part.parse().ok()).flatten()
    };
    let all: Option<Vec<i64>> = text.split(between).map(digits).collect();
    all?.try_into().ok()
}

/// The day counted from 1970-01-01 (Hinnant's `days_from_civil`).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day counted from 1970-01-01 (Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn instants_are_written_in_utc_also_on_leap_days_and_before_the_epoch() {
        assert_eq!(Timestamp(0).to_iso8601(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Timestamp(951_782_400_123).to_iso8601(), "2000-02-29T00:00:00.123Z");
        assert_eq!(Timestamp(1_763_625_600_000).to_iso8601(), "2025-11-20T08:00:00.000Z");
        assert_eq!(Timestamp(-1).to_iso8601(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn what_is_written_reads_back_and_offsets_count() {
        for ms in [0, 951_782_400_123, 1_763_625_600_000, -1, 4_102_444_800_000] {
            assert_eq!(Timestamp::from_iso8601(&Timestamp(ms).to_iso8601()), Some(Timestamp(ms)));
        }
        let evening = Timestamp(1_763_625_600_000);
        assert_eq!(evening.to_iso8601_ahead(-570), "2025-11-19T22:30:00.000-09:30");
        for minutes in [-570, 0, 345] {
            let text = evening.to_iso8601_ahead(minutes);
            assert_eq!(Timestamp::from_iso8601(&text), Some(evening), "{text}");
        }
        let vienna = Timestamp::from_iso8601("2026-12-24T19:00:00+01:00");
        assert_eq!(vienna, Timestamp::from_iso8601("2026-12-24T18:00:00Z"));
        for wrong in ["", "tomorrow", "2026-02-30T00:00:00Z", "2026-12-24", "2026-12-24T25:00:00Z"]
        {
            assert_eq!(Timestamp::from_iso8601(wrong), None, "{wrong}");
            assert_eq!(Timestamp::advice_on_zone(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_told_that_it_lacks_one() {
        let advice = |text| Timestamp::advice_on_zone(text).unwrap_or_default();

        assert_eq!(
            advice(" 2026-12-24 18:00:00 "),
            "“2026-12-24 18:00:00” has no time zone. Enter 2026-12-24 18:00:00Z for UTC, or an offset \
             such as 2026-12-24 18:00:00+01:00."
        );
        assert!(advice("2026-12-24T18:00").contains("Enter 2026-12-24T18:00:00Z for UTC"));
    }

    #[test]
    fn a_fraction_is_digits_and_what_is_finer_than_a_millisecond_is_left_out() {
        let whole = Timestamp::from_iso8601("2026-12-24T18:00:00Z").map(|at| at.0);
        let read = |fraction: &str| {
            let text = format!("2026-12-24T18:00:00{fraction}Z");
            Timestamp::from_iso8601(&text).map(|at| at.0)
        };

        for (fraction, ms) in
            [(".5", 500), (".057", 57), (".0019", 1), (".9999999999999999999999", 999)]
        {
            assert_eq!(read(fraction), whole.map(|whole| whole + ms), "{fraction}");
        }
        for wrong in [".", ".1e300", ".5e6", ".-5", ".+5", ".5_0", ".5.5", ". 5", ".inf", ".٣"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_offset_is_one_of_a_day_and_leads_to_no_year_that_cannot_be_written() {
        for wrong in ["+24:00", "-00:60", "+9999:9999", "+1", "+", "Z+01:00", "ZZ", "+01:00Z"] {
            let text = format!("2026-12-24T18:00:00{wrong}");
            assert_eq!(Timestamp::from_iso8601(&text), None, "{text}");
        }
        for (text, is_read) in [
            ("9999-12-31T23:59:59.999Z", true),
            ("9999-12-31T23:59:59+23:59", true),
            ("9999-12-31T23:59:59-00:01", false),
            ("0000-01-01T00:00:00Z", true),
            ("0000-01-01T00:00:00-23:59", true),
            ("0000-01-01T00:00:00+00:01", false),
            ("9999-99-99T99:99:99+99:99", false),
        ] {
            assert_eq!(Timestamp::from_iso8601(text).is_some(), is_read, "{text}");
        }
    }
}
