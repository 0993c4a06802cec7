//! Waits in words: why something does not go on, and what ends the wait.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    capacity_wait::no_worker_message,
    failure::Failure,
    queue::Queued,
    state::{EndReason, ExecutionStatus, FULL_HISTORY, Hold, NodeStatus, PauseReason},
    view::{ExecutionView, NodeView},
};
use crate::time::Timestamp;

/// A wait, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wait {
    /// Why, and what ends it as far as the clock does not.
    pub words: String,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// What holds a step back until a person lets it run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
}

impl PauseReason {
    /// Why it is paused.
    pub const fn words(self) -> &'static str {
        match self {
            Self::User => "Paused manually",
            Self::Review => "Waiting for review",
            Self::Budget => "Paused by the budget",
            Self::Provider => "Paused: a provider needs attention",
            Self::Storage => "Paused: storage needs attention",
            Self::Breakpoint => "Paused at a breakpoint",
            Self::Parent => "Paused with the run that started it",
        }
    }

    /// The same, with what the person is called who asked for it, where that is known.
    pub fn words_by(self, name: Option<&str>) -> String {
        match (self, name) {
            (Self::User, Some(name)) => format!("Paused by {name}"),
            _ => self.words().to_owned(),
        }
    }

    /// What lets it go on.
    pub const fn ends(self) -> &'static str {
        match self {
            Self::User | Self::Breakpoint => "resume it to continue",
            Self::Review => "continues after the decision",
            Self::Budget => "raise the budget, then resume",
            Self::Provider => "check its key and credit, then resume",
            Self::Storage => "check its space and access, then resume",
            Self::Parent => "continues with it",
        }
    }
}

impl EndReason {
    /// Why it was stopped.
    pub const fn words(self) -> &'static str {
        match self {
            Self::User => "Stopped manually",
            Self::Deadline => "Stopped: its time limit was reached",
            Self::Parent => "Stopped with the run that started it",
            Self::Unreadable => "Ended: its definition can't be read",
            Self::History => FULL_HISTORY,
            Self::Stuck => "Ended: the run was stuck",
        }
    }

    /// The same, with what the person is called who asked for it, where that is known.
    pub fn words_by(self, name: Option<&str>) -> String {
        match (self, name) {
            (Self::User, Some(name)) => format!("Stopped by {name}"),
            _ => self.words().to_owned(),
        }
    }
}

impl Hold {
    /// Why the step does not start.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Step => "Waiting for you to run this step",
            Self::Breakpoint => "Paused at a breakpoint",
        }
    }
}

/// Where an execution stands.
#[derive(Debug, Clone)]
pub struct Stands {
    /// Its status, which alone says whether it waits.
    pub status: ExecutionStatus,
    /// Why it is paused.
    pub pause: Option<PauseReason>,
    /// That in its own words, where there is more to say than the reason.
    pub message: Option<PauseMessage>,
}

/// What a pause says in its own words, besides its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PauseMessage {
    /// Sentences, ready to be shown after the reason.
    pub text: String,
    /// Whether they say what lets the execution go on, so that the reason need not.
    pub says_end: bool,
}

impl PauseMessage {
    /// The message of a pause, which is that of the failure among `known` that was the cause. Where
    /// the cause is not among them it is as such pauses mostly are: budgets and the storage say in
    /// it what to do, providers do not.
    pub fn from_recorded<'a>(
        reason: PauseReason,
        text: String,
        known: impl IntoIterator<Item = &'a Failure>,
    ) -> Self {
        let cause = known.into_iter().find(|failure| failure.pauses() && failure.message == text);
        let says_end = match (cause, reason) {
            (Some(failure), _) => failure.says_end(),
            (None, PauseReason::Budget | PauseReason::Storage) => true,
            (
                None,
                PauseReason::User
                | PauseReason::Review
                | PauseReason::Provider
                | PauseReason::Breakpoint
                | PauseReason::Parent,
            ) => false,
        };
        Self { text, says_end }
    }
}

impl Stands {
    /// One that runs.
    pub const RUNNING: Self = Self { status: ExecutionStatus::Running, pause: None, message: None };

    /// Why it does not go on: a place in line, or a pause; none where it does.
    pub fn wait(&self, queued: Option<Queued>) -> Option<Wait> {
        match (self.status, self.pause) {
            (ExecutionStatus::Pending, _) => queued.map(in_line),
            (ExecutionStatus::Paused, Some(reason)) => Some(paused(reason, self.message.as_ref())),
            (ExecutionStatus::Paused, None)
            | (
                ExecutionStatus::Running
                | ExecutionStatus::Completed
                | ExecutionStatus::Failed
                | ExecutionStatus::Stopped,
                _,
            ) => None,
        }
    }
}

/// What is known of a job that is pending.
#[derive(Debug, Clone)]
pub struct PendingJob {
    /// Where its execution stands.
    pub execution: Stands,
    /// The execution that it has launched: what that is called, and where it stands.
    pub child: Option<(String, Stands)>,
    /// A person is to say what became of its call.
    pub asked: bool,
    /// It is an agent's, which has asked a person something else.
    pub decides: bool,
    /// Why its last attempt failed.
    pub failure: Option<String>,
    /// When it may run, where that is still to come.
    pub until: Option<Timestamp>,
    /// As many jobs of its execution run as may at once.
    pub full: Option<usize>,
    /// Its type, where no worker that runs takes such jobs.
    pub unserved: Option<String>,
}

/// A pause in words: what is always true of such a pause, and its own, which may say what ends it.
fn paused(reason: PauseReason, message: Option<&PauseMessage>) -> Wait {
    let words = match message {
        Some(PauseMessage { text, says_end: true }) => format!("{}. {text}", reason.words()),
        Some(PauseMessage { text, says_end: false }) => {
            format!("{}; {}. {text}", reason.words(), reason.ends())
        }
        None => format!("{}; {}", reason.words(), reason.ends()),
    };
    Wait { words, until: None, hold: None }
}

impl Wait {
    /// The wait of a step, from what a list knows: its status, what its job says, and when that is
    /// due.
    pub fn for_node(
        label: &str,
        status: NodeStatus,
        hold: Option<Hold>,
        message: Option<String>,
        due: Option<Timestamp>,
    ) -> Self {
        let until = due.filter(|due| *due != Timestamp::NEVER);
        let words = match (hold, message) {
            (Some(hold), _) => hold.words().to_owned(),
            _ if status == NodeStatus::AwaitingReview => PauseReason::Review.words().to_owned(),
            (None, Some(message)) => message,
            (None, None) if until.is_none() => "Waiting for the runs it started".to_owned(),
            (None, None) => "Waiting for its scheduled time".to_owned(),
        };
        Self { words: format!("{label}: {words}"), until, hold }
    }

    /// The wait of a step that no running worker takes.
    pub fn for_unserved(label: &str, kind: &str) -> Self {
        Self { words: format!("{label}: {}", no_worker_message(kind)), until: None, hold: None }
    }

    /// Why a job is pending, and what ends that.
    pub fn for_job(job: PendingJob) -> Self {
        let PendingJob { execution, child, asked, decides, failure, until, full, unserved } = job;
        let words = match (child, failure) {
            (Some((name, stands)), _) => Self::describe_child(&name, &stands),
            (None, Some(why)) if asked => format!("Waiting for your answer. {why}"),
            (None, _) if decides => PauseReason::Review.words().to_owned(),
            (None, failure) => match (execution.wait(None), until, full) {
                (Some(wait), ..) => return wait,
                _ if execution.status == ExecutionStatus::Pending => {
                    "Waiting for its run to start".to_owned()
                }
                (_, Some(_), _) => {
                    failure.unwrap_or_else(|| "Waiting for its scheduled time".into())
                }
                (_, None, Some(most)) => {
                    format!("Waiting for a free slot: its run works on {most} items at once")
                }
                (_, None, None) => match unserved {
                    Some(kind) => no_worker_message(&kind),
                    None => "Waiting for a worker".to_owned(),
                },
            },
        };
        Self { words, until, hold: None }
    }

    /// The message of a job that waits for the execution it launched, with what that waits for
    /// itself.
    pub fn describe_child(name: &str, stands: &Stands) -> String {
        match stands.wait(None) {
            Some(wait) => format!("Waiting for {name}. {}", wait.words),
            None if stands.status == ExecutionStatus::Pending => {
                format!("Waiting for {name}, which is queued")
            }
            None => format!("Waiting for {name}"),
        }
    }

    /// The words, and when the wait ends where they do not name a time themselves. `at` formats a
    /// time.
    pub fn to_text(&self, at: impl Fn(Timestamp) -> String) -> String {
        let named = ["until ", "continues", "trying again", "retrying"];
        let names = named.iter().any(|words| self.words.contains(words));
        let until = self.until.filter(|_| !names);
        until.map_or(self.words.clone(), |until| {
            format!("{}; continues at {}", self.words, at(until))
        })
    }
}

fn in_line(queued: Queued) -> Wait {
    Wait { words: queued.to_string(), until: None, hold: None }
}

impl ExecutionView {
    /// Why nothing of it goes on now; none while something works or may begin, and when it is over.
    pub fn wait(&self) -> Option<Wait> {
        if self.status == ExecutionStatus::Running {
            return self.waits_for_a_step();
        }
        if let (Some(reason), Some(name)) = (self.pause_reason, &self.paused_by) {
            let words = format!("{}; {}", reason.words_by(Some(name)), reason.ends());
            return Some(Wait { words, until: None, hold: None });
        }
        let pause = self.pause_reason;
        let message = pause.zip(self.pause_message.clone()).map(|(reason, text)| {
            let jobs = self.nodes.iter().flat_map(|node| &node.jobs);
            PauseMessage::from_recorded(reason, text, jobs.filter_map(|job| job.failure.as_ref()))
        });
        Stands { status: self.status, pause, message }.wait(self.queued)
    }

    fn waits_for_a_step(&self) -> Option<Wait> {
        if let Some(step) = self.unserved_node() {
            return Some(Wait::for_unserved(&step.label, &step.kind));
        }
        let next = self.waiting_node()?;
        let words = format!("{}: {}", next.label, next.waiting.as_deref()?);
        Some(Wait { words, until: next.until, hold: next.hold })
    }

    /// The step that is held until a person lets it run, while nothing else goes on.
    pub fn held_node(&self) -> Option<&NodeView> {
        let runs = self.status == ExecutionStatus::Running;
        self.waiting_node().filter(|step| runs && step.hold.is_some())
    }

    /// The step that goes on first of those that wait; none while another one works or may begin.
    pub fn waiting_node(&self) -> Option<&NodeView> {
        let real = || self.nodes.iter().filter(|node| node.is_real());
        let works = |node: &NodeView| node.rounds.is_empty() && node.status == NodeStatus::Running;
        if real().any(|node| works(node) || node.status == NodeStatus::Ready) {
            return None;
        }
        let waiting = real().filter(|node| node.status == NodeStatus::Waiting);
        waiting.min_by_key(|node| node.until.map_or(i64::MAX, |until| until.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::failure::HoldReason;

    fn says(text: &str, says_end: bool) -> PauseMessage {
        PauseMessage { text: text.to_owned(), says_end }
    }

    #[test]
    fn a_message_that_says_what_ends_the_pause_is_known_by_its_failure() {
        let hold = |reason, code: &str| Failure::hold(reason, code, "Why.");
        let provider = (PauseReason::Provider, HoldReason::Provider);
        let storage = (PauseReason::Storage, HoldReason::Storage);
        for ((reason, held), code, says_end) in [
            (provider, Failure::AWAY, true),
            (provider, "provider_refused_key", false),
            (storage, Failure::STORAGE_FULL, true),
            (storage, "storage_failed", false),
        ] {
            let text = "Why.".to_owned();
            let message = PauseMessage::from_recorded(reason, text, [&hold(held, code)]);
            assert_eq!(message, says("Why.", says_end), "{code}");
        }
        let unknown = PauseMessage::from_recorded(PauseReason::Budget, "Why.".to_owned(), []);
        assert_eq!(unknown, says("Why.", true));
    }

    #[test]
    fn every_pause_says_why_and_what_ends_it() {
        for reason in PauseReason::ALL {
            let words = paused(*reason, None).words;
            assert!(words.contains(reason.words()) && words.contains(reason.ends()), "{words}");
        }
        let own = says("OpenAI refused the key.", false);
        let own = paused(PauseReason::Provider, Some(&own));
        assert_eq!(
            own.words,
            "Paused: a provider needs attention; check its key and credit, then resume. OpenAI \
             refused the key."
        );
        let told = says("All is spent. Raise the budget and resume.", true);
        let told = paused(PauseReason::Budget, Some(&told));
        assert!(told.words.ends_with("the budget. All is spent. Raise the budget and resume."));
    }

    #[test]
    fn a_persons_pause_says_whose_it_is_where_that_is_known() {
        let paused = |by: Option<&str>| ExecutionView {
            status: ExecutionStatus::Paused,
            pause_reason: Some(PauseReason::User),
            paused_by: by.map(str::to_owned),
            ..ExecutionView::empty()
        };
        let words = |view: ExecutionView| view.wait().map(|wait| wait.words);

        let ends = "resume it to continue";
        assert_eq!(words(paused(Some("Ada"))), Some(format!("Paused by Ada; {ends}")));
        assert_eq!(words(paused(None)), Some(format!("Paused manually; {ends}")));
        assert_eq!(EndReason::User.words_by(Some("Ada")), "Stopped by Ada");
        assert_eq!(EndReason::Deadline.words_by(Some("Ada")), EndReason::Deadline.words());
    }

    #[test]
    fn a_pending_job_says_what_it_waits_for() {
        let job = || PendingJob {
            execution: Stands::RUNNING,
            child: None,
            asked: false,
            decides: false,
            failure: None,
            until: None,
            full: None,
            unserved: None,
        };
        let words = |job: PendingJob| Wait::for_job(job).words;
        let paused = |message: Option<&str>| Stands {
            status: ExecutionStatus::Paused,
            pause: Some(PauseReason::Budget),
            message: message.map(|text| says(text, false)),
        };
        let why = || Some("Busy".to_owned());

        assert_eq!(words(job()), "Waiting for a worker");
        let unserved = words(PendingJob { unserved: Some("wait".to_owned()), ..job() });
        assert_eq!(unserved, "No running worker takes wait: start one that does");
        let full = words(PendingJob { full: Some(20), ..job() });
        assert!(full.ends_with("works on 20 items at once"), "{full}");
        let later = PendingJob { until: Some(Timestamp(9)), failure: why(), ..job() };
        let later = Wait::for_job(later);
        assert_eq!((&*later.words, later.until), ("Busy", Some(Timestamp(9))));
        let asked = words(PendingJob { asked: true, failure: why(), ..job() });
        assert_eq!(asked, "Waiting for your answer. Busy");
        let decides = words(PendingJob { decides: true, ..job() });
        assert_eq!(decides, PauseReason::Review.words());
        let own = words(PendingJob { execution: paused(None), ..job() });
        assert!(own.starts_with("Paused by the budget; "), "{own}");
        let price = paused(Some("The price is not known."));
        let child = words(PendingJob { child: Some(("Write".to_owned(), price)), ..job() });
        assert_eq!(
            child,
            "Waiting for Write. Paused by the budget; raise the budget, then resume. The price is \
             not known."
        );
    }
}
