//! Joins, conditions and dead paths end as the naive reference says, whatever the order of answers.

use std::{collections::BTreeMap, iter::successors, sync::Arc};

use model::{
    decide::{
        ClaimLimits, Context, Draft, Frozen, JobState, Known, Outcome, Snapshot, runs,
        to_take_over, to_take_over_around,
    },
    execution::{
        failure::Failure,
        part::Part,
        queue::Queued,
        state::{ExecutionStatus, JobStatus, NodeStatus},
    },
    graph,
    id::{ExecutionId, NodeId, WorkerId, WorkspaceId},
    nodes::{NodeConfig, NodeKind},
    time::Timestamp,
    workflow::{RetryPolicy, Workflow},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    children,
    input::Ending,
    items::{after, claim, launched},
    reference::{self, Fails, is_to_fail},
    states::decided_at,
    workflows::{WANTED, cases, listed, most_steps, workflows},
    world::{approve_all, report},
};

/// How often a step is tried here.
const ATTEMPTS: u8 = 3;

/// Runs a workflow to its end; `picks` chooses which job answers next.
fn run(workflow: Workflow, fails: &Fails, picks: impl FnMut() -> usize) -> Snapshot {
    run_from(workflow, fails, picks, |draft| draft.launch())
}

fn run_from(
    workflow: Workflow,
    fails: &Fails,
    mut picks: impl FnMut() -> usize,
    begin: impl FnOnce(&mut Draft<'_>),
) -> Snapshot {
    let mut count = 0;
    let mut next = || {
        count += 1;
        Uuid::from_u128(count)
    };
    let id = (ExecutionId(Uuid::nil()), WorkspaceId(Uuid::nil()));
    let parameters = Map::from_iter([(WANTED.to_owned(), json!(2))]);
    let frozen = Arc::new(Frozen::new(workflow).unwrap());
    let snapshot = Snapshot::before_launch(id, frozen, parameters, &mut next);
    let mut draft = Draft::new(snapshot, Context { now: Timestamp(1), ids: &mut next });
    begin(&mut draft);
    play(&mut draft, fails, &mut picks);
    draft.finish().0
}

/// Answers all jobs until nothing is left to do. Some that do not fail for good are tried in vain first.
fn play(draft: &mut Draft<'_>, fails: &Fails, picks: &mut impl FnMut() -> usize) {
    let limits = ClaimLimits { capacity: 4, per_execution: 9 };
    loop {
        draft.claim(WorkerId(Uuid::nil()), limits, &|_| true);
        let jobs = draft.snapshot().jobs.values();
        let running: Vec<JobState> =
            jobs.filter(|job| job.status == JobStatus::Running).cloned().collect();
        let Some(job) = running.get(picks() % running.len().max(1)) else {
            if !draft.snapshot().nodes.values().any(|node| node.review.is_some()) {
                break;
            }
            approve_all(draft);
            continue;
        };
        let ending = match job.item == 0 && is_to_fail(fails, &job.node) {
            true => Ending::Failed(Failure::permanent("refused", "never")),
            false if job.attempt < i32::from(ATTEMPTS) && picks() % 5 == 1 => {
                Ending::Failed(Failure::transient("busy", "not now"))
            }
            false => Ending::Done,
        };
        children::answer(draft, job, (&ending, 0)).unwrap();
        children::end_all(draft);
    }
}

/// A person has each step made again that failed and ended the execution, until none is left that can
/// be; those work then. Returns which fail still.
fn try_again(
    mut ended: Snapshot,
    fails: &Fails,
    mut picks: impl FnMut() -> usize,
) -> (Snapshot, Fails) {
    let mut left = fails.clone();
    for id in fails.keys() {
        if ended.nodes.get(id).is_none_or(|node| node.status != NodeStatus::Failed) {
            continue;
        }
        ended = after(ended, |draft| {
            // What the workflow itself went on after, or lies in a loop, is not tried again alone.
            if draft.retry_node(id, None).is_ok() {
                left.remove(id);
                play(draft, &left, &mut picks);
            }
        });
    }
    (ended, left)
}

/// Time stands still here, and each loop has a list of its own: the reference knows no values.
fn predictable(mut workflow: Workflow) -> Workflow {
    let at_once = RetryPolicy {
        initial_delay_ms: 0,
        max_attempts: ATTEMPTS.into(),
        ..RetryPolicy::default()
    };
    for node in &mut workflow.nodes {
        node.data.retry = Some(at_once);
        match &mut node.data.config {
            NodeConfig::Wait(config) => config.seconds = 0.0.into(),
            NodeConfig::ForEach(config) if config.items.is_none() => {
                config.items = Some(listed(2));
            }
            _ => {}
        }
    }
    workflow
}

/// Whether a step that works fails, and whether in one round only where it lies in a loop.
type Fate = (bool, Option<usize>);

fn fates(failing: f64) -> impl Strategy<Value = Vec<Fate>> {
    let only = prop::option::of(0..3usize);
    prop::collection::vec((prop::bool::weighted(failing), only), 30)
}

fn failing(workflow: &Workflow, fates: &[Fate]) -> Fails {
    let work = [NodeKind::GenerateCopy, NodeKind::GenerateImage, NodeKind::AiReview];
    let working = workflow.nodes.iter().filter(|node| work.contains(&node.kind()));
    let fated = working.zip(fates.iter().cycle()).filter(|(_, (fails, _))| *fails);
    fated.map(|(node, (_, only))| (node.id.clone(), *only)).collect()
}

/// How everything has ended but what lies in loops that failed: they stop it wherever it is.
fn found(ended: &Snapshot) -> BTreeMap<NodeId, NodeStatus> {
    let completed = |loop_id: NodeId| ended.nodes[&loop_id].status == NodeStatus::Completed;
    let told = |id: &NodeId| successors(id.owner(), NodeId::owner).all(completed);
    let nodes = ended.nodes.iter().filter(|(id, _)| told(id));
    nodes.map(|(id, node)| (id.clone(), node.status)).collect()
}

fn numbers(seed: u64) -> impl FnMut() -> usize {
    let mut state = seed | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap()
    }
}

/// start → fork → (fast ∥ slow) → first → end, where `first` waits for one of the two.
fn race(fast: &Value, settings: &Value, fork: &Value) -> Workflow {
    let node = |id: &str, kind: &str, data: &Value| json!({"id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": data});
    let edge = |source: &str, port: &str, target: &str| {
        json!({"id": format!("{source}_{target}_{port}"), "source": source, "sourceHandle": port,
               "target": target})
    };
    let mut quick = json!({"config": {"prompt": "Write"}});
    quick.as_object_mut().unwrap().extend(fast.as_object().unwrap().clone());
    let port = if fast["onError"] == "branch" { "error" } else { "texts" };
    let workflow = json!({
        "settings": settings,
        "nodes": [
            node("start", "start", &json!({})),
            node("fork", "parallel", &json!({"config": fork})),
            node("fast", "generate_copy", &quick),
            node("slow", "generate_copy", &json!({"config": {"prompt": "Write"}})),
            node("first", "merge", &json!({"config": {"mode": "any"}})),
            node("end", "end", &json!({})),
        ],
        "edges": [
            edge("start", "all", "fork"), edge("fork", "lane_1", "fast"),
            edge("fork", "lane_2", "slow"), edge("fast", port, "first"),
            edge("slow", "texts", "first"), edge("first", "output", "end"),
        ],
    });
    serde_json::from_value(workflow).unwrap()
}

#[test]
fn a_lane_that_brings_nothing_does_not_win_a_race() {
    let (none, fails) = (json!({}), Fails::from([("fast".into(), None)]));
    let lenient = json!({"on_lane_failure": "continue"});
    let written = json!([["Words"]]);
    let told = json!([{"code": "refused", "message": "never"}]);
    for (fast, settings, fork, given) in [
        (json!({"onError": "continue"}), &none, &none, &written),
        (json!({}), &json!({"continueOnError": true}), &none, &written),
        (json!({}), &none, &lenient, &written),
        (json!({"if": "false"}), &none, &none, &written),
        (json!({"enabled": false}), &none, &none, &written),
        // The reason why is something, too.
        (json!({"onError": "branch"}), &none, &none, &told),
    ] {
        let ended = run(race(&fast, settings, fork), &fails, || 0);

        let output = ended.nodes["first"].output.clone().unwrap();
        assert_eq!(&output["output"], given, "{fast} {settings} {fork}");
    }
}

#[test]
fn lanes_are_brought_together_as_the_merge_says() {
    for (combine, given) in [
        ("collect", json!([["Words"], ["Words"]])),
        ("concatenate", json!(["Words", "Words"])),
        ("interleave", json!(["Words", "Words"])),
    ] {
        let mut workflow = race(&json!({}), &json!({}), &json!({}));
        let merge = workflow.nodes.iter_mut().find(|node| node.id == "first".into()).unwrap();
        let config = json!({"mode": "all", "combine": combine});
        merge.data.config = NodeConfig::Merge(serde_json::from_value(config).unwrap());

        let ended = run(workflow, &Fails::new(), || 0);

        assert_eq!(ended.nodes["first"].output.as_ref().unwrap()["output"], given, "{combine}");
    }
}

/// Both lanes end, the slow one first, while a breakpoint holds what waits for one of them.
#[test]
fn a_merge_that_was_held_takes_what_came_first_and_no_more() {
    let begun = after(launched(race(&json!({}), &json!({}), &json!({}))), |draft| {
        draft.set_breakpoints(["first".into()].into()).unwrap();
        assert_eq!(claim(draft).len(), 2);
    });
    let ends = |snapshot: Snapshot, at: i64, lane: &str| {
        let (after, ..) = decided_at(Timestamp(at), snapshot, |draft| {
            let job = draft.snapshot().jobs_of(&lane.into())[0].clone();
            let mut done = report((job.id, job.fence), &Ending::Done, 0);
            let Outcome::Done(output) = &mut done.outcome else { panic!("it is done") };
            output.values["texts"] = json!([lane]);
            draft.settle(done).unwrap();
        });
        after
    };
    let held = ends(ends(begun, 10, "slow"), 20, "fast");

    let gone_on = after(held, |draft| draft.trigger_node(&"first".into(), None).unwrap());

    let output = gone_on.nodes["first"].output.clone().unwrap();
    assert_eq!(output["output"], json!([["slow"]]));
}

#[test]
fn a_race_that_nobody_wins_is_over_all_the_same() {
    let fails = Fails::from(["fast", "slow"].map(|lane| (lane.into(), None)));
    let settings = json!({"continueOnError": true});

    let ended = run(race(&json!({}), &settings, &json!({})), &fails, || 0);

    let output = ended.nodes["first"].output.clone().unwrap();
    assert_eq!((&output["output"], ended.status), (&json!([]), ExecutionStatus::Completed));
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn rel_e10_any_graph_ends_as_the_reference_says(
        workflow in workflows(most_steps(30)),
        fates in fates(0.25),
        seed in any::<u64>(),
    ) {
        let (fails, workflow) = (failing(&workflow, &fates), predictable(workflow));
        let (nodes, status) = reference::ends(&workflow, &fails);

        let ended = run(workflow, &fails, numbers(seed));

        prop_assert_eq!(nodes, found(&ended));
        prop_assert_eq!(status, ended.status);
    }

    #[test]
    fn rel_e10_what_a_person_has_made_again_ends_as_if_it_had_never_failed(
        workflow in workflows(20),
        fates in fates(0.4),
        seed in any::<u64>(),
    ) {
        let (fails, workflow) = (failing(&workflow, &fates), predictable(workflow));
        let ended = run(workflow.clone(), &fails, numbers(seed));

        let (ended, left) = try_again(ended, &fails, numbers(seed ^ 77));

        let (nodes, status) = reference::ends(&workflow, &left);
        prop_assert_eq!(nodes, found(&ended));
        prop_assert_eq!(status, ended.status);
    }

    #[test]
    fn a_run_from_any_node_on_ends_as_a_fresh_one_with_the_same_answers(
        workflow in workflows(20),
        fates in fates(0.2),
        (seed, pick) in any::<(u64, usize)>(),
    ) {
        let (fails, workflow) = (failing(&workflow, &fates), predictable(workflow));
        let (mut nodes, status) = reference::ends(&workflow, &fails);
        let origin = run(workflow.clone(), &fails, numbers(seed));
        let from = &workflow.nodes[pick % workflow.nodes.len()].id;
        let again = to_take_over(&origin, from);

        let ended = run_from(workflow.clone(), &fails, numbers(seed ^ 77), |draft| {
            let queued = Queued { position: 1, running: 10 };
            draft.set_queued((seed % 2 == 0).then_some(queued));
            draft.launch_again(ExecutionId(Uuid::nil()), &again);
            draft.set_queued(None);
            draft.take_place().unwrap();
        });

        let mut found = found(&ended);
        // A loop that is taken over has no rounds of its own.
        nodes.retain(|id, _| id.round().is_empty());
        found.retain(|id, _| id.round().is_empty());
        prop_assert_eq!(nodes, found);
        prop_assert_eq!(status, ended.status);
        let around = graph::outermost(&workflow, from);
        prop_assert!(!again.nodes.contains_key(around), "the node itself runs");
        let worked = |id: &NodeId| ended.jobs.values().any(|job| job.node == *id);
        prop_assert!(!again.nodes.keys().any(worked), "what is taken over does not run");
    }

    #[test]
    fn any_part_ends_whatever_is_known_around_it(
        workflow in workflows(20),
        recorded in prop::collection::vec(prop::bool::weighted(0.7), 20),
        (seed, pick, kind) in any::<(u64, usize, u8)>(),
    ) {
        let workflow = predictable(workflow);
        let origin = run(workflow.clone(), &Fails::new(), numbers(seed));
        let first = workflow.nodes[pick % workflow.nodes.len()].id.clone();
        let kinds = [Part::From, Part::UpTo, Part::Only];
        let part = kinds[usize::from(kind) % kinds.len()](first.clone());
        let known = workflow.nodes.iter().zip(&recorded).filter(|(_, known)| **known);
        let known = known.filter_map(|(node, _)| {
            let output = origin.nodes.get(&node.id)?.output.clone()?;
            Some((node.id.clone(), Known { output, edges: origin.edges.clone(), origin: None }))
        });
        let frozen = Frozen::new(workflow.clone()).unwrap();
        let Ok(again) = to_take_over_around(&frozen, &part, &known.collect()) else {
            return Ok(());
        };

        let ended = run_from(workflow.clone(), &Fails::new(), numbers(seed ^ 77), |draft| {
            draft.launch_again(ExecutionId(Uuid::nil()), &again);
        });

        let status = ended.status;
        prop_assert!(status.is_over(), "it ends: {status:?}");
        let runs = runs(&frozen, &part).unwrap();
        prop_assert!(runs.contains(graph::outermost(&workflow, &first)));
        let around = |id: &NodeId| graph::outermost(&workflow, &id.in_round("")).clone();
        for job in ended.jobs.values() {
            prop_assert!(runs.contains(&around(&job.node)), "{} does not run", job.node);
        }
        let open = ended.nodes.values().find(|node| !node.status.is_settled());
        prop_assert!(open.is_none() || status == ExecutionStatus::Failed, "{open:?}");
    }
}
