//! A clock that was ahead is set back.

use model::{
    execution::{event::EventKind, state::NodeStatus},
    nodes::{NodeConfig, NodeKind, generate_copy, review, wait},
    time::Timestamp,
    workflow::{Edge, Node, Workflow},
};

use crate::decide::{input::Input, world::World};

/// When every world begins.
const BEGUN: i64 = 1_000_000_000;
const TWO_HOURS_MS: i64 = 7_200_000;
/// Six hours later.
const NAMED: &str = "1970-01-12T20:00:00Z";

/// start → each of these → end.
fn side_by_side(nodes: Vec<(&str, NodeConfig)>) -> Workflow {
    let edge = |source: &str, target: &str| Edge {
        id: format!("{source}_{target}").as_str().into(),
        source: source.into(),
        source_handle: None,
        target: target.into(),
        target_handle: None,
        label: None,
    };
    let edges = nodes.iter().flat_map(|(id, _)| [edge("start", id), edge(id, "end")]);
    let edges = edges.collect();
    let ends = [("start", NodeKind::Start), ("end", NodeKind::End)];
    let ends = ends.map(|(id, kind)| (id, kind.default_config()));
    let all = nodes.into_iter().chain(ends);
    let nodes = all.map(|(id, config)| Node::new(id.into(), "", config)).collect();
    Workflow { nodes, edges, ..Workflow::default() }
}

fn run_at(world: &World, node: &str) -> i64 {
    world.store.jobs.values().find(|job| job.node.as_str() == node).unwrap().run_at.0
}

#[test]
fn rel_e5_what_waits_begins_to_wait_anew_and_a_named_moment_stays() {
    let copy = generate_copy::Config { prompt: "Write".into(), ..generate_copy::Config::default() };
    let short = wait::Config { seconds: 30.0.into(), until: None };
    let named = wait::Config { seconds: 30.0.into(), until: Some(NAMED.into()) };
    let check = review::Config { auto_approve_minutes: 10.into(), ..review::Config::default() };
    let nodes = vec![
        ("copy", copy.into()),
        ("short", short.into()),
        ("named", named.into()),
        ("check", check.into()),
    ];
    let mut world = World::launch(side_by_side(nodes), 1, true);
    let named = run_at(&world, "named");
    let now = BEGUN - TWO_HOURS_MS;

    world.step(&[Input::Clock { ms: -TWO_HOURS_MS }]);
    world.step(&[Input::ClockBack]);

    assert_eq!(run_at(&world, "copy"), now);
    assert_eq!(run_at(&world, "short"), now + 30_000);
    assert_eq!((run_at(&world, "named"), named > BEGUN), (named, true));
    let waiting = world.view.node(&"short".into()).unwrap();
    assert_eq!(
        (waiting.status, waiting.until),
        (NodeStatus::Waiting, Some(Timestamp(now + 30_000)))
    );
    let review = world.view.node(&"check".into()).unwrap().review.clone().unwrap();
    assert_eq!(review.until, Some(Timestamp(now + 600_000)));
    world.drain();
}

#[test]
fn the_time_of_a_step_that_waits_begins_with_its_wait() {
    let short = wait::Config { seconds: 30.0.into(), until: None };

    let world = World::launch(side_by_side(vec![("short", short.into())]), 1, true);

    let waiting = world.view.node(&"short".into()).unwrap();
    let begun = Some(Timestamp(BEGUN));
    assert_eq!((waiting.status, waiting.started_at), (NodeStatus::Waiting, begun));
}

#[test]
fn rel_e5_what_is_over_hears_nothing_of_the_clock() {
    let mut world = World::launch(side_by_side(vec![]), 1, true);
    let events = world.store.events.len();

    world.step(&[Input::Clock { ms: -TWO_HOURS_MS }, Input::ClockBack]);

    assert_eq!(world.store.events.len(), events);
    let told = |kind: &EventKind| matches!(kind, EventKind::ExecutionClockBack(_));
    assert!(!world.store.events.iter().any(|event| told(&event.kind)));
}
