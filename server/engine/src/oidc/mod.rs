//! Sign-in with an OpenID provider: authorization code with PKCE, over the guarded client. It knows
//! neither accounts nor the database: who a person is here is decided by the accounts' service.
//!
//! A provider is read when it is first needed, again after an hour, and once more when a token is
//! signed with a key that is not known.

mod claims;
mod flow;
mod http;
mod provider;
mod settings;

pub use flow::Flow;
pub use settings::{GivenRole, OidcSettings, RoleRules};

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use model::{
    access::Role,
    oidc::{OidcRefusal, read_address},
};
use openidconnect::{
    AuthorizationCode, CsrfToken, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SubjectIdentifier, UserInfoError,
    core::CoreAuthenticationFlow,
};
use tokio::{sync::Mutex, time::Instant};
use url::Url;

use self::{
    claims::{Facts, PersonClaims},
    http::Http,
    provider::{Provider, Tokens},
};
use crate::outbound::OutboundClient;

/// How long a provider's description and keys are believed.
const FRESH: Duration = Duration::from_secs(3600);

/// Somebody whom the provider knows, as it says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who they are at the provider, for good.
    pub subject: String,
    /// Their address, where the provider says that it is verified.
    pub address: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// The highest role that their claims give.
    pub role: Option<Role>,
}

/// The sign-in provider; cheap to clone.
#[derive(Clone)]
pub struct Oidc {
    shared: Arc<Shared>,
}

struct Shared {
    settings: OidcSettings,
    redirect: RedirectUrl,
    http: Http,
    known: Mutex<Option<Known>>,
}

struct Known {
    provider: Arc<Provider>,
    read_at: Instant,
}

impl Oidc {
    /// A provider that leads back to `redirect`; nothing is asked yet.
    pub fn new(settings: OidcSettings, redirect: Url, client: OutboundClient) -> Self {
        let redirect = RedirectUrl::from_url(redirect);
        let known = Mutex::new(None);
        Self { shared: Arc::new(Shared { settings, redirect, http: Http(client), known }) }
    }

    /// What the operator says of it.
    pub fn settings(&self) -> &OidcSettings {
        &self.shared.settings
    }

    /// Where a browser begins a sign-in.
    ///
    /// # Errors
    /// The provider is away, or is none.
    pub async fn authorize_url(&self, flow: &Flow) -> Result<Url, OidcRefusal> {
        let provider = self.provider().await?;
        let (state, nonce) = (flow.state(), flow.nonce());
        let verifier = PkceCodeVerifier::new(flow.verifier());
        let scopes = self.settings().scopes.iter().cloned().map(Scope::new);
        let request = provider
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_scopes(scopes);
        let (url, ..) = request.url();
        Ok(url)
    }

    /// Redeems the code that a browser has brought back from the provider at `now`.
    ///
    /// # Errors
    /// The provider is away, refuses the code, or says what cannot be believed.
    pub async fn authenticate(
        &self,
        code: String,
        flow: &Flow,
        now: DateTime<Utc>,
    ) -> Result<Identity, OidcRefusal> {
        let mut provider = self.provider().await?;
        let tokens = self.redeem(&provider, code, flow).await?;
        let nonce = Nonce::new(flow.nonce());
        let mut checked = provider::check(&provider, &tokens, &nonce, now);
        if checked.as_ref().is_err_and(provider::is_of_unknown_key) {
            provider = self.read_anew().await?;
            checked = provider::check(&provider, &tokens, &nonce, now);
        }
        let claims = checked.map_err(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "a token of the sign-in provider was refused");
            OidcRefusal::TokenRefused
        })?;
        let subject = claims.subject().clone();
        let mut facts = Facts::from_token(claims);
        if self.lacks(&facts) {
            let more = self.ask_about(&provider, &tokens, subject.clone()).await?;
            facts = facts.or(more.unwrap_or_default());
        }
        Ok(Identity {
            subject: subject.as_str().to_owned(),
            address: facts.address.as_deref().and_then(read_address),
            name: facts.name,
            role: self.settings().roles.find_role(&facts.other),
        })
    }

    /// Whether more has to be asked of the provider: many say little in their tokens.
    fn lacks(&self, facts: &Facts) -> bool {
        let roles = &self.settings().roles;
        facts.address.is_none() || (roles.are_there() && roles.find_role(&facts.other).is_none())
    }

    async fn redeem(
        &self,
        provider: &Provider,
        code: String,
        flow: &Flow,
    ) -> Result<Tokens, OidcRefusal> {
        let request = provider.exchange_code(AuthorizationCode::new(code)).map_err(|error| {
            tracing::warn!(%error, "the sign-in provider has no place to redeem codes");
            OidcRefusal::Away
        })?;
        let verifier = PkceCodeVerifier::new(flow.verifier());
        let request = request.set_pkce_verifier(verifier);
        request.request_async(&self.shared.http).await.map_err(|error| {
            let refusal = match &error {
                RequestTokenError::ServerResponse(_) => OidcRefusal::CodeRefused,
                RequestTokenError::Request(_) => OidcRefusal::Away,
                RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                    OidcRefusal::TokenRefused
                }
            };
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "a code of the sign-in provider could not be redeemed");
            refusal
        })
    }

    /// What the provider says of a person; none where it cannot be asked.
    async fn ask_about(
        &self,
        provider: &Provider,
        tokens: &Tokens,
        subject: SubjectIdentifier,
    ) -> Result<Option<Facts>, OidcRefusal> {
        let access = tokens.access_token().clone();
        let Ok(request) = provider.user_info(access, Some(subject)) else { return Ok(None) };
        let answer: Result<PersonClaims, _> = request.request_async(&self.shared.http).await;
        let claims = answer.map_err(|error| {
            let refusal = match &error {
                UserInfoError::Request(_) => OidcRefusal::Away,
                _ => OidcRefusal::TokenRefused,
            };
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the sign-in provider said nothing of a person");
            refusal
        })?;
        Ok(Some(Facts::from_person(&claims)))
    }

    async fn provider(&self) -> Result<Arc<Provider>, OidcRefusal> {
        let known = self.shared.known.lock().await;
        let fresh = known.as_ref().filter(|known| known.read_at.elapsed() < FRESH);
        let fresh = fresh.map(|known| known.provider.clone());
        // A provider that hangs keeps each visitor waiting once, not all of them in a row.
        drop(known);
        match fresh {
            Some(provider) => Ok(provider),
            None => self.read_anew().await,
        }
    }

    async fn read_anew(&self) -> Result<Arc<Provider>, OidcRefusal> {
        let Shared { settings, redirect, http, known } = &*self.shared;
        let provider = Arc::new(provider::discover(settings, redirect, http).await?);
        *known.lock().await = Some(Known { provider: provider.clone(), read_at: Instant::now() });
        Ok(provider)
    }
}
