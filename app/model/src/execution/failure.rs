//! Why an attempt failed, in the terms that decide what happens next.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::Unrecordable;

/// What a failed attempt means for the job (reliability: classes of failure).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "class")]
pub enum FailureClass {
    /// May work when tried again: connection, timeout, 408, 429, 5xx, a broken stream, bad model
    /// JSON.
    Transient {
        /// What the other side asked us to wait, in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
    /// It was not tried, or reached nobody: what holds up others, too, must pass first. Counts as
    /// no attempt.
    Limited {
        /// How long to wait before it is looked at again, in milliseconds.
        for_ms: u64,
    },
    /// Will not work however often it is tried.
    Permanent,
    /// A person must cure the cause; the execution pauses and nothing has failed.
    Hold {
        /// What must be cured.
        reason: HoldReason,
    },
}

/// What a paused execution waits to be cured of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// The provider refused the key, is out of credit, or has been away for long.
    Provider,
    /// The disk or blob store is full, or lets nobody in.
    Storage,
    /// The budget is reached.
    Budget,
}

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// Decides what happens next.
    #[serde(flatten)]
    pub class: FailureClass,
    /// Stable machine code, e.g. `rate_limited`.
    pub code: String,
    /// Words for a person, the provider's own included; never a secret.
    pub message: String,
    /// True when the outside call may have taken effect although no answer came.
    #[serde(default)]
    pub may_have_happened: bool,
    /// True when the call had left and its answer never came, or was lost: nobody knows how it
    /// ended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unanswered: bool,
}

impl Failure {
    /// The code of what waits for a provider that gives nobody an answer.
    pub const AWAY: &str = "provider_away";
    /// The code of what waits until an admin has signed in to its server of tools.
    pub const REAUTHORIZE: &str = "reauthorize";
    /// The code of what the storage cannot keep, because it has no room.
    pub const STORAGE_FULL: &str = "storage_full";
    /// The code of what the storage does not keep or give, because it lets nobody in.
    pub const STORAGE_DENIED: &str = "storage_denied";

    /// What a person can do about a step that failed so; there is always something.
    pub fn advice(&self) -> &'static str {
        match (self.code.as_str(), self.class) {
            (_, FailureClass::Hold { .. }) => "Fix the cause, then resume the run.",
            ("rate_limited" | "provider_unavailable", _) => {
                "The provider is at its limit. Wait a moment, then retry the step."
            }
            ("bad_model_output" | "empty_answer" | "content_refused" | "model_refused", _) => {
                "Retry the step. If it fails again, change the prompt."
            }
            ("answer_cut_off", _) => {
                "Raise the step's output token limit or ask for less, then retry the step."
            }
            ("limit_reached", _) => {
                "Raise the limit, or connect “Limit reached” to continue from there, then retry the step."
            }
            (
                "timeout" | "unreachable" | "provider_away" | "connection_broken" | "server_error",
                _,
            ) => "The service didn't answer. Retry the step when it's back.",
            ("rejected", _) => {
                "Retry the step to ask again, or skip it to continue as if it were approved."
            }
            ("child_failed" | "child_stopped" | "child_not_launched", _) => {
                "Check the run it started, then retry the step."
            }
            ("tool_changed", _) => {
                "Ask an admin to review and accept the change in the tool settings, then retry the step."
            }
            ("unknown_secret" | "sealed_secret" | "not_authorized", _) => {
                "Check the secret it uses, then retry the step."
            }
            ("context_document_missing" | "nothing_to_attach" | "nothing_to_review", _) => {
                "Add what's missing and retry the step, or skip it."
            }
            ("worker_lost_repeatedly" | "internal", _) => {
                "Retry the step. If it fails again, check the server log."
            }
            (_, FailureClass::Transient { .. } | FailureClass::Limited { .. }) => {
                "This can be temporary. Retry the step."
            }
            (_, FailureClass::Permanent) => {
                "Change the step or its input, then retry it, or skip it."
            }
        }
    }

    /// Whether it pauses the execution until a person has cured the cause.
    pub fn pauses(&self) -> bool {
        matches!(self.class, FailureClass::Hold { .. })
    }

    /// Whether the message of a failure that pauses the execution says what lets it go on, so that
    /// the reason of the pause need not.
    pub fn says_end(&self) -> bool {
        match (self.class, self.code.as_str()) {
            (FailureClass::Hold { reason }, code) => match reason {
                HoldReason::Budget => true,
                HoldReason::Storage => matches!(code, Self::STORAGE_FULL | Self::STORAGE_DENIED),
                HoldReason::Provider => matches!(code, Self::AWAY | Self::REAUTHORIZE),
            },
            (
                FailureClass::Transient { .. }
                | FailureClass::Limited { .. }
                | FailureClass::Permanent,
                _,
            ) => false,
        }
    }

    /// A failure that may pass when tried again.
    pub fn transient(code: &str, message: impl Into<String>) -> Self {
        Self::new(FailureClass::Transient { retry_after_ms: None }, code, message)
    }

    /// A limit that must pass before the next try: `message` says what it is and what ends the
    /// wait, `for_ms` when to look again, in milliseconds.
    pub fn for_limit(for_ms: u64, code: &str, message: impl Into<String>) -> Self {
        Self::new(FailureClass::Limited { for_ms }, code, message)
    }

    /// A failure that stays however often it is tried.
    pub fn permanent(code: &str, message: impl Into<String>) -> Self {
        Self::new(FailureClass::Permanent, code, message)
    }

    /// What a step gives cannot be kept.
    pub fn unrecordable(why: Unrecordable) -> Self {
        let message = format!("The step's output can't be saved: {why}.");
        Self::permanent("unrecordable_output", message)
    }

    /// A cause that a person must cure.
    pub fn hold(reason: HoldReason, code: &str, message: impl Into<String>) -> Self {
        Self::new(FailureClass::Hold { reason }, code, message)
    }

    /// The same, where the call had left and its answer never came, or was lost.
    #[must_use]
    pub fn without_answer(self) -> Self {
        Self { may_have_happened: true, unanswered: true, ..self }
    }

    fn new(class: FailureClass, code: &str, message: impl Into<String>) -> Self {
        // Words of others may have it, and no database keeps it.
        let message = message.into().replace('\0', "");
        let code = code.to_owned();
        Self { class, code, message, may_have_happened: false, unanswered: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_no_character_that_cannot_be_kept() {
        assert_eq!(Failure::permanent("odd", "bad\0word").message, "badword");
    }

    #[test]
    fn every_kind_of_failure_has_a_next_step() {
        let hold = HoldReason::Provider;
        for failure in [
            Failure::transient("rate_limited", "Busy"),
            Failure::transient("anything", "Odd"),
            Failure::for_limit(1, "provider_busy", "Busy"),
            Failure::permanent("expression", "No such value"),
            Failure::permanent("child_failed", "It failed"),
            Failure::hold(hold, "provider_refused_key", "Refused"),
        ] {
            let advice = failure.advice().to_lowercase();
            assert!(advice.contains("retry") || advice.contains("resume"), "{advice}");
        }
    }
}
