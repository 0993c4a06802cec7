//! Templates: the gallery, the launch form, drafts and versions, presets, and the copies of what
//! comes with the product.

pub(super) mod definition;
mod edit;
pub(super) mod editors;
mod enabled;
mod launch_form;
pub(super) mod list;
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
    pub(super) ctx: Arc<ServiceContext>,
}
