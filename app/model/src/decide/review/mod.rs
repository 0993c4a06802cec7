//! Reviews: how they open, and what the decisions of people do.
//!
//! A review is a node that waits for a decision and occupies no worker: its row says what is
//! decided about, who may decide, and until when. When nothing else is left to do, the execution
//! pauses for it and its active time stands still. Two people who decide at once are put in order
//! by the execution's lock; the second is told whose decision it was. Who is asked stands in the node's
//! configuration, so that a review that is reassigned asks the same people when it is made again.

mod agents;
pub(super) mod decision;
pub(super) mod open;
pub(super) mod reassign;
pub(super) mod recorded;
pub(super) mod replayed;
pub(super) mod verdict;
