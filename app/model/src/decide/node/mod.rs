//! What happens to one node.

pub(super) mod cancel;
pub(super) mod checks;
pub(super) mod config;
pub(super) mod enter;
pub(super) mod facts;
pub(super) mod hold;
pub(super) mod jobs;
pub(super) mod join;
pub(super) mod reopen;
pub(super) mod reset;
pub(super) mod retry_items;
pub(super) mod settle;
pub(super) mod wait;
