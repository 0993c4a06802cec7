//! The talk of an agent's job, as pages and programs read it.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{talk::Message, turn::AnsweredCall};
use crate::{
    id::{ExecutionId, JobId},
    mcp::call::ToolCallState,
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
    time::Timestamp,
};

/// A part of the talk of an agent's job in one of its tries; the first part is the last one of the
/// talk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentTalkPage {
    /// The messages, in their order.
    pub messages: Vec<TalkEntry>,
    /// The model calls whose answers are among the messages, in their order.
    pub calls: Vec<TalkCall>,
    /// The position before which the next part, an earlier one, ends; none where this has the
    /// beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
    /// Tokens that its model can read at once.
    pub window: u64,
    /// Tokens that the model was given with its last call.
    pub context_tokens: u64,
    /// How large the messages of all of the talk are, by who says them; nobody who says nothing.
    pub shares: Vec<TalkShare>,
    /// The tries of the same item before the latest one, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_tries: Vec<TalkTry>,
}

/// A try of an agent at its task: each that a person starts again has a talk of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TalkTry {
    /// Which job of the step tried it.
    pub job: JobId,
    /// How often its step had begun anew before.
    pub generation: i32,
}

/// How large all messages of one role are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TalkShare {
    /// Who says them.
    pub role: TalkRole,
    /// Their size in bytes, as they are kept.
    pub bytes: u64,
}

string_enum! {
    /// Who says a message.
    TalkRole ("role of a message") {
        /// The instructions.
        System = "system",
        /// A person, or the program in the person's place.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// A tool.
        Tool = "tool",
    }
}

/// A message at its place in a talk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TalkEntry {
    /// Its place, from 0.
    pub position: u32,
    /// The last answer of the model before it, or the one that it is; 0 before the first.
    pub turn: u32,
    /// When it was recorded.
    pub at: Timestamp,
    /// What it says.
    pub message: Message,
    /// The SHA-256, in hex, by which it is kept.
    pub hash: String,
    /// How the call stands whose result it is; none for other messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<MadeCall>,
}

/// How a call of a tool stands that an agent's model asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MadeCall {
    /// How it stands.
    pub state: ToolCallState,
    /// The execution that it launched; none where it called something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child: Option<ExecutionId>,
    /// How long it took, in milliseconds; none where it never left or has not ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<u64>,
}

/// A model call that was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TalkCall {
    /// What was asked, answered and paid.
    #[serde(flatten)]
    pub call: AnsweredCall,
    /// When the answer was recorded.
    pub at: Timestamp,
}
