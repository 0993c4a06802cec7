//! Chance that can be had again.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use rand::{SeedableRng, rngs::StdRng};

/// What chance does, from `ATELIER_SEED` where that is set; a test that fails shows the seed.
pub fn dice() -> StdRng {
    let seed = std::env::var("ATELIER_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = seed.unwrap_or_else(rand::random);
    println!("ATELIER_SEED={seed}");
    StdRng::seed_from_u64(seed)
}
