//! Waiting to run: a workspace runs only so many executions at once.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The place of an execution among those that wait to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Queued {
    /// 1 is the next that starts.
    pub position: u32,
    /// Executions of the workspace that may run at once.
    pub running: u32,
}

impl fmt::Display for Queued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, running } = self;
        match running {
            1 => write!(f, "Queued: position {position}; starts when the running one ends"),
            _ => write!(
                f,
                "Queued: position {position}; starts when one of the {running} running ones ends"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Queued;

    #[test]
    fn a_place_in_the_queue_says_what_ends_the_wait() {
        assert_eq!(
            Queued { position: 3, running: 10 }.to_string(),
            "Queued: position 3; starts when one of the 10 running ones ends"
        );
    }
}
