//! The one guarded HTTP client: everything the engine fetches or calls outside goes through it.
//! Only this module opens connections; no rule about a vendor or a node type belongs here.
//!
//! An address is parsed once. Private and reserved networks are refused for what the address says
//! and again for what its name resolves to; redirects are followed by hand with the same checks;
//! credentials stay with their host; size and time are bounded. Operators may allow hosts by name.
//! Errors repeat what the other side said, with every form of the key masked.

mod address;
mod body;
mod client;
mod error;
mod failure;
mod policy;
mod redirect;
mod request;
mod resolve;

pub use body::OutboundResponse;
pub use client::OutboundClient;
pub use error::{OutboundError, Refusal};
pub use failure::{length, limit_reset_ms, retry_after_ms};
pub use policy::OutboundPolicy;
pub use request::{Limits, OWN_HEADERS, OutboundRequest, check_host, is_own_header};
#[cfg(feature = "testing")]
pub use resolve::Lookup;

pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
pub use reqwest::{Method, StatusCode};
