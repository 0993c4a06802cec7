//! How much may happen at once: who waits, what for, and in which order they go on.

mod admission;
mod budgets;
pub mod desk;
mod fairness;
mod families;
mod months;
mod providers;
mod unheard;
mod waits;
mod workers;
