//! The time slider: the execution as it was at any moment, and as it went.

mod address;
mod bar;
mod player;
mod track;

pub use bar::TimeSlider;
pub use player::{provide_player, use_player};
