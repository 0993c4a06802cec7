//! Templates: the gallery, the launch form, drafts and versions, presets, and the copies of what
//! comes with the product.

pub(super) mod definition;
mod edit;
pub(super) mod editors;
mod enabled;
pub(super) mod gallery;
mod launch_form;
mod list;
mod names;
mod pinned_tools;
mod presets;
mod removal;
pub mod system;
mod unavailable;

use std::sync::Arc;

use super::context::ServiceContext;

/// The templates of workspaces.
#[derive(Clone)]
pub struct Templates {
    context: Arc<ServiceContext>,
}

impl Templates {
    pub(super) fn new(context: Arc<ServiceContext>) -> Self {
        Self { context }
    }
}
