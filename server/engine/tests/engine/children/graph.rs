//! Small workflows that run each other, and executors that count what they are asked.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use engine::{
    exec::Worker,
    executors::{Attempt, Executors},
};
use model::{
    decide::{ArtifactOut, ArtifactOutBody, JobOutput},
    execution::view::ExecutionView,
    id::{ArtifactId, ExecutionId, NodeId, TemplateId},
    nodes::{NodeConfig, NodeKind},
    pages::{Control, LaunchRequest},
    problem::Problem,
    review::{Approval, Decision},
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use services::testing::{
    play::{Answering, Call, failed, held, take},
    world::{World, none, quick},
};
use store::error::EngineError;
use uuid::Uuid;

/// A chain of nodes (id, type, configuration) between start and end; it takes `topic`.
pub fn chain(name: &str, nodes: &[(&str, &str, Value)]) -> Workflow {
    let node = |id: &str, kind: &str, config: &Value| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
               "data": {"label": id, "config": config}})
    };
    let mut drawn = vec![node("start", "start", &json!({}))];
    drawn.extend(nodes.iter().map(|(id, kind, config)| node(id, kind, config)));
    drawn.push(node("end", "end", &json!({})));
    let ids: Vec<String> = drawn.iter().map(|n| n["id"].as_str().unwrap().to_owned()).collect();
    let edges = ids.iter().zip(ids.iter().skip(1));
    let edges: Vec<Value> = edges
        .map(|(source, target)| json!({"id": format!("{source}_{target}"), "source": source, "target": target}))
        .collect();
    let topic = json!({"name": "topic", "type": "text", "default": "tea"});
    let drawn = json!({"name": name, "parameters": [topic], "nodes": drawn, "edges": edges});
    serde_json::from_value(drawn).unwrap()
}

/// A text node.
pub fn text(prompt: &str) -> Value {
    json!({"prompt": prompt, "save_as_document": false})
}

/// A node that runs a template with this topic.
pub fn runs(template: TemplateId, topic: &str) -> Value {
    json!({"template": template, "parameters": [{"name": "topic", "value": topic}]})
}

/// Puts up a newer version of a template.
pub async fn publish_newer(world: &World, template: TemplateId, workflow: &Workflow) {
    let sql = "WITH next AS (UPDATE workflow_templates SET published_version = published_version + 1
                              WHERE id = $1 RETURNING workspace_id, id, published_version)
               INSERT INTO workflow_template_versions (workspace_id, template_id, version, definition)
               SELECT workspace_id, id, published_version, $2 FROM next";
    let definition = serde_json::to_value(workflow).unwrap();
    sqlx::query(sql).bind(template.0).bind(definition).execute(&world.db.pool).await.unwrap();
}

/// Why a template is not launched.
pub async fn refused(world: &World, template: TemplateId) -> Problem {
    match world
        .services
        .executions
        .launch(&world.owner, LaunchRequest::for_template(template))
        .await
    {
        Err(EngineError::Refused(problem)) => problem,
        other => panic!("{other:?}"),
    }
}

/// A template that writes about its topic, and one that runs it; the parent is returned.
pub async fn family(world: &World) -> (TemplateId, TemplateId) {
    let child = chain("Child", &[("write", "generate_copy", text("About ${input.topic}"))]);
    let child = world.publish(&child).await;
    let parent =
        chain("Parent", &[("sub", "sub_workflow", runs(child, "${input.topic} and milk"))]);
    (world.publish(&parent).await, child)
}

/// Answers each text node with its own prompt and fails where that says "fail"; counts.
pub fn echoing() -> (Executors, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let answer = move |context: &engine::job::JobContext| {
        counted.fetch_add(1, Ordering::SeqCst);
        let Some(NodeConfig::GenerateCopy(config)) = context.node().map(|node| &node.data.config)
        else {
            return failed("no text node");
        };
        let prompt = config.prompt.render(&context.scope).unwrap();
        if prompt.contains("fail") { failed("The model refused.") } else { said(&prompt) }
    };
    (Executors::internal().with_executor(NodeKind::GenerateCopy, Answering(answer)), calls)
}

fn said(text: &str) -> Attempt {
    let artifact = ArtifactOut {
        id: ArtifactId(Uuid::now_v7()),
        port: "texts".to_owned(),
        body: ArtifactOutBody::Text(text.to_owned()),
        inputs: json!({"prompt": text}),
        provider: "echo".to_owned(),
        model: "echo".to_owned(),
        sample: false,
    };
    let values = Map::from_iter([("texts".to_owned(), json!([text]))]);
    Attempt::from_output(JobOutput { values, artifacts: vec![artifact], ..JobOutput::default() })
}

pub fn id(node: &str) -> NodeId {
    node.into()
}

/// The execution that a node has launched, or launches within the test's patience.
pub async fn child_of(world: &World, execution: ExecutionId, node: &str) -> ExecutionId {
    let launched =
        |view: &ExecutionView| view.node(&id(node)).and_then(|node| node.jobs.first()?.child);
    let view = world.wait(execution, |view| launched(view).is_some()).await;
    launched(&view).unwrap()
}

pub async fn control(world: &World, execution: ExecutionId, control: Control) {
    world.services.executions.control(&world.owner, execution, control).await.unwrap();
}

/// Approves the first review of the inbox.
pub async fn approve(world: &World) {
    let review = world.services.reviews.list_open(&world.owner).await.unwrap().remove(0).id;
    let approve = Decision::Approve(Approval::default());
    world.services.reviews.decide(&world.owner, review, approve).await.unwrap();
}

/// What an execution gave in the end.
pub async fn result(world: &World, execution: ExecutionId) -> Value {
    sqlx::query_scalar("SELECT output FROM workflow_executions WHERE id = $1")
        .bind(execution.0)
        .fetch_one(&world.db.pool)
        .await
        .unwrap()
}

/// A parent whose child's text node is under way until the test answers it.
pub struct Held {
    pub execution: ExecutionId,
    pub child: ExecutionId,
    pub call: Call,
    pub worker: Worker,
}

/// Launches the family, up to where the child's text node is under way.
pub async fn held_family(world: &World) -> Held {
    let (executor, mut calls) = held();
    let executors = Executors::internal().with_executor(NodeKind::GenerateCopy, executor);
    let worker = world.worker_with(executors, quick());
    let (parent, _) = family(world).await;
    let execution = world.launch(parent, none()).await;
    let call = take(&mut calls, 1).await.remove(0);
    let child = child_of(world, execution, "sub").await;
    Held { execution, child, call, worker }
}
