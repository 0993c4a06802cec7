//! Maps errors of a provider to failures of a job. Messages name the provider and never its key.

use model::execution::failure::{Failure, FailureClass, HoldReason};
use vault::secret::Redactor;

use super::vendor_error::VendorError;
use crate::outbound::{self, HeaderMap, OutboundError, StatusCode};

/// The code of a call that reached nobody: it was not sent.
pub const AWAY: &str = Failure::AWAY;
/// The code of a call for which somebody before the provider answered that it does not.
pub const GATEWAY: &str = "provider_down";

/// The code of a request that is longer than what the model can read at once.
pub const CONTEXT_FULL: &str = "context_full";

const LONGEST_MESSAGE: usize = 500;
/// How much is shown of what cannot be read.
const SHOWN: usize = 200;

/// Turns what went wrong with one provider into failures.
#[derive(Debug, Clone)]
pub(super) struct FailureMapper {
    /// The provider's name as a person knows it.
    pub(super) label: &'static str,
    /// Knows the provider's key.
    pub(super) redactor: Redactor,
}

const OUT_OF_CREDIT: [&str; 5] = [
    "billing_error",
    "insufficient_quota",
    "billing_hard_limit_reached",
    "billing_not_active",
    "insufficient_credits",
];
/// How Anthropic says so, with the status and the type of any other refusal.
const ABOUT_CREDIT: [&str; 1] = ["credit balance is too low"];
const REFUSED_CONTENT: [&str; 4] = [
    "content_policy_violation",
    "content_filter",
    "moderation_blocked",
    "image_generation_user_error",
];
/// How vendors say that the content is why, where no code does.
const ABOUT_CONTENT: [&str; 8] = [
    "moderation",
    "flagged",
    "content policy",
    "content filter",
    "content management policy",
    "safety system",
    "usage policies",
    "prohibited content",
];
/// How Groq says that what its model wrote in JSON mode was none.
const FAILED_JSON: [&str; 1] = ["json_validate_failed"];
/// How vendors name, and say, that a request is longer than what the model can read.
const TOO_LONG: [&str; 3] =
    ["context_length_exceeded", "context_window_exceeded", "tokens_limit_reached"];
const ABOUT_LENGTH: [&str; 16] = [
    "maximum context length",
    "context length exceeded",
    "context window",
    "exceeds the available context size",
    // Anthropic, of the request together with the most that may be answered.
    "exceed context limit",
    "prompt is too long",
    "input is too long",
    "input token count",
    // LM Studio.
    "context the overflows",
    "loaded with context length",
    // xAI.
    "maximum prompt length",
    // Qwen.
    "range of input length",
    // TGI.
    "`inputs` tokens + `max_new_tokens`",
    "`inputs` must have less than",
    // Zhipu.
    "prompt exceeds max length",
    // GitHub Models.
    "request body too large for",
];
/// How vendors say that the access is why.
const ABOUT_ACCESS: [&str; 12] = [
    "key",
    "token",
    "credential",
    "auth",
    "permission",
    "access",
    "account",
    "billing",
    "forbidden",
    "not allowed",
    "country",
    "organization",
];

impl FailureMapper {
    /// A failure of a call that got no answer, or whose answer broke off.
    pub(super) fn map_outbound(&self, error: OutboundError) -> Failure {
        let failure = error.failure(|words| self.says(words));
        if error.is_away() { Failure { code: AWAY.to_owned(), ..failure } } else { failure }
    }

    /// A transient failure: the answer broke off and may come whole when it is asked for again.
    pub(super) fn broken(&self, code: &str, words: &str) -> Failure {
        Failure { may_have_happened: true, ..Failure::transient(code, self.says(words)) }
    }

    /// A permanent failure: an answer came and was paid, but cannot be used; a retry would be paid
    /// again.
    pub(super) fn unusable(&self, code: &str, words: &str) -> Failure {
        Failure { may_have_happened: true, ..self.permanent(code, words) }
    }

    /// A transient failure: an answer came with nothing in it. Servers under load answer so, and the
    /// next call is answered.
    pub(super) fn empty(&self) -> Failure {
        self.broken("empty_answer", "the answer was empty")
    }

    /// A permanent failure: what came is no answer. Its beginning is quoted. Where nothing came, as
    /// [`Self::empty`].
    pub(super) fn unreadable(&self, begun_with: &str) -> Failure {
        let page = VendorError::from_text(begun_with);
        if let (true, Some(words)) = (page.is_page, &page.message) {
            return self.unusable("bad_answer", words);
        }
        let shown = self.redactor.clean_line(begun_with, SHOWN);
        if shown.is_empty() {
            return self.empty();
        }
        self.unusable("bad_answer", &format!("the answer couldn't be read: {shown}"))
    }

    /// A permanent failure: the provider will not do this, now or later.
    pub(super) fn permanent(&self, code: &str, words: &str) -> Failure {
        Failure::permanent(code, self.says(words))
    }

    /// A failure of a call that was answered with an error status.
    pub(super) fn map_status(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        vendor: &VendorError,
    ) -> Failure {
        let mut failure = self.judge(status.as_u16(), vendor);
        if let FailureClass::Transient { retry_after_ms } = &mut failure.class {
            let limit = || outbound::limit_reset_ms(headers).filter(|_| status.as_u16() == 429);
            let asked = outbound::retry_after_ms(headers).or(*retry_after_ms);
            *retry_after_ms = asked.or_else(limit);
            if matches!(status.as_u16(), 502..=504) && retry_after_ms.is_none() {
                failure.code = GATEWAY.to_owned();
            }
        }
        failure
    }

    /// A failure of a call whose answer had a good status and then reported an error.
    pub(super) fn map_answer_error(&self, vendor: &VendorError) -> Failure {
        Failure { may_have_happened: true, ..self.judge(vendor.own_status(), vendor) }
    }

    /// The class of an error with this status; where it may pass, with the wait that its words name.
    fn judge(&self, status: u16, vendor: &VendorError) -> Failure {
        let mut failure = self.sort(status, vendor);
        if let FailureClass::Transient { retry_after_ms } = &mut failure.class {
            *retry_after_ms = vendor.asked_wait_ms();
        }
        failure
    }

    fn sort(&self, status: u16, vendor: &VendorError) -> Failure {
        let say = |default: &str| self.says(vendor.message.as_deref().unwrap_or(default));
        let hold = |code, words| Failure::hold(HoldReason::Provider, code, say(words));
        if vendor.is_any(&OUT_OF_CREDIT) || vendor.says_any(&ABOUT_CREDIT) || status == 402 {
            return hold("provider_out_of_credit", "the account is out of credit");
        }
        let is_about_content =
            matches!(status, 400 | 403 | 422 | 451 | 500) && vendor.says_any(&ABOUT_CONTENT);
        if vendor.is_any(&REFUSED_CONTENT) || is_about_content {
            return Failure::permanent("content_refused", say("the provider refused this content"));
        }
        if vendor.is_any(&FAILED_JSON) {
            // The next answer may be JSON: this is a fault of the words that were drawn.
            return Failure::transient("bad_model_output", say("the answer was no JSON"));
        }
        let is_too_long = vendor.is_any(&TOO_LONG) || vendor.says_any(&ABOUT_LENGTH);
        if is_too_long && matches!(status, 400 | 413 | 422 | 500) {
            let words = say("the request is too long for this model");
            return Failure::permanent(CONTEXT_FULL, words);
        }
        let is_about_key = match status {
            401 => true,
            403 => !vendor.is_page && (vendor.message.is_none() || vendor.says_any(&ABOUT_ACCESS)),
            400 => {
                vendor.says_any(&["api key"])
                    && vendor.says_any(&["invalid", "not valid", "incorrect", "missing", "expired"])
            }
            _ => false,
        };
        if is_about_key {
            return hold("provider_refused_key", "API key rejected");
        }
        match status {
            429 => Failure::transient("rate_limited", say("rate limit exceeded")),
            408 | 425 => Failure::transient("timeout", say("the request timed out")),
            502 | 504 => Failure {
                may_have_happened: true,
                ..Failure::transient("provider_unavailable", say("the service didn't answer"))
            },
            500.. => Failure::transient("provider_unavailable", say("the service is unavailable")),
            404 => Failure::permanent("not_found", say("model or address not found")),
            _ => {
                let words = vendor.message.as_deref().map(|words| format!(": {words}"));
                let words = format!("answered with status {status}{}", words.unwrap_or_default());
                Failure::permanent("request_refused", self.says(&words))
            }
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
        let failures = FailureMapper { label: "OpenAI", redactor: Redactor::default() };
        let none = VendorError::default();
        let transient = FailureClass::Transient { retry_after_ms: None };
        let hold = FailureClass::Hold { reason: HoldReason::Provider };

        for status in [408, 425, 429, 500, 502, 503, 504, 529] {
            assert_eq!(failures.judge(status, &none).class, transient, "{status}");
        }
        for status in [401, 402, 403] {
            assert_eq!(failures.judge(status, &none).class, hold, "{status}");
        }
        for status in [302, 400, 404, 405, 409, 413, 415, 422] {
            assert_eq!(failures.judge(status, &none).class, FailureClass::Permanent, "{status}");
        }
    }

    #[test]
    fn a_vendors_code_outranks_its_status() {
        let failures = FailureMapper { label: "OpenAI", redactor: Redactor::default() };
        let quota =
            VendorError::read(br#"{"error":{"message":"No credit.","code":"insufficient_quota"}}"#);
        let policy = VendorError::read(br#"{"error":{"type":"content_policy_violation"}}"#);

        let failure = failures.judge(429, &quota);
        assert_eq!(failure.class, FailureClass::Hold { reason: HoldReason::Provider });
        assert_eq!(failure.message, "OpenAI: No credit");
        assert_eq!(failures.judge(500, &policy).class, FailureClass::Permanent);
    }

    #[test]
    fn only_a_real_problem_with_the_key_asks_for_another() {
        let failures = FailureMapper { label: "OpenAI", redactor: Redactor::default() };
        let judged =
            |status, body: &str| failures.judge(status, &VendorError::read(body.as_bytes())).code;
        let said = |words: &str| format!("{{\"error\": {{\"message\": \"{words}\"}}}}");

        for (status, body) in [
            (401, said("No")),
            (403, "{}".to_owned()),
            (403, said("You do not have permission to use this model")),
            (400, said("API key not valid. Please pass a valid API key.")),
        ] {
            assert_eq!(judged(status, &body), "provider_refused_key", "{status} {body}");
        }
        let flagged = said("Your chosen model requires moderation and your input was flagged");
        assert_eq!(judged(403, &flagged), "content_refused");
        assert_eq!(judged(403, "<html><title>Blocked by the proxy</title>"), "request_refused");
        assert_eq!(judged(400, &said("The size is invalid")), "request_refused");
    }

    #[test]
    fn a_request_that_is_too_long_is_told_from_one_that_is_wrong() {
        let failures = FailureMapper { label: "OpenAI", redactor: Redactor::default() };
        for (status, body) in [
            (400, r#"{"error": {"message": "Too long", "code": "context_length_exceeded"}}"#),
            (
                400,
                r#"{"error": {"message": "This model's maximum context length is 8192 tokens."}}"#,
            ),
            (
                413,
                r#"{"error": {"message": "prompt is too long: 210000 tokens > 200000 maximum"}}"#,
            ),
            (
                400,
                r#"{"error": {"message": "input length and `max_tokens` exceed context limit: 189136 + 20000 > 200000"}}"#,
            ),
            (
                400,
                r#"{"error": "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"}"#,
            ),
            (
                400,
                r#"{"code": "Client specified an invalid argument", "error": "This model's maximum prompt length is 131072 but the request contains 150000 tokens."}"#,
            ),
            (400, r#"{"message": "Range of input length should be [1, 30720]"}"#),
            (
                422,
                r#"{"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096.", "error_type": "validation"}"#,
            ),
            (400, r#"{"error": {"code": "1261", "message": "Prompt exceeds max length"}}"#),
            (
                413,
                r#"{"error": {"code": "tokens_limit_reached", "message": "Request body too large for gpt-4o model. Max size: 8000 tokens."}}"#,
            ),
        ] {
            let failure = failures.judge(status, &VendorError::read(body.as_bytes()));
            assert_eq!(
                (failure.code.as_str(), failure.class),
                (CONTEXT_FULL, FailureClass::Permanent)
            );
        }
    }

    #[test]
    fn a_wait_that_only_the_words_name_is_kept() {
        let failures = FailureMapper { label: "OpenAI", redactor: Redactor::default() };
        for (status, words, expected) in [
            (
                429,
                "Rate limit reached for m. Please try again in 12s. Visit our page.",
                Some(12_000),
            ),
            (429, "Limit 30000, Used 29000. Please try again in 1.2s.", Some(1_200)),
            (429, "Please try again in 6m0s.", Some(360_000)),
            (429, "Try again in 20ms", Some(20)),
            (
                429,
                "Requests have exceeded the call rate. Please retry after 20 seconds.",
                Some(20_000),
            ),
            (503, "The model is loading, retry in 1 minute", Some(60_000)),
            (429, "Too many requests; please wait 5 seconds before you retry", Some(5_000)),
            (429, "Please retry after some time", None),
            (429, "Try again in a moment", None),
            (429, "You have 3 seconds of audio left", None),
        ] {
            let vendor = VendorError::from_text(words);
            let failure = failures.map_status(
                StatusCode::from_u16(status).unwrap(),
                &HeaderMap::new(),
                &vendor,
            );
            let class = FailureClass::Transient { retry_after_ms: expected };
            assert_eq!(failure.class, class, "{words}");
        }
    }

    #[test]
    fn what_may_be_well_the_next_time_is_tried_again() {
        let failures = FailureMapper { label: "OpenAI", redactor: Redactor::default() };
        let groq =
            br#"{"error":{"message":"Failed to generate JSON.","code":"json_validate_failed"}}"#;
        let again = FailureClass::Transient { retry_after_ms: None };

        assert_eq!(failures.judge(400, &VendorError::read(groq)).class, again);
        let nothing = failures.unreadable(" \n");
        assert_eq!((nothing.class, nothing.code.as_str()), (again, "empty_answer"));
    }

    #[test]
    fn what_cannot_be_read_is_shown() {
        let failures = FailureMapper { label: "OpenAI", redactor: Redactor::default() };

        let failure = failures.unreadable(&format!("{{\"status\": \"ok\"}}{}", " x".repeat(500)));

        assert_eq!(failure.class, FailureClass::Permanent);
        assert!(
            failure
                .message
                .starts_with("OpenAI: the answer couldn't be read: {\"status\": \"ok\"} x x")
        );
        assert!(failure.message.len() < 260, "{}", failure.message);
        let page = failures.unreadable("<html><title>Sign in</title>");
        assert!(page.message.contains("“Sign in”"));
    }
}
