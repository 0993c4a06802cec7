//! What the client says of itself, and what it answers when a server asks.
#![allow(deprecated, reason = "servers of older revisions ask for samples")]

use rmcp::{
    ClientHandler, ErrorData, RoleClient,
    model::{
        ClientCapabilities, ClientConfig, CreateMessageRequestParams, CreateMessageResult,
        ElicitRequestParams, ElicitResult, ErrorCode, Implementation, ProtocolVersion,
    },
    service::RequestContext,
};

/// The client of one connection. It offers servers nothing: no samples, no roots, no questions. The call
/// whose tool asks has heard of it [before](super::in_order), and ends.
pub(super) struct Handler;

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        let client = Implementation::new("atelier", env!("CARGO_PKG_VERSION"));
        // The newest revision has another greeting, which does not ask for this.
        ClientConfig::new(ClientCapabilities::default(), client)
            .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
    }

    async fn create_message(
        &self,
        _params: CreateMessageRequestParams,
        _context: RequestContext<RoleClient>,
    ) -> Result<CreateMessageResult, ErrorData> {
        Err(not_answered())
    }

    async fn create_elicitation(
        &self,
        _request: ElicitRequestParams,
        _context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        Err(not_answered())
    }
}

fn not_answered() -> ErrorData {
    ErrorData::new(ErrorCode::METHOD_NOT_FOUND, "this client answers no questions", None)
}
