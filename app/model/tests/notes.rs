//! A note is there for readers: it is no step, and never in the way of one.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::sync::Arc;

use model::{
    decide::{self, CompiledWorkflow, Context, Snapshot, Transition},
    execution::{event::EventKind, state::ExecutionStatus},
    id::{ExecutionId, WorkspaceId},
    time::Timestamp,
    validate::{Code, execution_order, validate},
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

fn node(id: &str, kind: &str, config: Value) -> Value {
    json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": { "label": id, "config": config } })
}

/// start → end, and two notes, with these further edges.
fn workflow(edges: &[(&str, &str)]) -> Workflow {
    let nodes = [
        node("remember", "note", json!({ "text": "Ask ${nobody} about ${input.nothing}." })),
        node("start", "start", json!({})),
        node("end", "end", json!({})),
        node("empty", "note", json!({})),
    ];
    let edges = [("start", "end")].iter().chain(edges).map(|(source, target)| {
        json!({ "id": format!("{source}_{target}"), "source": source, "target": target })
    });
    let edges: Vec<Value> = edges.collect();
    serde_json::from_value(json!({ "name": "Noted", "nodes": nodes, "edges": edges })).unwrap()
}

#[test]
fn a_note_needs_no_edge_and_its_words_refer_to_nothing() {
    assert_eq!(validate(&workflow(&[])), []);
    let order = execution_order(&workflow(&[])).unwrap();
    assert_eq!(order, ["start".into(), "end".into()]);
}

#[test]
fn a_note_cannot_be_connected() {
    for edge in [("start", "remember"), ("remember", "end")] {
        let found = validate(&workflow(&[edge]));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].code, Code::InvalidConnection);
    }
}

#[test]
fn a_note_is_no_node_of_an_execution() {
    let compiled = Arc::new(CompiledWorkflow::new(workflow(&[])).unwrap());
    let mut ids = Uuid::nil;
    let id = (ExecutionId(Uuid::nil()), WorkspaceId(Uuid::nil()));
    let snapshot = Snapshot::before_launch(id.0, id.1, compiled, Map::new(), &mut ids);
    assert_eq!(snapshot.nodes.len(), 2);

    let mut transition = Transition::new(snapshot, Context { now: Timestamp(0), ids: &mut ids });
    decide::launch(&mut transition);
    let (snapshot, plan) = transition.finish();

    assert_eq!(snapshot.status, ExecutionStatus::Completed);
    let plan = plan.unwrap();
    assert!(plan.new_jobs.is_empty());
    let launched = plan.events.iter().find_map(|event| match &event.kind {
        EventKind::ExecutionLaunched { nodes, .. } => Some(nodes.len()),
        _ => None,
    });
    assert_eq!(launched, Some(2));
}
