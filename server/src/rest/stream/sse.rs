//! The stream as server-sent events.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures::StreamExt;

use super::{
    query::StreamQuery,
    reader::{OpenStream, StreamedMessage, open_stream},
};
use crate::{
    auth::caller::Caller, error::Refusal, http::json::Query, serve::CloseConnection,
    state::AppState,
};

pub(super) async fn open(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Query(query): Query<StreamQuery>,
    close_connection: CloseConnection,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let opened = open_stream(state, actor, &query, &headers, close_connection).await?;
    let messages = futures::stream::unfold(opened, |mut opened: OpenStream| async {
        opened.next().await.map(|message| (message, opened))
    });
    let mut response = Sse::new(messages.map(|message| to_event(&message))).into_response();
    // Asks proxies that buffer responses not to.
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn to_event(message: &StreamedMessage) -> Result<Event, axum::Error> {
    let mut event = Event::default().event(message.kind().as_str());
    if let Some(id) = message.last_event_id() {
        event = event.id(id);
    }
    Ok(event.data(message.to_sse_data().map_err(axum::Error::new)?))
}
