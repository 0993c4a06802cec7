//! One call to the outside, in our words.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::{Origin, Url};
use vault::secret::Secret;

use super::error::Refusal;

const LARGEST_BODY: u64 = 32 * 1024 * 1024;

/// Headers that frame the message or pick its receiver: the client alone sets them.
pub const OWN_HEADERS: [HeaderName; 9] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::TE,
    header::TRAILER,
    header::EXPECT,
    header::ACCEPT_ENCODING,
];

/// What one call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the first connection to the last byte of the answer, redirects included.
    pub total: Duration,
    /// Bytes of the answer after decompression.
    pub body: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total: Duration::from_secs(30), body: 10 * 1024 * 1024 }
    }
}

impl Limits {
    /// The same size limit with another time limit.
    pub fn within(self, total: Duration) -> Self {
        Self { total, ..self }
    }

    /// The largest answer any call may accept, 32 MiB, as base64 images need it.
    pub fn large(self) -> Self {
        Self { body: LARGEST_BODY, ..self }
    }
}

/// One call: where, how, with what, and how much may come back.
#[derive(Debug, Clone)]
pub struct OutboundRequest {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) credentials: Vec<Credential>,
    pub(super) body: Bytes,
    pub(super) limits: Limits,
    pub(super) follows_redirects: bool,
}

/// A secret header and the only origin it is ever sent to.
#[derive(Debug, Clone)]
pub(super) struct Credential {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
    pub(super) origin: Origin,
}

impl OutboundRequest {
    /// A call without a body, under the default limits.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            credentials: Vec::new(),
            body: Bytes::new(),
            limits: Limits::default(),
            follows_redirects: true,
        }
    }

    /// A `GET` of an address written as text, parsed this once.
    pub fn get(url: &str) -> Result<Self, Refusal> {
        Ok(Self::new(Method::GET, parse(url)?))
    }

    /// A `POST` of JSON.
    pub fn post_json(url: Url, body: &serde_json::Value) -> Self {
        let mut request = Self::new(Method::POST, url).body(body.to_string());
        let json = HeaderValue::from_static("application/json");
        request.headers.insert(header::CONTENT_TYPE, json);
        request
    }

    /// Adds a header; those that frame the message or name the host are refused.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Refusal> {
        let (name, value) = checked(name, value)?;
        self.headers.append(name, value);
        Ok(self)
    }

    /// Adds a secret header `prefix` + secret. It is sent to the origin of this request's address
    /// and to no other, whatever redirects say.
    pub fn credential(
        mut self,
        name: &str,
        prefix: &str,
        secret: &Secret,
    ) -> Result<Self, Refusal> {
        let (name, mut value) = checked(name, &format!("{prefix}{}", secret.expose()))?;
        value.set_sensitive(true);
        self.credentials.push(Credential { name, value, origin: self.url.origin() });
        Ok(self)
    }

    /// As [`OutboundRequest::credential`], for a secret that is for these hosts only: `host` means
    /// https on its usual port, `host:port` that port.
    pub fn credential_for(
        self,
        hosts: &[String],
        name: &str,
        prefix: &str,
        secret: &Secret,
    ) -> Result<Self, Refusal> {
        check_host(&self.url, hosts)?;
        self.credential(name, prefix, secret)
    }

    /// Takes a redirect as the answer, for what is to be said to its address only.
    pub fn without_redirects(mut self) -> Self {
        self.follows_redirects = false;
        self
    }

    /// Where it goes.
    pub fn url(&self) -> &Url {
        &self.url
    }

    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets the limits; no call gets more than 32 MiB.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Limits { body: limits.body.min(LARGEST_BODY), ..limits };
        self
    }
}

/// Refuses an address that a secret for these hosts must not be sent to: `host` means https on its
/// usual port, `host:port` that port.
pub fn check_host(url: &Url, hosts: &[String]) -> Result<(), Refusal> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let port = url.port_or_known_default().unwrap_or_default();
    let usual = url.scheme() == "https" && port == 443;
    let with_port = format!("{host}:{port}");
    if hosts.iter().any(|known| *known == with_port || (usual && *known == host)) {
        return Ok(());
    }
    Err(Refusal::NotItsHost(if usual { host } else { with_port }))
}

/// Reads an address written by a person; everything after works on the parsed value.
pub(super) fn parse(text: &str) -> Result<Url, Refusal> {
    Url::parse(text).map_err(|_| Refusal::NotAnAddress(text.chars().take(200).collect()))
}

/// Whether a header is of the connection, so that no request may set it.
pub fn is_own_header(name: &HeaderName) -> bool {
    OWN_HEADERS.contains(name) || name.as_str().starts_with("proxy-")
}

fn checked(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Refusal> {
    let refused = || Refusal::Header(name.chars().take(100).collect());
    let parsed = HeaderName::try_from(name).map_err(|_| refused())?;
    if is_own_header(&parsed) {
        return Err(refused());
    }
    Ok((parsed, HeaderValue::try_from(value).map_err(|_| refused())?))
}
