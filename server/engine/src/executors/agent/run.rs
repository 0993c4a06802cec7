//! What one step of an agent works with.

use model::{
    agent::{
        approval::{LimitToRaise, ReviewKind},
        definition::AgentDefinition,
        limits::{LimitKind, Limits},
    },
    decide::{AgentStep, Outcome},
    execution::{event::Charge, failure::Failure},
    nodes::agent::{Config, FrozenAgent},
    review::Verdict,
};
use serde_json::Value;
use store::{
    agents::{
        questions::{self, DecidedQuestion},
        talk::{self, Talk},
    },
    error::{Doing, Result as EngineResult},
};

use crate::{
    deps::EngineDeps,
    executors::{attempt::Attempt, failure::internal_failure},
    job::JobContext,
};

/// An agent's job, as one step finds it.
pub(super) struct AgentRun<'a> {
    pub(super) deps: &'a EngineDeps,
    pub(super) context: &'a JobContext,
    pub(super) config: &'a Config,
    /// What the agent is, and which tools it may call.
    pub(super) frozen: &'a FrozenAgent,
    /// What was said so far.
    pub(super) talk: Talk,
    /// What people have decided for this job, the oldest first.
    pub(super) decided: Vec<DecidedQuestion>,
    /// How long it has waited for them, in milliseconds.
    pub(super) waited_ms: u64,
}

impl<'a> AgentRun<'a> {
    /// Reads what was said and decided.
    ///
    /// # Errors
    /// A database failure.
    pub(super) async fn load(
        deps: &'a EngineDeps,
        context: &'a JobContext,
        config: &'a Config,
        frozen: &'a FrozenAgent,
    ) -> Result<AgentRun<'a>, Failure> {
        Self::read(deps, context, config, frozen).await.map_err(internal_failure)
    }

    async fn read(
        deps: &'a EngineDeps,
        context: &'a JobContext,
        config: &'a Config,
        frozen: &'a FrozenAgent,
    ) -> EngineResult<AgentRun<'a>> {
        let (workspace, job) = (context.workspace, context.job);
        let doing = "opening a connection to read the talk of an agent";
        let mut conn = context.pool().acquire().await.doing(doing)?;
        let talk = talk::load(&mut conn, workspace, job).await?;
        let decided = questions::decided(&mut conn, workspace, job).await?;
        let waited_ms = questions::waited_ms(&mut conn, workspace, job).await?;
        Ok(Self { deps, context, config, frozen, talk, decided, waited_ms })
    }

    pub(super) fn definition(&self) -> &'a AgentDefinition {
        &self.frozen.definition
    }

    /// What it may use.
    pub(super) fn limits(&self) -> &'a Limits {
        &self.frozen.definition.limits
    }

    /// What a person decided last about what the agent has made; none where nobody was asked.
    pub(super) fn handed_over(&self) -> Option<&DecidedQuestion> {
        self.of_kind(ReviewKind::HandOver).next_back()
    }

    /// How often people have allowed as much again of each limit: the kinds of the approvals.
    pub(super) fn raises(&self) -> impl Iterator<Item = LimitKind> {
        let approved = self.of_kind(ReviewKind::Limit);
        approved.filter(|question| question.verdict == Verdict::Approved).filter_map(asked_limit)
    }

    /// A limit that a person has not raised, and what was said about it.
    pub(super) fn refused_raise(&self) -> Option<(LimitKind, &DecidedQuestion)> {
        let mut rejected = self.of_kind(ReviewKind::Limit);
        let rejected = rejected.find(|question| question.verdict == Verdict::Rejected)?;
        Some((asked_limit(rejected)?, rejected))
    }

    fn of_kind(&self, kind: ReviewKind) -> impl DoubleEndedIterator<Item = &DecidedQuestion> {
        self.decided.iter().filter(move |question| question.kind == kind)
    }
}

fn asked_limit(question: &DecidedQuestion) -> Option<LimitKind> {
    let asked: Option<Value> = question.asked.first().cloned();
    serde_json::from_value::<LimitToRaise>(asked?).ok().map(|asked| asked.limit)
}

/// An attempt that has taken this step.
pub(super) fn step_attempt(step: AgentStep, charges: Vec<Charge>) -> Attempt {
    Attempt { outcome: Outcome::Stepped(Box::new(step)), charges }
}
