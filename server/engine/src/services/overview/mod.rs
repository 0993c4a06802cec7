//! What goes on in a workspace, at one look: the dashboard, the activity panel, the search.

mod activity;
mod dashboard;
mod search;

use std::sync::Arc;

use super::{context::ServiceContext, reviews::Reviews, templates::Templates};

/// What goes on in workspaces.
#[derive(Clone)]
pub struct Overview {
    context: Arc<ServiceContext>,
    reviews: Reviews,
    templates: Templates,
}

impl Overview {
    pub(super) fn new(
        context: Arc<ServiceContext>,
        reviews: Reviews,
        templates: Templates,
    ) -> Self {
        Self { context, reviews, templates }
    }
}
