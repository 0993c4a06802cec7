//! The rows of executions. They change only through [`apply()`], under the lock that [`lock()`] takes.

mod apply;
mod apply_outputs;
mod apply_reviews;
mod apply_rounds;
mod due;
mod events;
mod insert;
mod load;
mod made;
mod partial;
mod queue;
mod read;

pub use apply::{Notice, apply, notify};
pub use due::{deadlines_passed, due_executions, next_due_in, reviews_late};
pub use events::events_after;
pub use insert::{NewExecution, find_by_key, insert};
pub use load::{
    FrozenRow, Locked, LockedExecution, SnapshotRows, begin, frozen_rows, lock, now, snapshot_rows,
};
pub use made::{artifact, artifacts, jobs};
pub use partial::{keep_partial, mark_sent, notify_text, partial_texts};
pub use queue::{Places, lock_places, next_to_start};
pub use read::{
    ExecutionDetail, ExecutionFilter, changed_nodes, exists, find, list, pulse, usual_node_times,
};

use chrono::{DateTime, Utc};
use model::time::Timestamp;

/// A moment of the model in the database's words.
fn instant(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.0).unwrap_or_default()
}

fn instants(at: Option<Timestamp>) -> Option<DateTime<Utc>> {
    at.map(instant)
}
