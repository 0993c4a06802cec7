//! A workspace's own access to a provider: its form, its list and its trial. Keys are write-only.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    price::{PriceView, name_fault},
    problem::{FieldProblem, Problem},
    provider_choice::{ProviderChoice, ProviderName, Vendor},
    time::Timestamp,
};

/// Most bytes of a key.
pub const MAX_KEY_BYTES: usize = 8 * 1024;
/// Most bytes of a provider's address.
pub const MAX_ADDRESS_BYTES: usize = 2_000;

/// Most calls at once that may be asked for.
pub const MAX_CALLS_AT_ONCE: u32 = 1_000;
/// Most calls a minute that may be asked for.
pub const MAX_CALLS_PER_MINUTE: u32 = 100_000;

/// Rate limits for a provider; none is as the server is set up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Pace {
    /// The most calls that may be under way.
    pub calls_at_once: Option<u32>,
    /// The most calls that may start within a minute.
    pub calls_per_minute: Option<u32>,
}

/// Access to a vendor, or to a server that speaks its API, to be kept or to be tried.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderForm {
    /// Address up to and with `/v1`; none is the vendor's own.
    pub base_url: Option<String>,
    /// The key; none is the one that was saved for this address, if there is one.
    pub api_key: Option<String>,
    /// Model for text when a node names none; none is the provider's usual one.
    pub text_model: Option<String>,
    /// Model for images when a node names none; none is the provider's usual one, if it makes images.
    pub image_model: Option<String>,
    /// Rate limits for this provider.
    pub pace: Pace,
}

/// Access as it is listed: nobody reads its key back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProviderView {
    /// Address up to and with `/v1`; none is the vendor's own.
    pub base_url: Option<String>,
    /// Whether a key is saved.
    pub has_key: bool,
    /// Model for text when a node names none; none is the provider's usual one.
    pub text_model: Option<String>,
    /// Model for images when a node names none; none is the provider's usual one.
    pub image_model: Option<String>,
    /// Rate limits for this provider.
    pub pace: Pace,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Who changed it; none when they are gone.
    pub changed_by: Option<String>,
}

/// The access a workspace has, and who answers with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProvidersPage {
    /// The workspace's own access to OpenAI; none leaves it to how the server was set up.
    pub openai: Option<ProviderView>,
    /// The workspace's own access to Anthropic; none leaves it to how the server was set up.
    pub anthropic: Option<ProviderView>,
    /// Who is chosen to answer.
    pub choice: ProviderChoice,
    /// The providers that can answer now, with the workspace's access or the server's.
    pub set_up: Vec<ProviderName>,
    /// The provider of texts when a node names no model.
    pub text: AnsweringProvider,
    /// The provider of images when a node names no model.
    pub image: AnsweringProvider,
    /// What models cost: the workspace's own prices, then the list prices that hold beside them.
    pub prices: Vec<PriceView>,
}

impl ProvidersPage {
    /// The workspace's own access to a vendor.
    pub fn own(&self, vendor: Vendor) -> Option<&ProviderView> {
        match vendor {
            Vendor::OpenAi => self.openai.as_ref(),
            Vendor::Anthropic => self.anthropic.as_ref(),
        }
    }
}

/// The provider that answers prompts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnsweringProvider {
    /// The provider's name for people.
    pub label: String,
    /// The model that answers.
    pub model: String,
    /// Host that is called; none when nothing leaves the server.
    pub host: Option<String>,
    /// Whether answers are made up by the program and marked so.
    pub is_sample: bool,
    /// Whether it can answer. One that is chosen and cannot is waited for: nobody else is asked in its
    /// place.
    pub is_set_up: bool,
}

/// The result of trying an access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProviderTrial {
    /// Whether the provider answered a prompt.
    pub works: bool,
    /// What the result means and what to do about it.
    pub message: String,
    /// The provider's own words, when it refused.
    pub said: Option<String>,
    /// How long the call took, in milliseconds.
    pub took_ms: u64,
    /// The result for each thing that steps request; empty where a prompt was not answered.
    pub checks: Vec<TrialCheck>,
    /// The models that the provider lists.
    pub models: Vec<String>,
}

/// One thing that steps request from a provider, tried once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrialCheck {
    /// What was requested.
    pub goods: TrialGoods,
    /// Whether it was delivered.
    pub works: bool,
    /// What was found, or what to do about it.
    pub message: String,
    /// The provider's own words, when it refused.
    pub said: Option<String>,
}

/// What steps request from a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrialGoods {
    /// A plain text.
    Text,
    /// JSON that follows a schema.
    Json,
    /// An image from a prompt.
    Image,
}

impl TrialGoods {
    /// The name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Json => "JSON",
            Self::Image => "Images",
        }
    }
}

impl fmt::Debug for ProviderForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderForm").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl ProviderForm {
    /// The form with blanks trimmed and empty fields left out, or everything that is wrong with it as
    /// access to this vendor.
    ///
    /// # Errors
    /// Each field that is wrong; the key is never repeated.
    pub fn checked(self, vendor: Vendor) -> Result<Self, Problem> {
        let form = Self {
            base_url: filled(self.base_url).map(|url| url.trim_end_matches('/').to_owned()),
            api_key: filled(self.api_key),
            text_model: filled(self.text_model),
            image_model: filled(self.image_model),
            pace: self.pace,
        };
        let mut errors = vec![];
        let mut add = |path: &str, message: String| {
            errors.push(FieldProblem::field("bad_provider", path, message));
        };
        if form.base_url.as_ref().is_some_and(|url| url.len() > MAX_ADDRESS_BYTES) {
            add("base_url", format!("Use at most {MAX_ADDRESS_BYTES} bytes for the address."));
        }
        if form.api_key.as_ref().is_some_and(|key| key.len() > MAX_KEY_BYTES) {
            add("api_key", format!("Use at most {MAX_KEY_BYTES} bytes for the key."));
        } else if !form.api_key.iter().all(|key| key.bytes().all(|byte| byte.is_ascii_graphic())) {
            add(
                "api_key",
                "Use only letters, digits and symbols for the key, without spaces.".to_owned(),
            );
        }
        for (path, model) in [("text_model", &form.text_model), ("image_model", &form.image_model)]
        {
            if let Some(fault) = model.as_deref().and_then(name_fault) {
                add(path, fault);
            }
        }
        if form.image_model.is_some() && vendor.image_model().is_none() {
            add(
                "image_model",
                format!("{} doesn't make images. Leave this empty.", vendor.label()),
            );
        }
        for (path, number, most) in [
            ("pace.calls_at_once", form.pace.calls_at_once, MAX_CALLS_AT_ONCE),
            ("pace.calls_per_minute", form.pace.calls_per_minute, MAX_CALLS_PER_MINUTE),
        ] {
            if number.is_some_and(|number| !(1..=most).contains(&number)) {
                add(path, format!("Enter a number from 1 to {most}, or leave empty."));
            }
        }
        if errors.is_empty() { Ok(form) } else { Err(invalid_provider(errors)) }
    }
}

/// The problem that refuses an access, with everything that is wrong with it.
pub fn invalid_provider(errors: Vec<FieldProblem>) -> Problem {
    Problem::invalid("Check the marked fields.", errors)
}

/// The problem that refuses one field.
pub fn field_refused(field: &str, message: impl Into<String>) -> Problem {
    invalid_provider(vec![FieldProblem::field("bad_provider", field, message.into())])
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// What to tell a person when a provider does not answer a trial, by the code of the failure: what
/// it means and what to do.
pub fn trial_words(vendor: Vendor, code: &str, host: &str, model: &str) -> String {
    match code {
        "provider_refused_key" => format!(
            "{host} rejected the key. Copy it again from your account there, and check that it belongs to this address."
        ),
        "provider_out_of_credit" => format!(
            "The key works, but its account at {host} is out of credit. Add credit there, then test again."
        ),
        "not_found" => format!(
            "{host} has no model “{model}” for this key, or the address is wrong. It usually ends in /v1."
        ),
        "unreachable" | "provider_away" | "connection_broken" => {
            format!("{host} couldn't be reached. Check the address for typos.")
        }
        "timeout" => format!("{host} didn't answer in time. Check the address, or test again."),
        "rate_limited" => format!(
            "The key works, but {host} is limiting its calls right now. Test again in a minute."
        ),
        "provider_unavailable" | "provider_down" => {
            format!("{host} is having problems right now. Test again in a few minutes.")
        }
        "address_refused" => format!(
            "Atelier isn't allowed to call {host}. Ask the operator of this server to allow it in ATELIER_OUTBOUND_ALLOW."
        ),
        "bad_json" => format!(
            "The model “{model}” didn't return valid JSON. Steps with JSON output can fail. Choose another model for them."
        ),
        "bad_answer" | "stream_broken" => format!(
            "{host} doesn't use {}’s API. Check the address. It usually ends in /v1.",
            vendor.label()
        ),
        _ => format!("{host} rejected the call for the model “{model}”."),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn form(base_url: &str, api_key: &str, text_model: &str) -> ProviderForm {
        let some = |text: &str| Some(text.to_owned());
        ProviderForm {
            base_url: some(base_url),
            api_key: some(api_key),
            text_model: some(text_model),
            image_model: None,
            pace: Pace::default(),
        }
    }

    #[test]
    fn what_is_empty_is_left_to_the_provider() {
        let kept = form(" https://ai.example/v1/ ", " sk-1 ", "  ");
        let kept = kept.checked(Vendor::OpenAi).unwrap();

        assert_eq!(kept.base_url.as_deref(), Some("https://ai.example/v1"));
        assert_eq!(kept.api_key.as_deref(), Some("sk-1"));
        assert_eq!(kept.text_model, None);
    }

    #[test]
    fn rel_s10_what_is_wrong_with_access_is_told_without_the_key() {
        let wrong = [
            (form(&"a".repeat(2_001), "canary", ""), "base_url"),
            (form("", "canary canary", ""), "api_key"),
            (form("", "canary\nx: y", ""), "api_key"),
            (form("", &"canary".repeat(2_000), ""), "api_key"),
            (form("", "canary", &"m".repeat(201)), "text_model"),
            (form("", "canary", "a\u{7}b"), "text_model"),
        ];
        for (form, path) in wrong {
            assert!(!format!("{form:?}").contains("canary"));
            let problem = form.checked(Vendor::OpenAi).unwrap_err();
            assert_eq!(problem.errors[0].path.as_deref(), Some(path), "{problem:?}");
            assert!(!format!("{problem:?}").contains("canary"), "{problem:?}");
        }
    }

    #[test]
    fn a_pace_is_a_number_of_calls_or_nothing() {
        let with = |calls_at_once, calls_per_minute| {
            let pace = Pace { calls_at_once, calls_per_minute };
            ProviderForm { pace, ..form("", "sk-1", "") }.checked(Vendor::OpenAi)
        };

        assert!(with(Some(1), Some(MAX_CALLS_PER_MINUTE)).is_ok());
        for (at_once, per_minute, path) in [
            (Some(0), None, "pace.calls_at_once"),
            (Some(MAX_CALLS_AT_ONCE + 1), None, "pace.calls_at_once"),
            (None, Some(0), "pace.calls_per_minute"),
            (None, Some(u32::MAX), "pace.calls_per_minute"),
        ] {
            let problem = with(at_once, per_minute).unwrap_err();
            assert_eq!(problem.errors[0].path.as_deref(), Some(path), "{problem:?}");
        }
    }

    #[test]
    fn who_makes_no_pictures_is_given_no_model_for_them() {
        let access = ProviderForm { image_model: Some("m".to_owned()), ..form("", "sk-1", "") };

        assert!(access.clone().checked(Vendor::OpenAi).is_ok());
        let problem = access.checked(Vendor::Anthropic).unwrap_err();
        assert_eq!(problem.errors[0].path.as_deref(), Some("image_model"));
    }

    #[test]
    fn each_way_a_trial_fails_has_words_of_its_own() {
        let codes = [
            "provider_refused_key",
            "provider_out_of_credit",
            "not_found",
            "unreachable",
            "timeout",
            "rate_limited",
            "provider_unavailable",
            "address_refused",
            "bad_answer",
            "request_refused",
        ];
        let words: std::collections::BTreeSet<_> =
            codes.iter().map(|code| trial_words(Vendor::OpenAi, code, "ai.example", "m")).collect();

        assert_eq!(words.len(), codes.len());
        assert!(words.iter().all(|words| words.contains("ai.example")));
    }
}
