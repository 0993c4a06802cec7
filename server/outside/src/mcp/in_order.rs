//! A connection on which calls hear what their server says and asks in the order in which it comes, and
//! before the answer that follows: `rmcp` hands each on by a task of its own, in any order.
#![allow(deprecated, reason = "servers of older revisions log and ask for samples")]

use std::{borrow::Cow, sync::Arc};

use rmcp::{
    RoleClient,
    model::{
        ClientRequest, ElicitRequestParams, JsonRpcMessage, LoggingMessageNotificationParam,
        RequestId, ServerNotification, ServerRequest,
    },
    service::{RxJsonRpcMessage, TxJsonRpcMessage},
    transport::Transport,
};
use serde_json::Value;

use super::{
    answer::cut,
    inbox::{Inbox, Notice},
};

/// A connection, and the calls that hear what comes by it.
pub(super) struct InOrder<T> {
    connection: T,
    inbox: Arc<Inbox>,
    /// The greeting whose answer is waited for. `rmcp` ends the connection when another answer comes
    /// then: a late one, to the greeting that was tried before.
    greeting: Option<RequestId>,
}

impl<T> InOrder<T> {
    /// A connection on which nothing was said yet.
    pub(super) const fn new(connection: T, inbox: Arc<Inbox>) -> Self {
        Self { connection, inbox, greeting: None }
    }

    fn is_late(&self, message: &RxJsonRpcMessage<RoleClient>) -> bool {
        let id = match message {
            JsonRpcMessage::Response(answer) => Some(&answer.id),
            JsonRpcMessage::Error(answer) => answer.id.as_ref(),
            JsonRpcMessage::Request(_) | JsonRpcMessage::Notification(_) => None,
        };
        let greeting = self.greeting.as_ref();
        greeting.zip(id).is_some_and(|(greeting, id)| greeting.to_string() != id.to_string())
    }
}

impl<T: Transport<RoleClient>> Transport<RoleClient> for InOrder<T> {
    type Error = T::Error;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        match &item {
            JsonRpcMessage::Request(asked) => {
                let greets = matches!(
                    asked.request,
                    ClientRequest::DiscoverRequest(_) | ClientRequest::InitializeRequest(_)
                );
                self.greeting = greets.then(|| asked.id.clone());
            }
            JsonRpcMessage::Notification(_) => self.greeting = None,
            JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_) => {}
        }
        self.connection.send(item)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        let mut message = self.connection.receive().await?;
        while self.is_late(&message) {
            message = self.connection.receive().await?;
        }
        if let Some(notice) = notice(&message) {
            self.inbox.tell(&notice);
        }
        Some(message)
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.connection.close().await
    }
}

/// What of a message calls have to hear.
fn notice(message: &RxJsonRpcMessage<RoleClient>) -> Option<Notice> {
    match message {
        JsonRpcMessage::Notification(said) => told(&said.notification),
        JsonRpcMessage::Request(asked) => question(&asked.request),
        JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_) => None,
    }
}

fn told(said: &ServerNotification) -> Option<Notice> {
    match said {
        ServerNotification::ProgressNotification(said) => Some(Notice::Progress {
            token: said.params.progress_token.clone(),
            done: said.params.progress,
            total: said.params.total,
            message: said.params.message.as_deref().map(cut),
        }),
        ServerNotification::LoggingMessageNotification(said) => Some(line(&said.params)),
        _ => None,
    }
}

fn line(said: &LoggingMessageNotificationParam) -> Notice {
    let level = serde_json::to_value(said.level).unwrap_or_default();
    let message = match &said.data {
        Value::String(text) => cut(text),
        other => cut(&other.to_string()),
    };
    Notice::Log { level: level.as_str().unwrap_or_default().to_owned(), message }
}

fn question(asked: &ServerRequest) -> Option<Notice> {
    let words = match asked {
        ServerRequest::CreateMessageRequest(_) => {
            "The server asks for a model's answer.".to_owned()
        }
        ServerRequest::ElicitRequest(asked) => {
            format!("The server asks: “{}”.", cut(&message(&asked.params)))
        }
        _ => return None,
    };
    Some(Notice::Question(format!("{words} Atelier can't answer questions.")))
}

fn message(asked: &ElicitRequestParams) -> String {
    let asked = serde_json::to_value(asked).unwrap_or_default();
    asked.get("message").and_then(Value::as_str).unwrap_or_default().to_owned()
}
