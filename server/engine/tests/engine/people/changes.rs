//! Asking for changes past what lies before the review, and where the port for that is connected: the
//! path goes on there.

use engine::{
    executors::{Attempt, Executors},
    job::JobContext,
};
use model::{
    decide::JobOutput,
    execution::{
        event::EventKind,
        state::{ExecutionStatus, NodeStatus},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::NodeKind,
    review::{Approval, Decision, Verdict},
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use services::testing::{
    play::{Answering, graph, inside},
    world::{World, quick},
};

use super::graph::{decide, echoing, id, launch, text};

/// What is to change is made by another step, which is told what was asked.
fn reworked() -> Workflow {
    let rework = "${nodes.check.changes.items[0]}, but ${nodes.check.changes.reason}";
    let nodes = [
        ("write", "generate_copy", text("Hello")),
        ("check", "review", json!({})),
        ("rework", "generate_copy", text(rework)),
        ("publish", "generate_copy", text("Published")),
    ];
    let edges = [
        ("start", "write"),
        ("write.texts", "check"),
        ("check.approved", "publish"),
        ("check.changes", "rework"),
        ("publish.texts", "end"),
        ("rework.texts", "end"),
    ];
    graph(&nodes, &edges)
}

/// Until it is approved, each iteration writes anew with what was asked in the one before.
fn iterations() -> Workflow {
    let until = json!({"stop_when": "!has(item.reason)", "max": 9});
    let nodes = [
        ("each", "for_each", until),
        ("write", "generate_copy", text("Hello, ${item.reason ?? \"at first\"}")),
        ("check", "review", json!({})),
    ];
    let edges = [
        ("start", "each"),
        ("each.item", "write"),
        ("write.texts", "check"),
        ("check.approved", "each"),
        ("check.changes", "each"),
        ("check.rejected", "each"),
        ("each.output", "end"),
    ];
    inside(graph(&nodes, &edges), "each", &["write", "check"])
}

/// A model judges the text before a person is asked about it.
fn judged() -> Workflow {
    let nodes = [
        ("write", "generate_copy", text("Hello")),
        ("judge", "ai_review", json!({})),
        ("check", "review", json!({"content": "${nodes.write.texts}"})),
    ];
    let edges = [
        ("start", "write"),
        ("write.texts", "judge"),
        ("judge", "check"),
        ("check.approved", "end"),
    ];
    graph(&nodes, &edges)
}

/// As elsewhere, and whoever judges says what it was.
fn judging() -> Executors {
    let judge = Answering(|context: &JobContext| {
        let read = context.input("input").unwrap_or_default();
        let verdict =
            json!({"score": 8, "passed": true, "feedback": read.to_string(), "suggestions": []});
        let values = Map::from_iter([("output".to_owned(), verdict)]);
        Attempt::from_output(JobOutput { values, ..JobOutput::default() })
    });
    echoing().with_executor(NodeKind::AiReview, judge)
}

fn changes(reason: &str) -> Decision {
    Decision::Changes { reason: reason.to_owned() }
}

fn approve() -> Decision {
    Decision::Approve(Approval::default())
}

async fn output(world: &World, execution: ExecutionId) -> Value {
    let sql = "SELECT output FROM workflow_executions WHERE id = $1";
    sqlx::query_scalar(sql).bind(execution.0).fetch_one(&world.db.pool).await.unwrap()
}

fn statuses(view: &ExecutionView) -> [NodeStatus; 4] {
    ["write", "check", "rework", "publish"].map(|node| view.node(&id(node)).unwrap().status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_reach_the_text_past_a_model_that_judges_it_and_it_is_judged_anew() {
    let world = World::new().await;
    let _worker = world.worker_with(judging(), quick());
    let execution = launch(&world, &judged()).await;

    let first = decide(&world, execution, changes("shorter")).await.unwrap();
    let second = decide(&world, execution, approve()).await.unwrap();

    assert_eq!((first, second), (vec![json!("Hello")], vec![json!("Hello [shorter]")]));
    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    let generations =
        ["write", "judge", "check"].map(|node| view.node(&id(node)).unwrap().generation);
    assert_eq!(generations, [2, 2, 2]);
    let judge =
        world.services.executions.node_output(&world.owner, execution, &id("judge")).await.unwrap();
    assert_eq!(judge["output"]["feedback"], json!(r#"["Hello [shorter]"]"#));
    assert_eq!(output(&world, execution).await, json!(["Hello [shorter]"]));
    world.assert_sound().await;

    // What was asked for comes again in a replay.
    let replay =
        world.services.executions.replay(&world.owner, execution, None).await.unwrap().execution_id;
    assert_eq!(world.wait_over(replay).await.status, ExecutionStatus::Completed);
    assert_eq!(output(&world, replay).await, json!(["Hello [shorter]"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_that_are_asked_for_go_along_their_connection_with_the_words_and_the_items() {
    use NodeStatus::{Completed, Skipped};
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let execution = launch(&world, &reworked()).await;

    let seen = decide(&world, execution, changes("shorter")).await.unwrap();

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(seen, [json!("Hello")]);
    assert_eq!(output(&world, execution).await, json!(["Hello, but shorter"]));
    assert_eq!(statuses(&view), [Completed, Completed, Completed, Skipped]);
    let decided = view.node(&id("check")).unwrap().decided.clone().unwrap();
    assert_eq!((decided.verdict, decided.reason.as_deref()), (Verdict::Changes, Some("shorter")));
    let generations = ["write", "check"].map(|node| view.node(&id(node)).unwrap().generation);
    assert_eq!(generations, [1, 1], "nothing is made again");
    let events = world.events(execution).await;
    assert!(!events.iter().any(|event| matches!(event.kind, EventKind::NodeReset { .. })));
    assert!(world.services.reviews.list_open(&world.owner).await.unwrap().is_empty());

    // Who approves takes the other way.
    let approved = launch(&world, &reworked()).await;
    decide(&world, approved, approve()).await.unwrap();
    let view = world.wait_over(approved).await;
    assert_eq!(statuses(&view), [Completed, Completed, Skipped, Completed]);
    assert_eq!(output(&world, approved).await, json!(["Published"]));
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_loop_what_was_asked_comes_into_the_next_iteration_until_it_is_approved() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let execution = launch(&world, &iterations()).await;

    let mut seen = vec![];
    let reject = Decision::Reject { reason: "warmer".to_owned() };
    for decision in [changes("shorter"), reject, approve()] {
        seen.extend(decide(&world, execution, decision).await.unwrap());
    }

    let view = world.wait_over(execution).await;
    assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
    assert_eq!(seen, [json!("Hello, at first"), json!("Hello, shorter"), json!("Hello, warmer")]);
    assert_eq!(view.node(&id("each")).unwrap().items_done(), (3, 3));
    let asked = |items: &str, reason: &str| json!({"items": [items], "reason": reason});
    let given = json!([
        asked("Hello, at first", "shorter"),
        asked("Hello, shorter", "warmer"),
        ["Hello, warmer"]
    ]);
    assert_eq!(output(&world, execution).await, given);
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_takes_the_same_way_and_asks_nobody() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let once = launch(&world, &reworked()).await;
    decide(&world, once, changes("shorter")).await.unwrap();
    world.wait_over(once).await;
    let looped = launch(&world, &iterations()).await;
    for decision in [changes("shorter"), approve()] {
        decide(&world, looped, decision).await.unwrap();
    }
    world.wait_over(looped).await;

    for origin in [once, looped] {
        let replay = world
            .services
            .executions
            .replay(&world.owner, origin, None)
            .await
            .unwrap()
            .execution_id;
        let view = world.wait_over(replay).await;

        assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
        assert_eq!(output(&world, replay).await, output(&world, origin).await);
        let ends = |view: &ExecutionView| -> Vec<_> {
            view.nodes.iter().map(|node| (node.id.clone(), node.status)).collect()
        };
        assert_eq!(ends(&view), ends(&world.view(origin).await));
    }
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_can_be_made_again_and_the_port_leads_nowhere_one_is_told_to_connect_it() {
    let world = World::new().await;
    let _worker = world.worker_with(echoing(), quick());
    let check = ("check", "review", json!({"content": "${input.topic}"}));
    let mut workflow = graph(&[check], &[("start", "check"), ("check.approved", "end")]);
    let topic = json!({"name": "topic", "type": "text", "default": "Tea"});
    workflow.parameters.push(serde_json::from_value(topic).unwrap());
    let execution = launch(&world, &workflow).await;

    let refused = decide(&world, execution, changes("shorter")).await.unwrap_err().into_problem();

    assert_eq!(refused.status(), 409, "{refused:?}");
    assert!(refused.detail.contains("connect the output “Changes”"), "{refused:?}");
    let [card] = &world.services.reviews.list_open(&world.owner).await.unwrap()[..] else {
        panic!("one")
    };
    assert_eq!(card.no_changes.as_deref(), Some(refused.detail.as_str()));
    decide(&world, execution, approve()).await.unwrap();
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    world.assert_sound().await;
}
