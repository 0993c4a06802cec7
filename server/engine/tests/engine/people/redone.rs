//! A step is done again inside its run, with another prompt: the next version of what it made, its
//! dependents as the person chose, and the way back.

use engine::executors::{Attempt, Executors};
use model::{
    execution::{
        event::{ArtifactBody, Charge},
        stale::stale,
        state::{ExecutionStatus, PauseReason},
        view::ExecutionView,
    },
    id::ExecutionId,
    nodes::{NodeConfig, NodeKind},
    pages::Control,
    review::{Approval, Decision},
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::{Answering, graph, with_artifact, wrote},
    world::{World, quick},
};
use store::error::EngineError;

use super::graph::{id, launch, text};

/// What each call costs.
const PRICE: i64 = 13;

/// A text, a quote of it, and a review of the quote that keeps the run open.
fn quoted() -> Workflow {
    let nodes = [
        ("write", "generate_copy", text("First")),
        ("quote", "generate_copy", text("After: ${nodes.write.texts}")),
        ("check", "review", json!({})),
    ];
    let edges = [
        ("start", "write"),
        ("write.texts", "quote"),
        ("quote.texts", "check"),
        ("check.approved", "end"),
    ];
    graph(&nodes, &edges)
}

/// Text nodes answer with their own prompt, for a price.
fn paid() -> Executors {
    let echo = Answering(|context: &engine::job::JobContext| {
        let node = context.node().unwrap();
        let NodeConfig::GenerateCopy(config) = &node.data.config else { panic!("a text node") };
        let told = config.prompt.render(&context.scope).unwrap();
        let charge = Charge {
            provider: "sample".to_owned(),
            model: "echo".to_owned(),
            input_tokens: 1,
            output_tokens: 1,
            cost_micros: Some(PRICE),
            sample: false,
            estimated: false,
        };
        Attempt { charges: vec![charge], ..with_artifact(wrote(&told), &told) }
    });
    Executors::internal().with_executor(NodeKind::GenerateCopy, echo)
}

/// Asked about, with these many makings of the text and of its quote.
async fn asked(world: &World, execution: ExecutionId, made: [i32; 2]) -> ExecutionView {
    let waits = |view: &ExecutionView| {
        let generations = ["write", "quote"].map(|node| view.node(&id(node)).unwrap().generation);
        view.pause_reason == Some(PauseReason::Review) && generations == made
    };
    world.wait(execution, waits).await
}

fn told(view: &ExecutionView) -> [(i32, String); 2] {
    ["write", "quote"].map(|node| {
        let artifact = &view.node(&id(node)).unwrap().artifacts[0];
        let ArtifactBody::Text { excerpt } = &artifact.body else { panic!("a text") };
        (artifact.version, excerpt.clone())
    })
}

async fn redo(
    world: &World,
    execution: ExecutionId,
    prompt: &str,
    generation: i32,
    dependents: bool,
) -> Result<(), EngineError> {
    let control = Control::TriggerNode {
        node_id: id("write"),
        config: json!({ "prompt": prompt }).as_object().cloned(),
        generation: Some(generation),
        dependents: Some(dependents),
    };
    world.services.executions.control(&world.owner, execution, control).await
}

fn stale_now(view: &ExecutionView) -> Vec<String> {
    stale(&quoted(), view).iter().map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_is_done_again_inside_its_run_with_or_without_what_depends_on_it() {
    let world = World::new().await;
    let _worker = world.worker_with(paid(), quick());
    let execution = launch(&world, &quoted()).await;
    asked(&world, execution, [1, 1]).await;

    redo(&world, execution, "Second", 1, false).await.unwrap();
    let late = redo(&world, execution, "Other", 1, false).await.unwrap_err().into_problem();
    let view = asked(&world, execution, [2, 1]).await;

    assert!(late.status() == 409 && late.detail.contains("Someone else ran"), "{late:?}");
    assert_eq!(told(&view), [(2, "Second".to_owned()), (1, "After: First".to_owned())]);
    assert_eq!(stale_now(&view), ["check", "quote"]);
    let version = view.node(&id("write")).unwrap().artifacts[0].id;

    redo(&world, execution, "Third", 2, true).await.unwrap();
    let view = asked(&world, execution, [3, 2]).await;

    assert_eq!(told(&view), [(3, "Third".to_owned()), (2, "After: Third".to_owned())]);
    assert_eq!(stale_now(&view), [""; 0]);
    assert_eq!(view.bill().cost_micros, 5 * PRICE, "all that was made is paid");
    let versions = world.services.artifacts.versions(&world.owner, execution, version).await;
    let versions: Vec<_> = versions.unwrap().iter().map(|one| one.row.version).collect();
    assert_eq!(versions, [1, 2, 3]);

    world.services.artifacts.use_version(&world.owner, execution, version).await.unwrap();
    let view = world.view(execution).await;
    assert_eq!(told(&view)[0], (4, "Second".to_owned()), "rolled back in place");
    assert_eq!(stale_now(&view), ["check", "quote"]);

    let card = world.services.reviews.list_open(&world.owner).await.unwrap().remove(0);
    assert_eq!(card.items, [json!("After: Third")], "asked anew about the new quote");
    let approve = Decision::Approve(Approval::default());
    world.services.reviews.decide(&world.owner, card.id, approve).await.unwrap();
    assert_eq!(world.wait_over(execution).await.status, ExecutionStatus::Completed);
    let over = redo(&world, execution, "Fourth", 3, false).await.unwrap_err().into_problem();
    assert_eq!(over.code, "execution_over");

    let replay = world.services.executions.replay(&world.owner, execution, None).await.unwrap();
    let view = world.wait_over(replay.execution_id).await;
    assert_eq!(told(&view), [(1, "Third".to_owned()), (1, "After: Third".to_owned())]);
    world.assert_sound().await;
}
