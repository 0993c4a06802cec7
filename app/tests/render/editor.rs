//! The panel of every node type as it is first drawn.

use editor::{
    agent_catalogue::AgentCatalogue,
    catalogue::ToolCatalogue,
    panel::{ConfigPanel, NodeEdit, ParameterCallbacks, Subject},
    store::TestRunState,
};
use leptos::prelude::*;
use model::{
    agent::library::AgentSummary,
    mcp::server::ServerView,
    nodes::{Level, NodeKind},
    pages::BuilderStock,
    template::blank_workflow,
    validate::validate,
    workflow::{Node, Workflow},
};
use serde_json::{from_value, json};

use crate::render::page::{count, render};

fn panel(workflow: Workflow, node: Node) -> String {
    panel_with_tools(workflow, node, vec![])
}

fn panel_with_tools(workflow: Workflow, node: Node, servers: Vec<ServerView>) -> String {
    panel_with(workflow, node, servers, vec![])
}

fn panel_with(
    workflow: Workflow,
    node: Node,
    servers: Vec<ServerView>,
    agents: Vec<AgentSummary>,
) -> String {
    let name = format!("panel_{}_{}_{}", node.kind().key(), servers.len(), agents.len());
    render(&name, "/", move || {
        let agents = AgentCatalogue::new(agents);
        provide_context(ToolCatalogue::new(servers));
        provide_context(agents);
        let issues = validate(&agents.fill_in(&workflow));
        let parameters = ParameterCallbacks {
            on_change: Callback::new(|_| ()),
            on_rename: Callback::new(|_| ()),
            on_label: Callback::new(|_| ()),
        };
        let subject = Subject {
            node: Signal::stored(node),
            workflow: Signal::stored(workflow),
            issues: Signal::stored(issues),
            stock: StoredValue::new(BuilderStock::default()),
            on_change: Callback::new(|_: NodeEdit| ()),
            on_settle: Callback::new(|()| ()),
            on_fix: Callback::new(|_| ()),
            insert: RwSignal::new(None),
        };
        view! {
            <ConfigPanel
                test_run=TestRunState::default()
                subject=subject
                editable=Signal::stored(true)
                parameters=parameters
                on_source=|_| ()
                on_close=|()| ()
            />
        }
    })
}

fn with_node(kind: NodeKind) -> (Workflow, Node) {
    let mut workflow = blank_workflow("Mine");
    let node = Node::new("it".into(), "It", kind.default_config());
    workflow.nodes.push(node.clone());
    (workflow, node)
}

#[test]
fn every_type_has_a_panel_with_the_fields_that_everybody_sees() {
    for kind in NodeKind::ALL {
        let (workflow, node) = with_node(*kind);
        let html = panel(workflow, node);

        for field in kind.spec().fields {
            let is_there = html.contains(&format!(">{}<", field.label))
                || html.contains(&format!(">{} ", field.label))
                || html.contains(&format!(">{}<!", field.label));
            let shown = field.level == Level::Novice && field.with.is_none();
            assert!(is_there || !shown, "{}: {} is missing in {html}", kind.key(), field.label);
        }
    }
}

#[test]
fn what_is_wrong_with_a_field_is_said_under_it() {
    let (workflow, node) = with_node(NodeKind::GenerateCopy);

    let html = panel(workflow, node);

    assert!(html.contains("id=\"config-prompt-error\""), "{html}");
    assert_eq!(count(&html, "aria-invalid=\"true\""), 1);
}

#[test]
fn references_in_a_prompt_are_marked_under_what_is_typed() {
    let (workflow, mut node) = with_node(NodeKind::GenerateCopy);
    let prompt = "About ${input.topic}, ${now}".into();
    node.data.config = model::panel::with_field(&node.data.config, "prompt", prompt).unwrap();

    let html = panel(workflow, node);

    assert!(html.contains("<mark class=\"written__value\">${now}"), "{html}");
    let unknown = "<mark data-state=\"unknown\" class=\"written__value\">${input.topic}";
    assert!(html.contains(unknown), "{html}");
}

#[test]
fn the_arguments_of_a_tool_are_a_form_of_its_schema() {
    let schema = json!({
        "type": "object",
        "required": ["number"],
        "properties": {
            "number": { "type": "integer", "title": "Number", "description": "<b>Which</b> issue." },
            "state": { "enum": ["open", "closed"] },
            "owner": { "type": "object", "properties": { "login": { "type": "string" } } },
            "tree": { "$ref": "#" },
        },
    });
    let definition = json!({ "name": "getIssue", "description": "Reads.", "input_schema": schema });
    let tool = json!({ "key": "github.getIssue", "definition": definition, "hash": "" });
    let server = json!({ "name": "github", "kind": "sample", "enabled": true, "tools": [tool] });
    let (workflow, mut node) = with_node(NodeKind::Tool);
    for (field, value) in
        [("tool", json!("github.getIssue")), ("params", json!({ "number": "${now}", "odd": 1 }))]
    {
        node.data.config = model::panel::with_field(&node.data.config, field, value).unwrap();
    }

    let html =
        panel_with_tools(workflow.clone(), node.clone(), from_value(json!([server])).unwrap());

    for words in ["Reads.", "Sample", "&lt;b&gt;Which&lt;/b&gt; issue.", "closed", "contain itself"]
    {
        assert!(html.contains(words), "{words} is not in {html}");
    }
    assert!(html.contains("not in the form: odd"), "{html}");
    assert!(html.contains("Write JSON") && html.contains("Set a value"), "{html}");
    let unknown = panel(workflow, node);
    assert!(unknown.contains("&quot;odd&quot;: 1") || unknown.contains("\"odd\": 1"), "{unknown}");
}

#[test]
fn the_inputs_of_an_agent_list_what_fits_and_say_what_is_missing() {
    let input = |name: &str, shape: &str, kind: &str| {
        let port = json!({ "shape": shape, "kind": kind });
        json!({ "name": name, "type": port, "required": true })
    };
    let agent = json!({
        "id": "018f0000-0000-7000-8000-000000000001",
        "key": "writer", "name": "Writer", "purpose": "Writes <b>ads</b>.", "version": 3,
        "is_system": true, "is_archived": false, "output": { "format": "text" },
        "inputs": [input("topic", "one", "text"), input("pictures", "list", "image")],
    });
    let (mut workflow, mut node) = with_node(NodeKind::Agent);
    let image = Node::new("image".into(), "Paint", NodeKind::GenerateImage.default_config());
    workflow.nodes.push(image);
    node.data.config =
        model::panel::with_field(&node.data.config, "agent", json!("writer")).unwrap();
    workflow.nodes[2] = node.clone();

    let html = panel_with(workflow, node, vec![], from_value(json!([agent])).unwrap());

    for words in [
        "Writes &lt;b&gt;ads&lt;/b&gt;.",
        "Newest (now v3)",
        "topic (text)",
        "pictures (list&lt;image&gt;)",
        "Paint · Images (list&lt;image&gt;), adds a connection",
        "This run · Current time (text)",
        "Choose a source for topic.",
        "Write text…",
    ] {
        assert!(html.contains(words), "{words} is not in {html}");
    }
}

#[test]
fn an_agent_of_the_steps_own_is_described_in_the_panel() {
    let own = json!({ "instructions": "Write.", "temperature": 3 });
    let (mut workflow, mut node) = with_node(NodeKind::Agent);
    node.data.config = model::panel::with_field(&node.data.config, "own", own).unwrap();
    workflow.nodes[2] = node.clone();

    let html = panel(workflow, node);

    assert!(html.contains("Described below, for this step only."), "{html}");
    assert!(html.contains("The temperature must be between 0 and 2"), "{html}");
    assert!(html.contains("This agent only needs a task."), "{html}");
}
