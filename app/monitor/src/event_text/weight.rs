//! How much an event matters, and the three parts of what is said of one.

use ui::status::Status;

/// How much a sentence matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// One job of many, a price.
    Detail,
    /// A step or the execution changed.
    Step,
    /// Somebody should know at once.
    Alarm,
}

/// The state that an event tells of, how much it matters, and its sentence.
pub(super) type Words = (Status, Weight, String);

pub(super) fn detail(status: Status, text: impl Into<String>) -> Words {
    (status, Weight::Detail, text.into())
}

pub(super) fn step(status: Status, text: impl Into<String>) -> Words {
    (status, Weight::Step, text.into())
}

pub(super) fn alarm(status: Status, text: impl Into<String>) -> Words {
    (status, Weight::Alarm, text.into())
}
