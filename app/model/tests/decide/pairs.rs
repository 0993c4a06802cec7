//! Every input in every state, next to what has been reviewed: `pairs.txt`.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use model::{
    decide::{
        self, AutoRun, ChildEnd, ChildEnding, ChildWait, ClaimLimits, ParentWord, Refused,
        Transition,
    },
    execution::{
        action_policy::Dependents,
        event::Event,
        failure::Failure,
        question::{CallAnswer, Way},
        queue::Queued,
        state::{EndReason, ExecutionStatus as Status, JobStatus},
        view::Bill,
    },
    id::{ExecutionId, JobId, NodeId, ReviewId, WorkerId},
    review::{Approval, Decision},
    time::Timestamp,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::decide::{
    input::Ending,
    states::{decided_at, snapshot_in},
    world::{report, reviewer},
};

const REVIEWED: &str = include_str!("pairs.txt");
/// Soon after the launch, and long after any execution's time is used up.
pub(crate) const SOON: Timestamp = Timestamp(5);
pub(crate) const LATE: Timestamp = Timestamp(48 * 3_600_000);

pub(crate) type Answer = Result<(), Refused>;
type Input = (&'static str, Timestamp, fn(&mut Transition<'_>) -> Answer);

/// Reports the job of `b` under a fence that lies so far back.
fn settle(transition: &mut Transition<'_>, back: i64, ending: &Ending) -> Answer {
    let job = transition.snapshot().jobs_of(&"b".into())[0].clone();
    decide::settle_report(transition, report((job.id, job.fence - back), ending, 0))
}

fn claim(transition: &mut Transition<'_>) -> Answer {
    let all = ClaimLimits { capacity: 9, per_execution: 9, alone: false };
    decide::claim_jobs(transition, WorkerId(Uuid::nil()), all, &|_| true);
    Ok(())
}

fn hand_back(transition: &mut Transition<'_>) -> Answer {
    let running = |job: &&model::decide::JobState| job.status == JobStatus::Running;
    let held = transition.snapshot().jobs.values().filter(running).map(|job| (job.id, job.fence));
    let held: Vec<_> = held.collect();
    decide::release_jobs(transition, &held)
}

fn edit(transition: &mut Transition<'_>, node: &str) -> Answer {
    let fields = json!({"prompt": "Write better"});
    decide::edit_node(transition, &node.into(), fields.as_object().unwrap(), &Map::new())
}

fn place(transition: &mut Transition<'_>, queued: Option<Queued>) -> Answer {
    transition.set_queued(queued);
    decide::admit(transition)
}

fn child_ends(transition: &mut Transition<'_>) -> Answer {
    let job = transition.snapshot().jobs_of(&"b".into())[0].id;
    let (child, bill) = (ExecutionId(Uuid::nil()), Bill::default());
    decide::handle_child_end(
        transition,
        ChildEnd { job, child, ending: ChildEnding::Completed(json!(1)), bill },
    )
}

fn child_waits(transition: &mut Transition<'_>) -> Answer {
    let job = transition.snapshot().jobs_of(&"b".into())[0].id;
    let (child, message) = (ExecutionId(Uuid::nil()), "Paused".to_owned());
    decide::handle_child_wait(transition, ChildWait { job, child, message })
}

fn answer_call(transition: &mut Transition<'_>) -> Answer {
    let (job_id, answer) = (JobId(Uuid::nil()), Way::Again);
    decide::answer_call(
        transition,
        CallAnswer { job_id, question: 1, answer, output: None },
        reviewer(1),
    )
}

fn decide(transition: &mut Transition<'_>) -> Answer {
    let approve = Decision::Approve(Approval::default());
    decide::decide_review(transition, ReviewId(Uuid::nil()), approve, reviewer(1))
}

fn transient() -> Ending {
    Ending::Failed(Failure::transient("busy", "try again"))
}

fn permanent() -> Ending {
    Ending::Failed(Failure::permanent("refused", "never"))
}

/// Of the nodes, `a` has failed (completed where the execution is), `b` is worked on or has ended.
const INPUTS: &[Input] = &[
    ("a worker asks for work", SOON, claim),
    ("b is reported done", SOON, |d| settle(d, 0, &Ending::Done)),
    ("b is reported to have failed for good", SOON, |d| settle(d, 0, &permanent())),
    ("b is reported to have failed for now", SOON, |d| settle(d, 0, &transient())),
    ("b is reported under an old fence", SOON, |d| settle(d, 1, &Ending::Done)),
    ("its worker is lost", SOON, |d| decide::handle_worker_loss(d, WorkerId(Uuid::nil()))),
    ("its worker hands back", SOON, hand_back),
    ("pause", SOON, decide::pause),
    ("resume", SOON, decide::resume),
    ("stop", SOON, |d| decide::stop(d, EndReason::User)),
    ("a look at the time, soon", SOON, decide::check_deadline),
    ("a look at the time, late", LATE, decide::check_deadline),
    ("a look at reviews", LATE, decide::check_reviews),
    ("retry a", SOON, |d| decide::retry_node(d, &"a".into(), None)),
    ("retry b", SOON, |d| decide::retry_node(d, &"b".into(), None)),
    ("retry what is not there", SOON, |d| decide::retry_node(d, &"x".into(), None)),
    ("skip a", SOON, |d| decide::skip_node(d, &"a".into(), None)),
    ("skip b", SOON, |d| decide::skip_node(d, &"b".into(), None)),
    ("skip end", SOON, |d| decide::skip_node(d, &"end".into(), None)),
    ("do a again", SOON, |d| decide::redo_node(d, &"a".into(), None, Dependents::Redo)),
    ("do b again", SOON, |d| decide::redo_node(d, &"b".into(), None, Dependents::Redo)),
    ("trigger b", SOON, |d| decide::trigger_node(d, &"b".into(), None)),
    ("step by step", SOON, |d| decide::set_auto_run(d, AutoRun::Off)),
    ("on by itself", SOON, |d| decide::set_auto_run(d, AutoRun::On)),
    ("a breakpoint", SOON, |d| decide::set_breakpoints(d, BTreeSet::from([NodeId::from("b")]))),
    ("a budget", SOON, |d| decide::set_budget(d, Some(1_000_000))),
    ("edit a", SOON, |d| edit(d, "a")),
    ("edit b", SOON, |d| edit(d, "b")),
    ("decide a review that is not open", SOON, decide),
    ("answer a question that nobody asks", SOON, answer_call),
    ("the end of a child that is not its own", SOON, child_ends),
    ("a pause of a child that is not its own", SOON, child_waits),
    ("its parent pauses", SOON, |d| decide::follow_parent(d, ParentWord::Pause)),
    ("its parent resumes", SOON, |d| decide::follow_parent(d, ParentWord::Resume)),
    ("its parent may spend another sum", SOON, |d| decide::follow_parent(d, ParentWord::Budget)),
    ("its parent stops", SOON, |d| decide::follow_parent(d, ParentWord::Stop)),
    ("a place is free", SOON, |d| place(d, None)),
    ("no place is free", SOON, |d| place(d, Some(Queued { position: 1, running: 10 }))),
];

fn kind(event: &Event) -> String {
    let Value::Object(fields) = serde_json::to_value(&event.kind).unwrap() else {
        panic!("an event is an object");
    };
    fields["kind"].as_str().unwrap().to_owned()
}

/// Ids are drawn: which it was says nothing.
fn without_ids(words: &str) -> String {
    let plain = words.split(' ').map(|word| if Uuid::parse_str(word).is_ok() { "…" } else { word });
    plain.collect::<Vec<_>>().join(" ")
}

/// What has come of an input, in a line: where it leads and what was recorded, or why it was refused.
pub(crate) fn told(leads_to: &str, events: &[Event], answer: &Answer) -> String {
    match answer {
        Err(refused) => {
            assert!(events.is_empty(), "refused, and an event: {refused}");
            without_ids(&format!("refused: {refused}"))
        }
        Ok(()) if events.is_empty() => "nothing".to_owned(),
        Ok(()) => {
            let kinds: Vec<String> = events.iter().map(kind).collect();
            format!("{leads_to}: {}", kinds.join(" "))
        }
    }
}

/// Compares a table with the reviewed one of that name. With `ATELIER_KEEP` it is kept instead; what
/// has changed is reviewed as the difference to the last commit:
/// `ATELIER_KEEP=yes cargo test -p model --test all pairs`.
pub(crate) fn compare(name: &str, table: &str, reviewed: &str) {
    if std::env::var_os("ATELIER_KEEP").is_some() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decide");
        return fs::write(folder.join(name), table).unwrap();
    }
    let unlike: Vec<_> =
        table.lines().zip(reviewed.lines()).filter(|(is, was)| is != was).collect();

    let whole = if table == reviewed { "" } else { table };
    assert!(
        whole.is_empty(),
        "review what has changed, then keep it (ATELIER_KEEP=yes): {unlike:#?}\n{whole}"
    );
}

fn table() -> String {
    let mut text = String::new();
    for status in Status::ALL.iter().copied() {
        writeln!(text, "{status}").unwrap();
        for (input, now, decision) in INPUTS {
            let (after, events, answer) = decided_at(*now, snapshot_in(status), decision);
            let told = told(after.status.as_str(), &events, &answer);
            writeln!(text, "  {input} → {told}").unwrap();
        }
    }
    text
}

#[test]
fn rel_m1_every_input_in_every_state_does_what_was_reviewed() {
    compare("pairs.txt", &table(), REVIEWED);
}
