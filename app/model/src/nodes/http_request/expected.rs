//! Which statuses count as success.

use std::ops::RangeInclusive;

/// Statuses written as `2xx`, `200, 404` or `200-299`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected(Vec<RangeInclusive<u16>>);

impl Expected {
    /// Reads them; none when there are none, or one is not a status.
    pub fn parse(text: &str) -> Option<Self> {
        let ranges: Option<Vec<_>> = text.split(',').map(|part| range(part.trim())).collect();
        ranges.map(Self)
    }

    /// Whether a status is among them.
    pub fn contains(&self, status: u16) -> bool {
        self.0.iter().any(|range| range.contains(&status))
    }
}

fn range(part: &str) -> Option<RangeInclusive<u16>> {
    let lower = part.to_ascii_lowercase();
    if let Some(class) = lower.strip_suffix("xx") {
        let class = class.parse::<u16>().ok().filter(|class| (1..=5).contains(class))?;
        return Some(class * 100..=class * 100 + 99);
    }
    let status = |text: &str| text.trim().parse::<u16>().ok().filter(|s| (100..=599).contains(s));
    match part.split_once('-') {
        Some((from, to)) => {
            let (from, to) = (status(from)?, status(to)?);
            (from <= to).then_some(from..=to)
        }
        None => status(part).map(|status| status..=status),
    }
}

#[cfg(test)]
mod tests {
    use super::Expected;

    #[test]
    fn statuses_are_read_in_each_spelling() {
        let cases = [
            ("2xx", 204, true),
            ("2xx", 304, false),
            ("2XX, 404", 404, true),
            ("200-299, 304", 304, true),
            ("200", 201, false),
        ];
        for (text, status, expected) in cases {
            let found = Expected::parse(text).map(|statuses| statuses.contains(status));
            assert_eq!(found, Some(expected), "{text} {status}");
        }
        for text in ["", "ok", "9xx", "200-", "299-200", "99", "200,,201", "xx", "2x"] {
            assert_eq!(Expected::parse(text), None, "{text}");
        }
    }
}
