//! The stream over a WebSocket, for clients that read no server-sent events.

use axum::{
    extract::{
        State,
        ws::{
            CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code,
            rejection::WebSocketUpgradeRejection,
        },
    },
    http::HeaderMap,
    response::Response,
};
use model::problem::{Problem, ProblemKind};
use tokio::time;

use super::{
    query::StreamQuery,
    reader::{OpenStream, PATIENCE, open_stream},
};
use crate::{
    auth::caller::Caller, error::Refusal, http::json::Query, serve::CloseConnection,
    state::AppState,
};

/// The largest message that is read, in bytes: clients have nothing to send.
const MOST_HEARD: usize = 4 << 10;

pub(super) async fn open(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Query(query): Query<StreamQuery>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    // A socket that takes nothing is dropped below, which closes its connection.
    let opened = open_stream(state, actor, &query, &headers, CloseConnection::default()).await?;
    let upgrade = upgrade.map_err(|_| {
        let words = "This URL is for WebSockets only. Use /api/v1/stream for HTTP.";
        Problem::new(ProblemKind::BadRequest, "no_websocket", words)
    })?;
    let upgrade = upgrade.max_message_size(MOST_HEARD).max_frame_size(MOST_HEARD);
    Ok(upgrade.on_upgrade(|socket| pass_on(socket, opened)))
}

/// Sends the messages of a stream until it ends, the client has gone, or it cannot keep up.
async fn pass_on(mut socket: WebSocket, mut opened: OpenStream) {
    loop {
        let message = tokio::select! {
            message = opened.next() => match message.map(|one| one.to_socket_text()) {
                Some(Ok(text)) => Message::text(text),
                Some(Err(error)) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "a message of a stream cannot be written as JSON");
                    return;
                }
                None => break,
            },
            heard = socket.recv() => match heard {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
        };
        match time::timeout(PATIENCE, socket.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return,
        }
    }
    // The reader was too slow or signed out, or the process leaves: with the last id it can go on.
    let why = CloseFrame { code: close_code::AGAIN, reason: "Reconnect with the last id.".into() };
    // A client that has gone does not get the close frame.
    let _ = time::timeout(PATIENCE, socket.send(Message::Close(Some(why)))).await;
}
