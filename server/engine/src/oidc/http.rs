//! The guarded outbound client, as the protocol's crate asks for one.

use std::{pin::Pin, time::Duration};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http::header::AUTHORIZATION};
use url::Url;

use crate::{
    outbound::{Limits, OutboundClient, OutboundError, OutboundRequest, Refusal},
    secret::Secret,
};

/// What one call to the provider may take: a person waits for three of them.
const LIMITS: Limits = Limits { total: Duration::from_secs(10), body: 1024 * 1024 };

/// Calls the provider. Redirects are not followed, and nothing is said in the clear over the public
/// internet: what is said are keys, and what is heard is believed.
#[derive(Debug, Clone)]
pub(super) struct Http(pub OutboundClient);

type Answer<'c> = Pin<Box<dyn Future<Output = Result<HttpResponse, OutboundError>> + Send + 'c>>;

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = OutboundError;
    type Future = Answer<'c>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

impl Http {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, OutboundError> {
        let (parts, body) = request.into_parts();
        let address = parts.uri.to_string();
        let url = Url::parse(&address).map_err(|_| Refusal::NotAnAddress(address))?;
        self.0.check_confidential(&url)?;
        let mut call =
            OutboundRequest::new(parts.method, url).body(body).limits(LIMITS).without_redirects();
        for (name, value) in &parts.headers {
            let text = value.to_str().map_err(|_| Refusal::Header(name.to_string()))?;
            call = if name == AUTHORIZATION {
                call.credential(name.as_str(), "", &Secret::new(text))?
            } else {
                call.header(name.as_str(), text)?
            };
        }
        let answer = self.0.send(call).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}
