//! Every input that may be about a step, wherever the step stands, next to what has been reviewed:
//! `step_pairs.txt`, which [`compare`] keeps.

mod stands;

use std::{collections::BTreeSet, fmt::Write};

use model::{
    decide::{
        self, AutoRun, Breakpoint, ChildEnd, ChildEnding, ChildWait, Launching, Outcome, Report,
        Restore, Transition,
    },
    execution::{
        action_policy::Dependents,
        event::{ArtifactBody, ArtifactSummary, Restored},
        failure::{Failure, HoldReason},
        question::{CallAnswer, Way},
        state::EndReason,
        view::Bill,
    },
    id::{ArtifactId, ExecutionId, JobId, NodeId, ReviewId, WorkerId},
    review::{Approval, Decision},
    time::Timestamp,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use self::stands::{OURS, every_stand, take};
use crate::decide::{
    children,
    input::{Ending, given, own},
    pairs::{Answer, LATE, SOON, compare, told},
    states::decided_at,
    world::{report, reviewer},
};

const REVIEWED: &str = include_str!("step_pairs.txt");

type Input = (&'static str, Timestamp, fn(&mut Transition<'_>, &NodeId) -> Answer);

/// What workers and other executions say, and what time brings.
const WORK: &[Input] = &[
    ("a worker asks for work", SOON, work),
    ("a worker asks for work two days later", LATE, work),
    ("it is reported done", SOON, |d, it| settle(d, it, 0, &Ending::Done)),
    ("it is reported to have failed for good", SOON, |d, it| settle(d, it, 0, &permanent())),
    ("it is reported to have failed for now", SOON, |d, it| settle(d, it, 0, &transient())),
    ("it is reported to have had no answer", SOON, |d, it| settle(d, it, 0, &unanswered())),
    ("it is reported to wait for a limit", SOON, |d, it| settle(d, it, 0, &limited())),
    ("it is reported to wait for a cure", SOON, |d, it| settle(d, it, 0, &held())),
    ("it is reported to have launched another", SOON, launch),
    ("it is reported under an old fence", SOON, |d, it| settle(d, it, 1, &Ending::Done)),
    ("its worker is lost", SOON, |d, _| decide::handle_worker_loss(d, OURS)),
    ("another worker is lost", SOON, |d, _| {
        decide::handle_worker_loss(d, WorkerId(Uuid::from_u128(9)))
    }),
    ("its worker hands back", SOON, |d, it| {
        let held = first_job(d, it);
        decide::release_jobs(d, &[held])
    }),
    ("what it launched is completed", SOON, |d, it| {
        child_ends(d, it, ChildEnding::Completed(json!("Words")))
    }),
    ("what it launched fails", SOON, |d, it| {
        child_ends(d, it, ChildEnding::Failed("It went wrong.".to_owned()))
    }),
    ("what it launched is stopped", SOON, |d, it| {
        child_ends(d, it, ChildEnding::Stopped(EndReason::User))
    }),
    ("what it launched pauses", SOON, child_waits),
    ("a look at reviews", LATE, |d, _| decide::check_reviews(d)),
    ("the clock was set back", Timestamp(1), |d, _| decide::follow_clock_back(d)),
];

/// What people want of the step, or of all that is under way.
const WORDS: &[Input] = &[
    ("retry", SOON, |d, it| decide::retry_node(d, it, None)),
    ("retry with another prompt", SOON, |d, it| decide::retry_node(d, it, Some(&better()))),
    ("retry as it was before", SOON, |d, it| {
        let before = d.snapshot().nodes[it].generation - 1;
        decide::check_generation(d.snapshot(), it, Some(before))
            .and_then(|()| decide::retry_node(d, it, None))
    }),
    ("skip", SOON, |d, it| decide::skip_node(d, it, None)),
    ("skip with words", SOON, |d, it| {
        let words = own(d, it);
        decide::skip_node(d, it, Some(words))
    }),
    ("skip with what it cannot give", SOON, |d, it| {
        decide::skip_node(d, it, Some(Map::from_iter([("nothing".to_owned(), json!(1))])))
    }),
    ("start", SOON, |d, it| decide::trigger_node(d, it, None)),
    ("start with another prompt", SOON, |d, it| decide::trigger_node(d, it, Some(&better()))),
    ("do again", SOON, |d, it| decide::redo_node(d, it, None, Dependents::Keep)),
    ("do again with what depends on it", SOON, |d, it| {
        decide::redo_node(d, it, None, Dependents::Redo)
    }),
    ("do again with another prompt", SOON, |d, it| {
        decide::redo_node(d, it, Some(&better()), Dependents::Keep)
    }),
    ("edit", SOON, |d, it| decide::edit_node(d, it, &better(), &Map::new())),
    ("edit what was seen otherwise", SOON, |d, it| {
        let was = Map::from_iter([("prompt".to_owned(), json!("Draw"))]);
        decide::edit_node(d, it, &better(), &was)
    }),
    ("a breakpoint", SOON, |d, it| decide::set_breakpoint(d, it, Breakpoint::Set)),
    ("no breakpoint", SOON, |d, it| decide::set_breakpoint(d, it, Breakpoint::Cleared)),
    ("approve", SOON, |d, it| decide(d, it, Decision::Approve(Approval::default()))),
    ("ask for changes", SOON, |d, it| decide(d, it, Decision::Changes { reason: reason() })),
    ("reject", SOON, |d, it| decide(d, it, Decision::Reject { reason: reason() })),
    ("call again", SOON, |d, it| answer(d, it, Way::Again)),
    ("it was done", SOON, |d, it| answer(d, it, Way::Done)),
    ("go on without the call", SOON, |d, it| answer(d, it, Way::Skip)),
    ("an older version", SOON, restore),
    ("pause", SOON, |d, _| decide::pause(d)),
    ("resume", SOON, |d, _| decide::resume(d)),
    ("stop", SOON, |d, _| decide::stop(d, EndReason::User)),
    ("step by step", SOON, |d, _| decide::set_auto_run(d, AutoRun::Off)),
    ("on by itself", SOON, |d, _| decide::set_auto_run(d, AutoRun::On)),
];

fn permanent() -> Ending {
    Ending::Failed(Failure::permanent("refused", "never"))
}

fn transient() -> Ending {
    Ending::Failed(Failure::transient("busy", "try again"))
}

fn unanswered() -> Ending {
    Ending::Failed(Failure::transient("broken", "cut off").without_answer())
}

fn limited() -> Ending {
    Ending::Failed(Failure::for_limit(60_000, "limited", "others"))
}

fn held() -> Ending {
    Ending::Failed(Failure::hold(HoldReason::Provider, "held", "cure it"))
}

fn better() -> Map<String, Value> {
    Map::from_iter([("prompt".to_owned(), json!("Write better"))])
}

fn reason() -> String {
    "Shorter".to_owned()
}

fn work(transition: &mut Transition<'_>, _it: &NodeId) -> Answer {
    take(transition);
    Ok(())
}

/// The first job of a step with its fence; one that is nowhere where it has none.
fn first_job(transition: &Transition<'_>, it: &NodeId) -> (JobId, i64) {
    let jobs = transition.snapshot().jobs_of(it);
    jobs.first().map_or((JobId(Uuid::nil()), 0), |job| (job.id, job.fence))
}

/// Reports it under a fence that lies so far back.
fn settle(transition: &mut Transition<'_>, it: &NodeId, back: i64, ending: &Ending) -> Answer {
    let (job, fence) = first_job(transition, it);
    children::settle(transition, report((job, fence - back), ending, 0))
}

fn launch(transition: &mut Transition<'_>, it: &NodeId) -> Answer {
    let told = report(first_job(transition, it), &Ending::Done, 0);
    let (child, name) = (ExecutionId(Uuid::nil()), "Other".to_owned());
    decide::settle_report(
        transition,
        Report { outcome: Outcome::Waits(Launching { child, name }), ..told },
    )
}

/// The first job of a step, and what that waits for.
fn child(transition: &Transition<'_>, it: &NodeId) -> (JobId, ExecutionId) {
    let jobs = transition.snapshot().jobs_of(it);
    let child = jobs.first().and_then(|job| job.waits_for());
    (first_job(transition, it).0, child.unwrap_or(ExecutionId(Uuid::nil())))
}

fn child_ends(transition: &mut Transition<'_>, it: &NodeId, ending: ChildEnding) -> Answer {
    let (job, child) = child(transition, it);
    decide::handle_child_end(transition, ChildEnd { job, child, ending, bill: Bill::default() })
}

fn child_waits(transition: &mut Transition<'_>, it: &NodeId) -> Answer {
    let (job, child) = child(transition, it);
    decide::handle_child_wait(transition, ChildWait { job, child, message: "Paused".to_owned() })
}

fn decide(transition: &mut Transition<'_>, it: &NodeId, decision: Decision) -> Answer {
    let review = transition.snapshot().nodes[it].review.as_ref();
    let review = review.map_or(ReviewId(Uuid::nil()), |review| review.id);
    decide::decide_review(transition, review, decision, reviewer(1))
}

fn answer(transition: &mut Transition<'_>, it: &NodeId, answer: Way) -> Answer {
    let (job_id, question) = first_job(transition, it);
    let output = (answer == Way::Done).then(|| json!({"id": 7}));
    decide::answer_call(transition, CallAnswer { job_id, question, answer, output }, reviewer(1))
}

fn restore(transition: &mut Transition<'_>, it: &NodeId) -> Answer {
    let snapshot = transition.snapshot();
    let ports = snapshot.config(it).unwrap().outputs(&snapshot.compiled.workflow().parameters);
    let port = ports[0].name.clone();
    let output = Map::from_iter([(port.clone(), given(&ports[0], "First"))]);
    let artifact = ArtifactSummary {
        id: ArtifactId(Uuid::nil()),
        node: it.clone(),
        item: 0,
        port,
        version: 2,
        sample: false,
        cut_off: false,
        restored: Some(Restored { version: 1, by: reviewer(1) }),
        edited_by: None,
        body: ArtifactBody::text("First"),
    };
    decide::restore_output(transition, Restore { artifact, output })
}

/// Inputs of which the same comes stand in one line, in the order of the first.
fn table() -> String {
    let mut text = String::new();
    for stand in every_stand() {
        let (before, it) = (stand.snapshot(), stand.step());
        writeln!(text, "{} · {}", before.nodes[&it].status, stand.words).unwrap();
        let mut lines: Vec<(String, Vec<&str>)> = vec![];
        for &(input, now, decision) in WORK.iter().chain(WORDS) {
            let (after, events, answer) =
                decided_at(now, before.clone(), |transition| decision(transition, &it));
            let leads_to = format!("{} ({})", after.nodes[&it].status, after.status);
            let told = told(&leads_to, &events, &answer);
            match lines.iter_mut().find(|(line, _)| *line == told) {
                Some((_, inputs)) => inputs.push(input),
                None => lines.push((told, vec![input])),
            }
        }
        for (told, inputs) in lines {
            writeln!(text, "  {} → {told}", inputs.join("; ")).unwrap();
        }
    }
    text
}

#[test]
fn rel_m1_every_input_about_a_step_does_what_was_reviewed_wherever_it_stands() {
    let names: BTreeSet<&str> = WORK.iter().chain(WORDS).map(|&(input, ..)| input).collect();
    assert_eq!(names.len(), WORK.len() + WORDS.len(), "each input has a name of its own");

    compare("step_pairs/step_pairs.txt", &table(), REVIEWED);
}
