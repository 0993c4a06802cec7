//! Events as sentences, the same in the log, the panel and for screen readers. Pure.

use model::{
    api::executions::ArtifactRow,
    execution::{
        event::{
            ArtifactBody, ArtifactSummary, Charge, Event, EventKind, JobRef, PERSON, Restored,
        },
        view::{ExecutionView, NodeView},
    },
    id::NodeId,
    time::Timestamp,
};

pub use super::review::skip_reason;
use super::{family::family_words, review};
use crate::ui::{
    format::{duration, grouped, money, pluralize},
    status::Status,
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

/// How much a sentence matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// One job of many, a price.
    Detail,
    /// A step or the execution changed.
    Step,
    /// Somebody should know at once.
    Alarm,
}

/// The names of nodes and jobs: labels of an execution where it is known, else ids.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a>(Option<&'a ExecutionView>);

impl<'a> Names<'a> {
    /// Names nodes as this execution does.
    pub fn new(view: &'a ExecutionView) -> Self {
        Self(Some(view))
    }

    /// The label of a node; its id when it is not known.
    pub fn node(&self, id: &NodeId) -> String {
        self.find_node(id).map_or_else(|| id.to_string(), |node| node.label.clone())
    }

    pub(super) fn job(&self, job: &JobRef) -> String {
        let label = self.node(&job.node);
        match self.find_node(&job.node) {
            Some(node) if node.jobs.len() > 1 => format!("{label} {}", job.item + 1),
            _ => label,
        }
    }

    /// Whether the line about a node's failure tells this reason, so that others need not.
    fn tells_why(&self, id: &NodeId, reason: &str) -> bool {
        let failure = self.find_node(id).and_then(|node| node.failure.as_ref());
        failure.is_some_and(|failure| failure.message == reason)
    }

    fn find_node(&self, id: &NodeId) -> Option<&'a NodeView> {
        self.0.and_then(|view| view.node(id).or_else(|| view.node(&id.in_round(""))))
    }
}

/// An event in words.
pub fn sentence(event: &Event, names: &Names<'_>) -> Sentence {
    let (status, weight, text) = words(event, names);
    let node = event.kind.node().cloned();
    Sentence { seq: event.seq, at: event.at, status, weight, node, text }
}

pub(super) type Words = (Status, Weight, String);

fn words(event: &Event, names: &Names<'_>) -> Words {
    use EventKind as E;
    let special =
        review::people_words(&event.kind, names).or_else(|| family_words(&event.kind, names));
    if let Some(words) = special {
        return words;
    }
    match &event.kind {
        E::JobStarted { .. }
        | E::JobCompleted { .. }
        | E::JobFailed { .. }
        | E::JobRetryScheduled { .. }
        | E::JobLimited { .. }
        | E::JobLost { .. }
        | E::JobCancelled { .. }
        | E::CostAdded { .. } => job_words(event, names),
        E::ArtifactCreated { artifact } => {
            let by_person = artifact.restored.is_some() || artifact.edited_by.is_some();
            let weight = if by_person { Weight::Step } else { Weight::Detail };
            (Status::Completed, weight, artifact_words(artifact, names))
        }
        E::DocumentCreated { node, title, .. } => {
            let text = format!("{} made the document “{title}”", names.node(node));
            (Status::Completed, Weight::Detail, text)
        }
        kind @ E::ExecutionFailed { .. } => execution_words(kind, names),
        kind if kind.node().is_some() => node_words(kind, names),
        kind => execution_words(kind, names),
    }
}

fn execution_words(kind: &EventKind, names: &Names<'_>) -> Words {
    use EventKind as E;
    match kind {
        E::ExecutionLaunched { nodes, .. } => {
            let steps = pluralize(u64::try_from(nodes.len()).unwrap_or(0), "step", "steps");
            (Status::Queued, Weight::Step, format!("Launched with {steps}"))
        }
        E::ExecutionQueued(queued) => (Status::Queued, Weight::Step, queued.to_string()),
        E::ExecutionStarted => (Status::Running, Weight::Step, "Started".to_owned()),
        E::ExecutionResumed => (Status::Running, Weight::Step, "Resumed".to_owned()),
        E::ExecutionCompleted => (Status::Completed, Weight::Step, "Completed".to_owned()),
        E::ExecutionFailed { node, message } => {
            let label = names.node(node);
            // The engine's words may begin with the step already.
            let why = message.strip_prefix(label.as_str()).and_then(|it| it.strip_prefix(": "));
            let why = why.unwrap_or(message);
            let text = if names.tells_why(node, why) {
                format!("Failed at {label}")
            } else {
                format!("Failed at {label}: {why}")
            };
            (Status::Failed, Weight::Alarm, text)
        }
        _ => (Status::Pending, Weight::Detail, String::new()),
    }
}

fn node_words(kind: &EventKind, names: &Names<'_>) -> Words {
    use EventKind as E;
    let label = kind.node().map_or(String::new(), |node| names.node(node));
    match kind {
        E::NodeReady { jobs, .. } => {
            let text = match jobs.len() {
                0 | 1 => format!("{label} is ready"),
                several => format!("{label} is ready: {several} items"),
            };
            (Status::Queued, Weight::Detail, text)
        }
        E::NodeStarted { .. } => (Status::Running, Weight::Step, format!("{label} started")),
        E::NodeWaiting { message, .. } => {
            (Status::Queued, Weight::Step, format!("{label} waits: {message}"))
        }
        E::NodeCompleted { told, by, .. } => {
            (Status::Completed, Weight::Step, label + &review::completion_words(*told, by.as_ref()))
        }
        E::NodeFailed { failure, .. } => {
            (Status::Failed, Weight::Alarm, format!("{label} failed: {}", failure.message))
        }
        E::NodeSkipped { reason, by, .. } => {
            let why = review::left_out_words(*reason, by.as_ref());
            (Status::Skipped, Weight::Step, format!("{label} skipped: {why}"))
        }
        E::NodeCancelled { .. } => (Status::Stopped, Weight::Detail, format!("{label} stopped")),
        E::NodeRetried { .. } => (Status::Queued, Weight::Step, format!("{label} is tried again")),
        _ => (Status::Pending, Weight::Detail, label),
    }
}

fn job_words(event: &Event, names: &Names<'_>) -> Words {
    use EventKind as E;
    match &event.kind {
        E::JobStarted { job, attempt } => {
            let again = match attempt {
                1 => String::new(),
                attempt => format!(", attempt {attempt}"),
            };
            (Status::Running, Weight::Detail, format!("{} began{again}", names.job(job)))
        }
        E::JobCompleted { job } => {
            (Status::Completed, Weight::Detail, format!("{} done", names.job(job)))
        }
        E::JobFailed { job, failure } => {
            let text = if names.tells_why(&job.node, &failure.message) {
                format!("{}: no attempt is left", names.job(job))
            } else {
                format!("{} failed: {}", names.job(job), failure.message)
            };
            (Status::Failed, Weight::Detail, text)
        }
        E::JobRetryScheduled { job, at_time, attempt, max_attempts, failure } => {
            let wait = duration(at_time.ms_since(event.at));
            let text = format!(
                "{}: {}, retrying in {wait} (attempt {attempt} of {max_attempts})",
                names.job(job),
                failure.message
            );
            (Status::Queued, Weight::Step, text)
        }
        E::JobLimited { job, failure, .. } => {
            let text = format!("{} waits: {}", names.job(job), failure.message);
            (Status::Queued, Weight::Detail, text)
        }
        E::JobLost { job, .. } => {
            let text = format!("{}: {}", names.job(job), worker_loss_words(&event.kind));
            (Status::Queued, Weight::Step, text)
        }
        E::JobCancelled { job } => {
            (Status::Stopped, Weight::Detail, format!("{} stopped", names.job(job)))
        }
        E::CostAdded { job, charge } => {
            let text = format!("{}: {}", names.job(job), charge_words(charge));
            (Status::Pending, Weight::Detail, text)
        }
        _ => (Status::Pending, Weight::Detail, String::new()),
    }
}

/// What a `job.lost` means, in words; empty for other events.
pub fn worker_loss_words(kind: &EventKind) -> String {
    let EventKind::JobLost { call_in_flight, possible_cost_micros, handed_back, .. } = kind else {
        return String::new();
    };
    let cost = possible_cost_micros.map_or(String::new(), |micros| format!(" {}", money(micros)));
    let worker = if *handed_back { "worker stopped" } else { "worker lost" };
    if *call_in_flight {
        format!("{worker}, taken over (call in flight may have been charged{cost})")
    } else {
        format!("{worker}, taken over")
    }
}

fn charge_words(charge: &Charge) -> String {
    let price = match (charge.cost_micros, charge.sample) {
        (None, _) => "price unknown".to_owned(),
        (Some(micros), true) => format!("{} (sample price)", money(micros)),
        (Some(micros), false) => money(micros),
    };
    let tokens = |count: i64| u64::try_from(count).unwrap_or(0);
    let used = match (tokens(charge.input_tokens), tokens(charge.output_tokens)) {
        (0, 0) => String::new(),
        (sent, got) => format!(", {} in, {} out", pluralize(sent, "token", "tokens"), grouped(got)),
    };
    format!("{}{used}, {price}", answerer(&format!("{} · {}", charge.provider, charge.model)))
}

/// Who answered, "provider · model"; once where both have the same name.
pub fn answerer(answered_by: &str) -> &str {
    match answered_by.split_once(" · ") {
        Some((provider, model)) if provider == model => provider,
        _ => answered_by,
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

fn artifact_words(artifact: &ArtifactSummary, names: &Names<'_>) -> String {
    if let Some(by) = &artifact.edited_by {
        return format!("{} edited what {} gives", by.name, names.node(&artifact.node));
    }
    if let Some(Restored { version, by }) = &artifact.restored {
        let (name, label) = (&by.name, names.node(&artifact.node));
        return format!("{name} made version {version} of {label} the current one again");
    }
    let what = match &artifact.body {
        ArtifactBody::Text { .. } => "a text".to_owned(),
        ArtifactBody::Json { .. } => "data".to_owned(),
        ArtifactBody::Image { width, height, .. } => format!("a picture ({width} × {height})"),
    };
    let label = names.node(&artifact.node);
    let sample = if artifact.sample { ", sample" } else { "" };
    let cut = if artifact.cut_off { ", cut off at its token limit" } else { "" };
    match artifact.version {
        1 => format!("{label} made {what}{sample}{cut}"),
        version => format!("{label} made {what}, version {version}{sample}{cut}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::monitor::sample;

    fn sentences(events: &[Event]) -> Vec<String> {
        let view = ExecutionView::from_events(events);
        let names = Names::new(&view);
        events.iter().map(|event| sentence(event, &names).text).collect()
    }

    fn alone(data: serde_json::Value) -> Sentence {
        sentence(&sample::events(vec![(0, data)])[0], &Names::default())
    }

    #[test]
    fn a_version_that_counts_again_is_told_by_who_made_it_so() {
        let id = "00000000-0000-0000-0000-000000000000";
        let restored = json!({"version": 1, "by": {"user": null, "name": "Ada"}});
        let artifact = json!({"id": id, "node": "copy", "item": 0, "port": "texts", "version": 3,
                              "sample": true, "type": "text", "excerpt": "", "restored": restored});

        let said = alone(json!({"kind": "artifact.created", "artifact": artifact}));

        assert_eq!(said.text, "Ada made version 1 of copy the current one again");
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
            "Write headlines made the document “Headline 1”",
            "Make creatives 1: worker lost, taken over (call in flight may have been charged \
             $0.040)",
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

        assert_eq!(skip.text, "b skipped: the way to it was not taken");
        assert_eq!((skip.status, skip.node), (Status::Skipped, Some("b".into())));
        assert_eq!(pause.text, "Paused: a provider needs attention. OpenAI refused the key.");
        assert_eq!(pause.weight, Weight::Alarm);
    }

    #[test]
    fn what_nobody_stopped_is_not_said_to_be_stopped_by_a_person() {
        let stuck = alone(json!({"kind": "execution.stopped", "reason": "stuck"}));

        assert_eq!(stuck.text, "Ended: nothing would ever have woken it; results are kept");
    }

    #[test]
    fn who_answered_is_named_once() {
        assert_eq!(answerer("sample · sample"), "sample");
        assert_eq!(answerer("OpenAI · gpt-5-mini"), "OpenAI · gpt-5-mini");
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
