//! How much a request may send, and how long it may take.

use std::{error::Error, iter::successors, time::Duration};

use axum::{
    body::{self, Body},
    extract::{DefaultBodyLimit, Request, State},
    http::header,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use http_body_util::LengthLimitError;
use model::problem::{Problem, ProblemKind};
use tokio::time;

use crate::error::Refusal;

/// The most bytes of a JSON body.
pub const JSON_MAX: usize = 1 << 20;
/// The most bytes of a JSON body with a whole text, which is longer for what JSON escapes.
pub const TEXT_MAX: usize = 8 << 20;
/// The most bytes of an uploaded file, with its envelope.
pub const UPLOAD_MAX: usize = (25 << 20) + (64 << 10);

const ARRIVAL: Duration = Duration::from_secs(60);
const ANSWER: Duration = Duration::from_secs(30);

/// Limits the bodies that a route takes to `most` bytes. This limit replaces axum's own, which is
/// lower than what a text may have.
pub fn limit_body<S>(route: MethodRouter<S>, most: usize) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    let limit = middleware::from_fn_with_state(most, read_whole_body);
    route.layer(DefaultBodyLimit::disable()).layer(limit)
}

/// Reads the whole body before the route does; a body that is too large is refused with 413.
async fn read_whole_body(State(most): State<usize>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let announced =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if announced.and_then(|length| length.parse::<u64>().ok()).is_some_and(|n| n > most as u64) {
        return too_large(most);
    }
    match time::timeout(ARRIVAL, body::to_bytes(body, most)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(error)) if is_too_large(&error) => too_large(most),
        Ok(Err(_)) => Refusal(broken_body()).into_response(),
        Err(_) => {
            let detail = "The request took too long to arrive. Send it again.";
            Refusal(Problem::new(ProblemKind::BadRequest, "slow_body", detail)).into_response()
        }
    }
}

pub(super) fn broken_body() -> Problem {
    let detail = "The connection closed before the request was complete. Send it again.";
    Problem::new(ProblemKind::BadRequest, "broken_body", detail)
}

/// Answers with a timeout when a response does not begin in time. Streams may go on for any time.
pub async fn answer_in_time(request: Request, next: Next) -> Response {
    match time::timeout(ANSWER + ARRIVAL, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = "The request timed out. Try again in a moment.";
            let problem = Problem::new(ProblemKind::Unavailable, "timeout", detail);
            Refusal(Problem { retry_after_s: Some(5), ..problem }).into_response()
        }
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut causes = successors(error.source(), |&error| error.source());
    causes.any(|error| error.is::<LengthLimitError>())
}

fn too_large(most: usize) -> Response {
    let mib = most >> 20;
    let detail = format!("The request is larger than {mib} MB. Send less data.");
    Refusal(Problem::new(ProblemKind::TooLarge, "too_large", detail)).into_response()
}
