//! The stream over a WebSocket, for clients that read no server-sent events.

use std::convert::Infallible;

use axum::{
    extract::{
        FromRequestParts, State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    },
    http::{HeaderMap, request::Parts},
    response::Response,
};
use model::problem::{Problem, ProblemKind};
use serde_json::{Value, json};
use tokio::time;

use super::{OpenStream, PATIENCE, Piece, Wanted, open_stream};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::Query,
    serve::CloseConnection,
    state::AppState,
};

/// The largest message that is read, in bytes: clients have nothing to send.
const MOST_HEARD: usize = 4 << 10;

/// The upgrade of a request to a WebSocket, none where it is no such request, and its headers.
pub(in crate::rest) struct Handshake {
    upgrade: Option<WebSocketUpgrade>,
    headers: HeaderMap,
}

impl<S: Send + Sync> FromRequestParts<S> for Handshake {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let headers = parts.headers.clone();
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await.ok();
        Ok(Self { upgrade, headers })
    }
}

pub(super) async fn open(
    State(state): State<AppState>,
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Query(wanted): Query<Wanted>,
    Handshake { upgrade, headers }: Handshake,
) -> Result<Response, Refusal> {
    // A socket that takes nothing is dropped below, which closes its connection.
    let opened =
        open_stream(state, ctx, actor, &wanted, &headers, CloseConnection::default()).await?;
    let upgrade = upgrade.ok_or_else(|| {
        let words = "This address speaks only WebSocket. Plain HTTP clients read /api/v1/stream.";
        Problem::new(ProblemKind::BadRequest, "no_websocket", words)
    })?;
    let upgrade = upgrade.max_message_size(MOST_HEARD).max_frame_size(MOST_HEARD);
    Ok(upgrade.on_upgrade(|socket| pass_on(socket, opened)))
}

/// Sends the messages of a stream until it ends, the client has gone, or it cannot keep up.
async fn pass_on(mut socket: WebSocket, mut opened: OpenStream) {
    loop {
        let message = tokio::select! {
            piece = opened.pieces.recv() => match piece {
                Some(piece) => Message::text(to_json(piece).to_string()),
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
    let why = CloseFrame { code: close_code::AGAIN, reason: "Come back with the last id.".into() };
    // A client that has gone does not get the close frame.
    let _ = time::timeout(PATIENCE, socket.send(Message::Close(Some(why)))).await;
}

fn to_json(piece: Piece) -> Value {
    match piece {
        Piece::Event { id, data } => json!({
            "kind": "event", "id": id, "execution": data.execution, "event": *data.event,
        }),
        Piece::Text(text) => json!({ "kind": "text", "text": text }),
        Piece::Beside(what) => json!({ "kind": "beside", "execution": what["execution"] }),
        Piece::Workspace(news) => json!({ "kind": "workspace", "news": news }),
        Piece::Draft(news) => json!({ "kind": "draft", "news": news }),
        Piece::Beat => json!({ "kind": "beat" }),
    }
}
