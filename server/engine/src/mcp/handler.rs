//! What the client says of itself, and what it does when a server speaks unasked.
#![allow(deprecated, reason = "servers of older revisions log and ask for samples")]

use std::sync::Arc;

use rmcp::{
    ClientHandler, ErrorData, RoleClient,
    model::{
        ClientCapabilities, ClientConfig, CreateMessageRequestParams, CreateMessageResult,
        ElicitRequestParams, ElicitResult, ErrorCode, Implementation,
        LoggingMessageNotificationParam, ProgressNotificationParam,
    },
    service::{NotificationContext, RequestContext},
};
use serde_json::Value;

use super::{
    answer::cut,
    inbox::{Inbox, Notice},
};

/// The client of one connection. It offers servers nothing: no samples, no roots, no questions.
pub(super) struct Handler(pub(super) Arc<Inbox>);

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        let client = Implementation::new("atelier", env!("CARGO_PKG_VERSION"));
        ClientConfig::new(ClientCapabilities::default(), client)
    }

    async fn create_message(
        &self,
        _params: CreateMessageRequestParams,
        _context: RequestContext<RoleClient>,
    ) -> Result<CreateMessageResult, ErrorData> {
        Err(self.not_answered("The server asks for a model's answer."))
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let question = serde_json::to_value(&request).unwrap_or_default();
        let question = question.get("message").and_then(Value::as_str).unwrap_or_default();
        Err(self.not_answered(&format!("The server asks: “{}”.", cut(question))))
    }

    async fn on_progress(
        &self,
        params: ProgressNotificationParam,
        _context: NotificationContext<RoleClient>,
    ) {
        self.0.tell(&Notice::Progress {
            token: params.progress_token,
            done: params.progress,
            total: params.total,
            message: params.message.map(|message| cut(&message)),
        });
    }

    async fn on_logging_message(
        &self,
        params: LoggingMessageNotificationParam,
        _context: NotificationContext<RoleClient>,
    ) {
        let level = serde_json::to_value(params.level).unwrap_or_default();
        let message = match params.data {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let level = level.as_str().unwrap_or_default().to_owned();
        self.0.tell(&Notice::Log { level, message: cut(&message) });
    }
}

impl Handler {
    /// The call whose tool asks ends here, and the server hears why.
    fn not_answered(&self, words: &str) -> ErrorData {
        self.0.tell(&Notice::Question(format!("{words} Atelier can't answer questions.")));
        ErrorData::new(ErrorCode::METHOD_NOT_FOUND, "this client answers no questions", None)
    }
}
