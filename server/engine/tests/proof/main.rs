//! What holds under load, on a starved machine, and from one release to the next.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod dropped;
mod full;
mod load;
mod starved;
mod upgrade;
