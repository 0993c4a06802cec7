//! What goes on in a workspace, at one look: the dashboard, the activity panel, the search.

mod dashboard;
mod search;

use std::sync::Arc;

use super::{context::ServiceContext, reviews::Reviews, templates::Templates};

/// What goes on in workspaces.
#[derive(Clone)]
pub struct Overview {
    pub(super) ctx: Arc<ServiceContext>,
    pub(super) reviews: Reviews,
    pub(super) templates: Templates,
}
