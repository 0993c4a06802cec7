//! Which requests are let in at all: meant for our host, and, when they change something, sent by our
//! own pages or by a program with a token.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::problem::{Problem, ProblemKind};

use crate::{auth::bearer, error::Refusal, site, state::AppState};

/// Where links decide reviews: the link is the secret.
const REVIEW_LINKS: &str = "/api/v1/review-links/";

/// Refuses hosts that are not ours with 421: a foreign name that resolves to this machine opens nothing.
pub async fn own_host(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let host = site::host(request.headers(), request.uri());
    if host.and_then(|host| state.site.origin(host)).is_some() {
        return next.run(request).await;
    }
    let detail = "This server does not answer to that host name. If it should, its operator sets \
                  ATELIER_PUBLIC_URL.";
    Refusal(Problem::new(ProblemKind::Misdirected, "unknown_host", detail)).into_response()
}

/// Refuses unsafe requests, and sockets, that are not proven to come from our own pages with 403.
pub async fn own_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let reads = is_safe(request.method()) && !becomes_socket(headers);
    // Whoever has such a link may use it from anywhere; it reads no cookie.
    let by_link = request.uri().path().starts_with(REVIEW_LINKS);
    if reads || by_link || bearer::is_present(headers) {
        return next.run(request).await;
    }
    let ours = site::host(headers, request.uri()).and_then(|host| state.site.origin(host));
    if ours.is_some_and(|ours| is_same_origin(headers, &ours)) && !is_plain_form(headers) {
        return next.run(request).await;
    }
    let detail = "This request did not come from one of Atelier's own pages. Programs send a token \
                  in the Authorization header.";
    Refusal(Problem::new(ProblemKind::Forbidden, "foreign_origin", detail)).into_response()
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Any page can open a socket to us, with our cookie, and read it: no browser asks us whether it may.
fn becomes_socket(headers: &HeaderMap) -> bool {
    headers.contains_key(header::UPGRADE)
}

/// One of the two has to say so, and neither may say otherwise.
fn is_same_origin(headers: &HeaderMap, ours: &str) -> bool {
    let origin = headers.get(header::ORIGIN);
    let fetched_from = headers.get("sec-fetch-site");
    let origin_fits = origin.is_none_or(|origin| origin.as_bytes() == ours.as_bytes());
    let fetch_fits = fetched_from.is_none_or(|from| from.as_bytes() == b"same-origin");
    origin_fits && fetch_fits && (origin.is_some() || fetched_from.is_some())
}

/// What a form without a script can send; none of ours does.
fn is_plain_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    ["application/x-www-form-urlencoded", "text/plain"]
        .iter()
        .any(|plain| kind.eq_ignore_ascii_case(plain))
}
