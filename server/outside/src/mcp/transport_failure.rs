//! What it means for a call that its connection could not be made, or failed.

use std::io;

use rmcp::{
    ErrorData, ServiceError,
    service::ClientInitializeError,
    transport::{DynamicTransportError, streamable_http_client::StreamableHttpError},
};

use super::{
    answer::cut,
    failure::{from_json_rpc, nothing_done},
    http::TOO_LARGE,
    port::McpError,
};

/// How a request ended that has no result.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// It has certainly not left: it may be sent by another connection.
    NotSent,
    /// It may have left, and the connection is over.
    ConnectionOver,
    /// Anything else.
    Failed(McpError),
}

/// Why a request has no result.
pub(super) fn of_request(server: &str, error: ServiceError) -> Unanswered {
    match error {
        ServiceError::McpError(error) => Unanswered::Failed(of_message(server, &error)),
        ServiceError::TransportSend(error) => of_sending(server, &error),
        ServiceError::TransportClosed => Unanswered::ConnectionOver,
        other => {
            let words = format!("{server} doesn't follow the protocol: {other}.");
            Unanswered::Failed(McpError::Protocol(words))
        }
    }
}

/// Why a connection was not made; nothing has been done. `told` is what its process has told of itself.
pub(super) fn of_start(
    server: &str,
    error: &ClientInitializeError,
    told: Option<McpError>,
) -> McpError {
    let broken = || McpError::Unreachable(format!("{server} closed the connection."));
    let error = match error {
        ClientInitializeError::LegacyFallbackFailed { fallback, .. } => {
            return of_start(server, fallback, told);
        }
        ClientInitializeError::TransportError { error, .. } => match of_sending(server, error) {
            Unanswered::NotSent | Unanswered::ConnectionOver => told.unwrap_or_else(broken),
            Unanswered::Failed(error) => error,
        },
        ClientInitializeError::ConnectionClosed(_) => told.unwrap_or_else(broken),
        ClientInitializeError::JsonRpcError(error) => of_message(server, error),
        ClientInitializeError::NoCompatibleProtocolVersion { server_supported, .. } => {
            let versions: Vec<_> = server_supported.iter().map(ToString::to_string).collect();
            McpError::Protocol(format!(
                "{server} speaks version “{}” of the protocol, which Atelier doesn't support.",
                cut(&versions.join(", "))
            ))
        }
        other => McpError::Protocol(cut(&format!("{server} failed the handshake: {other}."))),
    };
    nothing_done(error)
}

fn of_message(server: &str, error: &ErrorData) -> McpError {
    if error.code.0 == TOO_LARGE {
        return McpError::Protocol(cut(&error.message));
    }
    from_json_rpc(server, i64::from(error.code.0), &error.message)
}

fn of_sending(server: &str, error: &DynamicTransportError) -> Unanswered {
    let lost = |reason: &str| {
        Unanswered::Failed(McpError::Lost(format!("The connection to {server} failed: {reason}.")))
    };
    if let Some(error) = error.error.downcast_ref::<StreamableHttpError<McpError>>() {
        return match error {
            StreamableHttpError::Client(error) => Unanswered::Failed(error.clone()),
            StreamableHttpError::SessionExpired => Unanswered::NotSent,
            // Whoever sends it has gone, and may have sent it before.
            StreamableHttpError::TransportChannelClosed => Unanswered::ConnectionOver,
            other => lost(&cut(&other.to_string())),
        };
    }
    match error.error.downcast_ref::<io::Error>().map(io::Error::kind) {
        // Half a message is none: nobody can have carried it out.
        Some(io::ErrorKind::BrokenPipe | io::ErrorKind::NotConnected) => Unanswered::NotSent,
        Some(_) | None => lost(&error.error.to_string()),
    }
}
