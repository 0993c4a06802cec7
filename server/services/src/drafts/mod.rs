//! The workflow editor: its page, autosaved drafts, test runs, who else has it open, automatic
//! layout.

mod arrange;
pub(super) mod editor;
mod presence;
mod save;

use std::sync::Arc;

use super::{context::ServiceContext, executions::Executions, templates::Templates};

/// The drafts of templates, as the editor works on them.
#[derive(Clone)]
pub struct Drafts {
    pub(super) ctx: Arc<ServiceContext>,
    pub(super) executions: Executions,
    pub(super) templates: Templates,
}
