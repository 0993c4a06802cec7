//! Starts a step by its name, wherever its execution stands.

use std::collections::BTreeMap;

use backend::actor::Actor;
use model::{
    id::{ExecutionId, NodeId},
    pages::{Control, Launched, RerunRequest},
    problem::ProblemKind,
};
use serde_json::{Map, Value};
use store::{
    error::{Doing, EngineError, Result},
    executions,
};

use super::Executions;

/// Which step is started, and how.
#[derive(Debug, Clone)]
pub struct StepStart {
    /// The step.
    pub node_id: NodeId,
    /// Fields of its configuration that are different this time.
    pub config: Option<Map<String, Value>>,
    /// How often it had been made when it was looked at, counted from 1.
    pub generation: Option<i32>,
}

impl Executions {
    /// Starts a step: one that waits for a person goes on, one that failed is tried again, and of an
    /// execution that is over a new one runs from that step on, which is returned then.
    ///
    /// # Errors
    /// As [`Executions::control_once`], and, for an execution that is over, as
    /// [`Executions::rerun`].
    pub async fn start_step(
        &self,
        actor: &Actor,
        id: ExecutionId,
        start: StepStart,
        key: Option<&str>,
    ) -> Result<Option<Launched>> {
        let StepStart { node_id, config, generation } = start;
        let control =
            Control::TriggerNode { node_id: node_id.clone(), config: config.clone(), generation };
        let refused = match self.control_once(actor, id, control, key).await {
            Err(EngineError::Refused(problem)) if problem.kind == ProblemKind::Conflict => problem,
            done => return done.map(|()| None),
        };
        let mut conn = self.context.pool.acquire().await.doing("starting a step")?;
        let found = executions::find_origin(&mut conn, actor.workspace, id).await?;
        drop(conn);
        // Whoever says what they saw is told what has become of it instead.
        let may_go_on = generation.is_none() || refused.code == "execution_over";
        if !may_go_on || !found.is_some_and(|row| row.status.is_over()) {
            return Err(refused.into());
        }
        let drawn = node_id.in_round("");
        let changes = config.map(|config| BTreeMap::from([(drawn.clone(), config)]));
        let request = RerunRequest {
            from_node: Some(drawn),
            config: changes.unwrap_or_default(),
            budget: None,
            idempotency_key: key.map(str::to_owned),
        };
        self.rerun(actor, id, request).await.map(Some)
    }
}
