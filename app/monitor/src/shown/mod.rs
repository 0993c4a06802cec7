//! What is shown of a run: on cards, to screen readers, and with a little confetti.

pub mod cards;
pub(super) mod live;
pub mod trouble;
