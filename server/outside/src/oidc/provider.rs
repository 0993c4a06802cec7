//! A provider as it describes itself, with its public keys.

use model::oidc::OidcRefusal;
use serde_json::{Map, Value};
use url::Url;

use super::{
    claims::text,
    http::Http,
    settings::OidcSettings,
    signature::{self, PublicKey},
};

/// Why a provider cannot be used; in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It is away, or what it says of itself is not what a provider says.
    #[error("{0}")]
    Away(String),
    /// It has another address than the one that is set.
    #[error(
        "the provider calls itself {said}, but ATELIER_OIDC_ISSUER is {set}. Set it to exactly what \
         the provider says, with or without a slash at its end"
    )]
    OtherIssuer {
        /// What it calls itself.
        said: String,
        /// What the operator has set.
        set: String,
    },
}

impl ProviderError {
    /// What somebody who wants to sign in is told.
    pub fn refusal(&self) -> OidcRefusal {
        match self {
            Self::Away(_) => OidcRefusal::Away,
            Self::OtherIssuer { .. } => OidcRefusal::OtherIssuer,
        }
    }
}

/// A provider with its addresses and its public keys.
#[derive(Debug)]
pub(super) struct Provider {
    /// Where people sign in.
    pub authorize: Url,
    /// Where codes are redeemed.
    pub redeem: Url,
    /// Where it is asked about a person.
    pub person: Option<Url>,
    /// Where people sign out of it.
    pub sign_out: Option<Url>,
    /// Whether it takes the client's secret in the body only, not in the header.
    pub secret_in_body: bool,
    /// By which its signatures are checked.
    pub keys: Vec<PublicKey>,
}

/// Reads how the provider describes itself, and its public keys.
pub(super) async fn discover(
    settings: &OidcSettings,
    http: &Http,
) -> Result<Provider, ProviderError> {
    let away = ProviderError::Away;
    let root = settings.issuer.trim_end_matches('/');
    let address = format!("{root}/.well-known/openid-configuration");
    let url = Url::parse(&address).map_err(|error| away(format!("{address}: {error}")))?;
    let said = http.read_fields(url).await.map_err(away)?;
    let issuer = text(&said, "issuer").unwrap_or_default();
    if issuer != settings.issuer {
        let (said, set) = (issuer.to_owned(), settings.issuer.clone());
        return Err(ProviderError::OtherIssuer { said, set });
    }
    let needed = |name: &str| {
        let missing = || away(format!("{address} says no web address as {name}"));
        web_address(&said, name).ok_or_else(missing)
    };
    let keys = http.read_fields(needed("jwks_uri")?).await.map_err(away)?;
    let ways = said.get("token_endpoint_auth_methods_supported");
    let takes = |way: &str| {
        let ways = ways.and_then(Value::as_array);
        ways.is_some_and(|ways| ways.iter().any(|known| known == way))
    };
    Ok(Provider {
        authorize: needed("authorization_endpoint")?,
        redeem: needed("token_endpoint")?,
        person: web_address(&said, "userinfo_endpoint"),
        sign_out: web_address(&said, "end_session_endpoint"),
        // Where it does not say, it takes the header.
        secret_in_body: takes("client_secret_post") && !takes("client_secret_basic"),
        keys: signature::read_keys(&keys),
    })
}

/// An address that may be opened: browsers are led to some of them.
fn web_address(said: &Map<String, Value>, name: &str) -> Option<Url> {
    let url = Url::parse(text(said, name)?).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}
