//! What a provider says of a person, as far as it matters here.

use openidconnect::{
    AdditionalClaims, EndUserEmail, EndUserName, IdTokenClaims, LocalizedClaim, UserInfoClaims,
    core::CoreGenderClaim,
};
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
        let (email, verified) = (claims.email(), claims.email_verified());
        Self::new(email, verified, claims.name(), claims.additional_claims())
    }

    /// What the provider says of the person.
    pub fn from_person(claims: &PersonClaims) -> Self {
        let (email, verified) = (claims.email(), claims.email_verified());
        Self::new(email, verified, claims.name(), claims.additional_claims())
    }

    fn new(
        email: Option<&EndUserEmail>,
        verified: Option<bool>,
        name: Option<&LocalizedClaim<EndUserName>>,
        other: &OtherClaims,
    ) -> Self {
        let email = email.filter(|_| verified == Some(true));
        let name = name.and_then(|name| name.get(None));
        Self {
            address: email.map(|email| email.as_str().to_owned()),
            name: name.map(|name| name.as_str().to_owned()),
            other: other.all.clone(),
        }
    }

    /// Both together; what was known before counts.
    pub fn or(self, more: Self) -> Self {
        let mut other = more.other;
        other.extend(self.other);
        Self { address: self.address.or(more.address), name: self.name.or(more.name), other }
    }
}
