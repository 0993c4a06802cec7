//! What a provider says of a person, as far as it matters here.

use openidconnect::{AdditionalClaims, IdTokenClaims, UserInfoClaims, core::CoreGenderClaim};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The claims that no standard names, e.g. groups.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct OtherClaims {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for OtherClaims {}

/// What an ID token says.
pub(super) type TokenClaims = IdTokenClaims<OtherClaims, CoreGenderClaim>;
/// What the provider says when it is asked about the person.
pub(super) type PersonClaims = UserInfoClaims<OtherClaims, CoreGenderClaim>;

/// What is known of a person.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Their address, where the same source says that it is verified.
    pub address: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// Everything else.
    pub other: Map<String, Value>,
}

impl Facts {
    /// What a token says that was checked.
    pub fn from_token(claims: &TokenClaims) -> Self {
        let verified = claims.email_verified() == Some(true);
        let name = claims.name().and_then(|name| name.get(None));
        Self {
            address: claims.email().filter(|_| verified).map(|email| email.as_str().to_owned()),
            name: name.map(|name| name.as_str().to_owned()),
            other: claims.additional_claims().all.clone(),
        }
    }

    /// What the provider says of the person.
    pub fn from_person(claims: &PersonClaims) -> Self {
        let verified = claims.email_verified() == Some(true);
        let name = claims.name().and_then(|name| name.get(None));
        Self {
            address: claims.email().filter(|_| verified).map(|email| email.as_str().to_owned()),
            name: name.map(|name| name.as_str().to_owned()),
            other: claims.additional_claims().all.clone(),
        }
    }

    /// Both together; what was known before counts.
    pub fn or(self, more: Self) -> Self {
        let mut other = more.other;
        other.extend(self.other);
        Self { address: self.address.or(more.address), name: self.name.or(more.name), other }
    }
}
