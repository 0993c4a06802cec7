//! The web address of a server, called by the guarded client.

use std::time::Duration;

use super::{
    failure::{from_outbound, from_status},
    port::{HttpAddress, McpError},
};
use crate::outbound::{Limits, Method, OutboundClient, OutboundRequest, OutboundResponse, Refusal};

/// How long a call may take where whoever waits for it gives up earlier.
pub(super) const LONGEST_CALL: Duration = Duration::from_secs(24 * 3600);
/// How long anything else may take: who waits for it may be gone without a word.
pub(super) const LONGEST_OTHER: Duration = Duration::from_secs(60);
/// What both ways of answering are called.
pub(super) const EVENTS: &str = "text/event-stream";
/// What a whole answer is called.
pub(super) const JSON: &str = "application/json";

/// A server's address with its headers, and who calls it.
#[derive(Clone)]
pub(super) struct Endpoint {
    client: OutboundClient,
    address: HttpAddress,
    server: String,
}

impl Endpoint {
    /// The address of a server of that name.
    ///
    /// # Errors
    /// When keys would cross the internet in the clear.
    pub(super) fn new(
        client: OutboundClient,
        server: &str,
        address: HttpAddress,
    ) -> Result<Self, McpError> {
        let endpoint = Self { client, address, server: server.to_owned() };
        if !endpoint.address.headers.is_empty() {
            let checked = endpoint.client.check_confidential(&endpoint.address.url);
            checked.map_err(|refusal| endpoint.refused(&refusal))?;
        }
        Ok(endpoint)
    }

    /// What workflows call the server.
    pub(super) fn server(&self) -> &str {
        &self.server
    }

    /// The address, as text.
    pub(super) fn url(&self) -> &str {
        self.address.url.as_str()
    }

    /// A request with the server's own headers, whose answer may have so many bytes and take so long. It
    /// takes a redirect as the answer: keys and arguments go to the registered address alone.
    pub(super) fn request(
        &self,
        method: Method,
        largest: usize,
        longest: Duration,
    ) -> Result<OutboundRequest, McpError> {
        let body = u64::try_from(largest).unwrap_or(u64::MAX);
        let request = OutboundRequest::new(method, self.address.url.clone())
            .limits(Limits { total: longest, body })
            .without_redirects();
        self.address.headers.iter().try_fold(request, |request, (name, secret)| {
            request.credential(name, "", secret).map_err(|refusal| self.refused(&refusal))
        })
    }

    /// A POST of JSON, which may be answered as a whole or event by event.
    pub(super) fn post(
        &self,
        body: Vec<u8>,
        largest: usize,
        longest: Duration,
    ) -> Result<OutboundRequest, McpError> {
        let request = self.request(Method::POST, largest, longest)?.body(body);
        let request = self.header(request, "content-type", JSON)?;
        self.header(request, "accept", "application/json, text/event-stream")
    }

    /// The request with one more header.
    pub(super) fn header(
        &self,
        request: OutboundRequest,
        name: &str,
        value: &str,
    ) -> Result<OutboundRequest, McpError> {
        request.header(name, value).map_err(|refusal| self.refused(&refusal))
    }

    /// Sends a request. An answer of any status is an answer.
    pub(super) async fn send(
        &self,
        request: OutboundRequest,
    ) -> Result<OutboundResponse, McpError> {
        let answer = self.client.send(request).await;
        answer.map_err(|error| from_outbound(&self.server, &error))
    }

    /// The whole body of an answer.
    pub(super) async fn body(&self, response: OutboundResponse) -> Result<Vec<u8>, McpError> {
        let body = response.bytes().await;
        body.map(Vec::from).map_err(|error| from_outbound(&self.server, &error))
    }

    /// What an answer says that is none.
    pub(super) fn status_error(&self, response: &OutboundResponse) -> McpError {
        from_status(&self.server, response.status(), response.headers())
    }

    /// An answer that does not keep to the protocol.
    pub(super) fn odd(&self, what: &str) -> McpError {
        McpError::Protocol(format!("{} answers with {what}.", self.server))
    }

    fn refused(&self, refusal: &Refusal) -> McpError {
        McpError::Protocol(format!("Can't call {}: {refusal}.", self.server))
    }
}

/// The media type of an answer, without its parameters.
pub(super) fn media_type(response: &OutboundResponse) -> String {
    let header = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let media_type = header.unwrap_or_default().split(';').next().unwrap_or_default();
    media_type.trim().to_ascii_lowercase()
}
