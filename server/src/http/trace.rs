//! An id and a log line for each request, and a response even when a handler panics.

use std::{any::Any, time::Instant};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::problem::Problem;
use tracing::Instrument;
use uuid::Uuid;

use crate::error::Refusal;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request in every log line about it and in its answer.
pub async fn name(request: Request, next: Next) -> Response {
    let id = Uuid::now_v7().simple().to_string();
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("request", id, method = %request.method(), path);
    async move {
        let begun = Instant::now();
        let mut response = next.run(request).await;
        let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(status = response.status().as_u16(), ms, "answered");
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }
    .instrument(span)
    .await
}

/// The answer where a handler panicked; the other requests do not notice.
pub fn answer_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = text.unwrap_or("unknown"), "a handler panicked");
    Refusal(Problem::internal()).into_response()
}
