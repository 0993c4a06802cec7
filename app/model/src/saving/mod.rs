//! Keeping a draft that is being edited: what to send when, and what an answer means. No clock and
//! no connection: the times are given as milliseconds to wait.

mod keeper;
mod pending;

pub use keeper::{Answer, Clash, Keeper, Next, PAUSE_MS, Standing};
pub use pending::Pending;
