//! Why the last release of a service fails: the same in its status and in its logs.

use crate::invent::{pick, seed};

/// A release that fails.
pub struct Outage {
    /// Why its tasks stop, as the deployment system says it.
    pub stopped: &'static str,
    /// What each task logs until it stops: level and message.
    pub lines: &'static [(&'static str, &'static str)],
}

static OUTAGES: [Outage; 3] = [
    Outage {
        stopped: "OutOfMemoryError: the container used more than its 512 MiB",
        lines: &[
            ("INFO", "Starting, with 2 workers"),
            ("INFO", "Loading the product catalog into memory"),
            ("WARN", "The catalog takes 431 MiB; the cache has no limit"),
            ("INFO", "Listening on 0.0.0.0:8080"),
            ("WARN", "Heap at 97%, collecting garbage for 1.8 s"),
            ("ERROR", "Allocation failed: JavaScript heap out of memory"),
        ],
    },
    Outage {
        stopped: "Essential container exited with code 1",
        lines: &[
            ("INFO", "Starting"),
            ("INFO", "Connected to the database"),
            ("INFO", "Applying migration 0042_add_order_state"),
            (
                "ERROR",
                "Migration 0042_add_order_state failed: column \"state\" of relation \"orders\" already exists",
            ),
            ("ERROR", "The database schema doesn't match this version; stopping"),
        ],
    },
    Outage {
        stopped: "Essential container exited with code 1",
        lines: &[
            ("INFO", "Starting"),
            ("INFO", "Reading the configuration"),
            ("ERROR", "Error: the environment variable DATABASE_URL is not set"),
            ("ERROR", "    at readConfig (/app/src/config.ts:18:11)"),
            ("ERROR", "    at main (/app/src/index.ts:9:18)"),
            ("ERROR", "Stopping with code 1"),
        ],
    },
];

/// What is wrong with a service.
pub fn outage(cluster: &str, service: &str) -> &'static Outage {
    pick(&OUTAGES, seed(&[cluster, service]))
}
