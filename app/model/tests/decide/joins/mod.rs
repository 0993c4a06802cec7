//! Joins, conditions and dead paths end as the naive reference says, whatever the order of answers.

mod person;
mod races;
mod reference;

use std::{collections::BTreeMap, iter::successors, sync::Arc};

use model::{
    decide::{
        self, ClaimLimits, CompiledWorkflow, Context, JobState, KnownOutput, NodeState, Snapshot,
        Transition, runs, to_take_over, to_take_over_around,
    },
    execution::{
        failure::Failure,
        queue::Queued,
        run_scope::RunScope,
        state::{ExecutionStatus, JobStatus, NodeStatus},
    },
    graph,
    id::{ExecutionId, NodeId, ReviewId, WorkerId, WorkspaceId},
    nodes::{NodeConfig, NodeKind},
    review::Verdict,
    time::Timestamp,
    workflow::{RetryPolicy, Workflow},
};
use proptest::prelude::*;
use serde_json::{Map, json};
use uuid::Uuid;

use self::{
    person::{Person, often},
    reference::{Fails, LeftOut, is_to_fail},
};
use crate::decide::{
    children,
    input::Ending,
    items::after,
    workflows::{WANTED, cases, listed, most_steps, workflows},
    world::{decision, reviewer},
};

/// How often a step is tried here.
const ATTEMPTS: u8 = 3;

/// Runs a workflow to its end; `picks` chooses which job answers next.
fn run(workflow: Workflow, fails: &Fails, picks: impl FnMut() -> usize) -> Snapshot {
    run_beside(&mut Person::nobody(), workflow, fails, picks)
}

/// The same beside a person who leaves steps out.
fn run_beside(
    person: &mut Person,
    workflow: Workflow,
    fails: &Fails,
    mut picks: impl FnMut() -> usize,
) -> Snapshot {
    decided(workflow, |transition| {
        decide::launch(transition);
        play(transition, fails, &mut picks, person);
    })
}

fn run_from(
    workflow: Workflow,
    fails: &Fails,
    mut picks: impl FnMut() -> usize,
    begin: impl FnOnce(&mut Transition<'_>),
) -> Snapshot {
    decided(workflow, |transition| {
        begin(transition);
        play(transition, fails, &mut picks, &mut Person::nobody());
    })
}

/// A new execution after this.
fn decided(workflow: Workflow, decision: impl FnOnce(&mut Transition<'_>)) -> Snapshot {
    let mut count = 0;
    let mut next = || {
        count += 1;
        Uuid::from_u128(count)
    };
    let id = (ExecutionId(Uuid::nil()), WorkspaceId(Uuid::nil()));
    let parameters = Map::from_iter([(WANTED.to_owned(), json!(2))]);
    let compiled = Arc::new(CompiledWorkflow::new(workflow).unwrap());
    let snapshot = Snapshot::before_launch(id.0, id.1, compiled, parameters, &mut next);
    let mut transition = Transition::new(snapshot, Context { now: Timestamp(1), ids: &mut next });
    decision(&mut transition);
    transition.finish().0
}

/// Answers all jobs and reviews until nothing is left to do. Some jobs that do not fail for good are
/// tried in vain first.
fn play(
    transition: &mut Transition<'_>,
    fails: &Fails,
    picks: &mut impl FnMut() -> usize,
    person: &mut Person,
) {
    let limits = ClaimLimits { capacity: 4, per_execution: 9, alone: false };
    loop {
        person.acts(transition);
        decide::claim_jobs(transition, WorkerId(Uuid::nil()), limits, &|_| true);
        let jobs = transition.snapshot().jobs.values();
        let running: Vec<JobState> =
            jobs.filter(|job| job.status == JobStatus::Running).cloned().collect();
        let Some(job) = running.get(picks() % running.len().max(1)) else {
            if !transition.snapshot().nodes.values().any(|node| node.review.is_some()) {
                break;
            }
            decide_all(transition, fails);
            continue;
        };
        let ending = match job.item == 0 && is_to_fail(fails, &job.node) {
            true => Ending::Failed(Failure::permanent("refused", "never")),
            false if job.attempt < i32::from(ATTEMPTS) && picks() % 5 == 1 => {
                Ending::Failed(Failure::transient("busy", "not now"))
            }
            false => Ending::Done,
        };
        children::answer(transition, job, &ending, 0).unwrap();
        // Now there is what waits for its child.
        person.acts(transition);
        children::end_all(transition);
    }
}

/// Everybody decides about everything that is open: what is to fail is rejected.
fn decide_all(transition: &mut Transition<'_>, fails: &Fails) {
    for person in 10..20 {
        let open = |(id, node): (&NodeId, &NodeState)| Some((id.clone(), node.review.as_ref()?.id));
        let open: Vec<(NodeId, ReviewId)> =
            transition.snapshot().nodes.iter().filter_map(open).collect();
        for (id, review) in open {
            let verdict =
                if is_to_fail(fails, &id) { Verdict::Rejected } else { Verdict::Approved };
            decide::decide_review(transition, review, decision(verdict), reviewer(person)).unwrap();
        }
    }
}

/// A person has each step made again that failed and ended the execution, until none is left that
/// can be; those work then. Returns which fail still.
fn try_again(
    mut ended: Snapshot,
    fails: &Fails,
    mut picks: impl FnMut() -> usize,
    person: &mut Person,
) -> (Snapshot, Fails) {
    let mut left = fails.clone();
    for id in fails.keys() {
        if ended.nodes.get(id).is_none_or(|node| node.status != NodeStatus::Failed) {
            continue;
        }
        ended = after(ended, |transition| {
            // What the workflow itself went on after, or lies in a loop, is not tried again alone.
            if decide::retry_node(transition, id, None).is_ok() {
                left.remove(id);
                play(transition, &left, &mut picks, person);
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
        node.data.retry = Some(at_once.clone());
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

/// Whether a step that works fails, or a review is rejected, and whether in one iteration only
/// where it lies in a loop.
type Fate = (bool, Option<usize>);

fn fates(failing: f64) -> impl Strategy<Value = Vec<Fate>> {
    let only = prop::option::of(0..3usize);
    prop::collection::vec((prop::bool::weighted(failing), only), 30)
}

fn failing(workflow: &Workflow, fates: &[Fate]) -> Fails {
    use NodeKind::{AiReview, GenerateCopy, GenerateImage, Review};
    let work = [GenerateCopy, GenerateImage, AiReview, Review];
    let working = workflow.nodes.iter().filter(|node| work.contains(&node.kind()));
    let fated = working.zip(fates.iter().cycle()).filter(|(_, (fails, _))| *fails);
    fated.map(|(node, (_, only))| (node.id.clone(), *only)).collect()
}

/// How everything has ended but what lies in loops that failed or were left out: they stop it wherever
/// it is.
fn found(ended: &Snapshot, left_out: &LeftOut) -> BTreeMap<NodeId, NodeStatus> {
    let counts = |run: NodeId| {
        run.owner().zip(run.round_number()).is_none_or(|(owner, iteration)| {
            let each = &ended.nodes[&owner];
            let own = each.status == NodeStatus::Completed && !left_out.contains_key(&owner);
            // One that was begun anew may have stopped earlier this time.
            own && iteration < each.iterations.len()
        })
    };
    let told = |id: &NodeId| successors(Some(id.clone()), NodeId::owner).all(counts);
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

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn rel_e10_any_graph_ends_as_the_reference_says(
        workflow in workflows(most_steps(30)),
        fates in fates(0.25),
        (seed, often) in (any::<u64>(), often()),
    ) {
        let (fails, workflow) = (failing(&workflow, &fates), predictable(workflow));
        let mut person = Person::who_acts(often, seed);

        let ended = run_beside(&mut person, workflow.clone(), &fails, numbers(seed));

        let left_out = person.left_out(&ended);
        let (nodes, status) = reference::ends(&workflow, &fails, &left_out);
        prop_assert_eq!(nodes, found(&ended, &left_out), "without {:?}", left_out);
        prop_assert_eq!(status, ended.status);
    }

    #[test]
    fn rel_e10_what_a_person_has_made_again_ends_as_if_it_had_never_failed(
        workflow in workflows(20),
        fates in fates(0.4),
        (seed, often) in (any::<u64>(), often()),
    ) {
        let (fails, workflow) = (failing(&workflow, &fates), predictable(workflow));
        let mut person = Person::who_acts(often, seed);
        let ended = run_beside(&mut person, workflow.clone(), &fails, numbers(seed));

        let (ended, left) = try_again(ended, &fails, numbers(seed ^ 77), &mut person);

        let left_out = person.left_out(&ended);
        let (nodes, status) = reference::ends(&workflow, &left, &left_out);
        prop_assert_eq!(nodes, found(&ended, &left_out), "without {:?}", left_out);
        prop_assert_eq!(status, ended.status);
    }

    #[test]
    fn a_run_from_any_node_on_ends_as_a_fresh_one_with_the_same_answers(
        workflow in workflows(20),
        fates in fates(0.2),
        (seed, pick) in any::<(u64, usize)>(),
    ) {
        let (fails, workflow) = (failing(&workflow, &fates), predictable(workflow));
        let nobody = LeftOut::new();
        let (mut nodes, status) = reference::ends(&workflow, &fails, &nobody);
        let origin = run(workflow.clone(), &fails, numbers(seed));
        let from = &workflow.nodes[pick % workflow.nodes.len()].id;
        let again = to_take_over(&origin, from);

        let ended = run_from(workflow.clone(), &fails, numbers(seed ^ 77), |transition| {
            let queued = Queued { position: 1, running: 10 };
            transition.set_queued((seed % 2 == 0).then_some(queued));
            decide::launch_again(transition, ExecutionId(Uuid::nil()), &again);
            transition.set_queued(None);
            decide::admit(transition).unwrap();
        });

        let mut found = found(&ended, &nobody);
        // A loop that is taken over has no iterations of its own.
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
        let kinds = [RunScope::From, RunScope::UpTo, RunScope::Only];
        let part = kinds[usize::from(kind) % kinds.len()](first.clone());
        let known = workflow.nodes.iter().zip(&recorded).filter(|(_, known)| **known);
        let known = known.filter_map(|(node, _)| {
            let output = origin.nodes.get(&node.id)?.output.clone()?;
            Some((node.id.clone(), KnownOutput { output, edges: origin.edges.clone(), origin: None }))
        });
        let compiled = CompiledWorkflow::new(workflow.clone()).unwrap();
        let Ok(again) = to_take_over_around(&compiled, &part, &known.collect()) else {
            return Ok(());
        };

        let ended = run_from(workflow.clone(), &Fails::new(), numbers(seed ^ 77), |transition| {
            decide::launch_again(transition, ExecutionId(Uuid::nil()), &again);
        });

        let status = ended.status;
        prop_assert!(status.is_over(), "it ends: {status:?}");
        let runs = runs(&compiled, &part).unwrap();
        prop_assert!(runs.contains(graph::outermost(&workflow, &first)));
        let around = |id: &NodeId| graph::outermost(&workflow, &id.in_round("")).clone();
        for job in ended.jobs.values() {
            prop_assert!(runs.contains(&around(&job.node)), "{} does not run", job.node);
        }
        let open = ended.nodes.values().find(|node| !node.status.is_settled());
        prop_assert!(open.is_none() || status == ExecutionStatus::Failed, "{open:?}");
    }
}
