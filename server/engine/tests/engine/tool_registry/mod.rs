//! Servers of tools that a workspace registers, and what workflows pin of their tools.

mod drifts;
mod http_apis;
mod locks;
mod servers;
mod trials;

use std::{collections::BTreeMap, sync::Arc};

use model::{
    api::templates::{NewTemplate, SavedTemplate},
    mcp::{
        auth::ServerAuth,
        server::{ServerForm, ServerKind},
        tool::ToolDefinition,
    },
    problem::Problem,
    template::TemplateCategory,
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    mcp::{READS, Scripted, ScriptedMcp, WRITES, tool},
    play::graph,
    world::World,
};
use store::error::EngineError;

/// A tool that reads and one that writes.
fn tools() -> Vec<ToolDefinition> {
    let schema = || {
        json!({
            "type": "object",
            "required": ["number"],
            "properties": { "number": { "type": "integer" }, "body": { "type": "string" } },
        })
    };
    vec![tool("create_issue", schema(), WRITES), tool("get_issue", schema(), READS)]
}

/// A workspace whose servers list [`tools`], and the client by which they are asked.
async fn world() -> (World, Arc<ScriptedMcp>) {
    let mcp = ScriptedMcp::new(tools(), |_, _| Scripted::data(json!({ "title": "Tea" })));
    let (mut world, client) = (World::new().await, mcp.clone());
    world.change_deps(|deps| deps.mcp = client);
    (world, mcp)
}

fn form(name: &str) -> ServerForm {
    ServerForm {
        name: name.to_owned(),
        kind: ServerKind::Http,
        url: "https://mcp.tracker.example/mcp".to_owned(),
        document: None,
        operations: vec![],
        headers: vec![],
        auth: ServerAuth::default(),
        aliases: BTreeMap::new(),
        enabled: true,
        alias_set: Default::default(),
        allowed: vec![],
        calls_per_minute: 0,
    }
}

/// start → call → end.
fn calling(tool: &str) -> Workflow {
    let config = json!({ "tool": tool, "params": { "number": 7 } });
    graph(&[("call", "tool", config)], &[("start", "call"), ("call", "end")])
}

/// Makes a template of a workflow.
async fn create(world: &World, name: &str, workflow: &Workflow) -> Result<SavedTemplate, Problem> {
    let new = NewTemplate {
        definition: serde_json::to_value(workflow).unwrap(),
        name: Some(name.to_owned()),
        description: None,
        category: TemplateCategory::default(),
        example_output: String::new(),
        unfinished: false,
        rename: false,
    };
    let created = world.services.templates.create_template(&world.owner, new).await;
    created.map_err(EngineError::into_problem)
}

/// What the published version of a template has pinned for its one tool.
async fn lock(world: &World, template: &SavedTemplate) -> Value {
    let sql = "SELECT jsonb_path_query_first(v.definition, '$.nodes[*].data.config.lock')
                 FROM workflow_template_versions v
                WHERE v.template_id = $1 AND v.version = $2";
    let found = sqlx::query_scalar(sql).bind(template.id.0).bind(template.version);
    found.fetch_one(&world.db.pool).await.unwrap()
}
