//! What has come since migration 54, as a release leaves it: agents and tools in each of their states,
//! a review by a model, an image that is paid for, a launch with context, and a loop that was changed
//! for its iterations to come.

use model::{
    external_ref::{ExternalRef, ExternalRefKind},
    id::TemplateId,
    nodes::NodeConfig,
    pages::{Control, LaunchRequest},
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use services::testing::play::graph;

use crate::proof::{
    drawn::{text, writing_each},
    left::{Studio, is_paused, jobs, waits},
};

/// Agents, by the names of their workflows, which are also what they are told to do.
pub const AGENTS: [&str; 7] = [
    "Agent asks",
    "Agent busy",
    "Agent done",
    "Agent limited",
    "Agent reads",
    "Agent sends",
    "Agent writes",
];
/// From this number on a call is not answered before its worker is lost.
pub const SILENT: u64 = 90;
/// The call of this number breaks.
pub const BROKEN: u64 = 99;
/// The calls that are not answered: of three agents, one to a workflow, and of two steps.
const UNANSWERED: &str = "SELECT count(*) FROM mcp_tool_calls WHERE state = 'sent'";

/// The calls of the workflow that an agent runs.
const SENT: &str = "SELECT count(*)
                      FROM agent_jobs j
                      JOIN workflow_executions e ON e.id = j.execution_id
                     WHERE e.run_definition ->> 'name' = 'Sent' AND j.effect = 'sent'";

/// A workflow that an agent runs.
pub fn sent() -> Workflow {
    let nodes = [("write", "generate_copy", text("hold", 1))];
    let workflow = graph(&nodes, &[("start", "write"), ("write.texts", "end")]);
    Workflow { name: "Sent".to_owned(), ..workflow }
}

/// Every workflow that calls others, by its name; one agent runs the one with this id.
fn workflows(sent: TemplateId) -> Vec<(&'static str, Workflow)> {
    let agents = AGENTS.map(|name| (name, agent(name, sent)));
    let others = [
        ("Tool broken", tool("createIssue", BROKEN)),
        ("Tool done", tool("getIssue", 3)),
        ("Tool reads", tool("getIssue", SILENT + 2)),
        ("Tool writes", tool("createIssue", SILENT + 3)),
        ("Judged", judged()),
        ("Paid", painted()),
        ("Reads", reading()),
        ("Redrawn", redrawn()),
    ];
    agents.into_iter().chain(others).collect()
}

fn agent(name: &str, sent: TemplateId) -> Workflow {
    let write = if name == "Agent writes" { "free" } else { "asks_to_write" };
    let limits = match name {
        "Agent limited" => json!({ "turns": 1, "then": { "turns": "ask" } }),
        _ => json!({}),
    };
    // A provider that asks one model to wait is free to others.
    let model = if name == "Agent busy" { "scripted/small" } else { "scripted/large" };
    let own = json!({
        "purpose": "Works on issues.",
        "instructions": "Work on the issues.",
        "model": model,
        "max_tokens": 50,
        "tools": [
            { "tool": "github.getIssue" },
            { "tool": "github.createIssue", "mode": write },
            { "tool": format!("workflow.{sent}"), "mode": "free" },
        ],
        "limits": limits,
        "output": { "format": "text" },
    });
    let edges = [
        ("start", "work"),
        ("work.done", "end"),
        ("work.limit_reached", "end"),
        ("work.failed", "end"),
    ];
    graph(&[("work", "agent", json!({ "prompt": name, "own": own }))], &edges)
}

fn tool(name: &str, number: u64) -> Workflow {
    let config = json!({ "tool": format!("github.{name}"), "params": { "number": number } });
    graph(&[("call", "tool", config)], &[("start", "call"), ("call", "end")])
}

/// A model judges what was written, however.
fn judged() -> Workflow {
    let judge = json!({ "criteria": "Is it short?" });
    let nodes = [("write", "generate_copy", text("Tea", 1)), ("judge", "ai_review", judge)];
    graph(&nodes, &[("start", "write"), ("write.texts", "judge"), ("judge", "end")])
}

fn painted() -> Workflow {
    let paint = json!({ "prompt": "A cup of tea", "quantity": 1, "model": "painter/brush" });
    graph(&[("paint", "generate_image", paint)], &[("start", "paint"), ("paint", "end")])
}

/// Reads its launch an hour after it.
fn reading() -> Workflow {
    let nodes = [("wait", "wait", json!({ "seconds": 3600 }))];
    let mut workflow = graph(&nodes, &[("start", "wait"), ("wait", "end")]);
    let outputs = json!([
        { "name": "branch", "value": "${repo.owner}/${repo.name}@${repo.default_branch}" },
        { "name": "label", "value": "${label}" },
        { "name": "stage", "value": "${env.STAGE}" },
    ]);
    for node in &mut workflow.nodes {
        if let NodeConfig::End(config) = &mut node.data.config {
            config.outputs = serde_json::from_value(outputs.clone()).unwrap();
        }
    }
    workflow
}

/// What that gives, where its project and its launch say so.
pub fn read() -> Value {
    json!({ "branch": "ada/shop@main", "label": "bug", "stage": "test" })
}

fn redrawn() -> Workflow {
    let items = json!({ "items": r#"${["hold", "jam"]}"#, "concurrency": 1 });
    writing_each(items, "${item}")
}

/// What its second text is to say now.
pub const REDRAWN: &str = "Strawberry jam";

fn map(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

/// What an execution is about elsewhere.
pub fn issue() -> ExternalRef {
    let address = Some("https://git.example/shop/7".to_owned());
    ExternalRef { kind: ExternalRefKind::Issue, id: "shop#7".to_owned(), address }
}

impl Studio<'_> {
    /// One of each, after [people have set it up](crate::proof::people::set_up).
    pub async fn calls(&mut self, sent: TemplateId) {
        for (name, workflow) in workflows(sent) {
            self.publish(name, workflow).await;
        }
        for name in ["Agent done", "Tool done"] {
            self.brought(name, |view| view.status.is_over()).await;
        }
        for name in ["Agent asks", "Agent limited", "Paid", "Tool broken"] {
            self.brought(name, is_paused).await;
        }
        self.brought("Agent busy", waits).await;
        for name in ["Agent reads", "Agent writes", "Tool reads", "Tool writes"] {
            self.brought(name, |view| jobs(view) == (0, 1)).await;
        }
        self.brought("Agent sends", |_| true).await;
        self.world.until(UNANSWERED, 5).await;
        self.world.until(SENT, 1).await;
        self.brought("Judged", |view| jobs(view) == (1, 1)).await;
        self.redrawn().await;
        let launch = LaunchRequest {
            context: map(json!({ "repo": { "owner": "ada" } })),
            variables: map(json!({ "label": "bug" })),
            external_refs: vec![issue()],
            ..LaunchRequest::for_template(self.templates["Reads"])
        };
        self.brought_by(launch, waits).await;
    }

    /// One whose first iteration is under way, and whose second is to be another.
    async fn redrawn(&self) {
        let id = self.brought("Redrawn", |view| jobs(view) == (0, 1)).await;
        let config = map(json!({ "prompt": REDRAWN }));
        let edit = Control::EditNode { node_id: "write".into(), config, was: Map::new() };
        self.control(id, edit).await;
    }
}
