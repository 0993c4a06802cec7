//! Errors of outbound calls, sorted by what they mean for a retry.

use std::{io, time::Duration};

/// Why a request was not let out; it says which address, never which credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The text is not an absolute address.
    #[error("“{0}” isn't a valid URL. Write it as https://host/path")]
    NotAnAddress(String),
    /// An entry of the operator's list is not a host and a port.
    #[error("“{0}” in ATELIER_OUTBOUND_ALLOW isn't host:port")]
    NotAHost(String),
    /// Only the web's two schemes are called.
    #[error("only http and https URLs are allowed, not {0}")]
    Scheme(String),
    /// A user name or password inside the address would end in logs.
    #[error("the URL of {0} can't contain a user name or password. Use a header")]
    Userinfo(String),
    /// The host is, or resolves to, an address that is not on the public internet.
    #[error(
        "{0} isn't on the public internet. An operator can allow its host and port in ATELIER_OUTBOUND_ALLOW"
    )]
    Private(String),
    /// A key and what is asked with it would cross the public internet for everybody to read.
    #[error(
        "{0} needs https. An operator can allow http for its host and port in ATELIER_OUTBOUND_ALLOW"
    )]
    InTheClear(String),
    /// A redirect led from https to http.
    #[error("{0} redirects from https to http")]
    Downgrade(String),
    /// More redirects than are followed.
    #[error("{0} redirects more than {1} times")]
    TooManyRedirects(String, usize),
    /// A redirect without a usable destination.
    #[error("{0} redirects to something that isn't a URL")]
    BadRedirect(String),
    /// A secret was to be sent where it does not belong.
    #[error(
        "the secret isn't allowed for {0}. Add this host to the secret, or call one of its hosts"
    )]
    NotItsHost(String),
    /// A header that only the client itself may set, or one that is not valid.
    #[error("the header {0} can't be set")]
    Header(String),
}

/// Why a call gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// Not let out, now or ever, until the request or the policy changes.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The other side answered with a redirect that is not followed; the request was sent.
    #[error("the response is a redirect, which isn't followed: {0}")]
    RedirectRefused(Refusal),
    /// The client could not be set up.
    #[error("couldn't set up the HTTP client: {0}")]
    Setup(String),
    /// No connection came about: the request was not sent.
    #[error("{host} couldn't be reached: {reason}")]
    Unreachable {
        /// Host that was called.
        host: String,
        /// The network's words.
        reason: String,
        /// Nobody is there by that name or at that address; false where somebody is, and no connection
        /// could be agreed upon, e.g. for a certificate.
        is_away: bool,
    },
    /// The call's time limit passed; the request may have been written.
    #[error("{host} didn't answer within {} s", .limit.as_secs_f64())]
    TimedOut {
        /// Host that was called.
        host: String,
        /// The limit that passed.
        limit: Duration,
    },
    /// The connection broke after the request was written.
    #[error("the connection to {host} was lost: {reason}")]
    Broken {
        /// Host that was called.
        host: String,
        /// The network's words.
        reason: String,
    },
    /// The answer is larger than the caller accepts.
    #[error("the response of {host} is larger than {limit} bytes")]
    TooLarge {
        /// Host that was called.
        host: String,
        /// The limit in bytes, counted after decompression.
        limit: u64,
    },
    /// The answer's headers are larger than is sane.
    #[error("the response of {host} has too many or too large headers")]
    Headers {
        /// Host that was called.
        host: String,
    },
}

impl OutboundError {
    /// True when nobody was there to take the request.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Unreachable { is_away: true, .. })
    }

    /// True when the request may have reached the other side and taken effect there.
    pub fn was_sent(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Setup(_) | Self::Unreachable { .. } => false,
            Self::RedirectRefused(_)
            | Self::TimedOut { .. }
            | Self::Broken { .. }
            | Self::TooLarge { .. }
            | Self::Headers { .. } => true,
        }
    }
}

/// Maps a transport error; a refusal by the resolver is returned as it is.
pub(super) fn sort(error: reqwest::Error, host: &str, limit: Duration) -> OutboundError {
    if let Some(refusal) = find::<Refusal>(&error) {
        return refusal.clone().into();
    }
    let host = host.to_owned();
    let reason = root_words(&error);
    if error.is_connect() || error.is_builder() || error.is_dns() {
        let is_away = is_away(&error);
        return OutboundError::Unreachable { host, reason, is_away };
    }
    if error.is_timeout() {
        return OutboundError::TimedOut { host, limit };
    }
    // hyper has no typed error for a header section over its own limits.
    if reason.contains("header") || reason.contains("message head is too large") {
        return OutboundError::Headers { host };
    }
    OutboundError::Broken { host, reason }
}

/// Whether a connection did not come about because nobody took it.
fn is_away(error: &reqwest::Error) -> bool {
    use io::ErrorKind as Kind;
    let network = find::<io::Error>(error).map(io::Error::kind);
    let is_down = matches!(
        network,
        Some(
            Kind::ConnectionRefused
                | Kind::ConnectionReset
                | Kind::ConnectionAborted
                | Kind::HostUnreachable
                | Kind::NetworkUnreachable
                | Kind::NetworkDown
                | Kind::TimedOut
                | Kind::UnexpectedEof
        )
    );
    is_down || error.is_dns() || error.is_timeout()
}

fn find<E: std::error::Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    let mut current: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = current {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        current = error.source();
    }
    None
}

/// The innermost cause: reqwest's own words repeat the whole address, query included.
fn root_words(error: &reqwest::Error) -> String {
    let mut current: &dyn std::error::Error = error;
    while let Some(source) = current.source() {
        current = source;
    }
    current.to_string()
}
