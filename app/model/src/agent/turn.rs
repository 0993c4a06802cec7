//! A step of an agent's loop, as it is recorded and told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::limits::{LimitAction, LimitKind};

/// A model call that was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnsweredCall {
    /// 1 for the first answer of the talk.
    pub turn: u32,
    /// How many messages of the talk it was given, from its beginning.
    pub messages: u32,
    /// Who answered.
    pub provider: String,
    /// Which model.
    pub model: String,
    /// Tokens of the request.
    pub input_tokens: u64,
    /// Those of them that the provider had in its cache.
    pub cached_tokens: u64,
    /// Tokens of the answer.
    pub output_tokens: u64,
    /// What it cost, in millionths of a dollar; none where the price is not known.
    pub cost_micros: Option<i64>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Whether it put right an answer that was not of the kind that was asked for.
    pub is_repair: bool,
    /// Whether the sample provider answered.
    pub sample: bool,
}

/// A step of an agent, as an event of the execution tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentTurned {
    /// 1 for the first answer of the talk.
    pub turn: u32,
    /// Tools that are called now, by their names; empty after an answer without calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<String>,
    /// Messages of the talk so far.
    pub messages: u32,
    /// Tokens that the model was given with its last call: what its window holds.
    pub context_tokens: u64,
}

/// That an agent has reached a limit, as an event tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentLimited {
    /// Which limit.
    pub limit: LimitKind,
    /// What was done about it.
    pub action: LimitAction,
}
