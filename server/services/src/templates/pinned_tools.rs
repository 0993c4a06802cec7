//! The tools and agents of a workflow that is published: looked for before the transaction, pinned and
//! frozen in it.

use backend::actor::Actor;
use model::{
    id::TemplateId,
    problem::Problem,
    validate::{is_runnable, validate},
    workflow::Workflow,
};
use serde_json::Value;
use store::{
    authoring,
    error::{EngineError, Result},
};

use super::{
    Templates,
    definition::{parse_definition, to_definition},
};
use engine::{
    launch,
    tools::lock::{Pinning, ToolLocks, calls_tools, lock_tools},
};

/// What is known of the tools of a workflow that may be published.
pub(super) enum PinnedTools {
    /// It calls none, or cannot run anyway.
    None,
    /// It calls some, and nobody was asked: an import alone starts no program.
    Unasked,
    /// All of them are there, as this workflow calls them.
    Found(ToolLocks, Box<Workflow>),
    /// One of them cannot be called.
    Refused(Problem),
}

impl PinnedTools {
    /// Refuses a workflow of which a tool cannot be called.
    pub fn required(self) -> Result<Self, Problem> {
        match self {
            Self::Refused(problem) => Err(problem),
            Self::None | Self::Unasked | Self::Found(..) => Ok(self),
        }
    }

    /// Whether every tool can be called.
    pub fn are_found(&self) -> bool {
        match self {
            Self::None | Self::Found(..) => true,
            Self::Unasked | Self::Refused(_) => false,
        }
    }

    /// What is known of the tools of a workflow that is kept as it is, also unfinished.
    pub fn unasked(workflow: &Workflow) -> Self {
        if calls_tools(workflow) { Self::Unasked } else { Self::None }
    }

    /// Refuses another workflow than the one whose tools were asked for.
    pub fn require_same(&self, workflow: &Workflow) -> Result<(), Problem> {
        let is_same = match self {
            Self::None | Self::Unasked | Self::Refused(_) => !calls_tools(workflow),
            Self::Found(_, asked) => **asked == *workflow,
        };
        if is_same {
            return Ok(());
        }
        let words = "The draft has changed. Reload it and check it again.";
        Err(Problem::conflict("stale_draft", words))
    }

    /// The tools that its agents are not offered, each with the reason.
    pub fn left_out(&self) -> Vec<String> {
        let Self::Found(locks, _) = self else { return vec![] };
        locks.left_out.iter().map(|one| one.message.clone()).collect()
    }

    /// A workflow with its tools pinned and its agents frozen.
    pub fn applied(&self, workflow: &Workflow) -> Workflow {
        match self {
            Self::None | Self::Unasked | Self::Refused(_) => workflow.clone(),
            Self::Found(locks, _) => locks.apply(workflow.clone()),
        }
    }

    /// What is published of a draft: itself, with its tools pinned and its agents frozen.
    pub fn definition(&self, workflow: &Workflow, draft: &Value) -> Result<Value> {
        match self {
            Self::None | Self::Unasked | Self::Refused(_) => Ok(draft.clone()),
            Self::Found(..) => to_definition(&self.applied(workflow)),
        }
    }
}

impl Templates {
    /// Asks the servers of a workflow for its tools. Holds no connection to the database meanwhile.
    pub(super) async fn ask_tools(
        &self,
        actor: &Actor,
        workflow: &Workflow,
    ) -> Result<PinnedTools> {
        if !calls_tools(workflow) || !is_runnable(&validate(workflow)) {
            return Ok(PinnedTools::None);
        }
        let (deps, pool) = (&self.ctx.deps, &self.ctx.pool);
        let asked =
            lock_tools(deps, pool, actor.workspace, workflow, Pinning::Renew, None, |_| true).await;
        match asked {
            Ok(locks) => Ok(match check_agents(&locks, workflow) {
                Ok(()) => PinnedTools::Found(locks, Box::new(workflow.clone())),
                Err(problem) => PinnedTools::Refused(problem),
            }),
            Err(EngineError::Refused(problem)) => Ok(PinnedTools::Refused(problem)),
            Err(error) => Err(error),
        }
    }

    /// The same for the draft of a template, as it is now; of none where there is no such template.
    pub(super) async fn ask_tools_of_draft(
        &self,
        actor: &Actor,
        id: TemplateId,
    ) -> Result<PinnedTools> {
        let mut conn = self.ctx.connect("looking for the tools of a draft").await?;
        let found = authoring::find(&mut conn, actor.workspace, id).await?;
        drop(conn);
        let Some(found) = found else { return Ok(PinnedTools::None) };
        self.ask_tools(actor, &parse_definition(found.content.draft)?).await
    }

    /// The same for what a copy of a template is made from: its published version, or the draft of one
    /// that has none.
    pub(super) async fn ask_tools_of_original(
        &self,
        actor: &Actor,
        id: TemplateId,
    ) -> Result<PinnedTools> {
        let mut conn = self.ctx.connect("looking for the tools of a template").await?;
        let Some(found) = authoring::find(&mut conn, actor.workspace, id).await? else {
            return Ok(PinnedTools::None);
        };
        let published = match found.version {
            Some(version) => authoring::definition(&mut conn, actor.workspace, id, version).await?,
            None => None,
        };
        drop(conn);
        let original = parse_definition(published.unwrap_or(found.content.draft))?;
        self.ask_tools(actor, &original).await
    }
}

/// Refuses a workflow whose agents are given something else than they take: what they take is known only
/// now.
fn check_agents(locks: &ToolLocks, workflow: &Workflow) -> Result<(), Problem> {
    if !locks.freezes_agents() {
        return Ok(());
    }
    launch::compile(locks.apply(workflow.clone())).map(drop)
}
