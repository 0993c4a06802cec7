//! The stream as server-sent events.

use std::convert::Infallible;

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
    let opened = begin(state, (ctx, actor), (&wanted, &headers), hang_up).await?;
    let pieces = futures::stream::unfold(opened, |mut opened: Opened| async {
        opened.pieces.recv().await.map(|piece| (piece, opened))
    });
    let messages = pieces.map(|piece| Ok::<_, Infallible>(message(piece)));
    let mut response = Sse::new(messages).into_response();
    // Proxies that hold answers back are asked not to.
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn message(piece: Piece) -> Message {
    let message = Message::default();
    match piece {
        Piece::Event { id, data } => message.event("event").id(id).data(data.to_string()),
        Piece::Text(text) => message.event("text").data(text.to_string()),
        Piece::Beside(what) => message.event("beside").data(what.to_string()),
        Piece::Workspace(news) => message.event("workspace").data(news.to_string()),
        Piece::Draft(news) => message.event("draft").data(news.to_string()),
        // Browsers pass on only what has data.
        Piece::Beat => message.event("beat").data("{}"),
    }
}
