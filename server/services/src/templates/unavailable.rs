//! What a draft names and the workspace does not have, or not now: said while it is drawn, by what
//! publishing and launching ask as well.

use backend::actor::Actor;
use model::{access::Permission, id::TemplateId, problem::FieldProblem, validate::Issue};
use store::{
    authoring,
    error::{Doing, EngineError, Result},
};

use super::{Templates, definition::parse_definition};
use crate::context::OrNotFound;
use engine::{
    launch::{pins, reviewers},
    tools::lock::{Pinning, lock_tools},
};

impl Templates {
    /// The tools, agents, workflows and people that steps of a draft name and for which publishing it
    /// would be refused, and the tools that agents would not be offered.
    ///
    /// # Errors
    /// An unknown template; a draft that cannot be read.
    pub async fn unavailable(&self, actor: &Actor, id: TemplateId) -> Result<Vec<Issue>> {
        actor.require(Permission::EditTemplate)?;
        let (deps, pool) = (&self.ctx.deps, &self.ctx.pool);
        let mut conn = pool.acquire().await.doing("checking a draft")?;
        let found = authoring::find(&mut conn, actor.workspace, id).await?;
        drop(conn);
        let content = found.or_not_found("template")?.content;
        let workflow = parse_definition(content.draft)?;
        let locked =
            lock_tools(deps, pool, actor.workspace, &workflow, Pinning::Renew, None, |_| true)
                .await;
        let pinned =
            locked.as_ref().map_or(workflow.clone(), |locks| locks.apply(workflow.clone()));
        let left_out = locked.as_ref().map(|locks| locks.left_out.clone()).unwrap_or_default();
        let mut refused = errors(locked)?;
        let mut conn = pool.acquire().await.doing("checking a draft")?;
        let own = Some((id, content.name));
        refused.extend(errors(pins::pin(&mut conn, actor.workspace, own, pinned).await)?);
        refused
            .extend(errors(reviewers::check_people(&mut conn, actor.workspace, &workflow).await)?);
        let refused = refused.into_iter().map(Issue::unavailable);
        Ok(refused.chain(left_out.into_iter().map(Issue::left_out)).collect())
    }
}

/// What a check refuses.
fn errors<T>(checked: Result<T>) -> Result<Vec<FieldProblem>> {
    match checked {
        Ok(_) => Ok(vec![]),
        Err(EngineError::Refused(problem)) => Ok(problem.errors),
        Err(error) => Err(error),
    }
}
