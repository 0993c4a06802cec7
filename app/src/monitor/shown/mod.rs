//! What is told beside the page: to screen readers, and with a little confetti.

pub(super) mod announce;
pub(super) mod celebrate;
pub mod trouble;
