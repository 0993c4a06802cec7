//! Time travel: a slider that shows the execution at any moment, and a player that replays it.

mod bar;
mod player;

pub use bar::TimeSlider;
pub use player::{provide_player, use_player};
