//! Reviews: how they open, and what the decisions of people do.

pub(super) mod decision;
pub(super) mod open;
pub(super) mod recorded;
pub(super) mod replayed;
pub(super) mod verdict;
