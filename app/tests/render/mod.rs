//! Pages and parts rendered as the server does: they have their landmarks, names and words, and
//! the picture is complete without scripts.
//!
//! Every page is also written below `CARGO_TARGET_TMPDIR/render`, to be looked at with the style
//! sheet of `style/`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod content;
mod diagram;
mod differences;
mod editor;
mod models;
mod overview;
mod page;
mod parts;
mod session;
mod workspace;
