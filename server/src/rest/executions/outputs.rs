//! The outputs of executions and nodes, and the ZIP file of all of them.

use axum::{Json as Answer, extract::State, response::Response};
use model::{
    access::Permission,
    id::{ExecutionId, NodeId},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use services::Services;

use crate::{
    auth::caller::Caller,
    error::Refusal,
    http::{download::download_export, json::Path},
    rest::routes::{Access, Routes},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes
        .mount(
            read.get(
                "/workflows/executions/{id}/outputs.zip",
                "Returns all outputs of an execution as a ZIP file.",
            )
            .sends("application/zip"),
            archive,
        )
        .mount(
            read.get(
                "/workflows/executions/{id}/nodes/{node}/output",
                "Returns the output of a node, including values that are not artifacts.",
            ),
            node_output,
        )
        .mount(
            read.get(
                "/workflows/executions/{id}/nodes/{node}/input",
                "Returns the current input of a node from its edges; the requests of its jobs are in the list of jobs.",
            ),
            node_input,
        )
}

/// What a node gave.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NodeOutput {
    /// The values by port.
    output: Map<String, Value>,
}

async fn node_output(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, node)): Path<(ExecutionId, NodeId)>,
) -> Result<Answer<NodeOutput>, Refusal> {
    let output = services.executions.node_output(&actor, id, &node).await?;
    Ok(Answer(NodeOutput { output }))
}

/// What came into a node.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NodeInput {
    /// The values by port; empty where no edge has brought one.
    input: Map<String, Value>,
}

async fn node_input(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, node)): Path<(ExecutionId, NodeId)>,
) -> Result<Answer<NodeInput>, Refusal> {
    let input = services.executions.node_input(&actor, id, &node).await?;
    Ok(Answer(NodeInput { input }))
}

async fn archive(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
) -> Result<Response, Refusal> {
    Ok(download_export(services.artifacts.outputs_archive(&actor, id).await?))
}
