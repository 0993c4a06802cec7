//! Events as sentences, the same in the log, the panel and for screen readers: those about executions,
//! nodes, decisions and outputs here, those about jobs beside. Pure.

use model::{
    api::executions::ArtifactRow,
    execution::{
        event::{
            ArtifactBody, ArtifactSummary, Event, EventKind, JobRef, PERSON, Paused, Restored,
            SkipReason, Stopped,
        },
        failure::Failure,
        state::PauseReason,
        view::{ExecutionView, NodeView},
    },
    id::NodeId,
    nodes::NodeConfig,
    review::{
        ApprovalGiven, Reviewer, Verdict,
        assignment::{Reassigned, Reviewers},
    },
    time::Timestamp,
    workflow::Workflow,
};
use ui::{
    format::{money, pluralize},
    status::Status,
};

use super::{
    job::{self, answerer},
    weight::{Weight, Words, alarm, detail, step},
};
use crate::reviews::words::{join, who};

/// An event as one line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The event's number.
    pub seq: i64,
    /// When it happened, by the clock of the database.
    pub at: Timestamp,
    /// The state it tells of, for the icon and its colour.
    pub status: Status,
    /// How much it matters.
    pub weight: Weight,
    pub node: Option<NodeId>,
    /// The sentence, without a full stop; it names the nodes it is about.
    pub text: String,
}

/// An event in words.
pub fn sentence(event: &Event, names: &Names<'_>) -> Sentence {
    let (status, weight, text) = words(event, names);
    let node = event.kind.node().cloned();
    Sentence { seq: event.seq, at: event.at, status, weight, node, text }
}

fn words(event: &Event, names: &Names<'_>) -> Words {
    use EventKind as E;
    let (label, tool) = (names.subject(&event.kind), names.tool(&event.kind));
    match &event.kind {
        E::ExecutionLaunched { nodes, .. } => launch_words(nodes.len()),
        E::ExecutionQueued(queued) => step(Status::Queued, queued.to_string()),
        E::ExecutionStarted => step(Status::Running, "Started"),
        E::ExecutionPaused(pause) => pause_words(pause),
        E::ExecutionResumed => step(Status::Running, "Resumed"),
        E::ExecutionCompleted => step(Status::Completed, "Completed"),
        E::ExecutionFailed { node, message } => run_failure_words(node, message, names),
        E::ExecutionStopped(stop) => stop_words(stop),
        E::ExecutionAutoRun { on } => auto_run_words(*on),
        E::ExecutionBreakpoints { nodes } => breakpoint_words(nodes, names),
        E::ExecutionBudget { micros } => budget_words(*micros),
        E::ExecutionClockBack(_) => detail(Status::Queued, "The server's clock was set back"),
        E::NodeReady { jobs, .. } => ready_words(&label, jobs.len()),
        E::NodeStarted { .. } => step(Status::Running, format!("{label} started")),
        E::NodeWaiting { message, .. } => step(Status::Queued, format!("{label}: {message}")),
        E::NodeCompleted { told, by, .. } => completion_words(&label, *told, by.as_ref()),
        E::NodeFailed { failure, .. } => node_failure_words(&label, failure),
        E::NodeSkipped { reason, by, .. } => skip_words(&label, *reason, by.as_ref()),
        E::NodeReused { skipped, .. } => reuse_words(&label, *skipped),
        E::NodeCancelled { .. } | E::JobCancelled { .. } => {
            detail(Status::Stopped, format!("{label} stopped"))
        }
        E::NodeRetried { .. } => step(Status::Queued, format!("{label} retried")),
        E::NodeReset { .. } => step(Status::Queued, format!("{label} runs again")),
        E::NodeEdited { fields, .. } => edit_words(&label, fields),
        E::NodeAwaitingReview { needed, .. } => wait_words(&label, *needed),
        E::RoundStarted { round, total, .. } => round_start_words(&label, *round, *total),
        E::RoundEnded { round, failed, .. } => round_end_words(&label, *round, *failed),
        E::ReviewApproved(approval) => approval_words(&label, approval),
        E::ReviewReassigned(given) => reassignment_words(&label, given),
        E::ReviewDecided { verdict, by, reason, .. } => {
            decision_words(&label, *verdict, by, reason.as_deref())
        }
        E::JobStarted { attempt, .. } => job::start_words(&label, *attempt, tool),
        E::JobWaiting { name, .. } => step(Status::Running, format!("{label} started {name}")),
        E::JobChildEnded { bill, .. } => job::child_end_words(&label, *bill),
        E::AgentStepped(taken) => job::step_words(&label, taken),
        E::AgentLimited(met) => job::agent_limit_words(&label, met),
        E::JobCompleted { .. } => detail(Status::Completed, format!("{label} done")),
        E::JobFailed { job, failure } => {
            job::failure_words(&label, failure, names.tells_why(&job.node, &failure.message))
        }
        E::JobRetryScheduled { at_time, attempt, max_attempts, failure, .. } => {
            job::retry_words(&label, at_time.ms_since(event.at), *attempt, *max_attempts, failure)
        }
        E::JobLimited { failure, .. } => job::limit_words(&label, failure),
        E::JobLost { call_in_flight, possible_cost_micros, handed_back, .. } => {
            job::loss_words(&label, *call_in_flight, *possible_cost_micros, *handed_back)
        }
        E::JobAsks(asked) => job::question_words(&label, asked),
        E::JobAnswered(answered) => job::answer_words(&label, answered),
        E::ArtifactCreated { artifact } => artifact_words(&label, artifact),
        E::DocumentCreated { title, .. } => document_words(&label, title),
        E::CostAdded { charge, .. } => job::charge_words(&label, charge),
    }
}

fn document_words(label: &str, title: &str) -> Words {
    detail(Status::Completed, format!("{label} created the document “{title}”"))
}

/// The names of nodes and jobs: labels of an execution where it is known, else ids. With the
/// workflow also of the tools that they call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    view: Option<&'a ExecutionView>,
    workflow: Option<&'a Workflow>,
}

/// The tool that a node calls, as `server.toolName`; none where it calls none.
pub fn called_tool<'a>(workflow: &'a Workflow, id: &NodeId) -> Option<&'a str> {
    let node = workflow.node(&id.in_round(""))?;
    let NodeConfig::Tool(config) = &node.data.config else { return None };
    Some(config.tool.as_str()).filter(|tool| !tool.is_empty())
}

impl<'a> Names<'a> {
    /// Names nodes as this execution does.
    pub fn new(view: &'a ExecutionView) -> Self {
        Self { view: Some(view), workflow: None }
    }

    #[must_use]
    pub fn with_tools(self, workflow: &'a Workflow) -> Self {
        Self { workflow: Some(workflow), ..self }
    }

    /// The tool that an event's node calls.
    pub(super) fn tool(&self, kind: &EventKind) -> Option<&'a str> {
        called_tool(self.workflow?, kind.node()?)
    }

    /// The label of a node; its id when it is not known.
    pub fn node(&self, id: &NodeId) -> String {
        self.find_node(id).map_or_else(|| id.to_string(), |node| node.label.clone())
    }

    /// The label of a job's node, with the number of its item where there are several.
    fn job(&self, job: &JobRef) -> String {
        let label = self.node(&job.node);
        match self.find_node(&job.node) {
            Some(node) if node.jobs.len() > 1 => format!("{label} {}", job.item + 1),
            _ => label,
        }
    }

    /// What an event is about: its job, else its node; empty when it is about the execution.
    pub(super) fn subject(&self, kind: &EventKind) -> String {
        match (kind.job(), kind.node()) {
            (Some(job), _) => self.job(job),
            (None, Some(node)) => self.node(node),
            (None, None) => String::new(),
        }
    }

    /// Whether the line about a node's failure tells this reason, so that others need not.
    pub(super) fn tells_why(&self, id: &NodeId, reason: &str) -> bool {
        let failure = self.find_node(id).and_then(|node| node.failure.as_ref());
        failure.is_some_and(|failure| failure.message == reason)
    }

    fn find_node(&self, id: &NodeId) -> Option<&'a NodeView> {
        self.view.and_then(|view| view.node(id).or_else(|| view.node(&id.in_round(""))))
    }
}

pub(super) fn launch_words(nodes: usize) -> Words {
    let steps = pluralize(u64::try_from(nodes).unwrap_or(0), "step", "steps");
    step(Status::Queued, format!("Launched with {steps}"))
}

pub(super) fn run_failure_words(node: &NodeId, message: &str, names: &Names<'_>) -> Words {
    let label = names.node(node);
    // The engine's words may begin with the step already.
    let why = message.strip_prefix(label.as_str()).and_then(|it| it.strip_prefix(": "));
    let why = why.unwrap_or(message);
    let text = if names.tells_why(node, why) {
        format!("Failed at {label}")
    } else {
        format!("Failed at {label}: {why}")
    };
    alarm(Status::Failed, text)
}

pub(super) fn pause_words(pause: &Paused) -> Words {
    let weight = match pause.reason {
        PauseReason::User | PauseReason::Breakpoint | PauseReason::Parent => Weight::Step,
        PauseReason::Review
        | PauseReason::Budget
        | PauseReason::Provider
        | PauseReason::Storage => Weight::Alarm,
    };
    let why = pause.reason.words_by(name_of(pause.by.as_ref()));
    (Status::Paused, weight, format!("{why}{}", more_words(pause.message.as_deref())))
}

pub(super) fn stop_words(stop: &Stopped) -> Words {
    let why = stop.reason.words_by(name_of(stop.by.as_ref()));
    let more = more_words(stop.message.as_deref());
    step(Status::Stopped, format!("{why}; results are kept{more}"))
}

fn name_of(by: Option<&Reviewer>) -> Option<&str> {
    by.map(|by| by.name.as_str())
}

/// A recorded message as a sentence of its own.
fn more_words(message: Option<&str>) -> String {
    message.map_or(String::new(), |message| format!(". {message}"))
}

pub(super) fn auto_run_words(is_on: bool) -> Words {
    if is_on {
        step(Status::Running, "Auto-run turned on")
    } else {
        step(Status::Queued, "Auto-run turned off: each step waits for you")
    }
}

pub(super) fn breakpoint_words(nodes: &[NodeId], names: &Names<'_>) -> Words {
    let names: Vec<String> = nodes.iter().map(|node| names.node(node)).collect();
    let text = match names.len() {
        0 => "No breakpoints".to_owned(),
        _ => format!("Breakpoints before {}", names.join(", ")),
    };
    detail(Status::Queued, text)
}

pub(super) fn budget_words(micros: Option<i64>) -> Words {
    let text = micros
        .map_or("Budget removed".to_owned(), |micros| format!("Budget set to {}", money(micros)));
    step(Status::Queued, text)
}

pub(super) fn ready_words(label: &str, jobs: usize) -> Words {
    let text = match jobs {
        0 | 1 => format!("{label} is ready"),
        several => format!("{label} is ready: {several} items"),
    };
    detail(Status::Queued, text)
}

/// A node completed: by itself, or with what a person said that it gives.
pub(super) fn completion_words(label: &str, told: bool, by: Option<&Reviewer>) -> Words {
    let text = match by.filter(|_| told) {
        Some(by) => format!("{label} completed with the answer of {}", by.name),
        None if told => format!("{label} completed with a person's answer"),
        None => format!("{label} completed"),
    };
    step(Status::Completed, text)
}

/// A node failed for good.
pub(super) fn node_failure_words(label: &str, failure: &Failure) -> Words {
    alarm(Status::Failed, format!("{label} failed: {}", failure.message))
}

/// A node was skipped, with who went on without it where that is known.
pub(super) fn skip_words(label: &str, reason: SkipReason, by: Option<&Reviewer>) -> Words {
    let text = match (by, reason) {
        (Some(by), _) => format!("{label} skipped by {}", by.name),
        (None, SkipReason::User) => format!("{label} {}", skip_reason(reason)),
        (None, SkipReason::DeadPath | SkipReason::Disabled | SkipReason::Condition) => {
            format!("{label} skipped: {}", skip_reason(reason))
        }
    };
    step(Status::Skipped, text)
}

/// Why a node was skipped, in words.
pub fn skip_reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::DeadPath => "its branch wasn't taken",
        SkipReason::Disabled => "it's disabled",
        SkipReason::Condition => "its condition wasn't met",
        SkipReason::User => "skipped by a person",
    }
}

/// A person changed the configuration of a node for this execution.
pub(super) fn edit_words(label: &str, fields: &[String]) -> Words {
    step(Status::Queued, format!("{label} edited: {}", fields.join(", ")))
}

pub(super) fn reuse_words(label: &str, skipped: Option<SkipReason>) -> Words {
    let status = skipped.map_or(Status::Completed, |_| Status::Skipped);
    step(status, format!("{label} reused from an earlier run"))
}

/// A loop began one of its rounds; `round` counts from 0.
pub(super) fn round_start_words(label: &str, round: usize, total: usize) -> Words {
    detail(Status::Running, format!("{label}: round {} of {total} started", round + 1))
}

/// The end of round `round`, counted from 0, of a loop.
pub(super) fn round_end_words(label: &str, round: usize, failed: bool) -> Words {
    let (status, ended) =
        if failed { (Status::Failed, "failed") } else { (Status::Completed, "completed") };
    detail(status, format!("{label}: round {} {ended}", round + 1))
}

/// A node waits until so many people approve.
pub(super) fn wait_words(label: &str, needed: u32) -> Words {
    let who = match needed {
        0 | 1 => "a decision".to_owned(),
        several => format!("{several} approvals"),
    };
    alarm(Status::AwaitingReview, format!("{label} is waiting for {who}"))
}

/// A person approved, and more are needed.
pub(super) fn approval_words(label: &str, approval: &ApprovalGiven) -> Words {
    let ApprovalGiven { by, comment, changed, .. } = approval;
    let changed = if *changed { " with changes" } else { "" };
    let said = comment.as_ref().map_or(String::new(), |comment| format!(": {comment}"));
    let text = format!("{} approved {label}{changed}, more approvals needed{said}", by.name);
    step(Status::AwaitingReview, text)
}

/// A person gave the review to others.
pub(super) fn reassignment_words(label: &str, given: &Reassigned) -> Words {
    let to = match given.to.reviewers {
        Reviewers::People => join(&given.names, "and"),
        Reviewers::Runners | Reviewers::Editors | Reviewers::Admins => who(&given.to),
    };
    let why = given.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    step(Status::AwaitingReview, format!("{} reassigned {label} to {to}{why}", given.by.name))
}

pub(super) fn decision_words(
    label: &str,
    verdict: Verdict,
    by: &Reviewer,
    reason: Option<&str>,
) -> Words {
    let why = reason.map_or(String::new(), |reason| format!(": {reason}"));
    let (status, did) = match verdict {
        Verdict::Approved => (Status::Completed, "approved"),
        Verdict::Changes => (Status::Queued, "asked for changes in"),
        Verdict::Rejected => (Status::Failed, "rejected"),
        Verdict::Cancelled => (Status::Stopped, "canceled the review of"),
    };
    step(status, format!("{} {did} {label}{why}", by.name))
}

/// An output was recorded.
pub(super) fn artifact_words(label: &str, artifact: &ArtifactSummary) -> Words {
    let by_person = artifact.restored.is_some() || artifact.edited_by.is_some();
    let weight = if by_person { Weight::Step } else { Weight::Detail };
    (Status::Completed, weight, artifact_text(label, artifact))
}

fn artifact_text(label: &str, artifact: &ArtifactSummary) -> String {
    if let Some(by) = &artifact.edited_by {
        return format!("{} edited the output of {label}", by.name);
    }
    if let Some(Restored { version, by }) = &artifact.restored {
        return format!("{} restored version {version} of {label}", by.name);
    }
    let what = match &artifact.body {
        ArtifactBody::Text { .. } => "a text".to_owned(),
        ArtifactBody::Json { .. } => "data".to_owned(),
        ArtifactBody::Image { width, height, .. } => format!("an image ({width} × {height})"),
    };
    let sample = if artifact.sample { ", sample" } else { "" };
    let cut = if artifact.cut_off { ", cut off at its token limit" } else { "" };
    match artifact.version {
        1 => format!("{label} made {what}{sample}{cut}"),
        version => format!("{label} made {what}, version {version}{sample}{cut}"),
    }
}

/// Who made a version: a model, or a person who wrote it in a review.
pub fn made_by(row: &ArtifactRow) -> String {
    if row.provider != PERSON {
        return answerer(&format!("{} · {}", row.provider, row.model)).to_owned();
    }
    match row.model.as_str() {
        "" => "the steps before it".to_owned(),
        name => format!("{name} in a review"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::execution::view::ExecutionView;
    use serde_json::{Value, json};

    use super::*;
    use crate::sample;

    fn sentences(events: &[Event]) -> Vec<String> {
        let view = ExecutionView::from_events(events);
        let names = Names::new(&view);
        events.iter().map(|event| sentence(event, &names).text).collect()
    }

    fn alone(data: Value) -> Sentence {
        sentence(&sample::events(vec![(0, data)])[0], &Names::default())
    }

    #[test]
    fn a_version_that_counts_again_is_told_by_who_made_it_so() {
        let id = "00000000-0000-0000-0000-000000000000";
        let restored = json!({"version": 1, "by": {"user": null, "name": "Ada"}});
        let artifact = json!({"id": id, "node": "copy", "item": 0, "port": "texts", "version": 3,
                              "sample": true, "type": "text", "excerpt": "", "restored": restored});

        let said = alone(json!({"kind": "artifact.created", "artifact": artifact}));

        assert_eq!(said.text, "Ada restored version 1 of copy");
        assert_eq!(said.weight, Weight::Step);
    }

    #[test]
    fn a_run_with_trouble_reads_as_a_story() {
        let said = sentences(&sample::failed_events());

        for line in [
            "Launched with 4 steps",
            "Brief completed",
            "Write headlines is ready: 2 items",
            "Write headlines 1 began",
            "Write headlines 1: Sample · sample-text, 40 tokens in, 60 out, $0.031 (sample price)",
            "Write headlines made a text, sample",
            "Write headlines created the document “Headline 1”",
            "Make creatives 1: worker lost; another took over (the call in flight may have been \
             charged $0.040)",
            "Make creatives 1 began, attempt 2",
            "Make creatives 1: Sample: rate limit exceeded, retrying in 12 s (attempt 3 of 4)",
            "Make creatives failed: Sample: rate limit exceeded",
            "Failed at Make creatives",
        ] {
            assert!(said.iter().any(|said| said == line), "{line:?} is not in {said:#?}");
        }
    }

    #[test]
    fn every_event_has_words() {
        for events in [sample::failed_events(), sample::completed_events()] {
            assert!(sentences(&events).iter().all(|line| !line.is_empty()));
        }
    }

    #[test]
    fn a_skip_and_a_pause_say_why() {
        let skip = alone(json!({"kind": "node.skipped", "node": "b", "reason": "dead_path"}));
        let pause = alone(json!({"kind": "execution.paused", "reason": "provider",
            "message": "OpenAI refused the key."}));

        assert_eq!(skip.text, "b skipped: its branch wasn't taken");
        assert_eq!((skip.status, skip.node), (Status::Skipped, Some("b".into())));
        assert_eq!(pause.text, "Paused: a provider needs attention. OpenAI refused the key.");
        assert_eq!(pause.weight, Weight::Alarm);
    }

    #[test]
    fn who_paused_stopped_or_left_a_step_out_is_named_where_that_is_known() {
        let pause = json!({"kind": "execution.paused", "reason": "user"});
        let stop = json!({"kind": "execution.stopped", "reason": "user"});
        let skip = json!({"kind": "node.skipped", "node": "b", "reason": "user"});
        let told = json!({"kind": "node.completed", "node": "b", "told": true});
        for (mut event, unknown, known) in [
            (pause, "Paused manually", "Paused by Ada"),
            (stop, "Stopped manually; results are kept", "Stopped by Ada; results are kept"),
            (skip, "b skipped by a person", "b skipped by Ada"),
            (told, "b completed with a person's answer", "b completed with the answer of Ada"),
        ] {
            let before_names = "as it was recorded before there were names";
            assert_eq!(alone(event.clone()).text, unknown, "{before_names}");
            event["by"] = json!({"user": null, "name": "Ada"});
            assert_eq!(alone(event).text, known);
        }
    }

    #[test]
    fn what_nobody_stopped_is_not_said_to_be_stopped_by_a_person() {
        let stuck = alone(json!({"kind": "execution.stopped", "reason": "stuck"}));

        assert_eq!(stuck.text, "Ended: the run was stuck; results are kept");
    }

    #[test]
    fn a_limit_says_what_is_used_and_what_happens_then() {
        let met = |limit: &str, action: &str| {
            alone(json!({"kind": "agent.limited", "node": "a", "job": sample::job(1), "item": 0,
                "limit": limit, "action": action}))
        };

        let asks = met("turns", "ask");
        assert_eq!(asks.text, "a used all its turns: a person decides whether it continues");
        assert_eq!(asks.weight, Weight::Step);
        assert!(met("context", "stop").text.ends_with("it stops with what it has so far"));
    }

    #[test]
    fn an_unknown_price_is_not_free_and_tokens_are_grouped() {
        let line =
            alone(json!({"kind": "cost.added", "node": "a", "job": sample::job(1), "item": 0,
            "charge": {"provider": "P", "model": "m", "input_tokens": 1_000,
            "output_tokens": 2_000, "sample": false}}));

        assert_eq!(line.text, "a: P · m, 1,000 tokens in, 2,000 out, price unknown");
    }
}
