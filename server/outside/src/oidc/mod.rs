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
mod signature;

pub use flow::Flow;
pub use provider::ProviderError;
pub use settings::{GivenRole, OidcSettings, RoleRules};

use std::{sync::Arc, time::Duration};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::{DateTime, Utc};
use model::{
    access::Role,
    oidc::{OidcRefusal, read_address},
};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tokio::{sync::Mutex, time::Instant};
use url::{Url, form_urlencoded};

use self::{
    claims::{Expected, Facts, text},
    http::{Http, Reply},
    provider::Provider,
    signature::{SignatureError, Signed},
};
use crate::outbound::{Method, OutboundClient, OutboundRequest};

/// How long a provider's description and keys are believed.
const FRESH: Duration = Duration::from_secs(3600);
/// How long somebody who signs out waits for a provider that is away.
const SIGN_OUT_LIMIT: Duration = Duration::from_secs(3);

/// What a browser brings back from the provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OidcAnswer {
    /// What is redeemed for the person's claims.
    pub code: Option<String>,
    /// What was sent along.
    pub state: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// Which provider it is of, where it says so (RFC 9207).
    pub iss: Option<String>,
}

/// Somebody whom the provider knows, as it says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who they are at the provider, for good.
    pub subject: String,
    /// Their address, where the provider says that it is verified, or need not say so.
    pub address: Option<String>,
    /// The name to show for them, where the provider gives one.
    pub name: Option<String>,
    /// The highest role that their claims give.
    pub role: Option<Role>,
    /// The ID token, by which the provider knows whose session there ends with theirs here.
    pub id_token: String,
}

/// The sign-in provider; cheap to clone.
#[derive(Clone)]
pub struct Oidc {
    shared: Arc<Shared>,
}

struct Shared {
    settings: OidcSettings,
    redirect: Url,
    http: Http,
    known: Mutex<Option<CachedProvider>>,
}

struct CachedProvider {
    provider: Arc<Provider>,
    read_at: Instant,
}

/// What a code is redeemed for.
struct Tokens {
    id: String,
    access: Option<String>,
}

impl Oidc {
    /// A provider that leads back to `redirect`; nothing is asked yet.
    pub fn new(settings: OidcSettings, redirect: Url, client: OutboundClient) -> Self {
        let known = Mutex::new(None);
        Self { shared: Arc::new(Shared { settings, redirect, http: Http(client), known }) }
    }

    /// What the operator says of it.
    pub fn settings(&self) -> &OidcSettings {
        &self.shared.settings
    }

    /// Reads how the provider describes itself, for the operator.
    ///
    /// # Errors
    /// It cannot be used as it is set up.
    pub async fn probe(&self) -> Result<(), ProviderError> {
        self.read_anew().await.map(drop)
    }

    /// Where a browser begins a sign-in.
    ///
    /// # Errors
    /// The provider is away, or is none.
    pub async fn authorize_url(&self, flow: &Flow) -> Result<Url, OidcRefusal> {
        let provider = self.provider().await?;
        let mut scope = "openid".to_owned();
        for more in self.settings().scopes.iter().filter(|scope| *scope != "openid") {
            scope.push(' ');
            scope.push_str(more);
        }
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(flow.verifier().as_bytes()));
        let mut url = provider.authorize.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings().client_id)
            .append_pair("redirect_uri", self.shared.redirect.as_str())
            .append_pair("scope", &scope)
            .append_pair("state", &flow.state())
            .append_pair("nonce", &flow.nonce())
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url)
    }

    /// Where a browser ends its session at the provider, which then leads to `back` with `state`; none
    /// where the provider offers that not, or is away. `id_token` may be empty.
    pub async fn sign_out_url(&self, id_token: &str, back: &str, state: &str) -> Option<Url> {
        let provider = tokio::time::timeout(SIGN_OUT_LIMIT, self.provider()).await.ok()?.ok()?;
        let mut url = provider.sign_out.clone()?;
        for (name, value) in [
            ("id_token_hint", id_token),
            ("client_id", &self.settings().client_id),
            ("post_logout_redirect_uri", back),
            ("state", state),
        ] {
            if !value.is_empty() {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        Some(url)
    }

    /// Redeems the code that a browser has brought back from the provider at `now`.
    ///
    /// # Errors
    /// The provider is away, refuses the code, or says what cannot be believed.
    pub async fn authenticate(
        &self,
        code: &str,
        flow: &Flow,
        now: DateTime<Utc>,
    ) -> Result<Identity, OidcRefusal> {
        let mut provider = self.provider().await?;
        let tokens = self.redeem(&provider, code, flow).await?;
        let Signed { claims, .. } = self.check_token(&mut provider, &tokens, flow, now).await?;
        let subject = text(&claims, "sub").unwrap_or_default().to_owned();
        // Silence elsewhere does not overrule a token that says no.
        let trusts_silence =
            self.settings().trust_email && claims::is_verified(&claims) != Some(false);
        let mut facts = Facts::new(claims, trusts_silence);
        if self.lacks(&facts)
            && let Some(more) = self.ask_about(&provider, &tokens, &subject).await?
        {
            facts = facts.or(Facts::new(more, trusts_silence));
        }
        Ok(Identity {
            subject,
            address: facts.address.as_deref().and_then(read_address),
            name: facts.name,
            role: self.settings().roles.find_role(&facts.claims),
            id_token: tokens.id,
        })
    }

    /// Whether more has to be asked of the provider: many say little in their tokens.
    fn lacks(&self, facts: &Facts) -> bool {
        let roles = &self.settings().roles;
        facts.address.is_none() || (roles.are_there() && roles.find_role(&facts.claims).is_none())
    }

    async fn redeem(
        &self,
        provider: &Provider,
        code: &str,
        flow: &Flow,
    ) -> Result<Tokens, OidcRefusal> {
        let settings = self.settings();
        let (id, secret) = (settings.client_id.as_str(), settings.client_secret.expose());
        let verifier = flow.verifier();
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.shared.redirect.as_str()),
            ("code_verifier", &verifier),
        ];
        let header = if provider.secret_in_body {
            fields.extend([("client_id", id), ("client_secret", secret)]);
            None
        } else {
            let encode = |text: &str| -> String {
                form_urlencoded::byte_serialize(text.as_bytes()).collect()
            };
            Some(STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
        };
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = OutboundRequest::new(Method::POST, provider.redeem.clone())
            .body(form)
            .header("content-type", "application/x-www-form-urlencoded")
            .and_then(|request| request.header("accept", "application/json"))
            .map_err(|error| refuse(OidcRefusal::Away, error))?;
        let authorization = header.as_deref().map(|header| ("Basic ", header));
        let reply = self.shared.http.send(request, authorization).await;
        let reply = reply.map_err(|error| refuse(OidcRefusal::Away, error))?;
        read_tokens(&reply)
    }

    /// What the ID token says, once all is checked: issuer, audience, signature, dates and nonce, and
    /// that the access token belongs to it. `provider` is read anew where it has other keys by now.
    async fn check_token(
        &self,
        provider: &mut Arc<Provider>,
        tokens: &Tokens,
        flow: &Flow,
        now: DateTime<Utc>,
    ) -> Result<Signed, OidcRefusal> {
        let untrusted = |reason: String| refuse(OidcRefusal::TokenRefused, reason);
        let signed = match signature::verify(&tokens.id, &provider.keys) {
            Err(SignatureError::UnknownKey) => {
                *provider =
                    self.read_anew().await.map_err(|error| refuse(error.refusal(), &error))?;
                signature::verify(&tokens.id, &provider.keys)
            }
            verified => verified,
        };
        let signed = signed.map_err(|error| untrusted(format!("the ID token: {error}")))?;
        let (settings, nonce) = (self.settings(), flow.nonce());
        let (issuer, client_id) = (settings.issuer.as_str(), settings.client_id.as_str());
        let expected = Expected { issuer, client_id, nonce: &nonce, now };
        claims::check(&signed.claims, expected)
            .map_err(|reason| untrusted(format!("the ID token: {reason}")))?;
        let hash = signed.claims.get("at_hash").filter(|hash| !hash.is_null());
        let is_other = |hash: &Value| {
            let access = tokens.access.as_deref().zip(hash.as_str());
            access.is_none_or(|(token, hash)| !signed.names(token, hash))
        };
        if hash.is_some_and(is_other) {
            return Err(untrusted("the access token is of another ID token".to_owned()));
        }
        Ok(signed)
    }

    /// The claims of a person that the provider gives; none where it cannot be asked.
    async fn ask_about(
        &self,
        provider: &Provider,
        tokens: &Tokens,
        subject: &str,
    ) -> Result<Option<Map<String, Value>>, OidcRefusal> {
        let Some((url, access)) = provider.person.clone().zip(tokens.access.as_deref()) else {
            return Ok(None);
        };
        let request = OutboundRequest::new(Method::GET, url);
        let reply = self.shared.http.send(request, Some(("Bearer ", access))).await;
        let reply = reply.map_err(|error| refuse(OidcRefusal::Away, error))?;
        let claims = self.read_person(provider, &reply, subject).map_err(|reason| {
            let reason = format!("what the provider says of {subject}: {reason}");
            refuse(OidcRefusal::TokenRefused, reason)
        })?;
        Ok(Some(claims))
    }

    /// The claims in an answer about a person, which may be signed.
    fn read_person(
        &self,
        provider: &Provider,
        reply: &Reply,
        subject: &str,
    ) -> Result<Map<String, Value>, String> {
        if !reply.status.is_success() {
            return Err(format!("it answered {}", reply.status));
        }
        let claims = match (reply.fields(), std::str::from_utf8(&reply.body)) {
            (Some(fields), _) => fields,
            (None, Ok(token)) => {
                let signed = signature::verify(token.trim(), &provider.keys);
                let claims = signed.map_err(|error| error.to_string())?.claims;
                let issuer = text(&claims, "iss");
                if issuer.is_some_and(|issuer| issuer != self.settings().issuer) {
                    return Err("it is signed by another issuer".to_owned());
                }
                if claims.contains_key("aud") {
                    claims::check_audience(&claims, &self.settings().client_id)?;
                }
                claims
            }
            (None, Err(_)) => return Err("it is no JSON".to_owned()),
        };
        match text(&claims, "sub") {
            Some(sub) if sub == subject => Ok(claims),
            _ => Err("it is about somebody else (sub)".to_owned()),
        }
    }

    async fn provider(&self) -> Result<Arc<Provider>, OidcRefusal> {
        let known = self.shared.known.lock().await;
        let fresh = known.as_ref().filter(|known| known.read_at.elapsed() < FRESH);
        let fresh = fresh.map(|known| known.provider.clone());
        // A provider that hangs keeps each visitor waiting once, not all of them in a row.
        drop(known);
        match fresh {
            Some(provider) => Ok(provider),
            None => self.read_anew().await.map_err(|error| refuse(error.refusal(), &error)),
        }
    }

    async fn read_anew(&self) -> Result<Arc<Provider>, ProviderError> {
        let Shared { settings, http, known, .. } = &*self.shared;
        let provider = Arc::new(provider::discover(settings, http).await?);
        *known.lock().await =
            Some(CachedProvider { provider: provider.clone(), read_at: Instant::now() });
        Ok(provider)
    }
}

/// What a code was redeemed for; of an answer only what is used is read.
fn read_tokens(reply: &Reply) -> Result<Tokens, OidcRefusal> {
    let fields = reply.fields().unwrap_or_default();
    if !reply.status.is_success() {
        let refusal = match (text(&fields, "error"), reply.status.is_server_error()) {
            (Some(_), false) => OidcRefusal::CodeRefused,
            (_, true) => OidcRefusal::Away,
            (None, false) => OidcRefusal::TokenRefused,
        };
        let word = |name| text(&fields, name).unwrap_or_default();
        let (error, more) = (word("error"), word("error_description"));
        let reason = format!("it redeems no code: {} {error} {more}", reply.status);
        return Err(refuse(refusal, reason));
    }
    let token = |name: &str| text(&fields, name).map(str::to_owned);
    match token("id_token") {
        Some(id) => Ok(Tokens { id, access: token("access_token") }),
        None => Err(refuse(OidcRefusal::TokenRefused, "there is no ID token in its answer")),
    }
}

/// A refusal, whose reason only the log is told.
fn refuse(refusal: OidcRefusal, reason: impl std::fmt::Display) -> OidcRefusal {
    let reason: String = reason.to_string().chars().filter(|c| !c.is_control()).take(500).collect();
    tracing::warn!(%refusal, reason, "the sign-in provider's answer lets nobody in");
    refusal
}
