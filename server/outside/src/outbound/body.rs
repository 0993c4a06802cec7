//! The answer of a call, read no further than the caller accepts.

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use url::Url;

use super::error::{OutboundError, sort};
use super::request::Limits;

const MOST_HEADERS: usize = 100;
const LARGEST_HEADERS: usize = 64 * 1024;

/// An answer whose body is still arriving; its limits hold while it is read.
#[derive(Debug)]
pub struct OutboundResponse {
    inner: reqwest::Response,
    host: String,
    limits: Limits,
    read: u64,
}

impl OutboundResponse {
    pub(super) fn new(
        inner: reqwest::Response,
        host: String,
        limits: Limits,
    ) -> Result<Self, OutboundError> {
        let size =
            |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
                name.as_str().len() + value.len()
            };
        let headers = inner.headers();
        if headers.len() > MOST_HEADERS || headers.iter().map(size).sum::<usize>() > LARGEST_HEADERS
        {
            return Err(OutboundError::Headers { host });
        }
        if inner.content_length().is_some_and(|length| length > limits.body) {
            return Err(OutboundError::TooLarge { host, limit: limits.body });
        }
        Ok(Self { inner, host, limits, read: 0 })
    }

    /// Status of the last hop.
    pub fn status(&self) -> StatusCode {
        self.inner.status()
    }

    /// Headers of the last hop.
    pub fn headers(&self) -> &HeaderMap {
        self.inner.headers()
    }

    /// Address that answered, after redirects.
    pub fn url(&self) -> &Url {
        self.inner.url()
    }

    /// The next piece of the decompressed body, none at its end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, OutboundError> {
        let chunk = self.inner.chunk().await;
        let Some(chunk) = chunk.map_err(|error| sort(error, &self.host, self.limits.total))? else {
            return Ok(None);
        };
        self.read += chunk.len() as u64;
        if self.read > self.limits.body {
            return Err(OutboundError::TooLarge {
                host: self.host.clone(),
                limit: self.limits.body,
            });
        }
        Ok(Some(chunk))
    }

    /// The whole decompressed body.
    pub async fn bytes(mut self) -> Result<Bytes, OutboundError> {
        let mut whole = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }
}
