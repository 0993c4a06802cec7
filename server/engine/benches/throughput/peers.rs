//! What others do on a machine of this kind: 2 cores, PostgreSQL 15 as it comes, a quiet disk.
//! Source: the project's third issue, "What the others do", measured in November 2026.

/// Executions a second of a 20-step chain, at 1 and at 16 in flight, each node durable.
pub const CHAINS: [(&str, f64, f64); 6] = [
    ("n8n 2.40, saving each node", 15.0, 18.0),
    ("n8n 2.40", 29.0, 36.0),
    ("DBOS 3.4", 29.0, 49.0),
    ("Restate 1.7", 60.0, 200.0),
    ("graphile-worker", 43.0, 64.0),
    ("Prefect 3.8", 3.3, 5.6),
];

/// Milliseconds of a fan-out of 20 × 100 ms and its join.
pub const FAN_OUT_MS: [(&str, f64); 5] = [
    ("n8n 2.40", 2040.0),
    ("DBOS 3.4", 150.0),
    ("Restate 1.7", 107.0),
    ("graphile-worker", 110.0),
    ("Prefect 3.8", 430.0),
];

/// Milliseconds from launch to the first step, at the median.
pub const FIRST_STEP_MS: [(&str, f64); 5] = [
    ("n8n 2.40", 18.0),
    ("DBOS 3.4", 2.2),
    ("Restate 1.7", 2.0),
    ("graphile-worker", 2.6),
    ("Prefect 3.8", 184.0),
];
