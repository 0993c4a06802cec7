//! Workspaces: made, gone into, renamed, archived and deleted.
//!
//! A session is in one workspace at a time, and a person changes which. An archived workspace is
//! read and nothing in it changes: `Actor::require` refuses what would. A deleted one has no members
//! from the moment it is deleted, so nobody ever sees half of it; [`removal`] deletes its rows in
//! small pieces.

pub(super) mod insertion;
mod manage;
pub(super) mod removal;
mod switch;

use std::sync::Arc;

use super::context::ServiceContext;

/// The workspaces of people.
#[derive(Clone)]
pub struct Workspaces {
    pub(super) ctx: Arc<ServiceContext>,
}
