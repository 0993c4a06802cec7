//! Maps errors of outbound calls to failures of a job, and reads `Retry-After`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use httpdate::parse_http_date;
use model::execution::failure::Failure;

use super::{HeaderMap, OutboundError};

impl OutboundError {
    /// The failure of the attempt; `says` puts the words into the mouth of whom was called.
    pub fn failure(&self, says: impl FnOnce(&str) -> String) -> Failure {
        let words = says(&self.to_string());
        let failure = match self {
            Self::Refused(_) | Self::RedirectRefused(_) => {
                Failure::permanent("address_refused", words)
            }
            Self::TooLarge { .. } | Self::Headers { .. } => {
                Failure::permanent("answer_too_large", words)
            }
            Self::TimedOut { .. } => Failure::transient("timeout", words),
            Self::Unreachable { .. } | Self::Setup(_) => Failure::transient("unreachable", words),
            Self::Broken { .. } => Failure::transient("connection_broken", words),
        };
        match self {
            Self::TimedOut { .. } | Self::Broken { .. } => failure.without_answer(),
            Self::Refused(_)
            | Self::RedirectRefused(_)
            | Self::Setup(_)
            | Self::Unreachable { .. }
            | Self::TooLarge { .. }
            | Self::Headers { .. } => Failure { may_have_happened: self.was_sent(), ..failure },
        }
    }
}

/// What the other side asks us to wait, in milliseconds, from whichever header says it.
pub fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let wait = retry_after(headers)?;
    Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |name: &str| text(name)?.parse::<f64>().ok().filter(|wait| wait.is_finite());
    if let Some(wait) = number("retry-after-ms") {
        return Some(Duration::from_secs_f64((wait / 1_000.0).clamp(0.0, 1e9)));
    }
    if let Some(wait) = number("retry-after") {
        return Some(Duration::from_secs_f64(wait.clamp(0.0, 1e9)));
    }
    let until = parse_http_date(text("retry-after")?).ok()?;
    // Measured on the other side's clock: this machine's may be wrong. Who does not tell the time is
    // asked again as if it had not named one.
    let now = parse_http_date(text("date")?).ok()?;
    Some(until.duration_since(now).unwrap_or_default())
}

/// When a limit of calls or tokens begins anew, in milliseconds from now: of those that are used up the
/// last, else the first of all.
///
/// The headers are those of OpenAI and whoever copied them (`x-ratelimit-reset-…`: `6m0s`, `20ms`, seconds, or
/// a moment), of Anthropic, and of the IETF's draft (`ratelimit-reset`: seconds).
pub fn limit_reset_ms(headers: &HeaderMap) -> Option<u64> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let now = text("date").and_then(|date| parse_http_date(date).ok());
    let limit = |(remaining, reset): (String, String)| {
        let wait = reset_in(text(&reset)?, now)?;
        let is_used_up = text(&remaining).is_some_and(|left| left.parse() == Ok(0.0));
        Some((is_used_up, wait))
    };
    let limits: Vec<(bool, Duration)> = limit_headers().filter_map(limit).collect();
    let used_up = limits.iter().filter(|(is_used_up, _)| *is_used_up).map(|(_, wait)| wait).max();
    let wait = used_up.or_else(|| limits.iter().map(|(_, wait)| wait).min())?;
    Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
}

/// The names under which a limit says what is left of it, and when it begins anew.
fn limit_headers() -> impl Iterator<Item = (String, String)> {
    let common = ["", "-requests", "-tokens"].into_iter().flat_map(|of| {
        ["x-ratelimit", "ratelimit"]
            .map(|start| (format!("{start}-remaining{of}"), format!("{start}-reset{of}")))
    });
    let own = ["requests", "tokens", "input-tokens", "output-tokens"].into_iter().map(|of| {
        let start = format!("anthropic-ratelimit-{of}");
        (format!("{start}-remaining"), format!("{start}-reset"))
    });
    common.chain(own)
}

/// How long until a moment that is told in seconds, as a length of time, or as a date; `now` is the other
/// side's clock.
fn reset_in(text: &str, now: Option<SystemTime>) -> Option<Duration> {
    if let Ok(number) = text.parse::<f64>() {
        let seconds = if number >= 1e12 { number / 1_000.0 } else { number };
        let is_moment = seconds >= 1e9;
        let seconds = Duration::try_from_secs_f64(seconds).ok()?;
        return if is_moment {
            Some(seconds.saturating_sub(now?.duration_since(UNIX_EPOCH).ok()?))
        } else {
            Some(seconds)
        };
    }
    let date = || {
        let date = DateTime::parse_from_rfc3339(text).ok().map(SystemTime::from);
        let date = date.or_else(|| parse_http_date(text).ok())?;
        Some(date.duration_since(now?).unwrap_or_default())
    };
    length(text).or_else(date)
}

/// A length of time as Go writes it: `1h2m3.5s`, `20ms`.
pub fn length(text: &str) -> Option<Duration> {
    let (mut rest, mut whole) = (text, Duration::ZERO);
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..unit_at].parse().ok()?;
        let unit_end = rest[unit_at..]
            .find(|c: char| c.is_ascii_digit())
            .map_or(rest.len(), |end| unit_at + end);
        let seconds = match &rest[unit_at..unit_end] {
            "d" => 86_400.0,
            "h" => 3_600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        whole = whole.checked_add(Duration::try_from_secs_f64(number * seconds).ok()?)?;
        rest = &rest[unit_end..];
    }
    (!text.is_empty()).then_some(whole)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::outbound::{HeaderName, HeaderValue};

    type Pairs = &'static [(&'static str, &'static str)];

    fn headers(pairs: Pairs) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn rel_m2_retry_after_is_read_in_each_of_its_forms_and_nothing_else_is() {
        const DATE: &str = "Fri, 20 Nov 2026 08:00:00 GMT";
        let cases: [(Pairs, Option<u64>); 15] = [
            (&[("retry-after", "60")], Some(60_000)),
            (&[("retry-after", "1.5")], Some(1_500)),
            (&[("retry-after-ms", "250"), ("retry-after", "60")], Some(250)),
            (&[("retry-after", "Fri, 20 Nov 2026 08:01:30 GMT"), ("date", DATE)], Some(90_000)),
            (&[("retry-after", "Fri, 20 Nov 2026 07:00:00 GMT"), ("date", DATE)], Some(0)),
            (&[("retry-after", "Fri, 20 Nov 2026 08:01:30 GMT")], None),
            (&[("retry-after", "-5")], Some(0)),
            (&[("retry-after", "99999999999999999999")], Some(1_000_000_000_000)),
            (&[("retry-after-ms", "-1e300")], Some(0)),
            (&[("retry-after", "1e400")], None),
            (&[("retry-after", "NaN")], None),
            (&[("retry-after", "")], None),
            (&[("retry-after", "Fri, 20 Nov 2026 25:61:00 GMT"), ("date", DATE)], None),
            (&[("retry-after", "soon")], None),
            (&[], None),
        ];

        for (given, expected) in cases {
            assert_eq!(retry_after_ms(&headers(given)), expected, "{given:?}");
        }
    }

    #[test]
    fn rel_m2_the_end_of_a_limit_is_read_in_each_of_its_forms() {
        const DATE: (&str, &str) = ("date", "Fri, 20 Nov 2026 08:00:00 GMT");
        let cases: [(Pairs, Option<u64>); 13] = [
            (&[("x-ratelimit-reset-requests", "6m0s")], Some(360_000)),
            (&[("x-ratelimit-reset-tokens", "1h2m3.5s")], Some(3_723_500)),
            (&[("x-ratelimit-reset", "20ms")], Some(20)),
            (&[("ratelimit-reset", "7")], Some(7_000)),
            (&[("x-ratelimit-reset", "1795161660"), DATE], Some(60_000)),
            (&[("x-ratelimit-reset", "1795161660000"), DATE], Some(60_000)),
            (&[("x-ratelimit-reset", "1795161660")], None),
            (&[("anthropic-ratelimit-tokens-reset", "2026-11-20T08:00:30Z"), DATE], Some(30_000)),
            (
                &[("x-ratelimit-reset-requests", "9s"), ("x-ratelimit-reset-tokens", "2s")],
                Some(2_000),
            ),
            (
                &[
                    ("x-ratelimit-reset-requests", "9s"),
                    ("x-ratelimit-remaining-requests", "0"),
                    ("x-ratelimit-reset-tokens", "2s"),
                    ("x-ratelimit-remaining-tokens", "800"),
                ],
                Some(9_000),
            ),
            (&[("x-ratelimit-reset", "-1")], None),
            (&[("x-ratelimit-reset", "soon"), DATE], None),
            (&[], None),
        ];

        for (given, expected) in cases {
            assert_eq!(limit_reset_ms(&headers(given)), expected, "{given:?}");
        }
    }
}
