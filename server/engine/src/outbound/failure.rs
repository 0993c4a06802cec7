//! What a call that went wrong means for the job that made it.

use std::time::Duration;

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
            _ => Failure { may_have_happened: self.was_sent(), ..failure },
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
}
