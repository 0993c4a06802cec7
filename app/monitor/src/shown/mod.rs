//! What is shown of a run: on cards, to screen readers, and with a little confetti.

pub(super) mod announce;
pub mod cards;
pub(super) mod celebrate;
pub mod edges;
mod held;
pub mod trouble;
