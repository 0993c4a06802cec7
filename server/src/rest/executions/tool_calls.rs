//! The calls of tools of an execution.

use axum::{Json as Answer, extract::State};
use model::{
    access::Permission,
    api::listing::{Page, PageRequest},
    id::{ExecutionId, NodeId},
    mcp::call::ToolCallView,
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Path, Query},
    rest::routes::{Access, Routes},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes.mount(
        read.get(
            "/workflows/executions/{id}/tool-calls",
            "Lists the tool calls of an execution or one of its nodes, newest first.",
        ),
        tool_calls,
    )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Listed {
    /// Only calls of this node, in all of its rounds.
    node: Option<NodeId>,
    limit: Option<i64>,
    cursor: Option<String>,
}

async fn tool_calls(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ExecutionId>,
    Query(listed): Query<Listed>,
) -> Result<Answer<Page<ToolCallView>>> {
    let asked = PageRequest { limit: listed.limit, cursor: listed.cursor };
    let node = listed.node.as_ref();
    Ok(Answer(services.executions.tool_calls(&actor, id, node, &asked).await?))
}
