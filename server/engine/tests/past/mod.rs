//! Long histories: what is kept of them, how they end, and that nothing slows down with them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod clock;
mod doctor;
mod forgetting;
mod hand_back;
mod leftovers;
mod plans;
mod retention;
mod unread;
mod views;
