//! Items that a node had enough without are tried again.

use std::{collections::BTreeSet, sync::Arc};

use model::{
    decide::{
        self, ClaimLimits, CompiledWorkflow, JobState, Refused, Restore, Snapshot, Transition,
    },
    execution::{
        event::{ArtifactBody, ArtifactSummary},
        failure::{Failure, HoldReason},
        state::{Action, ExecutionStatus as Status, JobStatus, NodeStatus, PauseReason},
    },
    id::{ArtifactId, ExecutionId, NodeId, WorkerId, WorkspaceId},
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::decide::{
    input::Ending,
    states::decided_at,
    world::{approve_all, report},
};

/// Steps, each after the one before it; "write" makes three items of which two are enough.
pub(crate) fn chain(steps: &[(&str, &str)]) -> Workflow {
    let mut nodes = vec![json!({"id": "start", "type": "start"})];
    nodes.extend(steps.iter().map(|(id, kind)| {
        let mut data = json!({"config": {}});
        if *kind == "generate_copy" {
            data["config"] = json!({"prompt": "Write"});
        }
        if *id == "write" {
            data["config"]["quantity"] = json!(3);
            data["minItems"] = json!(2);
        }
        json!({"id": id, "type": kind, "data": data})
    }));
    nodes.push(json!({"id": "end", "type": "end"}));
    for node in &mut nodes {
        node["position"] = json!({"x": 0, "y": 0});
        if node["data"].is_null() {
            node["data"] = json!({"config": {}});
        }
    }
    let ids: Vec<Value> = nodes.iter().map(|node| node["id"].clone()).collect();
    let edges: Vec<Value> = ids
        .windows(2)
        .map(|pair| json!({"id": pair[1], "source": pair[0], "target": pair[1]}))
        .collect();
    let definition = json!({"schemaVersion": 1, "name": "Chain", "nodes": nodes, "edges": edges});
    serde_json::from_value(definition).unwrap()
}

pub(crate) fn launched(workflow: Workflow) -> Snapshot {
    let mut count = 0;
    let mut next = || {
        count += 1;
        Uuid::from_u128(count)
    };
    let compiled = Arc::new(CompiledWorkflow::new(workflow).unwrap());
    let id = (ExecutionId(Uuid::nil()), WorkspaceId(Uuid::nil()));
    let before = Snapshot::before_launch(id.0, id.1, compiled, Map::new(), &mut next);
    after(before, decide::launch)
}

pub(crate) fn after(snapshot: Snapshot, decision: impl FnOnce(&mut Transition<'_>)) -> Snapshot {
    decided_at(Timestamp(5), snapshot, decision).0
}

pub(crate) fn claim(transition: &mut Transition<'_>) -> Vec<JobState> {
    let all = ClaimLimits { capacity: 9, per_execution: 9, alone: false };
    decide::claim_jobs(transition, WorkerId(Uuid::nil()), all, &|_| true)
}

/// Every job that can be claimed is done, but the third item of “write”.
fn work(transition: &mut Transition<'_>) {
    for job in claim(transition) {
        let refused = Ending::Failed(Failure::permanent("refused", "never"));
        let third = job.node == "write".into() && job.item == 2;
        let ending = if third { refused } else { Ending::Done };
        decide::settle_report(transition, report((job.id, job.fence), &ending, 0)).unwrap();
    }
}

pub(crate) fn all_done(transition: &mut Transition<'_>) -> usize {
    all_end(transition, &Ending::Done)
}

/// Ends every job that can be claimed; how many there were.
pub(crate) fn all_end(transition: &mut Transition<'_>, ending: &Ending) -> usize {
    let jobs = claim(transition);
    for job in &jobs {
        decide::settle_report(transition, report((job.id, job.fence), ending, 0)).unwrap();
    }
    jobs.len()
}

fn retry(transition: &mut Transition<'_>) {
    decide::retry_node(transition, &"write".into(), None).unwrap();
}

fn texts(snapshot: &Snapshot) -> usize {
    let output = snapshot.nodes[&NodeId::from("write")].output.clone().unwrap();
    output["texts"].as_array().unwrap().len()
}

pub(crate) fn status(snapshot: &Snapshot, node: &str) -> NodeStatus {
    snapshot.nodes[&NodeId::from(node)].status
}

/// How many texts the review shows that is open; a merge hands them on as one list.
fn shown(snapshot: &Snapshot) -> Option<usize> {
    let review = snapshot.nodes[&NodeId::from("check")].review.as_ref();
    let count = |item: &Value| item.as_array().map_or(1, Vec::len);
    review.map(|review| review.items.iter().map(count).sum())
}

#[test]
fn a_review_of_what_there_was_waits_for_the_items_that_are_tried_again() {
    for between in [None, Some(("join", "merge"))] {
        let steps = [Some(("write", "generate_copy")), between, Some(("check", "review"))];
        let steps: Vec<_> = steps.into_iter().flatten().collect();
        let asked = after(launched(chain(&steps)), work);
        assert_eq!(asked.pause_reason, Some(PauseReason::Review));
        assert_eq!((texts(&asked), shown(&asked)), (2, Some(2)));

        let again = after(asked, retry);
        assert_eq!((again.status, shown(&again)), (Status::Running, None));
        assert_eq!(status(&again, "check"), NodeStatus::Pending);
        assert_eq!(texts(&again), 2, "what there is counts until there is more");

        let mut tried = 0;
        let filled = after(again, |transition| tried = all_done(transition));
        assert_eq!(tried, 1, "what succeeded is kept");
        assert_eq!((texts(&filled), shown(&filled)), (3, Some(3)));

        let ended = after(filled, approve_all);
        assert_eq!(ended.status, Status::Completed);
    }
}

#[test]
fn nothing_is_tried_again_under_a_step_that_works_with_what_there_was() {
    let steps = [("write", "generate_copy"), ("next", "generate_copy"), ("check", "review")];
    let begun = after(after(launched(chain(&steps)), work), |transition| drop(claim(transition)));
    assert_eq!(status(&begun, "next"), NodeStatus::Running);
    let held = begun.jobs.values().find(|job| job.status == JobStatus::Running).cloned().unwrap();

    let refused = |transition: &mut Transition<'_>| {
        decide::retry_node(transition, &"write".into(), None).unwrap_err()
    };
    let why = decided_at(Timestamp(5), begun.clone(), refused).2;
    assert!(why.to_string().starts_with("“next” is using the output of “write”"), "{why}");

    let done = report((held.id, held.fence), &Ending::Done, 0);
    let asked = after(begun, |transition| decide::settle_report(transition, done).unwrap());
    let filled = after(after(asked, retry), |transition| assert_eq!(all_done(transition), 1));
    assert_eq!((texts(&filled), status(&filled, "next")), (3, NodeStatus::Completed));
    assert_eq!(shown(&filled), Some(1), "what was made of two stays");
}

#[test]
fn items_that_fail_again_or_are_left_out_leave_what_there_was() {
    let asked = after(launched(chain(&[("write", "generate_copy"), ("check", "review")])), work);

    let failed = after(after(asked.clone(), retry), work);
    assert_eq!((texts(&failed), shown(&failed)), (2, Some(2)));

    let skip = |transition: &mut Transition<'_>| {
        decide::skip_node(transition, &"write".into(), None).unwrap()
    };
    let skipped = after(after(asked, retry), skip);
    assert_eq!(status(&skipped, "write"), NodeStatus::Completed);
    assert_eq!((texts(&skipped), shown(&skipped)), (2, Some(2)));
}

#[test]
fn a_step_that_waits_for_a_word_waits_for_it_again_and_is_not_run() {
    let steps = [("write", "generate_copy"), ("next", "generate_copy")];
    let stop = |transition: &mut Transition<'_>| {
        decide::set_breakpoints(transition, BTreeSet::from(["next".into()])).unwrap();
        work(transition);
    };
    let held = after(launched(chain(&steps)), stop);
    assert_eq!(held.pause_reason, Some(PauseReason::Breakpoint));

    let again = after(held, |transition| {
        retry(transition);
        assert!(claim(transition).is_empty(), "it is paused");
        decide::resume(transition).unwrap();
        assert_eq!(all_done(transition), 1);
    });
    assert_eq!((texts(&again), again.pause_reason), (3, Some(PauseReason::Breakpoint)));
    assert!(again.nodes[&NodeId::from("next")].hold.is_some());
}

#[test]
fn only_items_that_are_lacking_are_tried_again_and_none_over_what_a_person_chose() {
    let launched = launched(chain(&[("write", "generate_copy"), ("check", "review")]));
    let refusal = |snapshot: &Snapshot| {
        let again = |transition: &mut Transition<'_>| {
            decide::retry_node(transition, &"write".into(), None).unwrap_err()
        };
        decided_at(Timestamp(5), snapshot.clone(), again).2
    };
    let whole = after(launched.clone(), |transition| assert_eq!(all_done(transition), 3));
    assert!(matches!(refusal(&whole), Refused::NotFailed { .. }));

    let artifact = ArtifactSummary {
        id: ArtifactId(Uuid::nil()),
        node: "write".into(),
        item: 0,
        port: "texts".to_owned(),
        version: 2,
        sample: true,
        cut_off: false,
        restored: None,
        edited_by: None,
        body: ArtifactBody::text("Older"),
    };
    let output = json!({"texts": ["Older", "Words"]}).as_object().unwrap().clone();
    let chosen = after(after(launched.clone(), work), |transition| {
        decide::restore_output(transition, Restore { artifact, output }).unwrap();
    });
    assert!(matches!(refusal(&chosen), Refused::NotHere(_)), "{:?}", refusal(&chosen));

    let ended = after(after(launched, work), approve_all);
    let action = Action::RetryNode;
    assert_eq!(refusal(&ended), Refused::NotAllowed { action, status: Status::Completed });
}

#[test]
fn what_is_retried_beside_an_open_review_runs_at_once() {
    let mut workflow = chain(&[("write", "generate_copy"), ("check", "review")]);
    let other = json!({
        "id": "other", "type": "generate_copy", "position": {"x": 0, "y": 0},
        "data": {"config": {"prompt": "Write"}},
    });
    workflow.nodes.push(serde_json::from_value(other).unwrap());
    let edge = json!({"id": "beside", "source": "start", "target": "other"});
    workflow.edges.push(serde_json::from_value(edge).unwrap());
    let failing = |transition: &mut Transition<'_>| {
        for job in claim(transition) {
            let refused = Ending::Failed(Failure::permanent("refused", "never"));
            let ending = if job.node == "other".into() { refused } else { Ending::Done };
            decide::settle_report(transition, report((job.id, job.fence), &ending, 0)).unwrap();
        }
    };
    let asked = after(launched(workflow), failing);
    assert_eq!(asked.pause_reason, Some(PauseReason::Review));

    let again =
        after(asked, |transition| decide::retry_node(transition, &"other".into(), None).unwrap());

    assert_eq!((again.status, shown(&again)), (Status::Running, Some(3)));
    let done = after(again, |transition| assert_eq!(all_done(transition), 1));
    assert_eq!(done.pause_reason, Some(PauseReason::Review));
}

/// What a worker is given that runs one job alone.
fn claim_alone(transition: &mut Transition<'_>) -> Vec<JobState> {
    let one = ClaimLimits { capacity: 1, per_execution: 9, alone: true };
    decide::claim_jobs(transition, WorkerId(Uuid::nil()), one, &|_| true)
}

fn lose(transition: &mut Transition<'_>) {
    decide::handle_worker_loss(transition, WorkerId(Uuid::nil())).unwrap();
}

#[test]
fn three_kills_of_one_process_fail_no_job_and_a_second_loss_alone_fails_that_job() {
    let mut all = launched(chain(&[("write", "generate_copy")]));
    for _ in 0..2 {
        all = after(all, |transition| {
            assert_eq!((claim(transition).len(), claim_alone(transition).len()), (3, 0));
            lose(transition);
        });
    }
    for lost in [3, 4] {
        all = after(all, |transition| {
            assert_eq!(claim(transition), [], "nothing is taken beside a job that runs alone");
            let alone = claim_alone(transition);
            assert_eq!((alone.len(), alone[0].item), (1, 0));
            lose(transition);
            assert_eq!(transition.snapshot().jobs[&alone[0].id].lost, lost);
        });
        let failed = all.jobs.values().filter(|job| job.status == JobStatus::Failed);
        let failed: Vec<i32> = failed.map(|job| job.item).collect();
        assert_eq!(failed, if lost == 3 { vec![] } else { vec![0] });
    }
    after(all, |transition| {
        assert_eq!(claim_alone(transition).len(), 1, "the others go on");
    });
}

#[test]
fn a_job_whose_worker_lived_to_report_is_under_suspicion_no_more() {
    let mut all = launched(chain(&[("write", "generate_copy")]));
    for _ in 0..2 {
        all = after(all, |transition| {
            claim(transition);
            lose(transition);
        });
    }
    let all = after(all, |transition| {
        let alone = claim_alone(transition).remove(0);
        let failed = Ending::Failed(Failure::transient("busy", "try again"));
        decide::settle_report(transition, report((alone.id, alone.fence), &failed, 0)).unwrap();
        assert_eq!(transition.snapshot().jobs[&alone.id].lost, 0);
    });
    assert_eq!(all.jobs.values().filter(|job| job.runs_alone()).count(), 2, "the others are");
}

#[test]
fn a_clock_that_jumps_while_a_provider_that_is_away_is_probed_counts_as_no_work() {
    const HOURS: i64 = 2 * 3_600_000;
    let away = Ending::Failed(Failure::for_limit(1_000, Failure::AWAY, "away"));
    let mut claimed = vec![];
    let probing = decided_at(Timestamp(5), launched(chain(&[("write", "generate_copy")])), |now| {
        claimed = claim(now);
    });
    let waiting = decided_at(Timestamp(HOURS), probing.0, |transition| {
        for job in &claimed {
            decide::settle_report(transition, report((job.id, job.fence), &away, 0)).unwrap();
        }
    });

    assert_eq!((waiting.0.active_ms, waiting.0.running_since), (0, None));
    let mut claimed = vec![];
    let working = decided_at(Timestamp(HOURS + 1_000), waiting.0, |now| claimed = claim(now));
    let done = decided_at(Timestamp(HOURS + 1_700), working.0, |transition| {
        for job in &claimed {
            let ending = Ending::Done;
            decide::settle_report(transition, report((job.id, job.fence), &ending, 0)).unwrap();
        }
    });
    assert_eq!(done.0.active_ms, 700, "work counts");
}

#[test]
fn what_waits_for_storage_goes_on_when_there_is_room_and_nothing_else_does() {
    for (reason, then) in
        [(HoldReason::Storage, Status::Running), (HoldReason::Provider, Status::Paused)]
    {
        let ending = Ending::Failed(Failure::hold(reason, "full", "full"));
        let steps = [("write", "generate_copy")];
        let paused = after(launched(chain(&steps)), |transition| {
            all_end(transition, &ending);
        });
        assert_eq!(paused.status, Status::Paused);
        let after = after(paused, |now| decide::follow_storage_back(now).unwrap());
        assert_eq!(after.status, then, "{reason:?}");
    }
}
