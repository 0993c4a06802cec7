//! The monitor as the server sends it, from fixed pages.
#![allow(clippy::unwrap_used, reason = "tests")]
