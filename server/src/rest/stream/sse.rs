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

use super::{Opened, Piece, Wanted, begin};
use crate::{
    auth::caller::{Caller, Visit},
    error::Refusal,
    http::json::Query,
    serve::HangUp,
    state::AppState,
};

pub(super) async fn open(
    State(state): State<AppState>,
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Query(wanted): Query<Wanted>,
    hang_up: HangUp,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let opened = begin(state, ctx, actor, &wanted, &headers, hang_up).await?;
    let pieces = futures::stream::unfold(opened, |mut opened: Opened| async {
        opened.pieces.recv().await.map(|piece| (piece, opened))
    });
    let mut response = Sse::new(pieces.map(message)).into_response();
    // Proxies that hold answers back are asked not to.
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
        // Browsers pass on only what has data.
        Piece::Beat => Ok(message.event("beat").data("{}")),
    }
}
