//! Calls of tools, as they are kept and shown.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    id::{ExecutionId, JobId, NodeId, ToolCallId},
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
    time::Timestamp,
};

string_enum! {
    /// How a call of a tool stands.
    ToolCallState ("state of a tool call") {
        /// It has left, and nothing has come back yet; its process may have been lost.
        Sent = "sent",
        /// The tool has answered.
        Answered = "answered",
        /// The tool, its server or the way there failed.
        Failed = "failed",
        /// An agent asked for it and may not: it never left.
        Refused = "refused",
    }
}

/// One call of a tool: an attempt of a job, or one that an agent's model has asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolCallView {
    /// The call.
    pub id: ToolCallId,
    /// The job that made it.
    pub job_id: JobId,
    /// The node of the job, with its iteration if it is in a loop.
    pub node_id: NodeId,
    /// The number of the attempt, from 1.
    pub attempt: i32,
    /// The tool, as `server.toolName`.
    pub tool: String,
    /// The SHA-256 of the tool's definition at that time, in hex.
    pub definition_hash: String,
    /// The arguments, exactly as they were sent.
    pub arguments: Map<String, Value>,
    /// How it stands.
    pub state: ToolCallState,
    /// What the tool answered; none before that and where it failed.
    #[serde(default)]
    pub result: Option<Value>,
    /// Why it failed or was refused, in words.
    #[serde(default)]
    pub error: Option<String>,
    /// Its id in the talk of the agent that asked for it; none for a step that calls a tool.
    #[serde(default)]
    pub call_id: Option<String>,
    /// The answer of the agent's model that asked for it, 1 for the first one.
    #[serde(default)]
    pub turn: Option<u32>,
    /// The execution that it launched; none where it called something else.
    #[serde(default)]
    pub child: Option<ExecutionId>,
    /// Whether its result is longer than a model is given at once: `result` is its beginning.
    #[serde(default)]
    pub is_long: bool,
    /// When it left.
    pub started_at: Timestamp,
    /// When it was answered or had failed.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// What it cost, in millionths of a dollar; none where that is not known.
    #[serde(default)]
    pub cost: Option<i64>,
    /// The sample server answered.
    #[serde(default)]
    pub sample: bool,
}
