//! The stream as server-sent events.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event as Message, Sse},
    },
};
use futures::StreamExt;

use super::{OpenStream, Piece, Wanted, open_stream};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::Query,
    serve::CloseConnection,
    state::AppState,
};

pub(super) async fn open(
    State(state): State<AppState>,
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Query(wanted): Query<Wanted>,
    close_connection: CloseConnection,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let opened = open_stream(state, ctx, actor, &wanted, &headers, close_connection).await?;
    let pieces = futures::stream::unfold(opened, |mut opened: OpenStream| async {
        opened.pieces.recv().await.map(|piece| (piece, opened))
    });
    let mut response = Sse::new(pieces.map(message)).into_response();
    // Asks proxies that buffer responses not to.
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn message(piece: Piece) -> Result<Message, axum::Error> {
    let message = Message::default();
    match piece {
        Piece::Event { id, data } => message.event("event").id(id).json_data(data),
        Piece::Text(text) => message.event("text").json_data(text),
        Piece::Beside(what) => message.event("beside").json_data(what),
        Piece::Workspace(news) => message.event("workspace").json_data(news),
        Piece::Draft(news) => message.event("draft").json_data(news),
        // Browsers drop events without data.
        Piece::Beat => Ok(message.event("beat").data("{}")),
    }
}
