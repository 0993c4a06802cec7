//! Sends requests hop by hop; each hop is judged like a first one.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::body::OutboundResponse;
use super::error::{OutboundError, Refusal, sort};
use super::policy::{OutboundPolicy, Route};
use super::redirect;
use super::request::OutboundRequest;
use super::resolve::{Lookup, Resolver, SystemLookup};

const MOST_REDIRECTS: usize = 5;
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// The one way out: calls the public internet and what the operator allowed, nothing else.
#[derive(Debug, Clone)]
pub struct OutboundClient {
    policy: Arc<OutboundPolicy>,
    guarded: reqwest::Client,
    // Kept apart so that a vouched connection in the pool is never used for an unvouched host.
    vouched: reqwest::Client,
}

impl OutboundClient {
    /// A client under this policy, with the system's resolver and certificates.
    pub fn new(policy: OutboundPolicy) -> Result<Self, OutboundError> {
        Self::over(policy, Arc::new(SystemLookup))
    }

    /// A client whose names are looked up by a test.
    #[cfg(feature = "testing")]
    pub fn with_lookup(
        policy: OutboundPolicy,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, OutboundError> {
        Self::over(policy, lookup)
    }

    fn over(policy: OutboundPolicy, lookup: Arc<dyn Lookup>) -> Result<Self, OutboundError> {
        let policy = Arc::new(policy);
        let guarded = build(Resolver::guarded(lookup.clone(), policy.clone()))?;
        let vouched = build(Resolver::vouched(lookup))?;
        Ok(Self { policy, guarded, vouched })
    }

    /// Says now whether an address that is to be sent keys would be refused for what it is: it is
    /// called by https, or the operator vouches for it. Names are looked up only when they are called.
    pub fn check_confidential(&self, url: &Url) -> Result<(), Refusal> {
        match self.policy.check(url)? {
            Route::Guarded if url.scheme() != "https" => Err(Refusal::InTheClear(host_of(url))),
            _ => Ok(()),
        }
    }

    /// Sends a request and follows up to five redirects, unless it takes none. An answer of any status is an answer.
    pub async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        let deadline = Instant::now() + request.limits.total;
        let first_host = host_of(&request.url);
        let mut hop = request;
        for sent in 0..=MOST_REDIRECTS {
            let answer = self.call(&hop, deadline).await.map_err(|error| match error {
                OutboundError::Refused(refusal) if sent > 0 => {
                    OutboundError::RedirectRefused(refusal)
                }
                other => other,
            })?;
            let next = if hop.follows_redirects {
                redirect::next(&hop, answer.status(), answer.headers())
            } else {
                Ok(None)
            };
            match next.map_err(OutboundError::RedirectRefused)? {
                None => return OutboundResponse::new(answer, host_of(&hop.url), hop.limits),
                Some(next) => hop = next,
            }
        }
        Err(OutboundError::RedirectRefused(Refusal::TooManyRedirects(first_host, MOST_REDIRECTS)))
    }

    async fn call(
        &self,
        hop: &OutboundRequest,
        deadline: Instant,
    ) -> Result<reqwest::Response, OutboundError> {
        let client = match self.policy.check(&hop.url)? {
            Route::Guarded => &self.guarded,
            Route::Vouched => &self.vouched,
        };
        let mut headers = hop.headers.clone();
        let origin = hop.url.origin();
        for credential in hop.credentials.iter().filter(|credential| credential.origin == origin) {
            headers.insert(credential.name.clone(), credential.value.clone());
        }
        let answer = client
            .request(hop.method.clone(), hop.url.clone())
            .headers(headers)
            .body(hop.body.clone())
            .timeout(deadline.saturating_duration_since(Instant::now()))
            .send()
            .await;
        answer.map_err(|error| sort(error, &host_of(&hop.url), hop.limits.total))
    }
}

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn build(resolver: Resolver) -> Result<reqwest::Client, OutboundError> {
    // Someone else may have installed a provider first; any installed one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let resolver = Arc::new(resolver);
    let base = || {
        reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .user_agent(concat!("atelier/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_LIMIT)
            .http1_max_headers(100)
            .http2_max_header_list_size(64 * 1024)
            .dns_resolver(resolver.clone())
    };
    base().build().or_else(|error| {
        // A machine without root certificates still reaches plain-http hosts such as Ollama.
        tracing::warn!(%error, "no root certificates found: calls to https addresses will fail");
        let without_roots = base().tls_certs_only(std::iter::empty()).build();
        without_roots.map_err(|error| OutboundError::Setup(error.to_string()))
    })
}
