//! Long histories: what is kept of them, how they end, and that nothing slows down with them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod clock;
mod doctor;
mod forgetting;
mod leftovers;
mod plans;
mod release;
mod retention;
mod unread;
mod views;
