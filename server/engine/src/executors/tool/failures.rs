//! Maps what went wrong with a call to failures, in words that name the tool and hold no secret.

use std::time::Duration;

use model::execution::failure::{Failure, FailureClass, HoldReason};
use outside::{json, mcp::port::McpError};
use serde_json::Value;
use vault::secret::Redactor;

use crate::{
    executors::{failure::internal_failure, paid::storable},
    tools::Unresolved,
};

const MAX_MESSAGE_CHARS: usize = 500;

/// The failure of an attempt that has found nothing to call: nothing was done.
pub(in crate::executors) fn unresolved_failure(unresolved: Unresolved) -> Failure {
    let error = match unresolved {
        Unresolved::Refused(refusal) => return Failure::permanent(refusal.code, refusal.words),
        Unresolved::Ours(error) => return internal_failure(error),
        Unresolved::Server(error) => error,
    };
    let words = error.to_string();
    match error {
        McpError::Unreachable(_)
        | McpError::Lost(_)
        | McpError::Gateway(_)
        | McpError::TimedOut(_) => Failure::transient("unreachable", words),
        McpError::Limited(after, _) => limit_failure(after, words),
        McpError::Unauthorized(_) => refused_key(words),
        McpError::SignedOut(_) => signed_out(words),
        McpError::Tool(_) | McpError::Protocol(_) | McpError::Question(_) => {
            Failure::permanent("protocol_broken", words)
        }
    }
}

/// A person has to see to the key; nothing has failed.
fn refused_key(words: String) -> Failure {
    Failure::hold(HoldReason::Provider, "not_authorized", words)
}

/// An admin has to sign in to the server; nothing has failed.
fn signed_out(words: String) -> Failure {
    Failure::hold(HoldReason::Provider, Failure::REAUTHORIZE, words)
}

fn limit_failure(after: Option<Duration>, words: String) -> Failure {
    let retry_after_ms = after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
    let class = FailureClass::Transient { retry_after_ms };
    Failure { class, ..Failure::transient("rate_limited", words) }
}

/// Makes failures of calls of one tool.
pub(super) struct FailureMapper<'a> {
    /// The tool as the workflow names it.
    pub tool: &'a str,
    /// Takes the secrets that are sent to its server out of what that says.
    pub redactor: &'a Redactor,
    /// Whether the step says itself how often it is tried: then what the tool refused is, too.
    pub is_tried_again: bool,
}

impl FailureMapper<'_> {
    /// The value as it may be stored: without secrets, should the server send them back.
    pub fn clean(&self, value: Value) -> Value {
        json::map_texts(value, &|text| self.redactor.clean(&storable(text)))
    }

    /// The words on one line, as they may be stored.
    pub fn clean_line(&self, words: &str, most: usize) -> String {
        self.redactor.clean_line(&storable(words), most)
    }

    /// What an image of the tool is called.
    pub fn image_words(&self) -> String {
        format!("Image from {}", self.tool)
    }

    /// The failure of a call that has left. The words of an error name the server; those of a tool
    /// name nobody.
    pub fn called(&self, error: &McpError) -> Failure {
        let words = self.sentence(&error.to_string());
        match error {
            McpError::Unreachable(_) => Failure::transient("unreachable", words),
            McpError::Lost(_) | McpError::Gateway(_) => {
                Failure::transient("connection_broken", words).without_answer()
            }
            McpError::TimedOut(_) => Failure::transient("timeout", words).without_answer(),
            McpError::Limited(after, _) => limit_failure(*after, words),
            McpError::Unauthorized(_) => refused_key(words),
            McpError::SignedOut(_) => signed_out(words),
            McpError::Tool(_) => {
                let words = format!("{}: {words}", self.tool);
                if self.is_tried_again {
                    Failure::transient("tool_failed", words)
                } else {
                    Failure::permanent("tool_failed", words)
                }
            }
            McpError::Protocol(_) => {
                let failure = Failure::permanent("protocol_broken", words);
                Failure { may_have_happened: true, ..failure }
            }
            McpError::Question(_) => {
                let words = format!(
                    "{words} A step can't answer questions. Pass everything it needs as arguments."
                );
                Failure::permanent("tool_asks", words)
            }
        }
    }

    /// The words as a sentence on one line, without secrets.
    fn sentence(&self, words: &str) -> String {
        format!("{}.", self.clean_line(words, MAX_MESSAGE_CHARS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vault::secret::Secret;

    use crate::tools::ToolRefusal;

    fn failure(error: &McpError, is_tried_again: bool) -> Failure {
        let redactor = Redactor::new([&Secret::new("sk-canary-1")]);
        let mapper = FailureMapper { tool: "github.getIssue", redactor: &redactor, is_tried_again };
        mapper.called(error)
    }

    #[test]
    fn each_error_has_its_class() {
        let words = || "No such issue".to_owned();
        let cases = [
            (McpError::Unreachable(words()), "unreachable", true, false),
            (McpError::Lost(words()), "connection_broken", true, true),
            (McpError::Gateway(words()), "connection_broken", true, true),
            (McpError::TimedOut(words()), "timeout", true, true),
            (McpError::Limited(Some(Duration::from_secs(3)), words()), "rate_limited", true, false),
            (McpError::Unauthorized(words()), "not_authorized", false, false),
            (McpError::Tool(words()), "tool_failed", false, false),
            (McpError::Protocol(words()), "protocol_broken", false, false),
            (McpError::Question(words()), "tool_asks", false, false),
        ];
        for (error, code, is_transient, is_unanswered) in cases {
            let failure = failure(&error, false);
            let transient = matches!(failure.class, FailureClass::Transient { .. });
            let told = (failure.code.as_str(), transient, failure.unanswered);
            assert_eq!(told, (code, is_transient, is_unanswered));
            assert!(failure.message.contains("No such issue."), "{}", failure.message);
        }
        let again = failure(&McpError::Tool(words()), true);
        assert_eq!(again.class, FailureClass::Transient { retry_after_ms: None });
        assert_eq!(again.message, "github.getIssue: No such issue.");
    }

    #[test]
    fn before_a_call_nothing_has_happened() {
        let lost = unresolved_failure(Unresolved::Server(McpError::Lost("Gone.".to_owned())));
        let refused = unresolved_failure(ToolRefusal::new("tool_changed", "Another one.").into());

        assert_eq!((lost.code.as_str(), lost.unanswered), ("unreachable", false));
        assert!(!lost.may_have_happened);
        assert_eq!(refused.code, "tool_changed");
        assert_eq!(refused.class, FailureClass::Permanent);
    }

    #[test]
    fn rel_s10_a_secret_that_a_tool_server_sends_back_is_not_repeated() {
        let told = failure(&McpError::Tool("Bearer sk-canary-1 is not valid".to_owned()), false);
        assert!(!told.message.contains("canary"), "{}", told.message);
    }
}
