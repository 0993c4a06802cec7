//! Waiting to run: a workspace runs only so many executions at once.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The place of an execution among those that wait to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Queued {
    /// 1 is the next that starts.
    pub position: u32,
    /// Executions of the workspace that may work at once, each with what it launched.
    pub running: u32,
}

impl fmt::Display for Queued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, running } = self;
        write!(f, "{position}{} in line; starts when ", ordinal(*position))?;
        match running {
            1 => f.write_str("the active run finishes or waits"),
            _ => write!(f, "one of {running} active runs finishes or waits"),
        }
    }
}

const fn ordinal(number: u32) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

#[cfg(test)]
mod tests {
    use super::Queued;

    #[test]
    fn a_place_in_the_queue_says_what_ends_the_wait() {
        let words = |position, running| Queued { position, running }.to_string();

        assert_eq!(
            words(3, 10),
            "3rd in line; starts when one of 10 active runs finishes or waits"
        );
        assert!(words(1, 1).ends_with("when the active run finishes or waits"));
        assert!(words(12, 2).starts_with("12th") && words(22, 2).starts_with("22nd"));
    }
}
