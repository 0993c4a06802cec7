//! How many cases a property is tried with.

use proptest::prelude::ProptestConfig;

/// As many as `PROPTEST_CASES` says, for a long search; otherwise `usual`.
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    let asked = asked.and_then(|asked| asked.parse().ok());
    ProptestConfig::with_cases(asked.unwrap_or(usual))
}
