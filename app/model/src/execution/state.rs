//! Where executions, nodes, jobs and edges stand, and which control fits which state.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{string_enum::string_enum, unknown_variant::UnknownVariant};

string_enum! {
    /// Where an execution stands.
    ExecutionStatus ("execution status") {
        /// Waits for one of its workspace's places.
        Pending = "pending",
        /// Work is done or waited for.
        Running = "running",
        /// Nothing new starts until it is resumed.
        Paused = "paused",
        /// Every node has settled and none failed unhandled; never changes again.
        Completed = "completed",
        /// A node failed unhandled; retry node makes it run again.
        Failed = "failed",
        /// Ended by a person or its deadline, results kept; never changes again.
        Stopped = "stopped",
    }
}

string_enum! {
    /// Why an execution is paused.
    PauseReason ("pause reason") {
        /// A person paused it.
        User = "user",
        /// It waits for a decision.
        Review = "review",
        /// Its budget is reached.
        Budget = "budget",
        /// A provider refused the key or is out of credit.
        Provider = "provider",
        /// The disk or blob store is full.
        Storage = "storage",
        /// It reached a breakpoint.
        Breakpoint = "breakpoint",
        /// The execution that launched it is paused.
        Parent = "parent",
    }
}

string_enum! {
    /// Why an execution was stopped.
    EndReason ("end reason") {
        /// A person stopped it.
        User = "user",
        /// Its time of active work is used up.
        Deadline = "deadline",
        /// Nobody waits for it any more: the execution that launched it was stopped or went on.
        Parent = "parent",
        /// What it was to do cannot be read.
        Unreadable = "unreadable",
        /// Its history is as long as one may be.
        History = "history",
        /// It ran, but nothing would ever have woken it.
        Stuck = "stuck",
    }
}

/// Events of one execution; what passes it in one settlement is recorded all the same.
pub const MOST_EVENTS: i64 = 50_000;

/// What [`EndReason::History`] means for an execution, and what to do about it.
pub const FULL_HISTORY: &str = "Stopped: the run's history is full (shorten the lists of its loops, \
                                run parts of it as separate workflows, or look for endless retries)";

string_enum! {
    /// Why a node does not start although its inputs are there.
    Hold ("hold") {
        /// Steps wait for a person's word.
        Step = "step",
        /// It has a breakpoint.
        Breakpoint = "breakpoint",
    }
}

string_enum! {
    /// Where a node of an execution stands.
    NodeStatus ("node status") {
        /// Some edge into it has not settled.
        Pending = "pending",
        /// Its jobs may be claimed.
        Ready = "ready",
        /// At least one of its jobs is held by a worker.
        Running = "running",
        /// It waits for a retry, a timer, a limit or a child.
        Waiting = "waiting",
        /// It waits for a person's decision.
        AwaitingReview = "awaiting_review",
        /// It has its outputs.
        Completed = "completed",
        /// It ended without its outputs.
        Failed = "failed",
        /// It was not needed.
        Skipped = "skipped",
        /// The execution was stopped before it settled.
        Cancelled = "cancelled",
    }
}

string_enum! {
    /// Where a job stands.
    JobStatus ("job status") {
        /// May be claimed once it is due.
        Pending = "pending",
        /// Held by one worker under a fence.
        Running = "running",
        /// Its output is recorded.
        Completed = "completed",
        /// Its last attempt failed.
        Failed = "failed",
        /// The execution was stopped before it settled.
        Cancelled = "cancelled",
    }
}

string_enum! {
    /// How a round of a loop stands.
    RoundState ("round state") {
        /// It has not begun.
        Waiting = "waiting",
        /// It is under way.
        Running = "running",
        /// It has given its result.
        Done = "done",
        /// Something in it failed, or it was dropped.
        Failed = "failed",
    }
}

string_enum! {
    /// How an edge has settled.
    EdgeState ("edge state") {
        /// Its source has not settled.
        Pending = "pending",
        /// Its source took this way.
        Live = "live",
        /// Its source did not take this way.
        Dead = "dead",
    }
}

string_enum! {
    /// What is known of a job's outside call.
    Effect ("effect") {
        /// Nothing has been sent.
        Intent = "intent",
        /// The request left; no answer is recorded.
        Sent = "sent",
        /// The answer is recorded.
        Done = "done",
        /// The worker was lost after the request left.
        Unknown = "unknown",
        /// Nobody knows whether it was carried out: a person is asked, or has said so.
        Asked = "asked",
    }
}

impl ExecutionStatus {
    /// True when nothing of it changes any more by itself.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Stopped)
    }

    /// True when nobody can make it go on either; what failed can be tried again.
    pub const fn is_over_for_good(self) -> bool {
        match self {
            Self::Completed | Self::Stopped => true,
            Self::Pending | Self::Running | Self::Paused | Self::Failed => false,
        }
    }
}

impl NodeStatus {
    /// True when the node has settled in this generation.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Skipped | Self::Cancelled)
    }

    /// How much of a settled node counts as done, of 1; none while its jobs have to be counted.
    pub const fn settled_share(self) -> Option<f64> {
        match self {
            // What was stopped was not done.
            Self::Cancelled => Some(0.0),
            Self::Completed | Self::Failed | Self::Skipped => Some(1.0),
            Self::Pending | Self::Ready | Self::Running | Self::Waiting | Self::AwaitingReview => {
                None
            }
        }
    }
}

impl RoundState {
    /// True when nothing of the iteration changes any more by itself.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }

    /// The letter it is stored as: the first of its word.
    const fn letter(self) -> char {
        self.as_str().as_bytes()[0] as char
    }

    /// The iterations of a loop as they are stored.
    pub fn letters(iterations: &[Self]) -> String {
        iterations.iter().map(|iteration| iteration.letter()).collect()
    }

    /// The state stored as a letter.
    pub fn from_letter(letter: char) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.letter() == letter)
    }
}

impl JobStatus {
    /// True when the job has settled in this generation.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// What a person may do to an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Let nothing new start.
    Pause,
    /// Let it go on after a pause.
    Resume,
    /// End it, keeping results.
    Stop,
    /// Run the failed jobs of a node again.
    RetryNode,
    /// Go on without a node.
    SkipNode,
    /// Let a node start that waits for a person.
    TriggerNode,
    /// Do a node again that has ended, inside the execution.
    RedoNode,
    /// Change a node that has not run.
    EditNode,
    /// Let steps go on by themselves, or not; set breakpoints.
    Steer,
    /// Change what it may cost.
    SetBudget,
    /// Decide a review.
    Decide,
    /// Have made again, in a way of its own, what a review is about.
    AskForChanges,
    /// Say how to go on after a call that nobody knows the end of.
    Answer,
    /// Make an older version of an output current again.
    Restore,
    /// Run it again, or a part of it, as a new execution.
    Rerun,
    /// Run it again with its recorded answers, as a new execution.
    Replay,
}

impl Action {
    /// The verb in messages.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Stop => "stop",
            Self::RetryNode => "retry a step of",
            Self::SkipNode => "skip a step of",
            Self::TriggerNode => "start a step of",
            Self::RedoNode => "do a step again in",
            Self::EditNode => "edit a step of",
            Self::Steer => "steer",
            Self::SetBudget => "change the budget of",
            Self::Decide => "decide a review of",
            Self::AskForChanges => "ask for changes in a review of",
            Self::Answer => "answer for a call of",
            Self::Restore => "change an output of",
            Self::Rerun => "run again",
            Self::Replay => "replay",
        }
    }

    /// The verb in messages that name the node it is done to.
    pub const fn verb_of_node(self) -> &'static str {
        match self {
            Self::RetryNode => "retry",
            Self::SkipNode => "skip",
            Self::TriggerNode => "start",
            Self::RedoNode => "do again",
            Self::EditNode => "edit",
            Self::Restore => "change an output of",
            Self::AskForChanges => "ask for changes in",
            other => other.verb(),
        }
    }
}

/// The one answer to "what may be done now?", of what is paused with why: the server refuses and
/// the page disables by it.
pub const fn allows(status: ExecutionStatus, pause: Option<PauseReason>, action: Action) -> bool {
    use Action as A;
    match action {
        // A pause of another reason may become the person's, which the end of that does not end.
        A::Pause => !status.is_over() && !matches!(pause, Some(PauseReason::User)),
        A::Resume => {
            matches!(status, ExecutionStatus::Paused)
                && !(matches!(pause, Some(PauseReason::Review | PauseReason::Parent)))
        }
        // What has begun may wait for its place again: all that may be done while it runs.
        A::Stop
        | A::TriggerNode
        | A::RedoNode
        | A::EditNode
        | A::Steer
        | A::SetBudget
        | A::Decide
        | A::AskForChanges
        | A::Answer => !status.is_over(),
        A::RetryNode | A::SkipNode => {
            !status.is_over() || matches!(status, ExecutionStatus::Failed)
        }
        // How it ended stays; which of its outputs count may still change.
        A::Restore => true,
        A::Rerun | A::Replay => status.is_over(),
    }
}

/// What a page offers of that: of pausing and resuming the one that changes more.
pub const fn offers(status: ExecutionStatus, pause: Option<PauseReason>, action: Action) -> bool {
    let resumes = matches!(action, Action::Pause) && allows(status, pause, Action::Resume);
    allows(status, pause, action) && !resumes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_word_reads_back_as_itself() {
        for status in NodeStatus::ALL {
            assert_eq!(status.as_str().parse::<NodeStatus>().unwrap(), *status);
        }
        assert!("queued".parse::<NodeStatus>().is_err());
    }

    #[test]
    fn what_is_over_for_good_allows_only_new_executions_and_older_versions() {
        for status in [ExecutionStatus::Completed, ExecutionStatus::Stopped] {
            for action in [Action::Restore, Action::Rerun, Action::Replay] {
                assert!(allows(status, None, action));
            }
            assert!(!allows(status, None, Action::RetryNode));
        }
        assert!(!allows(ExecutionStatus::Failed, None, Action::Stop));
    }

    #[test]
    fn of_what_is_paused_a_page_offers_to_resume_or_else_to_pause_it() {
        for pause in PauseReason::ALL.iter().copied() {
            let may = |action| offers(ExecutionStatus::Paused, Some(pause), action);
            let goes_on_by_itself = matches!(pause, PauseReason::Review | PauseReason::Parent);
            assert_eq!(
                (may(Action::Pause), may(Action::Resume)),
                (goes_on_by_itself, !goes_on_by_itself)
            );
        }
    }
}
