//! The rows of executions. They change only through [`apply()`], under the lock that [`lock()`]
//! takes, and through [`end_unread()`], for an execution whose rows cannot be read.
//!
//! An execution freezes its workflow's definition and has rows for its nodes and jobs; an edge gets
//! one when it settles, an attempt when it ends. Only jobs are claimed: a node of quantity ten has
//! ten.

mod admission;
mod apply;
mod claim;
mod commands;
mod due;
mod earlier_launch;
mod end_unread;
mod events;
pub mod external_refs;
mod jobs;
mod list;
mod load;
mod new;
mod origin;
pub mod paid_images;
pub mod paid_texts;
mod partial;
mod questions;
mod read;
mod recorded;
mod relations;
mod test_runs;
mod versions;
mod waits;

pub use admission::{WorkspaceConcurrency, lock_concurrency, next_to_start};
pub use apply::{Notice, apply, insert, is_plain, notify, parse_notice};
pub use claim::Claim;
pub use commands::{find_command_digest, note_command};
pub use due::{
    due_executions, find_ahead_of_clock, find_late_reviews, find_passed_deadlines,
    find_paused_for_storage, find_to_run_alone, next_due_in,
};
pub use earlier_launch::{EarlierLaunchRow, find_earlier_launch};
pub use end_unread::end_unread;
pub use events::{events_after, for_each_event};
pub use jobs::{artifact, artifacts, jobs, list_sent_inputs};
pub use list::{
    ExecutionQuery, count_active, list, list_recently_ended, list_used_templates,
    load_month_spending,
};
pub use load::{
    FrozenRow, GONE, Locked, LockedExecution, SnapshotRows, frozen_rows, lock, now, snapshot_rows,
};
pub use new::{Descent, NewExecution, find_by_idempotency_key};
pub use origin::{OriginRow, copy_artifacts, find_origin, latest_artifacts};
pub use partial::{CallReservation, keep_partial, mark_sent, notify_text, partial_texts};
pub use questions::{count_questions, list_questions};
pub use read::{
    ExecutionDetail, changed_nodes, exists, find, find_node_output, find_output, find_pulse,
    load_redrawn, median_node_times,
};
pub use recorded::{Recorded, find_recorded_answer, load_replayed};
pub use relations::{
    ParentRow, ParentState, children_bill, filter_failed, find_behind_budget, find_ended_child,
    find_out_of_step, find_parent_state, find_unreported_children, find_waiting_child,
    load_relations, lock_parent,
};
pub use test_runs::{find_open_test_run, list_test_outputs, load_edge_states};
pub use versions::{
    OlderVersion, Recipe, find_documents_with, find_images_beside, find_older_version, find_reuses,
    find_version, kept_versions, load_item_outputs, load_recipes, restore, set_kept, versions,
};

use super::{instant, optional_instant};
