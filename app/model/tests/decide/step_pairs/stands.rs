//! Where a step may stand, and how it came there.

use std::collections::BTreeSet;

use model::{
    decide::{self, AutoRun, ClaimLimits, Snapshot, Transition},
    execution::state::{Effect, EndReason, JobStatus, NodeStatus},
    id::{NodeId, WorkerId},
    workflow::Workflow,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{held, limited, permanent, transient, unanswered};
use crate::decide::{
    children,
    input::Ending,
    items::{after, launched},
};

/// Holds what is done of the step.
pub(super) const OURS: WorkerId = WorkerId(Uuid::nil());
const ALL: ClaimLimits = ClaimLimits { capacity: 9, per_execution: 9, alone: false };
/// The type of the step beside, of which there is no other.
const BESIDE: &str = "generate_image";

/// Where a step stands.
pub(super) struct Stand {
    status: NodeStatus,
    /// What came before.
    pub(super) words: &'static str,
    /// The step, in this execution.
    id: &'static str,
    /// Its type and data.
    drawn: Value,
    /// What happens once the steps at the start can begin.
    happens: fn(&mut Transition<'_>),
}

impl Stand {
    pub(super) fn step(&self) -> NodeId {
        NodeId::from(self.id)
    }

    /// An execution that goes on in any case: a step beside this one never ends.
    pub(super) fn snapshot(&self) -> Snapshot {
        let workflow = workflow(&self.drawn, self.id != "it");
        let mut snapshot = after(launched(workflow), |transition| {
            let other = WorkerId(Uuid::from_u128(7));
            assert_eq!(decide::claim_jobs(transition, other, ALL, &|kind| kind == BESIDE).len(), 1);
            (self.happens)(transition);
        });
        let stands = snapshot.nodes[&self.step()].status;
        assert_eq!(stands, self.status, "{} · {}", self.status, self.words);
        // A request that somebody holds has left.
        let called = self.drawn["type"] == "http_request";
        let held = snapshot.jobs.values_mut().filter(|job| job.status == JobStatus::Running);
        held.filter(|job| called && job.node == self.step())
            .for_each(|job| job.effect = Effect::Sent);
        snapshot
    }
}

/// start → before → it → after → end, and beside them start → beside → end. `in_rounds`, it lies in
/// a loop of two iterations instead, which is called each.
fn workflow(it: &Value, in_iterations: bool) -> Workflow {
    let node = |id: &str, drawn: &Value| json!({"id": id, "type": drawn["type"], "position": {"x": 0, "y": 0}, "data": drawn["data"]});
    let edge = |(source, port, target): (&str, Option<&str>, &str)| {
        json!({"id": format!("{source}-{target}"), "source": source, "sourceHandle": port,
               "target": target})
    };
    let bare = |kind: &str| json!({"type": kind, "data": {"config": {}}});
    let image = json!({"type": BESIDE, "data": {"config": {"prompt": "Draw"}}});
    let mut nodes = vec![
        node("start", &bare("start")),
        node("before", &text()),
        node("it", it),
        node("after", &text()),
        node("beside", &image),
        node("end", &bare("end")),
    ];
    let mut edges = vec![
        ("start", None, "before"),
        ("after", None, "end"),
        ("start", None, "beside"),
        ("beside", None, "end"),
    ];
    if in_iterations {
        nodes[2]["parentId"] = json!("each");
        let iterations = json!({"type": "for_each", "data": {"config": {"items": "${[1, 2]}"}}});
        nodes.push(node("each", &iterations));
        edges.extend([("before", None, "each"), ("each", Some("item"), "it")]);
        edges.extend([("it", None, "each"), ("each", None, "after")]);
    } else {
        edges.extend([("before", None, "it"), ("it", None, "after")]);
    }
    let edges: Vec<Value> = edges.into_iter().map(edge).collect();
    serde_json::from_value(json!({"nodes": nodes, "edges": edges})).unwrap()
}

fn text() -> Value {
    json!({"type": "generate_copy", "data": {"config": {"prompt": "Write"}}})
}

/// The same with more data.
fn text_with(data: &Value) -> Value {
    let mut text = text();
    text["data"].as_object_mut().unwrap().extend(data.as_object().unwrap().clone());
    text
}

fn of(kind: &str, config: &Value) -> Value {
    json!({"type": kind, "data": {"config": config}})
}

fn post() -> Value {
    of("http_request", &json!({"method": "POST", "url": "https://example.org/"}))
}

fn launching() -> Value {
    of("sub_workflow", &json!({"template": "Other"}))
}

/// Takes what is due for the worker of the step.
pub(super) fn take(transition: &mut Transition<'_>) {
    decide::claim_jobs(transition, OURS, ALL, &|kind| kind != BESIDE);
}

/// A job of a node that is taken, or that can be, ends.
fn ends(transition: &mut Transition<'_>, node: &str, ending: &Ending) {
    take(transition);
    let node = NodeId::from(node);
    let jobs = transition.snapshot().jobs_of(&node);
    let runs = jobs.into_iter().find(|job| job.status == JobStatus::Running);
    let job = runs.unwrap_or_else(|| panic!("{node} runs")).clone();
    children::answer(transition, &job, ending, 0).unwrap();
}

/// The step can begin.
fn reached(transition: &mut Transition<'_>) {
    ends(transition, "before", &Ending::Done);
}

/// A worker has taken the step.
fn begun(transition: &mut Transition<'_>) {
    reached(transition);
    take(transition);
}

fn ended(transition: &mut Transition<'_>, ending: &Ending) {
    reached(transition);
    ends(transition, "it", ending);
}

/// The first iteration fails, so the loop does.
fn dropped(transition: &mut Transition<'_>) {
    reached(transition);
    ends(transition, "it@each[0]", &permanent());
}

fn held_at_a_breakpoint(transition: &mut Transition<'_>) {
    decide::set_breakpoints(transition, BTreeSet::from(["it".into()])).unwrap();
    reached(transition);
}

fn held_step_by_step(transition: &mut Transition<'_>) {
    decide::set_auto_run(transition, AutoRun::Off).unwrap();
    reached(transition);
}

fn one_of_two(transition: &mut Transition<'_>) {
    ended(transition, &Ending::Done);
    ends(transition, "it", &permanent());
}

fn skipped(transition: &mut Transition<'_>) {
    reached(transition);
    decide::skip_node(transition, &"it".into(), None).unwrap();
}

fn stopped(transition: &mut Transition<'_>) {
    begun(transition);
    decide::stop(transition, EndReason::User).unwrap();
}

/// Each status with all that leads to it.
pub(super) fn every_stand() -> Vec<Stand> {
    let stands: Vec<Stand> = [under_way(), waiting(), settled()].into_iter().flatten().collect();
    let statuses: BTreeSet<NodeStatus> = stands.iter().map(|stand| stand.status).collect();
    let all: BTreeSet<NodeStatus> = NodeStatus::ALL.iter().copied().collect();
    assert_eq!(statuses, all, "none is forgotten");
    stands
}

fn stand(
    status: NodeStatus,
    words: &'static str,
    drawn: Value,
    happens: fn(&mut Transition<'_>),
) -> Stand {
    Stand { status, words, id: "it", drawn, happens }
}

/// The same of a step of the execution that has iterations.
fn in_iterations(
    id: &'static str,
    status: NodeStatus,
    words: &'static str,
    happens: fn(&mut Transition<'_>),
) -> Stand {
    Stand { id, ..stand(status, words, text(), happens) }
}

fn under_way() -> Vec<Stand> {
    use NodeStatus::{AwaitingReview, Pending, Ready, Running};
    let review = of("review", &json!({"auto_approve_minutes": 5}));
    vec![
        stand(Pending, "a step before it is under way", text(), take),
        stand(Ready, "what it waited for is there", text(), reached),
        stand(Running, "a worker has it", text(), begun),
        stand(Running, "a worker has it, and its request has left", post(), begun),
        in_iterations("it@each[0]", Running, "a worker has it in a round", begun),
        in_iterations("each", Running, "its rounds are under way", begun),
        stand(AwaitingReview, "a person decides", review, reached),
    ]
}

fn waiting() -> Vec<Stand> {
    use NodeStatus::Waiting;
    let later = of("wait", &json!({"seconds": 60}));
    vec![
        stand(Waiting, "for its next attempt", text(), |d| ended(d, &transient())),
        stand(Waiting, "for a limit", text(), |d| ended(d, &limited())),
        stand(Waiting, "for a cause to be cured", text(), |d| ended(d, &held())),
        stand(Waiting, "for its time", later, reached),
        stand(Waiting, "for what it launched", launching(), |d| ended(d, &Ending::Done)),
        stand(Waiting, "for a word about its call", post(), |d| ended(d, &unanswered())),
        stand(Waiting, "at a breakpoint", text(), held_at_a_breakpoint),
        stand(Waiting, "step by step", text(), held_step_by_step),
    ]
}

fn settled() -> Vec<Stand> {
    use NodeStatus::{Cancelled, Completed, Failed, Skipped};
    let two = json!({"config": {"prompt": "Write", "quantity": 2}, "minItems": 1});
    let unmet = text_with(&json!({"if": "false"}));
    let missing = text_with(&json!({"if": "nodes.before.texts[9] == \"a\""}));
    let handled = text_with(&json!({"onError": "continue"}));
    vec![
        stand(Completed, "it has what it was to make", text(), |d| ended(d, &Ending::Done)),
        stand(Completed, "it lacks an item", text_with(&two), one_of_two),
        stand(Failed, "nobody has handled it", text(), |d| ended(d, &permanent())),
        stand(Failed, "the workflow went on", handled, |d| ended(d, &permanent())),
        stand(Failed, "it had no job yet", missing, reached),
        in_iterations("it@each[0]", Failed, "and so has its loop", dropped),
        in_iterations("each", Failed, "one of its rounds has", dropped),
        stand(Skipped, "its condition does not hold", unmet, reached),
        stand(Skipped, "a person went on without it", text(), skipped),
        in_iterations("it@each[1]", Cancelled, "another round has failed", dropped),
        stand(Cancelled, "the execution was stopped", text(), stopped),
    ]
}
