//! A last look at the rows of a test before they go.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use store::PoolSettings;

use crate::admin::integrity_check::{Violation, check_integrity};

/// How often it is looked again where something is found: while others are still at work, a change
/// in between may look like a breach.
const LOOKS: usize = 5;
const BETWEEN: Duration = Duration::from_millis(50);

/// Every breach of an invariant in the database at `url`. The caller's runtime stands still meanwhile.
pub(super) fn breaches(url: String) -> Vec<Violation> {
    let looking = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(look(&url))
    });
    looking.join().unwrap()
}

async fn look(url: &str) -> Vec<Violation> {
    let application_name = "atelier test's last look".to_owned();
    let pool = store::connect(url, PoolSettings { application_name, max_connections: 1 }).await;
    let pool = pool.unwrap();
    let mut found = vec![];
    for _ in 0..LOOKS {
        found = check_integrity(&pool).await.unwrap();
        if found.is_empty() {
            break;
        }
        tokio::time::sleep(BETWEEN).await;
    }
    pool.close().await;
    found
}
