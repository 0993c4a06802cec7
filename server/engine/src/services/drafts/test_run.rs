//! Test runs: a draft as it is, or a part of it, without touching what is published.
//!
//! A test run counts in no template's figures. Where only a part runs, the nodes around it are
//! taken over at the launch: what a person typed, else what the last test runs gave; the rest
//! counts as skipped, so that nothing outside the part is asked of anybody.

use backend::actor::Actor;
use model::{
    access::Permission,
    id::TemplateId,
    pages::{Launched, TestPage, TestRequest},
};
use store::{
    error::{Doing, Result},
    executions,
};

use super::Drafts;
use crate::services::executions::trial::Trial;

impl Drafts {
    /// Runs the draft of a template, or a part of it, as an execution that is marked as a test.
    /// What is published stays as it is.
    ///
    /// # Errors
    /// Everything a launch refuses; a draft that has moved on since the named revision; an unknown
    /// node or output; a part that nothing leads into. Nothing is written then.
    pub async fn test_run(&self, actor: &Actor, request: TestRequest) -> Result<Launched> {
        let TestRequest { launch, part, given } = request;
        self.executions.begin(actor, launch, Some(Trial { part, given })).await
    }

    /// What the dialog before a trial run shows: the draft's launch form and the recorded outputs.
    pub async fn test_page(&self, actor: &Actor, id: TemplateId) -> Result<TestPage> {
        actor.require(Permission::LaunchInline)?;
        let form = self.templates.draft_launch_page(actor, id).await?;
        let mut conn = self.context.pool.acquire().await.doing("preparing a test run")?;
        let recorded = executions::list_test_outputs(&mut conn, actor.workspace, id).await?;
        Ok(TestPage { form, recorded })
    }
}
