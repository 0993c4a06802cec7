//! A stop closes the connections of the calls that are under way.

use engine::{exec::WorkerConfig, executors::Executors};
use model::id::{ExecutionId, TemplateId};
use serde_json::json;
use services::testing::{
    endless::{Endless, under_way},
    play::{copies, frozen, patient},
    world::{World, none},
};

use crate::engine::{
    http::{calling, world},
    stub::{self, BEGUN},
};

/// Executions in the middle of their calls.
async fn in_calls(world: &World, template: TemplateId, server: &mut Endless) -> Vec<ExecutionId> {
    let mut executions = vec![];
    for _ in 0..under_way() {
        executions.push(world.launch(template, none()).await);
    }
    server.asked(executions.len()).await;
    executions
}

/// Stops executions in the middle of their calls.
async fn assert_closed(world: &World, template: TemplateId, mut server: Endless) {
    let worker = world.worker(patient());
    let executions = in_calls(world, template, &mut server).await;

    server.closed_by_stops(world, &executions).await;

    worker.stop().await;
    server.assert_silent();
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e13_a_stop_closes_the_connection_of_a_request_that_has_no_answer_yet() {
    let server = Endless::start(b"").await;
    let address = server.address;
    let world = world(&[address]).await;
    let post = json!({ "method": "POST", "url": format!("http://{address}/"), "body": "one" });
    let template = world.publish(&calling(&post)).await;

    assert_closed(&world, template, server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e13_a_stop_closes_the_connection_of_a_request_whose_answer_has_no_end() {
    let server = Endless::start(BEGUN).await;
    let address = server.address;
    let world = world(&[address]).await;
    let template = world.publish(&calling(&json!({ "url": format!("http://{address}/") }))).await;

    assert_closed(&world, template, server).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e13_a_stop_closes_the_connection_on_which_a_model_writes() {
    for beginning in [b"".as_slice(), BEGUN] {
        let server = Endless::start(beginning).await;
        let world = World::with_providers(stub::provider(server.address)).await;
        let template = world.publish(&copies(1)).await;

        assert_closed(&world, template, server).await;
    }
}

/// The worker hears by the database alone and looks for nothing by itself: what ends its calls is the
/// news of the stops.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e13_the_news_of_a_stop_ends_the_calls_of_a_worker_elsewhere_and_frees_their_places() {
    let mut server = Endless::start(b"").await;
    let address = server.address;
    let world = world(&[address]).await;
    let template = world.publish(&calling(&json!({ "url": format!("http://{address}/") }))).await;
    let config = WorkerConfig { max_jobs: under_way(), ..frozen() };
    let worker =
        world.worker_elsewhere(Executors::standard(&world.services.context().deps), config);

    // The second time there is no place but those of the calls that were stopped.
    for _ in 0..2 {
        let executions = in_calls(&world, template, &mut server).await;
        server.closed_by_stops(&world, &executions).await;
    }

    worker.stop().await;
    server.assert_silent();
    world.assert_sound().await;
}
