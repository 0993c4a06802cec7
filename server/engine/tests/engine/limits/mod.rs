//! How much may happen at once: who waits, what for, and in which order they go on.

mod budgets;
pub mod desk;
mod families;
mod months;
mod places;
mod providers;
mod turns;
mod unheard;
mod waits;
mod workers;
