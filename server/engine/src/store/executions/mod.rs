//! The rows of executions. They change only through [`apply()`], under the lock that [`lock()`] takes,
//! and through [`end_unread()`] where nothing can be decided because they cannot be read.

mod apply;
mod asked;
mod commands;
mod due;
mod earlier;
mod events;
mod family;
mod list;
mod load;
mod made;
mod new;
mod origin;
pub mod paid_images;
mod partial;
mod queue;
mod read;
mod recorded;
mod tested;
mod unread;
mod versions;
mod waits;

pub use apply::{Notice, apply, insert, is_plain, noticed, notify};
pub use asked::{count_questions, questions};
pub use commands::{command_done, note_command};
pub use due::{ahead_of_the_clock, deadlines_passed, due_executions, next_due_in, reviews_late};
pub use earlier::{EarlierRow, find_earlier};
pub use events::{each_event, events_after};
pub use family::{
    ParentRow, ParentStand, behind_their_budget, children_bill, ended_child, failed, held_parent,
    kin, out_of_step, parent_stand, untold_children, waiting_child,
};
pub use list::{Listed, count_active, ended_lately, list, templates_used, this_month};
pub use load::{
    FrozenRow, GONE, Locked, LockedExecution, SnapshotRows, frozen_rows, lock, now, snapshot_rows,
};
pub use made::{artifact, artifacts, jobs, sent};
pub use new::{Descent, NewExecution, find_by_key};
pub use origin::{OriginRow, copy_artifacts, latest_artifacts, origin};
pub use partial::{Held, keep_partial, mark_sent, notify_text, partial_texts};
pub use queue::{Places, lock_places, next_to_start};
pub use read::{
    ExecutionDetail, changed_nodes, exists, find, gave, output, pulse, redrawn, usual_node_times,
};
pub use recorded::{Recorded, recorded_answer, replayed};
pub use tested::{settled_edges, tested, under_test};
pub use unread::end_unread;
pub use versions::{
    OlderVersion, Recipe, documents_with, kept_versions, older_version, recipes, restore, set_kept,
    taken_into, values_of, version_of, versions,
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
