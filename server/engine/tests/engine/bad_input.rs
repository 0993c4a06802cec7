//! What steps are asked to do that cannot be done: each says so, the execution ends or goes on as its
//! author wants, and others never notice.

use engine::testing::world::{World, none, quick};
use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    workflow::Workflow,
};
use serde_json::{Value, json};

use crate::people::graph::{id, text};

/// start → before → bad → after → end; what fails in `bad` is handled so.
fn workflow(kind: &str, data: &Value, on_error: &str) -> Workflow {
    let mut bad = data.clone();
    bad["label"] = json!("Bad");
    bad["onError"] = json!(on_error);
    let port = match (on_error, kind) {
        ("branch", _) => "error",
        (_, "conditional") => "else",
        (_, "generate_copy") => "texts",
        _ => "output",
    };
    let place = json!({ "x": 0, "y": 0 });
    let nodes = json!([
        { "id": "start", "position": place, "type": "start", "data": {} },
        { "id": "before", "position": place, "type": "generate_copy", "data": { "config": text("Before") } },
        { "id": "bad", "position": place, "type": kind, "data": bad },
        { "id": "in", "position": place, "type": "generate_copy", "parentId": "bad", "data": { "config": text("In") } },
        { "id": "after", "position": place, "type": "generate_copy", "data": { "config": text("After") } },
        { "id": "end", "position": place, "type": "end", "data": {} },
    ]);
    let edges = json!([
        { "id": "a", "source": "start", "target": "before" },
        { "id": "f", "source": "before", "target": "bad" },
        { "id": "b", "source": "bad", "sourceHandle": "item", "target": "in" },
        { "id": "c", "source": "in", "target": "bad", "targetHandle": "result" },
        { "id": "d", "source": "bad", "sourceHandle": port, "target": "after" },
        { "id": "e", "source": "after", "target": "end" },
    ]);
    let is_loop = kind == "for_each";
    let many = if data.to_string().contains("many") { 300_000 } else { 1 };
    let keep = |all: &Value, inside: [&str; 2]| -> Vec<Value> {
        let all = all.as_array().unwrap().iter().cloned();
        all.filter(|one| is_loop || !inside.contains(&one["id"].as_str().unwrap())).collect()
    };
    let workflow = json!({
        "name": "Bad",
        "parameters": [
            { "name": "few", "type": "list", "default": ["a", "b"] },
            { "name": "many", "type": "list", "default": vec!["a"; many] },
            { "name": "words", "type": "text", "default": "no list" },
        ],
        "nodes": keep(&nodes, ["in", ""]),
        "edges": keep(&edges, ["b", "c"]),
    });
    serde_json::from_value(workflow).unwrap()
}

fn cases() -> Vec<(&'static str, Value, &'static str)> {
    let config = |config: Value| json!({ "config": config });
    let missing = "input.few[9]";
    vec![
        ("generate_copy", config(text("${input.few[9]}")), missing),
        ("generate_copy", config(json!({ "prompt": "A", "quantity": "${input.few[9]}" })), missing),
        ("generate_copy", json!({ "config": text("A"), "if": "input.few[9] == \"a\"" }), missing),
        (
            "conditional",
            config(json!({ "branches": [{ "id": "big", "when": "input.few[9] == \"a\"" }] })),
            missing,
        ),
        ("for_each", config(json!({ "items": "${input.words}" })), "list"),
        ("for_each", config(json!({ "items": "${input.many}" })), "1000"),
        (
            "for_each",
            config(json!({ "items": "${input.few}", "stop_when": "input.few[9] == \"a\"" })),
            missing,
        ),
        (
            "wait",
            config(json!({ "seconds": "${size(nodes.before.texts) * 320000000000}" })),
            "seconds",
        ),
        ("wait", config(json!({ "until": "${nodes.before.texts[0]}" })), "until"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_done_says_so_and_ends_or_goes_on_as_configured() {
    let world = World::new().await;
    let _worker = world.worker(quick());
    let fine =
        world.publish(&workflow("generate_copy", &json!({ "config": text("A") }), "fail")).await;
    let mut wrong = vec![];
    for (kind, data, why) in cases() {
        for on_error in ["fail", "continue", "branch"] {
            let template = world.publish(&workflow(kind, &data, on_error)).await;

            let execution = world.launch(template, none()).await;

            let beside = world.wait_over(world.launch(fine, none()).await).await;
            assert_eq!(beside.status, ExecutionStatus::Completed);
            let view = world.wait_over(execution).await;
            let bad = view.node(&id("bad")).unwrap();
            let words = bad.failure.as_ref().map_or("", |failure| &failure.message);
            let ends = match on_error {
                "fail" => ExecutionStatus::Failed,
                _ => ExecutionStatus::Completed,
            };
            if bad.status != NodeStatus::Failed || !words.contains(why) || view.status != ends {
                wrong.push(format!("{kind} {data} {on_error}: {} {words}", view.status));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    world.assert_sound().await;
}
