//! Sign-in with an OpenID provider: which ways there are to sign in, why the provider's word was not
//! enough, and what of its claims is kept.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    account::{self, MAX_NAME_CHARS, is_deceptive},
    problem::{Problem, ProblemKind},
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
};

/// How people sign in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInWays {
    /// The name of the sign-in provider, as the operator calls it; none where there is none.
    pub provider: Option<String>,
    /// Whether everybody may sign in with a password; else only the first owner may.
    pub password: bool,
    /// Whether mails are sent: somebody who has forgotten their password gets a link by one.
    pub mail: bool,
}

/// What a browser sends to sign in at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OidcStart {
    /// The path to go to afterwards; the entry when absent.
    #[serde(default)]
    pub next: String,
}

string_enum! {
    /// Why somebody was not signed in by the provider. Its name stands in the address of the sign-in
    /// page that tells them.
    OidcRefusal ("refusal of a sign-in") {
        /// The person turned back, or the provider let them not through.
        Denied = "denied",
        /// The browser has not begun this sign-in, or has ended it before, or it took too long.
        OtherBrowser = "other_browser",
        /// The provider does not take its own code: it was used, or is too old.
        CodeRefused = "code_refused",
        /// What the provider said is not signed, meant or dated as it has to be.
        TokenRefused = "token_refused",
        /// The provider does not say that the person's address is verified.
        UnverifiedAddress = "unverified_address",
        /// The account of this address is somebody else's at the provider.
        AddressTaken = "address_taken",
        /// What the provider says of the person gives them no role.
        NoRole = "no_role",
        /// There is no account, and nothing by which one may be made.
        NoAccount = "no_account",
        /// The workspace that people come into is not there.
        NoWorkspace = "no_workspace",
        /// The provider's own address is not the one that is set.
        OtherIssuer = "other_issuer",
        /// Too many from one network.
        TooMany = "too_many",
        /// The provider, or something of ours, does not answer.
        Away = "away",
    }
}

impl OidcRefusal {
    /// What happened, and what to do, in sentences for the sign-in page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Denied => {
                "The sign-in provider didn't let you through, or you canceled. Try again."
            }
            Self::OtherBrowser => {
                "This sign-in started in another browser or tab, was already used, or took longer \
                 than 10 minutes. Try again here."
            }
            Self::CodeRefused => {
                "The sign-in provider refused the code it gave you. It was already used or is too \
                 old. Try again."
            }
            Self::TokenRefused => {
                "The sign-in provider's answer can't be trusted, so you aren't signed in. If this \
                 happens again, ask a server administrator to check the log."
            }
            Self::UnverifiedAddress => {
                "The sign-in provider doesn't confirm that your email is verified. Verify it there, \
                 then try again."
            }
            Self::AddressTaken => {
                "Your email belongs to an account that someone else at the sign-in provider uses. \
                 Ask an admin of your workspace."
            }
            Self::NoRole => {
                "None of your groups at the sign-in provider has a role here. Ask the administrator \
                 of your groups."
            }
            Self::NoAccount => {
                "You don't have an account here. Ask a workspace admin for an invitation."
            }
            Self::NoWorkspace => {
                "The workspace for new members doesn't exist. Ask a server administrator."
            }
            Self::OtherIssuer => {
                "The sign-in provider has another address than the one set on this server. Ask a \
                 server administrator: the log and `atelier doctor` show both."
            }
            Self::TooMany => "Too many sign-ins from your network. Try again in 15 minutes.",
            Self::Away => {
                "The sign-in provider didn't answer, or this server couldn't finish. Try again in a \
                 moment."
            }
        }
    }

    const fn kind(self) -> ProblemKind {
        match self {
            Self::OtherBrowser | Self::CodeRefused => ProblemKind::BadRequest,
            Self::AddressTaken | Self::NoWorkspace => ProblemKind::Conflict,
            Self::TooMany => ProblemKind::RateLimited,
            Self::Away | Self::OtherIssuer => ProblemKind::Unavailable,
            Self::Denied
            | Self::TokenRefused
            | Self::UnverifiedAddress
            | Self::NoRole
            | Self::NoAccount => ProblemKind::Forbidden,
        }
    }
}

impl From<OidcRefusal> for Problem {
    fn from(refusal: OidcRefusal) -> Self {
        Self::new(refusal.kind(), refusal.as_str(), refusal.words())
    }
}

/// The address that a provider names; none where no account can have it.
pub fn read_address(claimed: &str) -> Option<String> {
    let mut errors = vec![];
    let address = account::email("email", claimed, &mut errors);
    errors.is_empty().then_some(address)
}

/// The name of a new account: as the provider says, without what no name may hold, else what stands
/// before the @ of the address.
pub fn person_name(claimed: Option<&str>, address: &str) -> String {
    let clean = |text: &str| {
        let visible = text.trim().chars().filter(|c| !is_deceptive(*c));
        visible.take(MAX_NAME_CHARS).collect::<String>().trim().to_owned()
    };
    let name = claimed.map(clean).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| clean(address.split('@').next().unwrap_or(address)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_claims_is_kept_only_where_an_account_can_have_it() {
        assert_eq!(read_address(" ada@example.org "), Some("ada@example.org".to_owned()));
        assert_eq!(read_address("ada\u{202e}@example.org"), None);
        assert_eq!(read_address("ada"), None);
        assert_eq!(person_name(Some(" Ada \u{202e}L. "), "a@b.org"), "Ada L.");
        for nothing in [None, Some(""), Some(" \u{200f}\n")] {
            assert_eq!(person_name(nothing, "ada@example.org"), "ada", "{nothing:?}");
        }
        assert_eq!(person_name(Some(&"x".repeat(300)), "a@b.org").len(), 200);
    }

    #[test]
    fn every_refusal_has_words_and_is_found_by_its_name() {
        for refusal in OidcRefusal::ALL {
            assert!(refusal.words().ends_with('.'), "{refusal}");
            assert_eq!(refusal.as_str().parse::<OidcRefusal>().unwrap(), *refusal);
            assert_eq!(Problem::from(*refusal).code, refusal.as_str());
        }
    }
}
