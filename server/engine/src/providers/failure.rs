//! What a provider's refusal means for the job, said with the provider's name and never its key.

use crate::outbound::{self, HeaderMap, OutboundError, StatusCode};
use crate::secret::Redactor;
use model::execution::failure::{Failure, FailureClass, HoldReason};
use serde::Deserialize;
use serde_json::Value;

const LONGEST_MESSAGE: usize = 500;

/// Turns what went wrong with one provider into failures.
#[derive(Debug, Clone)]
pub(super) struct Voice {
    /// The provider's name as a person knows it.
    pub(super) label: &'static str,
    /// Knows the provider's key.
    pub(super) redactor: Redactor,
}

/// A vendor's own words about an error, in the shape most vendors share.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct VendorError {
    message: Option<String>,
    code: Option<Value>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl VendorError {
    fn read(body: &[u8]) -> Self {
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return Self::default();
        };
        match &body["error"] {
            Value::String(message) => Self { message: Some(message.clone()), ..Self::default() },
            error => serde_json::from_value(error.clone()).unwrap_or_default(),
        }
    }

    fn is_any(&self, names: &[&str]) -> bool {
        let code = self.code.as_ref().and_then(Value::as_str);
        [code, self.kind.as_deref()].into_iter().flatten().any(|name| names.contains(&name))
    }
}

const OUT_OF_CREDIT: [&str; 4] = [
    "insufficient_quota",
    "billing_hard_limit_reached",
    "billing_not_active",
    "insufficient_credits",
];
const REFUSED_CONTENT: [&str; 4] = [
    "content_policy_violation",
    "content_filter",
    "moderation_blocked",
    "image_generation_user_error",
];

impl Voice {
    /// No answer came, or it broke off.
    pub(super) fn outbound(&self, error: OutboundError) -> Failure {
        error.failure(|words| self.says(words))
    }

    /// An answer came that is not what was asked for.
    pub(super) fn broken(&self, code: &str, words: &str) -> Failure {
        Failure { may_have_happened: true, ..Failure::transient(code, self.says(words)) }
    }

    /// The provider will not do this, now or later.
    pub(super) fn permanent(&self, code: &str, words: &str) -> Failure {
        Failure::permanent(code, self.says(words))
    }

    /// The provider answered with an error status.
    pub(super) fn status(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failure {
        let vendor = VendorError::read(body);
        let mut failure = self.judge(status.as_u16(), &vendor);
        if let FailureClass::Transient { retry_after_ms } = &mut failure.class {
            *retry_after_ms = outbound::retry_after_ms(headers);
        }
        failure
    }

    /// The provider reported an error within a stream that had begun well.
    pub(super) fn in_stream(&self, vendor: &VendorError) -> Failure {
        let status = match &vendor.code {
            Some(Value::Number(status)) => status.as_u64().and_then(|n| u16::try_from(n).ok()),
            _ => None,
        };
        Failure { may_have_happened: true, ..self.judge(status.unwrap_or(500), vendor) }
    }

    fn judge(&self, status: u16, vendor: &VendorError) -> Failure {
        let say = |default: &str| self.says(vendor.message.as_deref().unwrap_or(default));
        let hold = |code, words| Failure::hold(HoldReason::Provider, code, say(words));
        if vendor.is_any(&OUT_OF_CREDIT) || status == 402 {
            return hold("provider_out_of_credit", "the account is out of credit");
        }
        if vendor.is_any(&REFUSED_CONTENT) {
            return Failure::permanent("content_refused", say("the content was refused"));
        }
        match status {
            401 | 403 => hold("provider_refused_key", "the API key was refused"),
            429 => Failure::transient("rate_limited", say("rate limit exceeded")),
            408 | 425 => Failure::transient("timeout", say("the request timed out")),
            502 | 504 => Failure {
                may_have_happened: true,
                ..Failure::transient("provider_unavailable", say("the service did not answer"))
            },
            500.. => Failure::transient("provider_unavailable", say("the service is unavailable")),
            404 => Failure::permanent("not_found", say("the model or address does not exist")),
            _ => Failure::permanent(
                "request_refused",
                say(&format!("answered with status {status}")),
            ),
        }
    }

    /// The provider's label and these words, on one line, without the key.
    fn says(&self, words: &str) -> String {
        let short = self.redactor.clean_line(words, LONGEST_MESSAGE);
        format!("{}: {short}", self.label)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn each_status_has_its_class() {
        let voice = Voice { label: "OpenAI", redactor: Redactor::default() };
        let none = VendorError::default();
        let transient = FailureClass::Transient { retry_after_ms: None };
        let hold = FailureClass::Hold { reason: HoldReason::Provider };

        for status in [408, 425, 429, 500, 502, 503, 504, 529] {
            assert_eq!(voice.judge(status, &none).class, transient, "{status}");
        }
        for status in [401, 402, 403] {
            assert_eq!(voice.judge(status, &none).class, hold, "{status}");
        }
        for status in [302, 400, 404, 405, 409, 413, 415, 422] {
            assert_eq!(voice.judge(status, &none).class, FailureClass::Permanent, "{status}");
        }
    }

    #[test]
    fn a_vendors_code_outranks_its_status() {
        let voice = Voice { label: "OpenAI", redactor: Redactor::default() };
        let quota =
            VendorError::read(br#"{"error":{"message":"No credit.","code":"insufficient_quota"}}"#);
        let policy = VendorError::read(br#"{"error":{"type":"content_policy_violation"}}"#);

        let failure = voice.judge(429, &quota);
        assert_eq!(failure.class, FailureClass::Hold { reason: HoldReason::Provider });
        assert_eq!(failure.message, "OpenAI: No credit");
        assert_eq!(voice.judge(500, &policy).class, FailureClass::Permanent);
    }
}
