//! OAuth 2.1 with servers of tools, by `rmcp`: it finds the authorization server (RFC 9728, RFC 8414,
//! OpenID discovery), registers clients, proves by PKCE who has begun, and renews tokens. Every call of
//! it goes over the guarded client, to no redirect, and none of what it keeps is kept in this process.

use std::{error::Error, sync::Arc, time::Duration};

use backend::key;
use http::{Response, header::AUTHORIZATION};
use rmcp::transport::auth::{
    AuthError, AuthorizationManager, AuthorizationMetadata, ClientCredentialsConfig,
    CredentialStore, InMemoryCredentialStore, InMemoryStateStore, OAuthClientConfig,
    OAuthHttpClient, OAuthHttpClientError, OAuthHttpClientFuture, OAuthHttpRequest, StateStore,
    StoredAuthorizationState, StoredCredentials,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;
use vault::secret::{Redactor, Secret};

use super::{
    answer::cut,
    endpoint::{EVENTS, JSON, media_type},
};
use crate::outbound::{Limits, OutboundClient, OutboundRequest, StatusCode, check_host};

/// What one call may take: a person waits for several of them.
const LIMITS: Limits = Limits { total: Duration::from_secs(10), body: 1024 * 1024 };
/// What people read at the authorization server.
const CLIENT_NAME: &str = "Atelier";

/// Why a server lets nobody in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// What it has given counts no more: somebody has to sign in again.
    #[error("{0}")]
    Rejected(String),
    /// It did not work this time.
    #[error("{0}")]
    Failed(String),
}

/// The client that an admin has entered; empty where Atelier introduces itself.
#[derive(Debug, Clone, Default)]
pub struct GivenClient {
    pub id: Option<String>,
    pub secret: Option<Secret>,
    /// The only hosts that the secret is sent to.
    pub secret_hosts: Vec<String>,
    /// Empty for those that the server asks for.
    pub scopes: Vec<String>,
}

/// A server of tools that lets in by OAuth.
#[derive(Debug, Clone)]
pub struct OAuthServer {
    pub client: OutboundClient,
    /// The address of the server of tools.
    pub url: Url,
    pub given: GivenClient,
}

/// Where a sign-in leads back to, and where Atelier describes itself as a client (an https address).
#[derive(Debug, Clone, Copy)]
pub struct OurAddresses<'a> {
    pub redirect: &'a str,
    pub metadata: &'a str,
}

/// A sign-in that has begun.
#[derive(Debug)]
pub struct DepartedSignIn {
    /// Where the browser goes.
    pub address: Url,
    /// The SHA-256 of the state that comes back.
    pub state_hash: [u8; 32],
    /// For [`OAuthServer::redeem`], to be sealed.
    pub pending: PendingSignIn,
}

/// What redeems the code of a sign-in.
#[derive(Debug, Serialize, Deserialize)]
pub struct PendingSignIn {
    state: StoredAuthorizationState,
    client: RegisteredClient,
    challenge: Option<String>,
}

/// The client as which a sign-in has begun; the secret is one that the server has given.
#[derive(Clone, Serialize, Deserialize)]
struct RegisteredClient {
    id: String,
    secret: Option<String>,
}

/// What a server has given, to be sealed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Grant {
    credentials: StoredCredentials,
    client: RegisteredClient,
    /// What the server says of its authorization to a caller without one.
    challenge: Option<String>,
}

/// What a browser brings back.
#[derive(Debug, Clone, Copy)]
pub struct SignInAnswer<'a> {
    pub code: &'a str,
    pub state: &'a str,
    /// Which authorization server it is of, where it says so (RFC 9207).
    pub issuer: Option<&'a str>,
}

impl std::fmt::Debug for RegisteredClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegisteredClient").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Grant {
    /// What is sent to the server of tools.
    pub fn access_token(&self) -> Option<Secret> {
        let token = self.field("access_token")?;
        Some(Secret::new(token.as_str()?))
    }

    /// How long the token lasts, where the server says so.
    pub fn lasts(&self) -> Option<Duration> {
        self.field("expires_in")?.as_u64().map(Duration::from_secs)
    }

    fn field(&self, name: &str) -> Option<Value> {
        let response = serde_json::to_value(self.credentials.token_response.as_ref()?).ok()?;
        response.get(name).cloned()
    }

    /// The SHA-256 under which a sign-in with this state is kept.
    pub fn state_hash(state: &str) -> [u8; 32] {
        key::hash(&format!("mcp sign-in {state}"))
    }
}

impl OAuthServer {
    /// Begins a sign-in: finds the authorization server, and is a client of it.
    ///
    /// # Errors
    /// In words, what is missing or refused.
    pub async fn begin(&self, ours: OurAddresses<'_>) -> Result<DepartedSignIn, OAuthError> {
        self.begin_as(ours).await.map_err(|error| self.told(error, &[]))
    }

    async fn begin_as(&self, ours: OurAddresses<'_>) -> Result<DepartedSignIn, AuthError> {
        let challenge = self.challenge().await;
        let (mut manager, metadata) = self.discover(challenge.as_deref()).await?;
        let methods = metadata.code_challenge_methods_supported.unwrap_or_default();
        if !methods.iter().any(|method| method == "S256") {
            return Err(AuthError::PkceUnsupported);
        }
        let states = InMemoryStateStore::new();
        manager.set_state_store(states.clone());
        let scopes = if self.given.scopes.is_empty() {
            manager.select_initial_scopes(&[]).await
        } else {
            self.given.scopes.clone()
        };
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        let kind = if ours.redirect.starts_with("https:") { "web" } else { "native" };
        let config =
            |id: &str| OAuthClientConfig::new(id, ours.redirect).with_application_type(kind);
        let knows_documents =
            metadata.additional_fields.get("client_id_metadata_document_supported");
        let is_described = knows_documents == Some(&Value::Bool(true));
        let client = match &self.given.id {
            Some(id) => RegisteredClient { id: id.clone(), secret: None },
            None if is_described && ours.metadata.starts_with("https:") => {
                RegisteredClient { id: ours.metadata.to_owned(), secret: None }
            }
            None => {
                // It registers as a client of this kind.
                manager.configure_client(config(CLIENT_NAME))?;
                let made = manager.register_client(CLIENT_NAME, ours.redirect, &scopes).await?;
                RegisteredClient { id: made.client_id, secret: made.client_secret }
            }
        };
        manager.configure_client(self.with_secret(config(&client.id), &client))?;
        let address = Url::parse(&manager.get_authorization_url(&scopes).await?)?;
        let refused = |refusal| AuthError::AuthorizationFailed(format!("{refusal}"));
        self.client.check_confidential(&address).map_err(refused)?;
        let state = address.query_pairs().find(|(name, _)| name == "state");
        let state = state.map(|(_, value)| value.into_owned()).unwrap_or_default();
        let kept = states.load(&state).await?.ok_or(AuthError::AuthorizationRequired)?;
        let pending = PendingSignIn { state: kept, client, challenge };
        Ok(DepartedSignIn { address, state_hash: Grant::state_hash(&state), pending })
    }

    /// Redeems the code that a browser has brought back.
    ///
    /// # Errors
    /// In words, why it counts not.
    pub async fn redeem(
        &self,
        pending: PendingSignIn,
        redirect: &str,
        answer: SignInAnswer<'_>,
    ) -> Result<Grant, OAuthError> {
        let secrets = [answer.code, &pending.state.pkce_verifier].map(Secret::new);
        let secrets = secrets.into_iter().chain(pending.client.secret.clone().map(Secret::new));
        let secrets: Vec<Secret> = secrets.collect();
        let redeemed = async {
            let PendingSignIn { state, client, challenge } = pending;
            let (mut manager, metadata) = self.discover(challenge.as_deref()).await?;
            same_issuer(state.expected_issuer.as_deref(), &metadata)?;
            let (states, kept) = (InMemoryStateStore::new(), InMemoryCredentialStore::new());
            states.save(answer.state, state).await?;
            manager.set_state_store(states);
            manager.set_credential_store(kept.clone());
            let config = OAuthClientConfig::new(&client.id, redirect);
            manager.configure_client(self.with_secret(config, &client))?;
            let exchanged = manager.exchange_code_for_token_with_issuer(
                answer.code,
                answer.state,
                answer.issuer,
            );
            exchanged.await?;
            let credentials = kept.load().await?.ok_or(AuthError::AuthorizationRequired)?;
            Ok(Grant { credentials, client, challenge })
        };
        redeemed.await.map_err(|error| self.told(error, &secrets))
    }

    /// A new token for the one that ends.
    ///
    /// # Errors
    /// [`OAuthError::Rejected`] where somebody has to sign in again.
    pub async fn renew(&self, grant: Grant) -> Result<Grant, OAuthError> {
        let secrets = ["refresh_token", "access_token"].map(|name| grant.field(name));
        let secrets = secrets.into_iter().flatten().filter_map(|one| one.as_str().map(Secret::new));
        let secrets = secrets.chain(grant.client.secret.clone().map(Secret::new));
        let secrets: Vec<Secret> = secrets.collect();
        let renewed = async {
            let Grant { credentials, client, challenge } = grant;
            let (mut manager, metadata) = self.discover(challenge.as_deref()).await?;
            same_issuer(credentials.issuer.as_deref(), &metadata)?;
            let kept = InMemoryCredentialStore::new();
            kept.save(credentials).await?;
            manager.set_credential_store(kept.clone());
            let config = OAuthClientConfig::new(&client.id, self.url.as_str());
            manager.configure_client(self.with_secret(config, &client))?;
            manager.refresh_token().await?;
            let credentials = kept.load().await?.ok_or(AuthError::AuthorizationRequired)?;
            Ok(Grant { credentials, client, challenge })
        };
        renewed.await.map_err(|error| self.told(error, &secrets))
    }

    /// A token for Atelier itself, as the client that was entered.
    ///
    /// # Errors
    /// [`OAuthError::Rejected`] where the client is none of the authorization server.
    pub async fn sign_in_as_client(&self) -> Result<Grant, OAuthError> {
        let signed_in = async {
            let challenge = self.challenge().await;
            let (mut manager, _) = self.discover(challenge.as_deref()).await?;
            let kept = InMemoryCredentialStore::new();
            manager.set_credential_store(kept.clone());
            let id = self.given.id.clone().unwrap_or_default();
            let secret = self.given.secret.as_ref().map(Secret::expose).unwrap_or_default();
            let scopes = if self.given.scopes.is_empty() {
                manager.select_initial_scopes(&[]).await
            } else {
                self.given.scopes.clone()
            };
            let config = ClientCredentialsConfig::ClientSecret {
                client_id: id.clone(),
                client_secret: secret.to_owned(),
                scopes,
                resource: Some(self.url.to_string()),
            };
            manager.validate_client_credentials_metadata(&config)?;
            manager.configure_client_credentials(&config)?;
            manager.exchange_client_credentials(&config).await?;
            let credentials = kept.load().await?.ok_or(AuthError::AuthorizationRequired)?;
            Ok(Grant { credentials, client: RegisteredClient { id, secret: None }, challenge })
        };
        signed_in.await.map_err(|error| self.told(error, &[]))
    }

    /// The authorization server, as the server of tools and it describe themselves.
    async fn discover(
        &self,
        challenge: Option<&str>,
    ) -> Result<(AuthorizationManager, AuthorizationMetadata), AuthError> {
        let calls = Arc::new(GuardedCalls(self.client.clone()));
        let url = self.url.as_str();
        let mut manager = AuthorizationManager::new_with_oauth_http_client(url, calls).await?;
        let found = manager.resolve_metadata_from_challenge(challenge).await?;
        if !found.source.is_discovered() {
            return Err(AuthError::NoAuthorizationSupport);
        }
        let metadata = found.metadata;
        if self.given.secret.is_some() {
            let to = Url::parse(&metadata.token_endpoint)?;
            let refused = |refusal| AuthError::AuthorizationFailed(format!("{refusal}"));
            check_host(&to, &self.given.secret_hosts).map_err(refused)?;
        }
        manager.set_metadata(metadata.clone());
        Ok((manager, metadata))
    }

    /// What the server says of its authorization to a call without one: not every server says it to a
    /// `GET`, by which `rmcp` asks.
    async fn challenge(&self) -> Option<String> {
        let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        let request = OutboundRequest::post_json(self.url.clone(), &ping);
        let request = request.header("accept", &format!("{JSON}, {EVENTS}")).ok()?;
        let answer = self.client.send(request.limits(LIMITS).without_redirects()).await.ok()?;
        let said = answer.headers().get_all("www-authenticate").iter();
        let said: Vec<&str> = said.filter_map(|value| value.to_str().ok()).collect();
        let is_challenge = answer.status() == StatusCode::UNAUTHORIZED && !said.is_empty();
        is_challenge.then(|| said.join(", "))
    }

    fn with_secret(
        &self,
        config: OAuthClientConfig,
        client: &RegisteredClient,
    ) -> OAuthClientConfig {
        let given = self.given.secret.as_ref().map(Secret::expose);
        match given.or(client.secret.as_deref()) {
            Some(secret) => config.with_client_secret(secret),
            None => config,
        }
    }

    /// What went wrong, without what is sealed.
    fn told(&self, error: AuthError, secrets: &[Secret]) -> OAuthError {
        let redactor = Redactor::new(secrets.iter().chain(&self.given.secret));
        let mut words = match &error {
            AuthError::NoAuthorizationSupport => {
                "The server doesn't say where to sign in: it publishes no OAuth metadata."
                    .to_owned()
            }
            other => other.to_string(),
        };
        let mut cause = error.source();
        while let Some(deeper) = cause {
            words.push_str(&format!(": {deeper}"));
            cause = deeper.source();
        }
        let words = cut(&redactor.clean(&words));
        let is_refused = ["invalid_grant", "invalid_client", "unauthorized_client"]
            .iter()
            .any(|code| words.contains(code));
        match error {
            AuthError::TokenRefreshRejected(_)
            | AuthError::AuthorizationRequired
            | AuthError::AuthorizationServerMismatch { .. } => OAuthError::Rejected(words),
            AuthError::TokenRefreshFailed(_) | AuthError::ClientCredentialsError(_)
                if is_refused =>
            {
                OAuthError::Rejected(words)
            }
            _ => OAuthError::Failed(words),
        }
    }
}

/// Tokens and codes are of the authorization server that has given them, and of no other.
fn same_issuer(expected: Option<&str>, metadata: &AuthorizationMetadata) -> Result<(), AuthError> {
    let said = metadata.issuer.as_deref();
    if expected == said {
        return Ok(());
    }
    let text = |issuer: Option<&str>| issuer.unwrap_or("none").to_owned();
    Err(AuthError::AuthorizationServerMismatch {
        expected_issuer: text(expected),
        received_issuer: text(said),
    })
}

/// The calls of `rmcp`, over the guarded client.
struct GuardedCalls(OutboundClient);

impl OAuthHttpClient for GuardedCalls {
    fn execute(&self, asked: OAuthHttpRequest) -> OAuthHttpClientFuture<'_> {
        Box::pin(self.send(asked))
    }
}

impl GuardedCalls {
    async fn send(
        &self,
        asked: OAuthHttpRequest,
    ) -> Result<Response<Vec<u8>>, OAuthHttpClientError> {
        let (parts, body) = asked.request.into_parts();
        let url = Url::parse(&parts.uri.to_string())?;
        self.0.check_confidential(&url)?;
        let mut request = OutboundRequest::new(parts.method, url).body(body);
        for (name, value) in &parts.headers {
            let value = value.to_str()?;
            request = if name == AUTHORIZATION {
                request.credential(name.as_str(), "", &Secret::new(value))?
            } else {
                request.header(name.as_str(), value)?
            };
        }
        let answer = self.0.send(request.limits(LIMITS).without_redirects()).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        // A stream that a server of tools opens for whoever asks has no end.
        let is_stream = media_type(&answer) == EVENTS;
        let body = if is_stream { vec![] } else { answer.bytes().await?.to_vec() };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}
