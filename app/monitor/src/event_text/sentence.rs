//! Events as sentences, the same in the log, the panel and for screen readers. Pure.

use model::{
    execution::event::{Event, EventKind},
    id::NodeId,
    time::Timestamp,
};
use ui::status::Status;

use super::{
    agent,
    artifact::artifact_words,
    execution, job,
    names::Names,
    node, review,
    weight::{Weight, Words, detail, step},
};

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
    /// The node it is about.
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
        E::ExecutionLaunched { nodes, .. } => execution::launch_words(nodes.len()),
        E::ExecutionQueued(queued) => step(Status::Queued, queued.to_string()),
        E::ExecutionStarted => step(Status::Running, "Started"),
        E::ExecutionPaused(pause) => execution::pause_words(pause),
        E::ExecutionResumed => step(Status::Running, "Resumed"),
        E::ExecutionCompleted => step(Status::Completed, "Completed"),
        E::ExecutionFailed { node, message } => execution::failure_words(node, message, names),
        E::ExecutionStopped(stop) => execution::stop_words(stop),
        E::ExecutionAutoRun { on } => execution::auto_run_words(*on),
        E::ExecutionBreakpoints { nodes } => execution::breakpoint_words(nodes, names),
        E::ExecutionBudget { micros } => execution::budget_words(*micros),
        E::ExecutionClockBack(_) => detail(Status::Queued, "The server's clock was set back"),
        E::NodeReady { jobs, .. } => node::ready_words(&label, jobs.len()),
        E::NodeStarted { .. } => step(Status::Running, format!("{label} started")),
        E::NodeWaiting { message, .. } => step(Status::Queued, format!("{label}: {message}")),
        E::NodeCompleted { told, by, .. } => node::completion_words(&label, *told, by.as_ref()),
        E::NodeFailed { failure, .. } => node::failure_words(&label, failure),
        E::NodeSkipped { reason, by, .. } => node::skip_words(&label, *reason, by.as_ref()),
        E::NodeReused { skipped, .. } => node::reuse_words(&label, *skipped),
        E::NodeCancelled { .. } | E::JobCancelled { .. } => {
            detail(Status::Stopped, format!("{label} stopped"))
        }
        E::NodeRetried { .. } => step(Status::Queued, format!("{label} retried")),
        E::NodeReset { .. } => step(Status::Queued, format!("{label} runs again")),
        E::NodeEdited { fields, .. } => node::edit_words(&label, fields),
        E::NodeAwaitingReview { needed, .. } => review::wait_words(&label, *needed),
        E::RoundStarted { round, total, .. } => node::round_start_words(&label, *round, *total),
        E::RoundEnded { round, failed, .. } => node::round_end_words(&label, *round, *failed),
        E::ReviewApproved(approval) => review::approval_words(&label, approval),
        E::ReviewReassigned(given) => review::reassignment_words(&label, given),
        E::ReviewDecided { verdict, by, reason, .. } => {
            review::decision_words(&label, *verdict, by, reason.as_deref())
        }
        E::JobStarted { attempt, .. } => job::start_words(&label, *attempt, tool),
        E::JobWaiting { name, .. } => step(Status::Running, format!("{label} started {name}")),
        E::JobChildEnded { bill, .. } => job::child_end_words(&label, *bill),
        E::AgentStepped(taken) => agent::step_words(&label, taken),
        E::AgentLimited(met) => agent::limit_words(&label, met),
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
