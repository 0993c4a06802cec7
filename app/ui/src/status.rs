//! The ten states a screen can show, each with a word, a picture and a colour of the same name.

use super::icon::Icon;

/// The state of a node, a job or an execution as a person sees it.
///
/// "Queued", "waiting" and "paused" are words of the screen; every other one is a state of the
/// engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// Waits for what comes before it.
    #[default]
    Pending,
    /// Could run and waits for a place.
    Queued,
    /// Has begun and waits: for a moment, for an answer, for its next attempt.
    Waiting,
    /// Is being worked on.
    Running,
    /// Done, with a result.
    Completed,
    /// Ended without one.
    Failed,
    /// Will not run.
    Skipped,
    /// A person has to decide.
    AwaitingReview,
    /// Held by a person or a limit.
    Paused,
    /// Ended by a person or a deadline.
    Stopped,
}

impl Status {
    /// All ten, in the order of a life.
    pub const ALL: [Status; 10] = [
        Status::Pending,
        Status::Queued,
        Status::Waiting,
        Status::Running,
        Status::Completed,
        Status::Failed,
        Status::Skipped,
        Status::AwaitingReview,
        Status::Paused,
        Status::Stopped,
    ];

    /// The value of `data-state`: stylesheets and tests hang on it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::AwaitingReview => "awaiting_review",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
        }
    }

    /// The word a person reads.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Queued => "Queued",
            Self::Waiting => "Waiting",
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::AwaitingReview => "Waiting for review",
            Self::Paused => "Paused",
            Self::Stopped => "Stopped",
        }
    }

    /// The picture beside the word.
    pub fn icon(self) -> Icon {
        match self {
            Self::Pending => Icon::CircleDashed,
            Self::Queued | Self::Waiting => Icon::Clock,
            Self::Running => Icon::LoaderCircle,
            Self::Completed => Icon::CircleCheck,
            Self::Failed => Icon::CircleX,
            Self::Skipped => Icon::SkipForward,
            Self::AwaitingReview => Icon::UserCheck,
            Self::Paused => Icon::Pause,
            Self::Stopped => Icon::Square,
        }
    }

    /// The status named by a `data-state` key or by a state name of the engine, if it is one.
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "ready" => Some(Self::Queued),
            "cancelled" => Some(Self::Stopped),
            _ => Self::ALL.into_iter().find(|status| status.key() == key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_found_again_by_its_key() {
        for status in Status::ALL {
            assert_eq!(Status::from_key(status.key()), Some(status));
        }
    }

    #[test]
    fn an_unknown_key_names_no_status() {
        assert_eq!(Status::from_key("sleeping"), None);
    }
}
