//! Histories in which much is offered and much is not.

use model::{execution::failure::Failure, validate, workflow::Workflow};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use crate::decide::{
    input::{Ending, Input, steps},
    items::chain,
    people::lines,
    workflows::workflows,
};

/// A workflow, how it is launched, and what happens then.
type History = (Workflow, (u32, bool), Vec<Vec<Input>>);

/// Of any workflow, of some in which steps go on without items that they lack, and of some in which
/// changes are asked for.
pub(crate) fn histories() -> impl Strategy<Value = History> {
    let how = (select(vec![0u32, 2]), any::<bool>());
    let steps_behind = [("write", "generate_copy"), ("next", "generate_copy"), ("check", "review")];
    let lacking = select(vec![chain(&steps_behind), looping()]);
    let worked = (lacking, half_of_it(), steps([6, 1, 3])).prop_map(|(workflow, first, then)| {
        (workflow, (1, true), first.into_iter().chain(then).collect())
    });
    // One that cannot be launched cannot be edited either.
    let lines = lines::histories().prop_filter("it cannot be launched", |(workflow, ..)| {
        validate::is_runnable(&validate::validate(workflow))
    });
    prop_oneof![(workflows(6), how, steps([6, 1, 3])), worked, lines]
}

/// What can be claimed is, and done or refused for good one after the other.
fn half_of_it() -> impl Strategy<Value = Vec<Vec<Input>>> {
    let refused = Ending::Failed(Failure::permanent("refused", "never"));
    let ending = select(vec![Ending::Done, refused]);
    let worked = ending.prop_map(|ending| {
        let claim = Input::Claim { worker: 0, capacity: 4 };
        [vec![claim], vec![Input::Answer { pick: 0, ending, charges: 0 }]]
    });
    prop::collection::vec(worked, 4..12).prop_map(|worked| worked.concat())
}

/// A loop that goes on without an iteration that fails; in it a step is enough with one of two
/// items.
pub(crate) fn looping() -> Workflow {
    let node = |id: &str, kind: &str, data: Value| json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data});
    let text = |id: &str, quantity: u32| {
        let config = json!({"prompt": "Write", "quantity": quantity});
        node(id, "generate_copy", json!({"config": config}))
    };
    let [mut write, mut polish] = [text("write", 2), text("polish", 1)];
    write["data"]["minItems"] = json!(1);
    write["parentId"] = json!("each");
    polish["parentId"] = json!("each");
    let iterations = json!({"items": "${[1, 2]}", "on_round_failure": "continue"});
    let nodes = [
        node("start", "start", json!({"config": {}})),
        node("each", "for_each", json!({"config": iterations})),
        write,
        polish,
        text("next", 1),
        node("end", "end", json!({"config": {}})),
    ];
    let edge = |(source, target): (&str, &str)| json!({"id": format!("{source}-{target}"), "source": source, "target": target});
    let mut edges = [
        ("start", "each"),
        ("write", "polish"),
        ("polish", "each"),
        ("each", "next"),
        ("next", "end"),
    ]
    .map(edge)
    .to_vec();
    edges.push(json!({"id": "item", "source": "each", "sourceHandle": "item", "target": "write"}));
    let drawn = json!({"schemaVersion": 1, "name": "Loop", "nodes": nodes, "edges": edges});
    let workflow: Workflow = serde_json::from_value(drawn).unwrap();
    let issues = model::validate::validate(&workflow);
    assert!(model::validate::is_runnable(&issues), "{issues:?}");
    workflow
}
