//! Long chains neither overflow the stack nor take long.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use model::{
    decide::{self, CompiledWorkflow, Context, MOST_STEPS, Plan, Snapshot, Transition},
    execution::{
        event::EventKind,
        state::{EdgeState, ExecutionStatus, NodeStatus},
    },
    id::{ExecutionId, WorkspaceId},
    nodes::NodeKind,
    time::Timestamp,
    workflow::{Edge, Node, Workflow},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// How long ten thousand steps may take that are skipped in one decision.
const AIM: Duration = Duration::from_secs(3);
/// Ten times as long: a safety stop only.
const SAFETY_STOP: Duration = Duration::from_secs(30);

/// The aim where times are judged: in `make soak`, which has the machine for itself.
fn aim() -> Duration {
    if std::env::var_os("ATELIER_SOAK").is_some() { AIM } else { SAFETY_STOP }
}

/// Panics when something takes longer than that.
fn within<T>(most: Duration, what: &str, does: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = does();
    let took = started.elapsed();
    println!("{what}: {took:?}");
    assert!(took <= most, "{what}: {took:?}, and {most:?} at most");
    done
}

/// start → n1 → … → end; the first edge leaves by `first`.
fn chain(length: usize, first: Option<&str>, condition: Option<&str>) -> Workflow {
    let mut workflow = Workflow::default();
    let mut add = |id: String, kind: NodeKind| {
        let mut node = Node::new(id.as_str().into(), "", kind.default_config());
        node.data.condition = condition.filter(|_| id.starts_with('n')).map(str::to_owned);
        if let Some(source) = workflow.nodes.last() {
            let handle = first.filter(|_| source.kind() == NodeKind::Start);
            workflow.edges.push(Edge {
                id: format!("to_{id}").as_str().into(),
                source: source.id.clone(),
                source_handle: handle.map(str::to_owned),
                target: node.id.clone(),
                target_handle: None,
                label: None,
            });
        }
        workflow.nodes.push(node);
    };
    add("start".to_owned(), NodeKind::Start);
    (1..=length).for_each(|place| add(format!("n{place}"), NodeKind::GenerateCopy));
    add("end".to_owned(), NodeKind::End);
    workflow
}

fn launched(workflow: Workflow) -> (Snapshot, Plan) {
    launched_with(workflow, Map::new())
}

fn launched_with(workflow: Workflow, parameters: Map<String, Value>) -> (Snapshot, Plan) {
    let mut count = 0;
    let mut next = || {
        count += 1;
        Uuid::from_u128(count)
    };
    let id = (ExecutionId(Uuid::nil()), WorkspaceId(Uuid::nil()));
    let compiled = Arc::new(CompiledWorkflow::new(workflow).unwrap());
    let snapshot = Snapshot::before_launch(id.0, id.1, compiled, parameters, &mut next);
    let mut transition = Transition::new(snapshot, Context { now: Timestamp(1), ids: &mut next });
    decide::launch(&mut transition);
    let (snapshot, plan) = transition.finish();
    (snapshot, plan.expect("a launch is a plan"))
}

fn skipped(snapshot: &Snapshot) -> usize {
    snapshot.nodes.values().filter(|node| node.status == NodeStatus::Skipped).count()
}

#[test]
fn rel_e10_a_dead_path_of_ten_thousand_nodes_is_skipped_at_once() {
    let workflow = chain(10_000, Some("error"), None);

    let (snapshot, plan) = within(aim(), "a dead path of 10,000 steps", || launched(workflow));

    assert_eq!(snapshot.status, ExecutionStatus::Completed);
    assert_eq!(skipped(&snapshot), 10_001, "the end is on the dead path too");
    assert!(plan.edges.iter().all(|(_, state)| *state == EdgeState::Dead));
    let skips = plan.events.iter().filter(|e| matches!(e.kind, EventKind::NodeSkipped { .. }));
    assert_eq!(skips.count(), 10_001);
}

#[test]
fn rel_e10_a_long_chain_of_unmet_conditions_is_passed_at_once() {
    let workflow = chain(2000, None, Some("false"));

    let (snapshot, plan) = within(SAFETY_STOP, "2,000 unmet conditions", || launched(workflow));

    assert_eq!(snapshot.status, ExecutionStatus::Completed);
    assert_eq!(skipped(&snapshot), 2000);
    assert_eq!(snapshot.nodes["end"].status, NodeStatus::Completed);
    assert!(plan.edges.iter().all(|(_, state)| *state == EdgeState::Live));
}

/// A loop in each iteration of a loop over the same list, around a step that is passed at once.
fn nested() -> Workflow {
    let node = |id: &str, kind: &str, config: Value| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
               "data": {"label": id, "config": config}})
    };
    let edge = |source: &str, port: Option<&str>, target: &str, into: Option<&str>| {
        json!({"id": format!("{source}_{target}"), "source": source, "sourceHandle": port,
               "target": target, "targetHandle": into})
    };
    let each = json!({"items": "${input.list}", "concurrency": 20});
    let mut inner = node("inner", "for_each", each.clone());
    inner["parentId"] = json!("outer");
    let mut body = node("step", "generate_copy", json!({"prompt": "Write"}));
    (body["parentId"], body["data"]["if"]) = (json!("inner"), json!("false"));
    let workflow = json!({
        "schemaVersion": 1, "name": "Nested",
        "parameters": [{"name": "list", "type": "list"}],
        "nodes": [node("start", "start", json!({})), node("outer", "for_each", each), inner, body,
                   node("end", "end", json!({}))],
        "edges": [edge("start", None, "outer", None), edge("outer", Some("item"), "inner", None),
                  edge("inner", Some("item"), "step", None),
                  edge("step", None, "inner", Some("result")),
                  edge("inner", Some("output"), "outer", Some("result")),
                  edge("outer", Some("output"), "end", None)],
    });
    serde_json::from_value(workflow).unwrap()
}

fn over(length: usize) -> (Snapshot, Plan) {
    let list = Map::from_iter([("list".to_owned(), json!(vec!["item"; length]))]);
    launched_with(nested(), list)
}

#[test]
fn rel_e10_loops_in_loops_end_at_once_or_say_that_they_are_too_many() {
    let (snapshot, _) = within(SAFETY_STOP, "a loop of 100 in a loop of 100", || over(100));
    assert_eq!(snapshot.status, ExecutionStatus::Completed);
    assert_eq!(skipped(&snapshot), 10_000);

    let (snapshot, _) = within(SAFETY_STOP, "a loop of 150 in a loop of 150", || over(150));
    assert_eq!(snapshot.status, ExecutionStatus::Failed);
    assert!(snapshot.nodes.len() <= MOST_STEPS, "{}", snapshot.nodes.len());
    let failure = snapshot.nodes["outer"].failure.as_ref().unwrap();
    assert_eq!(failure.code, "too_many_steps", "{failure:?}");
}
