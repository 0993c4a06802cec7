//! The tools of an agent as one step finds them.

use std::collections::BTreeMap;

use model::{
    agent::{talk::ToolUse, tools::BuiltIn},
    execution::{
        brought::Brought,
        failure::{Failure, FailureClass},
    },
    id::ImageId,
    nodes::agent::FrozenAgent,
    value::leaves,
};
use outside::providers::ChatTool;
use serde::Deserialize;
use serde_json::Value;
use store::{
    calls::agent_calls,
    error::{Doing, Result as EngineResult},
};

use super::{
    approval::Approved,
    offer::{self, OfferedTool, Target},
    result::Answered,
};
use crate::{deps::EngineDeps, executors::failure::internal_failure, job::JobContext};

/// The tools of one agent for one step of its talk.
pub(in crate::executors::agent) struct Toolbox<'a> {
    pub(super) deps: &'a EngineDeps,
    pub(super) context: &'a JobContext,
    pub(super) frozen: &'a FrozenAgent,
    /// By the names that the model has for them.
    pub(super) tools: BTreeMap<String, OfferedTool>,
    /// Those that vendors and servers could not use, as their agent names them.
    left_out: Vec<String>,
    /// How many calls the talk has made.
    made: u32,
}

impl<'a> Toolbox<'a> {
    /// Reads what the agent may call, and how often it has called anything.
    ///
    /// # Errors
    /// A database failure.
    pub(in crate::executors::agent) async fn open(
        deps: &'a EngineDeps,
        context: &'a JobContext,
        frozen: &'a FrozenAgent,
    ) -> Result<Toolbox<'a>, Failure> {
        Self::read(deps, context, frozen).await.map_err(internal_failure)
    }

    async fn read(
        deps: &'a EngineDeps,
        context: &'a JobContext,
        frozen: &'a FrozenAgent,
    ) -> EngineResult<Toolbox<'a>> {
        let doing = "opening a connection to look for an agent's tools";
        let mut conn = context.pool().acquire().await.doing(doing)?;
        let (tools, left_out) = offer::load(&mut conn, context.workspace, frozen).await?;
        let made = agent_calls::count(&mut conn, context.claim()).await?;
        Ok(Self { deps, context, frozen, tools, left_out, made })
    }

    /// The tools that are not offered because their schemas cannot be used.
    pub(in crate::executors::agent) fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// The images of a result of a tool, which are in the library: as many as a task may bring.
    pub(in crate::executors::agent) fn images(&self, name: &str, content: &str) -> Vec<ImageId> {
        let tool = self.tools.get(name).filter(|tool| !matches!(tool.target, Target::Workflow(_)));
        let value = tool.and_then(|_| serde_json::from_str::<Value>(content).ok());
        let value = value.unwrap_or_default();
        let parts = [leaves(&value), leaves(&value["images"])].concat();
        let images = parts.iter().filter_map(|part| ImageId::deserialize(&part["image_id"]).ok());
        images.take(Brought::MOST_IMAGES).collect()
    }

    /// The tools as the model is told of them.
    pub(in crate::executors::agent) fn offered(&self) -> Vec<ChatTool> {
        self.tools.values().map(OfferedTool::told).collect()
    }

    /// How many calls the agent has made in this talk; those that were refused do not count.
    pub(in crate::executors::agent) fn calls_made(&self) -> u32 {
        self.made
    }

    /// The call as its answer names it, with what a person has approved of it.
    pub(super) fn answered<'c>(
        &'c self,
        call: &'c ToolUse,
        approved: Option<&'c Approved>,
    ) -> Answered<'c> {
        let mut tools = self.tools.values();
        let reader =
            tools.find(|tool| matches!(tool.target, Target::BuiltIn(BuiltIn::ReadArtifact)));
        Answered {
            call_id: &call.id,
            name: &call.name,
            reader: reader.map(|tool| tool.name.as_str()),
            edited: approved.and_then(Approved::edited),
        }
    }

    /// What the model is told of a failure that trying again does not mend.
    ///
    /// # Errors
    /// The failure, while the step is to be tried again.
    pub(super) fn tell_or_retry(&self, failure: Failure) -> Result<String, Failure> {
        match failure.class {
            FailureClass::Permanent => Ok(failure.message),
            FailureClass::Transient { .. } if self.context.is_last_attempt(&failure) => {
                Ok(failure.message)
            }
            FailureClass::Transient { .. }
            | FailureClass::Limited { .. }
            | FailureClass::Hold { .. } => Err(failure),
        }
    }
}
