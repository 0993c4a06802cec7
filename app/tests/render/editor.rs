//! The panel of every node type as it is first drawn.

use editor::{
    catalogue::ToolCatalogue,
    panel::{ConfigPanel, NodeEdit, ParameterCallbacks},
    store::TestRunState,
};
use leptos::prelude::*;
use model::{
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
    let name = format!("panel_{}_{}", node.kind().key(), servers.len());
    render(&name, "/", move || {
        provide_context(ToolCatalogue::new(servers));
        let issues = validate(&workflow);
        let parameters = ParameterCallbacks {
            on_change: Callback::new(|_| ()),
            on_rename: Callback::new(|_| ()),
            on_label: Callback::new(|_| ()),
        };
        view! {
            <ConfigPanel
                test_run=TestRunState::default()
                node=Signal::stored(node)
                workflow=Signal::stored(workflow)
                issues=Signal::stored(issues)
                stock=StoredValue::new(BuilderStock::default())
                editable=Signal::stored(true)
                parameters=parameters
                on_change=|_: NodeEdit| ()
                on_settle=|()| ()
                on_fix=|_| ()
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
    assert!(html.contains("Write JSON") && html.contains("Fill it in"), "{html}");
    let unknown = panel(workflow, node);
    assert!(unknown.contains("&quot;odd&quot;: 1") || unknown.contains("\"odd\": 1"), "{unknown}");
}
