//! A loop over very many items, whose workers are killed one after the other.

use model::workflow::Workflow;
use serde_json::{Value, json};
use services::testing::{soak::soaking, world::none};

use crate::fleet::processes::{AT_WORK, Fleet};

const WORKERS: usize = 3;
/// So slow that most kills hit a job.
const PACE: u32 = 40;

/// Items and kills: some in `make test`, many in `make soak`.
fn figures() -> (usize, usize) {
    if soaking() { (1_000, 50) } else { (40, 3) }
}

/// start → a loop with a text node in it → end; it takes a list `items`.
fn looped(items: usize) -> Workflow {
    let node = |id: &str, kind: &str, config: Value| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
               "data": {"label": id, "config": config}})
    };
    let edge = |id: &str, source: &str, handle: Option<&str>, target: &str| json!({"id": id, "source": source, "sourceHandle": handle, "target": target});
    let each = json!({"items": "${input.items}", "concurrency": 20});
    let text = json!({"prompt": "One sentence about ${item}.", "save_as_document": true});
    let mut write = node("write", "generate_copy", text);
    write["parentId"] = json!("each");
    let all: Vec<String> = (0..items).map(|item| format!("item {item}")).collect();
    let workflow = json!({
        "name": "Rounds",
        "parameters": [{"name": "items", "type": "list", "default": all}],
        "nodes": [
            node("start", "start", json!({})),
            node("each", "for_each", each),
            write,
            node("end", "end", json!({})),
        ],
        "edges": [
            edge("a", "start", Some("items"), "each"),
            edge("b", "each", Some("item"), "write"),
            edge("c", "write", Some("texts"), "each"),
            edge("d", "each", Some("output"), "end"),
        ],
    });
    serde_json::from_value(workflow).unwrap()
}

#[tokio::test]
async fn rel_e10_a_loop_over_very_many_items_ends_with_each_once_whoever_is_killed() {
    let mut fleet = Fleet::new().await;
    let (items, kills) = figures();
    let template = fleet.world.publish(&looped(items)).await;
    let mut processes = vec![];
    for _ in 0..WORKERS {
        processes.push(fleet.start(PACE).await);
    }

    let id = fleet.world.launch(template, none()).await;
    for kill in 0..kills {
        // What the last kill hit has been done again by then: no job loses its worker three times.
        fleet.until("SELECT count(*) FROM documents", (items * kill / kills) as i64).await;
        let victim = fleet.pick_at_work(AT_WORK, &mut processes).await;
        fleet.kill(victim).await;
        processes.push(fleet.start(PACE).await);
    }

    fleet.assert_complete(&[id], items).await;
    let hits = fleet.takeovers().await.len();
    assert!(hits > kills / 2, "{hits} of {kills} kills hit a running job");
    let sql = "SELECT jsonb_array_length(output)::bigint FROM workflow_executions";
    assert_eq!(fleet.world.count(sql).await, i64::try_from(items).unwrap());
    drop(processes);
    fleet.close().await;
}
