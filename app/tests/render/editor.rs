//! The panel of every node type as it is first drawn.

use editor::{
    panel::{ConfigPanel, NodeEdit, ParameterCallbacks},
    store::TestRunState,
};
use leptos::prelude::*;
use model::{
    nodes::{Level, NodeKind},
    pages::BuilderStock,
    template::blank_workflow,
    validate::validate,
    workflow::{Node, Workflow},
};

use crate::render::page::{count, render};

fn panel(workflow: Workflow, node: Node) -> String {
    let name = format!("panel_{}", node.kind().key());
    render(&name, "/", move || {
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
