//! The workflow editor: its page, autosaved drafts, test runs, who else has it open, automatic
//! layout.

mod arrange;
pub(super) mod editor;
mod import;
mod presence;
mod save;
mod test_run;
mod tidy;

use std::sync::Arc;

use super::{context::ServiceContext, executions::Executions, templates::Templates};

/// The drafts of templates, as the editor works on them.
#[derive(Clone)]
pub struct Drafts {
    context: Arc<ServiceContext>,
    executions: Executions,
    templates: Templates,
}

impl Drafts {
    pub(super) fn new(
        context: Arc<ServiceContext>,
        executions: Executions,
        templates: Templates,
    ) -> Self {
        Self { context, executions, templates }
    }
}
