//! Questions to a person about a call of which nobody knows whether it was carried out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{failure::Failure, place::JobRef};
use crate::{
    id::{ExecutionId, JobId, NodeId},
    review::Reviewer,
    time::Timestamp,
};

/// How a person lets a job go on whose call may have been carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The call is made again.
    Again,
    /// It was carried out; the step goes on with what it gave.
    Done,
    /// The step goes on without it.
    Skip,
}

impl Way {
    /// What was decided, as the beginning of a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Again => "Calling again",
            Self::Done => "Marked as done",
            Self::Skip => "Skipped",
        }
    }
}

/// The answer of a person to such a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallAnswer {
    /// The job that waits.
    pub job_id: JobId,
    /// Which question of it is answered: the number it was asked with.
    pub question: i64,
    /// How it goes on.
    pub answer: Way,
    /// What the call gave, where it was carried out; none means nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
}

/// A job begins to wait for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallAsked {
    /// The job that waits.
    #[serde(flatten)]
    pub job: JobRef,
    /// The number of the question; each of a job has its own.
    pub question: i64,
    /// Why nobody knows.
    pub failure: Failure,
    /// What the call may have cost, in millionths of a dollar, where it can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub possible_cost_micros: Option<i64>,
}

/// A person has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallAnswered {
    /// The job that goes on.
    #[serde(flatten)]
    pub job: JobRef,
    /// How it goes on.
    pub answer: Way,
    /// Who said so.
    pub by: Reviewer,
}

/// An open question of a job, as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenQuestion {
    /// The number of the question; an answer names it.
    pub number: i64,
    /// When it was asked.
    pub at: Timestamp,
    /// What the call may have cost, in millionths of a dollar, where it can be told.
    pub possible_cost_micros: Option<i64>,
}

/// The last answer to a question of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LastAnswer {
    /// How it went on.
    pub answer: Way,
    /// Who said so.
    pub by: Reviewer,
    /// When the answer was given.
    pub at: Timestamp,
}

/// A call that may have been carried out, with what was sent, for the person who is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionCard {
    /// The execution of the job.
    pub execution_id: ExecutionId,
    /// The name of that execution.
    pub execution_name: String,
    /// Its number in the workspace.
    pub execution_number: i64,
    /// The node of the job that waits.
    pub node_id: NodeId,
    /// The title of that node.
    pub step: String,
    /// The job that waits.
    pub job_id: JobId,
    /// Its place among the node's jobs, from 0.
    pub item: i32,
    /// The number of the question; an answer names it.
    pub question: i64,
    /// What was sent: method, address, names of headers, the beginning of the body; no secrets.
    pub sent: Value,
    /// When it left.
    pub sent_at: Option<Timestamp>,
    /// Why nobody knows whether it was carried out, in words.
    pub message: String,
}
