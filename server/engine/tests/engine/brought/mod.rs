//! What a launch brings along: it reaches the prompts, and nothing of a failed upload stays.

mod documents;
mod files;
mod pdf;
mod reference;

use model::{
    id::{DocumentId, ExecutionId, TemplateId},
    pages::{LaunchRequest, Launched},
    problem::Problem,
    workflow::Workflow,
};
use serde_json::Value;
use services::testing::{play::copies, world::World};

fn request(template_id: TemplateId) -> LaunchRequest {
    LaunchRequest::for_template(template_id)
}

async fn launched(world: &World, request: LaunchRequest) -> Result<Launched, Problem> {
    world.services.executions.launch(&world.owner, request).await.map_err(Into::into)
}

/// One text node whose context is chosen in this mode.
fn with_context(context: Value) -> Workflow {
    let mut workflow = copies(1);
    let mut nodes = serde_json::to_value(&workflow.nodes).unwrap();
    nodes[1]["data"]["config"]["context_documents"] = context;
    workflow.nodes = serde_json::from_value(nodes).unwrap();
    workflow
}

/// A document that an execution of the sample provider wrote.
async fn document(world: &World) -> DocumentId {
    let template = world.publish(&copies(1)).await;
    let id = launched(world, request(template)).await.unwrap().execution_id;
    world.wait_over(id).await;
    world.services.library.documents(&world.owner).await.unwrap()[0].id
}

/// The prompt of an execution's only text.
async fn prompt(world: &World, execution: ExecutionId) -> String {
    world.wait_over(execution).await;
    let sql = "SELECT inputs->>'prompt' FROM artifacts WHERE execution_id = $1";
    let asked = sqlx::query_scalar(sql).bind(execution.0).fetch_one(&world.db.pool);
    asked.await.unwrap()
}
