//! What is said to the provider, over the guarded outbound client.

use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;
use vault::secret::Secret;

use crate::outbound::{Limits, OutboundClient, OutboundError, OutboundRequest, StatusCode};

/// What one call to the provider may take: a person waits for three of them.
const LIMITS: Limits = Limits { total: Duration::from_secs(10), body: 1024 * 1024 };

/// Calls the provider. Redirects are not followed, and nothing is said in the clear over the public
/// internet: what is said are keys, and what is heard is believed.
#[derive(Debug, Clone)]
pub(super) struct Http(pub OutboundClient);

/// An answer of the provider.
pub(super) struct Reply {
    /// Whether it took the request.
    pub status: StatusCode,
    /// What it says.
    pub body: Vec<u8>,
}

impl Reply {
    /// The fields of a JSON object, whatever they hold; none where the answer is something else.
    pub fn fields(&self) -> Option<Map<String, Value>> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl Http {
    /// Sends a request, with a secret `Authorization` header where there is one.
    pub async fn send(
        &self,
        request: OutboundRequest,
        authorization: Option<(&str, &str)>,
    ) -> Result<Reply, OutboundError> {
        self.0.check_confidential(request.url())?;
        let request = match authorization {
            Some((scheme, secret)) => {
                request.credential("authorization", scheme, &Secret::new(secret))?
            }
            None => request,
        };
        let answer = self.0.send(request.limits(LIMITS).without_redirects()).await?;
        let status = answer.status();
        Ok(Reply { status, body: answer.bytes().await?.to_vec() })
    }

    /// Reads a JSON object.
    ///
    /// # Errors
    /// In words: the provider is away, or answers otherwise.
    pub async fn read_fields(&self, url: Url) -> Result<Map<String, Value>, String> {
        let address = url.to_string();
        let request = OutboundRequest::new(crate::outbound::Method::GET, url);
        let reply = self.send(request, None).await;
        let reply = reply.map_err(|error| format!("{address}: {error}"))?;
        if !reply.status.is_success() {
            return Err(format!("{address} answered {}", reply.status));
        }
        reply.fields().ok_or_else(|| format!("{address} didn't answer with a JSON object"))
    }
}
