//! Time travel: a slider that shows the execution at any moment, and a player that replays it.

mod address;
mod bar;
mod player;
mod track;

pub use bar::TimeSlider;
pub use player::{provide_player, use_player};
