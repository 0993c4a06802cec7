//! Webhooks: where a workspace has other systems told of what happens.

use std::{collections::BTreeSet, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    account::{plain_name, refuse},
    id::WebhookId,
    preferences::NoticeKind,
    problem::{FieldProblem, Problem},
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
};

/// The most webhooks of a workspace.
pub const MOST_WEBHOOKS: usize = 20;
/// The most characters of a webhook's name.
pub const MOST_NAME_CHARS: usize = 100;
/// The most bytes of its address.
const MOST_URL_BYTES: usize = 2_000;

string_enum! {
    /// In which form another system is told.
    #[derive(Default)]
    WebhookKind ("webhook format") {
        /// A message as Slack, Mattermost and others take it.
        #[default]
        Slack = "slack",
        /// JSON, signed after Standard Webhooks.
        Generic = "generic",
    }
}

impl WebhookKind {
    /// Its name on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Slack => "Slack or compatible",
            Self::Generic => "JSON, signed",
        }
    }
}

/// What is sent to set a webhook up, or to change it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookForm {
    /// What people call it.
    pub name: String,
    /// In which form it is told.
    pub kind: WebhookKind,
    /// The https address that is called; without it the one that is kept stays.
    #[serde(default)]
    pub url: Option<String>,
    /// What it is told of.
    pub events: BTreeSet<NoticeKind>,
}

impl fmt::Debug for WebhookForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookForm").field("name", &self.name).finish_non_exhaustive()
    }
}

impl WebhookForm {
    /// The form with blanks trimmed. Whether the address may be called is for whoever calls it.
    ///
    /// # Errors
    /// Each field that is wrong; the address is never repeated.
    pub fn checked(self) -> Result<Self, Problem> {
        let mut errors = vec![];
        let name = plain_name("name", &self.name, MOST_NAME_CHARS, &mut errors);
        let url = self.url.map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
        if url.as_ref().is_some_and(|url| url.len() > MOST_URL_BYTES) {
            let message = format!("Use at most {MOST_URL_BYTES} bytes.");
            errors.push(FieldProblem::field("too_long", "url", message));
        }
        if self.events.is_empty() {
            let message = "Choose at least one event.";
            errors.push(FieldProblem::field("required", "events", message));
        }
        refuse("The webhook was not saved.", errors)?;
        Ok(Self { name, url, ..self })
    }
}

/// A webhook as it is listed: its address and key are not read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookView {
    /// Names it.
    pub id: WebhookId,
    /// What people call it.
    pub name: String,
    /// In which form it is told.
    pub kind: WebhookKind,
    /// The host of its address.
    pub host: String,
    /// What it is told of.
    pub events: BTreeSet<NoticeKind>,
}

/// A webhook that was just set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewWebhook {
    /// Names it.
    pub id: WebhookId,
    /// The key by which its receiver checks signatures, shown this once; none where nothing is
    /// signed.
    pub secret: Option<String>,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_what_is_wrong_and_never_repeats_the_address() {
        let form = WebhookForm {
            name: " \u{202E} ".to_owned(),
            kind: WebhookKind::Slack,
            url: Some("canary".repeat(400)),
            events: BTreeSet::new(),
        };
        assert!(!format!("{form:?}").contains("canary"));

        let problem = form.checked().unwrap_err();

        let paths: Vec<_> = problem.errors.iter().filter_map(|error| error.path.clone()).collect();
        assert_eq!(paths, ["name", "url", "events"]);
        assert!(!format!("{problem:?}").contains("canary"));
    }

    #[test]
    fn names_are_those_of_the_json() {
        for kind in WebhookKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(kind.as_str().parse::<WebhookKind>().ok(), Some(*kind));
        }
    }
}
