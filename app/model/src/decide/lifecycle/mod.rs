//! How an execution waits for its place, goes on, pauses and ends.

pub(super) mod advance;
pub(super) mod clock;
pub(super) mod queue;
pub(super) mod status;
pub(super) mod stop;
