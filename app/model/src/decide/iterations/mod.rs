//! Loops: how their iterations begin and end, and how the loop collects the results.
//!
//! A node in a loop is drawn once and exists once an iteration, under an id of its own:
//! `copy@each[3]` is `copy` in the fourth iteration of `each`. It gets its rows when the iteration
//! begins; from then on joins, conditions, retries, reviews and loops in it need to know nothing of
//! the loop. Its expressions use the drawn names.
//!
//! A person who changes a drawn node changes the iterations that have not begun: the execution's
//! row holds the new configuration. A failed iteration runs again alone, but not once its loop has
//! gone on past it: what follows has its results, so only a new execution from the loop on can
//! correct them.

pub(super) mod advance;
pub(super) mod begin;
pub(super) mod end;
pub(super) mod plan;
pub(super) mod resume;
pub(super) mod retry;
