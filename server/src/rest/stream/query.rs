//! What a stream is asked for, and from where on.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use model::{
    id::{ExecutionId, TemplateId},
    problem::{FieldProblem, Problem},
};
use schemars::JsonSchema;
use serde::Deserialize;

const MOST_EXECUTIONS: usize = 20;

/// How far a reader is: the last event it has of each execution.
pub(super) type Positions = BTreeMap<ExecutionId, i64>;

/// The query of a stream: executions with commas between them, and the id to go on after.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamQuery {
    #[serde(default)]
    executions: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    pub(super) workspace: bool,
    #[serde(default)]
    pub(super) editing: Option<TemplateId>,
}

impl StreamQuery {
    /// The executions that are asked for, and the last event of each that the reader has.
    ///
    /// # Errors
    /// What is no execution's id, too many executions, or nothing at all.
    pub(super) fn positions(&self, headers: &HeaderMap) -> Result<Positions, Problem> {
        let refused = |message: String| {
            let error = FieldProblem::field("invalid_stream", "executions", message);
            Problem::invalid("The stream can't be opened.", vec![error])
        };
        let mut positions = Positions::new();
        for id in self.executions.split(',').filter(|id| !id.is_empty()) {
            let id = id.parse().map_err(|_| refused(format!("“{id}” isn't a run id.")))?;
            positions.insert(id, 0);
        }
        let beside = self.workspace || self.editing.is_some();
        if positions.is_empty() && !beside || positions.len() > MOST_EXECUTIONS {
            return Err(refused(format!("Send 1 to {MOST_EXECUTIONS} run ids.")));
        }
        let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
        for position in last.unwrap_or(&self.after).split(',') {
            let Some((id, seq)) = position.split_once(':') else { continue };
            let (Ok(id), Ok(seq)) = (id.parse::<ExecutionId>(), seq.parse::<i64>()) else {
                continue;
            };
            if let Some(position) = positions.get_mut(&id) {
                *position = seq.max(0);
            }
        }
        Ok(positions)
    }
}
