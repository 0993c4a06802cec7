//! How many jobs the engine settles in a second, with the sample provider at no pace.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement stops where it fails")]

use std::{
    path::Path,
    time::{Duration, Instant},
};

use engine::{
    exec::WorkerConfig,
    testing::{
        play::workflow,
        world::{World, none},
    },
};
use model::{execution::state::ExecutionStatus, workflow::Workflow};
use serde_json::{Value, json};

const STEPS: usize = 90;
const WIDE: [&str; 4] = ["a", "b", "c", "d"];
const EACH: u32 = 50;
const CHAINS: usize = 10;

#[tokio::main]
async fn main() {
    let world = World::new().await;
    let worker = world.worker(WorkerConfig::default());
    // Connections, plans and caches are warm afterwards.
    run(&world, &chain(20), 1).await;
    let one = run(&world, &chain(STEPS), 1).await;
    let wide = run(&world, &fan(), 1).await;
    let many = run(&world, &chain(20), CHAINS).await;
    worker.stop().await;
    world.assert_sound().await;
    let wide_jobs = WIDE.len() * EACH as usize;
    let figures = [
        figure("a chain, one execution", STEPS, one),
        figure("a fan-out of 200, one execution", wide_jobs, wide),
        figure("ten chains at once", 20 * CHAINS, many),
    ];
    write(&json!({ "figures": figures }));
}

/// A workflow whose steps follow each other.
fn chain(steps: usize) -> Workflow {
    let names: Vec<String> = (0..steps).map(|step| format!("s{step}")).collect();
    let nodes: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let stops: Vec<&str> =
        ["start"].into_iter().chain(names.iter().map(String::as_str)).chain(["end"]).collect();
    let edges: Vec<(&str, &str)> = stops.windows(2).map(|pair| (pair[0], pair[1])).collect();
    workflow(&nodes, &edges)
}

/// A workflow whose jobs may all run at once.
fn fan() -> Workflow {
    let nodes = WIDE.map(|name| (name, EACH));
    let edges: Vec<_> = WIDE.iter().flat_map(|name| [("start", *name), (*name, "end")]).collect();
    workflow(&nodes, &edges)
}

/// From the first launch until the last is over.
async fn run(world: &World, workflow: &Workflow, executions: usize) -> Duration {
    let template = world.publish(workflow).await;
    let begun = Instant::now();
    let mut launched = vec![];
    for _ in 0..executions {
        launched.push(world.launch(template, none()).await);
    }
    for id in launched {
        assert_eq!(world.wait_over(id).await.status, ExecutionStatus::Completed);
    }
    begun.elapsed()
}

fn figure(name: &str, jobs: usize, took: Duration) -> Value {
    let jobs = u32::try_from(jobs).expect("a number of jobs");
    let per_second = (f64::from(jobs) / took.as_secs_f64()).round();
    json!({ "name": format!("engine, {name}"), "value": per_second, "unit": "jobs/s" })
}

fn write(report: &Value) {
    let text = serde_json::to_string_pretty(report).unwrap();
    println!("{text}");
    if let Ok(folder) = std::env::var("ATELIER_BENCH_DIR") {
        std::fs::write(Path::new(&folder).join("throughput.json"), text + "\n").unwrap();
    }
}
