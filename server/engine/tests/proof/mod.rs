//! What holds under load, on a starved machine, and from one release to the next.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod calls;
mod doubles;
mod drawn;
mod dropped;
mod full;
mod left;
mod load;
mod people;
mod releases;
mod side_by_side;
mod starved;
mod upgrade;
